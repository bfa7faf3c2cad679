//! Which listing a row is about, and that no two rows of a file are about one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::row::{Item, Read};
use crate::domain::fields::Violation;
use crate::domain::ids::{EnterpriseId, ListingId, ListingImportId};
use crate::domain::import::{Problem, RowResult};
use crate::service::{Error, Result};
use crate::store::{self, AnyConn, listing_imports as rows, listings as stored};

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// A listing that is not there yet.
    New,
    /// One that goes by the identifier of the row, or by its own where the row has none.
    Known(ListingId),
    /// One that was written by hand, and goes by the identifier of the row from now on.
    Named(ListingId),
}

/// Finds it: by what the enterprise calls it, or else by the identifier of the exchange that exports tell. One of somebody
/// else, or of another exchange, says nothing beside an identifier of the enterprise's own.
pub(super) fn find(conn: &mut AnyConn, enterprise: EnterpriseId, item: &Item) -> Result<Which> {
    let told = match item.listing {
        Some(id) => own(conn, enterprise, id)?,
        None => None,
    };
    let Some(external_id) = &item.external_id else {
        let unknown = || Error::field("/id", Violation::Malformed { what: "known_listing" });
        return told.map(Which::Known).ok_or_else(unknown);
    };
    match (rows::find_external(conn, enterprise, external_id)?, told) {
        (Some(known), Some(told)) if known != told => {
            Err(Error::field("/id", Violation::Conflicts { with: "external_id" }))
        }
        (Some(known), _) => Ok(Which::Known(known)),
        // A row that was copied, with another identifier: another listing.
        (None, Some(told)) if !rows::external_ids(conn, enterprise, &[told])?.is_empty() => Ok(Which::New),
        (None, Some(told)) => Ok(Which::Named(told)),
        (None, None) => Ok(Which::New),
    }
}

fn own(conn: &mut AnyConn, enterprise: EnterpriseId, id: ListingId) -> Result<Option<ListingId>> {
    match stored::find(conn, id) {
        Ok((listing, _)) if listing.enterprise_id == enterprise => Ok(Some(id)),
        Ok(_) | Err(store::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Which rows of a file were about which listings. One that was refused was about none: the next one may be.
#[derive(Clone, Default)]
pub(super) struct Taken(Arc<HashMap<String, i64>>);

impl Taken {
    /// What is known of an import that was begun.
    pub(super) fn so_far(conn: &mut AnyConn, import: ListingImportId) -> store::Result<Self> {
        Ok(Self(Arc::new(rows::taken(conn, import)?.into_iter().collect())))
    }

    /// Adds what a chunk did, once it is durable.
    pub(super) fn add(&mut self, done: Chunk) {
        Arc::make_mut(&mut self.0).extend(done.0);
    }
}

/// The same of the rows of one chunk.
#[derive(Default)]
pub(super) struct Chunk(HashMap<String, i64>);

impl Chunk {
    /// The row, refused where another one was about the same listing: which of two the sender means is not ours to say.
    pub(super) fn once<'r>(&self, before: &Taken, read: &'r Read) -> Cow<'r, Read> {
        let first = key(read).and_then(|key| self.0.get(&key).or_else(|| before.0.get(&key)));
        let Some(first) = first else { return Cow::Borrowed(read) };
        let problem = Problem {
            pointer: "/external_id".into(),
            column: None,
            code: Violation::Duplicate.code().into(),
            vi: format!("Dòng {first} đã dùng mã này."),
            en: format!("Row {first} has this identifier already."),
        };
        let mut read = read.clone();
        match &mut read.item {
            Ok(_) => read.item = Err(vec![problem]),
            Err(problems) => problems.push(problem),
        }
        Cow::Owned(read)
    }

    /// Notes what became of a row.
    pub(super) fn note(&mut self, read: &Read, result: RowResult) {
        if let Some(key) = key(read).filter(|_| result != RowResult::Refused) {
            self.0.insert(key, read.number);
        }
    }
}

fn key(read: &Read) -> Option<String> {
    let by_listing = || Some(read.item.as_ref().ok()?.listing?.to_string());
    read.external_id.clone().or_else(by_listing)
}
