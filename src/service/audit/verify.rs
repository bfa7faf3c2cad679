//! Verification: a function over rows that come in the order of lanes and links, wherever they come from.

mod covered;

use std::fmt;

pub use self::covered::{Covered, Kept, cover_file, cover_kept, cover_kept_since};
use super::merkle::{Frontier, leaf};
use super::note::{LaneRoot, NotOurs};
use crate::domain::audit::Deed;
use crate::domain::ids::CertificateId;
use crate::service::Result;
use crate::store::AnyConn;
use crate::store::audit::{self, Row};
use crate::store::audit_chain::{Hash, NOTHING};

/// Rows that are read at once.
const PAGE: i64 = 5_000;

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// A row in a lane.
    Row {
        /// Which lane.
        lane: i64,
        /// Which place in it.
        link: i64,
        /// Number of the row.
        seq: i64,
        /// What.
        wrong: Wrong,
    },
    /// A row has no place in a chain, though the chain had begun before it.
    Unchained {
        /// Number of the row.
        seq: i64,
    },
    /// A lane holds other rows than it did when a checkpoint was made.
    Root {
        /// Which checkpoint.
        source: String,
        /// Which lane.
        lane: i64,
        /// How many rows of it the checkpoint covers.
        size: u64,
    },
    /// A lane has lost its end.
    Cut {
        /// Which checkpoint.
        source: String,
        /// Which lane.
        lane: i64,
        /// How many rows of it the checkpoint covers.
        size: u64,
        /// How many there are.
        found: i64,
    },
    /// A checkpoint itself.
    Checkpoint {
        /// Which.
        source: String,
        /// What.
        why: NotOurs,
    },
    /// A checkpoint that was kept in the database is gone.
    Missing {
        /// Its number.
        seq: i64,
    },
}

/// What is wrong with a row in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not at the place that follows.
    Place {
        /// Which does.
        expected: i64,
    },
    /// Its number is lower than that of the row before.
    Order,
    /// It names another hash than that of the row before.
    Previous,
    /// Its hash is not that of its content.
    Content,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row { lane, link, seq, wrong } => {
                write!(f, "lane {lane}, link {link}, row {seq}: ")?;
                match wrong {
                    Wrong::Place { expected } => {
                        write!(f, "link {expected} should be here; rows were taken out or put in")
                    }
                    Wrong::Order => f.write_str("its number is not above that of the link before; rows were exchanged"),
                    Wrong::Previous => {
                        f.write_str("it does not follow the link before; rows were exchanged or replaced")
                    }
                    Wrong::Content => f.write_str("its hash is not that of its content; the row was changed"),
                }
            }
            Self::Unchained { seq } => write!(
                f,
                "row {seq}: it is in no chain; it was put in or taken out of its chain"
            ),
            Self::Root { source, lane, size } => write!(
                f,
                "lane {lane}: its first {size} rows are not those that {source} was made of; the lane was rewritten"
            ),
            Self::Cut {
                source,
                lane,
                size,
                found,
            } => write!(
                f,
                "lane {lane}: {found} rows are there, but {source} covers {size}; the end of the lane was cut off"
            ),
            Self::Checkpoint { source, why } => write!(f, "{source}: {why}"),
            Self::Missing { seq } => write!(f, "checkpoint {seq} is no longer in the database"),
        }
    }
}

/// What was verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows in lanes.
    pub rows: u64,
    /// Lanes.
    pub lanes: u64,
    /// Rows from before there was a chain: nothing vouches for them.
    pub unchained: u64,
    /// Roots that checkpoints state of lanes.
    pub roots: u64,
}

/// A way along a lane, from its beginning or from where a checkpoint ended.
#[derive(Clone, Debug)]
pub struct Walk {
    lane: i64,
    link: i64,
    hash: Hash,
    seq: i64,
    /// The tree over the hashes so far.
    pub tree: Frontier,
    /// The certificates whose rows are marked in the tree, in its order.
    pub recorded: Vec<CertificateId>,
    proves: bool,
}

impl Walk {
    /// Begins at the beginning.
    pub fn new(lane: i64) -> Self {
        Self::from(lane, Frontier::default(), 0, NOTHING)
    }

    /// Goes on after rows that are known: their tree, how many they are, and the hash of the last.
    pub fn from(lane: i64, tree: Frontier, link: i64, hash: Hash) -> Self {
        let seq = i64::MIN;
        Self {
            lane,
            link,
            hash,
            seq,
            tree,
            recorded: Vec::new(),
            proves: false,
        }
    }

    /// Has the ways of certificates' rows to the root kept.
    pub fn proving(self) -> Self {
        Self { proves: true, ..self }
    }

    /// The last place that was reached.
    pub fn link(&self) -> i64 {
        self.link
    }

    /// The hash there.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Takes the next row.
    pub fn step(&mut self, row: &Row) -> std::result::Result<(), Break> {
        let expected = self.link.saturating_add(1);
        let link = row.link.unwrap_or_default();
        let hash = row.content(self.lane, expected, self.hash).hash();
        let wrong = if row.lane != Some(self.lane) || link != expected {
            Some(Wrong::Place { expected })
        } else if row.prev_hash.as_deref() != Some(self.hash.as_slice()) {
            Some(Wrong::Previous)
        } else if row.hash.as_deref() != Some(hash.as_slice()) {
            Some(Wrong::Content)
        } else if row.seq <= self.seq {
            Some(Wrong::Order)
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return Err(Break::Row {
                lane: self.lane,
                link,
                seq: row.seq,
                wrong,
            });
        }
        (self.link, self.hash, self.seq) = (link, hash, row.seq);
        if self.proves && row.deed == Deed::CertificateRecorded.as_str() {
            self.recorded.push(CertificateId(row.subject_id.0));
            self.tree.push_marked(leaf(&hash));
        } else {
            self.tree.push(leaf(&hash));
        }
        Ok(())
    }
}

