//! Files and videos of a published listing are changed by its revision; what is live stays until an officer approves.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::config::{Flags, Value as _};
use vptex::domain::account::Permission;
use vptex::jobs::files::{self as collector, Collected};

use crate::harness::{Call, Person, Reply, TestApp, pictures};

const WHY: &str = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy.";

/// A published listing with two pictures and a video.
struct Scene {
    app: TestApp,
    officer: Person,
    owner: Person,
    id: String,
    version: i64,
    files: Vec<String>,
}

async fn scene(app: TestApp) -> Scene {
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.listing_draft(&owner, "Máy sấy").await;
    let mut files = Vec::new();
    for _ in 0..2 {
        files.push(app.add_picture(&owner, &id).await);
    }
    let videos = app.put(&format!("/listings/{id}/videos")).by(&owner);
    videos.json(&video("https://vimeo.com/76979871")).expect(200).await;
    crate::files::publish(&app, &owner, &officer, &id).await;
    let version = app
        .get(&format!("/listings/{id}"))
        .by(&owner)
        .expect(200)
        .await
        .number("/version");
    Scene {
        app,
        officer,
        owner,
        id,
        version,
        files,
    }
}

fn video(url: &str) -> Value {
    json!({"videos": [{"url": url, "title": {"vi": "Máy chạy thử"}}]})
}

impl Scene {
    fn path(&self, rest: &str) -> String {
        format!("/listings/{}{rest}", self.id)
    }

    fn adding(&self) -> Call {
        let picture = pictures::png(self.app.number() + 2, 2);
        let path = self.path("/files?name=moi.png&title_vi=Moi");
        self.app.post(&path).by(&self.owner).file("image/png", picture)
    }

    /// Adds a picture to the revision; gives its identifier and the revision.
    async fn add(&self) -> (String, Reply) {
        let told = self.adding().expect(202).await;
        let place = told.header("location").unwrap();
        (place.strip_prefix("/api/v1/files/").unwrap().to_owned(), told)
    }

    fn labelling(&self, file: &str, title: &str) -> Call {
        let body = json!({"kind": "picture", "title": {"vi": title}});
        self.app
            .put(&format!("/files/{file}/label"))
            .by(&self.owner)
            .json(&body)
    }

    fn removing(&self, file: &str) -> Call {
        self.app.delete(&format!("/files/{file}")).by(&self.owner)
    }

    async fn submit(&self) -> i64 {
        let call = self.app.post(&self.path("/revision/submission")).by(&self.owner);
        call.expect(200).await.number("/version")
    }

    fn approving(&self, version: i64, by: &Person) -> Call {
        self.app.post(&self.path("/revision/approval")).by(by).if_match(version)
    }

    /// What everybody sees of files and videos.
    async fn live(&self) -> (Reply, Reply) {
        let files = self.app.get(&self.path("/files")).expect(200).await;
        (files, self.app.get(&self.path("/videos")).expect(200).await)
    }

    /// The file, to somebody.
    async fn status(&self, file: &str, by: Option<&Person>) -> u16 {
        let call = self.app.get(&format!("/files/{file}"));
        let call = match by {
            Some(person) => call.by(person),
            None => call,
        };
        call.send().await.status
    }
}

fn ids(files: &Value) -> Vec<&str> {
    let files = files.as_array().unwrap().iter();
    files.map(|file| file["id"].as_str().unwrap()).collect()
}

/// Each change as `kind change place-before place-after`.
fn changes(diff: &Reply) -> Vec<String> {
    let told = diff.body["media"].as_array().unwrap().iter();
    told.map(|change| {
        let place = |side: &str| match change[side].get("position") {
            Some(place) => place.to_string(),
            None => "-".to_owned(),
        };
        let (before, after) = (place("before"), place("after"));
        let [kind, step] = ["kind", "change"].map(|name| change[name].as_str().unwrap());
        format!("{kind} {step} {before} {after}")
    })
    .collect()
}

