//! Checkpoints: they cost as much as is new, say what is there, and hold against somebody who knows how the chain is made.

use std::fs;
use std::path::PathBuf;

use vptex::jobs::checkpoints;
use vptex::service::audit::note::Checkpoint;
use vptex::service::audit::verify::{self, Break, Covered};
use vptex::service::audit::{checkpoint, key};
use vptex::store::audit_chain::{Hash, NOTHING, sha256};
use vptex::store::conn::{Target, read_only};
use vptex::store::{audit, audit_checkpoints};

use crate::database::{TestDatabase, fresh};
use crate::samples::{Exchange, another_node, exchange, rows, tamper, tamper_unguarded, verify};

fn file(exchange: &Exchange) -> PathBuf {
    exchange.config.checkpoints_path()
}

fn keys(at: &TestDatabase) -> Vec<Vec<u8>> {
    let keys = audit_checkpoints::keys(&mut read_only(&at.target).unwrap()).unwrap();
    keys.into_iter().map(|key| key.public_key).collect()
}

/// What the database keeps.
fn kept(at: &TestDatabase) -> Result<(u64, Covered), Break> {
    let mut covered = Covered::default();
    let count = verify::cover_kept(&mut read_only(&at.target).unwrap(), &keys(at), &mut covered).unwrap()?;
    Ok((count, covered))
}

