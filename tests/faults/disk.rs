//! A full disk, files that may not grow, no file handles, flushes that fail: writes are refused for the moment and never
//! acknowledged falsely, reading goes on, and all is well again without a restart.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Resource;
use serde_json::json;

use crate::chance::Chance;
use crate::invariants;
use crate::ledger::{Entity, Facts, Ledger, When};
use crate::people::{Who, approval, expect};
use crate::program::{PATIENCE, Place, Program};
use crate::round::{Outcome, Wish};
use crate::stories::equipment;
use crate::web::{Ask, Lost, Web};
use crate::world::World;

/// How long something is short, in milliseconds, and how long clients write before that and after.
const SHORT: (u64, u64) = (800, 2_500);
const AROUND: Duration = Duration::from_millis(400);
const PAUSE: Duration = Duration::from_millis(25);
/// The disk of the exchange that is filled, in MiB, and how much of it must be free for a round to begin.
const DISK_MIB: u64 = 192;
const LEAST_FREE: u64 = 48 * 1_024 * 1_024;

/// What there is too little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Short {
    /// Files grow no more beyond a size (`RLIMIT_FSIZE`): anybody can try that.
    Growth,
    /// No more files can be opened, nor connections accepted (`RLIMIT_NOFILE`).
    Handles,
    /// Flushes of files fail, each or every so many-th (a library before the C library, where there is a compiler).
    Flush,
    /// The disk is full (a small tmpfs, where one may be mounted).
    Room,
}

/// What is needed to make something short.
struct Means {
    disk: Result<Disk, String>,
    /// The library that makes flushes fail.
    library: Result<PathBuf, String>,
    /// The file that tells it to.
    sign: PathBuf,
}

pub fn rounds(wish: &Wish) -> Outcome {
    let mut outcome = Outcome::of("disk");
    let scratch = tempfile::tempdir().unwrap();
    let means = Means {
        disk: Disk::mounted(&scratch.path().join("disk")),
        library: library("flush", scratch.path()),
        sign: scratch.path().join("flushes-fail"),
    };
    let mut kinds = vec![Short::Growth, Short::Handles];
    match &means.library {
        Ok(_) => kinds.push(Short::Flush),
        Err(why) => outcome.not_tried(format!("flushes that fail: {why}")),
    }
    match &means.disk {
        Ok(_) => kinds.push(Short::Room),
        Err(why) if is_forbidden(why) => outcome.not_allowed(format!("a disk that is full: {why}")),
        Err(why) => outcome.not_tried(format!("a disk that is full, since none can be mounted: {why}")),
    }
    let per_kind = wish.rounds.div_ceil(kinds.len());
    for (which, kind) in kinds.into_iter().enumerate() {
        let data = match (&means.disk, kind) {
            (Ok(disk), Short::Room) => disk.at.join("data"),
            _ => scratch.path().join(format!("{kind:?}")),
        };
        let mut place = Place::new(&data, &scratch.path().join(format!("{kind:?}.log")));
        if let (Ok(library), Short::Flush) = (&means.library, kind) {
            place.environment = vec![
                ("LD_PRELOAD".into(), library.display().to_string()),
                ("FAULTS_FLUSH".into(), means.sign.display().to_string()),
            ];
        }
        let chance = Chance::new(wish.seed).part(which as u64);
        if !of_kind(kind, per_kind, &chance, place, &means, &mut outcome) {
            break;
        }
    }
    outcome
        .notes
        .push("the times are from the end of what was short to the next acknowledged write".into());
    outcome
}

