//! How much evidence an enterprise may leave behind with dossiers that came to nothing.

use serde_json::json;
use vptex::config::Mebibytes;

use super::Desk;
use super::papers::{files, naming, send, write};
use crate::harness::documents::{PDF, pdf_with};
use crate::harness::{Call, Reply, TestApp};

/// A file of somewhat more than half a mebibyte.
fn sending(desk: &Desk, dossier: &Reply) -> Call {
    let drawn = "q ".repeat(300 << 10);
    let stream = format!("<</Length {}>>stream\n{drawn}\nendstream", drawn.len());
    let path = format!("{}?name=a.pdf&document=contract&form=certified_copy", files(dossier));
    let long = pdf_with("", "", &[&stream], "");
    desk.app.post(&path).by(&desk.owner).file(PDF, long)
}

async fn begin(desk: &Desk) -> Reply {
    desk.begin(&desk.owner, &json!({"procedure": "REG"})).await
}

/// A registration that was handed in with such a file.
async fn handed_in(desk: &Desk) -> Reply {
    let begun = begin(desk).await;
    let sent = sending(desk, &begun).expect(201).await;
    let named = json!({"document": "contract", "file": sent.text("/id")});
    let written = write(desk, &desk.owner, &begun, &naming(desk, &named)).await;
    desk.take(&desk.take(&written, "sign_contract").await, "submit").await
}

#[actix_web::test]
async fn whoever_hands_in_and_withdraws_fills_no_store() {
    let mut app = TestApp::prepare();
    app.config.ended_dossiers_mb_per_enterprise = Mebibytes::new(1);
    app.start();
    app.settle().await;
    let desk = Desk::of(app).await;
    // What a certificate came of does not count, nor does what is still open.
    let accepted = desk.take(&handed_in(&desk).await, "accept_complete").await;
    desk.take(&accepted, "issue").await;
    let open = handed_in(&desk).await;
    let back = desk.take(&open, "request_completion").await;
    let first = handed_in(&desk).await;
    let draft = begin(&desk).await;
    let early = sending(&desk, &draft).expect(201).await;
    let early = format!("{}/{}", files(&draft), early.text("/id"));
    desk.app.delete(&early).by(&desk.owner).expect(204).await;

    desk.take(&first, "withdraw").await;
    let full = sending(&desk, &draft).expect(409).await;
    assert_eq!(full.code(), "limit_reached");
    assert!(full.text("/detail").contains("1 MiB"), "{}", full.body);
    // As much as is left can be sent, and what the authority asked for always.
    send(&desk, &desk.owner, &draft, "document=contract&form=certified_copy", 1).await;
    sending(&desk, &back).expect(201).await;

    // With the next year it begins anew.
    let desk = desk.later(366).await;
    sending(&desk, &draft).expect(201).await;
}
