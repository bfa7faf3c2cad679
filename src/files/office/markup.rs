//! The markup of an Office document: its list of types, and its parts.
//!
//! What one program passes over another reads: elements of strange namespaces, branches for other versions (ECMA-376,
//! part 3), an encoding that was declared. So nothing here depends on which of the readings is the right one.

use std::io::{self, BufReader, Read};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::words::Words;
use super::{MARKUP, broken};
use crate::domain::file::{FileFault, MediaType};

/// What an element belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    /// Texts of Word's.
    Word,
    /// Formulas in them, as they are printed.
    Math,
    /// Tables of Excel's.
    Sheet,
    /// Anything else.
    Other,
}

impl Namespace {
    fn of(found: &ResolveResult<'_>) -> Result<Self, FileFault> {
        let name = match found {
            ResolveResult::Bound(name) => name.0,
            ResolveResult::Unbound => return Ok(Self::Other),
            ResolveResult::Unknown(_) => return Err(FileFault::Broken),
        };
        Ok(match name {
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Self::Word,
            "http://schemas.openxmlformats.org/officeDocument/2006/math"
            | "http://purl.oclc.org/ooxml/officeDocument/math" => Self::Math,
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            | "http://purl.oclc.org/ooxml/spreadsheetml/main"
            | "http://schemas.microsoft.com/office/excel/2006/main" => Self::Sheet,
            _ => Self::Other,
        })
    }
}

/// Who looks at markup while it is read.
trait Look {
    /// An element begins.
    fn begin(&mut self, element: &BytesStart<'_>, namespace: Namespace) -> Result<(), FileFault>;

    /// The innermost element ends.
    fn end(&mut self) -> Result<(), FileFault> {
        Ok(())
    }

    /// Words in the innermost element.
    fn text(&mut self, _words: &str) -> Result<(), FileFault> {
        Ok(())
    }
}

/// Whether bytes begin like XML, in one of the encodings that readers find out by themselves.
pub(super) fn is_markup(head: &[u8]) -> bool {
    let is_wide = [&[0xfe, 0xff], &[0xff, 0xfe], b"<\0", b"\0<"]
        .iter()
        .any(|start| head.starts_with(*start));
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    // A font that is kept in disguise may begin with anything; in XML there are no control characters.
    let is_text = head.iter().all(|byte| *byte >= b' ' || byte.is_ascii_whitespace());
    is_wide || text.starts_with(b"<") && is_text
}

/// Text in UTF-8. A zero is no character of XML's, and what is in the wide encodings has many of them.
struct Utf8<R>(R);

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        if buffer.iter().take(read).any(|byte| *byte == 0) {
            return Err(io::Error::other("a zero in a text"));
        }
        Ok(read)
    }
}

/// Reads markup to its end.
fn walk(content: &mut impl Read, look: &mut impl Look) -> Result<(), FileFault> {
    let mut reader = NsReader::from_reader(BufReader::new(Utf8(content)));
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
                let (namespace, _) = reader.resolver().resolve_element(start.name());
                look.begin(&start, Namespace::of(&namespace)?)?;
            }
            Event::Empty(start) => {
                has_root = true;
                let (namespace, _) = reader.resolver().resolve_element(start.name());
                look.begin(&start, Namespace::of(&namespace)?)?;
                look.end()?;
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                look.end()?;
            }
            Event::Text(words) => look.text(&words.xml10_content())?,
            Event::CData(words) => look.text(&words.xml10_content())?,
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(broken)? {
                Some(sign) => look.text(sign.encode_utf8(&mut [0; 4]))?,
                // Nothing is declared, so there are only those that everybody knows.
                None => look.text(resolve_predefined_entity(&reference).ok_or(FileFault::Broken)?)?,
            },
            // Read in another encoding, it says something else.
            Event::Decl(declared) => match declared.encoding().transpose().map_err(broken)? {
                Some(name) if !name.eq_ignore_ascii_case("utf-8") => return Err(FileFault::Broken),
                _ => {}
            },
            Event::Comment(_) | Event::PI(_) => {}
        }
    }
}

