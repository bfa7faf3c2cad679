//! Documents of listings that are kept as they came.

use crate::harness::disguises::pdf_packing;
use crate::harness::documents::{
    DOCX, PDF, PPTX, XLSX, docx, docx_of, office, packed, pdf, pdf_with, relationship, types, updated, workbook,
};
use crate::harness::{Person, Reply, TestApp};

pub async fn draft(app: &TestApp) -> (Person, String) {
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    (owner, listing)
}

pub async fn send(app: &TestApp, owner: &Person, listing: &str, media: &str, bytes: Vec<u8>) -> Reply {
    let path = format!("/listings/{listing}/files?name=tai-lieu");
    app.post(&path).by(owner).file(media, bytes).send().await
}

#[actix_web::test]
async fn a_document_is_kept_as_it_came_with_its_title_and_purpose() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let bytes = pdf(1);
    let path = format!(
        "/listings/{listing}/files?name=C:\\tai\\lieu.pdf&kind=brochure&title_vi=T%E1%BB%9D%20gi%E1%BB%9Bi%20thi%E1%BB%87u&title_en=Brochure"
    );
    let made = app.post(&path).by(&owner).file(PDF, bytes.clone()).expect(201).await;
    assert_eq!(
        [
            made.text("/name"),
            made.text("/kind"),
            made.text("/media_type"),
            made.text("/title/vi"),
            made.text("/title/en")
        ],
        ["lieu.pdf", "brochure", PDF, "Tờ giới thiệu", "Brochure"]
    );
    assert_eq!(
        (made.number("/pages"), made.number("/bytes")),
        (1, i64::try_from(bytes.len()).unwrap())
    );
    assert!(made.body.get("width").is_none() && made.body["thumbnails"].as_array().unwrap().is_empty());
    let id = made.text("/id");
    let shown = app.get(&format!("/files/{id}")).by(&owner).expect(200).await;
    assert_eq!(shown.bytes, bytes);
    assert_eq!(shown.header("content-type"), Some(PDF));
    let saved_as = format!("attachment; filename=\"{id}.pdf\"");
    assert_eq!(shown.header("content-disposition"), Some(saved_as.as_str()));
    assert_eq!(
        shown.header("content-security-policy"),
        Some("sandbox; default-src 'none'; frame-ancestors 'none'")
    );
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    app.get(&format!("/files/{id}?size=480")).by(&owner).expect(404).await;

    let listed = app
        .get(&format!("/listings/{listing}/files"))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(listed.body["items"][0], made.body);
    // A text is no picture, a title has Vietnamese, and a purpose is one of those that there are.
    for (query, parameter) in [
        ("&kind=picture", "kind"),
        ("&kind=x", "kind"),
        ("&title_en=A", "title_vi"),
        ("&title_vi=%00", "title_vi"),
    ] {
        let path = format!("/listings/{listing}/files?name=a{query}");
        let reply = app.post(&path).by(&owner).file(PDF, pdf(2)).expect(400).await;
        assert_eq!(reply.pointers(), [parameter], "{query}");
    }
    // A picture of a certificate is one.
    let path = format!("/listings/{listing}/files?name=a&kind=certificate");
    let scan = crate::harness::pictures::png(9, 9);
    let made = app.post(&path).by(&owner).file("image/png", scan).expect(201).await;
    assert_eq!((made.text("/kind"), made.number("/width")), ("certificate", 9));
}

