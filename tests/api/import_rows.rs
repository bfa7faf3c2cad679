//! Which listing a row of a file is about, by whatever it is called there, and that no two rows are about one.

use diesel::prelude::*;
use serde_json::json;
use vptex::domain::ids::ListingImportId;
use vptex::store::schema::{listing_import_rows, listing_imports};
use vptex::store::types::{DbId, DbTs};

use crate::harness::{Person, Reply, TestApp, dryer};
use crate::listing_imports::{counts, ended, enterprise, import};

const HEAD: &str = "Mã nội bộ;Loại tin;Tên;Model;ID tin\n";

fn row(name: &str, title: &str, model: &str, id: &str) -> String {
    format!("{name};equipment_offer;{title};{model};{id}\n")
}

async fn rows(app: &TestApp, owner: &Person, import: &Reply, query: &str) -> Reply {
    let path = format!("/listing-imports/{}/rows{query}", import.text("/id"));
    app.get(&path).by(owner).expect(200).await
}

async fn model(app: &TestApp, owner: &Person, listing: &str) -> String {
    let seen = app.get(&format!("/listings/{listing}")).by(owner).expect(200).await;
    seen.text("/model").to_owned()
}

/// What a dry run tells of a file, and what then becomes of it: the same.
async fn tried_and_done(app: &TestApp, owner: &Person, file: &str) -> [i64; 5] {
    let tried = import(app, owner, "&dry_run=true", file).await;
    let done = import(app, owner, "", file).await;
    assert_eq!(counts(&tried), counts(&done), "{file}");
    counts(&done)
}

/// What a killed worker leaves: fifty rows are durable, what comes behind is not.
async fn cut_off(app: &TestApp, id: &str) {
    let key: ListingImportId = id.parse().unwrap();
    app.change(move |uow| {
        let behind = listing_import_rows::table
            .filter(listing_import_rows::import_id.eq(DbId(key.0)))
            .filter(listing_import_rows::number.gt(51_i64));
        diesel::delete(behind).execute(uow.conn())?;
        diesel::update(listing_imports::table.find(DbId(key.0)))
            .set((
                listing_imports::status.eq("waiting"),
                listing_imports::rows_done.eq(50_i64),
                listing_imports::ended_at.eq(None::<DbTs>),
            ))
            .execute(uow.conn())?;
        Ok(())
    })
    .await;
}

#[actix_web::test]
async fn a_listing_is_not_changed_twice_by_two_of_its_names() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let known: String = (0..59).map(|at| row(&format!("Q{at}"), "Máy", "A", "")).collect();
    let first = import(&app, &owner, "", format!("{HEAD}{known}")).await;
    assert_eq!(counts(&first), [59, 59, 0, 0, 0]);
    let told = rows(&app, &owner, &first, "").await;
    let id = told.text("/items/0/listing_id").to_owned();
    // A copy that lost its identifier and kept the one of the exchange.
    let file = format!("{HEAD}{known}{}", row("", "Máy", "B", &id));
    assert_eq!(tried_and_done(&app, &owner, &file).await, [60, 0, 0, 59, 1]);
    let done = import(&app, &owner, "", file.clone()).await;
    let refused = rows(&app, &owner, &done, "?result=refused").await;
    let problem = &refused.body["items"][0]["problems"][0];
    assert_eq!(
        (&problem["code"], &problem["pointer"], &problem["column"]),
        (&json!("duplicate"), &json!("/id"), &json!("ID tin"))
    );
    assert!(problem["vi"].as_str().unwrap().contains("Dòng 2"), "{problem:#}");

    cut_off(&app, done.text("/id")).await;
    let done = ended(&app, &owner, done.text("/id")).await;
    let refused = rows(&app, &owner, &done, "?result=refused").await;
    assert_eq!(refused.text("/items/0/problems/0/code"), "duplicate");
    assert_eq!(model(&app, &owner, &id).await, "A");

    // The other way round: the row without a name came first.
    let file = format!("{HEAD}{}{}", row("", "Máy", "C", &id), row("Q0", "Máy", "D", ""));
    assert_eq!(tried_and_done(&app, &owner, &file).await, [2, 0, 1, 0, 1]);
    assert_eq!(model(&app, &owner, &id).await, "C");
}

