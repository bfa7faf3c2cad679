//! Codes that a dossier tells are those that there are, and each thing is told in one way; what is transferred by itself has no project.

use serde_json::{Value, json};

use super::desk::{Desk, content};
use crate::harness::Reply;

async fn begun(desk: &Desk, change: &dyn Fn(&mut Value)) -> Reply {
    let mut text = content(&desk.tax_code);
    change(&mut text);
    let new = json!({"procedure": "REG", "content": text});
    desk.app.post("/dossiers").by(&desk.owner).json(&new).send().await
}

async fn submitted(desk: &Desk, change: &dyn Fn(&mut Value)) -> Reply {
    let begun = begun(desk, change).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    desk.try_event(&desk.take(&begun, "sign_contract").await, "submit")
        .await
}

#[actix_web::test]
async fn languages_are_those_that_there_are() {
    let desk = Desk::open().await;
    let refused = begun(&desk, &|text: &mut Value| {
        text["contract"]["languages"] = json!(["vi", "vn", "jp"])
    })
    .await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (
            422,
            vec!["/content/contract/languages/1", "/content/contract/languages/2"],
            "malformed"
        )
    );
    assert!(
        refused.text("/errors/0/detail").contains("ISO 639-1"),
        "{}",
        refused.body
    );
    let refused = begun(&desk, &|text: &mut Value| {
        text["attachments"][0]["language"] = json!("vn")
    })
    .await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/attachments/0/language"])
    );
    let taken = begun(&desk, &|text: &mut Value| {
        text["contract"]["languages"] = json!(["vi", "zh", "my"])
    })
    .await;
    assert_eq!(taken.status, 201, "{}", taken.body);
}

#[actix_web::test]
async fn a_patent_symbol_is_one_however_it_is_told_and_none_twice() {
    let desk = Desk::open().await;
    let taken = begun(&desk, &|text: &mut Value| {
        text["technology"]["ipc"] = json!(["f26b 3/08", "A01B 0001/020000"]);
    })
    .await;
    assert_eq!(
        taken.body["content"]["technology"]["ipc"],
        json!(["F26B 3/08", "A01B 1/02"])
    );
    let refused = begun(&desk, &|text: &mut Value| {
        text["technology"]["ipc"] = json!(["F26B3/08", "F26B 0003/080000"]);
    })
    .await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/technology/ipc/1"], "duplicate")
    );
}

#[actix_web::test]
async fn a_class_that_the_list_does_not_have_is_not_called_as_its_division() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["technology"]["vsic"] = json!({"version": "2025", "code": "10999"});
    let registered = desk.counter().register(&text).await;
    let path = format!("/certificates/{}", registered.text("/certificate/id"));
    let seen = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let name = seen.text("/record/technology/activity/name");
    assert!(
        name.starts_with("VSIC 2025, mã 10999 (thuộc ngành cấp 2, mã 10: "),
        "{name}"
    );
}

#[actix_web::test]
async fn what_is_transferred_by_itself_has_no_project() {
    let desk = Desk::open().await;
    let project = |text: &mut Value| {
        text["contract"]["project"] = json!("Nhà máy sấy lúa");
        text["contract"]["project_code"] = json!("DA-2025-17");
        text["contract"]["irc_number"] = json!("9876543210");
        text["contract"]["irc_on"] = json!("2025-06-30");
    };
    let refused = submitted(&desk, &project).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (
            422,
            vec![
                "/content/contract/project",
                "/content/contract/project_code",
                "/content/contract/irc_number"
            ],
            "refused_by_law"
        )
    );
    let said = refused.text("/errors/0/detail");
    assert!(said.contains("Luật CGCN Đ.5") && said.contains("decided_by"), "{said}");
    // Told as what it is, it is asked who decides on it, and comes before whoever that leads to.
    let decided = |by: &'static str| {
        move |text: &mut Value| {
            project(text);
            (text["form"], text["decided_by"]) = (json!("investment_project"), json!(by));
        }
    };
    let taken = submitted(&desk, &decided("provincial")).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    let refused = submitted(&desk, &decided("national")).await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "not_competent"),
        "{}",
        refused.body
    );
}
