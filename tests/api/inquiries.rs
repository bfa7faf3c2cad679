//! Inquiries about listings: asked, answered, agreed on, and what others learn of them.

mod dossiers;
mod ends;
mod refusals;

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::Letter;

use crate::harness::{Person, Reply, TestApp};

const MESSAGE: &str = "Hợp tác xã cần hai máy năm tấn một mẻ.";
const ANSWER: &str = "Máy có sẵn, xin mời xem tại xưởng.";

/// A listing of an enterprise, and another enterprise that asks about it.
pub struct Scene {
    pub app: TestApp,
    pub officer: Person,
    pub owner: Person,
    pub asker: Person,
    pub listing: String,
}

pub async fn scene() -> Scene {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let asker = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    Scene {
        app,
        officer,
        owner,
        asker,
        listing,
    }
}

pub fn question() -> Value {
    json!({
        "interest": "quote", "message": MESSAGE, "quantity": "2 máy", "timeframe": "Trước vụ đông xuân",
        "budget": {"amount": "400000000", "currency": "VND"},
    })
}

impl Scene {
    pub async fn try_ask(&self, by: &Person) -> Reply {
        let call = self.app.post(&format!("/listings/{}/inquiries", self.listing)).by(by);
        call.json(&question()).send().await
    }

    /// Gives the path of a new inquiry.
    pub async fn ask(&self) -> String {
        let sent = self.try_ask(&self.asker).await;
        assert_eq!(sent.status, 201, "{}", sent.body);
        format!("/inquiries/{}", sent.text("/id"))
    }

    pub async fn read(&self, path: &str, by: &Person) -> Reply {
        self.app.get(path).by(by).expect(200).await
    }

    pub async fn try_write(&self, path: &str, by: &Person, text: &str) -> Reply {
        let call = self.app.post(&format!("{path}/messages")).by(by);
        call.json(&json!({"text": text})).send().await
    }

    pub async fn write(&self, path: &str, by: &Person, text: &str) {
        let written = self.try_write(path, by, text).await;
        assert_eq!(written.status, 201, "{}", written.body);
    }

    /// A step as of the version that stands now.
    pub async fn step(&self, path: &str, by: &Person, step: &str, body: &Value) -> Reply {
        let version = self.read(path, by).await.number("/version");
        let call = self.app.post(&format!("{path}/{step}")).by(by).if_match(version);
        call.json(body).send().await
    }

    /// Both sides agree.
    pub async fn agree(&self, path: &str, outcome: &Value) {
        self.write(path, &self.owner, ANSWER).await;
        for (by, body) in [(&self.owner, json!({"outcome": outcome})), (&self.asker, json!({}))] {
            let done = self.step(path, by, "agreement", &body).await;
            assert_eq!(done.status, 200, "{}", done.body);
        }
        assert_eq!(self.read(path, &self.asker).await.text("/state"), "agreed");
    }

    /// What somebody was told about inquiries, oldest first.
    pub async fn told(&self, person: &Person) -> Vec<String> {
        let letters = self.app.letters_to(&person.email).await;
        let steps = letters.iter().rev().filter_map(|letter| match letter {
            Letter::Inquiry(news) => Some(news.step.clone()),
            _ => None,
        });
        steps.collect()
    }

    pub async fn list(&self, by: &Person, of: &Person, filter: &str) -> Vec<String> {
        let path = format!("/enterprises/{}/inquiries{filter}", of.enterprise);
        let page = self.app.get(&path).by(by).expect(200).await;
        page.ids().into_iter().map(str::to_owned).collect()
    }
}

