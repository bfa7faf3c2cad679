//! What counts is in the rules; and who publishes at once with others.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::{clerk, entered, figure, finding, preview};
use crate::certificates::certificate_of;
use crate::dossiers::{Desk, content};
use crate::lists_of_law::{add, end, import, keeper};

#[actix_web::test]
async fn another_version_of_a_procedure_says_itself_what_counts() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    let today = desk.today().to_string();
    let counted = async || {
        let query = [("form", "briefing"), ("from", today.as_str()), ("to", today.as_str())];
        figure(&preview(app, &reader, &query).await.body, "S3", "period")
    };
    let give = async |event: &str| {
        let new = json!({"procedure": "OPN_POLICY", "given_on": today, "content": content(&desk.tax_code)});
        let begun = desk.begin(&desk.officer, &new).await;
        desk.take(&begun, event).await;
    };
    let publish = async |version: i64, change: &dyn Fn(&mut Value)| {
        let mut rules = app.get("/procedures/OPN_POLICY").expect(200).await.body["rules"].clone();
        let mut events = rules["events"].as_array_mut().unwrap().iter_mut();
        let event = events.find(|event| event["to"] == "opinion_issued").unwrap();
        change(event);
        // What is asked for with it is asked for with it whatever it is called.
        let code = event["code"].clone();
        for item in rules["checklist"].as_array_mut().unwrap() {
            if item["only_with"].is_string() {
                item["only_with"] = code.clone();
            }
        }
        let call = app.put("/procedures/OPN_POLICY").by(&keeper).if_match(version);
        call.json(&rules).send().await
    };
    give("issue_opinion").await;
    assert_eq!(counted().await, "1");
    // The event is called otherwise, and is an opinion all the same.
    let renamed = publish(0, &|event| event["code"] = json!("give_opinion")).await;
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    give("give_opinion").await;
    assert_eq!(counted().await, "2");
    // A version by which it is none; what was given under others stays one.
    let silent = publish(1, &|event| event["counts_as"] = Value::Null).await;
    assert_eq!(silent.status, 200, "{}", silent.body);
    give("give_opinion").await;
    assert_eq!(counted().await, "2");
    let wrong = publish(2, &|event| event["counts_as"] = json!("everything")).await;
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["/events/2/counts_as"]));
}

#[actix_web::test]
async fn opinions_are_counted_by_what_their_projects_tell() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let reader = desk.app.officer_who_may(&[Permission::ReadReports]).await;
    let today = desk.today().to_string();
    let give = async |project: Value| {
        let mut text = content(&desk.tax_code);
        text["transferee"]["economic_type"] = json!("non_state");
        for (member, told) in project.as_object().unwrap() {
            text["project"][member] = told.clone();
        }
        let new = json!({"procedure": "OPN_POLICY", "given_on": today, "content": text});
        let begun = desk.begin(&desk.officer, &new).await;
        desk.take(&begun, "issue_opinion").await;
    };
    let vsic = json!({"version": "2025", "code": "10612"});
    give(json!({"vsic": vsic, "country": "JP", "economic_type": "fdi"})).await;
    give(json!({"vsic": {"version": "2018", "code": "10"}, "country": "VN"})).await;
    give(json!({})).await;
    let query = [("form", "bieu_07"), ("from", today.as_str()), ("to", today.as_str())];
    let seen = preview(&desk.app, &reader, &query).await;
    for (row, count) in [
        ("01", "3"),
        ("03", "2"),
        ("04", "1"),
        ("05", "3"),
        ("05.10", "1"),
        ("05.2018.10", "1"),
        ("05.unknown", "1"),
        ("06", "3"),
        ("06.JP", "1"),
        ("06.VN", "1"),
        ("06.unknown", "1"),
        ("2.5", "0"),
    ] {
        assert_eq!(figure(&seen.body, row, "value"), count, "{row}");
    }
}

