//! The types a configuration value can have, each with its spelling. A value that exists is valid on its own;
//! rules that join several values, or ask the file system, are in `check.rs`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

/// How a value is spelt in a TOML file. Environment and flags are text always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// A quoted string.
    Text,
    /// A whole number.
    Integer,
}

/// A type that a configuration key may have.
pub trait Value: Sized {
    /// What a value is, in words, for the documentation.
    const KIND: &'static str;
    /// How TOML spells it.
    const LITERAL: Literal;
    /// Reads the text of any source. The message completes the sentence "key: …".
    fn parse(text: &str) -> Result<Self, String>;
    /// The text that [`Value::parse`] would read again, except that secrets are redacted.
    fn show(&self) -> String;
    /// The number to hold against the range of the key.
    fn number(&self) -> Option<u64> {
        None
    }
}

pub(super) fn parse_number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_ignored: N::Err| format!("{text:?} is not a whole number within reach"))
}

macro_rules! plain_numbers {
    ($($type:ty),+) => {$(
        impl Value for $type {
            const KIND: &'static str = "number";
            const LITERAL: Literal = Literal::Integer;
            fn parse(text: &str) -> Result<Self, String> {
                parse_number(text)
            }
            fn show(&self) -> String {
                self.to_string()
            }
            fn number(&self) -> Option<u64> {
                u64::try_from(*self).ok()
            }
        }
    )+};
}

plain_numbers!(u16, u32, usize);

/// A length of time, counted in units of `UNIT` seconds. The unit is in the type so that no caller multiplies by sixty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<const UNIT: u64>(u32);

/// A whole number of seconds.
pub type Seconds = Span<1>;
/// A whole number of minutes.
pub type Minutes = Span<60>;
/// A whole number of hours.
pub type Hours = Span<3_600>;
/// A whole number of days of 24 hours.
pub type Days = Span<86_400>;

impl<const UNIT: u64> Span<UNIT> {
    /// A length of `count` units.
    #[must_use]
    pub const fn new(count: u32) -> Self {
        Self(count)
    }

    /// The same length as the standard library counts it.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0).saturating_mul(UNIT))
    }
}

impl<const UNIT: u64> Value for Span<UNIT> {
    const KIND: &'static str = match UNIT {
        1 => "seconds",
        60 => "minutes",
        3_600 => "hours",
        _ => "days",
    };
    const LITERAL: Literal = Literal::Integer;
    fn parse(text: &str) -> Result<Self, String> {
        parse_number(text).map(Self)
    }
    fn show(&self) -> String {
        self.0.to_string()
    }
    fn number(&self) -> Option<u64> {
        Some(u64::from(self.0))
    }
}

/// An amount of memory, counted in units of `UNIT` bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size<const UNIT: usize>(u32);

/// A whole number of KiB.
pub type Kibibytes = Size<1_024>;
/// A whole number of MiB.
pub type Mebibytes = Size<1_048_576>;

impl<const UNIT: usize> Size<UNIT> {
    /// An amount of `count` units.
    #[must_use]
    pub const fn new(count: u32) -> Self {
        Self(count)
    }

    /// The same amount in bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX).saturating_mul(UNIT)
    }
}

impl<const UNIT: usize> Value for Size<UNIT> {
    const KIND: &'static str = if UNIT == 1_024 { "KiB" } else { "MiB" };
    const LITERAL: Literal = Literal::Integer;
    fn parse(text: &str) -> Result<Self, String> {
        parse_number(text).map(Self)
    }
    fn show(&self) -> String {
        self.0.to_string()
    }
    fn number(&self) -> Option<u64> {
        Some(u64::from(self.0))
    }
}

impl Value for SocketAddr {
    const KIND: &'static str = "address:port";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        // Other names are not asked for: what they mean depends on the network, and can be several addresses.
        let named = match split_port(text) {
            (host, Some(port)) if host.eq_ignore_ascii_case("localhost") => format!("127.0.0.1:{port}"),
            _ => String::from(text),
        };
        named.parse().map_err(|_ignored: std::net::AddrParseError| {
            format!("{text:?} is not an address such as 127.0.0.1:8080, [::1]:8080 or localhost:8080")
        })
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

/// Where the metrics are served. They name routes and volumes, so only this machine may read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsListen {
    /// Not served at all.
    Off,
    /// Served on this loopback address.
    At(SocketAddr),
}

impl Value for MetricsListen {
    const KIND: &'static str = "loopback address:port, or \"off\"";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let address = <SocketAddr as Value>::parse(text)?;
        if address.ip().is_loopback() {
            Ok(Self::At(address))
        } else {
            Err(format!(
                "{address} is not a loopback address; metrics are for this machine only (or \"off\")"
            ))
        }
    }
    fn show(&self) -> String {
        match self {
            Self::Off => String::from("off"),
            Self::At(address) => address.to_string(),
        }
    }
}

