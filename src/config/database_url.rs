//! Which database, and how to reach it. The kind is read from the scheme and never guessed: libpq and SQLite both accept
//! almost any string, and a guess once made a SQLite file called `host=127.0.0.1`.

mod libpq;

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::password;
use super::value::{Literal, Value, is_loopback_host, split_port};

/// Stands in for a password wherever a database address is shown.
pub const REDACTED: &str = "***";

/// A database that the server can run on.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(PostgresUrl),
}

/// The address of a PostgreSQL database. `Debug` and `Display` show it without its password.
#[derive(Clone)]
pub struct PostgresUrl {
    full: SecretString,
    shown: String,
    hosts: Vec<String>,
    user: String,
    database: String,
    password: Option<SecretString>,
}

impl PostgresUrl {
    /// The address as libpq wants it, password included.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.full.expose_secret()
    }

    /// Hosts that are not this machine; empty for loopback addresses and Unix sockets.
    #[must_use]
    pub fn remote_hosts(&self) -> Vec<&str> {
        self.hosts
            .iter()
            .map(String::as_str)
            .filter(|host| !is_loopback_host(host))
            .collect()
    }

    /// What is wrong with the password that the address carries, if it carries one.
    pub(super) fn weakness(&self) -> Option<&'static str> {
        let password = self.password.as_ref()?;
        password::weakness(password.expose_secret(), &[&self.user, &self.database])
    }

    /// Whether the address carries any password.
    #[must_use]
    pub fn carries_password(&self) -> bool {
        self.password.is_some()
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PostgresUrl({:?})", self.shown)
    }
}

impl Value for DatabaseUrl {
    const KIND: &'static str = "URL";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        const ACCEPTED: &str = "accepted are sqlite://PATH, postgres://… and postgresql://…";
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!("no scheme; {ACCEPTED}"));
        };
        match scheme {
            "sqlite" => sqlite(rest).map(Self::Sqlite),
            "postgres" | "postgresql" => postgres(scheme, rest).map(Self::Postgres),
            // Only a well-formed scheme is repeated: anything else may be a password that contains "://".
            other if !other.is_empty() && other.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) => {
                Err(format!("scheme {other:?} is not supported; {ACCEPTED}"))
            }
            _malformed => Err(format!("no scheme; {ACCEPTED}")),
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => url.to_string(),
        }
    }
}

fn sqlite(path: &str) -> Result<PathBuf, String> {
    if path.is_empty() {
        return Err(String::from("sqlite:// needs the path of a file"));
    }
    if path.contains(":memory:") {
        return Err(String::from(
            "a database in memory is lost at exit; give the path of a file",
        ));
    }
    if path.contains(['?', '#']) {
        return Err(String::from("sqlite://PATH takes no parameters"));
    }
    Ok(PathBuf::from(path))
}

/// What stands behind the scheme, taken apart and not decoded.
struct Parts<'a> {
    /// Name and password.
    user: Option<&'a str>,
    /// Hosts and database.
    place: &'a str,
    parameters: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(rest: &'a str) -> Self {
        let (user, location) = match rest.split_once(['@', '/']) {
            Some((user, location)) if rest.starts_with(&format!("{user}@")) => (Some(user), location),
            _no_user => (None, rest),
        };
        let (place, parameters) = match location.split_once('?') {
            Some((place, parameters)) => (place, Some(parameters)),
            None => (location, None),
        };
        Self {
            user,
            place,
            parameters,
        }
    }
}

/// Follows libpq's reading of `[user[:password]@][host][,…][/database][?parameters]`, and refuses what libpq would read
/// otherwise than it looks, which is how a password with an unescaped `@` or `/` ends up as a host name in a log.
fn postgres(scheme: &str, rest: &str) -> Result<PostgresUrl, String> {
    const ESCAPE: &str = "write @ : / ? # and % of a user name or password as %40 %3A %2F %3F %23 %25";
    let Parts {
        user,
        place,
        parameters,
    } = Parts::of(rest);
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    if authority.contains('@') || database.contains(['@', '/']) {
        return Err(format!("cannot be read without doubt; {ESCAPE}"));
    }

    let mut hosts = Vec::new();
    for host_and_port in authority.split(',') {
        let (host, port) = split_port(host_and_port);
        if port.is_some_and(|port| !port.is_empty() && port.parse::<u16>().is_err()) {
            return Err(format!("a port is not a number; {ESCAPE}"));
        }
        hosts.push(percent_decoded(host)?);
    }

    let mut addresses = Vec::new();
    let mut user_name = String::new();
    let mut database = percent_decoded(database)?;
    let mut password = None;
    let mut shown = format!("{scheme}://");
    if let Some(user) = user {
        let (name, secret) = user
            .split_once(':')
            .map_or((user, None), |(name, secret)| (name, Some(secret)));
        if name.contains('?') {
            return Err(format!("cannot be read without doubt; {ESCAPE}"));
        }
        shown.push_str(name);
        user_name = percent_decoded(name)?;
        if let Some(secret) = secret {
            password = Some(percent_decoded(secret)?);
            shown.push(':');
            shown.push_str(REDACTED);
        }
        shown.push('@');
    }
    shown.push_str(place);

    let mut separator = '?';
    for parameter in parameters
        .unwrap_or_default()
        .split('&')
        .filter(|parameter| !parameter.is_empty())
    {
        let (name, value) = parameter.split_once('=').ok_or("a parameter after ? has no value")?;
        let name = percent_decoded(name)?;
        shown.push(separator);
        separator = '&';
        shown.push_str(&name);
        shown.push('=');
        if name.contains("password") {
            shown.push_str(REDACTED);
            if name == "password" {
                password = Some(percent_decoded(value)?);
            }
            continue;
        }
        shown.push_str(value);
        // Parameters win over the authority in libpq.
        let value = percent_decoded(value)?;
        match name.as_str() {
            "host" => hosts = value.split(',').map(String::from).collect(),
            "hostaddr" => addresses = value.split(',').map(String::from).collect(),
            "user" => user_name = value,
            "dbname" => database = value,
            _ => {}
        }
    }
    // Where there is an address, libpq connects to it, whatever the name of the host says.
    hosts.resize(hosts.len().max(addresses.len()), String::new());
    for (host, address) in hosts.iter_mut().zip(addresses) {
        if !address.is_empty() {
            *host = address;
        }
    }

    Ok(PostgresUrl {
        full: SecretString::from(format!("{scheme}://{rest}")),
        shown,
        hosts,
        user: user_name,
        database,
        password: password.filter(|password| !password.is_empty()).map(SecretString::from),
    })
}

