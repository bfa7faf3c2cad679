//! Making a checkpoint: what came since the last one is verified, added to the trees and signed. It costs as much as there
//! are new rows.

use aws_lc_rs::signature::Ed25519KeyPair;

use super::key;
use super::merkle::Frontier;
use super::note::{Checkpoint, LaneRoot, origin};
use super::verify::Walk;
use crate::service::context::App;
use crate::service::{Error, Result};
use crate::store::audit;
use crate::store::audit_chain::Hash;
use crate::store::audit_checkpoints::{self, FrontierRow, Kept};
use crate::store::certificate_proofs::{self, Way};

/// Rows that are read at once.
const PAGE: i64 = 5_000;
/// How often to begin anew because another node made a checkpoint meanwhile.
const ATTEMPTS: usize = 5;

/// A checkpoint that is signed, but not kept yet.
#[derive(Clone, Debug)]
pub struct Pending {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The same, signed.
    pub note: String,
    seq: i64,
    frontiers: Vec<FrontierRow>,
    ways: Vec<Way>,
}

/// Makes a checkpoint of everything that is committed; nothing when nothing is new. A trail that is not in order is not
/// signed: that would be to vouch for it.
pub fn prepare(app: &App) -> Result<Option<Pending>> {
    let (last, rows) = known(app)?;
    // After the last checkpoint: what a new key signed is followed by nothing of the former one alone.
    let keys = key::all(app)?;
    let mut walks = rows.iter().map(resume).collect::<Result<Vec<_>>>()?;
    check_known(&keys, last.as_ref(), &walks)?;
    for (lane, walk) in &walks {
        check_end(app, *lane, walk)?;
    }
    let (mut frontiers, mut ways) = (Vec::new(), Vec::new());
    let mut lane = app.db.read(|conn| audit::next_lane(conn, None))?;
    while let Some(number) = lane {
        let at = walks.iter().position(|(lane, _)| *lane == number);
        let mut walk = match at {
            Some(at) => walks.swap_remove(at).1,
            None => Walk::new(number).proving(),
        };
        if advance(app, number, &mut walk)? {
            ways.extend(ways_of(number, &walk));
            frontiers.push(FrontierRow {
                lane: number,
                size: walk.link(),
                last_hash: walk.hash().to_vec(),
                nodes: walk.tree.bytes(),
            });
        }
        walks.push((number, walk));
        lane = app.db.read(|conn| audit::next_lane(conn, Some(number)))?;
    }
    if frontiers.is_empty() {
        return Ok(None);
    }
    let checkpoint = Checkpoint::new(origin(&app.rules.public_url), roots(&walks));
    Ok(Some(Pending {
        note: sign(&checkpoint, &keys, last.as_ref())?,
        checkpoint,
        seq: last.map_or(0, |last| last.seq) + 1,
        frontiers,
        ways,
    }))
}

/// Signs with the newest key, and where another one signed the last checkpoint with that, too: whoever believes the former key is led to
/// a trail that has the hash of the new one.
fn sign(checkpoint: &Checkpoint, keys: &[Ed25519KeyPair], last: Option<&Kept>) -> Result<String> {
    let newest = keys.last().ok_or_else(|| Error::internal("there is no audit key"))?;
    let mut note = checkpoint.sign(newest);
    let former = last.and_then(|last| signer(last, keys));
    if let Some(former) = former.filter(|former| key::public_half(former) != key::public_half(newest)) {
        note.push_str(&checkpoint.signature(former));
    }
    Ok(note)
}

/// The newest of the keys that signed a checkpoint.
fn signer<'k>(kept: &Kept, keys: &'k [Ed25519KeyPair]) -> Option<&'k Ed25519KeyPair> {
    let has_signed = |key: &&Ed25519KeyPair| Checkpoint::open(&kept.note, &[key::public_half(key)]).is_ok();
    keys.iter().rfind(has_signed)
}

/// The ways of the certificates' rows that are new to the root of their lane, as it is with this checkpoint.
fn ways_of(lane: i64, walk: &Walk) -> Vec<Way> {
    let paths = walk.recorded.iter().zip(walk.tree.paths());
    let ways = paths.filter_map(|(certificate, (place, path))| {
        Some(Way {
            certificate: *certificate,
            lane,
            link: i64::try_from(place).ok()?.checked_add(1)?,
            path: path.concat(),
        })
    });
    ways.collect()
}

