//! How long a listing is public: notices, the end of its term, renewing, putting away.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::letter::Letter;
use vptex::service::listing_terms::{self, Done};

use crate::harness::{Person, Reply, TestApp};
use crate::node::Node;

const DAY: i64 = 24 * 60 * 60;

/// Looks at the terms, as the background job does; several nodes at once.
async fn look(app: &TestApp, nodes: usize) -> Done {
    let looks = (0..nodes).map(|_| {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || listing_terms::run(&exchange).unwrap())
    });
    let mut done = Done::default();
    for look in looks.collect::<Vec<_>>() {
        let one = look.await.unwrap();
        done.told += one.told;
        done.expired += one.expired;
    }
    done
}

/// What an owner was told about terms, oldest first.
async fn told(app: &TestApp, owner: &Person) -> Vec<&'static str> {
    let letters = app.letters_to(&owner.email).await;
    let about_terms = letters.iter().filter_map(|letter| match letter {
        Letter::ListingEnds { .. } => Some("ends"),
        Letter::ListingExpired { .. } => Some("expired"),
        _ => None,
    });
    let mut told: Vec<_> = about_terms.collect();
    told.reverse();
    told
}

#[actix_web::test]
async fn an_owner_is_told_three_times_before_the_end_and_once_after_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let (mut so_far, mut day) = (Vec::new(), 0);
    for (until, what) in [
        (334, None),
        (336, Some("ends")),
        (340, None),
        (352, Some("ends")),
        (364, Some("ends")),
        (365, Some("expired")),
        (400, None),
    ] {
        app.clock.pass((until - day) * DAY + i64::from(day == 0));
        day = until;
        so_far.extend(what);
        let done = look(&app, 3).await;
        let (soon, over) = (what == Some("ends"), what == Some("expired"));
        let expected = Done {
            told: usize::from(soon),
            expired: usize::from(over),
        };
        assert_eq!(done, expected, "day {day}");
        assert_eq!(told(&app, &owner).await, so_far, "day {day}");
        let status = if day < 365 { "published" } else { "expired" };
        assert_eq!(app.get(&path).expect(200).await.text("/status"), status);
    }
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds.last().map(String::as_str), Some("listing.expired"));
}

/// A server that stood still for long sends what is due now, and not everything that it missed.
#[actix_web::test]
async fn what_was_missed_is_not_sent_late() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.published_listing(&owner, &officer, "Máy sấy").await;
    app.clock.pass(360 * DAY);
    assert_eq!(look(&app, 1).await, Done { told: 1, expired: 0 });
    app.clock.pass(40 * DAY);
    assert_eq!(look(&app, 1).await, Done { told: 0, expired: 1 });
    assert_eq!(told(&app, &owner).await, ["ends", "expired"]);
}

/// What an officer finds after the end, before the job has run, does not take the end's place.
#[actix_web::test]
async fn an_end_is_told_although_the_listing_was_classified_meanwhile() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    app.end_term(&id).await;
    let found = json!({"regulatory_class": "prohibited", "note": "Thuộc danh mục cấm chuyển giao."});
    let call = app.put(&format!("/listings/{id}/classification")).by(&officer);
    let seen = call.json(&found).expect(200).await;
    assert_eq!((seen.text("/status"), seen.body.get("holds")), ("expired", None));
    assert_eq!(look(&app, 1).await, Done { told: 0, expired: 1 });
    assert_eq!(told(&app, &owner).await, ["expired"]);
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds.last().map(String::as_str), Some("listing.expired"));
}

