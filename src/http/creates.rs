//! Creates that may be sent twice: done once, answered twice alike (`Idempotency-Key`).

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;

use super::extract::etag;
use super::problem::Answer;
use crate::service::context::Caller;
use crate::service::idempotency::{self, Key};
use crate::service::{App, Error, Result, Work};

/// What was made, as it is told.
pub struct Made<T> {
    /// Path of what was made, below `/api/v1`.
    pub location: String,
    /// Its version, where it has one.
    pub version: Option<i64>,
    /// What is told of it.
    pub view: T,
    /// What is told of it when the same is asked again; as the first time where absent.
    pub again: Option<T>,
    /// Whether it was only begun, where others are done at once: then the answer is 202.
    pub is_begun: bool,
}

impl<T: Serialize> Made<T> {
    /// Something that has versions.
    pub fn versioned(location: String, version: i64, view: T) -> Self {
        Self {
            version: Some(version),
            ..Self::at(location, view)
        }
    }

    /// Something that never changes, or whose changes nobody has to compare.
    pub fn at(location: String, view: T) -> Self {
        Self {
            location,
            version: None,
            view,
            again: None,
            is_begun: false,
        }
    }

    fn answer(&self) -> Result<idempotency::Answer> {
        let json = |view: &T| serde_json::to_string(view).map_err(Error::internal);
        Ok(idempotency::Answer {
            location: format!("/api/v1{}", self.location),
            etag: self.version.map(etag).unwrap_or_default(),
            body: json(&self.view)?,
            kept_body: self.again.as_ref().map(json).transpose()?,
            is_begun: self.is_begun,
            is_replay: false,
        })
    }
}

/// Makes something once, in one unit of work with the memory that it was made, and answers 201.
pub async fn create<T: Serialize>(
    app: &App,
    caller: Caller,
    key: Option<Key>,
    make: impl Fn(&mut Work<'_, '_>) -> Result<Made<T>> + Send + Sync + 'static,
) -> Answer {
    self::make(app, caller, key, StatusCode::CREATED, make).await
}

/// The same, answered with another status: 202 for what is only begun.
pub async fn make<T: Serialize>(
    app: &App,
    caller: Caller,
    key: Option<Key>,
    status: StatusCode,
    make: impl Fn(&mut Work<'_, '_>) -> Result<Made<T>> + Send + Sync + 'static,
) -> Answer {
    let answer = app
        .write(caller.origin, move |work| {
            idempotency::once(work, &caller, key.as_ref(), |work| make(work)?.answer())
        })
        .await?;
    let status = if answer.is_begun { StatusCode::ACCEPTED } else { status };
    let mut response = HttpResponse::build(status);
    response.insert_header((header::LOCATION, answer.location));
    if !answer.etag.is_empty() {
        response.insert_header((header::ETAG, answer.etag));
    }
    if answer.is_replay {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    Ok(response.content_type("application/json").body(answer.body))
}
