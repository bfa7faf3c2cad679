//! Documents, good and hostile, made by the tests themselves.

use std::io::{Cursor, Write};

use lopdf::{Object, SaveOptions};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub const PDF: &str = "application/pdf";
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// A catalogue, a tree with one page, and that page, each with something added; then further objects, from number 4.
pub fn pdf_with(catalogue: &str, page: &str, more: &[&str], trailer: &str) -> Vec<u8> {
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R{catalogue}>>"),
        String::from("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]{page}>>"),
    ];
    objects.extend(more.iter().map(|object| (*object).to_owned()));
    pdf_of(&objects, trailer)
}

/// A PDF of these objects, the first of which is the catalogue.
pub fn pdf_of(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        write!(bytes, "{} 0 obj\n{object}\nendobj\n", number + 1).unwrap();
    }
    let xref = bytes.len();
    let size = objects.len() + 1;
    write!(bytes, "xref\n0 {size}\n0000000000 65535 f \n").unwrap();
    for place in places {
        writeln!(bytes, "{place:010} 00000 n ").unwrap();
    }
    write!(
        bytes,
        "trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{xref}\n%%EOF\n"
    )
    .unwrap();
    bytes
}

/// One empty page, different for each number.
pub fn pdf(number: u32) -> Vec<u8> {
    pdf_with(&format!("/Lang(vi-{number})"), "", &[], "")
}

/// The same document with its objects in packed streams, as most programs write today.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(bytes).unwrap();
    let mut packed = Vec::new();
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .compression_level(9)
        .build();
    document.save_with_options(&mut packed, options).unwrap();
    let is_packed = document.trailer.get(b"Root").and_then(Object::as_reference).is_ok();
    assert!(is_packed && packed.windows(6).any(|part| part == b"ObjStm"));
    packed
}

/// An update behind a document: one object anew, and the page tree as it was.
pub fn updated(mut bytes: Vec<u8>, number: u32, object: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let before = text
        .rsplit("startxref\n")
        .next()
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    let place = bytes.len();
    write!(bytes, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    let xref = bytes.len();
    write!(
        bytes,
        "xref\n{number} 1\n{place:010} 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev {before}>>\nstartxref\n{xref}\n%%EOF\n"
    )
    .unwrap();
    bytes
}

/// A stream of objects that unpacks to so many bytes.
pub fn object_stream_bomb(size: usize) -> Vec<u8> {
    let mut packed = flate2(&vec![b' '; size]);
    let mut bytes = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n".to_vec();
    let place = bytes.len();
    let length = packed.len();
    write!(
        bytes,
        "4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {length}>>stream\n"
    )
    .unwrap();
    bytes.append(&mut packed);
    let xref = bytes.len() + "\nendstream\nendobj\n".len();
    write!(
        bytes,
        "\nendstream\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n4 1\n{place:010} 00000 n \n"
    )
    .unwrap();
    write!(bytes, "trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n").unwrap();
    bytes
}

/// Packs as streams of PDF are: zlib's form (RFC 1950) around what the zip writer packs.
fn flate2(bytes: &[u8]) -> Vec<u8> {
    let mut stream = lopdf::Stream::new(lopdf::Dictionary::new(), bytes.to_vec());
    stream.compress().unwrap();
    stream.content
}

/// An archive of entries.
pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive with one link in it.
pub fn linked() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer.start_file("[Content_Types].xml", options).unwrap();
    writer.write_all(types(DOCX).as_bytes()).unwrap();
    writer.add_symlink("word/media/a.png", "/etc/passwd", options).unwrap();
    writer.finish().unwrap().into_inner()
}

/// The namespace of texts.
pub const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The list of types of a document whose main part is of this one.
pub fn types(media: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{media}.main+xml\"/></Types>"
    )
}

/// A relationship of a document's main part.
pub fn relationship(kind: &str, target: &str, mode: &str) -> String {
    format!(
        "<Relationships xmlns=\"{RELATIONSHIPS}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"{mode}/></Relationships>"
    )
}

/// A document of Word's with some words and further entries.
pub fn docx(words: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    office(DOCX, words, more)
}

/// A document of one of the three sorts. Where its main part lies is up to itself.
pub fn office(media: &str, words: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    docx_of(&types(media), words, more)
}

/// A document with a list of types.
pub fn docx_of(types: &str, words: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let root = relationship("officeDocument", "word/document.xml", "");
    let main = format!("<w:document xmlns:w=\"{WORD}\" xmlns:r=\"r\"><w:body>{words}</w:body></w:document>");
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("word/document.xml", main.as_bytes()),
    ];
    entries.extend_from_slice(more);
    archive(&entries)
}

/// A workbook with a sheet of these elements.
pub fn workbook(elements: &str) -> Vec<u8> {
    let sheet = format!("<worksheet xmlns=\"{SHEET}\">{elements}</worksheet>");
    office(XLSX, "", &[("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}