#[actix_web::test]
async fn after_its_term_a_page_says_so_at_once_and_the_listing_comes_back_as_it_was() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (other, _) = app.published_listing(&owner, &officer, "Máy sấy lúa mới").await;
    let node = Node::beside(&app).await;
    let path = format!("/listings/{id}");
    let public = app.get(&path).expect(200).await;
    for hidden in ["expires_at", "last_confirmed_at", "renewed_count"] {
        assert!(public.body.get(hidden).is_none(), "{hidden}");
    }
    let version = app.end_term(&id).await;
    // The job has not run, and the index knows nothing of it.
    let page = app.get(&format!("/enterprises/{}", owner.enterprise)).expect(200).await;
    assert_eq!(page.number("/live_listings"), 1);
    for path in [
        path.clone(),
        format!("/listings/by-code/{}", public.text("/code")),
        format!("/listings/by-slug/{}", public.text("/slug")),
    ] {
        // Whoever has it from before is told that it is another one.
        let tag = public.header("etag").unwrap();
        let over = app.get(&path).header("If-None-Match", tag).expect(200).await;
        assert_eq!(
            (over.text("/status"), over.text("/title/vi")),
            ("expired", "Máy sấy lúa")
        );
        assert_eq!(over.header("x-robots-tag"), Some("noindex"));
        assert_eq!(
            (over.body.get("contact"), &over.body["open_for_inquiry"]),
            (None, &json!(false))
        );
        for hidden in ["expires_at", "last_confirmed_at", "renewed_count", "view_count"] {
            assert!(over.body.get(hidden).is_none(), "{hidden}");
        }
        let tag = over.header("etag").unwrap();
        app.get(&path).header("If-None-Match", tag).expect(304).await;
    }
    assert_eq!(public.header("x-robots-tag"), None);
    for part in ["files", "videos", "classifications"] {
        app.get(&format!("{path}/{part}")).expect(200).await;
    }
    // What asks for more than the page is told why not.
    for part in ["similar", "matches"] {
        assert_eq!(
            app.get(&format!("{path}/{part}")).expect(410).await.code(),
            "listing_expired"
        );
    }
    let found = node.page(&crate::search::query("máy sấy")).await;
    assert_eq!(
        (crate::search::ids(&found), found.total),
        (vec![other.clone()], Some(1))
    );
    let mine = app.get(&path).by(&owner).expect(200).await;
    assert_eq!((mine.text("/status"), mine.number("/renewed_count")), ("expired", 0));
    for (status, ids) in [("expired", vec![id.as_str()]), ("published", vec![other.as_str()])] {
        let page = app
            .get("/me/listings")
            .query(&[("status", status)])
            .by(&owner)
            .expect(200)
            .await;
        assert_eq!(page.ids(), ids, "{status}");
    }
    // What is renewed unread cannot have been changed.
    let patch = app.patch(&path).by(&owner).if_match(version);
    assert_eq!(
        patch.json(&serde_json::json!({"model": "B"})).expect(409).await.code(),
        "listing_wrong_status"
    );
    let renewal = format!("{path}/renewal");
    app.post(&renewal).expect(401).await;
    app.post(&renewal).by(&officer).expect(403).await;
    app.post(&renewal).by(&owner).if_match(version + 1).expect(412).await;
    let renewed = app.post(&renewal).by(&owner).if_match(version).expect(200).await;
    assert_eq!(
        (renewed.text("/status"), renewed.number("/renewed_count")),
        ("published", 1)
    );
    assert_eq!(renewed.text("/last_confirmed_at"), renewed.text("/updated_at"));
    app.get(&path).expect(200).await;
    node.settle().await;
    let found = node.page(&crate::search::query("máy sấy")).await;
    assert_eq!(found.total, Some(2));
    // To say so again on the same day changes nothing; on another one, before the end, it does.
    let again = app.post(&renewal).by(&owner).expect(200).await;
    assert_eq!(again.number("/version"), renewed.number("/version"));
    assert_eq!(again.number("/renewed_count"), 1);
    assert_eq!(look(&app, 2).await, Done::default());
    app.clock.pass(DAY);
    let owner = app.again(&owner).await;
    let again = app.post(&renewal).by(&owner).expect(200).await;
    assert_eq!(again.number("/renewed_count"), 2);
}

/// A suspension hides what is public, and lifting it brings back exactly that.
#[actix_web::test]
async fn an_enterprise_that_goes_on_shows_what_was_live_and_nothing_else() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (live, _) = app.published_listing(&owner, &officer, "Máy sấy một").await;
    let (lapsed, _) = app.published_listing(&owner, &officer, "Máy sấy hai").await;
    let (withdrawn, _) = app.published_listing(&owner, &officer, "Máy sấy ba").await;
    app.end_term(&lapsed).await;
    app.delete(&format!("/listings/{withdrawn}/submission"))
        .by(&owner)
        .expect(200)
        .await;
    let (archived, _) = app.listing_draft(&owner, "Máy sấy bốn").await;
    app.post(&format!("/listings/{archived}/archive"))
        .by(&owner)
        .expect(200)
        .await;
    let all = [(&live, 200), (&lapsed, 200), (&withdrawn, 404), (&archived, 404)];
    let enterprise = format!("/enterprises/{}", owner.enterprise);
    let version = app.get(&enterprise).by(&officer).expect(200).await.number("/version");
    let reason = serde_json::json!({"reason_code": "incomplete", "reason_text": "Đang xác minh hồ sơ doanh nghiệp."});
    let suspension = format!("{enterprise}/suspension");
    app.post(&suspension)
        .by(&officer)
        .if_match(version)
        .json(&reason)
        .expect(200)
        .await;
    for (id, _) in all {
        app.get(&format!("/listings/{id}")).expect(404).await;
    }
    app.delete(&suspension).by(&officer).expect(200).await;
    for (id, status) in all {
        app.get(&format!("/listings/{id}")).expect(status).await;
    }
}

