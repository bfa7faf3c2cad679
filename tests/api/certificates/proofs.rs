//! Proofs that certificates are in the audit trail, checked without the exchange.

use serde_json::Value;
use vptex::domain::audit::Deed;
use vptex::domain::certificate::proof::Proof;
use vptex::jobs::checkpoints;
use vptex::service::audit::key as checkpoint_keys;
use vptex::service::audit::note::{NotOurs, read_verifier_key};
use vptex::service::audit::proof::{NotProven, check, read};
use vptex::service::certificates::{keys as signing_keys, signing};

use super::duplicates::duplicated;
use super::forging::public_keys;
use super::{old_paper, registered};
use crate::dossiers::Desk;
use crate::harness::Reply;

/// Signs how far the trail goes.
pub(super) async fn checkpoint(desk: &Desk) {
    let app = desk.app.exchange().clone();
    let file = desk.app.config.checkpoints_path();
    let made = tokio::task::spawn_blocking(move || checkpoints::run(&app, &file));
    assert!(made.await.unwrap().unwrap());
}

async fn part(desk: &Desk, certificate: &Reply, part: &str) -> Vec<u8> {
    let path = format!("/certificates/{}/{part}", certificate.text("/id"));
    desk.app.get(&path).by(&desk.owner).expect(200).await.bytes.to_vec()
}

/// The keys as everybody reads them.
async fn keys(desk: &Desk) -> Vec<Vec<u8>> {
    let set = desk
        .app
        .request(reqwest::Method::GET, "/.well-known/certificate-keys.json");
    let set = set.expect(200).await;
    let keys = set.body["checkpoint_keys"].as_array().unwrap();
    keys.iter()
        .map(|key| read_verifier_key(key.as_str().unwrap()).unwrap())
        .collect()
}