#[actix_web::test]
async fn contracts_are_counted_by_their_activity_and_by_where_they_are_carried_out() {
    let desk = Desk::open().await;
    let reader = desk.app.officer_who_may(&[Permission::ReadReports]).await;
    let used_in = |version: &'static str, code: &'static str| {
        move |paper: &mut Value| {
            paper["content"]["technology"]["vsic"] = json!({"version": version, "code": code});
            // In Hà Nội, wherever whoever carries it out is.
            paper["content"]["contract"]["province_code"] = json!("01");
        }
    };
    entered(&desk, "1/2023/A", "2023-01-10", &used_in("2025", "10612")).await;
    entered(&desk, "2/2023/A", "2023-01-11", &used_in("2025", "10")).await;
    entered(&desk, "3/2023/A", "2023-01-12", &used_in("2018", "1061")).await;
    // What no certificate says of a paper that was entered is kept beside it; what nobody tells is not known.
    let foreign = |paper: &mut Value| {
        paper["content"]["transferee"]["economic_type"] = json!("fdi");
        paper["content"]["direction"] = json!("domestic");
        paper["content"]["transferor"]["country"] = json!("VN");
        paper["content"]["partner_type"] = json!("institute_university_to_enterprise");
    };
    entered(&desk, "4/2023/A", "2023-01-13", &foreign).await;
    let silent = |paper: &mut Value| paper["content"]["transferee"]["economic_type"] = Value::Null;
    entered(&desk, "5/2023/A", "2023-01-14", &silent).await;
    let seen = preview(&desk.app, &reader, &[("form", "bieu_07"), ("period", "2023")]).await;
    for (row, count) in [
        ("07", "5"),
        ("09", "3"),
        ("10", "1"),
        ("07.economic_type.unknown", "1"),
        ("14", "4"),
        ("16", "1"),
        ("2.5", "5"),
        ("2.5.10", "2"),
        ("2.5.2018.10", "1"),
        ("2.5.unknown", "2"),
        ("05", "0"),
    ] {
        assert_eq!(figure(&seen.body, row, "value"), count, "{row}");
    }
    assert_eq!(finding(&seen.body, "not_held"), 0);
    let seen = preview(&desk.app, &reader, &[("form", "a_iv_11"), ("period", "2023")]).await;
    assert_eq!(["01", "25"].map(|row| figure(&seen.body, row, "3")), ["3", "2"]);
    let query = [("form", "a_iv_11"), ("period", "2023"), ("economic_type", "fdi")];
    let seen = preview(&desk.app, &reader, &query).await;
    assert_eq!(figure(&seen.body, "total", "3"), "1");
    assert_eq!(finding(&seen.body, "unknown_economic_type"), 1);
}

#[actix_web::test]
async fn one_of_many_who_publish_at_once_does() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let clerk = clerk(app).await;
    entered(&desk, "1/2023/A", "2023-01-01", &|_| {}).await;
    let body = json!({"form": "a_iv_11", "period": "2023"});
    let all = join_all((0..6).map(|_| app.post("/periodic-reports").by(&clerk).json(&body).send())).await;
    let mut statuses: Vec<u16> = all.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    assert!(
        all.iter()
            .all(|reply| reply.status == 201 || reply.code() == "already_there")
    );
    let list = app.get("/periodic-reports").by(&clerk).expect(200).await;
    assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn what_another_authority_issued_is_counted_by_its_successor_only() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    let of = |code: &'static str| move |paper: &mut Value| paper["authority"] = json!(code);
    // Its own, that of a Department whose place it took, and that of one whose place nobody here took.
    entered(&desk, "1/2023/A", "2023-01-10", &of("SKHCN-PT")).await;
    entered(&desk, "2/2023/A", "2023-01-10", &of("SKHCN-VP")).await;
    entered(&desk, "3/2023/A", "2023-01-10", &of("SKHCN-BS")).await;
    entered(&desk, "4/2023/A", "2022-12-31", &of("SKHCN-BS")).await;
    let counted = async || {
        let seen = preview(app, &reader, &[("form", "a_iv_11"), ("period", "2023")]).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        (figure(&seen.body, "25", "3"), finding(&seen.body, "other_authority"))
    };
    assert_eq!(counted().await, ("2".to_owned(), 1));
    let registrations = preview(
        app,
        &reader,
        &[("form", "registrations"), ("from", "2023-01-01"), ("to", "2023-12-31")],
    );
    assert_eq!(finding(&registrations.await.body, "other_authority"), 1);
    // By the rules it takes that place.
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = app.get("/procedures/AMD").expect(200).await.body["rules"].clone();
    let heir = json!({"code": "SKHCN-BS", "name_vi": "Sở Khoa học và Công nghệ tỉnh Bắc Sông", "from": "2026-01-01", "legal_basis": "NQ 1/2026"});
    rules["authorities"][0]["succeeds"].as_array_mut().unwrap().push(heir);
    let put = app.put("/procedures/AMD").by(&keeper).if_match(0).json(&rules);
    put.expect(200).await;
    assert_eq!(counted().await, ("3".to_owned(), 0));
}

