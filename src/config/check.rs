//! Rules that join several values or ask the file system. All are tried, so that an operator sees every mistake at once.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use super::database_url::{DatabaseUrl, PostgresUrl};
use super::{Config, Finding, Severity};

/// Memory in KiB and iterations of OWASP's equivalent minimums for Argon2id with one lane.
const ARGON2_MINIMUMS: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

/// Everything wrong or doubtful with a configuration whose single values are valid.
pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    check_directories(config, &mut findings);
    check_database(config, &mut findings);
    check_values(config, &mut findings);
    findings
}

/// The same, as far as it can be told without making or writing anything.
pub(super) fn findings_by_looking(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(DatabaseUrl::Postgres(url)) = &config.database_url {
        check_postgres(url, &mut findings);
    }
    check_values(config, &mut findings);
    findings
}

fn check_values(config: &Config, findings: &mut Vec<Finding>) {
    check_master_key(&config.master_key_path(), findings);
    check_numbers(config, findings);
    check_exposure(config, findings);
    super::bucket::check(config, findings);
    super::mail::check(config, findings);
}

fn error(key: &'static str, message: String) -> Finding {
    Finding {
        severity: Severity::Error,
        key: Some(key),
        message,
    }
}

fn warning(key: &'static str, message: String) -> Finding {
    Finding {
        severity: Severity::Warning,
        key: Some(key),
        message,
    }
}

fn check_directories(config: &Config, findings: &mut Vec<Finding>) {
    if let Err(problem) = make_writable(&config.data_dir) {
        findings.push(error(
            "data_dir",
            format!("{} is not writable: {problem}", config.data_dir.display()),
        ));
    }
    // When the data directory above it is the trouble, once is enough.
    let is_data_good = findings.is_empty();
    for (key, path, is_named) in [
        ("index_dir", config.index_path(), config.index_dir.is_some()),
        ("files_dir", config.files_path(), config.files_dir.is_some()),
    ] {
        if (is_named || is_data_good)
            && let Err(problem) = make_writable(&path)
        {
            findings.push(error(key, format!("{} is not writable: {problem}", path.display())));
        }
    }
}

/// The folders that everybody on this machine can get into, as far as they are named: the database and the files lie there, and
/// whoever can enter may copy or replace them. What lies within the data directory is shut with it.
#[must_use]
pub fn open_folders(config: &Config) -> Vec<Finding> {
    let files = config.files_dir.as_deref().map(|path| ("files_dir", path));
    let folders = [Some(("data_dir", config.data_dir.as_path())), files];
    let told = folders.into_iter().flatten().filter_map(|(key, path)| {
        let mode = shared_mode(path)?;
        let how = how_open(mode)?;
        let shown = path.display();
        let message = format!("{shown} can be {how} by everybody on this machine; run chmod 700 on it (mode {mode:o})");
        Some(warning(key, message))
    });
    told.collect()
}

/// What everybody can do with a folder of these permission bits, if anything.
fn how_open(mode: u32) -> Option<&'static str> {
    let others = mode & 0o007;
    let ways = [(0o002, "written"), (0o004, "read"), (0o001, "entered")];
    ways.into_iter().find(|(bit, _)| others & bit != 0).map(|(_, how)| how)
}

