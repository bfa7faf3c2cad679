//! Listings, what is to change of them, and their files, in each of their states.

use diesel::prelude::*;
use jiff::SignedDuration;
use serde_json::{Value, json};
use vptex::domain::clock::Clock;
use vptex::store;
use vptex::store::schema::files;
use vptex::store::types::DbId;

use super::cast::{Cast, SECRET, Scene};
use super::things::why;
use crate::harness::{Person, TestApp, dryer};

impl Cast {
    pub(super) async fn listing(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let [officer, other] = [self.somebody("officer").await, self.somebody("other").await];
        let (app, owner) = (&self.app, &scene.people["owner"]);
        let step = match state {
            "draft" => return app.listing_draft(owner, SECRET).await,
            // Whoever took it up changed nothing of it.
            "submitted" | "own" | "taken" | "over" => return app.submitted_listing(owner, SECRET).await,
            "endorsed" => {
                // At a price that nobody asks, so that it takes two.
                let mut body = dryer(SECRET);
                body["price_min"] = json!(5_000);
                let made = app.post("/listings").by(owner).json(&body).expect(201).await;
                let id = made.text("/id").to_owned();
                let sent = app.post(&format!("/listings/{id}/submission")).by(owner);
                let version = sent.expect(200).await.number("/version");
                let call = app.post(&format!("/listings/{id}/approval")).by(&other);
                call.if_match(version).expect(202).await;
                return (id, version);
            }
            "members" | "on_request" => {
                let (id, _) = app.published_listing(owner, &officer, SECRET).await;
                let audience = json!({"visibility": state, "open_for_inquiry": true});
                let call = app.put(&format!("/listings/{id}/audience")).by(owner);
                let shown = call.json(&audience).expect(200).await;
                return (id, shown.number("/version"));
            }
            "ip_notice" => {
                let (id, _) = app.published_listing(owner, &officer, SECRET).await;
                let notice = app.infringement(&id).await;
                let call = app.post(&format!("/ip-notices/{notice}/acceptance")).by(&officer);
                call.expect(200).await;
                let seen = app.get(&format!("/listings/{id}")).by(owner).expect(200).await;
                return (id, seen.number("/version"));
            }
            "published" => return app.published_listing(owner, &officer, SECRET).await,
            "halted" => return scene.listing.clone().unwrap(),
            "withdrawn" => {
                let (id, _) = app.published_listing(owner, &officer, SECRET).await;
                let call = app.delete(&format!("/listings/{id}/submission")).by(owner);
                return (id, call.expect(200).await.number("/version"));
            }
            "expired" => {
                let (id, _) = self.app.published_listing(owner, &officer, SECRET).await;
                return (id.clone(), app.end_term(&id).await);
            }
            "held" => {
                let (id, _) = self.app.published_listing(owner, &officer, SECRET).await;
                let call = app.post(&format!("/listings/{id}/suspension")).by(&officer);
                return (id, call.json(&why()).expect(200).await.number("/version"));
            }
            "taken_down" => {
                let (id, version) = self.app.published_listing(owner, &officer, SECRET).await;
                let (takedown, _) = app.takedown(&officer, &id).await;
                app.post(&format!("/takedowns/{takedown}/execution"))
                    .by(&officer)
                    .expect(200)
                    .await;
                return (id, version + 1);
            }
            "archived" => {
                let (id, _) = self.app.listing_draft(owner, SECRET).await;
                let call = app.post(&format!("/listings/{id}/archive")).by(owner);
                return (id, call.expect(200).await.number("/version"));
            }
            "sent_back" => "change-request",
            "rejected" => "rejection",
            other => panic!("no listing is {other}"),
        };
        let (id, version) = app.submitted_listing(owner, SECRET).await;
        let call = app.post(&format!("/listings/{id}/{step}")).by(&officer);
        let seen = call.if_match(version).json(&why()).expect(200).await;
        (id, seen.number("/version"))
    }

