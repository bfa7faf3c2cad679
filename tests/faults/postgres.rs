//! PostgreSQL is restarted while clients write: they hear success or that it does not work at the moment, the program goes on
//! by itself when the server is back, and everything that was acknowledged is there.

use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::cluster::{Cluster, Stop};
use crate::disk::writes_again;
use crate::invariants;
use crate::kill::at_last;
use crate::ledger::{Ledger, When};
use crate::program::{Place, Program};
use crate::round::{Outcome, Wish};
use crate::web::Web;
use crate::world::World;

/// How long clients write before it stops and after it is back, and how long it is away, in milliseconds.
const BEFORE: (u64, u64) = (200, 1_500);
const AWAY: (u64, u64) = (0, 1_500);
const AFTER: Duration = Duration::from_millis(400);
/// Listings of a round that are searched for, at most.
const SEARCHED: usize = 25;

const STOPS: [Stop; 3] = [Stop::Fast, Stop::Immediate, Stop::Killed];
/// Those that lose what was not flushed.
const ROUGH: [Stop; 2] = [Stop::Immediate, Stop::Killed];
/// A server that acknowledges what it has not written: what the control must find.
const FORGETFUL: [&str; 3] = [
    "synchronous_commit=off",
    "wal_writer_delay=10s",
    "wal_writer_flush_after=1GB",
];

pub fn rounds(wish: &Wish) -> Outcome {
    let name = if wish.control { "postgres, control" } else { "postgres" };
    let settings: &[&str] = if wish.control { &FORGETFUL } else { &[] };
    let mut cluster = match Cluster::made(settings) {
        Ok(cluster) => cluster,
        Err(why) => return Outcome::impossible(name, why),
    };
    let scratch = tempfile::tempdir().unwrap();
    let mut place = Place::new(&scratch.path().join("data"), &scratch.path().join("log"));
    place.database = Some(cluster.url.clone());
    let (mut world, mut program) = World::set_up(place);
    let mut outcome = Outcome::of(name);
    if wish.control {
        control(wish, (&mut world, &mut cluster), program, &mut outcome);
        return outcome;
    }
    let mut all = Ledger::default();
    let mut away = Duration::ZERO;
    for number in 0..wish.rounds {
        let mut chance = Chance::new(wish.seed).part(number as u64);
        world.people.renew(&mut Web::to(program.addr));
        let length = world.place.log_length();
        let how = STOPS[number % STOPS.len()];
        let (mut ledger, restarted) = restarted(&world, &program, (&mut cluster, how), &mut chance);
        outcome.count(&ledger);
        let mut words = format!(
            "{how:?}; {} acknowledged, {} refused, {} without answer",
            ledger.acknowledged.len(),
            ledger.refused,
            ledger.unanswered
        );
        let mut wrong = Vec::new();
        match restarted {
            Ok((gone, healed)) => {
                outcome.took(healed);
                away = away.max(gone + healed);
                words += &format!(
                    "; away for {:.2} s, and a write acknowledged {:.2} s after it was back",
                    gone.as_secs_f64(),
                    healed.as_secs_f64()
                );
            }
            Err(why) => wrong.push(why),
        }
        wrong.extend((!program.is_alive()).then(|| String::from("it ended")));
        if wrong.is_empty() {
            wrong = checked(&world, &program, &mut ledger);
        }
        if !wrong.is_empty() {
            words += &world.place.errors_since(length);
        }
        all.add(ledger.lasting());
        if !outcome.round(&words, wrong) {
            break;
        }
    }
    world.people.renew(&mut Web::to(program.addr));
    let wrong = at_last(&world, program, &mut all);
    outcome
        .violations
        .extend(wrong.into_iter().map(|why| format!("at the end: {why}")));
    outcome.notes.push(format!(
        "the times are from the server taking connections to the next acknowledged write; the longest that nothing was \
         acknowledged, the server's own restart included, was {:.2} s",
        away.as_secs_f64()
    ));
    outcome
}

/// Lets clients write while the server is restarted; gives how long it was away, and after what time a write was acknowledged.
fn restarted(
    world: &World,
    program: &Program,
    (cluster, how): (&mut Cluster, Stop),
    chance: &mut Chance,
) -> (Ledger, Result<(Duration, Duration), String>) {
    world.written_while(&chance.clone(), || {
        std::thread::sleep(Duration::from_millis(chance.between(BEFORE.0, BEFORE.1)));
        let begun = Instant::now();
        cluster.stop(how)?;
        std::thread::sleep(Duration::from_millis(chance.between(AWAY.0, AWAY.1)));
        cluster.start()?;
        let away = begun.elapsed();
        let healed = writes_again(world, program)?;
        std::thread::sleep(AFTER);
        Ok((away, healed))
    })
}

/// What was acknowledged is read, at the program that was there all the time.
fn checked(world: &World, program: &Program, ledger: &mut Ledger) -> Vec<String> {
    let mut web = Web::to(program.addr);
    let mut wrong = ledger.check(world, &mut web, When::Soon);
    wrong.extend(program.until_ready().err());
    wrong.extend(ledger.check_searches(&mut web, SEARCHED));
    wrong.extend(invariants::index(world, program));
    wrong.extend(invariants::database(world));
    wrong
}

/// The same with a server that acknowledges what it has not written, so that the oracle must find losses.
fn control(wish: &Wish, (world, cluster): (&mut World, &mut Cluster), program: Program, outcome: &mut Outcome) {
    let mut running = Some(program);
    let mut lossy = 0;
    for number in 0..wish.rounds {
        let mut chance = Chance::new(wish.seed).part(number as u64);
        let Some(program) = running.take() else { break };
        world.people.renew(&mut Web::to(program.addr));
        // What was before stays: only what is written from now on may be lost.
        invariants::hurry(&world.place, "CHECKPOINT");
        let how = ROUGH[number % ROUGH.len()];
        let (mut ledger, stopped) = world.written_while(&chance.clone(), || {
            std::thread::sleep(Duration::from_millis(chance.between(BEFORE.0, BEFORE.1)));
            cluster.stop(how)
        });
        outcome.count(&ledger);
        // What the program remembers of what was lost goes with it.
        program.kill();
        let started = stopped
            .and_then(|()| cluster.start())
            .and_then(|()| world.place.start());
        let (words, wrong) = match started.and_then(|program| program.until_ready().map(|_| program)) {
            Ok(program) => {
                world.moved_to(&program);
                let found = ledger.check(world, &mut Web::to(program.addr), When::Soon).len();
                running = Some(program);
                lossy += usize::from(found > 0);
                (format!("{found} losses found"), Vec::new())
            }
            Err(why) => (String::from("no start"), vec![why]),
        };
        let words = format!("{how:?}; {} acknowledged; {words}", ledger.acknowledged.len());
        // What was lost is not waited for.
        world.asked.lock().unwrap().clear();
        if !outcome.round(&words, wrong) {
            break;
        }
    }
    if lossy == 0 {
        let why = "the oracle does not notice that acknowledged writes are lost, or none was";
        outcome.violations.push(why.into());
    }
    outcome.notes.push(format!("losses were found in {lossy} rounds"));
}
