//! The numbers under which listings come out, and their readable names.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;
use vptex::demo;
use vptex::service::import::{self, BadLine, Observer, Owner};
use vptex::store::imports::Progress;

use crate::harness::{Reply, TestApp, dryer};

#[actix_web::test]
async fn a_listing_has_a_code_from_when_it_first_comes_out() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let waiting = app.get(&path).by(&owner).expect(200).await;
    assert!(waiting.body["code"].is_null() && waiting.body["slug"].is_null());
    let approve = app.post(&format!("{path}/approval")).by(&officer).if_match(version);
    let code = approve.expect(200).await.text("/code").to_owned();
    let year = app
        .exchange()
        .clock
        .now()
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)))
        .year();
    assert_eq!(code, format!("TB-{year}-000001"));

    for written in [code.clone(), code.to_lowercase(), code.replace('-', "")] {
        let found = app.get(&format!("/listings/by-code/{written}")).expect(200).await;
        assert_eq!((found.text("/id"), found.text("/code")), (id.as_str(), code.as_str()));
        assert_eq!(
            found.header("content-location"),
            Some(format!("/api/v1{path}").as_str())
        );
        let tag = found.header("etag").unwrap().to_owned();
        let again = app
            .get(&format!("/listings/by-code/{written}"))
            .header("if-none-match", &tag);
        again.expect(304).await;
    }
    // Whoever reads it with a browser counts once, whatever the address of the listing; programs, its owner's members and
    // officers do not count, and the public is not told.
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    for (address, reader) in [
        (path.clone(), browser),
        (format!("/listings/by-code/{code}"), browser),
        (path.clone(), "curl/8.5.0"),
    ] {
        let read = app.get(&address).header("user-agent", reader).expect(200).await;
        assert!(read.body["view_count"].is_null());
    }
    for insider in [&owner, &officer] {
        let read = app.get(&path).by(insider).header("user-agent", browser);
        assert_eq!(read.expect(200).await.number("/view_count"), 0);
    }
    let exchange = app.exchange().clone();
    let keep = move || vptex::service::listing_views::keep(&exchange).unwrap();
    tokio::task::spawn_blocking(keep).await.unwrap();
    for insider in [&owner, &officer] {
        let read = app.get(&path).by(insider).expect(200).await;
        assert_eq!((read.number("/view_count"), read.number("/version")), (1, version + 1));
    }
    let own = app.get("/me/listings").by(&owner).expect(200).await;
    assert_eq!(own.number("/items/0/view_count"), 1);

    for wrong in ["TB-1", "TB-2026-1", "x", "TB-2026-999999", "CN-2026-000001"] {
        app.get(&format!("/listings/by-code/{wrong}")).expect(404).await;
    }

    // Withdrawn and published again it keeps its code, and with it its kind.
    let back = app.delete(&format!("{path}/submission")).by(&owner).expect(200).await;
    app.get(&format!("/listings/by-code/{code}")).expect(404).await;
    let patch = |body| {
        app.patch(&path)
            .by(&owner)
            .if_match(back.number("/version"))
            .json(&body)
    };
    let refused = patch(json!({"kind": "equipment_need"})).expect(422).await;
    assert_eq!(refused.pointers(), ["/kind"]);
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let approve = app.post(&format!("{path}/approval")).by(&officer);
    let again = approve.if_match(sent.number("/version")).expect(200).await;
    assert_eq!(again.text("/code"), code);
    // The next one is the next number; another kind counts for itself.
    let (other, _) = app.published_listing(&owner, &officer, "Máy ấp").await;
    let seen = app.get(&format!("/listings/{other}")).expect(200).await;
    assert_eq!(seen.text("/code"), format!("TB-{year}-000002"));
    let mut need = dryer("Cần máy sấy");
    need["kind"] = json!("equipment_need");
    let made = app.post("/listings").by(&owner).json(&need).expect(201).await;
    let path = format!("/listings/{}", made.text("/id"));
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let approve = app.post(&format!("{path}/approval")).by(&officer);
    let need = approve.if_match(sent.number("/version")).expect(200).await;
    assert_eq!(need.text("/code"), format!("NT-{year}-000001"));
}

