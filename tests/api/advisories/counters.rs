//! GHSA-rxhg-2pw9-vf25 (vaultwarden) and CVE-2026-47741 (Shopper): what may be done so often was counted first and done
//! later, so many who came together all passed. Here 64 come together to everything that is counted.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::Letter;

use crate::harness::{Call, Person, Reply, TestApp};

/// How many come together.
const WAYS: usize = 64;

/// Sends all at once; gives how often each status was answered.
async fn race(calls: impl Iterator<Item = Call>) -> BTreeMap<u16, usize> {
    let replies: Vec<Reply> = join_all(calls.map(Call::send)).await;
    assert_eq!(replies.len(), WAYS);
    let mut statuses = BTreeMap::new();
    for reply in replies {
        *statuses.entry(reply.status).or_default() += 1;
    }
    statuses
}

/// Of all who come together, so many pass. Where the database made some give up (503), those who come later pass for
/// them, and nobody beyond.
async fn passes(most: usize, passed: u16, beyond: u16, call: impl Fn(usize) -> Call) {
    let statuses = race((0..WAYS).map(&call)).await;
    let mut count = statuses.get(&passed).copied().unwrap_or_default();
    let known = [passed, beyond, 503];
    assert!(statuses.keys().all(|status| known.contains(status)), "{statuses:?}");
    for later in WAYS..2 * WAYS {
        match call(later).send().await.status {
            status if status == passed => count += 1,
            status => {
                assert_eq!(status, beyond);
                break;
            }
        }
    }
    assert_eq!(count, most, "{statuses:?}");
}

/// Of all who come together, one passes.
async fn one_passes(passed: u16, call: impl Fn() -> Call) {
    let statuses = race((0..WAYS).map(|_| call())).await;
    assert_eq!(statuses.get(&passed), Some(&1), "{statuses:?}");
    let is_refusal = |status: &u16| [400, 401, 403, 404, 409, 412, 429, 503].contains(status);
    assert!(
        statuses.keys().all(|status| *status == passed || is_refusal(status)),
        "{statuses:?}"
    );
}

#[actix_web::test]
async fn cve_2026_47741_limits_of_number_hold_against_many_at_once() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let path = |things: &str| format!("/enterprises/{}/{things}", owner.enterprise);
    let key = json!({"name": "ERP", "scopes": ["listings:read"], "expires_in_days": 1});
    passes(20, 201, 409, |_| app.post(&path("api-keys")).by(&owner).json(&key)).await;
    let invitation = |number: usize| json!({"email": format!("moi{number}@example.com"), "role": "viewer"});
    let invite = |number| app.post(&path("invitations")).by(&owner).json(&invitation(number));
    passes(50, 201, 429, invite).await;
    let person = app.person().await;
    let question = json!({"kind": "access"});
    passes(10, 201, 409, |_| {
        app.post("/me/data-requests").by(&person).json(&question)
    })
    .await;
}

#[actix_web::test]
async fn cve_2026_47741_letters_of_an_hour_are_counted_against_many_at_once() {
    let app = TestApp::spawn().await;
    let person = app.person().await;
    let body = json!({"email": person.email});
    let statuses = race((0..WAYS).map(|_| app.post("/password-resets").json(&body))).await;
    // All are answered alike.
    assert!(
        statuses.keys().all(|status| [202, 503].contains(status)),
        "{statuses:?}"
    );
    for _ in 0..4 {
        app.post("/password-resets").json(&body).expect(202).await;
    }
    let letters = app.letters_to(&person.email).await;
    let resets = letters
        .iter()
        .filter(|letter| matches!(letter, Letter::ResetPassword { .. }));
    assert_eq!(resets.count(), 3);
}

#[actix_web::test]
async fn ghsa_rxhg_2pw9_vf25_what_is_good_for_once_is_good_for_one_of_many() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let enterprise = format!("/enterprises/{}", owner.enterprise);

    let guest = app.person().await;
    let invitation = json!({"email": guest.email, "role": "viewer"});
    let invite = app
        .post(&format!("{enterprise}/invitations"))
        .by(&owner)
        .json(&invitation);
    invite.expect(201).await;
    let token = json!({"token": app.token_for(&guest.email).await});
    one_passes(200, || app.post("/invitations/acceptance").by(&guest).json(&token)).await;

    let person = app.person().await;
    let tax_code = app
        .get(&enterprise)
        .by(&owner)
        .expect(200)
        .await
        .text("/tax_code")
        .to_owned();
    let wish = json!({"tax_code": tax_code});
    one_passes(202, || app.post("/join-requests").by(&person).json(&wish)).await;
    let waiting = app
        .get(&format!("{enterprise}/join-requests"))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(waiting.ids().len(), 1);
    let approval = format!("{enterprise}/join-requests/{}/approval", waiting.ids()[0]);
    let role = json!({"role": "editor"});
    one_passes(200, || app.post(&approval).by(&owner).json(&role)).await;

    let members = app.get(&format!("{enterprise}/members")).by(&owner).expect(200).await;
    assert_eq!(members.body["items"].as_array().unwrap().len(), 3);

    let (listing, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let approval = format!("/listings/{listing}/approval");
    one_passes(200, || app.post(&approval).by(&officer).if_match(version)).await;
    let approvals = app
        .deeds(&listing)
        .into_iter()
        .filter(|(deed, _)| deed == "listing.approved");
    assert_eq!(approvals.count(), 1);
}

#[actix_web::test]
async fn ghsa_rxhg_2pw9_vf25_a_recovery_code_opens_once() {
    let app = TestApp::spawn().await;
    let member = app.person().await;
    let member = app.enrol(member).await;
    let code = member.codes.lock().unwrap().pop().unwrap();
    let body = json!({"code": code});
    one_passes(204, || app.post("/sessions/current/step-up").by(&member).json(&body)).await;
}

#[actix_web::test]
async fn ghsa_rxhg_2pw9_vf25_a_reset_of_a_factor_is_agreed_to_once() {
    let app = TestApp::spawn().await;
    let first = app.officer_who_may(&[Permission::ManageOfficers]).await;
    let second = app.officer_who_may(&[Permission::ManageOfficers]).await;
    let officer = app.officer().await;
    let path = format!("/officers/{}/factor-resets", app.id_of(&officer).await);
    let asked = app.post(&path).by(&first).expect(201).await;
    let approval = format!("{path}/{}/approval", asked.text("/id"));
    one_passes(200, || app.post(&approval).by(&second)).await;
}

/// The last owner cannot leave; nor can all of them at once.
#[actix_web::test]
async fn ghsa_rxhg_2pw9_vf25_sixty_four_owners_who_leave_at_once_leave_one() {
    let app = TestApp::spawn().await;
    let founder = app.registered_enterprise().await;
    let mut owners: Vec<Person> = vec![founder.clone()];
    for _ in 1..WAYS {
        owners.push(app.member(&founder.enterprise, Role::Owner).await);
    }
    let leave = |owner: &Person| app.call(Method::DELETE, "/me/membership").by(owner);
    let statuses = race(owners.iter().map(leave)).await;
    assert!(
        statuses.keys().all(|status| [204, 409, 503].contains(status)),
        "{statuses:?}"
    );
    // Whoever was told to come back does.
    for owner in &owners {
        let again = leave(owner).send().await;
        assert!([204, 401, 403, 409].contains(&again.status), "{:#}", again.body);
    }
    let mut left = 0;
    for owner in &owners {
        let me = app.get("/me").by(owner).send().await;
        left += usize::from(me.status == 200 && me.body["role"] == "owner");
    }
    assert_eq!(left, 1, "{statuses:?}");
}
