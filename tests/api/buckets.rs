//! Files in a bucket of an S3-compatible service: what holds for a folder holds there, and what happens when the service
//! does not answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Method;
use vptex::app::try_bucket;
use vptex::config::{BucketName, Config, KeyPrefix, PublicUrl, Secret, Value as _};
use vptex::domain::file::Digest;
use vptex::jobs::files::{self as collector, Collected};
use vptex::service::file_imports::run;
use vptex::store::file_imports::Listings;
use vptex::store::{self, content_removals};

use crate::bucket::{Mood, Service};
use crate::documents::{draft, send};
use crate::files::publish;
use crate::harness::documents::{PDF, pdf};
use crate::harness::{Person, TestApp, pictures};
use crate::listing_imports::{DRYER, HEAD, ended};

async fn collect(app: &TestApp) -> vptex::service::Result<Collected> {
    let exchange = app.exchange().clone();
    let collected = tokio::task::spawn_blocking(move || collector::run(&exchange, false));
    collected.await.unwrap()
}

async fn document(app: &TestApp, owner: &Person, listing: &str, number: u32) -> String {
    let added = send(app, owner, listing, PDF, pdf(number)).await;
    assert_eq!(added.status, 201, "{:#}", added.body);
    added.text("/id").to_owned()
}

/// Tries the bucket out as `vptex serve` does, and gives what it complains of.
async fn complaint(config: &Config) -> Option<String> {
    let config = config.clone();
    let tried = tokio::task::spawn_blocking(move || try_bucket(&config));
    tried.await.unwrap().err().map(|finding| finding.to_string())
}

/// What `/readyz` says of the file store. The node is ready in any case.
async fn answers(app: &TestApp) -> bool {
    let ready = app.request(Method::GET, "/readyz").expect(200).await;
    ready.body["files"].as_bool().unwrap()
}

#[actix_web::test]
async fn files_lie_in_a_bucket_from_the_upload_to_the_takedown() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let picture = app.add_picture(&owner, &listing).await;
    let large = pictures::photograph(1_500, 900);
    let path = format!("/listings/{listing}/files?name=anh.jpg");
    let large = app.post(&path).by(&owner).file("image/jpeg", large).expect(201).await;
    let bytes = pdf(1);
    let paper = document(&app, &owner, &listing, 1).await;
    // Of the small picture the small versions are the same bytes.
    let digests: Vec<String> = service.keys();
    assert!(digests.len() >= 6, "{digests:?}");
    for key in &digests {
        let (folder, name) = key.split_once('/').unwrap();
        assert!(
            name.len() == 64 && folder.len() == 2 && name.starts_with(folder),
            "{key}"
        );
    }
    assert!(!app.config.files_path().join("kept").exists());
    let incoming = std::fs::read_dir(app.config.files_path().join("incoming")).unwrap();
    assert_eq!(incoming.count(), 0);

    // The same again lies there once.
    document(&app, &owner, &listing, 1).await;
    assert_eq!(service.keys(), digests);

    let path = format!("/files/{paper}");
    let whole = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(whole.bytes, bytes);
    let tag = whole.header("etag").unwrap();
    let part = app.get(&path).by(&owner).header("range", "bytes=3-9").expect(206).await;
    assert_eq!(part.bytes, bytes[3..10]);
    let last = app.get(&path).by(&owner).header("range", "bytes=-5").expect(206).await;
    assert_eq!(last.bytes, bytes[bytes.len() - 5..]);
    app.get(&path)
        .by(&owner)
        .header("range", "bytes=99999-")
        .expect(416)
        .await;
    app.get(&path).by(&owner).header("if-none-match", tag).expect(304).await;
    for size in [160, 480, 1_280] {
        let path = format!("/files/{}?size={size}", large.text("/id"));
        let shown = app.get(&path).by(&owner).expect(200).await;
        let seen = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!(seen.width().max(seen.height()), size);
    }

    publish(&app, &owner, &officer, &listing).await;
    let path = format!("/files/{picture}");
    app.get(&path).expect(200).await;
    let (takedown, _) = app.takedown(&officer, &listing).await;
    let execution = format!("/takedowns/{takedown}/execution");
    app.post(&execution).by(&officer).if_match(1).expect(200).await;
    app.get(&path).expect(451).await;
}

