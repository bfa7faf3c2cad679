//! Whether a document of Office's (a zip with XML in it, ECMA-376) only holds text, numbers and pictures: no macros, no
//! objects of other programs, nothing that it fetches when it is opened. Runs in the child process only.
//!
//! What an entry's head says of its size is not believed: bytes are counted as they are unpacked, those of documents
//! within the document (the numbers behind a chart) with the others.

mod markup;
mod words;

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use self::markup::{is_markup, read_part, read_types};
use crate::domain::file::{FileFault, MAX_ENTRIES, MediaType};

/// What the first entry of a zip begins with.
pub(super) const MAGIC: &[u8] = b"PK\x03\x04";
/// Most bytes of everything once it is unpacked.
const MAX_UNPACKED: u64 = 100 << 20;
/// Times that everything may be larger once it is unpacked.
const MAX_RATIO: u64 = 100;
/// So little may be in any ratio.
const HARMLESS: u64 = 4 << 20;
/// What a zip's list of entries ends with, when no comment follows.
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
/// So much of a part tells whether it is markup.
const HEAD: u64 = 256;

/// Parts that are XML, by the ends of their names. `psmdcp` is what .NET calls the properties of a document.
const MARKUP: [&str; 5] = ["xml", "rels", "vml", "svg", "psmdcp"];
/// Other parts of which a document is made: pictures, fonts, films. Whatever else there is belongs to another program.
const ENDS: [&str; 21] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp", "ico", "webp", "odttf",
    "fntdata", "ttf", "mp4", "m4a", "mp3", "wav",
];
/// Documents that may lie in a document.
const INNER: [&str; 3] = [".docx", ".xlsx", ".pptx"];

/// Reads a document; which of the three it is.
pub(super) fn check(bytes: &[u8]) -> Result<MediaType, FileFault> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut left = MAX_UNPACKED.min(length.saturating_mul(MAX_RATIO).max(HARMLESS));
    check_archive(bytes, &mut left, true)
}

fn broken<T>(_: T) -> FileFault {
    FileFault::Broken
}

fn check_archive(bytes: &[u8], left: &mut u64, may_hold_documents: bool) -> Result<MediaType, FileFault> {
    let end = bytes
        .len()
        .checked_sub(END_LENGTH)
        .and_then(|at| bytes.get(at..))
        .unwrap_or_default();
    if !end.starts_with(END) {
        let has_end = bytes.windows(END.len()).any(|part| part == END);
        return Err(if has_end { FileFault::Surplus } else { FileFault::Broken });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.offset() != 0 {
        return Err(FileFault::Surplus);
    }
    if archive.len() > MAX_ENTRIES {
        return Err(FileFault::TooManyEntries);
    }
    // One name twice, entries that share bytes, or two heads that differ: what one program reads is not what another does.
    archive
        .validate_header_consistency()
        .map_err(|_why| FileFault::UnsafeEntry)?;
    let mut found = None;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(_) => FileFault::Encrypted,
            _ => FileFault::Broken,
        })?;
        let name = entry.name().map_err(broken)?.into_owned();
        if entry.encrypted() {
            return Err(FileFault::Encrypted);
        }
        if entry.is_symlink() || !is_plain_path(&name) {
            return Err(FileFault::UnsafeEntry);
        }
        let sort = PartSort::of(&name)?;
        let mut content = Counted {
            inner: entry,
            left: &mut *left,
        };
        let checked = match sort {
            PartSort::Types => read_types(&mut content).map(|media| found = media),
            PartSort::Xml => read_part(&mut content),
            PartSort::Document if may_hold_documents => {
                let mut inner = Vec::new();
                match content.read_to_end(&mut inner) {
                    Ok(_) => check_archive(&inner, content.left, false).map(drop),
                    Err(_) => Err(FileFault::Broken),
                }
            }
            PartSort::Document => Err(FileFault::EmbeddedObject),
            PartSort::Bytes => read_bytes(&mut content),
        };
        // Whatever else was seen: that was why it ended.
        if *content.left == 0 {
            return Err(FileFault::TooLargeUnpacked);
        }
        checked?;
    }
    found.ok_or(FileFault::UnknownType)
}

/// A relative path without ways up.
fn is_plain_path(name: &str) -> bool {
    let has_strange = name.contains(['\\', ':', '\0']) || name.chars().any(char::is_control);
    let has_ways = name.split('/').any(|part| part == ".." || part == ".");
    !has_strange && !has_ways && !name.starts_with('/') && !name.is_empty()
}

/// What is done with an entry.
#[derive(Clone, Copy)]
enum PartSort {
    /// The list of types, `[Content_Types].xml`.
    Types,
    /// Markup.
    Xml,
    /// A document within the document.
    Document,
    /// A picture, a font, a folder.
    Bytes,
}

impl PartSort {
    fn of(name: &str) -> Result<Self, FileFault> {
        let name = name.to_ascii_lowercase();
        let (folder, last) = name.rsplit_once('/').unwrap_or(("", &name));
        if last.is_empty() {
            return Ok(Self::Bytes);
        }
        if name == "[content_types].xml" {
            return Ok(Self::Types);
        }
        if last.starts_with("vbaproject") || last.starts_with("vbadata") {
            return Err(FileFault::Macros);
        }
        if folder
            .split('/')
            .any(|part| matches!(part, "activex" | "ctrlprops" | "webextensions"))
        {
            return Err(FileFault::EmbeddedObject);
        }
        if folder.split('/').any(|part| part == "macrosheets") {
            return Err(FileFault::Macros);
        }
        if INNER.iter().any(|end| last.ends_with(end)) {
            return Ok(Self::Document);
        }
        // How to print a sheet, in the words of the printer's driver; nothing reads it but that driver.
        if folder.ends_with("printersettings") && last.ends_with(".bin") {
            return Ok(Self::Bytes);
        }
        match last.rsplit_once('.') {
            Some((_, end)) if MARKUP.contains(&end) => Ok(Self::Xml),
            Some((_, end)) if ENDS.contains(&end) => Ok(Self::Bytes),
            _ => Err(FileFault::EmbeddedObject),
        }
    }
}

/// Reads until the budget is used up.
struct Counted<'a, R> {
    inner: R,
    left: &'a mut u64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        *self.left = self.left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        if *self.left == 0 {
            return Err(io::Error::other("too much"));
        }
        Ok(read)
    }
}

/// Reads what is no markup by its name. It must not be any: some programs go by the relationship that leads to a part, and
/// would read as a header what is called a picture.
fn read_bytes(content: &mut impl Read) -> Result<(), FileFault> {
    let mut head = Vec::new();
    content.by_ref().take(HEAD).read_to_end(&mut head).map_err(broken)?;
    if is_markup(&head) {
        return Err(FileFault::EmbeddedObject);
    }
    io::copy(content, &mut io::sink()).map(drop).map_err(broken)
}
