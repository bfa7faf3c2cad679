//! Certificates: read by the parties and by officers, entered where they are older than the exchange, and verified by
//! everybody who has number and code.

pub mod annulled;
pub mod duplicates;
pub mod export;
pub mod page;
pub mod restorations;
pub mod views;
pub mod waiting;

use actix_web::http::header;
use actix_web::web::{self, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::annulled::list_annulled_certificates;
use self::duplicates::DocumentOfQuery;
pub use self::duplicates::{get_duplicate_proposal, issue_duplicate, propose_duplicate, withdraw_duplicate_proposal};
pub use self::export::export_certificates;
pub use self::page::show_verification;
pub use self::restorations::{
    confirm_restoration, get_restoration_proposal, propose_restoration, withdraw_restoration_proposal,
};
use self::views::{CertificateSummary, CertificateVerification, CertificateView, SignedRecordView};
use super::creates::{self, Made};
use super::extract::page::{after, cursor, limit};
use super::extract::query::{parameter, words, wrong_parameter};
use super::extract::{IdempotencyKey, Judged, JudgedQuery, Page, Query, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::certificate::number::in_address;
use crate::domain::certificate::proof::Proof;
use crate::domain::certificate::record::{RecordKind, Signer};
use crate::domain::dossier::{DossierDraft, TransferDirection};
use crate::domain::fields::{FieldErrors, Violation, one_of};
use crate::domain::ids::{AccountId, CertificateId};
use crate::domain::procedure::{Issues, day};
use crate::domain::tax_code::TaxCode;
use crate::domain::text::Line;
use crate::service::certificates::entering::{self, Paper};
use crate::service::certificates::reading::{self, PageAt, Wanted};
use crate::service::certificates::{duplicating, keys};
use crate::service::dossiers::with_content;
use crate::service::keyring::{Jwk, KEPT_BY_OTHERS};
use crate::service::{App, Error, Result};

/// A certificate that was issued before the exchange was there, as its paper has it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateBody {
    /// `registration`, `amendment` or `licence`.
    #[schema(value_type = Issues, example = "registration")]
    pub kind: String,
    /// Code of the authority that issued it.
    #[schema(max_length = 20, example = "SKHCN-VP")]
    pub authority: String,
    /// Its name.
    #[schema(max_length = 200, example = "Sở Khoa học và Công nghệ tỉnh Vĩnh Phúc")]
    pub authority_name: String,
    /// Where it signed.
    #[schema(max_length = 60, example = "Vĩnh Phúc")]
    pub place: String,
    /// Number.
    #[schema(max_length = 100, example = "03/2023/CNĐKCGCN-SKHCN")]
    pub number: String,
    /// When it was issued; not after today.
    #[schema(max_length = 10, example = "2023-05-16")]
    pub issued_on: String,
    /// When the contract was signed.
    #[schema(max_length = 10, example = "2023-04-03")]
    pub contract_signed_on: Option<String>,
    /// When it was last reported on; of a licence. The next report is due by the end of the year after that.
    #[schema(max_length = 10, example = "2025-12-20")]
    pub last_report_on: Option<String>,
    /// The first certificate of the chain; of an amendment.
    #[schema(max_length = 36)]
    pub amends: Option<String>,
    /// Who signed.
    #[schema(max_length = 100, example = "Trần Văn Hòa")]
    pub signer_name: String,
    /// As what.
    #[schema(max_length = 100, example = "Giám đốc")]
    pub signer_title: String,
    /// What it says: parties, technology, contract, money, of an amendment what changed.
    pub content: DossierDraft,
}

fn authority_code(text: &str) -> std::result::Result<String, Violation> {
    let is_known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
    if (1..=20).contains(&text.len()) && text.bytes().all(is_known) {
        Ok(text.to_owned())
    } else {
        Err(Violation::Malformed { what: "authority_code" })
    }
}

/// A number in which there is something to compare.
fn number(text: &str) -> std::result::Result<String, Violation> {
    let line = Line::<100>::parse(text)?.into_string();
    if in_address(&line).is_empty() {
        return Err(Violation::Malformed {
            what: "certificate_number",
        });
    }
    Ok(line)
}

impl CertificateBody {
    fn parse(self) -> Result<Paper> {
        let mut errors = FieldErrors::default();
        let kind = errors.keep("/kind", one_of::<Issues>(&self.kind));
        let authority = errors.keep("/authority", authority_code(&self.authority));
        let name = errors.keep("/authority_name", Line::<200>::parse(&self.authority_name));
        let place = errors.keep("/place", Line::<60>::parse(&self.place));
        let number = errors.keep("/number", number(&self.number));
        let issued_on = errors.keep("/issued_on", day(&self.issued_on));
        let signed_on = errors.keep_opt("/contract_signed_on", self.contract_signed_on.as_deref(), day);
        let reported_on = errors.keep_opt("/last_report_on", self.last_report_on.as_deref(), day);
        let no_id = |_wrong| Violation::Malformed { what: "identifier" };
        let id = |text: &str| text.parse().map_err(no_id);
        let amends: Option<CertificateId> = errors.keep_opt("/amends", self.amends.as_deref(), id);
        let signer = errors.keep("/signer_name", Line::<100>::parse(&self.signer_name));
        let title = errors.keep("/signer_title", Line::<100>::parse(&self.signer_title));
        let head = kind.zip(authority).zip(name.zip(place)).zip(number.zip(issued_on));
        let paper = head.zip(signer.zip(title)).map(|(head, (signer, title))| {
            let (((kind, authority_code), (authority_name, place)), (number, issued_on)) = head;
            Paper {
                kind: RecordKind::from(kind),
                authority_code,
                authority_name: authority_name.into_string(),
                place: place.into_string(),
                number,
                issued_on,
                contract_signed_on: signed_on,
                last_report_on: reported_on,
                amends,
                signer: Signer {
                    name: signer.into_string(),
                    title: title.into_string(),
                },
                content: self.content,
            }
        });
        errors.finish(paper).map_err(Error::fields)
    }
}

/// Enter a certificate that was issued before the exchange was there (ghi Giấy chứng nhận đã cấp), with its own number.
///
/// Also of authorities that the Department succeeded. It has neither document nor signature here; what is filed later can
/// amend it.
#[utoipa::path(
    post, path = "/certificates", operation_id = "enter_certificate", tag = "dossiers", security(("bearer" = [])), request_body = CertificateBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Entered", body = CertificateView),
        (status = 404, description = "`not_found`: the filer's place or the technology's fields are outside of the caller's scope", body = ProblemBody),
        (status = 409, description = "`already_there`: the authority's certificate with this number is in the register", body = ProblemBody),
    )
)]
pub async fn enter_certificate(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<CertificateBody>,
) -> Answer {
    let key = key.of("enter_certificate", &body.raw);
    let (lists, is_read) = (app.in_force().await?, body.is_read());
    let paper = Box::new(body.by(|said| with_content((&lists, is_read), said.content.clone(), said.parse()))?);
    creates::create(&app, caller, key, move |work| {
        let held = entering::enter(work, &caller, &paper)?;
        let location = format!("/certificates/{}", held.certificate.id);
        Ok(Made::at(location, CertificateView::of(&held)))
    })
    .await
}