#[actix_web::test]
async fn orphans_are_collected_from_a_bucket_and_missing_contents_told() {
    let service = Arc::new(Service::start());
    let mut app = TestApp::spawn_with(&service).await;
    app.stop().await;
    app.config.s3_prefix = Some(KeyPrefix::parse("san/tep").unwrap());
    app.start();
    // What others keep in the bucket is not looked at.
    std::fs::write(service.path().join("ab"), "x").unwrap();
    let (owner, listing) = draft(&app).await;
    let picture = app.add_picture(&owner, &listing).await;
    let paper = document(&app, &owner, &listing, 1).await;
    app.delete(&format!("/files/{picture}")).by(&owner).expect(204).await;
    let before = service.keys().len();
    assert_eq!(collect(&app).await.unwrap(), Collected::default());
    app.clock.pass(2 * 60 * 60);
    let collected = collect(&app).await.unwrap();
    assert_eq!((collected.contents, collected.missing.len()), (before - 2, 0));
    let kept = service.keys();
    assert!(
        kept[0] == "ab" && kept[1].starts_with("san/tep/") && kept.len() == 2,
        "{kept:?}"
    );
    assert_eq!(collect(&app).await.unwrap(), Collected::default());

    std::fs::remove_file(service.path().join(&kept[1])).unwrap();
    assert_eq!(collect(&app).await.unwrap().missing.len(), 1);
    let owner = app.again(&owner).await;
    let lost = app.get(&format!("/files/{paper}")).by(&owner).expect(500).await;
    assert_eq!(lost.code(), "content_damaged");
    // A bucket that is gone is no bucket without contents: nothing is told to be missing.
    std::fs::remove_dir_all(service.path()).unwrap();
    assert!(collect(&app).await.unwrap_err().log.unwrap().contains("NoSuchBucket"));
    assert_eq!(
        send(&app, &owner, &listing, PDF, pdf(3)).await.code(),
        "storage_unavailable"
    );
    assert!(!answers(&app).await);
}

#[actix_web::test]
async fn a_bucket_that_loses_most_of_its_rows_is_left_alone() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    let (owner, listing) = draft(&app).await;
    document(&app, &owner, &listing, 1).await;
    for number in 0..60_u32 {
        let name = format!("{number:064x}");
        let folder = service.path().join(name.split_at(2).0);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), "x").unwrap();
    }
    app.clock.pass(2 * 60 * 60);
    let exchange = app.exchange().clone();
    let careful = tokio::task::spawn_blocking(move || collector::run_with_care(&exchange));
    let refused = careful.await.unwrap().unwrap_err();
    assert!(refused.log.unwrap().contains("60 of 61 contents"));
    assert_eq!(service.keys().len(), 61);
    assert_eq!(collect(&app).await.unwrap().contents, 60);
}

#[actix_web::test]
async fn a_service_that_does_not_answer_stops_files_and_nothing_else() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    let (owner, listing) = draft(&app).await;
    let paper = document(&app, &owner, &listing, 1).await;
    assert!(answers(&app).await);
    for mood in [Mood::Broken, Mood::Silent] {
        service.fare(mood);
        let before = service.calls();
        let began = Instant::now();
        let refused = send(&app, &owner, &listing, PDF, pdf(2)).await;
        assert_eq!((refused.status, refused.code()), (503, "storage_unavailable"));
        let shown = app.get(&format!("/files/{paper}")).by(&owner).expect(503).await;
        assert_eq!(shown.code(), "storage_unavailable");
        assert!(collect(&app).await.is_err());
        // A second each, and as long again for repetitions, with room for a busy machine.
        assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
        let calls = service.calls() - before;
        assert!((3..=12).contains(&calls), "{calls} calls");
        assert!(!answers(&app).await);
        // Nothing is half done, and what needs no file goes on.
        let listed = app
            .get(&format!("/listings/{listing}/files"))
            .by(&owner)
            .expect(200)
            .await;
        assert_eq!(listed.ids(), [paper.as_str()]);
        assert_eq!(app.deeds(&paper).len(), 1);
        app.listing_draft(&owner, "Máy khác").await;
    }
    service.fare(Mood::Well);
    document(&app, &owner, &listing, 2).await;
    assert!(answers(&app).await);
    let shown = app.get(&format!("/files/{paper}")).by(&owner).expect(200).await;
    assert_eq!(shown.bytes, pdf(1));

    // Gone altogether: nobody listens there any more.
    let endpoint = service.endpoint.clone();
    let mut app = app;
    app.forget_bucket();
    drop(service);
    let refused = send(&app, &owner, &listing, PDF, pdf(3)).await;
    assert_eq!((refused.status, refused.code()), (503, "storage_unavailable"));
    let why = complaint(&app.config).await.unwrap();
    assert!(
        why.contains(&endpoint) && why.to_lowercase().contains("connection refused"),
        "{why}"
    );
}

