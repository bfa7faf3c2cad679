//! What a database's catalogue tells of its schema, as text that is the same on both databases.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use vptex::store::conn::AnyConn;

/// A row of whatever the two catalogues tell, as text.
#[derive(QueryableByName)]
pub struct Told {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    more: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub is_null: i64,
}

pub fn ask(conn: &mut AnyConn, sql: &str) -> Vec<Told> {
    match conn {
        AnyConn::Pg(pg) => sql_query(sql).load(pg).unwrap(),
        AnyConn::Sqlite(sqlite) => sql_query(sql).load(sqlite).unwrap(),
    }
}

/// Each database has a way of its own past its triggers, and a bar to it: before an INSERT that replaces, SQLite fires
/// none for the row that goes; a replica, which a session may say it is, fires on PostgreSQL those only that always do.
const NOT_PASSED_BY: &str = "triggers are not passed by";

/// Functions in the schema, which only PostgreSQL has.
pub fn functions(conn: &mut AnyConn) -> usize {
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
pub fn describe(conn: &mut AnyConn) -> String {
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

/// Tables and columns of `schema.rs` and its rooms, with their types: SQLite knows too few to tell an instant from a number.
pub fn declared() -> BTreeMap<String, Types> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let parts = std::fs::read_dir(store.join("schema")).unwrap();
    let files = parts.map(|part| part.unwrap().path()).chain([store.join("schema.rs")]);
    let source: Vec<String> = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let source = source.join("\n");
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
        // The macro of wide tables makes one, too.
        if name.starts_with('$') {
            continue;
        }
        let mut parts = columns.split('}').map(str::trim);
        let first = parts.next().unwrap();
        // What is beyond the columns that diesel takes.
        let further = parts.next().and_then(|part| part.strip_prefix("further {"));
        let columns = [Some(first), further].into_iter().flatten();
        let columns = columns
            .flat_map(|columns| columns.split(','))
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
    let mut facts = Vec::new();
    let mut booleans = Vec::new();
    for column in &columns {
        // Later migrations may add columns, so that this one need not have all; another test looks for every one.
        let (_, declared) = types
            .iter()
            .find(|(name, _)| *name == column.name)
            .unwrap_or_else(|| panic!("{table}.{} is not in schema.rs", column.name));
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
        assert_eq!(column.kind, stored, "{table}.{}", column.name);
        // A later migration may let nothing stand where something had to.
        let is_null = column.is_null == 1;
        assert!(may_be_null || !is_null, "{table}.{}", column.name);
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
        writeln!(text, "{}", column_line(&column.name, logical, is_null, extra)).unwrap();
    }
    for index in ask(
        conn,
        &format!(
            "SELECT list.name AS name, list.origin AS kind, sql AS more, list.\"unique\" AS is_null
             FROM pragma_index_list('{table}') AS list LEFT JOIN sqlite_master AS made ON made.name = list.name
             WHERE list.origin <> 'pk'"
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
            (_, 1) => format!(
                "unique index {} ({columns}){}",
                index.name,
                condition(index.more.as_deref())
            ),
            _ => format!("index {} ({columns}){}", index.name, condition(index.more.as_deref())),
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
    for trigger in ask(
        conn,
        &format!(
            "SELECT name, sql AS kind, NULL AS more, 0 AS is_null FROM sqlite_master
             WHERE type = 'trigger' AND tbl_name = '{table}'"
        ),
    ) {
        let (_, when) = trigger.kind.split_once(&trigger.name).unwrap();
        let (when, _) = when.split_once(" ON ").unwrap();
        facts.push(match when.to_lowercase().as_str() {
            " before insert" => NOT_PASSED_BY.to_owned(),
            when => format!("trigger{when}"),
        });
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
                facts.push(format!("check {name}: {}", check(bracketed(expression))));
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

/// What follows WHERE in the statement that made an index, in the words of both databases.
fn condition(statement: Option<&str>) -> String {
    let Some((_, condition)) = statement.and_then(|sql| sql.split_once(" WHERE ")) else {
        return String::new();
    };
    let plain = condition.replace("::text", "").replace(['(', ')'], "");
    format!(" where {plain}")
}

/// The expression of a check in one form, since PostgreSQL tells it in its own words: column, comparisons, values.
fn check(expression: &str) -> String {
    let plain = expression.replace("::text", "").replace("ARRAY", "");
    let texts: Vec<&str> = plain.split('\'').skip(1).step_by(2).collect();
    let plain = plain.replace(['(', ')'], " ");
    let mut words = plain.split_whitespace().filter(|word| *word != "CHECK");
    let column = words.next().unwrap();
    if !texts.is_empty() {
        let rest = plain.split('\'').next().unwrap();
        let is_list = rest.contains(" IN") || rest.contains("= ANY");
        assert!(is_list && !rest.contains("NOT"), "teach this test to read {expression}");
        return format!("{column} in {}", texts.join(" "));
    }
    let rest = words.filter(|word| *word != column).collect::<Vec<_>>().join(" ");
    let rest = match rest.strip_prefix("BETWEEN ").and_then(|rest| rest.split_once(" AND ")) {
        Some((from, to)) => format!(">= {from} AND <= {to}"),
        None => rest,
    };
    format!("{column} {rest}")
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
            "c" => facts.push(format!("check {}: {}", constraint.name, check(&more))),
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
            "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS kind, {columns} AS more, indisunique::int::bigint AS is_null
             FROM pg_index WHERE indrelid = 'public.{table}'::regclass
             AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))",
            columns = columns_of("indkey::int2[]", "indrelid"),
        ),
    ) {
        let unique = if index.is_null == 1 { "unique " } else { "" };
        facts.push(format!(
            "{unique}index {} ({}){}",
            index.name,
            index.more.unwrap_or_default(),
            condition(Some(&index.kind))
        ));
    }
    for trigger in ask(
        conn,
        &format!(
            "SELECT event AS name, '' AS kind, NULL::text AS more, 0::bigint AS is_null
             FROM pg_trigger, (VALUES (8, 'delete'), (16, 'update')) AS events (bit, event)
             WHERE tgrelid = 'public.{table}'::regclass AND NOT tgisinternal AND tgtype & 2 <> 0 AND tgtype & bit <> 0"
        ),
    ) {
        facts.push(format!("trigger before {}", trigger.name));
    }
    let always = ask(
        conn,
        &format!(
            "SELECT '' AS name, '' AS kind, NULL::text AS more, 0::bigint AS is_null
             FROM pg_trigger WHERE tgrelid = 'public.{table}'::regclass AND NOT tgisinternal HAVING bool_and(tgenabled = 'A')"
        ),
    );
    facts.extend(always.iter().map(|_| NOT_PASSED_BY.to_owned()));
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