#[actix_web::test]
async fn two_enterprises_ask_answer_and_agree() {
    let scene = scene().await;
    let (app, owner, asker) = (&scene.app, &scene.owner, &scene.asker);
    let sent = scene.try_ask(asker).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    assert_eq!(
        (sent.text("/state"), sent.text("/side"), sent.header("etag")),
        ("submitted", "asker", Some("\"1\""))
    );
    assert_eq!(
        (&sent.body["content"], sent.text("/title")),
        (&question(), "Máy sấy lúa")
    );
    assert_eq!(sent.body["possible"], json!(["write", "withdraw"]));
    let path = sent
        .header("location")
        .unwrap()
        .trim_start_matches("/api/v1")
        .to_owned();
    assert_eq!(scene.told(owner).await, ["sent"]);

    // Whoever asked is not told when it was read.
    let read = scene.read(&path, owner).await;
    assert_eq!((read.text("/side"), &read.body["content"]), ("owner", &question()));
    assert!(read.body["first_viewed_at"].is_string());
    assert!(scene.read(&path, asker).await.body.get("first_viewed_at").is_none());
    let viewer = app.member(&owner.enterprise, Role::Viewer).await;
    assert_eq!(scene.read(&path, &viewer).await.body["possible"], json!([]));

    scene.write(&path, owner, ANSWER).await;
    assert_eq!(scene.read(&path, asker).await.text("/state"), "replied");
    scene.write(&path, asker, "Cảm ơn, tuần sau chúng tôi đến.").await;
    let talking = scene.read(&path, asker).await;
    assert_eq!(
        (talking.text("/state"), talking.number("/message_count")),
        ("in_discussion", 2)
    );
    let page = app.get(&format!("{path}/messages?limit=1")).by(asker).expect(200).await;
    assert_eq!(
        (page.text("/items/0/text"), page.text("/items/0/by")),
        (ANSWER, "owner")
    );
    let next = format!("{path}/messages?limit=1&after={}", page.text("/page/next"));
    assert_eq!(app.get(&next).by(owner).expect(200).await.number("/items/0/number"), 2);

    // Nobody agrees for the other one, and another outcome is another proposal.
    let first = json!({"outcome": {"contract_no": "12/2026/HĐ", "signed_on": "2026-03-02"}});
    let proposed = scene.step(&path, owner, "agreement", &first).await;
    assert_eq!((proposed.status, proposed.text("/state")), (200, "in_discussion"));
    assert_eq!(proposed.text("/proposal/by"), "owner");
    let second =
        json!({"outcome": {"contract_no": "12/2026/HĐCGCN", "value": {"amount": "380000000", "currency": "VND"}}});
    let countered = scene.step(&path, asker, "agreement", &second).await;
    assert_eq!(
        (countered.text("/state"), countered.text("/proposal/by")),
        ("in_discussion", "asker")
    );
    let agreed = scene.step(&path, owner, "agreement", &json!({})).await;
    assert_eq!(
        (agreed.text("/state"), &agreed.body["outcome"]),
        ("agreed", &second["outcome"])
    );
    assert!(agreed.body.get("proposal").is_none());
    for by in [asker, owner] {
        assert_eq!(scene.step(&path, by, "completion", &json!({})).await.status, 200);
    }
    let done = scene.read(&path, asker).await;
    assert_eq!(
        (done.text("/state"), &done.body["outcome"]),
        ("completed", &second["outcome"])
    );
    assert!(done.body["ended_at"].is_string() && done.body["ended_by"].is_null());

    assert_eq!(scene.told(owner).await, ["sent", "message", "proposed", "proposed"]);
    assert_eq!(scene.told(asker).await, ["message", "proposed", "agreed", "completed"]);
    // Letters and notices tell who and what, and nothing that was written.
    let notices = app.get("/me/notices").by(owner).expect(200).await;
    assert_eq!(notices.body["items"][0]["kind"], "inquiry");
    assert!(!notices.body.to_string().contains(MESSAGE));
    let id = path.trim_start_matches("/inquiries/");
    let deeds: Vec<String> = app.deeds(id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds,
        [
            "inquiry.sent",
            "inquiry.viewed",
            "inquiry.answered",
            "inquiry.answered",
            "inquiry.proposed",
            "inquiry.proposed",
            "inquiry.agreed",
            "inquiry.proposed",
            "inquiry.completed"
        ]
    );
}