#[actix_web::test]
async fn of_copies_only_one_names_a_listing_and_their_order_makes_no_draft() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let made = app
        .post("/listings")
        .by(&owner)
        .json(&dryer("Máy ép viên"))
        .expect(201)
        .await;
    let id = made.text("/id").to_owned();
    // It has no identifier yet: which of the two it is to have is not ours to say, and neither is a new listing.
    let (one, two) = (
        row("EP-1", "Máy ép viên", "A", &id),
        row("EP-2", "Máy ép viên", "B", &id),
    );
    for file in [format!("{HEAD}{one}{two}"), format!("{HEAD}{two}{one}")] {
        let tried = import(&app, &owner, "&dry_run=true", file).await;
        assert_eq!(counts(&tried), [2, 0, 1, 0, 1]);
    }
    let others: String = (0..50).map(|at| row(&format!("Q{at}"), "Máy", "A", "")).collect();
    let done = import(&app, &owner, "", format!("{HEAD}{one}{others}{two}")).await;
    assert_eq!(counts(&done), [52, 50, 1, 0, 1]);
    let told = rows(&app, &owner, &done, "").await;
    assert_eq!(told.text("/items/0/notices/0/code"), "identifier_given");
    let named = app.deeds(&id).into_iter().filter(|(deed, _)| deed == "listing.named");
    assert_eq!(named.count(), 1);
    // A worker that goes on behind a killed one knows it, too.
    cut_off(&app, done.text("/id")).await;
    let done = ended(&app, &owner, done.text("/id")).await;
    let refused = rows(&app, &owner, &done, "?result=refused").await;
    assert_eq!(refused.text("/items/0/external_id"), "EP-2");
    assert_eq!(model(&app, &owner, &id).await, "A");

    // Named before, its row may be copied, above or below itself.
    let own = |model: &str| row("EP-1", "Máy ép viên", model, &id);
    let copy = |name: &str| row(name, "Máy khác", "X", &id);
    for (model, file) in [
        ("C", format!("{HEAD}{}{}", own("C"), copy("EP-3"))),
        ("D", format!("{HEAD}{}{}", copy("EP-4"), own("D"))),
    ] {
        assert_eq!(tried_and_done(&app, &owner, &file).await, [2, 1, 1, 0, 0]);
        assert_eq!(self::model(&app, &owner, &id).await, model);
    }
}

