//! The record in a certificate, found again.

use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::{ATTACHMENT, MAX_BYTES};

/// The attached record of a certificate that [`certificate`](super::certificate) printed. Looks at no file above 10 MB, and
/// unpacks no stream to more than that.
pub fn attachment(pdf: &[u8]) -> Option<Vec<u8>> {
    if pdf.len() > MAX_BYTES {
        return None;
    }
    let options = LoadOptions {
        strict: true,
        max_decompressed_size: Some(MAX_BYTES),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(pdf, options).ok()?;
    let files = resolved(&document, document.catalog().ok()?.get(b"AF").ok()?)?;
    let mut files = files.as_array().ok()?.iter();
    files.find_map(|file| contents(&document, resolved(&document, file)?.as_dict().ok()?))
}

fn contents(document: &Document, file: &Dictionary) -> Option<Vec<u8>> {
    if file.get(b"F").ok()?.as_str().ok()? != ATTACHMENT.as_bytes() {
        return None;
    }
    let embedded = resolved(document, file.get(b"EF").ok()?)?.as_dict().ok()?;
    let stream = resolved(document, embedded.get(b"F").ok()?)?.as_stream().ok()?;
    stream.get_plain_content_with_limit(MAX_BYTES).ok()
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}
