//! Named places in the program (`sites`), at each of which it panics, answers an error, sleeps or aborts, while clients write:
//! whatever it was between, the next start has everything that was acknowledged, whole.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::commands::{self, Ways};
use crate::disk::writes_again;
use crate::invariants;
use crate::kill::at_last;
use crate::ledger::{Entity, Ledger, When};
use crate::merging::{self, Leaving};
use crate::program::{Place, Program};
use crate::round::{Outcome, Wish};
use crate::sites::{By, SITES, Site};
use crate::stories::equipment;
use crate::web::{Ask, Web};
use crate::world::World;

/// How long the program may take to come by a place, and how long clients go on after that.
const REACH: Duration = Duration::from_secs(150);
const AROUND: Duration = Duration::from_millis(300);
const PAUSE: Duration = Duration::from_millis(20);
/// How long a program that panicked may take to write again, or to say that it cannot.
const ADMITS: Duration = Duration::from_secs(60);
/// Listings of a round that are searched for, at most; and in which rounds the trail is verified.
const SEARCHED: usize = 15;
const TRAIL: usize = 20;
/// Listings of an enterprise of which a job brings the last: more than one unit of work takes.
const MANY: u64 = 230;
/// Commits of a start and a little more.
const START: usize = 40;
/// A place that is in no program: the control must not reach it.
const NOWHERE: Site = Site {
    name: "no.such.place",
    by: By::Listing,
    fails: true,
    is_sqlites: false,
};
/// Where commits are left out and success is told: the control must find what is lost by it.
const FORGOTTEN: Site = Site {
    name: "store.commit.forgotten",
    by: By::Anybody,
    ..NOWHERE
};

/// What befalls at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Panic,
    Error,
    Sleep,
    Abort,
    /// Success is told of what is not done: of the control only.
    Forget,
}

const ACTIONS: [Action; 4] = [Action::Panic, Action::Error, Action::Sleep, Action::Abort];

/// As many rounds as there are places and actions; where an error cannot be answered there is one fewer.
pub const ALL: usize = SITES.len() * ACTIONS.len();

impl Action {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Error => "error",
            Self::Sleep => "sleep",
            Self::Abort => "abort",
            Self::Forget => "forget",
        }
    }

    /// How often it befalls before the place is as any other again.
    fn times(self) -> usize {
        match self {
            Self::Panic => 2,
            Self::Error => 3,
            Self::Sleep => 5,
            Self::Abort => 1,
            // Some of them are of nobody's request.
            Self::Forget => 30,
        }
    }
}

/// What befalls where.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub site: Site,
    pub action: Action,
}

impl Cell {
    /// As the environment says it: after the place was passed so often.
    pub fn order(self, passed: usize) -> (String, String) {
        let Self { site, action } = self;
        let (times, word) = (action.times(), action.as_str());
        let order = format!("{}={passed}*off->{times}*return({word})", site.name);
        (String::from("FAILPOINTS"), order)
    }

    /// How often it befell, as the program told.
    pub fn count(self, said: &str) -> usize {
        let told = format!("failpoint {} {}", self.site.name, self.action.as_str());
        said.lines().filter(|line| line.ends_with(&told)).count()
    }
}