/// Rounds of one kind, in an exchange of their own; tells whether to go on.
fn of_kind(kind: Short, rounds: usize, chance: &Chance, place: Place, means: &Means, outcome: &mut Outcome) -> bool {
    let (mut world, mut program) = World::set_up(place);
    // An import that meets the fault ends as failed, and says so: that is no loss, and no success.
    world.has_imports = false;
    let known = known(&world, &program);
    let mut all = Ledger::default();
    // How often it was noticed that something is short.
    let mut noticed = 0;
    for number in 0..rounds {
        let mut chance = chance.part(number as u64);
        if kind == Short::Room && means.disk.as_ref().is_ok_and(|disk| disk.free() < LEAST_FREE) {
            outcome.notes.push(format!(
                "{kind:?}: {number} rounds, then its small disk was full of what was written"
            ));
            break;
        }
        world.people.renew(&mut Web::to(program.addr));
        let length = world.place.log_length();
        let short = Duration::from_millis(chance.between(SHORT.0, SHORT.1));
        // Opened before, since afterwards none can be.
        let mut reader = Web::to(program.addr);
        expect(&mut reader, &known, 200);
        let mut wrong = Vec::new();
        let mut again = Duration::ZERO;
        let (mut ledger, ()) = world.written_while(&chance.clone(), || {
            std::thread::sleep(AROUND);
            begin(kind, &world, &program, means, &mut chance);
            let begun = Instant::now();
            while begun.elapsed() < short {
                wrong.extend(still_read(kind, &mut reader, &known));
                noticed += u64::from(kind == Short::Handles && is_deaf(&program));
                std::thread::sleep(PAUSE);
            }
            end(kind, &program, means);
            match writes_again(&world, &program) {
                Ok(time) => again = time,
                Err(why) => wrong.push(why),
            }
            std::thread::sleep(AROUND);
        });
        outcome.count(&ledger);
        outcome.took(again);
        noticed += ledger.refused;
        let mut words = format!(
            "{kind:?} for {:.2} s; {} acknowledged, {} refused, {} without answer; writes again after {:.2} s",
            short.as_secs_f64(),
            ledger.acknowledged.len(),
            ledger.refused,
            ledger.unanswered,
            again.as_secs_f64()
        );
        wrong.extend((!program.is_alive()).then(|| String::from("it ended")));
        if wrong.is_empty() {
            wrong.extend(checked(&world, &program, &mut ledger));
            words += &format!("; {} things read", ledger.entities.len());
        }
        all.add(ledger.lasting());
        wrong.truncate(20);
        if !wrong.is_empty() {
            words += &world.place.errors_since(length);
        }
        if !outcome.round(&words, wrong) {
            return false;
        }
    }
    if noticed == 0 {
        outcome
            .violations
            .push(format!("{kind:?}: nobody ever noticed, so nothing was tried"));
    }
    // What was acknowledged is on the disk, not only in memory.
    program.kill();
    let wrong = match world.place.start() {
        Ok(program) => {
            world.moved_to(&program);
            let mut wrong = checked(&world, &program, &mut all);
            wrong.extend(invariants::index(&world, &program));
            wrong.extend(program.end_well().err());
            wrong.extend(invariants::trail(&world.place));
            wrong.extend(invariants::files(&world.place));
            wrong
        }
        Err(why) => vec![why],
    };
    outcome
        .violations
        .extend(wrong.into_iter().map(|why| format!("{kind:?}, at the end: {why}")));
    outcome.goes_on()
}

fn checked(world: &World, program: &Program, ledger: &mut Ledger) -> Vec<String> {
    let mut web = Web::to(program.addr);
    let mut wrong = ledger.check(world, &mut web, When::AtLast);
    wrong.extend(program.until_ready().err());
    wrong.extend(ledger.check_searches(&mut web, 25));
    wrong.extend(invariants::database(world));
    wrong
}

/// A listing that everybody can read.
fn known(world: &World, program: &Program) -> Ask {
    let mut web = Web::to(program.addr);
    let people = &world.people;
    let create = Ask::post("/listings")
        .json(&equipment("Máy sấy quen thuộc"))
        .by(&people.owner.token);
    let path = format!("/listings/{}", expect(&mut web, &create, 201).text("/id"));
    let sent = Ask::post(format!("{path}/submission")).by(&people.owner.token);
    let version = expect(&mut web, &sent, 200).version();
    let approve = approval(&path).by(&people.officer.token).of_version(version);
    expect(&mut web, &approve, 200);
    Ask::get(path)
}

fn begin(kind: Short, world: &World, program: &Program, means: &Means, chance: &mut Chance) {
    match kind {
        Short::Growth => {
            let log = world.place.data.join("vptex.sqlite3-wal");
            let length = std::fs::metadata(log).map_or(0, |about| about.len());
            program.limit(Resource::Fsize, Some(chance.between(1_024, length + 16 * 1_024)));
        }
        Short::Handles => {
            let spare = chance.between(0, 4);
            program.limit(Resource::Nofile, Some(program.descriptors() + spare));
        }
        Short::Flush => std::fs::write(&means.sign, vec![0; chance.between(1, 6) as usize]).unwrap(),
        Short::Room => means.disk.as_ref().unwrap().fill(chance.between(0, 128 * 1_024)),
    }
}

