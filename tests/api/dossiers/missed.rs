//! What comes of terms that are missed: refusal, report to superiors, apology, enforcement.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::calendar::{Calendar, Term};
use vptex::domain::letter::{DossierLine, DossierNews, Letter};
use vptex::service::dossiers::{notices, terms};

use super::desk::{Desk, content};
use crate::harness::{Person, Reply};

/// A licence that was asked back for corrections, with their last day.
async fn asked_back(desk: &Desk, is_paper: bool) -> (Reply, Date) {
    let filer = if is_paper { &desk.officer } else { &desk.owner };
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let new = json!({"procedure": "APR", "content": text});
    let begun = desk.begin(filer, &new).await;
    let approved = desk.take(&desk.take(&begun, "submit").await, "approve").await;
    let new = json!({"procedure": "LIC", "content": text, "follows": approved.body["id"], "given_on": desk.today()});
    let submitted = desk.take(&desk.begin(filer, &new).await, "submit").await;
    let asked = desk.take(&submitted, "request_amendment").await;
    let last = asked.text("/due/0/due_on").parse().unwrap();
    (asked, last)
}

/// Days pass until a day is there.
async fn until(desk: Desk, day: Date) -> Desk {
    let days = desk.today().until(day).unwrap().get_days();
    desk.later(days.into()).await
}

fn working_days(after: Date, days: u16) -> Date {
    Calendar::shipped().due(after, Term::WorkingDays(days))
}

fn end_terms(desk: &Desk) -> usize {
    let done = terms::run(desk.app.exchange(), || false).unwrap();
    assert_eq!(done.failed, 0);
    done.went_on
}

async fn state(desk: &Desk, seen: &Reply) -> String {
    desk.read(&desk.officer, seen).await.text("/state/code").to_owned()
}

/// Whether the reader is told that it may do something that is possible.
fn may(seen: &Reply, event: &str) -> bool {
    let possible = seen.body["possible"].as_array().unwrap();
    let one = possible.iter().find(|one| one["event"]["code"] == event);
    one.unwrap_or_else(|| panic!("{event}: {}", seen.body))["may_do"] == true
}

async fn history(desk: &Desk, seen: &Reply) -> Vec<Value> {
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    events.body["items"].as_array().unwrap().clone()
}

async fn news(desk: &Desk, person: &Person) -> Vec<DossierNews> {
    let letters = desk.app.letters_to(&person.email).await.into_iter();
    let news = letters.filter_map(|letter| match letter {
        Letter::Dossier(news) => Some(news),
        _ => None,
    });
    news.collect()
}

#[actix_web::test]
async fn what_was_not_corrected_in_time_is_refused_by_itself_on_the_next_working_day() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let (asked, last) = asked_back(&desk, false).await;
    let mut desk = until(desk, last).await;
    let seen = desk.read(&desk.owner, &asked).await;
    assert!(
        may(&seen, "resubmit") && may(&seen, "request_extension"),
        "{}",
        seen.body
    );
    let first = working_days(last, 1);
    while desk.today() < first {
        assert_eq!(end_terms(&desk), 0);
        assert_eq!(state(&desk, &asked).await, "awaiting_amendment", "{}", desk.today());
        desk = desk.later(1).await;
    }
    // Who comes late is too late before the exchange has done it, too.
    let resubmit = json!({"event": "resubmit"});
    let seen = desk.read(&desk.owner, &asked).await;
    assert!(
        !may(&seen, "resubmit") && !may(&seen, "request_extension"),
        "{}",
        seen.body
    );
    assert!(may(&seen, "withdraw"), "{}", seen.body);
    let late = desk.post(&seen, &desk.owner, &resubmit).await;
    assert_eq!((late.status, late.code()), (409, "dossier_term_over"), "{}", late.body);
    let taken = || {
        let deeds = desk.app.deeds(asked.text("/id")).into_iter();
        deeds.filter(|(deed, _)| deed == "dossier.event_taken").count()
    };
    let before = taken();
    assert_eq!((end_terms(&desk), end_terms(&desk)), (1, 0));
    assert_eq!(taken(), before + 1);
    let refused = desk.read(&desk.owner, &asked).await;
    assert_eq!(refused.text("/state/code"), "refused");
    assert!(refused.body["closed_at"].is_string() && refused.body["due"] == json!([]));
    let late = desk.post(&refused, &desk.owner, &resubmit).await;
    assert_eq!((late.status, late.code()), (409, "dossier_wrong_state"));
    let last_event = history(&desk, &asked).await.pop().unwrap();
    assert_eq!(
        (
            &last_event["event"],
            &last_event["to_state"],
            &last_event["is_automatic"],
            &last_event["due_on"]
        ),
        (&json!("timeout"), &json!("refused"), &json!(true), &json!(last))
    );
    let told = news(&desk, &desk.owner).await;
    let told: Vec<&DossierNews> = told
        .iter()
        .filter(|news| news.event_vi == "Từ chối do hết thời hạn sửa đổi")
        .collect();
    assert!(told.len() == 1 && told[0].number == refused.text("/number"), "{told:?}");
    // By its article, of which the letter warned that asked for corrections.
    let article = |named: &Option<String>| named.as_ref().is_some_and(|named| named.contains("30.4"));
    assert!(article(&told[0].ground_vi) && told[0].refused_by.is_none(), "{told:?}");
    let all = news(&desk, &desk.owner).await;
    let warned: Vec<&DossierNews> = all.iter().filter(|news| article(&news.refused_by)).collect();
    assert!(
        warned.len() == 1 && warned[0].due_at.is_some() && warned[0].step_vi.is_some(),
        "{all:?}"
    );
}

