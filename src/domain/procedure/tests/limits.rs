//! What is limited, what no dossier meets, and days that are none of these times.

use serde_json::{Value, json};

use super::super::engine::{
    Refusal, Standing, Step, by_itself, is_correction, missing_years, possible, report_year, step,
};
use super::{at, date, mistakes, plain, rules};
use crate::domain::calendar::Calendar;
use crate::domain::procedure::{ProcedureDraft, Side, day};

/// What can be done once is done once in the life of a dossier, whichever states it comes back into, unless it begins anew.
#[test]
fn what_is_limited_is_counted_over_the_whole_life() {
    let calendar = Calendar::shipped();
    let go = |code: &str, standing: &Standing, event, side, day: &str| {
        let given = Step {
            ground: (event == "issue_opinion").then_some("AGREE"),
            ..plain(event, side)
        };
        step(rules(code), standing, &given, calendar, date(day))
    };
    let mut licence = at("submitted", &[("submitted_on", "2026-03-02")]);
    for (event, side) in [
        ("request_amendment", Side::Officer),
        ("request_extension", Side::Filer),
        ("resubmit", Side::Filer),
        ("request_amendment", Side::Officer),
    ] {
        licence = go("LIC", &licence, event, side, "2026-03-09").unwrap().standing;
    }
    let again = go("LIC", &licence, "request_extension", Side::Filer, "2026-03-10");
    assert_eq!(again, Err(Refusal::TooOften(1)));
    assert!(!possible(rules("LIC"), &licence).any(|event| event.code == "request_extension"));
    // Another technology is another opinion.
    let extended = at(
        "received",
        &[
            ("complete_dossier_on", "2026-03-02"),
            ("original_deadline", "2026-03-12"),
        ],
    );
    let extended = go("OPN_DECISION", &extended, "extend", Side::Officer, "2026-03-03")
        .unwrap()
        .standing;
    let again = go("OPN_DECISION", &extended, "extend", Side::Officer, "2026-03-03");
    assert_eq!(again, Err(Refusal::TooOften(1)));
    let changed = Standing {
        state: "opinion_issued".into(),
        ..extended
    };
    let changed = go(
        "OPN_DECISION",
        &changed,
        "technology_changed",
        Side::Filer,
        "2026-04-01",
    )
    .unwrap()
    .standing;
    assert!(go("OPN_DECISION", &changed, "extend", Side::Officer, "2026-04-02").is_ok());
}

#[test]
fn nothing_in_a_rule_set_waits_for_ever() {
    let only = |change: &dyn Fn(&mut Value)| {
        let found = mistakes(change);
        found
            .into_iter()
            .map(|(pointer, violation)| (pointer, format!("{violation:?}")))
            .collect::<Vec<_>>()
    };
    // Conditions that no dossier meets, and rows that none comes to.
    let told = only(&|text| {
        text["authorities"][0]["decided_by"] = json!("provincal");
        text["authorities"][1] =
            json!({"code": "A", "name_vi": "A", "name_en": "A", "legal_basis": "L", "direction": "sideways"});
    });
    assert_eq!(
        told.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(),
        ["/authorities/0/decided_by", "/authorities/1/direction"]
    );
    let told = only(&|text| text["authorities"][3] = text["authorities"][2].clone());
    assert_eq!(told.len(), 1);
    assert!(
        told[0].0 == "/authorities/3" && told[0].1.contains("rule_hidden_authority"),
        "{told:?}"
    );
    // A state that is left so often only.
    let told = only(&|text| {
        for event in text["events"].as_array_mut().unwrap() {
            if event["from"]
                .as_array()
                .is_some_and(|from| from.contains(&json!("signed")))
            {
                event["at_most"] = json!(1);
            }
        }
    });
    assert!(
        told.iter().any(|(_, violation)| violation.contains("rule_spent")),
        "{told:?}"
    );
    let told = only(&|text| text["events"][1]["at_most"] = json!(101));
    assert_eq!(told[0].0, "/events/1/at_most");
    let told = only(&|text| {
        text["events"][1]["at_most"] = json!(1);
        text["events"][1]["starts_over"] = json!(true);
    });
    assert_eq!(told[0].0, "/events/1/starts_over");
}