/// What the file says.
fn told(at: &TestDatabase, text: &str) -> Result<(u64, Covered), Break> {
    let mut covered = Covered::default();
    let count = verify::cover_file(text, &keys(at), &mut covered)?;
    Ok((count, covered))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Computes every hash anew, as somebody would who owns the database.
fn rewrite(target: &Target) {
    let literal = |hash: &Hash| match target {
        Target::Sqlite(_) => format!("x'{}'", hex(hash)),
        Target::Postgres(_) => format!("'\\x{}'", hex(hash)),
    };
    let (mut lane, mut prev) = (None, NOTHING);
    for row in rows(target) {
        if lane != row.lane {
            (lane, prev) = (row.lane, NOTHING);
        }
        let hash = row.content(row.lane.unwrap(), row.link.unwrap(), prev).hash();
        tamper_unguarded(
            target,
            &format!(
                "UPDATE audit_log SET prev_hash = {}, hash = {} WHERE seq = {}",
                literal(&prev),
                literal(&hash),
                row.seq
            ),
        );
        prev = hash;
    }
}

#[test]
fn a_checkpoint_covers_what_is_new_and_goes_on_from_the_last() {
    let at = fresh();
    let exchange = exchange(&at);
    let file = file(&exchange);
    assert!(!checkpoints::run(&exchange.app, &file).unwrap(), "nothing is there yet");
    let mut size = 0;
    for (round, count) in [1, 7, 64, 3].into_iter().enumerate() {
        let start = u128::from(size);
        exchange.write(start..start + u128::from(count));
        size += count;
        assert!(checkpoints::run(&exchange.app, &file).unwrap());
        assert!(!checkpoints::run(&exchange.app, &file).unwrap(), "nothing is new");
        let (count, covered) = kept(&at).unwrap();
        assert_eq!(count, u64::try_from(round).unwrap() + 1);
        let report = verify(&at.target, &covered).unwrap();
        assert_eq!(report.rows, size);
        assert!(report.roots >= count);
        let text = fs::read_to_string(&file).unwrap();
        let (in_file, told) = told(&at, &text).unwrap();
        assert_eq!(in_file, count);
        assert_eq!(verify(&at.target, &told).unwrap(), report);
        let last = audit_checkpoints::last(&mut read_only(&at.target).unwrap())
            .unwrap()
            .unwrap();
        assert!(text.ends_with(&format!("{}\n", last.note)), "{text}");
        assert_eq!(Checkpoint::open(&last.note, &keys(&at)).unwrap().size, size);
    }
    // Rows that come later are no contradiction.
    exchange.write(1000..1003);
    assert_eq!(verify(&at.target, &kept(&at).unwrap().1).unwrap().rows, size + 3);
    // Another key is no key.
    let stranger = vec![vec![7; 32]];
    let refused = verify::cover_file(&fs::read_to_string(&file).unwrap(), &stranger, &mut Covered::default());
    assert!(matches!(refused, Err(Break::Checkpoint { .. })));
}

#[test]
fn a_chain_that_was_computed_anew_is_found_out() {
    let at = fresh();
    let exchange = exchange(&at);
    let file = file(&exchange);
    exchange.write(0..20);
    checkpoints::run(&exchange.app, &file).unwrap();
    exchange.write(20..30);
    tamper_unguarded(&at.target, "UPDATE audit_log SET reason_text = 'x' WHERE link = 2");
    rewrite(&at.target);
    // The chain itself is in order again.
    assert_eq!(verify(&at.target, &Covered::default()).unwrap().rows, 30);
    let broken = verify(&at.target, &kept(&at).unwrap().1).unwrap_err();
    assert!(matches!(broken, Break::Root { .. }), "{broken}");
    // Whoever takes the checkpoints out of the database too is told by the file.
    tamper_unguarded(&at.target, "DELETE FROM audit_checkpoints; DELETE FROM audit_frontiers");
    let (count, covered) = kept(&at).unwrap();
    assert_eq!((count, verify(&at.target, &covered).unwrap().roots), (0, 0));
    let text = fs::read_to_string(&file).unwrap();
    let broken = verify(&at.target, &told(&at, &text).unwrap().1).unwrap_err();
    assert!(
        matches!(&broken, Break::Root { source, .. } if source.contains("line 1 ")),
        "{broken}"
    );
}

#[test]
fn an_end_that_was_cut_off_is_found_out_and_never_signed() {
    let at = fresh();
    let exchange = exchange(&at);
    let file = file(&exchange);
    exchange.write(0..20);
    checkpoints::run(&exchange.app, &file).unwrap();
    let before = fs::read_to_string(&file).unwrap();
    tamper_unguarded(
        &at.target,
        "DELETE FROM audit_log WHERE (lane, link) IN (SELECT lane, max(link) FROM audit_log GROUP BY lane)",
    );
    assert!(verify(&at.target, &Covered::default()).is_ok());
    for covered in [kept(&at).unwrap().1, told(&at, &before).unwrap().1] {
        let broken = verify(&at.target, &covered).unwrap_err();
        assert!(matches!(broken, Break::Cut { .. }), "{broken}");
    }
    let refused = || checkpoints::run(&exchange.app, &file).unwrap_err().to_string();
    assert!(refused().contains("no longer ends"), "{}", refused());
    // Nor when others took the places of what was there.
    exchange.write(50..55);
    assert!(refused().contains("no longer ends"), "{}", refused());
    // Nor when nothing of it is left.
    tamper_unguarded(&at.target, "DELETE FROM audit_log");
    assert!(refused().contains("no longer ends"), "{}", refused());
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn what_is_not_in_order_is_not_signed() {
    let at = fresh();
    let exchange = exchange(&at);
    let file = file(&exchange);
    exchange.write(0..5);
    checkpoints::run(&exchange.app, &file).unwrap();
    let signed = fs::read_to_string(&file).unwrap();
    exchange.write(5..10);
    tamper_unguarded(
        &at.target,
        "UPDATE audit_log SET deed = 'x' WHERE seq = (SELECT max(seq) FROM audit_log)",
    );
    let error = checkpoints::run(&exchange.app, &file).unwrap_err();
    assert!(error.to_string().contains("the row was changed"), "{error}");
    // Nor do frontiers that somebody made up lead anywhere.
    tamper(&at.target, "UPDATE audit_frontiers SET size = size + 2").unwrap();
    assert!(checkpoints::run(&exchange.app, &file).is_err());
    assert_eq!(fs::read_to_string(&file).unwrap(), signed);
    assert_eq!(kept(&at).unwrap().0, 1);
}

#[test]
fn of_two_nodes_one_keeps_the_checkpoint() {
    let at = fresh();
    let one = exchange(&at);
    let node = another_node(&at, &one);
    let other = &node.app;
    one.write(0..10);
    let first = checkpoint::prepare(&one.app).unwrap().unwrap();
    let second = checkpoint::prepare(other).unwrap().unwrap();
    assert_eq!(first.note, second.note);
    assert!(checkpoint::keep(&one.app, &first).unwrap());
    assert!(!checkpoint::keep(other, &second).unwrap());
    assert_eq!(kept(&at).unwrap().0, 1);
    assert!(checkpoint::prepare(other).unwrap().is_none());
    // And they sign with one key.
    key::all(other).unwrap();
    assert_eq!(keys(&at).len(), 1);
}

#[test]
fn a_checkpoint_that_is_gone_or_changed_is_told() {
    let at = fresh();
    let exchange = exchange(&at);
    let file = file(&exchange);
    for round in 0..3 {
        exchange.write(round * 5..round * 5 + 5);
        checkpoints::run(&exchange.app, &file).unwrap();
    }
    tamper_unguarded(
        &at.target,
        "UPDATE audit_checkpoints SET note = replace(note, 'lane ', 'lane 1') WHERE seq = 3",
    );
    assert!(matches!(kept(&at), Err(Break::Checkpoint { source, .. }) if source == "checkpoint 3"));
    tamper_unguarded(&at.target, "DELETE FROM audit_checkpoints WHERE seq = 2");
    assert!(matches!(kept(&at), Err(Break::Missing { seq: 2 })));
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cut = lines[1..].join("\n");
    assert!(matches!(told(&at, &cut), Err(Break::Checkpoint { source, .. }) if source.contains("line 1 ")));
    let newest = audit::newest(&mut read_only(&at.target).unwrap()).unwrap();
    assert!(newest >= 15);
}

/// Which of some keys signed a checkpoint.
fn signers(note: &str, keys: &[Vec<u8>]) -> Vec<bool> {
    let has_signed = |key| Checkpoint::open(note, std::slice::from_ref(key)).is_ok();
    keys.iter().map(has_signed).collect()
}

#[test]
fn another_key_signs_and_whoever_believes_the_former_one_is_led_to_it() {
    let at = fresh();
    let exchange = exchange(&at);
    let node = another_node(&at, &exchange);
    let file = file(&exchange);
    exchange.write(0..10);
    checkpoints::run(&exchange.app, &file).unwrap();
    let former = keys(&at);
    // Two at once, of which the first never signs.
    exchange.app.write_blocking(key::rotate).unwrap();
    let newest = exchange.app.write_blocking(key::rotate).unwrap();
    let all = keys(&at);
    assert_eq!((&all[0], all.last(), all.len()), (&former[0], Some(&newest), 3));
    // Every node signs with it from the next checkpoint on.
    for (app, rows) in [(&node.app, 10..20), (&exchange.app, 20..30)] {
        exchange.write(rows);
        assert!(checkpoints::run(app, &file).unwrap());
    }
    let notes = audit_checkpoints::after(&mut read_only(&at.target).unwrap(), 0, 10).unwrap();
    let signed: Vec<Vec<bool>> = notes.iter().map(|kept| signers(&kept.note, &all)).collect();
    assert_eq!(
        signed,
        [[true, false, false], [true, false, true], [false, false, true]]
    );
    // What both signed covers the row with the hash of the new key.
    let both = Checkpoint::open(&notes[1].note, &former).unwrap();
    let hash = sha256(&newest);
    let is_its = |row: &audit::Row| row.deed == "audit.key_made" && row.after_hash.as_deref() == Some(&hash[..]);
    let row = rows(&at.target).into_iter().find(is_its).unwrap();
    let lane = both.lanes.iter().find(|lane| Some(lane.lane) == row.lane).unwrap();
    assert!(lane.size >= u64::try_from(row.link.unwrap()).unwrap());
    // With all keys everything agrees; each alone vouches for what it signed, and for nothing else.
    let text = fs::read_to_string(&file).unwrap();
    for (count, covered) in [kept(&at).unwrap(), told(&at, &text).unwrap()] {
        assert_eq!(count, 3);
        assert_eq!(verify(&at.target, &covered).unwrap().rows, 32);
    }
    for believed in [&former[..], std::slice::from_ref(&newest)] {
        let refused = verify::cover_file(&text, believed, &mut Covered::default());
        assert!(matches!(refused, Err(Break::Checkpoint { .. })));
    }
    // What was cut off is found by what either of them signed.
    tamper_unguarded(
        &at.target,
        "DELETE FROM audit_log WHERE (lane, link) IN (SELECT lane, max(link) FROM audit_log GROUP BY lane)",
    );
    assert!(matches!(
        verify(&at.target, &kept(&at).unwrap().1),
        Err(Break::Cut { .. })
    ));
    assert!(checkpoints::run(&node.app, &file).is_err());
}

/// Passing over what a former key signed hides nothing: the first checkpoint that counts covers the beginning of the trail, too.
#[test]
fn a_beginning_that_was_rewritten_is_found_by_the_newer_key_alone() {
    let at = fresh();
    let exchange = exchange(&at);
    let file = file(&exchange);
    let sign = |rows| {
        exchange.write(rows);
        assert!(checkpoints::run(&exchange.app, &file).unwrap());
    };
    sign(0..10);
    let newest = exchange.app.write_blocking(key::rotate).unwrap();
    sign(10..20);
    sign(20..30);
    let since = |keys: &[Vec<u8>]| {
        let mut covered = Covered::default();
        let kept = verify::cover_kept_since(&mut read_only(&at.target).unwrap(), keys, &mut covered).unwrap()?;
        verify(&at.target, &covered).map(|_| (kept.passed_over, kept.covering))
    };
    let alone = std::slice::from_ref(&newest);
    assert_eq!((since(alone), since(&keys(&at))), (Ok((1, 2)), Ok((0, 3))));
    // Where all are believed nothing is passed over.
    let mut nothing = Covered::default();
    let refused = verify::cover_kept(&mut read_only(&at.target).unwrap(), alone, &mut nothing).unwrap();
    assert!(matches!(refused, Err(Break::Checkpoint { source, .. }) if source == "checkpoint 1"));
    let put_former_at = |seq: u8| {
        let former = "(SELECT note FROM audit_checkpoints WHERE seq = 1)";
        let sql = format!("UPDATE audit_checkpoints SET note = {former} WHERE seq = {seq}");
        tamper_unguarded(&at.target, &sql);
    };
    tamper_unguarded(&at.target, "UPDATE audit_log SET reason_text = 'x' WHERE link = 2");
    rewrite(&at.target);
    assert!(matches!(since(alone), Err(Break::Root { source, .. }) if source == "checkpoint 2"));
    put_former_at(2);
    assert!(matches!(since(alone), Err(Break::Root { source, .. }) if source == "checkpoint 3"));
    // Where nothing is left that the newer key signed, nothing is in order.
    put_former_at(3);
    assert!(matches!(since(alone), Err(Break::Checkpoint { .. })));
}

/// Whoever writes rows and lacks the master key brings a public half of his own, with what was sealed for another key.
#[test]
fn a_key_that_somebody_wrote_into_the_database_is_not_believed() {
    let at = fresh();
    let exchange = exchange(&at);
    let file = file(&exchange);
    exchange.write(0..10);
    checkpoints::run(&exchange.app, &file).unwrap();
    let signed = fs::read_to_string(&file).unwrap();
    exchange.write(10..20);
    let own = "INSERT INTO audit_keys (kid, public_key, sealed_key, created_at) \
               SELECT 'own', substr(sealed_key, 1, 32), sealed_key, created_at FROM audit_keys";
    tamper(&at.target, own).unwrap();
    let error = checkpoints::run(&exchange.app, &file).unwrap_err();
    assert!(
        error.to_string().contains("row own of audit_keys was changed"),
        "{error}"
    );
    assert!(key::all(&exchange.app).is_err());
    assert_eq!(fs::read_to_string(&file).unwrap(), signed);
    // Nor does the exchange's own row become somebody else's.
    let genuine = keys(&at);
    tamper(
        &at.target,
        "DELETE FROM audit_keys WHERE kid = 'own'; UPDATE audit_keys SET public_key = substr(sealed_key, 1, 32)",
    )
    .unwrap();
    assert_ne!(keys(&at), genuine);
    assert!(checkpoints::run(&exchange.app, &file).is_err());
    assert_eq!(fs::read_to_string(&file).unwrap(), signed);
}
