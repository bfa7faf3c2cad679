//! What becomes of all that an enterprise had and that was said about it.

use serde_json::json;
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::Letter;

use super::{join, two};
use crate::dossiers::{Desk, content};
use crate::harness::{Person, TestApp, dryer};
use crate::listing_imports::{counts, import};

#[actix_web::test]
async fn complaints_go_along_and_keep_nobody_from_the_others() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let (listing, _) = app.published_listing(&gone, &officer, "Máy sấy").await;
    let complaint = json!({"ground": "conduct", "details": "Không trả lời.", "contact": "nguoi-dan@example.com"});
    let mut ids = Vec::new();
    for about in [
        format!("/enterprises/{}", gone.enterprise),
        format!("/listings/{listing}"),
    ] {
        let made = app.post(&format!("{about}/complaints")).json(&complaint);
        ids.push(made.expect(202).await.text("/id").to_owned());
    }
    let first = format!("/complaints/{}", ids[0]);
    app.post(&format!("{first}/acknowledgement"))
        .by(&officer)
        .if_match(1)
        .expect(200)
        .await;
    let done = join(&app, &officer, &gone, &kept).await;
    assert_eq!(done.number("/moved/complaints"), 2);
    let all = app.get("/complaints").by(&officer).expect(200).await;
    let mut listed: Vec<String> = all.ids().into_iter().map(str::to_owned).collect();
    listed.sort_unstable();
    ids.sort_unstable();
    assert_eq!(listed, ids);
    let seen = app.get(&first).by(&officer).expect(200).await;
    assert_eq!(
        (seen.text("/enterprise_id"), seen.number("/version")),
        (kept.enterprise.as_str(), 3)
    );
    // Who answers for it now is told.
    let answer = json!({"outcome": "upheld", "answer": "Doanh nghiệp đã trả lời."});
    let decide = || app.post(&format!("{first}/decision")).by(&officer).json(&answer);
    decide().if_match(2).expect(412).await;
    decide().if_match(3).expect(200).await;
    let told = |letter: &Letter| matches!(letter, Letter::Complaint(news) if news.step == "resolved");
    assert!(app.letters_to(&kept.email).await.iter().any(told));
}

#[actix_web::test]
async fn a_complaint_that_stayed_behind_still_hinders_nobody() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let complaint = json!({"ground": "conduct", "details": "Không trả lời.", "contact": "nguoi-dan@example.com"});
    for owner in [&gone, &kept] {
        let call = app.post(&format!("/enterprises/{}/complaints", owner.enterprise));
        call.json(&complaint).expect(202).await;
    }
    join(&app, &officer, &gone, &kept).await;
    // As a merger of an older version left it.
    let id: uuid::Uuid = gone.enterprise.parse().unwrap();
    app.change(move |uow| {
        use diesel::prelude::*;
        use vptex::store::schema::complaints;
        use vptex::store::types::DbId;
        let oldest: Vec<DbId> = complaints::table
            .order(complaints::id)
            .select(complaints::id)
            .load(uow.conn())?;
        diesel::update(complaints::table.filter(complaints::id.eq(oldest[0])))
            .set(complaints::enterprise_id.eq(DbId(id)))
            .execute(uow.conn())?;
        Ok(())
    })
    .await;
    let all = app.get("/complaints").by(&officer).expect(200).await;
    assert_eq!(all.ids().len(), 2);
}