/// How often each was reached, and what was wrong then.
type Coverage = BTreeMap<(&'static str, Action), (usize, usize)>;

pub fn rounds(wish: &Wish) -> Outcome {
    if !cfg!(feature = "failpoints") {
        return Outcome::impossible(
            "points",
            "the program was built without its failpoints; scripts/faults points builds it with them",
        );
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut place = Place::new(&scratch.path().join("data"), &scratch.path().join("log"));
    place.database.clone_from(&wish.postgres);
    let (mut world, program) = World::set_up(place);
    let mut running = Some(program);
    let mut outcome = Outcome::of(if wish.control { "points, control" } else { "points" });
    let mut all = Ledger::default();
    let mut coverage = Coverage::new();
    let mut ways = Ways::beside(scratch.path());
    let cells = if wish.control { CONTROL.to_vec() } else { cells(wish) };
    for (number, cell) in cells.into_iter().enumerate() {
        let mut chance = Chance::new(wish.seed).part(number as u64);
        let Some(program) = running.take() else { break };
        world.people.renew(&mut Web::to(program.addr));
        let tried = if ways.is_command(cell.site.by) {
            let tried = by_command(&world, &program, &chance, &mut ways, cell);
            running = Some(program);
            tried
        } else {
            let (tried, next) = by_server(&mut world, program, &mut chance, cell, &mut outcome);
            running = next;
            tried
        };
        let Tried {
            mut ledger,
            reached,
            mut wrong,
        } = tried;
        outcome.count(&ledger);
        let is_nowhere = cell.site.name == NOWHERE.name;
        match &running {
            Some(program) if cell.action == Action::Forget => {
                wrong.extend(is_noticed(&world, program, &mut ledger));
            }
            Some(program) => wrong.extend(read_back(&world, program, &mut ledger, number)),
            None => {}
        }
        if reached == 0 && !is_nowhere {
            wrong.push("it was never reached".into());
        } else if reached > 0 && is_nowhere {
            wrong.push("a place that is nowhere was reached".into());
        }
        let words = format!(
            "{} {}: reached {reached} times; {} acknowledged, {} refused, {} without answer",
            cell.site.name,
            cell.action.as_str(),
            ledger.acknowledged.len(),
            ledger.refused,
            ledger.unanswered
        );
        coverage.insert((cell.site.name, cell.action), (reached, wrong.len()));
        all.add(ledger.lasting());
        if !outcome.round(&words, wrong) {
            break;
        }
    }
    // Of the control what was forgotten is missing.
    if let Some(program) = running.filter(|_| !wish.control) {
        world.people.renew(&mut Web::to(program.addr));
        let wrong = at_last(&world, program, &mut all);
        outcome
            .violations
            .extend(wrong.into_iter().map(|why| format!("at the end: {why}")));
    }
    if !wish.control {
        report(&coverage, wish, &mut outcome);
    }
    outcome.notes.push("the times are from a start to being ready".into());
    outcome
}

/// What must not be reached, and what must be noticed.
const CONTROL: [Cell; 2] = [
    Cell {
        site: NOWHERE,
        action: Action::Error,
    },
    Cell {
        site: FORGOTTEN,
        action: Action::Forget,
    },
];

/// Whether what is read tells that acknowledged writes were forgotten; what clients stumbled over meanwhile counts for nothing.
fn is_noticed(world: &World, program: &Program, ledger: &mut Ledger) -> Option<String> {
    let mut web = Web::to(program.addr);
    let check = |entity: &mut Entity| entity.check(world, &mut web, When::Soon).err();
    let lost = ledger.entities.iter_mut().filter_map(check).count();
    println!("points, control: {lost} losses found");
    (lost == 0).then(|| String::from("the oracle does not notice that acknowledged writes are lost"))
}

/// What is tried, in an order in which the first rounds come by every place, each with another action.
fn cells(wish: &Wish) -> Vec<Cell> {
    let first = wish.seed as usize;
    let turns = (0..ACTIONS.len()).flat_map(|turn| SITES.iter().enumerate().map(move |(at, site)| (turn, at, *site)));
    let cells = turns.map(|(turn, at, site)| Cell {
        site,
        action: ACTIONS[(at + turn + first) % ACTIONS.len()],
    });
    let may_be = |cell: &Cell| is_here(&cell.site, wish) && (cell.site.fails || cell.action != Action::Error);
    cells.filter(may_be).take(wish.rounds).collect()
}

/// Whether a place can be come by: of PostgreSQL's there is one database only, and that is not empty.
fn is_here(site: &Site, wish: &Wish) -> bool {
    let needs_sqlite = site.is_sqlites || matches!(site.by, By::Migrate | By::Restore);
    wish.postgres.is_none() || !needs_sqlite
}

/// What came of one.
struct Tried {
    ledger: Ledger,
    reached: usize,
    wrong: Vec<String>,
}

/// Ends the server, starts it anew with what is to befall while clients write, ends it again, and starts it as it always is;
/// nothing where that does not start.
fn by_server(
    world: &mut World,
    program: Program,
    chance: &mut Chance,
    cell: Cell,
    outcome: &mut Outcome,
) -> (Tried, Option<Program>) {
    let leaving = match cell.site.by {
        By::Merger => Some(merging::prepared(world, &mut Web::to(program.addr), 0)),
        By::LargeMerger => Some(merging::prepared(world, &mut Web::to(program.addr), MANY)),
        _ => None,
    };
    let buyer = (cell.site.by == By::Inquiry).then(|| merging::newcomer(world, &mut Web::to(program.addr)));
    world.buyer = buyer.map(|(_, token)| token);
    program.kill();
    if cell.site.by == By::NoIndex {
        std::fs::remove_dir_all(world.place.data.join("index")).unwrap();
    }
    let passed = match (cell.site.by, cell.action) {
        // A start commits, too, and what it forgot is nobody's loss.
        (_, Action::Forget) => START,
        (By::Anybody, _) => chance.below(12),
        _ => 0,
    };
    world.place.environment = vec![cell.order(passed)];
    world.mostly = Some(cell.site.by);
    // An enterprise of many listings is not merged into one that is loading a file.
    world.has_imports = cell.site.by != By::LargeMerger;
    world.is_panicking = cell.action == Action::Panic;
    let length = world.place.log_length();
    let started = world.place.start();
    world.place.environment.clear();
    let mut tried = Tried {
        ledger: Ledger::default(),
        reached: 0,
        wrong: Vec::new(),
    };
    match started {
        Ok(program) => {
            world.moved_to(&program);
            tried.ledger = meanwhile(world, &program, chance, (cell, length), leaving.as_ref());
            tried.wrong = afterwards(world, program, (cell, length));
        }
        // It may come by the place before it listens, and then what ends a process ends its start.
        Err(_befell)
            if matches!(cell.action, Action::Panic | Action::Abort)
                && cell.count(&world.place.log_since(length)) > 0 => {}
        Err(why) => tried.wrong.push(why),
    }
    world.mostly = None;
    world.has_imports = true;
    world.is_panicking = false;
    tried.reached = cell.count(&world.place.log_since(length));
    if cell.site.name == "asks.taken" && cell.action == Action::Panic {
        // An ask over which the program panics is given up, since it would panic over it for ever; whoever asked hears nothing
        // and asks again.
        world.asked.lock().unwrap().clear();
    }
    match world.place.start() {
        Ok(program) => {
            world.moved_to(&program);
            let mut web = Web::to(program.addr);
            match program.until_ready() {
                Ok(time) => outcome.took(time),
                Err(why) => tried.wrong.push(why),
            }
            tried
                .wrong
                .extend(leaving.iter().flat_map(|leaving| leaving.check(world, &mut web)));
            (tried, Some(program))
        }
        Err(why) => {
            tried.wrong.push(why);
            (tried, None)
        }
    }
}

/// Lets clients write until the program came by the place, and a moment longer.
fn meanwhile(
    world: &World,
    program: &Program,
    chance: &Chance,
    (cell, length): (Cell, u64),
    leaving: Option<&Leaving>,
) -> Ledger {
    let begun = Instant::now();
    let reach = if cell.site.name == NOWHERE.name {
        AROUND * 10
    } else {
        REACH
    };
    let (ledger, ()) = world.written_while(chance, || {
        let mut web = Web::to(program.addr);
        while cell.count(&world.place.log_since(length)) == 0 && begun.elapsed() < reach && program.is_there() {
            let merged = leaving.and_then(|leaving| leaving.merge(world, &mut web));
            std::thread::sleep(if merged.is_some() { PAUSE * 5 } else { PAUSE });
        }
        std::thread::sleep(AROUND);
    });
    ledger
}

/// What is wrong with a program after something befell it; ends it.
fn afterwards(world: &World, mut program: Program, (cell, length): (Cell, u64)) -> Vec<String> {
    let reached = cell.count(&world.place.log_since(length));
    if cell.action == Action::Abort && reached > 0 {
        return match program.ended() {
            Ok((status, _)) if status.signal() == Some(6) => Vec::new(),
            Ok((status, _)) => vec![format!("it was to abort and ended with {status}")],
            Err(why) => vec![why],
        };
    }
    if !program.is_alive() {
        return vec![format!("it ended: {}", world.place.errors_since(length))];
    }
    let wrong = match cell.action {
        Action::Panic => admits(world, &program),
        // It says that it does, and does not know better.
        Action::Forget => None,
        _ => writes_again(world, &program).err(),
    };
    program.kill();
    wrong.into_iter().collect()
}

/// A program that panicked writes again, or says that it is not well, so that somebody starts it anew.
fn admits(world: &World, program: &Program) -> Option<String> {
    let begun = Instant::now();
    let number = world.number();
    let write = Ask::post("/listings")
        .json(&equipment(&format!("Máy sấy KX{number}")))
        .under(format!("admits-{number}"))
        .by(&world.people.owner.token);
    let mut said = String::new();
    while begun.elapsed() < ADMITS {
        let mut web = Web::to(program.addr);
        match web.send(&write) {
            Ok(reply) if reply.is_done() => return None,
            Ok(reply) => said = reply.in_words(),
            Err(lost) => said = format!("{lost:?}"),
        }
        if web
            .read(&Ask::root("GET", "/readyz"))
            .is_ok_and(|reply| reply.status != 200)
        {
            return None;
        }
        std::thread::sleep(PAUSE);
    }
    Some(format!(
        "it neither writes after a panic nor says that it is not ready: {said}"
    ))
}

/// Runs a command at which it befalls, beside a server that clients write to; then the same command as it always is.
fn by_command(world: &World, program: &Program, chance: &Chance, ways: &mut Ways, cell: Cell) -> Tried {
    world.moved_to(program);
    let (ledger, (reached, wrong)) = world.written_while(chance, || {
        std::thread::sleep(AROUND);
        commands::tried(world, ways, cell)
    });
    Tried { ledger, reached, wrong }
}

/// What is wrong with what clients were told, at a server that nothing befalls.
fn read_back(world: &World, program: &Program, ledger: &mut Ledger, number: usize) -> Vec<String> {
    let mut web = Web::to(program.addr);
    let mut wrong = ledger.check(world, &mut web, When::Soon);
    wrong.extend(program.until_ready().err());
    wrong.extend(ledger.check_searches(&mut web, SEARCHED));
    wrong.extend(invariants::database(world));
    if (number + 1).is_multiple_of(TRAIL) {
        wrong.extend(invariants::trail(&world.place));
    }
    wrong
}

/// A row for each place: how often it was reached with each action, and what was violated then.
fn report(coverage: &Coverage, wish: &Wish, outcome: &mut Outcome) {
    println!("\n| place | panic | error | sleep | abort |");
    println!("|---|---|---|---|---|");
    let (mut visited, mut possible) = (0, 0);
    for site in SITES.iter().filter(|site| is_here(site, wish)) {
        let told = ACTIONS.map(|action| {
            if action == Action::Error && !site.fails {
                return String::from("none");
            }
            possible += 1;
            match coverage.get(&(site.name, action)) {
                None => String::from("not tried"),
                Some((reached, violated)) => {
                    visited += usize::from(*reached > 0);
                    let also = if *violated > 0 {
                        format!(", {violated} VIOLATIONS")
                    } else {
                        String::new()
                    };
                    format!("{reached}{also}")
                }
            }
        });
        println!("| `{}` | {} |", site.name, told.join(" | "));
    }
    outcome.notes.push(format!(
        "{visited} of {possible} pairs of a place and what can befall there were reached"
    ));
}
