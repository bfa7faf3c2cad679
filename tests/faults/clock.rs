//! A clock that jumps by up to a day in both directions, while clients write: nothing panics, no token is good earlier or later
//! than it says, and the trail keeps its order. The program reads the computer's clock, so the jump is made below it, by
//! libfaketime (`scripts/install-debian-packages faults`); its monotonic clock is left alone, as a jump leaves it.

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use vptex::app::SystemClock;
use vptex::domain::clock::Clock as _;

use crate::chance::Chance;
use crate::invariants;
use crate::ledger::{Entity, Facts, Ledger, When};
use crate::people::Who;
use crate::program::{Place, Program};
use crate::round::{Outcome, Wish};
use crate::stories::equipment;
use crate::web::{Ask, Web};
use crate::world::World;

const LIBRARIES: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
];
/// The longest jump, in seconds.
const DAY: i64 = 86_400;
/// What the program forgives, and what the harness does not know better: when exactly it looked.
const LEEWAY: i64 = 5;
const UNSURE: i64 = 4;
/// Writes after each jump.
const WRITES: usize = 12;
/// Tokens of earlier rounds that are tried after each jump.
const TOKENS: usize = 40;

/// A token as it was given out.
struct Token {
    text: String,
    from: i64,
    until: i64,
}

impl Token {
    fn of(text: String) -> Option<Self> {
        let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
        let claims: Value = serde_json::from_slice(&payload).ok()?;
        Some(Self {
            from: claims["nbf"].as_i64()?,
            until: claims["exp"].as_i64()?,
            text,
        })
    }

    /// Whether it must be taken at a moment; nothing where that is too close to tell.
    fn is_good(&self, now: i64) -> Option<bool> {
        let (from, until) = (self.from - LEEWAY, self.until + LEEWAY);
        if (now - from).abs() <= UNSURE || (now - until).abs() <= UNSURE {
            return None;
        }
        Some(from < now && now < until)
    }
}