/// What an authority or a rights holder wrote holds whoever the listing belongs to, and whoever owns it now answers.
#[actix_web::test]
async fn takedowns_reports_and_notices_go_along_with_their_listings() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let mut listings = Vec::new();
    for title in ["Máy sấy", "Máy bơm", "Máy ép", "Máy cắt"] {
        listings.push(app.published_listing(&gone, &officer, title).await.0);
    }
    let path = |number: usize| format!("/listings/{}", listings[number]);
    let (takedown, version) = app.takedown(&officer, &listings[0]).await;
    app.post(&format!("/takedowns/{takedown}/execution"))
        .by(&officer)
        .if_match(version)
        .expect(200)
        .await;
    let (open, open_version) = app.takedown(&officer, &listings[3]).await;
    let report = json!({"ground": "fraud", "details": "Ảnh là của hãng khác.", "contact": "ban-doc@example.com"});
    let made = app
        .post(&format!("{}/reports", path(1)))
        .json(&report)
        .expect(202)
        .await;
    let report = format!("/reports/{}", made.text("/id"));
    let notice = json!({"right": "patent", "right_number": "1-0034567", "claimant": "Viện Cơ điện nông nghiệp",
        "contact": "phap-che@example.com", "statement": "Trùng với điểm 1 yêu cầu bảo hộ.", "is_true": true});
    let made = app
        .post(&format!("{}/ip-notices", path(2)))
        .json(&notice)
        .expect(202)
        .await;
    let notice = format!("/ip-notices/{}", made.text("/id"));
    app.post(&format!("{notice}/acceptance")).by(&officer).expect(200).await;

    join(&app, &officer, &gone, &kept).await;
    app.settle().await;

    // Held is held.
    app.get(&path(0)).expect(451).await;
    app.get(&path(2)).expect(404).await;
    let found = app.found("máy").await;
    assert!(
        !found.contains(&listings[0]) && !found.contains(&listings[2]),
        "{found:?}"
    );
    assert!(
        found.contains(&listings[1]) && found.contains(&listings[3]),
        "{found:?}"
    );
    // The owner who did not write it reads why, is told and answers.
    let seen = app.get(&path(0)).by(&kept).expect(200).await;
    assert_eq!(
        (seen.text("/enterprise/id"), seen.text("/holds/0")),
        (kept.enterprise.as_str(), "taken_down")
    );
    app.get(&notice).by(&kept).expect(200).await;
    let counter = json!({"statement": "Buồng sấy đối lưu, không thuộc phạm vi bảo hộ."});
    let countered = app.post(&format!("{notice}/counter-notice")).by(&kept).json(&counter);
    assert_eq!(countered.expect(200).await.text("/state"), "countered");
    let why = json!({"reason_code": "other", "reason_text": "Số máy trên tem không khớp với hồ sơ."});
    app.post(&format!("{notice}/restoration"))
        .by(&officer)
        .json(&why)
        .expect(200)
        .await;
    app.get(&path(2)).expect(200).await;
    app.post(&format!("/takedowns/{takedown}/restoration"))
        .by(&officer)
        .json(&why)
        .expect(200)
        .await;
    app.get(&path(0)).expect(200).await;
    app.post(&format!("/takedowns/{open}/execution"))
        .by(&officer)
        .if_match(open_version)
        .expect(200)
        .await;
    app.get(&path(3)).expect(451).await;
    let answer = json!({"outcome": "dismissed", "answer": "Ảnh do doanh nghiệp chụp."});
    app.post(&format!("{report}/decision"))
        .by(&officer)
        .json(&answer)
        .expect(200)
        .await;
    let kinds: Vec<&str> = app.letters_to(&kept.email).await.iter().map(Letter::kind).collect();
    for kind in ["ip_notice", "listing_taken_down", "listing_restored"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
}

#[actix_web::test]
async fn names_that_both_gave_are_told_and_lead_to_one_listing() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let line = |id: &str, title: &str| json!({"external_id": id, "listing": dryer(title)}).to_string();
    let file = |lines: &[String]| lines.join("\n").into_bytes();
    let own = file(&[line("SP-1", "Máy của A"), line("SP-2", "Máy khác của A")]);
    assert_eq!(counts(&import(&app, &gone, "", own).await), [2, 2, 0, 0, 0]);
    let others = file(&[line("SP-1", "Máy của B"), line("SP-3", "Máy khác của B")]);
    assert_eq!(counts(&import(&app, &kept, "", others).await), [2, 2, 0, 0, 0]);
    let key = app.key(&gone, &["listings:read", "listings:write"]).await;
    let path = format!("/enterprises/{}", gone.enterprise);
    let version = app.get(&path).by(&officer).expect(200).await.number("/version");
    let call = app.post(&format!("{path}/merge")).by(&officer).if_match(version);
    let dry = call
        .json(&json!({"into": kept.enterprise, "dry_run": true}))
        .expect(200)
        .await;
    assert_eq!(dry.body["same_external_ids"], json!(["SP-1"]));
    assert_eq!(dry.number("/revoked_keys"), 1);
    app.get("/me/listings").token(&key).expect(200).await;
    let done = join(&app, &officer, &gone, &kept).await;
    assert_eq!(done.body["same_external_ids"], json!(["SP-1"]));
    // Its system would write into the other one's listing.
    app.get("/me/listings").token(&key).expect(401).await;
    for query in ["", "?format=jsonl"] {
        let file = app
            .get(&format!("/me/listings/export{query}"))
            .by(&kept)
            .expect(200)
            .await;
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        assert_eq!(text.matches("SP-1").count(), 1, "{text}");
        assert_eq!(text.matches("SP-2").count(), 1, "{text}");
    }
    let file = app.get("/me/listings/export?format=jsonl").by(&kept).expect(200).await;
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let named = text.lines().find(|line| line.contains("SP-1")).unwrap();
    assert!(named.contains("Máy của B"), "{named}");
}