/// Keeps it in the database. False when another node kept one first: this one is as true, but adds nothing.
pub fn keep(app: &App, pending: &Pending) -> Result<bool> {
    let pending = pending.clone();
    app.write_blocking(move |work| {
        let last = audit_checkpoints::last(work.conn())?.map_or(0, |last| last.seq);
        if last + 1 != pending.seq {
            return Ok(false);
        }
        let kept = Kept {
            seq: pending.seq,
            note: pending.note.clone(),
        };
        let now = work.now;
        audit_checkpoints::insert(work.uow, &kept, pending.checkpoint.size, &pending.checkpoint.root, now)?;
        failpoint!("audit.checkpoint.inserted", Error::busy);
        for frontier in &pending.frontiers {
            audit_checkpoints::put_frontier(work.uow, frontier)?;
        }
        certificate_proofs::insert(work.uow, pending.seq, &pending.ways)?;
        Ok(true)
    })
}

/// The last checkpoint, and the frontiers that belong to it.
fn known(app: &App) -> Result<(Option<Kept>, Vec<FrontierRow>)> {
    for _ in 0..ATTEMPTS {
        let (before, frontiers, after) = app.db.read(|conn| {
            Ok::<_, Error>((
                audit_checkpoints::last(conn)?,
                audit_checkpoints::frontiers(conn)?,
                audit_checkpoints::last(conn)?,
            ))
        })?;
        if before == after {
            return Ok((after, frontiers));
        }
    }
    Err(Error::busy("other nodes make checkpoints all the time"))
}

fn resume(row: &FrontierRow) -> Result<(i64, Walk)> {
    let tree = u64::try_from(row.size)
        .ok()
        .and_then(|size| Frontier::read(size, &row.nodes));
    let hash = Hash::try_from(row.last_hash.as_slice()).ok();
    let (tree, hash) = tree.zip(hash).ok_or_else(|| {
        Error::internal(format!(
            "the frontier of lane {} of the audit trail is damaged",
            row.lane
        ))
    })?;
    Ok((row.lane, Walk::from(row.lane, tree, row.size, hash).proving()))
}

fn roots(walks: &[(i64, Walk)]) -> Vec<LaneRoot> {
    let mut roots: Vec<LaneRoot> = walks
        .iter()
        .map(|(lane, walk)| LaneRoot {
            lane: *lane,
            size: walk.tree.size(),
            root: walk.tree.root(),
        })
        .collect();
    roots.sort_by_key(|root| root.lane);
    roots
}

/// The frontiers are what the last checkpoint says, which nobody else could sign.
fn check_known(keys: &[Ed25519KeyPair], last: Option<&Kept>, walks: &[(i64, Walk)]) -> Result<()> {
    let said = match last {
        None => Vec::new(),
        Some(last) => {
            let public: Vec<Vec<u8>> = keys.iter().map(key::public_half).collect();
            let opened = Checkpoint::open(&last.note, &public);
            opened
                .map_err(|why| Error::internal(format!("checkpoint {} of the audit trail: {why}", last.seq)))?
                .lanes
        }
    };
    if said == roots(walks) {
        Ok(())
    } else {
        Err(Error::internal(
            "the frontiers of the audit trail are not those of its last checkpoint; run `vptex audit verify`",
        ))
    }
}

/// The last row that was covered is still there.
fn check_end(app: &App, lane: i64, walk: &Walk) -> Result<()> {
    let rows = app.db.read(|conn| audit::in_lane(conn, lane, walk.link() - 1, 1))?;
    let is_there = rows
        .first()
        .is_some_and(|row| row.link == Some(walk.link()) && row.hash.as_deref() == Some(walk.hash().as_slice()));
    if is_there {
        Ok(())
    } else {
        Err(Error::internal(format!(
            "lane {lane} of the audit trail no longer ends where its last checkpoint says; run `vptex audit verify`"
        )))
    }
}

/// Takes the new rows of a lane; gives whether there were any.
fn advance(app: &App, lane: i64, walk: &mut Walk) -> Result<bool> {
    let start = walk.link();
    loop {
        let after = walk.link();
        let rows = app.db.read(|conn| audit::in_lane(conn, lane, after, PAGE))?;
        if rows.is_empty() {
            return Ok(walk.link() > start);
        }
        for row in &rows {
            walk.step(row)
                .map_err(|broken| Error::internal(format!("the audit trail is not in order: {broken}")))?;
        }
    }
}
