//! Entries of the vocabulary of searches, and what is asked about them.

use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::clock::Clock as _;
use vptex::domain::ids::VocabularyCandidateId;
use vptex::domain::vocabulary::{Candidate, Method, Relation};
use vptex::store::vocabulary_candidates;

use super::cases::{Case, On, Wear};
use super::cast::Cast;

/// Why an entry is there; who changes it to that changes nothing.
const NOTE: &str = "Cách gọi ở Nam Bộ";

/// What an operation on the vocabulary is asked about.
pub fn case(name: &str) -> Case {
    let (on, wear) = match name {
        "list_vocabulary" | "add_vocabulary_entry" | "preview_vocabulary" | "list_vocabulary_candidates" => {
            (On::Nothing, Wear::Nothing)
        }
        "get_vocabulary_entry" | "edit_vocabulary_entry" => (On::VocabularyEntry, Wear::Nothing),
        "withdraw_vocabulary_entry" => (On::VocabularyEntry, Wear::Thing),
        "accept_vocabulary_candidate" | "reject_vocabulary_candidate" => (On::VocabularyCandidate, Wear::Thing),
        unknown => panic!("nobody has thought about who may call {unknown}"),
    };
    let states = match on {
        On::Nothing => &["-"][..],
        On::VocabularyCandidate => &["waiting", "rejected", "absent"][..],
        _ => &["in_force", "withdrawn", "absent"][..],
    };
    Case { on, states, wear }
}

/// The body that an operation on the vocabulary takes.
pub fn body(name: &str, number: u32) -> Option<Value> {
    match name {
        "add_vocabulary_entry" => Some(entry(number)),
        "preview_vocabulary" => Some(json!({"q": "từ lạ", "entry": entry(number)})),
        // As it is: no version is made, so that everybody asks about the same one.
        "edit_vocabulary_entry" => Some(json!({"note": NOTE})),
        // Likewise, once the first one wrote it.
        "put_calendar_year" | "preview_calendar_year" => {
            let day = json!({"date": "2031-01-01", "kind": "holiday", "name_vi": "Tết Dương lịch"});
            Some(json!({"legal_basis": "LC2019 112.1.a", "days": [day]}))
        }
        other => super::inquiries::body(other).or_else(|| super::dossiers::body(other, number)),
    }
}

fn entry(number: u32) -> Value {
    let members = [format!("từ lạ {number}"), format!("chữ lạ {number}")];
    json!({"relation": "regional", "members": members, "note": NOTE})
}

impl Cast {
    /// An entry: identifier and version.
    pub async fn vocabulary_entry(&mut self, state: &str) -> (String, i64) {
        let (officer, number) = (self.somebody("officer").await, self.number());
        let call = self.app.post("/vocabulary").by(&officer).json(&entry(number));
        let made = call.expect(201).await;
        let (id, version) = (made.text("/entry/id").to_owned(), made.number("/version"));
        if state != "withdrawn" {
            return (id, version);
        }
        let call = self.app.delete(&format!("/vocabulary/{id}")).by(&officer);
        call.if_match(version).expect(204).await;
        (id, version + 1)
    }

    /// What was learned.
    pub async fn vocabulary_candidate(&mut self, state: &str) -> String {
        let (officer, number) = (self.somebody("officer").await, self.number());
        let candidate = Candidate {
            relation: Relation::Abbreviation,
            members: vec![format!("máy lạ {number}"), format!("ml {number}")],
            method: Method::Abbreviation,
            support: 2,
            score: 200,
            examples: Vec::new(),
        };
        let (id, key) = (Uuid::from_u128(number.into()), format!("{number:016x}"));
        let now = self.app.clock.now();
        self.app
            .change(move |uow| vocabulary_candidates::insert(uow, (VocabularyCandidateId(id), &key), &candidate, now))
            .await;
        if state == "rejected" {
            let path = format!("/vocabulary/candidates/{id}/rejection");
            self.app.post(&path).by(&officer).expect(200).await;
        }
        id.to_string()
    }
}
