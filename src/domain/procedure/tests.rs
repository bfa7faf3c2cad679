//! The rule sets that come with the program against the reference, what is refused, and lives of dossiers against a model.

mod lawful;
mod limits;
mod reference;
mod versions;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::engine::{Need, Refusal, Standing, Step, due, step};
use super::texts::texts;
use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::canonical::canonical;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// The text of 2017 and 2018, which the reference is of.
fn rules(code: &str) -> &'static Procedure {
    &shipped_versions()[code].last().unwrap().rules
}

#[test]
fn all_that_come_with_the_program_are_right() {
    for (name, texts) in texts() {
        assert_eq!(code(&name).as_ref(), Ok(&name));
        for text in &texts {
            let draft: ProcedureDraft = serde_json::from_value(text.clone()).unwrap();
            let parsed = draft.parse();
            assert!(parsed.is_ok(), "{name}: {:?}", parsed.unwrap_err());
        }
        assert_eq!(shipped_versions()[&name].len(), texts.len(), "{name}");
    }
    let codes: Vec<&str> = shipped().keys().map(String::as_str).collect();
    assert_eq!(
        codes,
        [
            "AMD",
            "APR",
            "CERT",
            "IP_SUPPORT",
            "LIC",
            "OPN_DECISION",
            "OPN_POLICY",
            "REG"
        ]
    );
}

/// What reports count is told by the rules, of officers' events only.
#[test]
fn what_counts_in_reports_is_told_by_the_rules() {
    let counted: Vec<(&str, &str, CountsAs)> = shipped()
        .iter()
        .flat_map(|(name, rules)| rules.events.iter().map(move |event| (name.as_str(), event)))
        .filter_map(|(name, event)| Some((name, event.code.as_str(), event.counts_as?)))
        .collect();
    assert_eq!(
        counted,
        [
            ("IP_SUPPORT", "complete", CountsAs::IpSupport),
            ("OPN_DECISION", "issue_opinion", CountsAs::Opinion),
            ("OPN_POLICY", "issue_opinion", CountsAs::Opinion),
        ]
    );
    let refused = |event: &str, counts_as: &str| -> Vec<String> {
        let mut draft = rules("IP_SUPPORT").text.clone();
        let event = draft.events.iter_mut().find(|known| known.code == event).unwrap();
        event.counts_as = Some(counts_as.to_owned());
        let wrong = draft.parse().unwrap_err();
        wrong.into_iter().map(|error| error.pointer).collect()
    };
    assert_eq!(refused("complete", "everything"), ["/events/6/counts_as"]);
    assert_eq!(refused("submit", "opinion"), ["/events/1/counts_as"]);
}

