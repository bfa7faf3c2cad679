//! Which listing a row is about, and that no two rows of a file are about one.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::row::{Head, Item, Read};
use super::{Listings, Row};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::{EnterpriseId, ListingId, ListingImportId};
use crate::domain::import::{IDENTIFIER_GIVEN, Problem, RowResult};
use crate::service::{Error, Result};
use crate::store::file_imports::{Files as _, listings as names};
use crate::store::{self, AnyConn, listings as stored};

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// A listing that is not there yet.
    New,
    /// The same, though the row names a listing: that one goes by this other identifier, so that the row was copied.
    Copy(String),
    /// One that goes by the identifier of the row, or by its own where the row has none.
    Known(ListingId),
    /// One that was written by hand, and goes by the identifier of the row from now on.
    Named(ListingId),
}

impl Which {
    fn listing(&self) -> Option<ListingId> {
        match self {
            Self::New | Self::Copy(_) => None,
            Self::Known(id) | Self::Named(id) => Some(*id),
        }
    }
}

/// Finds it: by what the enterprise calls it, or else by the identifier of the exchange that exports tell. One that leads to
/// nothing of the enterprise is refused even beside an identifier of its own: a draft made of that row would be the listing a
/// second time.
fn find(conn: &mut AnyConn, enterprise: EnterpriseId, item: &Item, before: Before<'_>) -> Result<Which> {
    let told = match item.listing {
        Some(id) => Some(own(conn, enterprise, id)?),
        None => None,
    };
    let Some(external_id) = &item.external_id else {
        return match told {
            Some(told) => Ok(Which::Known(told)),
            // Why it has neither is told already; it is only looked at.
            None if !item.problems.is_empty() => Ok(Which::New),
            None => Err(Error::field("/external_id", Violation::Required)),
        };
    };
    match (names::find_external(conn, enterprise, external_id)?, told) {
        (Some(known), Some(told)) if known != told => {
            Err(Error::field("/id", Violation::Conflicts { with: "external_id" }))
        }
        (Some(known), _) => Ok(Which::Known(known)),
        (None, Some(told)) => match names::external_ids(conn, enterprise, &[told])?.pop() {
            // A row that was copied, with another identifier: another listing. Not so where a row of this file gave the listing
            // its identifier, now or when it was sent before: of two that would give it one, it must not depend on their order,
            // nor on how often they were sent, which is the copy.
            Some((_, name)) if !before.has_named(told) => Ok(Which::Copy(name)),
            Some(_) if before.row_about(told).is_none() => Err(Error::field("/id", Violation::Duplicate)),
            _ => Ok(Which::Named(told)),
        },
        (None, None) => Ok(Which::New),
    }
}

fn own(conn: &mut AnyConn, enterprise: EnterpriseId, id: ListingId) -> Result<ListingId> {
    match stored::find(conn, id) {
        Ok((listing, _)) if listing.enterprise_id == enterprise => Ok(id),
        Ok(_) | Err(store::Error::NotFound) => Err(Error::field("/id", Violation::Malformed { what: "own_listing" })),
        Err(error) => Err(error.into()),
    }
}

/// Which rows of a file were about which listings. One that was refused was about none: the next one may be.
#[derive(Clone, Default)]
struct Seen {
    names: HashMap<String, i64>,
    listings: HashMap<ListingId, i64>,
    /// Those that go by an identifier only since a row of the file gave it, now or when the same file was sent before.
    named: HashSet<ListingId>,
}

impl Seen {
    fn note(&mut self, row: &Row) {
        if row.result == RowResult::Refused {
            return;
        }
        if let Some(name) = &row.name {
            self.names.insert(name.clone(), row.number);
        }
        if let Some(listing) = row.about {
            self.listings.insert(listing, row.number);
            if row.problems.iter().any(|notice| notice.code == IDENTIFIER_GIVEN) {
                self.named.insert(listing);
            }
        }
    }
}

/// What the rows of the chunks before were about.
#[derive(Clone, Default)]
pub struct Taken(Arc<Seen>);

