//! Links that show a file without a token for a few minutes: to whom, what, and until when.

use vptex::domain::account::Role;

use crate::harness::documents::{PDF, pdf};
use crate::harness::{Person, TestApp};

async fn draft_with_picture(app: &TestApp) -> (Person, Person, String, String) {
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let file = app.add_picture(&owner, &listing).await;
    (officer, owner, listing, file)
}

/// A link, as a path that the harness takes.
async fn link(app: &TestApp, person: &Person, file: &str) -> String {
    let made = app.post(&format!("/files/{file}/links")).by(person).expect(201).await;
    made.text("/url").strip_prefix("/api/v1").unwrap().to_owned()
}

#[actix_web::test]
async fn a_link_shows_what_its_maker_sees_and_nothing_keeps_it() {
    let app = TestApp::spawn().await;
    let (_, owner, _, file) = draft_with_picture(&app).await;
    app.get(&format!("/files/{file}")).expect(404).await;
    let url = link(&app, &owner, &file).await;
    let own = app.get(&format!("/files/{file}")).by(&owner).expect(200).await;
    let shown = app.get(&url).expect(200).await;
    assert_eq!(shown.bytes, own.bytes);
    for name in [
        "content-disposition",
        "content-security-policy",
        "x-content-type-options",
        "etag",
        "content-type",
    ] {
        assert_eq!(shown.header(name), own.header(name), "{name}");
    }
    assert_eq!(shown.header("cache-control"), Some("private, no-store"));
    assert_eq!(shown.header("referrer-policy"), Some("no-referrer"));
    let part = app.get(&url).header("range", "bytes=0-3").expect(206).await;
    assert_eq!(part.bytes, own.bytes[..4]);
    let small = app.get(&format!("{url}&size=160")).expect(200).await;
    assert_eq!(small.header("cache-control"), Some("private, no-store"));
    app.get(&format!("{url}&size=161")).expect(400).await;
    // Who made it is remembered; what opens it is not.
    let deeds: Vec<String> = app.deeds(&file).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds, ["file.added", "file.linked"]);
}

#[actix_web::test]
async fn a_link_is_good_for_one_file_as_it_was_made() {
    let app = TestApp::spawn().await;
    let (_, owner, listing, file) = draft_with_picture(&app).await;
    let other = app.add_picture(&owner, &listing).await;
    let url = link(&app, &owner, &file).await;
    let absent = app.get(&format!("/files/{}", uuid::Uuid::nil())).expect(404).await;
    let moved = url.replace(&file, &other);
    let (path, token) = url.split_once("link=").unwrap();
    let mut wrong = vec![
        moved,
        format!("{path}link="),
        format!("{path}link={}", token.chars().take(95).collect::<String>()),
        format!("{path}link={token}A"),
    ];
    for at in [0, 30, 50, 60, 95] {
        let mut letters: Vec<char> = token.chars().collect();
        letters[at] = if letters[at] == 'A' { 'Q' } else { 'A' };
        wrong.push(format!("{path}link={}", letters.into_iter().collect::<String>()));
    }
    for url in wrong {
        let refused = app.get(&url).expect(404).await;
        assert_eq!(refused.text("/detail"), absent.text("/detail"), "{url}");
    }
    // Strangers make none, and neither do keys, which send themselves.
    app.post(&format!("/files/{file}/links")).expect(401).await;
    app.get(&url).expect(200).await;
}

#[actix_web::test]
async fn a_link_ends_with_its_time_its_session_and_its_makers_right() {
    let app = TestApp::spawn().await;
    let (officer, owner, _, file) = draft_with_picture(&app).await;
    let url = link(&app, &owner, &file).await;
    // Its end is told, and kept, in whole seconds.
    app.clock.pass(5 * 60 - 2);
    app.get(&url).expect(200).await;
    app.clock.pass(2);
    app.get(&url).expect(404).await;

    let owner = app.again(&owner).await;
    let url = link(&app, &owner, &file).await;
    app.delete("/sessions/current").by(&owner).expect(204).await;
    app.get(&url).expect(404).await;

    let owner = app.again(&owner).await;
    let url = link(&app, &owner, &file).await;
    let officer = app.again(&officer).await;
    app.suspend(&owner.enterprise, &officer).await;
    app.get(&url).expect(404).await;
}

/// Papers of a profile are shown by a link as files are, to whoever has it and as long as its maker may see them.
#[actix_web::test]
async fn a_link_shows_a_document_of_a_profile_and_nothing_else() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let documents = format!("/enterprises/{}/documents", owner.enterprise);
    let mut papers = Vec::new();
    for number in [1, 2] {
        let call = app
            .post(&format!("{documents}?kind=iso&name=iso{number}.pdf"))
            .by(&owner);
        let made = call.file(PDF, pdf(number)).expect(201).await;
        papers.push(format!("{documents}/{}", made.text("/id")));
    }
    let link = async |person: &Person, paper: &str| {
        let made = app.post(&format!("{paper}/links")).by(person).expect(201).await;
        made.text("/url").strip_prefix("/api/v1").unwrap().to_owned()
    };
    for person in [&owner, &officer] {
        let url = link(person, &papers[0]).await;
        let shown = app.get(&url).expect(200).await;
        assert_eq!(shown.header("cache-control"), Some("private, no-store"));
        assert_eq!(shown.bytes, pdf(1));
        app.get(&url).header("range", "bytes=0-3").expect(206).await;
        app.get(&url.replace(&papers[0], &papers[1])).expect(404).await;
        let (path, token) = url.split_once("link=").unwrap();
        app.get(&format!("{path}link={}", "A".repeat(96))).expect(404).await;
        // What opens a document opens no file.
        let id = papers[0].rsplit_once('/').unwrap().1;
        app.get(&format!("/files/{id}/content?link={token}")).expect(404).await;
    }
    app.post(&format!("{}/links", papers[0]))
        .by(&app.member(&owner.enterprise, Role::Viewer).await)
        .expect(403)
        .await;
    let url = link(&owner, &papers[0]).await;
    app.delete("/sessions/current").by(&owner).expect(204).await;
    app.get(&url).expect(404).await;
    let lasting = link(&officer, &papers[1]).await;
    app.clock.pass(3_600);
    app.get(&lasting).expect(404).await;
    let deeds = app.deeds(papers[0].rsplit_once('/').unwrap().1);
    assert_eq!(deeds.iter().filter(|(deed, _)| deed == "document.linked").count(), 3);
}

#[actix_web::test]
async fn a_link_of_a_maker_who_was_demoted_leads_nowhere() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let documents = format!("/enterprises/{}/documents", owner.enterprise);
    let call = app.post(&format!("{documents}?kind=iso&name=iso.pdf")).by(&owner);
    let made = call.file(PDF, pdf(1)).expect(201).await;
    let paper = format!("{documents}/{}/links", made.text("/id"));
    let link = app.post(&paper).by(&owner).expect(201).await;
    let url = link.text("/url").strip_prefix("/api/v1").unwrap().to_owned();
    app.get(&url).expect(200).await;
    // The session goes on, which a change of roles through the API ends.
    app.by_hand("UPDATE memberships SET role = 'viewer'").await;
    app.post(&paper).by(&owner).expect(403).await;
    assert_eq!(app.get(&url).expect(404).await.code(), "not_found");
}
