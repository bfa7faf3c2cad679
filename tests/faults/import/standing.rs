//! What stands before files of listings are sent: entries of lists, and listings that are in states which an import cannot change.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::file::{Format, Plan};
use super::mistakes::{
    ARCHIVED, DRAFT, FIELD_ENDED, FIELD_TO_COME, FIRST, HELD, OUTDATED, PROHIBITED, PUBLIC, REVISED, SUBMITTED,
};
use super::{Done, Siege, oracle};
use crate::ledger;
use crate::people::{approval, expect};
use crate::stories::equipment;
use crate::web::{Ask, Reply, Web};

/// What listings are called, with the title and the model that they have and keep.
pub type Standing = BTreeMap<&'static str, (String, Option<String>)>;

/// Listings that stand.
#[derive(Default)]
pub struct Stand {
    /// Their identifiers.
    ids: BTreeMap<&'static str, String>,
    /// What they say.
    pub said: Standing,
}

const ALL: [&str; 7] = [DRAFT, SUBMITTED, ARCHIVED, PUBLIC, HELD, REVISED, OUTDATED];

impl Siege {
    /// Makes what stands, while nothing is amiss.
    pub(super) fn settle(&mut self) -> Done<()> {
        self.add_entries()?;
        let lines = ALL.iter().enumerate().map(|(number, name)| {
            let (title, model) = (format!("Máy sấy ĐS{number}"), format!("S-{number}"));
            let mut listing = equipment(&title);
            listing["model"] = json!(model);
            self.standing.said.insert(*name, (title, Some(model)));
            format!("{}\n", json!({"external_id": name, "listing": listing}))
        });
        let file: String = lines.collect();
        let import = self.import(Format::Jsonl, file.as_bytes(), ALL.len(), 0)?;
        for row in self.rows_of(&import)? {
            let name = ALL.into_iter().find(|name| row["external_id"] == *name);
            let name = name.ok_or_else(|| format!("{row} is in no file"))?;
            let id = row["listing_id"]
                .as_str()
                .ok_or_else(|| format!("{row} is no listing"))?;
            self.standing.ids.insert(name, id.to_owned());
        }
        self.bring_about()
    }

    /// The listing of a file's first row; of all that stand the identifiers are known to its mistakes.
    pub(super) fn stand(&mut self, plan: &mut Plan) -> Done<()> {
        let import = self.import(plan.format, &plan.first_row(), 1, 0)?;
        let wrong = oracle::counts(&import, [1, 0, 0, 0]);
        self.outcome.found("the first row alone", wrong);
        let row = self.rows_of(&import)?.pop().unwrap_or_default();
        let id = row["listing_id"]
            .as_str()
            .ok_or_else(|| format!("{row} is no listing"))?;
        plan.ids.clone_from(&self.standing.ids);
        plan.ids.insert(FIRST, id.to_owned());
        Ok(())
    }

    /// What became of the rows of a small import.
    fn rows_of(&self, import: &Reply) -> Done<Vec<Value>> {
        let path = format!("/listing-imports/{}/rows?limit=100", import.text("/id"));
        let rows = ledger::read(&mut self.web()?, &Ask::get(path).by(&self.world.people.owner.token))?;
        Ok(rows.at("/items").as_array().cloned().unwrap_or_default())
    }

    /// Nothing is prohibited in the beginning, no field is over, and none is still to come.
    fn add_entries(&self) -> Done<()> {
        let mut web = self.web()?;
        let officer = &self.world.people.officer.token;
        let regulation = json!({"legal_source": "Văn bản thử nghiệm, mục 1", "edition": "thử nghiệm"});
        let prohibited = json!({
            "code": PROHIBITED, "parent": "prohibited", "name_vi": "Công nghệ thử nghiệm bị cấm", "regulation": regulation,
        });
        let field = |code: &str, name: &str, from: &str| json!({"code": code, "parent": "food", "name_vi": name, "valid_from": from});
        for (list, entry) in [
            ("regulated_technologies", prohibited),
            ("fields", field(FIELD_ENDED, "Nghề đã hết", "2020-01-01")),
            ("fields", field(FIELD_TO_COME, "Nghề sắp tới", "2099-01-01")),
        ] {
            let ask = Ask::post(format!("/taxonomies/{list}/entries")).json(&entry);
            expect(&mut web, &ask.by(officer), 201);
        }
        let ended = Ask::new("PATCH", format!("/taxonomies/fields/entries/{FIELD_ENDED}"));
        let ended = ended.of_version(1).json(&json!({"valid_to": "2025-01-01"}));
        expect(&mut web, &ended.by(officer), 200);
        Ok(())
    }

    /// Brings the listings into the states after which they are called.
    fn bring_about(&self) -> Done<()> {
        let mut web = self.web()?;
        let path = |name: &str| format!("/listings/{}", self.standing.ids[name]);
        self.by_owner(&mut web, Ask::post(format!("{}/submission", path(SUBMITTED))), 200);
        self.by_owner(&mut web, Ask::post(format!("{}/archive", path(ARCHIVED))), 200);
        self.publish(&mut web, &path(PUBLIC));

        self.publish(&mut web, &path(HELD));
        let reason = json!({"reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy, đề nghị bổ sung."});
        let hold = Ask::post(format!("{}/suspension", path(HELD))).json(&reason);
        expect(&mut web, &hold.by(&self.world.people.officer.token), 200);

        let revised = path(REVISED);
        let version = self.publish(&mut web, &revised);
        self.by_owner(&mut web, with_model(&revised, version, "S-R"), 202);
        self.by_owner(&mut web, Ask::post(format!("{revised}/revision/submission")), 200);

        // What is live is changed below the revision: taken back, written anew, and approved again.
        let outdated = path(OUTDATED);
        let version = self.publish(&mut web, &outdated);
        self.by_owner(&mut web, with_model(&outdated, version, "S-R"), 202);
        let back = Ask::new("DELETE", format!("{outdated}/submission")).of_version(version);
        let version = self.by_owner(&mut web, back, 200).version();
        let (_, model) = &self.standing.said[OUTDATED];
        let other = format!("{}-B", model.as_deref().unwrap_or_default());
        let there = self
            .by_owner(&mut web, with_model(&outdated, version, &other), 200)
            .version();
        let again = model.as_deref().unwrap_or_default();
        self.by_owner(&mut web, with_model(&outdated, there, again), 200);
        self.publish(&mut web, &outdated);
        Ok(())
    }

    fn by_owner(&self, web: &mut Web, ask: Ask, status: u16) -> Reply {
        expect(web, &ask.by(&self.world.people.owner.token), status)
    }

    /// Hands a listing in and has it approved; gives its version.
    fn publish(&self, web: &mut Web, path: &str) -> i64 {
        let sent = self.by_owner(web, Ask::post(format!("{path}/submission")), 200);
        let approval = approval(path).of_version(sent.version());
        expect(web, &approval.by(&self.world.people.officer.token), 200).version()
    }
}

fn with_model(path: &str, version: i64, model: &str) -> Ask {
    let ask = Ask::new("PATCH", path).of_version(version);
    ask.json(&json!({"model": model}))
}