/// Whoever has a code in hand types it where everything is looked for.
#[actix_web::test]
async fn a_code_is_found_where_people_type_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    // One that says much the same, and has words of the code in its title.
    let (other, _) = app
        .published_listing(&owner, &officer, "Máy sấy TB 2026 số 000001")
        .await;
    let seen = app.get(&format!("/listings/{id}")).expect(200).await;
    let (code, slug) = (seen.text("/code").to_owned(), seen.text("/slug").to_owned());
    app.settle().await;
    let search = async |text: &str| app.get("/search").query(&[("q", text)]).expect(200).await;
    for typed in [
        code.clone(),
        code.to_lowercase(),
        format!("  {} ", code.replace('-', " ")),
        code.replace('-', ""),
    ] {
        let found = search(&typed).await;
        assert_eq!((found.ids(), found.number("/total")), (vec![id.as_str()], 1), "{typed}");
        let told = &found.body["understanding"]["interpretations"][0];
        assert_eq!((&told["kind"], &told["value"]), (&json!("code"), &json!(code)));
        assert!(found.body["page"]["next"].is_null());
    }
    // Spaces around it are as long as other words may be.
    let padded = format!("{code}{}", " ".repeat(600));
    let refused = app.get("/search").query(&[("q", padded.as_str())]).send().await;
    assert!((400..500).contains(&refused.status), "{}", refused.body);
    // Whoever insists on words gets words, and so does who types others beside it.
    let is_code = |found: &Reply| {
        let told = found.body["understanding"]["interpretations"].as_array().unwrap();
        told.iter().any(|one| one["kind"] == "code")
    };
    let found = search(&code).await;
    let told = found.text("/understanding/interpretations/0/id");
    for insisting in [("verbatim", "true"), ("without", told)] {
        let words = app.get("/search").query(&[("q", code.as_str()), insisting]);
        assert!(!is_code(&words.expect(200).await), "{insisting:?}");
    }
    assert!(!is_code(&search(&format!("máy sấy {code}")).await));

    // In the lists of officers and of its owner, too.
    for typed in [code.as_str(), &code.to_lowercase()] {
        for (list, reader) in [("/moderation/listings", &officer), ("/me/listings", &owner)] {
            let found = app.get(list).by(reader).query(&[("q", typed)]).expect(200).await;
            assert_eq!(found.ids(), [id.as_str()], "{list} {typed}");
        }
    }
    let mine = async |text: &str| {
        app.get("/me/listings")
            .by(&owner)
            .query(&[("q", text)])
            .expect(200)
            .await
    };
    assert_eq!(mine("say").await.ids(), [other.as_str(), id.as_str()]);
    assert_eq!(mine("may tb").await.ids(), [other.as_str()]);
    let long = "a".repeat(513);
    let refused = app
        .get("/me/listings")
        .by(&owner)
        .query(&[("q", long.as_str())])
        .expect(400)
        .await;
    assert_eq!(refused.pointers(), ["q"]);
    // Addresses are read in either case.
    for address in [
        format!("by-slug/{}", slug.to_uppercase()),
        format!("by-code/{}", code.to_lowercase()),
    ] {
        let found = app.get(&format!("/listings/{address}")).expect(200).await;
        assert_eq!(found.text("/id"), id, "{address}");
    }

    // What nobody may see is found by nobody, at once, and no other in its place.
    app.delete(&format!("/listings/{id}/submission"))
        .by(&owner)
        .expect(200)
        .await;
    let found = search(&code).await;
    assert_eq!((found.ids().len(), found.number("/total")), (0, 0));
    assert_eq!(mine(&code).await.ids(), [id.as_str()]);
    let strange = app.active_enterprise(&officer).await;
    let theirs = app
        .get("/me/listings")
        .by(&strange)
        .query(&[("q", code.as_str())])
        .expect(200)
        .await;
    assert!(theirs.ids().is_empty());
}

