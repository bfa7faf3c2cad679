//! What handlers take: each extractor reads one part of a request, strictly, and answers a problem when it cannot.

pub mod caller;
pub mod idempotency;
pub mod json;
pub mod judged_query;
pub mod language;
pub mod page;
pub mod precondition;
pub mod query;
pub mod ranges;
pub mod upload;

pub use caller::{MaybeSignedIn, SignedIn};
pub use idempotency::IdempotencyKey;
pub use json::{Body, Judged, MERGE_PATCH};
pub use judged_query::JudgedQuery;
pub use language::Lang;
pub use page::{Page, PageInfo, PageQuery, Paged};
pub use precondition::{IfMatch, etag, etag_for_visitors, etag_of_shown};
pub use query::Query;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use actix_web::web::Data;

use super::server::HttpSettings;
use crate::service::{App, Error, ErrorCode, Result};

/// The exchange, which the server's wiring always provides.
fn app(request: &HttpRequest) -> Result<&Data<App>> {
    request
        .app_data()
        .ok_or_else(|| Error::internal("the application is not wired"))
}

/// The limits, which the server's wiring always provides.
pub(super) fn settings(request: &HttpRequest) -> Result<&Data<HttpSettings>> {
    request
        .app_data()
        .ok_or_else(|| Error::internal("the limits are not wired"))
}

fn bad_header(name: &HeaderName, vi: &str, en: &str) -> Error {
    Error::new(
        ErrorCode::InvalidHeader,
        format!("{name}: {vi}"),
        format!("{name}: {en}"),
    )
}

/// The value of a header that may be sent at most once; two of them would leave open which one counts.
fn single<'r>(request: &'r HttpRequest, name: &HeaderName) -> Result<Option<&'r str>> {
    let mut values = request.headers().get_all(name);
    let (first, second) = (values.next(), values.next());
    match (first, second) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(text) => Ok(Some(text)),
            Err(_not_ascii) => Err(bad_header(
                name,
                "chỉ nhận ký tự ASCII in được.",
                "only visible ASCII is accepted.",
            )),
        },
        (Some(_), Some(_)) => Err(bad_header(name, "chỉ được gửi một lần.", "may be sent only once.")),
    }
}
