//! What bounds files at the doors of listings: pictures that move, lengths that nobody told, the room of an enterprise, and the way
//! into a revision.

use vptex::config::Mebibytes;

use crate::documents::send;
use crate::harness::documents::{self, PDF};
use crate::harness::{Reply, TestApp, pictures};
use crate::hostile_files::{corpus, draft, is_refused};
use crate::middleware::raw;

/// Whether bytes have a word in them.
fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

#[actix_web::test]
async fn of_pictures_that_move_the_first_is_kept_however_many_there_are() {
    let app = TestApp::spawn().await;
    let visitors = draft(&app).await;
    let (owner, listing) = (&visitors.owner, &visitors.listing);
    let still = pictures::png(40, 30);
    for (what, media, bytes) in [
        (
            "2,000 pictures",
            "image/png",
            pictures::animated_png(&still, 2_001, 2_000),
        ),
        // As many as the form allows, none of which is there.
        (
            "two milliards",
            "image/png",
            pictures::animated_png(&still, 0x7fff_ffff, 0),
        ),
        (
            "2,000 pictures",
            "image/webp",
            pictures::animated_webp((40, 30), (40, 30), 2_000),
        ),
        (
            "on a larger canvas",
            "image/webp",
            pictures::animated_webp((1_200, 900), (40, 30), 2_000),
        ),
    ] {
        let made = send(&app, owner, listing, media, bytes).await;
        assert_eq!(
            (made.status, made.body["media_type"].as_str()),
            (201, Some(media)),
            "{what}: {:#}",
            made.body
        );
        let path = format!("/files/{}", made.text("/id"));
        let shown = app.get(&path).by(owner).expect(200).await;
        for word in [&b"acTL"[..], b"fdAT", b"ANIM", b"ANMF"] {
            assert!(!has(&shown.bytes, word), "{media}: {what}");
        }
        let image = image::load_from_memory(&shown.bytes).unwrap();
        let sides = (i64::from(image.width()), i64::from(image.height()));
        assert_eq!(
            sides,
            (made.number("/width"), made.number("/height")),
            "{media}: {what}"
        );
    }
}

#[actix_web::test]
async fn a_file_that_tells_no_length_is_counted_as_it_comes() {
    let mut app = TestApp::prepare();
    app.config.file_limit_mb = Mebibytes::new(1);
    app.start();
    app.settle().await;
    let visitors = draft(&app).await;
    let (owner, listing) = (&visitors.owner, &visitors.listing);
    let most = format!("10000\r\n{}\r\n", " ".repeat(0x10000)).repeat(16);
    for (path, media) in [
        (format!("/listings/{listing}/files?name=a"), "image/png"),
        (
            format!("/enterprises/{}/documents?kind=iso&name=a", owner.enterprise),
            PDF,
        ),
        ("/listing-imports?name=a.csv".to_owned(), "text/csv"),
    ] {
        let head = format!(
            "POST /api/v1{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
             content-type: {media}\r\ntransfer-encoding: chunked\r\n\r\n",
            owner.access
        );
        // As much as may be is looked into, and one byte more is not.
        let looked_into = raw(app.addr(), &format!("{head}{most}0\r\n\r\n")).await;
        assert!(looked_into.starts_with("HTTP/1.1 422"), "{path}: {looked_into}");
        let refused = raw(app.addr(), &format!("{head}{most}1\r\n \r\n0\r\n\r\n")).await;
        assert!(
            refused.starts_with("HTTP/1.1 413") && refused.contains("\"payload_too_large\""),
            "{path}: {refused}"
        );
    }
    assert_eq!(std::fs::read_dir(app.kept_path()).unwrap().count(), 0);
}

/// A PDF of six hundred kilobytes.
fn heavy(number: u32) -> Vec<u8> {
    let stuff = format!("{number:04}").repeat(150 << 10);
    let stream = format!("<</Length {}>>\nstream\n{stuff}\nendstream", stuff.len());
    documents::pdf_with("", "", &[&stream], "")
}

#[actix_web::test]
async fn the_files_of_an_enterprise_have_so_much_room_together() {
    let mut app = TestApp::prepare();
    app.config.files_mb_per_enterprise = Mebibytes::new(1);
    app.start();
    app.settle().await;
    let officer = app.officer().await;
    let [owner, other] = [
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    ];
    let (first, _) = app.listing_draft(&owner, "Máy sấy").await;
    let (second, _) = app.published_listing(&owner, &officer, "Máy ép").await;
    let (others, _) = app.listing_draft(&other, "Máy ấp").await;
    assert_eq!(send(&app, &owner, &first, PDF, heavy(1)).await.status, 201);
    let is_full = |reply: &Reply| {
        assert_eq!((reply.status, reply.code()), (409, "limit_reached"));
        assert!(reply.text("/messages/en").contains("1 MiB"), "{:#}", reply.body);
    };
    // Wherever it is sent, into a revision, too, which is not begun for it.
    for listing in [&first, &second] {
        is_full(&send(&app, &owner, listing, PDF, heavy(2)).await);
    }
    let revision = format!("/listings/{second}/revision");
    app.get(&revision).by(&owner).expect(404).await;
    let papers = format!("/enterprises/{}/documents?kind=iso&name=a", owner.enterprise);
    let call = app.post(&papers).by(&owner).file(PDF, heavy(3));
    is_full(&call.send().await);
    // What still fits is taken, and others have room of their own.
    assert_eq!(send(&app, &owner, &second, PDF, documents::pdf(1)).await.status, 202);
    assert_eq!(send(&app, &other, &others, PDF, heavy(2)).await.status, 201);
}

/// What is added to a published listing begins its revision.
#[actix_web::test]
async fn cve_2026_22707_nothing_hostile_begins_a_revision() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let types = ["image/png", PDF].into_iter().cycle();
    let mut let_in = Vec::new();
    for ((what, bytes), media) in corpus().into_iter().zip(types) {
        let reply = send(&app, &owner, &listing, media, bytes).await;
        if !is_refused(&reply) {
            let_in.push(format!("{what} as {media}: {}", reply.status));
        }
    }
    assert!(let_in.is_empty(), "{let_in:#?}");
    let revision = format!("/listings/{listing}/revision");
    app.get(&revision).by(&owner).expect(404).await;
    let begun = send(&app, &owner, &listing, PDF, documents::pdf(1)).await;
    assert_eq!(begun.status, 202, "{:#}", begun.body);
    app.get(&revision).by(&owner).expect(200).await;
}
