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
    /// It is the exchange's, which does it by itself.
    is_systems: bool,
    term: Option<Term>,
    is_complete_when_missed: bool,
    /// Once the term is over it cannot be done any more.
    bars: bool,
    /// It can be done only then.
    is_after_term: bool,
    /// It can be done only once its term has begun.
    awaits_mark: bool,
    /// It comes of a certificate, and of nobody's doing.
    is_derived: bool,
    /// How often in a life.
    at_most: Option<usize>,
}

/// Until when.
#[derive(Clone, Debug)]
enum Term {
    /// So many days, of this kind, after a mark.
    Days(i64, String, String),
    /// The day of a mark.
    Until(&'static str),
    /// On the last day of the year after a mark's.
    YearAfter(&'static str),
}

/// What the table leaves to the one of registrations ("terms as REG"), to practice, or tells in words only.
const OTHERWISE: &str = "\
AMD,awaiting_completion,supplement,submitted,applicant,,,,
AMD,under_review,request_amendment,awaiting_amendment,authority,5,working_day,submitted_on,
AMD,awaiting_amendment,resubmit,submitted,applicant,,,,
AMD,draft|awaiting_completion|awaiting_amendment|submitted,withdraw,withdrawn,applicant,,,,
APR,awaiting_completion,supplement,submitted,applicant,,,,
APR,submitted,accept_complete,under_review,licensing_authority,3,working_day,submitted_on,
APR,draft|submitted|awaiting_completion,withdraw,withdrawn,applicant,,,,
LIC,submitted,accept_complete,under_review,authority,5,working_day,submitted_on,
LIC,signed|submitted|awaiting_amendment,withdraw,withdrawn,applicant,,,,
LIC,annulled,notify_annulment,annulled,licensing_authority,5,working_day,annulled_on,
LIC,annulled,publish_annulment,annulled,system,5,working_day,annulled_on,
LIC,annulled,demand_repayment,repayment_due,finance_or_incentive_agency,5,working_day,annulment_notice_received_on,
LIC,annulled,no_repayment,closed,finance_or_incentive_agency,5,working_day,annulment_notice_received_on,
LIC,licensed,term_end,expired,system,,,,
LIC,expired,annul,annulled,licensing_authority,,,,
LIC,expired,final_report,expired,licensee,,,,
LIC,licensed,replaced,expired,licensing_authority,,,,
LIC,repayment_due,repay,closed,licensee,20,working_day,repayment_notice_received_on,
LIC,repayment_due,mark_enforcement,enforcement,system,20,working_day,repayment_notice_received_on,
LIC,enforcement,repay,closed,licensee,20,working_day,repayment_notice_received_on,
LIC,enforcement,lift_enforcement,repayment_due,licensing_authority,,,,
CERT,expired,amended,active,issuing_authority,,,,
CERT,expired,annul,annulled,issuing_authority,,,,
CERT,annulled,publish_annulment,annulled,system,5,working_day,annulled_on,
CERT,annulled,no_repayment,closed,finance_or_incentive_agency,5,working_day,annulment_notice_received_on,
CERT,repayment_due,mark_enforcement,enforcement,system,20,working_day,repayment_notice_received_on,
CERT,enforcement,repay,closed,holder,20,working_day,repayment_notice_received_on,
CERT,enforcement,lift_enforcement,repayment_due,issuing_authority,,,,
REG,under_review,apologise,under_review,authority,5,working_day,complete_dossier_on,
IP_SUPPORT,draft,submit,submitted,applicant,,,,
IP_SUPPORT,submitted,request_completion,awaiting_completion,department,,,,
IP_SUPPORT,awaiting_completion,supplement,submitted,applicant,,,,
IP_SUPPORT,submitted,accept,supporting,department,,,,
IP_SUPPORT,submitted,refuse,refused,department,,,,
IP_SUPPORT,supporting,complete,supported,department,,,,
IP_SUPPORT,draft|submitted|awaiting_completion|supporting,withdraw,withdrawn,applicant,,,,
";

/// Whether a day comes with an event of a dossier that is there.
pub fn takes_day(event: &str) -> bool {
    ["demand_repayment", "repay"].contains(&event)
}

/// The table of transitions as it was written from the law.
const REFERENCE: &str = include_str!("../../data/procedure_transitions.csv");

fn rows_of(text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

/// A row as it stands in the table: from where, by which event, to where.
#[derive(Clone, Debug)]
pub struct Row {
    pub machine: String,
    /// Each of the states; none of what opens a dossier.
    pub from: Vec<String>,
    pub event: String,
    pub to: String,
}

/// All rows of the table, in its order, and of nothing else.
pub fn reference() -> Vec<Row> {
    let opens = |from: &str| from.contains(['.', '-', '(']);
    let rows = rows_of(REFERENCE).into_iter().skip(1);
    rows.map(|row| Row {
        machine: row[0].to_owned(),
        from: if opens(&row[1]) {
            Vec::new()
        } else {
            row[1].split('|').map(str::to_owned).collect()
        },
        event: row[2].to_owned(),
        to: row[3].to_owned(),
    })
    .collect()
}

/// The rows of a procedure that happen to a dossier which is there.
pub fn table(machine: &str) -> Vec<Transition> {
    let (_, text) = REFERENCE.split_once('\n').unwrap();
    let mut table: Vec<Transition> = rows_of(&[text, OTHERWISE].concat())
        .iter()
        .filter(|row| &row[0] == machine && !row[1].contains(['.', '-', '(']))
        .map(transition)
        .collect();
    for row in &mut table {
        told_in_words(machine, row);
    }
    table
}

fn transition(row: &csv::StringRecord) -> Transition {
    let days = row[5].parse().ok();
    Transition {
        from: row[1].split('|').map(str::to_owned).collect(),
        event: row[2].to_owned(),
        to: row[3].to_owned(),
        side: match &row[4] {
            "applicant" | "responsible_party" | "parties" | "holder" | "licensee" => Side::Filer,
            _ => Side::Officer,
        },
        is_systems: &row[4] == "system",
        term: days.map(|days| Term::Days(days, row[6].to_owned(), row[7].to_owned())),
        is_complete_when_missed: row[8].starts_with("treat as complete"),
        bars: false,
        is_after_term: false,
        awaits_mark: false,
        is_derived: false,
        at_most: None,
    }
}

/// 60 days for corrections and once 60 more, then it is over (LTT 30.4); reports by the end of the next year (28.3); the end of
/// a contract; what an amendment brings about.
fn told_in_words(machine: &str, row: &mut Transition) {
    match (machine, row.event.as_str()) {
        ("LIC", "resubmit" | "request_extension") => (row.term, row.bars) = (Some(Term::Until("period_end")), true),
        // Of a project of group B; extended once, by as many days, before it is over (LTT 18.1.d).
        ("OPN_DECISION", "issue_opinion") => row.term = Some(Term::Until("original_deadline")),
        ("OPN_DECISION", "extend") => (row.term, row.bars) = (Some(Term::Until("original_deadline")), true),
        ("LIC", "timeout") => (row.term, row.is_after_term) = (Some(Term::Until("period_end")), true),
        ("LIC", "annual_report" | "final_report") => row.term = Some(Term::YearAfter("licensed_on")),
        ("LIC", "change_content") => row.to = "licensed".to_owned(),
        ("CERT", "take_effect") => row.term = Some(Term::Until("issued_on")),
        ("CERT" | "LIC", "term_end") => {
            (row.term, row.is_after_term) = (Some(Term::Until("contract_expires_on")), true)
        }
        ("CERT", "amended") | ("LIC", "replaced") => row.is_derived = true,
        // What was missed is apologised for, and what was not repaid is marked, only then.
        (_, "apologise" | "mark_enforcement") => row.is_after_term = true,
        // Nobody demands anything back before the annulment was notified (NĐ 76/2018 Đ.7.2).
        (_, "demand_repayment" | "no_repayment") => row.awaits_mark = true,
        _ => {}
    }
    let once = [
        "request_extension",
        "notify_annulment",
        "publish_annulment",
        "extend",
        "mark_enforcement",
    ];
    if once.contains(&row.event.as_str()) {
        row.at_most = Some(1);
    }
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
pub fn last_day(event: Date, days: i64, unit: &str) -> Date {
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
    /// From where in the history on it is counted how often something was done.
    since: usize,
    /// Duplicates of its certificate.
    pub duplicates: i64,
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
    /// It comes of a certificate.
    Derived,
    /// As often as it may be.
    TooOften,
    /// Its term is not over, or has not begun.
    TooEarly,
    /// Its term is over.
    TooLate,
}

impl Outcome {
    /// How it is told over HTTP, of what is not done.
    pub fn answer(self) -> (u16, &'static str) {
        match self {
            Self::Unseen => (404, "not_found"),
            Self::WrongSide | Self::Derived => (403, "forbidden"),
            Self::TooOften => (409, "limit_reached"),
            Self::TooEarly => (409, "too_early"),
            Self::TooLate => (409, "dossier_term_over"),
            Self::Done | Self::WrongState => (409, "dossier_wrong_state"),
        }
    }
}

impl Dossier {
    /// One that was begun today, by the event that opens it; `ends_on` is the last day of a certificate's contract. Opinions are
    /// asked for by letter, and so are with the officers from the beginning.
    pub fn new(machine: &str, today: Date, ends_on: Option<Date>) -> Self {
        let (event, state, mark) = match machine {
            "AMD" => ("open_amendment", "draft", Some("amendment_signed_on")),
            "LIC" => ("sign_contract", "signed", Some("contract_signed_on")),
            "CERT" => ("issue", "issued", Some("issued_on")),
            "OPN_POLICY" => ("receive_from_investment_registrar", "received", None),
            "OPN_DECISION" => ("receive", "received", None),
            _ => ("open", "draft", None),
        };
        let mut begun = Self {
            table: table(machine),
            state: state.to_owned(),
            is_handed_in: machine == "CERT" || machine.starts_with("OPN"),
            marks: mark.map(|mark| (mark, today)).into_iter().collect(),
            history: vec![(event.to_owned(), state.to_owned(), false, None)],
            since: 0,
            duplicates: 0,
        };
        match machine {
            "OPN_POLICY" => {
                begun.marks.insert("department_received_complete_dossier_on", today);
                // The registrar had it today, and three days for sending it (LTT 17.3).
                begun.history[0].3 = Some(last_day(today, 3, "working_day"));
            }
            "OPN_DECISION" => begun.deadline(today),
            _ => {}
        }
        begun.marks.extend(ends_on.map(|day| ("contract_expires_on", day)));
        if let Some(row) = begun.table.iter().find(|row| row.event == "take_effect").cloned() {
            begun.happen(&row, today);
        }
        begun
    }

    /// An opinion on a project of group B has 15 days from a day on.
    fn deadline(&mut self, day: Date) {
        self.marks
            .insert("original_deadline", last_day(day, 15, "calendar_day"));
    }

    fn rows(&self) -> impl Iterator<Item = &Transition> {
        self.table.iter().filter(|row| row.from.contains(&self.state))
    }

    fn is_spent(&self, row: &Transition) -> bool {
        let counted = self.history.iter().skip(self.since);
        let done = counted.filter(|(event, ..)| *event == row.event).count();
        row.at_most.is_some_and(|most| done >= most)
    }

    /// Whether a licence that is over was reported on up to its end.
    fn is_covered(&self, row: &Transition) -> bool {
        let mark = |name: &str| self.marks.get(name).copied();
        let reported = mark("licensed_on").zip(mark("contract_expires_on"));
        row.event == "final_report" && reported.is_none_or(|(since, end)| since >= end)
    }

    fn is_over_with(&self, row: &Transition) -> bool {
        self.is_spent(row) || self.is_covered(row)
    }

    fn awaits(&self, row: &Transition) -> bool {
        row.awaits_mark && self.due_on(row).is_none()
    }

    /// What is possible now, by whom.
    pub fn possible(&self) -> Vec<(String, Side)> {
        let is_possible = |row: &&Transition| !row.is_derived && !self.is_over_with(row) && !self.awaits(row);
        let possible = self.rows().filter(is_possible);
        possible.map(|row| (row.event.clone(), row.side)).collect()
    }

    /// Every event that the procedure has.
    pub fn events(&self) -> Vec<String> {
        let mut events: Vec<String> = self.table.iter().map(|row| row.event.clone()).collect();
        events.dedup();
        events
    }

    fn due_on(&self, row: &Transition) -> Option<Date> {
        let mark = |name: &str| self.marks.get(name).copied();
        match row.term.as_ref()? {
            Term::Days(days, unit, from) => Some(last_day(mark(from)?, *days, unit)),
            Term::Until(day) => mark(day),
            Term::YearAfter(from) => Date::new(mark(from)?.year() + 1, 12, 31).ok(),
        }
    }

    /// The last day of the term that ends first.
    pub fn due(&self) -> Option<Date> {
        let open = self.rows().filter(|row| !row.is_after_term && !self.is_over_with(row));
        open.filter_map(|row| self.due_on(row)).min()
    }

    /// Tries an event.
    pub fn take(&mut self, event: &str, by: Side, today: Date) -> Outcome {
        if by == Side::Officer && !self.is_handed_in {
            return Outcome::Unseen;
        }
        let Some(row) = self.rows().find(|row| row.event == event).cloned() else {
            return Outcome::WrongState;
        };
        if row.side != by || row.is_systems {
            return Outcome::WrongSide;
        }
        if row.is_derived {
            return Outcome::Derived;
        }
        if self.is_over_with(&row) {
            return Outcome::TooOften;
        }
        let is_over = self.due_on(&row).is_some_and(|due_on| due_on < today);
        if (row.is_after_term && !is_over) || self.awaits(&row) {
            return Outcome::TooEarly;
        }
        if row.bars && is_over {
            return Outcome::TooLate;
        }
        self.happen(&row, today);
        // What was annulled is published at once.
        let published = self.rows().find(|row| row.event == "publish_annulment").cloned();
        if let Some(row) = published.filter(|_| event == "annul") {
            self.happen(&row, today);
        }
        Outcome::Done
    }

    /// What a certificate brings about: an amendment of one that is in force, a licence in the place of one; whether it does.
    pub fn bring_about(&mut self, event: &str, today: Date) -> bool {
        let row = self.rows().find(|row| row.event == event && row.is_derived).cloned();
        // What is over is neither amended nor replaced.
        let is_over = self.marks.get("contract_expires_on").is_some_and(|day| *day < today);
        let Some(row) = row.filter(|_| !is_over) else {
            return false;
        };
        self.happen(&row, today);
        true
    }

    /// Whether there is a certificate of which a duplicate is issued: it was not annulled.
    pub fn is_certified(&self) -> bool {
        ["active", "expired"].contains(&self.state.as_str())
    }

    fn happen(&mut self, row: &Transition, today: Date) {
        let due_on = self.due_on(row);
        let is_late = !row.is_after_term && due_on.is_some_and(|due_on| due_on < today);
        self.state.clone_from(&row.to);
        let mut mark = |name, day| {
            self.marks.insert(name, day);
        };
        match row.event.as_str() {
            "sign_contract" => mark("contract_signed_on", today),
            // Of licences.
            "request_amendment" => mark("period_end", last_day(today, 60, "calendar_day")),
            "request_extension" => mark("period_end", last_day(due_on.unwrap(), 60, "calendar_day")),
            "issue" => mark("licensed_on", today),
            // What is reported years before its term leaves that term where it is.
            "annual_report" | "final_report" => mark("licensed_on", due_on.unwrap().min(today)),
            "annul" => mark("annulled_on", today),
            "replaced" => mark("contract_expires_on", today),
            "extend" => self.deadline(due_on.unwrap()),
            "notify_annulment" => mark("annulment_notice_received_on", today),
            "demand_repayment" => mark("repayment_notice_received_on", today),
            // What is handed in anew has its whole term again.
            "submit" | "supplement" | "resubmit" => {
                mark("submitted_on", today);
                mark("complete_dossier_on", today);
                self.is_handed_in = true;
            }
            "technology_changed" => {
                self.deadline(today);
                self.since = self.history.len();
            }
            _ => {}
        }
        self.history.push((row.event.clone(), row.to.clone(), is_late, due_on));
    }

    /// What comes of the days that passed by themselves.
    pub fn days_passed(&mut self, today: Date) {
        let is_over = |row: &Transition| self.due_on(row).is_some_and(|due_on| due_on < today);
        let comes = |row: &Transition| match row.event.as_str() {
            "term_end" | "mark_enforcement" => is_over(row),
            // On the first working day after the last one (LTT 30.4).
            "timeout" => self
                .due_on(row)
                .is_some_and(|due_on| last_day(due_on, 1, "working_day") <= today),
            _ => row.is_complete_when_missed && is_over(row),
        };
        let over = self.rows().find(|row| comes(row) && !self.is_spent(row)).cloned();
        if let Some(row) = over {
            self.happen(&row, today);
        }
    }
}
