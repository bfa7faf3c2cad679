//! Contact persons of enterprises.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{IfMatch, Judged, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::views::{EnterpriseView, versioned};
use crate::domain::account::Email;
use crate::domain::enterprise::{ContactPerson, Phone};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::EnterpriseId;
use crate::domain::text::Line;
use crate::service::{App, Error, contacts};

/// Whom one asks at an enterprise.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPersonBody {
    /// Person to ask (người liên hệ).
    #[schema(max_length = 100, example = "Nguyễn Thị Lan")]
    pub contact_name: String,
    /// Address for business mail (thư điện tử liên hệ).
    #[schema(max_length = 254, example = "lienhe@lamthao.example")]
    pub contact_email: String,
    /// Vietnamese or international telephone number; kept as E.164 (điện thoại).
    #[schema(max_length = 40, example = "0210 3 846 555")]
    pub contact_phone: String,
}

impl ContactPersonBody {
    fn parse(&self) -> Result<ContactPerson, Error> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("/contact_name", Line::parse(&self.contact_name));
        let email = errors.keep("/contact_email", Email::parse(&self.contact_email));
        let phone = errors.keep("/contact_phone", Phone::parse(&self.contact_phone));
        let person = name.zip(email).zip(phone);
        let person = person.map(|((name, email), phone)| ContactPerson { name, email, phone });
        errors.finish(person).map_err(Error::fields)
    }
}

/// Replace the contact person (cập nhật người liên hệ).
///
/// For owners, in any status but `suspended`; no officer has to review it.
#[utoipa::path(
    put, path = "/enterprises/{id}/contact", operation_id = "edit_enterprise_contact", tag = "enterprises",
    security(("bearer" = [])), request_body = ContactPersonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that is edited")),
    responses(
        (status = 200, description = "Replaced", body = EnterpriseView),
        (status = 403, description = "Not an owner, or `enterprise_not_active`: suspended", body = ProblemBody),
    )
)]
pub async fn edit_enterprise_contact(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ContactPersonBody>,
) -> Answer {
    let (id, seen) = (EnterpriseId(id.into_inner()), if_match.required()?);
    let person = body.by(|said| said.parse())?;
    let seen = app
        .write(caller.origin, move |work| {
            contacts::replace(work, &caller, id, seen, &person)
        })
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}

/// Erase the contact person (xóa dữ liệu người liên hệ), who asked for it and has no account.
///
/// For officers who handle data requests. Another owner becomes the contact person or, where there is none, a pseudonym;
/// the owners get a letter. Whoever has an account asks with it (`POST /me/data-requests`).
#[utoipa::path(
    delete, path = "/enterprises/{id}/contact", operation_id = "erase_enterprise_contact", tag = "privacy",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "Identifier of the enterprise")),
    responses(
        (status = 204, description = "Erased"),
        (status = 403, description = "Not an officer who handles data requests", body = ProblemBody),
        (status = 404, description = "No such enterprise, or it has no contact person any more", body = ProblemBody),
    )
)]
pub async fn erase_enterprise_contact(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = EnterpriseId(id.into_inner());
    app.write(caller.origin, move |work| contacts::erase(work, &caller, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
