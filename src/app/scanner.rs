//! The scanner for malware, if one is to look into files.

use std::fmt;
use std::io;

use crate::config::{ClamdAddress, Config, Finding, Severity};
use crate::files::scanner::{Address, ScanError, Scanner};

/// Who looks for malware, as the configuration names it; nobody when it names none.
pub(super) fn scanner(config: &Config) -> Option<Scanner> {
    let address = match config.clamd_address.clone()? {
        ClamdAddress::Tcp(address) => Address::Tcp(address),
        ClamdAddress::Unix(path) => Address::Unix(path),
    };
    Some(Scanner {
        address,
        patience: config.clamd_timeout_s.duration(),
    })
}

/// A scanner that is named and does not answer.
#[derive(Debug)]
pub struct Silence {
    /// Where it should be.
    pub address: String,
    /// What came instead of its answer, in English.
    pub why: String,
    /// The same in Vietnamese; what the operating system says stays as it says it.
    pub why_vi: String,
}

impl Silence {
    /// What to do about it.
    pub const ADVICE: &'static str = "start clamd (systemctl start clamav-daemon; it needs a minute for its signatures), or \
        correct clamd_address; a socket must be open to the user of this service (group clamav)";
}

impl fmt::Display for Silence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, why, .. } = self;
        write!(
            formatter,
            "the scanner for malware at {address} does not answer ({why}), and no file is taken until it does"
        )
    }
}

impl From<Silence> for Finding {
    /// The server starts, for it does all else.
    fn from(silence: Silence) -> Self {
        Self {
            severity: Severity::Warning,
            key: Some("clamd_address"),
            message: format!("{silence}: {}", Silence::ADVICE),
        }
    }
}

/// Asks the scanner, if one is named, for two seconds at the most: whoever sends a file later should not be the first to
/// learn that nobody is there. `None` when it answers, or none is named.
pub async fn try_scanner(config: &Config) -> Option<Silence> {
    let scanner = scanner(config)?;
    let failure = scanner.try_out().await.err()?;
    let (why, why_vi) = match failure {
        ScanError::Unreachable(error) if error.kind() == io::ErrorKind::UnexpectedEof => (
            String::from("it hangs up without a word"),
            String::from("kết nối bị ngắt mà không có trả lời"),
        ),
        ScanError::Unreachable(error) => (error.to_string(), error.to_string()),
        ScanError::Late => (
            String::from("nothing came within two seconds"),
            String::from("không có gì trả về trong hai giây"),
        ),
        ScanError::Refused(words) => (format!("it says {words:?}"), format!("nó báo {words:?}")),
    };
    Some(Silence {
        address: match &scanner.address {
            Address::Tcp(address) => address.clone(),
            Address::Unix(path) => path.display().to_string(),
        },
        why,
        why_vi,
    })
}
