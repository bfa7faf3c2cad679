//! Approvals that are not needed, as the project was appraised: held against the register of opinions.

use jiff::civil::date;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};

use super::opinions::asked_for;
use super::{Desk, content};
use crate::harness::Reply;

/// Gives an opinion on a technology by a letter of today.
async fn given(desk: &Desk, (ground, number, technology): (&str, &str, &str)) {
    let mut new = asked_for(desk);
    new["content"]["technology"]["name"] = json!(technology);
    let begun = desk.begin(&desk.officer, &new).await;
    let opinion = json!({"event": "issue_opinion", "ground": ground, "note": "Theo văn bản của Sở.",
        "letter_number": number, "letter_on": desk.today()});
    let issued = desk.post(&begun, &desk.officer, &opinion).await;
    assert_eq!(issued.status, 200, "{}", issued.body);
}

/// What needs no approval because of an appraisal.
async fn skipped(desk: &Desk, (number, on): (&str, Value), change: &dyn Fn(&mut Value)) -> Reply {
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    text["project"]["appraisal_number"] = json!(number);
    text["project"]["appraised_on"] = on;
    change(&mut text);
    let new = json!({"procedure": "APR", "event": "skip_if_project_already_appraised", "content": text,
        "note": "Dự án đã được thẩm định công nghệ"});
    desk.app.post("/dossiers").by(&desk.officer).json(&new).send().await
}

/// The outcome, what is told otherwise, and where that is refused.
type Told<'a> = (&'a str, &'a dyn Fn(&mut Value), &'a [&'a str]);

#[actix_web::test]
async fn an_appraisal_of_the_register_is_what_was_given() {
    let desk = Desk::on(date(2026, 9, 8)).await;
    desk.app.clock.hold();
    let today = json!(desk.today());
    let other = "Công nghệ sấy thăng hoa";
    let own = "Công nghệ sấy lúa tầng sôi";
    given(&desk, ("DISAGREE", "701/SKHCN-QLCN", other)).await;
    given(&desk, ("DISAGREE", "702/SKHCN-QLCN", own)).await;
    given(&desk, ("AGREE", "703/SKHCN-QLCN", other)).await;
    given(&desk, ("AGREE_WITH_CONDITIONS", "704/SKHCN-QLCN", own)).await;
    given(&desk, ("DISAGREE", "41/SKHCN", own)).await;
    let (number, on, technology) = (
        "/content/project/appraisal_number",
        "/content/project/appraised_on",
        "/content/technology/name",
    );
    for (told, day, pointers) in [
        ("701/SKHCN-QLCN", today.clone(), vec![number, technology]),
        ("702/skhcn-qlcn", today.clone(), vec![number]),
        ("703/SKHCN-QLCN", today.clone(), vec![technology]),
        // However its number is written, it is that letter.
        ("702/SKHCN – QLCN", today.clone(), vec![number]),
        ("702/SKHCN.QLCN", today.clone(), vec![number]),
        ("041/skhcn", today.clone(), vec![number]),
        ("41 /SKHCN", today.clone(), vec![number]),
        ("４１/SKHCN", today.clone(), vec![number]),
        ("704/SKHCN-QLCN", json!("2026-02-03"), vec![on]),
    ] {
        let refused = skipped(&desk, (told, day), &|_| {}).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, pointers),
            "{told}: {}",
            refused.body
        );
        let detail = refused.text("/errors/0/detail");
        assert!(detail.contains("Luật CGCN Đ.28.2.a"), "{detail}");
    }
    let right = skipped(&desk, ("704/SKHCN-QLCN", today), &|_| {}).await;
    assert_eq!(
        (right.status, right.text("/state/code")),
        (201, "approved"),
        "{}",
        right.body
    );
    assert_eq!(right.body.get("party_hints"), None);
    // A number that is not there is taken with a hint, and so is one of another year: the numbers begin anew.
    let elsewhere = |text: &mut Value| text["project"]["appraised_by"] = json!("Bộ Khoa học và Công nghệ");
    let unchanged = |_: &mut Value| {};
    let told: [Told<'_>; 3] = [
        ("799/SKHCN-QLCN", &unchanged, &[]),
        ("704/SKHCN-QLCN", &unchanged, &["08/09/2026", own]),
        (
            "701/SKHCN-QLCN",
            &elsewhere,
            &["08/09/2026", other, "Bộ Khoa học và Công nghệ"],
        ),
    ];
    for (number, change, said) in told {
        let taken = skipped(&desk, (number, json!("2025-06-02")), change).await;
        assert_eq!(taken.status, 201, "{number}: {}", taken.body);
        assert_eq!(taken.text("/party_hints/0/member"), "/project/appraisal_number");
        let hint = taken.text("/party_hints/0/text_vi");
        assert!(
            hint.contains(number) && said.iter().all(|said| hint.contains(said)),
            "{hint}"
        );
    }
    // Of the year of the letter it is that letter, whoever is named.
    let refused = skipped(&desk, ("701/SKHCN-QLCN", json!("2026-02-03")), &elsewhere).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec![number, on, technology]),
        "{}",
        refused.body
    );
}

