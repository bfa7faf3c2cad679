//! A server of a test's own, and what one does with it.

mod call;
pub mod contract;
pub mod disguises;
pub mod documents;
mod members;
mod people;
pub mod pictures;
mod post_office;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use tempfile::TempDir;
use vptex::app::{Application, SystemClock, UuidV7};
use vptex::config::{
    BucketName, Config, DatabaseUrl, MailTransport, MetricsListen, MigrateOnStart, PublicUrl, Seconds, Secret, Switch,
    Value as _, Word,
};
use vptex::domain::clock::Clock;
use vptex::domain::listing::ListingKind;
use vptex::domain::review::{EntryKind, checklist};
use vptex::service::App;
use vptex::store;
use vptex::store::conn::Target;
use vptex::store::outbox::{self, Position};
use vptex::store::schema::audit_log;
use vptex::store::types::DbId;

use crate::bucket::{self, Service};
use crate::database::{self, TestDatabase};
pub use call::{Call, Reply};
pub use people::{NEW_PASSWORD, PASSWORD, Person, dryer, tax_code};
pub use post_office::{PostOffice, letter_parts, send_due};

/// Longest wait for the index.
const PATIENCE: Duration = Duration::from_secs(60);

/// The computer's clock, put forward and held by a test.
#[derive(Default)]
pub struct TestClock {
    ahead: AtomicI64,
    /// Microseconds at which it is held; it goes while this is zero.
    held: AtomicI64,
}

impl TestClock {
    /// Stops it: from now on no time passes but what a test lets pass.
    pub fn hold(&self) {
        self.held.store(SystemClock.now().as_microsecond(), Ordering::SeqCst);
    }

    /// Lets seconds pass.
    pub fn pass(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let now = match self.held.load(Ordering::SeqCst) {
            0 => SystemClock.now(),
            held => Timestamp::from_microsecond(held).unwrap(),
        };
        now + SignedDuration::from_secs(self.ahead.load(Ordering::SeqCst))
    }
}

/// A server with an empty database. Its fields are dropped in their order.
pub struct TestApp {
    application: Option<Application>,
    pub config: Config,
    pub clock: Arc<TestClock>,
    http: reqwest::Client,
    count: Cell<u32>,
    bucket: Option<Arc<Service>>,
    _database: Option<TestDatabase>,
    _folder: TempDir,
}

/// A checklist with everything ticked that any sort of thing has.
pub fn looked_at() -> serde_json::Value {
    let edition = checklist::edition();
    let sorts = [EntryKind::Enterprise, EntryKind::Amendment].map(|kind| (kind, None));
    let listings = ListingKind::ALL.iter().map(|kind| (EntryKind::Listing, Some(*kind)));
    let items = sorts
        .into_iter()
        .chain(listings)
        .flat_map(|(kind, of)| checklist::items(edition, kind, of));
    let ticked: BTreeSet<String> = items.map(|item| item.code).collect();
    serde_json::json!({"checklist": {"edition": edition, "ticked": ticked}})
}

impl TestApp {
    /// Starts one.
    pub async fn spawn() -> Self {
        let mut app = Self::prepare();
        app.start();
        app.settle().await;
        app
    }

    /// One that does not run yet. With `VPTEX_TEST_FILES=bucket` its files lie in a bucket.
    pub fn prepare() -> Self {
        let bucket = is_in_bucket().then(|| Arc::new(Service::start()));
        Self::prepare_with(bucket)
    }

    /// Starts one whose files lie in a bucket.
    pub async fn spawn_with(bucket: &Arc<Service>) -> Self {
        let mut app = Self::prepare_with(Some(bucket.clone()));
        app.start();
        app.settle().await;
        app
    }

