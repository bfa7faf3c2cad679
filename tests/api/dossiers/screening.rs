//! The technology of a dossier, held against the list of regulated technologies.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::desk::{Desk, content};
use crate::harness::{Person, Reply, dryer, looked_at};

/// An entry of the list, with words that hint at it.
async fn entry(desk: &Desk, keeper: &Person, code: &str, keywords: &[&str]) {
    entry_from(desk, keeper, code, keywords, desk.today()).await;
}

/// One that is in force from a day on.
async fn entry_from(desk: &Desk, keeper: &Person, code: &str, keywords: &[&str], day: Date) {
    let class = code.split('.').next().unwrap();
    let name = format!("Bảo quản lâm sản bằng chế phẩm chứa asen ({code})");
    let body = json!({
        "code": code, "parent": class, "name_vi": name, "valid_from": day,
        "regulation": {"legal_source": "Văn bản thử nghiệm, mục 1", "edition": "thử nghiệm", "keywords": keywords},
    });
    let call = desk.app.post("/taxonomies/regulated_technologies/entries").by(keeper);
    call.json(&body).expect(201).await;
}

async fn keeper(desk: &Desk) -> Person {
    desk.app
        .officer_who_may(&[Permission::ManageReferenceData, Permission::ReviewListings])
        .await
}

async fn screen(desk: &Desk, by: &Person, seen: &Reply, body: &Value, status: u16) -> Reply {
    let path = format!("/dossiers/{}/screening", seen.text("/id"));
    let call = desk.app.put(&path).by(by).if_match(seen.number("/version"));
    call.json(body).expect(status).await
}

/// A contract on a technology of that name, which is told to be on no list.
fn on(desk: &Desk, name: &str) -> Value {
    let mut content = content(&desk.tax_code);
    content["technology"]["name"] = json!(name);
    content
}

/// What is asked of the list before an event.
fn asked<'r>(seen: &'r Reply, event: &str) -> &'r Value {
    let possible = seen.body["possible"].as_array().unwrap();
    let known = possible.iter().find(|known| known["event"]["code"] == event);
    &known.unwrap_or_else(|| panic!("{event}: {possible:?}"))["screening"]
}

#[actix_web::test]
async fn what_is_declared_is_never_laxer_than_the_entries_that_are_named() {
    let desk = Desk::open().await;
    let keeper = keeper(&desk).await;
    entry(&desk, &keeper, "restricted.arsenic", &[]).await;
    entry(&desk, &keeper, "encouraged.drying", &[]).await;
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let path = format!("/dossiers/{}", begun.text("/id"));
    let put = |content: &Value| {
        let call = desk.app.put(&path).by(&desk.owner).if_match(begun.number("/version"));
        call.json(content)
    };
    for (status, items, pointers) in [
        ("normal", json!(["restricted.arsenic"]), vec!["/technology_status"]),
        (
            "encouraged",
            json!(["encouraged.drying", "restricted.arsenic"]),
            vec!["/technology_status"],
        ),
        (
            "restricted",
            json!(["restricted"]),
            vec!["/technology/regulated_items/0"],
        ),
        (
            "restricted",
            json!(["restricted.none"]),
            vec!["/technology/regulated_items/0"],
        ),
        (
            "restricted",
            json!(["restricted.arsenic", "restricted.arsenic"]),
            vec!["/technology/regulated_items/1"],
        ),
    ] {
        let draft = json!({"technology_status": status, "technology": {"regulated_items": items}});
        assert_eq!(put(&draft).expect(422).await.pointers(), pointers, "{draft}");
    }
    // Whoever names an entry has said the class, and is told what the law asks for.
    let draft = json!({"direction": "inbound", "technology": {"regulated_items": ["restricted.arsenic"]}});
    let told = put(&draft).expect(200).await;
    assert_eq!(
        (told.text("/content/technology_status"), told.text("/obligation/duty")),
        ("restricted", "licence")
    );
    assert!(told.body["obligation"].get("caution_vi").is_none());
}

