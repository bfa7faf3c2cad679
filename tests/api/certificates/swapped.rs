//! Documents that somebody set anew in the database, around records that were signed: they are not given out, and are found before anybody
//! asks for them.

use serde_json::json;
use vptex::print;
use vptex::service::certificates::checking::{self, Checked, Part};
use vptex::service::certificates::signing::SignedFile;
use vptex::store::audit_chain::sha256;

use super::duplicates::duplicated;
use super::forging::{amended, part};
use crate::dossiers::Desk;
use crate::harness::Reply;

const OF_SECOND: &str = "certificate_id = (SELECT id FROM certificates WHERE position = 1)";

/// Bytes as statements have them.
fn literal(desk: &Desk, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let is_sqlite = desk.app.exchange().db.queues_writes();
    if is_sqlite {
        format!("x'{hex}'")
    } else {
        format!("'\\x{hex}'::bytea")
    }
}

/// Whoever can write into the database puts a document there, and the SHA-256 that fits it.
pub(super) async fn put(desk: &Desk, table: &str, document: &[u8]) {
    let (digest, content) = (literal(desk, &sha256(document)), literal(desk, document));
    desk.app
        .by_hand(&format!(
            "UPDATE {table} SET sha256 = {digest}, content = {content} WHERE {OF_SECOND}"
        ))
        .await;
}

/// A document that names another party, around the signed record of one.
pub(super) fn set_anew(document: &[u8]) -> Vec<u8> {
    let within = print::attachment(document).unwrap();
    let mut signed: SignedFile = serde_json::from_slice(&within).unwrap();
    "Công ty TNHH Khác".clone_into(&mut signed.record.transferee.name);
    print::certificate(&signed.record, &within).unwrap()
}

async fn refused(desk: &Desk, certificate: &Reply, part: &str) {
    let path = format!("/certificates/{}/{part}", certificate.text("/id"));
    let refused = desk.app.get(&path).by(&desk.owner).expect(500).await;
    assert_eq!(refused.code(), "certificate_damaged", "{part}");
}

#[actix_web::test]
async fn a_document_that_was_set_anew_around_its_record_is_not_given_out() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    duplicated(&desk, &second).await;
    for (table, which) in [
        ("certificate_documents", "document"),
        ("certificate_duplicates", "document?duplicate=1"),
    ] {
        let genuine = part(&desk, &second, which).await;
        let longer = [genuine.as_slice(), b"\n"].concat();
        let within = print::attachment(&genuine).unwrap();
        // Another paper, one that was saved anew, and the record where a paper is to be.
        for other in [set_anew(&genuine), longer, within] {
            assert_ne!(other, genuine);
            put(&desk, table, &other).await;
            refused(&desk, &second, which).await;
        }
        put(&desk, table, &genuine).await;
        assert_eq!(part(&desk, &second, which).await, genuine);
    }
    // Of a duplicate the record is within the document.
    let genuine = part(&desk, &second, "document?duplicate=1").await;
    put(&desk, "certificate_duplicates", &set_anew(&genuine)).await;
    refused(&desk, &second, "record?duplicate=1").await;
    // What is not there was there.
    desk.app
        .by_hand(&format!("DELETE FROM certificate_documents WHERE {OF_SECOND}"))
        .await;
    refused(&desk, &second, "document").await;
    part(&desk, &second, "record").await;
    part(&desk, &first, "document").await;
}

#[actix_web::test]
async fn what_lost_its_signature_is_damaged_and_not_of_another_authority() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    duplicated(&desk, &second).await;
    desk.app
        .by_hand("UPDATE certificates SET jws = NULL WHERE position = 1")
        .await;
    // The papers say what was signed; of the record beside them nobody can say so.
    for which in ["document", "document?duplicate=1"] {
        part(&desk, &second, which).await;
    }
    for which in ["record", "proof"] {
        refused(&desk, &second, which).await;
    }
    desk.app
        .by_hand(&format!("DELETE FROM certificate_documents WHERE {OF_SECOND}"))
        .await;
    refused(&desk, &second, "document").await;
    part(&desk, &first, "record").await;
    // What was entered has none, and is not damaged.
    let entered = super::old_paper(&desk.tax_code);
    let enter = desk.app.post("/certificates").by(&desk.signer).json(&entered);
    let entered = enter.expect(201).await;
    for which in ["record", "document"] {
        let path = format!("/certificates/{}/{which}", entered.text("/id"));
        desk.app.get(&path).by(&desk.signer).expect(404).await;
    }
}

