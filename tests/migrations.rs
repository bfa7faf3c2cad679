//! The two trees of migrations make the same schema, and `src/store/schema.rs` says what it is.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

#[path = "support/database.rs"]
mod database;
#[path = "support/described.rs"]
mod described;
#[path = "migrations/names.rs"]
mod names;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::MigrationHarness;
use std::path::Path;
use vptex::store::conn::{AnyConn, Target};
use vptex::store::{migrate, schema};

use described::{ask, declared, describe, functions};

fn folders(tree: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(tree);
    let mut names: Vec<String> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .inspect(|folder| {
            for file in ["up.sql", "down.sql"] {
                assert!(folder.join(file).is_file(), "{} has no {file}", folder.display());
            }
        })
        .map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn both_trees_have_the_same_migrations() {
    assert_eq!(folders("sqlite"), folders("postgres"));
}

#[test]
fn both_databases_get_the_same_schema() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Target::Sqlite(folder.path().join("schema.sqlite"));
    migrate::run(&sqlite).unwrap();
    let described = describe(&mut migrate::connect(&sqlite).unwrap());
    let selected = database::fresh();
    assert_eq!(describe(&mut migrate::connect(&selected.target).unwrap()), described);
    insta::assert_snapshot!("schema", described);
}

/// Text that is sorted or compared for order has the order of its bytes, whatever the server's locale: SQLite has no
/// other. The test server's own locale is one of bytes, so that nothing else would show it.
#[test]
fn text_that_is_sorted_is_sorted_by_bytes() {
    let database = database::fresh();
    let mut conn = migrate::connect(&database.target).unwrap();
    if matches!(conn, AnyConn::Sqlite(_)) {
        return;
    }
    let columns = ask(
        &mut conn,
        "SELECT attrelid::regclass::text || '.' || attname AS name, '' AS kind, NULL::text AS more, 0::bigint AS is_null
         FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
         WHERE relnamespace = 'public'::regnamespace AND attcollation = '\"C\"'::regcollation ORDER BY 1",
    );
    let columns: Vec<String> = columns.into_iter().map(|column| column.name).collect();
    assert_eq!(
        columns,
        [
            "accounts.email_key",
            "audit_keys.kid",
            "certificate_keys.kid",
            "certificates.annulled_on",
            "certificates.authority",
            "certificates.code",
            "certificates.commune_code",
            "certificates.expires_on",
            "certificates.issued_on",
            "certificates.number",
            "certificates.number_key",
            "certificates.transferee_tax_code",
            "certificates.transferor_tax_code",
            "code_counters.prefix",
            "dossier_alarms.due_on",
            "dossier_alarms.event",
            "dossier_events.received_on",
            "dossier_reminders.due_on",
            "dossier_reminders.event",
            "dossier_reminders.stage",
            "dossiers.commune_code",
            "dossiers.number",
            "dossiers.procedure",
            "dossiers.state",
            "enterprise_documents.valid_to",
            "enterprises.bare_name",
            "enterprises.kind",
            "enterprises.name_key",
            "enterprises.tax_code",
            "idempotency_keys.key",
            "idempotency_keys.scope",
            "import_aliases.name_key",
            "invitations.email_key",
            "listing_digests.day",
            "listing_external_ids.external_id",
            "listing_import_rows.external_id",
            "listing_slugs.slug",
            "listings.code",
            "listings.regulatory_class",
            "listings.source_external_id",
            "listings.source_site",
            "listings.title_key",
            "outbox_kinds.kind",
            "periodic_reports.filter",
            "periodic_reports.form",
            "periodic_reports.from_day",
            "periodic_reports.to_day",
            "procedure_versions.code",
            "proofs.email_key",
            "reference_changes.code",
            "reference_changes.list",
            "review_digests.day",
            "right_notices.expires_on",
            "screening_terms.phrase_key",
            "search_queries.day",
            "search_queries.field",
            "search_queries.spelling",
            "search_queries.words",
            "shipped_procedures.code",
            "signing_keys.kid",
        ]
    );
}

