//! The two trees of migrations make the same schema, and `src/store/schema.rs` says what it is.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

#[path = "support/database.rs"]
mod database;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_migrations::MigrationHarness;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use vptex::store::conn::{AnyConn, Target};
use vptex::store::{migrate, schema};

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
    for _ in 0..count {
        let before = describe(&mut conn);
        redo(&mut conn);
        let after = describe(&mut conn);
        assert_ne!(before, after);
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
    read!(accounts audit_log enterprises idempotency_keys import_refusals import_runs listings memberships search_outbox sessions);
    assert_eq!(read, declared().into_keys().collect::<Vec<_>>());
}

/// A row of whatever the two catalogues tell, as text.
#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    more: Option<String>,
    #[diesel(sql_type = BigInt)]
    is_null: i64,
}

fn ask(conn: &mut AnyConn, sql: &str) -> Vec<Told> {
    match conn {
        AnyConn::Pg(pg) => sql_query(sql).load(pg).unwrap(),
        AnyConn::Sqlite(sqlite) => sql_query(sql).load(sqlite).unwrap(),
    }
}

/// Functions in the schema, which only PostgreSQL has.
fn functions(conn: &mut AnyConn) -> usize {
    match conn {
        AnyConn::Sqlite(_) => 0,
        AnyConn::Pg(_) => ask(
            conn,
            "SELECT proname::text AS name, '' AS kind, NULL::text AS more, 0::bigint AS is_null FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'diesel%'",
        )
        .len(),
    }
}

/// The whole schema as text that is the same on both databases.
fn describe(conn: &mut AnyConn) -> String {
    let is_sqlite = matches!(conn, AnyConn::Sqlite(_));
    let tables = if is_sqlite {
        "SELECT name, sql AS kind, NULL AS more, 0 AS is_null FROM sqlite_master
         WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY name"
    } else {
        "SELECT relname::text AS name, '' AS kind, NULL::text AS more, 0::bigint AS is_null FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE '\\_\\_%'
         ORDER BY relname COLLATE \"C\""
    };
    let declared = declared();
    let mut text = String::new();
    for table in ask(conn, tables) {
        let types = &declared[&table.name];
        writeln!(text, "{}", table.name).unwrap();
        let mut facts = if is_sqlite {
            assert!(
                table.kind.trim_end().ends_with("STRICT"),
                "{} is not STRICT",
                table.name
            );
            on_sqlite(conn, &table.name, &table.kind, types, &mut text)
        } else {
            on_postgres(conn, &table.name, &mut text)
        };
        facts.sort();
        for fact in facts {
            writeln!(text, "    {fact}").unwrap();
        }
    }
    text
}

type Types = Vec<(String, String)>;

/// Tables and columns of `schema.rs`, with their types: SQLite knows too few to tell an instant from a number.
fn declared() -> BTreeMap<String, Types> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema.rs");
    let source = std::fs::read_to_string(file).unwrap();
    let mut tables = BTreeMap::new();
    for block in source.split("table! {").skip(1) {
        let body: Vec<&str> = block
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("use "))
            .collect();
        let body = body.join(" ");
        let (head, columns) = body.split_once('{').unwrap();
        let name = head.split_whitespace().next().unwrap();
        let columns = columns
            .split('}')
            .next()
            .unwrap()
            .split(',')
            .filter_map(|column| column.split_once("->"));
        let types = columns
            .map(|(column, kind)| (column.trim().to_owned(), kind.trim().to_owned()))
            .collect();
        tables.insert(name.to_owned(), types);
    }
    tables
}

fn column_line(name: &str, kind: &str, is_null: bool, extra: &str) -> String {
    let null = if is_null { "null" } else { "not null" };
    format!("    {name:<20}{kind:<10}{null}{extra}").trim_end().to_owned()
}

