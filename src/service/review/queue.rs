//! What waits for officers, in the order in which they see it: registrations, changes, listings, revisions, documents and
//! reports in one queue.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use uuid::Uuid;

use super::filters::{ClaimedBy, QueueFilter};
use super::flags::{Entry, dress};
use super::reading::Reading;
use crate::domain::access::{Action, Actor, Refusal, Refused, Resource, decide};
use crate::domain::enterprise::document::Document;
use crate::domain::enterprise::{AmendmentStatus, Enterprise, EnterpriseStatus};
use crate::domain::ids::{AccountId, DocumentId, EnterpriseId, ListingId, ReportId};
use crate::domain::listing::revision::{Revision, RevisionStatus};
use crate::domain::listing::{Listing, ListingStatus};
use crate::domain::report::{Report, ReportState};
use crate::domain::review::{EntryKind, RiskFlag};
use crate::service::context::Caller;
use crate::service::gaps::next_size;
use crate::service::vault::Vault;
use crate::service::{ErrorCode, Result, enterprises as registrations, listings as posts};
use crate::store::listings::OwnerCard;
use crate::store::review_claims::{self, Subject};
use crate::store::{self, AnyConn, documents, enterprises, listings, reports, revisions};

/// One entry of the queue.
#[derive(Clone, Debug)]
pub enum Waiting {
    /// A registration.
    Enterprise(Box<Enterprise>),
    /// An active enterprise whose verified data are to change.
    Amendment(Box<Enterprise>),
    /// A listing.
    Listing(Box<Listing>, OwnerCard),
    /// A revision of a listing, and the listing as it is live.
    Revision(Box<Revision>, Box<Listing>, OwnerCard),
    /// A document of an enterprise's profile.
    Document(Box<Document>, Box<Enterprise>),
    /// A report of abuse, and the listing that it is about.
    Report(Box<Report>, Box<Listing>, OwnerCard),
}

impl Waiting {
    /// Since when, and its id: the order of the queue.
    pub fn place(&self) -> Place {
        match self {
            Self::Enterprise(enterprise) => (enterprise.submitted_at, enterprise.id.0),
            Self::Amendment(enterprise) => {
                let amendment = enterprise.amendment.as_ref();
                let since = amendment.map_or(enterprise.updated_at, |wish| wish.submitted_at);
                (since, enterprise.id.0)
            }
            Self::Listing(listing, _) => (listing.submitted_at.unwrap_or(listing.updated_at), listing.id.0),
            Self::Revision(revision, _, _) => (revision.submitted_at.unwrap_or(revision.updated_at), revision.id.0),
            Self::Document(document, _) => (document.submitted_at, document.id.0),
            Self::Report(report, _, _) => (report.received_at, report.id.0),
        }
    }
}

impl Waiting {
    /// The version to decide on.
    pub fn version(&self) -> i64 {
        match self {
            Self::Enterprise(enterprise) | Self::Amendment(enterprise) => enterprise.version,
            Self::Listing(listing, _) => listing.version,
            Self::Revision(revision, _, _) => revision.version,
            Self::Document(document, _) => document.version,
            Self::Report(report, _, _) => report.version,
        }
    }

    /// What a claim of it names.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Enterprise(enterprise) => (EntryKind::Enterprise, enterprise.id.0),
            Self::Amendment(enterprise) => (EntryKind::Amendment, enterprise.id.0),
            Self::Listing(listing, _) => (EntryKind::Listing, listing.id.0),
            Self::Revision(_, listing, _) => (EntryKind::Revision, listing.id.0),
            Self::Document(document, _) => (EntryKind::Document, document.id.0),
            Self::Report(report, _, _) => (EntryKind::Report, report.id.0),
        }
    }

    /// Whose listing it is about, where it is about one.
    pub fn listing_owner(&self) -> Option<EnterpriseId> {
        match self {
            Self::Listing(listing, _) | Self::Revision(_, listing, _) | Self::Report(_, listing, _) => {
                Some(listing.enterprise_id)
            }
            Self::Enterprise(_) | Self::Amendment(_) | Self::Document(..) => None,
        }
    }

    /// Whether nobody can decide on it now: a revision of what is not public any more, which may not be written down yet.
    pub(super) fn rests(&self, now: Timestamp) -> bool {
        match self {
            Self::Revision(_, listing, _) => listing.expires_at.is_some_and(|end| end <= now),
            _ => false,
        }
    }

    /// Whether the officer may decide on it.
    pub(super) fn is_for(&self, actor: &Actor) -> bool {
        match self {
            Self::Enterprise(enterprise) | Self::Amendment(enterprise) | Self::Document(_, enterprise) => {
                decide(actor, Action::ReviewEnterprise, &registrations::resource(enterprise)).is_ok()
            }
            Self::Listing(listing, owner) | Self::Revision(_, listing, owner) => {
                decide(actor, Action::ReviewListing, &posts::resource(listing, owner)).is_ok()
            }
            Self::Report(_, listing, owner) => {
                decide(actor, Action::HandleReports, &posts::resource(listing, owner)).is_ok()
            }
        }
    }
}

