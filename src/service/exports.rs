//! Lists as files (xuất danh sách): rows of a table or lines, and what is written down of who took one.

pub mod book;
pub mod turns;

use serde_json::{Number, Value};

use super::context::{Caller, Work};
use super::file_imports::listings::errors::{csv_record, csv_values};
use super::review::reviewer;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::audit::{Deed, Reason, ReasonCode};
use crate::domain::fields::Violation;
use crate::domain::text::Prose;
use crate::domain::text_enum;

/// Most letters of a filter that the trail keeps of a page.
const FILTER_TOLD: usize = 300;
/// What a spreadsheet needs to take a file for UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

text_enum! {
    /// Lists that officers take as files.
    pub enum OfficersList {
        /// What waits for an officer.
        ModerationQueue => "moderation_queue",
        /// Requests of authorities to take listings down.
        Takedowns => "takedowns",
        /// Reports of abuse.
        Reports => "reports",
        /// Notices of rights holders.
        IpNotices => "ip_notices",
        /// Complaints.
        Complaints => "complaints",
        /// What was searched for.
        SearchQueries => "search_queries",
        /// The register of enterprises.
        Enterprises => "enterprises",
        /// The register of certificates.
        Certificates => "certificates",
        /// The register of listings.
        Listings => "listings",
        /// The register of opinions on projects.
        Opinions => "opinions",
    }
}

/// One row of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// Of a table.
    Cells(Vec<String>),
    /// Of a table that has numbers of the exchange's own.
    Values(Vec<Cell>),
    /// Of JSON Lines.
    Line(Value),
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// What somebody wrote, or words of the exchange: nothing that a spreadsheet calculates.
    Text(String),
    /// A number of the exchange's own, such as a sum in đồng, which people go on counting with.
    Number(Number),
}

/// Rows as text: records of CSV, nothing in them a formula, or lines.
pub fn text(rows: &[Row]) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for row in rows {
        match row {
            Row::Cells(cells) => text.extend(csv_record(cells)?),
            Row::Values(cells) => text.extend(csv_values(cells)?),
            Row::Line(line) => {
                serde_json::to_writer(&mut text, line).map_err(Error::internal)?;
                text.push(b'\n');
            }
        }
    }
    Ok(text)
}

/// Permits an officer's copy of a list, and records who took it and by which filters. The rows are then read page by page,
/// with the right asked for again each time: what is outside of the officer's scope is in none.
pub fn begin(work: &mut Work<'_, '_>, caller: &Caller, list: OfficersList, filter: &str) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = permit(&actor, list)?;
    // Whom it names has not agreed to be on somebody's disk.
    caller.require_fresh(work.conn(), now)?;
    let reason = Reason {
        code: ReasonCode::Other,
        text: told(&format!("list={list} {filter}"))?,
    };
    let copy = work.next_id();
    work.remember(&permit, Deed::ListExported, "list", copy, Some(&reason))?;
    failpoint!("exports.recorded", Error::busy);
    Ok(())
}

/// Records that an officer was shown a page of a list of what is confidential: by which filters, and how much of it. A page
/// on which there is nothing tells nothing.
pub(super) fn remember_page(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    deed: Deed,
    (filter, count): (&str, usize),
) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    let filter: String = filter.chars().take(FILTER_TOLD).collect();
    let reason = Reason {
        code: ReasonCode::Other,
        text: told(&format!("entries={count} {filter}"))?,
    };
    let page = work.next_id();
    work.remember(permit, deed, "list", page, Some(&reason))
}

/// The filters as they were sent. Signs that no text of the exchange has (hidden ones) are told by their numbers, so that
/// nobody keeps a copy out of the trail with them.
fn told(text: &str) -> Result<Prose<{ Reason::MAX }>> {
    Prose::parse(text.trim())
        .or_else(|_hidden| {
            let shown = text.chars().map(|sign| match sign {
                ' '..='~' => sign.to_string(),
                other => other.escape_unicode().to_string(),
            });
            Prose::parse(&shown.collect::<String>().chars().take(Reason::MAX).collect::<String>())
        })
        .map_err(|violation| Error::field("", violation))
}

fn permit(actor: &Actor, list: OfficersList) -> Result<Permit> {
    let action = match list {
        OfficersList::ModerationQueue => return reviewer(actor),
        OfficersList::Takedowns => Action::HandleTakedowns,
        OfficersList::Reports => Action::HandleReports,
        OfficersList::IpNotices => Action::HandleIpNotices,
        OfficersList::Complaints => Action::HandleComplaints,
        OfficersList::SearchQueries => Action::ReadReports,
        OfficersList::Enterprises => Action::ReviewEnterprise,
        OfficersList::Certificates | OfficersList::Opinions => Action::HandleDossier,
        OfficersList::Listings => Action::ReviewListing,
    };
    Ok(decide(actor, action, &Resource::None)?)
}

/// More rows than a file may have: narrower filters are wanted.
pub fn too_many(max: usize) -> Error {
    let violation = Violation::TooMany { max };
    let vi = format!("{} Hãy lọc hẹp hơn.", violation.vi());
    let en = format!("{} Choose narrower filters.", violation.en());
    Error::new(ErrorCode::InvalidQuery, vi, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_any_length_and_with_any_signs_are_written_down() {
        let long = format!("list=enterprises {{\"q\":\"{}\"}}", "ấ".repeat(7 * 512));
        assert_eq!(told(&long).unwrap().as_str(), long);
        let hidden = told("list=enterprises {\"q\":\"a\u{200B}\u{3164}\"}").unwrap();
        assert_eq!(hidden.as_str(), "list=enterprises {\"q\":\"a\\u{200b}\\u{3164}\"}");
        assert!(told(&"\u{3164}".repeat(9000)).is_ok());
    }
}
