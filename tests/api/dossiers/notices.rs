//! What officers are told of without asking: what waits for a signature, which terms were missed, on which ground.

use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};
use vptex::domain::letter::Letter;
use vptex::service::dossiers::{notices, terms};

use super::desk::{Desk, content};
use crate::harness::{Person, Reply};

fn ids(list: &Reply) -> Vec<Value> {
    let items = list.body["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].clone()).collect()
}

/// What waits for a signature, by its numbers.
async fn to_sign(desk: &Desk, officer: &Person) -> Vec<String> {
    let letters = desk.app.letters_to(&officer.email).await.into_iter();
    letters
        .filter_map(|letter| match letter {
            Letter::DossierProposed(news) => Some(news.number),
            _ => None,
        })
        .collect()
}

#[actix_web::test]
async fn who_may_sign_has_a_list_of_what_waits() {
    let desk = Desk::open().await;
    let counter = desk.counter();
    let other = counter.accepted(&content(&desk.tax_code)).await;
    let accepted = counter.accepted(&content(&desk.tax_code)).await;
    let list = async |query: &str, by: &Person| {
        let path = format!("/dossiers?{query}");
        desk.app.get(&path).by(by).expect(200).await
    };
    assert!(ids(&list("proposed=true", &desk.signer).await).is_empty());
    let proposed = counter.propose(&accepted, &json!({"event": "issue"})).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    let waiting = list("proposed=true", &desk.signer).await;
    assert_eq!(ids(&waiting), [accepted.body["id"].clone()]);
    assert_eq!(
        (
            waiting.text("/items/0/proposal/event"),
            &waiting.body["items"][0]["proposal"]["proposed_by"]
        ),
        ("issue", &proposed.body["proposal"]["proposed_by"])
    );
    let rest = ids(&list("proposed=false", &desk.signer).await);
    assert!(rest.contains(&other.body["id"]) && !rest.contains(&accepted.body["id"]));
    // Who may sign has a letter; who proposed it, who may not sign and whose dossier it is have none.
    let number = accepted.text("/number").to_owned();
    assert_eq!(to_sign(&desk, &desk.signer).await, [number]);
    for other in [&desk.officer, &desk.owner] {
        assert!(to_sign(&desk, other).await.is_empty());
    }
    let mine = desk.app.get("/me/dossiers").by(&desk.owner).expect(200).await;
    let items = mine.body["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item.get("proposal").is_none()), "{}", mine.body);
    let told = desk.app.get("/me/dossiers?proposed=true").by(&desk.owner);
    told.expect(400).await;
    // Signed, it waits no more.
    let path = format!("/dossiers/{}/events", accepted.text("/id"));
    let sign = desk
        .app
        .post(&path)
        .by(&desk.signer)
        .if_match(proposed.number("/version"));
    sign.json(&json!({"event": "issue"})).expect(200).await;
    assert!(ids(&list("proposed=true", &desk.signer).await).is_empty());
}

/// The numbers in each letter about missed terms, newest first.
async fn overdue(desk: &Desk, officer: &Person) -> Vec<Vec<String>> {
    let letters = desk.app.letters_to(&officer.email).await.into_iter();
    letters
        .filter_map(|letter| match letter {
            Letter::DossiersOverdue { lines } => Some(lines.into_iter().map(|line| line.number).collect()),
            _ => None,
        })
        .collect()
}

#[actix_web::test]
async fn missed_terms_are_told_once_and_together() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let counter = desk.counter();
    let first = counter.accepted(&content(&desk.tax_code)).await;
    let second = counter.accepted(&content(&desk.tax_code)).await;
    let look = || notices::run(desk.app.exchange(), || false).unwrap();
    assert_eq!(look(), 0);
    let desk = desk.later(60).await;
    let look = || notices::run(desk.app.exchange(), || false).unwrap();
    assert_eq!(look(), 2);
    // Nobody is told twice.
    assert_eq!(look(), 0);
    let letters = overdue(&desk, &desk.officer).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    let mut told = letters.concat();
    told.sort();
    let mut numbers = [first.text("/number").to_owned(), second.text("/number").to_owned()];
    numbers.sort();
    assert_eq!(told, numbers);
    // Who handles it is told, and nobody else.
    assert!(overdue(&desk, &desk.signer).await.is_empty());
}

#[actix_web::test]
async fn who_missed_a_term_is_told_and_whose_turn_it_is() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    // Its owner has nothing to do by a day, and is told who has.
    let letters = desk.app.letters_to(&desk.owner.email).await.into_iter();
    let mut turns = letters.filter_map(|letter| match letter {
        Letter::Dossier(news) => Some((news.due_at, news.turn.map(|turn| turn.by_vi))),
        _ => None,
    });
    assert_eq!(turns.next(), Some((None, Some("cơ quan có thẩm quyền".to_owned()))));
    let registered = desk.take(&accepted, "issue").await;
    let path = format!("/certificates/{}", registered.text("/certificate/id"));
    let certificate = desk.app.get(&path).by(&desk.owner).expect(200).await;
    let path = format!("/dossiers/{}", certificate.text("/case_id"));
    let mut case = desk.app.get(&path).by(&desk.officer).expect(200).await;
    for event in ["annul", "notify_annulment", "demand_repayment"] {
        case = desk.take(&case, event).await;
    }
    // Now it is the holder's, who misses it.
    let letters = desk.app.letters_to(&desk.owner.email).await.into_iter();
    let mut own = letters.filter_map(|letter| match letter {
        Letter::Dossier(news) if news.due_at.is_some() => Some(news.turn),
        _ => None,
    });
    assert_eq!((own.next(), own.next()), (Some(None), None));
    let desk = desk.later(60).await;
    notices::run(desk.app.exchange(), || false).unwrap();
    let letters = desk.app.letters_to(&desk.officer.email).await.into_iter();
    let lines: Vec<_> = letters
        .flat_map(|letter| match letter {
            Letter::DossiersOverdue { lines } => lines,
            _ => Vec::new(),
        })
        .map(|line| (line.number, line.by_en.unwrap()))
        .collect();
    assert_eq!(lines, [(case.text("/number").to_owned(), "the holder".to_owned())]);
}