#[test]
fn programs_that_start_at_once_migrate_once() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Sqlite(folder.path().join("new.sqlite"));
        let ran: Vec<Vec<String>> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| migrate::run(&target).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        let mut counts: Vec<usize> = ran.iter().map(Vec::len).collect();
        counts.sort_unstable();
        assert_eq!(counts, [0, 0, 0, folders("sqlite").len()]);
    }
}

/// The enterprises' table is made anew on SQLite, with rows that refer to it.
#[test]
fn a_rebuilt_table_keeps_its_rows_and_who_refers_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("old.sqlite"));
    migrate::run(&target).unwrap();
    let mut conn = migrate::connect(&target).unwrap();
    conn.batch_execute(
        "INSERT INTO enterprises (id, tax_code, legal_form, legal_name, name_key, short_name, name_en, address_line,
                                  province_code, commune_code, contact_name, contact_email, contact_phone, website,
                                  field_codes, status, is_demo, version, submitted_at, created_at, updated_at)
                          VALUES (x'01', '1', 'f', 'n', 'k', NULL, NULL, 'a', '25', 'c', 'n', 'e', 'p', NULL,
                                         '[]', 'active', 0, 1, 1, 1, 1);
         INSERT INTO accounts (id, email, email_key, display_name, password_hash, one_time_until, status, is_officer,
                               permissions, version, created_at, updated_at)
         VALUES (x'02', 'e', 'e', 'n', 'h', NULL, 'active', 0, '[]', 1, 1, 1);
         INSERT INTO memberships VALUES (x'02', x'01', 'owner', 1);",
    )
    .unwrap();
    let names = "SELECT legal_name AS name, '' AS kind, NULL AS more, 0 AS is_null FROM enterprises";
    let since = folders("sqlite").iter().filter(|name| name.as_str() >= "0008").count();
    (0..since).for_each(|_| undo(&mut conn));
    assert_eq!(ask(&mut conn, names).len(), 1);
    (0..since).for_each(|_| redo(&mut conn));
    assert_eq!(ask(&mut conn, names).len(), 1);
    let orphans = "SELECT \"table\" AS name, '' AS kind, NULL AS more, 0 AS is_null FROM pragma_foreign_key_check";
    assert_eq!(ask(&mut conn, orphans).len(), 0);
    assert!(
        conn.batch_execute("DELETE FROM enterprises").is_err(),
        "still referred to"
    );
}

