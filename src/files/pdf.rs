//! Whether a PDF only shows pages: no program, nothing that happens by itself, no file within the file, no lock. Runs in
//! the child process only.
//!
//! It is looked at twice. Once as it is read: strictly, by the cross-reference as it was written, without repairs, because
//! what one reader repairs another repairs differently. And once as text, for names in earlier versions and in objects that
//! no cross-reference leads to, which a more forgiving reader may find. The parser passes over some things in silence;
//! whatever it has passed over, a reader may still come to, so the document is refused.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use lopdf::xref::XrefEntry;
use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectStream, Stream};

use crate::domain::file::{FileFault, MAX_PAGES};

/// What a PDF begins with.
pub(super) const MAGIC: &[u8] = b"%PDF-";
/// What it ends with.
const END: &[u8] = b"%%EOF";
/// What ends a stream, whatever its length is said to be.
const END_OF_STREAM: &[u8] = b"endstream";
/// Most objects.
const MAX_OBJECTS: usize = 500_000;
/// Most that one stream of objects may be once it is unpacked.
const MAX_UNPACKED: usize = 64 << 20;
/// How deep objects may lie in each other. The parser has a bound of its own, which is higher.
const MAX_DEPTH: usize = 100;

/// Reads a PDF; its number of pages.
pub(super) fn check(bytes: &[u8]) -> Result<u32, FileFault> {
    check_end(bytes)?;
    check_names(bytes)?;
    let options = LoadOptions {
        strict: true,
        max_decompressed_size: Some(MAX_UNPACKED),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).map_err(fault_of_error)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(FileFault::Encrypted);
    }
    if document.objects.len() > MAX_OBJECTS {
        return Err(FileFault::TooComplex);
    }
    check_object(&document, &Object::Dictionary(document.trailer.clone()))?;
    let containers = check_places(&document, bytes)?;
    for (id, object) in &document.objects {
        check_object(&document, object)?;
        if let Object::Stream(stream) = object {
            check_stream(&document, stream, containers.contains(&id.0))?;
        }
    }
    count_pages(&document)
}

/// Counts the pages of a PDF that was looked at otherwise.
pub(super) fn pages(bytes: &[u8]) -> Result<u32, FileFault> {
    let document = Document::load_mem(bytes).map_err(fault_of_error)?;
    count_pages(&document)
}

fn fault_of_error(error: Error) -> FileFault {
    match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => FileFault::TooComplex,
        Error::Decryption(_) | Error::InvalidPassword => FileFault::Encrypted,
        _ => FileFault::Broken,
    }
}

/// Nothing stands behind the end: what does would be a second file in this one.
fn check_end(bytes: &[u8]) -> Result<(), FileFault> {
    let last = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace() && *byte != 0);
    let whole = last.and_then(|last| bytes.get(..=last)).unwrap_or_default();
    if whole.ends_with(END) {
        return Ok(());
    }
    if holds(whole, END) {
        return Err(FileFault::Surplus);
    }
    Err(FileFault::Broken)
}

/// Every entry of the cross-reference leads to the object that it names, and that object was read: the parser takes an
/// object's number from where it stands, and leaves out what it cannot unpack. Answers which objects have others packed in them.
fn check_places(document: &Document, bytes: &[u8]) -> Result<BTreeSet<u32>, FileFault> {
    let mut containers = BTreeSet::new();
    for (number, entry) in &document.reference_table.entries {
        let (generation, is_there) = match entry {
            XrefEntry::Normal { offset, generation } => {
                (*generation, begins_object(bytes, *offset, *number, *generation))
            }
            XrefEntry::Compressed { container, .. } => {
                containers.insert(*container);
                (0, true)
            }
            XrefEntry::Free | XrefEntry::UnusableFree => continue,
        };
        if !is_there || !document.objects.contains_key(&(*number, generation)) {
            return Err(FileFault::Broken);
        }
    }
    for container in &containers {
        if !matches!(document.objects.get(&(*container, 0)), Some(Object::Stream(_))) {
            return Err(FileFault::Broken);
        }
    }
    Ok(containers)
}

/// Whether `7 0 obj` stands at a place.
fn begins_object(bytes: &[u8], offset: u32, number: u32, generation: u16) -> bool {
    /// More than the longest of them needs.
    const HEAD: usize = 64;
    let place = usize::try_from(offset).unwrap_or(usize::MAX);
    let head: Vec<u8> = bytes.iter().skip(place).take(HEAD).copied().collect();
    let mut words = head
        .split(|byte| byte.is_ascii_whitespace())
        .filter(|word| !word.is_empty());
    words.next() == Some(number.to_string().as_bytes())
        && words.next() == Some(generation.to_string().as_bytes())
        && words.next().is_some_and(|word| word.starts_with(b"obj"))
}