/// The terms that letters tell of, by their days: the oldest first.
async fn days_told(desk: &Desk, officer: &Person) -> Vec<Date> {
    let letters = desk.app.letters_to(&officer.email).await.into_iter();
    let lines = letters.flat_map(|letter| match letter {
        Letter::DossiersOverdue { lines } => lines,
        _ => Vec::new(),
    });
    let mut days: Vec<Date> = lines.map(|line| line.due_on).collect();
    days.sort();
    days
}

/// The days that are over of what is due.
fn days_over(seen: &Reply) -> Vec<Date> {
    let due = seen.body["due"].as_array().unwrap().iter();
    let over = due.filter(|due| due["is_overdue"] == true);
    let mut days: Vec<Date> = over
        .map(|due| due["due_on"].as_str().unwrap().parse().unwrap())
        .collect();
    days.sort();
    days.dedup();
    days
}

#[actix_web::test]
async fn each_term_that_was_missed_while_nobody_looked_is_told() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    // Whether it is whole is told within three working days, and it is decided on within thirty.
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let new = json!({"procedure": "APR", "content": text});
    let seen = desk.take(&desk.begin(&desk.owner, &new).await, "submit").await;
    let desk = desk.later(60).await;
    let over = days_over(&desk.read(&desk.officer, &seen).await);
    assert_eq!(over.len(), 2, "{over:?}");
    assert_eq!(notices::run(desk.app.exchange(), || false).unwrap(), 1);
    assert_eq!(days_told(&desk, &desk.officer).await, over);
    assert_eq!(overdue(&desk, &desk.officer).await.len(), 1, "in one letter");
    assert_eq!(notices::run(desk.app.exchange(), || false).unwrap(), 0);
}

