//! The letter that officers get in the morning, from what waits to what is read of it: every sort of thing once, in both languages.

use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};
use vptex::domain::clock::Clock as _;
use vptex::domain::review::backlog::BacklogKind;
use vptex::jobs::mailer::{Protection, Round};

use crate::enterprise_imports::{HEAD, import, row};
use crate::harness::{Person, PostOffice, TestApp, letter_parts, pictures, send_due, tax_code};
use crate::officers_told::{is_working, look, pass_to};

const DAY: i64 = 24 * 3_600;

/// One of each sort that waits in the queue, and a request to join an enterprise that has no owner.
async fn one_of_each(app: &TestApp, officer: &Person) {
    let owner = app.active_enterprise(officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let (live, version) = app.published_listing(&owner, officer, "Máy sấy lúa").await;
    app.revise(&owner, &live, version, "B").await;
    let revision = app.post(&format!("/listings/{live}/revision/submission")).by(&owner);
    revision.expect(200).await;
    app.submitted_listing(&owner, "Máy ép ngói").await;
    let report = json!({"ground": "spam", "details": "Trùng."});
    app.post(&format!("/listings/{live}/reports"))
        .json(&report)
        .expect(202)
        .await;
    let paper = app.post(&format!("{path}/documents?name=giay.png&kind=iso")).by(&owner);
    paper.file("image/png", pictures::png(6, 4)).expect(201).await;
    let seen = app.get(&path).by(&owner).expect(200).await.number("/version");
    let amendment = app.patch(&path).by(&owner).if_match(seen);
    let wish = json!({"legal_name": "Công ty TNHH Cơ khí Sông Lô"});
    amendment.json(&wish).expect(200).await;
    app.registered_enterprise().await;

    let code = tax_code(9_990);
    let file = format!("{HEAD}{}", row(&code, "Công ty Cổ phần Chè Thanh Sơn", "0912345678"));
    import(app, officer, "", file).await;
    let asking = app.person().await;
    app.post("/join-requests")
        .by(&asking)
        .json(&json!({"tax_code": code}))
        .expect(202)
        .await;
}

/// How much waits, sort by sort, as the figures tell.
async fn waiting(app: &TestApp, reader: &Person) -> Vec<(String, i64)> {
    let told = app.get("/moderation/statistics").by(reader).expect(200).await;
    let sorts = told.body["waiting"].as_array().unwrap().iter();
    let told = |sort: &Value| {
        (
            sort["type"].as_str().unwrap().to_owned(),
            sort["count"].as_i64().unwrap(),
        )
    };
    sorts.map(told).collect()
}

/// The paragraphs of the newest letter to somebody that is about what waits, of which one has these words.
fn read(office: &PostOffice, to: &Person, words: &str) -> Vec<String> {
    let letters = office.letters();
    let mut texts = letters
        .iter()
        .filter(|letter| letter.contains(&format!("<{}>\r\n", to.email)))
        .map(|letter| letter_parts(letter).0);
    let text = texts.find(|text| text.contains(words));
    let text = text.unwrap_or_else(|| panic!("no letter to {} with {words}", to.email));
    text.lines().map(str::to_owned).collect()
}

fn items(letter: &[String]) -> Vec<&str> {
    let lines = letter.iter().map(String::as_str);
    lines.filter(|line| line.starts_with("– ")).collect()
}

fn local(at: Timestamp, format: &str) -> String {
    at.to_zoned(TimeZone::fixed(offset(7))).strftime(format).to_string()
}

#[actix_web::test]
async fn the_letter_tells_of_everything_that_waits_in_the_readers_language() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let [officer, english] = [app.officer().await, app.officer().await];
    let of_listings = app.officer_who_may(&[Permission::ReviewListings]).await;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    let version = app.get("/me").by(&english).expect(200).await.number("/version");
    let speak = app.patch("/me").by(&english).if_match(version);
    speak.json(&json!({"language": "en"})).expect(200).await;
    one_of_each(&app, &officer).await;
    let since = app.clock.now();
    let told = waiting(&app, &reader).await;
    let once = [
        BacklogKind::Enterprise,
        BacklogKind::Amendment,
        BacklogKind::Listing,
        BacklogKind::Revision,
        BacklogKind::Document,
        BacklogKind::Report,
        BacklogKind::JoinRequest,
    ];
    let expected = BacklogKind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), i64::from(once.contains(kind))));
    assert_eq!(told, expected.collect::<Vec<_>>());

    app.clock.pass(DAY);
    pass_to(&app, 8, is_working);
    assert_eq!(look(&app).await, 3);
    let office = PostOffice::open();
    let mailer = app.mailer(office.delivery(Protection::None));
    while send_due(&mailer).await != Round::default() {}

    let vi = read(&office, &officer, "đang chờ từ");
    let at = local(since, "%H:%M ngày %d/%m/%Y");
    let line = |what: &str| format!("– 1 {what}, lâu nhất từ {at}");
    assert_eq!(
        items(&vi),
        [
            line("hồ sơ doanh nghiệp"),
            line("đề nghị thay đổi thông tin doanh nghiệp"),
            line("tin đăng"),
            line("bản sửa tin đăng"),
            line("giấy tờ, biểu trưng trong hồ sơ"),
            line("phản ánh"),
            line("yêu cầu tham gia doanh nghiệp chưa có chủ tài khoản"),
        ]
    );
    let has = |letter: &[String], line: &str| letter.iter().any(|known| known == line);
    assert!(has(&vi, "Kính gửi Ông/Bà Trần Văn Duyệt,"), "{vi:#?}");
    assert!(
        has(&vi, "Trong phạm vi Ông/Bà phụ trách, đang chờ từ 24 giờ trở lên:"),
        "{vi:#?}"
    );
    assert!(vi.iter().any(|line| line.ends_with("/#/moderation")), "{vi:#?}");

    let en = read(&office, &english, "has waited for");
    let at = local(since, "%H:%M on %d %B %Y");
    let line = |what: &str| format!("– 1 {what}, the first since {at}");
    assert_eq!(
        items(&en),
        [
            line("registrations of enterprises"),
            line("changes of enterprises' data"),
            line("listings"),
            line("revisions of listings"),
            line("documents and logos of profiles"),
            line("reports of abuse"),
            line("requests to join enterprises that have no owner"),
        ]
    );
    assert!(
        has(
            &en,
            "Of what you may decide on, this has waited for 24 hours or longer:"
        ),
        "{en:#?}"
    );

    // Who may not decide on enterprises hears of none, nor of who asks to join one.
    let narrow = read(&office, &of_listings, "đang chờ từ");
    let at = local(since, "%H:%M ngày %d/%m/%Y");
    let line = |what: &str| format!("– 1 {what}, lâu nhất từ {at}");
    assert_eq!(
        items(&narrow),
        [line("tin đăng"), line("bản sửa tin đăng"), line("phản ánh")]
    );
}