/// Papers that are translated, values that come with a law, letters of authorities.
#[test]
fn what_a_rule_set_speaks_of_is_there() {
    let place = std::cell::Cell::new(0);
    let found = mistakes(|text| {
        for event in [2, 8] {
            text["events"][event]["needs_letter"] = json!(true);
        }
        for event in [0, 2] {
            text["events"][event]["needs_screening"] = json!(true);
        }
        text["documents"][1]["translates"] = json!("contract");
        text["documents"][2]["translates"] = json!("magic");
        let items = text["checklist"].as_array_mut().unwrap();
        let at = items.iter().position(|item| item["member"] == "/technology/objects");
        place.set(at.unwrap());
        let objects = &mut items[place.get()];
        objects["since"][0]["from"] = json!("soon");
        objects["one_of"] = json!(["model_algorithm", "data", "design"]);
    });
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/events/0/needs_screening",
            "/events/0/needs_screening",
            "/events/2/needs_letter",
            "/events/2/needs_screening",
            "/events/8/needs_letter",
            "/documents/1/translates",
            "/documents/2/translates",
            &format!("/checklist/{}/since/0/from", place.get()),
            &format!("/checklist/{}/since/3/value", place.get()),
        ]
    );
}

/// What was annulled is published as soon as it can be, and once: what leaves all as it is would be done for ever otherwise.
#[test]
fn what_comes_at_once_comes_once() {
    let (cert, calendar) = (rules("CERT"), Calendar::shipped());
    let annulled = at("annulled", &[("annulled_on", "2026-03-02")]);
    let published = by_itself(cert, &annulled).unwrap();
    assert_eq!(published.code, "publish_annulment");
    let by = plain(&published.code, Side::Officer);
    let taken = step(cert, &annulled, &by, calendar, date("2026-03-02")).unwrap();
    assert_eq!((taken.is_late, taken.due_on), (false, Some(date("2026-03-09"))));
    assert_eq!(by_itself(cert, &taken.standing), None);
    let mut draft = cert.text.clone();
    let at = draft.events.iter().position(|event| event.code == "publish_annulment");
    let at = at.unwrap();
    draft.events[at].at_most = None;
    let wrong = draft.parse().unwrap_err();
    let pointers: Vec<String> = wrong.into_iter().map(|error| error.pointer).collect();
    assert_eq!(pointers, [format!("/events/{at}/at_most")]);
}

#[test]
fn days_are_of_years_in_which_contracts_are_made() {
    for (text, is_day) in [
        ("1900-01-01", true),
        ("2200-12-31", true),
        ("1899-12-31", false),
        ("2201-01-01", false),
        ("0001-01-01", false),
        ("-004713-01-01", false),
        ("9999-12-31", false),
        ("2026-02-29", false),
        ("2026-1-01", false),
    ] {
        assert_eq!(day(text).is_ok(), is_day, "{text}");
    }
}