/// Which certificates.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CertificatesQuery {
    /// Words of number, parties' names, technology, or the numbers of the investment project and its certificate, with or without diacritics: all
    /// of the first eight are in it.
    #[param(max_length = 200, example = "say lua song thao")]
    pub q: Option<String>,
    /// Of this kind.
    #[param(max_length = 20, example = "registration")]
    pub kind: Option<String>,
    /// From where to where.
    #[param(max_length = 20, example = "inbound")]
    pub direction: Option<String>,
    /// Of a party with this tax code, or with that of an enterprise that was merged into the one that has it.
    #[param(max_length = 20, example = "2600357502")]
    pub tax_code: Option<String>,
    /// In this field, or what is below it.
    #[param(max_length = 60, example = "food")]
    pub field: Option<String>,
    /// Issued on this day or later.
    #[param(max_length = 10, example = "2026-01-01")]
    pub from: Option<String>,
    /// Issued on this day or before.
    #[param(max_length = 10, example = "2026-03-31")]
    pub to: Option<String>,
    /// Signed, or entered, by this officer.
    #[param(max_length = 36)]
    pub signed_by: Option<String>,
    /// Of which a duplicate waits for a signature (true), or none (false).
    pub duplicate_proposed: Option<bool>,
    /// Of which a restoration waits to be confirmed (true), or none (false).
    pub restoration_proposed: Option<bool>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl CertificatesQuery {
    fn wanted(&self) -> Result<Wanted> {
        let words = words("q", self.q.as_deref())?;
        let malformed = |what| Violation::Malformed { what };
        let account = |text: &str| text.parse().map(AccountId).map_err(|_wrong| malformed("identifier"));
        let tax_code = |text: &str| text.parse::<TaxCode>().map_err(Violation::TaxCode);
        let direction = parameter("direction", self.direction.as_deref(), one_of::<TransferDirection>)?;
        let kind = parameter("kind", self.kind.as_deref(), one_of::<Issues>)?;
        let tax_code = parameter("tax_code", self.tax_code.as_deref(), tax_code)?;
        let (from, to) = (
            parameter("from", self.from.as_deref(), day)?,
            parameter("to", self.to.as_deref(), day)?,
        );
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(wrong_parameter("to", Violation::Conflicts { with: "from" }));
        }
        Ok(Wanted {
            enterprise: None,
            words,
            kind: kind.map(|kind| kind.as_str().to_owned()),
            direction: direction.map(|direction| direction.as_str().to_owned()),
            tax_code: tax_code.map(|code| code.as_str().to_owned()),
            from,
            to,
            signed_by: parameter("signed_by", self.signed_by.as_deref(), account)?,
            duplicate_proposed: self.duplicate_proposed,
            restoration_proposed: self.restoration_proposed,
        })
    }

    fn field(&self) -> Result<Option<String>> {
        let line = self.field.as_deref().map(Line::<60>::parse).transpose();
        let line = line.map_err(|violation| wrong_parameter("field", violation))?;
        Ok(line.map(Line::into_string))
    }

    fn place(&self, tag: &str) -> Result<Option<PageAt>> {
        after::<(String, CertificateId)>(self.after.as_deref(), tag)
    }
}