/// Verifies rows: first those of all lanes, in the order of lanes and links, then those in none, then [`finish`](Self::finish).
#[derive(Debug)]
pub struct Verifier<'c> {
    covered: &'c Covered,
    walk: Option<Walk>,
    /// The last lane that was verified whole.
    closed: Option<i64>,
    /// The lowest number of a row in a lane.
    first: Option<i64>,
    /// How far each lane goes, and what is in it.
    ends: Vec<LaneRoot>,
    report: Report,
}

impl<'c> Verifier<'c> {
    /// Begins.
    pub fn new(covered: &'c Covered) -> Self {
        Self {
            covered,
            walk: None,
            closed: None,
            first: None,
            ends: Vec::new(),
            report: Report::default(),
        }
    }

    /// Takes the next row of a lane.
    pub fn chained(&mut self, lane: i64, row: &Row) -> std::result::Result<(), Break> {
        let mut walk = match self.walk.take() {
            Some(walk) if walk.lane == lane => walk,
            before => {
                self.close(before, Some(lane))?;
                self.report.lanes += 1;
                Walk::new(lane)
            }
        };
        walk.step(row)?;
        self.report.rows += 1;
        self.first = Some(self.first.map_or(row.seq, |first| first.min(row.seq)));
        let size = walk.tree.size();
        if let Some(said) = self.covered.0.get(&lane).and_then(|lane| lane.get(&size)) {
            let root = walk.tree.root();
            if let Some((_, source)) = said.iter().find(|(stated, _)| *stated != root) {
                return Err(Break::Root {
                    source: source.clone(),
                    lane,
                    size,
                });
            }
            self.report.roots += 1;
        }
        self.walk = Some(walk);
        Ok(())
    }

    /// Takes the next row that lacks something of what rows in lanes have.
    pub fn unchained(&mut self, row: &Row) -> std::result::Result<(), Break> {
        let walk = self.walk.take();
        self.close(walk, None)?;
        let is_old = row.lane.is_none() && row.link.is_none() && row.hash.is_none() && row.prev_hash.is_none();
        if !is_old || row.seq < 1 || self.first.is_some_and(|first| row.seq > first) {
            return Err(Break::Unchained { seq: row.seq });
        }
        self.report.unchained += 1;
        Ok(())
    }

    /// Ends.
    pub fn finish(self) -> std::result::Result<Report, Break> {
        self.finish_with_ends().map(|(report, _)| report)
    }

    /// Ends, and tells how far each lane goes.
    pub fn finish_with_ends(mut self) -> std::result::Result<(Report, Vec<LaneRoot>), Break> {
        let walk = self.walk.take();
        self.close(walk, None)?;
        Ok((self.report, self.ends))
    }

    /// No more rows of this lane will come, and none of the lanes up to `next`.
    fn close(&mut self, walk: Option<Walk>, next: Option<i64>) -> std::result::Result<(), Break> {
        self.ends.extend(walk.as_ref().map(|walk| LaneRoot {
            lane: walk.lane,
            size: walk.tree.size(),
            root: walk.tree.root(),
        }));
        for (lane, said) in &self.covered.0 {
            let is_done = self.closed.is_some_and(|closed| *lane <= closed);
            if is_done || next.is_some_and(|next| *lane >= next) {
                continue;
            }
            let found = walk.as_ref().filter(|walk| walk.lane == *lane).map_or(0, Walk::link);
            let reached = u64::try_from(found).unwrap_or(0);
            let beyond = said.range(reached.saturating_add(1)..).next();
            if let Some((size, source)) = beyond.and_then(|(size, said)| Some((size, &said.first()?.1))) {
                return Err(Break::Cut {
                    source: source.clone(),
                    lane: *lane,
                    size: *size,
                    found,
                });
            }
        }
        // With none to come, all are done.
        self.closed = next.map_or(Some(i64::MAX), |_| walk.map(|walk| walk.lane).max(self.closed));
        Ok(())
    }
}

/// Verifies the table against itself and against checkpoints. `progress` is told how many rows are done.
pub fn run(
    conn: &mut AnyConn,
    covered: &Covered,
    progress: &mut dyn FnMut(u64),
) -> Result<std::result::Result<Report, Break>> {
    Ok(run_with_ends(conn, covered, progress)?.map(|(report, _)| report))
}

/// The same, telling how far each lane goes.
pub fn run_with_ends(
    conn: &mut AnyConn,
    covered: &Covered,
    progress: &mut dyn FnMut(u64),
) -> Result<std::result::Result<(Report, Vec<LaneRoot>), Break>> {
    let mut verifier = Verifier::new(covered);
    let mut lane = audit::next_lane(conn, None)?;
    while let Some(number) = lane {
        // The lowest of all, so that no place is too low to be looked at.
        let mut after = i64::MIN;
        loop {
            let rows = audit::in_lane(conn, number, after, PAGE)?;
            let Some(last) = rows.last().and_then(|row| row.link) else {
                break;
            };
            after = last;
            for row in rows.iter().filter(|row| row.hash.is_some() && row.prev_hash.is_some()) {
                if let Err(broken) = verifier.chained(number, row) {
                    return Ok(Err(broken));
                }
            }
            progress(verifier.report.rows);
        }
        lane = audit::next_lane(conn, Some(number))?;
    }
    let mut after = i64::MIN;
    loop {
        let rows = audit::unchained(conn, after, PAGE)?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        for row in &rows {
            if let Err(broken) = verifier.unchained(row) {
                return Ok(Err(broken));
            }
        }
    }
    Ok(verifier.finish_with_ends())
}