#[actix_web::test]
async fn a_content_that_is_cut_off_is_fetched_on_or_seen_to_be_cut_off() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    let (owner, listing) = draft(&app).await;
    let paper = document(&app, &owner, &listing, 1).await;
    let path = format!("/files/{paper}");
    service.fare(Mood::CutsOffOnce);
    let before = service.calls();
    assert_eq!(app.get(&path).by(&owner).expect(200).await.bytes, pdf(1));
    assert!(service.calls() > before + 1);
    service.fare(Mood::CutsOff);
    let url = format!("http://{}/api/v1{path}", app.addr());
    // Whether the head of the answer has left before it is cut off is a matter of luck, and where it has not, 503 says so;
    // a whole one never comes.
    let cut = async {
        let answer = reqwest::Client::new()
            .get(url)
            .bearer_auth(&owner.access)
            .send()
            .await?;
        answer.error_for_status()?.bytes().await
    };
    let error = cut.await.unwrap_err();
    assert!(error.status().is_none_or(|status| status == 503), "{error}");
}

#[actix_web::test]
async fn what_is_wrong_with_a_bucket_is_told_in_one_line_without_the_secret() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    assert_eq!(complaint(&app.config).await, None);
    assert_eq!(service.keys(), Vec::<String>::new());
    let mut wrong_key = app.config.clone();
    wrong_key.s3_secret_key = Some(Secret::parse("mot-khoa-khac").unwrap());
    let mut no_bucket = app.config.clone();
    no_bucket.s3_bucket = Some(BucketName::parse("khong-co").unwrap());
    let mut no_tls = app.config.clone();
    let plain = service.endpoint.replace("http://", "https://");
    no_tls.s3_endpoint = Some(PublicUrl::parse(&plain).unwrap());
    for (config, words) in [
        (wrong_key, "kho-tep at http://127.0.0.1:"),
        (no_bucket, "NoSuchBucket"),
        (no_tls, "cannot be written"),
    ] {
        let why = complaint(&config).await.unwrap();
        assert!(why.starts_with("error: s3_bucket: ") && why.contains(words), "{why}");
        assert!(why.contains("cannot be written") && !why.contains('\n'), "{why}");
        assert!(!why.contains("khoa-bi-mat") && !why.contains("mot-khoa-khac"), "{why}");
    }
    // Files that come while it cannot be written are refused, whatever the reason.
    service.fare(Mood::Silent);
    let why = complaint(&app.config).await.unwrap();
    assert!(
        why.contains("cannot be written") && why.contains("no answer within 1 s"),
        "{why}"
    );
}

#[actix_web::test]
async fn nothing_is_added_for_what_the_collector_is_removing() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let paper = document(&app, &owner, &listing, 1).await;
    let shown = app.get(&format!("/files/{paper}")).by(&owner).expect(200).await;
    let digest = Digest::parse(shown.header("etag").unwrap().trim_matches('"')).unwrap();
    app.delete(&format!("/files/{paper}")).by(&owner).expect(204).await;
    let now = app.exchange().clock.now();
    app.change(move |uow| {
        assert!(content_removals::announce(uow, &digest, now)?);
        // Another collector leaves it alone.
        assert!(!content_removals::announce(uow, &digest, now)?);
        Ok(())
    })
    .await;
    let refused = send(&app, &owner, &listing, PDF, pdf(1)).await;
    assert_eq!((refused.status, refused.code()), (503, "busy"));
    assert_eq!(send(&app, &owner, &listing, PDF, pdf(2)).await.status, 201);
    // Just ended, it may have taken what was put a moment before; then no more.
    app.change(move |uow| content_removals::end(uow, &digest, now)).await;
    assert_eq!(send(&app, &owner, &listing, PDF, pdf(1)).await.code(), "busy");
    app.clock.pass(60);
    document(&app, &owner, &listing, 1).await;
    // One that never ended is over when the collector comes next, and an hour has gone by.
    app.change(move |uow| {
        content_removals::forget(uow, now + jiff::SignedDuration::from_secs(1))?;
        assert!(content_removals::announce(uow, &digest, now)?);
        Ok(())
    })
    .await;
    assert_eq!(send(&app, &owner, &listing, PDF, pdf(1)).await.code(), "busy");
    app.clock.pass(2 * 60 * 60);
    collect(&app).await.unwrap();
    let owner = app.again(&owner).await;
    document(&app, &owner, &listing, 1).await;
    let read = |conn: &mut store::AnyConn| content_removals::may_concern(conn, &digest, now);
    assert!(!app.exchange().db.read(read).unwrap());
}