#[actix_web::test]
async fn strangers_learn_nothing_and_officers_not_what_was_written() {
    let scene = scene().await;
    let (app, owner) = (&scene.app, &scene.owner);
    let path = scene.ask().await;
    scene.write(&path, owner, ANSWER).await;
    let stranger = app.active_enterprise(&scene.officer).await;
    let clerk = app.officer_who_may(&[Permission::ReadReports]).await;
    let person = app.person().await;
    let list = format!("/enterprises/{}/inquiries", owner.enterprise);
    for who in [&stranger, &person, &clerk] {
        for place in [path.clone(), format!("{path}/messages")] {
            app.get(&place).by(who).expect(404).await;
        }
        assert_eq!(scene.try_write(&path, who, "Xin chào.").await.status, 404);
        app.post(&format!("{path}/withdrawal")).by(who).expect(404).await;
        app.get(&list).by(who).expect(403).await;
    }
    app.get(&path).expect(401).await;

    let seen = scene.read(&path, &scene.officer).await;
    assert_eq!((seen.text("/state"), &seen.body["side"]), ("replied", &Value::Null));
    let told = seen.body.to_string();
    assert!(!told.contains(MESSAGE) && !told.contains("2 máy"), "{told}");
    app.get(&format!("{path}/messages"))
        .by(&scene.officer)
        .expect(403)
        .await;
    assert_eq!(scene.try_write(&path, &scene.officer, "Xin chào.").await.status, 403);
    assert_eq!(scene.list(&scene.officer, owner, "").await.len(), 1);
    let id = path.trim_start_matches("/inquiries/");
    assert_eq!(app.deeds(id).last().unwrap().0, "inquiry.inspected");

    // Both sides find it, each in its box, by its state.
    assert_eq!(scene.list(owner, owner, "").await, [id]);
    assert_eq!(scene.list(owner, owner, "?side=sent").await, Vec::<String>::new());
    assert_eq!(
        scene.list(&scene.asker, &scene.asker, "?side=sent&state=replied").await,
        [id]
    );
    assert_eq!(
        scene.list(&scene.asker, &scene.asker, "?side=sent&state=agreed").await,
        Vec::<String>::new()
    );
    let wrong = app
        .get(&format!("{list}?side=both&state=new"))
        .by(owner)
        .expect(400)
        .await;
    assert_eq!(wrong.code(), "invalid_query");

    // How many asked is for insiders.
    let listing = format!("/listings/{}", scene.listing);
    for insider in [owner, &scene.officer] {
        let seen = app.get(&listing).by(insider).expect(200).await;
        assert_eq!(seen.number("/inquiry_count"), 1);
    }
    assert_eq!(
        app.get("/me/listings")
            .by(owner)
            .expect(200)
            .await
            .number("/items/0/inquiry_count"),
        1
    );
    let seen = app.get(&listing).by(&scene.asker).expect(200).await;
    assert!(seen.body.get("inquiry_count").is_none());

    // The copy of a person's data has what the person wrote, and nobody else's words.
    let copy = app.get("/me/export").by(owner).expect(200).await;
    assert_eq!(copy.text("/inquiry_messages/0/text"), ANSWER);
    assert!(!copy.body.to_string().contains(MESSAGE));
    let copy = app.get("/me/export").by(&scene.asker).expect(200).await;
    assert_eq!(copy.text("/inquiries/0/text"), MESSAGE);
}

#[actix_web::test]
async fn of_two_steps_at_once_one_is_done() {
    let scene = scene().await;
    let path = scene.ask().await;
    scene.write(&path, &scene.owner, ANSWER).await;
    let version = scene.read(&path, &scene.owner).await.number("/version");
    let (agree, end) = (format!("{path}/agreement"), format!("{path}/withdrawal"));
    let both = [
        scene
            .app
            .post(&agree)
            .by(&scene.owner)
            .if_match(version)
            .json(&json!({})),
        scene.app.post(&end).by(&scene.asker).if_match(version),
    ];
    let mut outcomes: Vec<u16> = Vec::new();
    for reply in join_all(both.map(crate::harness::Call::send)).await {
        outcomes.push(reply.status);
    }
    outcomes.sort_unstable();
    assert_eq!(outcomes, [200, 412]);
}

#[actix_web::test]
async fn of_what_both_write_at_once_nothing_is_lost() {
    let scene = scene().await;
    let path = scene.ask().await;
    let texts: Vec<String> = (0..6).map(|number| format!("Câu {number}")).collect();
    let writes = texts.iter().enumerate().map(|(at, text)| {
        let by = if at % 2 == 0 { &scene.owner } else { &scene.asker };
        scene.try_write(&path, by, text)
    });
    let written: Vec<Reply> = join_all(writes).await;
    assert!(written.iter().all(|reply| reply.status == 201));
    let page = scene
        .app
        .get(&format!("{path}/messages"))
        .by(&scene.owner)
        .expect(200)
        .await;
    let items = page.body["items"].as_array().unwrap();
    let numbers: Vec<i64> = items.iter().map(|item| item["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    let mut kept: Vec<&str> = items.iter().map(|item| item["text"].as_str().unwrap()).collect();
    kept.sort_unstable();
    assert_eq!(kept, texts);
}