/// Which of two rows gave the listing its identifier does not make the other one a copy, however often they are sent.
#[actix_web::test]
async fn a_file_that_is_sent_again_is_told_what_it_was_told_first() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let made = app
        .post("/listings")
        .by(&owner)
        .json(&dryer("Máy ép viên"))
        .expect(201)
        .await;
    let id = made.text("/id").to_owned();
    let rows_of_it = [
        row("EP-1", "Máy ép viên", "A", &id),
        row("EP-2", "Máy ép viên", "B", &id),
    ];
    let file = format!("{HEAD}{}", rows_of_it.concat());
    assert_eq!(tried_and_done(&app, &owner, &file).await, [2, 0, 1, 0, 1]);
    for _ in 0..2 {
        assert_eq!(tried_and_done(&app, &owner, &file).await, [2, 0, 0, 1, 1]);
    }
    let again = import(&app, &owner, "", file).await;
    let refused = rows(&app, &owner, &again, "?result=refused").await;
    assert_eq!(
        (
            refused.text("/items/0/external_id"),
            refused.text("/items/0/problems/0/code")
        ),
        ("EP-2", "duplicate")
    );
    assert!(refused.text("/items/0/problems/0/vi").contains("Dòng 2"));
    let listed = app.get("/me/listings").by(&owner).expect(200).await;
    assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn an_identifier_of_the_exchange_that_leads_nowhere_is_told() {
    let app = TestApp::spawn().await;
    let (officer, owner) = enterprise(&app).await;
    let stranger = app.active_enterprise(&officer).await;
    let (others, _) = app.listing_draft(&stranger, "Máy của người khác").await;
    let wrong = ["EP", "01990d3e-0000-7000-8000-000000000001", others.as_str()];
    let lines: String = wrong
        .iter()
        .enumerate()
        .map(|(at, id)| row(&format!("N-{at}"), "Máy", "A", id))
        .collect();
    let done = import(&app, &owner, "", format!("{HEAD}{lines}")).await;
    assert_eq!(counts(&done), [3, 0, 0, 0, 3]);
    let told = rows(&app, &owner, &done, "").await;
    for at in 0..3_usize {
        let problem = &told.body["items"][at]["problems"][0];
        assert_eq!(
            (&problem["code"], &problem["pointer"], &problem["column"]),
            (&json!("malformed"), &json!("/id"), &json!("ID tin"))
        );
        assert_eq!(told.body["items"][at]["external_id"], json!(format!("N-{at}")));
    }
    let lines = [json!(5), json!("EP")]
        .map(|id| json!({"external_id": "J-1", "id": id, "listing": dryer("Máy sấy")}).to_string());
    let done = import(&app, &owner, "", lines.join("\n")).await;
    assert_eq!(counts(&done), [2, 0, 0, 0, 2]);
    let told = rows(&app, &owner, &done, "").await;
    assert_eq!(told.text("/items/0/problems/0/pointer"), "/id");
    // A row that was refused has taken no name.
    assert_eq!(told.body["items"][1]["problems"].as_array().unwrap().len(), 1);
    let mine = app.get("/me/listings").by(&owner).expect(200).await;
    assert!(mine.ids().is_empty());
}

#[actix_web::test]
async fn columns_that_mean_many_things_are_not_guessed_at() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let file = "Mã nội bộ;Loại tin;Tên;Bảo hành (tháng);Tình trạng;Thời hạn\n\
                W-1;equipment_offer;Máy;24 tháng;còn hàng;3 năm\n";
    let done = import(&app, &owner, "", file).await;
    assert_eq!(counts(&done), [1, 1, 0, 0, 0]);
    assert_eq!(done.text("/notes/0/code"), "unknown_column");
    let told = rows(&app, &owner, &done, "").await;
    let path = format!("/listings/{}", told.text("/items/0/listing_id"));
    let seen = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(seen.number("/warranty_months"), 24);
}

/// The pointers of the first row's mistakes, in order.
async fn mistakes(app: &TestApp, owner: &Person, done: &Reply) -> Vec<String> {
    let refused = rows(app, owner, done, "?result=refused").await;
    let problems = refused.body["items"][0]["problems"].as_array().unwrap().iter();
    let pointers = problems.map(|problem| problem["pointer"].as_str().unwrap().to_owned());
    let mut pointers: Vec<_> = pointers.collect();
    pointers.sort_unstable();
    pointers
}

async fn import_lines(app: &TestApp, owner: &Person, lines: impl Into<Vec<u8>>) -> Reply {
    let call = app.post("/listing-imports?name=tin.jsonl").by(owner);
    let sent = call.file("application/jsonl", lines.into()).expect(202).await;
    ended(app, owner, sent.text("/id")).await
}

