//! Which files of a dossier are evidence, since when, and who is shown them.

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::jobs::files as collector;
use vptex::service::dossiers::terms;

use super::papers::{deeds, files, listed, listed_by, naming, send, sending, write};
use super::{Desk, content};
use crate::harness::documents::pdf;
use crate::harness::{Person, Reply, pictures};

/// Why nothing but its report is sent to a licence in force.
const ONLY_THE_REPORT: [&str; 2] = [
    "Hồ sơ đang ở trạng thái “Đã cấp phép”; lúc này chỉ gửi được giấy tờ “Báo cáo tình hình thực hiện”.",
    "The dossier is in “Licensed”; of papers only “Report on the performance” is sent now.",
];

/// How many files somebody is shown.
async fn shown(desk: &Desk, by: &Person, dossier: &Reply) -> usize {
    let list = desk.app.get(&files(dossier)).by(by).expect(200).await;
    list.body["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn what_an_opinion_rests_on_stays() {
    let desk = Desk::open().await;
    let new = json!({"procedure": "OPN_DECISION", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.officer, &new).await;
    let first = send(&desk, &desk.officer, &begun, "document=other", 1).await;
    let path = format!("{}/{first}", files(&begun));
    // Until something is done it is the officer's alone.
    assert_eq!(shown(&desk, &desk.owner, &begun).await, 0);
    desk.app.get(&path).by(&desk.owner).expect(404).await;
    let issued = desk.take(&begun, "issue_opinion").await;
    let all = listed_by(&desk, &desk.officer, &begun).await;
    assert_eq!(all, [(first.clone(), false, true)]);
    // What the content does not name stays the officers', since nobody filed it.
    assert_eq!(shown(&desk, &desk.owner, &begun).await, 0);
    desk.app.get(&path).by(&desk.owner).expect(404).await;
    let decided = desk.app.delete(&path).by(&desk.officer).expect(409).await;
    assert_eq!(decided.code(), "dossier_wrong_state");
    assert_eq!(
        decided.text("/messages/en"),
        "The dossier is in “Opinion issued”; papers are sent and removed in “Received”, “Waiting for more \
         information” only. “The technology changed” (the owner of the project) leads there."
    );
    // Nor is it removed when there is another technology to speak of.
    let again = desk.take(&issued, "technology_changed").await;
    desk.app.delete(&path).by(&desk.officer).expect(409).await;
    let second = send(&desk, &desk.officer, &again, "document=other", 2).await;
    let useless = send(&desk, &desk.officer, &again, "document=other", 3).await;
    let useless = format!("{}/{useless}", files(&begun));
    desk.app.delete(&useless).by(&desk.officer).expect(204).await;
    desk.take(&again, "issue_opinion").await;
    assert_eq!(
        listed_by(&desk, &desk.officer, &begun).await,
        [(first, false, true), (second, false, true)]
    );
}

/// Evidence that somebody changed where it lies is evidence of nothing.
#[actix_web::test]
async fn what_is_given_out_is_what_was_filed_to_whoever_asks() {
    let desk = Desk::open().await;
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let file = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 1).await;
    let named = json!({"document": "contract", "file": file});
    let written = write(&desk, &desk.owner, &begun, &naming(&desk, &named)).await;
    let filed = desk.take(&desk.take(&written, "sign_contract").await, "submit").await;
    let listed = desk.app.get(&files(&filed)).by(&desk.owner).expect(200).await;
    let digest = listed.text("/items/0/sha256");
    let lies_at = desk.app.kept_path().join(digest.get(..2).unwrap()).join(digest);
    std::fs::write(&lies_at, pdf(2)).unwrap();
    let path = format!("{}/{file}", files(&filed));
    for reader in [&desk.owner, &desk.officer] {
        let refused = desk.app.get(&path).by(reader).expect(500).await;
        assert_eq!(refused.code(), "content_damaged");
    }
    std::fs::write(&lies_at, pdf(1)).unwrap();
    for reader in [&desk.owner, &desk.officer] {
        assert_eq!(desk.app.get(&path).by(reader).expect(200).await.bytes, pdf(1));
    }
}

#[actix_web::test]
async fn what_the_content_does_not_name_is_neither_handed_in_nor_shown() {
    let desk = Desk::open().await;
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let named = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 1).await;
    let spare = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 2).await;
    let text = naming(&desk, &json!({"document": "contract", "file": named}));
    let written = write(&desk, &desk.owner, &begun, &text).await;
    let submitted = desk.take(&desk.take(&written, "sign_contract").await, "submit").await;
    assert_eq!(
        listed(&desk, &begun).await,
        [(named.clone(), true, true), (spare.clone(), false, false)]
    );
    assert_eq!(shown(&desk, &desk.officer, &begun).await, 1);
    let path = |file: &str| format!("{}/{file}", files(&begun));
    desk.app.get(&path(&named)).by(&desk.officer).expect(200).await;
    desk.app.get(&path(&spare)).by(&desk.officer).expect(404).await;
    desk.app.get(&path(&spare)).by(&desk.owner).expect(200).await;
    // Back with its filer it can go.
    desk.take(&submitted, "request_completion").await;
    desk.app.delete(&path(&spare)).by(&desk.owner).expect(204).await;
    desk.app.delete(&path(&named)).by(&desk.owner).expect(409).await;
}