/// What came out before there were codes gets one, in the order in which it came out.
#[test]
fn what_came_out_before_is_numbered() {
    let database = database::fresh();
    let mut conn = migrate::connect(&database.target).unwrap();
    let since = folders("sqlite").iter().filter(|name| name.as_str() >= "0021").count();
    (0..since).for_each(|_| undo(&mut conn));
    let is_sqlite = matches!(conn, AnyConn::Sqlite(_));
    let id = |number: u32| {
        let id = format!("{number:032x}");
        if is_sqlite {
            format!("x'{id}'")
        } else {
            format!("'{id}'")
        }
    };
    let at = |instant: &str| match instant.parse::<jiff::Timestamp>() {
        Ok(at) if is_sqlite => at.as_microsecond().to_string(),
        Ok(_) => format!("'{instant}'"),
        Err(_) => "NULL".into(),
    };
    let (no, now) = (if is_sqlite { "0" } else { "false" }, at("2026-01-01T00:00:00Z"));
    conn.batch_execute(&format!(
        "INSERT INTO enterprises (id, tax_code, legal_form, legal_name, name_key, address_line, province_code, commune_code,
                                  contact_name, contact_email, contact_phone, field_codes, status, is_demo, version,
                                  submitted_at, created_at, updated_at)
         VALUES ({}, '1', 'f', 'n', 'k', 'a', '25', 'c', 'n', 'e', 'p', '[]', 'active', {no}, 1, {now}, {now}, {now})",
        id(99)
    ))
    .unwrap();
    let came_out = [
        (1, "technology_offer", "published", "2026-03-01T00:00:00Z"),
        (2, "technology_offer", "withdrawn", "2026-02-01T00:00:00Z"),
        (3, "technology_offer", "submitted", ""),
        (4, "equipment_need", "published", "2026-02-01T00:00:00Z"),
        // A new year begins in Việt Nam while it is the old one elsewhere.
        (5, "technology_offer", "published", "2026-12-31T17:00:00Z"),
        (6, "technology_offer", "published", "2026-12-31T16:59:59Z"),
    ];
    for (number, kind, status, published_at) in came_out {
        conn.batch_execute(&format!(
            "INSERT INTO listings (id, enterprise_id, kind, status, title_vi, field_codes, specifications, price_mode,
                                   transfer_modes, published_at, version, created_at, updated_at)
             VALUES ({}, {}, '{kind}', '{status}', '{number}', '[]', '[]', 'contact', '[]', {}, 1, {now}, {now})",
            id(number),
            id(99),
            at(published_at)
        ))
        .unwrap();
    }
    (0..since).for_each(|_| redo(&mut conn));
    let codes = "SELECT coalesce(code, '') AS name, '' AS kind, NULL AS more, CAST(0 AS BIGINT) AS is_null FROM listings ORDER BY title_vi";
    let codes: Vec<_> = ask(&mut conn, codes).into_iter().map(|row| row.name).collect();
    assert_eq!(
        codes,
        [
            "CN-2026-000002",
            "CN-2026-000001",
            "",
            "NT-2026-000001",
            "CN-2027-000001",
            "CN-2026-000003"
        ]
    );
    let counters =
        "SELECT prefix || year AS name, '' AS kind, NULL AS more, last_number AS is_null FROM code_counters ORDER BY 1";
    let counters: Vec<_> = ask(&mut conn, counters)
        .into_iter()
        .map(|row| (row.name, row.is_null))
        .collect();
    let counted = |counter: &str, last| (counter.to_owned(), last);
    assert_eq!(
        counters,
        [counted("CN2026", 3), counted("CN2027", 1), counted("NT2026", 1)]
    );
}

/// The listings' table is made anew on SQLite when kinds are added: rows, and who refers to them, stay.
#[test]
fn a_rebuilt_table_of_listings_keeps_its_rows_and_who_refers_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("old.sqlite"));
    migrate::run(&target).unwrap();
    let mut conn = migrate::connect(&target).unwrap();
    let since = folders("sqlite").iter().filter(|name| name.as_str() >= "0026").count();
    (0..since).for_each(|_| undo(&mut conn));
    let insert = |id: u8, kind: &str| {
        format!(
            "INSERT INTO listings (id, enterprise_id, kind, status, title_vi, field_codes, specifications, price_mode,
                                   transfer_modes, version, created_at, updated_at, code)
             VALUES (x'0{id}', x'01', '{kind}', 'draft', 't', '[]', '[]', 'contact', '[]', 1, 1, 1, 'C-{id}')"
        )
    };
    let owner = "INSERT INTO enterprises (id, tax_code, legal_form, legal_name, name_key, address_line, province_code,
                                          commune_code, contact_name, contact_email, contact_phone, field_codes, status,
                                          is_demo, version, submitted_at, created_at, updated_at)
                 VALUES (x'01', '1', 'f', 'n', 'k', 'a', '25', 'c', 'n', 'e', 'p', '[]', 'active', 0, 1, 1, 1, 1)";
    conn.batch_execute(owner).unwrap();
    conn.batch_execute(&insert(2, "equipment_need")).unwrap();
    conn.batch_execute("INSERT INTO listing_slugs VALUES ('s', x'02', 1)")
        .unwrap();
    assert!(conn.batch_execute(&insert(3, "expert")).is_err(), "not yet a kind");
    (0..since).for_each(|_| redo(&mut conn));
    let kept =
        "SELECT kind || ' ' || code || ' ' || title_vi AS name, '' AS kind, NULL AS more, 0 AS is_null FROM listings";
    let kept: Vec<_> = ask(&mut conn, kept).into_iter().map(|row| row.name).collect();
    assert_eq!(kept, ["equipment_need C-2 t"]);
    let orphans = "SELECT \"table\" AS name, '' AS kind, NULL AS more, 0 AS is_null FROM pragma_foreign_key_check";
    assert_eq!(ask(&mut conn, orphans).len(), 0);
    assert!(conn.batch_execute("DELETE FROM listings").is_err(), "still referred to");
    conn.batch_execute(&insert(3, "expert")).unwrap();
}

