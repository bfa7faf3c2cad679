//! Open terms after the calendar changed: each that can be counted anew from what is kept is, and the audit trail has both
//! dates. It is done in parts, whichever node is first, and from the beginning when it was interrupted: a term that was
//! moved already does not move again.

use std::sync::Arc;

use serde_json::json;
use tracing::{info, warn};
use uuid::Uuid;

use super::CalendarEdition;
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::audit::{Deed, Reason};
use crate::domain::calendar::{Calendar, day_of, deadline_of, last_day};
use crate::domain::complaint::Complaint;
use crate::domain::dossier::Dossier;
use crate::domain::ids::DataRequestId;
use crate::domain::ip_notice::IpNotice;
use crate::domain::privacy::DataRequest;
use crate::domain::procedure::engine::Happened;
use crate::domain::procedure::{Procedure, counted};
use crate::domain::report::Report;
use crate::service::audit::state;
use crate::service::context::{App, Work};
use crate::service::dossiers::{happened, rules_of};
use crate::service::procedures::{RuleSet, Shelf};
use crate::service::{Error, Result};
use crate::store::audit::Change;
use crate::store::{AnyConn, calendar as rows, complaints, dossiers, ip_notices, privacy, reports};
use jiff::Timestamp;
use jiff::civil::Date;

/// Most open terms of a part, which is one unit of work: others wait for it on SQLite.
const PART: usize = 200;
/// Most open duties that a forecast looks at.
const FORECAST: usize = 2_000;
/// Most examples that it gives.
const EXAMPLES: usize = 20;
/// An end of a term of a dossier that is not due next.
const MARK: &str = "mark";

/// Where open duties are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Register {
    #[default]
    Reports,
    Complaints,
    IpNotices,
    DataRequests,
    Dossiers,
}

impl Register {
    fn next(self) -> Option<Self> {
        match self {
            Self::Reports => Some(Self::Complaints),
            Self::Complaints => Some(Self::IpNotices),
            Self::IpNotices => Some(Self::DataRequests),
            Self::DataRequests => Some(Self::Dossiers),
            Self::Dossiers => None,
        }
    }
}

/// Where a part begins: after this identifier of a register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    register: Register,
    after: Uuid,
}

/// Something that is to be done within a term.
enum Duty {
    Report(Report),
    Complaint(Complaint),
    IpNotice(IpNotice),
    DataRequest(DataRequest),
    /// With the rules that it was handed in under, and with what happened to it where those count ends of terms from that.
    Dossier(Box<Dossier>, Arc<RuleSet>, Vec<Happened>),
}

/// The end of a term that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Of what: `report`, `complaint`, `ip_notice`, `data_request` or `dossier`.
    pub kind: &'static str,
    /// Which of its terms, as the API calls it.
    pub term: &'static str,
    /// When it came.
    pub received_at: Timestamp,
    /// The end as it was.
    pub before: Timestamp,
    /// The end as it will be.
    pub after: Timestamp,
}

impl Duty {
    fn id(&self) -> Uuid {
        match self {
            Self::Report(report) => report.id.0,
            Self::Complaint(complaint) => complaint.id.0,
            Self::IpNotice(notice) => notice.id.0,
            Self::DataRequest(request) => request.id.0,
            Self::Dossier(dossier, ..) => dossier.id.0,
        }
    }

    /// What moves when it is counted by a calendar.
    fn moves(&self, calendar: &Calendar) -> Vec<Move> {
        let (kind, received_at, terms) = match self {
            Self::Report(report) => {
                let due = ("due_at", report.due_at, report.due_by(calendar));
                ("report", report.received_at, vec![due])
            }
            Self::Complaint(complaint) => {
                let due = ("due_at", complaint.due_at, complaint.due_by(calendar));
                ("complaint", complaint.received_at, vec![due])
            }
            Self::IpNotice(notice) => {
                let due = ("due_at", notice.due_at, notice.due_by(calendar));
                ("ip_notice", notice.received_at, vec![due])
            }
            Self::DataRequest(request) => {
                let acknowledge = request.acknowledge_due_by(calendar);
                let fulfil = request.fulfil_due_by(calendar);
                let acknowledge = ("acknowledge_by", request.acknowledge_by, acknowledge);
                let fulfil = ("fulfil_by", request.fulfil_by, fulfil);
                ("data_request", request.received_at, vec![acknowledge, fulfil])
            }
            Self::Dossier(dossier, set, happened) => {
                let received_at = dossier.handed_in_at.unwrap_or(dossier.created_at);
                ("dossier", received_at, ends_of(dossier, &set.rules, happened, calendar))
            }
        };
        let moved = |(term, before, after): End| {
            let after = after.filter(|after| *after != before)?;
            Some(Move {
                kind,
                term,
                received_at,
                before,
                after,
            })
        };
        terms.into_iter().filter_map(moved).collect()
    }

