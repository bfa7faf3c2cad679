//! The wiring: from a configuration to a program that serves, and back to nothing in good order.

mod bucket;
mod figures;
mod running;
mod scanner;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::BuildError;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::config::{self, Config, DatabaseUrl, MailTransport, PasswordRules, SmtpTls, Switch, YesOrNo};
use crate::domain::clock::{Clock, truncate};
use crate::domain::ids::Ids;
use crate::domain::password::PasswordPolicy;
use crate::domain::privacy::TermTable;
use crate::files::sandbox::Decoder;
use crate::files::{Files, WORKBOOKS};
use crate::http::server::ListenError;
use crate::jobs::mailer::{Delivery, MailSettings, Protection, SmtpServer};
use crate::service::context::{AccountRules, Terms};
use crate::service::credentials::{HashSettings, Hasher};
use crate::service::exports::turns::Turns;
use crate::service::files::FileRules;
use crate::service::review::ReviewRules;
use crate::service::search::IndexSlot;
use crate::service::search_log::SearchLog;
use crate::service::tokens::{Lifetimes, Tokens};
use crate::service::vault::Vault;
use crate::service::{self, App, ErrorCode, keyring};
use crate::store::conn::Target;
use crate::store::database::Limits;
use crate::store::{Database, migrate};

pub use bucket::{contents, try_bucket};
pub use running::{Application, Signals};
pub use scanner::{ScannerTrouble, try_scanner};

/// Which part of the time that a request has it may wait for a connection to the database, or for its turn to write: by default 5 s.
const CONNECTION_WAIT: u32 = 6;

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one real clock")]
    fn now(&self) -> Timestamp {
        truncate(Timestamp::now())
    }
}

/// Real identifiers: time-ordered, each greater than the one before.
#[derive(Clone, Copy, Debug, Default)]
pub struct UuidV7;

