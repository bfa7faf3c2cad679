//! Documents of listings that are refused, and why.

use crate::documents::{draft, send};
use crate::harness::TestApp;
use crate::harness::disguises;
use crate::harness::documents::{
    DOCX, PDF, XLSX, archive, docx, object_stream_bomb, office, packed, pdf, pdf_of, pdf_with, relationship, types,
    updated,
};

/// Sends what is refused, one after the other, and tells each reason that is not the expected one.
async fn refused(app: &TestApp, media: &str, cases: Vec<(&str, Vec<u8>, &str)>) {
    let (owner, listing) = draft(app).await;
    let mut wrong = Vec::new();
    for (what, bytes, fault) in cases {
        let reply = send(app, &owner, &listing, media, bytes).await;
        let told = if reply.status == 422 {
            reply.text("/errors/0/code")
        } else {
            "not refused"
        };
        if told != fault {
            wrong.push(format!("{what}: {told}, not {fault}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let list = app.get(&format!("/listings/{listing}/files")).by(&owner);
    assert!(list.expect(200).await.ids().is_empty());
}

#[actix_web::test]
async fn a_pdf_that_does_more_than_show_pages_is_refused_by_name() {
    let app = TestApp::spawn().await;
    let script = "<</S/JavaScript/JS(app.alert\\(1\\))>>";
    let annotation = |action: &str| pdf_with("", &format!("/Annots[<</Subtype/Widget/A<<{action}>>>>]"), &[], "");
    let hidden = packed(&pdf_with(
        "/Names<</JavaScript<</Names[(a) 4 0 R]>>>>",
        "",
        &[script],
        "",
    ));
    assert!(!hidden.windows(10).any(|part| part == b"JavaScript"));
    let mut superseded = pdf_with("/AcroForm<</XFA 4 0 R>>", "", &["<<>>"], "");
    superseded = updated(superseded, 1, "<</Type/Catalog/Pages 2 0 R>>");
    refused(
        &app,
        PDF,
        vec![
            (
                "a script by name",
                pdf_with(
                    "/Names 5 0 R",
                    "",
                    &[script, "<</JavaScript<</Names[(a) 4 0 R]>>>>"],
                    "",
                ),
                "document_has_script",
            ),
            (
                "a script when clicked",
                annotation("/S/JavaScript/JS(1)"),
                "document_has_script",
            ),
            (
                "a script in other letters",
                annotation("/S/J#61vaScript"),
                "document_has_script",
            ),
            ("a script in a packed stream", hidden, "document_has_script"),
            (
                "a script when opened",
                pdf_with("/OpenAction 4 0 R", "", &["<</S/Named/N/Print>>"], ""),
                "document_has_open_action",
            ),
            (
                "a page and then a print",
                pdf_with("/OpenAction<</S/GoTo/D[3 0 R]/Next<</S/Named/N/Print>>>>", "", &[], ""),
                "document_has_open_action",
            ),
            (
                "when a page is shown",
                pdf_with("", "/AA<</O<</S/Named/N/Print>>>>", &[], ""),
                "document_has_automatic_action",
            ),
            ("a program", annotation("/S/Launch/F(cmd.exe)"), "document_launches"),
            (
                "another file",
                annotation("/S/GoToR/F(\\\\\\\\a\\\\b)"),
                "document_launches",
            ),
            (
                "a form that sends",
                annotation("/S/SubmitForm/F(http://a.vn)"),
                "document_sends_data",
            ),
            (
                "a file within",
                pdf_with("/Names<</EmbeddedFiles<</Names[]>>>>", "", &[], ""),
                "document_embeds_file",
            ),
            (
                "a file as a note",
                pdf_with("", "/Annots[<</Subtype/FileAttachment>>]", &[], ""),
                "document_embeds_file",
            ),
            (
                "an associated file",
                pdf_with("/AF[<</Type/Filespec/EF<</F 4 0 R>>>>]", "", &["<<>>"], ""),
                "document_embeds_file",
            ),
            (
                "XFA",
                pdf_with("/AcroForm<</XFA 4 0 R>>", "", &["<<>>"], ""),
                "document_has_xfa",
            ),
            ("XFA in an earlier version", superseded, "document_has_xfa"),
            (
                "a film",
                pdf_with("", "/Annots[<</Subtype/RichMedia>>]", &[], ""),
                "document_has_media",
            ),
            (
                "a stream from elsewhere",
                pdf_with("", "", &["<</Length 0/F(\\\\\\\\a\\\\b)>>stream\n\nendstream"], ""),
                "document_loads_external",
            ),
            (
                "a lock",
                pdf_with(
                    "",
                    "",
                    &["<</Filter/Standard/V 1/R 2/O(a)/U(b)/P -4>>"],
                    "/Encrypt 4 0 R/ID[(a)(b)]",
                ),
                "document_encrypted",
            ),
        ],
    )
    .await;
}

#[actix_web::test]
async fn a_pdf_that_is_not_in_order_is_refused_in_bounds() {
    let app = TestApp::spawn().await;
    let whole = pdf(1);
    let text = String::from_utf8(whole.clone()).unwrap();
    let loops = text.replace("/Size 4", "/Size 4/Prev 9");
    let tree = |kids: String| {
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>".into(),
            format!("<</Type/Pages/Kids[{kids}]>>"),
            "<</Type/Page/Parent 2 0 R>>".into(),
        ];
        pdf_of(&objects, "")
    };
    refused(
        &app,
        PDF,
        vec![
            ("its head", whole[..9].to_vec(), "file_broken"),
            ("its half", whole[..whole.len() / 2].to_vec(), "file_broken"),
            ("without its end", text.replace("%%EOF", "").into_bytes(), "file_broken"),
            (
                "an archive behind it",
                [whole.clone(), archive(&[("a.xml", b"<a/>")])].concat(),
                "file_has_surplus",
            ),
            (
                "a page behind it",
                [&whole, b"<script>".as_slice()].concat(),
                "file_has_surplus",
            ),
            (
                "a page before it",
                [b"<html>\n".as_slice(), &whole].concat(),
                "file_type_unknown",
            ),
            (
                "its table elsewhere",
                text.replace("startxref\n", "startxref\n1").into_bytes(),
                "file_broken",
            ),
            ("a table that is none", loops.into_bytes(), "file_broken"),
            ("pages without end", tree("2 0 R".into()), "file_broken"),
            ("no pages", tree(String::new()), "file_broken"),
            (
                "one page 100,000 times",
                tree("3 0 R ".repeat(100_000)),
                "document_too_many_pages",
            ),
            (
                "one page a million times",
                tree("3 0 R ".repeat(1_000_000)),
                "file_too_costly",
            ),
            (
                "a page too many",
                tree("3 0 R ".repeat(2_001)),
                "document_too_many_pages",
            ),
            (
                "a bomb of objects",
                object_stream_bomb(70 << 20),
                "document_too_complex",
            ),
            (
                "a bomb beyond the memory",
                object_stream_bomb(600 << 20),
                "document_too_complex",
            ),
        ],
    )
    .await;
}

/// A table of cross-references that leads back to itself is read once.
#[actix_web::test]
async fn loops_end() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let text = String::from_utf8(pdf(1)).unwrap();
    let at: usize = text
        .rsplit("startxref\n")
        .next()
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let looped = text.replace("/Size 4", &format!("/Size 4/Prev {at}"));
    let reply = send(&app, &owner, &listing, PDF, looped.into_bytes()).await;
    assert_eq!(reply.status, 201, "{:#}", reply.body);
}

#[actix_web::test]
async fn an_office_document_that_does_more_than_hold_text_is_refused_by_name() {
    let app = TestApp::spawn().await;
    let rels = "word/_rels/document.xml.rels";
    let leads = |kind: &str, target: &str, mode: &str| docx("", &[(rels, relationship(kind, target, mode).as_bytes())]);
    let external = " TargetMode=\"External\"";
    let field = |words: &str| {
        docx(
            &format!("<w:fldChar w:fldCharType=\"begin\"/>{words}<w:fldChar w:fldCharType=\"end\"/>"),
            &[],
        )
    };
    let with_macros = types(DOCX).replace(DOCX, "application/vnd.ms-word.document.macroEnabled");
    let sheet_with_macros = office(XLSX, "", &[("xl/vbaProject.bin", b"x")]);
    let sheet = office(XLSX, "", &[]);
    let nested = office(XLSX, "", &[("xl/embeddings/a.xlsx", &sheet)]);
    let doctype = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
    let wide: Vec<u8> = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    refused(
        &app,
        DOCX,
        vec![
            (
                "macros",
                docx("", &[("word/vbaProject.bin", b"x")]),
                "document_has_macros",
            ),
            (
                "a type with macros",
                archive(&[("[Content_Types].xml", with_macros.as_bytes())]),
                "document_has_macros",
            ),
            (
                "macros in a chart",
                docx("", &[("word/embeddings/a.xlsx", &sheet_with_macros)]),
                "document_has_macros",
            ),
            (
                "documents ever deeper",
                docx("", &[("word/embeddings/a.xlsx", &nested)]),
                "document_has_embedded_object",
            ),
            (
                "an OLE object",
                docx("", &[("word/embeddings/oleObject1.bin", b"x")]),
                "document_has_embedded_object",
            ),
            (
                "an OLE relationship",
                leads("oleObject", "a", ""),
                "document_has_embedded_object",
            ),
            (
                "ActiveX",
                docx("", &[("word/activeX/activeX1.xml", b"<a/>")]),
                "document_has_embedded_object",
            ),
            (
                "a program",
                docx("", &[("word/media/a.exe", b"MZ")]),
                "document_has_embedded_object",
            ),
            (
                "a page in the text",
                leads("aFChunk", "a.html", ""),
                "document_has_embedded_object",
            ),
            (
                "a template from elsewhere",
                leads("attachedTemplate", "http://a.vn/a.dotm", external),
                "document_loads_external",
            ),
            (
                "a picture from elsewhere",
                leads("image", "http://a.vn/a.png", external),
                "document_loads_external",
            ),
            (
                "a link to a share",
                leads("hyperlink", "file://a/b", external),
                "document_loads_external",
            ),
            (
                "a workbook elsewhere",
                leads("externalLinkPath", "a.xlsx", external),
                "document_loads_external",
            ),
            (
                "DDE",
                field("<w:instrText>DDEAUTO c:\\cmd.exe</w:instrText>"),
                "document_loads_external",
            ),
            (
                "DDE in pieces",
                field("<w:instrText>D</w:instrText><w:instrText>&#68;E</w:instrText>"),
                "document_loads_external",
            ),
            (
                "DDE made up",
                field("<w:fldChar w:fldCharType=\"begin\"/><w:instrText>QUOTE 68 68 69</w:instrText>"),
                "document_loads_external",
            ),
            (
                "DDE in one",
                docx("<w:fldSimple w:instr=\" dde a b\"/>", &[]),
                "document_loads_external",
            ),
            (
                "entities",
                docx("", &[("word/a.xml", doctype.as_bytes())]),
                "document_has_doctype",
            ),
            ("entities that nobody declared", docx("&b;", &[]), "file_broken"),
            (
                "letters of two bytes",
                docx("", &[("word/a.xml", &wide)]),
                "file_broken",
            ),
            ("half a part", docx("", &[("word/a.xml", b"<a><b></b>")]), "file_broken"),
        ],
    )
    .await;
}

/// The bytes with others in the place of each of these.
pub fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

#[actix_web::test]
async fn an_archive_that_is_not_in_order_is_refused_in_bounds() {
    let app = TestApp::spawn().await;
    let whole = docx("", &[]);
    let many: Vec<String> = (0..2_000).map(|number| format!("word/{number}.xml")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"<a/>".as_slice())).collect();
    let zeros = vec![0; 120 << 20];
    let blanks = vec![b' '; 120 << 20];
    let locked = {
        // The first flag of each head: locked.
        let mut bytes = whole.clone();
        for at in 0..bytes.len() - 9 {
            let flags = match &bytes[at..at + 4] {
                b"PK\x03\x04" => at + 6,
                b"PK\x01\x02" => at + 8,
                _ => continue,
            };
            bytes[flags] |= 1;
        }
        bytes
    };
    let twice = replaced(
        &docx("", &[("word/a.xml", b"<a/>"), ("word/b.xml", b"<a/>")]),
        b"word/b.xml",
        b"word/a.xml",
    );
    let differing = replaced(&whole, b"PK\x01\x02", b"PK\x01\x02\x14\x00\x14\x00\x00\x00\x00\x00");
    refused(
        &app,
        DOCX,
        vec![
            ("no document", archive(&[("a.xml", b"<a/>")]), "file_type_unknown"),
            (
                "a program of Java's",
                archive(&[("META-INF/MANIFEST.MF", b"a: b")]),
                "document_has_embedded_object",
            ),
            ("a sheet under another name", office(XLSX, "", &[]), "file_type_differs"),
            ("half of it", whole[..whole.len() / 2].to_vec(), "file_broken"),
            (
                "something behind",
                [&whole, b"<script>".as_slice()].concat(),
                "file_has_surplus",
            ),
            (
                "a picture before",
                [b"GIF89a".as_slice(), &whole].concat(),
                "file_type_unknown",
            ),
            (
                "an archive before",
                [archive(&[("a.xml", b"<a/>")]), whole.clone()].concat(),
                "file_has_surplus",
            ),
            ("too many entries", docx("", &many), "archive_too_many_entries"),
            ("a bomb", docx("", &[("word/media/a.bmp", &zeros)]), "archive_too_large"),
            (
                "a bomb of a part",
                docx("", &[("word/a.xml", &blanks)]),
                "archive_too_large",
            ),
            (
                "a bomb in a document",
                docx("", &[("word/a.xlsx", &office(XLSX, "", &[("a.bmp", &zeros)]))]),
                "archive_too_large",
            ),
            ("a name twice", twice, "archive_unsafe_entry"),
            ("heads that differ", differing, "archive_unsafe_entry"),
            ("a lock", locked, "document_encrypted"),
        ],
    )
    .await;
}

#[actix_web::test]
async fn a_document_that_is_harmless_for_some_readers_only_is_refused() {
    let app = TestApp::spawn().await;
    for media in [PDF, DOCX, XLSX] {
        let cases = disguises::all().into_iter().filter(|(_, kind, ..)| *kind == media);
        let cases = cases.map(|(what, _, bytes, fault)| (what, bytes, fault)).collect();
        refused(&app, media, cases).await;
    }
}
