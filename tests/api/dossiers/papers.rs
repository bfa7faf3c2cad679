//! Files of dossiers' papers: sent by whoever files, read by whoever reads the dossier, evidence once they were handed in.

use serde_json::{Value, json};
use vptex::config::Mebibytes;
use vptex::domain::account::Permission;
use vptex::jobs::files as collector;
use vptex::store::audit_chain::sha256;

use super::{Desk, content};
use crate::harness::documents::{PDF, pdf, pdf_with};
use crate::harness::{Call, Person, Reply};

fn digest(bytes: &[u8]) -> String {
    sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why no paper of a dossier is sent or removed that the authority has.
const WITH_THE_AUTHORITY: [&str; 2] = [
    "Hồ sơ đang ở trạng thái “Đã nộp”; giấy tờ chỉ gửi hoặc gỡ bỏ được khi chưa nộp hoặc ở trạng thái “Đã ký hợp đồng”, “Chờ bổ sung \
     hồ sơ”, “Chờ sửa đổi, bổ sung nội dung”. “Yêu cầu bổ sung hồ sơ” (cơ quan có thẩm quyền) đưa hồ sơ về đó.",
    "The dossier is in “Submitted”; papers are sent and removed before it is handed in, and in “Contract signed”, “Waiting for \
     missing items”, “Waiting for corrections” only. “Ask for missing items” (the authority) leads there.",
];

pub(super) fn files(dossier: &Reply) -> String {
    format!("/dossiers/{}/files", dossier.text("/id"))
}

pub(super) fn sending(desk: &Desk, by: &Person, dossier: &Reply, query: &str, number: u32) -> Call {
    let path = format!("{}?name=giay.pdf&{query}", files(dossier));
    desk.app.post(&path).by(by).file(PDF, pdf(number))
}

pub(super) async fn send(desk: &Desk, by: &Person, dossier: &Reply, query: &str, number: u32) -> String {
    let sent = sending(desk, by, dossier, query, number).expect(201).await;
    assert_eq!(sent.text("/sha256"), digest(&pdf(number)));
    sent.text("/id").to_owned()
}

/// What the desk's registration says, with its contract told so.
pub(super) fn naming(desk: &Desk, contract: &Value) -> Value {
    let mut text = content(&desk.tax_code);
    text["attachments"][1] = contract.clone();
    text
}

pub(super) async fn write(desk: &Desk, by: &Person, dossier: &Reply, text: &Value) -> Reply {
    let path = format!("/dossiers/{}", dossier.text("/id"));
    let version = desk.read(by, dossier).await.number("/version");
    desk.app.put(&path).by(by).if_match(version).json(text).send().await
}

/// What is listed: identifier, whether it is named, whether it was handed in.
pub(super) async fn listed(desk: &Desk, dossier: &Reply) -> Vec<(String, bool, bool)> {
    listed_by(desk, &desk.owner, dossier).await
}

pub(super) async fn listed_by(desk: &Desk, by: &Person, dossier: &Reply) -> Vec<(String, bool, bool)> {
    let list = desk.app.get(&files(dossier)).by(by).expect(200).await;
    let items = list.body["items"].as_array().unwrap().clone();
    let told = |item: &Value| {
        let id = item["id"].as_str().unwrap().to_owned();
        (id, item["is_named"] == true, !item["handed_in_at"].is_null())
    };
    items.iter().map(told).collect()
}

pub(super) fn deeds(desk: &Desk, file: &str) -> Vec<String> {
    desk.app.deeds(file).into_iter().map(|(deed, _)| deed).collect()
}

#[actix_web::test]
async fn what_the_content_says_of_a_paper_agrees_with_its_file() {
    let desk = Desk::open().await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let (begun, other) = (desk.begin(&desk.owner, &new).await, desk.begin(&desk.owner, &new).await);
    for (query, status, parameter) in [
        ("document=magic", 422, "document"),
        ("document=contract&form=fax", 400, "form"),
        ("document=contract&language=vie", 400, "language"),
    ] {
        let refused = sending(&desk, &desk.owner, &begun, query, 1).expect(status).await;
        assert_eq!(refused.pointers(), [parameter], "{query}");
    }
    let copy = "document=contract&form=certified_copy&language=vi";
    let contract = send(&desk, &desk.owner, &begun, copy, 1).await;
    let spare = send(&desk, &desk.owner, &begun, "document=other", 2).await;
    let foreign = send(&desk, &desk.owner, &other, copy, 3).await;
    let refused = async |paper: Value| {
        let refused = write(&desk, &desk.owner, &begun, &naming(&desk, &paper)).await;
        assert_eq!(refused.status, 422, "{paper}");
        let at = |pointer: &str| pointer.replace("/attachments/1", "");
        refused.pointers().iter().map(|pointer| at(pointer)).collect::<Vec<_>>()
    };
    let hash = digest(&pdf(1));
    for (paper, wrong) in [
        (json!({"document": "contract", "file": foreign}), "/file"),
        (
            json!({"document": "contract", "file": contract.to_uppercase()}),
            "/file",
        ),
        (json!({"document": "contract", "file": "1"}), "/file"),
        (json!({"document": "application", "file": contract}), "/document"),
        (
            json!({"document": "contract", "file": contract, "sha256": digest(b"x")}),
            "/sha256",
        ),
        (
            json!({"document": "contract", "file": contract, "form": "original"}),
            "/form",
        ),
        // What lies in the Department is told by its officers.
        (json!({"document": "contract", "sha256": hash}), "/sha256"),
    ] {
        assert_eq!(refused(paper.clone()).await, [wrong], "{paper}");
    }
    let mut twice = naming(&desk, &json!({"document": "contract", "file": contract}));
    twice["attachments"][2] = twice["attachments"][1].clone();
    let twice = write(&desk, &desk.owner, &begun, &twice).await;
    assert_eq!((twice.status, twice.pointers()), (422, vec!["/attachments/2/file"]));
    let early = json!({"procedure": "REG", "content": {"attachments": [{"document": "contract", "file": contract}]}});
    let early = desk
        .app
        .post("/dossiers")
        .by(&desk.owner)
        .json(&early)
        .expect(422)
        .await;
    assert_eq!(early.pointers(), ["/content/attachments/0/file"]);

    let named = naming(&desk, &json!({"document": "contract", "file": contract}));
    let named = write(&desk, &desk.owner, &begun, &named).await;
    let told = json!({"document": "contract", "title": null, "form": "certified_copy", "language": "vi", "pages": null, "sha256": hash, "file": contract});
    assert_eq!((named.status, &named.body["content"]["attachments"][1]), (200, &told));
    let path = |file: &str| format!("{}/{file}", files(&begun));
    let in_use = desk.app.delete(&path(&contract)).by(&desk.owner).expect(409).await;
    assert_eq!(in_use.code(), "file_in_use");
    desk.app.delete(&path(&foreign)).by(&desk.owner).expect(404).await;
    desk.app.delete(&path(&spare)).by(&desk.owner).expect(204).await;
    desk.app.get(&path(&spare)).by(&desk.owner).expect(404).await;
    assert_eq!(deeds(&desk, &spare), ["dossier_file.added", "dossier_file.removed"]);

    // An officer tells the digest of what came on paper, and may add a scan.
    let paper = desk.begin(&desk.officer, &new).await;
    let scan = send(&desk, &desk.officer, &paper, copy, 4).await;
    for contract in [
        json!({"document": "contract", "sha256": hash}),
        json!({"document": "contract", "file": scan}),
    ] {
        let written = write(&desk, &desk.officer, &paper, &naming(&desk, &contract)).await;
        assert_eq!(written.status, 200, "{}", written.body);
    }
    desk.app.get(&files(&paper)).by(&desk.owner).expect(404).await;
}

#[actix_web::test]
async fn a_paper_that_no_procedure_has_is_not_handed_in() {
    let desk = Desk::open().await;
    let begun = desk
        .begin(
            &desk.owner,
            &json!({"procedure": "REG", "content": content(&desk.tax_code)}),
        )
        .await;
    let signed = desk.take(&begun, "sign_contract").await;
    let mut text = content(&desk.tax_code);
    text["attachments"][0]["document"] = json!("aplication");
    let written = write(&desk, &desk.owner, &signed, &text).await;
    let refused = desk.try_event(&written, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/attachments", "/content/attachments/0/document"])
    );
    text["attachments"][0]["document"] = json!("application");
    text["attachments"][7]["document"] = json!("other");
    let written = write(&desk, &desk.owner, &signed, &text).await;
    desk.take(&written, "submit").await;
}

#[actix_web::test]
async fn papers_are_read_by_whoever_reads_the_dossier_and_stay_once_they_were_handed_in() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reviewer = app.officer().await;
    let seller = app.active_enterprise(&reviewer).await;
    let stranger = app.active_enterprise(&reviewer).await;
    let page = app.get(&format!("/enterprises/{}", seller.enterprise)).by(&seller);
    let code = page.expect(200).await.body["tax_code"].clone();
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let first = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 1).await;
    let path = format!("{}/{first}", files(&begun));
    let naming = |file: &str| {
        let mut text = naming(&desk, &json!({"document": "contract", "file": file}));
        text["transferor"]["tax_code"] = code.clone();
        text
    };
    let hidden = async |people: &[&Person]| {
        for person in people {
            for place in [&files(&begun), &path] {
                app.get(place).by(person).expect(404).await;
            }
            app.delete(&path).by(person).expect(404).await;
            sending(&desk, person, &begun, "document=contract&form=certified_copy", 9)
                .expect(404)
                .await;
        }
    };
    hidden(&[&stranger, &seller, &reviewer, &desk.officer]).await;
    let written = write(&desk, &desk.owner, &begun, &naming(&first)).await;
    let handed_in = desk.take(&desk.take(&written, "sign_contract").await, "submit").await;
    hidden(&[&stranger, &reviewer]).await;

    let shown = app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(shown.bytes, pdf(1));
    let headers = ["cache-control", "content-type", "x-content-type-options"].map(|name| shown.header(name).unwrap());
    assert_eq!(headers, ["private, no-cache", PDF, "nosniff"]);
    assert!(shown.header("content-disposition").unwrap().starts_with("attachment"));
    assert!(shown.header("content-security-policy").unwrap().starts_with("sandbox"));
    let part = app
        .get(&path)
        .by(&seller)
        .header("range", "bytes=0-3")
        .expect(206)
        .await;
    assert_eq!(part.bytes, b"%PDF");
    let read = ["dossier_file.added", "dossier_file.read", "dossier_file.read"];
    assert_eq!(deeds(&desk, &first), read);
    // Both lead to their dossier, whose evidence is in the trail, too.
    let told = deeds(&desk, begun.text("/id"));
    let last = [
        "dossier_files.handed_in",
        "dossier.event_taken",
        "dossier.inspected",
        "dossier.read_by_party",
    ];
    assert_eq!(told[told.len() - 4..], last);
    // What is not sent is not read, and who files reads its own.
    let tag = shown.header("etag").unwrap();
    app.get(&path)
        .by(&desk.officer)
        .header("if-none-match", tag)
        .expect(304)
        .await;
    app.get(&path)
        .by(&seller)
        .header("range", "bytes=9999999-")
        .expect(416)
        .await;
    app.get(&path).by(&desk.owner).expect(200).await;
    assert_eq!(deeds(&desk, &first), read);
    app.get(&path).by(&seller).header("range", "bytes=1-").expect(206).await;
    assert_eq!(deeds(&desk, &first).len(), 4);
    app.get(&files(&begun)).by(&desk.officer).expect(200).await;
    assert_eq!(deeds(&desk, begun.text("/id")).last().unwrap(), "dossier.inspected");

    // With the authority nobody changes anything; back with its filer, what was handed in stays.
    for person in [&desk.owner, &seller, &desk.officer] {
        let status = if person.enterprise == desk.owner.enterprise {
            409
        } else {
            403
        };
        for call in [
            app.delete(&path).by(person),
            sending(&desk, person, &begun, "document=contract&form=certified_copy", 9),
        ] {
            let refused = call.expect(status).await;
            if status == 409 {
                assert_eq!(refused.code(), "dossier_wrong_state");
                let words = ["vi", "en"].map(|lang| refused.text(&format!("/messages/{lang}")));
                assert_eq!(words, WITH_THE_AUTHORITY);
            }
        }
    }
    let back = desk.take(&handed_in, "request_completion").await;
    let second = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 2).await;
    let useless = send(&desk, &desk.owner, &begun, "document=contract&form=certified_copy", 3).await;
    let kept = app.delete(&path).by(&desk.owner).expect(409).await;
    assert_eq!(kept.code(), "dossier_wrong_state");
    assert!(kept.text("/detail").contains("chứng cứ"), "{}", kept.body);
    app.delete(&format!("{}/{useless}", files(&begun)))
        .by(&desk.owner)
        .expect(204)
        .await;
    let written = write(&desk, &desk.owner, &back, &naming(&second)).await;
    assert_eq!(
        listed(&desk, &begun).await,
        [(first.clone(), false, true), (second.clone(), true, false)]
    );
    desk.take(&written, "supplement").await;
    assert_eq!(
        listed(&desk, &begun).await,
        [(first.clone(), false, true), (second.clone(), true, true)]
    );

    // The collector takes what was removed, and nothing of what was handed in.
    app.clock.pass(2 * 3_600);
    let exchange = app.exchange().clone();
    let collected = tokio::task::spawn_blocking(move || collector::run(&exchange, false))
        .await
        .unwrap();
    let collected = collected.unwrap();
    assert_eq!((collected.contents, collected.missing.len()), (1, 0));
    let owner = app.again(&desk.owner).await;
    for (file, number) in [(&first, 1), (&second, 2)] {
        let path = format!("{}/{file}", files(&begun));
        assert_eq!(app.get(&path).by(&owner).expect(200).await.bytes, pdf(number));
    }
}

