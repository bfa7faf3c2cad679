//! Several decisions in one request.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::checklists::TicksView;
use super::documents::{day, said};
use super::extract::language::Lang;
use super::extract::{IdempotencyKey, Judged, SignedIn};
use super::moderation::returned;
use super::problem::{Answer, Problem, ProblemBody};
use super::reports::ReportOutcome;
use super::several;
use super::views::NoteView;
use crate::domain::audit::{Reason, ReasonCode};
use crate::domain::enterprise::document::DocumentVerdict;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::review::EntryKind;
use crate::domain::review::checklist::Ticks;
use crate::domain::review::decision::ReviewOutcome;
use crate::domain::text::Prose;
use crate::service::documents::Finding;
use crate::service::idempotency::Key;
use crate::service::review::bulk::{self, Done, Item, Judgement, MOST};
use crate::service::review::decisions::Verdict;
use crate::service::{App, Error, Result};

/// One decision, with what a single one takes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// What waits, as in the queue.
    #[schema(value_type = EntryKind, example = "listing")]
    pub r#type: String,
    /// The enterprise, the listing, the document or the report.
    #[schema(example = "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f23")]
    pub id: Uuid,
    /// The version that was read: no other is decided on.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 3)]
    pub version: i64,
    /// `approved`, `rejected` or `changes_requested`; of a document `accepted`, `refused` or `expired`; of a report `upheld` or
    /// `dismissed`.
    #[schema(max_length = 30, example = "approved")]
    pub verdict: String,
    /// What was looked at; for an approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checklist: Option<TicksView>,
    /// Why, for the figures; for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReasonCode>)]
    pub reason_code: Option<String>,
    /// What is wrong and what to do, 10 to 2,000 characters; for the others, and for a document that is not accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub reason_text: Option<String>,
    /// What is to be mended where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub notes: Vec<NoteView>,
    /// The last day on which a document holds; `null` where it has no end; what its owner said when absent. For documents.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 10, example = "2028-06-30")]
    pub valid_to: Option<Option<String>>,
    /// What was done, or why nothing is; for reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub answer: Option<String>,
}

impl DecisionBody {
    /// What was read, unless something stands beside it that nobody would read: that is told with what else is wrong.
    fn alone<T>(&self, read: &[&str], parsed: Result<T>) -> Result<T> {
        let sent = [
            ("/checklist", self.checklist.is_some()),
            ("/reason_code", self.reason_code.is_some()),
            ("/reason_text", self.reason_text.is_some()),
            ("/notes", !self.notes.is_empty()),
            ("/valid_to", self.valid_to.is_some()),
            ("/answer", self.answer.is_some()),
        ];
        let unread = sent
            .into_iter()
            .filter(|(name, is_sent)| *is_sent && !read.contains(name));
        let conflicts = unread.map(|(pointer, _)| FieldError {
            pointer: pointer.into(),
            violation: Violation::Conflicts { with: "verdict" },
        });
        let mut wrong: Vec<FieldError> = conflicts.collect();
        match parsed {
            Ok(parsed) if wrong.is_empty() => return Ok(parsed),
            Ok(_) => {}
            Err(error) => wrong.extend(error.fields),
        }
        Err(Error::fields(wrong))
    }

    fn parse(&self, key: Option<Key>) -> Result<Item> {
        let kind = self.r#type.parse();
        let kind = kind.map_err(|_unknown| choice("/type", EntryKind::ALL))?;
        let verdict = match kind {
            EntryKind::Document => self.paper()?,
            EntryKind::Report => self.answer()?,
            EntryKind::Enterprise | EntryKind::Amendment | EntryKind::Listing | EntryKind::Revision => {
                Judgement::Review(self.review(kind)?)
            }
        };
        Ok(Item {
            subject: (kind, self.id),
            version: self.version,
            verdict,
            key,
        })
    }

    /// Why; a member that was not sent is missing, and not wrong.
    fn reason(&self) -> std::result::Result<Reason, Vec<FieldError>> {
        let (code, text) = (self.reason_code.as_deref(), self.reason_text.as_deref());
        Reason::parse(code.unwrap_or_default(), text.unwrap_or_default()).map_err(|mut wrong| {
            for field in &mut wrong {
                let is_absent = code.is_none() && field.pointer == "/reason_code";
                if is_absent {
                    field.violation = Violation::Required;
                }
            }
            wrong
        })
    }

    /// What is decided on what was handed in.
    fn review(&self, kind: EntryKind) -> Result<Verdict> {
        let back = || {
            let read = ["/reason_code", "/reason_text", "/notes"];
            self.alone(&read, returned(self.reason(), &self.notes, kind))
        };
        Ok(match self.verdict.parse() {
            Ok(ReviewOutcome::Approved) => {
                let read = |ticks| self.alone(&["/checklist"], ticks);
                // What it lacks is told with what is strange in it when it is known what is approved; what is refused before is told
                // with what is strange.
                let ticks = read(self.ticks());
                Verdict::Approve(ticks.map_err(|refused| read(self.known_ticks()).err().unwrap_or(refused))?)
            }
            Ok(ReviewOutcome::Rejected) => Verdict::Reject(back()?),
            Ok(ReviewOutcome::ChangesRequested) => Verdict::RequestChanges(back()?),
            Ok(ReviewOutcome::Endorsed) | Err(_) => return Err(choice("/verdict", &VERDICTS)),
        })
    }