/// The audit trail's table is made anew on SQLite: rows and numbers go on as if nothing had been.
#[test]
fn a_rebuilt_trail_keeps_its_rows_and_numbers() {
    let database = database::fresh();
    let mut conn = migrate::connect(&database.target).unwrap();
    let (id, at) = match &conn {
        AnyConn::Pg(_) => ("gen_random_uuid()", "now()"),
        AnyConn::Sqlite(_) => ("randomblob(16)", "1"),
    };
    let insert = |kind: &str| {
        format!(
            "INSERT INTO audit_log (id, at, actor_kind, deed, subject_kind, subject_id)
             VALUES ({id}, {at}, '{kind}', 'x', 'y', {id})"
        )
    };
    let kinds = |conn: &mut AnyConn| -> Vec<(i64, String)> {
        let rows = ask(
            conn,
            "SELECT actor_kind AS name, '' AS kind, NULL AS more, seq AS is_null FROM audit_log ORDER BY seq",
        );
        rows.into_iter().map(|row| (row.is_null, row.name)).collect()
    };
    let owned = |rows: &[(i64, &str)]| -> Vec<(i64, String)> {
        rows.iter().map(|(seq, kind)| (*seq, (*kind).to_owned())).collect()
    };
    for kind in ["member", "person", "key"] {
        conn.batch_execute(&insert(kind)).unwrap();
    }
    let since = folders("sqlite").iter().filter(|name| name.as_str() >= "0014").count();
    (0..since).for_each(|_| undo(&mut conn));
    // They had no names of their own.
    assert_eq!(kinds(&mut conn), owned(&[(1, "member"), (2, "member"), (3, "member")]));
    assert!(conn.batch_execute(&insert("person")).is_err());
    conn.batch_execute(&insert("officer")).unwrap();
    (0..since).for_each(|_| redo(&mut conn));
    conn.batch_execute(&insert("person")).unwrap();
    let mut rows = kinds(&mut conn);
    // The number of what was refused may be lost, never given again.
    let last = rows.pop().unwrap();
    assert!(last.0 > rows.last().unwrap().0 && last.1 == "person", "{last:?}");
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.last().unwrap().1, "officer");
    for sql in ["UPDATE audit_log SET deed = 'x'", "DELETE FROM audit_log"] {
        assert!(conn.batch_execute(sql).is_err(), "{sql}");
    }
}