#[actix_web::test]
async fn a_dossier_that_is_over_says_so_and_not_where_papers_would_be_taken() {
    let desk = Desk::open().await;
    // Never handed in, and yet no draft.
    let begun = desk.begin(&desk.owner, &json!({"procedure": "REG"})).await;
    let withdrawn = desk.take(&begun, "withdraw").await;
    let refused = sending(
        &desk,
        &desk.owner,
        &withdrawn,
        "document=contract&form=certified_copy",
        1,
    )
    .expect(409)
    .await;
    assert_eq!(refused.code(), "dossier_wrong_state");
    assert_eq!(
        ["vi", "en"].map(|lang| refused.text(&format!("/messages/{lang}"))),
        [
            "Hồ sơ đã kết thúc ở trạng thái “Đã rút”; giấy tờ không gửi hoặc gỡ bỏ được nữa.",
            "The dossier is closed, in “Withdrawn”; papers are sent and removed no more.",
        ]
    );
}

#[actix_web::test]
async fn what_an_enterprise_files_counts_among_what_it_may_keep() {
    let mut app = crate::harness::TestApp::prepare();
    app.config.files_mb_per_enterprise = Mebibytes::new(1);
    app.start();
    app.settle().await;
    let desk = Desk::of(app).await;
    let new = json!({"procedure": "REG"});
    let begun = desk.begin(&desk.owner, &new).await;
    let drawn = "q ".repeat(300 << 10);
    let stream = format!("<</Length {}>>stream\n{drawn}\nendstream", drawn.len());
    let long = pdf_with("", "", &[&stream], "");
    let sending = |by: &Person, dossier: &Reply| {
        let path = format!("{}?name=a.pdf&document=contract&form=certified_copy", files(dossier));
        desk.app.post(&path).by(by).file(PDF, long.clone())
    };
    sending(&desk.owner, &begun).expect(201).await;
    let full = sending(&desk.owner, &begun).expect(409).await;
    assert_eq!(full.code(), "limit_reached");
    // What is given up leaves nothing behind.
    desk.take(&begun, "withdraw").await;
    let list = desk.app.get(&files(&begun)).by(&desk.owner).expect(200).await;
    assert_eq!(list.body["items"], json!([]));
    // And what was handed in, which nobody can remove, leaves room for what the law asks for next.
    let begun = desk.begin(&desk.owner, &new).await;
    let sent = sending(&desk.owner, &begun).expect(201).await;
    let named = json!({"document": "contract", "file": sent.text("/id")});
    let written = write(&desk, &desk.owner, &begun, &naming(&desk, &named)).await;
    sending(&desk.owner, &begun).expect(409).await;
    let submitted = desk.take(&desk.take(&written, "sign_contract").await, "submit").await;
    desk.take(&submitted, "request_completion").await;
    sending(&desk.owner, &begun).expect(201).await;
    sending(&desk.owner, &begun).expect(409).await;
    // What officers enter is theirs.
    let officer = desk.app.officer_who_may(&[Permission::HandleDossiers]).await;
    let paper = desk.begin(&officer, &new).await;
    for _ in 0..2 {
        sending(&officer, &paper).expect(201).await;
    }
}