#[actix_web::test]
async fn the_live_files_stay_until_an_officer_approves() {
    let scene = scene(TestApp::spawn().await).await;
    let (app, owner, officer) = (&scene.app, &scene.owner, &scene.officer);
    let stranger = app.active_enterprise(officer).await;
    let before = scene.live().await;
    let [first, second] = [&scene.files[0], &scene.files[1]];

    let (new, begun) = scene.add().await;
    assert_eq!(begun.text("/status"), "draft");
    assert!(begun.number("/version") > scene.version);
    assert_eq!(
        begun.header("etag"),
        Some(format!("\"{}\"", begun.number("/version")).as_str())
    );
    assert_eq!(ids(&begun.body["files"]), [first, second, &new]);
    assert!(begun.body["files"][2]["listing_id"].is_null());
    assert_eq!(begun.body["videos"], before.1.body["items"]);
    let read = app.get(&scene.path("/revision")).by(owner).expect(200).await;
    assert_eq!((&read.body, read.header("etag")), (&begun.body, begun.header("etag")));

    let told = scene.removing(first).expect(202).await;
    assert_eq!(ids(&told.body["files"]), [second, &new]);
    scene.removing(first).expect(404).await;
    let told = scene.labelling(second, "Tủ điện").expect(202).await;
    assert_eq!(told.text("/files/0/title/vi"), "Tủ điện");
    let order = |files: Value| app.put(&scene.path("/files")).by(owner).json(&json!({"files": files}));
    for wrong in [json!([new]), json!([new, new, second]), json!([new, second, first])] {
        assert_eq!(order(wrong).expect(422).await.pointers(), ["/files"]);
    }
    let told = order(json!([new, second])).expect(202).await;
    assert_eq!(ids(&told.body["files"]), [&new, second]);
    assert_eq!(told.number("/files/1/position"), 1);
    let other = video("https://youtu.be/dQw4w9WgXcQ");
    let told = app.put(&scene.path("/videos")).by(owner).json(&other).expect(202).await;
    assert_eq!(told.text("/videos/0/site"), "youtube");
    // The text is the revision's as well, and does not lose the files.
    let version = told.number("/version");
    let patch = app.patch(&scene.path("")).by(owner).if_match(version);
    let told = patch.json(&json!({"model": "AT-1"})).expect(202).await;
    assert_eq!(ids(&told.body["files"]), [&new, second]);

    // A draft is its owner's alone.
    let after = scene.live().await;
    assert_eq!((&after.0.body, &after.1.body), (&before.0.body, &before.1.body));
    for (who, status) in [
        (None, 404),
        (Some(&stranger), 404),
        (Some(officer), 404),
        (Some(owner), 200),
    ] {
        assert_eq!(scene.status(&new, who).await, status);
    }
    for file in [first, second] {
        assert_eq!(scene.status(file, None).await, 200);
    }
    app.delete(&format!("/files/{new}")).by(&stranger).expect(404).await;

    let version = scene.submit().await;
    for (who, status) in [
        (None, 404),
        (Some(&stranger), 404),
        (Some(officer), 200),
        (Some(owner), 200),
    ] {
        assert_eq!(scene.status(&new, who).await, status);
    }
    assert_eq!(scene.adding().expect(409).await.code(), "revision_wrong_status");
    assert_eq!(scene.removing(second).expect(409).await.code(), "revision_wrong_status");
    let shown = app.get(&scene.path("/revision")).by(officer).expect(200).await;
    assert_eq!(ids(&shown.body["files"]), [&new, second]);
    let expected = [
        "file added - 0",
        "file relabelled 1 1",
        "file removed 0 -",
        "video added - 0",
        "video removed 0 -",
    ];
    for path in [
        scene.path("/revision/diff"),
        format!("/reviews/revision/{}/diff", scene.id),
    ] {
        let diff = app.get(&path).by(officer).expect(200).await;
        assert_eq!(changes(&diff), expected, "{path}");
        let places = diff.body["differences"].as_array().unwrap().iter();
        let places: Vec<&str> = places.map(|place| place["pointer"].as_str().unwrap()).collect();
        assert!(
            places.contains(&"/files/0/id") && places.contains(&"/videos/0/url"),
            "{places:?}"
        );
    }

    let done = scene.approving(version, officer).expect(200).await;
    assert_eq!(ids(&done.body["files"]), [&new, second]);
    let (files, videos) = scene.live().await;
    assert_eq!(ids(&files.body["items"]), [&new, second]);
    assert_eq!(files.text("/items/1/title/vi"), "Tủ điện");
    assert_eq!(files.text("/items/0/listing_id"), scene.id);
    assert_eq!(videos.text("/items/0/site"), "youtube");
    for (file, status) in [(&new, 200), (second, 200), (first, 404)] {
        assert_eq!(scene.status(file, None).await, status);
    }
    assert_eq!(scene.status(first, Some(owner)).await, 404);
    let deeds = |id: &str| app.deeds(id).into_iter().map(|(deed, _)| deed).collect::<Vec<_>>();
    assert_eq!(deeds(&new), ["file.added"]);
    assert_eq!(deeds(first), ["file.added", "file.removed"]);
    assert_eq!(deeds(second), ["file.added", "file.labelled"]);
    // The next one begins from what is live now.
    let (_, told) = scene.add().await;
    assert_eq!(ids(&told.body["files"])[..2], [&new, second]);
}

