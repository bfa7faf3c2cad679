//! A fresh, migrated, empty database for each test, on the database that `VPTEX_TEST_DATABASE` chooses.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests"
)]

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use vptex::store::conn::Target;
use vptex::store::migrate;

/// A database of one test's own. Let go of every connection before it, which is what declaring it first does.
pub struct TestDatabase {
    /// Where it is.
    pub target: Target,
    _kept: Kept,
}

enum Kept {
    File { _folder: TempDir },
    Postgres { server: Server, name: String },
}

/// Makes one: SQLite unless `VPTEX_TEST_DATABASE=postgres`, which needs the server's `VPTEX_TEST_POSTGRES_URL`.
pub fn fresh() -> TestDatabase {
    match std::env::var("VPTEX_TEST_DATABASE").as_deref() {
        Err(_) | Ok("sqlite") => on_sqlite(),
        Ok("postgres") => on_postgres(),
        Ok(other) => panic!("VPTEX_TEST_DATABASE is {other:?}: use sqlite or postgres"),
    }
}

fn on_sqlite() -> TestDatabase {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    let template = TEMPLATE.get_or_init(template_on_sqlite);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vptex.sqlite");
    std::fs::write(&path, template).unwrap();
    TestDatabase {
        target: Target::Sqlite(path),
        _kept: Kept::File { _folder: folder },
    }
}

/// The migrated database that others are copied from, made by whichever process comes first and left for the next run: each
/// test may have a process of its own, and migrating takes longer than most of them.
fn template_on_sqlite() -> Vec<u8> {
    let name = format!("template-{:016x}.sqlite", hash_of_migrations("migrations/sqlite"));
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if let Ok(template) = std::fs::read(&kept) {
        return template;
    }
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("template.sqlite");
    // The last connection that closes moves the write-ahead log into the file.
    migrate::run(&Target::Sqlite(path.clone())).unwrap();
    let template = std::fs::read(&path).unwrap();
    // It gets its name only when it is whole.
    std::fs::rename(path, kept).unwrap();
    template
}

fn on_postgres() -> TestDatabase {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let url = std::env::var("VPTEX_TEST_POSTGRES_URL")
        .expect("VPTEX_TEST_DATABASE=postgres needs VPTEX_TEST_POSTGRES_URL; scripts/with-postgres sets it");
    let server = Server { url };
    let template = TEMPLATE.get_or_init(|| server.template());
    let name = format!(
        "vptex_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    // A process of that number may have died before it could clean up.
    server.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    // Copied as files: half the time that a copy through the write-ahead log takes.
    server.run(&format!(
        "CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
    ));
    TestDatabase {
        target: Target::Postgres(server.address_of(&name)),
        _kept: Kept::Postgres { server, name },
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            // Within a failing test a second panic would hide the first.
            if let Ok(mut conn) = PgConnection::establish(&server.url) {
                drop(conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
            }
        }
    }
}

struct Server {
    url: String,
}

impl Server {
    /// Key of the advisory lock under which the template is made; an arbitrary number of ours.
    const LOCK: i64 = 0x7670_7465_785f_7465;

    fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url).unwrap()
    }

    fn run(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap();
    }

    /// The address of another database of this server.
    fn address_of(&self, name: &str) -> String {
        let (address, options) = self
            .url
            .split_once('?')
            .map_or((self.url.as_str(), None), |(a, o)| (a, Some(o)));
        let (server, _) = address
            .rsplit_once('/')
            .expect("VPTEX_TEST_POSTGRES_URL ends in a database's name");
        options.map_or_else(
            || format!("{server}/{name}"),
            |options| format!("{server}/{name}?{options}"),
        )
    }

    /// The migrated database that others are copied from, made by whichever process comes first.
    fn template(&self) -> String {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let name = format!("vptex_template_{:016x}", hash_of_migrations("migrations/postgres"));
        let mut conn = self.connect();
        // Closing the connection frees the lock.
        conn.batch_execute(&format!("SELECT pg_advisory_lock({})", Self::LOCK))
            .unwrap();
        let found: Count = sql_query(format!(
            "SELECT count(*) AS count FROM pg_database WHERE datname = '{name}'"
        ))
        .get_result(&mut conn)
        .unwrap();
        if found.count == 0 {
            // It gets its name only when it is whole.
            conn.batch_execute("DROP DATABASE IF EXISTS vptex_unfinished WITH (FORCE)")
                .unwrap();
            conn.batch_execute("CREATE DATABASE vptex_unfinished TEMPLATE template0")
                .unwrap();
            migrate::run(&Target::Postgres(self.address_of("vptex_unfinished"))).unwrap();
            conn.batch_execute(&format!("ALTER DATABASE vptex_unfinished RENAME TO {name}"))
                .unwrap();
        }
        name
    }
}

fn hash_of_migrations(tree: &str) -> u64 {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join(tree);
    let mut folders: Vec<_> = std::fs::read_dir(tree)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let mut hasher = DefaultHasher::new();
    for folder in folders {
        folder.file_name().hash(&mut hasher);
        std::fs::read_to_string(folder.join("up.sql"))
            .unwrap()
            .hash(&mut hasher);
    }
    hasher.finish()
}