/// A dossier goes on by the text that it was handed in under, which is known by its hash: there is one way to write it.
#[test]
fn what_is_kept_is_written_in_one_way_only() {
    let all: Vec<(String, Value)> = texts()
        .into_iter()
        .flat_map(|(code, texts)| texts.into_iter().map(move |text| (code.clone(), text)))
        .collect();
    assert_eq!(shipped_texts().len(), all.len());
    for ((code, rules), (known, text)) in all.into_iter().zip(shipped_texts()) {
        let read: Value = serde_json::from_str(text).unwrap();
        assert_eq!((&read, canonical(&read).as_str()), (&rules, text), "{code}");
        assert!(
            code == known && text.starts_with(r#"{"authorities":["#),
            "{code}: {text}"
        );
    }
}

/// Every row of the reference of the law stands in a rule set, with its states, actor and term.
#[test]
fn the_reference_is_in_them() {
    let reference = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/procedure_transitions.csv"
    ));
    let mut count = 0;
    for row in csv::Reader::from_reader(reference.as_bytes()).records() {
        let row = row.unwrap();
        let [machine, from, event, to, actor, amount, unit] = [0, 1, 2, 3, 4, 5, 6].map(|at| &row[at]);
        // Other parts of the exchange, with rules of their own.
        if ["SELLER", "LISTING", "DSR", "BREACH"].contains(&machine) {
            continue;
        }
        count += 1;
        let place = format!("{machine} {from} {event}");
        let known = rules(machine).event(event).unwrap_or_else(|| panic!("{place}"));
        let mut from: Vec<&str> = match from {
            "-" | "certificate.active" | "approved(APR)" => Vec::new(),
            states => states.split('|').collect(),
        };
        let mut known_from: Vec<&str> = known.from.iter().map(String::as_str).collect();
        // A contract's end is told by time, and may come before what was asked for in time, or what is found out later.
        if ["CERT amended", "CERT annul", "LIC annul"].contains(&format!("{machine} {event}").as_str()) {
            from.push("expired");
        }
        // What was not repaid in time is marked for enforcement, and repaid all the same.
        if (machine, event) == ("CERT", "repay") {
            from.push("enforcement");
        }
        from.sort_unstable();
        known_from.sort_unstable();
        assert_eq!(known_from, from, "{place}");
        let to = if to == "new LIC" { "licensed" } else { to };
        assert_eq!((known.to.as_str(), known.actor.as_str()), (to, actor), "{place}");
        let verification = if &row[11] == "verified" {
            Verification::Verified
        } else {
            Verification::Unverified
        };
        assert_eq!(known.verification, verification, "{place}");
        // Terms that are counted on from a mark are longer marks with a term of nothing.
        let mut spans: Vec<&Span> = known.marks.iter().filter_map(|mark| mark.plus.as_ref()).collect();
        let prolonged = ["resubmit", "request_extension", "extend"].contains(&event) && machine != "REG";
        let asked = rules(machine)
            .event("request_amendment")
            .or(rules(machine).event("receive"));
        spans.extend(
            asked
                .into_iter()
                .flat_map(|event| &event.marks)
                .filter_map(|mark| mark.plus.as_ref()),
        );
        match (&known.term, unit) {
            (None, "") => {}
            (Some(term), "date:12-31") => assert_eq!(term.until, Until::DayOfYear(12, 31)),
            (Some(_), "calendar_day") if amount == "20|15|10" => {
                assert!(
                    spans.iter().any(|span| span.by_group.values().eq(&[20, 15, 10])),
                    "{place}"
                );
            }
            (Some(_), _) if prolonged => assert!(spans.iter().any(|span| span.amount.to_string() == amount), "{place}"),
            (Some(term), unit) => {
                let Until::After(span) = &term.until else {
                    panic!("{place}")
                };
                // What the law does not say of a term, the reference leaves out.
                if !unit.is_empty() {
                    assert_eq!(
                        (span.unit.as_str(), span.amount.to_string().as_str()),
                        (unit, amount),
                        "{place}"
                    );
                }
            }
            (None, _) => panic!("{place} has no term"),
        }
    }
    assert_eq!(count, 45);
}

fn mistakes(change: impl FnOnce(&mut Value)) -> Vec<(String, Violation)> {
    let mut text = serde_json::to_value(&rules("REG").text).unwrap();
    change(&mut text);
    let draft: ProcedureDraft = serde_json::from_value(text).unwrap();
    let errors = draft.parse().map(drop).err().unwrap_or_default();
    errors
        .into_iter()
        .map(|error| (error.pointer, error.violation))
        .collect()
}

#[test]
fn all_mistakes_of_a_rule_set_are_told_at_once() {
    let found = mistakes(|text| {
        text["valid_to"] = json!("2018-06-30");
        text["states"]
            .as_array_mut()
            .unwrap()
            .push(json!({"code": "lost", "name_vi": "Lạc", "name_en": "Lost"}));
        text["states"][5]["is_final"] = json!(true);
        text["events"][1]["actor"] = Value::Null;
        text["events"][2]["to"] = json!("nowhere");
        text["events"][3]["term"] = json!({"amount": 3, "runs_from": "never_set"});
        text["events"][4]["code"] = json!("submit");
        text["events"][8]["documents"] = json!(["thư tay"]);
        text["events"][8]["name_vi"] = json!(" ");
        text["authorities"][8]["direction"] = json!("domestic");
        text["fee"] = json!({"per_mille": 1, "minimum": 5, "maximum": 4, "legal_basis": "TT"});
    });
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/events/4/code",
            "/valid_to",
            "/events/1/actor",
            "/events/2/to",
            "/events/3/term/runs_from",
            "/events/3/term/unit",
            "/events/8/name_vi",
            "/events/8/documents/0",
            "/states/2",
            "/states/3",
            "/states/4",
            "/states/5",
            "/states/5/is_final",
            "/states/6",
            "/states/7",
            "/states/9",
            "/states/9",
            "/authorities/8",
            "/fee/maximum",
        ]
    );
    let no_opening = mistakes(|text| text["events"][0]["from"] = json!(["draft"]));
    assert!(no_opening.contains(&("/events".into(), Violation::Malformed { what: "rule_opening" })));
    assert_eq!(mistakes(|_| {}), []);
}

#[test]
fn a_fee_is_a_share_within_bounds() {
    let fee = rules("REG").fee.unwrap();
    let of = |value| fee.of(Some(value)).unwrap();
    assert_eq!(
        [
            of(0),
            of(5_000_000_000),
            of(6_000_000_499),
            of(6_000_000_500),
            of(i64::MAX)
        ],
        [5_000_000, 5_000_000, 6_000_000, 6_000_001, 10_000_000]
    );
    assert_eq!(
        (fee.of(None), rules("APR").fee.unwrap().of(None)),
        (None, Some(10_000_000))
    );
}