#[actix_web::test]
async fn what_is_put_away_comes_out_again_to_be_handed_in() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (draft, _) = app.listing_draft(&owner, "Máy sấy một").await;
    let (lapsed, _) = app.published_listing(&owner, &officer, "Máy sấy hai").await;
    let archive = format!("/listings/{lapsed}/archive");
    assert_eq!(
        app.post(&archive).by(&owner).expect(409).await.code(),
        "listing_wrong_status"
    );
    app.end_term(&lapsed).await;
    for (id, after) in [(draft, "draft"), (lapsed, "withdrawn")] {
        let archive = format!("/listings/{id}/archive");
        assert_eq!(
            app.post(&archive).by(&owner).expect(200).await.text("/status"),
            "archived"
        );
        for step in ["renewal", "archive", "submission"] {
            app.post(&format!("/listings/{id}/{step}")).by(&owner).expect(409).await;
        }
        assert_eq!(app.delete(&archive).by(&owner).expect(200).await.text("/status"), after);
        app.delete(&archive).by(&owner).expect(409).await;
        let sent = app
            .post(&format!("/listings/{id}/submission"))
            .by(&owner)
            .expect(200)
            .await;
        let approval = app.post(&format!("/listings/{id}/approval")).by(&officer);
        approval.if_match(sent.number("/version")).expect(200).await;
        app.get(&format!("/listings/{id}")).expect(200).await;
    }
}

/// On whichever node, a term is begun once by all who read the same version.
#[actix_web::test]
async fn of_many_who_renew_at_once_one_does() {
    const MANY: usize = 64;
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let other = app.beside();
    for is_over in [false, true] {
        let (id, mut version) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
        if is_over {
            version = app.end_term(&id).await;
        }
        let path = format!("/listings/{id}/renewal");
        let calls = (0..MANY).map(|number| {
            let node = if number % 2 == 0 {
                &app
            } else {
                other.as_ref().unwrap_or(&app)
            };
            node.post(&path).by(&owner).if_match(version).send()
        });
        let mut winners = 0;
        for answer in join_all(calls).await {
            match answer.status {
                200 => winners += 1,
                412 => assert_eq!(answer.code(), "stale_version"),
                // On PostgreSQL one that lost too often is refused, and did nothing.
                503 => assert_eq!(answer.code(), "busy"),
                other => panic!("{other}: {:#}", answer.body),
            }
        }
        assert_eq!(winners, 1, "over: {is_over}");
        let seen = app.get(&format!("/listings/{id}")).by(&owner).expect(200).await;
        assert_eq!((seen.text("/status"), seen.number("/renewed_count")), ("published", 1));
        let renewals = app.deeds(&id).into_iter().filter(|(deed, _)| deed == "listing.renewed");
        assert_eq!(renewals.count(), 1);
    }
}

/// What became of each, as a table: status, state and code of the problem.
fn told_of(reply: &Reply) -> Vec<(i64, String, String)> {
    let text = |result: &Value, place: &str| result.pointer(place).and_then(Value::as_str).unwrap_or("").to_owned();
    let results = reply.body["results"].as_array().unwrap().iter();
    results
        .map(|result| {
            let status = result["status"].as_i64().unwrap();
            (status, text(result, "/state"), text(result, "/problem/code"))
        })
        .collect()
}