/// The register of certificates (sổ đăng ký Giấy chứng nhận), the newest first; for officers.
///
/// Those within the caller's scope: a page may be short and have a next one. That it was shown is in the audit trail.
#[utoipa::path(
    get, path = "/certificates", operation_id = "list_certificates", tag = "dossiers", security(("bearer" = [])), params(CertificatesQuery),
    responses((status = 200, description = "A page", body = Page<CertificateSummary>))
)]
pub async fn list_certificates(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<CertificatesQuery>,
    request: HttpRequest,
) -> Answer {
    let (query, (limit, wanted, field)) =
        query.by(|query| Ok((limit(query.limit, &settings)?, query.wanted()?, query.field()?)))?;
    let tag = format!("certificates:{field:?}:{wanted:?}");
    let after = query.place(&tag)?;
    let filter = request.query_string().to_owned();
    let page = app
        .write(caller.origin, move |work| {
            let page = (field.as_deref(), after.clone(), limit);
            reading::show_list(work, &caller, (&wanted, &filter), page)
        })
        .await?;
    let items = page.entries.iter().map(CertificateSummary::of).collect();
    let next = page.next.map(|next| cursor(&tag, &next));
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// List the certificates of the caller's enterprise (Giấy chứng nhận của tôi), the newest first.
#[utoipa::path(
    get, path = "/me/certificates", operation_id = "list_my_certificates", tag = "dossiers", security(("bearer" = [])), params(CertificatesQuery),
    responses((status = 200, description = "A page", body = Page<CertificateSummary>))
)]
pub async fn list_my_certificates(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<CertificatesQuery>,
) -> Answer {
    let (query, (limit, wanted)) = query.by(|query| {
        let officers_only = [
            ("field", query.field.is_some()),
            ("signed_by", query.signed_by.is_some()),
            ("duplicate_proposed", query.duplicate_proposed.is_some()),
            ("restoration_proposed", query.restoration_proposed.is_some()),
        ];
        if let Some((name, _)) = officers_only.into_iter().find(|(_, is_told)| *is_told) {
            return Err(wrong_parameter(name, Violation::Malformed { what: "parameter_name" }));
        }
        Ok((limit(query.limit, &settings)?, query.wanted()?))
    })?;
    let tag = format!("my_certificates:{wanted:?}");
    let after = query.place(&tag)?;
    let vault = app.vault.clone();
    let (page, next) = app
        .read(move |conn, now| reading::mine((conn, &*vault), &caller, &wanted, after, limit, now))
        .await?;
    let items = page.iter().map(CertificateSummary::of).collect();
    let next = next.map(|next| cursor(&tag, &next));
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Read a certificate (xem Giấy chứng nhận), with its chain and what holds today: its parties, and officers, whose readings
/// are in the audit trail.
#[utoipa::path(
    get, path = "/certificates/{id}", operation_id = "get_certificate", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The certificate", body = CertificateView))
)]
pub async fn get_certificate(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let id = CertificateId(id.into_inner());
    let held = app
        .write(caller.origin, move |work| reading::read(work, &caller, id))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(CertificateView::of(&held)))
}

/// A file to be kept, called by a number.
pub(super) fn file(number: &str, ending: &str, media_type: &str, content: Vec<u8>) -> HttpResponse {
    let name = format!("attachment; filename=\"{}.{ending}\"", in_address(number));
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(content)
}

/// Download the document of a certificate (tải Giấy chứng nhận), PDF/A with the signed record in it, or a duplicate's.
#[utoipa::path(
    get, path = "/certificates/{id}/document", operation_id = "get_certificate_document", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), DocumentOfQuery),
    responses(
        (status = 200, description = "The document", content((Vec<u8> = "application/pdf"))),
        (status = 404, description = "`not_found`: none, or not issued here", body = ProblemBody),
    )
)]
pub async fn get_certificate_document(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    Query(query): Query<DocumentOfQuery>,
) -> Answer {
    let id = CertificateId(id.into_inner());
    let (held, content) = app
        .write(caller.origin, move |work| match query.duplicate {
            None => reading::document(work, &caller, id),
            Some(ordinal) => duplicating::document(work, &caller, id, ordinal),
        })
        .await?;
    Ok(file(&held.certificate.record.number, "pdf", "application/pdf", content))
}