fn percent_decoded(text: &str) -> Result<String, String> {
    const MALFORMED: &str = "contains a % that is not followed by two hexadecimal digits, or text that is not UTF-8";
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let value = digit()
            .zip(digit())
            .map(|(high, low)| high * 16 + low)
            .ok_or(MALFORMED)?;
        bytes.push(u8::try_from(value).map_err(|_ignored| MALFORMED)?);
    }
    String::from_utf8(bytes).map_err(|_ignored| String::from(MALFORMED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres_url(text: &str) -> PostgresUrl {
        match DatabaseUrl::parse(text) {
            Ok(DatabaseUrl::Postgres(url)) => url,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_scheme_decides_and_nothing_else() {
        assert!(
            matches!(DatabaseUrl::parse("sqlite:///var/lib/v.db"), Ok(DatabaseUrl::Sqlite(path)) if path.as_os_str() == "/var/lib/v.db")
        );
        assert!(
            matches!(DatabaseUrl::parse("sqlite://v.db"), Ok(DatabaseUrl::Sqlite(path)) if path.as_os_str() == "v.db")
        );
        assert!(matches!(
            DatabaseUrl::parse("postgresql:///vptex?host=/run/postgresql"),
            Ok(DatabaseUrl::Postgres(_))
        ));
        for (text, expected) in [
            ("mysql://root@db/x", "\"mysql\""),
            ("data.sqlite3", "no scheme"),
            ("host=127.0.0.1 dbname=x", "no scheme"),
            ("sqlite://", "needs the path"),
            ("sqlite://:memory:", "memory"),
            ("sqlite://a.db?mode=ro", "parameters"),
            ("my p://ass", "no scheme"),
        ] {
            let message = DatabaseUrl::parse(text).err().unwrap_or_default();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://vptex:s3cr3t%40x@db.example/vptex",
            "postgres://vptex:s3cr3t?x@db.example/vptex",
            "postgres://vptex@db.example/vptex?sslmode=prefer&password=s3cr3t",
            "postgresql://vptex:s3cr3t@a:5432,b:5433/vptex?sslpassword=s3cr3t",
        ] {
            let url = postgres_url(text);
            assert!(
                !format!("{url} {url:?} {}", DatabaseUrl::Postgres(url.clone()).show()).contains("s3cr3t"),
                "{url}"
            );
            assert!(url.expose().contains("s3cr3t"));
            assert!(url.carries_password());
        }
    }

    #[test]
    fn a_password_that_is_a_name_is_weak_wherever_the_name_stands() {
        for text in [
            "postgres://san_giao_dich:san_giao_dich@db/x",
            "postgres://u:san_giao_dich@db/san_giao_dich",
            "postgres://u:san_giao_dich@db/x?dbname=San_Giao_Dich",
            "postgres://db/x?password=san%5Fgiao_dich&user=san_giao_dich",
        ] {
            assert_eq!(
                postgres_url(text).weakness(),
                Some("the name of the user or of the database"),
                "{text}"
            );
        }
        assert_eq!(postgres_url("postgres://u:san_giao_dich@db/x").weakness(), None);
        assert_eq!(postgres_url("postgres://u@db/x").weakness(), None);
    }

    #[test]
    fn an_unescaped_password_is_refused_without_repeating_it() {
        for text in [
            "postgres://u:s3c@ret@db/x",
            "postgres://u:s3c/ret@db/x",
            "postgres://u:1/s3c@db/x",
            "postgres://u:s3c%zz@db/x",
            "postgres://db?password=s3c@x",
        ] {
            let message = DatabaseUrl::parse(text).err().unwrap_or_default();
            assert!(message.contains('%') && !message.contains("s3c"), "{text}: {message}");
        }
    }

    #[test]
    fn hosts_come_from_the_authority_or_the_parameters() {
        assert_eq!(
            postgres_url("postgres://u@db.example:5432/x").remote_hosts(),
            ["db.example"]
        );
        assert_eq!(
            postgres_url("postgres://u@localhost,10.0.0.1/x").remote_hosts(),
            ["10.0.0.1"]
        );
        assert_eq!(
            postgres_url("postgres:///x?host=db.example").remote_hosts(),
            ["db.example"]
        );
        assert_eq!(
            postgres_url("postgres:///x?hostaddr=10.0.0.5&host=localhost").remote_hosts(),
            ["10.0.0.5"]
        );
        assert_eq!(
            postgres_url("postgres://a.example,b.example/x?hostaddr=127.0.0.1,").remote_hosts(),
            ["b.example"]
        );
        for local in [
            "postgres://db.example/x?hostaddr=127.0.0.1",
            "postgres:///x",
            "postgres://[::1]:5432/x",
            "postgres://%2Frun%2Fpostgresql/x",
            "postgres://127.0.0.9/x",
        ] {
            assert!(postgres_url(local).remote_hosts().is_empty(), "{local}");
        }
    }
}
