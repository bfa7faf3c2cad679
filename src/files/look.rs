//! What a file is, by what it begins with and by reading it to its end. Runs in the child process only.

use std::io::{self, Read, Write};

use super::picture::{self, Part};
use super::sandbox::Said;
use super::{office, own, pdf};
use crate::domain::file::{FileFault, MediaType};

/// Reads a file, and writes what was found and made of it.
pub fn run(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let (said, parts) = look(bytes).unwrap_or_else(|fault| {
        let fault = fault.as_str().to_owned();
        (Said::Refused { fault }, Vec::new())
    });
    serde_json::to_writer(&mut *output, &said)?;
    output.write_all(b"\n")?;
    for part in parts {
        output.write_all(&part.bytes)?;
    }
    output.flush()
}

fn look(bytes: Vec<u8>) -> Result<(Said, Vec<Part>), FileFault> {
    let passed = |found: MediaType, pages, certificate| Said::Passed {
        found: found.as_str().to_owned(),
        pages,
        certificate,
    };
    if bytes.is_empty() {
        return Err(FileFault::Empty);
    }
    if bytes.starts_with(pdf::MAGIC) {
        let (pages, certificate) = match pdf::check(&bytes) {
            Err(FileFault::EmbeddedFile) => {
                let (pages, certificate) = own::look(&bytes).unwrap_or(Err(FileFault::EmbeddedFile))?;
                (pages, Some(certificate))
            }
            looked => (looked?, None),
        };
        return Ok((passed(MediaType::Pdf, Some(pages), certificate), Vec::new()));
    }
    if bytes.starts_with(office::MAGIC) {
        return Ok((passed(office::check(&bytes)?, None, None), Vec::new()));
    }
    let (found, parts) = picture::remake(bytes)?;
    let said = Said::Made {
        found: found.as_str().to_owned(),
        parts: parts.iter().map(|part| part.described.clone()).collect(),
    };
    Ok((said, parts))
}
