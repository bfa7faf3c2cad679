//! Whether a PDF only shows pages: no program, nothing that happens by itself, no file within the file, no lock. Runs in
//! the child process only.
//!
//! It is looked at twice. Once as it is read: strictly, by the cross-reference as it was written, without repairs, because
//! what one reader repairs another repairs differently. And once as text, for names in earlier versions and in objects that
//! no cross-reference leads to, which a more forgiving reader may find.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object};

use crate::domain::file::{FileFault, MAX_PAGES};

/// What a PDF begins with.
pub(super) const MAGIC: &[u8] = b"%PDF-";
/// What it ends with.
const END: &[u8] = b"%%EOF";
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
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => FileFault::TooComplex,
        Error::Decryption(_) | Error::InvalidPassword => FileFault::Encrypted,
        _ => FileFault::Broken,
    })?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(FileFault::Encrypted);
    }
    if document.objects.len() > MAX_OBJECTS {
        return Err(FileFault::TooComplex);
    }
    check_object(&document, &Object::Dictionary(document.trailer.clone()))?;
    for object in document.objects.values() {
        check_object(&document, object)?;
    }
    count_pages(&document)
}

/// Nothing stands behind the end: what does would be a second file in this one.
fn check_end(bytes: &[u8]) -> Result<(), FileFault> {
    let last = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace() && *byte != 0);
    let whole = last.and_then(|last| bytes.get(..=last)).unwrap_or_default();
    if whole.ends_with(END) {
        return Ok(());
    }
    if whole.windows(END.len()).any(|part| part == END) {
        return Err(FileFault::Surplus);
    }
    Err(FileFault::Broken)
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
            b's' => skip_stream(after),
            _ => after,
        };
    }
    Ok(())
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

/// What follows an `s`: the content of a stream, if it is the first letter of `stream` at the end of a line.
fn skip_stream(bytes: &[u8]) -> &[u8] {
    const WORD: &[u8] = b"tream";
    const CLOSE: &[u8] = b"endstream";
    let Some(content) = bytes
        .strip_prefix(WORD)
        .filter(|after| after.starts_with(b"\n") || after.starts_with(b"\r"))
    else {
        return bytes;
    };
    let end = content.windows(CLOSE.len()).position(|part| part == CLOSE);
    match end {
        Some(end) => content.get(end + CLOSE.len()..).unwrap_or_default(),
        None => content,
    }
}

fn read_name(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut name = Vec::new();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let is_end = first.is_ascii_whitespace()
            || matches!(
                first,
                0 | b'/' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'%' | b'{' | b'}'
            );
        if is_end {
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