/// Complaints that a merger of before left behind belong to the enterprise that it was merged into.
#[test]
fn complaints_follow_mergers_of_before() {
    let database = database::fresh();
    let mut conn = migrate::connect(&database.target).unwrap();
    let since = folders("sqlite").iter().filter(|name| name.as_str() >= "0056").count();
    (0..since).for_each(|_| undo(&mut conn));
    let is_sqlite = matches!(conn, AnyConn::Sqlite(_));
    let id = |number: u32| match format!("{number:032x}") {
        id if is_sqlite => format!("x'{id}'"),
        id => format!("'{id}'"),
    };
    let (no, now) = if is_sqlite {
        ("0", "0")
    } else {
        ("false", "'2026-01-01T00:00:00Z'")
    };
    for (number, into) in [(1, "NULL".to_owned()), (2, id(1)), (3, "NULL".to_owned())] {
        conn.batch_execute(&format!(
            "INSERT INTO enterprises (id, tax_code, legal_form, legal_name, name_key, address_line, province_code,
                                      commune_code, contact_name, contact_email, contact_phone, field_codes, status,
                                      is_demo, version, submitted_at, created_at, updated_at, merged_into)
             VALUES ({0}, '{number}', 'f', 'n', 'k', 'a', '25', 'c', 'n', 'e', 'p', '[]', 'active', {no}, 1, {now}, {now},
                     {now}, {into});
             INSERT INTO complaints (id, enterprise_id, ground, details, language, state, received_at, due_at, version)
             VALUES ({0}, {0}, 'other', 'd', 'vi', 'received', {now}, {now}, 1)",
            id(number)
        ))
        .unwrap();
    }
    (0..since).for_each(|_| redo(&mut conn));
    let told = "SELECT tax_code AS name, '' AS kind, NULL AS more, complaints.version AS is_null
                FROM complaints JOIN enterprises ON enterprises.id = enterprise_id ORDER BY complaints.id";
    let told = ask(&mut conn, told).into_iter().map(|row| (row.name, row.is_null));
    let expected = [("1", 1), ("1", 2), ("3", 1)].map(|(firm, version)| (firm.to_owned(), version));
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

/// Whoever asks what became of enterprises before the outbox told of them is told that it is not known.
#[test]
fn it_is_known_since_when_enterprises_are_told() {
    let database = database::fresh();
    let mut conn = migrate::connect(&database.target).unwrap();
    let known =
        "SELECT outbox_kinds.kind || ' ' || tax_code AS name, '' AS kind, NULL AS more, CAST(0 AS BIGINT) AS is_null
                 FROM outbox_kinds JOIN enterprises ON updated_at = untold_until";
    assert!(ask(&mut conn, known).is_empty(), "there was none before");
    let since = folders("sqlite").iter().filter(|name| name.as_str() >= "0098").count();
    (0..since).for_each(|_| undo(&mut conn));
    let is_sqlite = matches!(conn, AnyConn::Sqlite(_));
    for number in 1_i64..=3 {
        // The second was written last.
        let hour = if number == 2 { 5 } else { number };
        let (id, no, at) = if is_sqlite {
            (format!("x'{number:032x}'"), "0", (hour * 3_600_000_000).to_string())
        } else {
            let at = format!("'1970-01-01T{hour:02}:00:00Z'");
            (format!("'{number:032x}'"), "false", at)
        };
        conn.batch_execute(&format!(
            "INSERT INTO enterprises (id, tax_code, legal_form, legal_name, name_key, address_line, province_code,
                                      commune_code, contact_name, contact_email, contact_phone, field_codes, status,
                                      is_demo, version, submitted_at, created_at, updated_at)
             VALUES ({id}, '{number}', 'f', 'n', 'k', 'a', '25', 'c', 'n', 'e', 'p', '[]', 'active', {no}, 1, {at}, {at}, {at})"
        ))
        .unwrap();
    }
    (0..since).for_each(|_| redo(&mut conn));
    let told: Vec<_> = ask(&mut conn, known).into_iter().map(|row| row.name).collect();
    assert_eq!(told, ["enterprise 2"]);
}

/// Migrations that put rows right and leave the schema as it is.
const OF_ROWS: [&str; 3] = ["0056_complaints_of_merged", "0134_abbreviated_forms", "0146_more_forms"];