#[actix_web::test]
async fn readable_names_that_were_once_right_stay_so() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa Đại Việt").await;
    let path = format!("/listings/{id}");
    let seen = app.get(&path).expect(200).await;
    let first = seen.text("/slug").to_owned();
    let code = seen.text("/code").to_lowercase();
    assert_eq!(first, format!("may-say-lua-dai-viet-{code}"));
    let by_slug = |slug: &str| app.get(&format!("/listings/by-slug/{slug}"));
    assert_eq!(by_slug(&first).expect(200).await.text("/id"), id);
    // Other words before the code are nobody's name.
    by_slug(&format!("may-lua-dao-{code}")).expect(404).await;
    by_slug(&code).expect(404).await;

    let back = app.delete(&format!("{path}/submission")).by(&owner).expect(200).await;
    let patch = app.patch(&path).by(&owner).if_match(back.number("/version"));
    patch
        .json(&json!({"title": {"vi": "Máy sấy nông sản"}}))
        .expect(200)
        .await;
    by_slug(&first).expect(404).await;
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let approve = app.post(&format!("{path}/approval")).by(&officer);
    approve.if_match(sent.number("/version")).expect(200).await;
    let present = format!("may-say-nong-san-{code}");
    for slug in [&first, &present] {
        let found = by_slug(slug).expect(200).await;
        assert_eq!(
            (found.text("/id"), found.text("/slug")),
            (id.as_str(), present.as_str())
        );
    }
}

/// Sixty-four clicks at once, of listings of two kinds and where there may be two nodes on both: every listing comes out, under a
/// number of its own in its kind, and none is missing.
#[actix_web::test]
async fn codes_that_are_given_out_at_once_have_no_gap_and_no_double() {
    const OF_EACH: usize = 32;
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let other = app.beside();
    let nodes = [&app, other.as_ref().unwrap_or(&app)];
    let mut waiting = Vec::new();
    for _ in 0..OF_EACH {
        // One after the other, so that each node has both kinds.
        for kind in ["equipment_offer", "equipment_need"] {
            let mut body = dryer("Máy sấy");
            body["kind"] = json!(kind);
            let made = app.post("/listings").by(&owner).json(&body).expect(201).await;
            let path = format!("/listings/{}", made.text("/id"));
            let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
            waiting.push((path, sent.number("/version")));
        }
    }
    let approvals = waiting.iter().enumerate().map(|(number, (path, version))| {
        let node = nodes[number / 2 % 2];
        let call = node.post(&format!("{path}/approval")).by(&officer);
        call.if_match(*version).expect(200)
    });
    let mut numbers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for approved in join_all(approvals).await {
        let (series, number) = approved.text("/code").rsplit_once('-').unwrap();
        numbers
            .entry(series.to_owned())
            .or_default()
            .push(number.parse().unwrap());
    }
    assert_eq!(numbers.len(), 2, "{numbers:?}");
    for (series, mut given) in numbers {
        given.sort_unstable();
        assert_eq!(given, (1..=OF_EACH).collect::<Vec<_>>(), "{series}");
    }
}

struct Silent;

impl Observer for Silent {
    fn advanced(&mut self, _: &Progress) -> bool {
        true
    }

    fn refused(&mut self, bad: &BadLine) {
        panic!("{bad:?}");
    }
}

#[actix_web::test]
async fn what_is_imported_has_codes() {
    let app = TestApp::spawn().await;
    let exchange = app.exchange().clone();
    let lines = [
        "technology_offer",
        "equipment_offer",
        "technology_need",
        "technology_offer",
    ]
    .iter()
    .zip(1..)
    .map(|(kind, number)| {
        let mut listing = dryer("Máy sấy");
        listing["kind"] = json!(kind);
        listing["trl"] = json!(8);
        let source = json!({"site": "example.vn", "external_id": number.to_string()});
        let owner = &demo::enterprises()[0].tax_code;
        json!({"listing": listing, "source": source, "enterprise": owner}).to_string()
    })
    .collect::<Vec<_>>();
    let load = move || {
        import::demo_enterprises(&exchange, demo::drafts()).unwrap();
        import::run(
            &exchange,
            "a.jsonl",
            lines.join("\n").as_bytes(),
            &Owner::Lines,
            &mut Silent,
        )
        .unwrap()
    };
    assert_eq!(tokio::task::spawn_blocking(load).await.unwrap().progress.created, 4);
    app.settle().await;
    let found = app.get("/search").query(&[("limit", "100")]).expect(200).await;
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for item in found.body["items"].as_array().unwrap() {
        *codes
            .entry(item["code"].as_str().unwrap().split_once('-').unwrap().0)
            .or_default() += 1;
    }
    assert_eq!(codes, BTreeMap::from([("CN", 2), ("TB", 1), ("NC", 1)]));
}
