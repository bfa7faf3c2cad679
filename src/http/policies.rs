//! Policy documents, their acceptance, and consents.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::cursor;
use super::extract::{Body, IdempotencyKey, Judged, MaybeSignedIn, Page, PageQuery, Paged, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::fields::{FieldError, Violation, one_of};
use crate::domain::ids::{ConsentId, PolicyId};
use crate::domain::privacy::{Acceptance, Consent, PolicyText};
use crate::domain::text::{Line, Prose};
use crate::service::policies::{self, KnownPolicy, NewPolicy};
use crate::service::{App, Error, Result};

/// A version that is to be published.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyBody {
    /// `operating_rules`, `privacy_notice` or `consent_text`.
    #[schema(max_length = 32, example = "consent_text")]
    pub kind: String,
    /// `publish_contact`, `newsletter` or `expert_profile`; of consent texts only.
    #[serde(default)]
    #[schema(max_length = 32, example = "newsletter")]
    pub purpose: Option<String>,
    /// Title in Vietnamese.
    #[schema(max_length = 200, example = "Đồng ý nhận bản tin")]
    pub title_vi: String,
    /// Title in English.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub title_en: Option<String>,
    /// Text in Vietnamese, which is the one that counts.
    #[schema(max_length = 50_000, example = "Tôi đồng ý nhận bản tin của Sàn qua thư điện tử.")]
    pub body_vi: String,
    /// Text in English.
    #[serde(default)]
    #[schema(max_length = 50_000)]
    pub body_en: Option<String>,
    /// From when it is in force, not before now and not before the version before it; at once when absent.
    #[serde(default)]
    pub effective_from: Option<Timestamp>,
}

/// Notes the wrong field, and goes on, so that all wrong fields are told at once.
fn field<T>(wrong: &mut Vec<FieldError>, pointer: &str, parsed: std::result::Result<T, Violation>) -> Option<T> {
    parsed
        .map_err(|violation| {
            wrong.push(FieldError {
                pointer: pointer.to_owned(),
                violation,
            });
        })
        .ok()
}

impl PolicyBody {
    fn parse(&self) -> Result<NewPolicy> {
        let mut wrong = Vec::new();
        let kind = field(&mut wrong, "/kind", one_of(&self.kind));
        let purpose = self.purpose.as_deref().map(one_of).transpose();
        let purpose = field(&mut wrong, "/purpose", purpose);
        let title_vi = field(&mut wrong, "/title_vi", Line::parse(&self.title_vi));
        let title_en = self.title_en.as_deref().map(Line::parse).transpose();
        let title_en = field(&mut wrong, "/title_en", title_en);
        let body_vi = field(&mut wrong, "/body_vi", Prose::parse(&self.body_vi));
        let body_en = self.body_en.as_deref().map(Prose::parse).transpose();
        let body_en = field(&mut wrong, "/body_en", body_en);
        match (kind, purpose, title_vi, title_en, body_vi, body_en) {
            (Some(kind), Some(purpose), Some(title_vi), Some(title_en), Some(body_vi), Some(body_en)) => {
                Ok(NewPolicy {
                    kind,
                    purpose,
                    text: PolicyText {
                        title_vi,
                        title_en,
                        body_vi,
                        body_en,
                    },
                    effective_from: self.effective_from,
                })
            }
            _ => Err(Error::fields(wrong)),
        }
    }
}

/// A version of a policy document; never changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyView {
    /// Identifier.
    pub id: Uuid,
    /// `operating_rules`, `privacy_notice` or `consent_text`.
    pub kind: &'static str,
    /// What a consent text asks for.
    pub purpose: Option<&'static str>,
    /// Counts the versions of this kind and purpose.
    pub number: i64,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// Text in Vietnamese; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_vi: Option<String>,
    /// Text in English; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_en: Option<String>,
    /// SHA-256 of the texts in hexadecimal, as kept with every consent.
    pub text_sha256: String,
    /// From when it is in force, until a later version is.
    pub effective_from: Timestamp,
    /// Whether it is the one in force.
    pub in_force: bool,
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl PolicyView {
    fn of(known: KnownPolicy, with_texts: bool) -> Self {
        let KnownPolicy { policy, in_force } = known;
        let PolicyText {
            title_vi,
            title_en,
            body_vi,
            body_en,
        } = policy.text;
        Self {
            id: policy.id.0,
            kind: policy.kind.as_str(),
            purpose: policy.purpose.map(|purpose| purpose.as_str()),
            number: policy.number,
            title_vi: title_vi.into_string(),
            title_en: title_en.map(Line::into_string),
            body_vi: with_texts.then(|| body_vi.into_string()),
            body_en: body_en.filter(|_| with_texts).map(Prose::into_string),
            text_sha256: hexadecimal(&policy.text_hash),
            effective_from: policy.effective_from,
            in_force,
        }
    }
}

