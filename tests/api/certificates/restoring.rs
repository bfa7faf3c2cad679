//! Certificates that somebody changed in the database, put back by two officers as they were signed, and what is not taken for that.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::ToSpan as _;
use serde_json::{Value, json};
use vptex::config::Config;
use vptex::domain::account::{Permission, Scope};
use vptex::domain::letter::Letter;
use vptex::service::certificates::checking::Part;

use super::duplicates::duplicated;
use super::forging::{amended, part};
use super::licences::licensed_until;
use super::proofs::checkpoint;
use super::remade::{assert_damaged, change};
use super::replacing::longer;
use super::swapped::check;
use super::{amendment, case_of, certificate_of, registered};
use crate::dossiers::Desk;
use crate::harness::{Call, Person, Reply, TestApp};

const REASON: &str = "Lệnh kiểm tra báo bản ghi không còn đúng như khi ký.";

fn path(certificate: &Reply) -> String {
    format!("/certificates/{}/restoration-proposal", certificate.text("/id"))
}

fn proposing(desk: &Desk, by: &Person, certificate: &Reply, file: Option<&[u8]>) -> Call {
    let mut body = json!({"reason": REASON});
    if let Some(file) = file {
        body["file"] = json!(STANDARD.encode(file));
    }
    desk.app.post(&path(certificate)).by(by).json(&body)
}

fn confirming(desk: &Desk, by: &Person, certificate: &Reply, proposal: &Reply) -> Call {
    let path = format!("/certificates/{}/restorations", certificate.text("/id"));
    let body = json!({"proposal": proposal.text("/id")});
    desk.app.post(&path).by(by).json(&body)
}

/// Proposed by the officer out of what there is, confirmed by the signer.
async fn restored(desk: &Desk, certificate: &Reply, file: Option<&[u8]>, source: &str) {
    let proposed = proposing(desk, &desk.officer, certificate, file).expect(201).await;
    assert_eq!(proposed.text("/source"), source);
    let confirmed = confirming(desk, &desk.signer, certificate, &proposed).expect(201).await;
    assert_eq!(
        (
            confirmed.text("/certificate_id"),
            confirmed.text("/number"),
            confirmed.text("/source")
        ),
        (certificate.text("/id"), certificate.text("/record/number"), source)
    );
}

/// Record and document to the byte, and whether the register is whole.
async fn whole(desk: &Desk, certificate: &Reply) -> (Vec<u8>, Vec<u8>, Value) {
    let path = format!("/certificates/{}", certificate.text("/id"));
    let seen = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(seen.body["is_genuine"], json!(true), "{}", seen.body);
    let (record, document) = (
        part(desk, certificate, "record").await,
        part(desk, certificate, "document").await,
    );
    (record, document, seen.body)
}

async fn by_hand(desk: &Desk, certificate: &Reply, set: &str) {
    let (_, code) = super::printed(certificate);
    // The record that the reply has tells the code, whatever the row has by now.
    let number = certificate.text("/record/number").replace('\'', "''");
    desk.app
        .by_hand(&format!(
            "UPDATE certificates SET {set} WHERE code = '{code}' OR number = '{number}'"
        ))
        .await;
}

