//! What holds of mergers whichever are done, and in which order.

mod grants;
mod moved;
mod verified;

use proptest::collection::vec;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::json;
use vptex::domain::account::Role;
use vptex::domain::letter::Letter;

use crate::enterprise_imports::{HEAD, import, row, rows};
use crate::harness::{Person, Reply, TestApp, tax_code};

/// Registrations in each case.
const MANY: usize = 5;

/// A registration, and what it had in the beginning.
struct Firm {
    owner: Person,
    editor: Person,
    key: String,
    listing: String,
}

async fn firm(app: &TestApp, officer: &Person, number: usize) -> Firm {
    let owner = app.active_enterprise(officer).await;
    Firm {
        editor: app.member(&owner.enterprise, Role::Editor).await,
        key: app.key(&owner, &["listings:read"]).await,
        listing: app
            .published_listing(&owner, officer, &format!("Máy số {number}"))
            .await
            .0,
        owner,
    }
}

async fn merge(app: &TestApp, officer: &Person, from: &Firm, into: &Firm) -> Reply {
    let path = format!("/enterprises/{}", from.owner.enterprise);
    let seen = app.get(&path).by(officer).send().await;
    let version = if seen.status == 200 { seen.number("/version") } else { 1 };
    let call = app.post(&format!("{path}/merge")).by(officer).if_match(version);
    call.json(&json!({"into": into.owner.enterprise})).send().await
}

/// Where each registration and everything that it had is now: at `place`, which is alive.
async fn assert_nothing_is_lost(app: &TestApp, officer: &Person, firms: &[Firm], place: &[usize], case: &str) {
    for (number, firm) in firms.iter().enumerate() {
        let home = &firms[place[number]].owner.enterprise;
        let page = app.get(&format!("/enterprises/{}", firm.owner.enterprise)).send().await;
        if place[number] == number {
            assert_eq!(page.status, 200, "{case}: {number} is alive");
        } else {
            let way = format!("/api/v1/enterprises/{home}");
            assert_eq!(
                (page.status, page.header("location")),
                (308, Some(way.as_str())),
                "{case}: {number}"
            );
        }
        let listing = app.get(&format!("/listings/{}", firm.listing)).expect(200).await;
        assert_eq!(listing.text("/enterprise/id"), home, "{case}: the listing of {number}");
        for (member, role) in [(&firm.owner, "owner"), (&firm.editor, "editor")] {
            let me = app.get("/me").by(member).expect(200).await;
            assert_eq!(
                (me.text("/enterprise/id"), me.text("/role")),
                (home.as_str(), role),
                "{case}: {number}"
            );
        }
        let own = app
            .get("/me/listings")
            .token(&firm.key)
            .query(&[("limit", "100")])
            .expect(200)
            .await;
        let there = place.iter().filter(|other| **other == place[number]).count();
        assert_eq!(own.ids().len(), there, "{case}: what the key of {number} sees");
    }
    let mut alive: Vec<&str> = firms
        .iter()
        .enumerate()
        .filter(|(number, _)| place[*number] == *number)
        .map(|(_, firm)| firm.owner.enterprise.as_str())
        .collect();
    alive.sort_unstable();
    let directory = app.get("/enterprises").by(officer).expect(200).await;
    let mut listed = directory.ids();
    listed.sort_unstable();
    assert_eq!(listed, alive, "{case}: the directory");
}

#[actix_web::test]
async fn whatever_is_merged_ways_end_at_somebody_alive_and_nothing_is_lost() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..3 {
        let steps = vec((0..MANY, 0..MANY), 6..10).new_tree(&mut runner).unwrap().current();
        let case = format!("{steps:?}");
        let app = TestApp::spawn().await;
        let officer = app.officer().await;
        let mut firms = Vec::new();
        for number in 0..MANY {
            firms.push(firm(&app, &officer, number).await);
        }
        let officer = app.again(&officer).await;
        let mut place: Vec<usize> = (0..MANY).collect();
        for (from, into) in steps {
            let reply = merge(&app, &officer, &firms[from], &firms[into]).await;
            let expected = match (place[from] == from, place[into] == into && from != into) {
                (false, _) => 409,
                (true, false) => 422,
                (true, true) => 200,
            };
            assert_eq!(reply.status, expected, "{case}: {from} into {into}");
            if expected == 200 {
                for at in &mut place {
                    if *at == from {
                        *at = into;
                    }
                }
            }
        }
        assert!(
            place.iter().enumerate().any(|(number, at)| number != *at),
            "{case}: nothing was merged"
        );
        assert_nothing_is_lost(&app, &officer, &firms, &place, &case).await;
    }
}

