//! What comes of terms that are over without anybody's doing (hết thời hạn): a contract ends, and a dossier of which nobody
//! said in time that something was missing is taken for complete. Looked for once a day, since terms end with days.

use jiff::civil::Date;
use tracing::{info, warn};
use uuid::Uuid;

use super::{notices, reminders};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::{Calendar, Term, day_of};
use crate::domain::dossier::Dossier;
use crate::domain::ids::DossierId;
use crate::domain::procedure::{Event, Procedure, engine};
use crate::service::Result;
use crate::service::audit::state;
use crate::service::certificates::issuing::derived_step;
use crate::service::context::{App, Work};
use crate::service::dossiers::handling::events::{Given, happen, settle};
use crate::service::dossiers::handling::telling::tell;
use crate::service::dossiers::paperwork::papers;
use crate::service::procedures::{self, Shelf};
use crate::store::audit::Change;
use crate::store::{AnyConn, dossiers as rows};

/// Most dossiers that are looked at in one read.
const PART: i64 = 200;
/// Working days for which a refusal by time waits beyond its day where what comes is brought on paper: officers enter by then what came
/// in time. A rule of the house; the law says of it nothing.
const ENTERING: u16 = 3;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Dossiers that went on.
    pub went_on: usize,
    /// Those with which it could not be done.
    pub failed: usize,
    /// Whether it was asked to stop before the end.
    pub is_stopped: bool,
}

/// What is done once a day. Officers are told first of what was missed, each term of it: a dossier that goes on by itself stands
/// where that term is none any more. Then dossiers go on, and what is over where they stand now is told, too: after some
/// days without the program that may be several terms. Whoever files is reminded before, for the same reason.
pub fn run_daily(app: &App, is_stopped: impl Fn() -> bool) -> Result<Done> {
    let told = notices::run(app, &is_stopped);
    let reminded = reminders::run(app, &is_stopped);
    // Terms end, whether letters about them can be written or not.
    let done = run(app, &is_stopped)?;
    told?;
    reminded?;
    if done.went_on > 0 {
        notices::run(app, &is_stopped)?;
    }
    Ok(done)
}

/// Looks through all open dossiers and does what came of time, each in a unit of work of its own: one that fails stops no
/// other. Asked to stop, it ends before the next.
pub fn run(app: &App, is_stopped: impl Fn() -> bool) -> Result<Done> {
    let (mut after, mut done) = (Uuid::nil(), Done::default());
    let today = day_of(app.clock.now());
    loop {
        let calendars = app.calendars.clone();
        let part = app.db.read(|conn| {
            let edition = calendars.present(conn)?;
            part(conn, after, &edition.calendar, today)
        })?;
        for id in part.over {
            if is_stopped() {
                done.is_stopped = true;
                return Ok(done);
            }
            match app.write_blocking(move |work| end(work, id)) {
                Ok(went_on) => done.went_on += usize::from(went_on),
                Err(error) => {
                    warn!(dossier = %id.0, %error, "what comes of a term that is over could not be done");
                    done.failed += 1;
                }
            }
        }
        let Some(last) = part.last else {
            break;
        };
        after = last;
    }
    if done.went_on > 0 {
        info!(count = done.went_on, "dossiers went on because terms were over");
    }
    Ok(done)
}

/// What comes of time with a dossier, or was to come at once and did not: a node of before, or rules of before, did not know of it.
pub(in crate::service::dossiers) fn next_of<'a>(
    rules: &'a Procedure,
    dossier: &Dossier,
    (calendar, today): (&Calendar, Date),
) -> Option<&'a Event> {
    let (standing, group) = (&dossier.standing, dossier.group());
    let next =
        engine::by_itself(rules, standing).or_else(|| engine::comes_of_time(rules, standing, group, calendar, today));
    // What came on paper on the last day is entered after it.
    let is_entered = |event: &&Event| {
        let day = engine::refusal_day((rules, *event), standing, group, calendar).filter(|_| dossier.is_paper);
        day.is_none_or(|day| calendar.due(day, Term::WorkingDays(ENTERING)) <= today)
    };
    next.filter(is_entered)
}

/// What was found in one read.
struct Part {
    over: Vec<DossierId>,
    /// The last one that was looked at; absent at the end.
    last: Option<Uuid>,
}

fn part(conn: &mut AnyConn, after: Uuid, calendar: &Calendar, today: Date) -> Result<Part> {
    let (open, last) = rows::open(conn, after, PART)?;
    let (mut shelf, mut over) = (Shelf::default(), Vec::new());
    for (dossier, version) in open {
        let set = match shelf.get(conn, &dossier.procedure, version) {
            Ok(set) => set,
            // Written by a newer program; no reason to stop at it.
            Err(error) => {
                warn!(procedure = dossier.procedure, version, %error, "a rule set cannot be read");
                continue;
            }
        };
        if next_of(&set.rules, &dossier, (calendar, today)).is_some() {
            over.push(dossier.id);
        }
    }
    Ok(Part { over, last })
}

/// Does what came of time with a dossier, as it is now: somebody else may have been faster. What is proposed in it stays: it
/// may be signed afterwards as before.
fn end(work: &mut Work<'_, '_>, id: DossierId) -> Result<bool> {
    let permit = decide(&Actor::System, Action::EndDossierTerms, &Resource::None)?;
    let mut dossier = rows::find(work.conn(), id)?;
    let Some(version) = dossier.rule_version else {
        return Ok(false);
    };
    let set = procedures::version(work.conn(), &dossier.procedure, version)?;
    let calendar = work.calendar()?;
    let today = day_of(work.now);
    let group = dossier.group().map(str::to_owned);
    let Some(event) = next_of(&set.rules, &dossier, (&calendar.calendar, today)) else {
        return Ok(false);
    };
    let before = state::of_dossier(&dossier)?;
    let step = derived_step(&set.rules, &event.code, None, None, group.as_deref());
    let happened = happen(work, (None, &mut dossier), &set, &step, &Given::default())?;
    rows::add_event(work.uow, &permit, id, &happened)?;
    settle(work, &permit, &mut dossier, &set, None)?;
    papers::keep(work, &permit, &dossier, (&set.rules, event))?;
    rows::update(work.uow, &permit, &mut dossier)?;
    let change = Change::between(before, state::of_dossier(&dossier)?);
    work.remember_change(&permit, Deed::DossierEventTaken, ("dossier", id.0), None, change)?;
    tell(work, &dossier, &set.rules, event, &Given::default())?;
    Ok(true)
}
