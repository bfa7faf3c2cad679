//! What a dossier is and what each step makes of it: read from the table of transitions that was written from the law, with
//! terms counted day by day. It knows nothing of the program.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

/// On which side of the counter somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Filer,
    Officer,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Transition {
    from: Vec<String>,
    pub event: String,
    to: String,
    side: Side,
    /// How many days, of which kind, counted from which one.
    term: Option<(i64, String, String)>,
    is_complete_when_missed: bool,
}

/// The rows of a procedure that happen to a dossier which is there.
pub fn table(machine: &str) -> Vec<Transition> {
    let text = include_str!("../../data/procedure_transitions.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.filter(|row| &row[0] == machine && !row[1].contains(['.', '-', '(']))
        .map(|row| Transition {
            from: row[1].split('|').map(str::to_owned).collect(),
            event: row[2].to_owned(),
            to: row[3].to_owned(),
            side: match &row[4] {
                "applicant" | "responsible_party" | "parties" => Side::Filer,
                _ => Side::Officer,
            },
            term: row[5]
                .parse()
                .ok()
                .map(|days| (days, row[6].to_owned(), row[7].to_owned())),
            is_complete_when_missed: row[8].starts_with("treat as complete"),
        })
        .collect()
}

fn is_worked(day: Date) -> bool {
    static KNOWN: LazyLock<BTreeMap<Date, bool>> = LazyLock::new(|| {
        let text = include_str!("../../../src/domain/data/calendar_vn_2024_2030.csv");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows = reader.records().map(Result::unwrap);
        rows.map(|row| (row[0].parse().unwrap(), &row[5] == "1")).collect()
    });
    let is_weekday = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    KNOWN.get(&day).copied().unwrap_or(is_weekday)
}

fn next(day: Date) -> Date {
    day.checked_add(1.day()).unwrap()
}

/// The last day of a term: the day of the event does not count, and a term that ends on a rest day goes on to the next
/// working day (Civil Code, articles 147 and 148).
fn last_day(event: Date, days: i64, unit: &str) -> Date {
    let mut day = event;
    let mut left = days;
    while left > 0 {
        day = next(day);
        if unit == "calendar_day" || is_worked(day) {
            left -= 1;
        }
    }
    while !is_worked(day) {
        day = next(day);
    }
    day
}

/// What happened: event, state after it, whether it was late, and the last day of its term.
pub type Happened = (String, String, bool, Option<Date>);

/// A dossier.
#[derive(Clone, Debug)]
pub struct Dossier {
    table: Vec<Transition>,
    pub state: String,
    pub is_handed_in: bool,
    marks: BTreeMap<&'static str, Date>,
    pub history: Vec<Happened>,
}

/// What comes of trying something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Not in this state.
    WrongState,
    /// Not by whoever stands on this side.
    WrongSide,
    /// An officer sees nothing of what was not handed in.
    Unseen,
}

impl Dossier {
    pub fn new(machine: &str) -> Self {
        Self {
            table: table(machine),
            state: "draft".to_owned(),
            is_handed_in: false,
            marks: BTreeMap::new(),
            history: vec![("open".to_owned(), "draft".to_owned(), false, None)],
        }
    }

    fn rows(&self) -> impl Iterator<Item = &Transition> {
        self.table.iter().filter(|row| row.from.contains(&self.state))
    }

    /// What is possible now, by whom.
    pub fn possible(&self) -> Vec<(String, Side)> {
        self.rows().map(|row| (row.event.clone(), row.side)).collect()
    }

    /// Every event that the procedure has.
    pub fn events(&self) -> Vec<String> {
        let mut events: Vec<String> = self.table.iter().map(|row| row.event.clone()).collect();
        events.dedup();
        events
    }

    fn due_on(&self, row: &Transition) -> Option<Date> {
        let (days, unit, from) = row.term.as_ref()?;
        Some(last_day(*self.marks.get(from.as_str())?, *days, unit))
    }

    /// The last day of the term that ends first.
    pub fn due(&self) -> Option<Date> {
        self.rows().filter_map(|row| self.due_on(row)).min()
    }

    /// Tries an event.
    pub fn take(&mut self, event: &str, by: Side, today: Date) -> Outcome {
        if by == Side::Officer && !self.is_handed_in {
            return Outcome::Unseen;
        }
        let Some(row) = self.rows().find(|row| row.event == event).cloned() else {
            return Outcome::WrongState;
        };
        if row.side != by {
            return Outcome::WrongSide;
        }
        self.happen(&row, today);
        Outcome::Done
    }

    fn happen(&mut self, row: &Transition, today: Date) {
        let due_on = self.due_on(row);
        let is_late = due_on.is_some_and(|due_on| due_on < today);
        self.state.clone_from(&row.to);
        match row.event.as_str() {
            "sign_contract" => drop(self.marks.insert("contract_signed_on", today)),
            // What is handed in anew has its whole term again.
            "submit" | "supplement" | "resubmit" => {
                self.is_handed_in = true;
                self.marks.insert("submitted_on", today);
                self.marks.insert("complete_dossier_on", today);
            }
            _ => {}
        }
        self.history.push((row.event.clone(), row.to.clone(), is_late, due_on));
    }

    /// What comes of the days that passed by themselves.
    pub fn days_passed(&mut self, today: Date) {
        let is_over = |row: &Transition| self.due_on(row).is_some_and(|due_on| due_on < today);
        let over = self
            .rows()
            .find(|row| row.is_complete_when_missed && is_over(row))
            .cloned();
        if let Some(row) = over {
            self.happen(&row, today);
        }
    }
}
