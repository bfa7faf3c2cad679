//! Periodic reports: seen before they are published, published once and for all, corrected by another version, read.
//!
//! Figures are of the whole register, whatever the scope of whoever reads them, so that none is silently partial. What names
//! certificates and dossiers is for officers who handle all of them, and each reading of it is in the trail.

pub mod counting;
pub mod gathering;
pub mod workbook;

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::paging::{cut, rows_for};
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Resource, decide, decide_on_all_dossiers};
use crate::domain::audit::{Deed, Reason, ReasonCode};
use crate::domain::calendar::day_of;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::PeriodicReportId;
use crate::domain::periodic_report::content::{Content, Source};
use crate::domain::periodic_report::entered::EnteredFigure;
use crate::domain::periodic_report::facts::Facts;
use crate::domain::periodic_report::supplied::SuppliedValues;
use crate::domain::periodic_report::{Report, ReportForm, Wanted, compute};
use crate::domain::taxonomy::InForce;
use crate::domain::text::{Line, Prose};
use crate::store::audit::Change;
use crate::store::periodic_reports as rows;
pub use crate::store::periodic_reports::{Place, Published, Subject};
use crate::store::{AnyConn, accounts};

/// Most numbers of certificates that a message names.
const MOST_NUMBERS: usize = 20;

/// What somebody publishes.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Which report.
    pub wanted: Wanted,
    /// Where the last day was told.
    pub last_day_at: &'static str,
    /// Figures that the exchange does not hold.
    pub entered: Vec<EnteredFigure>,
    /// Values that certificates do not tell.
    pub supplied: SuppliedValues,
    /// Why what was published is corrected.
    pub reason: Option<Line<500>>,
}

fn subject(wanted: &Wanted) -> Subject {
    let filter = wanted.economic_type.map(|kind| format!("economic_type={kind}"));
    Subject {
        form: wanted.form,
        window: wanted.window,
        filter: filter.unwrap_or_default(),
    }
}

fn count(wanted: &Wanted, facts: &Facts, lists: &InForce) -> Result<Report> {
    let report = compute(wanted, facts, lists);
    Ok(Report {
        content: report.content.completed(&[]).map_err(Error::fields)?,
        ..report
    })
}

/// The figures as they are now.
pub fn preview(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: &Wanted,
    lists: &InForce,
    now: Timestamp,
) -> Result<Content> {
    decide(&caller.actor(conn, now)?, Action::ReadReports, &Resource::None)?;
    let facts = gathering::gather(conn, wanted, lists)?;
    Ok(count(wanted, &facts, lists)?.content)
}

/// The figures as they are now, and what they count.
pub fn preview_with_sources(work: &mut Work<'_, '_>, caller: &Caller, wanted: &Wanted) -> Result<Report> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    decide(&actor, Action::ReadReports, &Resource::None)?;
    let permit = decide_on_all_dossiers(&actor)?;
    // As of the register as a file: whom it names has not agreed to be on somebody's disk.
    caller.require_fresh(work.conn(), now)?;
    let lists = work.in_force()?;
    let facts = gathering::gather(work.conn(), wanted, &lists)?;
    let report = count(wanted, &facts, &lists)?;
    let window = wanted.window;
    let told = format!("{} {} {}", wanted.form, window.from, window.to);
    let reason = Reason {
        code: ReasonCode::Other,
        text: Prose::parse(&told).map_err(|violation| Error::field("", violation))?,
    };
    let id = work.next_id();
    work.remember(&permit, Deed::ReportSourcesRead, "report", id, Some(&reason))?;
    Ok(report)
}

/// Publishes a report: counts, keeps what came of it as it is, and never touches it again. The same report published once more is
/// another version, with a reason, and only where something changed.
pub fn publish(work: &mut Work<'_, '_>, caller: &Caller, publication: &Publication) -> Result<Published> {
    let (now, today) = (work.now, day_of(work.now));
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::PublishReports, &Resource::None)?;
    caller.require_fresh(work.conn(), now)?;
    let wanted = &publication.wanted;
    if !wanted.window.is_over(today) {
        return Err(Error::field(
            publication.last_day_at,
            Violation::Malformed { what: "ended_period" },
        ));
    }
    let lists = work.in_force()?;
    let mut facts = gathering::gather(work.conn(), wanted, &lists)?;
    publication.supplied.fill(wanted, &mut facts).map_err(Error::fields)?;
    let report = compute(wanted, &facts, &lists);
    require_values(wanted, &report.sources, decide_on_all_dossiers(&actor).is_ok())?;
    // Without a figure it would say nothing, for good.
    if report.content.is_entered() && publication.entered.is_empty() {
        return Err(Error::field("/entered_figures", Violation::Required));
    }
    let content = report.content.completed(&publication.entered).map_err(Error::fields)?;
    let subject = subject(wanted);
    let before = rows::newest(work.conn(), &subject)?;
    require_correction(before.as_ref(), (&content, &report.sources), publication)?;
    let account = actor.account().ok_or_else(|| Error::from(ErrorCode::Forbidden))?;
    let mut published = Published {
        id: PeriodicReportId(work.next_id()),
        subject,
        version: before.as_ref().map_or(1, |before| before.version + 1),
        reason: publication.reason.as_ref().map(|reason| reason.as_str().to_owned()),
        content,
        sources: report.sources,
        sha256: Vec::new(),
        published_by: account,
        publisher: accounts::find(work.conn(), account)?.display_name.into_string(),
        published_at: now,
    };
    let hash = state::of_report(&published)?;
    published.sha256 = hash.to_vec();
    rows::insert(work.uow, &permit, &published)?;
    let change = match &before {
        Some(before) => Change::between(state::of_report(before)?, hash),
        None => Change::made(hash),
    };
    work.remember_change(&permit, Deed::ReportPublished, ("report", published.id.0), None, change)?;
    Ok(published)
}

