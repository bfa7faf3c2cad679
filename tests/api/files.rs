//! Pictures of listings: what comes in, what goes out, and what becomes of it.

use std::path::PathBuf;

use image::ImageFormat;
use reqwest::Method;
use serde_json::json;
use vptex::config::Mebibytes;
use vptex::jobs::files::{self as collector, Collected};
use vptex::service::App;

use crate::harness::{Person, Reply, TestApp, pictures};

/// An active enterprise with a draft.
async fn draft(app: &TestApp) -> (Person, Person, String) {
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    (officer, owner, listing)
}

async fn send(app: &TestApp, owner: &Person, listing: &str, media: &str, bytes: Vec<u8>) -> Reply {
    let path = format!("/listings/{listing}/files?name=anh");
    app.post(&path).by(owner).file(media, bytes).send().await
}

pub async fn publish(app: &TestApp, owner: &Person, officer: &Person, listing: &str) {
    let path = format!("/listings/{listing}");
    let sent = app.post(&format!("{path}/submission")).by(owner).expect(200).await;
    let call = app.post(&format!("{path}/approval")).by(officer);
    call.if_match(sent.number("/version")).expect(200).await;
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Every file under the file store.
fn stored(app: &TestApp) -> Vec<PathBuf> {
    let mut folders = vec![app.kept_path(), app.config.files_path().join("incoming")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

#[actix_web::test]
async fn a_picture_is_made_anew_and_carries_nothing_but_pixels() {
    let app = TestApp::spawn().await;
    let (_, owner, listing) = draft(&app).await;
    let photograph = pictures::photograph(2_000, 1_000);
    assert!(contains(&photograph, pictures::PLACE) && contains(&photograph, "Exif"));
    let path = format!("/listings/{listing}/files?name=../../IMG_1.jpg");
    let made = app.post(&path).by(&owner).file("image/jpeg", photograph);
    let made = made.expect(201).await;
    let view = &made.body;
    assert_eq!(
        (made.text("/name"), made.text("/media_type")),
        ("IMG_1.jpg", "image/jpeg")
    );
    // Turned as the camera said.
    assert_eq!((made.number("/width"), made.number("/height")), (1_000, 2_000));
    assert_eq!(app.deeds(made.text("/id")), [("file.added".to_owned(), None)]);

    let path = format!("/files/{}", made.text("/id"));
    assert_eq!(made.header("location"), Some(format!("/api/v1{path}").as_str()));
    for (size, media, sides) in [
        ("", "image/jpeg", (1_000, 2_000)),
        ("?size=1280", "image/webp", (640, 1_280)),
        ("?size=480", "image/webp", (240, 480)),
        ("?size=160", "image/webp", (80, 160)),
    ] {
        let shown = app.get(&format!("{path}{size}")).by(&owner).expect(200).await;
        assert_eq!(shown.header("content-type"), Some(media), "{size}");
        for word in [pictures::PLACE, "Exif", "ICC_PROFILE", "http"] {
            assert!(!contains(&shown.bytes, word), "{size}: {word}");
        }
        let image = image::load_from_memory(&shown.bytes).unwrap().into_rgb8();
        assert_eq!(image.dimensions(), sides, "{size}");
        // What was left is above now.
        let (above, below) = (image.get_pixel(9, 9), image.get_pixel(9, sides.1 - 9));
        assert!(above[0] > 200 && below[2] > 200, "{size}: {above:?} {below:?}");
    }
    assert_eq!(view["thumbnails"].as_array().unwrap().len(), 3);
    assert_eq!(view["thumbnails"][0]["edge"], 160);
    app.get(&format!("{path}?size=161")).by(&owner).expect(400).await;
    // Nothing but the four contents lies there, each readable by its owner only.
    assert_eq!(stored(&app).len(), 4);
}

/// CVE-2025-55283 and its like: a picture that is shown as a page in the exchange's own name.
#[actix_web::test]
async fn a_browser_saves_what_is_sent_and_runs_none_of_it() {
    let app = TestApp::spawn().await;
    let (_, owner, listing) = draft(&app).await;
    let id = app.add_picture(&owner, &listing).await;
    let path = format!("/files/{id}");
    let whole = app.get(&path).by(&owner).expect(200).await;
    let expected = [
        ("content-disposition", format!("attachment; filename=\"{id}.png\"")),
        ("x-content-type-options", "nosniff".into()),
        (
            "content-security-policy",
            "sandbox; default-src 'none'; frame-ancestors 'none'".into(),
        ),
        ("cache-control", "private, no-cache".into()),
        ("accept-ranges", "bytes".into()),
        ("content-length", whole.bytes.len().to_string()),
    ];
    for (name, value) in expected {
        assert_eq!(whole.header(name), Some(value.as_str()));
    }
    let tag = whole.header("etag").unwrap().to_owned();
    let unchanged = app
        .get(&path)
        .by(&owner)
        .header("if-none-match", &tag)
        .expect(304)
        .await;
    assert!(unchanged.bytes.is_empty());
    let size = whole.bytes.len();
    let ask = |range: &str| app.get(&path).by(&owner).header("range", range);
    let part = ask("bytes=2-5").expect(206).await;
    assert_eq!(part.bytes, whole.bytes[2..6]);
    assert_eq!(part.header("content-range"), Some(format!("bytes 2-5/{size}").as_str()));
    assert_eq!(ask("bytes=-3").expect(206).await.bytes, whole.bytes[size - 3..]);
    assert_eq!(
        ask("bytes=0-1").header("if-range", &tag).expect(206).await.bytes.len(),
        2
    );
    assert_eq!(
        ask("bytes=0-1").header("if-range", "\"x\"").expect(200).await.bytes,
        whole.bytes
    );
    let beyond = ask("bytes=999999-").expect(416).await;
    assert_eq!(beyond.code(), "range_not_satisfiable");
    assert_eq!(beyond.header("content-range"), Some(format!("bytes */{size}").as_str()));
    // Parts are GET's: HEAD tells of all of it.
    for range in ["bytes=2-5", "bytes=999999-"] {
        let head = app.call(Method::HEAD, &path).by(&owner).header("range", range);
        let head = head.expect(200).await;
        assert_eq!(head.header("content-length"), Some(size.to_string().as_str()));
        assert_eq!(head.header("content-range"), None);
    }
}

#[actix_web::test]
async fn a_file_is_seen_by_whom_its_listing_is() {
    let app = TestApp::spawn().await;
    let (officer, owner, listing) = draft(&app).await;
    let stranger = app.active_enterprise(&officer).await;
    let id = app.add_picture(&owner, &listing).await;
    let (file, list) = (format!("/files/{id}"), format!("/listings/{listing}/files"));
    let absent = app.get("/files/00000000-0000-0000-0000-000000000000").expect(404).await;
    for path in [&file, &list] {
        let hidden = app.get(path).expect(404).await;
        assert_eq!(hidden.text("/detail"), absent.text("/detail"));
        app.get(path).by(&stranger).expect(404).await;
        app.get(path).by(&owner).expect(200).await;
    }
    app.delete(&file).by(&stranger).expect(404).await;
    assert_eq!(
        send(&app, &stranger, &listing, "image/png", pictures::png(1, 1))
            .await
            .status,
        404
    );

    publish(&app, &owner, &officer, &listing).await;
    app.get(&file).expect(200).await;
    let told = app.get(&list).expect(200).await;
    // What people call their files is nobody else's business.
    assert!(told.body["items"][0].get("name").is_none(), "{:#}", told.body);
    let own = app.get(&list).by(&owner).expect(200).await;
    assert_eq!(own.text("/items/0/name"), "anh.png");
    // What was approved stays as it was approved: a revision is to change it.
    let late = send(&app, &owner, &listing, "image/png", pictures::png(1, 1)).await;
    assert_eq!((late.status, late.text("/status")), (202, "draft"));
    app.delete(&file).by(&owner).expect(202).await;
    assert_eq!(app.get(&list).expect(200).await.body, told.body);
    app.get(&file).expect(200).await;

    app.suspend(&owner.enterprise, &officer).await;
    app.get(&file).expect(404).await;
    app.get(&list).expect(404).await;
}

#[actix_web::test]
async fn hostile_files_are_refused_in_words_and_leave_nothing_behind() {
    let mut app = TestApp::prepare();
    app.config.file_limit_mb = Mebibytes::new(1);
    app.start();
    let (_, owner, listing) = draft(&app).await;
    let png = pictures::png(64, 64);
    let jpeg = pictures::jpeg(64, 64);
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    let bomb = pictures::transparent(5_000, 5_000, ImageFormat::Png);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    for (what, media, bytes, fault) in [
        ("nothing", "image/png", Vec::new(), "file_empty"),
        ("a page", "image/png", html, "file_type_unknown"),
        ("SVG", "image/png", svg, "file_type_unknown"),
        (
            "GIF",
            "image/jpeg",
            b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
            "file_type_unknown",
        ),
        ("an archive", "image/webp", b"PK\x03\x04".repeat(9), "file_broken"),
        ("half a PDF", "image/jpeg", b"%PDF-1.7\n1 0 obj".to_vec(), "file_broken"),
        (
            "PNG that is said to be JPEG",
            "image/jpeg",
            png.clone(),
            "file_type_differs",
        ),
        (
            "JPEG that is said to be WebP",
            "image/webp",
            jpeg.clone(),
            "file_type_differs",
        ),
        ("half a PNG", "image/png", png[..png.len() / 2].to_vec(), "file_broken"),
        ("the head of a JPEG", "image/jpeg", jpeg[..40].to_vec(), "file_broken"),
        (
            "RIFF without WebP",
            "image/webp",
            b"RIFF\x04\0\0\0WEBPVP8 ".to_vec(),
            "file_broken",
        ),
        (
            "65,535 pixels a side",
            "image/png",
            pictures::announced(65_535, 65_535),
            "picture_too_large",
        ),
        (
            "more pixels than numbers",
            "image/png",
            pictures::announced(0x7fff_ffff, 0x7fff_ffff),
            "picture_too_large",
        ),
        (
            "one pixel too many",
            "image/png",
            pictures::png(8_001, 1),
            "picture_too_large",
        ),
        ("a bomb", "image/png", bomb, "picture_too_large"),
    ] {
        let refused = send(&app, &owner, &listing, media, bytes).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "validation_failed"),
            "{what}: {:#}",
            refused.body
        );
        let told = (refused.text("/errors/0/pointer"), refused.text("/errors/0/code"));
        assert_eq!(told, ("content", fault), "{what}");
    }
    for media in [
        "text/html",
        "image/svg+xml",
        "image/png; a=b",
        "application/octet-stream",
    ] {
        assert_eq!(
            send(&app, &owner, &listing, media, png.clone()).await.status,
            415,
            "{media}"
        );
    }
    let names = [
        ("a%00.png", 400),
        ("gnp%E2%80%AE.exe", 400),
        ("", 400),
        ("%2e%2e%2f", 400),
    ];
    for (name, status) in names {
        let path = format!("/listings/{listing}/files?name={name}");
        app.post(&path)
            .by(&owner)
            .file("image/png", png.clone())
            .expect(status)
            .await;
    }
    let large = vec![0; (1 << 20) + 1];
    assert_eq!(send(&app, &owner, &listing, "image/png", large).await.status, 413);
    assert_eq!(stored(&app), Vec::<PathBuf>::new());
    let list = app.get(&format!("/listings/{listing}/files")).by(&owner);
    assert!(list.expect(200).await.ids().is_empty());
}

#[actix_web::test]
async fn what_hides_behind_a_picture_is_left_behind() {
    let app = TestApp::spawn().await;
    let (_, owner, listing) = draft(&app).await;
    let script = "<script>alert(document.domain)</script>";
    let archive = "PK\u{3}\u{4}META-INF/MANIFEST.MF";
    for (media, picture, kept_as) in [
        ("image/png", pictures::png(40, 30), "image/png"),
        ("image/jpeg", pictures::jpeg(40, 30), "image/jpeg"),
        ("image/webp", pictures::webp(40, 30), "image/webp"),
        (
            "image/webp",
            pictures::transparent(40, 30, ImageFormat::WebP),
            "image/webp",
        ),
        (
            "image/png",
            pictures::transparent(40, 30, ImageFormat::Png),
            "image/png",
        ),
    ] {
        let both = [&picture, script.as_bytes(), archive.as_bytes()].concat();
        let made = send(&app, &owner, &listing, media, both).await;
        assert_eq!(
            (made.status, made.text("/media_type")),
            (201, kept_as),
            "{media}: {:#}",
            made.body
        );
        let shown = app
            .get(&format!("/files/{}", made.text("/id")))
            .by(&owner)
            .expect(200)
            .await;
        assert!(
            !contains(&shown.bytes, "script") && !contains(&shown.bytes, "META-INF"),
            "{media}"
        );
        let image = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!((image.width(), image.height()), (40, 30));
    }
}

#[actix_web::test]
async fn a_listing_has_so_many_files_in_the_order_that_its_owner_wants() {
    let mut app = TestApp::prepare();
    app.config.files_per_listing = 3;
    app.start();
    let (_, owner, listing) = draft(&app).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(app.add_picture(&owner, &listing).await);
    }
    let full = send(&app, &owner, &listing, "image/png", pictures::png(1, 1)).await;
    assert_eq!((full.status, full.code()), (409, "limit_reached"));
    let path = format!("/listings/{listing}/files");
    let listed = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(listed.ids(), ids);
    ids.rotate_left(1);
    let order = |ids: &[String]| app.put(&path).by(&owner).json(&json!({"files": ids}));
    assert_eq!(order(&ids).expect(200).await.ids(), ids);
    for wrong in [&ids[1..], &[ids[0].clone(), ids[0].clone(), ids[1].clone()], &[]] {
        let refused = order(wrong).expect(422).await;
        assert_eq!(refused.pointers(), ["/files"]);
    }
    app.delete(&format!("/files/{}", ids[1])).by(&owner).expect(204).await;
    app.get(&format!("/files/{}", ids[1])).by(&owner).expect(404).await;
    app.delete(&format!("/files/{}", ids[1])).by(&owner).expect(404).await;
    assert_eq!(app.deeds(&ids[1])[1].0, "file.removed");
    ids[1] = app.add_picture(&owner, &listing).await;
    ids.swap(1, 2);
    assert_eq!(app.get(&path).by(&owner).expect(200).await.ids(), ids);
}