#[actix_web::test]
async fn who_was_never_verified_does_not_come_in() {
    for is_rejected in [false, true] {
        let app = TestApp::spawn().await;
        let officer = app.officer().await;
        let kept = app.active_enterprise(&officer).await;
        let (draft, _) = app.listing_draft(&kept, "Máy chưa công bố").await;
        let stranger = app.registered_enterprise().await;
        let accomplice = app.member(&stranger.enterprise, Role::Editor).await;
        let path = format!("/enterprises/{}", stranger.enterprise);
        if is_rejected {
            let why = json!({"reason_code": "inaccurate", "reason_text": "Không phải của đơn vị này."});
            let call = app.post(&format!("{path}/rejection")).by(&officer).if_match(1);
            call.json(&why).expect(200).await;
        }
        let version = app.get(&path).by(&officer).expect(200).await.number("/version");
        let merge = |dry_run: bool| {
            let call = app.post(&format!("{path}/merge")).by(&officer).if_match(version);
            call.json(&json!({"into": kept.enterprise, "dry_run": dry_run}))
        };
        for dry_run in [true, false] {
            let told = merge(dry_run).expect(200).await;
            assert_eq!((told.number("/moved/members"), told.number("/lost_members")), (0, 2));
        }
        for somebody in [&stranger, &accomplice] {
            let left_out = |letter: &Letter| matches!(letter, Letter::MergedUnverified { .. });
            assert!(app.letters_to(&somebody.email).await.iter().any(left_out));
            app.get("/me").by(somebody).expect(401).await;
            let again = app.again(somebody).await;
            let me = app.get("/me").by(&again).expect(200).await;
            assert!(
                me.body["enterprise"].is_null() && me.body["role"].is_null(),
                "{}",
                me.body
            );
            app.get(&format!("/listings/{draft}")).by(&again).expect(404).await;
            app.get(&format!("/enterprises/{}/members", kept.enterprise))
                .by(&again)
                .expect(403)
                .await;
            let deeds = app.deeds(me.text("/id"));
            assert!(deeds.iter().any(|(deed, _)| deed == "member.left"), "{deeds:?}");
        }
        let members = app.get(&format!("/enterprises/{}/members", kept.enterprise)).by(&kept);
        let members = members.expect(200).await;
        assert_eq!(members.body["items"].as_array().unwrap().len(), 1);
        // It waits in no queue any more.
        let queue = app.get("/moderation/queue").by(&officer).expect(200).await;
        assert!(queue.body["items"].as_array().unwrap().is_empty());
    }
}

/// What officers entered is active, and verified by nobody, until its owner asked for it.
#[actix_web::test]
async fn who_took_over_what_nobody_verified_does_not_come_in() {
    for is_verified in [false, true] {
        let app = TestApp::spawn().await;
        let officer = app.officer().await;
        let kept = app.active_enterprise(&officer).await;
        let code = tax_code(9_460);
        let file = format!("{HEAD}{}", row(&code, "Công ty Cổ phần Chè", "0912345678"));
        let done = import(&app, &officer, "", file).await;
        let told = rows(&app, &officer, &done).await;
        let path = format!("/enterprises/{}", told[0]["enterprise_id"].as_str().unwrap());
        let owner = app.person().await;
        let asked = app.post("/join-requests").by(&owner);
        asked.json(&json!({"tax_code": code})).expect(202).await;
        let waiting = app.get("/moderation/join-requests").by(&officer).expect(200).await;
        let request = format!("{path}/join-requests/{}/approval", waiting.text("/items/0/id"));
        let admitted = app.post(&request).by(&officer);
        admitted.json(&json!({"role": "owner"})).expect(200).await;
        let version = async || app.get(&path).by(&officer).expect(200).await.number("/version");
        if is_verified {
            let sent = app.post(&format!("{path}/submission")).by(&owner);
            sent.if_match(version().await).expect(200).await;
            let approved = app.post(&format!("{path}/approval")).by(&officer);
            approved.if_match(version().await).expect(200).await;
        }
        let seen = version().await;
        let expected = if is_verified { (1, 0) } else { (0, 1) };
        for dry_run in [true, false] {
            let call = app.post(&format!("{path}/merge")).by(&officer).if_match(seen);
            let call = call.json(&json!({"into": kept.enterprise, "dry_run": dry_run}));
            let told = call.expect(200).await;
            let counts = (told.number("/moved/members"), told.number("/lost_members"));
            assert_eq!(counts, expected, "{is_verified} {dry_run}");
        }
        let members = app.get(&format!("/enterprises/{}/members", kept.enterprise)).by(&kept);
        let members = members.expect(200).await;
        let count = members.body["items"].as_array().unwrap().len();
        assert_eq!(count, if is_verified { 2 } else { 1 });
        // The directory has it no more, whoever verified it.
        let way = app.get(&path).send().await;
        assert_eq!(way.status, 308);
        let left_out = |letter: &Letter| matches!(letter, Letter::MergedUnverified { .. });
        let letters = app.letters_to(&owner.email).await;
        assert_eq!(letters.iter().any(left_out), !is_verified);
    }
}

