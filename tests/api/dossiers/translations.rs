//! What is written in another language comes with its certified Vietnamese translation (NĐ 76/2018 Đ.5.1.b, Luật CGCN Đ.33.3), as far as the
//! rules have that among their papers.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::papers::{naming, send, write};
use super::random_lives::{before, begin};
use super::{Desk, content};
use crate::harness::Reply;

/// What the desk's registration says, with these papers behind its own; its contract is in Japanese.
fn foreign(desk: &Desk, more: &[Value]) -> Value {
    let mut text = naming(
        desk,
        &json!({"document": "contract", "form": "original", "language": "ja"}),
    );
    text["attachments"].as_array_mut().unwrap().extend_from_slice(more);
    text
}

/// A registration whose contract is signed, with papers behind its own.
async fn signed(desk: &Desk, text: &Value) -> Reply {
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": text}))
        .await;
    desk.take(&begun, "sign_contract").await
}

#[actix_web::test]
async fn a_contract_in_another_language_comes_with_its_translation() {
    let desk = Desk::open().await;
    let seen = signed(&desk, &foreign(&desk, &[])).await;
    // Told while it is written, and refused when it is handed in.
    let missing = seen.body["missing"].as_array().unwrap();
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!(
        (
            &missing[0]["member"],
            &missing[0]["document"],
            &missing[0]["legal_basis"]
        ),
        (
            &json!("/attachments"),
            &json!("contract_translation"),
            &json!("NĐ 76/2018 Đ.5.1.b")
        )
    );
    let refused = desk.try_event(&seen, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/attachments"], "required_by_law")
    );
    let detail = refused.text("/errors/0/detail");
    assert!(
        detail.contains("NĐ 76/2018 Đ.5.1.b") && detail.contains("Bản dịch tiếng Việt"),
        "{detail}"
    );
    // What is none is told at what is wrong with it: the desk names eight papers before it.
    for (paper, pointer) in [
        (
            json!({"document": "contract_translation"}),
            "/content/attachments/8/form",
        ),
        (
            json!({"document": "contract_translation", "form": "certified_copy", "language": "vi"}),
            "/content/attachments/8/form",
        ),
        (
            json!({"document": "contract_translation", "form": "certified_translation", "language": "en"}),
            "/content/attachments/8/language",
        ),
        (
            json!({"document": "other", "form": "certified_translation", "language": "vi"}),
            "/content/attachments",
        ),
    ] {
        let written = write(&desk, &desk.owner, &seen, &foreign(&desk, std::slice::from_ref(&paper))).await;
        assert_eq!(written.status, 200, "{}", written.body);
        let refused = desk.try_event(&written, "submit").await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer]), "{paper}");
    }
    let malformed = json!({"document": "contract_translation", "language": "Vietnamese"});
    let refused = write(&desk, &desk.owner, &seen, &foreign(&desk, &[malformed])).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/attachments/8/language"])
    );
    let translation = json!({"document": "contract_translation", "form": "certified_translation", "language": "vi"});
    let written = write(&desk, &desk.owner, &seen, &foreign(&desk, &[translation])).await;
    assert_eq!(written.body["missing"], json!([]));
    let submitted = desk.take(&written, "submit").await;
    // Asked back, it is asked for again.
    let asked = desk.take(&submitted, "request_completion").await;
    let written = write(&desk, &desk.owner, &asked, &foreign(&desk, &[])).await;
    let refused = desk.try_event(&written, "supplement").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/attachments"])
    );
}

/// A contract is there as the original or a certified copy (NĐ 76/2018 Đ.5.1.b), or as the document that both parties signed electronically.
#[actix_web::test]
async fn a_contract_is_there_in_a_form_in_which_it_counts() {
    let desk = Desk::open().await;
    let seen = signed(&desk, &content(&desk.tax_code)).await;
    for (contract, place) in [
        (json!({"document": "contract"}), "/content/attachments/1/form"),
        (
            json!({"document": "contract", "form": "certified_translation"}),
            "/content/attachments/1/form",
        ),
        (
            json!({"document": "contract", "form": "electronic"}),
            "/content/attachments/1/file",
        ),
    ] {
        let written = write(&desk, &desk.owner, &seen, &naming(&desk, &contract)).await;
        assert_eq!(written.text("/missing/0/document"), "contract", "{contract}");
        let refused = desk.try_event(&written, "submit").await;
        assert_eq!(
            (refused.status, refused.pointers(), refused.text("/errors/0/code")),
            (422, vec![place], "required_by_law"),
            "{contract}"
        );
    }
    let query = "document=contract&form=electronic&language=vi";
    let file = send(&desk, &desk.owner, &seen, query, 1).await;
    let contract = json!({"document": "contract", "file": file});
    let written = write(&desk, &desk.owner, &seen, &naming(&desk, &contract)).await;
    desk.take(&written, "submit").await;
    // Which forms count is in the rules.
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    let documents = rules["documents"].as_array().unwrap();
    let at = documents.iter().position(|paper| paper["code"] == "contract");
    let at = at.unwrap();
    let put = |rules: &Value| {
        let call = desk.app.put("/procedures/REG").by(&keeper).if_match(0);
        call.json(rules)
    };
    rules["documents"][at]["taken_as"] = json!(["original", "fax", "original"]);
    let refused = put(&rules).expect(422).await;
    assert_eq!(
        refused.pointers(),
        [
            format!("/documents/{at}/taken_as/1"),
            format!("/documents/{at}/taken_as/2")
        ]
    );
    rules["documents"][at]["taken_as"] = json!(["original"]);
    put(&rules).expect(200).await;
    let copy = naming(&desk, &json!({"document": "contract", "form": "certified_copy"}));
    let refused = desk.try_event(&signed(&desk, &copy).await, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/attachments/1/form"])
    );
}

