//! What is written is what is read; what may not be, is refused with the right reason.

use diesel::RunQueryDsl;
use vptex::domain::access::{Action, Actor};
use vptex::domain::audit::{Deed, Doer, Reason, ReasonCode};
use vptex::domain::enterprise::{EnterpriseStatus, Phone};
use vptex::domain::ids::{EnterpriseId, ImportId, ListingId};
use vptex::domain::listing::{ListingStatus, Price, PriceMode};
use vptex::domain::text::{Line, Prose, fold};
use vptex::store::{Constraint, Error, audit, enterprises, idempotency, imports, listings};

use crate::samples::{at, enterprise, id, listing, permit, permit_to, store};

#[test]
fn an_enterprise_reads_back_as_it_was_written() {
    let store = store();
    let mut written = enterprise(1);
    store.add(&written).unwrap();
    let read = store.read(|conn| enterprises::find(conn, written.id)).unwrap();
    assert_eq!(format!("{read:?}"), format!("{written:?}"));

    written.status = EnterpriseStatus::Suspended;
    written.profile.legal_name = Line::parse("Tên khác").unwrap();
    written.profile.short_name = None;
    written.profile.name_en = None;
    written.profile.website = None;
    written.profile.field_codes.clear();
    written.submitted_at = at(100);
    written.updated_at = at(101);
    let changed = written.clone();
    let changed = store
        .write(move |uow| {
            let mut changed = changed.clone();
            enterprises::update(uow, &permit_to(Action::ReviewEnterprise), &mut changed).map(|()| changed)
        })
        .unwrap();
    written.version = 2;
    assert_eq!(format!("{changed:?}"), format!("{written:?}"));
    let read = store
        .read(|conn| enterprises::find_by_tax_code(conn, written.profile.identity.tax_code().unwrap()))
        .unwrap()
        .unwrap();
    assert_eq!(format!("{read:?}"), format!("{written:?}"));
}

#[test]
fn titles_of_before_get_the_names_by_which_duplicates_are_found() {
    let store = store();
    let owner = enterprise(1);
    store.add(&owner).unwrap();
    store
        .add_listings(&[listing(10, owner.id), listing(11, owner.id)])
        .unwrap();
    let forget = "UPDATE listings SET title_key = NULL";
    store
        .write(move |uow| Ok::<_, Error>(diesel::sql_query(forget).execute(uow.conn())?))
        .unwrap();
    let key = fold(listing(10, owner.id).content.title.vi.as_str());
    let count = || {
        let named = store.read(|conn| listings::same_names(conn, &[key.as_str()])).unwrap();
        named.into_values().sum::<i64>()
    };
    assert_eq!(count(), 0);
    let filled = [1, 1, 0].map(|_| store.write(|uow| listings::fill_title_keys(uow, 1)).unwrap());
    assert_eq!((filled, count()), ([1, 1, 0], 2));
}

#[test]
fn enterprises_of_before_get_the_names_by_which_twins_are_found() {
    let store = store();
    let [one, mut other] = [enterprise(1), enterprise(2)];
    other.profile.contact_phone = Phone::parse("0912 000 002").unwrap();
    store.add(&one).unwrap();
    store.add(&other).unwrap();
    let forget = "UPDATE enterprises SET bare_name = NULL";
    store
        .write(move |uow| Ok::<_, Error>(diesel::sql_query(forget).execute(uow.conn())?))
        .unwrap();
    let count = || {
        let found = store.read(|conn| enterprises::alike(conn, &[&one.profile])).unwrap();
        found.into_iter().map(|enterprise| enterprise.id).collect::<Vec<_>>()
    };
    assert_eq!(count(), [one.id]);
    // One at a time, in their order.
    let mend = || {
        let (mut after, mut wrong) = (None, Vec::new());
        loop {
            let found = store.read(|conn| enterprises::bare_names(conn, after, 1)).unwrap();
            let Some(last) = found.last else { return wrong };
            after = Some(last);
            wrong.extend(found.wrong.iter().map(|(id, _)| *id));
            store
                .write(move |uow| enterprises::set_bare_names(uow, &found.wrong))
                .unwrap();
        }
    };
    assert_eq!((mend(), count()), (vec![one.id, other.id], vec![one.id, other.id]));
    assert!(mend().is_empty());
    // As a program makes them that knows other rules.
    let otherwise = format!(
        "UPDATE enterprises SET bare_name = 'cty ' || bare_name WHERE contact_phone = '{}'",
        other.profile.contact_phone.as_str()
    );
    store
        .write(move |uow| Ok::<_, Error>(diesel::sql_query(otherwise.as_str()).execute(uow.conn())?))
        .unwrap();
    assert_eq!(count(), [one.id]);
    assert_eq!((mend(), count()), (vec![other.id], vec![one.id, other.id]));
}

