//! PostgreSQL's own programs, as children: only they know how a database is written into a file and read from it. What
//! they need to reach the server is told in the environment, where nobody else sees it, and never on the command line.

use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What belongs to this program's own environment and is no business of a child's.
const SECRETS: [&str; 3] = ["VPTEX_DATABASE_URL", "VPTEX_SMTP_PASSWORD", "VPTEX_S3_SECRET_KEY"];
/// How often a child is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// No more of what a child complains of is read.
const MOST_WORDS: u64 = 4_096;

/// Why one of the programs did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It is not there.
    #[error(
        "{0} is needed and was not found: install PostgreSQL's client programs (Debian: apt-get install \
         postgresql-client), or name the folder that has them with --pg-tools"
    )]
    Absent(String),
    /// It could not be started, or waited for.
    #[error("{0}: {1}")]
    Io(String, #[source] io::Error),
    /// It ended with a complaint.
    #[error("{0} failed: {1}")]
    Failed(String, String),
    /// Whoever waits for it wants to stop.
    #[error("interrupted")]
    Interrupted,
}

/// Where the programs are, and how they reach the server.
#[derive(Clone, Default)]
pub struct Programs {
    /// Their folder; where the system looks for programs without one.
    pub folder: Option<PathBuf>,
    /// Variables of libpq that say which server, database and user, with the password.
    pub access: Vec<(&'static str, String)>,
}

impl Programs {
    /// Writes the database as it is at an [exported moment](super::snapshot::Moment) into a file.
    pub fn dump(&self, moment: &str, into: &Path, goes_on: &mut dyn FnMut() -> bool) -> Result<(), ProgramError> {
        let mut command = self.command("pg_dump");
        command
            .args(["--format=custom", "--no-password"])
            .arg(format!("--snapshot={moment}"))
            .arg(option("--file=", into));
        run("pg_dump", command, goes_on)
    }

    /// Reads a file that [`dump`](Self::dump) wrote into an empty database: all of it or nothing. Everything becomes the
    /// property of whoever restores, since roles are not in the file.
    pub fn restore(&self, from: &Path, goes_on: &mut dyn FnMut() -> bool) -> Result<(), ProgramError> {
        let mut command = self.command("pg_restore");
        command
            .args(["--no-password", "--exit-on-error", "--single-transaction"])
            .args(["--no-owner", "--no-privileges"])
            // Without a database it would only print; which one, the environment says.
            .arg("--dbname=application_name=vptex-restore")
            .arg(from);
        run("pg_restore", command, goes_on)
    }

    /// Reads such a file from its beginning to its end, and unpacks everything, for nobody.
    pub fn read_through(&self, from: &Path, goes_on: &mut dyn FnMut() -> bool) -> Result<(), ProgramError> {
        let mut command = self.command("pg_restore");
        command.arg("--file=/dev/null").arg(from);
        run("pg_restore", command, goes_on)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = match &self.folder {
            Some(folder) => Command::new(folder.join(name)),
            None => Command::new(name),
        };
        for secret in SECRETS {
            command.env_remove(secret);
        }
        command
            .envs(self.access.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }
}

fn option(name: &str, value: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(name);
    option.push(value);
    option
}

fn run(name: &str, mut command: Command, goes_on: &mut dyn FnMut() -> bool) -> Result<(), ProgramError> {
    let failed = |error| ProgramError::Io(name.to_owned(), error);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => ProgramError::Absent(name.to_owned()),
        _ => failed(error),
    })?;
    let words = listen(&mut child);
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if !goes_on() {
            // It may have ended by itself meanwhile.
            drop(child.kill());
            child.wait().map_err(failed)?;
            return Err(ProgramError::Interrupted);
        }
        thread::sleep(LOOK_EVERY);
    };
    if status.success() {
        return Ok(());
    }
    let words = words.and_then(|words| words.join().ok()).unwrap_or_default();
    let words: Vec<&str> = words.split_whitespace().collect();
    Err(ProgramError::Failed(
        name.to_owned(),
        if words.is_empty() {
            status.to_string()
        } else {
            words.join(" ")
        },
    ))
}

/// Reads what a child complains of, all of it, so that it never waits for somebody to listen; keeps the beginning.
fn listen(child: &mut Child) -> Option<JoinHandle<String>> {
    let mut pipe = child.stderr.take()?;
    Some(thread::spawn(move || {
        let mut kept = Vec::new();
        // What cannot be read any more is not told.
        drop(pipe.by_ref().take(MOST_WORDS).read_to_end(&mut kept));
        drop(io::copy(&mut pipe, &mut io::sink()));
        String::from_utf8_lossy(&kept).into_owned()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A folder with a program of this name that does what a script says.
    fn folder(name: &str, script: &str) -> (tempfile::TempDir, Programs) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let programs = Programs {
            folder: Some(folder.path().to_owned()),
            access: vec![("PGPASSWORD", String::from("bí mật")), ("PGHOST", String::from("db"))],
        };
        (folder, programs)
    }

    #[test]
    fn the_password_is_in_the_environment_and_not_on_the_command_line() {
        let (place, programs) = folder(
            "pg_dump",
            "printf '%s|' \"$@\" \"$PGHOST\" \"$PGPASSWORD\" >\"${0%/*}/told\"",
        );
        programs.dump("7-1", Path::new("/x/y"), &mut || true).unwrap();
        let told = std::fs::read_to_string(place.path().join("told")).unwrap();
        assert_eq!(
            told,
            "--format=custom|--no-password|--snapshot=7-1|--file=/x/y|db|bí mật|"
        );
    }

    #[test]
    fn what_is_not_there_and_what_fails_is_told_in_one_line() {
        let (_place, programs) = folder("pg_dump", "printf 'pg_dump: error:\\n  no\\n' >&2; exit 3");
        let error = programs.dump("1", Path::new("/x"), &mut || true).unwrap_err();
        assert_eq!(error.to_string(), "pg_dump failed: pg_dump: error: no");
        let error = programs.restore(Path::new("/x"), &mut || true).unwrap_err().to_string();
        assert!(error.starts_with("pg_restore is needed and was not found"), "{error}");
        assert!(!error.contains("bí mật"), "{error}");
    }

    #[test]
    fn a_child_that_nobody_waits_for_any_more_is_ended() {
        let (_place, programs) = folder("pg_restore", "exec sleep 600");
        let mut looks = 0;
        let ended = programs.read_through(Path::new("/x"), &mut || {
            looks += 1;
            looks < 2
        });
        assert!(matches!(ended, Err(ProgramError::Interrupted)), "{ended:?}");
    }
}
