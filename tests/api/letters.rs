//! Letters leave once, are tried again when they cannot, and are seen by officers when they were given up.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use jiff::SignedDuration;
use serde_json::{Value, json};
use vptex::config::MailTransport;
use vptex::domain::account::Permission;
use vptex::jobs::mailer::{Delivery, Protection, Round};
use vptex::service::Result;
use vptex::store;
use vptex::store::schema::letters;

use crate::harness::{PASSWORD, PostOffice, TestApp, letter_parts, send_due};

const SENT: Round = Round {
    sent: 1,
    postponed: 0,
    dead: 0,
};
const POSTPONED: Round = Round {
    sent: 0,
    postponed: 1,
    dead: 0,
};
const DEAD: Round = Round {
    sent: 0,
    postponed: 0,
    dead: 1,
};

/// Has a letter written; gives the address.
async fn write_letter(app: &TestApp) -> String {
    let body = app.registration("Công ty Cơ khí");
    app.post("/registrations").json(&body).expect(202).await;
    app.decide_asks().await;
    body["account"]["email"].as_str().unwrap().to_owned()
}

/// State and length of what is kept, of every letter.
fn kept(app: &TestApp) -> Vec<(String, bool)> {
    let rows: Vec<(String, Vec<u8>)> = app
        .exchange()
        .db
        .read(|conn| -> store::Result<_> {
            Ok(letters::table
                .select((letters::state, letters::sealed_content))
                .order(letters::id.asc())
                .load(conn)?)
        })
        .unwrap();
    rows.into_iter()
        .map(|(state, sealed)| (state, sealed.is_empty()))
        .collect()
}

#[actix_web::test]
async fn a_letter_leaves_once_and_is_forgotten() {
    let app = TestApp::spawn().await;
    let office = PostOffice::open();
    let mailer = app.mailer(office.delivery(Protection::None));
    let email = write_letter(&app).await;
    assert_eq!(kept(&app), [("waiting".into(), false)]);
    assert_eq!(send_due(&mailer).await, SENT);
    assert_eq!(send_due(&mailer).await, Round::default());
    assert_eq!(kept(&app), [("sent".into(), true)]);
    let letters = office.letters();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains(&format!("To: {email}\r\n")), "{}", letters[0]);
    let recipient = format!("RCPT TO:<{email}>");
    assert!(office.commands().contains(&recipient), "{:?}", office.commands());
}

#[actix_web::test]
async fn two_mailers_send_each_letter_once() {
    let app = TestApp::spawn().await;
    let office = PostOffice::open();
    let mut emails = BTreeSet::new();
    for _ in 0..8 {
        emails.insert(write_letter(&app).await);
    }
    let one = app.mailer(office.delivery(Protection::None));
    let other = app.mailer(office.delivery(Protection::None));
    let (a, b) = futures_util::future::join(send_due(&one), send_due(&other)).await;
    let last = send_due(&one).await;
    assert_eq!(a.sent + b.sent + last.sent, 8, "{a:?} {b:?} {last:?}");
    let letters = office.letters();
    assert_eq!(letters.len(), 8);
    for email in emails {
        assert_eq!(letters.iter().filter(|letter| letter.contains(&email)).count(), 1);
    }
}

#[actix_web::test]
async fn a_passing_refusal_is_tried_again_later() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageOfficers]).await;
    let office = PostOffice::open();
    let mailer = app.mailer(office.delivery(Protection::None));
    send_due(&mailer).await;
    let email = write_letter(&app).await;
    office.answer("451 4.7.1 <lan@example.com> come later");
    assert_eq!(send_due(&mailer).await, POSTPONED);
    app.clock.pass(58);
    assert_eq!(send_due(&mailer).await, Round::default(), "a minute was not over");
    let listed = app.get("/letters?state=waiting").by(&officer).expect(200).await;
    let letter = &listed.body["items"][0];
    assert_eq!(letter["attempts"], json!(1));
    let error = letter["last_error"].as_str().unwrap();
    assert!(error.contains("451") && error.contains("[address]"), "{error}");
    assert!(!listed.body.to_string().contains(&email));
    app.clock.pass(18);
    assert_eq!(send_due(&mailer).await, SENT);
    assert_eq!(
        app.get("/letters?state=waiting")
            .by(&officer)
            .expect(200)
            .await
            .ids()
            .len(),
        0
    );
}