#[actix_web::test]
async fn what_cannot_be_read_of_a_row_hides_no_wrong_value() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let head = "Mã nội bộ;Loại tin;Tên;Lĩnh vực;Chủ sở hữu;Hình thức giá;Giá\n";
    for (row, pointers) in [
        (
            "A;equipment_offer;Máy;khong-co;Tổ chức | | 120;;\n",
            vec!["/field_codes/0", "/owners/0/name", "/owners/0/share_percent"],
        ),
        (
            "B;equipment_offer;Máy;;;trả bằng vàng;rẻ\n",
            vec!["/price_min", "/price_mode"],
        ),
    ] {
        let done = import(&app, &owner, ".csv", format!("{head}{row}")).await;
        assert_eq!(mistakes(&app, &owner, &done).await, pointers, "{row}");
    }
    let known = import(&app, &owner, "", format!("{HEAD}{}", row("K", "Máy", "A", ""))).await;
    assert_eq!(counts(&known), [1, 1, 0, 0, 0]);
    for (name, listing) in [
        (
            "C",
            json!({"kind": "expert", "trl": 5, "owners": [{"type": "state"}], "field_codes": ["nope"]}),
        ),
        (
            "D",
            json!({
                "kind": "equipment_offer", "title": {"vi": "Máy"}, "field_codes": ["food.drying", "food.dryin", 5],
                "trl": "x", "foo": 1, "price_mode": "contact", "price_min": 5,
            }),
        ),
    ] {
        let refused = app.post("/listings").by(&owner).json(&listing).expect(422).await;
        let mut by_hand: Vec<_> = refused.pointers().into_iter().map(str::to_owned).collect();
        by_hand.sort_unstable();
        assert!(by_hand.len() >= 3, "{by_hand:?}");
        // A title that is not there is missing, whether the one or the other.
        let by_hand: Vec<_> = by_hand.iter().map(|place| place.trim_end_matches("/vi")).collect();
        let line = json!({"external_id": name, "listing": listing}).to_string();
        let done = import_lines(&app, &owner, line).await;
        let told = mistakes(&app, &owner, &done).await;
        let told: Vec<_> = told.iter().map(|place| place.trim_end_matches("/vi")).collect();
        assert_eq!(told, by_hand, "{name}");
    }
    // Of a listing that is there, too.
    let line = json!({"external_id": "K", "listing": {"trl": "x", "field_codes": ["nope"]}}).to_string();
    let done = import_lines(&app, &owner, line).await;
    assert_eq!(mistakes(&app, &owner, &done).await, ["/field_codes/0", "/trl"]);
    // Neither member of a line hides the other.
    let done = import_lines(&app, &owner, "{\"external_id\": 5}\n").await;
    assert_eq!(mistakes(&app, &owner, &done).await, ["/external_id", "/listing"]);
    // Nor does what stands beside the listing.
    let listing = json!({"origin_country": "zz", "field_codes": ["nope"]});
    for (line, pointers) in [
        (
            json!({"external_id": "N", "nope": 1, "listing": {"kind": "zz", "title": {"vi": ""}}}),
            vec!["/kind", "/nope", "/title/vi"],
        ),
        (
            json!({"external_id": "K", "nope": 1, "listing": listing}),
            vec!["/field_codes/0", "/nope", "/origin_country"],
        ),
        // What else a listing needs may be said already by the one that is meant.
        (
            json!({"external_id": 5, "listing": listing}),
            vec!["/external_id", "/field_codes/0", "/origin_country"],
        ),
        (
            json!({"external_id": "Q".repeat(101), "listing": listing}),
            vec!["/external_id", "/field_codes/0", "/origin_country"],
        ),
        (
            json!({"external_id": "", "id": 5, "listing": listing}),
            vec!["/field_codes/0", "/id", "/origin_country"],
        ),
        // That something is no amount hangs on nothing.
        (
            json!({"listing": {"price_min": "abc"}}),
            vec!["/external_id", "/price_min"],
        ),
    ] {
        let done = import_lines(&app, &owner, line.to_string()).await;
        assert_eq!(mistakes(&app, &owner, &done).await, pointers, "{line}");
        let refused = rows(&app, &owner, &done, "?result=refused").await;
        let legible = line["external_id"].as_str().filter(|id| (1..=100).contains(&id.len()));
        assert_eq!(refused.body["items"][0]["external_id"].as_str(), legible, "{line}");
    }
    // Which of two is meant is not ours to say, and both come back.
    let line = "{\"external_id\": \"Q-1\", \"external_id\": \"Q-2\", \"listing\": {\"trl\": 99}}";
    let done = import_lines(&app, &owner, line).await;
    assert_eq!(mistakes(&app, &owner, &done).await, ["/external_id", "/trl"]);
    let path = format!("/listing-imports/{}/errors", done.text("/id"));
    let errors = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(errors.body[0]["line"], line);
    // The first byte tells what sort of file it is.
    let good = json!({"external_id": "K", "listing": {"model": "B"}});
    let done = import_lines(&app, &owner, format!("{good}\n\"tin\"\n")).await;
    let refused = rows(&app, &owner, &done, "?result=refused").await;
    let told = refused.text("/items/0/problems/0/en");
    assert!(told.contains("an object") && !told.contains("JsonLine"), "{told}");
}