#[actix_web::test]
async fn what_lost_every_mark_of_its_row_is_damaged_by_its_document_or_the_trail() {
    let desk = Desk::open().await;
    let (_first, second) = amended(&desk).await;
    let path = format!("/certificates/{}", second.text("/id"));
    for loss in [
        "UPDATE certificates SET code = NULL, jws = NULL WHERE position = 1".to_owned(),
        "UPDATE certificates SET prepared_by = NULL WHERE position = 1".to_owned(),
        format!("DELETE FROM certificate_documents WHERE {OF_SECOND}"),
    ] {
        desk.app.by_hand(&loss).await;
        for which in ["record", "document", "proof"] {
            refused(&desk, &second, which).await;
        }
        let seen = desk.app.get(&path).by(&desk.officer).expect(200).await;
        assert_eq!(
            (&seen.body["is_issued_here"], &seen.body["is_genuine"]),
            (&json!(true), &json!(false)),
            "{loss}"
        );
        let proposing = super::duplicates::proposing(&desk, &desk.officer, &second, &super::duplicates::asked(&desk));
        assert_eq!(proposing.expect(500).await.code(), "certificate_damaged", "{loss}");
        let found = check(&desk).await;
        assert_eq!(found.len(), 2, "{loss}: {found:?}");
        assert_eq!(found[1].damaged, [Part::Record, Part::Document], "{loss}");
    }
}

/// The marks are asked of all papers of a page at once.
#[actix_web::test]
async fn a_page_tells_of_each_paper_what_its_own_marks_say() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    let enter = desk.app.post("/certificates").by(&desk.signer);
    let entered = enter.json(&super::old_paper(&desk.tax_code)).expect(201).await;
    let told = async || {
        let page = desk.app.get("/certificates").by(&desk.officer).expect(200).await;
        let items = page.body["items"].as_array().unwrap().clone();
        [&first, &second, &entered].map(|paper| {
            let one = items.iter().find(|one| one["id"] == paper.body["id"]).unwrap();
            (one["is_issued_here"].clone(), one["is_genuine"].clone())
        })
    };
    let (whole, entered_elsewhere) = ((json!(true), json!(true)), (json!(false), json!(null)));
    assert_eq!(told().await, [whole.clone(), whole.clone(), entered_elsewhere.clone()]);
    for loss in [
        "UPDATE certificates SET code = NULL, jws = NULL, prepared_by = NULL WHERE position = 1".to_owned(),
        format!("DELETE FROM certificate_documents WHERE {OF_SECOND}"),
    ] {
        desk.app.by_hand(&loss).await;
        let damaged = (json!(true), json!(false));
        assert_eq!(
            told().await,
            [whole.clone(), damaged, entered_elsewhere.clone()],
            "{loss}"
        );
    }
}

/// What is found of each certificate, the first one of the chain first.
pub(super) async fn check(desk: &Desk) -> Vec<Checked> {
    let exchange = desk.app.exchange();
    let vault = exchange.vault.clone();
    let looked = exchange.read(move |conn, _now| {
        let mut found = Vec::new();
        for id in checking::issued(conn)? {
            found.push(checking::check(conn, &vault, id)?);
        }
        Ok(found)
    });
    looked.await.unwrap()
}

#[actix_web::test]
async fn all_that_is_damaged_is_found_before_anybody_asks_for_it() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    duplicated(&desk, &second).await;
    // What was not issued here has nothing that could be damaged.
    let entered = super::old_paper(&desk.tax_code);
    let enter = desk.app.post("/certificates").by(&desk.signer).json(&entered);
    enter.expect(201).await;
    let numbers = [first.text("/number"), second.text("/number")].map(|number| Some(number.to_owned()));
    let damaged = async || {
        let found = check(&desk).await;
        assert_eq!(found.len(), 2, "{found:?}");
        found.into_iter().map(|one| one.damaged).collect::<Vec<_>>()
    };
    assert_eq!(
        check(&desk).await.into_iter().map(|one| one.number).collect::<Vec<_>>(),
        numbers
    );
    assert_eq!(damaged().await, [vec![], vec![]]);
    let document = part(&desk, &second, "document").await;
    put(&desk, "certificate_documents", &set_anew(&document)).await;
    assert_eq!(damaged().await, [vec![], vec![Part::Document]]);
    let document = part(&desk, &second, "document?duplicate=1").await;
    put(&desk, "certificate_duplicates", &set_anew(&document)).await;
    assert_eq!(damaged().await, [vec![], vec![Part::Document, Part::Duplicate(1)]]);
    desk.app
        .by_hand("UPDATE certificates SET jws = NULL WHERE position = 0")
        .await;
    assert_eq!(damaged().await[0], [Part::Record]);
    desk.app
        .by_hand("UPDATE certificates SET record = '{}' WHERE position = 0")
        .await;
    let found = check(&desk).await;
    assert_eq!((&found[0].number, &found[0].damaged), (&None, &vec![Part::Record]));
    let told = found[0].to_string();
    assert!(told.starts_with("? (") && told.ends_with("): record"), "{told}");
}
