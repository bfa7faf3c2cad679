//! `kill -9` while clients write of every kind: after each start everything that was acknowledged is there, and nothing is half
//! done.

use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::invariants;
use crate::ledger::{Ledger, When};
use crate::program::{PATIENCE, Place, Program};
use crate::round::{Outcome, Wish};
use crate::wal;
use crate::web::Web;
use crate::world::World;

/// How long clients write before the end, in milliseconds.
const LIFE: (u64, u64) = (200, 3_000);
/// Of a hundred starts so many are cut short, too, after at most so many milliseconds.
const STILLBORN: usize = 20;
const BIRTH: u64 = 1_500;
/// The trail is verified in every so many rounds: that takes as long as the trail.
const TRAIL: usize = 20;
/// Listings of a round that are searched for, at most.
const SEARCHED: usize = 25;

pub fn rounds(wish: &Wish) -> Outcome {
    if wish.control {
        return control(wish);
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut place = Place::new(&scratch.path().join("data"), &scratch.path().join("log"));
    place.database.clone_from(&wish.postgres);
    let (mut world, program) = World::set_up(place);
    let mut running = Some(program);
    let mut outcome = Outcome::of("kill");
    let mut all = Ledger::default();
    for number in 0..wish.rounds {
        let mut chance = Chance::new(wish.seed).part(number as u64);
        let Some(program) = running.take() else { break };
        world.people.renew(&mut Web::to(program.addr));
        let (mut ledger, mut words) = killed(&world, program, &mut chance);
        outcome.count(&ledger);
        if chance.is(STILLBORN) {
            world.place.stillborn(Duration::from_millis(chance.between(0, BIRTH)));
            words += ", and again at the next start";
        }
        let wrong = match world.place.start() {
            Ok(program) => {
                let found = after_start(&world, &program, &mut ledger, number, &mut outcome);
                running = Some(program);
                found
            }
            Err(why) => vec![why],
        };
        words += &format!("; {} things read", ledger.entities.len());
        all.add(ledger.lasting());
        if !outcome.round(&words, wrong) {
            break;
        }
    }
    if let Some(program) = running {
        world.people.renew(&mut Web::to(program.addr));
        let wrong = at_last(&world, program, &mut all);
        outcome
            .violations
            .extend(wrong.into_iter().map(|why| format!("at the end: {why}")));
    }
    outcome.notes.push(format!(
        "{} things were read again at the end; the times are from a start to being ready",
        all.entities.len()
    ));
    outcome
}

/// Lets clients write and kills the program; gives what they know, and the words for it.
pub fn killed(world: &World, program: Program, chance: &mut Chance) -> (Ledger, String) {
    let life = Duration::from_millis(chance.between(LIFE.0, LIFE.1));
    let (ledger, ()) = world.written_while(chance, || {
        std::thread::sleep(life);
        program.kill();
    });
    let words = format!(
        "killed after {:.2} s; {} acknowledged, {} without answer",
        life.as_secs_f64(),
        ledger.acknowledged.len(),
        ledger.unanswered
    );
    (ledger, words)
}

/// The same, and then a loss is made: the oracle must notice each time, or it notices nothing.
fn control(wish: &Wish) -> Outcome {
    if wish.postgres.is_some() {
        return Outcome::impossible(
            "kill, control",
            "it cuts the end off SQLite's log, so it is for SQLite only",
        );
    }
    let scratch = tempfile::tempdir().unwrap();
    let place = Place::new(&scratch.path().join("data"), &scratch.path().join("log"));
    let log = place.data.join("vptex.sqlite3-wal");
    let (mut world, program) = World::set_up(place);
    let mut running = Some(program);
    let mut outcome = Outcome::of("kill, control");
    let mut lost = 0;
    for number in 0..wish.rounds {
        let mut chance = Chance::new(wish.seed).part(number as u64);
        let Some(program) = running.take() else { break };
        world.people.renew(&mut Web::to(program.addr));
        // A start of its own, so that all from before is in the database itself and the log has only what comes.
        program.end_well().unwrap();
        let program = world.place.start().unwrap();
        program.until_ready().unwrap();
        world.moved_to(&program);
        let (mut ledger, mut words) = killed(&world, program, &mut chance);
        outcome.count(&ledger);
        let cut = wal::cut(&log);
        lost += cut;
        // That it is not ready would be no loss found.
        let started = world.place.start();
        let wrong = match started.and_then(|program| program.until_ready().map(|_| program)) {
            Ok(program) => {
                let found = after_start(&world, &program, &mut ledger, number, &mut outcome);
                running = Some(program);
                words += &format!("; {cut} commits were cut off, {} losses found", found.len());
                let is_missed = found.is_empty() && cut > 0;
                is_missed.then(|| String::from("the oracle does not notice that acknowledged writes are lost"))
            }
            Err(why) => Some(why),
        };
        // What was lost is not waited for.
        world.asked.lock().unwrap().clear();
        if !outcome.round(&words, wrong.into_iter().collect()) {
            break;
        }
    }
    if lost == 0 {
        outcome
            .violations
            .push("nothing was ever lost, so nothing was tried".into());
    }
    outcome
}

/// What is wrong after a start.
pub fn after_start(
    world: &World,
    program: &Program,
    ledger: &mut Ledger,
    number: usize,
    outcome: &mut Outcome,
) -> Vec<String> {
    world.moved_to(program);
    match program.until_ready() {
        Ok(time) => outcome.took(time),
        Err(why) => return vec![why],
    }
    let mut web = Web::to(program.addr);
    let mut wrong = ledger.check(world, &mut web, When::Soon);
    // What was asked again may have to be indexed.
    wrong.extend(program.until_ready().err());
    wrong.extend(ledger.check_searches(&mut web, SEARCHED));
    wrong.extend(invariants::database(world));
    if (number + 1).is_multiple_of(TRAIL) {
        wrong.extend(invariants::trail(&world.place));
    }
    wrong
}

/// Everything of all rounds once more, letters included; then what is left behind on the disk.
pub fn at_last(world: &World, program: Program, all: &mut Ledger) -> Vec<String> {
    println!("at the end: reading {} things again", all.entities.len());
    // A letter that was being sent when something befell rests for its lease of ten minutes, and one that could not be sent
    // for one or more: that time is over.
    invariants::hurry(
        &world.place,
        "UPDATE letters SET leased_until = NULL, next_try_at = created_at WHERE state = 'waiting'",
    );
    let mut web = Web::to(program.addr);
    let mut wrong = all.check(world, &mut web, When::AtLast);
    wrong.extend(letters(world));
    wrong.extend(program.until_ready().err());
    wrong.extend(all.check_searches(&mut web, usize::MAX));
    wrong.extend(invariants::index(world, &program));
    wrong.extend(invariants::database(world));
    wrong.extend(program.end_well().err());
    wrong.extend(invariants::trail(&world.place));
    wrong.extend(invariants::files(&world.place));
    // What the collector took away nobody needed.
    match world.place.start() {
        Ok(program) => {
            wrong.extend(program.until_ready().err());
            wrong.extend(all.check(world, &mut Web::to(program.addr), When::AtLast));
            wrong.extend(program.end_well().err());
        }
        Err(why) => wrong.push(why),
    }
    wrong
}

/// Every acknowledged registration leads to a letter.
fn letters(world: &World) -> Vec<String> {
    let (asked, mut mail) = (world.asked.lock().unwrap(), world.mail.lock().unwrap());
    let begun = Instant::now();
    let mut missing: Vec<&String> = asked.iter().collect();
    while !missing.is_empty() && begun.elapsed() < PATIENCE {
        missing.retain(|email| mail.token_for(email).is_none());
        std::thread::sleep(Duration::from_millis(100));
    }
    missing
        .into_iter()
        .map(|email| format!("no letter ever came to {email}"))
        .collect()
}
