//! Random lives of dossiers and certificates over HTTP, against a model that knows nothing of the program: whatever is tried, by whichever
//! side, on whatever day, is answered as the model says, and the dossier stands and is due as the model says.
//!
//! `VPTEX_DOSSIER_LIVES` and `VPTEX_MODEL_SEED` choose how many lives and which.

use jiff::ToSpan as _;
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};
use vptex::service::dossiers::terms;

use super::desk::{Desk, content};
use super::model::{Dossier, Happened, Outcome, Side, takes_day};
use crate::harness::{Person, Reply};
use crate::model::{runner, setting};

/// Lives in a run of the whole suite, by procedure; registrations come most often.
const LIVES: [(&str, u32); 8] = [
    ("REG", 24),
    ("AMD", 6),
    ("APR", 6),
    ("LIC", 6),
    ("CERT", 6),
    ("OPN_POLICY", 4),
    ("OPN_DECISION", 4),
    ("IP_SUPPORT", 6),
];

/// Steps of one life at the most.
const LONGEST: usize = 14;

/// What somebody tries, or what happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// One of the events that are possible, by whom it is for.
    GoOn(usize),
    /// Any event of the procedure, by anybody.
    Try(usize, bool),
    /// This event, where it is possible.
    Take(&'static str),
    /// Days pass.
    Wait(i64),
    /// Somebody files an amendment of the certificate, and it is issued.
    Amend,
    /// Somebody lost the paper.
    Duplicate,
    /// A new licence is asked for in the place of this one, and issued.
    Replace,
}

/// Corrections of a licence may take 60 days, and as many again; an opinion a month; what was annulled is repaid within 20 working days.
fn longest_wait(machine: &str) -> i64 {
    match machine {
        "LIC" => 80,
        "CERT" | "APR" | "OPN_POLICY" | "OPN_DECISION" => 25,
        _ => 12,
    }
}

fn steps(machine: &str) -> BoxedStrategy<Step> {
    let usual = prop_oneof![
        5 => any::<usize>().prop_map(Step::GoOn),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(event, is_officer)| Step::Try(event, is_officer)),
        1 => (1..longest_wait(machine)).prop_map(Step::Wait),
    ];
    match machine {
        "CERT" => prop_oneof![8 => usual, 1 => Just(Step::Amend), 1 => Just(Step::Duplicate)].boxed(),
        "LIC" => prop_oneof![9 => usual, 1 => Just(Step::Replace)].boxed(),
        _ => usual.boxed(),
    }
}

/// How some lives begin, where chance alone seldom comes far: what was annulled is not repaid in time, or a licence was replaced.
fn beginning(machine: &str, case: u32) -> Vec<Step> {
    let certified = [Step::Take("submit"), Step::Take("accept_complete"), Step::Take("issue")];
    let unpaid = ["annul", "notify_annulment", "demand_repayment"].map(Step::Take);
    let unpaid = [&unpaid[..], &[Step::Wait(45)]].concat();
    match (machine, case % 4) {
        ("CERT", 1) => unpaid,
        ("CERT", 3) => vec![Step::Amend, Step::Duplicate],
        // Decided late, if at all.
        ("APR", 1) => vec![Step::Take("submit"), Step::Wait(35)],
        ("OPN_POLICY" | "OPN_DECISION", 1) => vec![Step::Wait(25)],
        ("IP_SUPPORT", 1) => vec![Step::Take("submit"), Step::Wait(5)],
        ("LIC", 1) => [&certified[..], &unpaid[..]].concat(),
        ("LIC", 3) => [&certified[..], &[Step::Replace]].concat(),
        _ => Vec::new(),
    }
}

#[derive(Default)]
struct Count {
    done: u32,
    refused: u32,
    waited: u32,
    enforced: u32,
    replaced: u32,
}

/// What a life is about: however long the lives before took, a contract that goes on, but of a certificate's life.
fn text(desk: &Desk, ends_on: Date) -> Value {
    let mut text = content(&desk.tax_code);
    text["contract"]["ends_on"] = json!(ends_on);
    text
}

