//! Where the scanner for malware is.

use std::path::PathBuf;

use super::value::{Literal, Value};

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClamdAddress {
    /// A host and its port.
    Tcp(String),
    /// A socket in the file system.
    Unix(PathBuf),
}

impl Value for ClamdAddress {
    const KIND: &'static str = "HOST:PORT, or absolute path of a socket";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('/') {
            return Ok(Self::Unix(PathBuf::from(text)));
        }
        let wrong = || format!("{text:?} is neither HOST:PORT nor the absolute path of a socket");
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_host = match bare {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                !host.is_empty()
                    && host
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
            }
        };
        if is_host && port.parse::<u16>().is_ok_and(|port| port > 0) {
            Ok(Self::Tcp(text.to_owned()))
        } else {
            Err(wrong())
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Tcp(address) => address.clone(),
            Self::Unix(path) => path.display().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_scanners() {
        for good in ["127.0.0.1:3310", "clamd:3310", "[::1]:3310", "/run/clamav/clamd.ctl"] {
            assert_eq!(ClamdAddress::parse(good).unwrap().show(), good);
        }
        for wrong in [
            "clamd",
            ":3310",
            "clamd:0",
            "clamd:99999",
            "::1:3310",
            "[clamd]:3310",
            "tcp://clamd:3310",
            "a b:1",
            "run/clamd.ctl",
        ] {
            assert!(ClamdAddress::parse(wrong).is_err(), "{wrong}");
        }
    }
}
