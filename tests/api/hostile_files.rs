//! Hostile files through every door: CVE-2026-22707 (Strapi), where a second way in did not know the rule of the first. The doors
//! are read from the description of the API, so a new one fails here until it is opened below.

use std::collections::BTreeMap;

use serde_json::json;
use vptex::domain::account::Permission;

use crate::harness::contract::DOCUMENT;
use crate::harness::documents::{self, DOCX, PDF};
use crate::harness::{Call, Person, Reply, TestApp, disguises, pictures};

/// The operations that take files, with the types that each takes.
pub fn doors() -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for operations in DOCUMENT["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            let Some(content) = operation["requestBody"]["content"].as_object() else {
                continue;
            };
            let types: Vec<String> = content
                .keys()
                .filter(|media| !media.ends_with("json"))
                .cloned()
                .collect();
            if !types.is_empty() {
                found.insert(operation["operationId"].as_str().unwrap().to_owned(), types);
            }
        }
    }
    found
}

/// Who may go through the doors: the owner of a draft and of a dossier, and an officer who keeps the lists and enters enterprises.
pub struct Visitors {
    pub owner: Person,
    pub listing: String,
    dossier: String,
    keeper: Person,
}

/// A call through a door with a file of some name, by whoever may go through it.
pub fn through(app: &TestApp, door: &str, visitors: &Visitors, name: &str) -> Call {
    let Visitors {
        owner,
        listing,
        dossier,
        keeper,
    } = visitors;
    let enterprise = &owner.enterprise;
    let call = match door {
        "import_taxonomy_entries" => {
            // Nobody has changed a list.
            let call = app.post("/taxonomies/regulated_technologies/imports");
            return call.by(keeper).if_match(0);
        }
        "add_file" => app.post(&format!("/listings/{listing}/files?name={name}")),
        "start_listing_import" => app.post(&format!("/listing-imports?name={name}")),
        "start_enterprise_import" => {
            return app.post(&format!("/enterprise-imports?name={name}")).by(keeper);
        }
        "add_document" => app.post(&format!("/enterprises/{enterprise}/documents?kind=iso&name={name}")),
        "add_dossier_file" => app.post(&format!("/dossiers/{dossier}/files?document=contract&name={name}")),
        // It has words instead of a name.
        "put_logo" => app.put(&format!("/enterprises/{enterprise}/logo?alt_vi=Logo")),
        other => panic!("hostile files have not been sent to {other}"),
    };
    call.by(owner)
}

/// What is no picture, no document and no table, whatever it is called and said to be.
pub fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    let page = b"<!doctype html><script>alert(1)</script>".as_slice();
    let pdf = documents::pdf(1);
    let png = pictures::png(8, 8);
    let gif =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
            .as_slice();
    let jar = documents::archive(&[
        ("META-INF/MANIFEST.MF", b"Main-Class: A"),
        ("A.class", b"\xca\xfe\xba\xbe"),
    ]);
    let zeros = documents::archive(&[("word/a.xml", &vec![0; 110 << 20])]);
    let mut corpus = vec![
        ("nothing", Vec::new()),
        ("zeros", vec![0; 5_000]),
        ("a program", [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 90]].concat()),
        ("a program of Windows'", [b"MZ\x90\0".as_slice(), &[0xff; 90]].concat()),
        ("a page and a PDF", [page, &pdf].concat()),
        ("a PDF and a page", [&pdf, page].concat()),
        ("a PDF and an archive", [&pdf, jar.as_slice()].concat()),
        ("GIFAR", [gif, &jar].concat()),
        ("a program of Java's", jar.clone()),
        (
            "an old document of Word's",
            [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600]].concat(),
        ),
        ("65,535 pixels a side", pictures::announced(65_535, 65_535)),
        (
            "a GIF of many pictures on a huge canvas",
            pictures::animated_gif(65_535, 5_000),
        ),
        (
            "an animated PNG on a huge canvas",
            pictures::animated_png(&pictures::announced(65_535, 65_535), 5_000, 5_000),
        ),
        (
            "an animated WebP on a huge canvas",
            pictures::animated_webp((16_000, 16_000), (4, 3), 5_000),
        ),
        (
            "an animated WebP whose picture does not fit on it",
            pictures::animated_webp((4, 3), (400, 300), 2),
        ),
        ("half a picture", png[..png.len() / 2].to_vec()),
        ("half a PDF", [&pdf[..pdf.len() / 2], b"\xff\xfe\0"].concat()),
        ("half a document", documents::docx("", &[])[..200].to_vec()),
        ("a bomb of an archive", zeros),
        ("a bomb of a PDF", documents::object_stream_bomb(100 << 20)),
        (
            "a PDF with a script",
            documents::pdf_with("/OpenAction<</S/JavaScript/JS(\u{1}\0)>>", "", &[], ""),
        ),
        (
            "a document with macros",
            documents::docx("", &[("word/vbaProject.bin", b"x")]),
        ),
    ];
    corpus.extend(disguises::all().into_iter().map(|(what, _, bytes, _)| (what, bytes)));
    corpus
}

