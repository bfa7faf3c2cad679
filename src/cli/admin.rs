//! What an operator does now and then.

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Outcome, bar, done, say};
use crate::app;
use crate::config::Config;
use crate::domain::account::{Email, Permission, Scope};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::text::Line;
use crate::jobs::indexer::{self, IndexerError};
use crate::service::accounts::{NewOfficer, ONE_TIME_HOURS, appoint_officer};
use crate::service::credentials::Hasher;
use crate::service::{Error, ErrorCode};
use crate::store::migrate as schema;

/// What an officer may do when nothing is said.
const USUAL_PERMISSIONS: [Permission; 4] = [
    Permission::ReviewEnterprises,
    Permission::ReviewListings,
    Permission::ReadAudit,
    Permission::ReadReports,
];

#[derive(Debug, Args)]
pub(super) struct OfficerArgs {
    /// E-mail address to sign in with
    #[arg(long)]
    email: String,
    /// Name of the person
    #[arg(long)]
    name: String,
    /// What the officer may do; may be given several times. Without it: review_enterprises, review_listings,
    /// read_audit, read_reports. The first officer of an exchange usually gets manage_officers too, and appoints the
    /// others through the API
    #[arg(long = "permission", value_name = "P", value_parser = permission)]
    permissions: Vec<Permission>,
    /// Code of a field that the officer looks after; may be given several times. Without it: all fields
    #[arg(long = "field", value_name = "CODE")]
    fields: Vec<String>,
    /// Code of a commune that the officer looks after; may be given several times. Without it: all communes
    #[arg(long = "commune", value_name = "CODE")]
    communes: Vec<String>,
}

/// Every wrong code, by its flag and its place among those of the flag.
fn wrong_scope(errors: &[FieldError]) -> Failure {
    let words = errors.iter().map(|error| {
        let place = error.pointer.trim_start_matches('/');
        let (list, position) = place.split_once('/').unwrap_or((place, ""));
        let flag = if list == "fields" { "--field" } else { "--commune" };
        let number = position
            .parse::<usize>()
            .map_or(String::new(), |at| format!(" {}", at + 1));
        format!("{flag}{number}: {}", error.violation.en())
    });
    Failure::Usage(words.collect::<Vec<_>>().join("\nvptex: "))
}

fn permission(text: &str) -> Result<Permission, String> {
    let known = || {
        Permission::ALL
            .iter()
            .map(|known| known.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let found = Permission::ALL.iter().find(|known| known.as_str() == text);
    found.copied().ok_or_else(|| format!("must be one of {}", known()))
}

pub(super) fn create_officer(config: &Config, args: OfficerArgs) -> Outcome {
    let wrong = |flag: &'static str| move |violation: Violation| Failure::Usage(format!("{flag}: {}", violation.en()));
    let OfficerArgs {
        email,
        name,
        mut permissions,
        fields,
        communes,
    } = args;
    let email = Email::parse(&email).map_err(wrong("--email"))?;
    let display_name = Line::parse(&name).map_err(wrong("--name"))?;
    if permissions.is_empty() {
        permissions.extend(USUAL_PERMISSIONS);
    }
    permissions.sort_by_key(|permission| permission.as_str());
    permissions.dedup();
    let app = app::context(config)?;
    let edition = app.db.read(|conn| app.editions.present(conn))?;
    let scope = Scope::parse(&edition.lists, &fields, &communes).map_err(|errors| wrong_scope(&errors))?;
    let hash = |password: &str| Hasher::hash_blocking(app::hash_settings(config), password);
    let shown = email.as_str().to_owned();
    let (id, password) = appoint_officer(
        &app,
        hash,
        NewOfficer {
            email,
            display_name,
            permissions,
            scope,
        },
    )
    .map_err(|error: Error| match error.code {
        ErrorCode::EmailTaken => Failure::Failed(format!("there is an account with the address {shown} already")),
        _ => error.into(),
    })?;
    let body = serde_json::json!({ "email": shown, "password": password, "new_password": "…" });
    say(format_args!(
        "officer {id} {shown}\none-time password: {password}\n\
         It is kept nowhere and is good for {ONE_TIME_HOURS} hours. Sign in with it once and choose your own:\n\
         POST {}/api/v1/sessions {body}",
        config.address(),
    ))
    .map(done)
}

pub(super) fn migrate(config: &Config) -> Outcome {
    let applied = schema::run(&app::target(config)).map_err(Error::from)?;
    for name in &applied {
        say(format_args!("applied {name}"))?;
    }
    if applied.is_empty() {
        say("the database schema is up to date")?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn reindex(config: &Config) -> Outcome {
    let app = app::context(config)?;
    let bar = bar(0, "reindex");
    let built = indexer::rebuild_now(
        &app,
        &config.index_path(),
        config.index_memory_mb.bytes(),
        |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        },
    );
    bar.finish_and_clear();
    let count = built.map_err(|error| match error {
        IndexerError::InUse(path) => Failure::Failed(format!(
            "a running server uses the search index in {}; stop it first",
            path.display()
        )),
        other => Failure::failed(other),
    })?;
    say(format_args!("the search index holds {count} listings")).map(done)
}

pub(super) fn openapi() -> Outcome {
    let text = crate::http::openapi::document()
        .to_pretty_json()
        .map_err(Failure::failed)?;
    say(text).map(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::Taxonomies;

    #[test]
    fn a_wrong_code_of_a_scope_is_named_by_its_flag() {
        let codes = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let errors = Scope::parse(Taxonomies::embedded(), &codes(&["food", "cookery"]), &codes(&["1"])).unwrap_err();
        let Failure::Usage(words) = wrong_scope(&errors) else {
            panic!("not a mistake of usage")
        };
        let lines: Vec<_> = words.lines().collect();
        assert!(lines[0].starts_with("--field 2: "), "{words}");
        assert!(lines[1].starts_with("vptex: --commune 1: "), "{words}");
    }
}
