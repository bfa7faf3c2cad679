//! Whose a file is that is handed in again when another one is the other party by then.

use serde_json::{Value, json};
use vptex::domain::letter::Letter;

use super::Desk;
use super::papers::{files, naming, send, write};
use crate::harness::{PASSWORD, Person};

/// The dossiers of which somebody was told.
async fn told(desk: &Desk, person: &Person) -> Vec<String> {
    let letters = desk.app.letters_to(&person.email).await.into_iter();
    let numbers = letters.filter_map(|letter| match letter {
        Letter::Dossier(news) => Some(news.number),
        _ => None,
    });
    numbers.collect()
}

fn selling(desk: &Desk, file: &str, code: &Value) -> Value {
    let mut text = naming(desk, &json!({"document": "contract", "file": file}));
    text["transferor"]["tax_code"] = code.clone();
    text
}

#[actix_web::test]
async fn who_comes_to_the_exchange_meanwhile_reads_what_is_filed_again() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reviewer = app.officer().await;
    // A tax code that nobody has yet.
    let registration = app.registration("Công ty TNHH Cơ khí Phù Ninh");
    let code = registration["enterprise"]["tax_code"].clone();
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let file = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 1).await;
    let written = write(&desk, &desk.owner, &begun, &selling(&desk, &file, &code)).await;
    let submitted = desk.take(&desk.take(&written, "sign_contract").await, "submit").await;

    let made = app.confirmed(&registration).await;
    let seller = app
        .sign_in(registration["account"]["email"].as_str().unwrap(), PASSWORD)
        .await;
    let approval = format!("/enterprises/{}/approval", made.text("/enterprise/id"));
    app.post(&approval).by(&reviewer).if_match(1).expect(200).await;
    let path = format!("{}/{file}", files(&begun));
    app.get(&path).by(&seller).expect(404).await;
    let asked = desk.take(&submitted, "request_completion").await;
    // Not by being named: with the handing in.
    app.get(&path).by(&seller).expect(404).await;
    assert!(told(&desk, &seller).await.is_empty());
    let supplemented = desk.take(&asked, "supplement").await;
    app.get(&path).by(&seller).expect(200).await;
    let list = app.get(&files(&begun)).by(&seller).expect(200).await;
    assert_eq!(list.text("/items/0/id"), file);
    let number = supplemented.text("/number").to_owned();
    assert_eq!(told(&desk, &seller).await, std::slice::from_ref(&number));
    // Handed in once more it is no news.
    let asked = desk.take(&supplemented, "request_completion").await;
    desk.take(&asked, "supplement").await;
    assert_eq!(told(&desk, &seller).await, [number]);
}

#[actix_web::test]
async fn a_mistyped_tax_code_gives_the_file_to_whom_it_should_have_been() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reviewer = app.officer().await;
    let (seller, mistaken) = (
        app.active_enterprise(&reviewer).await,
        app.active_enterprise(&reviewer).await,
    );
    let code = async |person: &Person| {
        let path = format!("/enterprises/{}", person.enterprise);
        app.get(&path).by(person).expect(200).await.body["tax_code"].clone()
    };
    let (right, wrong) = (code(&seller).await, code(&mistaken).await);
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let file = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 1).await;
    let written = write(&desk, &desk.owner, &begun, &selling(&desk, &file, &wrong)).await;
    let submitted = desk.take(&desk.take(&written, "sign_contract").await, "submit").await;
    let path = format!("{}/{file}", files(&begun));
    app.get(&path).by(&mistaken).expect(200).await;
    desk.take(&submitted, "request_completion").await;
    let corrected = write(&desk, &desk.owner, &begun, &selling(&desk, &file, &right)).await;
    assert_eq!(corrected.status, 200, "{}", corrected.body);
    let supplemented = desk.take(&corrected, "supplement").await;
    app.get(&path).by(&seller).expect(200).await;
    app.get(&path).by(&mistaken).expect(404).await;
    assert_eq!(told(&desk, &seller).await, [supplemented.text("/number").to_owned()]);
}
