//! What a licence says of the approval of which it comes is what was written there, however its dossier spells it.

use serde_json::{Value, json};

use super::certificate_of;
use crate::dossiers::{Desk, content};
use crate::harness::{Person, Reply};

/// A licence that follows an approval and tells its number in a spelling of its own: what was handed in, and the certificate.
async fn licensed(desk: &Desk, by: &Person, (before, number): (&Reply, &str)) -> (Reply, Reply) {
    let mut text = restricted(desk);
    text["approval"] = json!({"number": number});
    let new = json!({"procedure": "LIC", "content": text, "follows": before.body["id"], "given_on": desk.today()});
    let handed_in = desk.take(&desk.begin(by, &new).await, "submit").await;
    let issued = desk
        .take(&desk.take(&handed_in, "accept_complete").await, "issue")
        .await;
    (handed_in, certificate_of(desk, &issued).await)
}

fn restricted(desk: &Desk) -> Value {
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    text
}

#[actix_web::test]
async fn a_licence_names_the_letter_as_the_authority_wrote_it() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "APR", "content": restricted(&desk)});
    let submitted = desk.take(&desk.begin(&desk.owner, &new).await, "submit").await;
    let approved = desk.take(&submitted, "approve").await;
    let (handed_in, licence) = licensed(&desk, &desk.owner, (&approved, "512/skhcn-qlcn")).await;
    let written = json!({"number": "512/SKHCN-QLCN", "approved_on": desk.today()});
    assert_eq!(handed_in.body["content"]["approval"], written);
    assert_eq!(licence.body["record"]["approval"], written);
}

#[actix_web::test]
async fn a_licence_names_an_appraisal_as_one_however_it_is_spelt() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "APR", "event": "skip_if_project_already_appraised", "content": restricted(&desk),
        "note": "Dự án đã được thẩm định công nghệ"});
    let appraised = desk.begin(&desk.officer, &new).await;
    let (handed_in, licence) = licensed(&desk, &desk.officer, (&appraised, "12/skhcn-qlcn")).await;
    let mut written = json!({"number": "12/SKHCN-QLCN", "approved_on": "2025-06-02"});
    assert_eq!(handed_in.body["content"]["approval"], written);
    written["is_appraisal"] = json!(true);
    assert_eq!(licence.body["record"]["approval"], written);
}
