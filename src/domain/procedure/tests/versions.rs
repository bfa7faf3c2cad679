//! The texts that come with the program, each for its time.

use serde_json::json;

use super::{mistakes, rules};
use crate::domain::procedure::texts::changed;
use crate::domain::procedure::{Event, Procedure, Verification, shipped, shipped_versions};

/// What a later law changes is written alone; each change changes something, and what was of before ends on its eve.
#[test]
fn one_version_ends_on_the_eve_of_the_next() {
    let periods = |code: &str| -> Vec<(String, Option<String>)> {
        let versions = shipped_versions()[code].iter().rev();
        versions
            .map(|one| (one.rules.text.valid_from.clone(), one.rules.text.valid_to.clone()))
            .collect()
    };
    let day = |text: &str| text.to_owned();
    let from_2018 = |to: &str| (day("2018-07-01"), Some(day(to)));
    let now = (day("2026-04-01"), None);
    for code in ["REG", "APR", "LIC"] {
        let middle = (day("2025-07-01"), Some(day("2026-03-31")));
        assert_eq!(periods(code), [from_2018("2025-06-30"), middle, now.clone()], "{code}");
    }
    for code in ["AMD", "CERT", "OPN_POLICY", "OPN_DECISION"] {
        assert_eq!(periods(code), [from_2018("2026-03-31"), now.clone()], "{code}");
    }
    assert_eq!(periods("IP_SUPPORT"), [(day("2018-07-01"), None)]);
    // The text of Luật 115/2025 and of what took the place of the decree was not at hand: nothing of it is told as held against it.
    for (code, versions) in shipped_versions() {
        let newest = &versions[0].rules;
        if newest.text.valid_from == "2026-04-01" {
            let is_open = |event: &Event| event.verification == Verification::Unverified;
            assert!(newest.events.iter().all(is_open), "{code}");
        }
    }
}

/// Items of a list are named by their codes, all of them by `*`; a list takes the place of a list, and null of what there was.
#[test]
fn a_change_names_what_it_changes() {
    let before = json!({"events": [{"code": "a", "days": 3}, {"code": "b", "days": 5}], "form": "01", "bases": [1, 2]});
    let change =
        json!({"events": {"*": {"sure": false}, "b": {"days": 7}}, "form": null, "bases": [3], "new": {"x": 1}});
    assert_eq!(
        changed(&before, &change),
        json!({
            "events": [{"code": "a", "days": 3, "sure": false}, {"code": "b", "days": 7, "sure": false}],
            "bases": [3], "new": {"x": 1},
        })
    );
}

/// Which authority takes a registration, before and after it was left to the provinces (NĐ 76/2018 Đ.6, NĐ 133/2025).
#[test]
fn rows_of_authorities_are_read_in_their_order() {
    let codes = |rules: &Procedure| -> Vec<(String, bool)> {
        let rows = rules.text.authorities.iter();
        rows.map(|row| (row.code.clone(), rules.takes(row))).collect()
    };
    let here = |code: &str| (code.to_owned(), true);
    let elsewhere = |code: &str| (code.to_owned(), false);
    assert_eq!(
        codes(rules("REG")),
        [
            elsewhere("BQP"),
            here("SKHCN-PT"),
            elsewhere("BKHCN"),
            elsewhere("BKHCN"),
            here("SKHCN-PT"),
            here("SKHCN-PT"),
            elsewhere("BKHCN"),
            elsewhere("BKHCN"),
            here("SKHCN-PT"),
        ]
    );
    assert_eq!(codes(rules("LIC")), [elsewhere("BKHCN")]);
    assert_eq!(codes(&shipped()["LIC"]), [here("UBND-PT")]);
    let wrong = mistakes(|text| {
        text["authorities"][0]["place"] = json!("Hà Nội");
        text["authorities"][0]["when"][0]["member"] = json!("/nowhere");
        text["authorities"][1]["duty"] = json!("perhaps");
        text["checklist"][0]["only_with"] = json!("magic");
    });
    let pointers: Vec<&str> = wrong.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/authorities/0/when/0/member",
            "/authorities/0/is_elsewhere",
            "/authorities/1/duty",
            "/checklist/0/only_with",
        ]
    );
}