pub fn rounds(wish: &Wish) -> Outcome {
    let Some(library) = LIBRARIES.iter().find(|path| Path::new(path).is_file()) else {
        return Outcome::impossible(
            "clock",
            "libfaketime is not there: scripts/install-debian-packages faults",
        );
    };
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("clock");
    let set = |offset: i64| {
        // A whole file or none: the program reads it at every look at the clock.
        let draft = file.with_extension("new");
        std::fs::write(&draft, format!("{offset:+}\n")).unwrap();
        std::fs::rename(&draft, &file).unwrap();
    };
    set(0);
    // Members keep a token for five minutes here, so that jumps cross its end.
    let mut place =
        Place::new(&scratch.path().join("data"), &scratch.path().join("log")).with(&["access_token_minutes=5"]);
    place.environment = vec![
        ("LD_PRELOAD".into(), (*library).into()),
        ("FAKETIME_TIMESTAMP_FILE".into(), file.display().to_string()),
        ("FAKETIME_NO_CACHE".into(), "1".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC".into(), "1".into()),
        ("DONT_FAKE_MONOTONIC".into(), "1".into()),
        // Times of files are what they are.
        ("NO_FAKE_STAT".into(), "1".into()),
    ];
    let (world, mut program) = World::set_up(place);
    let mut outcome = Outcome::of("clock");
    let (mut tokens, mut all) = (Vec::new(), Ledger::default());
    let mut offset = 0;
    let (mut good, mut bad) = (0, 0);
    for number in 0..wish.rounds {
        let mut chance = Chance::new(wish.seed).part(number as u64);
        offset = jumped(offset, &mut chance);
        set(offset);
        let now = SystemClock.now().as_second() + offset;
        let mut wrong = held_against(&tokens, now, &program, (&mut good, &mut bad));
        match write(&world, &program, now) {
            Ok((token, ledger)) => {
                outcome.count(&ledger);
                all.add(ledger);
                tokens.insert(0, token);
                tokens.truncate(TOKENS);
            }
            Err(why) => wrong.push(why),
        }
        wrong.extend((!program.is_alive()).then(|| String::from("it ended")));
        let words = format!("the clock is {} s off; {} tokens tried so far", offset, good + bad);
        if !outcome.round(&words, wrong) {
            break;
        }
    }
    set(0);
    let wrong = at_last(&world, program, all);
    outcome
        .violations
        .extend(wrong.into_iter().map(|why| format!("at the end: {why}")));
    outcome
        .notes
        .push(format!("{good} tokens were to be taken and {bad} to be refused"));
    if bad == 0 && wish.rounds > 10 {
        outcome
            .violations
            .push("no token was ever too early or too late, so nothing was tried".into());
    }
    outcome
}

/// Half of them far, half around the end of a token.
fn jumped(offset: i64, chance: &mut Chance) -> i64 {
    let by = if chance.is(50) { DAY } else { 330 };
    let by = chance.between(0, 2 * by as u64) as i64 - by;
    // The other way where it would lead too far, so that it is a jump each time.
    let there = offset + by;
    if there.abs() > DAY { offset - by } else { there }
}

/// Tokens from before a jump are good exactly while they say so.
fn held_against(tokens: &[Token], now: i64, program: &Program, (good, bad): (&mut u32, &mut u32)) -> Vec<String> {
    let mut web = Web::to(program.addr);
    let mut wrong = Vec::new();
    for token in tokens {
        let Some(is_good) = token.is_good(now) else { continue };
        *if is_good { &mut *good } else { &mut *bad } += 1;
        let status = match web.read(&Ask::get("/me").by(&token.text)) {
            Ok(reply) => reply.status,
            Err(lost) => {
                wrong.push(format!("/me: {lost:?}"));
                continue;
            }
        };
        let expected = if is_good { 200 } else { 401 };
        if status != expected {
            let (from, until) = (token.from - now, token.until - now);
            wrong.push(format!(
                "a token that is good from {from} to {until} s from now: {status} and not {expected}"
            ));
        }
    }
    wrong
}

/// Signs in and writes, as of that moment.
fn write(world: &World, program: &Program, now: i64) -> Result<(Token, Ledger), String> {
    let mut web = Web::to(program.addr);
    let mut ledger = Ledger::default();
    let done = |web: &mut Web, ask: &Ask| match web.read(ask) {
        Ok(reply) if reply.is_done() => Ok(reply),
        Ok(reply) => Err(format!("{}: {}", ask.name(), reply.in_words())),
        Err(lost) => Err(format!("{}: {lost:?}", ask.name())),
    };
    let session = done(&mut web, &world.people.owner.sign_in())?;
    let token = Token::of(session.text("/access_token")).ok_or("a token that cannot be read")?;
    if (token.from - now).abs() > LEEWAY + UNSURE {
        return Err(format!("a token that begins {} s from now", token.from - now));
    }
    for _ in 0..WRITES {
        let title = format!("Máy sấy KX{}", world.number());
        let made = done(
            &mut web,
            &Ask::post("/listings").json(&equipment(&title)).by(&token.text),
        )?;
        ledger.acknowledged.push("listing created");
        let facts = Facts::of([("/title/vi", json!(title)), ("/status", json!("draft"))]);
        let path = format!("/listings/{}", made.text("/id"));
        ledger.entities.push(Entity::new("listing", Who::Owner, path, facts));
    }
    Ok((token, ledger))
}

fn at_last(world: &World, program: Program, mut all: Ledger) -> Vec<String> {
    let mut web = Web::to(program.addr);
    // Owner and tokens are of the time before; whoever reads signs in now.
    let mut wrong = Vec::new();
    match web.read(&world.people.owner.sign_in()) {
        Ok(reply) if reply.is_done() => {
            let who = Who::Bearer(reply.text("/access_token"));
            for entity in &mut all.entities {
                entity.who = who.clone();
            }
            wrong.extend(all.check(world, &mut web, When::AtLast));
        }
        Ok(reply) => wrong.push(format!("signing in: {}", reply.in_words())),
        Err(lost) => wrong.push(format!("signing in: {lost:?}")),
    }
    wrong.extend(invariants::database(world));
    std::thread::sleep(Duration::from_millis(200));
    wrong.extend(program.end_well().err());
    wrong.extend(invariants::trail(&world.place));
    let panics = world
        .place
        .log_since(0)
        .lines()
        .filter(|line| line.contains("panicked"))
        .count();
    wrong.extend((panics > 0).then(|| format!("{panics} panics in the log")));
    wrong
}