/// Every version of the rules, the notices and the texts of consents (các văn bản của Sàn).
#[utoipa::path(
    get, path = "/policies", operation_id = "list_policies", tag = "privacy", params(PageQuery), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "A page of versions, in the order in which they were published, without their texts", body = Page<PolicyView>),
    )
)]
pub async fn list_policies(app: web::Data<App>, MaybeSignedIn(caller): MaybeSignedIn, page: Paged) -> Answer {
    app.check_session(caller).await?;
    let limit = page.limit;
    let place = page.after("policies")?.map(PolicyId);
    let (rows, next) = app
        .read(move |conn, now| policies::list(conn, place, limit, now))
        .await?;
    let next = next.map(|id| cursor("policies", &id.0));
    let items = rows.into_iter().map(|known| PolicyView::of(known, false)).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// One version, with its texts.
#[utoipa::path(
    get, path = "/policies/{id}", operation_id = "get_policy", tag = "privacy", params(("id" = Uuid, Path, description = "Identifier")), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The version", body = PolicyView),
        (status = 404, description = "Absent", body = ProblemBody),
    )
)]
pub async fn get_policy(app: web::Data<App>, MaybeSignedIn(caller): MaybeSignedIn, id: web::Path<Uuid>) -> Answer {
    app.check_session(caller).await?;
    let id = PolicyId(id.into_inner());
    let known = app.read_by_key(move |conn, now| policies::get(conn, id, now)).await?;
    Ok(HttpResponse::Ok().json(PolicyView::of(known, true)))
}

/// Publish the next version (ban hành văn bản). It cannot be changed or removed.
#[utoipa::path(
    post, path = "/policies", operation_id = "publish_policy", tag = "privacy", security(("bearer" = [])), request_body = PolicyBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Published", body = PolicyView),
        (status = 403, description = "Not an officer who manages reference data", body = ProblemBody),
        (status = 422, description = "Wrong fields", body = ProblemBody),
    )
)]
pub async fn publish_policy(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<PolicyBody>,
) -> Answer {
    let key = key.of("publish_policy", &body.raw);
    let new = body.by(|said| said.parse())?;
    creates::create(&app, caller, key, move |work| {
        let known = policies::publish(work, &caller, &new)?;
        Ok(Made::at(
            format!("/policies/{}", known.policy.id),
            PolicyView::of(known, true),
        ))
    })
    .await
}

/// A document that is accepted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyAcceptanceBody {
    /// The version: the one in force, or one that is announced.
    #[schema(example = "019a5e2b-4b5c-7d3e-8f90-1a2b3c4d5e6f")]
    pub policy_id: Uuid,
}

/// A document that was accepted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AcceptanceView {
    /// Which version.
    pub policy_id: Uuid,
    /// `operating_rules` or `privacy_notice`.
    pub kind: &'static str,
    /// Its number.
    pub number: i64,
    /// When.
    pub accepted_at: Timestamp,
    /// From which address.
    pub ip: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
}

impl From<Acceptance> for AcceptanceView {
    fn from(acceptance: Acceptance) -> Self {
        Self {
            policy_id: acceptance.policy.0,
            kind: acceptance.kind.as_str(),
            number: acceptance.number,
            accepted_at: acceptance.accepted_at,
            ip: acceptance.evidence.ip,
            user_agent: acceptance.evidence.user_agent,
        }
    }
}

/// What the caller accepted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AcceptancesView {
    /// Newest first.
    #[schema(max_items = 1000)]
    pub items: Vec<AcceptanceView>,
}

impl From<Vec<Acceptance>> for AcceptancesView {
    fn from(acceptances: Vec<Acceptance>) -> Self {
        Self {
            items: acceptances.into_iter().map(AcceptanceView::from).collect(),
        }
    }
}

pub(super) fn user_agent(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::USER_AGENT)?;
    value.to_str().ok().map(str::to_owned)
}

/// What did I accept?
#[utoipa::path(
    get, path = "/me/policy-acceptances", operation_id = "list_my_acceptances", tag = "privacy", security(("bearer" = [])),
    responses(
        (status = 200, description = "Accepted documents", body = AcceptancesView),
        (status = 401, description = "Not signed in", body = ProblemBody),
    )
)]
pub async fn list_my_acceptances(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let rows = app
        .read(move |conn, now| policies::my_acceptances(conn, &caller, now))
        .await?;
    Ok(HttpResponse::Ok().json(AcceptancesView::from(rows)))
}