#[actix_web::test]
async fn twelve_attempts_are_enough() {
    let app = TestApp::spawn().await;
    let office = PostOffice::open();
    let mailer = app.mailer(office.delivery(Protection::None));
    write_letter(&app).await;
    for _ in 0..11 {
        office.answer("450 mailbox busy");
        assert_eq!(send_due(&mailer).await, POSTPONED);
        app.clock.pass(75 * 60 + 1);
    }
    office.answer("450 mailbox busy");
    assert_eq!(send_due(&mailer).await, DEAD);
    app.clock.pass(24 * 60 * 60);
    assert_eq!(send_due(&mailer).await, Round::default());
    assert_eq!(kept(&app), [("dead".into(), false)], "it can still be tried again");
}

#[actix_web::test]
async fn a_refusal_for_good_is_seen_and_tried_again_by_an_officer() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageOfficers]).await;
    let reviewer = app.officer().await;
    let lan = app.registered_enterprise().await;
    let office = PostOffice::open();
    let mailer = app.mailer(office.delivery(Protection::None));
    send_due(&mailer).await;
    let before = office.letters().len();
    for _ in 0..2 {
        write_letter(&app).await;
        office.answer("550 5.1.1 no such user");
        assert_eq!(send_due(&mailer).await, DEAD);
    }
    let first = app.get("/letters?limit=1").by(&officer).expect(200).await;
    let next = first.text("/page/next").to_owned();
    let second = app
        .get("/letters")
        .query(&[("state", "dead"), ("limit", "1"), ("after", &next)])
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(second.body["page"]["next"], Value::Null);
    assert_ne!(first.ids(), second.ids());
    let names: BTreeSet<&str> = first.body["items"][0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let shown = BTreeSet::from([
        "id",
        "kind",
        "language",
        "state",
        "attempts",
        "next_try_at",
        "last_error",
        "created_at",
    ]);
    assert_eq!(names, shown);
    assert_eq!(first.text("/items/0/kind"), "confirm_registration");
    let id = first.ids()[0].to_owned();
    let retry = |id: &str| app.post(&format!("/letters/{id}/retry"));
    for path in ["/letters", "/letters?state=waiting"] {
        app.get(path).expect(401).await;
        app.get(path).by(&lan).expect(403).await;
        app.get(path).by(&reviewer).expect(403).await;
    }
    let refused = app.get("/letters?state=sent").by(&officer).expect(400).await;
    assert!(refused.text("/detail").contains("dead, waiting"), "{:#}", refused.body);
    retry(&id).expect(401).await;
    retry(&id).by(&lan).expect(403).await;
    retry(&uuid::Uuid::nil().to_string()).by(&officer).expect(404).await;
    let waiting = retry(&id).by(&officer).expect(200).await;
    assert_eq!((waiting.text("/state"), waiting.number("/attempts")), ("waiting", 0));
    assert_eq!(retry(&id).by(&officer).expect(409).await.code(), "already_decided");
    assert_eq!(send_due(&mailer).await, SENT);
    assert_eq!(office.letters().len(), before + 1);
    assert_eq!(app.get("/letters").by(&officer).expect(200).await.ids(), second.ids());
}

#[actix_web::test]
async fn what_a_node_had_taken_when_it_died_is_sent_by_another() {
    let app = TestApp::spawn().await;
    let office = PostOffice::open();
    let mailer = app.mailer(office.delivery(Protection::None));
    write_letter(&app).await;
    let exchange = app.exchange().clone();
    let take = move || -> Result<()> {
        let now = exchange.clock.now();
        let id = exchange.db.read(|conn| store::letters::due(conn, now, 1))?[0];
        exchange.write_blocking(move |work| {
            let until = work.now + SignedDuration::from_mins(10);
            let taken = store::letters::claim(work.uow, id, work.now, until)?;
            assert!(taken.is_some());
            assert!(store::letters::claim(work.uow, id, work.now, until)?.is_none());
            Ok(())
        })
    };
    tokio::task::spawn_blocking(take).await.unwrap().unwrap();
    assert_eq!(send_due(&mailer).await, Round::default());
    app.clock.pass(10 * 60 + 1);
    assert_eq!(send_due(&mailer).await, SENT);
}