#[actix_web::test]
async fn a_certificate_is_proved_to_be_in_the_trail_and_nothing_else_is() {
    let desk = Desk::open().await;
    let (first, second) = (registered(&desk).await, registered(&desk).await);
    let path = format!("/certificates/{}/proof", first.text("/id"));
    let early = desk.app.get(&path).by(&desk.owner).expect(409).await;
    assert_eq!(early.code(), "proof_pending");
    checkpoint(&desk).await;
    let keys = keys(&desk).await;
    let (record, proof) = (part(&desk, &first, "record").await, part(&desk, &first, "proof").await);
    assert!(proof.len() < 4_000, "{}", proof.len());
    let told = read(&proof).unwrap();
    let proved = check(&told, &record, &keys).unwrap();
    assert!(proved.size > 10);
    // Nobody's address goes along, nor who did it.
    let row: Value = serde_json::from_slice::<Value>(&proof).unwrap()["row"].clone();
    let mut members: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "actor_kind",
            "after_hash",
            "at",
            "deed",
            "id",
            "lane",
            "link",
            "prev_hash",
            "subject_id",
            "subject_kind"
        ]
    );
    assert_eq!(row["actor_kind"], "system");

    // Another record, a changed one, another key.
    let other = part(&desk, &second, "record").await;
    assert_eq!(check(&told, &other, &keys), Err(NotProven::OtherRecord));
    for at in (0..record.len()).step_by(41) {
        let mut forged = record.clone();
        forged[at] ^= 1;
        assert_eq!(check(&told, &forged, &keys), Err(NotProven::OtherRecord), "byte {at}");
    }
    let wrong = NotProven::Checkpoint(NotOurs::Signature);
    assert_eq!(check(&told, &record, &[vec![7; 32]]), Err(wrong));
    assert_eq!(check(&told, &record, &[]), Err(wrong));
    // A changed row: nothing of it can be told otherwise.
    let twin = read(&part(&desk, &second, "proof").await).unwrap();
    let changed = |change: &dyn Fn(&mut Proof)| {
        let mut changed = told.clone();
        change(&mut changed);
        assert_ne!(changed, told);
        check(&changed, &record, &keys).unwrap_err()
    };
    let in_no_trail: [&dyn Fn(&mut Proof); 9] = [
        &|proof| proof.row.id = twin.row.id,
        &|proof| proof.row.at = "2026-01-01T00:00:00Z".parse().unwrap(),
        &|proof| proof.row.actor_kind = "officer".into(),
        &|proof| proof.row.subject_id = twin.row.subject_id,
        &|proof| proof.row.lane += 1,
        &|proof| proof.row.link += 1,
        &|proof| proof.row.link = i64::MIN,
        &|proof| proof.row.prev_hash.clone_from(&twin.row.prev_hash),
        &|proof| proof.path.swap(0, 1),
    ];
    for (at, change) in in_no_trail.iter().enumerate() {
        assert_eq!(changed(change), NotProven::NotInTrail, "{at}");
    }
    assert_eq!(changed(&|proof| drop(proof.path.pop())), NotProven::NotInTrail);
    assert_eq!(
        changed(&|proof| proof.path.push(told.path[0].clone())),
        NotProven::NotInTrail
    );
    assert_eq!(
        changed(&|proof| proof.path = vec![told.path[0].clone(); 65]),
        NotProven::Form
    );
    assert_eq!(changed(&|proof| proof.path[0] = "AA==".into()), NotProven::Form);
    assert_eq!(
        changed(&|proof| proof.row.deed = "certificate.issued".into()),
        NotProven::OtherRecord
    );
    assert_eq!(
        changed(&|proof| proof.row.subject_kind = "listing".into()),
        NotProven::OtherRecord
    );
    let size = format!("\n{}\n", proved.size);
    let larger = format!("\n{}\n", proved.size + 1);
    assert!(matches!(
        changed(&|proof| proof.checkpoint = proof.checkpoint.replacen(&size, &larger, 1)),
        NotProven::Checkpoint(_)
    ));
    for nothing in [&b""[..], b"{}", b"[1]", &proof[..proof.len() / 2]] {
        assert_eq!(read(nothing), Err(NotProven::Form));
    }

    // A later checkpoint signs another trail, of which this row's way is another one; the proof stays as it is.
    let third = registered(&desk).await;
    checkpoint(&desk).await;
    let later = read(&part(&desk, &third, "proof").await).unwrap();
    assert!(check(&later, &part(&desk, &third, "record").await, &keys).unwrap().size > proved.size);
    if later.row.lane == told.row.lane {
        let moved = changed(&|proof| proof.checkpoint.clone_from(&later.checkpoint));
        assert_eq!(moved, NotProven::NotInTrail);
    }
    assert_eq!(part(&desk, &first, "proof").await, proof);

    // Who reads the certificate reads its proof; of what was not issued here there is none.
    let stranger = desk.app.active_enterprise(&desk.app.officer().await).await;
    desk.app.get(&path).by(&stranger).expect(404).await;
    let old = desk
        .app
        .post("/certificates")
        .by(&desk.signer)
        .json(&old_paper(&desk.tax_code));
    let old = format!("/certificates/{}/proof", old.expect(201).await.text("/id"));
    desk.app.get(&old).by(&desk.signer).expect(404).await;
}

