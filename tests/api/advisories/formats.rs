//! Readers of file formats that could be made to run, to grow or to write without end.

use crate::documents::{draft, send};
use crate::harness::TestApp;
use crate::harness::documents::{DOCX, PDF, docx, linked, pdf, pdf_with};
use crate::hostile_documents::replaced;

/// RUSTSEC-2026-0187 (lopdf): 21 KB of brackets ended the process that read them, which nothing can catch.
#[actix_web::test]
async fn rustsec_2026_0187_brackets_end_nobody() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    for (opened, closed) in [("[", "]"), ("<<", ">>"), ("[<<", ">>]"), ("(", ")")] {
        for is_closed in [false, true] {
            let closed = if is_closed {
                closed.repeat(10_380)
            } else {
                String::new()
            };
            let nested = format!("{}{closed}", opened.repeat(10_380));
            // In what is drawn from the first object on, and in one that nothing leads to.
            for bytes in [
                pdf_with("", &format!("/A{nested}"), &[], ""),
                pdf_with("", "", &[&nested], ""),
                pdf_with("", "", &[], &format!("/A{nested}")),
            ] {
                let reply = send(&app, &owner, &listing, PDF, bytes).await;
                assert!(
                    [201, 422].contains(&reply.status),
                    "{opened} {is_closed}: {:#}",
                    reply.body
                );
                // Another reader may come to what this one passed over.
                assert!(reply.status == 422 || opened == "(", "{opened} {is_closed}: taken");
            }
        }
    }
    let reply = send(&app, &owner, &listing, PDF, pdf(1)).await;
    assert_eq!(reply.status, 201, "{:#}", reply.body);
}

/// RUSTSEC-2026-0194 and -0195 (quick-xml): attributes of one tag were compared each with each, and declarations of namespaces
/// were kept without end. A file that costs so much would be `file_too_costly`.
#[actix_web::test]
async fn rustsec_2026_0194_and_rustsec_2026_0195_a_tag_of_many_attributes_costs_little() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let many = |one: fn(u32) -> String| (0..80_000).map(one).collect::<String>();
    let attributes = format!("<w:p {}/>", many(|number| format!(" a{number}=\"1\"")));
    let namespaces = format!("<w:p {}/>", many(|number| format!(" xmlns:n{number}=\"n\"")));
    let nested = "<w:p xmlns:a=\"a\" xmlns:b=\"b\">".repeat(80_000) + &"</w:p>".repeat(80_000);
    for (what, words) in [
        ("attributes", attributes),
        ("namespaces", namespaces),
        ("nested", nested),
    ] {
        let reply = send(&app, &owner, &listing, DOCX, docx(&words, &[])).await;
        assert!([201, 422].contains(&reply.status), "{what}: {:#}", reply.body);
        let is_costly = reply.status == 422 && reply.text("/errors/0/code") == "file_too_costly";
        assert!(!is_costly, "{what}: {:#}", reply.body);
    }
    let reply = send(&app, &owner, &listing, DOCX, docx("", &[])).await;
    assert_eq!(reply.status, 201, "{:#}", reply.body);
}

/// RUSTSEC-2025-0168 (zip): a link in an archive led what came after it to another folder. Nothing is unpacked into files here,
/// and an archive that would lead elsewhere is no document.
#[actix_web::test]
async fn rustsec_2025_0168_an_archive_leads_nowhere() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    // Names of the same length, since nobody's tool writes these.
    let entry = |name: &[u8; 12]| replaced(&docx("", &[("word/a/b.xml", b"<a/>")]), b"word/a/b.xml", name);
    for (what, bytes) in [
        ("a link", linked()),
        ("a way up", entry(b"word/../b.ml")),
        ("a way up at once", entry(b"../../ab.xml")),
        ("from the root", entry(b"/etc/abc.xml")),
        ("in the other direction", entry(b"..\\..\\ab.xml")),
        ("on a drive", entry(b"C:/abcde.xml")),
        ("a zero", entry(b"word/a\0b.xml")),
    ] {
        let reply = send(&app, &owner, &listing, DOCX, bytes).await;
        assert_eq!(reply.status, 422, "{what}: {:#}", reply.body);
    }
    let files = app.get(&format!("/listings/{listing}/files")).by(&owner);
    assert!(files.expect(200).await.ids().is_empty());
}
