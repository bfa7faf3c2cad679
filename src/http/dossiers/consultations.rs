//! Whom the Department asks before it gives an opinion on a project, and what they answered.

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::calendar::day_of;
use crate::domain::dossier::{ConsultationDraft, Consulted, consultations};
use crate::domain::ids::DossierId;
use crate::domain::text::{Line, Prose};
use crate::http::extract::{IfMatch, Judged, SignedIn, etag};
use crate::http::problem::{Answer, ProblemBody};
use crate::service::dossiers::consulting::{self, Consultations};
use crate::service::{App, Error};

/// All that are to be written down.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"consultations": [{
    "organ": "Sở Nông nghiệp và Môi trường tỉnh Phú Thọ", "letter_number": "498/SKHCN-QLCN", "sent_on": "2026-03-02",
    "due_on": "2026-03-09", "answered_on": "2026-03-06", "answer": "Thống nhất; đề nghị bổ sung hệ thống lọc bụi."
}]}))]
pub struct ConsultationsBody {
    /// In the order in which they are kept; they take the place of what there was.
    #[schema(max_items = 50)]
    pub consultations: Vec<ConsultationDraft>,
}

/// A consultation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierConsultation {
    /// Who is asked.
    #[schema(example = "Sở Nông nghiệp và Môi trường tỉnh Phú Thọ")]
    pub organ: String,
    /// The number of the letter by which.
    #[schema(required, example = "498/SKHCN-QLCN")]
    pub letter_number: Option<String>,
    /// The day on which it was sent.
    pub sent_on: Date,
    /// Until when it asks for an answer.
    #[schema(required)]
    pub due_on: Option<Date>,
    /// The day of the answer.
    #[schema(required)]
    pub answered_on: Option<Date>,
    /// What was answered, in short.
    #[schema(required)]
    pub answer: Option<String>,
    /// The answer itself: one of the dossier's files.
    #[schema(required)]
    pub file: Option<Uuid>,
    /// Whether an answer is missing after the day until which it was asked for. No term of the dossier waits for it.
    pub is_overdue: bool,
    /// Who wrote it down last.
    pub officer_id: Uuid,
    /// When.
    pub written_at: Timestamp,
}

impl DossierConsultation {
    fn of(told: Consulted, today: Date) -> Self {
        let one = told.consultation;
        Self {
            is_overdue: one.is_overdue(today),
            organ: one.organ.into_string(),
            letter_number: one.letter_number.map(Line::into_string),
            sent_on: one.sent_on,
            due_on: one.due_on,
            answered_on: one.answered_on,
            answer: one.answer.map(Prose::into_string),
            file: one.file.map(|file| file.0),
            officer_id: told.officer.0,
            written_at: told.written_at,
        }
    }
}

/// The consultations of a dossier.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierConsultations {
    /// In their order.
    #[schema(max_items = 50)]
    pub consultations: Vec<DossierConsultation>,
}

fn shown(told: Consultations) -> HttpResponse {
    let today = told.today;
    let all = told.all.into_iter().map(|one| DossierConsultation::of(one, today));
    HttpResponse::Ok()
        .insert_header(("ETag", etag(told.version)))
        .insert_header(("Cache-Control", "no-store"))
        .json(DossierConsultations {
            consultations: all.collect(),
        })
}

/// Read whom the Department asked before an opinion, and what was answered (sổ lấy ý kiến).
///
/// For officers who handle the dossier: opinions of councils and experts are confidential (Luật CGCN Đ.20). A reading of the dossier. `ETag` is
/// that of the dossier.
#[utoipa::path(
    get, path = "/dossiers/{id}/consultations", operation_id = "get_dossier_consultations", tag = "dossiers",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "All of them", body = DossierConsultations))
)]
pub async fn get_dossier_consultations(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let id = DossierId(id.into_inner());
    let told = app
        .write(caller.origin, move |work| consulting::read(work, &caller, id))
        .await?;
    Ok(shown(told))
}

/// Write down whom the Department asks before it gives an opinion, and what was answered (lấy ý kiến cơ quan, tổ chức, chuyên gia).
///
/// The whole list, of a dossier that officers enter, until its opinion is given. The law gives the Department its term for all of it: no
/// letter that is sent here stops or moves one.
#[utoipa::path(
    put, path = "/dossiers/{id}/consultations", operation_id = "put_dossier_consultations", tag = "dossiers",
    security(("bearer" = [])), request_body = ConsultationsBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the dossier that was read")),
    responses(
        (status = 200, description = "Written down", body = DossierConsultations),
        (status = 409, description = "`dossier_wrong_state`: it is no opinion, or that was given", body = ProblemBody),
        (status = 422, description = "`validation_failed` at every place that is wrong", body = ProblemBody),
    )
)]
pub async fn put_dossier_consultations(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ConsultationsBody>,
) -> Answer {
    let (id, seen) = (DossierId(id.into_inner()), if_match.required()?);
    let today = day_of(app.clock.now());
    let told = body.value(|told| consultations(&told.consultations, today).map_err(Error::fields))?;
    let written = app
        .write(caller.origin, move |work| {
            consulting::write(work, &caller, (id, seen), &told.consultations)
        })
        .await?;
    Ok(shown(written))
}