#[actix_web::test]
async fn what_came_on_paper_in_time_is_entered_before_it_is_refused() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let (came, last) = asked_back(&desk, true).await;
    let (missed, _) = asked_back(&desk, true).await;
    let first = working_days(last, 1);
    let desk = until(desk, first).await;
    assert_eq!(end_terms(&desk), 0);
    let seen = desk.read(&desk.officer, &came).await;
    assert!(may(&seen, "resubmit"), "{}", seen.body);
    let entered = json!({"event": "resubmit", "received_on": last});
    let entered = desk.post(&seen, &desk.officer, &entered).await;
    assert_eq!(
        (entered.status, entered.text("/state/code")),
        (200, "submitted"),
        "{}",
        entered.body
    );
    let desk = until(desk, working_days(first, 3)).await;
    assert_eq!(end_terms(&desk), 1);
    assert_eq!(state(&desk, &missed).await, "refused");
    assert_eq!(state(&desk, &came).await, "submitted");
}

/// Whoever is first wins, and the other one does nothing.
#[actix_web::test]
async fn of_a_late_entry_and_the_refusal_one_is_done() {
    const ROUNDS: usize = 4;
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let (mut asked, mut last) = (Vec::new(), desk.today());
    for _ in 0..ROUNDS {
        let (one, day) = asked_back(&desk, true).await;
        asked.push(one);
        last = day;
    }
    let desk = until(desk, working_days(working_days(last, 1), 3)).await;
    let entry = json!({"event": "resubmit", "received_on": last});
    let mut seen = Vec::new();
    for one in &asked {
        seen.push(desk.read(&desk.officer, one).await);
    }
    let app = desk.app.exchange().clone();
    let job = tokio::task::spawn_blocking(move || terms::run(&app, || false));
    let entries = futures_util::future::join_all(seen.iter().map(|one| desk.post(one, &desk.officer, &entry)));
    let (entries, done) = futures_util::future::join(entries, job).await;
    let done = done.unwrap().unwrap();
    let mut entered = 0;
    for (one, answer) in asked.iter().zip(&entries) {
        let events = history(&desk, one).await;
        let ended: Vec<&str> = events
            .iter()
            .filter_map(|event| event["event"].as_str())
            .filter(|event| ["resubmit", "timeout"].contains(event))
            .collect();
        let expected = match answer.status {
            200 => ("submitted", vec!["resubmit"]),
            409 | 412 => ("refused", vec!["timeout"]),
            other => panic!("{other}: {}", answer.body),
        };
        assert_eq!((state(&desk, one).await.as_str(), ended), expected);
        entered += usize::from(answer.status == 200);
    }
    assert_eq!(done.went_on + entered, ROUNDS);
}

/// The lines in all letters of a kind.
async fn lines(desk: &Desk, officer: &Person, is_escalated: bool) -> Vec<DossierLine> {
    let letters = desk.app.letters_to(&officer.email).await.into_iter();
    let lines = letters.flat_map(|letter| match letter {
        Letter::DossiersOverdue { lines } if !is_escalated => lines,
        Letter::DossiersEscalated { lines } if is_escalated => lines,
        _ => Vec::new(),
    });
    lines.collect()
}

