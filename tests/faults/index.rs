//! The search index damaged in many ways while the server is stopped: the next start notices, searches answer as before in the
//! end, and never show what is not public.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::damage::{copy, damage};
use crate::ledger::read;
use crate::people::expect;
use crate::program::{PATIENCE, Place, Program};
use crate::round::{Outcome, Wish};
use crate::stories::equipment;
use crate::web::{Ask, Web};
use crate::world::World;

/// Listings that come out, in each of two lots; of the second some go back.
const LOT: u32 = 60;
/// Listings that are drafts or wait.
const UNSEEN: u32 = 20;
/// What the log says when an index was not taken as it is.
const NOTICED: [&str; 3] = [
    "a search index cannot be used",
    "does not fit the outbox",
    "building the search index",
];

/// What searches show, and must not show.
struct Known {
    public: Vec<String>,
    hidden: Vec<String>,
}

pub fn rounds(wish: &Wish) -> Outcome {
    let scratch = tempfile::tempdir().unwrap();
    let place = Place::new(&scratch.path().join("data"), &scratch.path().join("log"));
    let index = place.data.join("index");
    let (older, whole) = (scratch.path().join("older"), scratch.path().join("whole"));
    let (world, mut program) = World::new(place);
    let mut known = Known {
        public: Vec::new(),
        hidden: Vec::new(),
    };
    known.add(&world, &program);
    program.until_ready().unwrap();
    program.end_well().unwrap();
    copy(&index, &older);
    program = world.place.start().unwrap();
    world.moved_to(&program);
    let first = known.public.clone();
    known.add(&world, &program);
    known.withdraw(&world, &program, &first);
    program.until_ready().unwrap();
    let before = known.answers(&program);
    program.end_well().unwrap();
    copy(&index, &whole);

    let mut outcome = Outcome::of("index");
    let (mut noticed, mut harmless) = (0, Vec::new());
    let chance = Chance::new(wish.seed);
    for number in 0..wish.rounds {
        let mut chance = chance.part(number as u64);
        std::fs::remove_dir_all(&index).unwrap_or_default();
        copy(&whole, &index);
        let done = damage(&index, &older, &mut chance);
        let length = world.place.log_length();
        let mut wrong = Vec::new();
        match world.place.start() {
            Ok(program) => {
                wrong.extend(known.never_shown(&program));
                match program.until_ready() {
                    Ok(time) => outcome.took(time),
                    Err(why) => wrong.push(why),
                }
                let after = known.answers(&program);
                wrong.extend((after != before).then(|| differing(&before, &after)));
                wrong.extend(program.end_well().err());
            }
            Err(why) => wrong.push(why),
        }
        let said = world.place.log_since(length);
        let is_noticed = NOTICED.iter().any(|words| said.contains(words));
        noticed += usize::from(is_noticed);
        if !is_noticed {
            harmless.push(done.words.clone());
            wrong.extend(done.must_be_noticed.then(|| String::from("nobody noticed")));
        }
        let words = format!(
            "{}: {}",
            done.words,
            if is_noticed { "built anew" } else { "taken as it is" }
        );
        if !outcome.round(&words, wrong) {
            break;
        }
    }
    outcome.notes.push(format!(
        "{noticed} of {} damages led to an index that was built anew; all other answers were right, too: {}",
        outcome.rounds,
        harmless.join("; ")
    ));
    outcome
        .notes
        .push("the times are from a start to being ready with everything searchable".into());
    outcome
}

fn differing(before: &[Value], after: &[Value]) -> String {
    let differs = before.iter().zip(after).find(|(before, after)| before != after);
    let (before, after) = differs.unwrap_or((&Value::Null, &Value::Null));
    format!("an answer is another than before: {after} instead of {before}")
}

impl Known {
    /// Has listings come out, and leaves others as drafts or waiting.
    fn add(&mut self, world: &World, program: &Program) {
        let mut web = Web::to(program.addr);
        let (owner, officer) = (&world.people.owner.token, &world.people.officer.token);
        for number in 0..LOT + UNSEEN {
            let word = format!("KX{}", world.number());
            let create = Ask::post("/listings")
                .json(&equipment(&format!("Máy sấy {word}")))
                .by(owner);
            let id = expect(&mut web, &create, 201).text("/id");
            if number >= LOT {
                self.hidden.push(word);
                if number % 2 == 0 {
                    continue;
                }
            } else {
                self.public.push(word);
            }
            let path = format!("/listings/{id}");
            let sent = expect(&mut web, &Ask::post(format!("{path}/submission")).by(owner), 200);
            if number < LOT {
                let approve = Ask::post(format!("{path}/approval"))
                    .by(officer)
                    .of_version(sent.version());
                expect(&mut web, &approve, 200);
            }
        }
    }

    /// Takes back every third of these.
    fn withdraw(&mut self, world: &World, program: &Program, words: &[String]) {
        program.until_ready().unwrap();
        let mut web = Web::to(program.addr);
        for word in words.iter().step_by(3) {
            let found = expect(&mut web, &asking(word), 200);
            let path = format!("/listings/{}/submission", found.text("/items/0/id"));
            expect(&mut web, &Ask::new("DELETE", path).by(&world.people.owner.token), 200);
            self.public.retain(|known| known != word);
            self.hidden.push(word.clone());
        }
    }

    /// What is answered to all that may be asked: how many, and which in which order.
    fn answers(&self, program: &Program) -> Vec<Value> {
        let mut web = Web::to(program.addr);
        let words = self.public.iter().chain(&self.hidden).map(|word| asking(word));
        let others = [
            "/search?q=may+say&limit=100",
            "/search?limit=100",
            "/search?q=lua&sort=newest&limit=100",
        ];
        let asks = words.chain(others.iter().map(Ask::get));
        asks.map(|ask| match read(&mut web, &ask) {
            Ok(reply) => {
                let ids: Vec<Value> = reply
                    .at("/items")
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|item| item["id"].clone())
                    .collect();
                json!({"asked": ask.name(), "status": reply.status, "total": reply.at("/total"), "ids": ids})
            }
            Err(why) => json!({"asked": ask.name(), "why": why}),
        })
        .collect()
    }

    /// From the first moment on, whether or not there is an index by then: searches are refused, or show nothing of it.
    fn never_shown(&self, program: &Program) -> Vec<String> {
        let mut web = Web::to(program.addr);
        let begun = Instant::now();
        let mut wrong = Vec::new();
        loop {
            let is_ready = web
                .read(&Ask::root("GET", "/readyz"))
                .is_ok_and(|reply| reply.status == 200);
            for word in &self.hidden {
                match web.read(&asking(word)) {
                    Ok(reply) if reply.status == 200 && !reply.at("/items/0").is_null() => {
                        wrong.push(format!("{word} is shown and is not public"));
                    }
                    Ok(reply) if matches!(reply.status, 200 | 503) => {}
                    Ok(reply) => wrong.push(format!("a search: {}", reply.in_words())),
                    Err(lost) => wrong.push(format!("a search: {lost:?}")),
                }
            }
            if is_ready || !wrong.is_empty() || begun.elapsed() > PATIENCE {
                return wrong;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn asking(word: &str) -> Ask {
    Ask::get(format!("/search?verbatim=true&limit=5&q={word}"))
}
