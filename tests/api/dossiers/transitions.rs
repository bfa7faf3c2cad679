//! The table of transitions that was written from the law, row by row over HTTP: each is walked to by the shortest way, done, and
//! leaves the dossier where the table says. In every state that is come to all else is tried, by either side, and refused with its
//! reason and article. Nothing here names a transition but what the table cannot be followed by: time, and what comes of a certificate.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::service::dossiers::terms;

use super::desk::{Desk, content};
use super::model::{Dossier, Outcome, Row, Side, reference, takes_day};
use super::random_lives::{before, begin};
use crate::harness::{Person, Reply};

/// The procedures of dossiers.
const PROCEDURES: [&str; 7] = ["REG", "AMD", "CERT", "APR", "LIC", "OPN_POLICY", "OPN_DECISION"];
/// What else the table has: other parts of the exchange, with models of their own (`tests/api/model`).
const ELSEWHERE: [&str; 4] = ["SELLER", "LISTING", "DSR", "BREACH"];
/// After so many days every term is over for which a row waits: corrections of a licence, a certificate's contract.
const LONG: i64 = 140;

/// What is tried of a procedure.
struct Tried {
    machine: &'static str,
    /// The certificate that amendments are of.
    before: Value,
    /// Every event that the table has, with its article as the published rules have it.
    events: BTreeMap<String, String>,
    /// In which states all else was refused.
    states: BTreeSet<String>,
}

impl Tried {
    async fn of(desk: &Desk, machine: &'static str) -> Self {
        let rules = desk.app.get(&format!("/procedures/{machine}")).expect(200).await;
        let text = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
        let published = rules.body["rules"]["events"].as_array().unwrap().iter();
        let published: BTreeMap<String, String> = published
            .map(|event| (text(event, "code"), text(event, "legal_basis")))
            .collect();
        let told = rows_of(machine).into_iter().map(|row| row.event);
        let model = Dossier::new(machine, desk.today(), None).events().into_iter();
        Self {
            machine,
            before: before(desk, machine).await,
            events: told
                .chain(model)
                .map(|event| {
                    let basis = published[&event].clone();
                    (event, basis)
                })
                .collect(),
            states: BTreeSet::new(),
        }
    }

    async fn begin(&self, desk: &Desk) -> (Reply, Dossier) {
        begin(desk, self.machine, &self.before).await
    }

    /// That a dossier stands and can go on as the model says, and nothing else is possible.
    async fn compare(&mut self, desk: &Desk, seen: &Reply, model: &Dossier) {
        assert_eq!(seen.text("/state/code"), model.state, "{}", self.machine);
        let possible = seen.body["possible"].as_array().unwrap().iter();
        let possible: BTreeSet<&str> = possible.map(|one| one["event"]["code"].as_str().unwrap()).collect();
        let expected = model.possible();
        let expected: BTreeSet<&str> = expected.iter().map(|(event, _)| event.as_str()).collect();
        assert_eq!(possible, expected, "{} in {}", self.machine, model.state);
        if self.states.insert(model.state.clone()) {
            self.all_else_is_refused(desk, seen, model).await;
        }
    }

    async fn all_else_is_refused(&self, desk: &Desk, seen: &Reply, model: &Dossier) {
        for (event, basis) in &self.events {
            for (side, person) in [(Side::Filer, &desk.owner), (Side::Officer, &desk.officer)] {
                // What came on paper is the officers' alone.
                if side == Side::Filer && seen.body["is_paper"] == true {
                    continue;
                }
                let outcome = model.clone().take(event, side, desk.today());
                if outcome == Outcome::Done {
                    continue;
                }
                let mut body = json!({"event": event, "note": "Thử"});
                if takes_day(event) {
                    body["given_on"] = json!(desk.today());
                }
                let refused = desk.post(seen, person, &body).await;
                let place = format!("{} {event} by {side:?} in {}", self.machine, model.state);
                assert_eq!((refused.status, refused.code()), outcome.answer(), "{place}");
                // Who may not know of it is told nothing of it.
                let is_told = outcome == Outcome::Unseen || refused.text("/detail").contains(basis.as_str());
                assert!(is_told, "{place}: {}", refused.body);
            }
        }
    }
}

fn rows_of(machine: &str) -> Vec<Row> {
    let rows = reference().into_iter();
    rows.filter(|row| row.machine == machine).collect()
}

/// The shortest way from the beginning to a state in which an event is possible.
fn way(begun: &Dossier, (from, event): (&str, &str), today: Date) -> Vec<(String, Side)> {
    let mut known = BTreeSet::new();
    let mut open = VecDeque::from([(begun.clone(), Vec::new())]);
    while let Some((dossier, way)) = open.pop_front() {
        let possible = dossier.possible();
        if dossier.state == from && possible.iter().any(|(code, _)| code == event) {
            return way;
        }
        for (code, side) in possible {
            let mut after = dossier.clone();
            if after.take(&code, side, today) != Outcome::Done {
                continue;
            }
            let events: Vec<String> = after.possible().into_iter().map(|(code, _)| code).collect();
            // What is possible may hang on what was done.
            if known.insert((after.state.clone(), events)) {
                open.push_back((after, [&way[..], &[(code, side)]].concat()));
            }
        }
    }
    panic!("nothing leads to {from}, where {event} is possible")
}

/// The events that a dossier has behind it, with the states that they led to.
async fn history(desk: &Desk, by: &Person, seen: &Reply) -> Vec<(String, String)> {
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let events = desk.app.get(&path).by(by).expect(200).await;
    let events = events.body["items"].as_array().unwrap().iter();
    let text = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
    events
        .map(|event| (text(event, "event"), text(event, "to_state")))
        .collect()
}