#[actix_web::test]
async fn a_wrong_identifier_hides_no_wrong_cell() {
    let app = TestApp::spawn().await;
    let (officer, owner) = enterprise(&app).await;
    let stranger = app.active_enterprise(&officer).await;
    let (others, _) = app.listing_draft(&stranger, "Máy của người khác").await;
    let known = import(&app, &owner, "", format!("{HEAD}{}", row("K", "Máy", "A", ""))).await;
    let known = rows(&app, &owner, &known, "")
        .await
        .text("/items/0/listing_id")
        .to_owned();
    let head = "Mã nội bộ;ID tin;Loại tin;Tên;TRL;Xuất xứ\n";
    let wrong = "equipment_offer;Máy;mười;Sao Hỏa\n";
    let long = "Q".repeat(101);
    for (rows, pointers) in [
        (format!(";;{wrong}"), "/external_id /origin_country /trl"),
        (format!("{long};;{wrong}"), "/external_id /origin_country /trl"),
        (format!("#N/A;;{wrong}"), "/external_id /origin_country /trl"),
        (format!("A;EP;{wrong}"), "/id /origin_country /trl"),
        (format!("A;#REF!;{wrong}"), "/id /origin_country /trl"),
        (format!("{long};EP;{wrong}"), "/external_id /id /origin_country /trl"),
        // One that leads to nothing of the enterprise, or not to the same listing.
        (format!("A;{others};{wrong}"), "/id /origin_country /trl"),
        // What else a listing needs may be said already by the one that is meant.
        (";EP;;;mười;Sao Hỏa\n".to_owned(), "/id /origin_country /trl"),
        // And of a second row with an identifier.
        (
            format!("A;;equipment_offer;Máy;5;\nA;;{wrong}"),
            "/external_id /origin_country /trl",
        ),
        (
            format!("K;;equipment_offer;Máy;5;\n;{known};{wrong}"),
            "/id /origin_country /trl",
        ),
    ] {
        let done = import(&app, &owner, "&dry_run=true", format!("{head}{rows}")).await;
        assert_eq!(mistakes(&app, &owner, &done).await.join(" "), pointers, "{rows}");
    }
    // Two identifiers of two listings, of which neither is touched.
    let second = import(&app, &owner, "", format!("{HEAD}{}", row("L", "Máy", "A", ""))).await;
    assert_eq!(counts(&second), [1, 1, 0, 0, 0]);
    let done = import(&app, &owner, "", format!("{head}L;{known};{wrong}")).await;
    assert_eq!(
        mistakes(&app, &owner, &done).await.join(" "),
        "/id /origin_country /trl"
    );
    assert_eq!(model(&app, &owner, &known).await, "A");
    let mine = app.get("/me/listings").by(&owner).expect(200).await;
    assert_eq!(mine.ids().len(), 2);
}