#[actix_web::test]
async fn a_record_that_was_changed_is_put_back_by_two_officers_and_goes_on() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let before = whole(&desk, &certificate).await;
    // Nothing is put in the place of what is whole.
    let refused = proposing(&desk, &desk.officer, &certificate, None).expect(409).await;
    assert_eq!(refused.code(), "certificate_intact");
    let refused = proposing(&desk, &desk.officer, &certificate, Some(&before.0))
        .expect(409)
        .await;
    assert_eq!(refused.code(), "certificate_intact");
    change(&desk, &certificate).await;
    let stranger = desk.app.active_enterprise(&desk.app.officer().await).await;
    for (person, status) in [(&stranger, 404), (&desk.owner, 403)] {
        proposing(&desk, person, &certificate, None).expect(status).await;
        desk.app.get(&path(&certificate)).by(person).expect(status).await;
    }
    let none = desk.app.get(&path(&certificate)).by(&desk.signer).expect(409).await;
    assert_eq!(none.code(), "not_proposed");
    let proposed = proposing(&desk, &desk.officer, &certificate, None).expect(201).await;
    assert_eq!(proposed.body["record"], certificate.body["record"]);
    assert_eq!(
        proposed.body["changes"],
        json!([{"member": "/contract/place", "kept": "Nơi khác", "signed": "Phú Thọ"}])
    );
    let again = proposing(&desk, &desk.officer, &certificate, None).expect(409).await;
    assert_eq!(again.code(), "already_there");
    let letters = desk.app.letters_to(&desk.signer.email).await;
    let told = letters
        .iter()
        .filter(|letter| matches!(letter, Letter::DossierProposed(news) if news.event_vi.starts_with("Khôi phục")));
    assert_eq!(told.count(), 1);
    let waiting = async |what: &str| {
        let register = format!("/certificates?restoration_proposed={what}");
        let listed = desk.app.get(&register).by(&desk.signer).expect(200).await;
        listed.body["items"].as_array().unwrap().len()
    };
    assert_eq!((waiting("true").await, waiting("false").await), (1, 0));
    let read = desk.app.get(&path(&certificate)).by(&desk.signer).expect(200).await;
    assert_eq!(read.body, proposed.body);
    // Until it is confirmed nothing is made of what was changed.
    assert_damaged(&desk.try_event(&case_of(&desk, &certificate).await, "annul").await);
    confirming(&desk, &desk.officer, &certificate, &proposed)
        .expect(403)
        .await;
    confirming(&desk, &desk.owner, &certificate, &proposed)
        .expect(403)
        .await;
    confirming(&desk, &stranger, &certificate, &proposed).expect(404).await;
    confirming(&desk, &desk.signer, &certificate, &proposed)
        .expect(201)
        .await;
    assert_eq!(whole(&desk, &certificate).await, before);
    assert_eq!((waiting("true").await, waiting("false").await), (0, 1));
    let twice = confirming(&desk, &desk.signer, &certificate, &proposed)
        .expect(409)
        .await;
    assert_eq!(twice.code(), "not_proposed");
    let auditor = desk.app.officer_who_may(&[Permission::ReadAudit]).await;
    for deed in ["certificate.restoration_proposed", "certificate.restored"] {
        let trail = desk.app.get("/audit").by(&auditor).query(&[("deed", deed)]);
        let trail = trail.expect(200).await;
        assert_eq!(trail.text("/items/0/subject_id"), certificate.text("/id"), "{deed}");
    }
    // It is amended and annulled as if nothing had been.
    let kinds = |text: &mut Value| text["amendment"]["kinds"] = json!(["extension", "amendment"]);
    let mut seen = amendment(&desk, certificate.text("/number"), &kinds).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    let second = certificate_of(&desk, &seen).await;
    assert_eq!(second.body["record"]["contract"]["place"], "Phú Thọ");
    let annulled = desk.take(&case_of(&desk, &certificate).await, "annul").await;
    assert_eq!(annulled.text("/state/code"), "annulled");
}

#[actix_web::test]
async fn nobody_confirms_what_he_proposed_and_what_was_taken_back_is_over() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    change(&desk, &certificate).await;
    let own = proposing(&desk, &desk.signer, &certificate, None).expect(201).await;
    let refused = confirming(&desk, &desk.signer, &certificate, &own).expect(403).await;
    assert_eq!(refused.code(), "second_person_required");
    let other = format!("{}?proposal={}", path(&certificate), uuid::Uuid::from_u128(7));
    let refused = desk.app.delete(&other).by(&desk.officer).expect(409).await;
    assert_eq!(refused.code(), "proposal_outdated");
    desk.app.delete(&path(&certificate)).by(&desk.officer).expect(204).await;
    let proposed = proposing(&desk, &desk.officer, &certificate, None).expect(201).await;
    let refused = confirming(&desk, &desk.signer, &certificate, &own).expect(409).await;
    assert_eq!(refused.code(), "proposal_outdated");
    // What was proposed lies in the database, too.
    desk.app
        .by_hand("UPDATE certificate_restoration_proposals SET file = substr(file, 1, 100)")
        .await;
    let refused = confirming(&desk, &desk.signer, &certificate, &proposed)
        .expect(422)
        .await;
    assert_eq!(refused.code(), "certificate_not_genuine");
    desk.app.get(&path(&certificate)).by(&desk.signer).expect(422).await;
    desk.app.delete(&path(&certificate)).by(&desk.signer).expect(204).await;
    restored(&desk, &certificate, None, "signature").await;
}