    /// A listing with a confidential part; gives the part's version.
    pub(super) async fn confidential(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let (id, _) = self.listing(scene, state).await;
        let (app, owner) = (&self.app, &scene.people["owner"]);
        let call = app.put(&format!("/listings/{id}/confidential")).by(owner);
        let written = call
            .json(&json!({"text": format!("Công thức {SECRET}")}))
            .expect(200)
            .await;
        (id, written.number("/version"))
    }

    pub(super) fn grant_terms(&self, grantee: &Person) -> Value {
        json!({
            "enterprise_id": grantee.enterprise, "purpose": format!("Thẩm định {SECRET}"),
            "undertaking": format!("Không tiết lộ {SECRET}."),
            "expires_at": self.app.clock.now() + SignedDuration::from_hours(24),
        })
    }

    /// A listing whose confidential part is granted to the enterprise of the caller `foreign`; gives listing and grant, and
    /// the hash of the undertaking. A foreign grant is another listing's.
    pub(super) async fn grant(&mut self, scene: &Scene, state: &str) -> ([String; 2], String) {
        let (id, _) = self.confidential(scene, "published").await;
        let foreign = self.somebody("foreign").await;
        let terms = self.grant_terms(&foreign);
        let path = |id: &str| format!("/listings/{id}/confidential/grants");
        let granting = match state {
            "foreign" => {
                let (other, _) = self.confidential(scene, "published").await;
                other
            }
            _ => id.clone(),
        };
        let (app, owner) = (&self.app, &scene.people["owner"]);
        let given = app.post(&path(&granting)).by(owner).json(&terms).expect(201).await;
        let grant = given.text("/id").to_owned();
        if state == "revoked" {
            let call = app.delete(&format!("{}/{grant}", path(&id))).by(owner);
            call.expect(204).await;
        }
        ([id, grant], given.text("/undertaking_sha256").to_owned())
    }

    /// A published listing with a revision in a state; gives the revision's version.
    pub(super) async fn revision(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        if let ("halted", Some((id, _))) = (state, scene.listing.clone()) {
            return (id, scene.revision);
        }
        let officer = self.somebody("officer").await;
        let (app, owner) = (&self.app, &scene.people["owner"]);
        let (id, version) = app.published_listing(owner, &officer, SECRET).await;
        if state == "none" {
            return (id, version);
        }
        let mut version = app.revise(owner, &id, version, SECRET).await;
        let path = format!("/listings/{id}/revision");
        if state != "draft" {
            let call = app.post(&format!("{path}/submission")).by(owner);
            version = call.expect(200).await.number("/version");
        }
        let step = match state {
            "draft" | "submitted" => return (id, version),
            "sent_back" => "change-request",
            "rejected" => "rejection",
            other => panic!("no revision is {other}"),
        };
        let call = app.post(&format!("{path}/{step}")).by(&officer);
        let seen = call.if_match(version).json(&why()).expect(200).await;
        (id, seen.number("/version"))
    }

