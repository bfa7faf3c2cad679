//! Several decisions in one request.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::checklists::TicksView;
use super::extract::language::Lang;
use super::extract::{Body, IdempotencyKey, SignedIn};
use super::moderation::ReturnBody;
use super::observe::request_id;
use super::problem::{Answer, Problem, ProblemBody};
use super::views::NoteView;
use crate::domain::audit::ReasonCode;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::review::EntryKind;
use crate::domain::review::checklist::Ticks;
use crate::domain::review::decision::ReviewOutcome;
use crate::service::idempotency::{self, Key};
use crate::service::review::bulk::{self, Done, Item, MOST};
use crate::service::review::decisions::Verdict;
use crate::service::{App, Error, Result};

/// One decision, with what a single one takes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// What waits, as in the queue.
    #[schema(value_type = EntryKind, example = "listing")]
    pub r#type: String,
    /// The enterprise, or the listing.
    #[schema(example = "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f23")]
    pub id: Uuid,
    /// The version that was read: no other is decided on.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 3)]
    pub version: i64,
    /// `approved`, `rejected` or `changes_requested`.
    #[schema(max_length = 30, example = "approved")]
    pub verdict: String,
    /// What was looked at; for an approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checklist: Option<TicksView>,
    /// Why, for the figures; for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReasonCode>)]
    pub reason_code: Option<String>,
    /// What is wrong and what to do, 10 to 2,000 characters; for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub reason_text: Option<String>,
    /// What is to be mended where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub notes: Vec<NoteView>,
}

impl DecisionBody {
    /// Nothing is told that nobody would read.
    fn require_no_reason(&self) -> std::result::Result<(), Problem> {
        let sent = [
            ("/reason_code", self.reason_code.is_some()),
            ("/reason_text", self.reason_text.is_some()),
            ("/notes", !self.notes.is_empty()),
        ];
        match sent.into_iter().find(|(_, is_sent)| *is_sent) {
            Some((pointer, _)) => Err(conflict(pointer)),
            None => Ok(()),
        }
    }

    fn parse(&self, key: Option<Key>) -> std::result::Result<Item, Problem> {
        let missing = |pointer| Problem(Error::field(pointer, Violation::Required));
        let choice = |pointer, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            Problem(Error::field(pointer, Violation::NotOneOf { values }))
        };
        let kind = match self.r#type.parse() {
            Ok(EntryKind::Document | EntryKind::Report) | Err(_) => return Err(choice("/type", &TYPES)),
            Ok(kind) => kind,
        };
        let returned = || {
            let body = ReturnBody {
                reason_code: self.reason_code.clone().ok_or_else(|| missing("/reason_code"))?,
                reason_text: self.reason_text.clone().ok_or_else(|| missing("/reason_text"))?,
                notes: self.notes.clone(),
            };
            body.parse()
        };
        let verdict = match self.verdict.parse() {
            Ok(ReviewOutcome::Approved) => {
                self.require_no_reason()?;
                let ticks = self.checklist.clone().ok_or_else(|| missing("/checklist"))?;
                let ticks = Ticks::from(ticks);
                let known = ticks.require_known("/checklist");
                known.map_err(|errors| Problem(Error::fields(errors)))?;
                Verdict::Approve(ticks)
            }
            Ok(_) if self.checklist.is_some() => return Err(conflict("/checklist")),
            Ok(ReviewOutcome::Rejected) => Verdict::Reject(returned()?),
            Ok(ReviewOutcome::ChangesRequested) => Verdict::RequestChanges(returned()?),
            Ok(ReviewOutcome::Endorsed) | Err(_) => return Err(choice("/verdict", &VERDICTS)),
        };
        Ok(Item {
            subject: (kind, self.id),
            version: self.version,
            verdict,
            key,
        })
    }
}

fn conflict(pointer: &str) -> Problem {
    Problem(Error::field(pointer, Violation::Conflicts { with: "verdict" }))
}

/// Decisions.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionsBody {
    /// At least one, at most 50; done in this order.
    #[schema(min_items = 1, max_items = 50)]
    pub decisions: Vec<DecisionBody>,
}

/// What became of one of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionResult {
    /// What it was about.
    #[schema(value_type = EntryKind, example = "listing")]
    pub r#type: &'static str,
    /// The enterprise, or the listing.
    pub id: Uuid,
    /// The status that the decision alone would have been answered with.
    #[schema(minimum = 200, maximum = 599, example = 200)]
    pub status: u16,
    /// Where the thing stands now; absent when refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "published")]
    pub state: Option<String>,
    /// Its version now; absent when refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Why it was refused; pointers are into this decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemBody>,
}

/// What became of all of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionResults {
    /// In the order in which they were sent.
    #[schema(max_items = 50)]
    pub results: Vec<DecisionResult>,
}

