//! Videos that listings refer to, and what is said of files.

use serde_json::json;

use crate::documents::{draft, send};
use crate::harness::documents::{PDF, pdf};
use crate::harness::{TestApp, pictures};

#[actix_web::test]
async fn a_listing_refers_to_videos_by_addresses_that_the_exchange_writes() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let path = format!("/listings/{listing}/videos");
    let put = |videos: serde_json::Value| app.put(&path).by(&owner).json(&json!({"videos": videos}));
    let title = json!({"vi": "Máy sấy chạy thử", "en": "The dryer at work"});
    let set = put(json!([
        {"url": "https://youtu.be/dQw4w9WgXcQ?si=x", "title": title},
        {"url": "https://vimeo.com/76979871", "title": {"vi": "Xưởng"}},
    ]));
    let set = set.expect(200).await;
    assert_eq!(
        set.body["items"][0],
        json!({
            "site": "youtube", "url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "frame_url": "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "title": title,
        })
    );
    assert_eq!(app.get(&path).by(&owner).expect(200).await.body, set.body);
    app.get(&path).expect(404).await;
    let video = |url: &str| json!({"url": url, "title": {"vi": "A"}});
    let wrong = put(json!([
        video("https://youtu.be/dQw4w9WgXcQ"),
        video("https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        video("https://www.youtube.com@evil.vn/watch?v=dQw4w9WgXcQ"),
        {"url": "https://vimeo.com/76979871", "title": {"vi": " "}},
    ]));
    let pointers = wrong.expect(422).await;
    assert_eq!(
        pointers.pointers(),
        ["/videos/1/url", "/videos/2/url", "/videos/3/title/vi"]
    );
    let many: Vec<_> = (0..11)
        .map(|number| video(&format!("https://vimeo.com/{}", 1_000_000 + number)))
        .collect();
    assert_eq!(put(json!(many)).expect(422).await.pointers(), ["/videos"]);
    assert_eq!(app.get(&path).by(&owner).expect(200).await.body, set.body);
    put(json!([])).expect(200).await;
    assert_eq!(app.get(&path).by(&owner).expect(200).await.body["items"], json!([]));
    let deeds: Vec<String> = app.deeds(&listing).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds,
        ["listing.created", "listing.videos_replaced", "listing.videos_replaced"]
    );
}

#[actix_web::test]
async fn what_a_file_shows_can_be_said_later() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let picture = send(&app, &owner, &listing, "image/png", pictures::png(3, 3)).await;
    let document = send(&app, &owner, &listing, PDF, pdf(1)).await;
    let label = |file: &str, body: serde_json::Value| app.put(&format!("/files/{file}/label")).by(&owner).json(&body);
    let title = json!({"vi": "Máy sấy nhìn từ trước"});
    let told = label(picture.text("/id"), json!({"kind": "picture", "title": title}))
        .expect(200)
        .await;
    assert_eq!(told.body["title"], title);
    let listed = app
        .get(&format!("/listings/{listing}/files"))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(listed.body["items"][0], told.body);
    let told = label(picture.text("/id"), json!({"kind": "certificate"}))
        .expect(200)
        .await;
    assert!(told.body.get("title").is_none());
    for (body, pointer) in [
        (json!({"kind": "picture"}), "/kind"),
        (json!({"kind": "x"}), "/kind"),
        (json!({"kind": "manual", "title": {"vi": ""}}), "/title/vi"),
    ] {
        assert_eq!(
            label(document.text("/id"), body).expect(422).await.pointers(),
            [pointer]
        );
    }
}
