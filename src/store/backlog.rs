//! How much waits for officers, and since when: counted by the same conditions by which the queue and the registers read it.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{
    complaints, enterprise_documents, enterprises, ip_notices, listing_reports, listing_revisions, listings, takedowns,
};
use super::types::DbTs;
use super::{AnyConn, Result, join_requests};
use crate::domain::complaint::ComplaintState;
use crate::domain::enterprise::document::DocumentStatus;
use crate::domain::enterprise::{AmendmentStatus, EnterpriseStatus};
use crate::domain::ip_notice::IpNoticeState;
use crate::domain::listing::ListingStatus;
use crate::domain::listing::hold::Hold;
use crate::domain::listing::revision::RevisionStatus;
use crate::domain::report::ReportState;
use crate::domain::review::backlog::{Backlog, BacklogKind};
use crate::domain::takedown::TakedownState;

/// How many, and since when the first waits.
pub(super) type Counted = (i64, Option<Timestamp>);

/// Counts what a question finds, and asks since when the first of it waits.
macro_rules! counted {
    // Of a column that may be empty.
    ($conn:expr, $query:expr, maybe $since:expr) => {{
        let count: i64 = $query.count().get_result($conn)?;
        let waiting = $query.filter($since.is_not_null()).select($since);
        let oldest: Option<Option<DbTs>> = waiting.order($since.asc()).first($conn).optional()?;
        (count, oldest.flatten().map(|at| at.0))
    }};
    ($conn:expr, $query:expr, $since:expr) => {{
        let count: i64 = $query.count().get_result($conn)?;
        let oldest: Option<DbTs> = $query.select($since).order($since.asc()).first($conn).optional()?;
        (count, oldest.map(|at| at.0))
    }};
}

/// Everything that waits, sort by sort.
pub fn all(conn: &mut AnyConn) -> Result<Vec<Backlog>> {
    BacklogKind::ALL.iter().map(|kind| of(conn, *kind)).collect()
}

fn of(conn: &mut AnyConn, kind: BacklogKind) -> Result<Backlog> {
    let active = EnterpriseStatus::Active.as_str();
    let (count, oldest) = match kind {
        BacklogKind::Enterprise => registrations(conn)?,
        BacklogKind::Amendment => counted!(
            conn,
            enterprises::table
                .filter(enterprises::amendment_status.eq(AmendmentStatus::Submitted.as_str()))
                .filter(enterprises::status.eq(active)),
            maybe enterprises::amendment_submitted_at
        ),
        BacklogKind::Listing => counted!(
            conn,
            listings::table
                .inner_join(enterprises::table)
                .filter(listings::status.eq(ListingStatus::Submitted.as_str()))
                .filter(listings::hold.eq(Hold::NONE.to_string()))
                .filter(enterprises::status.eq(active)),
            maybe listings::submitted_at
        ),
        BacklogKind::Revision => counted!(
            conn,
            listing_revisions::table
                .inner_join(listings::table.inner_join(enterprises::table))
                .filter(listing_revisions::status.eq(RevisionStatus::Submitted.as_str()))
                .filter(listings::status.eq(ListingStatus::Published.as_str()))
                .filter(listings::hold.eq(Hold::NONE.to_string()))
                .filter(enterprises::status.eq(active)),
            maybe listing_revisions::submitted_at
        ),
        BacklogKind::Document => counted!(
            conn,
            enterprise_documents::table
                .inner_join(enterprises::table)
                .filter(enterprise_documents::status.eq(DocumentStatus::Submitted.as_str()))
                .filter(enterprises::closed_at.is_null())
                .filter(enterprises::merged_into.is_null()),
            enterprise_documents::submitted_at
        ),
        BacklogKind::Report => counted!(
            conn,
            listing_reports::table.filter(listing_reports::state.eq(ReportState::Received.as_str())),
            listing_reports::received_at
        ),
        BacklogKind::Takedown => counted!(
            conn,
            takedowns::table.filter(takedowns::state.eq(TakedownState::Open.as_str())),
            takedowns::received_at
        ),
        BacklogKind::IpNotice => counted!(
            conn,
            ip_notices::table.filter(ip_notices::state.eq(IpNoticeState::Received.as_str())),
            ip_notices::received_at
        ),
        BacklogKind::Complaint => counted!(
            conn,
            complaints::table.filter(complaints::state.eq(ComplaintState::Received.as_str())),
            complaints::received_at
        ),
        BacklogKind::JoinRequest => join_requests::waiting_at_ownerless(conn)?,
    };
    Ok(Backlog { kind, count, oldest })
}

/// Registrations, and enterprises whose verification waits: each by its own index.
fn registrations(conn: &mut AnyConn) -> Result<Counted> {
    let first = counted!(
        conn,
        enterprises::table.filter(enterprises::status.eq(EnterpriseStatus::Submitted.as_str())),
        enterprises::submitted_at
    );
    let again = counted!(
        conn,
        enterprises::table
            .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
            .filter(enterprises::renewal_status.eq(AmendmentStatus::Submitted.as_str())),
        enterprises::submitted_at
    );
    let oldest = [first.1, again.1].into_iter().flatten().min();
    Ok((first.0 + again.0, oldest))
}