/// A place in the queue: waiting since, and id.
pub type Place = (Timestamp, Uuid);

/// A page of the queue, longest waiting first: what the officer may decide and wants to see, nothing else.
pub fn queue(
    conn: &mut AnyConn,
    vault: &Vault,
    caller: &Caller,
    filter: &QueueFilter,
    needs_second: &[RiskFlag],
    (after, limit): (Option<Place>, u32),
    now: Timestamp,
) -> Result<(Vec<Entry>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    let sees = Sees::of(&actor, filter)?;
    let claimed_by = match filter.claimed {
        Some(ClaimedBy::Officer(officer)) => Some(officer),
        Some(ClaimedBy::Me) => Some(actor.account().ok_or(ErrorCode::Forbidden)?),
        Some(ClaimedBy::Nobody) | None => None,
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut place): (Vec<Entry>, _) = (Vec::new(), after);
    let mut reading = Reading::begin(sees, after);
    let waits = filter.waits();
    let end = filter.ends_at(now);
    // Most officers have no scope, and find their page in what is read first.
    let mut size = limit.saturating_add(1);
    for _ in 0..MOST_BATCHES {
        let found_before = found.len();
        let batch = match claimed_by {
            Some(officer) => taken_up(conn, sees, officer, place, now)?,
            None => reading.next(conn, &waits, size)?,
        };
        let seen_to = batch.last().map(Waiting::place);
        let is_early = |(since, _): Place| end.is_none_or(|end| since <= end);
        let is_last = claimed_by.is_some() || batch.len() < size || !seen_to.is_none_or(is_early);
        let wanted = batch.into_iter().filter(|waiting| {
            is_early(waiting.place()) && filter.wants(waiting) && waiting.is_for(&actor) && !waiting.rests(now)
        });
        for entry in dress(conn, vault, wanted.collect(), &filter.flags, needs_second, now)? {
            if !filter.wants_dressed(&entry) {
                continue;
            }
            if found.len() == limit {
                let next = found.last().map(|last| last.waiting.place());
                return Ok((found, next));
            }
            found.push(entry);
        }
        if is_last {
            return Ok((found, None));
        }
        size = next_size(limit, found.len(), (found.len() - found_before, size), BATCH);
        place = seen_to;
    }
    Ok((found, place))
}

/// The tax codes of those whose listings entries are about; who has none is left out.
pub fn tax_codes(conn: &mut AnyConn, entries: &[Entry]) -> Result<HashMap<EnterpriseId, String>> {
    let owners: BTreeSet<EnterpriseId> = entries
        .iter()
        .filter_map(|entry| entry.waiting.listing_owner())
        .collect();
    let owners: Vec<EnterpriseId> = owners.into_iter().collect();
    let found = enterprises::find_many(conn, &owners)?.into_iter();
    let told = found.filter_map(|owner| Some((owner.id, owner.profile.identity.tax_code()?.to_string())));
    Ok(told.collect())
}

/// How many entries are read at once where a scope leaves gaps.
const BATCH: usize = 200;
/// How often at the most for one page: an officer whose scope is narrow may get a short page and a cursor to go on with.
const MOST_BATCHES: usize = 10;

/// What an officer has taken up, in the order of the queue: never more than one may take up.
fn taken_up(
    conn: &mut AnyConn,
    sees: Sees,
    officer: AccountId,
    after: Option<Place>,
    now: Timestamp,
) -> Result<Vec<Waiting>> {
    let mut waiting = Vec::new();
    for subject in review_claims::of_officer(conn, officer, now)? {
        if sees.kind(subject.0) {
            waiting.extend(waiting_one(conn, subject)?);
        }
    }
    waiting.retain(|entry| after.is_none_or(|after| entry.place() > after));
    waiting.sort_by_key(Waiting::place);
    Ok(waiting)
}