/// The first refused row: the place, and why in both languages.
async fn refusal(app: &TestApp, owner: &Person, done: &Reply) -> [String; 3] {
    let refused = rows(app, owner, done, "?result=refused").await;
    ["pointer", "vi", "en"].map(|name| refused.text(&format!("/items/0/problems/0/{name}")).to_owned())
}

#[actix_web::test]
async fn a_line_is_an_object() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let good = json!({"external_id": "J-1", "listing": dryer("Máy sấy")});
    let values = json!(["J-2", dryer("Máy ép")]).to_string();
    for (line, vi, en) in [
        (values.as_str(), "danh sách", "a list"),
        ("\"tin\"", "văn bản", "a text"),
        ("-7.5", "số", "a number"),
        ("true", "true hoặc false", "true or false"),
        ("null", "null", "null"),
    ] {
        let done = import_lines(&app, &owner, format!("{good}\n{line}\n")).await;
        assert_eq!(counts(&done)[4], 1, "{line}");
        let [pointer, told_vi, told_en] = refusal(&app, &owner, &done).await;
        assert_eq!(pointer, "", "{line}");
        assert_eq!(
            told_vi,
            format!("Dòng phải là đối tượng JSON có external_id và listing. (Dòng này là {vi}, không phải đối tượng.)")
        );
        assert_eq!(
            told_en,
            format!("The line must be a JSON object with external_id and listing. (This one is {en}, not an object.)")
        );
        let path = format!("/listing-imports/{}/errors", done.text("/id"));
        let errors = app.get(&path).by(&owner).expect(200).await;
        assert_eq!(errors.body[0]["line"], line);
    }
    // A file that is one list, and one over several lines.
    for (file, refused) in [(json!([good]).to_string(), 1), (format!("[\n{good}\n]\n"), 2)] {
        let done = import_lines(&app, &owner, file).await;
        assert_eq!((done.text("/format"), counts(&done)[4]), ("jsonl", refused));
        let [_, vi, en] = refusal(&app, &owner, &done).await;
        assert!(vi.contains("phải là đối tượng JSON"), "{vi}");
        assert!(en.contains("must be a JSON object"), "{en}");
    }
    let mine = app.get("/me/listings").by(&owner).expect(200).await;
    assert_eq!(mine.ids().len(), 1);
}

#[actix_web::test]
async fn a_member_that_stands_twice_in_a_listing_is_told() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    for (listing, pointers) in [
        (
            r#"{"kind": "equipment_offer", "title": {"vi": "Máy", "vi": "Máy khác"}, "trl": 99, "trl": 5, "origin_country": "zz"}"#,
            vec!["/origin_country", "/title/vi", "/trl"],
        ),
        // What is within it is nobody's mistake.
        (
            r#"{"kind": "equipment_offer", "title": {"vi": "Máy"}, "title": {"vi": ""}, "field_codes": [], "field_codes": ["zz"]}"#,
            vec!["/field_codes", "/title"],
        ),
        (
            r#"{"kind": "equipment_offer", "title": {"vi": "Máy"}, "specifications": [{"name": "Dài", "value": "2"}, {"name": "a", "name": "b", "value": "3"}]}"#,
            vec!["/specifications/1/name"],
        ),
    ] {
        let line = format!(r#"{{"external_id": "J-1", "listing": {listing}}}"#);
        let done = import_lines(&app, &owner, line.as_str()).await;
        assert_eq!(mistakes(&app, &owner, &done).await, pointers, "{line}");
        let refused = rows(&app, &owner, &done, "?result=refused").await;
        let problems = refused.body["items"][0]["problems"].as_array().unwrap();
        let twice = problems.iter().filter(|problem| problem["code"] == "duplicate");
        assert_eq!(
            twice.count(),
            pointers.iter().filter(|at| **at != "/origin_country").count()
        );
        // Both come back.
        let path = format!("/listing-imports/{}/errors", done.text("/id"));
        let errors = app.get(&path).by(&owner).expect(200).await;
        assert_eq!(errors.body[0]["line"], line);
    }
}
