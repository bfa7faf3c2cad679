//! `vptex serve`, and the demonstration that it can start with.

use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use serde::{Serialize, Serializer};
use tracing::{info, warn};

use super::import::{Watcher, count_lines};
use super::{Failure, Outcome, bar, complain, say};
use crate::app::{self, Application, Signals};
use crate::config::{self, Config, Finding, PublicUrl};
use crate::demo;
use crate::domain::account::{Email, Permission, Role, Scope, Standing};
use crate::domain::tax_code::TaxCode;
use crate::domain::text::Line;
use crate::service::accounts::demo_account;
use crate::service::credentials::{Hasher, random_password};
use crate::service::import::record::{EvalRecord, RecordKind};
use crate::service::import::{self, Owner};
use crate::service::{App, Error, Result};
use crate::store::enterprises;
use crate::store::outbox::Position;
use crate::telemetry::{self, TelemetryError};

/// Demonstration accounts.
const OFFICER: &str = "officer@demo.vptex.example";
const MEMBER: &str = "owner@demo.vptex.example";
/// What an operator is told before invented data goes into a database.
pub(super) const DEMO_WARNING: &str =
    "demonstration data is mixed into this database; do not use it for the real exchange";
/// How long the demonstration waits for its search index before it shows itself.
const INDEX_WAIT: Duration = Duration::from_secs(120);

pub(super) fn serve(config: &Config, is_demo: bool) -> Outcome {
    // Before there is a log: what is wrong with it is told as what is wrong with other settings.
    app::try_bucket(config).map_err(|finding| Failure::Usage(finding.to_string()))?;
    // What is told of requests is sent to the end when the server has ended.
    let _traces = match telemetry::init(config) {
        Ok(traces) => traces,
        Err(TelemetryError::AlreadySet) => None,
        Err(error) => return Err(Failure::Usage(error.to_string())),
    };
    let (config, port) = with_port(config.clone());
    let config = &config;
    let app = app::context(config)?;
    let accounts = if is_demo {
        Some(prepare_demo(&app, config)?)
    } else {
        None
    };
    actix_web::rt::System::new().block_on(run(app, (config, port), accounts))
}

/// Chooses the free port that was asked for, where the address that certificates print comes of it. The port is kept until the
/// server takes it.
fn with_port(mut config: Config) -> (Config, Option<TcpListener>) {
    if config.listen.port() != 0 || config.public_url != PublicUrl::local() {
        return (config, None);
    }
    // Where it cannot be had, the server tells so.
    let Ok(port) = TcpListener::bind(config.listen) else {
        return (config, None);
    };
    if let Ok(at) = port.local_addr() {
        config.listen = at;
    }
    (config, Some(port))
}

async fn run(app: App, (config, port): (&Config, Option<TcpListener>), accounts: Option<Accounts>) -> Outcome {
    let signals = Signals::catch()?;
    drop(port);
    let application = Application::launch(app, config)?;
    // Beside everything else: who says nothing for seconds holds up no start.
    let asked = config.clone();
    drop(actix_web::rt::spawn(async move {
        if let Some(trouble) = app::try_scanner(&asked).await {
            complain(Finding::from(trouble));
        }
    }));
    let url = format!("http://{}", application.addr);
    if let Some(accounts) = accounts {
        let index = application.app.index.clone();
        let waited = actix_web::rt::task::spawn_blocking(move || index.wait_for(Position::default(), INDEX_WAIT));
        if !waited.await.unwrap_or(false) {
            complain("the search index is not ready yet; searches are refused until it is");
        }
        say(accounts.in_words(&url))?;
        say(format_args!("vptex: listening on {url}"))?;
        say(format_args!("  documentation  {url}/api/docs/"))?;
        say(format_args!("  search         curl '{url}/api/v1/search?q=may+say'"))?;
    } else {
        say(format_args!("vptex: listening on {url}"))?;
    }
    if let Some(at) = application.metrics_addr {
        say(format_args!("vptex: metrics on http://{at}/metrics"))?;
    }
    if config.public_url.is_loopback() {
        // It is signed into certificates, and printed on them as a code.
        warn!(public_url = %config.address(), "certificates that are signed now can be verified on this machine only");
    }
    config::open_folders(config).iter().for_each(complain);
    info!(addr = %application.addr, "serving");
    application.run_until(signals).await?;
    Ok(ExitCode::SUCCESS)
}

/// Passwords of the demonstration accounts, new at each start.
struct Accounts {
    officer: String,
    member: String,
}