/// An officer admitted the owner, and the other one is no more than this one is.
#[actix_web::test]
async fn whom_an_officer_admitted_comes_along_where_nobody_verified_either() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (gone, kept) = (tax_code(9_461), tax_code(9_462));
    let file = format!(
        "{HEAD}{}{}",
        row(&gone, "Công ty Cổ phần Chè", "0912345678"),
        row(&kept, "Công ty Cổ phần Chè Thanh Sơn", "0912345679")
    );
    let done = import(&app, &officer, "", file).await;
    let told = rows(&app, &officer, &done).await;
    let path = format!("/enterprises/{}", told[0]["enterprise_id"].as_str().unwrap());
    let into = told[1]["enterprise_id"].as_str().unwrap();
    let owner = app.person().await;
    let asked = app.post("/join-requests").by(&owner);
    asked.json(&json!({"tax_code": gone})).expect(202).await;
    let waiting = app.get("/moderation/join-requests").by(&officer).expect(200).await;
    let request = format!("{path}/join-requests/{}/approval", waiting.text("/items/0/id"));
    let admitted = app.post(&request).by(&officer);
    admitted.json(&json!({"role": "owner"})).expect(200).await;
    let seen = app.get(&path).by(&officer).expect(200).await.number("/version");
    for dry_run in [true, false] {
        let call = app.post(&format!("{path}/merge")).by(&officer).if_match(seen);
        let call = call.json(&json!({"into": into, "dry_run": dry_run}));
        let told = call.expect(200).await;
        assert_eq!((told.number("/moved/members"), told.number("/lost_members")), (1, 0));
    }
    let owner = app.again(&owner).await;
    let me = app.get("/me").by(&owner).expect(200).await;
    assert_eq!((me.text("/enterprise/id"), me.text("/role")), (into, "owner"));
    let left_out = |letter: &Letter| matches!(letter, Letter::MergedUnverified { .. });
    assert!(!app.letters_to(&owner.email).await.iter().any(left_out));
}

#[actix_web::test]
async fn those_below_follow_and_nobody_comes_to_be_above_himself() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let mut firms = Vec::new();
    for _ in 0..4 {
        firms.push(app.active_enterprise(&officer).await);
    }
    let [above, twin, below, last] = firms.try_into().unwrap();
    let version = async |of: &Person| {
        app.get(&format!("/enterprises/{}", of.enterprise))
            .by(&officer)
            .expect(200)
            .await
            .number("/version")
    };
    let put_below = async |child: &Person, parent: &Person| {
        let path = format!("/enterprises/{}", child.enterprise);
        let call = app.patch(&path).by(child).if_match(version(child).await);
        call.json(&json!({"parent_id": parent.enterprise})).expect(200).await;
        let call = app.post(&format!("{path}/amendment/approval")).by(&officer);
        call.if_match(version(child).await).expect(200).await;
    };
    put_below(&below, &above).await;
    put_below(&last, &below).await;
    for (from, into) in [(&above, &last), (&last, &above)] {
        let call = app
            .post(&format!("/enterprises/{}/merge", from.enterprise))
            .by(&officer);
        let call = call
            .if_match(version(from).await)
            .json(&json!({"into": into.enterprise}));
        assert_eq!(call.expect(409).await.code(), "merge_hindered");
    }
    let call = app
        .post(&format!("/enterprises/{}/merge", above.enterprise))
        .by(&officer);
    let call = call.if_match(version(&above).await);
    call.json(&json!({"into": twin.enterprise})).expect(200).await;
    let child = app.get(&format!("/enterprises/{}", below.enterprise)).expect(200).await;
    assert_eq!(child.text("/parent_id"), twin.enterprise);
}

/// Makes one registration part of another one.
pub async fn join(app: &TestApp, officer: &Person, from: &Person, into: &Person) -> Reply {
    let path = format!("/enterprises/{}", from.enterprise);
    let version = app.get(&path).by(officer).expect(200).await.number("/version");
    let call = app.post(&format!("{path}/merge")).by(officer).if_match(version);
    call.json(&json!({"into": into.enterprise})).expect(200).await
}

async fn two(app: &TestApp) -> (Person, Person, Person) {
    let officer = app.officer().await;
    let (gone, kept) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    (officer, gone, kept)
}
