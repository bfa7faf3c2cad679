//! Certificates that the exchange printed, which come back as papers of dossiers. They have their signed record within them, and
//! files within a PDF are refused: what is taken is what the program prints of a record, to the last byte, so that there is no other
//! file within it. Anybody can print one with this program: who signed the record is asked where the keys are, so that what is within is
//! told. Runs in the child process only.

use serde::{Deserialize, Serialize};

use super::pdf;
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::file::FileFault;
use crate::print;

/// The file within a certificate, in the one form in which it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Within {
    record: CertificateRecord,
    jws: String,
}

/// Pages of a certificate that the program printed, with the file within it; nothing of any other file.
pub(super) fn look(bytes: &[u8]) -> Option<Result<(u32, String), FileFault>> {
    let attached = print::attachment(bytes)?;
    let within: Within = serde_json::from_slice(&attached).ok()?;
    let mut written = serde_json::to_vec_pretty(&within).ok()?;
    written.push(b'\n');
    if written != attached {
        return None;
    }
    let printed = print::certificate(&within.record, &attached).ok()?;
    let attached = String::from_utf8(attached).ok()?;
    (printed == bytes).then(|| pdf::pages(bytes).map(|pages| (pages, attached)))
}