/// Decide on several things (duyệt hàng loạt).
///
/// Each is decided on as if it were the only one: what is refused keeps no other back. With an `Idempotency-Key` the same
/// request does nothing twice: what was done is told again, what was refused is tried again.
#[utoipa::path(
    post, path = "/moderation/decisions", operation_id = "decide_several", tag = "moderation", security(("bearer" = [])),
    request_body(content = DecisionsBody, example = json!({"decisions": [
        {"type": "listing", "id": "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f23", "version": 3, "verdict": "approved",
         "checklist": {"edition": 1, "ticked": ["is_lawful", "is_no_advertising", "fields_fit", "specifications_plausible"]}},
        {"type": "listing", "id": "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f24", "version": 2, "verdict": "changes_requested",
         "reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy; đề nghị bổ sung.",
         "notes": [{"pointer": "/title/en", "text": "Bổ sung tên tiếng Anh."}]}
    ]})),
    responses(
        (status = 200, description = "What became of each", body = DecisionResults),
        (status = 403, description = "Not an officer who reviews", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "None, or more than 50; or one of them is not complete: then nothing is decided", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn decide_several(
    request: HttpRequest,
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    lang: Lang,
    key: IdempotencyKey,
    body: Body<DecisionsBody>,
) -> Answer {
    app.read_by_key(move |conn, now| bulk::require_reviewer(conn, &caller, now))
        .await?;
    let decisions = body.value.decisions;
    if decisions.is_empty() || decisions.len() > MOST {
        let violation = if decisions.is_empty() {
            Violation::Required
        } else {
            Violation::TooMany { max: MOST }
        };
        return Err(Problem(Error::field("/decisions", violation)));
    }
    let items = parsed(&decisions, key.0.as_deref())?;
    let is_replay = match whole(key.0.as_deref(), &body.raw) {
        Some(key) => {
            app.write(caller.origin, move |work| idempotency::begin(work, &caller, &key))
                .await?
        }
        None => false,
    };
    let mut results = Vec::new();
    for item in items {
        let subject = item.subject;
        let done = bulk::decide(&app, caller, item).await.map_err(Error::of_write);
        let told = |error: &Error| ProblemBody::new(error, lang, request.path(), request_id(&request));
        results.push(result(subject, done, told));
    }
    let mut answer = HttpResponse::Ok();
    if is_replay {
        answer.insert_header(("Idempotent-Replayed", "true"));
    }
    Ok(answer.json(DecisionResults { results }))
}

/// The key of all of them together, by which another request is told from the same one sent again.
fn whole(key: Option<&str>, raw: &[u8]) -> Option<Key> {
    key.map(|key| Key::new(format!("{key} all"), "decide_several", raw))
}

/// What is decided on by the dozen; documents and reports have answers of their own.
const TYPES: [&str; 4] = [
    EntryKind::Enterprise.as_str(),
    EntryKind::Amendment.as_str(),
    EntryKind::Listing.as_str(),
    EntryKind::Revision.as_str(),
];
/// What is decided; a first approval is made of the second officer's lacking.
const VERDICTS: [&str; 3] = [
    ReviewOutcome::Approved.as_str(),
    ReviewOutcome::Rejected.as_str(),
    ReviewOutcome::ChangesRequested.as_str(),
];

/// Each has a key of its own, which no client can have chosen: theirs have no spaces.
fn key_of(key: Option<&str>, number: usize, sent: &DecisionBody) -> std::result::Result<Option<Key>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let raw = serde_json::to_vec(sent).map_err(|error| Problem(Error::internal(error)))?;
    Ok(Some(Key::new(format!("{key} {number}"), "decide_several", &raw)))
}

/// All of them, or every wrong field of every one.
fn parsed(decisions: &[DecisionBody], key: Option<&str>) -> std::result::Result<Vec<Item>, Problem> {
    let (mut items, mut wrong) = (Vec::new(), Vec::new());
    for (number, sent) in decisions.iter().enumerate() {
        match sent.parse(key_of(key, number, sent)?) {
            Ok(item) => items.push(item),
            Err(Problem(error)) => wrong.extend(error.fields.into_iter().map(|field| FieldError {
                pointer: format!("/decisions/{number}{}", field.pointer),
                ..field
            })),
        }
    }
    if wrong.is_empty() {
        Ok(items)
    } else {
        Err(Problem(Error::fields(wrong)))
    }
}

fn result((kind, id): (EntryKind, Uuid), done: Result<Done>, told: impl Fn(&Error) -> ProblemBody) -> DecisionResult {
    let result = DecisionResult {
        r#type: kind.as_str(),
        id,
        status: 200,
        state: None,
        version: None,
        problem: None,
    };
    match done {
        Ok(done) => DecisionResult {
            status: if done.is_endorsed { 202 } else { 200 },
            state: Some(done.state),
            version: Some(done.version),
            ..result
        },
        Err(error) => {
            if error.code.status() >= 500 {
                tracing::error!(code = error.code.as_str(), cause = ?error, "a decision among several failed");
            }
            DecisionResult {
                status: error.code.status(),
                problem: Some(told(&error)),
                ..result
            }
        }
    }
}