#[actix_web::test]
async fn a_duplicate_has_a_proof_of_its_own() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    checkpoint(&desk).await;
    let own = part(&desk, &certificate, "proof").await;
    // Issued on another day than the certificate, which its record tells, too.
    let desk = desk.later(3).await;
    duplicated(&desk, &certificate).await;
    duplicated(&desk, &certificate).await;
    let path = format!("/certificates/{}/proof?duplicate=1", certificate.text("/id"));
    let early = desk.app.get(&path).by(&desk.owner).expect(409).await;
    assert_eq!(early.code(), "proof_pending");
    checkpoint(&desk).await;
    let keys = keys(&desk).await;
    let mut records = vec![part(&desk, &certificate, "record").await];
    let mut proofs = vec![part(&desk, &certificate, "proof").await];
    assert_eq!(proofs, [own]);
    for ordinal in 1..=2 {
        records.push(part(&desk, &certificate, &format!("record?duplicate={ordinal}")).await);
        proofs.push(part(&desk, &certificate, &format!("proof?duplicate={ordinal}")).await);
    }
    for (at, record) in records.iter().enumerate() {
        for (other, proof) in proofs.iter().enumerate() {
            let proved = check(&read(proof).unwrap(), record, &keys);
            if at == other {
                assert!(proved.unwrap().size > 10, "{at}");
            } else {
                assert_eq!(proved, Err(NotProven::OtherRecord), "{at} {other}");
            }
        }
    }
    for (which, status) in [
        ("record?duplicate=3", 404),
        ("proof?duplicate=3", 404),
        ("proof?duplicate=0", 400),
    ] {
        let path = format!("/certificates/{}/{which}", certificate.text("/id"));
        desk.app.get(&path).by(&desk.owner).expect(status).await;
    }
}

/// Writes many rows into the trail, as thousands of deeds would.
async fn rows(desk: &Desk, count: usize) {
    let exchange = desk.app.exchange().clone();
    let write = move || {
        exchange.write_blocking(move |work| {
            for _ in 0..count {
                let subject = ("certificate", work.next_id());
                work.remember_openly(Deed::CertificateRead, subject, [7; 32])?;
            }
            Ok(())
        })
    };
    actix_web::web::block(write).await.unwrap().unwrap();
}

#[actix_web::test]
async fn proofs_stay_good_among_thousands_of_rows_and_after_the_key_was_changed() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    checkpoint(&desk).await;
    let (record, proof) = (part(&desk, &first, "record").await, part(&desk, &first, "proof").await);
    // Recorded before thousands of rows, and covered by a checkpoint only after them.
    let second = registered(&desk).await;
    rows(&desk, 3_000).await;
    let exchange = desk.app.exchange().clone();
    // Another key signs certificates, and another one checkpoints.
    let rotate = move || {
        exchange.write_blocking(signing_keys::rotate)?;
        exchange.write_blocking(checkpoint_keys::rotate)
    };
    let public_key = actix_web::web::block(rotate).await.unwrap().unwrap();
    let third = registered(&desk).await;
    duplicated(&desk, &first).await;
    rows(&desk, 1_000).await;
    checkpoint(&desk).await;
    let keys = keys(&desk).await;
    assert_eq!((keys.len(), keys.last()), (2, Some(&public_key)));
    // What was proved once is proved by the same bytes for ever.
    assert_eq!(part(&desk, &first, "proof").await, proof);
    assert_eq!(part(&desk, &first, "record").await, record);
    let early = check(&read(&proof).unwrap(), &record, &keys).unwrap();
    assert!(early.size < 3_000, "{}", early.size);
    let signers = public_keys(&desk).await;
    for (certificate, which) in [(&first, "?duplicate=1"), (&second, ""), (&third, "")] {
        let record = part(&desk, certificate, &format!("record{which}")).await;
        let proof = read(&part(&desk, certificate, &format!("proof{which}")).await).unwrap();
        let proved = check(&proof, &record, &keys).unwrap();
        assert!(proved.size > 4_000, "{}", proved.size);
        assert!(signing::open(&record, &signers).is_ok());
    }
    // Each is signed by the key of its day.
    let kid = |bytes: &[u8]| {
        let opened = signing::open(bytes, &signers).unwrap();
        signing::check(&opened.record, &opened.jws, &signers).unwrap()
    };
    let (old, new) = (kid(&record), kid(&part(&desk, &third, "record").await));
    assert_ne!(old, new);
    assert_eq!(kid(&part(&desk, &first, "record?duplicate=1").await), new);
}