/// A file that a door lets in, with its type and the answer.
pub fn good(door: &str) -> (&'static str, Vec<u8>, u16) {
    match door {
        "add_file" => (PDF, documents::pdf(1), 201),
        "add_document" | "add_dossier_file" => (PDF, documents::pdf(1), 201),
        "put_logo" => ("image/png", pictures::png(8, 8), 200),
        "start_listing_import" => (
            "text/csv",
            "Mã nội bộ,Loại tin,Tên\nSP-1,Chào bán thiết bị,Máy sấy\n".into(),
            202,
        ),
        "start_enterprise_import" => ("text/csv", "Mã số thuế,Tên đơn vị\n2600357502,Đơn vị\n".into(), 202),
        "import_taxonomy_entries" => (
            "text/csv",
            "Mã,Thuộc,Tên,Căn cứ\nrestricted.asen,restricted,Chế phẩm chứa asen,Văn bản thử nghiệm\n".into(),
            200,
        ),
        other => panic!("no good file has been sent to {other}"),
    }
}

/// Whether it was the file that was refused, and not the caller or the time.
pub fn is_refused(reply: &Reply) -> bool {
    let names_a_field = reply.body.pointer("/errors/0/pointer").is_some();
    reply.status == 415 || reply.status == 422 && names_a_field
}

pub async fn draft(app: &TestApp) -> Visitors {
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let keeper = [Permission::ManageReferenceData, Permission::ReviewEnterprises];
    let keeper = app.officer_who_may(&keeper).await;
    let begun = app.post("/dossiers").by(&owner).json(&json!({"procedure": "REG"}));
    let dossier = begun.expect(201).await.text("/id").to_owned();
    Visitors {
        owner,
        listing,
        dossier,
        keeper,
    }
}

#[actix_web::test]
async fn cve_2026_22707_every_door_refuses_what_is_hostile_whatever_it_is_said_to_be() {
    let app = TestApp::spawn().await;
    let visitors = draft(&app).await;
    // There are more files than an officer's token has minutes.
    app.clock.hold();
    let mut let_in = Vec::new();
    let corpus = corpus();
    for (door, types) in doors() {
        for (what, bytes) in &corpus {
            for media in &types {
                let call = through(&app, &door, &visitors, "a.pdf.html");
                let reply = call.file(media, bytes.clone()).send().await;
                if !is_refused(&reply) {
                    let_in.push(format!("{door}: {what} as {media}: {}", reply.status));
                }
            }
        }
    }
    assert!(let_in.is_empty(), "{let_in:#?}");
    // Nothing is left of any of them.
    let kept = app.kept_path();
    assert_eq!(std::fs::read_dir(kept).unwrap().count(), 0);
    // Each of the doors was open all the time.
    for door in doors().into_keys() {
        let (media, bytes, status) = good(&door);
        let call = through(&app, &door, &visitors, "a");
        call.file(media, bytes).expect(status).await;
    }
}

#[actix_web::test]
async fn cve_2026_22707_every_door_refuses_names_that_hide_something_and_types_that_it_does_not_take() {
    let app = TestApp::spawn().await;
    let visitors = draft(&app).await;
    for (door, types) in doors() {
        let bytes = |media: &str| match media {
            "image/png" => pictures::png(3, 3),
            PDF => documents::pdf(3),
            DOCX => documents::docx("", &[]),
            _ => b"a,b\n1,2\n".to_vec(),
        };
        let media = &types[0];
        let names = ["a%00.pdf", "gnp%E2%80%AE.exe", "", "%2e%2e%2f"];
        for name in names
            .iter()
            .filter(|_| door != "put_logo" && door != "import_taxonomy_entries")
        {
            let call = through(&app, &door, &visitors, name);
            call.file(media, bytes(media)).expect(400).await;
        }
        for media in [
            "text/html",
            "image/svg+xml",
            "application/x-msdownload",
            "multipart/form-data; boundary=a",
            "",
        ] {
            let call = through(&app, &door, &visitors, "a");
            let reply = call.file(media, bytes(media)).send().await;
            assert_eq!(reply.status, 415, "{door}: {media}");
        }
    }
}