    fn keep(
        &mut self,
        work: &mut Work<'_, '_>,
        permit: &Permit,
        (moves, calendar): (&[Move], &Calendar),
    ) -> Result<()> {
        if let Self::Dossier(dossier, set, happened) = self {
            dossier.standing = dossier.standing_by(&set.rules, happened, calendar);
        }
        // What an event wrote down is kept with where the dossier stands.
        for one in moves.iter().filter(|one| one.term != MARK) {
            let place = match (&mut *self, one.term) {
                (Self::Report(report), _) => &mut report.due_at,
                (Self::Complaint(complaint), _) => &mut complaint.due_at,
                (Self::IpNotice(notice), _) => &mut notice.due_at,
                (Self::DataRequest(request), "acknowledge_by") => &mut request.acknowledge_by,
                (Self::DataRequest(request), _) => &mut request.fulfil_by,
                (Self::Dossier(dossier, ..), _) => dossier.due_at.get_or_insert(one.after),
            };
            *place = one.after;
        }
        match self {
            Self::Report(report) => reports::update(work.uow, permit, report)?,
            Self::Complaint(complaint) => complaints::update(work.uow, permit, complaint)?,
            Self::IpNotice(notice) => ip_notices::update(work.uow, permit, notice)?,
            Self::DataRequest(request) => privacy::update(work.uow, permit, request)?,
            Self::Dossier(dossier, ..) => dossiers::move_term(work.uow, permit, dossier)?,
        }
        Ok(())
    }
}

/// An end of a term: which, as it is, and as it would be.
type End = (&'static str, Timestamp, Option<Timestamp>);

/// The ends of a dossier's open terms: what is due next, and those that events wrote down and that move behind it.
fn ends_of(dossier: &Dossier, rules: &Procedure, happened: &[Happened], calendar: &Calendar) -> Vec<End> {
    let standing = dossier.standing_by(rules, happened, calendar);
    let next = dossier.due_from(&standing, rules, calendar);
    let due = dossier.due_at.map(|before| ("due_at", before, next));
    let told = next.filter(|next| dossier.due_at.is_some_and(|before| before != *next));
    let marks = standing.marks.iter().filter_map(|(code, day)| {
        let before = dossier.standing.marks.get(code).filter(|before| *before != day)?;
        Some((MARK, deadline_of(*before), Some(deadline_of(*day))))
    });
    // That of what is due next is told already.
    let others = marks.filter(|(_, _, after)| *after != told);
    due.into_iter().chain(others).collect()
}

/// Open duties from a place on, in the order of their identifiers, and where those after them begin.
fn page(conn: &mut AnyConn, place: Place, limit: usize, today: Date) -> Result<(Vec<Duty>, Option<Place>)> {
    let (after, most) = (place.after, i64::try_from(limit).unwrap_or(i64::MAX));
    let duties: Vec<Duty> = match place.register {
        Register::Reports => reports::open(conn, after, most)?
            .into_iter()
            .map(Duty::Report)
            .collect(),
        Register::Complaints => {
            let open = complaints::open(conn, after, most)?;
            open.into_iter().map(Duty::Complaint).collect()
        }
        Register::IpNotices => {
            let open = ip_notices::open(conn, after, most)?;
            open.into_iter().map(Duty::IpNotice).collect()
        }
        Register::DataRequests => {
            let open = privacy::open_requests(conn, Some(DataRequestId(after)), most)?;
            open.into_iter().map(Duty::DataRequest).collect()
        }
        Register::Dossiers => {
            let (duties, last) = dossiers_with_rules(conn, after, most, today)?;
            // One that cannot be read is passed over, and the next part goes on behind it.
            let next = last.map(|after| Place {
                register: place.register,
                after,
            });
            return Ok((duties, next));
        }
    };
    let register = place.register;
    let next = match duties.last() {
        Some(last) if duties.len() >= limit => Some(Place {
            register,
            after: last.id(),
        }),
        _ => register.next().map(|register| Place {
            register,
            after: Uuid::nil(),
        }),
    };
    Ok((duties, next))
}

/// Dossiers with terms, under the rules that they were handed in under, drafts under those of today; those of which the
/// rules cannot be read are left as they are. Each rule set is read once. Gives the last that was looked at, too.
fn dossiers_with_rules(conn: &mut AnyConn, after: Uuid, most: i64, today: Date) -> Result<(Vec<Duty>, Option<Uuid>)> {
    let (mut shelf, mut duties) = (Shelf::default(), Vec::new());
    let (open, last) = dossiers::with_terms(conn, after, most)?;
    for dossier in open {
        let set = match dossier.rule_version {
            Some(version) => shelf.get(conn, &dossier.procedure, version),
            None => rules_of(conn, &dossier, today).map(Arc::new),
        };
        let told = set.and_then(|set| {
            let counts = counted::has_any(&set.rules);
            let happened = if counts {
                happened(conn, dossier.id)?
            } else {
                Vec::new()
            };
            Ok((set, happened))
        });
        match told {
            Ok((set, happened)) => duties.push(Duty::Dossier(Box::new(dossier), set, happened)),
            Err(error) => warn!(dossier = %dossier.id.0, %error, "the rules of a dossier cannot be read"),
        }
    }
    Ok((duties, last))
}

/// What was counted anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recounted {
    /// Ends of terms that moved.
    pub moved: usize,
    /// Whether nothing is left for the job.
    pub is_finished: bool,
}