#[test]
fn a_bare_name_is_not_put_beside_another_name() {
    let store = store();
    let one = enterprise(1);
    store.add(&one).unwrap();
    let stale = vec![(one.id, "Công ty Cũ".to_owned())];
    store
        .write(move |uow| enterprises::set_bare_names(uow, &stale))
        .unwrap();
    let found = store.read(|conn| enterprises::bare_names(conn, None, 10)).unwrap();
    assert_eq!((found.last, found.wrong.len()), (Some(one.id), 0));
}

#[test]
fn a_listing_reads_back_as_it_was_written() {
    let store = store();
    let owner = enterprise(1);
    store.add(&owner).unwrap();
    let mut written = listing(10, owner.id);
    written.created_by = Some(store.add_account(20, "a@example.vn", owner.id).unwrap());
    store.add_listings(&[written.clone()]).unwrap();
    let (read, card) = store.read(|conn| listings::find(conn, written.id)).unwrap();
    assert_eq!(format!("{read:?}"), format!("{written:?}"));
    assert_eq!(card.legal_name, owner.profile.legal_name.as_str());
    assert_eq!(
        (card.province_code.as_str(), card.status, card.is_demo),
        ("25", EnterpriseStatus::Active, true)
    );
    let read = store
        .read(|conn| listings::find_by_source(conn, "example.vn", "10"))
        .unwrap()
        .unwrap();
    assert_eq!(read.id, written.id);

    // Everything that may be absent becomes absent.
    let content = &mut written.content;
    content.title.en = None;
    content.summary = None;
    content.description.as_mut().unwrap().en = None;
    content.field_codes.clear();
    content.trl = None;
    content.origin_country = None;
    content.brand = None;
    content.model = None;
    content.specifications.clear();
    content.price = Price {
        mode: PriceMode::Contact,
        min: None,
        max: None,
        currency: "VND".parse().unwrap(),
    };
    content.transfer_modes.clear();
    written.source.as_mut().unwrap().url = None;
    written.status = ListingStatus::Draft;
    written.code = None;
    written.submitted_at = None;
    written.published_at = None;
    // Years outside the usual, so that neither database's epoch matters.
    written.updated_at = "1969-12-31T23:59:59.999999Z".parse().unwrap();
    let changed = written.clone();
    store
        .write(move |uow| listings::update(uow, &permit(), &mut changed.clone()))
        .unwrap();
    written.version = 2;
    let (read, _) = store.read(|conn| listings::find(conn, written.id)).unwrap();
    assert_eq!(format!("{read:?}"), format!("{written:?}"));
}

#[test]
fn an_absent_row_is_not_found() {
    let store = store();
    assert!(matches!(
        store.read(|conn| listings::find(conn, ListingId(id(1)))),
        Err(Error::NotFound)
    ));
    assert!(matches!(
        store.read(|conn| enterprises::find(conn, EnterpriseId(id(1)))),
        Err(Error::NotFound)
    ));
}

#[test]
fn an_update_of_a_version_that_is_past_is_refused() {
    let store = store();
    let owner = enterprise(1);
    store.add(&owner).unwrap();
    let written = listing(10, owner.id);
    store.add_listings(std::slice::from_ref(&written)).unwrap();
    for expected in [true, false] {
        let (written, owner) = (written.clone(), owner.clone());
        let result = store.write(move |uow| listings::update(uow, &permit(), &mut written.clone()));
        assert_eq!(result.is_ok(), expected);
        assert!(expected || matches!(result, Err(Error::Stale)), "{result:?}");
        let result =
            store.write(move |uow| enterprises::update(uow, &permit_to(Action::ReviewEnterprise), &mut owner.clone()));
        assert!(
            result.is_ok() == expected && (expected || matches!(result, Err(Error::Stale))),
            "{result:?}"
        );
    }
}