#[actix_web::test]
async fn an_import_waits_for_a_service_that_does_not_answer() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    let (owner, _) = draft(&app).await;
    let file = format!("{HEAD}{DRYER}");
    let path = "/listing-imports?name=tin.csv";
    service.fare(Mood::Broken);
    let refused = app.post(path).by(&owner).file("text/csv", file.clone()).send().await;
    assert_eq!(refused.code(), "storage_unavailable");
    // Its rows are taken in and cannot be read again.
    service.fare(Mood::Unreadable);
    let sent = app
        .post(path)
        .by(&owner)
        .file("text/csv", file.clone())
        .expect(202)
        .await;
    let id = sent.text("/id").to_owned();
    for _ in 0..9 {
        let exchange = app.exchange().clone();
        // Nothing comes to its end, and nothing else is held up.
        let ended = tokio::task::spawn_blocking(move || run::run_due::<Listings>(&exchange, &|| true));
        assert_eq!(ended.await.unwrap().unwrap(), 0);
        app.clock.pass(25);
    }
    let path = format!("/listing-imports/{id}");
    let waiting = app.get(&path).by(&owner).expect(200).await;
    assert!(
        ["waiting", "running"].contains(&waiting.text("/status")),
        "{:#}",
        waiting.body
    );
    service.fare(Mood::Well);
    // It rests for a while after each time.
    app.clock.pass(15 * 60);
    let owner = app.again(&owner).await;
    let done = ended(&app, &owner, &id).await;
    assert_eq!((done.text("/status"), done.number("/counts/done")), ("finished", 1));
}

#[actix_web::test]
async fn an_import_whose_rows_were_changed_is_not_loaded() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    let (owner, _) = draft(&app).await;
    // Taken in, and not to be read before something else lies there.
    service.fare(Mood::Unreadable);
    let sent = app.post("/listing-imports?name=tin.csv").by(&owner);
    let sent = sent.file("text/csv", format!("{HEAD}{DRYER}")).expect(202).await;
    let keys = service.keys();
    assert!(!keys.is_empty());
    for key in keys {
        let rows = std::fs::read_to_string(service.path().join(&key)).unwrap();
        std::fs::write(service.path().join(&key), rows.to_uppercase()).unwrap();
    }
    service.fare(Mood::Well);
    app.clock.pass(15 * 60);
    let owner = app.again(&owner).await;
    let done = ended(&app, &owner, sent.text("/id")).await;
    assert_eq!(
        (done.text("/status"), done.text("/fault"), done.number("/counts/done")),
        ("failed", "content_damaged", 0)
    );
}

/// No rest brings them back: whoever sent the file is told to send it again, and not to wait.
#[actix_web::test]
async fn an_import_whose_rows_are_lost_says_so_at_once() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    let (owner, _) = draft(&app).await;
    // Taken in, and not to be read before nothing lies there.
    service.fare(Mood::Unreadable);
    let file = format!("{HEAD}{DRYER}");
    let path = "/listing-imports?name=tin.csv";
    let sent = app
        .post(path)
        .by(&owner)
        .file("text/csv", file.clone())
        .expect(202)
        .await;
    let keys = service.keys();
    assert!(!keys.is_empty());
    for key in keys {
        std::fs::remove_file(service.path().join(&key)).unwrap();
    }
    service.fare(Mood::Well);
    app.clock.pass(15 * 60);
    let owner = app.again(&owner).await;
    let lost = ended(&app, &owner, sent.text("/id")).await;
    assert_eq!(
        (lost.text("/status"), lost.text("/fault"), lost.number("/counts/done")),
        ("failed", "rows_lost", 0)
    );
    // And so it is done.
    let again = app.post(path).by(&owner).file("text/csv", file).expect(202).await;
    let done = ended(&app, &owner, again.text("/id")).await;
    assert_eq!((done.text("/status"), done.number("/counts/created")), ("finished", 1));
}

#[actix_web::test]
async fn nodes_need_no_folder_in_common() {
    let service = Arc::new(Service::start());
    let app = TestApp::spawn_with(&service).await;
    let (owner, listing) = draft(&app).await;
    let paper = document(&app, &owner, &listing, 1).await;
    let Some(other) = app.beside() else { return };
    assert_ne!(app.config.files_path(), other.config.files_path());
    let path = format!("/files/{paper}");
    assert_eq!(other.get(&path).by(&owner).expect(200).await.bytes, pdf(1));
    let second = document(&other, &owner, &listing, 2).await;
    let shown = app.get(&format!("/files/{second}")).by(&owner).expect(200).await;
    assert_eq!(shown.bytes, pdf(2));
}
