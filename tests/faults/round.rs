//! What is told of rounds, and what became of all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ledger::Ledger;

/// What the harness was asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    pub seed: u64,
    pub rounds: usize,
    /// An empty database on PostgreSQL, where it is not SQLite.
    pub postgres: Option<String>,
    /// Whether the oracle must find a loss that was made.
    pub control: bool,
    /// Rows of a file that is imported.
    pub rows: usize,
    /// Whether a name is on the disk only when its folder was flushed.
    pub is_strict: bool,
}

/// What became of one fault.
#[derive(Default)]
pub struct Outcome {
    fault: &'static str,
    pub rounds: usize,
    pub acknowledged: usize,
    pub unanswered: u64,
    pub refused: u64,
    kinds: BTreeMap<&'static str, usize>,
    /// How long what is of interest took each time, in milliseconds.
    pub times: Vec<u32>,
    pub violations: Vec<String>,
    /// What else is told, a line each.
    pub notes: Vec<String>,
    /// Why it was not tried.
    impossible: Option<String>,
    /// What of it was not tried, and why.
    not_tried: Vec<String>,
    /// What of it nobody may try here who has no more rights.
    not_allowed: Vec<String>,
}

/// So many violations are enough.
const MOST: usize = 20;

impl Outcome {
    pub fn of(fault: &'static str) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    /// A part of it cannot be tried here.
    pub fn not_tried(&mut self, what: String) {
        println!("{}: NOT TRIED: {what}", self.fault);
        self.not_tried.push(what);
    }

    /// A part of it is for whoever may mount a disk, which is not allowed here.
    pub fn not_allowed(&mut self, what: String) {
        println!("{}: NOT ALLOWED: {what}", self.fault);
        self.not_allowed.push(what);
    }

    /// It cannot be tried here.
    pub fn impossible(fault: &'static str, why: impl Into<String>) -> Self {
        Self {
            impossible: Some(why.into()),
            ..Self::of(fault)
        }
    }

    /// Counts what some clients know.
    pub fn count(&mut self, ledger: &Ledger) {
        self.acknowledged += ledger.acknowledged.len();
        self.unanswered += ledger.unanswered;
        self.refused += ledger.refused;
        for kind in &ledger.acknowledged {
            *self.kinds.entry(kind).or_default() += 1;
        }
    }

    pub fn took(&mut self, time: Duration) {
        self.times.push(time.as_millis() as u32);
    }

    /// Ends a round with a line; tells whether to go on.
    pub fn round(&mut self, words: &str, wrong: Vec<String>) -> bool {
        self.rounds += 1;
        println!("{} {}: {words}", self.fault, self.rounds);
        for why in wrong {
            println!("  VIOLATION {why}");
            self.violations.push(format!("round {}: {why}", self.rounds));
        }
        self.goes_on()
    }

    /// What is wrong with something that is no round of its own.
    pub fn found(&mut self, what: &str, wrong: Vec<String>) {
        for why in wrong {
            println!("  VIOLATION {what}: {why}");
            self.violations.push(format!("{what}: {why}"));
        }
    }

    /// Whether it found too little yet to stop.
    pub fn goes_on(&self) -> bool {
        self.violations.len() < MOST
    }

    /// Whether nothing of it is for others.
    pub fn is_allowed(&self) -> bool {
        self.not_allowed.is_empty()
    }

    /// Whether all of it was tried that is allowed.
    pub fn is_whole(&self) -> bool {
        self.impossible.is_none() && self.not_tried.is_empty()
    }

    pub fn is_well(&self) -> bool {
        self.violations.is_empty()
    }

    /// A row of the table in `docs/faults.md`, and below it what is counted by kind.
    pub fn tell(&mut self, wish: &Wish) {
        if let Some(why) = &self.impossible {
            println!("\n{}: NOT TRIED: {why}", self.fault);
            return;
        }
        self.times.sort_unstable();
        let at = |percent: usize| match self.times.len() {
            0 => String::from("–"),
            count => format!("{:.2} s", f64::from(self.times[(count - 1) * percent / 100]) / 1_000.0),
        };
        println!(
            "\n| fault | seed | rounds | acknowledged | without answer | refused for the moment | p50 | p99 | worst | violations |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            self.fault,
            wish.seed,
            self.rounds,
            self.acknowledged,
            self.unanswered,
            self.refused,
            at(50),
            at(99),
            at(100),
            self.violations.len()
        );
        for what in &self.not_tried {
            println!("NOT TRIED: {what}");
        }
        for what in &self.not_allowed {
            println!("NOT ALLOWED: {what}");
        }
        for note in &self.notes {
            println!("{note}");
        }
        if !self.kinds.is_empty() {
            let kinds: Vec<String> = self
                .kinds
                .iter()
                .map(|(kind, count)| format!("{kind} {count}"))
                .collect();
            println!("acknowledged: {}", kinds.join(", "));
        }
        for why in &self.violations {
            println!("VIOLATION {why}");
        }
    }
}
