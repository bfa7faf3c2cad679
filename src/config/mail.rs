//! Values that say how letters leave: the transport, the sender, and the submission server with its password.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::database_url::REDACTED;
use super::value::{Literal, Value, is_loopback_host, word_choice};
use super::{Config, Finding, Severity};
use crate::domain::account::Email;
use crate::domain::text::Line;

word_choice! {
    /// How letters leave.
    MailTransport {
        /// Each into a file.
        File = "file",
        /// To standard error.
        Console = "console",
        /// To a submission server.
        Smtp = "smtp",
        /// Not at all: they wait.
        Hold = "hold",
    } "\"file\", \"console\", \"smtp\", \"hold\""
}

word_choice! {
    /// How the connection to the submission server is protected.
    SmtpTls {
        /// Begins in clear text and must change to TLS before anything is said (RFC 3207).
        Starttls = "starttls",
        /// TLS from the first byte (RFC 8314).
        Implicit = "implicit",
        /// Not at all: for a server on this machine.
        None = "none",
    } "\"starttls\", \"implicit\", \"none\""
}

impl SmtpTls {
    /// The port on which servers expect this.
    #[must_use]
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }
}

/// Who letters come from: `address`, or `Name <address>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name, if there is one.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

impl Value for Sender {
    const KIND: &'static str = "address, or \"Name <address>\"";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is neither an address nor \"Name <address>\"");
        let (name, address) = match text.trim().strip_suffix('>') {
            None => (None, text.trim()),
            Some(rest) => {
                let (name, address) = rest.split_once('<').ok_or_else(wrong)?;
                let name = Line::<100>::parse(name.trim().trim_matches('"')).map_err(|_violation| wrong())?;
                (Some(name.into_string()), address.trim())
            }
        };
        let address = Email::parse(address).map_err(|_violation| wrong())?.as_str().to_owned();
        Ok(Self { name, address })
    }

    fn show(&self) -> String {
        match &self.name {
            Some(name) => format!("{name} <{}>", self.address),
            None => self.address.clone(),
        }
    }
}

/// Name or address of a server, without scheme and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

impl HostName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for HostName {
    const KIND: &'static str = "host name or address";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        let is_host = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'))
            && text.len() <= 253
            // A colon is for IPv6 addresses; `host:port` is a mistake that would be looked up as a name.
            && (!text.contains(':') || text.parse::<std::net::Ipv6Addr>().is_ok());
        if is_host {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{text:?} is not a host name; the port has a key of its own"))
        }
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// One line of text, such as the name of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word(String);

impl Word {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for Word {
    const KIND: &'static str = "text";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            Err(String::from("contains a control character"))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// A password that is never shown.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl Value for Secret {
    const KIND: &'static str = "secret";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            Err(String::from("contains a control character"))
        } else if text == REDACTED {
            Err(String::from("is what stands for a hidden password, not one"))
        } else {
            Ok(Self(SecretString::from(text.to_owned())))
        }
    }

    fn show(&self) -> String {
        String::from(REDACTED)
    }
}

/// What is wrong or doubtful about the way letters leave.
pub(super) fn check(config: &Config, findings: &mut Vec<Finding>) {
    let mut find = |severity, key, message: String| {
        findings.push(Finding {
            severity,
            key: Some(key),
            message,
        });
    };
    match config.mail_transport {
        MailTransport::Smtp => check_smtp(config, &mut find),
        MailTransport::File | MailTransport::Console if !config.public_url.is_loopback() => find(
            Severity::Warning,
            "mail_transport",
            format!(
                "{:?} sends no letters, while people reach {}; nobody can confirm an address",
                config.mail_transport.show(),
                config.public_url
            ),
        ),
        MailTransport::File | MailTransport::Console | MailTransport::Hold => {}
    }
}

fn check_smtp(config: &Config, find: &mut impl FnMut(Severity, &'static str, String)) {
    let needed = |what: &str| format!("is needed to send letters by SMTP: {what}");
    match &config.smtp_host {
        None => find(
            Severity::Error,
            "smtp_host",
            needed("the name of the submission server"),
        ),
        Some(host) if config.smtp_tls == SmtpTls::None && !is_loopback_host(host.as_str()) => find(
            Severity::Error,
            "smtp_tls",
            format!(
                "\"none\" would send letters and password to {} in clear text; it is for this machine only",
                host.as_str()
            ),
        ),
        Some(_) => {}
    }
    if config.mail_from.is_none() {
        find(
            Severity::Error,
            "mail_from",
            needed("the address that letters come from"),
        );
    }
    if config.smtp_user.is_some() != config.smtp_password.is_some() {
        find(
            Severity::Error,
            "smtp_password",
            String::from("and smtp_user belong together; give both or neither"),
        );
    }
}
