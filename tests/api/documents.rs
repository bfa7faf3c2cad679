//! Documents of listings that are kept as they came.

use vptex::domain::account::Permission;

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
async fn another_document_is_another_listing_to_whoever_judges_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy").await;
    let first = send(&app, &owner, &listing, PDF, pdf(1)).await;
    let submission = format!("/listings/{listing}/submission");
    let sent = app.post(&submission).by(&owner).expect(200).await;
    let returned = serde_json::json!({
        "reason_code": "incomplete", "reason_text": "Bản vẽ bị mờ, không đọc được các kích thước.",
        "notes": [{"pointer": "/files/0", "text": "Quét lại."}, {"pointer": "/videos", "text": "Nên có video."}],
    });
    let call = app.post(&format!("/listings/{listing}/change-request")).by(&officer);
    let call = call.if_match(sent.number("/version")).json(&returned);
    call.expect(200).await;
    let removed = app.delete(&format!("/files/{}", first.text("/id"))).by(&owner);
    removed.expect(204).await;
    let second = send(&app, &owner, &listing, PDF, pdf(2)).await;
    let videos = serde_json::json!({"videos": [{"url": "https://vimeo.com/76979871", "title": {"vi": "Xưởng"}}]});
    let path = format!("/listings/{listing}/videos");
    app.put(&path).by(&owner).json(&videos).expect(200).await;
    app.post(&submission).by(&owner).expect(200).await;

    let diff = app.get(&format!("/reviews/listing/{listing}/diff")).by(&officer);
    let compared = diff.expect(200).await;
    let places = compared.body["differences"].as_array().unwrap();
    let told = |pointer: &str| places.iter().find(|place| place["pointer"] == pointer).unwrap();
    let id = told("/files/0/id");
    assert_eq!((&id["before"], &id["after"]), (&first.body["id"], &second.body["id"]));
    let digest = told("/files/0/sha256");
    assert_eq!(
        (&digest["before"], &digest["after"]),
        (&first.body["sha256"], &second.body["sha256"])
    );
    assert_eq!(told("/videos")["after"][0]["url"], "https://vimeo.com/76979871");
    // The trail says which content was added.
    let reader = app.officer_who_may(&[Permission::ReadAudit]).await;
    let mut hashes = Vec::new();
    for file in [&first, &second] {
        let path = format!("/audit?subject={}&deed=file.added", file.text("/id"));
        let rows = app.get(&path).by(&reader).expect(200).await;
        hashes.push(rows.text("/items/0/after_hash").to_owned());
    }
    assert_ne!(hashes[0], hashes[1]);
}

#[actix_web::test]
async fn whoever_saw_other_files_saw_another_version() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let path = format!("/listings/{listing}");
    let version = async || app.get(&path).by(&owner).expect(200).await.number("/version");
    let mut seen = vec![version().await];
    let one = send(&app, &owner, &listing, PDF, pdf(1)).await;
    seen.push(version().await);
    let other = send(&app, &owner, &listing, PDF, pdf(2)).await;
    seen.push(version().await);
    let label = serde_json::json!({"kind": "manual", "title": {"vi": "Hướng dẫn"}});
    let file = format!("/files/{}", one.text("/id"));
    let labelled = app.put(&format!("{file}/label")).by(&owner).json(&label);
    labelled.expect(200).await;
    seen.push(version().await);
    let order = serde_json::json!({"files": [other.body["id"], one.body["id"]]});
    let ordered = app.put(&format!("{path}/files")).by(&owner).json(&order);
    ordered.expect(200).await;
    seen.push(version().await);
    let videos = app.put(&format!("{path}/videos")).by(&owner);
    videos.json(&serde_json::json!({"videos": []})).expect(200).await;
    seen.push(version().await);
    app.delete(&file).by(&owner).expect(204).await;
    seen.push(version().await);
    assert!(seen.is_sorted_by(|one, next| one < next), "{seen:?}");
    // A colleague who read the listing before the last file went hands in nothing unseen.
    let submission = format!("{path}/submission");
    let stale = app.post(&submission).by(&owner).if_match(seen[5]).expect(412).await;
    assert_eq!(stale.text("/code"), "stale_version");
    app.post(&submission).by(&owner).if_match(seen[6]).expect(200).await;
}

#[actix_web::test]
async fn what_was_endorsed_beside_other_files_is_endorsed_no_more() {
    let app = TestApp::spawn().await;
    let (first, second) = (app.officer().await, app.officer().await);
    let owner = app.active_enterprise(&first).await;
    let (id, version) = app.published_listing(&owner, &first, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let patch = serde_json::json!({"description": {"vi": "Gọi 0912 345 678 để biết thêm."}});
    let begun = app
        .patch(&path)
        .by(&owner)
        .if_match(version)
        .json(&patch)
        .expect(202)
        .await;
    let handed_in = app
        .post(&format!("{path}/revision/submission"))
        .by(&owner)
        .if_match(begun.number("/version"))
        .expect(200)
        .await;
    let approval = format!("{path}/revision/approval");
    let approve = |officer: &Person, version: i64| app.post(&approval).by(officer).if_match(version);
    approve(&first, handed_in.number("/version")).expect(202).await;
    // Withdrawn, given another file, and live again: what waited is its writer's again, and is written anew.
    app.delete(&format!("{path}/submission")).by(&owner).expect(200).await;
    send(&app, &owner, &id, PDF, pdf(1)).await;
    let again = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let call = app.post(&format!("{path}/approval")).by(&second);
    let live = call.if_match(again.number("/version")).expect(200).await;
    approve(&second, handed_in.number("/version")).expect(404).await;
    app.delete(&format!("{path}/revision")).by(&owner).expect(200).await;
    let call = app.patch(&path).by(&owner).if_match(live.number("/version"));
    call.json(&patch).expect(202).await;
    let revision = app
        .post(&format!("{path}/revision/submission"))
        .by(&owner)
        .expect(200)
        .await;
    approve(&second, revision.number("/version")).expect(202).await;
    approve(&first, revision.number("/version")).expect(200).await;
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
