//! `kill -9` while files of listings are imported in which every twentieth row is wrong, with every mistake that can be made:
//! each row is done once, and told as it should be, whatever happened meanwhile.
//!
//! A round is a kill; four of them befall one file. A file is sent, sent again, and its refused rows are mended and sent. It
//! is CSV, a workbook or JSON Lines by turns, the first by the seed.

mod control;
mod derived;
mod file;
mod mistakes;
mod oracle;
mod standing;

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::invariants;
use crate::ledger;
use crate::program::{Place, Program};
use crate::round::{Outcome, Wish};
use crate::web::{Ask, Reply, Web};
use crate::world::World;
use file::{Format, Plan};
use standing::Stand;

/// Rows of a file when nobody says: as many as one may have.
pub const ROWS: usize = 20_000;
/// So few that every mistake is still in it, nearly always; and no more than are taken.
pub const CAN_HAVE: RangeInclusive<usize> = 6_000..=ROWS;
/// Kills that befall one file.
const KILLS: usize = 4;
/// Of a hundred files so many are killed over already while they are sent, within so many milliseconds.
const WHILE_SENT: usize = 30;
const SENDING: u64 = 2_000;
/// Of a hundred kills so many come soon after a start, within so many milliseconds, whatever is done by then.
const SOON: usize = 25;
const SOON_WITHIN: u64 = 3_000;
/// Of a hundred starts so many are cut short, too.
const STILLBORN: usize = 20;
/// An import that a killed program had is taken up when its lease of 20 s is over; builds for tests are slow.
const PATIENCE: Duration = Duration::from_secs(20 * 60);
const PAUSE: Duration = Duration::from_millis(25);