#[actix_web::test]
async fn what_is_refused_or_thrown_away_leaves_the_live_files_and_no_bytes() {
    let scene = scene(TestApp::spawn().await).await;
    let (app, officer) = (&scene.app, &scene.officer);
    let before = scene.live().await;
    let (new, _) = scene.add().await;
    scene.removing(&scene.files[0]).expect(202).await;
    let link = app
        .post(&format!("/files/{new}/links"))
        .by(&scene.owner)
        .expect(201)
        .await;
    let link = link.text("/url").strip_prefix("/api/v1").unwrap().to_owned();
    app.get(&link).expect(200).await;
    app.post(&format!("/files/{new}/links")).by(officer).expect(404).await;
    let version = scene.submit().await;
    let refusal = app
        .post(&scene.path("/revision/rejection"))
        .by(officer)
        .if_match(version);
    let why = json!({"reason_code": "incomplete", "reason_text": WHY});
    refusal.json(&why).expect(200).await;
    let after = scene.live().await;
    assert_eq!((&after.0.body, &after.1.body), (&before.0.body, &before.1.body));
    assert_eq!(scene.status(&new, Some(&scene.owner)).await, 200);

    // What the open revision names is nobody's leftover.
    app.clock.pass(2 * 60 * 60);
    assert_eq!(collect(&scene).await, Collected::default());
    let owner = app.again(&scene.owner).await;
    app.get(&format!("/files/{new}")).by(&owner).expect(200).await;
    let gone = app.delete(&scene.path("/revision")).by(&owner).expect(200).await;
    assert_eq!(ids(&gone.body["files"]), [&scene.files[1]]);
    app.get(&format!("/files/{new}")).by(&owner).expect(404).await;
    app.get(&link).expect(404).await;
    assert!(collect(&scene).await.contents > 0);
    assert_eq!(collect(&scene).await, Collected::default());
    let after = scene.live().await;
    assert_eq!((&after.0.body, &after.1.body), (&before.0.body, &before.1.body));
    for file in &scene.files {
        assert_eq!(scene.status(file, None).await, 200);
    }
}

async fn collect(scene: &Scene) -> Collected {
    let app = scene.app.exchange().clone();
    let collected = tokio::task::spawn_blocking(move || collector::run(&app, false));
    collected.await.unwrap().unwrap()
}

