//! Three nodes on one PostgreSQL, of which one at a time is killed, halted, or cut off from the database while clients write at
//! all of them: the others serve, and in the end there is one exchange, the same at every node.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::chance::Chance;
use crate::invariants;
use crate::ledger::{Ledger, When, read};
use crate::program::{PATIENCE, Place, Program};
use crate::proxy::Proxy;
use crate::round::{Outcome, Wish};
use crate::stories::equipment;
use crate::web::{Ask, Web};
use crate::world::World;

/// How long one is away, in milliseconds, and how long clients write before that and after.
const AWAY: (u64, u64) = (500, 4_000);
const AROUND: Duration = Duration::from_millis(400);
const PAUSE: Duration = Duration::from_millis(25);

#[derive(Clone, Copy, Debug)]
enum Loss {
    /// SIGKILL, and started again.
    Killed,
    /// SIGSTOP, and SIGCONT.
    Halted,
    /// Its connections to the database are ended and none is taken.
    CutOff,
    /// Nothing comes through to the database or back.
    Stalled,
}

const LOSSES: [Loss; 4] = [Loss::Killed, Loss::Halted, Loss::CutOff, Loss::Stalled];

struct Node {
    place: Place,
    way: Proxy,
    /// Nothing while it is started anew.
    program: Option<Program>,
}

impl Node {
    fn program(&self) -> &Program {
        self.program.as_ref().unwrap()
    }
}

pub fn rounds(wish: &Wish) -> Outcome {
    let Some(url) = &wish.postgres else {
        return Outcome::impossible(
            "nodes",
            "they need --postgres with an empty database; scripts/faults brings one",
        );
    };
    let scratch = tempfile::tempdir().unwrap();
    let (mut world, mut nodes) = set_up(scratch.path(), url);
    let mut outcome = Outcome::of("nodes");
    let mut all = Ledger::default();
    for number in 0..wish.rounds {
        let mut chance = Chance::new(wish.seed).part(number as u64);
        world.people.renew(&mut Web::to(nodes[0].program().addr));
        let (which, loss) = (chance.below(nodes.len()), LOSSES[number % LOSSES.len()]);
        let away = Duration::from_millis(chance.between(AWAY.0, AWAY.1));
        let (mut ledger, mut wrong) = world.written_while(&chance, || {
            std::thread::sleep(AROUND);
            let wrong = lose(&world, &mut nodes, (which, loss), away, &mut outcome);
            std::thread::sleep(AROUND);
            wrong
        });
        outcome.count(&ledger);
        let words = format!(
            "node {} {loss:?} for {:.2} s; {} acknowledged, {} refused, {} without answer",
            which + 1,
            away.as_secs_f64(),
            ledger.acknowledged.len(),
            ledger.refused,
            ledger.unanswered
        );
        if wrong.is_empty() {
            wrong = checked(&world, &nodes, &mut ledger, chance.below(3));
        }
        all.add(ledger.lasting());
        if !outcome.round(&words, wrong) || nodes.iter().any(|node| node.program.is_none()) {
            break;
        }
    }
    let wrong = at_last(&world, nodes, &mut all);
    outcome
        .violations
        .extend(wrong.into_iter().map(|why| format!("at the end: {why}")));
    outcome
        .notes
        .push("the times are from the end of a loss to the node being ready, with everything searchable".into());
    outcome
}

/// Three nodes, each with a way of its own to the database, with keys, files and letters in common.
fn set_up(scratch: &Path, url: &str) -> (World, Vec<Node>) {
    let first = scratch.join("1");
    let mail = scratch.join("mail");
    std::fs::create_dir_all(&mail).unwrap();
    let mut places = (1..=3).map(|number| {
        let way = Proxy::before(url);
        let data = scratch.join(number.to_string());
        let mut place = Place::new(&data, &scratch.join(format!("{number}.log")));
        place.database = Some(way.url(url));
        if number > 1 {
            place.settings = vec![
                format!("master_key_file={}", first.join("master.key").display()),
                format!("files_dir={}", first.join("files").display()),
            ];
        }
        symlink(&mail, data.join("mail")).unwrap();
        (place, way)
    });
    let (place, way) = places.next().unwrap();
    let (mut world, program) = World::set_up(place.clone());
    // Commands for the whole exchange go straight to the database.
    world.place.database = Some(url.to_owned());
    let mut nodes = vec![Node {
        place,
        way,
        program: Some(program),
    }];
    for (place, way) in places {
        let program = place.start().unwrap();
        nodes.push(Node {
            place,
            way,
            program: Some(program),
        });
    }
    for node in &nodes {
        node.program().until_ready().unwrap();
    }
    world.here_are(nodes.iter().map(Node::program));
    (world, nodes)
}

