//! Accounts and sessions.

use vptex::domain::access::Actor;
use vptex::domain::account::{AccountStatus, Role};
use vptex::domain::enterprise::EnterpriseStatus;
use vptex::domain::ids::SessionId;
use vptex::store::sessions::{EndReason, Session};
use vptex::store::{Error, accounts, passwords, sessions};

use crate::samples::{at, enterprise, id, store};

#[test]
fn a_session_lives_turns_and_ends() {
    let store = store();
    let owner = enterprise(1);
    store.add(&owner).unwrap();
    let account = store.add_account(10, "Hoa@example.vn", owner.id).unwrap();
    let credentials = store
        .read(|conn| accounts::credentials(conn, "hoa@example.vn"))
        .unwrap()
        .unwrap();
    assert_eq!(
        (credentials.account, credentials.status, credentials.is_officer),
        (account, AccountStatus::Active, false)
    );
    assert_eq!(
        (credentials.password_hash.as_str(), credentials.one_time_until),
        ("$argon2id$", Some(at(9)))
    );
    store
        .write(move |uow| {
            let row = passwords::NewPasswordRow {
                hash: "other",
                stands_alone: true,
            };
            passwords::set(uow, account, row, at(20))
        })
        .unwrap();
    let credentials = store
        .read(|conn| accounts::credentials(conn, "hoa@example.vn"))
        .unwrap()
        .unwrap();
    assert_eq!(
        (credentials.password_hash.as_str(), credentials.one_time_until),
        ("other", None)
    );
    assert_eq!(
        store.read(|conn| accounts::find(conn, account)).unwrap().email.as_str(),
        "Hoa@example.vn"
    );

    let session = Session {
        id: SessionId(id(30)),
        account,
        refresh_seed: (0..=255).step_by(8).collect(),
        refresh_counter: 0,
        rotated_at: at(0),
        idle_until: at(50),
        absolute_until: at(100),
        ended_at: None,
        is_officer: false,
        user_agent: Some("Firefox".into()),
        ip: Some("203.0.113.7".into()),
        authenticated_at: Some(at(0)),
        created_at: at(0),
    };
    let kept = session.clone();
    store.write(move |uow| sessions::insert(uow, &kept)).unwrap();
    let found = store.read(|conn| sessions::find(conn, session.id)).unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{session:?}"));

    let actor = |now| {
        store
            .read(|conn| accounts::actor(conn, session.id, account, at(now)))
            .unwrap()
    };
    let member = Actor::Member {
        account,
        enterprise: owner.id,
        role: Role::Editor,
        status: EnterpriseStatus::Active,
        verified: true,
    };
    assert_eq!((actor(99), actor(100)), (Some(member), None));

    let rotate = || {
        let session = session.clone();
        store.write(move |uow| sessions::rotate(uow, &session, at(5), at(60)))
    };
    rotate().unwrap();
    assert!(matches!(rotate(), Err(Error::Stale)));
    let found = store.read(|conn| sessions::find(conn, session.id)).unwrap().unwrap();
    assert_eq!(
        (found.refresh_counter, found.rotated_at, found.idle_until),
        (1, at(5), at(60))
    );

    let end = || {
        store
            .write(move |uow| sessions::end(uow, SessionId(id(30)), EndReason::SignedOut, at(7)))
            .unwrap()
    };
    assert_eq!((end(), end()), (true, false));
    assert_eq!(actor(8), None);
    assert_eq!(
        store
            .write(move |uow| sessions::end_all(uow, account, None, EndReason::SignedOut, at(8)))
            .unwrap(),
        0
    );
    assert_eq!(store.write(|uow| sessions::forget_before(uow, at(100), 9)).unwrap(), 0);
    assert_eq!(store.write(|uow| sessions::forget_before(uow, at(101), 9)).unwrap(), 1);
}
