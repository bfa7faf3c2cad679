//! Who knows of a dossier, and what the trail tells of readings.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};

use super::{Desk, content};

#[actix_web::test]
async fn only_the_parties_and_officers_know_of_a_dossier_and_readings_are_remembered() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reviewer = app.officer().await;
    let other = app.active_enterprise(&reviewer).await;
    let seller = app.active_enterprise(&reviewer).await;
    let seen = app
        .get(&format!("/enterprises/{}", seller.enterprise))
        .by(&seller)
        .expect(200)
        .await;
    let mut text = content(&desk.tax_code);
    text["transferor"]["tax_code"] = seen.body["tax_code"].clone();
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": text}))
        .await;
    let id = begun.text("/id").to_owned();
    let path = format!("/dossiers/{id}");
    // A draft is its writer's own.
    for hidden in [&other, &seller, &desk.officer, &reviewer] {
        app.get(&path).by(hidden).expect(404).await;
        app.get(&format!("{path}/events")).by(hidden).expect(404).await;
    }
    let handed_in = desk.take(&desk.take(&begun, "sign_contract").await, "submit").await;
    for hidden in [&other, &reviewer] {
        app.get(&path).by(hidden).expect(404).await;
    }
    app.get(&path).expect(401).await;
    let party = app.get(&path).by(&seller).expect(200).await;
    assert_eq!(
        (&party.body["may_edit"], &party.body["handler_id"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(
        desk.post(&handed_in, &seller, &json!({"event": "withdraw"}))
            .await
            .status,
        403
    );
    let viewer = app.member(&desk.owner.enterprise, Role::Viewer).await;
    app.get(&path).by(&viewer).expect(200).await;
    assert_eq!(
        desk.post(&handed_in, &viewer, &json!({"event": "withdraw"}))
            .await
            .status,
        403
    );
    for (person, count) in [(&desk.owner, 1), (&seller, 1), (&other, 0)] {
        let mine = app.get("/me/dossiers").by(person).expect(200).await;
        assert_eq!(mine.body["items"].as_array().unwrap().len(), count);
    }
    app.get(&path).by(&desk.officer).expect(200).await;
    desk.take(&handed_in, "accept_complete").await;
    app.get(&path).by(&desk.officer).expect(200).await;
    let colleague = app.officer_who_may(&[Permission::HandleDossiers]).await;
    app.get(&path).by(&colleague).expect(200).await;
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds,
        [
            "dossier.opened",
            "dossier.event_taken",
            "dossier.event_taken",
            "dossier.read_by_party",
            "dossier.inspected",
            "dossier.event_taken",
            "dossier.read",
            "dossier.inspected",
        ]
    );
    let handled = app.get("/dossiers?handler=nobody").by(&desk.officer).expect(200).await;
    assert_eq!(handled.body["items"], json!([]));
    let officer = app.id_of(&desk.officer).await;
    let own = format!("/dossiers?handler={officer}&procedure=REG&state=under_review");
    assert_eq!(app.get(&own).by(&colleague).expect(200).await.text("/items/0/id"), id);
    app.get("/dossiers?handler=x").by(&desk.officer).expect(400).await;
    app.get("/me/dossiers?handler=nobody").by(&desk.owner).expect(400).await;
    app.get("/dossiers").by(&desk.owner).expect(403).await;
}
