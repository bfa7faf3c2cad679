//! Several listings renewed in one request.

use actix_web::{HttpRequest, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::language::Lang;
use super::extract::{IdempotencyKey, Judged, SignedIn};
use super::problem::{Answer, Problem, ProblemBody};
use super::several;
use crate::domain::fields::Violation;
use crate::domain::ids::ListingId;
use crate::service::listing_renewals::{self, Done, Item, MOST};
use crate::service::{App, Error, Result};

/// A listing that still holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewalBody {
    /// Which.
    #[schema(example = "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f23")]
    pub id: Uuid,
    /// The version that was read: no other is renewed.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 3)]
    pub version: i64,
}

/// Listings that still hold.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewalsBody {
    /// At least one, at most 100, each once; renewed in this order.
    #[schema(min_items = 1, max_items = 100)]
    pub renewals: Vec<RenewalBody>,
}

/// What became of one of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RenewalResult {
    /// Which.
    pub id: Uuid,
    /// The status that the renewal alone would have been answered with.
    #[schema(minimum = 200, maximum = 599, example = 200)]
    pub status: u16,
    /// Where the listing stands now; absent when refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "published")]
    pub state: Option<String>,
    /// Its version now; absent when refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Until when it is public; absent when refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemBody>,
}

/// What became of all of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RenewalResults {
    /// In the order in which they were sent.
    #[schema(max_items = 100)]
    pub results: Vec<RenewalResult>,
}

const OPERATION: &str = "renew_several";

/// Say of several listings that they still hold (gia hạn nhiều tin).
///
/// Each is renewed as if it were the only one: what is refused keeps no other back, and tells why as a renewal alone would. With an `Idempotency-Key` the same request does nothing twice: what was done is told again, what was refused is tried again.
#[utoipa::path(
    post, path = "/listing-renewals", operation_id = "renew_several", tag = "listings", security(("bearer" = [])),
    request_body(content = RenewalsBody, example = json!({"renewals": [
        {"id": "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f23", "version": 3},
        {"id": "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f24", "version": 2}
    ]})),
    responses(
        (status = 200, description = "What became of each", body = RenewalResults),
        (status = 403, description = "Whoever writes no listings; `enterprise_not_active`", body = ProblemBody),
        (status = 422, description = "None, more than 100, or one of them twice (`duplicate`): then nothing is renewed", body = ProblemBody),
    )
)]
pub async fn renew_several(
    request: HttpRequest,
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    lang: Lang,
    key: IdempotencyKey,
    body: Judged<RenewalsBody>,
) -> Answer {
    app.read_by_key(move |conn, now| listing_renewals::require_writer(conn, &caller, now))
        .await?;
    let raw = body.raw.clone();
    let items = body.by(|sent| parsed(&sent.renewals, key.0.as_deref()).map_err(|problem| problem.0))?;
    let is_replay = several::begin(&app, caller, key.0.as_deref(), OPERATION, &raw).await?;
    let mut results = Vec::new();
    for item in items {
        let id = item.listing;
        let done = listing_renewals::renew(&app, caller, item).await;
        results.push(result(id, done, |error| several::told(error, lang, &request)));
    }
    several::answer(is_replay, RenewalResults { results })
}

/// All of them, unless one is named twice: its second renewal would be of a version that is no more.
fn parsed(renewals: &[RenewalBody], key: Option<&str>) -> std::result::Result<Vec<Item>, Problem> {
    several::require_count("/renewals", renewals.len(), MOST)?;
    let (mut items, mut wrong) = (Vec::<Item>::new(), Vec::new());
    for (number, sent) in renewals.iter().enumerate() {
        let listing = ListingId(sent.id);
        if items.iter().any(|item| item.listing == listing) {
            let problem = Problem(Error::field("/id", Violation::Duplicate));
            wrong.extend(several::within("/renewals", number, problem));
        }
        items.push(Item {
            listing,
            version: sent.version,
            key: several::key_of_part(key, OPERATION, number, sent)?,
        });
    }
    if wrong.is_empty() {
        Ok(items)
    } else {
        Err(Problem(Error::fields(wrong)))
    }
}

fn result(id: ListingId, done: Result<Done>, told: impl Fn(&Error) -> ProblemBody) -> RenewalResult {
    let result = RenewalResult {
        id: id.0,
        status: 200,
        state: None,
        version: None,
        expires_at: None,
        problem: None,
    };
    match done {
        Ok(done) => RenewalResult {
            state: Some(done.state),
            version: Some(done.version),
            expires_at: done.expires_at,
            ..result
        },
        Err(error) => RenewalResult {
            status: error.code.status(),
            problem: Some(told(&error)),
            ..result
        },
    }
}
