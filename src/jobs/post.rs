//! The ways in which a letter leaves.

use std::error::Error as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::{self, SmtpTransport};
use lettre::{Message, Transport};

use crate::domain::ids::LetterId;
use crate::service::letters::render::Rendered;

/// How long a server may take for one answer. A whole dialogue stays well below the lease of a letter.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most characters of an error that are kept.
const MOST: usize = 200;

/// How letters leave, as the operator chose.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// They wait.
    Hold,
    /// To standard error.
    Console,
    /// Each into a file of this directory.
    File(PathBuf),
    /// To a submission server.
    Smtp(SmtpServer),
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Must change to TLS before anything is said.
    Starttls,
    /// TLS from the first byte.
    Implicit,
    /// None: for a server on this machine, which the configuration has checked.
    None,
}

/// A submission server.
#[derive(Clone)]
pub struct SmtpServer {
    /// Its name, for which its certificate must be valid.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// User and password.
    pub credentials: Option<(String, String)>,
}

impl std::fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmtpServer({}:{}, {:?})", self.host, self.port, self.protection)
    }
}

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether to try again is useless.
    pub is_permanent: bool,
    /// For officers: one short line without addresses and secrets.
    pub cause: String,
}

impl Failure {
    /// A failure that may pass.
    pub fn passing(cause: impl std::fmt::Display) -> Self {
        Self {
            is_permanent: false,
            cause: harmless(&cause.to_string()),
        }
    }

    /// One that will not.
    pub fn permanent(cause: impl std::fmt::Display) -> Self {
        Self {
            is_permanent: true,
            cause: harmless(&cause.to_string()),
        }
    }
}

/// An open way out.
pub(super) enum Post {
    Console,
    File(PathBuf),
    Smtp(Box<SmtpTransport>),
}

impl Post {
    /// Opens the way; nothing when letters are to wait.
    pub(super) fn open(delivery: &Delivery) -> Result<Option<Self>, smtp::Error> {
        Ok(match delivery {
            Delivery::Hold => None,
            Delivery::Console => Some(Self::Console),
            Delivery::File(folder) => Some(Self::File(folder.clone())),
            Delivery::Smtp(server) => Some(Self::Smtp(Box::new(transport(server)?))),
        })
    }

    pub(super) fn deliver(&self, id: LetterId, message: &Message, rendered: &Rendered) -> Result<(), Failure> {
        match self {
            Self::Console => print(message, rendered).map_err(Failure::passing),
            Self::File(folder) => write(folder, id, &message.formatted()).map_err(Failure::passing),
            Self::Smtp(transport) => transport.send(message).map(drop).map_err(|error| failure(&error)),
        }
    }
}

fn transport(server: &SmtpServer) -> Result<SmtpTransport, smtp::Error> {
    let builder = match server.protection {
        // Both demand a valid certificate, and the first a server that offers TLS.
        Protection::Starttls => SmtpTransport::starttls_relay(&server.host)?,
        Protection::Implicit => SmtpTransport::relay(&server.host)?,
        Protection::None => SmtpTransport::builder_dangerous(&server.host),
    };
    let builder = builder.port(server.port).timeout(Some(PATIENCE));
    Ok(match &server.credentials {
        Some((user, password)) => builder.credentials(Credentials::new(user.clone(), password.clone())),
        None => builder,
    }
    .build())
}

/// Refused for good is what the server refuses of this letter. That it does not let us in (530, 534, 535, 538) is a
/// matter of configuration: the letters wait until somebody mends it.
fn failure(error: &smtp::Error) -> Failure {
    let status = error.status().map(|code| code.to_string());
    let is_about_us = matches!(status.as_deref(), Some("530" | "534" | "535" | "538"));
    let mut cause = error.to_string();
    let mut source = error.source().and_then(std::error::Error::source);
    while let Some(inner) = source {
        cause = format!("{cause}: {inner}");
        source = inner.source();
    }
    Failure {
        is_permanent: error.is_permanent() && !is_about_us,
        cause: harmless(&cause),
    }
}

/// Servers repeat in their refusals what they were told: addresses go, and so does whatever is as long as a token.
fn harmless(cause: &str) -> String {
    let words = cause
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty());
    let masked = words.map(|word| {
        if word.contains('@') {
            "[address]"
        } else if word.chars().count() >= 40 {
            "[…]"
        } else {
            word
        }
    });
    let line = masked.collect::<Vec<_>>().join(" ");
    line.chars().take(MOST).collect()
}

/// The text as people read it, not as it is encoded for the wire: a link must be usable as it stands there.
fn print(message: &Message, rendered: &Rendered) -> io::Result<()> {
    let to: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
    let letter = format!(
        "----- letter to {} -----\n{}\n\n{}----- end of letter -----\n",
        to.join(", "),
        rendered.subject,
        rendered.text
    );
    io::stderr().lock().write_all(letter.as_bytes())
}

/// A whole file or none, which only its owner can read: the letter holds a token. Written again, it is the same file.
fn write(folder: &Path, id: LetterId, bytes: &[u8]) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!("{id}.tmp"));
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(bytes)?;
    failpoint!("mail.letter.written", io::Error::other);
    file.sync_all()?;
    fs::rename(&draft, folder.join(format!("{id}.eml")))?;
    failpoint!("mail.letter.renamed", io::Error::other);
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_error_names_nobody() {
        let token = "A".repeat(64);
        let cause = format!("permanent error (550): 5.1.1 <lan@example.vn>:\r\n no such user\u{7} {token} bye");
        let kept = harmless(&cause);
        assert_eq!(kept, "permanent error (550): 5.1.1 [address] no such user […] bye");
        assert_eq!(harmless(&"dài ".repeat(500)).chars().count(), MOST);
    }

    #[test]
    fn a_file_is_its_owners_only() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("data/mail");
        let id = LetterId(uuid::Uuid::from_u128(7));
        write(&folder, id, b"one").unwrap();
        write(&folder, id, b"two").unwrap();
        let path = folder.join(format!("{id}.eml"));
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft stays behind");
    }

    #[test]
    fn a_password_is_not_printed() {
        let server = SmtpServer {
            host: "mail.example".into(),
            port: 587,
            protection: Protection::Starttls,
            credentials: Some(("vptex".into(), "hush-hush".into())),
        };
        assert!(!format!("{:?}", Delivery::Smtp(server)).contains("hush"));
    }
}