/// Where a row leads: a change of what a licence says leaves it as it is, until another one is asked for and issued.
fn end_of(row: &Row) -> &str {
    if row.to == "new LIC" { "licensed" } else { &row.to }
}

/// What opens a dossier, and what comes with it.
async fn opens(tried: &mut Tried, desk: &Desk, row: &Row) {
    let seen = if row.event == "skip_if_project_already_appraised" {
        let mut text = content(&desk.tax_code);
        text["technology_status"] = json!("restricted");
        let new =
            json!({"procedure": "APR", "event": row.event, "content": text, "note": "Ý kiến thẩm định số 12/SKHCN"});
        desk.begin(&desk.officer, &new).await
    } else {
        let (seen, model) = tried.begin(desk).await;
        tried.compare(desk, &seen, &model).await;
        seen
    };
    assert_eq!(seen.text("/state/code"), end_of(row), "{row:?}");
    // Of a draft officers see nothing, and of what came on paper nobody else before it is handed in.
    let is_paper = seen.body["is_paper"] == true;
    let by = if is_paper { &desk.officer } else { &desk.owner };
    let first = history(desk, by, &seen).await.remove(0);
    assert_eq!(first, (row.event.clone(), row.to.clone()));
}

/// What a certificate brings about in its case.
async fn comes_of_an_amendment(tried: &Tried, desk: &Desk, row: &Row) {
    let (case, _) = tried.begin(desk).await;
    // The newest of the register is the one of this case.
    let register = desk.app.get("/certificates?kind=registration").by(&desk.officer);
    let number = register.expect(200).await.body["items"][0]["number"].clone();
    let (mut seen, _) = begin(desk, "AMD", &number).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    let last = history(desk, &desk.officer, &case).await.pop().unwrap();
    assert_eq!(last, (row.event.clone(), row.to.clone()));
}

/// Does one row from one of its states; gives the desk back, where days passed.
async fn is_done(tried: &mut Tried, mut desk: Desk, (row, from): (&Row, &str)) -> Desk {
    let (mut seen, mut model) = tried.begin(&desk).await;
    if row.event == "take_effect" {
        // The same day, by itself.
        assert!(
            history(&desk, &desk.officer, &seen)
                .await
                .contains(&(row.event.clone(), row.to.clone()))
        );
        return desk;
    }
    for (event, side) in way(&model, (from, &row.event), desk.today()) {
        tried.compare(&desk, &seen, &model).await;
        seen = desk.take(&seen, &event).await;
        assert_eq!(model.take(&event, side, desk.today()), Outcome::Done);
    }
    tried.compare(&desk, &seen, &model).await;
    let possible = model.possible();
    let (_, side) = possible.into_iter().find(|(event, _)| *event == row.event).unwrap();
    let mut outcome = model.take(&row.event, side, desk.today());
    if [Outcome::TooEarly, Outcome::WrongSide].contains(&outcome) {
        // What waits for the end of a term comes by itself, whether it is an officer's from then on or not.
        desk = desk.later(LONG).await;
        assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().failed, 0);
        model.days_passed(desk.today());
        seen = desk.read(&desk.officer, &seen).await;
        if model.state == end_of(row) {
            tried.compare(&desk, &seen, &model).await;
            return desk;
        }
        outcome = model.take(&row.event, side, desk.today());
    }
    assert_eq!(outcome, Outcome::Done, "{row:?}");
    seen = desk.take(&seen, &row.event).await;
    assert_eq!(
        (seen.text("/state/code"), model.state.as_str()),
        (end_of(row), end_of(row))
    );
    tried.compare(&desk, &seen, &model).await;
    desk
}

/// Every row of a procedure, from each of the states that it names.
async fn every_row_is_done(machine: &'static str) {
    let mut desk = Desk::open().await;
    desk.app.clock.hold();
    let mut tried = Tried::of(&desk, machine).await;
    for row in rows_of(machine) {
        if row.from.is_empty() {
            opens(&mut tried, &desk, &row).await;
        } else if (machine, row.event.as_str()) == ("CERT", "amended") {
            comes_of_an_amendment(&tried, &desk, &row).await;
        } else {
            for from in &row.from {
                desk = is_done(&mut tried, desk, (&row, from)).await;
            }
        }
    }
    // No state that the table names was passed by.
    let named = rows_of(machine).into_iter().map(|row| end_of(&row).to_owned());
    let passed_by: Vec<String> = named.filter(|state| !tried.states.contains(state)).collect();
    assert!(passed_by.is_empty(), "{passed_by:?} of {machine}");
}

#[test]
fn the_table_has_no_other_rows() {
    let machines: BTreeSet<String> = reference().into_iter().map(|row| row.machine).collect();
    let known = PROCEDURES.iter().chain(&ELSEWHERE);
    let known: BTreeSet<String> = known.map(|name| (*name).to_owned()).collect();
    assert_eq!(machines, known);
    let of_dossiers = PROCEDURES.iter().map(|machine| rows_of(machine).len()).sum::<usize>();
    assert_eq!(of_dossiers, 45);
}

#[actix_web::test]
async fn every_row_of_registrations_is_done() {
    every_row_is_done("REG").await;
}

#[actix_web::test]
async fn every_row_of_amendments_is_done() {
    every_row_is_done("AMD").await;
}

#[actix_web::test]
async fn every_row_of_certificates_is_done() {
    every_row_is_done("CERT").await;
}

#[actix_web::test]
async fn every_row_of_approvals_is_done() {
    every_row_is_done("APR").await;
}

#[actix_web::test]
async fn every_row_of_licences_is_done() {
    every_row_is_done("LIC").await;
}

#[actix_web::test]
async fn every_row_of_opinions_is_done() {
    every_row_is_done("OPN_POLICY").await;
    every_row_is_done("OPN_DECISION").await;
}
