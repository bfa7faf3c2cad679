//! In which languages a contract is written, and its papers: each knows of the other (NĐ 76/2018 Đ.5.1.b).

use serde_json::{Value, json};

use super::papers::{naming, write};
use super::random_lives::{before, begin};
use super::{Desk, content};
use crate::harness::Reply;

/// A registration whose contract is in some languages, and its paper told so.
fn written(desk: &Desk, languages: &[&str], contract: &Value) -> Value {
    let mut text = naming(desk, contract);
    text["contract"]["languages"] = json!(languages);
    text
}

async fn signed(desk: &Desk, text: &Value) -> Reply {
    let new = json!({"procedure": "REG", "content": text});
    desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await
}

/// What is missing, or told as it cannot be: where, and which paper.
fn lacks(seen: &Reply) -> Vec<(&str, Option<&str>)> {
    let missing = seen.body["missing"].as_array().unwrap().iter();
    missing
        .map(|one| (one["member"].as_str().unwrap(), one["document"].as_str()))
        .collect()
}

#[actix_web::test]
async fn a_contract_in_no_vietnamese_is_translated_whether_its_paper_tells_a_language_or_not() {
    let desk = Desk::open().await;
    let original = json!({"document": "contract", "form": "original"});
    let foreign: [&[&str]; 2] = [&["en"], &["en", "ja"]];
    for languages in foreign {
        let seen = signed(&desk, &written(&desk, languages, &original)).await;
        assert_eq!(lacks(&seen), [("/attachments", Some("contract_translation"))]);
        let refused = desk.try_event(&seen, "submit").await;
        assert_eq!(
            (refused.status, refused.pointers(), refused.text("/errors/0/code")),
            (422, vec!["/content/attachments"], "required_by_law"),
            "{languages:?}"
        );
        let mut text = written(&desk, languages, &original);
        let translation = json!({"document": "contract_translation", "form": "certified_translation"});
        text["attachments"].as_array_mut().unwrap().push(translation);
        let translated = write(&desk, &desk.owner, &seen, &text).await;
        assert!(lacks(&translated).is_empty(), "{}", translated.body);
        desk.take(&translated, "submit").await;
    }
    // What is in Vietnamese, too, needs none, nor does what tells no language anywhere.
    let vietnamese: [&[&str]; 2] = [&["vi", "en"], &[]];
    for languages in vietnamese {
        let seen = signed(&desk, &written(&desk, languages, &original)).await;
        assert!(lacks(&seen).is_empty(), "{}", seen.body);
        desk.take(&seen, "submit").await;
    }
}

#[actix_web::test]
async fn a_paper_in_another_language_than_its_contract_is_refused() {
    let desk = Desk::open().await;
    let cases: [(&[&str], &str); 3] = [(&["en"], "vi"), (&["en", "ja"], "vi"), (&["vi", "ja"], "en")];
    for (languages, told) in cases {
        let paper = json!({"document": "contract", "form": "original", "language": told});
        let mut text = written(&desk, languages, &paper);
        // It is translated, as far as it is in another language.
        let translation =
            json!({"document": "contract_translation", "form": "certified_translation", "language": "vi"});
        text["attachments"].as_array_mut().unwrap().push(translation);
        let seen = signed(&desk, &text).await;
        assert_eq!(
            lacks(&seen),
            [("/attachments/1/language", None)],
            "{languages:?} {told}"
        );
        let refused = desk.try_event(&seen, "submit").await;
        assert_eq!(
            (refused.status, refused.pointers(), refused.text("/errors/0/code")),
            (422, vec!["/content/attachments/1/language"], "conflicts"),
            "{languages:?} {told}: {}",
            refused.body
        );
        let detail = refused.text("/errors/0/detail");
        assert!(detail.contains("NĐ 76/2018 Đ.5.1.b"), "{detail}");
    }
    // One of several is right, and so is a translation that is told as a paper of the contract.
    let paper = json!({"document": "contract", "form": "original", "language": "en"});
    let mut text = written(&desk, &["en", "ja"], &paper);
    let translation = json!({"document": "contract", "form": "certified_translation", "language": "vi"});
    text["attachments"].as_array_mut().unwrap().push(translation);
    let seen = signed(&desk, &text).await;
    assert!(lacks(&seen).is_empty(), "{}", seen.body);
    desk.take(&seen, "submit").await;
}