impl Recounted {
    /// Where nothing changed.
    pub(super) const NOTHING: Self = Self {
        moved: 0,
        is_finished: true,
    };
}

/// A part that was done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// By which edition of the calendar.
    edition: i64,
    /// Where the next part begins.
    next: Option<Place>,
    /// What it did.
    pub(super) recounted: Recounted,
}

/// Counts some open terms anew. Whoever does the last part says that all were, where all were counted by this edition:
/// that the first part did so, and that no other began since.
pub(super) fn part(work: &mut Work<'_, '_>, edition: &CalendarEdition, from: Place) -> Result<Part> {
    let permit = decide(&Actor::System, Action::RecountTerms, &Resource::None)?;
    let today = day_of(work.now);
    let (mut place, mut looked_at, mut moved) = (Some(from), 0, 0);
    while let Some(here) = place
        && looked_at < PART
    {
        let (duties, next) = page(work.conn(), here, PART - looked_at, today)?;
        looked_at += duties.len();
        for mut duty in duties {
            let moves = duty.moves(&edition.calendar);
            if !moves.is_empty() {
                duty.keep(work, &permit, (moves.as_slice(), &edition.calendar))?;
                for one in &moves {
                    remember(work, &permit, (duty.id(), one), edition.number)?;
                }
                moved += moves.len();
            }
        }
        place = next;
    }
    if place.is_none() && from == Place::default() {
        rows::mark_recounted(work.uow, &permit, edition.number, work.now)?;
    }
    Ok(Part {
        edition: edition.number,
        next: place,
        recounted: Recounted {
            moved,
            is_finished: place.is_none(),
        },
    })
}

fn remember(work: &mut Work<'_, '_>, permit: &Permit, (id, one): (Uuid, &Move), edition: i64) -> Result<()> {
    let text = format!(
        "{}: {} → {} (24:00). Lịch làm việc đã thay đổi, lần {edition}. — The working calendar changed, edition {edition}.",
        one.term,
        last_day(one.before),
        last_day(one.after),
    );
    let reason = Reason::parse("other", &text).map_err(|_wrong| Error::internal("the reason of a term that moved"))?;
    let change = Change::between(
        state::of_document(&json!({one.term: one.before}))?,
        state::of_document(&json!({one.term: one.after}))?,
    );
    work.remember_change(permit, Deed::TermRecounted, (one.kind, id), Some(&reason), change)
}

/// Counts every open term anew where that was not done after the newest change of the calendar. Gives how many moved. Asked
/// to stop, it ends after the part that it is at; another time it begins anew.
pub fn run(app: &App, is_stopped: impl Fn() -> bool) -> Result<usize> {
    let (mut place, mut began, mut moved) = (Place::default(), None, 0);
    while !is_stopped() {
        let is_done = app
            .db
            .read(|conn| Ok::<_, Error>(rows::recounted(conn)? >= rows::edition(conn)?))?;
        if is_done {
            return Ok(moved);
        }
        let started = began;
        let done = app.write_blocking(move |work| {
            let edition = work.calendar()?;
            let done = part(work, &edition, place)?;
            // The last of several parts.
            if done.next.is_none() && started == Some(edition.number) {
                let permit = decide(&Actor::System, Action::RecountTerms, &Resource::None)?;
                rows::mark_recounted(work.uow, &permit, edition.number, work.now)?;
            }
            Ok(done)
        })?;
        moved += done.recounted.moved;
        let is_another = began.is_some_and(|edition| edition != done.edition);
        match done.next {
            Some(next) if !is_another => (place, began) = (next, Some(done.edition)),
            // Somebody changed the calendar meanwhile: the first parts were counted by the one before.
            Some(_) => (place, began) = (Place::default(), None),
            None if is_another => (place, began) = (Place::default(), None),
            None => {
                info!(edition = done.edition, moved, "open terms were counted anew");
                return Ok(moved);
            }
        }
    }
    Ok(moved)
}

/// What a calendar would do to open terms.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// Open duties that were looked at.
    pub looked_at: usize,
    /// Ends of terms that would move.
    pub moved: usize,
    /// Whether all open duties were looked at.
    pub is_complete: bool,
    /// Some of those that would.
    pub examples: Vec<Move>,
}

/// Looks what would move, and keeps nothing.
pub(super) fn forecast(conn: &mut AnyConn, calendar: &Calendar, today: Date) -> Result<Forecast> {
    let mut forecast = Forecast::default();
    let mut place = Some(Place::default());
    while let Some(here) = place
        && forecast.looked_at < FORECAST
    {
        let (duties, next) = page(conn, here, PART, today)?;
        forecast.looked_at += duties.len();
        for one in duties.iter().flat_map(|duty| duty.moves(calendar)) {
            forecast.moved += 1;
            if forecast.examples.len() < EXAMPLES {
                forecast.examples.push(one);
            }
        }
        place = next;
    }
    forecast.is_complete = place.is_none();
    Ok(forecast)
}
