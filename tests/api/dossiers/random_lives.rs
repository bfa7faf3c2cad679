//! Random lives of registrations over HTTP, against a model that knows nothing of the program: whatever is tried, by whichever
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
use super::model::{Dossier, Happened, Outcome, Side};
use crate::harness::Reply;
use crate::model::{runner, setting};

/// The procedure of which the table has every event.
const MACHINE: &str = "REG";

/// Lives in a run of the whole suite.
const LIVES: u32 = 24;

/// Steps of one life at the most.
const LONGEST: usize = 14;

/// What somebody tries, or what happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// One of the events that are possible, by whom it is for.
    GoOn(usize),
    /// Any event of the procedure, by anybody.
    Try(usize, bool),
    /// Days pass.
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => any::<usize>().prop_map(Step::GoOn),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(event, is_officer)| Step::Try(event, is_officer)),
        1 => (1_i64..12).prop_map(Step::Wait),
    ]
}

#[derive(Default)]
struct Count {
    done: u32,
    refused: u32,
    waited: u32,
}

fn new(desk: &Desk) -> Value {
    let mut text = content(&desk.tax_code);
    // However long the lives before took.
    text["contract"]["ends_on"] = json!(desk.today().checked_add(5.years()).unwrap());
    json!({"procedure": MACHINE, "content": text})
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
    let refused = desk.post(&seen, person, &json!({"event": event, "note": "Thử"})).await;
    let expected = match outcome {
        Outcome::Unseen => (404, "not_found"),
        Outcome::WrongSide => (403, "forbidden"),
        _ => (409, "dossier_wrong_state"),
    };
    assert_eq!(
        (refused.status, refused.code()),
        expected,
        "{event} by {by:?} in {}",
        model.state
    );
    (seen, false)
}

/// Lives one life; the desk comes back with the days that passed.
async fn live(mut desk: Desk, life: &[Step], count: &mut Count) -> Desk {
    let mut seen = desk.begin(&desk.owner, &new(&desk)).await;
    let mut model = Dossier::new(MACHINE);
    for step in life {
        let (event, by) = match *step {
            Step::Wait(days) => {
                desk = desk.later(days).await;
                assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().failed, 0);
                model.days_passed(desk.today());
                seen = desk.read(&desk.owner, &seen).await;
                count.waited += 1;
                compare(&seen, &model);
                continue;
            }
            Step::GoOn(which) => match model.possible() {
                possible if possible.is_empty() => continue,
                possible => possible[which % possible.len()].clone(),
            },
            Step::Try(which, is_officer) => {
                let events = model.events();
                let by = if is_officer { Side::Officer } else { Side::Filer };
                (events[which % events.len()].clone(), by)
            }
        };
        let (now, is_done) = attempt(&desk, seen, &mut model, (&event, by)).await;
        seen = now;
        *(if is_done { &mut count.done } else { &mut count.refused }) += 1;
        compare(&desk.read(&desk.owner, &seen).await, &model);
    }
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let events = desk.app.get(&path).by(&desk.owner).expect(200).await;
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

#[actix_web::test]
async fn every_life_of_a_dossier_is_the_models() {
    let mut runner = runner(setting("VPTEX_MODEL_SEED", 1));
    let mut desk = Desk::open().await;
    // A run over midnight would be of two days.
    desk.app.clock.hold();
    let mut count = Count::default();
    for case in 0..setting("VPTEX_DOSSIER_LIVES", LIVES) {
        let life = vec(steps(), 1..LONGEST).new_tree(&mut runner).unwrap().current();
        println!("life {case}: {life:?}");
        desk = live(desk, &life, &mut count).await;
    }
    let Count { done, refused, waited } = count;
    println!("{done} events done, {refused} refused, {waited} times days passed");
    assert!(done > 0 && refused > 0 && waited > 0, "lives that try nothing");
}
