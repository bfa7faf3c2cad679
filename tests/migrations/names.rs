//! Migrations that empty what is made of names, for the program to make it anew.

use diesel::connection::SimpleConnection;
use vptex::store::conn::AnyConn;
use vptex::store::migrate;

use crate::described::ask;
use crate::{database, folders, redo, undo};

/// Enterprises as the program before `0134_abbreviated_forms` kept them: each name, what it made of it, and whether that is emptied.
const NAMES: [(&str, &str, bool); 7] = [
    ("Công ty CP Sông Lô", "song lo", false),
    ("Cty CP Sông Lô", "cty song lo", true),
    ("Hợp tác xã Sông Lô", "hop tac xa song lo", true),
    ("LH HTX Sông Lô", "lh song lo", true),
    ("Hộ KD Sông Lô", "ho kd song lo", true),
    ("Công ty CP Sông Lô (SLA)", "song lo sla", true),
    // Letters of a form within a word are none.
    ("Công ty CP Lhasa Ctyland", "lhasa ctyland", false),
];

#[test]
fn names_of_which_forms_in_short_were_a_part_are_emptied_and_no_others() {
    let database = database::fresh();
    let mut conn = migrate::connect(&database.target).unwrap();
    let since = folders("sqlite").iter().filter(|name| name.as_str() >= "0134").count();
    (0..since).for_each(|_| undo(&mut conn));
    let is_sqlite = matches!(conn, AnyConn::Sqlite(_));
    for (number, (name, bare, _)) in NAMES.iter().enumerate() {
        let (id, no, at) = if is_sqlite {
            (format!("x'{number:032x}'"), "0", "0")
        } else {
            (format!("'{number:032x}'"), "false", "'2026-01-01T00:00:00Z'")
        };
        conn.batch_execute(&format!(
            "INSERT INTO enterprises (id, tax_code, legal_form, legal_name, name_key, bare_name, address_line, province_code,
                                      commune_code, contact_name, contact_email, contact_phone, field_codes, status,
                                      is_demo, version, submitted_at, created_at, updated_at)
             VALUES ({id}, '{number}', 'f', '{name}', 'k', '{bare}', 'a', '25', 'c', 'n', 'e', 'p', '[]', 'active', {no}, 1,
                     {at}, {at}, {at})"
        ))
        .unwrap();
    }
    (0..since).for_each(|_| redo(&mut conn));
    let emptied = "SELECT legal_name AS name, '' AS kind, NULL AS more, CAST(0 AS BIGINT) AS is_null FROM enterprises
                   WHERE bare_name IS NULL ORDER BY id";
    let emptied: Vec<String> = ask(&mut conn, emptied).into_iter().map(|row| row.name).collect();
    let expected = NAMES.iter().filter(|(.., is_emptied)| *is_emptied);
    assert_eq!(emptied, expected.map(|(name, ..)| *name).collect::<Vec<_>>());
}