    fn prepare_with(bucket: Option<Arc<Service>>) -> Self {
        let database = database::fresh();
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&folder, &database);
        if let Some(service) = &bucket {
            lie_in(&mut config, service);
        }
        Self {
            application: None,
            config,
            clock: Arc::new(TestClock::default()),
            http: client(),
            count: Cell::new(0),
            bucket,
            _database: Some(database),
            _folder: folder,
        }
    }

    /// A second node: another server with the same database, master key and clock, and an index of its own. Only where
    /// the database is PostgreSQL; on SQLite there is one server. To be dropped before the first.
    pub fn beside(&self) -> Option<Self> {
        if matches!(self.config.database(), DatabaseUrl::Sqlite(_)) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut node = Self {
            application: None,
            config: Config {
                data_dir: folder.path().to_owned(),
                master_key_file: Some(self.config.master_key_path()),
                ..self.config.clone()
            },
            clock: self.clock.clone(),
            http: client(),
            count: Cell::new(0),
            bucket: self.bucket.clone(),
            _database: None,
            _folder: folder,
        };
        node.start();
        Some(node)
    }

    /// Starts it, on what is there.
    pub fn start(&mut self) {
        let built = Application::build_with(&self.config, self.clock.clone(), Arc::new(UuidV7));
        self.application = Some(built.unwrap());
    }

    /// Ends it in good order; what it kept stays.
    pub async fn stop(&mut self) {
        if let Some(application) = self.application.take() {
            application.stop().await;
        }
        // Its connections would lead nowhere.
        self.http = client();
    }

    fn application(&self) -> &Application {
        self.application.as_ref().unwrap()
    }

    /// The exchange behind the server.
    pub fn exchange(&self) -> &App {
        &self.application().app
    }

    pub fn addr(&self) -> SocketAddr {
        self.application().addr
    }

    /// The folder in which contents lie, or in which the service keeps its bucket.
    pub fn kept_path(&self) -> PathBuf {
        match &self.bucket {
            Some(service) => service.path(),
            None => self.config.files_path().join("kept"),
        }
    }

    /// Leaves the end of its bucket's service to the test.
    pub fn forget_bucket(&mut self) {
        self.bucket = None;
    }

    /// A number that this test has not seen yet.
    pub fn number(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// Writes past the use cases: what no operation does yet.
    pub async fn change(&self, work: impl Fn(&mut store::Uow<'_>) -> store::Result<()> + Send + 'static) {
        let app = self.exchange().clone();
        tokio::task::spawn_blocking(move || app.db.write(work).unwrap())
            .await
            .unwrap();
    }

    /// What the audit trail has about a thing: each deed, and the version where one was judged.
    pub fn deeds(&self, subject: &str) -> Vec<(String, Option<i64>)> {
        let subject = DbId(subject.parse().unwrap());
        let read = |conn: &mut store::AnyConn| -> store::Result<_> {
            Ok(audit_log::table
                .filter(audit_log::subject_id.eq(subject))
                .order(audit_log::seq)
                .select((audit_log::deed, audit_log::subject_version))
                .load(conn)?)
        };
        self.exchange().db.read(read).unwrap()
    }

    /// Waits until searches see everything that was done.
    pub async fn settle(&self) {
        wait_for_index(self.exchange().clone()).await;
    }

    /// A request to an operation of the API.
    pub fn call(&self, method: Method, path: &str) -> Call {
        self.request(method, &format!("/api/v1{path}"))
    }

    /// A request to any path.
    pub fn request(&self, method: Method, path: &str) -> Call {
        Call::new(self.http.request(method, format!("http://{}{path}", self.addr())))
    }

    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// Officers have looked at everything that they approve, unless a test sends something else.
    pub fn post(&self, path: &str) -> Call {
        let call = self.call(Method::POST, path);
        let is_approval =
            path.ends_with("/approval") && ["/enterprises/", "/listings/"].iter().any(|of| path.starts_with(of));
        if is_approval && !path.contains("/join-requests/") {
            call.json(&looked_at())
        } else {
            call
        }
    }

    pub fn patch(&self, path: &str) -> Call {
        self.call(Method::PATCH, path)
    }

    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }
}

/// Waits until the index shows every change that is in the database.
pub async fn wait_for_index(app: App) {
    let wait = move || {
        for _ in 0..6_000 {
            let (end, rest) = app
                .db
                .read(|conn| -> store::Result<_> {
                    let end = outbox::ends(conn)?.map(|(_, last)| last).unwrap_or_default();
                    Ok((end, outbox::lag(conn, end)?))
                })
                .unwrap();
            // On PostgreSQL a transaction of another test can hide the newest rows for a moment.
            if rest == 0 {
                assert!(app.index.wait_for(end, PATIENCE), "{:?}", app.index.status());
                assert!(app.index.suggestions().wait_for(Position::default(), PATIENCE));
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("other transactions never end");
    };
    tokio::task::spawn_blocking(wait).await.unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "which way tests go is for whoever starts them to say"
)]
fn is_in_bucket() -> bool {
    match std::env::var("VPTEX_TEST_FILES").as_deref() {
        Err(_) | Ok("folder") => false,
        Ok("bucket") => true,
        Ok(other) => panic!("VPTEX_TEST_FILES is {other:?}: use folder or bucket"),
    }
}

/// Has files lie in a bucket, whose service may take a second.
pub fn lie_in(config: &mut Config, service: &Service) {
    config.s3_endpoint = Some(PublicUrl::parse(&service.endpoint).unwrap());
    config.s3_bucket = Some(BucketName::parse(bucket::NAME).unwrap());
    config.s3_access_key = Some(Word::parse(bucket::ACCESS_KEY).unwrap());
    config.s3_secret_key = Some(Secret::parse(bucket::SECRET_KEY).unwrap());
    config.s3_timeout_s = Seconds::new(1);
}

fn config(folder: &TempDir, database: &TestDatabase) -> Config {
    let database_url = match &database.target {
        Target::Sqlite(path) => DatabaseUrl::Sqlite(path.clone()),
        Target::Postgres(url) => DatabaseUrl::parse(url).unwrap(),
    };
    Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        metrics_listen: MetricsListen::Off,
        http_workers: 2,
        http_body_limit_kb: vptex::config::Kibibytes::new(64),
        data_dir: folder.path().join("data"),
        database_url: Some(database_url),
        database_pool_size: 4,
        migrate_on_start: MigrateOnStart::No,
        // This process is the tests', and cannot decode.
        file_decoder: Some(env!("CARGO_BIN_EXE_vptex").into()),
        index_memory_mb: vptex::config::Mebibytes::new(15),
        argon2_memory_kib: 8,
        argon2_iterations: 1,
        // Tests read the queue; those of sending have a mailer of their own.
        mail_transport: MailTransport::Hold,
        // All of a test's people call from one address; tests of the limits turn them on.
        rate_limits: Switch::Off,
        // The program under test is not optimised, and the machine may be busy: what takes long is not what tests find.
        request_timeout_s: Seconds::new(600),
        ..Config::default()
    }
}

/// A client that shows every answer, also one that leads on. It never speaks TLS: without this it would read all certificates
/// of the system, for each test.
fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.tls_certs_only([]).build().unwrap()
}