/// An approval, of which one licence is in force.
async fn approved(desk: &Desk, text: &Value) -> Value {
    let new = json!({"procedure": "APR", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let approved = desk.take(&desk.take(&begun, "submit").await, "approve").await;
    approved.body["id"].clone()
}

/// What comes before all lives of a procedure: the certificate that amendments are of.
pub(super) async fn before(desk: &Desk, machine: &str) -> Value {
    let ends_on = desk.today().checked_add(60.years()).unwrap();
    let text = text(desk, ends_on);
    match machine {
        "AMD" => desk.counter().register(&text).await.body["certificate"]["number"].clone(),
        _ => Value::Null,
    }
}

/// Begins a life, in the exchange and in the model.
pub(super) async fn begin(desk: &Desk, machine: &str, before: &Value) -> (Reply, Dossier) {
    let today = desk.today();
    if machine == "CERT" {
        let ends_on = today.checked_add(20.days()).unwrap();
        let registered = desk.counter().register(&text(desk, ends_on)).await;
        let path = format!("/certificates/{}", registered.text("/certificate/id"));
        let certificate = desk.app.get(&path).by(&desk.owner).expect(200).await;
        let path = format!("/dossiers/{}", certificate.text("/case_id"));
        let case = desk.app.get(&path).by(&desk.owner).expect(200).await;
        return (case, Dossier::new(machine, today, Some(ends_on)));
    }
    let ends_on = today.checked_add(5.years()).unwrap();
    let mut text = text(desk, ends_on);
    let mut new = json!({"procedure": machine});
    // Opinions are asked for by letter.
    let by = if machine.starts_with("OPN") {
        &desk.officer
    } else {
        &desk.owner
    };
    match machine {
        "AMD" => {
            // Nothing is extended, and nothing told otherwise than it is certified.
            text["contract"] = json!({});
            text["amendment"]["certificate_number"] = before.clone();
            text["amendment"]["kinds"] = json!(["amendment"]);
            text["amendment"]["new_ends_on"] = Value::Null;
        }
        "LIC" => {
            text["technology_status"] = json!("restricted");
            new["follows"] = approved(desk, &text).await;
        }
        "APR" => text["technology_status"] = json!("restricted"),
        _ => {}
    }
    if ["AMD", "LIC", "OPN_POLICY"].contains(&machine) {
        new["given_on"] = json!(today);
    }
    new["content"] = text;
    let ends_on = (machine == "LIC").then_some(ends_on);
    (desk.begin(by, &new).await, Dossier::new(machine, today, ends_on))
}

/// What came on paper is read by the officer, all else by who filed.
fn reader<'a>(desk: &'a Desk, seen: &Reply) -> &'a Person {
    if seen.body["is_paper"] == true {
        &desk.officer
    } else {
        &desk.owner
    }
}

/// Files an amendment of a certificate that changes none of its days, and issues it where the model says that it can be; whether it was.
async fn amended(desk: &Desk, number: &Value, model: &mut Dossier) -> bool {
    let (begun, _) = Box::pin(begin(desk, "AMD", number)).await;
    let submitted = desk.try_event(&begun, "submit").await;
    if !model.bring_about("amended", desk.today()) {
        let refused = (submitted.status, submitted.code());
        assert_eq!(refused, (409, "certificate_not_in_force"), "{}", submitted.body);
        return false;
    }
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    desk.take(&desk.take(&submitted, "accept_complete").await, "issue")
        .await;
    true
}

/// Has a duplicate prepared and signed, where the model says that it can be; whether it was.
async fn duplicated(desk: &Desk, id: &Value, model: &mut Dossier) -> bool {
    let path = format!("/certificates/{}", id.as_str().unwrap());
    let asked = json!({"asked_by": "Bên nhận", "asked_on": desk.today(), "cause": "lost", "reason": "Mất."});
    let call = desk.app.post(&format!("{path}/duplicate-proposal")).by(&desk.officer);
    let prepared = call.json(&asked).send().await;
    if !model.is_certified() {
        let refused = (prepared.status, prepared.code());
        assert_eq!(refused, (409, "certificate_not_in_force"), "{}", prepared.body);
        return false;
    }
    assert_eq!(prepared.status, 201, "{}", prepared.body);
    let body = json!({"proposal": prepared.text("/id")});
    let call = desk
        .app
        .post(&format!("{path}/duplicates"))
        .by(&desk.signer)
        .json(&body);
    model.duplicates += 1;
    assert_eq!(call.expect(201).await.number("/ordinal"), model.duplicates);
    true
}

