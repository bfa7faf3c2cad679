//! Duplicates of certificates whose paper was lost.

use actix_web::web::{self, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::DuplicateView;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::CertificateId;
use crate::domain::procedure::day;
use crate::domain::text::{Line, Prose};
use crate::http::creates::{self, Made};
use crate::http::extract::{Body, IdempotencyKey, SignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::service::certificates::duplicating::{self, Asked};
use crate::service::{App, Error, Result};

/// What was asked for.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "asked_by": "Công ty TNHH Cơ khí Sông Thao, công văn số 15/CV-ST", "asked_on": "2026-11-20",
    "reason": "Mất do hỏa hoạn tại trụ sở.",
}))]
pub struct DuplicateBody {
    /// Who asked for it, and by which letter.
    #[schema(max_length = 300)]
    pub asked_by: String,
    /// When; not after today, nor before the certificate.
    #[schema(max_length = 10)]
    pub asked_on: String,
    /// Why: how the paper was lost.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// As what the signer signs; as the head of the authority of today when absent.
    #[schema(max_length = 100)]
    pub signed_as: Option<String>,
}

impl DuplicateBody {
    fn parse(&self) -> Result<Asked> {
        let mut errors = FieldErrors::default();
        let by = errors.keep("/asked_by", Line::parse(&self.asked_by));
        let on = errors.keep("/asked_on", day(&self.asked_on));
        let reason = errors.keep("/reason", Prose::parse(&self.reason));
        let signed_as = errors.keep_opt("/signed_as", self.signed_as.as_deref(), Line::parse);
        let asked = by.zip(on).zip(reason).map(|((by, on), reason)| Asked {
            by,
            on,
            reason,
            signed_as,
        });
        errors.finish(asked).map_err(Error::fields)
    }
}

/// Issue a duplicate of a certificate whose paper was lost (cấp lại bản bị mất): an event of the house, for officers who sign.
///
/// It says what the certificate says, and which duplicate it is; it is signed and verified like the certificate, which stays
/// what it is. Its document is `GET /certificates/{id}/document?duplicate=1`.
#[utoipa::path(
    post, path = "/certificates/{id}/duplicates", operation_id = "issue_duplicate", tag = "dossiers", security(("bearer" = [])),
    request_body = DuplicateBody,
    params(
        ("id" = Uuid, Path, description = "Identifier of the certificate"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Issued", body = DuplicateView),
        (status = 409, description = "`not_competent`: it was not issued here, or by an authority whose place nobody here took; `certificate_not_in_force`: it was annulled; `limit_reached`: 20 were issued", body = ProblemBody),
    )
)]
pub async fn issue_duplicate(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    key: IdempotencyKey,
    body: Body<DuplicateBody>,
) -> Answer {
    let id = CertificateId(id.into_inner());
    let key = key.of(&format!("issue_duplicate:{id}"), &body.raw);
    let asked = body.value.parse()?;
    creates::create(&app, caller, key, move |work| {
        let duplicate = duplicating::issue(work, &caller, id, &asked)?;
        let location = format!("/certificates/{id}/document?duplicate={}", duplicate.mark.ordinal);
        Ok(Made::at(location, DuplicateView::of(&duplicate)))
    })
    .await
}