/// Accept operating rules or a privacy notice (chấp nhận quy chế, thông báo).
#[utoipa::path(
    post, path = "/me/policy-acceptances", operation_id = "accept_policy", tag = "privacy", security(("bearer" = [])), request_body = PolicyAcceptanceBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Accepted", body = AcceptancesView),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 409, description = "`already_there`", body = ProblemBody),
        (status = 422, description = "Unknown, superseded, or the text of a consent", body = ProblemBody),
    )
)]
pub async fn accept_policy(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    request: HttpRequest,
    key: IdempotencyKey,
    body: Body<PolicyAcceptanceBody>,
) -> Answer {
    let key = key.of("accept_policy", &body.raw);
    let (id, agent) = (PolicyId(body.value.policy_id), user_agent(&request));
    creates::create(&app, caller, key, move |work| {
        let rows = policies::accept(work, &caller, id, agent.as_deref())?;
        Ok(Made::at("/me/policy-acceptances".into(), AcceptancesView::from(rows)))
    })
    .await
}

/// A consent that is given.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentBody {
    /// `publish_contact`, `newsletter` or `expert_profile`: one purpose, agreed to by itself.
    #[schema(max_length = 32, example = "newsletter")]
    pub purpose: String,
    /// The text that was read: the one in force for this purpose.
    #[schema(example = "019a5e2b-4b5c-7d3e-8f90-1a2b3c4d5e6f")]
    pub policy_id: Uuid,
}

/// A consent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsentView {
    /// Identifier.
    pub id: Uuid,
    /// To what.
    pub purpose: &'static str,
    /// Under which text.
    pub policy_id: Uuid,
    /// Its version.
    pub policy_number: i64,
    /// SHA-256 of the text in hexadecimal.
    pub text_sha256: String,
    /// How it was given.
    pub channel: String,
    /// When.
    pub given_at: Timestamp,
    /// From which address.
    pub ip: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// When it was withdrawn, or replaced by one under a later text.
    pub withdrawn_at: Option<Timestamp>,
    /// Whether anything may be done under it now: it stands, and processing is not restricted.
    pub in_effect: bool,
}

impl ConsentView {
    pub(super) fn of(consent: Consent, is_restricted: bool) -> Self {
        Self {
            in_effect: consent.withdrawn_at.is_none() && !is_restricted,
            id: consent.id.0,
            purpose: consent.purpose.as_str(),
            policy_id: consent.policy.0,
            policy_number: consent.number,
            text_sha256: hexadecimal(&consent.text_hash),
            channel: consent.channel,
            given_at: consent.given_at,
            ip: consent.evidence.ip,
            user_agent: consent.evidence.user_agent,
            withdrawn_at: consent.withdrawn_at,
        }
    }
}

/// The caller's consents.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsentsView {
    /// Newest first, withdrawn ones included.
    #[schema(max_items = 1000)]
    pub items: Vec<ConsentView>,
}

/// To what did I consent?
#[utoipa::path(
    get, path = "/me/consents", operation_id = "list_my_consents", tag = "privacy", security(("bearer" = [])),
    responses(
        (status = 200, description = "Consents", body = ConsentsView),
        (status = 401, description = "Not signed in", body = ProblemBody),
    )
)]
pub async fn list_my_consents(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let (rows, is_restricted) = app
        .read(move |conn, now| policies::my_consents(conn, &caller, now))
        .await?;
    let items = rows
        .into_iter()
        .map(|consent| ConsentView::of(consent, is_restricted))
        .collect();
    Ok(HttpResponse::Ok().json(ConsentsView { items }))
}

/// Consent to one purpose (đồng ý theo từng mục đích).
#[utoipa::path(
    post, path = "/me/consents", operation_id = "give_consent", tag = "privacy", security(("bearer" = [])), request_body = ConsentBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Given", body = ConsentView),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 409, description = "`already_there`", body = ProblemBody),
        (status = 422, description = "Not the text in force for this purpose, or a purpose that needs no consent", body = ProblemBody),
    )
)]
pub async fn give_consent(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    request: HttpRequest,
    key: IdempotencyKey,
    body: Judged<ConsentBody>,
) -> Answer {
    let key = key.of("give_consent", &body.raw);
    let (purpose, id) = body.by(|said| {
        let purpose = one_of(&said.purpose).map_err(|violation| Error::field("/purpose", violation))?;
        Ok((purpose, PolicyId(said.policy_id)))
    })?;
    let agent = user_agent(&request);
    creates::create(&app, caller, key, move |work| {
        let (consent, is_restricted) = policies::consent(work, &caller, purpose, id, agent.as_deref())?;
        let location = format!("/me/consents/{}", consent.id);
        Ok(Made::at(location, ConsentView::of(consent, is_restricted)))
    })
    .await
}

/// Withdraw a consent (rút lại sự đồng ý), as easily as it was given.
#[utoipa::path(
    delete, path = "/me/consents/{id}", operation_id = "withdraw_consent", tag = "privacy", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 404, description = "None of mine that still stands", body = ProblemBody),
    )
)]
pub async fn withdraw_consent(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ConsentId(id.into_inner());
    app.write(caller.origin, move |work| policies::withdraw(work, &caller, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