#[actix_web::test]
async fn what_hints_at_an_entry_is_told_and_nobody_says_yes_before_an_officer_looked() {
    let desk = Desk::open().await;
    let keeper = keeper(&desk).await;
    entry(&desk, &keeper, "restricted.arsenic", &["chứa asen"]).await;
    let told = on(&desk, "Công nghệ tẩm gỗ bằng chế phẩm chứa asen");
    // Before anything is filed, to whoever files.
    let draft = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": told}))
        .await;
    let hint = &draft.body["technology_hints"][0];
    assert_eq!(
        (
            &hint["item"],
            &hint["regulatory_class"],
            &hint["pointer"],
            &hint["found"]
        ),
        (
            &json!("restricted.arsenic"),
            &json!("restricted"),
            &json!("/technology/name"),
            &json!("chứa asen")
        )
    );
    assert_eq!(draft.text("/obligation/duty"), "mandatory");
    assert!(draft.text("/obligation/caution_vi").contains("Bảo quản lâm sản"));

    let accepted = desk.counter().accepted(&told).await;
    let seen = desk.read(&desk.officer, &accepted).await;
    assert_eq!(seen.body["technology_hints"].as_array().unwrap().len(), 1);
    assert_eq!(asked(&seen, "issue"), "required");
    assert!(asked(&seen, "refuse").is_null());
    let refused = desk.try_event(&seen, "issue").await;
    assert_eq!(
        (refused.status, refused.text("/code")),
        (409, "screening_required"),
        "{}",
        refused.body
    );

    // The parties do not screen, and entries are those of the list.
    let body = json!({"regulated_items": [], "note": "Chế phẩm không chứa asen."});
    screen(&desk, &desk.owner, &accepted, &body, 403).await;
    let wrong = screen(
        &desk,
        &desk.officer,
        &seen,
        &json!({"regulated_items": ["restricted"]}),
        422,
    )
    .await;
    assert_eq!(wrong.pointers(), ["/regulated_items/0"]);
    screen(&desk, &desk.officer, &seen, &json!({}), 422).await;

    let screened = screen(&desk, &desk.officer, &seen, &body, 200).await;
    let made = &screened.body["screening"];
    assert_eq!(
        (&made["regulated_items"], &made["regulatory_class"], &made["note"]),
        (&json!([]), &json!("unrestricted"), &body["note"])
    );
    // By the list with the entry in it, and whoever made it.
    assert!(made["edition"].as_i64().unwrap() > 0);
    let me = desk.app.get("/me").by(&desk.officer).expect(200).await;
    assert_eq!(made["officer_id"], me.body["id"]);
    assert!(screened.body.get("technology_hints").is_none());
    assert_eq!(asked(&screened, "issue"), "done");
    // The parties read it, too, and not by whom.
    let own = desk.read(&desk.owner, &accepted).await;
    assert_eq!(own.text("/screening/note"), "Chế phẩm không chứa asen.");
    assert!(own.body["screening"].get("officer_id").is_none());
    // It is in the history, behind what was done last.
    let path = format!("/dossiers/{}/events", accepted.text("/id"));
    let history = desk.app.get(&path).by(&desk.owner).expect(200).await;
    let events = history.body["items"].as_array().unwrap();
    let with: Vec<&Value> = events
        .iter()
        .filter(|event| event.get("screenings").is_some())
        .collect();
    assert_eq!(with.len(), 1);
    assert_eq!(
        (&with[0]["event"], &with[0]["screenings"][0]["regulated_items"]),
        (&json!("accept_complete"), &json!([]))
    );

    // Another entry in force is looked at anew.
    entry(&desk, &keeper, "restricted.mercury", &[]).await;
    let seen = desk.read(&desk.officer, &accepted).await;
    assert_eq!(asked(&seen, "issue"), "required");
    let screened = screen(&desk, &desk.officer, &seen, &json!({"regulated_items": []}), 200).await;
    let issued = desk.take(&screened, "issue").await;
    assert_eq!(issued.text("/state/code"), "certified");
    // What is closed is not held against the list any more.
    let closed = screen(&desk, &desk.officer, &issued, &json!({"regulated_items": []}), 409).await;
    assert_eq!(closed.text("/code"), "dossier_wrong_state");
}