#[actix_web::test]
async fn nobody_is_led_to_write_into_what_was_not_read() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let third = app.active_enterprise(&officer).await;
    join(&app, &officer, &gone, &kept).await;
    let version = app
        .get(&format!("/enterprises/{}", kept.enterprise))
        .by(&officer)
        .expect(200)
        .await
        .number("/version");
    let path = format!("/enterprises/{}", gone.enterprise);
    let call = app.post(&format!("{path}/merge")).by(&officer).if_match(version);
    let writes = [
        call.json(&json!({"into": third.enterprise})),
        app.post(&format!("{path}/suspension"))
            .by(&officer)
            .if_match(version)
            .json(&json!({"reason_code": "unlawful", "reason_text": "Đăng bán hàng cấm, đang xác minh."})),
        app.post(&format!("/moderation/claims/enterprise/{}", gone.enterprise))
            .by(&officer),
    ];
    for write in writes {
        let refused = write.expect(409).await;
        assert_eq!(
            (refused.code(), refused.text("/merged_into"), refused.header("location")),
            ("enterprise_superseded", kept.enterprise.as_str(), None)
        );
    }
    let decision = json!({"type": "enterprise", "id": gone.enterprise, "version": version, "verdict": "rejected",
        "reason_code": "incomplete", "reason_text": "Thiếu giấy chứng nhận."});
    let several = app.post("/moderation/decisions").by(&officer);
    let several = several.json(&json!({"decisions": [decision]})).expect(200).await;
    assert_eq!(
        (
            several.number("/results/0/status"),
            several.text("/results/0/problem/code")
        ),
        (409, "enterprise_superseded")
    );
    let read = app.get(&path).by(&officer).expect(308).await;
    assert_eq!(
        (read.code(), read.text("/merged_into")),
        ("enterprise_merged", kept.enterprise.as_str())
    );
}

#[actix_web::test]
async fn what_was_decided_about_one_that_went_is_still_read_by_officers() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (gone, kept) = (app.registered_enterprise().await, app.active_enterprise(&officer).await);
    let path = format!("/enterprises/{}", gone.enterprise);
    let why = json!({"reason_code": "incomplete", "reason_text": "Thiếu giấy chứng nhận."});
    let call = app.post(&format!("{path}/change-request")).by(&officer).if_match(1);
    call.json(&why).expect(200).await;
    join(&app, &officer, &gone, &kept).await;
    let place = format!("/reviews/enterprise/{}", gone.enterprise);
    let told = app.get(&format!("{place}/messages")).by(&officer).expect(200).await;
    assert_eq!(told.text("/items/0/decision/reason_text"), "Thiếu giấy chứng nhận.");
    app.get(&format!("{place}/diff")).by(&officer).expect(200).await;
    // Nobody is there who would read it.
    let call = app.post(&format!("{place}/messages")).by(&officer);
    let refused = call.json(&json!({"text": "Xin bổ sung."})).expect(409).await;
    assert_eq!(refused.code(), "enterprise_superseded");
    // Members of the other one are led to what is said about theirs.
    let moved = app.get(&format!("{place}/messages")).by(&kept).expect(308).await;
    let there = format!("/api/v1/reviews/enterprise/{}/messages", kept.enterprise);
    assert_eq!(moved.header("location"), Some(there.as_str()));
}

#[actix_web::test]
async fn who_asks_to_be_above_follows_in_an_open_request() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let child = app.active_enterprise(&officer).await;
    let newcomer = app.active_enterprise(&officer).await;
    let place = |of: &Person| format!("/enterprises/{}", of.enterprise);
    let version = async |of: &Person| app.get(&place(of)).by(&officer).expect(200).await.number("/version");
    let patch = async |of: &Person, patch: serde_json::Value| {
        let call = app.patch(&place(of)).by(of).if_match(version(of).await);
        call.json(&patch).expect(200).await
    };
    let approve = async |of: &Person| {
        let call = app.post(&format!("{}/amendment/approval", place(of))).by(&officer);
        call.if_match(version(of).await).expect(200).await
    };
    patch(&child, json!({"parent_id": gone.enterprise})).await;
    approve(&child).await;
    // One that is below it wants another address; one wants to be below it.
    patch(&child, json!({"address_line": "Khu 6"})).await;
    patch(&newcomer, json!({"parent_id": gone.enterprise})).await;
    join(&app, &officer, &gone, &kept).await;
    // They may still be changed, and approved.
    patch(&child, json!({"short_name": "Sông Thao"})).await;
    for of in [&child, &newcomer] {
        let approved = approve(of).await;
        assert_eq!(approved.text("/parent_id"), kept.enterprise);
        assert_eq!(
            app.deeds(&of.enterprise).last().unwrap().0,
            "enterprise.amendment_approved"
        );
    }
    assert_eq!(
        app.get(&place(&child))
            .by(&child)
            .expect(200)
            .await
            .text("/address_line"),
        "Khu 6"
    );
}