#[test]
fn every_migration_can_be_undone_and_done_again() {
    let database = database::fresh();
    let mut conn = migrate::connect(&database.target).unwrap();
    let whole = describe(&mut conn);
    let count = folders("sqlite").len();
    for _ in 0..count {
        undo(&mut conn);
    }
    assert_eq!(describe(&mut conn), "");
    assert_eq!(functions(&mut conn), 0);
    for name in folders("sqlite") {
        let before = describe(&mut conn);
        redo(&mut conn);
        let after = describe(&mut conn);
        assert_eq!(before == after, OF_ROWS.contains(&name.as_str()), "{name}");
        undo(&mut conn);
        assert_eq!(describe(&mut conn), before);
        redo(&mut conn);
        assert_eq!(describe(&mut conn), after);
    }
    assert_eq!(describe(&mut conn), whole);
    assert_eq!(migrate::pending(&database.target).unwrap(), 0);
    assert_eq!(migrate::run(&database.target).unwrap(), Vec::<String>::new());
}

fn undo(conn: &mut AnyConn) {
    match conn {
        AnyConn::Pg(pg) => drop(pg.revert_last_migration(migrate::POSTGRES).unwrap()),
        AnyConn::Sqlite(sqlite) => drop(sqlite.revert_last_migration(migrate::SQLITE).unwrap()),
    }
}

fn redo(conn: &mut AnyConn) {
    match conn {
        AnyConn::Pg(pg) => drop(pg.run_next_migration(migrate::POSTGRES).unwrap()),
        AnyConn::Sqlite(sqlite) => drop(sqlite.run_next_migration(migrate::SQLITE).unwrap()),
    }
}

#[test]
fn every_column_of_schema_rs_can_be_read() {
    let database = database::fresh();
    let mut conn = migrate::connect(&database.target).unwrap();
    let mut read = Vec::new();
    macro_rules! read {
        ($($table:ident)+) => {$(
            schema::$table::table.select(schema::$table::all_columns).limit(0).execute(&mut conn).unwrap();
            read.push(stringify!($table).to_owned());
        )+};
    }
    read!(accounts api_keys asks audit_checkpoints audit_frontiers audit_keys audit_log calendar_recounts calendar_years certificate_documents certificate_duplicate_proposals certificate_duplicates certificate_keys certificate_proofs certificate_restoration_proposals certificate_statistics certificates code_counters complaints confidential_acceptances confidential_grants confidential_parts confidential_readings confidential_removals consents content_removals data_request_alarms data_requests devices document_notices dossier_alarms dossier_consultations dossier_events dossier_files dossier_proposals dossier_reminders dossier_screenings dossiers enterprise_documents enterprise_import_rows enterprise_imports enterprise_leavings enterprise_logo_versions enterprise_logos enterprise_notices enterprise_origins enterprises factor_resets file_thumbnails files idempotency_keys import_aliases import_refusals import_runs inquiries inquiry_messages invitations ip_notices join_requests letters listing_digests listing_external_ids listing_figures listing_import_rows listing_imports listing_notices listing_renewals listing_reports listing_revisions listing_slugs listing_videos listings logo_candidate_versions memberships notices old_passwords outbox_forgotten outbox_kinds periodic_reports policy_acceptances policy_documents procedure_versions proofs recovery_codes reference_changes regulated_notices review_claims review_decisions review_digest_refusals review_digests review_messages right_notices screening_terms search_outbox search_queries second_factors sessions shipped_procedures sign_in_failures signing_keys takedown_alarms takedowns vocabulary_candidates vocabulary_changes);
    assert_eq!(read, declared().into_keys().collect::<Vec<_>>());
    // What is beyond the columns that diesel calls all.
    use schema::{enterprises as e, listings as l};
    e::table
        .select((e::name_key, e::kind, e::bare_name))
        .limit(0)
        .execute(&mut conn)
        .unwrap();
    let (parts, others) = (
        (
            l::hold,
            l::regulation,
            l::regulatory_finding,
            l::visibility,
            l::open_for_inquiry,
        ),
        (
            l::contact_account_id,
            l::hide_contact,
            l::came_out,
            l::currency,
            l::source_url,
            l::regulatory_class,
        ),
    );
    l::table.select((parts, others)).limit(0).execute(&mut conn).unwrap();
}
