//! The search index damaged in many ways while the server is stopped: the next start notices, searches answer as before in the
//! end, and never show what is not public.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::damage::{copy, damage};
use crate::ledger::read;
use crate::people::{approval, expect};
use crate::program::{PATIENCE, Place, Program};
use crate::round::{Outcome, Wish};
use crate::stories::equipment;
use crate::web::{Ask, Web};
use crate::world::World;

/// Listings that come out, in each of two lots; of the second some go back.
const LOT: u32 = 60;
/// Listings that are drafts or wait.
const UNSEEN: u32 = 20;
/// How long what the program said last may be on its way to the log.
const SAID: Duration = Duration::from_secs(1);
/// What the log says when an index was not taken as it is.
const NOTICED: [&str; 3] = [
    "a search index cannot be used",
    "does not fit the outbox",
    "building the search index",
];

/// What searches show, and must not show.
struct Known {
    /// Words and identifiers of what is public.
    public: Vec<(String, String)>,
    /// Words of what is not.
    hidden: Vec<String>,
    /// Identifiers of that.
    unseen: HashSet<String>,
}

pub fn rounds(wish: &Wish) -> Outcome {
    let scratch = tempfile::tempdir().unwrap();
    let place = Place::new(&scratch.path().join("data"), &scratch.path().join("log"));
    let index = place.data.join("index");
    let (older, whole) = (scratch.path().join("older"), scratch.path().join("whole"));
    let (world, mut program) = World::set_up(place);
    let mut known = Known {
        public: Vec::new(),
        hidden: Vec::new(),
        unseen: HashSet::new(),
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
        let is_noticed = is_noticed(&world.place, length);
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

/// Whether the log says so since it was so long.
fn is_noticed(place: &Place, length: u64) -> bool {
    let begun = Instant::now();
    loop {
        let said = place.log_since(length);
        if NOTICED.iter().any(|words| said.contains(words)) {
            return true;
        }
        if begun.elapsed() > SAID {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
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
                self.unseen.insert(id.clone());
                if number % 2 == 0 {
                    continue;
                }
            } else {
                self.public.push((word, id.clone()));
            }
            let path = format!("/listings/{id}");
            let sent = expect(&mut web, &Ask::post(format!("{path}/submission")).by(owner), 200);
            if number < LOT {
                let approve = approval(&path).by(officer).of_version(sent.version());
                expect(&mut web, &approve, 200);
            }
        }
    }

    /// Takes back every third of these.
    fn withdraw(&mut self, world: &World, program: &Program, listings: &[(String, String)]) {
        program.until_ready().unwrap();
        let mut web = Web::to(program.addr);
        for (word, id) in listings.iter().step_by(3) {
            let path = format!("/listings/{id}/submission");
            let take_back = Ask::new("DELETE", path).by(&world.people.owner.token);
            expect(&mut web, &take_back, 200);
            self.unseen.insert(id.clone());
            self.public.retain(|(known, _)| known != word);
            self.hidden.push(word.clone());
        }
    }

    /// What is answered to all that may be asked: how many, and which.
    fn answers(&self, program: &Program) -> Vec<Value> {
        let mut web = Web::to(program.addr);
        let public = self.public.iter().map(|(word, _)| word);
        let words = public.chain(&self.hidden).map(|word| asking(word));
        let others = [
            "/search?q=may+say&limit=100",
            "/search?limit=100",
            "/search?q=lua&sort=newest&limit=100",
        ];
        let asks = words.chain(others.iter().map(Ask::get));
        asks.map(|ask| match read(&mut web, &ask) {
            Ok(reply) => {
                let mut ids: Vec<Value> = reply
                    .at("/items")
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|item| item["id"].clone())
                    .collect();
                ids.sort_by_key(ToString::to_string);
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
            let words = self.hidden.iter().map(|word| asking(word));
            for ask in words.chain([Ask::get("/search?limit=100"), Ask::get("/search/all?q=may+say")]) {
                match web.read(&ask) {
                    Ok(reply) if reply.status == 200 => {
                        let shown = String::from_utf8_lossy(&reply.bytes).into_owned();
                        let unseen = self.unseen.iter().filter(|id| shown.contains(id.as_str()));
                        wrong.extend(unseen.map(|id| format!("{} shows {id}, which is not public", ask.name())));
                    }
                    Ok(reply) if reply.is_of_the_moment() => {}
                    Ok(reply) => wrong.push(format!("{}: {}", ask.name(), reply.in_words())),
                    Err(lost) => wrong.push(format!("{}: {lost:?}", ask.name())),
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