/// An enterprise with a hundred listings says once that they hold, and hears of their end once a day.
#[actix_web::test]
async fn many_listings_are_renewed_at_once_and_told_of_in_one_letter() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let other = app.active_enterprise(&officer).await;
    let (mut mine, (foreign, _)) = (
        Vec::new(),
        app.published_listing(&other, &officer, "Máy của người khác").await,
    );
    for title in ["Máy sấy một", "Máy sấy hai", "Máy sấy ba"] {
        mine.push(app.published_listing(&owner, &officer, title).await);
    }
    let draft = app.listing_draft(&owner, "Máy sấy bốn").await;
    app.clock.pass(336 * DAY);
    assert_eq!(look(&app, 3).await, Done { told: 4, expired: 0 });
    let letters = app.letters_to(&owner.email).await;
    let digests = letters.iter().filter_map(|letter| match letter {
        Letter::ListingsEnd { lines, more } => Some((lines.len(), *more, lines.iter().any(|line| line.is_over))),
        _ => None,
    });
    assert_eq!(digests.collect::<Vec<_>>(), [(3, 0, false)]);
    assert_eq!(told(&app, &owner).await, Vec::<&str>::new());
    // Whoever has one listing is told of it by name, with a letter that leads to it.
    assert_eq!(told(&app, &other).await, ["ends"]);
    assert_eq!(look(&app, 1).await, Done::default());
    // What comes later on the same day waits for the next day's letter.
    app.end_term(&mine[2].0).await;
    assert_eq!(look(&app, 1).await, Done { told: 0, expired: 1 });
    assert_eq!(told(&app, &owner).await, Vec::<&str>::new());
    app.clock.pass(DAY);
    let (owner, other) = (app.again(&owner).await, app.again(&other).await);
    assert_eq!(look(&app, 3).await, Done::default());
    assert_eq!(told(&app, &owner).await, ["expired"]);

    let now = app
        .get(&format!("/listings/{}", mine[2].0))
        .by(&owner)
        .expect(200)
        .await;
    mine[2].1 = now.number("/version");
    let item = |id: &str, version: i64| json!({"id": id, "version": version});
    let body = json!({"renewals": [
        item(&mine[0].0, mine[0].1), item(&mine[1].0, mine[1].1 + 1), item(&foreign, 1), item(&draft.0, draft.1),
        item(&mine[2].0, mine[2].1),
    ]});
    let renew = |by: &Person, body: &Value| {
        app.post("/listing-renewals")
            .by(by)
            .header("Idempotency-Key", "r1")
            .json(body)
    };
    let answer = renew(&owner, &body).expect(200).await;
    let published = |status| (status, String::from("published"), String::new());
    let refused = |status, code: &str| (status, String::new(), code.to_owned());
    let expected = vec![
        published(200),
        refused(412, "stale_version"),
        refused(403, "forbidden"),
        refused(409, "listing_wrong_status"),
        published(200),
    ];
    assert_eq!(told_of(&answer), expected);
    assert_eq!(answer.header("Idempotent-Replayed"), None);
    let again = renew(&owner, &body).expect(200).await;
    assert_eq!(
        (told_of(&again), again.header("Idempotent-Replayed")),
        (expected, Some("true"))
    );
    assert_eq!(
        again.body["results"][0]["version"],
        answer.body["results"][0]["version"]
    );
    let elsewhere = json!({"renewals": [item(&mine[1].0, mine[1].1)]});
    assert_eq!(
        renew(&owner, &elsewhere).expect(422).await.code(),
        "idempotency_key_reused"
    );
    app.get(&format!("/listings/{}", mine[2].0)).expect(200).await;
    let renewals = app
        .deeds(&mine[0].0)
        .into_iter()
        .filter(|(deed, _)| deed == "listing.renewed");
    assert_eq!(renewals.count(), 1);

    let many: Vec<Value> = (1..=101)
        .map(|at| item(&uuid::Uuid::from_u128(at).to_string(), 1))
        .collect();
    for (wrong, pointer) in [
        (json!({"renewals": []}), "/renewals"),
        (json!({"renewals": many}), "/renewals"),
        (
            json!({"renewals": [item(&foreign, 1), item(&foreign, 2)]}),
            "/renewals/1/id",
        ),
    ] {
        let refused = app.post("/listing-renewals").by(&owner).json(&wrong).expect(422).await;
        assert_eq!(refused.pointers(), [pointer]);
    }
    app.post("/listing-renewals")
        .by(&app.officer().await)
        .json(&elsewhere)
        .expect(403)
        .await;
    let theirs = app
        .post("/listing-renewals")
        .by(&other)
        .json(&elsewhere)
        .expect(200)
        .await;
    assert_eq!(told_of(&theirs), [refused(403, "forbidden")]);
}