#[actix_web::test]
async fn a_request_to_join_waits_for_officers_until_there_is_an_owner() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    let code = tax_code(9_991);
    let file = format!("{HEAD}{}", row(&code, "Công ty Cổ phần Chè Thanh Sơn", "0912345678"));
    import(&app, &officer, "", file).await;
    let count = async || {
        let told = waiting(&app, &reader).await;
        told.into_iter().find(|(kind, _)| kind == "join_request").unwrap().1
    };
    assert_eq!(count().await, 0);
    for _ in 0..2 {
        let asking = app.person().await;
        let call = app.post("/join-requests").by(&asking);
        call.json(&json!({"tax_code": code})).expect(202).await;
    }
    assert_eq!(count().await, 2);
    let asked = app.get("/moderation/join-requests").by(&officer).expect(200).await;
    let place = format!("/enterprises/{}/join-requests", asked.text("/items/0/enterprise_id"));
    let approval = format!("{place}/{}/approval", asked.text("/items/0/id"));
    let admitted = app.post(&approval).by(&officer).json(&json!({"role": "owner"}));
    admitted.expect(200).await;
    // The other one is the owner's business, as requests to any other enterprise are.
    assert_eq!(count().await, 0);
    // As is measured for whoever watches the exchange.
    let exchange = app.exchange().clone();
    let measure = move || vptex::service::review::backlog::measure(&exchange).unwrap();
    tokio::task::spawn_blocking(measure).await.unwrap();
}

