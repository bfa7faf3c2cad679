//! The last columns of the reference of the law: from when a term runs, what comes of missing it, the papers, and the article.

use std::collections::BTreeSet;

use super::rules;
use crate::domain::procedure::{Event, IfMissed};

/// Rows of which the rules say otherwise from when a term runs, with why.
const RUNS_OTHERWISE: [(&str, &str); 6] = [
    // There is no term, so that nothing runs.
    ("REG supplement", ""),
    ("REG resubmit", ""),
    // Sixty days more are a mark that is moved, and both run to it.
    ("LIC resubmit", "period_end"),
    ("LIC request_extension", "period_end"),
    // The year of a report runs on from the licence, and then from the report before.
    ("LIC annual_report", "licensed_on"),
    // The term and its one extension are counted to the same mark.
    ("OPN_DECISION issue_opinion", "original_deadline"),
];

/// Rows that leave open what comes of missing a term, with what the rules say; and remarks that are none of that.
const MISSED_OTHERWISE: [(&str, Option<IfMissed>); 3] = [
    ("REG supplement", None),
    ("OPN_DECISION issue_opinion", Some(IfMissed::OverdueAlert)),
    ("OPN_DECISION extend", Some(IfMissed::Bars)),
];

/// How the rules ask for what a row names as its papers.
#[derive(Clone, Copy, Debug)]
enum Asked {
    /// These papers come with it.
    Papers(&'static [&'static str]),
    /// Those of the first handing in are asked for anew.
    Again,
    /// Words that list or give reasons.
    Words,
    /// Words, and number and day of a letter may come.
    Letter,
    /// Words, and number and day of the letter must come: it is the act.
    Act,
    /// Number and day of a letter may come; there is nothing to say beside.
    Notice,
    /// They must come, as the letter is what is given.
    Given,
    /// Number and day of the letter must come, and those to whom it is written.
    Written,
    /// A certificate or licence is issued, or comes of one that is.
    Certificate,
    /// The content tells it, by the checklist.
    Told(&'static str),
    /// Set aside, with why.
    Aside(&'static str),
}

/// What each row with papers asks for, in the order of the table.
const PAPERS: [(&str, Asked); 35] = {
    use Asked::*;
    [
        ("REG sign_contract", Told("/technology/name")),
        (
            "REG submit",
            Papers(&["application", "contract", "contract_translation"]),
        ),
        ("REG request_completion", Letter),
        (
            "REG accept_complete",
            Aside("the receipt is counted from the dossier: GET /dossiers/{id}/receipt"),
        ),
        ("REG supplement", Again),
        ("REG request_amendment", Letter),
        ("REG resubmit", Again),
        ("REG issue", Certificate),
        ("REG refuse", Act),
        (
            "REG withdraw",
            Aside("practice: the step itself is the letter, and its note may say why"),
        ),
        ("AMD open_amendment", Told("/amendment/kinds")),
        (
            "AMD submit",
            Papers(&["application", "amendment", "amendment_translation"]),
        ),
        ("AMD issue", Certificate),
        ("AMD refuse", Act),
        ("CERT amended", Certificate),
        ("CERT annul", Act),
        ("CERT notify_annulment", Written),
        ("CERT demand_repayment", Notice),
        ("CERT repay", Papers(&["treasury_receipt"])),
        (
            "APR submit",
            Papers(&["application", "legal_status", "explanation", "conditions", "standards"]),
        ),
        ("APR approve", Given),
        ("APR reject", Act),
        ("APR skip_if_project_already_appraised", Words),
        ("LIC sign_contract", Aside("the contract comes with the handing in")),
        (
            "LIC submit",
            Papers(&[
                "application",
                "legal_status",
                "contract",
                "contract_translation",
                "technology_list",
                "standards",
                "conditions",
            ]),
        ),
        ("LIC request_extension", Words),
        ("LIC timeout", Notice),
        ("LIC issue", Certificate),
        ("LIC refuse", Act),
        ("LIC annual_report", Papers(&["annual_report"])),
        ("LIC change_content", Words),
        ("LIC annul", Act),
        ("OPN_POLICY receive_from_investment_registrar", Papers(&["explanation"])),
        ("OPN_POLICY issue_opinion", Act),
        ("OPN_DECISION extend", Letter),
    ]
};

/// Rows whose last columns name papers in other words than those of a paper, or whose events are others': set aside.
const NO_PAPERS: [(&str, &str); 3] = [
    (
        "OPN_POLICY consult",
        "minutes and opinions of a council are confidential (Đ.20)",
    ),
    (
        "OPN_DECISION issue_opinion",
        "the terms of the groups stand there; its letter is asked for all the same",
    ),
    (
        "OPN_DECISION technology_changed",
        "the report is the step itself, with its note",
    ),
];

fn asks(event: &Event, asked: Asked, machine: &str) -> bool {
    let text = &rules(machine).text;
    match asked {
        Asked::Papers(papers) => {
            let comes = |paper: &str| event.documents.iter().any(|document| document == paper);
            papers.iter().all(|paper| comes(paper))
        }
        Asked::Again => event.hands_in && event.documents.is_empty() && !event.without_papers,
        Asked::Words => event.needs_note,
        Asked::Letter => event.needs_note && event.takes_letter && !event.needs_letter,
        Asked::Act => event.needs_note && event.needs_letter,
        Asked::Notice => !event.needs_note && event.takes_letter && !event.needs_letter,
        Asked::Given => !event.needs_note && event.needs_letter && !event.needs_addressees,
        Asked::Written => event.needs_letter && event.needs_addressees,
        Asked::Certificate => event.issues.is_some() || event.comes_of.is_some(),
        Asked::Told(member) => text.checklist.iter().any(|item| item.member == member),
        Asked::Aside(why) => !why.is_empty(),
    }
}

/// What a row says of a missed term.
fn missed(text: &str) -> Option<IfMissed> {
    let starts = [
        ("late_flag", IfMissed::LateFlag),
        ("escalate", IfMissed::Escalate),
        ("treat as complete", IfMissed::TreatAsComplete),
        ("overdue alert", IfMissed::OverdueAlert),
        ("alert", IfMissed::OverdueAlert),
        ("enforcement flag", IfMissed::EnforcementFlag),
        ("auto: refused", IfMissed::AutoRefuse),
    ];
    let known = starts.iter().find(|(start, _)| text.starts_with(start));
    known.map(|(_, missed)| *missed)
}

/// The numbers of articles, of instruments that both columns write alike.
fn articles(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let numbers = words.map(|word| word.trim_matches('.'));
    numbers.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn its_last_columns_are_in_the_rules() {
    let reference = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/procedure_transitions.csv"
    ));
    let (mut papers, mut aside) = (PAPERS.iter(), BTreeSet::new());
    for row in csv::Reader::from_reader(reference.as_bytes()).records() {
        let row = row.unwrap();
        let [machine, event, runs_from, on_missed, named, basis] = [0, 2, 7, 8, 9, 10].map(|at| &row[at]);
        if ["SELLER", "LISTING", "DSR", "BREACH"].contains(&machine) {
            continue;
        }
        let place = format!("{machine} {event}");
        let known = rules(machine).event(event).unwrap();

        let runs = known.term.as_ref().map_or("", |term| term.runs_from.as_str());
        let otherwise = RUNS_OTHERWISE.iter().find(|(row, _)| *row == place);
        assert_eq!(runs, otherwise.map_or(runs_from, |(_, says)| *says), "{place}");

        let says = known.term.as_ref().and_then(|term| term.if_missed);
        let otherwise = MISSED_OTHERWISE.iter().find(|(row, _)| *row == place);
        assert_eq!(says, otherwise.map_or(missed(on_missed), |(_, says)| *says), "{place}");

        if let Some((_, why)) = NO_PAPERS.iter().find(|(row, _)| *row == place) {
            aside.insert(place.clone());
            assert!(!why.is_empty());
        } else if !named.is_empty() {
            let (next, asked) = papers.next().unwrap();
            assert_eq!(*next, place);
            assert!(asks(known, *asked, machine), "{place}: {named} is {asked:?}");
        }

        // `same` is the article of the row above; what was changed by other laws stands beside it in parentheses.
        if !basis.is_empty() && basis != "same" {
            let basis = basis.split(" (").next().unwrap_or_default();
            let (law, own) = (articles(basis), articles(&known.legal_basis));
            // The year of the law's first text is told by the reference alone.
            let missing: Vec<&String> = law
                .iter()
                .filter(|number| !own.contains(*number) && *number != "2017")
                .collect();
            assert!(
                missing.is_empty(),
                "{place}: {missing:?} of {basis} not in {}",
                known.legal_basis
            );
        }
    }
    assert!(papers.next().is_none());
    assert_eq!(aside.len(), NO_PAPERS.len());
}