#[actix_web::test]
async fn what_was_issued_here_counts_whatever_its_row_lost() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let dossier = desk.counter().register(&content(&desk.tax_code)).await;
    let certificate = certificate_of(&desk, &dossier).await;
    let reader = desk.app.officer_who_may(&[Permission::ReadReports]).await;
    let today = desk.today().to_string();
    let counted = async || {
        let query = [("form", "a_iv_11"), ("from", today.as_str()), ("to", today.as_str())];
        let seen = preview(&desk.app, &reader, &query).await;
        (figure(&seen.body, "25", "3"), finding(&seen.body, "other_authority"))
    };
    let here = ("1".to_owned(), 0);
    assert_eq!(counted().await, here);
    // Somebody made of its row a paper of an authority that nobody here knows; its document and the trail tell that it is none.
    let mut record = certificate.body["record"].clone();
    record["issuer"]["code"] = json!("SKHCN-BS");
    let record = record.to_string().replace('\'', "''");
    for loss in [
        format!("UPDATE certificates SET code = NULL, jws = NULL, prepared_by = NULL, record = '{record}'"),
        "DELETE FROM certificate_documents".to_owned(),
    ] {
        desk.app.by_hand(&loss).await;
        assert_eq!(counted().await, here, "{loss}");
    }
}

#[actix_web::test]
async fn a_preview_before_the_last_day_says_until_when_it_counted() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let reader = desk.app.officer_who_may(&[Permission::ReadReports]).await;
    let today = desk.today();
    let last = today.checked_add(jiff::Span::new().days(40)).unwrap();
    let written = |day: jiff::civil::Date| day.strftime("%d/%m/%Y").to_string();
    let first = today.first_of_month().to_string();
    for (to, until) in [
        (last, today),
        (today, today),
        (today.yesterday().unwrap(), today.yesterday().unwrap()),
    ] {
        let (from, to_text) = (first.clone().min(to.to_string()), to.to_string());
        let query = [("form", "briefing"), ("from", from.as_str()), ("to", to_text.as_str())];
        let seen = preview(&desk.app, &reader, &query).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        let is_told = to > today;
        assert_eq!(
            seen.body.get("counted_until"),
            is_told.then(|| json!(until)).as_ref(),
            "{}",
            seen.body
        );
        let sentences = seen.body["sentences"].as_array().unwrap();
        let said = format!("lũy kế đến ngày {}, có ", written(until));
        let has = |words: &str| {
            sentences
                .iter()
                .any(|sentence| sentence.as_str().unwrap().starts_with(words))
        };
        assert!(has(&said), "{sentences:?}");
        if is_told {
            assert!(!has(&format!("lũy kế đến ngày {}", written(to))), "{sentences:?}");
        }
    }
}

#[actix_web::test]
async fn what_waits_in_a_divided_province_has_the_row_of_the_old_one() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    for (number, commune) in [("1/2023/A", "06652"), ("2/2023/A", "06658"), ("3/2023/A", "06658")] {
        let there = |paper: &mut Value| paper["content"]["transferee"]["commune_code"] = json!(commune);
        entered(&desk, number, "2023-01-10", &there).await;
    }
    // How many the old province, its parts and all have, how many wait, and whether there are rows of all and of the unknown.
    let counted = async || {
        let seen = preview(app, &reader, &[("form", "a_iv_11"), ("period", "2023")]).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        let rows = seen.body["rows"].as_array().unwrap();
        let counts = ["22", "97", "98", "unknown", "total"].map(|code| {
            let is_there = rows.iter().any(|row| row["code"] == code);
            is_there.then(|| figure(&seen.body, code, "3"))
        });
        (
            counts.map(|count| count.unwrap_or_else(|| "-".to_owned())),
            finding(&seen.body, "divided_province"),
        )
    };
    let are = |counts: [&str; 5], waiting: i64| (counts.map(str::to_owned), waiting);
    assert_eq!(counted().await, are(["3", "-", "-", "-", "3"], 0));
    let keeper = keeper(app).await;
    for (code, name) in [("97", "Tỉnh Hạ Long"), ("98", "Tỉnh Yên Tử")] {
        add(app, &keeper, "provinces", json!({"code": code, "name_vi": name})).await;
    }
    end(app, &keeper, ("provinces", "22"), &["97", "98"]).await;
    assert_eq!(counted().await, are(["3", "0", "0", "-", "3"], 3));
    import(app, &keeper, "communes", "code,parent\n06658,98\n".to_owned()).await;
    assert_eq!(counted().await, are(["1", "0", "2", "-", "3"], 1));
    import(app, &keeper, "communes", "code,parent\n06652,97\n".to_owned()).await;
    assert_eq!(counted().await, are(["-", "1", "2", "-", "3"], 0));
}