/// What was published before it was refused stays what it was: its dossiers go on by it.
#[test]
fn what_was_published_once_is_read() {
    let mut text = serde_json::to_value(&rules("REG").text).unwrap();
    text["valid_from"] = json!("0001-01-01");
    text["valid_to"] = json!("9999-12-31");
    text["authorities"][0]["decided_by"] = json!("provincal");
    text["authorities"][3]["when"] = text["authorities"][2]["when"].clone();
    for event in text["events"].as_array_mut().unwrap() {
        event["at_most"] = json!(200);
    }
    let draft: ProcedureDraft = serde_json::from_value(text).unwrap();
    let refused = draft.clone().parse().unwrap_err();
    assert!(refused.len() > 10, "{refused:?}");
    let kept = draft.clone().kept().unwrap();
    assert_eq!((&kept.text, kept.events.len()), (&draft, rules("REG").events.len()));
    assert!(kept.is_in_force(date("1850-01-01")) && kept.is_in_force(date("2500-01-01")));
    // What this program does not know is not left out.
    let strange: [fn(&mut ProcedureDraft); 8] = [
        |draft| draft.events[8].issues = Some("diploma".to_owned()),
        |draft| draft.events[8].comes_of = Some("diploma".to_owned()),
        |draft| draft.events[8].counts_as = Some("diploma".to_owned()),
        |draft| draft.events[8].verification = Some("guessed".to_owned()),
        |draft| draft.events[8].term.as_mut().unwrap().if_missed = Some("shrug".to_owned()),
        |draft| draft.events[1].marks[0].earliest = Some("1990".to_owned()),
        |draft| draft.valid_to = Some("the end".to_owned()),
        |draft| {
            let mut since = draft.checklist.iter_mut().flat_map(|item| &mut item.since);
            since.next().unwrap().from = "soon".to_owned();
        },
    ];
    for (at, change) in strange.into_iter().enumerate() {
        let mut newer = draft.clone();
        change(&mut newer);
        assert_eq!(newer.kept(), None, "{at}");
    }
    // What has not the form of a rule set is none.
    let mut broken = draft;
    broken.events[0].actor = None;
    assert_eq!(broken.kept(), None);
}

/// A licence is reported on for each year, the oldest missing one first, and after its end up to that.
#[test]
fn reports_are_about_years_up_to_the_end() {
    let lic = rules("LIC");
    let running = at(
        "licensed",
        &[("licensed_on", "2024-05-10"), ("contract_expires_on", "2040-01-01")],
    );
    let annual = lic.event("annual_report").unwrap();
    for (today, year, missing) in [
        // In the first year nothing is due, and what is told is about that year.
        ("2024-11-30", 2024, &[][..]),
        ("2025-12-31", 2025, &[]),
        ("2026-01-01", 2025, &[2025]),
        ("2027-03-01", 2025, &[2025, 2026]),
    ] {
        assert_eq!(report_year(annual, &running, date(today)), Some(year), "{today}");
        assert_eq!(missing_years(lic, &running, date(today)), missing, "{today}");
    }
    assert_eq!(
        report_year(lic.event("annul").unwrap(), &running, date("2026-01-01")),
        None
    );

    let ended = |reported: &str| {
        at(
            "expired",
            &[("licensed_on", reported), ("contract_expires_on", "2026-06-30")],
        )
    };
    for (reported, missing, is_possible) in [
        ("2024-05-10", &[2025, 2026][..], true),
        ("2025-12-20", &[2026], true),
        ("2026-06-29", &[2027], true),
        ("2026-06-30", &[], false),
        ("2026-12-31", &[], false),
    ] {
        let standing = ended(reported);
        let today = date("2029-01-10");
        assert_eq!(missing_years(lic, &standing, today), missing, "{reported}");
        let known = possible(lic, &standing).any(|event| event.code == "final_report");
        assert_eq!(known, is_possible, "{reported}");
        let taken = step(
            lic,
            &standing,
            &plain("final_report", Side::Filer),
            Calendar::shipped(),
            today,
        );
        assert_eq!(taken.is_ok(), is_possible, "{reported}");
        if !is_possible {
            assert_eq!(taken, Err(Refusal::Covered));
        }
    }
}

/// The report of last year is corrected in January, which is no report of this year.
#[test]
fn a_correction_is_of_the_year_that_was_reported_on() {
    let lic = rules("LIC");
    let annual = lic.event("annual_report").unwrap();
    let mut standing = at("licensed", &[("licensed_on", "2025-12-20")]);
    let is = |standing: &Standing, told: Option<i16>| is_correction((lic, annual), standing, told, date("2026-01-10"));
    // In that year it was licensed, and nothing was reported.
    assert!(!is(&standing, Some(2025)));
    standing.done.insert("annual_report".to_owned(), 1);
    assert!(is(&standing, Some(2025)));
    for other in [None, Some(2024), Some(2026)] {
        assert!(!is(&standing, other), "{other:?}");
    }
    // Within the year whatever is told is about that year.
    assert!(!is_correction((lic, annual), &standing, Some(2025), date("2025-12-24")));
}