impl Ids for UuidV7 {
    #[expect(clippy::disallowed_methods, reason = "the one real source of identifiers")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Why the program did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A part of the exchange could not be set up.
    #[error(transparent)]
    Service(#[from] service::Error),
    /// An address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// Metrics cannot be collected.
    #[error("metrics cannot be collected: {0}")]
    Metrics(#[from] BuildError),
    /// The process cannot be told to stop.
    #[error("signals cannot be received: {0}")]
    Signal(#[source] io::Error),
    /// A server ended though nobody asked it to.
    #[error("the server has stopped by itself: {0}")]
    Server(String),
}

/// Everything that use cases need, with the real clock.
pub fn context(config: &Config) -> service::Result<App> {
    context_with(config, Arc::new(SystemClock), Arc::new(UuidV7))
}

/// The same with a clock and identifiers of the caller's.
pub fn context_with(config: &Config, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> service::Result<App> {
    config::make_private(&config.data_dir).map_err(|error| {
        service::Error::internal(format!(
            "the directory {} cannot be made: {error}",
            config.data_dir.display()
        ))
    })?;
    let target = target(config);
    // SQLite works in the calling thread, so more threads than cores only get in each other's way; PostgreSQL works
    // elsewhere, and each connection can have somebody waiting.
    let turns = match &target {
        Target::Sqlite(_) => std::thread::available_parallelism().map_or(2, usize::from),
        Target::Postgres(_) => usize::try_from(config.database_pool_size).unwrap_or(1).max(1),
    };
    if config.migrates_on_start() {
        migrate::run(&target)?;
    } else {
        match migrate::pending(&target)? {
            0 => {}
            missing => {
                let words = format!("the database schema lacks {missing} migration(s): run `vptex migrate` first");
                return Err(service::Error {
                    log: Some(words),
                    ..ErrorCode::StorageUnavailable.into()
                });
            }
        }
    }
    migrate::settle(&target)?;
    let limits = Limits {
        pool_size: config.database_pool_size,
        write_queue: config.write_queue,
        group_commit_max: config.group_commit_max,
        wait: config.request_timeout_s.duration() / CONNECTION_WAIT,
    };
    let member = Lifetimes {
        access: signed(config.access_token_minutes.duration())?,
        idle: signed(config.refresh_idle_days.duration())?,
        absolute: signed(config.refresh_absolute_days.duration())?,
    };
    let officer = Lifetimes {
        access: signed(config.officer_access_token_minutes.duration())?,
        idle: signed(config.officer_refresh_idle_minutes.duration())?,
        absolute: signed(config.officer_refresh_absolute_hours.duration())?,
    };
    let db = Arc::new(Database::open(target, limits)?);
    service::procedures::keep_shipped(&db, clock.now())?;
    service::procedures::warn_of_refused(&db, clock.now());
    let vault = Arc::new(Vault::open(&config.master_key_path())?);
    let ring = keyring::open(&db, &*clock, &ids, &vault)?;
    Ok(App {
        db,
        clock,
        ids,
        hasher: Arc::new(Hasher::start(hash_settings(config))?),
        tokens: Arc::new(Tokens::new(ring, config.public_url.as_str(), member, officer)),
        vault,
        rules: Arc::new(AccountRules {
            password_policy: match config.password_policy {
                PasswordRules::Nist => PasswordPolicy::Nist,
                PasswordRules::Tcvn => PasswordPolicy::Tcvn,
            },
            public_url: config.public_url.as_str().trim_end_matches('/').to_owned(),
            address: config.address(),
            data_terms: data_terms(config),
            sessions_per_account: config.sessions_per_account,
            counts_sign_ins: config.rate_limits == Switch::On,
        }),
        guesses: Arc::default(),
        key_uses: Arc::default(),
        pulse: Arc::default(),
        scanner_pulse: Arc::default(),
        writer_watch: Arc::default(),
        files: Arc::new(Files {
            workbooks: Arc::new(Semaphore::new(WORKBOOKS)),
            contents: contents(config)?,
            decoder: Decoder::new(config.file_decoder.clone()),
            scanner: scanner::scanner(config),
        }),
        file_rules: file_rules(config)?,
        review_rules: ReviewRules {
            claim_time: signed(config.review_claim_minutes.duration())?,
            digest_after: signed(config.review_digest_after_hours.duration())?,
            needs_second: config.review_second_look_flags.as_slice().into(),
        },
        terms: Terms {
            listing: signed(config.listing_term_days.duration())?,
            verification: signed(config.verification_term_days.duration())?,
            answer: signed(config.inquiry_answer_days.duration())?,
        },
        editions: Arc::default(),
        calendars: Arc::default(),
        search_log: Arc::new(SearchLog::new(signed(config.search_log_days.duration())?)),
        listing_views: Arc::default(),
        exports: Arc::new(Turns::new(config.max_export_rows)),
        index: Arc::new(IndexSlot::default()),
        blocking: Arc::new(Semaphore::new(turns)),
    })
}

/// The database as the store knows it.
pub fn target(config: &Config) -> Target {
    match config.database() {
        DatabaseUrl::Sqlite(path) => Target::Sqlite(path),
        DatabaseUrl::Postgres(url) => Target::Postgres(url.expose().to_owned()),
    }
}

/// How much of files may be kept.
fn file_rules(config: &Config) -> service::Result<FileRules> {
    let bytes = config.files_mb_per_enterprise.bytes();
    let of_ended_dossiers = config.ended_dossiers_mb_per_enterprise.bytes();
    Ok(FileRules {
        per_listing: i64::from(config.files_per_listing),
        bytes_per_enterprise: i64::try_from(bytes).unwrap_or(i64::MAX),
        bytes_of_ended_dossiers: i64::try_from(of_ended_dossiers).unwrap_or(i64::MAX),
        link_time: signed(config.file_link_minutes.duration())?,
    })
}

/// How long requests about personal data may take.
fn data_terms(config: &Config) -> TermTable {
    TermTable {
        data_at_processors: config.data_at_processors == YesOrNo::Yes,
        provide: config.data_provide_days,
        provide_at_processors: config.data_provide_days_at_processors,
        erase: config.data_erase_days,
        erase_at_processors: config.data_erase_days_at_processors,
    }
}

/// All processors but one: a hash keeps one busy for some milliseconds, and while all hash, whoever else needs one waits
/// for a time slice to end, whatever the priorities say.
fn processors_to_spare() -> usize {
    std::thread::available_parallelism().map_or(1, |count| (count.get() - 1).max(1))
}

/// How passwords are hashed.
pub fn hash_settings(config: &Config) -> HashSettings {
    HashSettings {
        memory_kib: config.argon2_memory_kib,
        iterations: config.argon2_iterations,
        parallelism: config.argon2_parallelism,
        threads: config.hash_threads.min(processors_to_spare()),
        queue: config.hash_queue,
    }
}

/// How letters leave.
pub fn mail_settings(config: &Config) -> MailSettings {
    let delivery = match (config.mail_transport, &config.smtp_host) {
        (MailTransport::Console, _) => Delivery::Console,
        (MailTransport::File, _) => Delivery::File(config.data_dir.join("mail")),
        (MailTransport::Smtp, Some(host)) => Delivery::Smtp(SmtpServer {
            host: host.as_str().to_owned(),
            port: match config.smtp_port {
                0 => config.smtp_tls.usual_port(),
                port => port,
            },
            protection: match config.smtp_tls {
                SmtpTls::Starttls => Protection::Starttls,
                SmtpTls::Implicit => Protection::Implicit,
                SmtpTls::None => Protection::None,
            },
            credentials: config
                .smtp_user
                .as_ref()
                .zip(config.smtp_password.as_ref())
                .map(|(user, password)| (user.as_str().to_owned(), password.expose().to_owned())),
        }),
        // Without a host the configuration was refused; letters then wait rather than get lost.
        (MailTransport::Hold, _) | (MailTransport::Smtp, None) => Delivery::Hold,
    };
    let sender = config.mail_from.as_ref();
    MailSettings {
        delivery,
        from_name: sender.and_then(|sender| sender.name.clone()),
        from_address: sender.map_or_else(|| String::from("no-reply@localhost"), |sender| sender.address.clone()),
    }
}

fn signed(duration: Duration) -> service::Result<SignedDuration> {
    SignedDuration::try_from(duration).map_err(service::Error::internal)
}