/// An attribute by its name, whatever its prefix. There may be one such only: with two, the prefixes tell which is meant.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, FileFault> {
    let mut value = None;
    for found in element.attributes() {
        let found = found.map_err(broken)?;
        if found.key.local_name().as_ref() != name {
            continue;
        }
        let read = found.normalized_value(XmlVersion::Implicit1_0).map_err(broken)?;
        if value.replace(read.into_owned()).is_some() {
            return Err(FileFault::Broken);
        }
    }
    Ok(value)
}

/// The list of types, which says what the document is as a whole.
pub(super) fn read_types(content: &mut impl Read) -> Result<Option<MediaType>, FileFault> {
    let mut types = Types(None);
    walk(content, &mut types)?;
    Ok(types.0)
}

struct Types(Option<MediaType>);

impl Look for Types {
    fn begin(&mut self, element: &BytesStart<'_>, _namespace: Namespace) -> Result<(), FileFault> {
        let kind = attribute(element, "ContentType")?
            .unwrap_or_default()
            .to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if ["macroenabled", "vbaproject", "macrosheet"]
            .iter()
            .any(|word| kind.contains(word))
        {
            return Err(FileFault::Macros);
        }
        if kind.contains("activex") || kind.contains("oleobject") {
            return Err(FileFault::EmbeddedObject);
        }
        // What is read here by the end of its name, other programs read by its type.
        let is_markup = kind.ends_with("+xml") || kind.ends_with("/xml") || kind.ends_with("vmldrawing");
        if is_markup && !MARKUP.contains(&end_of_name(element)?.as_str()) {
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
        match self.0.replace(media) {
            Some(other) if other != media => Err(FileFault::UnknownType),
            _ => Ok(()),
        }
    }
}

/// The end of the names that a type is given to.
fn end_of_name(element: &BytesStart<'_>) -> Result<String, FileFault> {
    let end = match attribute(element, "PartName")? {
        Some(name) => name.rsplit_once('.').map(|(_, end)| end.to_owned()),
        None => attribute(element, "Extension")?,
    };
    Ok(end.unwrap_or_default().to_ascii_lowercase())
}

/// Any other part. Parts refer to each other and to the outside by relationships; fields and formulas may do so in words.
pub(super) fn read_part(content: &mut impl Read) -> Result<(), FileFault> {
    let mut part = Part::default();
    walk(content, &mut part)?;
    part.words.finish()
}

#[derive(Default)]
struct Part {
    words: Words,
}

impl Look for Part {
    fn begin(&mut self, element: &BytesStart<'_>, namespace: Namespace) -> Result<(), FileFault> {
        match element.local_name().as_ref() {
            "Relationship" => check_relationship(element)?,
            "macrosheet" => return Err(FileFault::Macros),
            "ddeLink" | "oleLink" | "webPublishItem" => return Err(FileFault::LoadsExternal),
            "oleObject" | "OLEObject" | "oleObj" | "control" | "altChunk" => return Err(FileFault::EmbeddedObject),
            _ => {}
        }
        self.words.begin(element, namespace)
    }

    fn end(&mut self) -> Result<(), FileFault> {
        self.words.end()
    }

    fn text(&mut self, words: &str) -> Result<(), FileFault> {
        self.words.text(words)
    }
}

/// What a relationship leads to, and whether it is followed without being asked.
fn check_relationship(element: &BytesStart<'_>) -> Result<(), FileFault> {
    let kind = attribute(element, "Type")?.unwrap_or_default().to_ascii_lowercase();
    let kind = kind.rsplit('/').next().unwrap_or_default();
    let target = attribute(element, "Target")?.unwrap_or_default().to_ascii_lowercase();
    match kind {
        "vbaproject" | "wordvbadata" | "xlmacrosheet" | "xlintlmacrosheet" => return Err(FileFault::Macros),
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