pub fn rounds(wish: &Wish) -> Outcome {
    if wish.control {
        return control::rounds(wish);
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut siege = Siege::begin(wish, "import", scratch.path());
    let mut plans = Vec::new();
    for number in 0..wish.rounds.div_ceil(KILLS) {
        let format = Format::ALL[((wish.seed % 3) as usize + 2 + number) % 3];
        siege.chance = Chance::new(wish.seed).part(number as u64);
        let mut plan = Plan::of(format, number, wish.rows, &mut siege.chance);
        let kills = KILLS.min(wish.rounds - number * KILLS);
        let done = siege.stand(&mut plan).and_then(|()| siege.befall(&plan, kills));
        siege.outcome.found(
            &format!("file {number} ({})", format.name()),
            done.err().into_iter().collect(),
        );
        plans.push(plan);
        if !siege.outcome.goes_on() || siege.program.is_none() {
            break;
        }
    }
    if let Some(program) = siege.program.take() {
        let wrong = at_last(&siege, program, &plans);
        siege.outcome.found("at the end", wrong);
    }
    let mut outcome = siege.outcome;
    outcome.notes.push(format!(
        "{} files, each sent twice and then mended; the times are from a start to being ready",
        plans.len()
    ));
    outcome
}

/// An exchange, and what is known of it.
struct Siege {
    world: World,
    program: Option<Program>,
    chance: Chance,
    outcome: Outcome,
    /// Imports that were acknowledged.
    imports: usize,
    /// Listings that stand before any file is sent.
    standing: Stand,
}

type Done<T> = Result<T, String>;

impl Siege {
    /// In a folder that is empty.
    fn begin(wish: &Wish, fault: &'static str, folder: &Path) -> Self {
        let mut place = Place::new(&folder.join("data"), &folder.join("log"));
        place.database.clone_from(&wish.postgres);
        let (world, program) = World::set_up(place);
        let mut siege = Self {
            chance: Chance::new(wish.seed),
            outcome: Outcome::of(fault),
            program: Some(program),
            imports: 0,
            standing: Stand::default(),
            world,
        };
        siege.settle().unwrap_or_else(|why| panic!("{why}"));
        siege
    }

    fn program(&self) -> Done<&Program> {
        self.program.as_ref().ok_or_else(|| "nothing runs".to_owned())
    }

    fn web(&self) -> Done<Web> {
        Ok(Web::to(self.program()?.addr))
    }

    /// One file from its first row to its last mended one.
    fn befall(&mut self, plan: &Plan, kills: usize) -> Done<()> {
        let what = format!(
            "{} of {} rows, {} wrong",
            plan.format.name(),
            plan.rows(),
            plan.refused()
        );
        println!("import: a file of {what}, of {} mistakes", plan.classes());
        if plan.classes() < plan.all_classes() {
            let missing = plan.all_classes() - plan.classes();
            self.outcome
                .not_tried(format!("{missing} classes of mistakes in {what}"));
        }
        let (good, refused, changed) = (plan.good(), plan.refused(), plan.changed_rows().count());
        // Most while it is loaded first; the last while it is sent again, or mended.
        let later = usize::from(kills > 1);
        let again = if self.chance.is(50) { later } else { 0 };

        let bytes = plan.bytes();
        let first = self.import(plan.format, &bytes, plan.rows(), kills - later)?;
        let mut wrong = oracle::counts(&first, plan.first_counts());
        let (of_rows, told) = oracle::rows(&self.world, &mut self.web()?, &first.text("/id"), plan, "created")?;
        wrong.extend(of_rows);
        let (of_classes, times) = oracle::classes(plan, &told);
        wrong.extend(of_classes);
        let (classes, least, most) = (plan.reasons().len(), times.start(), times.end());
        println!("import: {classes} classes of mistakes are told, of {least} to {most} rows each");
        let (head, errors, of_errors) = oracle::errors(plan, &self.errors_of(&first.text("/id"))?, &told)?;
        wrong.extend(of_errors);
        wrong.extend(invariants::database(&self.world));
        self.outcome.found("sent first", wrong);

        let second = self.import(plan.format, &bytes, plan.rows(), again)?;
        let mut wrong = oracle::counts(&second, [0, 0, good, refused]);
        let (of_rows, _) = oracle::rows(&self.world, &mut self.web()?, &second.text("/id"), plan, "unchanged")?;
        wrong.extend(of_rows);
        self.outcome.found("sent again", wrong);

        let bytes = plan.mended(&head, &errors);
        let mended = self.import(plan.format, &bytes, refused + changed, later - again)?;
        let mut wrong = oracle::counts(&mended, [refused, changed, 0, 0]);
        wrong.extend(invariants::database(&self.world));
        self.outcome.found("mended", wrong);
        Ok(())
    }

    /// Sends a file, and waits until it is loaded, with so many kills on the way.
    fn import(&mut self, format: Format, bytes: &[u8], rows: usize, kills: usize) -> Done<Reply> {
        let begun = Instant::now();
        self.renew()?;
        let name = format!("/listing-imports?name=tin.{}", format.name());
        let ask = Ask::post(name).file(format.media(), bytes.to_vec());
        let ask = ask.under(format!("import-{}", self.world.number()));
        let ask = ask.by(&self.world.people.owner.token);
        let mut left = kills;
        if left > 0 && self.chance.is(WHILE_SENT) {
            left -= 1;
            self.kill_while_sent(&ask)?;
        }
        // Under its key: what was taken in already is not taken in again.
        let taken = ledger::read(&mut self.web()?, &ask)?;
        if taken.status != 202 {
            return Err(format!("{}: {}", ask.name(), taken.in_words()));
        }
        self.outcome.acknowledged += 1;
        self.imports += 1;
        let ended = self.follow(&taken.text("/id"), rows, left)?;
        println!(
            "import: {} rows of {} after {:.1} s, with {kills} kills",
            rows,
            format.name(),
            begun.elapsed().as_secs_f64()
        );
        Ok(ended)
    }

    fn renew(&mut self) -> Done<()> {
        let mut web = self.web()?;
        self.world.people.renew(&mut web);
        Ok(())
    }

    fn kill_while_sent(&mut self, ask: &Ask) -> Done<()> {
        let after = Duration::from_millis(self.chance.between(0, SENDING));
        let program = self.program.take().ok_or("nothing runs")?;
        let mut web = Web::to(program.addr);
        let answer = std::thread::scope(|scope| {
            let sender = scope.spawn(move || web.send(ask));
            std::thread::sleep(after);
            program.kill();
            sender.join().unwrap()
        });
        self.outcome.unanswered += u64::from(answer.is_err());
        let said = match answer {
            Ok(reply) => format!("answered {}", reply.status),
            Err(lost) => format!("{lost:?}"),
        };
        self.start_again(&format!("{:.2} s after it was sent, {said}", after.as_secs_f64()))
    }

    /// Follows an import to its end; kills the program when so many rows are done as chance says.
    fn follow(&mut self, id: &str, rows: usize, mut kills: usize) -> Done<Reply> {
        let begun = Instant::now();
        let mut target = self.target(0, rows, kills);
        loop {
            let seen = self.seen(id)?;
            let done = seen.at("/counts/done").as_u64().unwrap_or_default() as usize;
            let is_over = !["waiting", "running"].contains(&seen.text("/status").as_str());
            if kills > 0 && (done >= target || is_over) {
                kills -= 1;
                // Anywhere within the next unit of work.
                std::thread::sleep(Duration::from_millis(self.chance.between(0, 60)));
                self.kill(&format!("at {done} of {rows} rows"))?;
                if kills > 0 && self.chance.is(SOON) {
                    kills -= 1;
                    let after = self.chance.between(0, SOON_WITHIN);
                    std::thread::sleep(Duration::from_millis(after));
                    self.kill(&format!("{after} ms after it was ready"))?;
                }
                target = self.target(done, rows, kills);
            } else if is_over {
                return Ok(seen);
            } else if begun.elapsed() > PATIENCE {
                return Err(format!("it is not over after {PATIENCE:?}: {}", seen.in_words()));
            } else {
                std::thread::sleep(PAUSE);
            }
        }
    }

    /// How an import fares.
    fn seen(&self, id: &str) -> Done<Reply> {
        let ask = Ask::get(format!("/listing-imports/{id}")).by(&self.world.people.owner.token);
        let seen = ledger::read(&mut self.web()?, &ask)?;
        if seen.status != 200 {
            return Err(format!("{}: {}", ask.name(), seen.in_words()));
        }
        Ok(seen)
    }

    /// The file of its refused rows.
    fn errors_of(&self, id: &str) -> Done<Vec<u8>> {
        let ask = Ask::get(format!("/listing-imports/{id}/errors")).by(&self.world.people.owner.token);
        let file = self.web()?.download(&ask);
        let file = file.map_err(|lost| format!("{}: {lost:?}", ask.name()))?;
        if file.status != 200 {
            return Err(format!("{}: {}", ask.name(), file.in_words()));
        }
        Ok(file.bytes)
    }

    /// How many rows are done at the next kill, so that there is room for those after it.
    fn target(&mut self, done: usize, rows: usize, kills: usize) -> usize {
        let room = rows.saturating_sub(done) * 2 / (kills + 1);
        (done + self.chance.below(room)).min(rows.saturating_sub(1))
    }

    fn kill(&mut self, when: &str) -> Done<()> {
        self.program.take().ok_or("nothing runs")?.kill();
        self.start_again(when)
    }

    /// The end of a round: the program runs again.
    fn start_again(&mut self, when: &str) -> Done<()> {
        let mut words = format!("killed {when}");
        if self.chance.is(STILLBORN) {
            self.world
                .place
                .stillborn(Duration::from_millis(self.chance.between(0, 1_500)));
            words += ", and again at the next start";
        }
        let started = self.world.place.start();
        let wrong = match started.and_then(|program| Ok((program.until_ready()?, program))) {
            Ok((time, program)) => {
                self.outcome.took(time);
                self.world.moved_to(&program);
                self.program = Some(program);
                Vec::new()
            }
            Err(why) => vec![why],
        };
        self.outcome.round(&words, wrong);
        Ok(())
    }
}

/// What all files made; then what is left behind on the disk.
fn at_last(siege: &Siege, program: Program, plans: &[Plan]) -> Vec<String> {
    let (world, imports) = (&siege.world, siege.imports);
    let mut wrong = oracle::listings(world, plans, &siege.standing.said, true);
    let mut web = Web::to(program.addr);
    let ask = Ask::get("/listing-imports?limit=100").by(&world.people.owner.token);
    match ledger::read(&mut web, &ask) {
        Ok(reply) => {
            let found = reply.at("/items").as_array().map_or(0, Vec::len);
            if found != imports.min(100) {
                wrong.push(format!("{found} imports are there of {imports} that were acknowledged"));
            }
        }
        Err(why) => wrong.push(why),
    }
    wrong.extend(invariants::database(world));
    wrong.extend(program.end_well().err());
    wrong.extend(invariants::trail(&world.place));
    wrong.extend(invariants::files(&world.place));
    wrong
}