fn plain(event: &str, side: Side) -> Step<'_> {
    Step {
        event,
        side,
        given: None,
        ground: None,
        has_note: true,
        group: None,
        comes_of: None,
    }
}

fn at(state: &str, marks: &[(&str, &str)]) -> Standing {
    Standing {
        state: state.into(),
        marks: marks.iter().map(|(mark, day)| ((*mark).into(), date(day))).collect(),
        done: BTreeMap::new(),
    }
}

#[test]
fn refusals_say_why() {
    let (reg, calendar, today) = (rules("REG"), Calendar::shipped(), date("2026-03-02"));
    let try_at = |standing: &Standing, by: &Step<'_>| step(reg, standing, by, calendar, today).unwrap_err();
    let review = at(
        "under_review",
        &[("submitted_on", "2026-03-02"), ("complete_dossier_on", "2026-03-02")],
    );
    let officer = |event| plain(event, Side::Officer);
    assert_eq!(try_at(&review, &officer("dance")), Refusal::UnknownEvent);
    let wrong = Refusal::WrongState {
        state: "under_review".into(),
    };
    assert_eq!(try_at(&review, &plain("submit", Side::Filer)), wrong);
    assert_eq!(
        try_at(&review, &plain("issue", Side::Filer)),
        Refusal::WrongSide(Actor::Authority)
    );
    assert_eq!(try_at(&review, &officer("refuse")), Refusal::Needs(Need::Ground));
    let refuse = |ground| Step {
        ground: Some(ground),
        ..officer("refuse")
    };
    assert_eq!(try_at(&review, &refuse("TOO_UGLY")), Refusal::Needs(Need::Ground));
    let silent = Step {
        has_note: false,
        ..refuse("ILLEGAL_CONTENT")
    };
    assert_eq!(try_at(&review, &silent), Refusal::Needs(Need::Note));
    let grounded = Step {
        ground: Some("ILLEGAL_CONTENT"),
        ..officer("issue")
    };
    assert_eq!(try_at(&review, &grounded), Refusal::Needs(Need::NoGround));
    let sign = |given| Step {
        given,
        ..plain("sign_contract", Side::Filer)
    };
    for (day, need) in [(None, Need::AnyDay), (Some(date("2026-03-03")), Need::Day)] {
        assert_eq!(try_at(&at("draft", &[]), &sign(day)), Refusal::Needs(need));
    }
}

/// 90 days from the signature: later it is taken all the same, and marked.
#[test]
fn what_comes_late_is_taken_and_marked() {
    let signed = at("signed", &[("contract_signed_on", "2025-11-18")]);
    // Ends within Tết, and so on the first working day after it.
    for (today, is_late) in [("2026-02-23", false), ("2026-02-24", true)] {
        let taken = step(
            rules("REG"),
            &signed,
            &plain("submit", Side::Filer),
            Calendar::shipped(),
            date(today),
        )
        .unwrap();
        assert_eq!((taken.is_late, taken.due_on), (is_late, Some(date("2026-02-23"))));
    }
}

/// 60 days, once prolonged by 60 at the most, and then the dossier is refused.
#[test]
fn corrections_of_a_licence_end_after_one_extension() {
    let (lic, calendar) = (rules("LIC"), Calendar::shipped());
    let submitted = at("submitted", &[("submitted_on", "2026-03-02")]);
    let go =
        |standing: &Standing, event, side, day: &str| step(lic, standing, &plain(event, side), calendar, date(day));
    let asked = go(&submitted, "request_amendment", Side::Officer, "2026-03-09").unwrap();
    assert!(!asked.is_late);
    let asked = asked.standing;
    // 8 May 2026, a Friday.
    assert_eq!(asked.marks["period_end"], date("2026-05-08"));
    let early = go(&asked, "timeout", Side::Officer, "2026-05-08");
    assert_eq!(early, Err(Refusal::TooEarly(date("2026-05-08"))));
    let late = go(&asked, "resubmit", Side::Filer, "2026-05-11");
    assert_eq!(late, Err(Refusal::TooLate(date("2026-05-08"))));
    let more = go(&asked, "request_extension", Side::Filer, "2026-05-08")
        .unwrap()
        .standing;
    assert_eq!(more.marks["period_end"], date("2026-07-07"));
    assert_eq!(
        go(&more, "request_extension", Side::Filer, "2026-05-09"),
        Err(Refusal::TooOften(1))
    );
    assert!(go(&more, "resubmit", Side::Filer, "2026-07-07").is_ok());
    assert_eq!(
        go(&more, "timeout", Side::Officer, "2026-07-08")
            .unwrap()
            .standing
            .state,
        "refused"
    );
}

