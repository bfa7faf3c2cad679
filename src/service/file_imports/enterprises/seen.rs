//! What the rows before one were about: no two rows of a file are about one enterprise, and some look like each other.

use std::collections::HashMap;
use std::sync::Arc;

use super::Row;
use super::alike::Index;
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::EnterpriseImportId;
use crate::domain::import::RowResult;
use crate::store::file_imports::{Enterprises, Files as _};
use crate::store::{self, AnyConn};

/// Refused rows that are read at once.
const PAGE: i64 = 500;

/// What is known of enterprises on the exchange and of rows.
#[derive(Clone, Default)]
struct Seen {
    /// The rows that were about a number; one that was refused was about none: the next one may be.
    numbers: HashMap<String, i64>,
    /// The first rows that were about a number, and were refused.
    refused: HashMap<String, i64>,
    index: Index,
}

/// What is on the exchange, and what the rows of the chunks before were about.
#[derive(Clone, Default)]
pub struct Taken(Arc<Seen>);

impl Taken {
    /// What is known of an import that was begun.
    pub(super) fn so_far(conn: &mut AnyConn, import: EnterpriseImportId) -> store::Result<Self> {
        let taken = Enterprises::taken(conn, import)?;
        Ok(Self(Arc::new(Seen {
            numbers: taken
                .into_iter()
                .filter_map(|row| Some((row.name?, row.number)))
                .collect(),
            refused: refused(conn, import)?,
            index: Index::read(conn)?,
        })))
    }

    /// Adds what a chunk did, once it is durable.
    pub(super) fn add(&mut self, Chunk(done): Chunk) {
        let seen = Arc::make_mut(&mut self.0);
        seen.numbers.extend(done.numbers);
        for (number, row) in done.refused {
            seen.refused.entry(number).or_insert(row);
        }
        seen.index.extend(done.index);
    }
}

/// The rows of an import that were refused, by the numbers that they were about.
fn refused(conn: &mut AnyConn, import: EnterpriseImportId) -> store::Result<HashMap<String, i64>> {
    let mut numbers = HashMap::new();
    let mut behind = 0;
    loop {
        let rows = Enterprises::rows(conn, import, Some(RowResult::Refused), behind, PAGE)?;
        let Some(last) = rows.last() else {
            return Ok(numbers);
        };
        behind = last.number;
        for row in rows {
            if let Some(number) = row.name {
                numbers.entry(number).or_insert(row.number);
            }
        }
    }
}

/// The same of the rows of one chunk.
#[derive(Default)]
pub struct Chunk(Seen);

impl Chunk {
    /// Notes what became of a row, and the enterprise where it is new.
    pub(super) fn note(&mut self, row: &Row, new: Option<Enterprise>) {
        if row.result == RowResult::Refused {
            if let Some(identity) = &row.name {
                self.0.refused.entry(identity.clone()).or_insert(row.number);
            }
            return;
        }
        if let Some(identity) = &row.name {
            self.0.numbers.insert(identity.clone(), row.number);
        }
        if let Some(enterprise) = new {
            self.0.index.add(enterprise, Some(row.number));
        }
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

    /// The row that was about a number.
    pub(super) fn row_of(self, key: &str) -> Option<i64> {
        self.0.iter().find_map(|seen| seen.numbers.get(key).copied())
    }

    /// The row that was about a number, and was refused.
    pub(super) fn refused_row_of(self, key: &str) -> Option<i64> {
        self.0.iter().find_map(|seen| seen.refused.get(key).copied())
    }

    /// Enterprises that this one may be.
    pub(super) fn indexes(self) -> [&'a Index; 2] {
        self.0.map(|seen| &seen.index)
    }
}
