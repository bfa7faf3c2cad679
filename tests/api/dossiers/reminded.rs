//! Whoever files is reminded of its own terms, and both parties are told of what becomes of their certificate.

use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::calendar::{Calendar, Term};
use vptex::domain::letter::{DossierNews, Letter, TermNews};
use vptex::service::dossiers::reminders;

use super::desk::{Desk, content};
use crate::harness::{Person, Reply};

async fn reminded(desk: &Desk, person: &Person) -> Vec<TermNews> {
    let letters = desk.app.letters_to(&person.email).await.into_iter();
    let told = letters.filter_map(|letter| match letter {
        Letter::DossierTerm(news) => Some(news),
        _ => None,
    });
    told.collect()
}

async fn news(desk: &Desk, person: &Person) -> Vec<DossierNews> {
    let letters = desk.app.letters_to(&person.email).await.into_iter();
    let told = letters.filter_map(|letter| match letter {
        Letter::Dossier(news) => Some(news),
        _ => None,
    });
    told.collect()
}

fn remind(desk: &Desk) -> usize {
    reminders::run(desk.app.exchange(), || false).unwrap()
}

/// Lets days pass until a day is there; nobody does anything meanwhile.
fn pass_to(desk: &Desk, day: Date) {
    let days = desk.today().until(day).unwrap().get_days();
    desk.app.clock.pass(i64::from(days) * 86_400);
    assert_eq!(desk.today(), day);
}

#[actix_web::test]
async fn a_contract_that_is_to_be_handed_in_is_called_to_mind_before_and_after() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let new = json!({"procedure": "APR", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let approved = desk.take(&desk.take(&begun, "submit").await, "approve").await;
    let new = json!({"procedure": "LIC", "content": text, "follows": approved.body["id"], "given_on": desk.today()});
    let signed = desk.begin(&desk.owner, &new).await;
    let last: Date = signed.text("/due/0/due_on").parse().unwrap();
    assert_eq!(remind(&desk), 0);
    let near = |day: Date, days| Calendar::shipped().due(day, Term::WorkingDays(days)) >= last;
    let mut told = Vec::new();
    while desk.today() <= last {
        let today = desk.today();
        // What was told is not told again, whoever looks.
        let count = remind(&desk) + remind(&desk);
        if count > 0 {
            told.push(today);
        }
        assert!(count <= 1, "{today}");
        pass_to(&desk, today.tomorrow().unwrap());
    }
    assert_eq!(told.len(), 2, "{told:?}");
    let before = |day: &Date| day.yesterday().unwrap();
    assert!(near(told[0], 5) && !near(before(&told[0]), 5), "{told:?}");
    assert!(near(told[1], 1) && !near(before(&told[1]), 1), "{told:?}");
    assert_eq!((remind(&desk), remind(&desk)), (1, 0));
    pass_to(&desk, last.checked_add(jiff::Span::new().days(40)).unwrap());
    assert_eq!(remind(&desk), 0);
    let letters = reminded(&desk, &desk.owner).await;
    assert_eq!(letters.len(), 3);
    assert!(
        letters
            .iter()
            .all(|news| news.due_on == last && !news.bars && news.number.is_none())
    );
    assert_eq!(letters.iter().filter(|news| news.is_over).count(), 1);
    for officer in [&desk.officer, &desk.signer] {
        assert!(reminded(&desk, officer).await.is_empty());
    }
}

#[actix_web::test]
async fn who_has_to_repay_is_reminded_with_the_number_of_the_certificate() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let registered = desk.counter().register(&content(&desk.tax_code)).await;
    let mut case = case_of(&desk, &registered).await;
    for event in ["annul", "notify_annulment", "demand_repayment"] {
        case = desk.take(&case, event).await;
    }
    let last: Date = case.text("/due/0/due_on").parse().unwrap();
    pass_to(&desk, last);
    assert_eq!((remind(&desk), remind(&desk)), (1, 0));
    let letters = reminded(&desk, &desk.owner).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(
        (
            letters[0].certificate.as_deref(),
            letters[0].event_en.as_str(),
            letters[0].is_over
        ),
        (Some(registered.text("/certificate/number")), "Repay", false)
    );
}

