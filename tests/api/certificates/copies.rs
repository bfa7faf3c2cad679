//! Documents of duplicates that somebody changed in the database, put back by two officers as they were signed, and what is not taken for that.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vptex::config::Config;
use vptex::domain::account::Permission;
use vptex::service::certificates::checking::Part;

use super::duplicates::duplicated;
use super::forging::{amended, part};
use super::remade::change;
use super::swapped::{check, put, set_anew};
use crate::dossiers::Desk;
use crate::harness::{Reply, TestApp};

/// A desk that takes as much as a department's exchange: a document has 75 KiB.
async fn open() -> Desk {
    let mut app = TestApp::prepare();
    app.config.http_body_limit_kb = Config::default().http_body_limit_kb;
    app.start();
    app.settle().await;
    Desk::of(app).await
}

/// Proposes to put a duplicate of a certificate back, out of a file or of what there is.
async fn propose(desk: &Desk, certificate: &Reply, (ordinal, file): (Value, Option<&[u8]>)) -> Reply {
    let mut body = json!({"reason": "Lệnh kiểm tra báo bản cấp lại không còn đúng như khi ký.", "duplicate": ordinal});
    if let Some(file) = file {
        body["file"] = json!(STANDARD.encode(file));
    }
    let path = format!("/certificates/{}/restoration-proposal", certificate.text("/id"));
    desk.app.post(&path).by(&desk.officer).json(&body).send().await
}

async fn confirm(desk: &Desk, certificate: &Reply, proposed: &Reply) -> Reply {
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    let path = format!("/certificates/{}/restorations", certificate.text("/id"));
    let body = json!({"proposal": proposed.text("/id")});
    let call = desk.app.post(&path).by(&desk.signer).json(&body);
    call.expect(201).await
}

/// What of the second certificate is not what was issued.
async fn damaged(desk: &Desk, certificate: &Reply) -> Vec<Part> {
    let found = check(desk).await;
    let own = found
        .into_iter()
        .find(|one| one.id.0.to_string() == certificate.text("/id"));
    own.unwrap().damaged
}

fn assert_refused(refused: &Reply, status: u16, code: &str) {
    assert_eq!((refused.status, refused.code()), (status, code), "{}", refused.body);
}

#[actix_web::test]
async fn a_document_of_a_duplicate_is_put_back_to_the_byte() {
    let desk = open().await;
    let (first, second) = amended(&desk).await;
    duplicated(&desk, &second).await;
    let document = part(&desk, &second, "document?duplicate=1").await;
    let record = part(&desk, &second, "record?duplicate=1").await;
    // Nothing is put in the place of what is whole, and nothing where there never was one.
    assert_refused(
        &propose(&desk, &second, (json!(1), None)).await,
        409,
        "certificate_intact",
    );
    assert_refused(&propose(&desk, &second, (json!(2), None)).await, 404, "not_found");
    let wrong = propose(&desk, &second, (json!(0), None)).await;
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["/duplicate"]));

    // Where the signed record is left within the document, that is enough.
    put(&desk, "certificate_duplicates", &set_anew(&document)).await;
    assert_eq!(damaged(&desk, &second).await, [Part::Duplicate(1)]);
    let proposed = propose(&desk, &second, (json!(1), None)).await;
    assert_eq!(
        (
            proposed.text("/source"),
            &proposed.body["changes"],
            &proposed.body["columns"]
        ),
        ("document", &json!([]), &json!([]))
    );
    assert_eq!(proposed.number("/record/duplicate/ordinal"), 1);
    let restored = confirm(&desk, &second, &proposed).await;
    assert_eq!(
        (restored.number("/duplicate"), restored.text("/number")),
        (1, second.text("/record/number"))
    );
    assert_eq!(part(&desk, &second, "document?duplicate=1").await, document);
    assert_eq!(damaged(&desk, &second).await, Vec::new());

    // Where nothing is left a holder's file is, document or record, and no other paper's.
    let others = [
        part(&desk, &second, "document").await,
        part(&desk, &second, "record").await,
        part(&desk, &first, "document").await,
    ];
    for file in [&document, &record] {
        put(&desk, "certificate_duplicates", b"%PDF-1.7").await;
        desk.app
            .by_hand("UPDATE certificate_duplicates SET mark = '{\"ordinal\": 7}'")
            .await;
        assert_refused(
            &propose(&desk, &second, (json!(1), None)).await,
            422,
            "certificate_not_genuine",
        );
        for other in &others {
            let refused = propose(&desk, &second, (json!(1), Some(other.as_slice()))).await;
            assert_refused(&refused, 422, "certificate_not_genuine");
        }
        let mut forged = file.clone();
        let middle = forged.len() / 2;
        forged[middle] ^= 0x15;
        let refused = propose(&desk, &second, (json!(1), Some(forged.as_slice()))).await;
        assert_refused(&refused, 422, "certificate_not_genuine");
        let proposed = propose(&desk, &second, (json!(1), Some(file.as_slice()))).await;
        assert_eq!(proposed.text("/source"), "upload", "{}", proposed.body);
        let changes = proposed.body["changes"].as_array().unwrap();
        assert!(
            changes.iter().any(|one| one["member"] == "/duplicate/ordinal"),
            "{changes:?}"
        );
        confirm(&desk, &second, &proposed).await;
        assert_eq!(part(&desk, &second, "document?duplicate=1").await, document);
        assert_eq!(part(&desk, &second, "record?duplicate=1").await, record);
    }
    let auditor = desk.app.officer_who_may(&[Permission::ReadAudit]).await;
    let trail = desk.app.get("/audit").by(&auditor);
    let trail = trail.query(&[("deed", "certificate.restored")]).expect(200).await;
    assert_eq!(trail.body["items"].as_array().unwrap().len(), 3);
}

/// A duplicate says what its certificate says: that is put back first, and nobody's file stands for it.
#[actix_web::test]
async fn a_duplicate_is_put_back_behind_its_certificate() {
    let desk = open().await;
    let (first, second) = amended(&desk).await;
    duplicated(&desk, &second).await;
    let document = part(&desk, &second, "document?duplicate=1").await;
    put(&desk, "certificate_duplicates", b"%PDF-1.7").await;
    // The first certificate has no duplicate.
    let refused = propose(&desk, &first, (json!(1), Some(document.as_slice()))).await;
    assert_refused(&refused, 404, "not_found");
    let proposed = propose(&desk, &second, (json!(1), Some(document.as_slice()))).await;
    change(&desk, &second).await;
    let path = format!("/certificates/{}/restorations", second.text("/id"));
    let body = json!({"proposal": proposed.text("/id")});
    let call = desk.app.post(&path).by(&desk.signer).json(&body);
    assert_eq!(call.expect(500).await.code(), "certificate_damaged");
}