#[test]
fn every_broken_constraint_is_told_by_its_name() {
    let store = store();
    let owner = enterprise(1);
    store.add(&owner).unwrap();
    let mut twin = enterprise(2);
    twin.profile.identity = owner.profile.identity.clone();
    expect(store.add(&twin), Constraint::EnterpriseTaxCode);

    store.add_account(10, "hoa@example.vn", owner.id).unwrap();
    expect(
        store.add_account(11, "HOA@example.vn", owner.id),
        Constraint::AccountEmail,
    );

    let first = listing(20, owner.id);
    let mut second = listing(21, owner.id);
    second.source = first.source.clone();
    store.add_listings(&[first]).unwrap();
    expect(store.add_listings(&[second.clone()]), Constraint::ListingSource);
    // Listings without a source are no twins.
    second.source = None;
    let mut third = listing(22, owner.id);
    third.source = None;
    store.add_listings(&[second, third]).unwrap();

    let claim = |key: &'static str, when| {
        store
            .write(move |uow| idempotency::claim(uow, "visitor", key, &[0, 1, 255], when))
            .unwrap()
    };
    assert!(claim("k", at(0)) && claim("K", at(1)));
    assert!(!claim("k", at(1)), "a key is taken once");
    let answer = idempotency::Answer {
        fingerprint: vec![0, 1, 255],
        status: 201,
        location: "/v1/listings/1".into(),
        etag: "\"1\"".into(),
        body: "{}".into(),
    };
    let kept = answer.clone();
    store
        .write(move |uow| idempotency::keep(uow, "visitor", "k", &kept))
        .unwrap();
    let find = || store.read(|conn| idempotency::find(conn, "visitor", "k")).unwrap();
    assert_eq!(find().as_ref(), Some(&answer));
    assert!(matches!(
        store.write(move |uow| idempotency::keep(uow, "visitor", "other", &answer)),
        Err(Error::NotFound)
    ));
    assert_eq!(store.write(|uow| idempotency::forget_before(uow, at(1), 9)).unwrap(), 1);
    assert_eq!(find(), None);

    let start = |number| store.write(move |uow| imports::start(uow, ImportId(id(number)), b"print", "a.jsonl", at(0)));
    start(30).unwrap();
    expect(start(31), Constraint::ImportRun);
}

fn expect<T: std::fmt::Debug>(result: Result<T, Error>, constraint: Constraint) {
    assert!(
        matches!(result, Err(Error::Constraint(found)) if found == constraint),
        "{constraint:?}: {result:?}"
    );
}

#[test]
fn an_enterprise_that_is_not_there_can_own_nothing() {
    let store = store();
    assert!(store.add_listings(&[listing(10, EnterpriseId(id(1)))]).is_err());
}

#[test]
fn many_more_ids_than_a_statement_holds_are_found() {
    let store = store();
    let owner = enterprise(1);
    store.add(&owner).unwrap();
    let all: Vec<_> = (1000..1701).map(|number| listing(number, owner.id)).collect();
    store.add_listings(&all).unwrap();
    let ids: Vec<ListingId> = (1000..1801).map(|number| ListingId(id(number))).collect();
    let mut found: Vec<ListingId> = store
        .read(|conn| listings::find_many(conn, &ids))
        .unwrap()
        .into_iter()
        .map(|(listing, _)| listing.id)
        .collect();
    found.sort();
    assert_eq!(found, all.iter().map(|listing| listing.id).collect::<Vec<_>>());
    assert_eq!(store.read(listings::count_public).unwrap(), 701);
}

#[test]
fn an_import_tells_how_far_it_came() {
    let store = store();
    let run = ImportId(id(1));
    store
        .write(move |uow| imports::start(uow, run, b"print", "a.jsonl", at(0)))
        .unwrap();
    let progress = imports::Progress {
        lines: 5,
        created: 4,
        updated: 3,
        unchanged: 2,
        failed: 1,
    };
    let kept = progress.clone();
    store
        .write(move |uow| imports::advance(uow, run, &kept, true, at(1)))
        .unwrap();
    let found = store.read(|conn| imports::find(conn, b"print")).unwrap().unwrap();
    assert_eq!(
        (found.id, found.progress, found.finished_at),
        (run, progress, Some(at(1)))
    );
}