/// Looks into whatever is packed in a stream, whether or not the cross-reference leads there: the parser unpacks only what
/// says that it is packed, and of that only what it understands.
fn check_stream(document: &Document, stream: &Stream, is_container: bool) -> Result<(), FileFault> {
    // For whoever looks for its end it ends there, and something else begins.
    if holds(&stream.content, END_OF_STREAM) {
        return Err(FileFault::Broken);
    }
    let sort = stream.dict.get(b"Type").ok().and_then(|sort| resolved(document, sort));
    let is_said = sort.and_then(|sort| sort.as_name().ok()) == Some(b"ObjStm");
    if !is_container && !is_said && !stream.dict.has(b"First") {
        return Ok(());
    }
    let number = |key: &[u8]| {
        let value = stream.dict.get(key).and_then(Object::as_i64);
        value
            .ok()
            .and_then(|value| usize::try_from(value).ok())
            .ok_or(FileFault::Broken)
    };
    let (told, first) = (number(b"N")?, number(b"First")?);
    let content = stream
        .get_plain_content_with_limit(MAX_UNPACKED)
        .map_err(fault_of_error)?;
    let table = content.get(..first).ok_or(FileFault::Broken)?;
    let words = table
        .split(|byte| byte.is_ascii_whitespace())
        .filter(|word| !word.is_empty());
    let packed = ObjectStream::new_with_limit(stream, Some(MAX_UNPACKED)).map_err(fault_of_error)?;
    // A number that stands there twice is another object for each reader, and so is one that cannot be parsed.
    if words.count() != told.saturating_mul(2) || packed.objects.len() != told {
        return Err(FileFault::Broken);
    }
    check_names(&content)?;
    packed
        .objects
        .values()
        .try_for_each(|object| check_object(document, object))
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

/// Counts what the tree of pages leads to, not what it says of itself.
fn count_pages(document: &Document) -> Result<u32, FileFault> {
    let catalog = document.catalog().map_err(|_absent| FileFault::Broken)?;
    let mut left = vec![
        catalog
            .get(b"Pages")
            .and_then(Object::as_reference)
            .map_err(|_absent| FileFault::Broken)?,
    ];
    let mut seen = BTreeSet::new();
    let mut pages = 0_u32;
    while let Some(id) = left.pop() {
        let node = document.get_dictionary(id).map_err(|_absent| FileFault::Broken)?;
        let Ok(kids) = node.get_deref(b"Kids", document) else {
            pages = pages.saturating_add(1);
            continue;
        };
        let kids = kids.as_array().map_err(|_other| FileFault::Broken)?;
        let waiting = u32::try_from(left.len().saturating_add(kids.len())).unwrap_or(u32::MAX);
        if pages.saturating_add(waiting) > MAX_PAGES {
            return Err(FileFault::TooManyPages);
        }
        // A tree that leads back to itself.
        if !seen.insert(id) {
            return Err(FileFault::Broken);
        }
        for kid in kids {
            left.push(kid.as_reference().map_err(|_other| FileFault::Broken)?);
        }
    }
    if pages == 0 { Err(FileFault::Broken) } else { Ok(pages) }
}

/// Looks into an object and whatever lies in it. Objects that it refers to are looked into in their own turn.
fn check_object(document: &Document, object: &Object) -> Result<(), FileFault> {
    let mut left = vec![(object, 0_usize)];
    while let Some((object, depth)) = left.pop() {
        if depth > MAX_DEPTH {
            return Err(FileFault::TooComplex);
        }
        let dictionary = match object {
            Object::Array(entries) => {
                left.extend(entries.iter().map(|entry| (entry, depth + 1)));
                continue;
            }
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => {
                // Its content is in another file, which the reader is to fetch.
                if stream.dict.has(b"F") {
                    return Err(FileFault::LoadsExternal);
                }
                &stream.dict
            }
            _ => continue,
        };
        check_dictionary(document, dictionary)?;
        left.extend(dictionary.iter().map(|(_, value)| (value, depth + 1)));
    }
    Ok(())
}

/// Keys that say it all, whatever stands there.
fn fault_of_key(key: &[u8]) -> Option<FileFault> {
    Some(match key {
        b"JavaScript" | b"JS" => FileFault::Script,
        b"AA" => FileFault::AutomaticAction,
        b"XFA" => FileFault::Xfa,
        b"EmbeddedFiles" | b"EmbeddedFile" | b"EF" => FileFault::EmbeddedFile,
        b"Encrypt" => FileFault::Encrypted,
        _ => return None,
    })
}

/// What a dictionary is, by `Type`, `Subtype` or, of actions, `S`.
fn fault_of_sort(sort: &[u8]) -> Option<FileFault> {
    Some(match sort {
        b"JavaScript" => FileFault::Script,
        b"Launch" | b"GoToR" | b"GoToE" => FileFault::Launch,
        b"SubmitForm" | b"ImportData" => FileFault::SendsData,
        b"EmbeddedFile" | b"FileAttachment" => FileFault::EmbeddedFile,
        b"RichMedia" | b"RichMediaExecute" | b"Rendition" | b"Movie" | b"Sound" | b"Screen" | b"3D" => FileFault::Media,
        _ => return None,
    })
}

fn check_dictionary(document: &Document, dictionary: &Dictionary) -> Result<(), FileFault> {
    for (key, value) in dictionary {
        if let Some(fault) = fault_of_key(key) {
            return Err(fault);
        }
        match key.as_slice() {
            b"OpenAction" if !shows_a_page(document, value) => return Err(FileFault::OpenAction),
            b"S" | b"Type" | b"Subtype" => {
                let sort = resolved(document, value).and_then(|value| value.as_name().ok());
                if let Some(fault) = sort.and_then(fault_of_sort) {
                    return Err(fault);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn resolved<'a>(document: &'a Document, value: &'a Object) -> Option<&'a Object> {
    document.dereference(value).ok().map(|(_, value)| value)
}

/// Most programs have a PDF say at which page it opens.
fn shows_a_page(document: &Document, value: &Object) -> bool {
    match resolved(document, value) {
        // A place, itself or by its name.
        Some(Object::Array(_) | Object::Name(_) | Object::String(..) | Object::Null) => true,
        Some(Object::Dictionary(action)) => {
            let sort = action.get(b"S").ok().and_then(|sort| resolved(document, sort));
            sort.and_then(|sort| sort.as_name().ok()) == Some(b"GoTo") && !action.has(b"Next")
        }
        _ => false,
    }
}

/// Looks for names wherever they stand outside strings, comments and streams.
fn check_names(bytes: &[u8]) -> Result<(), FileFault> {
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'%' => skip_comment(after),
            b'(' => skip_string(after),
            b'/' => {
                let (name, after) = read_name(after);
                let fault = fault_of_key(&name).or_else(|| fault_of_sort(&name));
                // These short words may be names of fonts or pictures; in a live object they are told apart.
                if let Some(fault) = fault.filter(|_| name.len() > 2 && !is_common_word(&name)) {
                    return Err(fault);
                }
                after
            }
            _ => {
                let (word, after) = rest.split_at(rest.iter().position(ends_word).unwrap_or(rest.len()).max(1));
                match word {
                    b"stream" => skip_stream(after),
                    // The stream had ended before, for whoever does not go by its length, as this does not.
                    _ if holds(word, END_OF_STREAM) => return Err(FileFault::Broken),
                    _ => after,
                }
            }
        };
    }
    Ok(())
}

/// Blanks and signs that no word has in it.
fn ends_word(byte: &u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(
            byte,
            0 | b'/' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'%' | b'{' | b'}'
        )
}

/// Names that other things have, too: `Sound` may be a structure's, `Screen` a blend mode's.
fn is_common_word(name: &[u8]) -> bool {
    matches!(name, b"Movie" | b"Sound" | b"Screen" | b"RichMedia" | b"Rendition")
}

fn skip_comment(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    end.and_then(|end| bytes.get(end..)).unwrap_or_default()
}

fn skip_string(bytes: &[u8]) -> &[u8] {
    let mut open = 1_usize;
    let mut is_escaped = false;
    let end = bytes.iter().try_fold(0_usize, |at, byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            ControlFlow::Break(at + 1)
        } else {
            ControlFlow::Continue(at + 1)
        }
    });
    match end {
        ControlFlow::Break(end) => bytes.get(end..).unwrap_or_default(),
        // A bracket that nothing closes hides nothing.
        ControlFlow::Continue(_) => bytes,
    }
}

/// What follows `stream`: its content, if that begins on a new line.
fn skip_stream(bytes: &[u8]) -> &[u8] {
    let blanks = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let content = bytes.get(blanks..).unwrap_or_default();
    if !content.starts_with(b"\n") && !content.starts_with(b"\r") {
        return bytes;
    }
    let end = content
        .windows(END_OF_STREAM.len())
        .position(|part| part == END_OF_STREAM);
    end.and_then(|end| content.get(end + END_OF_STREAM.len()..))
        .unwrap_or(content)
}

fn read_name(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut name = Vec::new();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        if ends_word(first) {
            break;
        }
        let escaped = after
            .get(..2)
            .filter(|_| *first == b'#')
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                name.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                name.push(*first);
                rest = after;
            }
        }
    }
    (name, rest)
}