#[actix_web::test]
async fn changes_are_counted_versioned_and_done_once() {
    let mut app = TestApp::prepare();
    app.config.files_per_listing = 3;
    app.start();
    let scene = scene(app).await;
    let (app, owner) = (&scene.app, &scene.owner);
    // As for an edit, the version is the listing's until there is a revision.
    let stale = scene.adding().if_match(scene.version - 1).expect(412).await;
    assert_eq!(stale.code(), "stale_version");
    app.get(&scene.path("/revision")).by(owner).expect(404).await;
    let path = scene.path("/files?name=moi.png");
    let once = |bytes: Vec<u8>| {
        let call = app.post(&path).by(owner).header("idempotency-key", "mot-lan");
        call.if_match(scene.version).file("image/png", bytes)
    };
    let added = once(pictures::png(5, 5)).expect(202).await;
    // Said again it is not done again, though the version is another by now.
    scene.removing(&scene.files[1]).expect(202).await;
    let again = once(pictures::png(5, 5)).expect(202).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((&again.body, again.header("etag")), (&added.body, added.header("etag")));
    assert_eq!(again.header("location"), added.header("location"));
    let read = app.get(&scene.path("/revision")).by(owner).expect(200).await;
    assert_eq!(read.body["files"].as_array().unwrap().len(), 2);

    let (stale, version) = (added.number("/version"), read.number("/version"));
    let file = &scene.files[0];
    let order = json!({"files": ids(&read.body["files"])});
    let calls = || {
        [
            app.put(&scene.path("/files")).by(owner).json(&order),
            app.put(&scene.path("/videos")).by(owner).json(&json!({"videos": []})),
            scene.labelling(file, "A"),
            scene.removing(file),
            scene.adding(),
        ]
    };
    for call in calls() {
        assert_eq!(call.if_match(stale).expect(412).await.code(), "stale_version");
    }
    let mut version = version;
    for call in calls() {
        version = call.if_match(version).expect(202).await.number("/version");
    }
    scene.add().await;
    assert_eq!(scene.adding().expect(409).await.code(), "limit_reached");
    // Its set counts, not what is live.
    let (files, _) = scene.live().await;
    assert_eq!(files.ids(), scene.files);
}

#[actix_web::test]
async fn words_are_held_against_what_files_are_to_be_called() {
    let scene = scene(TestApp::spawn().await).await;
    let (app, owner, officer) = (&scene.app, &scene.owner, &scene.officer);
    let keeper = [Permission::ManageReferenceData, Permission::ReviewListings];
    let keeper = app.officer_who_may(&keeper).await;
    scene.labelling(&scene.files[1], "Kho vật liệu nổ").expect(202).await;
    let version = scene.submit().await;
    // It comes while the revision waits.
    let term = json!({"phrase": "vật liệu nổ", "severity": "block", "ground": "Công văn 12/SKHCN"});
    app.post("/screening-terms").by(&keeper).json(&term).expect(201).await;
    let place = ["/files/1/title/vi"];
    let warned = app.get(&scene.path("/screening")).by(&keeper).expect(200).await;
    assert_eq!(
        (&warned.body["listing"], warned.text("/revision/0/pointer")),
        (&json!([]), place[0])
    );
    let queue = app.get("/moderation/queue?flag=screened").by(officer).expect(200).await;
    assert_eq!(queue.text("/items/0/listing/id"), scene.id);
    let refused = scene.approving(version, officer).expect(422).await;
    assert_eq!(refused.pointers(), place);
    app.delete(&scene.path("/revision/submission"))
        .by(owner)
        .expect(200)
        .await;
    let submit = || app.post(&scene.path("/revision/submission")).by(owner);
    assert_eq!(submit().expect(422).await.pointers(), place);
    scene.labelling(&scene.files[1], "Kho thóc").expect(202).await;
    submit().expect(200).await;
}

#[actix_web::test]
async fn a_first_approval_is_of_these_files() {
    let mut app = TestApp::prepare();
    app.config.review_second_look_flags = Flags::parse("price_extreme").unwrap();
    app.start();
    app.settle().await;
    let scene = scene(app).await;
    let [second, third] = [scene.app.officer().await, scene.app.officer().await];
    let patch = scene
        .app
        .patch(&scene.path(""))
        .by(&scene.owner)
        .if_match(scene.version);
    patch.json(&json!({"price_min": 5_000})).expect(202).await;
    let endorsed = scene.submit().await;
    scene.approving(endorsed, &scene.officer).expect(202).await;
    scene
        .app
        .delete(&scene.path("/revision/submission"))
        .by(&scene.owner)
        .expect(200)
        .await;
    scene.add().await;
    let version = scene.submit().await;
    scene.approving(endorsed, &second).expect(412).await;
    // Two officers look at the files that there are now.
    scene.approving(version, &second).expect(202).await;
    scene.approving(version, &third).expect(200).await;
    assert_eq!(scene.live().await.0.ids().len(), 3);
}