/// Loses a node for a while, in which the others must serve; then it must serve, too.
fn lose(
    world: &World,
    nodes: &mut [Node],
    (which, loss): (usize, Loss),
    away: Duration,
    outcome: &mut Outcome,
) -> Vec<String> {
    match loss {
        Loss::Killed => nodes[which].program.take().unwrap().kill(),
        Loss::Halted => nodes[which].program().signal(Signal::STOP),
        Loss::CutOff => nodes[which].way.close(),
        Loss::Stalled => nodes[which].way.stall(),
    }
    let begun = Instant::now();
    let mut wrong = Vec::new();
    for (_, other) in nodes.iter().enumerate().filter(|(number, _)| *number != which) {
        wrong.extend(still_writes(world, other.program()));
    }
    std::thread::sleep(away.saturating_sub(begun.elapsed()));
    let back = Instant::now();
    match loss {
        Loss::Killed => match nodes[which].place.start() {
            Ok(program) => nodes[which].program = Some(program),
            Err(why) => {
                // The others go on without it, and so does the harness, which has found enough.
                wrong.push(format!("node {}: {why}", which + 1));
                return wrong;
            }
        },
        Loss::Halted => nodes[which].program().signal(Signal::CONT),
        Loss::CutOff | Loss::Stalled => nodes[which].way.heal(),
    }
    world.here_are(nodes.iter().map(Node::program));
    match nodes[which].program().until_ready() {
        Ok(_) => outcome.took(back.elapsed()),
        Err(why) => wrong.push(format!("node {}: {why}", which + 1)),
    }
    wrong
}

/// A node takes a write, though perhaps not the first time: what the lost one had begun must end before.
fn still_writes(world: &World, program: &Program) -> Option<String> {
    let begun = Instant::now();
    let number = world.number();
    let ask = Ask::post("/listings")
        .json(&equipment(&format!("Máy sấy KX{number}")))
        .under(format!("meanwhile-{number}"))
        .by(&world.people.owner.token);
    loop {
        match Web::to(program.addr).send(&ask) {
            Ok(reply) if reply.is_done() => return None,
            Ok(reply) if !reply.is_of_the_moment() => return Some(format!("another node: {}", reply.in_words())),
            Ok(_) | Err(_) if begun.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            Ok(reply) => return Some(format!("another node never wrote: {}", reply.in_words())),
            Err(lost) => return Some(format!("another node never wrote: {lost:?}")),
        }
    }
}

/// What was acknowledged anywhere is read at one of them, and searched at each.
fn checked(world: &World, nodes: &[Node], ledger: &mut Ledger, at: usize) -> Vec<String> {
    let mut wrong = ledger.check(world, &mut Web::to(nodes[at].program().addr), When::Soon);
    for node in nodes {
        let program = node.program();
        wrong.extend(program.until_ready().err());
        wrong.extend(ledger.check_searches(&mut Web::to(program.addr), 15));
        wrong.extend(invariants::index(world, program));
    }
    wrong.extend(invariants::database(world));
    wrong
}

fn at_last(world: &World, nodes: Vec<Node>, all: &mut Ledger) -> Vec<String> {
    if nodes.iter().any(|node| node.program.is_none()) {
        return vec!["a node is missing".into()];
    }
    let mut wrong = Vec::new();
    let mut lists = Vec::new();
    for node in &nodes {
        wrong.extend(all.check(world, &mut Web::to(node.program().addr), When::AtLast));
        wrong.extend(node.program().until_ready().err());
    }
    for node in &nodes {
        match everything(node.program()) {
            Ok(ids) => lists.push(ids),
            Err(why) => wrong.push(why),
        }
    }
    if lists.windows(2).any(|pair| pair[0] != pair[1]) {
        wrong.push("the nodes do not show the same listings".into());
    }
    wrong.extend(invariants::database(world));
    for node in nodes {
        wrong.extend(node.program.unwrap().end_well().err());
    }
    wrong.extend(invariants::trail(&world.place));
    wrong.extend(invariants::files(&world.place));
    wrong
}

/// The identifiers of all listings that a node shows.
fn everything(program: &Program) -> Result<Vec<Value>, String> {
    let mut web = Web::to(program.addr);
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page = read(
            &mut web,
            &Ask::get(format!("/search?limit=100&sort=newest&facets=false{after}")),
        )?;
        ids.extend(
            page.at("/items")
                .as_array()
                .into_iter()
                .flatten()
                .map(|item| item["id"].clone()),
        );
        match page.at("/page/next").as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    ids.sort_by_key(ToString::to_string);
    Ok(ids)
}