impl Value for PathBuf {
    const KIND: &'static str = "path";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            Err(String::from("a path cannot be empty"))
        } else {
            Ok(Self::from(text))
        }
    }
    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl<V: Value> Value for Option<V> {
    const KIND: &'static str = V::KIND;
    const LITERAL: Literal = V::LITERAL;
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            Ok(None)
        } else {
            V::parse(text).map(Some)
        }
    }
    fn show(&self) -> String {
        self.as_ref().map(Value::show).unwrap_or_default()
    }
    fn number(&self) -> Option<u64> {
        self.as_ref().and_then(Value::number)
    }
}

/// Declares a choice between words, so that its spelling, parsing and documentation cannot drift apart.
macro_rules! word_choice {
    ($(#[doc = $doc:literal])+ $name:ident { $( $(#[doc = $variant_doc:literal])+ $variant:ident = $word:literal ),+ $(,)? } $kind:literal) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $( $(#[doc = $variant_doc])+ $variant, )+
        }

        impl Value for $name {
            const KIND: &'static str = $kind;
            const LITERAL: Literal = Literal::Text;
            fn parse(text: &str) -> Result<Self, String> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    other => Err(format!("{other:?} is not one of {}", $kind)),
                }
            }
            fn show(&self) -> String {
                String::from(match self { $( Self::$variant => $word, )+ })
            }
        }
    };
}

pub(super) use word_choice;

word_choice! {
    /// How log lines are written.
    LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object a line, for collectors.
        Json = "json",
    } "\"text\", \"json\""
}

word_choice! {
    /// Whether the server brings the database schema up to date when it starts.
    MigrateOnStart {
        /// Yes on SQLite, no on PostgreSQL, where several servers may share the database.
        Auto = "auto",
        /// Always.
        Yes = "yes",
        /// Never; start fails while a migration is missing.
        No = "no",
    } "\"auto\", \"yes\", \"no\""
}

word_choice! {
    /// Whether something is done.
    Switch {
        /// It is.
        On = "on",
        /// It is not.
        Off = "off",
    } "\"on\", \"off\""
}

word_choice! {
    /// Whether something is so.
    YesOrNo {
        /// It is.
        Yes = "yes",
        /// It is not.
        No = "no",
    } "\"yes\", \"no\""
}

word_choice! {
    /// Whose rules new passwords follow.
    PasswordRules {
        /// NIST SP 800-63B-4.
        Nist = "nist",
        /// TCVN 14423:2026.
        Tcvn = "tcvn",
    } "\"nist\", \"tcvn\""
}

/// A `tracing` filter such as `info` or `info,vptex::jobs=debug`, known to be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The filter that shows `info` and above.
    #[must_use]
    pub fn info() -> Self {
        Self(String::from("info"))
    }

    /// The text to build the filter from.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for LogFilter {
    const KIND: &'static str = "filter";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
        // tracing takes an unknown word for the name of a module, so a misspelt level would silence the log without a word.
        for directive in text.split(',') {
            if !directive.contains('=') && !LEVELS.contains(&directive.trim()) {
                return Err(format!(
                    "{directive:?} is neither a level ({}) nor target=level",
                    LEVELS.join(", ")
                ));
            }
        }
        EnvFilter::try_new(text).map_err(|error| format!("{text:?} is not a log filter: {error}"))?;
        Ok(Self(String::from(text)))
    }
    fn show(&self) -> String {
        self.0.clone()
    }
}

/// The address at which people reach the server: `http` or `https`, a host, perhaps a path, no trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The address of a server that only this machine reaches.
    #[must_use]
    pub fn local() -> Self {
        Self(String::from("http://127.0.0.1:8080"))
    }

    /// The address, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether people reach it over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether only this machine can reach it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let authority = self
            .0
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_default();
        is_loopback_host(split_port(authority).0)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Value for PublicUrl {
    const KIND: &'static str = "URL";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or_else(|| format!("{text:?} does not start with http:// or https://"))?;
        if let Some(bad) = rest
            .chars()
            .find(|c| !c.is_ascii_graphic() || matches!(c, '?' | '#' | '@' | '"' | '<' | '>' | '\\'))
        {
            return Err(format!(
                "{text:?} contains {bad:?}; give scheme, host, port and path only"
            ));
        }
        let (host, port) = split_port(rest.split('/').next().unwrap_or_default());
        if host.is_empty() || port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return Err(format!("{text:?} has no usable host and port"));
        }
        Ok(Self(String::from(text.trim_end_matches('/'))))
    }
    fn show(&self) -> String {
        self.0.clone()
    }
}

/// Splits `host:port` and `[v6]:port`; the host comes back without brackets.
pub(super) fn split_port(authority: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':'));
    }
    match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

/// Whether a host name, address or Unix socket directory is on this machine.
pub(super) fn is_loopback_host(host: &str) -> bool {
    host.is_empty()
        || host.starts_with('/')
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