/// Zeros before a number, capitals and spaces make no other letter, nor does it that the letter was told before numbers had keys.
#[actix_web::test]
async fn an_appraisal_is_found_with_zeros_before_its_number_and_without() {
    let desk = Desk::on(date(2026, 9, 8)).await;
    desk.app.clock.hold();
    given(&desk, ("AGREE", "9/SKHCN", "Công nghệ sấy lúa tầng sôi")).await;
    given(&desk, ("AGREE", "12/TTr-SKHCN", "Công nghệ sấy lúa tầng sôi")).await;
    for round in ["keyed", "without keys"] {
        for number in [
            "09/SKHCN",
            "9/skhcn",
            "0009/SKHCN",
            "12/ttr-skhcn",
            "12 / TTR-SKHCN",
            "0000012/TTr-SKHCN",
        ] {
            let taken = skipped(&desk, (number, json!(desk.today())), &|_| {}).await;
            assert_eq!(taken.status, 201, "{round}, {number}: {}", taken.body);
            assert_eq!(taken.body.get("party_hints"), None, "{round}, {number}");
        }
        let unknown = skipped(&desk, ("13/TTr-SKHCN", json!(desk.today())), &|_| {}).await;
        assert!(unknown.body.get("party_hints").is_some(), "{round}: {}", unknown.body);
        desk.app.by_hand("UPDATE dossier_events SET letter_key = NULL").await;
    }
}

/// Whoever decides on the licence is told what whoever took the appraisal was.
#[actix_web::test]
async fn a_licence_has_the_hint_of_what_it_follows() {
    let desk = Desk::on(date(2026, 9, 8)).await;
    desk.app.clock.hold();
    given(&desk, ("AGREE", "703/SKHCN-QLCN", "Công nghệ sấy lúa tầng sôi")).await;
    let hint = |seen: &Reply| {
        let hints = seen.body["party_hints"].as_array().cloned().unwrap_or_default();
        hints.into_iter().find(|hint| hint["member"] == "/approval/number")
    };
    for (number, is_there) in [("703/SKHCN-QLCN", true), ("799/SKHCN-QLCN", false)] {
        let appraised = skipped(&desk, (number, json!(desk.today())), &|_| {}).await;
        assert_eq!(appraised.status, 201, "{}", appraised.body);
        let mut text = content(&desk.tax_code);
        text["technology_status"] = json!("restricted");
        let new =
            json!({"procedure": "LIC", "content": text, "follows": appraised.body["id"], "given_on": desk.today()});
        let begun = desk.begin(&desk.officer, &new).await;
        let submitted = desk.take(&begun, "submit").await;
        for seen in [&begun, &submitted] {
            assert_eq!(hint(seen).is_none(), is_there, "{number}: {}", seen.body);
        }
        if let Some(hint) = hint(&submitted) {
            assert_eq!(hint["text_vi"], appraised.body["party_hints"][0]["text_vi"]);
        }
        // What was decided is not to be looked at any more.
        let accepted = desk.take(&submitted, "accept_complete").await;
        let licensed = desk.take(&accepted, "issue").await;
        assert_eq!(hint(&licensed), None);
    }
}

#[actix_web::test]
async fn what_a_letter_says_is_told_to_who_may_read_its_dossier() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    given(&desk, ("DISAGREE", "701/SKHCN-QLCN", "Công nghệ sấy thăng hoa")).await;
    let here = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let remote = desk.app.officer_for(&[Permission::HandleDossiers], here).await;
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    text["transferee"]["commune_code"] = json!("00004");
    text["project"]["appraisal_number"] = json!("701/SKHCN-QLCN");
    text["project"]["appraised_on"] = json!(desk.today());
    let new = json!({"procedure": "APR", "event": "skip_if_project_already_appraised", "content": text,
        "note": "Dự án đã được thẩm định công nghệ"});
    for (by, is_told) in [(&desk.officer, true), (&remote, false)] {
        let refused = desk.app.post("/dossiers").by(by).json(&new).send().await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (
                422,
                vec!["/content/project/appraisal_number", "/content/technology/name"]
            ),
            "{}",
            refused.body
        );
        let said = refused.body.to_string();
        assert_eq!(said.contains("DISAGREE"), is_told, "{said}");
        assert_eq!(said.contains("thăng hoa"), is_told, "{said}");
    }
}
