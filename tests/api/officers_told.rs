//! What officers are told without asking: that something waits, and that the term of a request to take a listing down ends.

use jiff::civil::{Date, Weekday};
use serde_json::json;
use vptex::domain::account::{Permission, Scope};
use vptex::domain::calendar::{Calendar, day_of, midnight};
use vptex::domain::clock::Clock as _;
use vptex::domain::letter::{Digest, Letter, TakedownLine};
use vptex::service::review::{backlog, digests};
use vptex::service::takedown_alarms;

use crate::enterprise_imports::{HEAD, import, row};
use crate::harness::{Person, TestApp, tax_code};

const HOUR: i64 = 3_600;

/// The job of several nodes at once; how many letters went.
pub async fn look(app: &TestApp) -> usize {
    let looks = (0..3).map(|_| {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || digests::run(&exchange, || false).unwrap())
    });
    let mut sent = 0;
    for look in looks.collect::<Vec<_>>() {
        sent += look.await.unwrap();
    }
    sent
}

async fn digests_to(app: &TestApp, officer: &Person) -> Vec<Digest> {
    let letters = app.letters_to(&officer.email).await.into_iter();
    let of_letter = |letter| match letter {
        Letter::ReviewDigest(digest) => Some(digest),
        _ => None,
    };
    letters.filter_map(of_letter).collect()
}

/// Lets time pass until an hour of the next day of a kind.
pub fn pass_to(app: &TestApp, hour: i64, is_wanted: impl Fn(Date) -> bool) {
    let mut day = day_of(app.clock.now()).tomorrow().unwrap();
    while !is_wanted(day) {
        day = day.tomorrow().unwrap();
    }
    let then = midnight(day).as_second() + hour * HOUR;
    app.clock.pass(then - app.clock.now().as_second());
}

pub fn is_working(day: Date) -> bool {
    Calendar::shipped().is_working_day(day)
}

#[actix_web::test]
async fn officers_get_one_letter_in_the_morning_about_what_waits_for_them() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let officer = app.officer().await;
    let of_listings = app.officer_who_may(&[Permission::ReviewListings]).await;
    let quiet = app.officer().await;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    let elsewhere = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let elsewhere = app.officer_for(&[Permission::ReviewListings], elsewhere).await;
    let setting = "/me/review-digest";
    assert_eq!(
        app.get(setting).by(&quiet).expect(200).await.body,
        json!({"wanted": true})
    );
    let off = app.put(setting).by(&quiet).json(&json!({"wanted": false}));
    off.expect(200).await;
    assert_eq!(
        app.get(setting).by(&quiet).expect(200).await.body,
        json!({"wanted": false})
    );
    app.get(setting).by(&reader).expect(403).await;
    let owner = app.active_enterprise(&officer).await;
    for number in 0..2 {
        app.submitted_listing(&owner, &format!("Máy sấy {number}")).await;
    }
    app.registered_enterprise().await;

    // Not before seven, not at the weekend.
    app.clock.pass(24 * HOUR);
    pass_to(&app, 6, |day| is_working(day) && is_working(day.tomorrow().unwrap()));
    assert_eq!(look(&app).await, 0);
    app.clock.pass(2 * HOUR);
    assert_eq!(look(&app).await, 2);
    assert_eq!(look(&app).await, 0);
    let told = digests_to(&app, &officer).await;
    let lines = |digest: &Digest| -> Vec<(String, u64)> {
        let lines = digest.lines.iter();
        lines.map(|line| (line.about.clone(), line.count)).collect()
    };
    assert_eq!((told.len(), told[0].hours), (1, 24));
    assert_eq!(
        lines(&told[0]),
        [("enterprise".to_owned(), 1), ("listing".to_owned(), 2)]
    );
    assert_eq!(
        lines(&digests_to(&app, &of_listings).await[0]),
        [("listing".to_owned(), 2)]
    );
    for nobody in [&quiet, &reader, &elsewhere] {
        assert_eq!(digests_to(&app, nobody).await, Vec::<Digest>::new());
    }
    pass_to(&app, 8, |day| !is_working(day));
    assert_eq!(look(&app).await, 0);
    pass_to(&app, 8, is_working);
    assert_eq!(look(&app).await, 2);
    assert_eq!(digests_to(&app, &officer).await.len(), 2);

    // Who wants it again gets it again.
    let quiet = app.another_day(&quiet).await;
    let on = app.put(setting).by(&quiet).json(&json!({"wanted": true}));
    on.expect(200).await;
    pass_to(&app, 8, is_working);
    assert_eq!(look(&app).await, 3);
    assert_eq!(digests_to(&app, &quiet).await.len(), 1);
}

