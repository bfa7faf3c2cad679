//! Ten thousand random tampers on a small trail, as a function over its rows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;
use vptex::service::audit::merkle::{Frontier, leaf};
use vptex::service::audit::note::{Checkpoint, LaneRoot};
use vptex::service::audit::verify::{Break, Covered, Report, Verifier};
use vptex::store::audit::Row;
use vptex::store::audit_chain::{Hash, NOTHING};
use vptex::store::types::{DbId, DbTs};

const LANES: i64 = 3;
const LINKS: i64 = 12;
const TAMPERS: usize = 10_000;

/// Numbers that look random and are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }
}

fn row(number: i64) -> Row {
    let id = |kind: u128| DbId(Uuid::from_u128((kind << 96) + u128::try_from(number).unwrap()));
    let is_odd = number % 2 == 1;
    Row {
        seq: number,
        id: id(1),
        at: DbTs(Timestamp::from_microsecond(1_773_214_200_123_456 + number).unwrap()),
        actor_kind: "officer".into(),
        actor_id: is_odd.then(|| id(2)),
        deed: "listing.rejected".into(),
        subject_kind: "listing".into(),
        subject_id: id(3),
        reason_code: is_odd.then(|| "incomplete".into()),
        reason_text: is_odd.then(|| format!("Thiếu ảnh số {number}.")),
        request_id: Some(id(4)),
        subject_version: is_odd.then_some(3),
        session_id: is_odd.then(|| id(5)),
        ip: is_odd.then(|| "203.0.113.7".into()),
        port: is_odd.then_some(51_234),
        before_hash: is_odd.then(|| vec![1; 32]),
        after_hash: is_odd.then(|| vec![2; 32]),
        lane: None,
        link: None,
        prev_hash: None,
        hash: None,
    }
}

/// Chains rows of a lane anew, as somebody would who knows how.
fn chain(lane: i64, rows: &mut [Row]) {
    let mut prev: Hash = NOTHING;
    for (link, row) in (1..).zip(rows) {
        let hash = row.content(lane, link, prev).hash();
        (row.lane, row.link) = (Some(lane), Some(link));
        (row.prev_hash, row.hash) = (Some(prev.to_vec()), Some(hash.to_vec()));
        prev = hash;
    }
}

/// Lanes that grew in turns.
fn trail() -> Vec<Row> {
    let mut rows = Vec::new();
    for lane in 0..LANES {
        let mut own: Vec<Row> = (0..LINKS).map(|link| row(1 + link * LANES + lane)).collect();
        chain(lane, &mut own);
        rows.extend(own);
    }
    rows
}

/// A checkpoint of the first so many rows of each lane.
fn checkpoint(rows: &[Row], links: i64) -> Checkpoint {
    let mut trees: BTreeMap<i64, Frontier> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.link.unwrap() <= links) {
        let tree = trees.entry(row.lane.unwrap()).or_default();
        tree.push(leaf(row.hash.as_deref().unwrap()));
    }
    let lanes = trees.into_iter().map(|(lane, tree)| LaneRoot {
        lane,
        size: tree.size(),
        root: tree.root(),
    });
    Checkpoint::new("test/audit".into(), lanes.collect())
}

/// As the database would give them.
fn verify(rows: &[Row], covered: &Covered) -> Result<Report, Break> {
    let (mut chained, unchained): (Vec<&Row>, Vec<&Row>) = rows
        .iter()
        .partition(|row| row.lane.is_some() && row.link.is_some() && row.prev_hash.is_some() && row.hash.is_some());
    chained.sort_by_key(|row| (row.lane, row.link));
    let mut verifier = Verifier::new(covered);
    chained
        .into_iter()
        .try_for_each(|row| verifier.chained(row.lane.unwrap(), row))?;
    unchained.into_iter().try_for_each(|row| verifier.unchained(row))?;
    verifier.finish()
}

/// Whether the chain alone shows it.
#[derive(Debug, PartialEq)]
enum Shows {
    Alone,
    WithCheckpoints,
}

fn text(random: &mut Random) -> String {
    [
        "",
        "x",
        "listing",
        "officer",
        "203.0.113.7",
        "incomplete",
        "Thiếu ảnh số 1.",
    ][random.below(7)]
    .to_owned()
}