#[actix_web::test]
async fn who_is_named_later_is_not_shown_what_was_filed_before() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reviewer = app.officer().await;
    let (seller, stranger) = (
        app.active_enterprise(&reviewer).await,
        app.active_enterprise(&reviewer).await,
    );
    let code = async |person: &Person| {
        let path = format!("/enterprises/{}", person.enterprise);
        app.get(&path).by(person).expect(200).await.body["tax_code"].clone()
    };
    let (sellers, strangers) = (code(&seller).await, code(&stranger).await);
    let naming = |file: &str, code: &Value| {
        let mut text = naming(&desk, &json!({"document": "contract", "file": file}));
        text["transferor"]["tax_code"] = code.clone();
        text
    };
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let first = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 1).await;
    let written = write(&desk, &desk.owner, &begun, &naming(&first, &sellers)).await;
    let submitted = desk.take(&desk.take(&written, "sign_contract").await, "submit").await;
    let path = format!("/dossiers/{}", begun.text("/id"));
    let file = |file: &str| format!("{path}/files/{file}");
    app.get(&file(&first)).by(&seller).expect(200).await;
    let back = desk.take(&submitted, "request_completion").await;
    // To write somebody's tax code shows that one nothing.
    let second = send(&desk, &desk.owner, &back, "document=contract&form=certified_copy", 2).await;
    let written = write(&desk, &desk.owner, &back, &naming(&second, &strangers)).await;
    assert_eq!(written.status, 200, "{}", written.body);
    for hidden in [path.clone(), files(&begun), file(&first), file(&second)] {
        app.get(&hidden).by(&stranger).expect(404).await;
    }
    app.get(&file(&first)).by(&seller).expect(200).await;
    app.get(&file(&second)).by(&seller).expect(404).await;
    // Handed in anew it is the party, of what is filed from then on.
    desk.take(&written, "supplement").await;
    app.get(&path).by(&stranger).expect(200).await;
    assert_eq!(shown(&desk, &stranger, &begun).await, 1);
    app.get(&file(&second)).by(&stranger).expect(200).await;
    app.get(&file(&first)).by(&stranger).expect(404).await;
    app.get(&path).by(&seller).expect(404).await;
    for (person, count) in [(&desk.owner, 2), (&desk.officer, 2)] {
        assert_eq!(shown(&desk, person, &begun).await, count);
    }
}

#[actix_web::test]
async fn a_licence_is_reported_on_with_its_paper() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "APR", "content": text}))
        .await;
    let approved = desk.take(&desk.take(&begun, "submit").await, "approve").await;
    let new = json!({"procedure": "LIC", "content": text, "follows": approved.text("/id"), "given_on": desk.today()});
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    let report = "document=annual_report";
    sending(&desk, &desk.officer, &seen, report, 1).expect(403).await;
    // Nothing else comes with what can be done now.
    for query in ["document=contract&form=certified_copy", "document=other"] {
        let refused = sending(&desk, &desk.owner, &seen, query, 1).expect(409).await;
        assert_eq!(refused.code(), "dossier_wrong_state");
        let words = ["vi", "en"].map(|lang| refused.text(&format!("/messages/{lang}")));
        assert_eq!(words, ONLY_THE_REPORT);
    }
    let wrong = send(&desk, &desk.owner, &seen, report, 1).await;
    let wrong = format!("{}/{wrong}", files(&seen));
    desk.app.delete(&wrong).by(&desk.owner).expect(204).await;
    // Without a paper there is no report.
    let year = json!({"event": "annual_report", "year": desk.today().year()});
    let refused = desk.post(&seen, &desk.owner, &year).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/attachments"], "required_by_law")
    );
    let sent = send(&desk, &desk.owner, &seen, report, 2).await;
    assert_eq!(shown(&desk, &desk.officer, &seen).await, 0);
    let possible = seen.body["possible"].as_array().unwrap();
    let event = possible.iter().find(|one| one["event"]["code"] == "annual_report");
    let report = json!({"event": "annual_report", "year": event.unwrap()["year"]});
    let reported = desk.post(&seen, &desk.owner, &report).await;
    assert_eq!(reported.status, 200, "{}", reported.body);
    assert_eq!(listed(&desk, &seen).await, [(sent.clone(), false, true)]);
    let path = format!("{}/{sent}", files(&seen));
    desk.app.get(&path).by(&desk.officer).expect(200).await;
    desk.app.delete(&path).by(&desk.owner).expect(409).await;
    let content = desk.read(&desk.owner, &seen).await;
    assert_eq!(content.body["may_edit"], Value::Bool(false));
}