/// Creates a directory when absent, for its owner only. One that is there stays as it is, and what is missing above it is made as
/// folders usually are: others may have things there, too.
pub fn make_private(directory: &Path) -> io::Result<()> {
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Creates the directory when absent and writes to it: permissions, a read-only mount and a full disk all show.
fn make_writable(directory: &Path) -> io::Result<()> {
    make_private(directory)?;
    let probe = directory.join(format!(".vptex-write-probe-{}", std::process::id()));
    let written = fs::File::create(&probe).and_then(|mut file| file.write_all(b"probe"));
    let removed = if probe.exists() {
        fs::remove_file(&probe)
    } else {
        Ok(())
    };
    written.and(removed)
}

fn check_database(config: &Config, findings: &mut Vec<Finding>) {
    match &config.database_url {
        None => {}
        Some(DatabaseUrl::Sqlite(path)) => {
            let directory = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            if path.is_dir() {
                findings.push(error(
                    "database_url",
                    format!("{} is a directory, not a file", path.display()),
                ));
            } else if let Err(problem) = make_writable(directory) {
                findings.push(error(
                    "database_url",
                    format!("{} is not writable: {problem}", directory.display()),
                ));
            }
        }
        Some(DatabaseUrl::Postgres(url)) => check_postgres(url, findings),
    }
}

fn check_postgres(url: &PostgresUrl, findings: &mut Vec<Finding>) {
    let weakness = url.weakness();
    let remote = url.remote_hosts();
    let Some(host) = remote.first() else {
        // Whoever is on this machine can still guess it, but a trial on one's own desk is no danger to others.
        if let Some(weakness) = weakness {
            let message = format!("the password is {weakness}; choose another before this is used in earnest");
            findings.push(warning("database_url", message));
        }
        return;
    };
    if let Some(weakness) = weakness {
        let message = format!("the password for {host} is {weakness}; choose another");
        findings.push(error("database_url", message));
    }
    let message = format!(
        "the connection to {host} is not encrypted, because this build speaks to PostgreSQL without TLS; use a tunnel"
    );
    findings.push(warning("database_url", message));
}

fn check_master_key(path: &Path, findings: &mut Vec<Finding>) {
    if path.is_dir() {
        findings.push(error(
            "master_key_file",
            format!("{} is a directory, not a file", path.display()),
        ));
        return;
    }
    if let Some(mode) = shared_mode(path) {
        let message = format!(
            "{} is accessible to group or others (mode {mode:o}); run chmod 600 on it",
            path.display()
        );
        findings.push(error("master_key_file", message));
    }
}

/// The permission bits of a file that others than its owner can use, if there are any.
#[cfg(unix)]
pub(super) fn shared_mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Elsewhere permissions are not bits; the operator's own rules hold.
#[cfg(not(unix))]
pub(super) fn shared_mode(_path: &Path) -> Option<u32> {
    None
}

fn check_numbers(config: &Config, findings: &mut Vec<Finding>) {
    let (memory, iterations) = (config.argon2_memory_kib, config.argon2_iterations);
    if !ARGON2_MINIMUMS
        .iter()
        .any(|(least_memory, least)| memory >= *least_memory && iterations >= *least)
    {
        let choices = ARGON2_MINIMUMS
            .map(|(memory, iterations)| format!("{memory} KiB with {iterations}"))
            .join(", ");
        let message = format!("{memory} KiB with {iterations} iterations is weaker than OWASP's minimums: {choices}");
        findings.push(error("argon2_memory_kib", message));
    }
    if config.page_limit_default > config.page_limit_max {
        let message = format!(
            "{} is more than page_limit_max ({})",
            config.page_limit_default, config.page_limit_max
        );
        findings.push(error("page_limit_default", message));
    }
    if config.refresh_idle_days.duration() > config.refresh_absolute_days.duration() {
        findings.push(error(
            "refresh_idle_days",
            String::from("is longer than refresh_absolute_days, so it would never apply"),
        ));
    }
    if config.officer_refresh_idle_minutes.duration() > config.officer_refresh_absolute_hours.duration() {
        let message = String::from("is longer than officer_refresh_absolute_hours, so it would never apply");
        findings.push(error("officer_refresh_idle_minutes", message));
    }
}

fn check_exposure(config: &Config, findings: &mut Vec<Finding>) {
    if !config.public_url.is_https() && !config.public_url.is_loopback() {
        let message = format!(
            "{} sends passwords and tokens in clear text; put a TLS proxy in front",
            config.public_url
        );
        findings.push(warning("public_url", message));
    }
    if !config.listen.ip().is_loopback() && config.public_url.is_loopback() {
        let message = format!(
            "{} leads others to their own machine, while listen is {}",
            config.public_url, config.listen
        );
        findings.push(warning("public_url", message));
    }
}