#[actix_web::test]
async fn what_an_officer_found_to_be_restricted_is_not_registered() {
    let desk = Desk::open().await;
    let keeper = keeper(&desk).await;
    entry(&desk, &keeper, "restricted.arsenic", &[]).await;
    let accepted = desk.counter().accepted(&on(&desk, "Công nghệ tẩm gỗ")).await;
    // Nothing hints at it: the screening is advised, and the officer finds it all the same.
    assert_eq!(asked(&accepted, "issue"), "advised");
    let proposed = desk.counter().propose(&accepted, &json!({"event": "issue"})).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    let body = json!({"regulated_items": ["restricted.arsenic"]});
    let screened = screen(&desk, &desk.officer, &proposed, &body, 200).await;
    // What was proposed is over with it, and is not proposed again.
    assert!(screened.body.get("proposal").is_none());
    assert_eq!(
        (
            screened.text("/screening/regulatory_class"),
            screened.text("/obligation/duty")
        ),
        ("restricted", "licence")
    );
    let refused = desk.try_event(&screened, "issue").await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(refused.pointers(), ["/content/technology_status"]);
    // Refused by an article, which is told once.
    assert_eq!(refused.text("/errors/0/code"), "refused_by_law");
    let detail = refused.text("/errors/0/detail");
    assert_eq!(detail.matches("Đ.28–30").count(), 1, "{detail}");
    let refused = desk.take(&screened, "refuse").await;
    assert_eq!(refused.text("/state/code"), "refused");
}

#[actix_web::test]
async fn an_approval_is_given_to_what_is_restricted_and_not_to_what_is_prohibited() {
    let desk = Desk::open().await;
    let keeper = keeper(&desk).await;
    entry(&desk, &keeper, "restricted.arsenic", &["chế phẩm"]).await;
    entry(&desk, &keeper, "prohibited.arsenic", &["asen vô cơ"]).await;
    let submitted = async |name: &str| {
        let mut content = on(&desk, name);
        content["technology_status"] = json!("restricted");
        let begun = desk
            .begin(&desk.owner, &json!({"procedure": "APR", "content": content}))
            .await;
        desk.take(&begun, "submit").await
    };
    // Declared as strictly as it is hinted at, it needs nothing.
    let plain = submitted("Công nghệ tẩm gỗ bằng chế phẩm").await;
    assert_eq!(asked(&plain, "approve"), "advised");
    assert_eq!(desk.take(&plain, "approve").await.text("/state/code"), "approved");
    let worse = submitted("Công nghệ tẩm gỗ bằng asen vô cơ").await;
    let refused = desk.try_event(&worse, "approve").await;
    assert_eq!(refused.text("/code"), "screening_required");
    let body = json!({"regulated_items": ["prohibited.arsenic"]});
    let screened = screen(&desk, &desk.officer, &worse, &body, 200).await;
    assert_eq!(screened.text("/obligation/duty"), "forbidden");
    let refused = desk.try_event(&screened, "approve").await;
    assert_eq!(refused.pointers(), ["/content/technology_status"]);
    assert_eq!(desk.take(&screened, "reject").await.text("/state/code"), "rejected");
}

#[actix_web::test]
async fn what_the_listing_says_of_the_technology_is_carried_over() {
    let desk = Desk::open().await;
    let (reviewer, keeper) = (desk.app.officer().await, keeper(&desk).await);
    entry(&desk, &keeper, "restricted.arsenic", &[]).await;
    let seller = desk.app.active_enterprise(&reviewer).await;
    let mut offer = dryer("Máy tẩm gỗ");
    offer["regulatory_class"] = json!("restricted");
    offer["regulated_items"] = json!(["restricted.arsenic"]);
    let made = desk.app.post("/listings").by(&seller).json(&offer).expect(201).await;
    let listing = made.text("/id").to_owned();
    let path = format!("/listings/{listing}");
    let handed_in = desk
        .app
        .post(&format!("{path}/submission"))
        .by(&seller)
        .expect(200)
        .await;
    let approval = desk.app.post(&format!("{path}/approval")).by(&reviewer);
    let approval = approval.if_match(handed_in.number("/version")).json(&looked_at());
    approval.expect(200).await;

    let new = json!({"procedure": "APR", "listing_id": listing});
    let begun = desk.begin(&desk.owner, &new).await;
    assert_eq!(begun.text("/content/technology_status"), "restricted");
    assert_eq!(
        begun.body["content"]["technology"]["regulated_items"],
        json!(["restricted.arsenic"])
    );
    // Nobody says less of it when a dossier is begun, and who does so later is told, as the officer is.
    let mut lax = new.clone();
    lax["content"] = json!({"technology_status": "normal"});
    let refused = desk.app.post("/dossiers").by(&desk.owner).json(&lax).expect(422).await;
    assert_eq!(refused.pointers(), ["/content/technology_status"]);
    let path = format!("/dossiers/{}", begun.text("/id"));
    let put = desk.app.put(&path).by(&desk.owner).if_match(begun.number("/version"));
    let edited = put.json(&content(&desk.tax_code)).expect(200).await;
    let hint = &edited.body["technology_hints"][0];
    assert_eq!((&hint["pointer"], &hint["item"]), (&json!("/listing_id"), &Value::Null));
    assert_eq!(hint["regulatory_class"], "restricted");
}