#[actix_web::test]
async fn amendments_and_licences_know_of_the_languages_too() {
    let desk = Desk::open().await;
    let number = before(&desk, "AMD").await;
    let (amendment, _) = begin(&desk, "AMD", &number).await;
    let mut text = amendment.body["content"].clone();
    text["contract"]["languages"] = json!(["en"]);
    let written = write(&desk, &desk.owner, &amendment, &text).await;
    assert!(
        lacks(&written).contains(&("/attachments", Some("amendment_translation"))),
        "{}",
        written.body
    );
    // An amendment may be in another language than what it amends.
    let papers = text["attachments"].as_array_mut().unwrap().iter_mut();
    for paper in papers.filter(|paper| paper["document"] == "amendment") {
        paper["language"] = json!("vi");
    }
    let written = write(&desk, &desk.owner, &amendment, &text).await;
    assert!(lacks(&written).is_empty(), "{}", written.body);

    let (licence, _) = begin(&desk, "LIC", &Value::Null).await;
    let mut text = licence.body["content"].clone();
    text["contract"]["languages"] = json!(["en"]);
    let written = write(&desk, &desk.owner, &licence, &text).await;
    assert!(
        lacks(&written).contains(&("/attachments", Some("contract_translation"))),
        "{}",
        written.body
    );
    let papers = text["attachments"].as_array_mut().unwrap();
    let at = papers.iter().position(|paper| paper["document"] == "contract").unwrap();
    papers[at]["language"] = json!("vi");
    let written = write(&desk, &desk.owner, &licence, &text).await;
    let place = format!("/attachments/{at}/language");
    assert!(lacks(&written).contains(&(place.as_str(), None)), "{}", written.body);
}

/// What was told nowhere is not guessed: before whom it comes hangs on the direction and the form.
#[actix_web::test]
async fn a_draft_that_tells_nothing_comes_before_nobody_yet() {
    let desk = Desk::open().await;
    let new = |text: Value| json!({"procedure": "REG", "content": text});
    for text in [
        json!({}),
        json!({"direction": "inbound"}),
        json!({"form": "independent"}),
    ] {
        let begun = desk.begin(&desk.owner, &new(text)).await;
        assert_eq!(
            (&begun.body["authority"], &begun.body["obligation"]),
            (&Value::Null, &Value::Null),
            "{}",
            begun.body
        );
    }
    let begun = desk.begin(&desk.owner, &new(content(&desk.tax_code))).await;
    assert_eq!(begun.text("/authority/code"), "SKHCN-PT");
    // What is asked for only where something else is so counts there: who decided on the project, and whether it concerns defence.
    let project = |decided_by: Value| {
        let mut text = content(&desk.tax_code);
        (text["form"], text["decided_by"]) = (json!("investment_project"), decided_by);
        text
    };
    let untold = desk.begin(&desk.owner, &new(project(Value::Null))).await;
    assert_eq!(untold.body["authority"], Value::Null, "{}", untold.body);
    let told = desk.begin(&desk.owner, &new(project(json!("none")))).await;
    assert_eq!(told.text("/authority/code"), "SKHCN-PT");
    // Of what hangs on nothing it is told at once.
    let begun = desk
        .begin(
            &desk.owner,
            &json!({"procedure": "AMD", "given_on": desk.today(), "content": {}}),
        )
        .await;
    assert_eq!(begun.text("/authority/code"), "SKHCN-PT");
}

/// What will be refused is told while it is written.
#[actix_web::test]
async fn a_draft_tells_what_contradicts_what() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["contract"]["project"] = json!("Nhà máy sấy lúa");
    text["contract"]["irc_number"] = json!("9876543210");
    text["contract"]["irc_on"] = json!("2025-06-30");
    text["invests_abroad"] = json!(true);
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": text}))
        .await;
    let told: Vec<&str> = lacks(&begun).into_iter().map(|(member, _)| member).collect();
    assert_eq!(
        told,
        ["/contract/project", "/contract/irc_number", "/invests_abroad"],
        "{}",
        begun.body
    );
    assert_eq!(begun.text("/missing/0/legal_basis"), "Luật CGCN Đ.5");
    assert!(begun.text("/missing/0/name_vi").contains("không thuộc dự án đầu tư"));
    let refused = desk
        .try_event(&desk.take(&begun, "sign_contract").await, "submit")
        .await;
    let pointers: Vec<String> = told.iter().map(|member| format!("/content{member}")).collect();
    assert_eq!(refused.pointers(), pointers, "{}", refused.body);
}