#[actix_web::test]
async fn a_request_to_join_what_became_part_of_another_keeps_no_letter() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let [merged, other] = [tax_code(9_995), tax_code(9_996)];
    let file = format!(
        "{HEAD}{}{}",
        row(&merged, "Công ty Cổ phần Chè Thanh Sơn", "0912345678"),
        row(&other, "Công ty Cổ phần Gốm Cổ Đô", "0912345679")
    );
    import(&app, &officer, "", file).await;
    for code in [&merged, &other] {
        let asking = app.person().await;
        let call = app.post("/join-requests").by(&asking);
        call.json(&json!({"tax_code": code})).expect(202).await;
    }
    app.by_hand(&format!(
        "UPDATE enterprises SET merged_into = (SELECT id FROM enterprises WHERE tax_code = '{other}') WHERE tax_code = '{merged}'"
    ))
    .await;
    app.clock.pass(24 * HOUR);
    pass_to(&app, 8, is_working);
    assert_eq!(look(&app).await, 1);
    let told = digests_to(&app, &officer).await;
    let lines: Vec<(&str, u64)> = told[0]
        .lines
        .iter()
        .map(|line| (line.about.as_str(), line.count))
        .collect();
    assert_eq!(lines, [("join_request", 1)]);
}

#[actix_web::test]
async fn what_waits_for_less_than_the_operator_allows_is_not_told() {
    let mut app = TestApp::prepare();
    app.config.review_digest_after_hours = vptex::config::Hours::new(96);
    app.start();
    app.clock.hold();
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    // A week without holidays.
    pass_to(&app, 8, |day| {
        day.weekday() == Weekday::Monday
            && (0..5).all(|after| is_working(day.checked_add(jiff::Span::new().days(after)).unwrap()))
    });
    let owner = app.another_day(&owner).await;
    app.submitted_listing(&owner, "Máy sấy").await;
    app.clock.pass(3 * 24 * HOUR);
    assert_eq!(look(&app).await, 0);
    app.clock.pass(24 * HOUR);
    assert_eq!(look(&app).await, 1);
    assert_eq!(digests_to(&app, &officer).await[0].hours, 96);
}

/// The job of several nodes at once; of how many requests it told.
async fn warn(app: &TestApp) -> usize {
    let looks = (0..3).map(|_| {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || takedown_alarms::run(&exchange).unwrap())
    });
    let mut told = 0;
    for look in looks.collect::<Vec<_>>() {
        told += look.await.unwrap();
    }
    told
}

async fn warnings(app: &TestApp, officer: &Person) -> Vec<Vec<TakedownLine>> {
    let letters = app.letters_to(&officer.email).await.into_iter();
    let of_letter = |letter| match letter {
        Letter::TakedownsDue { lines } => Some(lines),
        _ => None,
    };
    letters.filter_map(of_letter).collect()
}

#[actix_web::test]
async fn officers_are_warned_before_the_24_hours_of_an_authority_are_over_and_when_they_are() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let officer = app.officer().await;
    let of_enterprises = app.officer_who_may(&[Permission::ReviewEnterprises]).await;
    let owner = app.active_enterprise(&officer).await;
    let (first, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (second, _) = app.published_listing(&owner, &officer, "Máy ép ngói").await;
    // They came an hour ago.
    let (carried_out, _) = app.takedown(&officer, &first).await;
    app.takedown(&officer, &second).await;
    app.clock.pass(19 * HOUR - 60);
    assert_eq!(warn(&app).await, 0);
    app.clock.pass(60);
    assert_eq!(warn(&app).await, 2);
    assert_eq!(warn(&app).await, 0);
    let told = warnings(&app, &officer).await;
    assert_eq!((told.len(), told[0].len(), told[0][0].is_missed), (1, 2, false));
    assert_eq!(told[0][0].reference, "125/TTr-SKHCN");

    let officer = app.another_day(&officer).await;
    let done = format!("/takedowns/{carried_out}/execution");
    app.post(&done).by(&officer).expect(200).await;
    app.clock.pass(4 * HOUR);
    for round in [1, 0] {
        assert_eq!(warn(&app).await, round);
    }
    // Newest first.
    let told = warnings(&app, &officer).await;
    let missed: Vec<_> = told[0]
        .iter()
        .map(|line| (line.title.as_str(), line.is_missed))
        .collect();
    assert_eq!((told.len(), missed), (2, vec![("Máy ép ngói", true)]));
    assert_eq!(warnings(&app, &of_enterprises).await, Vec::<Vec<TakedownLine>>::new());

    let exchange = app.exchange().clone();
    tokio::task::spawn_blocking(move || backlog::measure(&exchange).unwrap())
        .await
        .unwrap();
}