fn on_sqlite(conn: &mut AnyConn, table: &str, sql: &str, types: &Types, text: &mut String) -> Vec<String> {
    let columns = ask(
        conn,
        &format!(
            "SELECT name, type AS kind, dflt_value AS more, \"notnull\" = 0 AND (pk = 0 OR type <> 'INTEGER') AS is_null
             FROM pragma_table_info('{table}') ORDER BY cid"
        ),
    );
    let names: Vec<&String> = columns.iter().map(|column| &column.name).collect();
    assert_eq!(
        names,
        types.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "columns of {table} in schema.rs"
    );
    let mut facts = Vec::new();
    let mut booleans = Vec::new();
    for (column, (_, declared)) in columns.iter().zip(types) {
        let (bare, may_be_null) = match declared
            .strip_prefix("Nullable<")
            .and_then(|kind| kind.strip_suffix('>'))
        {
            Some(bare) => (bare, true),
            None => (declared.as_str(), false),
        };
        let (logical, stored) = match bare {
            "Id" => ("id", "BLOB"),
            "Binary" => ("bytes", "BLOB"),
            "UtcTs" => ("instant", "INTEGER"),
            "Bool" => ("boolean", "INTEGER"),
            "BigInt" => ("bigint", "INTEGER"),
            "SmallInt" => ("smallint", "INTEGER"),
            "JsonDoc" => ("json", "TEXT"),
            "Text" => ("text", "TEXT"),
            other => panic!("what is {other}?"),
        };
        assert_eq!(
            (column.kind.as_str(), column.is_null == 1),
            (stored, may_be_null),
            "{table}.{}",
            column.name
        );
        if bare == "Bool" {
            booleans.push(format!("{table}_{}_check", column.name));
        }
        let is_counted = sql.contains(&format!("{} INTEGER PRIMARY KEY AUTOINCREMENT", column.name));
        let extra = if is_counted {
            " counted"
        } else if column.more.is_some() {
            " default"
        } else {
            ""
        };
        writeln!(text, "{}", column_line(&column.name, logical, may_be_null, extra)).unwrap();
    }
    for index in ask(
        conn,
        &format!(
            "SELECT list.name AS name, list.origin AS kind, NULL AS more, list.\"unique\" AS is_null
             FROM pragma_index_list('{table}') AS list WHERE list.origin <> 'pk'"
        ),
    ) {
        let columns = ask(
            conn,
            &format!(
                "SELECT name, '' AS kind, NULL AS more, 0 AS is_null FROM pragma_index_info('{}') ORDER BY seqno",
                index.name
            ),
        );
        let columns: Vec<String> = columns.into_iter().map(|column| column.name).collect();
        let columns = columns.join(", ");
        facts.push(match (index.kind.as_str(), index.is_null) {
            ("u", _) => format!("unique ({columns})"),
            (_, 1) => format!("unique index {} ({columns})", index.name),
            _ => format!("index {} ({columns})", index.name),
        });
    }
    let key = ask(
        conn,
        &format!(
            "SELECT name, '' AS kind, NULL AS more, 0 AS is_null FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"
        ),
    );
    let key: Vec<String> = key.into_iter().map(|column| column.name).collect();
    facts.push(format!("primary key ({})", key.join(", ")));
    for foreign in ask(
        conn,
        &format!(
            "SELECT \"from\" AS name, \"table\" || ' (' || \"to\" || ')' AS kind, on_update || ', ' || on_delete AS more,
             0 AS is_null FROM pragma_foreign_key_list('{table}')"
        ),
    ) {
        facts.push(format!("foreign key {} -> {} [{}]", foreign.name, foreign.kind, foreign.more.unwrap_or_default()));
    }
    // SQLite tells names of constraints and expressions of checks nowhere but in the statement itself.
    for part in sql.split("CONSTRAINT ").skip(1) {
        let (name, rest) = part.split_once(char::is_whitespace).unwrap();
        let rest = rest.trim_start();
        if rest.starts_with("UNIQUE") {
            facts.push(format!("unique named {name}"));
        } else if let Some(expression) = rest.strip_prefix("CHECK") {
            // PostgreSQL has a type for it.
            if !booleans.iter().any(|boolean| boolean == name) {
                facts.push(format!("check {name}: {}", values(bracketed(expression))));
            }
        }
    }
    facts
}

/// The text up to the bracket that closes the first one.
fn bracketed(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 && c == ')' {
            return text.get(..at).unwrap();
        }
    }
    panic!("a bracket does not close in {text}")
}