#[test]
fn the_audit_trail_cannot_be_changed() {
    let store = store();
    let subject = id(7);
    let append = |number, words: &'static str| {
        store.write(move |uow| {
            let reason = Reason {
                code: ReasonCode::Incomplete,
                text: Prose::parse(words).unwrap(),
            };
            audit::append(
                uow,
                &audit::Entry {
                    id: id(number),
                    at: at(1),
                    doer: Doer::from(&Actor::System),
                    deed: Deed::ListingRejected,
                    subject_kind: "listing",
                    subject,
                    version: Some(3),
                    reason: Some(&reason),
                    session: None,
                    request: Some(id(99)),
                    ip: None,
                    port: None,
                    change: None,
                },
            )
        })
    };
    append(1, "lý do thứ nhất").unwrap();
    append(2, "lý do thứ hai").unwrap();
    let mut forbidden = vec!["UPDATE audit_log SET deed = 'x'", "DELETE FROM audit_log"];
    if !store.queues_writes() {
        forbidden.push("TRUNCATE audit_log");
    }
    for sql in forbidden {
        let result = store.write(move |uow| diesel::sql_query(sql).execute(uow.conn()).map_err(Error::from));
        assert!(
            matches!(&result, Err(Error::Other(error)) if error.to_string().contains("append-only")),
            "{result:?}"
        );
    }
    let decision = store.read(|conn| audit::last_decision(conn, subject)).unwrap().unwrap();
    assert_eq!(
        decision,
        audit::Decision {
            deed: "listing.rejected".into(),
            at: at(1),
            reason_code: "incomplete".into(),
            reason_text: "lý do thứ hai".into(),
            notes: Vec::new(),
        }
    );
}

#[test]
fn sqlite_is_new_enough() {
    use diesel::{Connection, SqliteConnection};
    #[derive(diesel::QueryableByName)]
    struct Version {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    let found: Version = diesel::sql_query("SELECT sqlite_version() AS version")
        .get_result(&mut conn)
        .unwrap();
    let parts: Vec<u32> = found.version.split('.').map(|part| part.parse().unwrap()).collect();
    // 3.51.3 mends a race in WAL mode that could corrupt the file.
    assert!(parts >= vec![3, 51, 3], "{}", found.version);
}

#[test]
fn a_permit_is_good_for_what_it_was_given_for() {
    let store = store();
    let owner = enterprise(1);
    store.add(&owner).unwrap();
    let written = listing(10, owner.id);
    store.add_listings(std::slice::from_ref(&written)).unwrap();
    let wrong = store.write(move |uow| enterprises::update(uow, &permit(), &mut owner.clone()));
    assert!(
        matches!(wrong, Err(Error::WrongPermit(Action::ImportListings))),
        "{wrong:?}"
    );
    let mut changed = written.clone();
    changed.status = ListingStatus::Withdrawn;
    let wrong =
        store.write(move |uow| listings::update(uow, &permit_to(Action::ReviewEnterprise), &mut changed.clone()));
    assert!(matches!(wrong, Err(Error::WrongPermit(_))), "{wrong:?}");
    let (kept, _) = store.read(|conn| listings::find(conn, written.id)).unwrap();
    assert_eq!(kept.status, written.status);
}

#[test]
fn a_tax_code_has_one_registration_that_is_not_rejected() {
    let store = store();
    let mut claim = enterprise(1);
    claim.status = EnterpriseStatus::Rejected;
    store.add(&claim).unwrap();
    let find = || {
        store
            .read(|conn| enterprises::find_by_tax_code(conn, claim.profile.identity.tax_code().unwrap()))
            .unwrap()
            .map(|found| found.id)
    };
    assert_eq!(find(), Some(claim.id), "better than none");
    let mut rightful = enterprise(2);
    rightful.profile.identity = claim.profile.identity.clone();
    // Older than the claim, and found all the same.
    rightful.created_at = at(0);
    store.add(&rightful).unwrap();
    assert_eq!(find(), Some(rightful.id));
    let mut back = claim.clone();
    back.status = EnterpriseStatus::Submitted;
    let result =
        store.write(move |uow| enterprises::update(uow, &permit_to(Action::ReviewEnterprise), &mut back.clone()));
    expect(result, Constraint::EnterpriseTaxCode);
}

#[test]
fn what_is_old_is_forgotten_in_small_portions_oldest_first() {
    let store = store();
    for number in 0..5_i64 {
        let key = format!("k{number}");
        let when = at(number);
        assert!(
            store
                .write(move |uow| idempotency::claim(uow, "a", &key, &[1], when))
                .unwrap()
        );
    }
    let forget = || store.write(|uow| idempotency::forget_before(uow, at(4), 3)).unwrap();
    assert_eq!(forget(), 3);
    let is_kept = |key: &str| store.read(|conn| idempotency::find(conn, "a", key)).unwrap().is_some();
    assert_eq!(["k0", "k2", "k3", "k4"].map(is_kept), [false, false, true, true]);
    assert_eq!((forget(), forget()), (1, 0));
    assert!(is_kept("k4"));
}