fn id(random: &mut Random) -> DbId {
    DbId(Uuid::from_u64_pair(random.next(), random.next()))
}

fn bytes(random: &mut Random) -> Vec<u8> {
    let length = [0, 1, 31, 32, 33][random.below(5)];
    (0..length).map(|_| random.next().to_le_bytes()[0]).collect()
}

/// One field, or its being there at all.
fn edit(row: &mut Row, random: &mut Random) {
    let is_there = random.below(3) > 0;
    match random.below(20) {
        0 => row.id = id(random),
        1 => row.at = DbTs(Timestamp::from_microsecond(i64::try_from(random.next() >> 14).unwrap()).unwrap()),
        2 => row.actor_kind = text(random),
        3 => row.actor_id = is_there.then(|| id(random)),
        4 => row.deed = text(random),
        5 => row.subject_kind = text(random),
        6 => row.subject_id = id(random),
        7 => row.reason_code = is_there.then(|| text(random)),
        8 => row.reason_text = is_there.then(|| text(random)),
        9 => row.request_id = is_there.then(|| id(random)),
        10 => row.session_id = is_there.then(|| id(random)),
        11 => row.ip = is_there.then(|| text(random)),
        12 => row.port = is_there.then(|| i64::try_from(random.below(65_536)).unwrap()),
        13 => row.before_hash = is_there.then(|| bytes(random)),
        14 => row.after_hash = is_there.then(|| bytes(random)),
        15 => row.lane = is_there.then(|| i64::try_from(random.below(5)).unwrap()),
        16 => row.link = is_there.then(|| i64::try_from(random.below(20)).unwrap() - 2),
        17 => row.subject_version = is_there.then(|| i64::try_from(random.below(9)).unwrap()),
        18 => row.prev_hash = is_there.then(|| bytes(random)),
        _ => row.hash = is_there.then(|| bytes(random)),
    }
}

fn tamper(rows: &mut Vec<Row>, random: &mut Random) -> (&'static str, Shows) {
    let (at, lanes, links) = (
        random.below(rows.len()),
        usize::try_from(LANES).unwrap(),
        usize::try_from(LINKS).unwrap(),
    );
    let (lane, link) = (at / links, at % links);
    match random.below(6) {
        0 => {
            edit(&mut rows[at], random);
            ("edit", Shows::Alone)
        }
        1 => {
            rows.remove(at);
            (
                "delete",
                if link + 1 == links {
                    Shows::WithCheckpoints
                } else {
                    Shows::Alone
                },
            )
        }
        2 => {
            // In front of the row that is there, in its place, or in no chain at all.
            let mut forged = row(1000 + i64::try_from(random.below(1000)).unwrap());
            forged.seq = rows[at].seq + i64::try_from(random.below(2)).unwrap();
            if random.below(3) > 0 {
                let (lane, link) = (rows[at].lane.unwrap(), rows[at].link.unwrap());
                let prev = Hash::try_from(rows[at].prev_hash.clone().unwrap()).unwrap();
                forged.hash = Some(forged.content(lane, link, prev).hash().to_vec());
                forged.prev_hash = Some(prev.to_vec());
                (forged.lane, forged.link) = (Some(lane), Some(link));
            } else {
                forged.seq = 2 + i64::try_from(random.below(100)).unwrap();
            }
            rows.insert(at, forged);
            ("insert", Shows::Alone)
        }
        3 => {
            // The contents change places, or the places do.
            let other = (at + 1 + random.below(rows.len() - 1)) % rows.len();
            let (one, two) = (rows[at].clone(), rows[other].clone());
            let places = random.below(2) == 0;
            for (into, from) in [(at, &two), (other, &one)] {
                let kept = rows[into].clone();
                let (content, place) = if places { (&kept, from) } else { (from, &kept) };
                rows[into] = Row {
                    lane: place.lane,
                    link: place.link,
                    prev_hash: if places {
                        content.prev_hash.clone()
                    } else {
                        place.prev_hash.clone()
                    },
                    hash: if places {
                        content.hash.clone()
                    } else {
                        place.hash.clone()
                    },
                    ..content.clone()
                };
            }
            ("swap", Shows::Alone)
        }
        4 => {
            // The end of one lane from this row on.
            rows.drain(at..(lane + 1) * links);
            ("tail cut", Shows::WithCheckpoints)
        }
        _ => {
            // A row is changed, taken out or put in, and the whole lane is chained anew.
            let own = lane * links..(lane + 1) * links;
            let mut rewritten: Vec<Row> = rows[own.clone()].to_vec();
            match random.below(3) {
                0 => rewritten[link].reason_text = Some(format!("khác {}", random.next())),
                1 => drop(rewritten.remove(link)),
                _ => {
                    let mut forged = row(1000);
                    forged.seq = rewritten[link].seq;
                    rewritten.insert(link, forged);
                    (0..).zip(&mut rewritten).for_each(|(number, row)| row.seq = 1 + number);
                }
            }
            chain(i64::try_from(lane).unwrap(), &mut rewritten);
            rows.splice(own, rewritten);
            assert!(lane < lanes);
            ("rewrite", Shows::WithCheckpoints)
        }
    }
}