#[actix_web::test]
async fn the_same_upload_with_the_same_key_is_one_file() {
    let app = TestApp::spawn().await;
    let (_, owner, listing) = draft(&app).await;
    let path = format!("/listings/{listing}/files?name=anh.png");
    let send = |bytes| {
        app.post(&path)
            .by(&owner)
            .header("idempotency-key", "k")
            .file("image/png", bytes)
    };
    let first = send(pictures::png(3, 3)).expect(201).await;
    let again = send(pictures::png(3, 3)).expect(201).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.text("/id"), again.text("/id"));
    assert_eq!(
        send(pictures::png(4, 4)).expect(422).await.code(),
        "idempotency_key_reused"
    );
}

async fn collect(app: &App, is_trial: bool) -> Collected {
    let app = app.clone();
    let collected = tokio::task::spawn_blocking(move || collector::run(&app, is_trial));
    collected.await.unwrap().unwrap()
}

#[actix_web::test]
async fn orphans_are_collected_and_what_is_needed_stays() {
    let app = TestApp::spawn().await;
    let (_, owner, listing) = draft(&app).await;
    let kept = app.add_picture(&owner, &listing).await;
    let removed = app.add_picture(&owner, &listing).await;
    app.delete(&format!("/files/{removed}")).by(&owner).expect(204).await;
    // What a crash leaves: an upload half way in, and a content half way into its place.
    let root = app.config.files_path();
    let first = stored(&app)
        .into_iter()
        .find(|path| path.starts_with(app.kept_path()))
        .unwrap();
    std::fs::write(root.join("incoming").join("half"), "x").unwrap();
    // In a bucket there is no half of a content.
    let in_folder = app.config.s3_bucket.is_none();
    if in_folder {
        std::fs::write(first.with_extension("").to_string_lossy().into_owned() + "#1", "x").unwrap();
    }
    let before = stored(&app).len();
    // Young things may be on their way.
    assert_eq!(collect(app.exchange(), false).await, Collected::default());
    app.clock.pass(2 * 60 * 60);
    let found = collect(app.exchange(), true).await;
    assert_eq!((found.leftovers, found.missing.len()), (1 + usize::from(in_folder), 0));
    assert!(found.contents > 0 && found.bytes > 0, "{found:?}");
    assert_eq!(stored(&app).len(), before);
    assert_eq!(collect(app.exchange(), false).await, found);
    assert_eq!(stored(&app).len(), before - found.contents - found.leftovers);
    assert_eq!(collect(app.exchange(), false).await, Collected::default());
    let owner = app.again(&owner).await;
    let whole = app.get(&format!("/files/{kept}")).by(&owner).expect(200).await;

    // A content that is gone is told of, and asking for it says that it is our fault.
    let digest = whole.header("etag").unwrap().trim_matches('"');
    let folder: String = digest.chars().take(2).collect();
    std::fs::remove_file(app.kept_path().join(folder).join(digest)).unwrap();
    let missing = collect(app.exchange(), false).await.missing;
    assert_eq!(missing.iter().map(ToString::to_string).collect::<Vec<_>>(), [digest]);
    let lost = app.get(&format!("/files/{kept}")).by(&owner).expect(500).await;
    assert_eq!(lost.code(), "content_damaged");
}
