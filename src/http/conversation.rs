//! What owners and officers say to each other about what was handed in, and where it differs from what is live or was seen.

use std::str::FromStr;

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::checklists::TicksView;
use super::creates::{self, Made};
use super::extract::page::{after_in_time, cursor_in_time};
use super::extract::query::wrong_parameter;
use super::extract::{IdempotencyKey, Judged, JudgedQuery, Page, PageQuery, Paged, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::review::subject;
use super::revisions::{DifferenceView, MediaChangeView};
use super::views::NoteView;
use crate::domain::audit::ReasonCode;
use crate::domain::fields::among;
use crate::domain::listing::revision::Difference;
use crate::domain::review::EntryKind;
use crate::domain::review::decision::{Decided, ReviewOutcome};
use crate::domain::text::Prose;
use crate::service::review::comparison::{self, Against, Comparison};
use crate::service::review::conversation::{self, Said, Turn};
use crate::service::{App, Error};

/// A decision, as the conversation has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RulingView {
    /// What was decided.
    #[schema(value_type = ReviewOutcome, example = "changes_requested")]
    pub verdict: &'static str,
    /// About which version.
    pub version: i64,
    /// Why, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReasonCode>, example = "incomplete")]
    pub reason_code: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy; đề nghị bổ sung.")]
    pub reason_text: Option<String>,
    /// What is to be mended where.
    #[schema(max_items = 50)]
    pub notes: Vec<NoteView>,
    /// What was looked at before it was approved; told to officers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checklist: Option<TicksView>,
}

impl From<&Decided> for RulingView {
    fn from(decided: &Decided) -> Self {
        let (reason_code, reason_text) = decided.reason.clone().unzip();
        Self {
            verdict: decided.outcome.as_str(),
            version: decided.version,
            reason_code,
            reason_text,
            notes: decided.notes.iter().map(NoteView::from).collect(),
            checklist: decided.checklist.as_ref().map(TicksView::from),
        }
    }
}

/// What became of an enterprise, as the conversation has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepView {
    /// What was done: `enterprise.suspended`, `enterprise.reinstated`, `enterprise.closed` or `enterprise.reopened`.
    #[schema(example = "enterprise.suspended")]
    pub deed: String,
    /// Why, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReasonCode>, example = "unlawful")]
    pub reason_code: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Đăng bán hàng cấm, đang xác minh.")]
    pub reason_text: Option<String>,
}

/// One turn of a conversation: a message, a decision, or a step of an enterprise.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TurnView {
    /// Identifier.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Which side speaks: `owner` or `officer`.
    #[schema(example = "officer")]
    pub by: &'static str,
    /// Who; told to officers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Trần Văn Duyệt")]
    pub name: Option<String>,
    /// What was written; absent in decisions and steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Chúng tôi đã bổ sung ảnh tem máy.")]
    pub text: Option<String>,
    /// What was decided; absent in messages and steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<RulingView>,
    /// That the enterprise was halted or closed, or goes on; only in the conversation about a registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepView>,
}

impl From<&Turn> for TurnView {
    fn from(turn: &Turn) -> Self {
        let name = turn.name.clone();
        match &turn.said {
            Said::Message(message) => Self {
                id: message.id,
                at: message.at,
                by: if message.is_officer { "officer" } else { "owner" },
                name,
                text: Some(message.body.to_string()),
                decision: None,
                step: None,
            },
            Said::Decision(decided) => Self {
                id: decided.id,
                at: decided.at,
                by: "officer",
                name,
                text: None,
                decision: Some(decided.into()),
                step: None,
            },
            Said::Step(step) => {
                let (reason_code, reason_text) = step.reason.clone().unzip();
                Self {
                    id: step.id,
                    at: step.at,
                    by: if step.actor_kind == "officer" {
                        "officer"
                    } else {
                        "owner"
                    },
                    name,
                    text: None,
                    decision: None,
                    step: Some(StepView {
                        deed: step.deed.clone(),
                        reason_code,
                        reason_text,
                    }),
                }
            }
        }
    }
}

/// The conversation about what was handed in, oldest first (trao đổi).
///
/// Messages and decisions, and of an enterprise when it was suspended, closed or goes on; for its owner and the officers who review it. Of enterprises and amendments for owners, of
/// listings and revisions for every member. `id` is the enterprise's or the listing's identifier.
#[utoipa::path(
    get, path = "/reviews/{type}/{id}/messages", operation_id = "list_review_messages", tag = "moderation", security(("bearer" = [])),
    params(("type" = EntryKind, Path, description = "What was handed in"), ("id" = Uuid, Path, description = "The enterprise, or the listing"), PageQuery),
    responses(
        (status = 200, description = "A page of the conversation", body = Page<TurnView>),
        (status = 403, description = "Neither its owner nor an officer who reviews it", body = ProblemBody),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
    )
)]
pub async fn list_review_messages(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(String, Uuid)>,
    page: Paged,
) -> Answer {
    let (subject, limit) = (subject(path)?, page.limit);
    let tag = format!("review:{subject:?}");
    let place = after_in_time(page.after.as_deref(), &tag)?;
    let (turns, next) = app
        .read(move |conn, now| conversation::read(conn, &caller, subject, place, limit, now))
        .await?;
    let next = next.map(|place| cursor_in_time(&tag, place));
    let turns = turns.iter().map(TurnView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(turns, limit, next)))
}