/// Download the record of a certificate, or of a duplicate, with its signature (tải bản ghi có chữ ký số); `vptex certificate verify` checks it.
#[utoipa::path(
    get, path = "/certificates/{id}/record", operation_id = "get_certificate_record", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), DocumentOfQuery),
    responses(
        (status = 200, description = "`record`, and `jws`: the same as canonical JSON (RFC 8785), signed (RFC 7515, EdDSA)", body = SignedRecordView),
        (status = 404, description = "`not_found`: none, or not issued here", body = ProblemBody),
    )
)]
pub async fn get_certificate_record(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    Query(query): Query<DocumentOfQuery>,
) -> Answer {
    let id = CertificateId(id.into_inner());
    let (held, content) = app
        .write(caller.origin, move |work| {
            reading::signed_file(work, &caller, id, query.duplicate)
        })
        .await?;
    Ok(file(
        &held.certificate.record.number,
        "json",
        "application/json",
        content,
    ))
}

/// Download the proof that a certificate, or a duplicate, is in the audit trail (bằng chứng ghi nhật ký); `vptex certificate verify FILE --proof` checks it.
///
/// A row with the SHA-256 of the signed record (`…/record`), the way from it to the root of its lane, and the checkpoint that
/// was signed first since. Whoever has a copy of the checkpoints of that time sees that nothing was put in later.
#[utoipa::path(
    get, path = "/certificates/{id}/proof", operation_id = "get_certificate_proof", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), DocumentOfQuery),
    responses(
        (status = 200, description = "The proof", body = Proof),
        (status = 404, description = "`not_found`: none, or not issued here", body = ProblemBody),
        (status = 409, description = "`proof_pending`: no checkpoint was signed since", body = ProblemBody),
    )
)]
pub async fn get_certificate_proof(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    Query(query): Query<DocumentOfQuery>,
) -> Answer {
    let id = CertificateId(id.into_inner());
    let (held, proof) = app
        .write(caller.origin, move |work| {
            reading::proof(work, &caller, id, query.duplicate)
        })
        .await?;
    let content = serde_json::to_vec_pretty(&proof).map_err(Error::internal)?;
    let name = format!("{}-proof", held.certificate.record.number);
    Ok(file(&name, "json", "application/json", content))
}

/// Verify a certificate by its number and code (tra cứu Giấy chứng nhận): whether it is in force, amended, expired or
/// annulled.
///
/// For everybody who has the paper: both are printed on it. The number is written with `-` for `/` and without diacritics.
#[utoipa::path(
    get, path = "/verify/{number}/{code}", operation_id = "verify_certificate", tag = "dossiers",
    params(
        ("number" = String, Path, description = "Number, as in the address on the paper", max_length = 200, example = "01-2026-CNDKCGCN-SKHCN"),
        ("code" = String, Path, description = "Verification code", max_length = 40, example = "7KQ2M9XWTBC4HD8VNPR3FZ6GYA"),
    ),
    responses(
        (status = 200, description = "What holds today", body = CertificateVerification),
        (status = 404, description = "`not_found`: no certificate has this number and code", body = ProblemBody),
    )
)]
pub async fn verify_certificate(app: web::Data<App>, path: Path<(String, String)>) -> Answer {
    let (number, code) = path.into_inner();
    let vault = app.vault.clone();
    let verified = app
        .read(move |conn, now| reading::verify((conn, &*vault), (&number, &code), now))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(CertificateVerification::of(&verified)))
}

#[derive(Serialize)]
struct KeySet {
    keys: Vec<Jwk>,
    /// The keys that sign checkpoints of the audit trail, for proofs; another member than RFC 7517 knows.
    checkpoint_keys: Vec<String>,
}

/// `GET /.well-known/certificate-keys.json`: the keys that sign certificates or ever did (RFC 7517).
pub async fn serve_certificate_keys(app: web::Data<App>) -> Answer {
    let (vault, rules) = (app.vault.clone(), app.rules.clone());
    let read = app.read(move |conn, _now| {
        Ok((
            keys::published(conn, &vault)?,
            keys::of_checkpoints(conn, &vault, &rules.public_url)?,
        ))
    });
    let (keys, checkpoint_keys) = read.await?;
    let kept = format!("public, max-age={}", KEPT_BY_OTHERS.as_secs());
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, kept))
        .json(KeySet { keys, checkpoint_keys }))
}