async fn case_of(desk: &Desk, dossier: &Reply) -> Reply {
    let path = format!("/certificates/{}", dossier.text("/certificate/id"));
    let certificate = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let path = format!("/dossiers/{}", certificate.text("/case_id"));
    desk.app.get(&path).by(&desk.officer).expect(200).await
}

/// What somebody sells to the desk's enterprise.
async fn sold_by(desk: &Desk, seller: &Person) -> Value {
    let path = format!("/enterprises/{}", seller.enterprise);
    let seen = desk.app.get(&path).by(seller).expect(200).await;
    let mut text = content(&desk.tax_code);
    text["transferor"]["tax_code"] = seen.body["tax_code"].clone();
    text
}

#[actix_web::test]
async fn both_parties_are_told_of_the_issue_and_of_the_annulment() {
    let desk = Desk::open().await;
    let reviewer = desk.app.officer().await;
    let seller = desk.app.active_enterprise(&reviewer).await;
    let text = sold_by(&desk, &seller).await;
    let registered = desk.counter().register(&text).await;
    let number = registered.text("/certificate/number").to_owned();
    for party in [&desk.owner, &seller] {
        let told = news(&desk, party).await;
        let issued: Vec<&DossierNews> = told
            .iter()
            .filter(|news| news.event_en == "Issue the certificate")
            .collect();
        assert_eq!(issued.len(), 1, "{told:?}");
        assert_eq!(issued[0].certificate.as_deref(), Some(number.as_str()));
    }
    let case = case_of(&desk, &registered).await;
    let annulled = desk.take(&case, "annul").await;
    let told = news(&desk, &seller).await;
    let annulment = told.iter().find(|news| news.event_en == "Annul").unwrap();
    assert_eq!(annulment.certificate.as_deref(), Some(number.as_str()));
    assert!(annulment.note.is_some() && annulment.ground_vi.is_some() && annulment.due_at.is_none());

    // The written notice: number, day, and to whom.
    let bare = json!({"event": "notify_annulment"});
    let refused = desk.post(&annulled, &desk.officer, &bare).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/letter_number", "/letter_on", "/addressees"])
    );
    let addressees = json!(["Công ty TNHH Cơ khí Sông Thao", "Sở Tài chính", "Thuế tỉnh Phú Thọ"]);
    let mut notice = json!({
        "event": "notify_annulment", "letter_number": "90/SKHCN-TB", "letter_on": desk.today(),
        "addressees": ["Sở Tài chính", " ", "Sở  Tài chính"],
    });
    let refused = desk.post(&annulled, &desk.officer, &notice).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/addressees/1", "/addressees/2"])
    );
    notice["addressees"] = addressees.clone();
    let notified = desk.post(&annulled, &desk.officer, &notice).await;
    assert_eq!(notified.status, 200, "{}", notified.body);
    for reader in [&desk.owner, &seller, &desk.officer] {
        let path = format!("/dossiers/{}/events", case.text("/id"));
        let events = desk.app.get(&path).by(reader).expect(200).await;
        let last = events.body["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&last["event"], &last["addressees"], &last["letter_number"]),
            (&json!("notify_annulment"), &addressees, &json!("90/SKHCN-TB"))
        );
    }
    let told = news(&desk, &seller).await;
    assert!(
        told.iter()
            .any(|news| news.letter_number.as_deref() == Some("90/SKHCN-TB"))
    );
}

/// Who came to the exchange after its certificate was issued is told of its end as well.
#[actix_web::test]
async fn a_party_that_came_later_is_told_of_the_annulment() {
    let desk = Desk::open().await;
    let late = desk.app.registered_enterprise().await;
    let stranger = desk.app.active_enterprise(&desk.app.officer().await).await;
    let text = sold_by(&desk, &late).await;
    let registered = desk.counter().register(&text).await;
    assert!(news(&desk, &late).await.is_empty());
    let officer = desk.app.officer().await;
    let path = format!("/enterprises/{}/approval", late.enterprise);
    desk.app.post(&path).by(&officer).if_match(1).expect(200).await;
    let case = case_of(&desk, &registered).await;
    desk.take(&case, "annul").await;
    let told = news(&desk, &late).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (told[0].event_en.as_str(), told[0].certificate.as_deref()),
        ("Annul", Some(registered.text("/certificate/number")))
    );
    assert!(news(&desk, &stranger).await.is_empty());
}
