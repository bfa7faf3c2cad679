//! What is kept of a content hides nothing that other rules, or none, have judged.

use diesel::{RunQueryDsl, sql_query};
use serde_json::json;

use super::{WHY, listings, queue};
use crate::harness::TestApp;

#[actix_web::test]
async fn what_is_kept_of_a_content_hides_nothing_that_other_rules_judged() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.submitted_listing(&owner, "Máy sấy lạnh").await;
    let (told, version) = app.listing_draft(&owner, "Máy sấy nóng").await;
    let path = format!("/listings/{told}");
    let call = app.patch(&path).by(&owner).if_match(version);
    let body = json!({"description": {"vi": "Gọi 0912 345 678 để được giá tốt nhất."}});
    call.json(&body).expect(200).await;
    app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let shown = async || listings(&queue(&app, &officer, "flag=contact_in_text").await).join(" ");
    assert_eq!(shown().await, told);
    let price = queue(&app, &officer, "flag=contact_in_text,price_extreme").await;
    assert!(listings(&price).is_empty());
    // As a program of before left it, or one whose rules are older or newer; then one of these rules that found nothing.
    for (kept, is_read) in [
        ("NULL", true),
        ("0", true),
        ("24", true),
        ("31", true),
        ("30000", true),
        ("32", false),
    ] {
        app.change(move |uow| {
            let statement = format!("UPDATE listings SET content_flags = {kept}");
            assert_eq!(sql_query(statement).execute(uow.conn())?, 2);
            Ok(())
        })
        .await;
        assert_eq!(shown().await, if is_read { told.as_str() } else { "" }, "{kept}");
    }
    // A program of before that knows nothing of what is kept writes a content, and raises the version.
    app.change(|uow| {
        let raised = sql_query("UPDATE listings SET version = version + 1").execute(uow.conn())?;
        assert_eq!(raised, 2);
        Ok(())
    })
    .await;
    assert_eq!(shown().await, told);
    // What is written here is judged again.
    let version = app.get(&path).by(&owner).expect(200).await.number("/version");
    let call = app.post(&format!("{path}/change-request")).by(&officer);
    let why = json!({"reason_code": "incomplete", "reason_text": WHY});
    call.if_match(version).json(&why).expect(200).await;
    app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    assert_eq!(shown().await, told);
    app.change(|uow| {
        let kept = sql_query("UPDATE listings SET content_flags = 32").execute(uow.conn())?;
        assert_eq!(kept, 2);
        Ok(())
    })
    .await;
    assert_eq!(shown().await, "");
}
