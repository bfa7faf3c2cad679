//! What must hold of the whole exchange whatever was asked of it: asked of the database itself, of the program's own commands
//! and of searches.

use std::path::Path;
use std::time::{Duration, SystemTime};

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use vptex::store::conn::{Target, read_only};
use vptex::store::migrate::connect;
use vptex::store::{AnyConn, listings};

use crate::ledger::read;
use crate::program::{Place, Program};
use crate::web::{Ask, Web};
use crate::world::World;

/// What no crash may leave behind, and how it is counted. `{issued}` is the state of a dossier whose certificate was issued.
const NEVER: [(&str, &str); 17] = [
    (
        "listings twice",
        "SELECT count(*) AS number FROM (SELECT title_vi FROM listings GROUP BY title_vi HAVING count(*) > 1) x",
    ),
    (
        "listings of which nobody wrote down who made them",
        "SELECT count(*) AS number FROM listings l WHERE NOT EXISTS (SELECT 1 FROM audit_log a
         WHERE a.subject_id = l.id AND a.deed IN ('listing.created', 'listing.imported'))",
    ),
    (
        "public listings of which nobody wrote down who approved them",
        "SELECT count(*) AS number FROM listings l WHERE l.status = 'published' AND NOT EXISTS (SELECT 1 FROM audit_log a
         WHERE a.subject_id = l.id AND a.deed IN ('listing.approved', 'listing.imported'))",
    ),
    (
        "public listings that the index was not told of",
        "SELECT count(*) AS number FROM listings l WHERE l.status = 'published'
         AND NOT EXISTS (SELECT 1 FROM search_outbox o WHERE o.listing_id = l.id)",
    ),
    (
        "public listings without a code",
        "SELECT count(*) AS number FROM listings WHERE status = 'published' AND (code IS NULL OR published_at IS NULL)",
    ),
    (
        "drafts with a code",
        "SELECT count(*) AS number FROM listings WHERE status = 'draft' AND code IS NOT NULL",
    ),
    (
        "files of which nobody wrote down who added them",
        "SELECT count(*) AS number FROM files f WHERE NOT EXISTS (SELECT 1 FROM audit_log a
         WHERE a.subject_id = f.id AND a.deed = 'file.added')",
    ),
    (
        "dossiers of which nobody wrote down who opened them",
        "SELECT count(*) AS number FROM dossiers d WHERE d.procedure = 'REG' AND NOT EXISTS (SELECT 1 FROM audit_log a
         WHERE a.subject_id = d.id AND a.deed = 'dossier.opened')",
    ),
    (
        "dossiers that are decided without their certificate, or the other way round",
        "SELECT count(*) AS number FROM dossiers d WHERE d.procedure = 'REG' AND
         (CASE WHEN d.state = '{issued}' THEN 1 ELSE 0 END) <>
         (SELECT count(*) FROM certificates c WHERE c.dossier_id = d.id)",
    ),
    (
        "certificates without a signature, or of which nobody wrote down who issued them",
        "SELECT count(*) AS number FROM certificates c WHERE c.jws IS NULL OR NOT EXISTS (SELECT 1 FROM audit_log a
         WHERE a.subject_id = c.id AND a.deed = 'certificate.issued')",
    ),
    (
        "enterprises without an owner",
        "SELECT count(*) AS number FROM enterprises e
         WHERE e.merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.enterprise_id = e.id)
         AND NOT EXISTS (SELECT 1 FROM enterprise_origins o WHERE o.enterprise_id = e.id)",
    ),
    (
        "imported enterprises of which nobody wrote down who entered them",
        "SELECT count(*) AS number FROM enterprise_origins o WHERE NOT EXISTS (SELECT 1 FROM audit_log a
         WHERE a.subject_id = o.enterprise_id AND a.deed = 'enterprise.imported')",
    ),
    (
        "rows of finished imports of enterprises that were not looked at",
        "SELECT count(*) AS number FROM enterprise_imports WHERE status = 'finished' AND (rows_done <> row_count
         OR created_count + updated_count + unchanged_count + refused_count <> rows_done)",
    ),
    (
        "inquiries of which nobody wrote down who sent them",
        "SELECT count(*) AS number FROM inquiries i WHERE NOT EXISTS (SELECT 1 FROM audit_log a
         WHERE a.subject_id = i.id AND a.deed = 'inquiry.sent')",
    ),
    (
        "duplicates of which nobody wrote down who issued them",
        "SELECT count(*) AS number FROM (SELECT certificate_id, count(*) AS issued FROM certificate_duplicates
         GROUP BY certificate_id) d WHERE d.issued <> (SELECT count(*) FROM audit_log a
         WHERE a.subject_id = d.certificate_id AND a.deed = 'certificate.duplicated')",
    ),
    (
        "annulled certificates of which nobody wrote down who annulled them",
        "SELECT count(*) AS number FROM certificates c WHERE c.annulled_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_log a
         WHERE a.subject_id = c.id AND a.deed = 'certificate.annulled')",
    ),
    (
        "rows of finished imports that were not looked at",
        "SELECT count(*) AS number FROM listing_imports WHERE status = 'finished' AND (rows_done <> row_count
         OR created_count + updated_count + unchanged_count + refused_count <> rows_done)",
    ),
];