#[actix_web::test]
async fn what_is_found_of_the_listing_after_the_screening_is_looked_at_anew() {
    let desk = Desk::open().await;
    let (reviewer, keeper) = (desk.app.officer().await, keeper(&desk).await);
    let seller = desk.app.active_enterprise(&reviewer).await;
    let (listing, _) = desk.app.published_listing(&seller, &reviewer, "Máy tẩm gỗ").await;
    let new = json!({"procedure": "REG", "listing_id": listing, "content": content(&desk.tax_code)});
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["sign_contract", "submit", "accept_complete"] {
        seen = desk.take(&seen, event).await;
    }
    let none = json!({"regulated_items": []});
    let screened = screen(&desk, &desk.officer, &seen, &none, 200).await;
    assert_eq!(asked(&screened, "issue"), "done");

    let found = json!({"regulatory_class": "restricted", "note": "Chế phẩm tẩm gỗ chứa asen."});
    let path = format!("/listings/{listing}/classification");
    desk.app.put(&path).by(&keeper).json(&found).expect(200).await;
    let seen = desk.read(&desk.officer, &screened).await;
    let hints = seen.body["technology_hints"].as_array().unwrap();
    assert_eq!((hints.len(), &hints[0]["pointer"]), (1, &json!("/listing_id")));
    assert_eq!(asked(&seen, "issue"), "required");
    let refused = desk.try_event(&seen, "issue").await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "screening_required"),
        "{}",
        refused.body
    );
    // Who looks again knows what the listing says, and may find otherwise.
    let screened = screen(&desk, &desk.officer, &seen, &none, 200).await;
    assert_eq!(asked(&screened, "issue"), "done");
    assert_eq!(desk.take(&screened, "issue").await.text("/state/code"), "certified");
}

#[actix_web::test]
async fn an_entry_is_looked_at_from_its_first_day_on_and_nothing_else_asks_to_look_again() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let keeper = keeper(&desk).await;
    entry(&desk, &keeper, "restricted.arsenic", &["chứa asen"]).await;
    let told = on(&desk, "Công nghệ tẩm gỗ bằng chế phẩm chứa asen, thủy ngân hữu cơ");
    let accepted = desk.counter().accepted(&told).await;
    assert_eq!(asked(&accepted, "issue"), "required");
    let none = json!({"regulated_items": []});
    let screened = screen(&desk, &desk.officer, &accepted, &none, 200).await;
    assert_eq!(asked(&screened, "issue"), "done");

    let new = json!({"code": "food.tempering", "parent": "food", "name_vi": "Ủ nhiệt"});
    let add = desk.app.post("/taxonomies/fields/entries").by(&keeper).json(&new);
    add.expect(201).await;
    let first_day = desk.today().checked_add(3.days()).unwrap();
    entry_from(&desk, &keeper, "restricted.mercury", &["thủy ngân"], first_day).await;
    let seen = desk.read(&desk.officer, &accepted).await;
    assert_eq!(asked(&seen, "issue"), "done");
    // Screened by the edition that has the entry already.
    let seen = screen(&desk, &desk.officer, &seen, &none, 200).await;

    let desk = desk.later(3).await;
    let seen = desk.read(&desk.officer, &seen).await;
    assert_eq!(asked(&seen, "issue"), "required");
    let refused = desk.try_event(&seen, "issue").await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "screening_required"),
        "{}",
        refused.body
    );
    let screened = screen(&desk, &desk.officer, &seen, &none, 200).await;
    assert_eq!(desk.take(&screened, "issue").await.text("/state/code"), "certified");
}