impl Accounts {
    fn in_words(&self, url: &str) -> String {
        let sign_in = |email: &str, password: &str| {
            format!(
                "  {email}  {password}\n    curl -X POST {url}/api/v1/sessions -H 'content-type: application/json' \
                 -d '{{\"email\":\"{email}\",\"password\":\"{password}\"}}'"
            )
        };
        format!(
            "demonstration accounts (their passwords are new at each start):\n{}\n    \
             before the officer decides anything: a second factor, POST {url}/api/v1/me/second-factor, then \
             …/confirmation with the first code of the authenticator app\n{}",
            sign_in(OFFICER, &self.officer),
            sign_in(MEMBER, &self.member)
        )
    }
}

fn prepare_demo(app: &App, config: &Config) -> std::result::Result<Accounts, Failure> {
    complain(DEMO_WARNING);
    import::demo_enterprises(app, demo::drafts())?;
    let content = catalogue()?;
    let owner = Owner::Demo(demo::tax_code_for);
    if !import::is_finished(app, &content, &owner)? {
        let mut watcher = Watcher {
            bar: bar(count_lines(&content), "demonstration"),
            name: "demonstration",
            ended_by: None,
        };
        let outcome = import::run(app, "demonstration", &content, &owner, &mut watcher);
        watcher.bar.finish_and_clear();
        outcome?;
    }
    Ok(make_accounts(app, config)?)
}

fn make_accounts(app: &App, config: &Config) -> Result<Accounts> {
    let enterprise = demo::enterprises()
        .first()
        .ok_or_else(|| Error::internal("no demonstration enterprise"))?;
    let code = TaxCode::parse(&enterprise.tax_code).map_err(Error::internal)?;
    let enterprise = app.db.read(|conn| enterprises::find_by_tax_code(conn, &code))?;
    let enterprise = enterprise
        .ok_or_else(|| Error::internal("the demonstration enterprise is missing"))?
        .id;
    let accounts = Accounts {
        officer: random_password()?,
        member: random_password()?,
    };
    let rows = [
        (
            OFFICER,
            "Cán bộ Demo",
            Standing::Officer {
                permissions: Permission::ALL.to_vec(),
                scope: Scope::default(),
            },
            &accounts.officer,
        ),
        (
            MEMBER,
            "Doanh nghiệp Demo",
            Standing::Member {
                enterprise,
                role: Role::Owner,
            },
            &accounts.member,
        ),
    ];
    for (email, name, standing, password) in rows {
        let email = Email::parse(email).map_err(|violation| Error::internal(violation.en()))?;
        let name = Line::parse(name).map_err(|violation| Error::internal(violation.en()))?;
        let hash = Hasher::hash_blocking(app::hash_settings(config), password)?;
        app.write_blocking(move |work| demo_account(work, &email, &name, &standing, &hash))?;
    }
    Ok(accounts)
}

/// The catalogue in the shared line format, as the import reads it.
pub(super) fn catalogue() -> Result<Vec<u8>> {
    let mut content = Vec::new();
    for record in demo::catalogue() {
        let record = record.map_err(Error::internal)?;
        serde_json::to_writer(&mut content, &SharedLine::from(&record)).map_err(Error::internal)?;
        content.push(b'\n');
    }
    Ok(content)
}

/// A record as the shared format writes it.
#[derive(Serialize)]
struct SharedLine<'a> {
    id: &'a str,
    title: &'a str,
    category: &'a str,
    kind: &'static str,
    summary: &'a str,
    #[serde(serialize_with = "in_order")]
    attributes: &'a [(String, String)],
    source_url: &'a str,
}

impl<'a> From<&'a EvalRecord> for SharedLine<'a> {
    fn from(record: &'a EvalRecord) -> Self {
        Self {
            id: &record.id,
            title: &record.title,
            category: &record.category,
            kind: match record.kind {
                RecordKind::Technology => "technology",
                RecordKind::Equipment => "equipment",
                RecordKind::Service => "service",
                RecordKind::Request => "request",
            },
            summary: &record.summary,
            attributes: &record.attributes,
            source_url: &record.source_url,
        }
    }
}

/// As an object whose members stand in the order of the source.
fn in_order<S: Serializer>(attributes: &&[(String, String)], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_map(attributes.iter().map(|(name, value)| (name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_survives_the_shared_format() {
        let content = String::from_utf8(catalogue().unwrap()).unwrap();
        let read: Vec<EvalRecord> = content.lines().map(|line| EvalRecord::parse(line).unwrap()).collect();
        let records: Vec<EvalRecord> = demo::catalogue().map(|record| record.unwrap()).collect();
        assert_eq!(read, records);
    }
}