/// Every certificate whose value counts has one, or gets one from whoever publishes. Which have none is told to those who may
/// know certificates by name.
fn require_values(wanted: &Wanted, sources: &[Source], may_know: bool) -> Result<()> {
    let lacking = sources
        .iter()
        .filter(|source| source.lacks_value && wanted.form.has_values());
    let lacking: Vec<&Source> = lacking.collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let count = lacking.len();
    let numbers = lacking.iter().take(MOST_NUMBERS).map(|source| source.number.as_str());
    let numbers = numbers.collect::<Vec<_>>().join("; ");
    let (vi, en) = if may_know {
        (format!(" Số: {numbers}."), format!(" Numbers: {numbers}."))
    } else {
        (String::new(), String::new())
    };
    Err(Error {
        fields: vec![FieldError {
            pointer: "/supplied_values".to_owned(),
            violation: Violation::Required,
        }],
        ..Error::new(
            ErrorCode::ValidationFailed,
            format!(
                "Có {count} Giấy chứng nhận, Giấy phép chưa có giá trị bằng đồng; hãy bổ sung giá trị khi công bố.{vi}"
            ),
            format!("{count} certificates have no value in đồng; supply their values.{en}"),
        )
    })
}

fn require_correction(
    before: Option<&Published>,
    (content, sources): (&Content, &[Source]),
    publication: &Publication,
) -> Result<()> {
    let Some(before) = before else {
        return Ok(());
    };
    if before.content.says_the_same(content) && before.sources == sources {
        return Err(Error::new(
            ErrorCode::AlreadyThere,
            format!(
                "Báo cáo này đã được công bố (phiên bản {}) và số liệu không thay đổi.",
                before.version
            ),
            format!(
                "This report is published (version {}), and its figures have not changed.",
                before.version
            ),
        ));
    }
    if publication.reason.is_none() {
        return Err(Error::field("/reason", Violation::Required));
    }
    Ok(())
}

/// A published report, without what it counted.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: PeriodicReportId, now: Timestamp) -> Result<Published> {
    decide(&caller.actor(conn, now)?, Action::ReadReports, &Resource::None)?;
    Ok(rows::find(conn, id)?)
}

/// The same for whoever reads what it counted, too.
pub fn read_with_sources(work: &mut Work<'_, '_>, caller: &Caller, id: PeriodicReportId) -> Result<Published> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    decide(&actor, Action::ReadReports, &Resource::None)?;
    let permit = decide_on_all_dossiers(&actor)?;
    caller.require_fresh(work.conn(), now)?;
    let found = rows::find(work.conn(), id)?;
    work.remember(&permit, Deed::ReportSourcesRead, "report", id.0, None)?;
    Ok(found)
}

/// Whether a report reads as it was published.
pub fn is_intact(report: &Published) -> Result<bool> {
    Ok(state::of_report(report)?.as_slice() == report.sha256)
}

/// Hash of what a report counted, in hexadecimal digits.
pub fn sources_sha256(report: &Published) -> Result<String> {
    Ok(state::hex(&state::of_report_sources(&report.sources)?))
}

/// Its own hash, in hexadecimal digits.
pub fn sha256(report: &Published) -> String {
    state::hex(&report.sha256)
}

/// A page of published reports, the newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: (Option<ReportForm>, Option<i16>),
    (after, limit): (Option<Place>, u32),
    now: Timestamp,
) -> Result<(Vec<Published>, Option<Place>)> {
    decide(&caller.actor(conn, now)?, Action::ReadReports, &Resource::None)?;
    let page = rows::page(conn, wanted, after, rows_for(limit))?;
    Ok(cut(page, limit, |row| (row.published_at, row.id)))
}