#[actix_web::test]
async fn invitations_that_a_merger_ends_are_written_down() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let invite = async |owner: &Person, email: &str| {
        let call = app
            .post(&format!("/enterprises/{}/invitations", owner.enterprise))
            .by(owner)
            .header("idempotency-key", email);
        let made = call.json(&json!({"email": email, "role": "viewer"})).expect(201).await;
        made.text("/id").to_owned()
    };
    let twice = invite(&gone, "hai@example.com").await;
    let kept_one = invite(&kept, "hai@example.com").await;
    let once = invite(&gone, "ba@example.com").await;
    join(&app, &officer, &gone, &kept).await;
    let last = |id: &str| app.deeds(id).pop().map(|(deed, _)| deed);
    assert_eq!(last(&twice).as_deref(), Some("member.invitation_ended"));
    for stays in [&kept_one, &once] {
        assert_eq!(last(stays).as_deref(), Some("member.invited"));
    }
}

/// The contact person of an enterprise that became part of another one is known there by the name alone.
#[actix_web::test]
async fn a_person_is_found_in_what_the_own_enterprise_absorbed() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::HandleDataRequests, Permission::ReviewEnterprises])
        .await;
    let (gone, kept) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    // A member who never touched the registration that names her as contact person.
    let hoa = app.member(&gone.enterprise, Role::Editor).await;
    let call = app
        .patch(&format!("/enterprises/{}", gone.enterprise))
        .by(&gone)
        .if_match(2);
    call.json(&json!({"contact_name": "Lê Thị Hoa", "contact_email": "chung@example.com"}))
        .expect(200)
        .await;
    join(&app, &officer, &gone, &kept).await;
    let copy = app.get("/me/export").by(&hoa).expect(200).await;
    assert!(copy.body.to_string().contains("chung@example.com"), "{}", copy.body);
    let asked = app
        .post("/me/data-requests")
        .by(&hoa)
        .json(&json!({"kind": "erase"}))
        .expect(201)
        .await;
    app.post(&format!("/data-requests/{}/fulfilment", asked.text("/id")))
        .by(&officer)
        .json(&json!({"answer": "Đã xóa theo yêu cầu."}))
        .expect(200)
        .await;
    let id = vptex::domain::ids::EnterpriseId(gone.enterprise.parse().unwrap());
    let left = app
        .exchange()
        .db
        .read(|conn| vptex::store::enterprises::find_even_merged(conn, id))
        .unwrap();
    assert_eq!(left.profile.contact_name.as_str(), "Người liên hệ đã xóa");
    assert_eq!(left.profile.contact_phone.as_str(), "");
}

#[actix_web::test]
async fn dossiers_and_certificates_go_along() {
    let desk = Desk::open().await;
    let dossier = desk.counter().register(&content(&desk.tax_code)).await;
    let reviewer = desk.app.officer().await;
    let kept = desk.app.active_enterprise(&reviewer).await;
    let path = format!("/certificates/{}", dossier.text("/certificate/id"));
    desk.app.get(&path).by(&kept).expect(404).await;
    let done = join(&desk.app, &reviewer, &desk.owner, &kept).await;
    // The registration, and the case of its certificate.
    assert_eq!(done.number("/moved/dossiers"), 2);
    let certificate = desk.app.get(&path).by(&kept).expect(200).await;
    let mine = desk.app.get("/me/certificates").by(&kept).expect(200).await;
    assert_eq!(mine.text("/items/0/id"), certificate.text("/id"));
    let path = format!("/dossiers/{}", dossier.text("/id"));
    let seen = desk.app.get(&path).by(&kept).expect(200).await;
    assert_eq!(
        (seen.text("/enterprise_id"), seen.number("/version")),
        (kept.enterprise.as_str(), dossier.number("/version") + 1)
    );
}

/// Whoever asks by the identifier of one that went asks for what has its listings now.
#[actix_web::test]
async fn files_and_registers_follow_those_that_went() {
    let app = TestApp::spawn().await;
    let (officer, gone, kept) = two(&app).await;
    let (listing, _) = app.published_listing(&gone, &officer, "Máy sấy").await;
    app.published_listing(&app.active_enterprise(&officer).await, &officer, "Máy khác")
        .await;
    join(&app, &officer, &gone, &kept).await;
    for owner in [&gone, &kept] {
        let query = [("enterprise", owner.enterprise.as_str()), ("format", "jsonl")];
        let file = app.get("/exports/listings").query(&query).expect(200).await;
        let rows = file.body.as_array().unwrap();
        assert!(rows.len() == 1 && rows[0]["id"] == listing.as_str(), "{rows:?}");
        let file = app
            .get("/exports/listing-register")
            .query(&query)
            .by(&officer)
            .expect(200)
            .await;
        assert_eq!(file.body.as_array().unwrap().len(), 1);
        let register = app
            .get("/moderation/listings")
            .query(&query[..1])
            .by(&officer)
            .expect(200)
            .await;
        assert_eq!(register.ids(), [listing.as_str()]);
    }
}
