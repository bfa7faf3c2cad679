//! The letters by which authorities have listings taken down, each entered once.

use serde_json::json;

use crate::harness::TestApp;

const AUTHORITY: &str = "Thanh tra Sở Khoa học và Công nghệ";
const REFERENCE: &str = "125/TTr-SKHCN";

/// One letter that two officers find on their desks is one request.
#[actix_web::test]
async fn one_letter_is_entered_once() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let why = json!({"reason_code": "unlawful", "reason_text": "Số máy trên tem không khớp với hồ sơ."});
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (other, _) = app.published_listing(&owner, &officer, "Máy khác").await;
    let (first, _) = app.takedown(&officer, &id).await;
    let received_at = vptex::domain::clock::Clock::now(&*app.clock) - jiff::SignedDuration::from_hours(1);
    let again = |authority: &str, reference: &str| {
        let body = json!({
            "listing_id": id, "authority": authority, "reference": reference, "ground": "other",
            "received_at": received_at.to_string(),
        });
        app.post("/takedowns").by(&officer).json(&body)
    };
    for written in [REFERENCE, "125 / TTr-SKHCN", "125/ttr-skhcn"] {
        let refused = again(AUTHORITY, written).expect(409).await;
        assert_eq!((refused.code(), refused.text("/existing")), ("already_there", &*first));
        assert!(refused.text("/messages/vi").contains(&first));
    }
    // Carried out it holds: it is the same one still.
    let path = format!("/takedowns/{first}");
    app.post(&format!("{path}/execution")).by(&officer).expect(200).await;
    again(AUTHORITY, REFERENCE).expect(409).await;
    // Others are others, and what does not hold any more may be asked for again.
    app.takedown(&officer, &other).await;
    again("Công an tỉnh Phú Thọ", REFERENCE).expect(201).await;
    let restored = app.post(&format!("{path}/restoration")).by(&officer).json(&why);
    restored.expect(200).await;
    again(AUTHORITY, REFERENCE).expect(201).await;
}