/// The terms within which somebody looks at a notice, and takes up a complaint, run whether or not anybody opens the registers.
#[actix_web::test]
async fn who_handles_notices_and_complaints_is_told_of_those_that_nobody_looked_at() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let officer = app.officer().await;
    let of_listings = app.officer_who_may(&[Permission::ReviewListings]).await;
    let of_enterprises = app.officer_who_may(&[Permission::ReviewEnterprises]).await;
    let elsewhere = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    app.officer_for(&[Permission::ReviewListings, Permission::ReviewEnterprises], elsewhere)
        .await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let notice = json!({
        "right": "patent", "right_number": "1-0034567", "claimant": "Viện Cơ điện nông nghiệp",
        "contact": "phap-che@example.com", "statement": "Buồng sấy trùng với điểm 1 yêu cầu bảo hộ.", "is_true": true,
    });
    let notice = app.post(&format!("/listings/{id}/ip-notices")).json(&notice);
    let notice = notice.expect(202).await.text("/id").to_owned();
    let complaint =
        json!({"ground": "conduct", "details": "Đã nhận hồ sơ nhưng không trả lời.", "contact": "dan@example.com"});
    let complaint = app
        .post(&format!("/enterprises/{}/complaints", owner.enterprise))
        .json(&complaint);
    let complaint = complaint.expect(202).await.text("/id").to_owned();
    let at = local(app.clock.now(), "%H:%M ngày %d/%m/%Y");
    let line = |what: &str, end: &str| format!("– 1 {what}, lâu nhất từ {at}{end}");
    let [notices, complaints] = [
        "thông báo xâm phạm quyền sở hữu trí tuệ chưa được xem xét",
        "khiếu nại chưa được thụ lý",
    ];

    let office = PostOffice::open();
    let mailer = app.mailer(office.delivery(Protection::None));
    let told = async || {
        while send_due(&mailer).await != Round::default() {}
        [&officer, &of_listings, &of_enterprises].map(|officer| {
            let letters = office.letters();
            let about = |letter: &&String| letter.contains(&format!("<{}>\r\n", officer.email));
            let texts = letters.iter().filter(about).map(|letter| letter_parts(letter).0);
            let digests = texts.filter(|text| text.contains("đang chờ từ"));
            let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
            digests
                .map(lines)
                .map(|letter| items(&letter).into_iter().map(str::to_owned).collect::<Vec<_>>())
                .collect::<Vec<_>>()
        })
    };
    app.clock.pass(DAY);
    pass_to(&app, 8, is_working);
    assert_eq!(look(&app).await, 3);
    let [notice_waits, complaint_waits] = [line(notices, ""), line(complaints, "")];
    let both = vec![notice_waits.clone(), complaint_waits.clone()];
    let first = [both, vec![notice_waits], vec![complaint_waits]];
    assert_eq!(told().await, first.map(|letter| vec![letter]));

    // The terms are over: two working days of the one, seven of the other.
    app.clock.pass(30 * DAY);
    pass_to(&app, 8, is_working);
    assert_eq!(look(&app).await, 3);
    let end = "; 1 đã quá hạn";
    let [notice_waits, complaint_waits] = [line(notices, end), line(complaints, end)];
    let both = vec![notice_waits.clone(), complaint_waits.clone()];
    let second = [both, vec![notice_waits], vec![complaint_waits]];
    for (letters, expected) in told().await.iter().zip(&second) {
        assert!(letters.contains(expected), "{letters:?}");
    }

    // What somebody looked at is told no more.
    let officer = app.another_day(&officer).await;
    let why = json!({"reason_code": "other", "reason_text": "Đã đối chiếu với phạm vi bảo hộ của bằng."});
    let rejection = app.post(&format!("/ip-notices/{notice}/rejection")).by(&officer);
    rejection.json(&why).expect(200).await;
    let acknowledgement = app.post(&format!("/complaints/{complaint}/acknowledgement"));
    acknowledgement.by(&officer).expect(200).await;
    pass_to(&app, 8, is_working);
    assert_eq!(look(&app).await, 0);
}
