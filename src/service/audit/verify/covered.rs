//! What checkpoints vouch for: those that the database keeps, and those of a file.

use std::collections::BTreeMap;

use super::Break;
use crate::service::Result;
use crate::service::audit::note::{Checkpoint, NotOurs};
use crate::store::audit_chain::Hash;
use crate::store::{AnyConn, audit_checkpoints};

/// What checkpoints say of lanes, each with where that stands.
#[derive(Clone, Debug, Default)]
pub struct Covered(pub(super) BTreeMap<i64, BTreeMap<u64, Vec<(Hash, String)>>>);

impl Covered {
    /// Adds a checkpoint. What another one said in the same words is kept once.
    pub fn add(&mut self, source: &str, checkpoint: &Checkpoint) {
        for lane in &checkpoint.lanes {
            let said = self.0.entry(lane.lane).or_default().entry(lane.size).or_default();
            if !said.iter().any(|(root, _)| *root == lane.root) {
                said.push((lane.root, source.to_owned()));
            }
        }
    }
}

/// The checkpoints that the database keeps, by whether they vouch for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Those before the first one that a believed key signed: they vouch for nothing.
    pub passed_over: u64,
    /// That one and all after it.
    pub covering: u64,
}

/// Adds the checkpoints that the database keeps, every one of which a believed key must have signed; gives how many.
pub fn cover_kept(
    conn: &mut AnyConn,
    public_keys: &[Vec<u8>],
    covered: &mut Covered,
) -> Result<std::result::Result<u64, Break>> {
    let kept = cover_kept_since(conn, public_keys, covered)?;
    Ok(kept.and_then(|kept| match kept.passed_over {
        0 => Ok(kept.covering),
        _ => Err(unbelieved()),
    }))
}

/// The same for whoever believes a newer key alone: from the first one that it signed. That covers all rows of before, too, as they were
/// by then, and there must be one.
pub fn cover_kept_since(
    conn: &mut AnyConn,
    public_keys: &[Vec<u8>],
    covered: &mut Covered,
) -> Result<std::result::Result<Kept, Break>> {
    let (mut count, mut passed_over): (i64, i64) = (0, 0);
    loop {
        let page = audit_checkpoints::after(conn, count, 500)?;
        if page.is_empty() {
            break;
        }
        for kept in page {
            count += 1;
            if kept.seq != count {
                return Ok(Err(Break::Missing { seq: count }));
            }
            let source = format!("checkpoint {count}");
            match Checkpoint::open(&kept.note, public_keys) {
                Ok(checkpoint) => covered.add(&source, &checkpoint),
                Err(NotOurs::Signature) if passed_over + 1 == count => passed_over = count,
                Err(why) => return Ok(Err(Break::Checkpoint { source, why })),
            }
        }
    }
    if count > 0 && passed_over == count {
        return Ok(Err(unbelieved()));
    }
    let number = |count| u64::try_from(count).unwrap_or(0);
    Ok(Ok(Kept {
        passed_over: number(passed_over),
        covering: number(count - passed_over),
    }))
}

/// Of the first one.
fn unbelieved() -> Break {
    Break::Checkpoint {
        source: String::from("checkpoint 1"),
        why: NotOurs::Signature,
    }
}

/// Adds the checkpoints of a file, which are written one after the other with an empty line between them; gives how
/// many.
pub fn cover_file(text: &str, public_keys: &[Vec<u8>], covered: &mut Covered) -> std::result::Result<u64, Break> {
    let (mut count, mut line, mut rest) = (0, 1_usize, text);
    while !rest.is_empty() {
        // Up to the end of the body, then up to the end of the signatures.
        let end = rest
            .match_indices("\n\n")
            .nth(1)
            .map_or(rest.len(), |(at, end)| at + end.len());
        let (note, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let source = format!("the checkpoint at line {line} of the file");
        match Checkpoint::open(note, public_keys) {
            Ok(checkpoint) => covered.add(&source, &checkpoint),
            Err(why) => return Err(Break::Checkpoint { source, why }),
        }
        count += 1;
        line += note.matches('\n').count();
        rest = after;
    }
    Ok(count)
}