    /// What was looked at.
    fn ticks(&self) -> Result<Ticks> {
        let missing = || Error::field("/checklist", Violation::Required);
        Ok(Ticks::from(self.checklist.clone().ok_or_else(missing)?))
    }

    fn known_ticks(&self) -> Result<Ticks> {
        let ticks = self.ticks()?;
        ticks.require_known("/checklist").map_err(Error::fields)?;
        Ok(ticks)
    }

    /// What is decided on a document of a profile.
    fn paper(&self) -> Result<Judgement> {
        let verdict = self.verdict.parse();
        let verdict: DocumentVerdict = verdict.map_err(|_unknown| choice("/verdict", DocumentVerdict::ALL))?;
        let mut errors = FieldErrors::default();
        let valid_to = self.valid_to.as_ref();
        let valid_to = valid_to.and_then(|text| errors.keep("/valid_to", day(text.as_deref())));
        let is_bare = self.reason_code.is_none() && self.reason_text.is_none();
        let reason = if is_bare && verdict == DocumentVerdict::Accepted {
            None
        } else {
            errors.keep_all(self.reason())
        };
        let finding = errors.finish(Some(Finding {
            verdict,
            reason,
            valid_to,
        }));
        let read = ["/reason_code", "/reason_text", "/valid_to"];
        self.alone(&read, finding.map(Judgement::Paper).map_err(Error::fields))
    }

    /// What is answered to a report.
    fn answer(&self) -> Result<Judgement> {
        let outcome = self.verdict.parse();
        let outcome: ReportOutcome = outcome.map_err(|_unknown| choice("/verdict", ReportOutcome::ALL))?;
        let answer = self.answer.as_deref().ok_or(Violation::Required);
        let answer = answer.and_then(Prose::parse);
        let answer = answer.map_err(|violation| Error::field("/answer", violation));
        let answer = self.alone(&["/answer"], answer)?;
        Ok(Judgement::Answer(outcome == ReportOutcome::Upheld, answer))
    }
}

fn choice(pointer: &str, values: &[impl ToString]) -> Error {
    let values = values.iter().map(ToString::to_string).collect();
    Error::field(pointer, Violation::NotOneOf { values })
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
    /// The enterprise, the listing, the document or the report.
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
/// Whatever waits in the queue: registrations, changes of verified data, listings, revisions, documents and reports, each with the verdicts of its sort. Each is decided on as if it were the only one: what is refused keeps no other back. With an `Idempotency-Key` the same
/// request does nothing twice: what was done is told again, what was refused is tried again.
#[utoipa::path(
    post, path = "/moderation/decisions", operation_id = "decide_several", tag = "moderation", security(("bearer" = [])),
    request_body(content = DecisionsBody, example = json!({"decisions": [
        {"type": "listing", "id": "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f23", "version": 3, "verdict": "approved",
         "checklist": {"edition": 1, "ticked": ["is_lawful", "is_no_advertising", "fields_fit", "specifications_plausible"]}},
        {"type": "listing", "id": "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f24", "version": 2, "verdict": "changes_requested",
         "reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy; đề nghị bổ sung.",
         "notes": [{"pointer": "/title/en", "text": "Bổ sung tên tiếng Anh."}]},
        {"type": "document", "id": "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f25", "version": 1, "verdict": "accepted", "valid_to": "2028-06-30"},
        {"type": "report", "id": "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f26", "version": 1, "verdict": "dismissed",
         "answer": "Đã kiểm tra máy tại cơ sở: đúng như tin đăng."}
    ]})),
    responses(
        (status = 200, description = "What became of each", body = DecisionResults),
        (status = 403, description = "Not an officer who reviews", body = ProblemBody),
        (status = 422, description = "None, or more than 50; or one of them is not complete: then nothing is decided", body = ProblemBody),
    )
)]
pub async fn decide_several(
    request: HttpRequest,
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    lang: Lang,
    key: IdempotencyKey,
    body: Judged<DecisionsBody>,
) -> Answer {
    app.read_by_key(move |conn, now| bulk::require_reviewer(conn, &caller, now))
        .await?;
    let raw = body.raw.clone();
    let items = body.by(|sent| parsed(&sent.decisions, key.0.as_deref()).map_err(|problem| problem.0))?;
    let is_replay = several::begin(&app, caller, key.0.as_deref(), OPERATION, &raw).await?;
    let mut results = Vec::new();
    for item in items {
        let subject = item.subject;
        let done = bulk::decide(&app, caller, item).await.map_err(Error::of_write);
        results.push(result(subject, done, |error| several::told(error, lang, &request)));
    }
    several::answer(is_replay, DecisionResults { results })
}

const OPERATION: &str = "decide_several";

/// What is decided; a first approval is made of the second officer's lacking.
const VERDICTS: [ReviewOutcome; 3] = [
    ReviewOutcome::Approved,
    ReviewOutcome::Rejected,
    ReviewOutcome::ChangesRequested,
];

/// All of them, or every wrong field of every one.
fn parsed(decisions: &[DecisionBody], key: Option<&str>) -> std::result::Result<Vec<Item>, Problem> {
    several::require_count("/decisions", decisions.len(), MOST)?;
    let (mut items, mut wrong) = (Vec::new(), Vec::new());
    for (number, sent) in decisions.iter().enumerate() {
        match sent.parse(several::key_of_part(key, OPERATION, number, sent)?) {
            Ok(item) => items.push(item),
            Err(error) => wrong.extend(several::within("/decisions", number, Problem(error))),
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
        Err(error) => DecisionResult {
            status: error.code.status(),
            problem: Some(told(&error)),
            ..result
        },
    }
}
