//! Dossiers and certificates, as officers handle them at the counter: one prepares, another signs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vptex::app::SystemClock;
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;

use crate::ledger::{Entity, Facts, anything};
use crate::people::{People, Who, expect};
use crate::registration::registration;
use crate::web::{Ask, Reply, Web};
use crate::writer::{Done, Writer};

/// What is done of a dossier before its certificate is proposed.
const EVENTS: [&str; 3] = ["sign_contract", "submit", "accept_complete"];
const ISSUE: &str = "issue";
const ANNUL: &str = "annul";

fn new() -> Ask {
    Ask::post("/dossiers").json(&json!({"procedure": "REG", "content": registration()}))
}

fn event(dossier: &str, version: i64, event: &str) -> Ask {
    let mut body = json!({"event": event});
    if event == "sign_contract" {
        body["given_on"] = json!(day_of(SystemClock.now()));
    }
    Ask::post(format!("/dossiers/{dossier}/events"))
        .of_version(version)
        .json(&body)
}

fn proposal(dossier: &str, version: i64) -> Ask {
    let ask = Ask::new("PUT", format!("/dossiers/{dossier}/proposal")).of_version(version);
    ask.json(&json!({"event": ISSUE}))
}

/// Takes a dossier to its end while nothing is amiss; gives what each event leads to.
pub fn learn(web: &mut Web, people: &People) -> BTreeMap<&'static str, String> {
    let (officer, signer) = (&people.officer.token, &people.signer.token);
    let begun = expect(web, &new().by(officer), 201);
    let (id, mut version) = (begun.text("/id"), begun.version());
    let mut states = BTreeMap::from([("begin", begun.text("/state/code"))]);
    for name in EVENTS {
        let taken = expect(web, &event(&id, version, name).by(officer), 200);
        version = taken.version();
        states.insert(name, taken.text("/state/code"));
    }
    let proposed = expect(web, &proposal(&id, version).by(officer), 200);
    let issued = expect(web, &event(&id, proposed.version(), ISSUE).by(signer), 200);
    states.insert(ISSUE, issued.text("/state/code"));
    states
}

impl Writer<'_> {
    /// A dossier to its certificate.
    pub fn dossier(&mut self) -> Done<()> {
        self.issued().map(drop)
    }

    /// A certificate whose paper was lost: one officer prepares another one, the other signs it.
    pub fn duplicate(&mut self) -> Done<()> {
        let (at, path) = self.issued()?;
        let asked = json!({
            "asked_by": "Công ty TNHH Cơ khí Sông Thao", "asked_on": day_of(SystemClock.now()),
            "cause": "lost", "reason": "Mất do hỏa hoạn tại trụ sở.",
        });
        let ask = Ask::post(format!("{path}/duplicate-proposal")).json(&asked);
        let prepared = self.ask(&ask.by(&self.world.token(&Who::Officer)))?;
        let ask = Ask::post(format!("{path}/duplicates")).json(&json!({"proposal": prepared.text("/id")}));
        let next = self.now(at).but([("/duplicates/0/ordinal", json!(1))]);
        self.change("duplicate issued", at, &Who::Signer, ask, next)?;
        let paper = format!("{path}/document?duplicate=1");
        self.ledger
            .entities
            .push(Entity::new("duplicate", Who::Officer, paper, Facts::of([])));
        Ok(())
    }

    /// A certificate that is annulled: one officer proposes it, the other signs.
    pub fn annulment(&mut self) -> Done<()> {
        let (at, path) = self.issued()?;
        let officer = self.world.token(&Who::Officer);
        let held = self.ask(&Ask::get(&path).by(&officer))?;
        let case = format!("/dossiers/{}", held.text("/case_id"));
        let seen = self.ask(&Ask::get(&case).by(&officer))?;
        let proposed = json!({
            "event": ANNUL, "ground": "BREACH_OF_CONTENT", "note": "Theo văn bản của Sở.",
            "letter_number": "512/SKHCN-QLCN", "letter_on": day_of(SystemClock.now()),
        });
        let ask = Ask::new("PUT", format!("{case}/proposal")).of_version(seen.version());
        let proposed = self.ask(&ask.json(&proposed).by(&officer))?;
        let ask = Ask::post(format!("{case}/events")).of_version(proposed.version());
        let next = self.now(at).but([("/validity", json!("annulled"))]);
        self.change(
            "certificate annulled",
            at,
            &Who::Signer,
            ask.json(&json!({"event": ANNUL})),
            next,
        )?;
        Ok(())
    }

    /// A dossier to its certificate; gives where that stands in the book, and its path.
    fn issued(&mut self) -> Done<(usize, String)> {
        let state = |name: &str| json!(self.world.states[name]);
        let (begin, issued) = (state("begin"), state(ISSUE));
        let after: Vec<Value> = EVENTS.iter().map(|name| state(name)).collect();
        let made = move |reply: &Reply| {
            let facts = Facts::of([
                ("/state/code", begin.clone()),
                ("/number", Value::Null),
                ("/certificate", Value::Null),
                ("/proposal", Value::Null),
            ]);
            Entity::new(
                "dossier",
                Who::Officer,
                format!("/dossiers/{}", reply.text("/id")),
                facts,
            )
        };
        let ask = new().under(format!("dossier-{}", self.world.number()));
        let (at, reply) = self.create("dossier begun", Who::Officer, ask, Box::new(made))?;
        let (id, mut version) = (reply.text("/id"), reply.version());
        for (name, state) in EVENTS.iter().zip(after) {
            let mut next = self.now(at).but([("/state/code", state)]);
            if *name == "submit" {
                // Its number comes with its being handed in.
                next = next.but([("/number", anything())]);
            }
            let reply = self.change("dossier event", at, &Who::Officer, event(&id, version, name), next)?;
            version = self.versioned(at, &reply);
        }
        let next = self.now(at).but([("/proposal", anything())]);
        let reply = self.change("certificate proposed", at, &Who::Officer, proposal(&id, version), next)?;
        let next = self.now(at).but([
            ("/state/code", issued),
            ("/certificate/number", anything()),
            ("/certificate", anything()),
            ("/proposal", Value::Null),
        ]);
        let ask = event(&id, reply.version(), ISSUE);
        let reply = self.change("certificate issued", at, &Who::Signer, ask, next)?;
        let certificate = reply.text("/certificate/id");
        let facts = Facts::of([
            ("/record/number", reply.at("/certificate/number")),
            ("/validity", json!("valid")),
            ("/duplicates/0/ordinal", Value::Null),
        ]);
        let entity = |path: String, facts: Facts| Entity::new("certificate", Who::Officer, path, facts);
        let path = format!("/certificates/{certificate}");
        self.ledger
            .entities
            .push(entity(format!("{path}/document"), Facts::of([])));
        self.ledger.entities.push(entity(path.clone(), facts));
        Ok((self.ledger.entities.len() - 1, path))
    }
}