/// Codes and numbers: how many were given out, and how many things have one.
const CODES: &str = "SELECT c.prefix || '-' || CAST(c.year AS TEXT) AS name, c.last_number AS given,
    (SELECT count(*) FROM listings l WHERE l.code LIKE c.prefix || '-' || CAST(c.year AS TEXT) || '-%')
    + (SELECT count(*) FROM dossiers d WHERE d.number LIKE c.prefix || '-' || CAST(c.year AS TEXT) || '-%')
    + (SELECT count(*) FROM certificates k WHERE k.authority || ':' || k.kind = c.prefix
       AND k.issued_on LIKE CAST(c.year AS TEXT) || '-%') AS used
    FROM code_counters c";

/// Older than what the collector of files leaves alone.
const AGE: Duration = Duration::from_secs(3 * 60 * 60);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Series {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    given: i64,
    #[diesel(sql_type = BigInt)]
    used: i64,
}

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// A connection that only reads.
pub fn open(place: &Place) -> AnyConn {
    let sqlite = || Target::Sqlite(place.data.join("vptex.sqlite3"));
    let target = place.database.clone().map_or_else(sqlite, Target::Postgres);
    read_only(&target).unwrap()
}

/// Changes something in the database itself, as time would have done.
pub fn hurry(place: &Place, statement: &str) {
    let sqlite = || Target::Sqlite(place.data.join("vptex.sqlite3"));
    let target = place.database.clone().map_or_else(sqlite, Target::Postgres);
    let mut conn = connect(&target).unwrap();
    // The server writes without a pause, and SQLite's lock goes to whoever asks at the right moment.
    if place.database.is_none() {
        sql_query("PRAGMA busy_timeout = 60000").execute(&mut conn).unwrap();
    }
    sql_query(statement).execute(&mut conn).unwrap();
}

/// What the database has that it must never have. A server may be at work on it.
pub fn database(world: &World) -> Vec<String> {
    let mut conn = open(&world.place);
    let mut wrong = Vec::new();
    for (what, query) in NEVER {
        let query = query.replace("{issued}", &world.states["issue"]);
        let found: Count = sql_query(query).get_result(&mut conn).unwrap();
        if found.number != 0 {
            wrong.push(format!("{} {what}", found.number));
        }
    }
    let series: Vec<Series> = sql_query(CODES).load(&mut conn).unwrap();
    for Series { name, given, used } in series {
        if given != used {
            wrong.push(format!("{given} numbers of {name} were given out and {used} are there"));
        }
    }
    if let AnyConn::Sqlite(sqlite) = &mut conn {
        let told: Vec<Words> = sql_query("PRAGMA integrity_check").load(sqlite).unwrap();
        let told = told.into_iter().map(|words| words.integrity_check);
        wrong.extend(
            told.filter(|words| words != "ok")
                .map(|words| format!("the database: {words}")),
        );
    }
    wrong
}

/// The audit trail, as the program's own command verifies it.
pub fn trail(place: &Place) -> Option<String> {
    let (is_well, said) = place.run(&["audit", "verify"]);
    (!is_well).then(|| format!("audit verify: {}", said.trim()))
}

/// Searches tell as many public listings as the database has.
pub fn index(world: &World, program: &Program) -> Option<String> {
    let mut web = Web::to(program.addr);
    let told = match read(&mut web, &Ask::get("/search?limit=1&facets=false")) {
        Ok(reply) => reply.at("/total").as_i64(),
        Err(why) => return Some(why),
    };
    let public = listings::count_public(&mut open(&world.place)).unwrap();
    (told != Some(public)).then(|| format!("searches tell {told:?} listings and the database has {public} public ones"))
}

/// No content is missing; and after a run of the collector nothing is left that nobody needs. No server may run: the file
/// store is made to look old.
pub fn files(place: &Place) -> Vec<String> {
    let mut wrong = Vec::new();
    age(&place.data.join("files"));
    for words in [&["files", "collect"][..], &["files", "collect", "--dry-run"]] {
        let (is_well, said) = place.run(words);
        if !is_well {
            wrong.push(format!("{}: {}", words.join(" "), said.trim()));
        }
        if words.len() == 3 && !said.contains("would remove 0 temporary files and 0 contents") {
            wrong.push(format!("the collector leaves something: {}", said.trim()));
        }
    }
    wrong
}

fn age(folder: &Path) {
    #[expect(clippy::disallowed_methods, reason = "files are told apart by the computer's clock")]
    let then = SystemTime::now() - AGE;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            age(&path);
        } else {
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(then).unwrap();
        }
    }
}