/// Of a photograph of a paper nothing but itself is kept: nobody would ever ask for small versions of it.
#[actix_web::test]
async fn a_photograph_of_a_paper_leaves_nothing_beside_it() {
    let desk = Desk::open().await;
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let path = format!("{}?document=contract&form=certified_copy&name=a.png", files(&begun));
    let sending = desk
        .app
        .post(&path)
        .by(&desk.owner)
        .file("image/png", pictures::png(40, 30));
    let sent = sending.expect(201).await;
    desk.app.clock.pass(2 * 3_600);
    let exchange = desk.app.exchange().clone();
    let collected = tokio::task::spawn_blocking(move || collector::run(&exchange, false))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((collected.contents, collected.missing.len()), (0, 0));
    let owner = desk.app.again(&desk.owner).await;
    let path = format!("{}/{}", files(&begun), sent.text("/id"));
    desk.app.get(&path).by(&owner).expect(200).await;
}

/// Rules may let a dossier lapse; what was never handed in goes then, too.
#[actix_web::test]
async fn what_ends_by_itself_leaves_what_was_handed_in() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    rules["events"].as_array_mut().unwrap().push(json!({
        "code": "lapse", "name_vi": "Tự đóng hồ sơ", "name_en": "Lapse", "from": ["awaiting_completion"],
        "to": "withdrawn", "actor": "system", "only_after_term": true, "legal_basis": "Quy chế của Sàn",
        "term": {"unit": "calendar_day", "amount": 30, "runs_from": "completion_requested_on"},
    }));
    let put = desk.app.put("/procedures/REG").by(&keeper).if_match(0).json(&rules);
    put.expect(200).await;
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let named = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 1).await;
    let text = naming(&desk, &json!({"document": "contract", "file": named}));
    let written = write(&desk, &desk.owner, &begun, &text).await;
    let submitted = desk.take(&desk.take(&written, "sign_contract").await, "submit").await;
    desk.take(&submitted, "request_completion").await;
    let spare = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 2).await;
    let desk = desk.later(60).await;
    assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().failed, 0);
    let ended = desk.read(&desk.owner, &begun).await;
    assert_eq!(ended.text("/state/code"), "withdrawn");
    assert_eq!(listed(&desk, &begun).await, [(named, true, true)]);
    assert_eq!(deeds(&desk, &spare), ["dossier_file.added", "dossier_file.removed"]);
}

/// What of `system` has something to be said the exchange never does by itself; so an officer does it, and no filer.
#[actix_web::test]
async fn what_the_exchange_cannot_do_by_itself_an_officer_does() {
    let desk = Desk::open().await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    rules["events"].as_array_mut().unwrap().push(json!({
        "code": "lapse", "name_vi": "Đóng hồ sơ", "name_en": "Lapse", "from": ["awaiting_completion"],
        "to": "withdrawn", "actor": "system", "needs_note": true, "legal_basis": "Quy chế của Sàn",
    }));
    let put = desk.app.put("/procedures/REG").by(&keeper).if_match(0).json(&rules);
    put.expect(200).await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.owner, &new).await;
    let submitted = desk.take(&desk.take(&begun, "sign_contract").await, "submit").await;
    let waiting = desk.take(&submitted, "request_completion").await;
    let body = json!({"event": "lapse", "note": "Theo văn bản của Sở."});
    let owned = desk.read(&desk.owner, &waiting).await;
    let refused = desk.post(&owned, &desk.owner, &body).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"), "{}", refused.body);
    let seen = desk.read(&desk.officer, &waiting).await;
    let possible = seen.body["possible"].as_array().unwrap();
    let lapse = possible.iter().find(|one| one["event"]["code"] == "lapse").unwrap();
    assert_eq!((&lapse["may_do"], &lapse["needs_note"]), (&json!(true), &json!(true)));
    let done = desk.post(&seen, &desk.officer, &body).await;
    assert_eq!(
        (done.status, done.text("/state/code")),
        (200, "withdrawn"),
        "{}",
        done.body
    );
}