impl Taken {
    /// What is known of an import that was begun.
    pub(super) fn so_far(conn: &mut AnyConn, import: ListingImportId) -> store::Result<Self> {
        let mut seen = Seen::default();
        let own = Listings::find(conn, import)?;
        seen.named.extend(names::named_when_sent_before(conn, &own)?);
        for row in Listings::taken(conn, import)? {
            seen.note(&row);
        }
        Ok(Self(Arc::new(seen)))
    }

    /// Adds what a chunk did, once it is durable.
    pub(super) fn add(&mut self, Chunk(done): Chunk) {
        let seen = Arc::make_mut(&mut self.0);
        seen.names.extend(done.names);
        seen.listings.extend(done.listings);
        seen.named.extend(done.named);
    }
}

/// The same of the rows of one chunk.
#[derive(Default)]
pub struct Chunk(Seen);

impl Chunk {
    /// Notes what became of a row.
    pub(super) fn note(&mut self, row: &Row) {
        self.0.note(row);
    }
}

/// All rows before one: those of earlier chunks, and those of its own.
#[derive(Clone, Copy)]
pub(super) struct Before<'a>([&'a Seen; 2]);

impl<'a> Before<'a> {
    /// Puts the two together.
    pub(super) fn of(taken: &'a Taken, chunk: &'a Chunk) -> Self {
        Self([taken.0.as_ref(), &chunk.0])
    }

    fn has_named(self, listing: ListingId) -> bool {
        self.0.iter().any(|seen| seen.named.contains(&listing))
    }

    fn row_about(self, listing: ListingId) -> Option<i64> {
        self.0.iter().find_map(|seen| seen.listings.get(&listing).copied())
    }

    /// The row, which is to be refused where another one has its identifier: which of two the sender means is not ours to say.
    pub(super) fn once<'r>(self, head: &Head, read: &'r Read) -> Cow<'r, Read> {
        let named = |name: &String| self.0.iter().find_map(|seen| seen.names.get(name).copied());
        let Some(first) = read.external_id.as_ref().and_then(named) else {
            return Cow::Borrowed(read);
        };
        let duplicate = FieldError {
            pointer: "/external_id".into(),
            violation: Violation::Duplicate,
        };
        let problem = Problem {
            vi: format!("Dòng {first} đã dùng mã này."),
            en: format!("Row {first} has this identifier already."),
            ..head.problem(&duplicate)
        };
        let mut read = read.clone();
        read.item = match read.item {
            Ok(item) => Ok(item.of_no_listing([problem])),
            Err(problems) => Err(problems.into_iter().chain([problem]).collect()),
        };
        Cow::Owned(read)
    }

    /// Which listing a row is about, or why it is refused: also where another row was about the same one by another of its
    /// identifiers, and would be overwritten without a word.
    pub(super) fn which(
        self,
        conn: &mut AnyConn,
        enterprise: EnterpriseId,
        head: &Head,
        item: &Item,
    ) -> Result<std::result::Result<Which, Vec<Problem>>> {
        let which = match find(conn, enterprise, item, self) {
            Ok(which) => which,
            Err(refusal) if refusal.code.status() < 500 => return Ok(Err(head.problems(&refusal))),
            Err(failure) => return Err(failure),
        };
        Ok(match which.listing().and_then(|id| self.row_about(id)) {
            Some(first) => Err(vec![same_listing(head, item, first)]),
            None => Ok(which),
        })
    }
}

/// That a row is about the listing of an earlier one.
fn same_listing(head: &Head, item: &Item, first: i64) -> Problem {
    let pointer = if item.listing.is_some() { "/id" } else { "/external_id" };
    let duplicate = FieldError {
        pointer: pointer.into(),
        violation: Violation::Duplicate,
    };
    Problem {
        vi: format!("Dòng {first} đã nói về tin này."),
        en: format!("Row {first} is about this listing already."),
        ..head.problem(&duplicate)
    }
}