/// Asks for a new licence in the place of one that is in force, and issues it.
async fn replaced(desk: &Desk, seen: &Reply, model: &mut Dossier) {
    let mut text = seen.body["content"].clone();
    text["contract"]["ends_on"] = json!(desk.today().checked_add(6.years()).unwrap());
    text["replaces_licence"] = seen.body["certificate"]["number"].clone();
    let follows = &seen.body["follows"];
    let new = json!({"procedure": "LIC", "content": text, "follows": follows, "given_on": desk.today()});
    let mut next = desk.begin(&desk.owner, &new).await;
    for event in ["submit", "accept_complete", "issue"] {
        next = desk.take(&next, event).await;
    }
    assert!(
        model.bring_about("replaced", desk.today()),
        "replaced in {}",
        model.state
    );
}

/// Whether the exchange says of a dossier what the model does.
fn compare(seen: &Reply, model: &Dossier) {
    assert_eq!(seen.text("/state/code"), model.state);
    let due = seen.body.pointer("/due/0/due_on").and_then(Value::as_str);
    let due: Option<Date> = due.map(|day| day.parse().unwrap());
    assert_eq!(due, model.due(), "due in {}", model.state);
    let mut possible: Vec<&str> = seen.body["possible"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["event"]["code"].as_str().unwrap())
        .collect();
    let mut expected = model.possible();
    possible.sort_unstable();
    expected.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    let expected: Vec<&str> = expected.iter().map(|(event, _)| event.as_str()).collect();
    assert_eq!(possible, expected, "possible in {}", model.state);
}

async fn attempt(desk: &Desk, seen: Reply, model: &mut Dossier, (event, by): (&str, Side)) -> (Reply, bool) {
    let outcome = model.take(event, by, desk.today());
    if outcome == Outcome::Done {
        return (desk.take(&seen, event).await, true);
    }
    let person = if by == Side::Filer { &desk.owner } else { &desk.officer };
    let mut body = json!({"event": event, "note": "Thử"});
    if takes_day(event) {
        body["given_on"] = json!(desk.today());
    }
    let refused = desk.post(&seen, person, &body).await;
    let expected = outcome.answer();
    assert_eq!(
        (refused.status, refused.code()),
        expected,
        "{event} by {by:?} in {}",
        model.state
    );
    (seen, false)
}

/// The newest certificate of the register.
async fn newest(desk: &Desk) -> Value {
    let register = desk.app.get("/certificates?kind=registration").by(&desk.officer);
    register.expect(200).await.body["items"][0].clone()
}

