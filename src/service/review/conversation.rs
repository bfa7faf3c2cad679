//! The conversation about what was handed in: what its owner and the officers who review it wrote, with the decisions, in
//! the order in which they came, and when an enterprise was halted or closed. Both read all of it, but for what officers
//! agree on among themselves.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::listing_of;
use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::account::{AccountStatus, Standing};
use crate::domain::audit::Deed;
use crate::domain::ids::{AccountId, DocumentId, EnterpriseId, ListingId};
use crate::domain::letter::{Letter, Words};
use crate::domain::review::EntryKind;
use crate::domain::review::decision::Decided;
use crate::domain::text::Prose;
use crate::service::context::{Caller, Work};
use crate::service::letters::Recipient;
use crate::service::members::tell_owners_about;
use crate::service::paging::{cut, rows_for};
use crate::service::{ErrorCode, Result, enterprises as registrations, listings as posts};
pub use crate::store::audit::Step;
use crate::store::review_claims::{self, Subject};
pub use crate::store::review_decisions::Place;
pub use crate::store::review_messages::Message;
use crate::store::{
    self, AnyConn, accounts, audit, documents, enterprises, listings, review_decisions, review_messages,
};

/// Most that one person writes about one thing in a day.
const MOST_A_DAY: i64 = 100;

/// What was written, or decided.
#[derive(Clone, Debug)]
pub enum Said {
    /// Somebody wrote.
    Message(Message),
    /// An officer decided.
    Decision(Decided),
    /// The enterprise was halted or closed, or goes on.
    Step(Step),
}

/// What the conversation about an enterprise tells beside decisions on what it handed in.
const STEPS: [Deed; 4] = [
    Deed::EnterpriseSuspended,
    Deed::EnterpriseReinstated,
    Deed::EnterpriseClosed,
    Deed::EnterpriseReopened,
];

/// One turn of a conversation.
#[derive(Clone, Debug)]
pub struct Turn {
    /// What.
    pub said: Said,
    /// Who, for officers.
    pub name: Option<String>,
}

impl Turn {
    fn place(&self) -> Place {
        match &self.said {
            Said::Message(message) => (message.at, message.id),
            Said::Decision(decided) => (decided.at, decided.id),
            Said::Step(step) => (step.at, step.id),
        }
    }

    fn hide_checklist(&mut self) {
        if let Said::Decision(decided) = &mut self.said {
            decided.checklist = None;
        }
    }

    fn speaker(&self) -> Option<AccountId> {
        match &self.said {
            Said::Message(message) => Some(message.author),
            Said::Decision(decided) => Some(decided.officer),
            Said::Step(step) => step.actor.map(AccountId),
        }
    }
}

/// A page of the conversation about a thing, oldest first.
pub fn read(
    conn: &mut AnyConn,
    caller: &Caller,
    subject: Subject,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Turn>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    open(conn, &actor, subject, Wish::Read, now)?;
    let is_officer = matches!(actor, Actor::Officer { .. });
    let decisions = review_decisions::page(conn, subject, is_officer, after, rows_for(limit))?;
    let messages = review_messages::page(conn, subject, after, rows_for(limit))?;
    let steps = if subject.0 == EntryKind::Enterprise {
        audit::steps(conn, subject.1, &STEPS, after, rows_for(limit))?
    } else {
        Vec::new()
    };
    let decisions = decisions.into_iter().map(Said::Decision);
    let mut turns: Vec<Turn> = decisions
        .chain(messages.into_iter().map(Said::Message))
        .chain(steps.into_iter().map(Said::Step))
        .map(|said| Turn { said, name: None })
        .collect();
    turns.sort_by_key(Turn::place);
    let (mut turns, next) = cut(turns, limit, Turn::place);
    if is_officer {
        name(conn, &mut turns)?;
    } else {
        // What officers looked at is their own work.
        turns.iter_mut().for_each(Turn::hide_checklist);
    }
    Ok((turns, next))
}

/// Who is on the other side is told to officers; owners hear the Department.
fn name(conn: &mut AnyConn, turns: &mut [Turn]) -> Result<()> {
    let mut people: Vec<AccountId> = turns.iter().filter_map(Turn::speaker).collect();
    people.sort_unstable();
    people.dedup();
    let names: HashMap<AccountId, String> = review_messages::names(conn, &people)?.into_iter().collect();
    for turn in turns {
        turn.name = turn.speaker().and_then(|speaker| names.get(&speaker).cloned());
    }
    Ok(())
}