#[actix_web::test]
async fn files_that_changed_below_a_revision_are_not_replaced_unseen() {
    let scene = scene(TestApp::spawn().await).await;
    let (app, owner, officer) = (&scene.app, &scene.owner, &scene.officer);
    let (new, _) = scene.add().await;
    // Withdrawn, its own files are changed again; the revision waits.
    app.delete(&scene.path("/submission")).by(owner).expect(200).await;
    scene.removing(&new).expect(404).await;
    assert_eq!(scene.status(&new, Some(owner)).await, 200);
    scene.removing(&scene.files[0]).expect(204).await;
    crate::files::publish(app, owner, officer, &scene.id).await;
    let submit = app.post(&scene.path("/revision/submission")).by(owner);
    assert_eq!(submit.expect(409).await.code(), "revision_outdated");
    assert_eq!(scene.adding().expect(409).await.code(), "revision_outdated");
    let shown = app.get(&scene.path("/revision")).by(owner).expect(200).await;
    assert_eq!(ids(&shown.body["files"]), [&scene.files[1], &new]);
    app.delete(&scene.path("/revision")).by(owner).expect(200).await;
    let (_, told) = scene.add().await;
    assert_eq!(told.body["files"].as_array().unwrap().len(), 2);
}

/// Uploads and an approval at once: nothing that was said to be taken is lost, and nothing is public that the officer did
/// not see.
#[actix_web::test]
async fn of_uploads_and_an_approval_at_once_nothing_is_lost_and_nothing_slips_in() {
    const ROUNDS: usize = 6;
    let mut app = TestApp::prepare();
    app.config.files_per_listing = 200;
    app.start();
    let scene = scene(app).await;
    let mut live = scene.files.clone();
    for _ in 0..ROUNDS {
        let mut taken = taken(join_all((0..2).map(|_| scene.adding().send())).await);
        let version = scene.submit().await;
        let shown = scene.app.get(&scene.path("/revision")).by(&scene.officer);
        let shown = shown.expect(200).await;
        let seen: Vec<String> = ids(&shown.body["files"]).into_iter().map(str::to_owned).collect();
        assert!(taken.iter().all(|file| seen.contains(file)));
        let mut calls: Vec<_> = (0..3).map(|_| scene.adding()).collect();
        calls.insert(1, scene.approving(version, &scene.officer));
        let mut replies = join_all(calls.into_iter().map(Call::send)).await;
        assert_eq!(replies.remove(1).status, 200, "approved");
        assert_eq!(
            scene.live().await.0.ids(),
            seen,
            "what the officer saw and nothing else"
        );
        taken = self::taken(replies);
        // What came after the approval is in the next revision.
        let next = scene.app.get(&scene.path("/revision")).by(&scene.owner).send().await;
        let waiting = match next.status {
            404 => Vec::new(),
            _ => ids(&next.body["files"])[seen.len()..].to_vec(),
        };
        taken.sort();
        let mut waiting: Vec<String> = waiting.into_iter().map(str::to_owned).collect();
        waiting.sort();
        assert_eq!(waiting, taken);
        live = seen;
        live.extend(taken);
    }
    assert!(live.len() >= 2 + 2 * ROUNDS);
}

/// The files of the uploads that were taken; others were told to come back or that an officer reads.
fn taken(replies: Vec<Reply>) -> Vec<String> {
    let mut taken = Vec::new();
    for reply in replies {
        match (reply.status, reply.header("location")) {
            (202, Some(place)) => taken.push(place.strip_prefix("/api/v1/files/").unwrap().to_owned()),
            (409, None) => assert_eq!(reply.code(), "revision_wrong_status"),
            (status, _) => panic!("{status}: {:#}", reply.body),
        }
    }
    taken
}