#[actix_web::test]
async fn what_was_missed_is_told_before_a_dossier_goes_on_by_itself() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["sign_contract", "submit"] {
        seen = desk.take(&seen, event).await;
    }
    let desk = desk.later(60).await;
    let before = days_over(&desk.read(&desk.officer, &seen).await);
    assert!(!before.is_empty());
    let done = terms::run_daily(desk.app.exchange(), || false).unwrap();
    assert_eq!((done.went_on, done.failed), (1, 0));
    let seen = desk.read(&desk.officer, &seen).await;
    assert_eq!(seen.text("/state/code"), "under_review");
    // Both what was missed before it went on and what is over where it stands now.
    let mut all = [before, days_over(&seen)].concat();
    all.sort();
    for officer in [&desk.officer, &desk.signer] {
        assert_eq!(days_told(&desk, officer).await, all);
    }
    // Nobody is told twice.
    terms::run_daily(desk.app.exchange(), || false).unwrap();
    assert_eq!(days_told(&desk, &desk.officer).await, all);
}

#[actix_web::test]
async fn what_nobody_handles_is_told_to_all_who_could() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["sign_contract", "submit"] {
        seen = desk.take(&seen, event).await;
    }
    let reporter = desk.app.officer_who_may(&[Permission::ReadReports]).await;
    let desk = desk.later(60).await;
    assert_eq!(notices::run(desk.app.exchange(), || false).unwrap(), 1);
    for officer in [&desk.officer, &desk.signer] {
        assert_eq!(overdue(&desk, officer).await, [vec![seen.text("/number").to_owned()]]);
    }
    assert!(overdue(&desk, &reporter).await.is_empty());
}

#[actix_web::test]
async fn a_refusal_names_its_ground_and_article() {
    let desk = Desk::open().await;
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    desk.take(&accepted, "refuse").await;
    let letters = desk.app.letters_to(&desk.owner.email).await;
    let grounds: Vec<String> = letters
        .into_iter()
        .filter_map(|letter| match letter {
            Letter::Dossier(news) => news.ground_vi,
            _ => None,
        })
        .collect();
    assert!(
        grounds.len() == 1 && grounds[0].contains("Luật CGCN Đ.31.6.a"),
        "{grounds:?}"
    );
}

/// Takes their rights from officers, but for reading reports.
async fn demoted(desk: &Desk, officers: &[&Person]) {
    let chief = desk.app.officer_who_may(&[Permission::ManageOfficers]).await;
    for officer in officers {
        let path = format!("/officers/{}", desk.app.id_of(officer).await);
        let seen = desk.app.get(&path).by(&chief).expect(200).await;
        let call = desk.app.patch(&path).by(&chief).if_match(seen.number("/version"));
        call.json(&json!({"permissions": ["read_reports"]})).expect(200).await;
    }
}

#[actix_web::test]
async fn what_somebody_handled_who_may_no_more_is_told_to_those_who_may() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    let number = [vec![accepted.text("/number").to_owned()]];
    let elsewhere = Scope {
        fields: vec!["environment".into()],
        communes: Vec::new(),
    };
    let elsewhere = desk.app.officer_for(&[Permission::HandleDossiers], elsewhere).await;
    let desk = desk.later(60).await;
    let look = || notices::run(desk.app.exchange(), || false).unwrap();
    // While nobody may, nothing counts as told.
    demoted(&desk, &[&desk.officer, &desk.signer]).await;
    assert_eq!(look(), 0);
    let other = desk.app.officer_who_may(&[Permission::HandleDossiers]).await;
    assert_eq!(look(), 1);
    assert_eq!(overdue(&desk, &other).await, number);
    // Nor who may do so with other dossiers only.
    for officer in [&desk.officer, &desk.signer, &elsewhere] {
        assert!(overdue(&desk, officer).await.is_empty());
    }
    assert_eq!(look(), 0);
}

#[actix_web::test]
async fn a_letter_tells_of_fifty_dossiers_and_the_next_one_of_the_others() {
    const MANY: usize = 52;
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut numbers = Vec::new();
    for _ in 0..MANY {
        let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
        numbers.push(accepted.text("/number").to_owned());
    }
    let desk = desk.later(60).await;
    assert_eq!(notices::run(desk.app.exchange(), || false).unwrap(), MANY);
    let letters = overdue(&desk, &desk.officer).await;
    let mut lengths: Vec<usize> = letters.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [MANY - 50, 50]);
    let mut told = letters.concat();
    told.sort();
    numbers.sort();
    assert_eq!(told, numbers);
    assert_eq!(notices::run(desk.app.exchange(), || false).unwrap(), 0);
}