/// Writes to the other side, which is told by letter.
pub fn write(work: &mut Work<'_, '_>, caller: &Caller, subject: Subject, body: &Prose<4000>) -> Result<Turn> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let about = open(work.conn(), &actor, subject, Wish::Write, now)?;
    let author = actor.account().ok_or(ErrorCode::Forbidden)?;
    let since = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(now);
    if review_messages::count_since(work.conn(), subject, author, since)? >= MOST_A_DAY {
        return Err(ErrorCode::LimitReached.into());
    }
    let message = Message {
        id: work.next_id(),
        subject,
        enterprise: about.enterprise,
        author,
        is_officer: matches!(actor, Actor::Officer { .. }),
        body: body.clone(),
        at: now,
    };
    review_messages::insert(work.uow, &about.permit, &message)?;
    let sort = match subject.0 {
        EntryKind::Enterprise | EntryKind::Amendment => "enterprise",
        EntryKind::Listing | EntryKind::Revision => "listing",
        EntryKind::Document => "document",
        EntryKind::Report => "report",
    };
    work.remember(&about.permit, Deed::ReviewMessageWritten, sort, subject.1, None)?;
    let letter = Letter::ReviewMessage(Words {
        about: subject.0.as_str().to_owned(),
        name: about.name,
        is_officer: message.is_officer,
        body: message.body.to_string(),
    });
    if message.is_officer {
        tell_owners_about(work, about.enterprise, listing_of(subject), &letter)?;
    } else {
        tell_officer(work, subject, &letter)?;
    }
    let mut turns = [Turn {
        said: Said::Message(message),
        name: None,
    }];
    if matches!(actor, Actor::Officer { .. }) {
        name(work.conn(), &mut turns)?;
    }
    let [turn] = turns;
    Ok(turn)
}

/// Tells the officer who has taken it up, or else who decided last; nobody where there is none, or none any more.
fn tell_officer(work: &mut Work<'_, '_>, subject: Subject, letter: &Letter) -> Result<()> {
    let now = work.now;
    let officer = match review_claims::find(work.conn(), subject, now)? {
        Some(claim) => Some(claim.officer),
        None => review_decisions::last(work.conn(), subject)?.map(|decided| decided.officer),
    };
    let Some(officer) = officer else { return Ok(()) };
    let officer = accounts::find(work.conn(), officer)?;
    let works = officer.status == AccountStatus::Active && matches!(officer.standing, Standing::Officer { .. });
    if works {
        work.send_about(&Recipient::of(&officer), listing_of(subject), letter)?;
    }
    Ok(())
}

/// What is wanted of a conversation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Read,
    Write,
}

/// What a conversation is about, and the proof that the caller may take part.
struct About {
    permit: Permit,
    enterprise: EnterpriseId,
    name: String,
}

fn open(conn: &mut AnyConn, actor: &Actor, (kind, id): Subject, wish: Wish, now: Timestamp) -> Result<About> {
    let is_officer = matches!(actor, Actor::Officer { .. });
    match kind {
        // Whoever reported something is told by letter, and its owner does not learn of it here.
        EntryKind::Report => Err(registrations::hide(actor, store::Error::NotFound)),
        EntryKind::Enterprise | EntryKind::Amendment | EntryKind::Document => {
            let paper = match kind {
                EntryKind::Document => documents::find(conn, DocumentId(id)).map(Some),
                _ => Ok(None),
            };
            let paper = paper.map_err(|error| registrations::hide(actor, error))?;
            let id = paper.as_ref().map_or(EnterpriseId(id), |paper| paper.enterprise);
            let enterprise = match wish {
                Wish::Read => registrations::decided_on(conn, actor, id)?,
                // Nobody is there who would answer.
                Wish::Write => {
                    let found = enterprises::find(conn, id);
                    found.map_err(|error| registrations::hide(actor, error))?
                }
            };
            let action = match (wish, is_officer) {
                (Wish::Read, _) => Action::ReadAmendment,
                (Wish::Write, true) => Action::ReviewEnterprise,
                (Wish::Write, false) => Action::AnswerReview,
            };
            Ok(About {
                permit: decide(actor, action, &registrations::resource(&enterprise))?,
                enterprise: enterprise.id,
                name: match paper {
                    Some(paper) => paper.name.as_str().to_owned(),
                    None => enterprise.profile.legal_name.to_string(),
                },
            })
        }
        EntryKind::Listing | EntryKind::Revision => {
            let found = listings::find_at(conn, ListingId(id), now);
            let (listing, owner) = found.map_err(|error| registrations::hide(actor, error))?;
            let action = match (wish, is_officer) {
                (Wish::Read, _) => Action::ReadRevision,
                (Wish::Write, true) => Action::ReviewListing,
                (Wish::Write, false) => Action::EditListing,
            };
            Ok(About {
                permit: decide(actor, action, &posts::resource(&listing, &owner))?,
                enterprise: listing.enterprise_id,
                name: listing.content.title.vi.to_string(),
            })
        }
    }
}
