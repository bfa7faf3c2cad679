//! The receipt of a dossier with the day of its result.

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::RuleName;
use crate::domain::calendar::day_of;
use crate::domain::dossier::{AttachmentDraft, PaperForm};
use crate::domain::ids::DossierId;
use crate::domain::procedure::ProcedureDraft;
use crate::http::certificates::file;
use crate::http::extract::SignedIn;
use crate::http::problem::{Answer, ProblemBody};
use crate::service::App;
use crate::service::dossiers::appointment::{self, Appointment, NoDay};

/// A paper that was handed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReceivedPaper {
    /// Which of the procedure's papers it is, or `other`.
    #[schema(required, max_length = 40, example = "contract")]
    pub document: Option<String>,
    /// What people call it: by its title, else by the rules.
    #[schema(required, example = "Hợp đồng chuyển giao công nghệ")]
    pub name_vi: Option<String>,
    /// The same in English.
    #[schema(required)]
    pub name_en: Option<String>,
    /// In which form it was handed in.
    #[schema(required, value_type = Option<PaperForm>, example = "original")]
    pub form: Option<String>,
    /// Pages.
    #[schema(required)]
    pub pages: Option<u16>,
    /// Which of the dossier's files it is; null of what was brought on paper.
    #[schema(required)]
    pub file: Option<String>,
}

impl ReceivedPaper {
    fn of(paper: &AttachmentDraft, rules: &ProcedureDraft) -> Self {
        let name = appointment::name_of(paper, rules);
        let (name_vi, name_en) = name.map(|(vi, en)| (vi.to_owned(), en.to_owned())).unzip();
        Self {
            document: paper.document.clone(),
            name_vi,
            name_en,
            form: paper.form.clone(),
            pages: paper.pages,
            file: paper.file.clone(),
        }
    }
}

/// The receipt of a dossier with the day of its result.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierReceipt {
    /// The dossier's number.
    #[schema(required, example = "HS-REG-2026-00007")]
    pub number: Option<String>,
    /// The procedure.
    pub procedure: RuleName,
    /// The authority before which it comes.
    #[schema(required)]
    pub authority: Option<RuleName>,
    /// Where that authority is; null of one of which the rules do not tell it.
    #[schema(required, example = "Phú Thọ")]
    pub place: Option<String>,
    /// Where it stands.
    pub state: RuleName,
    /// Who handed it in.
    #[schema(required, example = "Công ty TNHH Cơ khí Sông Thao")]
    pub handed_in_by: Option<String>,
    /// By which event it was handed in last.
    #[schema(max_length = 40, example = "submit")]
    pub event: String,
    /// When that was entered.
    pub handed_in_at: Timestamp,
    /// The day on which it came, from which terms run: of a paper the one that was told.
    pub received_on: Date,
    /// What was handed in.
    #[schema(max_items = 50)]
    pub papers: Vec<ReceivedPaper>,
    /// The officer who handles it, of a paper the one who entered it; null before somebody does.
    #[schema(required, example = "Trần Văn Duyệt")]
    pub officer: Option<String>,
    /// The fee in đồng; null while it is not known.
    #[schema(required, example = 5_000_000)]
    pub fee: Option<i64>,
    /// Until when it is decided; null while it is back with whoever files, once it is decided, and where the rules have no term.
    #[schema(required)]
    pub result_due_on: Option<Date>,
    /// Why there is no such day: `awaited` (more is waited for), `decided`, or `no_term` (the rules have none); null where there is one.
    #[schema(required, max_length = 10, example = "awaited")]
    pub no_result_day: Option<&'static str>,
    /// The day that was promised instead, in the last apology for missing that one; null where nobody apologised for it.
    #[schema(required)]
    pub promised_on: Option<Date>,
}

impl From<&Appointment> for DossierReceipt {
    fn from(told: &Appointment) -> Self {
        let (opened, rules) = (&told.opened, &told.opened.set.rules.text);
        let state = &opened.dossier.standing.state;
        let known = opened.set.rules.state(state);
        let papers = told.content.draft().attachments.iter();
        Self {
            number: opened.dossier.number.clone(),
            procedure: RuleName {
                code: opened.set.code.clone(),
                name_vi: rules.name_vi.clone(),
                name_en: rules.name_en.clone(),
            },
            authority: told.authority.as_ref().map(|authority| RuleName {
                code: authority.code.clone(),
                name_vi: authority.name_vi.clone(),
                name_en: authority.name_en.clone(),
            }),
            place: told.authority.as_ref().and_then(|authority| authority.place.clone()),
            state: RuleName {
                code: state.clone(),
                name_vi: known.map_or_else(|| state.clone(), |known| known.name_vi.clone()),
                name_en: known.map_or_else(|| state.clone(), |known| known.name_en.clone()),
            },
            handed_in_by: told.handed_in_by.clone(),
            event: told.handed_in.event.clone(),
            handed_in_at: told.handed_in.at,
            received_on: told.handed_in.received_on.unwrap_or_else(|| day_of(told.handed_in.at)),
            papers: papers.map(|paper| ReceivedPaper::of(paper, rules)).collect(),
            officer: told.officer.clone(),
            fee: opened.fee(),
            result_due_on: told.result_due_on.ok(),
            no_result_day: told.result_due_on.err().map(NoDay::as_str),
            promised_on: told.promised_on,
        }
    }
}

/// Read the receipt of a dossier (giấy tiếp nhận hồ sơ và hẹn trả kết quả): what was handed in last, by whom, when, who handles it, and until
/// when it is decided.
///
/// For whoever reads the dossier, of which it is a reading. It tells how things stand now: asked back, a dossier has no day of its result.
#[utoipa::path(
    get, path = "/dossiers/{id}/receipt", operation_id = "get_dossier_receipt", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 200, description = "The receipt", body = DossierReceipt),
        (status = 409, description = "`dossier_wrong_state`: it was never handed in", body = ProblemBody),
    )
)]
pub async fn get_dossier_receipt(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let id = DossierId(id.into_inner());
    let told = app
        .write(caller.origin, move |work| appointment::read(work, &caller, id))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(DossierReceipt::from(&told)))
}

/// Download the receipt of a dossier (tải giấy tiếp nhận hồ sơ và hẹn trả kết quả) as a document, PDF/A.
///
/// It says what the receipt tells, in Vietnamese, for signatures on paper; of the same facts it has the same bytes.
#[utoipa::path(
    get, path = "/dossiers/{id}/receipt/document", operation_id = "get_dossier_receipt_document", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 200, description = "The document", content((Vec<u8> = "application/pdf"))),
        (status = 409, description = "`dossier_wrong_state`: it was never handed in; `not_printable`: a name has a letter that no font here has", body = ProblemBody),
    )
)]
pub async fn get_dossier_receipt_document(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let id = DossierId(id.into_inner());
    let told = app
        .write(caller.origin, move |work| {
            appointment::read(work, &caller, id).map(Box::new)
        })
        .await?;
    let number = told.opened.dossier.number.clone().unwrap_or_default();
    // Nobody waits with what is to be written until this is set; that it was read is written, whatever comes of it.
    let content = app.run_blocking(move || appointment::document(&told)).await?;
    Ok(file(&number, "pdf", "application/pdf", content))
}