fn end(kind: Short, program: &Program, means: &Means) {
    match kind {
        Short::Growth => program.limit(Resource::Fsize, None),
        Short::Handles => program.limit(Resource::Nofile, None),
        Short::Flush => std::fs::remove_file(&means.sign).unwrap(),
        Short::Room => means.disk.as_ref().unwrap().clear(),
    }
}

/// Who reads is answered. Where files cannot be opened the database may not be either; then it is told so.
fn still_read(kind: Short, reader: &mut Web, known: &Ask) -> Option<String> {
    match reader.send(known) {
        Ok(reply) if reply.status == 200 => None,
        Ok(reply) if kind == Short::Handles && reply.is_of_the_moment() => None,
        Ok(reply) => Some(format!("reading while short of {kind:?}: {}", reply.in_words())),
        // Its connection was closed and no other can be had.
        Err(Lost::Silent | Lost::Refused | Lost::Late) if kind == Short::Handles => None,
        Err(lost) => Some(format!("reading while short of {kind:?}: {lost:?}")),
    }
}

/// Whether a new connection is not answered.
fn is_deaf(program: &Program) -> bool {
    let mut web = Web::hasty(program.addr, Duration::from_millis(200));
    web.send(&Ask::root("GET", "/healthz")).is_err()
}

/// How long it takes until a write is acknowledged.
pub fn writes_again(world: &World, program: &Program) -> Result<Duration, String> {
    let begun = Instant::now();
    let number = world.number();
    let ask = Ask::post("/listings")
        .json(&equipment(&format!("Máy sấy KX{number}")))
        .under(format!("again-{number}"))
        .by(&world.people.owner.token);
    let mut said = String::new();
    while begun.elapsed() < PATIENCE {
        let mut web = Web::to(program.addr);
        match web.send(&ask) {
            Ok(reply) if reply.is_done() => {
                let took = begun.elapsed();
                let facts = Facts::of([("/status", json!("draft"))]);
                let path = format!("/listings/{}", reply.text("/id"));
                Entity::new("listing", Who::Owner, path, facts).check(world, &mut web, When::AtLast)?;
                return Ok(took);
            }
            Ok(reply) => said = reply.in_words(),
            Err(lost) => said = format!("{lost:?}"),
        }
        std::thread::sleep(PAUSE);
    }
    Err(format!("it does not write again after {PATIENCE:?}: {said}"))
}

/// Makes a library to put before the C library, of the source of this name.
pub fn library(name: &str, folder: &Path) -> Result<PathBuf, String> {
    let source = format!("{}/tests/faults/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let library = folder.join(name).with_extension("so");
    let mut compiler = Command::new("cc");
    compiler
        .args(["-O2", "-shared", "-fPIC", &source, "-ldl", "-o"])
        .arg(&library);
    match compiler.output() {
        Ok(output) if output.status.success() => Ok(library),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Err(format!("cc: {error}")),
    }
}

/// Whether `mount` says that not everybody may.
fn is_forbidden(why: &str) -> bool {
    ["permission denied", "must be superuser", "not permitted"]
        .iter()
        .any(|word| why.contains(word))
}

/// A small disk in memory.
struct Disk {
    at: PathBuf,
}

impl Disk {
    /// Mounts one; whoever may not is told why.
    fn mounted(at: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={DISK_MIB}m,mode=700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "vptex-faults"]).arg(at);
        mount.env("LC_ALL", "C");
        match mount.output() {
            Ok(output) if output.status.success() => Ok(Self { at: at.to_owned() }),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn free(&self) -> u64 {
        let about = rustix::fs::statvfs(&self.at).unwrap();
        about.f_bavail * about.f_frsize
    }

    /// Fills it but for so many bytes.
    fn fill(&self, left: u64) {
        let ballast = std::fs::File::create(self.at.join("ballast")).unwrap();
        // The program writes meanwhile, so that it is done again until nothing more fits.
        let mut length = 0;
        for _ in 0..20 {
            let free = self.free().saturating_sub(left);
            if free == 0 {
                break;
            }
            let more = rustix::fs::fallocate(&ballast, rustix::fs::FallocateFlags::empty(), length, free);
            length += if more.is_ok() { free } else { 0 };
        }
    }

    fn clear(&self) {
        std::fs::remove_file(self.at.join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.at).status());
    }
}