#[actix_web::test]
async fn what_an_officer_missed_is_told_to_who_signs_once_and_listed() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    let number = accepted.text("/number").to_owned();
    let listed = async |desk: &Desk, escalated: bool| {
        let path = format!("/dossiers?escalated={escalated}");
        let list = desk.app.get(&path).by(&desk.officer).expect(200).await;
        let items = list.body["items"].as_array().unwrap().clone();
        items.iter().any(|item| item["id"] == accepted.body["id"])
    };
    notices::run(desk.app.exchange(), || false).unwrap();
    assert!(!listed(&desk, true).await && listed(&desk, false).await);
    let desk = desk.later(60).await;
    for _ in 0..2 {
        notices::run(desk.app.exchange(), || false).unwrap();
        let told = lines(&desk, &desk.signer, true).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(
            (told[0].number.as_str(), told[0].by_en.as_deref()),
            (number.as_str(), Some("the authority"))
        );
        // Nobody is reported to himself.
        assert!(lines(&desk, &desk.officer, true).await.is_empty());
    }
    assert!(listed(&desk, true).await && !listed(&desk, false).await);
    // What officers report among themselves is not told.
    desk.app
        .get("/me/dossiers?escalated=true")
        .by(&desk.owner)
        .expect(400)
        .await;
}

/// Whether a dossier is in the list of those of which superiors know.
async fn is_escalated(desk: &Desk, seen: &Reply) -> bool {
    let list = desk.app.get("/dossiers?escalated=true").by(&desk.officer);
    let items = list.expect(200).await.body["items"].as_array().unwrap().clone();
    items.iter().any(|item| item["id"] == seen.body["id"])
}

/// Nobody handles what came until somebody does something with it.
#[actix_web::test]
async fn who_could_handle_it_and_signs_is_not_told_of_one_term_twice() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.owner, &new).await;
    let submitted = desk.take(&desk.take(&begun, "sign_contract").await, "submit").await;
    let desk = desk.later(60).await;
    for _ in 0..2 {
        notices::run(desk.app.exchange(), || false).unwrap();
        for officer in [&desk.officer, &desk.signer] {
            assert_eq!(lines(&desk, officer, false).await.len(), 1);
            assert!(lines(&desk, officer, true).await.is_empty());
        }
        assert!(is_escalated(&desk, &submitted).await);
    }
}

#[actix_web::test]
async fn what_the_only_one_who_signs_missed_is_noted_once() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.owner, &new).await;
    let submitted = desk.take(&desk.take(&begun, "sign_contract").await, "submit").await;
    let accepted = desk
        .post(&submitted, &desk.signer, &json!({"event": "accept_complete"}))
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let desk = desk.later(60).await;
    assert!(!is_escalated(&desk, &accepted).await);
    for told in [1, 0] {
        assert_eq!(notices::run(desk.app.exchange(), || false).unwrap(), told);
        assert!(is_escalated(&desk, &accepted).await);
        assert!(!lines(&desk, &desk.signer, false).await.is_empty());
        for officer in [&desk.officer, &desk.signer] {
            assert!(lines(&desk, officer, true).await.is_empty());
        }
    }
}

#[actix_web::test]
async fn an_apology_is_owed_until_it_is_recorded() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    let letter = json!({
        "event": "apologise", "note": "Đang chờ ý kiến chuyên gia.", "letter_number": "77/SKHCN-XL",
        "letter_on": desk.today(), "promised_on": Calendar::shipped().due(desk.today(), Term::Days(5)),
    });
    let early = desk.post(&accepted, &desk.officer, &letter).await;
    assert_eq!((early.status, early.code()), (409, "too_early"), "{}", early.body);
    let owed = |seen: &Reply| {
        let mut due = seen.body["due"].as_array().unwrap().iter();
        due.find(|due| due["event"]["code"] == "apologise").cloned()
    };
    assert_eq!(owed(&accepted), None);
    let desk = desk.later(60).await;
    let seen = desk.read(&desk.officer, &accepted).await;
    let due = owed(&seen).unwrap();
    assert_eq!((&due["is_overdue"], &due["side"]), (&json!(true), &json!("officer")));
    assert!(due["legal_basis"].as_str().unwrap().contains("một cửa"), "{due}");
    notices::run(desk.app.exchange(), || false).unwrap();
    let told = lines(&desk, &desk.officer, false).await;
    assert_eq!(told[0].owes_en.as_deref(), Some("Apologise and promise another day"));

    let bare = json!({"event": "apologise", "note": "Đang chờ ý kiến chuyên gia."});
    let refused = desk.post(&seen, &desk.officer, &bare).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/letter_number", "/letter_on", "/promised_on"])
    );
    let promised = Calendar::shipped().due(desk.today(), Term::Days(5));
    let mut letter = letter;
    letter["letter_on"] = json!(desk.today());
    for (wrong, place) in [
        (json!({"promised_on": desk.today()}), "/promised_on"),
        (
            json!({"promised_on": desk.today().checked_add(3.years()).unwrap()}),
            "/promised_on",
        ),
        (
            json!({"promised_on": promised, "addressees": ["Sở Tài chính"]}),
            "/addressees",
        ),
    ] {
        let mut body = letter.clone();
        for (name, value) in wrong.as_object().unwrap() {
            body[name] = value.clone();
        }
        let refused = desk.post(&seen, &desk.officer, &body).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec![place]),
            "{}",
            refused.body
        );
    }
    // Nobody is there on a day of rest.
    let mut days = std::iter::successors(Some(promised), |day| day.tomorrow().ok());
    let rest = days.find(|day| !Calendar::shipped().is_working_day(*day)).unwrap();
    letter["promised_on"] = json!(rest);
    let refused = desk.post(&seen, &desk.officer, &letter).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/promised_on"], "refused_by_law"),
        "{}",
        refused.body
    );
    let next = Calendar::shipped().due(rest, Term::Days(0));
    let said = refused.text("/errors/0/detail");
    assert!(
        said.contains("ngày nghỉ") && said.contains(&next.strftime("%d/%m/%Y").to_string()),
        "{said}"
    );
    letter["promised_on"] = json!(promised);
    let receipt = async || {
        let path = format!("/dossiers/{}/receipt", seen.text("/id"));
        desk.app.get(&path).by(&desk.owner).expect(200).await.body
    };
    let before = receipt().await;
    assert!(
        before["result_due_on"].is_string() && before["promised_on"].is_null(),
        "{before}"
    );
    let recorded = desk.post(&seen, &desk.officer, &letter).await;
    assert_eq!(
        (recorded.status, recorded.text("/state/code")),
        (200, "under_review"),
        "{}",
        recorded.body
    );
    assert_eq!(owed(&recorded), None);
    // The day that was missed stays, and the other one stands beside it.
    let after = receipt().await;
    assert_eq!(
        (&after["result_due_on"], &after["promised_on"]),
        (&before["result_due_on"], &json!(promised))
    );
    let last = history(&desk, &accepted).await.pop().unwrap();
    assert_eq!(
        (&last["promised_on"], &last["letter_number"]),
        (&json!(promised), &json!("77/SKHCN-XL"))
    );
    let told = news(&desk, &desk.owner).await;
    assert!(told.iter().any(|news| news.promised_on == Some(promised)), "{told:?}");
    // The certificate is issued after it, and late.
    desk.take(&recorded, "issue").await;
}