#[test]
fn every_one_of_ten_thousand_tampers_is_noticed() {
    let trail = trail();
    let mut covered = Covered::default();
    for links in [1, 5, LINKS] {
        covered.add(&format!("checkpoint of {links}"), &checkpoint(&trail, links));
    }
    let whole = verify(&trail, &covered).unwrap();
    assert_eq!((whole.rows, whole.lanes, whole.roots), (36, 3, 9));

    let mut random = Random(20_260_701);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut done = 0;
    while done < TAMPERS {
        let mut rows = trail.clone();
        let (what, shows) = tamper(&mut rows, &mut random);
        // An edit may put in what was there before.
        if rows == trail {
            continue;
        }
        done += 1;
        *counts.entry(what).or_default() += 1;
        let noticed = verify(&rows, &covered);
        assert!(noticed.is_err(), "{what} was not noticed: {rows:#?}");
        let alone = verify(&rows, &Covered::default());
        match shows {
            Shows::Alone => assert!(alone.is_err(), "{what}: {rows:#?}"),
            // Which is what checkpoints are for.
            Shows::WithCheckpoints => assert!(alone.is_ok(), "{what}: {alone:?}"),
        }
    }
    assert_eq!(counts.len(), 6, "{counts:?}");
    assert!(counts.values().all(|count| *count > 1_000), "{counts:?}");
}

#[test]
fn what_checkpoints_cover_may_grow() {
    let trail = trail();
    let mut covered = Covered::default();
    covered.add("early", &checkpoint(&trail, 5));
    assert_eq!(verify(&trail, &covered).unwrap().roots, 3);
    // A lane that is gone altogether, whichever it is.
    for gone in 0..LANES {
        let rest: Vec<Row> = trail.iter().filter(|row| row.lane != Some(gone)).cloned().collect();
        let broken = verify(&rest, &covered).unwrap_err();
        assert!(
            matches!(broken, Break::Cut { lane, found: 0, size: 5, .. } if lane == gone),
            "{broken}"
        );
    }
    // Two checkpoints that contradict each other cannot both be true.
    let mut other = trail.clone();
    other[0].deed = "x".into();
    chain(0, &mut other[..usize::try_from(LINKS).unwrap()]);
    covered.add("late", &checkpoint(&other, 5));
    assert!(matches!(verify(&trail, &covered), Err(Break::Root { lane: 0, .. })));
    assert!(matches!(verify(&other, &covered), Err(Break::Root { lane: 0, .. })));
}

#[test]
fn rows_from_before_the_chain_are_counted_and_later_ones_refused() {
    let mut trail = trail();
    trail.iter_mut().for_each(|row| row.seq += 10);
    let old = |seq| Row { seq, ..row(900) };
    trail.extend([old(9), old(10)]);
    assert_eq!(verify(&trail, &Covered::default()).unwrap().unchained, 2);
    for seq in [0, -1, 12, 500] {
        let mut more = trail.clone();
        more.push(old(seq));
        assert_eq!(verify(&more, &Covered::default()), Err(Break::Unchained { seq }));
    }
}
