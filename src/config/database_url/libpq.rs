//! The address of a PostgreSQL database as PostgreSQL's own programs are told it: in variables of their environment, so
//! that no password stands on a command line, which everybody on the machine can read.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;

use super::{Parts, PostgresUrl, percent_decoded, split_port};

/// Parameters of addresses, and the variables that mean the same.
const VARIABLES: [(&str, &str); 24] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("dbname", "PGDATABASE"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("service", "PGSERVICE"),
    ("options", "PGOPTIONS"),
    ("sslmode", "PGSSLMODE"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcrl", "PGSSLCRL"),
    ("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    ("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    ("requirepeer", "PGREQUIREPEER"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("gssencmode", "PGGSSENCMODE"),
    ("krbsrvname", "PGKRBSRVNAME"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("client_encoding", "PGCLIENTENCODING"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("load_balance_hosts", "PGLOADBALANCEHOSTS"),
];

/// Parameters that have no variable and say nothing about which database is meant or how it is reached.
const PASSED_OVER: [&str; 7] = [
    "application_name",
    "fallback_application_name",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
];

impl PostgresUrl {
    /// The variables. An error, without secrets, when the address says something that no variable can.
    pub fn variables(&self) -> Result<Vec<(&'static str, String)>, String> {
        let full = self.full.expose_secret();
        let (_, rest) = full.split_once("://").unwrap_or_default();
        let Parts {
            user,
            place,
            parameters,
        } = Parts::of(rest);
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        let mut said: BTreeMap<&'static str, String> = BTreeMap::new();
        let (hosts, ports): (Vec<&str>, Vec<Option<&str>>) = authority.split(',').map(split_port).unzip();
        let ports: Vec<&str> = ports.into_iter().map(Option::unwrap_or_default).collect();
        said.insert("PGHOST", percent_decoded(&hosts.join(","))?);
        said.insert("PGPORT", ports.join(","));
        said.insert("PGDATABASE", percent_decoded(database)?);
        let (name, password) = user
            .unwrap_or_default()
            .split_once(':')
            .unwrap_or((user.unwrap_or_default(), ""));
        said.insert("PGUSER", percent_decoded(name)?);
        said.insert("PGPASSWORD", percent_decoded(password)?);
        // Parameters win over what stands before them, as in libpq.
        for parameter in parameters
            .unwrap_or_default()
            .split('&')
            .filter(|text| !text.is_empty())
        {
            let (name, value) = parameter.split_once('=').ok_or("a parameter after ? has no value")?;
            let name = percent_decoded(name)?;
            match VARIABLES.iter().find(|(known, _)| *known == name) {
                Some((_, variable)) => drop(said.insert(variable, percent_decoded(value)?)),
                None if PASSED_OVER.contains(&name.as_str()) => {}
                None => {
                    return Err(format!(
                        "pg_dump and pg_restore cannot be told the parameter {name} of the address"
                    ));
                }
            }
        }
        // Empty means to libpq what it means to say nothing, but for lists of which something is said.
        said.retain(|_, value| value.chars().any(|letter| letter != ','));
        Ok(said.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DatabaseUrl, Value};

    fn variables(url: &str) -> Result<Vec<(&'static str, String)>, String> {
        match DatabaseUrl::parse(url).unwrap() {
            DatabaseUrl::Postgres(url) => url.variables(),
            DatabaseUrl::Sqlite(path) => panic!("{}", path.display()),
        }
    }

    #[test]
    fn an_address_becomes_variables() {
        let said = |url: &str| {
            let said: Vec<String> = variables(url)
                .unwrap()
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            said.join(" ")
        };
        for (url, expected) in [
            (
                "postgres://vptex:m%40t%2Fkh%E1%BA%A9u@db.example:5433/exchange",
                "PGDATABASE=exchange PGHOST=db.example PGPASSWORD=m@t/khẩu PGPORT=5433 PGUSER=vptex",
            ),
            ("postgresql:///exchange", "PGDATABASE=exchange"),
            (
                "postgres://u@[::1]:5433,db2/x?sslmode=require&connect_timeout=3&keepalives=1",
                "PGCONNECT_TIMEOUT=3 PGDATABASE=x PGHOST=::1,db2 PGPORT=5433, PGSSLMODE=require PGUSER=u",
            ),
            (
                "postgres://u:p@h/x?host=/var/run/postgresql&user=other&dbname=y",
                "PGDATABASE=y PGHOST=/var/run/postgresql PGPASSWORD=p PGUSER=other",
            ),
            (
                "postgres://u@%2Fvar%2Frun/x?password=q%20r",
                "PGDATABASE=x PGHOST=/var/run PGPASSWORD=q r PGUSER=u",
            ),
        ] {
            assert_eq!(said(url), expected, "{url}");
        }
        let refused = variables("postgres://u:hunter2@h/x?sslpassword=hunter3").unwrap_err();
        assert!(
            refused.contains("sslpassword") && !refused.contains("hunter"),
            "{refused}"
        );
    }
}