#[test]
fn a_term_goes_by_the_group_of_the_project() {
    let (opinion, calendar) = (rules("OPN_DECISION"), Calendar::shipped());
    let receive = |group| Step {
        group: Some(group),
        ..plain("receive", Side::Officer)
    };
    for (group, end) in [("A", "2026-03-23"), ("B", "2026-03-17"), ("C", "2026-03-12")] {
        let received = step(
            opinion,
            &Standing::default(),
            &receive(group),
            calendar,
            date("2026-03-02"),
        )
        .unwrap();
        let due = due(opinion, &received.standing, Some(group), calendar);
        assert_eq!(due[0].due_on, date(end), "{group}");
        assert_eq!(
            due.iter().map(|due| due.event.code.as_str()).collect::<Vec<_>>(),
            ["issue_opinion", "extend"]
        );
    }
}

/// Registration as a person would write it down: the state after an event, or nothing.
fn model(state: &str, event: &str) -> Option<&'static str> {
    Some(match (state, event) {
        ("", "open") => "draft",
        ("draft", "sign_contract") => "signed",
        ("signed", "submit") | ("awaiting_completion", "supplement") | ("awaiting_amendment", "resubmit") => {
            "submitted"
        }
        ("submitted", "request_completion") => "awaiting_completion",
        ("submitted", "accept_complete") => "under_review",
        ("under_review", "request_amendment") => "awaiting_amendment",
        ("under_review", "issue") => "certified",
        ("under_review", "refuse") => "refused",
        ("draft" | "signed" | "awaiting_completion" | "awaiting_amendment" | "submitted", "withdraw") => "withdrawn",
        _ => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Lives of dossiers: what is done goes as the model says, terms begin anew with each handing in, and what a rule set
    /// refuses changes nothing.
    #[test]
    fn lives_of_dossiers_go_as_the_model_says(
        steps in proptest::collection::vec((0_usize..11, 0_i32..40, any::<bool>()), 1..40),
    ) {
        let (reg, calendar) = (rules("REG"), Calendar::shipped());
        let (mut standing, mut today, mut handed_in) = (Standing::default(), date("2026-01-05"), None);
        for (number, days, right_side) in steps {
            today = today.checked_add(jiff::Span::new().days(days)).unwrap();
            let event = &reg.events[number];
            let side = if right_side == (event.actor.side() == Side::Filer) { Side::Filer } else { Side::Officer };
            let by = Step {
                given: event.takes_day().then_some(today),
                ground: event.grounds.first().map(String::as_str),
                side,
                ..plain(&event.code, side)
            };
            let expected = model(&standing.state, &event.code).filter(|_| right_side);
            let taken = step(reg, &standing, &by, calendar, today);
            prop_assert_eq!(taken.as_ref().ok().map(|taken| taken.standing.state.as_str()), expected, "{}", event.code);
            let Ok(taken) = taken else { continue };
            if let (Some(day), true) = (handed_in, event.term.is_some() && event.actor == Actor::Authority) {
                let allowed = if standing.state == "submitted" { 3 } else { 5 };
                let due = calendar.due(day, Term::WorkingDays(allowed));
                prop_assert_eq!((taken.due_on, taken.is_late), (Some(due), today > due));
            }
            standing = taken.standing;
            if standing.state == "submitted" {
                handed_in = Some(today);
            }
            for due in due(reg, &standing, None, calendar) {
                prop_assert!(due.due_on > due.since && calendar.is_working_day(due.due_on));
            }
        }
    }
}

/// A report that comes a year early leaves its term where it is; one that is late counts for the year that it was due for.
#[test]
fn a_yearly_report_is_due_every_year() {
    let mut standing = Standing {
        state: "licensed".to_owned(),
        marks: BTreeMap::from([("licensed_on".to_owned(), date("2026-11-29"))]),
        ..Standing::default()
    };
    let report = Step {
        event: "annual_report",
        side: Side::Filer,
        given: None,
        ground: None,
        has_note: false,
        group: None,
        comes_of: None,
    };
    for (today, next) in [
        ("2026-11-29", "2027-12-31"),
        ("2027-12-20", "2028-12-31"),
        ("2029-01-10", "2029-12-31"),
    ] {
        let taken = step(rules("LIC"), &standing, &report, Calendar::shipped(), date(today)).unwrap();
        standing = taken.standing;
        let due = due(rules("LIC"), &standing, None, Calendar::shipped());
        let report = due.iter().find(|due| due.event.code == "annual_report").unwrap();
        assert_eq!(report.due_on, date(next), "{today}");
    }
}
