//! Where an enterprise stands that was active and has its people: closed, part of another one, to be verified anew; and what is to
//! change of one.

use diesel::prelude::*;
use jiff::SignedDuration;
use serde_json::json;
use vptex::domain::clock::Clock as _;
use vptex::store;
use vptex::store::schema::enterprises;
use vptex::store::types::{DbId, DbTs};

use super::cast::{Cast, SECRET, Scene};
use super::things::why;
use crate::harness::Person;

impl Cast {
    /// Brings it there; gives the version.
    pub async fn bring(&self, status: &str, owner: &Person, officer: &Person) -> i64 {
        let (app, path) = (&self.app, format!("/enterprises/{}", owner.enterprise));
        let version = app.get(&path).by(officer).expect(200).await.number("/version");
        match status {
            "closed" => {
                let call = app.post(&format!("{path}/closure")).by(officer).if_match(version);
                let closed = call.json(&json!({"reason": why()})).expect(200).await;
                closed.number("/version")
            }
            "merged" => {
                let into = app.active_enterprise(officer).await.enterprise;
                let call = app.post(&format!("{path}/merge")).by(officer).if_match(version);
                call.json(&json!({"into": into})).expect(200).await;
                version
            }
            "renewing" => {
                let id = DbId(owner.enterprise.parse().unwrap());
                // Soon over, so that its owner may ask.
                let until = Some(DbTs(app.clock.now() + SignedDuration::from_hours(24)));
                let soon = move |uow: &mut store::Uow<'_>| -> store::Result<()> {
                    let row = enterprises::table.filter(enterprises::id.eq(id));
                    diesel::update(row)
                        .set(enterprises::verified_until.eq(until))
                        .execute(uow.conn())?;
                    Ok(())
                };
                app.change(soon).await;
                let call = app.post(&format!("{path}/submission")).by(owner);
                call.expect(200).await.number("/version")
            }
            _ => version,
        }
    }

    /// A change of what was verified of the scene's enterprise in a state; gives the enterprise's version.
    pub async fn amendment(&mut self, scene: &Scene, state: &str) -> i64 {
        let officer = self.somebody("officer").await;
        let (app, owner) = (&self.app, &scene.people["owner"]);
        let path = format!("/enterprises/{}", scene.id);
        let seen = app.get(&path).by(&officer).expect(200).await;
        let mut version = seen.number("/version");
        if matches!(state, "submitted" | "sent_back" | "rejected") {
            let call = app.patch(&path).by(owner).if_match(version);
            let wish = json!({"legal_rep_name": SECRET});
            version = call.json(&wish).expect(200).await.number("/version");
        } else if seen.body.get("amendment").is_some() {
            let call = app.delete(&format!("{path}/amendment")).by(owner);
            version = call.expect(200).await.number("/version");
        }
        let step = match state {
            "sent_back" => Some("change-request"),
            "rejected" => Some("rejection"),
            _ => None,
        };
        if let Some(step) = step {
            let call = app.post(&format!("{path}/amendment/{step}")).by(&officer);
            version = call.if_match(version).json(&why()).expect(200).await.number("/version");
        }
        // The enterprise has another version than the scene tells, and perhaps an amendment.
        self.forget_scene(&scene.id);
        version
    }
}
