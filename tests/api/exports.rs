//! The copy of one's data: all of one's own, nothing of others, and said where it was cut.

use serde_json::json;
use vptex::domain::account::{Permission, Role};
use vptex::domain::ids::{AccountId, SessionId};
use vptex::store::sessions::{self, Session};

use crate::harness::{Person, TestApp};

async fn export(app: &TestApp, person: &Person) -> serde_json::Value {
    app.get("/me/export").by(person).expect(200).await.body
}

#[actix_web::test]
async fn a_list_that_is_too_long_is_cut_at_the_newest_and_named() {
    let app = TestApp::spawn().await;
    let mai = app.person().await;
    let account: AccountId = app.id_of(&mai).await.parse().unwrap();
    let exchange = app.exchange().clone();
    // As many as are handed out, all older than the one that is signed in with.
    let add = move || {
        exchange.write_blocking(move |work| {
            let long_ago = work.now - jiff::SignedDuration::from_hours(24);
            for _ in 0..1_000 {
                let session = Session {
                    id: SessionId(work.next_id()),
                    account,
                    refresh_seed: vec![0; 32],
                    refresh_counter: 0,
                    rotated_at: long_ago,
                    idle_until: long_ago,
                    absolute_until: long_ago,
                    ended_at: Some(long_ago),
                    is_officer: false,
                    user_agent: None,
                    ip: None,
                    authenticated_at: None,
                    created_at: long_ago,
                };
                sessions::insert(work.uow, &session)?;
            }
            Ok(())
        })
    };
    tokio::task::spawn_blocking(add).await.unwrap().unwrap();
    let copy = export(&app, &mai).await;
    assert_eq!(copy["cut"], json!(["sessions"]));
    let listed = copy["sessions"].as_array().unwrap();
    assert_eq!(listed.len(), 1_000);
    assert_eq!(listed[0]["ip"], "127.0.0.1", "the newest stays");

    app.by_hand("DELETE FROM sessions WHERE id = (SELECT id FROM sessions WHERE ip IS NULL ORDER BY id LIMIT 1)")
        .await;
    let copy = export(&app, &mai).await;
    assert_eq!(copy["cut"], json!([]));
    assert_eq!(copy["sessions"].as_array().unwrap().len(), 1_000);
}

#[actix_web::test]
async fn a_copy_tells_nothing_of_others() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[
            Permission::HandleDataRequests,
            Permission::ReviewEnterprises,
            Permission::ReviewListings,
        ])
        .await;
    let lan = app.active_enterprise(&officer).await;
    let hoa = app.member(&lan.enterprise, Role::Editor).await;
    let (listing, version) = app.submitted_listing(&hoa, "Máy sấy lúa").await;
    let why = json!({"reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy và giấy chứng nhận."});
    let back = app.post(&format!("/listings/{listing}/change-request")).by(&officer);
    back.if_match(version).json(&why).expect(200).await;
    let asked = app.post("/me/data-requests").by(&hoa).json(&json!({"kind": "access"}));
    let asked = asked.expect(201).await;
    let path = format!("/data-requests/{}/acknowledgement", asked.text("/id"));
    app.post(&path).by(&officer).expect(200).await;

    // Lan is the contact person by name; Hoa is not, and sees nothing of her there.
    let officer_id = app.id_of(&officer).await;
    let lan_id = app.id_of(&lan).await;
    let copy = export(&app, &hoa).await;
    assert_eq!(copy["enterprise"]["id"], json!(lan.enterprise));
    assert_eq!(copy["contact_of"], json!([]));
    let text = copy.to_string();
    for foreign in [
        "Nguyễn Thị Lan",
        "Trần Văn Duyệt",
        lan.email.as_str(),
        officer.email.as_str(),
        officer_id.as_str(),
        lan_id.as_str(),
        "+842103846555",
        "lienhe",
    ] {
        assert!(!text.contains(foreign), "{foreign}");
    }

    // Nor are the members named whom the owner dealt with.
    let hoa_id = app.id_of(&hoa).await;
    let path = format!("/enterprises/{}/members/{hoa_id}", lan.enterprise);
    app.delete(&path).by(&lan).expect(204).await;
    let copy = export(&app, &lan).await;
    assert_eq!(copy["contact_of"][0]["enterprise_id"], json!(lan.enterprise));
    assert_eq!(copy["contact_of"][0]["contact_phone"], "+842103846555");
    let trail = copy["audit_trail"].as_array().unwrap();
    let removal = trail.iter().find(|deed| deed["deed"] == "member.left").unwrap();
    assert_eq!(removal["subject_id"], json!(null));
    let own = trail.iter().find(|deed| deed["deed"] == "account.opened").unwrap();
    assert_eq!(own["subject_id"], json!(lan_id));
    let text = copy.to_string();
    assert!(!text.contains(&hoa_id) && !text.contains("Lê Thị Hoa") && !text.contains(&hoa.email));
}