#[actix_web::test]
async fn without_its_signature_the_document_and_without_that_a_holders_file_is_taken() {
    let mut app = TestApp::prepare();
    // As much as a department's exchange takes: a document has 75 KiB.
    app.config.http_body_limit_kb = Config::default().http_body_limit_kb;
    app.start();
    app.settle().await;
    let desk = Desk::of(app).await;
    let (first, second) = amended(&desk).await;
    let before = whole(&desk, &second).await;
    let (record, document) = (before.0.clone(), before.1.clone());
    change(&desk, &second).await;
    by_hand(
        &desk,
        &second,
        "jws = NULL, expires_on = '2099-12-31', annulled_on = NULL",
    )
    .await;
    restored(&desk, &second, None, "document").await;
    assert_eq!(whole(&desk, &second).await, before);
    // A checkpoint covers both by now, and the proof is asked for.
    checkpoint(&desk).await;
    duplicated(&desk, &second).await;
    // Signed here, and not this certificate's.
    let others = [
        part(&desk, &second, "record?duplicate=1").await,
        part(&desk, &second, "document?duplicate=1").await,
        part(&desk, &first, "record").await,
        part(&desk, &first, "document").await,
    ];
    let before = whole(&desk, &second).await;
    for file in [&record, &document] {
        by_hand(&desk, &second, "record = '{}', jws = NULL, code = NULL").await;
        desk.app
            .by_hand("DELETE FROM certificate_documents WHERE certificate_id = (SELECT id FROM certificates WHERE position = 1)")
            .await;
        let refused = proposing(&desk, &desk.officer, &second, None).expect(422).await;
        assert_eq!(refused.code(), "certificate_not_genuine");
        assert!(refused.text("/detail").contains("file"), "{}", refused.body);
        let mut wrong = others.to_vec();
        let mut forged = file.clone();
        let middle = forged.len() / 2;
        forged[middle] ^= 0x15;
        wrong.extend([forged, [file.as_slice(), b"\n"].concat(), b"{}".to_vec(), Vec::new()]);
        for wrong in wrong {
            let refused = proposing(&desk, &desk.officer, &second, Some(&wrong)).expect(422).await;
            assert_eq!(refused.code(), "certificate_not_genuine", "{}", refused.body);
        }
        restored(&desk, &second, Some(file), "upload").await;
        assert_eq!(whole(&desk, &second).await, before);
    }
    let wrong = json!({"reason": "", "file": "không phải base64"});
    let refused = desk
        .app
        .post(&path(&second))
        .by(&desk.officer)
        .json(&wrong)
        .expect(422)
        .await;
    assert_eq!(refused.pointers(), ["/reason", "/file"]);
}

/// What hangs on the row beside the record is not signed: where it was changed, too, the record alone does not make it whole.
#[actix_web::test]
async fn a_row_that_was_put_elsewhere_is_not_made_whole_by_its_record() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    change(&desk, &certificate).await;
    by_hand(&desk, &certificate, "case_id = NULL").await;
    let refused = proposing(&desk, &desk.officer, &certificate, None).expect(422).await;
    assert_eq!(refused.code(), "certificate_not_genuine");
    // What was entered was signed by nobody here.
    let entered = super::old_paper(&desk.tax_code);
    let entered = desk
        .app
        .post("/certificates")
        .by(&desk.signer)
        .json(&entered)
        .expect(201)
        .await;
    let refused = proposing(&desk, &desk.officer, &entered, None).expect(422).await;
    assert_eq!(refused.code(), "certificate_not_genuine");
}

/// Sets members of the row with a code, whatever else it has.
async fn of_code(desk: &Desk, code: &str, set: &str) {
    desk.app
        .by_hand(&format!("UPDATE certificates SET {set} WHERE code = '{code}'"))
        .await;
}

/// Number and code of one have the other one's, and the other way round.
async fn exchange(desk: &Desk, (first, second): (&Reply, &Reply)) {
    let ((number, code), (other, other_code)) = (super::printed(first), super::printed(second));
    of_code(desk, &code, "number_key = 'x', code = 'X'").await;
    of_code(desk, &other_code, &format!("number_key = '{number}', code = '{code}'")).await;
    of_code(desk, "X", &format!("number_key = '{other}', code = '{other_code}'")).await;
}

/// How many certificates are not what was issued.
async fn damaged(desk: &Desk) -> usize {
    check(desk).await.iter().filter(|one| !one.damaged.is_empty()).count()
}