#[actix_web::test]
async fn what_is_not_repaid_in_time_is_marked_listed_and_lifted_with_a_reason() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let registered = desk.counter().register(&content(&desk.tax_code)).await;
    let path = format!("/certificates/{}", registered.text("/certificate/id"));
    let certificate = desk.app.get(&path).by(&desk.owner).expect(200).await;
    let path = format!("/dossiers/{}", certificate.text("/case_id"));
    let mut case = desk.app.get(&path).by(&desk.officer).expect(200).await;
    for event in ["annul", "notify_annulment", "demand_repayment"] {
        case = desk.take(&case, event).await;
    }
    let last: Date = case.text("/due/0/due_on").parse().unwrap();
    let desk = until(desk, last).await;
    assert_eq!(end_terms(&desk), 0);
    let desk = desk.later(1).await;
    assert_eq!((end_terms(&desk), end_terms(&desk)), (1, 0));
    let listed = async |desk: &Desk| {
        let list = desk.app.get("/dossiers?state=enforcement").by(&desk.officer);
        let list = list.expect(200).await;
        let items = list.body["items"].as_array().unwrap().clone();
        items.iter().any(|item| item["id"] == case.body["id"])
    };
    assert!(listed(&desk).await);
    let told = news(&desk, &desk.owner).await;
    let marked = "Mark for enforcement: not repaid in time";
    assert_eq!(told.iter().filter(|news| news.event_en == marked).count(), 1);
    let seen = desk.read(&desk.officer, &case).await;
    let lift = json!({"event": "lift_enforcement"});
    let refused = desk.post(&seen, &desk.officer, &lift).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/note"]));
    let by_holder = desk.read(&desk.owner, &case).await;
    let lift = json!({"event": "lift_enforcement", "note": "Đã có quyết định hoãn của Sở Tài chính."});
    assert_eq!(desk.post(&by_holder, &desk.owner, &lift).await.status, 403);
    let lifted = desk.post(&seen, &desk.officer, &lift).await;
    assert_eq!(
        (lifted.status, lifted.text("/state/code")),
        (200, "repayment_due"),
        "{}",
        lifted.body
    );
    assert!(!listed(&desk).await);
    // It is marked once.
    assert_eq!(end_terms(&desk), 0);
    let events = history(&desk, &case).await;
    let codes: Vec<&Value> = events.iter().rev().take(2).map(|event| &event["event"]).collect();
    assert_eq!(codes, [&json!("lift_enforcement"), &json!("mark_enforcement")]);
    assert_eq!(desk.take(&lifted, "repay").await.text("/state/code"), "closed");
}