/// One entry by its name; none when it waits no more.
pub(super) fn waiting_one(conn: &mut AnyConn, (kind, id): Subject) -> Result<Option<Waiting>> {
    let found = match kind {
        EntryKind::Enterprise | EntryKind::Amendment => {
            let enterprise = Box::new(enterprises::find_even_merged(conn, EnterpriseId(id))?);
            let wish = enterprise.amendment.as_ref().map(|wish| wish.status);
            match (kind, enterprise.status) {
                (EntryKind::Enterprise, _) if enterprise.waits() => Some(Waiting::Enterprise(enterprise)),
                (EntryKind::Amendment, EnterpriseStatus::Active) if wish == Some(AmendmentStatus::Submitted) => {
                    Some(Waiting::Amendment(enterprise))
                }
                _ => None,
            }
        }
        EntryKind::Listing | EntryKind::Revision => {
            let (listing, owner) = listings::find(conn, ListingId(id))?;
            match (kind, listing.status) {
                // Nobody decides about what is held, nor about what a suspension hides.
                _ if listing.hold.is_held() || owner.status != EnterpriseStatus::Active => None,
                (EntryKind::Listing, ListingStatus::Submitted) => Some(Waiting::Listing(Box::new(listing), owner)),
                (EntryKind::Revision, ListingStatus::Published) => match revisions::find_open(conn, listing.id) {
                    Ok(open) if open.status == RevisionStatus::Submitted => {
                        Some(Waiting::Revision(Box::new(open), Box::new(listing), owner))
                    }
                    Ok(_) | Err(store::Error::NotFound) => None,
                    Err(error) => return Err(error.into()),
                },
                _ => None,
            }
        }
        EntryKind::Document => {
            let document = documents::find(conn, DocumentId(id))?;
            let enterprise = enterprises::find_even_merged(conn, document.enterprise)?;
            let waits =
                document.waits() && enterprise.status != EnterpriseStatus::Closed && enterprise.merged_into.is_none();
            waits.then(|| Waiting::Document(Box::new(document), Box::new(enterprise)))
        }
        EntryKind::Report => {
            let report = reports::find(conn, ReportId(id))?;
            let (listing, owner) = listings::find(conn, report.listing)?;
            (report.state == ReportState::Received).then(|| Waiting::Report(Box::new(report), Box::new(listing), owner))
        }
    };
    Ok(found)
}

/// Which kinds of entries an officer sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sees {
    enterprises: bool,
    amendments: bool,
    listings: bool,
    revisions: bool,
    documents: bool,
    reports: bool,
}

impl Sees {
    /// What the officer may decide on, of what is asked for; refused where that is nothing.
    fn of(actor: &Actor, filter: &QueueFilter) -> Result<Self> {
        let wants = |action, kind| -> Result<bool> {
            if !filter.which.is_empty() && !filter.which.contains(&kind) {
                return Ok(false);
            }
            match decide(actor, action, &Resource::None) {
                Ok(_) => Ok(true),
                Err(Refused {
                    why: Refusal::Forbidden,
                    ..
                }) => Ok(false),
                Err(refused) => Err(refused.into()),
            }
        };
        let mut sees = Self {
            enterprises: wants(Action::ReviewEnterprise, EntryKind::Enterprise)?,
            amendments: wants(Action::ReviewEnterprise, EntryKind::Amendment)?,
            listings: wants(Action::ReviewListing, EntryKind::Listing)?,
            revisions: wants(Action::ReviewListing, EntryKind::Revision)?,
            documents: wants(Action::ReviewEnterprise, EntryKind::Document)?,
            reports: wants(Action::HandleReports, EntryKind::Report)?,
        };
        if sees == Self::default() {
            return Err(ErrorCode::Forbidden.into());
        }
        if filter.is_about_listings() {
            (sees.enterprises, sees.amendments, sees.documents) = (false, false, false);
        }
        if filter.is_about_enterprises() {
            (sees.listings, sees.revisions, sees.reports) = (false, false, false);
        }
        // What cannot have the flags is not read; that there is nothing then is an answer, too.
        sees.enterprises &= filter.may_be(EntryKind::Enterprise);
        sees.amendments &= filter.may_be(EntryKind::Amendment);
        sees.listings &= filter.may_be(EntryKind::Listing);
        sees.revisions &= filter.may_be(EntryKind::Revision);
        sees.documents &= filter.may_be(EntryKind::Document);
        sees.reports &= filter.may_be(EntryKind::Report);
        Ok(sees)
    }

    /// All of them, whosever business they are.
    pub(super) const ALL: Self = Self {
        enterprises: true,
        amendments: true,
        listings: true,
        revisions: true,
        documents: true,
        reports: true,
    };

    /// Whether entries of a kind are among them.
    pub(super) fn kind(self, kind: EntryKind) -> bool {
        match kind {
            EntryKind::Enterprise => self.enterprises,
            EntryKind::Amendment => self.amendments,
            EntryKind::Listing => self.listings,
            EntryKind::Revision => self.revisions,
            EntryKind::Document => self.documents,
            EntryKind::Report => self.reports,
        }
    }
}