/// Lives one life; the desk comes back with the days that passed.
async fn live(mut desk: Desk, (machine, before): (&str, &Value), life: &[Step], count: &mut Count) -> Desk {
    let (mut seen, mut model) = begin(&desk, machine, before).await;
    compare(&seen, &model);
    let certificate = if machine == "CERT" {
        newest(&desk).await
    } else {
        Value::Null
    };
    for step in life {
        let (event, by) = match *step {
            Step::Amend | Step::Duplicate | Step::Replace => {
                let is_done = match *step {
                    Step::Amend => amended(&desk, &certificate["number"], &mut model).await,
                    Step::Duplicate => duplicated(&desk, &certificate["id"], &mut model).await,
                    // Of what is not in force there is no number to name.
                    _ if model.state != "licensed" => continue,
                    _ => {
                        replaced(&desk, &seen, &mut model).await;
                        count.replaced += 1;
                        true
                    }
                };
                *(if is_done { &mut count.done } else { &mut count.refused }) += 1;
                seen = desk.read(reader(&desk, &seen), &seen).await;
                compare(&seen, &model);
                continue;
            }
            Step::Wait(days) => {
                desk = desk.later(days).await;
                assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().failed, 0);
                model.days_passed(desk.today());
                seen = desk.read(reader(&desk, &seen), &seen).await;
                count.waited += 1;
                count.enforced += u32::from(model.state == "enforcement");
                compare(&seen, &model);
                continue;
            }
            Step::Take(event) => match model.possible().into_iter().find(|(known, _)| known == event) {
                None => continue,
                Some(possible) => possible,
            },
            Step::GoOn(which) => match model.possible() {
                possible if possible.is_empty() => continue,
                possible => possible[which % possible.len()].clone(),
            },
            Step::Try(which, is_officer) => {
                let events = model.events();
                // What came on paper is the officers' alone.
                let is_officer = is_officer || seen.body["is_paper"] == true;
                let by = if is_officer { Side::Officer } else { Side::Filer };
                (events[which % events.len()].clone(), by)
            }
        };
        let (now, is_done) = attempt(&desk, seen, &mut model, (&event, by)).await;
        seen = now;
        *(if is_done { &mut count.done } else { &mut count.refused }) += 1;
        compare(&desk.read(reader(&desk, &seen), &seen).await, &model);
    }
    let path = format!("/dossiers/{}/events?limit=100", seen.text("/id"));
    let events = desk.app.get(&path).by(reader(&desk, &seen)).expect(200).await;
    let told: Vec<Happened> = events.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let text = |name: &str| item[name].as_str().unwrap().to_owned();
            let due_on = item["due_on"].as_str().map(|day| day.parse().unwrap());
            (text("event"), text("to_state"), item["is_late"] == true, due_on)
        })
        .collect();
    assert_eq!(told, model.history);
    desk
}

#[expect(clippy::print_stdout, reason = "the lives are shown when one of them fails")]
async fn every_life_is_the_models(machine: &str) {
    let mut runner = runner(setting("VPTEX_MODEL_SEED", 1));
    let mut desk = Desk::open().await;
    // A run over midnight would be of two days.
    desk.app.clock.hold();
    let before = before(&desk, machine).await;
    let mut count = Count::default();
    let (_, lives) = LIVES.into_iter().find(|(known, _)| *known == machine).unwrap();
    let lives = setting("VPTEX_DOSSIER_LIVES", lives);
    for case in 0..lives {
        let life = vec(steps(machine), 1..LONGEST);
        let life = life.new_tree(&mut runner).unwrap().current();
        let life = [beginning(machine, case), life].concat();
        println!("{machine}, life {case}: {life:?}");
        desk = live(desk, (machine, &before), &life, &mut count).await;
    }
    let Count {
        done,
        refused,
        waited,
        enforced,
        replaced,
    } = count;
    println!(
        "{done} events done, {refused} refused, {waited} times days passed, {enforced} enforced, {replaced} replaced"
    );
    assert!(done > 0 && refused > 0 && waited > 0, "lives that try nothing");
    // What lives begin with comes round in four.
    if lives >= 4 && ["CERT", "LIC"].contains(&machine) {
        assert!(enforced > 0, "nothing was enforced");
        assert!(machine != "LIC" || replaced > 0, "nothing was replaced");
    }
}

#[actix_web::test]
async fn every_life_of_a_registration_is_the_models() {
    every_life_is_the_models("REG").await;
}

#[actix_web::test]
async fn every_life_of_an_amendment_is_the_models() {
    every_life_is_the_models("AMD").await;
}

#[actix_web::test]
async fn every_life_of_a_licence_is_the_models() {
    every_life_is_the_models("LIC").await;
}

#[actix_web::test]
async fn every_life_of_a_certificate_is_the_models() {
    every_life_is_the_models("CERT").await;
}

#[actix_web::test]
async fn every_life_of_an_approval_is_the_models() {
    every_life_is_the_models("APR").await;
}

#[actix_web::test]
async fn every_life_of_an_opinion_is_the_models() {
    every_life_is_the_models("OPN_POLICY").await;
    every_life_is_the_models("OPN_DECISION").await;
}

#[actix_web::test]
async fn every_life_of_support_is_the_models() {
    every_life_is_the_models("IP_SUPPORT").await;
}