#[actix_web::test]
async fn a_contract_of_which_there_is_a_vietnamese_text_needs_none() {
    let desk = Desk::open().await;
    // As another paper of the contract; a second original; and one that is told to be in Vietnamese itself.
    for more in [
        json!({"document": "contract", "form": "certified_translation"}),
        json!({"document": "contract", "form": "original", "language": "vi"}),
    ] {
        let seen = signed(&desk, &foreign(&desk, &[more])).await;
        desk.take(&seen, "submit").await;
    }
    let vietnamese = naming(
        &desk,
        &json!({"document": "contract", "form": "original", "language": "vi"}),
    );
    desk.take(&signed(&desk, &vietnamese).await, "submit").await;
}

#[actix_web::test]
async fn a_file_tells_the_language_of_its_paper() {
    let desk = Desk::open().await;
    let seen = signed(&desk, &content(&desk.tax_code)).await;
    let contract = send(
        &desk,
        &desk.owner,
        &seen,
        "document=contract&form=original&language=en",
        1,
    )
    .await;
    let other = json!({"document": "contract", "file": contract, "language": "vi"});
    let refused = write(&desk, &desk.owner, &seen, &naming(&desk, &other)).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/attachments/1/language"])
    );
    let mut text = naming(&desk, &json!({"document": "contract", "file": contract}));
    let written = write(&desk, &desk.owner, &seen, &text).await;
    assert_eq!(written.text("/content/attachments/1/language"), "en");
    let refused = desk.try_event(&written, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/attachments"])
    );
    let query = "document=contract_translation&form=certified_translation&language=vi";
    let translation = send(&desk, &desk.owner, &seen, query, 2).await;
    let named = json!({"document": "contract_translation", "file": translation});
    text["attachments"].as_array_mut().unwrap().push(named);
    let written = write(&desk, &desk.owner, &seen, &text).await;
    desk.take(&written, "submit").await;
}

#[actix_web::test]
async fn an_amendment_in_another_language_comes_with_its_translation() {
    let desk = Desk::open().await;
    let number = before(&desk, "AMD").await;
    let (seen, _) = begin(&desk, "AMD", &number).await;
    let mut text = seen.body["content"].clone();
    let papers = text["attachments"].as_array_mut().unwrap();
    let amendment = papers.iter_mut().find(|paper| paper["document"] == "amendment");
    amendment.unwrap()["language"] = json!("ja");
    let written = write(&desk, &desk.owner, &seen, &text).await;
    let refused = desk.try_event(&written, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/attachments"], "required_by_law")
    );
    assert!(
        refused.text("/errors/0/detail").contains("Luật CGCN Đ.33.3"),
        "{}",
        refused.body
    );
    let translation = json!({"document": "amendment_translation", "form": "certified_translation"});
    text["attachments"].as_array_mut().unwrap().push(translation);
    let written = write(&desk, &desk.owner, &seen, &text).await;
    desk.take(&written, "submit").await;
}

/// Which papers are to be translated is in the rules, and not in the program.
#[actix_web::test]
async fn a_version_of_the_rules_says_what_is_translated() {
    let desk = Desk::open().await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    let documents = rules["documents"].as_array().unwrap();
    let at = documents.iter().position(|paper| paper["translates"] == "contract");
    let at = at.unwrap();
    let put = |rules: &Value| {
        let call = desk.app.put("/procedures/REG").by(&keeper).if_match(0);
        call.json(rules)
    };
    for wrong in ["magic", "contract_translation"] {
        rules["documents"][at]["translates"] = json!(wrong);
        let refused = put(&rules).expect(422).await;
        assert_eq!(refused.pointers(), [format!("/documents/{at}/translates")], "{wrong}");
    }
    rules["documents"][at]["translates"] = json!("application");
    put(&rules).expect(200).await;
    // The contract needs none by this version, and the application does.
    let seen = signed(&desk, &foreign(&desk, &[])).await;
    assert_eq!(seen.body["missing"], json!([]));
    desk.take(&seen, "submit").await;
    let mut text = content(&desk.tax_code);
    text["attachments"][0]["language"] = json!("en");
    let refused = desk.try_event(&signed(&desk, &text).await, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/attachments"])
    );
}