#[actix_web::test]
async fn a_server_without_tls_hears_nothing() {
    let app = TestApp::spawn().await;
    let office = PostOffice::open();
    write_letter(&app).await;
    let mailer = app.mailer(office.delivery(Protection::Starttls));
    assert_eq!(send_due(&mailer).await, POSTPONED);
    let commands = office.commands();
    assert!(
        commands
            .iter()
            .all(|line| line.starts_with("EHLO") || line.starts_with("QUIT")),
        "{commands:?}"
    );
    assert_eq!(commands.iter().filter(|line| line.starts_with("EHLO")).count(), 1);
}

#[actix_web::test]
async fn rustsec_2026_0141_a_server_that_cannot_prove_its_name_hears_nothing() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageOfficers]).await;
    let office = PostOffice::with_a_self_made_certificate();
    write_letter(&app).await;
    let mailer = app.mailer(office.delivery(Protection::Implicit));
    let round = send_due(&mailer).await;
    assert_eq!((round.sent, round.dead), (0, 0));
    assert_eq!(office.commands(), Vec::<String>::new());
    let waiting = app.get("/letters?state=waiting").by(&officer).expect(200).await;
    let error = waiting.text("/items/0/last_error");
    assert!(error.contains("certificate"), "{error}");
}

#[actix_web::test]
async fn a_running_server_writes_letters_into_files_that_mail_programs_read() {
    let mut app = TestApp::prepare();
    app.config.mail_transport = MailTransport::File;
    app.start();
    let email = write_letter(&app).await;
    let folder = app.config.data_dir.join("mail");
    let path = tokio::task::spawn_blocking(move || first_letter(&folder))
        .await
        .unwrap();
    let letter = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    let (head, _) = letter.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("To: {email}")), "{head}");
    let (text, html) = letter_parts(&letter);
    let link = text.lines().find(|line| line.contains("token=")).unwrap();
    assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
    let (place, token) = link.split_once("?token=").unwrap();
    assert!(place.ends_with("/#/confirm-registration"), "{link}");
    // What was mailed works.
    let confirmation = json!({"token": token, "password": PASSWORD});
    app.post("/registrations/confirmation")
        .json(&confirmation)
        .expect(201)
        .await;
    app.stop().await;
}

/// Waits for the first letter in a folder.
fn first_letter(folder: &PathBuf) -> PathBuf {
    for _ in 0..6_000 {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut letters = entries.map(|entry| entry.path());
        if let Some(path) = letters.find(|path| path.extension().is_some_and(|ending| ending == "eml")) {
            return path;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("no letter in {}", folder.display());
}

#[actix_web::test]
async fn sent_letters_and_ended_proofs_are_forgotten_after_a_month() {
    let app = TestApp::spawn().await;
    let office = PostOffice::open();
    let mailer = app.mailer(office.delivery(Protection::None));
    write_letter(&app).await;
    assert_eq!(send_due(&mailer).await, SENT);
    let clean = |exchange: vptex::service::App| async {
        tokio::task::spawn_blocking(move || vptex::jobs::cleanup::run(&exchange).unwrap())
            .await
            .unwrap()
    };
    app.clock.pass(29 * 24 * 60 * 60);
    write_letter(&app).await;
    let early = clean(app.exchange().clone()).await;
    assert_eq!((early.letters, early.proofs), (0, 0));
    app.clock.pass(2 * 24 * 60 * 60 + 1);
    let late = clean(app.exchange().clone()).await;
    assert_eq!((late.letters, late.proofs), (1, 1));
    assert_eq!(kept(&app), [("waiting".into(), false)]);
}

#[actix_web::test]
async fn a_letter_waits_while_there_is_nobody_to_send_it() {
    let app = TestApp::spawn().await;
    write_letter(&app).await;
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let delivery = Delivery::Smtp(vptex::jobs::mailer::SmtpServer {
        host: nowhere.ip().to_string(),
        port: nowhere.port(),
        protection: Protection::None,
        credentials: Some(("vptex".into(), "hush-hush".into())),
    });
    let mailer: Arc<_> = app.mailer(delivery);
    assert_eq!(send_due(&mailer).await, POSTPONED);
    assert_eq!(kept(&app), [("waiting".into(), false)]);
}
