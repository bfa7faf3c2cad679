//! Looking for malware in what is sent, before anything of it is kept or decoded. Where somebody is to look and cannot, nothing
//! is taken.

use tracing::warn;

use super::{App, Error, ErrorCode, Result};
use crate::domain::fields::Violation;
use crate::domain::file::FileFault;
use crate::files::contents::ContentError;
use crate::files::incoming::Arrived;
use crate::files::scanner::{Found, ScanError};

/// Refuses a file in which the scanner finds something; it is at its beginning afterwards.
pub(super) async fn require_clean(app: &App, arrived: &Arrived) -> Result<()> {
    let Some(scanner) = &app.files.scanner else {
        return Ok(());
    };
    let file = arrived.file.try_clone().map_err(ContentError::Io)?;
    let found = scanner.scan(file).await;
    let outcome = match &found {
        Ok(Found::Nothing) => "clean",
        Ok(Found::Malware(_)) => "infected",
        Err(_) => "failed",
    };
    metrics::counter!("vptex_scans_total", "result" => outcome).increment(1);
    match found {
        Ok(Found::Nothing) => Ok(()),
        Ok(Found::Malware(name)) => {
            warn!(name, digest = %arrived.digest, "malware was sent and refused");
            Err(Error::field("content", Violation::File(FileFault::Infected)))
        }
        Err(failure) => Err(Error {
            log: Some(failure.to_string()),
            ..Error::from(refusal(&failure))
        }),
    }
}

/// What is told of a file into which nobody looked. Where it is only too large for the scanner, waiting does not help, and nothing is
/// wrong with it.
fn refusal(failure: &ScanError) -> ErrorCode {
    match failure {
        ScanError::TooLarge => ErrorCode::ScannerLimit,
        ScanError::Unreachable(_) | ScanError::Late | ScanError::Refused(_) => ErrorCode::ScannerUnavailable,
    }
}