/// The texts, or else the numbers, in the expression of a check, since PostgreSQL tells it in its own words.
fn values(expression: &str) -> String {
    let texts: Vec<&str> = expression.split('\'').skip(1).step_by(2).collect();
    if !texts.is_empty() {
        return texts.join(" ");
    }
    let words = expression.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|word| word.parse::<i64>().is_ok())
        .collect::<Vec<_>>()
        .join(" ")
}

fn on_postgres(conn: &mut AnyConn, table: &str, text: &mut String) -> Vec<String> {
    let columns = ask(
        conn,
        &format!(
            "SELECT attname::text AS name, format_type(atttypid, atttypmod) || CASE WHEN attidentity <> '' THEN ' counted' ELSE '' END AS kind,
                    CASE WHEN atthasdef THEN 'yes' END AS more, CASE WHEN attnotnull THEN 0 ELSE 1 END::bigint AS is_null
             FROM pg_attribute WHERE attrelid = 'public.{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ),
    );
    for column in columns {
        let (kind, is_counted) = match column.kind.strip_suffix(" counted") {
            Some(kind) => (kind, true),
            None => (column.kind.as_str(), false),
        };
        let logical = match kind {
            "uuid" => "id",
            "bytea" => "bytes",
            "timestamp with time zone" => "instant",
            "jsonb" => "json",
            known @ ("boolean" | "bigint" | "smallint" | "text") => known,
            other => panic!("{table}.{} is {other}", column.name),
        };
        let extra = if is_counted {
            " counted"
        } else if column.more.is_some() {
            " default"
        } else {
            ""
        };
        writeln!(
            text,
            "{}",
            column_line(&column.name, logical, column.is_null == 1, extra)
        )
        .unwrap();
    }
    let mut facts = Vec::new();
    let columns_of = |keys: &str, relation: &str| {
        format!(
            "(SELECT string_agg(attname::text, ', ' ORDER BY place) FROM unnest({keys}) WITH ORDINALITY AS keys (number, place)
              JOIN pg_attribute ON attrelid = {relation} AND attnum = number)"
        )
    };
    for constraint in ask(
        conn,
        &format!(
            "SELECT conname::text AS name, contype::text AS kind,
                    CASE contype WHEN 'c' THEN pg_get_constraintdef(oid)
                         WHEN 'f' THEN {own} || ' -> ' || confrelid::regclass::text || ' (' || {theirs} || ') [' || confupdtype::text || ', ' || confdeltype::text || ']'
                         ELSE {own} END AS more,
                    0::bigint AS is_null
             FROM pg_constraint WHERE conrelid = 'public.{table}'::regclass AND contype IN ('c', 'f', 'p', 'u')",
            own = columns_of("conkey", "conrelid"),
            theirs = columns_of("confkey", "confrelid"),
        ),
    ) {
        let more = constraint.more.unwrap_or_default();
        match constraint.kind.as_str() {
            "c" => facts.push(format!("check {}: {}", constraint.name, values(&more))),
            "p" => facts.push(format!("primary key ({more})")),
            "u" => facts.extend([format!("unique ({more})"), format!("unique named {}", constraint.name)]),
            _ => {
                let (keys, actions) = more.split_once('[').expect("actions");
                let actions: Vec<&str> = actions.trim_end_matches(']').split(", ").map(action).collect();
                facts.push(format!("foreign key {keys}[{}]", actions.join(", ")));
            }
        }
    }
    for index in ask(
        conn,
        &format!(
            "SELECT indexrelid::regclass::text AS name, '' AS kind, {columns} AS more, indisunique::int::bigint AS is_null
             FROM pg_index WHERE indrelid = 'public.{table}'::regclass
             AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))",
            columns = columns_of("indkey::int2[]", "indrelid"),
        ),
    ) {
        let unique = if index.is_null == 1 { "unique " } else { "" };
        facts.push(format!("{unique}index {} ({})", index.name, index.more.unwrap_or_default()));
    }
    facts
}

/// What SQLite calls the action that PostgreSQL keeps as a letter.
fn action(letter: &str) -> &'static str {
    match letter {
        "a" => "NO ACTION",
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        other => panic!("which action is {other}?"),
    }
}
