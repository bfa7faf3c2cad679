//! The power goes while clients write: what the disk has then is what was flushed, and of the rest any part. The next start on
//! that has every acknowledged write, none half done, and none twice.

use std::fs;

use crate::chance::Chance;
use crate::disk::library;
use crate::image::{self, Disk, Rest};
use crate::kill::{after_start, at_last, killed};
use crate::ledger::{Ledger, When};
use crate::program::{Place, Program};
use crate::round::{Outcome, Wish};
use crate::wal;
use crate::web::Web;
use crate::world::World;

pub fn rounds(wish: &Wish) -> Outcome {
    let name = if wish.control { "power, control" } else { "power" };
    if wish.postgres.is_some() {
        return Outcome::impossible(name, "it watches SQLite's files, so it is for SQLite only");
    }
    let scratch = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(scratch.path()).unwrap();
    let library = match image::can_tell(&root).and_then(|()| library("power", &root)) {
        Ok(library) => library,
        Err(why) => return Outcome::impossible(name, why),
    };
    let disk = Disk {
        root: root.join("data"),
        shadow: root.join("shadow"),
    };
    let mut place = Place::new(&disk.root, &root.join("log"));
    disk.settle();
    place.environment = vec![
        ("LD_PRELOAD".into(), library.display().to_string()),
        ("FAULTS_POWER_ROOT".into(), disk.root.display().to_string()),
        ("FAULTS_POWER_SHADOW".into(), disk.shadow.display().to_string()),
    ];
    if wish.is_strict {
        place.environment.push(("FAULTS_POWER_STRICT".into(), "1".into()));
    }
    if wish.control {
        place.environment.push(("FAULTS_POWER_LYING".into(), "1".into()));
    }
    let (mut world, program) = World::set_up(place);
    let mut running = Some(program);
    let mut outcome = Outcome::of(name);
    let mut all = Ledger::default();
    let (mut unflushed, mut lost, mut lossy) = (0, 0, 0);
    for number in 0..wish.rounds {
        let mut chance = Chance::new(wish.seed).part(number as u64);
        let Some(program) = running.take() else { break };
        world.people.renew(&mut Web::to(program.addr));
        let program = if wish.control { anew(&world, program) } else { program };
        let (mut ledger, mut words) = killed(&world, program, &mut chance);
        outcome.count(&ledger);
        let log = disk.root.join("vptex.sqlite3-wal");
        let before = fs::read(&log).unwrap_or_default();
        let rest = if wish.control { Rest::Nothing } else { Rest::Chance };
        let loss = disk.cut(rest, &mut chance);
        let lacking = wal::lacking(&before, &fs::read(&log).unwrap_or_default());
        (unflushed, lost) = (unflushed + loss.unflushed, lost + loss.lost);
        words += &format!(
            "; of {} files and folders that were not flushed {} are not as they were, {lacking} commits are not in the log",
            loss.unflushed, loss.lost
        );
        let started = world
            .place
            .start()
            .and_then(|program| program.until_ready().map(|_| program));
        let wrong: Vec<String> = match started {
            Ok(program) if wish.control => {
                world.moved_to(&program);
                let found = ledger.check(&world, &mut Web::to(program.addr), When::Soon);
                running = Some(program);
                // What was lost is not waited for.
                world.asked.lock().unwrap().clear();
                lossy += usize::from(!found.is_empty());
                words += &format!("; {} losses found", found.len());
                // The last may be one that nobody was told of.
                let is_missed = found.is_empty() && lacking > 1;
                let why = || String::from("the oracle does not notice that acknowledged writes are lost");
                is_missed.then(why).into_iter().collect()
            }
            Ok(program) => {
                let found = after_start(&world, &program, &mut ledger, number, &mut outcome);
                running = Some(program);
                words += &format!("; {} things read", ledger.entities.len());
                found
            }
            // It starts on whatever disk: of the control, too, that would be no loss found.
            Err(why) => vec![why],
        };
        all.add(ledger.lasting());
        if !outcome.round(&words, wrong) {
            break;
        }
    }
    if wish.control {
        if lossy == 0 {
            outcome
                .violations
                .push("nothing was ever lost, so nothing was tried".into());
        }
        outcome.notes.push(format!("losses were found in {lossy} rounds"));
        return outcome;
    }
    if unflushed == 0 {
        outcome
            .violations
            .push("all was flushed at every moment, which cannot be: nothing was tried".into());
    }
    if let Some(program) = running {
        world.people.renew(&mut Web::to(program.addr));
        let wrong = at_last(&world, program, &mut all);
        outcome
            .violations
            .extend(wrong.into_iter().map(|why| format!("at the end: {why}")));
    }
    outcome.notes.push(format!(
        "of {unflushed} files and folders that were not flushed when the power went, {lost} were not as they had been; the times \
         are from a start to being ready"
    ));
    outcome
}

/// Ended well and started again, so that all from before is in the database itself and only what comes can be lost.
fn anew(world: &World, program: Program) -> Program {
    program.end_well().unwrap();
    let program = world.place.start().unwrap();
    program.until_ready().unwrap();
    world.moved_to(&program);
    program
}
