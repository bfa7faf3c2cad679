//! What one officer proposed of a certificate, read and taken back: of a duplicate as of a restoration.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::ids::CertificateId;
use crate::http::problem::Answer;
use crate::service::context::{Caller, Work};
use crate::service::{App, Result};

/// What is taken back.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WithdrawnQuery {
    /// The one that was read (its `id`); whichever waits when absent.
    pub proposal: Option<Uuid>,
}

/// How the one that waits is read.
type Reading<T> = fn(&mut Work<'_, '_>, &Caller, CertificateId) -> Result<T>;
/// How it is taken back: that one, where one is named.
type TakingBack = fn(&mut Work<'_, '_>, &Caller, CertificateId, Option<Uuid>) -> Result<()>;

/// The one that waits, as `V` shows it. Nobody keeps it: it is confidential.
pub(super) async fn read<T, V>(app: &App, caller: Caller, id: Uuid, reading: Reading<T>) -> Answer
where
    T: Send + 'static,
    V: From<T> + Serialize,
{
    let id = CertificateId(id);
    let waiting = app.write(caller.origin, move |work| reading(work, &caller, id)).await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(V::from(waiting)))
}

/// Takes it back, or refuses to sign or confirm it.
pub(super) async fn take_back(
    app: &App,
    caller: Caller,
    (id, query): (Uuid, WithdrawnQuery),
    taking: TakingBack,
) -> Answer {
    let id = CertificateId(id);
    app.write(caller.origin, move |work| taking(work, &caller, id, query.proposal))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