    /// A picture that was added to somebody's draft, and is a listing's in some state from then on.
    pub(super) async fn file(&mut self, scene: &Scene, state: &'static str) -> String {
        let (listing, _) = self.listing(scene, state).await;
        let host = self.somebody("host").await;
        let (draft, _) = self.app.listing_draft(&host, "Ảnh").await;
        let added = self.app.add_picture(&host, &draft).await;
        let ids = [&added, &listing].map(|id| DbId(id.parse().unwrap()));
        let moved = move |uow: &mut store::Uow<'_>| -> store::Result<()> {
            let row = files::table.filter(files::id.eq(ids[0]));
            diesel::update(row)
                .set(files::listing_id.eq(ids[1]))
                .execute(uow.conn())?;
            Ok(())
        };
        self.app.change(moved).await;
        added
    }

    /// A request to take a published listing down, in a state.
    pub(super) async fn takedown(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let (listing, _) = self.listing(scene, "published").await;
        let officer = self.somebody("officer").await;
        let (id, version) = self.app.takedown(&officer, &listing).await;
        let steps: &[&str] = match state {
            "carried_out" => &["execution"],
            "dismissed" => &["dismissal"],
            "restored" => &["execution", "restoration"],
            _ => return (id, version),
        };
        let mut version = version;
        for step in steps {
            let call = self.app.post(&format!("/takedowns/{id}/{step}")).by(&officer);
            let call = if *step == "execution" { call } else { call.json(&why()) };
            version = call.expect(200).await.number("/version");
        }
        (id, version)
    }

    /// A notice about a published listing, in a state.
    pub(super) async fn ip_notice(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let (listing, _) = self.listing(scene, "published").await;
        let officer = self.somebody("officer").await;
        let owner = &scene.people["owner"];
        let id = self.app.infringement(&listing).await;
        let steps: &[&str] = match state {
            "accepted" => &["acceptance"],
            "countered" => &["acceptance", "counter-notice"],
            "rejected" => &["rejection"],
            "upheld" => &["acceptance", "counter-notice", "upholding"],
            "restored" => &["acceptance", "restoration"],
            _ => &[],
        };
        let mut version = 1;
        for step in steps {
            let call = self.app.post(&format!("/ip-notices/{id}/{step}"));
            let call = match *step {
                "acceptance" => call.by(&officer),
                "counter-notice" => call.by(owner).json(&json!({"statement": SECRET})),
                _ => call.by(&officer).json(&why()),
            };
            version = call.expect(200).await.number("/version");
        }
        (id, version)
    }

    /// A complaint about the scene's enterprise, in a state.
    pub(super) async fn complaint(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let officer = self.somebody("officer").await;
        let enterprise = &scene.people["owner"].enterprise;
        let body = json!({"ground": "other", "details": SECRET, "contact": "nguoi-dan@example.com"});
        let made = self
            .app
            .post(&format!("/enterprises/{enterprise}/complaints"))
            .json(&body);
        let id = made.expect(202).await.text("/id").to_owned();
        let steps: &[&str] = match state {
            "acknowledged" => &["acknowledgement"],
            "resolved" | "rejected" => &["acknowledgement", "decision"],
            "reopened" => &["acknowledgement", "decision", "reopening"],
            _ => &[],
        };
        let mut version = 1;
        for step in steps {
            let call = self.app.post(&format!("/complaints/{id}/{step}")).by(&officer);
            let outcome = if state == "resolved" { "upheld" } else { "dismissed" };
            let call = match *step {
                "decision" => call.json(&json!({"outcome": outcome, "answer": SECRET})),
                "reopening" => {
                    let mut body = why();
                    body["contact"] = json!("nguoi-dan@example.com");
                    call.json(&body)
                }
                _ => call,
            };
            version = call.expect(200).await.number("/version");
        }
        (id, version)
    }

    /// A report about a published listing, in a state.
    pub(super) async fn report(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let (listing, _) = self.listing(scene, "published").await;
        let officer = self.somebody("officer").await;
        let body = json!({"ground": "fraud", "details": format!("Không đúng: {SECRET}.")});
        let made = self
            .app
            .post(&format!("/listings/{listing}/reports"))
            .json(&body)
            .expect(202)
            .await;
        let id = made.text("/id").to_owned();
        if !["upheld", "dismissed"].contains(&state) {
            return (id, 1);
        }
        let call = self.app.post(&format!("/reports/{id}/decision")).by(&officer);
        let decided = call
            .json(&json!({"outcome": state, "answer": SECRET}))
            .expect(200)
            .await;
        (id, decided.number("/version"))
    }
}

impl TestApp {
    /// A notice that a published listing infringes a right.
    async fn infringement(&self, listing: &str) -> String {
        let body = json!({
            "right": "patent", "claimant": SECRET, "contact": "phap-che@example.com", "statement": SECRET, "is_true": true,
        });
        let made = self.post(&format!("/listings/{listing}/ip-notices")).json(&body);
        made.expect(202).await.text("/id").to_owned()
    }
}
