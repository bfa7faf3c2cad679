//! Documents of profiles, each made for one question.

use serde_json::json;

use super::cases::{Case, On};
use super::cast::Cast;
use super::things::{Thing, why};
use crate::harness::{Person, pictures};

/// In which states they are asked about.
pub const STATES: &[&str] = &["submitted", "accepted", "refused", "expired", "foreign", "absent"];

impl On {
    /// Whether the path names an enterprise, and the thing behind it.
    pub fn is_inside_enterprise(self) -> bool {
        matches!(
            self,
            Self::Member | Self::Invitation | Self::JoinRequest | Self::Key | Self::Document
        )
    }
}

impl Case {
    /// Whether each caller needs a thing of its own.
    pub fn is_made_for_caller(self, state: &str) -> bool {
        let is_own = matches!(
            self.on,
            On::OwnSession
                | On::InvitationToken
                | On::OwnJoinRequest
                | On::Consent
                | On::AddressToken
                | On::AddressChangeToken
                | On::OwnFactor
                | On::OwnRestriction
        );
        is_own || state == "own"
    }
}

impl Cast {
    /// A document of the scene's enterprise, or of another one: identifier and version.
    pub async fn document(&mut self, thing: &Thing, state: &str) -> (String, i64) {
        let officer = self.somebody("officer").await;
        let owner = match state {
            "foreign" => self.somebody("host").await,
            _ => Person {
                enterprise: thing.scene.id.clone(),
                ..thing.scene.people["owner"].clone()
            },
        };
        // Those before stand in the way: there are only so many.
        self.app
            .by_hand("DELETE FROM logo_candidate_versions; DELETE FROM enterprise_documents")
            .await;
        let path = format!("/enterprises/{}/documents", owner.enterprise);
        let call = self.app.post(&format!("{path}?kind=iso&name=iso.png")).by(&owner);
        let made = call.file("image/png", pictures::png(4, 3)).expect(201).await;
        let id = made.text("/id").to_owned();
        let verdict = match state {
            "accepted" => json!({"verdict": state}),
            "refused" | "expired" => json!({"verdict": state, "reason": why()}),
            _ => return (id, 1),
        };
        let call = self.app.post(&format!("{path}/{id}/verdict")).by(&officer).if_match(1);
        call.json(&verdict).expect(200).await;
        (id, 2)
    }
}