#[actix_web::test]
async fn rows_whose_numbers_and_codes_were_exchanged_are_put_back_in_turn() {
    let desk = Desk::open().await;
    let (first, second) = (registered(&desk).await, registered(&desk).await);
    for (one, other) in [(&first, &second), (&second, &first)] {
        exchange(&desk, (&first, &second)).await;
        assert_eq!(damaged(&desk).await, 2);
        restored(&desk, one, None, "signature").await;
        whole(&desk, one).await;
        assert_eq!(damaged(&desk).await, 1);
        restored(&desk, other, None, "signature").await;
        whole(&desk, other).await;
        assert_eq!(damaged(&desk).await, 0);
    }
    let auditor = desk.app.officer_who_may(&[Permission::ReadAudit]).await;
    let trail = desk.app.get("/audit").by(&auditor);
    let trail = trail.query(&[("deed", "certificate.set_aside")]).expect(200).await;
    assert_eq!(trail.body["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn places_in_a_chain_that_were_exchanged_are_put_back_in_turn() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    let longer = |text: &mut Value| text["amendment"]["new_ends_on"] = json!("2037-12-31");
    let mut seen = amendment(&desk, first.text("/number"), &longer).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    let third = certificate_of(&desk, &seen).await;
    let (one, other) = (super::printed(&second).1, super::printed(&third).1);
    of_code(&desk, &one, "position = 9").await;
    of_code(&desk, &other, "position = 1").await;
    of_code(&desk, &one, "position = 2").await;
    assert_eq!(damaged(&desk).await, 2);
    restored(&desk, &third, None, "signature").await;
    restored(&desk, &second, None, "signature").await;
    assert_eq!(damaged(&desk).await, 0);
}

#[actix_web::test]
async fn a_number_that_a_row_without_a_signed_record_has_is_not_given_twice() {
    let desk = Desk::open().await;
    let (first, second) = (registered(&desk).await, registered(&desk).await);
    let kept = part(&desk, &second, "record").await;
    let number = super::printed(&first).0;
    by_hand(&desk, &first, "code = NULL, number_key = 'khac'").await;
    let taken = format!("number_key = '{number}', jws = NULL");
    of_code(&desk, &super::printed(&second).1, &taken).await;
    let id = second.text("/id").replace('-', "");
    let lost = if desk.app.exchange().db.queues_writes() {
        format!("DELETE FROM certificate_documents WHERE certificate_id = x'{id}'")
    } else {
        format!("DELETE FROM certificate_documents WHERE certificate_id = '{id}'")
    };
    desk.app.by_hand(&lost).await;
    let proposed = proposing(&desk, &desk.officer, &first, None).expect(201).await;
    let refused = confirming(&desk, &desk.signer, &first, &proposed).expect(409).await;
    assert_eq!(refused.code(), "already_there");
    restored(&desk, &second, Some(&kept), "upload").await;
    confirming(&desk, &desk.signer, &first, &proposed).expect(201).await;
    whole(&desk, &first).await;
    whole(&desk, &second).await;
}

/// Changes rows of the audit trail, which only the owner of the database can.
async fn tamper(desk: &Desk, set: &str, deed: &str) {
    let open = if desk.app.exchange().db.queues_writes() {
        "DROP TRIGGER IF EXISTS audit_log_no_update"
    } else {
        "ALTER TABLE audit_log DISABLE TRIGGER USER"
    };
    desk.app
        .by_hand(&format!("{open}; UPDATE audit_log SET {set} WHERE deed = '{deed}'"))
        .await;
}

#[actix_web::test]
async fn nothing_is_put_back_by_a_trail_that_was_changed() {
    for (is_covered, set, deed) in [
        (true, "after_hash = prev_hash", "certificate.recorded"),
        (false, "after_hash = prev_hash", "certificate.recorded"),
        // The hash of the record is right, and that of the row is of something else.
        (true, "prev_hash = after_hash", "certificate.recorded"),
        (false, "reason_text = 'x'", "certificate.recorded"),
        (false, "prev_hash = after_hash", "certificate.issued"),
    ] {
        let desk = Desk::open().await;
        let certificate = registered(&desk).await;
        if is_covered {
            checkpoint(&desk).await;
        }
        change(&desk, &certificate).await;
        let proposed = proposing(&desk, &desk.officer, &certificate, None).expect(201).await;
        tamper(&desk, set, deed).await;
        let refused = confirming(&desk, &desk.signer, &certificate, &proposed)
            .expect(422)
            .await;
        assert_eq!(refused.code(), "certificate_not_genuine", "{set} {deed}");
        desk.app.delete(&path(&certificate)).by(&desk.officer).expect(204).await;
        let refused = proposing(&desk, &desk.officer, &certificate, None).expect(422).await;
        assert_eq!(refused.code(), "certificate_not_genuine", "{set} {deed}");
    }
}

#[actix_web::test]
async fn whose_it_is_where_and_what_became_of_it_are_found_and_put_back() {
    let desk = Desk::open().await;
    let stranger = desk.app.active_enterprise(&desk.app.officer().await).await;
    let id = stranger.enterprise.replace('-', "");
    let other = if desk.app.exchange().db.queues_writes() {
        format!("x'{id}'")
    } else {
        format!("'{id}'")
    };
    let certificate = registered(&desk).await;
    let before = whole(&desk, &certificate).await;
    for set in [
        "enterprise_id = NULL".to_owned(),
        format!("enterprise_id = {other}"),
        format!("counterparty_id = {other}"),
        "commune_code = '00004'".to_owned(),
        "position = 3".to_owned(),
        "annulled_on = '2026-01-05'".to_owned(),
        "replaced_by_id = id".to_owned(),
    ] {
        by_hand(&desk, &certificate, &set).await;
        assert_eq!(check(&desk).await[0].damaged, [Part::Columns], "{set}");
        restored(&desk, &certificate, None, "signature").await;
        assert!(check(&desk).await[0].damaged.is_empty(), "{set}");
        assert_eq!(whole(&desk, &certificate).await, before, "{set}");
    }
    // What was annulled does not hold again because somebody says so.
    desk.take(&case_of(&desk, &certificate).await, "annul").await;
    assert!(check(&desk).await[0].damaged.is_empty());
    for set in ["annulled_on = NULL", "annulled_on = '2020-01-06'"] {
        by_hand(&desk, &certificate, set).await;
        assert_eq!(check(&desk).await[0].damaged, [Part::Columns], "{set}");
        restored(&desk, &certificate, None, "signature").await;
        let seen = super::verify(&desk, &certificate).await;
        assert_eq!(seen.text("/validity"), "annulled");
    }
}

#[actix_web::test]
async fn a_licence_that_was_replaced_is_so_whatever_its_row_says() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let old = certificate_of(&desk, &first).await;
    let mut seen = longer(&desk, &first, &old.body["number"]).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    assert_eq!(damaged(&desk).await, 0);
    for set in ["replaced_by_id = NULL", "replaced_by_id = id"] {
        by_hand(&desk, &old, set).await;
        assert_eq!(damaged(&desk).await, 1, "{set}");
        restored(&desk, &old, None, "signature").await;
        let old = certificate_of(&desk, &first).await;
        assert_eq!(old.text("/replaced_by/id"), seen.text("/certificate/id"));
    }
}

/// Whose office it is is where the filer is by what was signed, and not by what somebody made of the row.
#[actix_web::test]
async fn the_office_of_a_changed_row_is_that_of_its_dossier() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let within = |commune: &str| Scope {
        communes: vec![commune.to_owned()],
        ..Scope::default()
    };
    let own = desk
        .app
        .officer_for(&[Permission::HandleDossiers], within("08494"))
        .await;
    let other = desk
        .app
        .officer_for(&[Permission::HandleDossiers], within("00004"))
        .await;
    by_hand(&desk, &certificate, "commune_code = '00004'").await;
    proposing(&desk, &other, &certificate, None).expect(404).await;
    proposing(&desk, &own, &certificate, None).expect(201).await;
}

#[actix_web::test]
async fn what_was_changed_beside_the_record_is_found_and_put_back() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    assert!(check(&desk).await[0].damaged.is_empty());
    by_hand(&desk, &certificate, "expires_on = '2099-12-31', direction = NULL").await;
    let found = check(&desk).await;
    assert_eq!(found[0].damaged, [Part::Columns]);
    assert!(found[0].to_string().ends_with("): columns"), "{}", found[0]);
    // The record says what was signed.
    let proposed = proposing(&desk, &desk.officer, &certificate, None).expect(201).await;
    assert_eq!(proposed.body["changes"], json!([]));
    confirming(&desk, &desk.signer, &certificate, &proposed)
        .expect(201)
        .await;
    assert!(check(&desk).await[0].damaged.is_empty());
    let path = format!("/certificates/{}", certificate.text("/id"));
    let seen = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(seen.body["expires_on"], certificate.body["expires_on"]);
}
