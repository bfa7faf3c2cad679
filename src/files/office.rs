//! Whether a document of Office's (a zip with XML in it, ECMA-376) only holds text, numbers and pictures: no macros, no
//! objects of other programs, nothing that it fetches when it is opened. Runs in the child process only.
//!
//! What an entry's head says of its size is not believed: bytes are counted as they are unpacked, those of documents
//! within the document (the numbers behind a chart) with the others.

use std::cell::RefCell;
use std::io::{self, BufReader, Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

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
/// Fields of Word's in each other.
const MAX_FIELDS: usize = 100;

/// Parts of which a document is made, by the ends of their names: XML, pictures, fonts, films. Whatever else there is
/// belongs to another program.
const ENDS: [&str; 26] = [
    "xml", "rels", "vml", "png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svg", "wdp",
    "ico", "webp", "odttf", "fntdata", "ttf", "psmdcp", "mp4", "m4a", "mp3", "wav",
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
            PartSort::Bytes => io::copy(&mut content, &mut io::sink()).map(drop).map_err(broken),
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
        if INNER.iter().any(|end| last.ends_with(end)) {
            return Ok(Self::Document);
        }
        // How to print a sheet, in the words of the printer's driver; nothing reads it but that driver.
        if folder.ends_with("printersettings") && last.ends_with(".bin") {
            return Ok(Self::Bytes);
        }
        match last.rsplit_once('.') {
            Some((_, "xml" | "rels" | "vml")) => Ok(Self::Xml),
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

/// Reads markup to its end.
fn walk(
    content: &mut impl Read,
    mut element: impl FnMut(&BytesStart<'_>) -> Result<(), FileFault>,
    mut text: impl FnMut(&str),
) -> Result<(), FileFault> {
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().enable_all_checks(true);
    let mut buffer = Vec::new();
    let mut depth = 0_u32;
    let mut has_root = false;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(broken)? {
            Event::Eof if has_root && depth == 0 => return Ok(()),
            Event::Eof => return Err(FileFault::Broken),
            Event::DocType(_) => return Err(FileFault::Doctype),
            Event::Start(start) => {
                has_root = true;
                depth = depth.saturating_add(1);
                element(&start)?;
            }
            Event::Empty(start) => {
                has_root = true;
                element(&start)?;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(words) => text(&words.xml10_content()),
            Event::CData(words) => text(&words.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(broken)? {
                Some(sign) => text(sign.encode_utf8(&mut [0; 4])),
                // Nothing is declared, so there are only these.
                None if ["amp", "lt", "gt", "quot", "apos"].contains(&reference.as_ref()) => text(" "),
                None => return Err(FileFault::Broken),
            },
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// An attribute by its name, whatever its prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, FileFault> {
    for found in element.attributes() {
        let found = found.map_err(broken)?;
        if found.key.local_name().as_ref() == name {
            return found
                .normalized_value(XmlVersion::Implicit1_0)
                .map(|value| Some(value.into_owned()))
                .map_err(broken);
        }
    }
    Ok(None)
}

/// The list of types, which says what the document is as a whole.
fn read_types(content: &mut impl Read) -> Result<Option<MediaType>, FileFault> {
    let mut found = None;
    let element = |element: &BytesStart<'_>| {
        let kind = attribute(element, "ContentType")?
            .unwrap_or_default()
            .to_ascii_lowercase();
        if kind.contains("macroenabled") || kind.contains("vbaproject") {
            return Err(FileFault::Macros);
        }
        if kind.contains("activex") || kind.contains("oleobject") {
            return Err(FileFault::EmbeddedObject);
        }
        let media = match kind
            .strip_prefix("application/vnd.openxmlformats-officedocument.")
            .unwrap_or_default()
        {
            "wordprocessingml.document.main+xml" => MediaType::Docx,
            "spreadsheetml.sheet.main+xml" => MediaType::Xlsx,
            "presentationml.presentation.main+xml" => MediaType::Pptx,
            _ => return Ok(()),
        };
        match found.replace(media) {
            Some(other) if other != media => Err(FileFault::UnknownType),
            _ => Ok(()),
        }
    };
    walk(content, element, |_| {})?;
    Ok(found)
}

/// Any other part. Parts refer to each other and to the outside by relationships; fields of Word's may do so in words.
fn read_part(content: &mut impl Read) -> Result<(), FileFault> {
    let fields = RefCell::new(Fields::default());
    let element = |element: &BytesStart<'_>| {
        let name = element.local_name();
        fields.borrow_mut().is_instruction = name.as_ref() == "instrText";
        match name.as_ref() {
            "Relationship" => check_relationship(element),
            "fldSimple" => check_instruction(&attribute(element, "instr")?.unwrap_or_default()),
            "fldChar" => fields
                .borrow_mut()
                .mark(&attribute(element, "fldCharType")?.unwrap_or_default()),
            "ddeLink" | "oleLink" | "webPublishItem" => Err(FileFault::LoadsExternal),
            "oleObject" | "OLEObject" | "oleObj" | "control" | "altChunk" => Err(FileFault::EmbeddedObject),
            _ => Ok(()),
        }
    };
    walk(content, element, |words| fields.borrow_mut().words(words))?;
    fields
        .into_inner()
        .open
        .iter()
        .try_for_each(|words| check_instruction(words))
}

/// Fields of Word's that have begun and not ended: their words may be spread over many elements.
#[derive(Default)]
struct Fields {
    open: Vec<String>,
    is_instruction: bool,
}

impl Fields {
    fn words(&mut self, words: &str) {
        if let Some(field) = self.open.last_mut().filter(|_| self.is_instruction) {
            field.push_str(words);
        }
    }

    fn mark(&mut self, sort: &str) -> Result<(), FileFault> {
        match sort {
            // A field whose name another field makes up.
            "begin" if self.open.last().is_some_and(|field| field.trim().is_empty()) => Err(FileFault::LoadsExternal),
            "begin" if self.open.len() > MAX_FIELDS => Err(FileFault::TooComplex),
            "begin" => {
                self.open.push(String::new());
                Ok(())
            }
            "end" => check_instruction(&self.open.pop().unwrap_or_default()),
            _ => Ok(()),
        }
    }
}

/// What a relationship leads to, and whether it is followed without being asked.
fn check_relationship(element: &BytesStart<'_>) -> Result<(), FileFault> {
    let kind = attribute(element, "Type")?.unwrap_or_default().to_ascii_lowercase();
    let kind = kind.rsplit('/').next().unwrap_or_default();
    let target = attribute(element, "Target")?.unwrap_or_default().to_ascii_lowercase();
    match kind {
        "vbaproject" | "wordvbadata" => return Err(FileFault::Macros),
        "oleobject" | "control" | "activexcontrolbinary" | "afchunk" | "webextension" | "webextensiontaskpanes" => {
            return Err(FileFault::EmbeddedObject);
        }
        "externallink" | "externallinkpath" | "connections" | "querytable" | "attachedtemplate" => {
            return Err(FileFault::LoadsExternal);
        }
        _ => {}
    }
    let is_external = attribute(element, "TargetMode")?.is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
    // A link is followed when somebody clicks on it.
    let is_link = kind == "hyperlink"
        && ["http://", "https://", "mailto:", "#"]
            .iter()
            .any(|scheme| target.starts_with(scheme));
    if is_external && !is_link {
        return Err(FileFault::LoadsExternal);
    }
    Ok(())
}

/// A field's name is its first word; these fetch.
fn check_instruction(words: &str) -> Result<(), FileFault> {
    const FETCHING: [&str; 7] = [
        "DDE",
        "DDEAUTO",
        "INCLUDEPICTURE",
        "INCLUDETEXT",
        "LINK",
        "IMPORT",
        "DATABASE",
    ];
    let name = words.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    if FETCHING.contains(&name.as_str()) {
        return Err(FileFault::LoadsExternal);
    }
    Ok(())
}