#[actix_web::test]
async fn the_documents_that_people_write_are_taken() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let link = relationship("hyperlink", "https://example.vn/link", " TargetMode=\"External\"");
    let sheet = office(XLSX, "", &[]);
    let field = "<w:fldChar w:fldCharType=\"begin\"/><w:instrText> HYPERLINK \"http://a.vn/DDE LINK\" </w:instrText>\
                 <w:fldChar w:fldCharType=\"separate\"/><w:t>DDE</w:t><w:fldChar w:fldCharType=\"end\"/>";
    let in_boxes = format!(
        "{}<mc:AlternateContent xmlns:mc=\"mc\"><mc:Choice Requires=\"wps\"><w:p>{field}</w:p></mc:Choice>\
         <mc:Fallback>{field}</mc:Fallback></mc:AlternateContent>{}",
        "<w:fldChar w:fldCharType=\"begin\"/><w:instrText>SHAPE</w:instrText><w:fldChar w:fldCharType=\"separate\"/>",
        "<w:fldChar w:fldCharType=\"end\"/>",
    );
    let computed = "<w:fldChar w:fldCharType=\"begin\"/><w:instrText>=</w:instrText><w:fldChar w:fldCharType=\"begin\"/>\
                    <w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType=\"end\"/><w:instrText>-1</w:instrText>\
                    <w:fldChar w:fldCharType=\"end\"/>";
    let numbered = format!(
        "<m:oMath xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"><m:r>{}</m:r></m:oMath>",
        computed.replace("/><w:", "/></m:r><m:r><w:")
    );
    let pictures = types(DOCX).replace(
        "<Override",
        "<Default Extension=\"svg\" ContentType=\"image/svg+xml\"/>\
         <Default Extension=\"psmdcp\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         <Default Extension=\"png\" ContentType=\"image/png\"/><Override",
    );
    let formulas = "<definedNames><definedName name=\"Image\">'a|b'!A1</definedName></definedNames>\
                    <f>SUM(A1:A9)*Image</f><f>TEXTJOIN(\"|\",TRUE,'a b'!A1,T[Image])&amp;(T[RTD]+1)</f>\
                    <f>_xlfn.CONCAT(A1,\"'\")</f>";
    for (what, media, bytes) in [
        ("fields in boxes", DOCX, docx(&in_boxes, &[])),
        ("a field that is computed", DOCX, docx(computed, &[])),
        ("a number in a formula", DOCX, docx(&numbered, &[])),
        (
            "a text with pictures",
            DOCX,
            docx_of(
                &pictures,
                "",
                &[
                    ("word/media/a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
                    ("word/media/a.png", &crate::harness::pictures::png(3, 3)),
                    ("package/services/metadata/core-properties/a.psmdcp", b"<a/>"),
                ],
            ),
        ),
        ("a workbook with formulas", XLSX, workbook(formulas)),
        (
            "a packed PDF with a link",
            PDF,
            pdf_packing(
                "/Type/ObjStm/N 1",
                "5 0 ",
                "<</Subtype/Link/A<</S/URI/URI(http://a.vn)>>>>",
            ),
        ),
        (
            "a PDF with a stream",
            PDF,
            pdf_with(
                "",
                "/Contents 4 0 R",
                &["<</Length 5>>stream  \r\n(%/JS\nendstream"],
                "",
            ),
        ),
        ("a PDF", PDF, pdf(1)),
        ("a packed PDF", PDF, packed(&pdf(2))),
        (
            "a PDF that opens at a page",
            PDF,
            pdf_with("/OpenAction[3 0 R/Fit]", "", &[], ""),
        ),
        (
            "the same by an action",
            PDF,
            pdf_with("/OpenAction 4 0 R", "", &["<</S/GoTo/D[3 0 R/Fit]>>"], ""),
        ),
        (
            "a PDF with a link",
            PDF,
            pdf_with("", "/Annots[<</Subtype/Link/A<</S/URI/URI(http://a.vn)>>>>]", &[], ""),
        ),
        (
            "words about scripts",
            PDF,
            pdf_with("/Lang(a\\) /JavaScript \\(b)", "", &[], ""),
        ),
        (
            "a PDF that was changed",
            PDF,
            updated(pdf(3), 3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        ),
        ("a text", DOCX, docx("<w:t>Máy sấy</w:t>", &[])),
        (
            "a text with a link",
            DOCX,
            docx(field, &[("word/_rels/document.xml.rels", link.as_bytes())]),
        ),
        ("a workbook", XLSX, sheet.clone()),
        (
            "slides with a chart",
            PPTX,
            office(PPTX, "", &[("ppt/embeddings/Sheet1.xlsx", &sheet)]),
        ),
    ] {
        let reply = send(&app, &owner, &listing, media, bytes).await;
        assert_eq!(
            (reply.status, reply.text("/media_type")),
            (201, media),
            "{what}: {:#}",
            reply.body
        );
    }
}
