//! The fault harness behind `docs/faults.md`: `scripts/faults [FAULT|all]`.
//!
//! Each fault befalls the real program, in a process and a scratch folder of its own, while clients use it. What clients were
//! told is held against what is there afterwards. The seed chooses what is done and when; what threads and disks make of it
//! differs from run to run. Ends with 0 when nothing was violated, 1 when something was, 2 when a fault could not be tried,
//! 3 when all was tried but for what needs the right to mount a disk.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a harness: it stops at its own mistakes and prints"
)]

mod chance;
mod clock;
mod cluster;
mod commands;
mod counter;
mod damage;
mod dealings;
mod disk;
mod image;
mod import;
mod index;
mod invariants;
mod kill;
mod ledger;
mod mail;
mod merging;
mod nodes;
mod people;
mod points;
mod postgres;
mod power;
mod program;
mod proxy;
#[path = "../support/registration.rs"]
mod registration;
mod round;
mod sites;
mod stories;
#[path = "../support/tax_codes.rs"]
mod tax_codes;
mod term;
mod wal;
mod web;
#[path = "../support/wire.rs"]
mod wire;
mod world;
mod writer;

use std::process::ExitCode;

use round::{Outcome, Wish};

type Fault = (&'static str, usize, fn(&Wish) -> Outcome);

/// Faults, how many rounds there are of each when nobody says, and what befalls.
const FAULTS: [Fault; 10] = [
    ("kill", 20, kill::rounds),
    ("term", 20, term::rounds),
    ("index", 40, index::rounds),
    ("disk", 12, disk::rounds),
    ("clock", 40, clock::rounds),
    ("nodes", 12, nodes::rounds),
    ("postgres", 9, postgres::rounds),
    ("power", 20, power::rounds),
    ("import", 12, import::rounds),
    ("points", points::ALL, points::rounds),
];

const USAGE: &str = "faults [kill|term|index|disk|clock|nodes|postgres|power|import|points|all] [--seed N] [--rounds N] \
                     [--rows N] [--control] [--strict] [--postgres URL]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let Some((names, wish)) = understood(&arguments) else {
        println!("usage: {USAGE}");
        return ExitCode::from(2);
    };
    let mut outcomes = Vec::new();
    for (name, usual, befall) in FAULTS.iter().filter(|(name, ..)| names == "all" || names == *name) {
        let wish = Wish {
            rounds: if wish.rounds == 0 { *usual } else { wish.rounds },
            ..wish.clone()
        };
        println!("\n{name}: {} rounds, seed {}", wish.rounds, wish.seed);
        let mut outcome = befall(&wish);
        outcome.tell(&wish);
        outcomes.push(outcome);
    }
    let is_well = outcomes.iter().all(Outcome::is_well);
    let is_whole = outcomes.iter().all(Outcome::is_whole);
    println!(
        "\n{}",
        if is_well {
            "nothing was violated"
        } else {
            "VIOLATED; the same again:"
        }
    );
    if !is_well {
        let how = [(wish.control, " --control"), (wish.is_strict, " --strict")];
        let how: String = how.iter().filter(|(is_so, _)| *is_so).map(|(_, word)| *word).collect();
        println!(
            "  scripts/faults {names} --seed {} --rounds {}{how}",
            wish.seed, wish.rounds
        );
        return ExitCode::from(1);
    }
    let is_allowed = outcomes.iter().all(Outcome::is_allowed);
    ExitCode::from(match (is_whole, is_allowed) {
        (true, true) => 0,
        (true, false) => 3,
        (false, _) => 2,
    })
}

/// Which faults, and what was wished for; nothing where it is not understood.
fn understood(arguments: &[String]) -> Option<(String, Wish)> {
    let mut names = String::from("all");
    let mut wish = Wish {
        seed: 1,
        rounds: 0,
        postgres: None,
        control: false,
        rows: import::ROWS,
        is_strict: false,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => wish.seed = words.next()?.parse().ok()?,
            "--rounds" => wish.rounds = words.next()?.parse().ok().filter(|rounds| *rounds > 0)?,
            "--rows" => {
                wish.rows = words
                    .next()?
                    .parse()
                    .ok()
                    .filter(|rows| import::CAN_HAVE.contains(rows))?
            }
            "--control" => wish.control = true,
            "--strict" => wish.is_strict = true,
            "--postgres" => wish.postgres = Some(words.next()?.clone()),
            name if name == "all" || FAULTS.iter().any(|(known, ..)| *known == name) => name.clone_into(&mut names),
            _ => return None,
        }
    }
    Some((names, wish))
}