/// A certificate has its signed record within it, which files of others must not have: what the exchange printed is taken as a
/// paper, to the last byte.
#[actix_web::test]
async fn the_exchanges_own_certificates_are_papers() {
    let desk = Desk::open().await;
    let registered = desk.counter().register(&content(&desk.tax_code)).await;
    let path = format!("/certificates/{}/document", registered.text("/certificate/id"));
    let printed = desk.app.get(&path).by(&desk.owner).expect(200).await.bytes;
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "AMD", "given_on": desk.today()}))
        .await;
    let path = format!("{}?name=giay.pdf&document=other", files(&begun));
    let send = async |bytes: Vec<u8>| desk.app.post(&path).by(&desk.owner).file(PDF, bytes).send().await;
    let sent = send(printed.clone()).await;
    assert_eq!(
        (sent.status, sent.text("/sha256")),
        (201, digest(&printed).as_str()),
        "{}",
        sent.body
    );
    assert!(sent.number("/pages") >= 1);
    // Another exchange printed it with the same program: the form is right, and none of the keys signed it.
    let elsewhere = Desk::open().await;
    let registered = elsewhere.counter().register(&content(&elsewhere.tax_code)).await;
    let path = format!("/certificates/{}/document", registered.text("/certificate/id"));
    let foreign = elsewhere.app.get(&path).by(&elsewhere.owner).expect(200).await.bytes;
    let refused = send(foreign.to_vec()).await;
    assert_eq!(
        (refused.status, refused.text("/errors/0/code")),
        (422, "document_not_own_certificate"),
        "{}",
        refused.body
    );
    let mut longer = printed;
    longer.push(b'\n');
    let refused = send(longer).await;
    assert_eq!(
        (refused.status, refused.text("/errors/0/code")),
        (422, "document_embeds_file")
    );
}