/// A message to the other side.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageBody {
    /// What to say, 1 to 4,000 characters.
    #[schema(min_length = 1, max_length = 4000, example = "Chúng tôi đã bổ sung ảnh tem máy.")]
    pub text: String,
}

/// Write to the other side about what was handed in (gửi trao đổi).
///
/// Owners write to the officers who review it, and officers to the owners, who get a letter. An officer gets one who has
/// taken it up, or else who decided last.
#[utoipa::path(
    post, path = "/reviews/{type}/{id}/messages", operation_id = "write_review_message", tag = "moderation", security(("bearer" = [])),
    request_body = MessageBody,
    params(("type" = EntryKind, Path, description = "What was handed in"), ("id" = Uuid, Path, description = "The enterprise, or the listing")),
    responses(
        (status = 201, description = "Written", body = TurnView),
        (status = 403, description = "Neither its owner nor an officer who reviews it", body = ProblemBody),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
        (status = 409, description = "`limit_reached`: 100 in a day", body = ProblemBody),
        (status = 422, description = "No text, or too long a one", body = ProblemBody),
    )
)]
pub async fn write_review_message(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(String, Uuid)>,
    key: IdempotencyKey,
    body: Judged<MessageBody>,
) -> Answer {
    let subject = subject(path)?;
    let place = format!("/reviews/{}/{}/messages", subject.0, subject.1);
    let key = key.of(&format!("write_review_message {place}"), &body.raw);
    let text = body.by(|said| Prose::parse(&said.text).map_err(|violation| Error::field("/text", violation)))?;
    creates::create(&app, caller, key, move |work| {
        let turn = conversation::write(work, &caller, subject, &text)?;
        Ok(Made::at(place.clone(), TurnView::from(&turn)))
    })
    .await
}

/// With what to compare.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DiffQuery {
    /// `live`: with what is live, of amendments and revisions, where it is the default; `decision`: with what the officer
    /// saw who decided last.
    #[param(max_length = 10, example = "decision")]
    pub against: Option<String>,
}

impl FromStr for Against {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "live" => Ok(Self::Live),
            "decision" => Ok(Self::Decision),
            _ => Err(()),
        }
    }
}

/// Where what was handed in differs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewDiff {
    /// The version that is compared: the one to decide on.
    pub version: i64,
    /// With what it is compared: `live` or `decision`.
    #[schema(example = "decision")]
    pub against: &'static str,
    /// The version with which: of what is live, or of what was seen.
    pub base_version: i64,
    /// When was decided; absent when compared with what is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// What was decided; absent when compared with what is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<RulingView>,
    /// The places; lists are compared entry by entry.
    pub differences: Vec<DifferenceView>,
    /// What became of files and videos, of listings and revisions.
    pub media: Vec<MediaChangeView>,
}

impl From<Comparison> for ReviewDiff {
    fn from(compared: Comparison) -> Self {
        let differences = compared.differences.into_iter();
        Self {
            version: compared.version,
            against: match compared.against {
                Against::Live => "live",
                Against::Decision => "decision",
            },
            base_version: compared.base_version,
            decided_at: compared.decided.as_ref().map(|decided| decided.at),
            decision: compared.decided.as_ref().map(RulingView::from),
            differences: differences
                .map(|Difference { pointer, before, after }| DifferenceView { pointer, before, after })
                .collect(),
            media: compared.media.into_iter().map(Into::into).collect(),
        }
    }
}

/// What changed, field by field (so sánh).
///
/// A revision or an amendment against what is live, and anything that is handed in again against what the officer saw who
/// decided last. For whoever reads the conversation.
#[utoipa::path(
    get, path = "/reviews/{type}/{id}/diff", operation_id = "get_review_diff", tag = "moderation", security(("bearer" = [])),
    params(("type" = EntryKind, Path, description = "What was handed in"), ("id" = Uuid, Path, description = "The enterprise, or the listing"), DiffQuery),
    responses(
        (status = 200, description = "Every place at which they differ", body = ReviewDiff),
        (status = 403, description = "Neither its owner nor an officer who reviews it", body = ProblemBody),
        (status = 404, description = "Absent or hidden; or there is nothing to compare with: nothing live, no decision yet", body = ProblemBody),
    )
)]
pub async fn get_review_diff(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(String, Uuid)>,
    query: JudgedQuery<DiffQuery>,
) -> Answer {
    let (subject, vault) = (subject(path)?, app.vault.clone());
    let (_, against) = query.by(|query| {
        let against = query.against.as_deref().map(str::parse).transpose();
        against.map_err(|()| wrong_parameter("against", among(&["live", "decision"])))
    })?;
    let compared = app
        .read(move |conn, now| comparison::compare(conn, &vault, &caller, subject, against, now))
        .await?;
    Ok(HttpResponse::Ok().json(ReviewDiff::from(compared)))
}
