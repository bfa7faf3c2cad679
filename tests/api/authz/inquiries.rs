//! Inquiries, and what is asked about them.

use serde_json::{Value, json};

use super::cast::{Cast, SECRET, Scene};

/// The states of an inquiry that are asked about.
pub const STATES: &[&str] = &["sent", "answered", "settled", "withdrawn", "absent"];

/// The body that an operation takes.
pub fn body(name: &str) -> Option<Value> {
    match name {
        "create_inquiry" => Some(json!({"interest": "quote", "message": "Xin báo giá."})),
        "write_inquiry_message" => Some(json!({"text": "Xin gửi báo giá."})),
        "agree_inquiry" | "complete_inquiry" => Some(json!({"outcome": {"contract_no": "12/2026"}})),
        "decline_inquiry" => Some(json!({"reason": "capacity"})),
        _ => None,
    }
}

impl Cast {
    /// An inquiry of the caller `foreign`: identifier and version.
    pub async fn inquiry(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let (listing, _) = self.listing(scene, "published").await;
        let asker = self.somebody("foreign").await;
        let (app, owner) = (&self.app, &scene.people["owner"]);
        // Those before stand in the way: there are only so many in a day.
        app.by_hand("DELETE FROM inquiry_messages; DELETE FROM inquiries").await;
        let sent = json!({"interest": "quote", "message": format!("Xin báo giá {SECRET}.")});
        let call = app.post(&format!("/listings/{listing}/inquiries")).by(&asker);
        let sent = call.json(&sent).expect(201).await;
        let path = format!("/inquiries/{}", sent.text("/id"));
        if state == "withdrawn" {
            app.post(&format!("{path}/withdrawal")).by(&asker).expect(200).await;
        }
        if ["answered", "settled"].contains(&state) {
            let call = app.post(&format!("{path}/messages")).by(owner);
            call.json(&json!({"text": format!("Có sẵn {SECRET}.")}))
                .expect(201)
                .await;
        }
        if state == "settled" {
            for by in [owner, &asker] {
                let seen = app.get(&path).by(by).expect(200).await.number("/version");
                let call = app.post(&format!("{path}/agreement")).by(by).if_match(seen);
                call.json(&json!({})).expect(200).await;
            }
        }
        let seen = app.get(&path).by(owner).expect(200).await;
        (seen.text("/id").to_owned(), seen.number("/version"))
    }
}
