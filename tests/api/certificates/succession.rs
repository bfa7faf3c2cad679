//! Who amends and annuls what an authority of before issued.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::licences::old_licence;
use super::{amendment, case_of, certificate_of, old_paper};
use crate::dossiers::{Desk, content};
use crate::harness::{Call, Reply};

/// Enters a certificate of an authority, with a number of its own.
fn entering(desk: &Desk, authority: &str, number: &str, issued_on: &str) -> Call {
    let mut paper = old_paper(&desk.tax_code);
    paper["authority"] = json!(authority);
    paper["number"] = json!(number);
    paper["issued_on"] = json!(issued_on);
    desk.app.post("/certificates").by(&desk.signer).json(&paper)
}

async fn entered(desk: &Desk, authority: &str, number: &str) -> Reply {
    entering(desk, authority, number, "2023-05-16").expect(201).await
}

/// Publishes the rules of a procedure with another list of those whose place its authority took.
async fn publish(desk: &Desk, code: &str, version: i64, succeeds: Value) -> Reply {
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let path = format!("/procedures/{code}");
    let mut rules = desk.app.get(&path).expect(200).await.body["rules"].clone();
    rules["authorities"][0]["succeeds"] = succeeds;
    desk.app
        .put(&path)
        .by(&keeper)
        .if_match(version)
        .json(&rules)
        .send()
        .await
}

fn heir_of(code: &str, from: &str) -> Value {
    json!([{"code": code, "name_vi": "Sở Khoa học và Công nghệ tỉnh Bắc Sông", "from": from, "legal_basis": "NQ 1/2026"}])
}

#[actix_web::test]
async fn a_successor_amends_and_annuls_and_others_are_refused_with_the_reason() {
    let desk = Desk::open().await;
    let heir = entered(&desk, "SKHCN-VP", "11/2023/CNĐKCGCN-SKHCN").await;
    let other = entered(&desk, "SKHCN-BS", "12/2023/CNĐKCGCN-SKHCN").await;
    let refused = |reply: &Reply| {
        assert_eq!((reply.status, reply.code()), (409, "not_competent"), "{}", reply.body);
        let detail = reply.text("/detail");
        assert!(
            detail.contains("Đ.33.1") && detail.contains("12/2023/CNĐKCGCN-SKHCN"),
            "{detail}"
        );
    };
    // Amended by the successor, with the number of before in what it certifies.
    let begun = amendment(&desk, "11/2023/CNĐKCGCN-SKHCN", &|_| {}).await;
    let accepted = desk.take(&desk.take(&begun, "submit").await, "accept_complete").await;
    let amended = certificate_of(&desk, &desk.take(&accepted, "issue").await).await;
    assert_eq!(
        (
            amended.text("/record/amendment/original_number"),
            amended.text("/authority")
        ),
        ("11/2023/CNĐKCGCN-SKHCN", "SKHCN-PT")
    );
    assert_eq!(amended.text("/case_id"), heir.text("/case_id"), "followed in one case");
    let foreign = amendment(&desk, "12/2023/CNĐKCGCN-SKHCN", &|_| {}).await;
    refused(&desk.try_event(&foreign, "submit").await);
    // Annulled likewise.
    let case = case_of(&desk, &heir).await;
    assert_eq!(desk.take(&case, "annul").await.text("/state/code"), "annulled");
    let case = case_of(&desk, &other).await;
    refused(&desk.try_event(&case, "annul").await);

    // Which authority took whose place is data: what was handed in before goes by the rules of today.
    let tomorrow = desk.today().tomorrow().unwrap().to_string();
    assert_eq!(
        publish(&desk, "AMD", 0, heir_of("SKHCN-BS", &tomorrow)).await.status,
        200
    );
    refused(&desk.try_event(&foreign, "submit").await);
    assert_eq!(
        publish(&desk, "AMD", 1, heir_of("SKHCN-BS", "2026-01-01")).await.status,
        200
    );
    let submitted = desk.take(&foreign, "submit").await;
    let accepted = desk.take(&submitted, "accept_complete").await;
    assert_eq!(publish(&desk, "AMD", 2, json!([])).await.status, 200);
    refused(&desk.try_event(&accepted, "issue").await);
    assert_eq!(
        publish(&desk, "CERT", 0, heir_of("SKHCN-BS", "2026-01-01"))
            .await
            .status,
        200
    );
    let case = case_of(&desk, &other).await;
    desk.take(&case, "annul").await;

    // Who was succeeded issued nothing from that day on: licences of a committee, and what a department registered.
    let licence = |day: &str| {
        let mut paper = old_licence(&desk, "13/2025/X");
        paper["issued_on"] = json!(day);
        desk.app.post("/certificates").by(&desk.signer).json(&paper)
    };
    let registration = entering(&desk, "SKHCN-BS", "14/2026/X", "2026-01-01");
    for late in [licence("2025-07-01"), registration] {
        assert_eq!(late.expect(422).await.pointers(), ["/issued_on"]);
    }
    licence("2025-06-30").expect(201).await;
    let twice = json!([
        heir_of("SKHCN-PT", "2026-01-01")[0],
        heir_of("Sở", "soon")[0],
        heir_of("SKHCN-VP", "2026-01-01")[0],
        heir_of("SKHCN-VP", "2026-01-01")[0]
    ]);
    let wrong = publish(&desk, "AMD", 3, twice).await;
    assert_eq!(
        wrong.pointers(),
        [
            "/authorities/0/succeeds/0/code",
            "/authorities/0/succeeds/1/code",
            "/authorities/0/succeeds/1/from",
            "/authorities/0/succeeds/3/code",
        ]
    );
}

/// The rules of a procedure with another authority that signs in Phú Thọ.
async fn publish_heir(desk: &Desk, code: &str) {
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let path = format!("/procedures/{code}");
    let mut rules = desk.app.get(&path).expect(200).await.body["rules"].clone();
    for authority in rules["authorities"].as_array_mut().unwrap() {
        if authority["code"] == "SKHCN-PT" {
            authority["code"] = json!("SKHCN-NT");
            authority["name_vi"] = json!("Sở Khoa học và Công nghệ tỉnh Bắc Trung");
            authority["number_template"] = json!("{seq:02}/{yyyy}/GCN-NT");
            authority["succeeds"] = heir_of("SKHCN-PT", "2026-01-01");
        }
    }
    desk.app
        .put(&path)
        .by(&keeper)
        .if_match(0)
        .json(&rules)
        .expect(200)
        .await;
}

#[actix_web::test]
async fn what_is_issued_is_issued_by_the_authority_of_today() {
    let desk = Desk::open().await;
    let first = super::registered(&desk).await;
    assert_eq!(first.text("/authority"), "SKHCN-PT");
    let registration = desk.counter().accepted(&content(&desk.tax_code)).await;
    let begun = amendment(&desk, first.text("/number"), &|_| {}).await;
    let amending = desk.take(&desk.take(&begun, "submit").await, "accept_complete").await;
    // Another authority takes the place while both are open: nothing is issued in the name of one that is not there any more.
    publish_heir(&desk, "REG").await;
    publish_heir(&desk, "AMD").await;
    // The dossier names the one that will issue; what was issued names the one that did.
    let told = desk.read(&desk.owner, &registration).await;
    assert_eq!(
        (told.text("/authority/code"), told.text("/authority/name_vi")),
        ("SKHCN-NT", "Sở Khoa học và Công nghệ tỉnh Bắc Trung")
    );
    let path = format!("/dossiers/{}", first.text("/dossier_id"));
    let closed = desk.app.get(&path).by(&desk.owner).expect(200).await;
    assert_eq!(closed.text("/authority/code"), "SKHCN-PT");
    for (dossier, number) in [(&registration, "01/"), (&amending, "02/")] {
        let issued = certificate_of(&desk, &desk.take(dossier, "issue").await).await;
        assert_eq!(
            (issued.text("/authority"), issued.text("/record/issuer/name")),
            ("SKHCN-NT", "Sở Khoa học và Công nghệ tỉnh Bắc Trung")
        );
        let told = issued.text("/number");
        assert!(told.starts_with(number) && told.ends_with("/GCN-NT"), "{told}");
    }
}

#[actix_web::test]
async fn an_old_amendment_is_of_the_issuer_or_of_whoever_had_its_place_by_then() {
    let desk = Desk::open().await;
    let first = entered(&desk, "SKHCN-HB", "15/2023/X").await;
    let other = entered(&desk, "SKHCN-BS", "18/2023/X").await;
    let amending = |(base, authority): (&Reply, &str), number: &str, issued_on: &str| {
        let mut paper = old_paper(&desk.tax_code);
        for (member, value) in [
            ("kind", "amendment"),
            ("amends", base.text("/id")),
            ("authority", authority),
            ("number", number),
            ("issued_on", issued_on),
        ] {
            paper[member] = json!(value);
        }
        let mut text = content(&desk.tax_code);
        (text["contract"], text["money"]) = (json!({}), json!({}));
        paper["content"] = text;
        desk.app.post("/certificates").by(&desk.signer).json(&paper)
    };
    // Vĩnh Phúc never had the place of Hòa Bình, and Phú Thọ not yet.
    for authority in ["SKHCN-VP", "SKHCN-PT"] {
        let refused = amending((&first, authority), "16/2023/X", "2023-09-01")
            .expect(422)
            .await;
        assert_eq!(refused.pointers(), ["/authority"], "{}", refused.body);
        let detail = refused.text("/errors/0/detail");
        assert!(detail.contains("Đ.33.1"), "{detail}");
    }
    // Of whom the rules do not know, nothing is known.
    amending((&other, "SKHCN-VP"), "19/2023/X", "2023-09-01")
        .expect(201)
        .await;
    amending((&first, "SKHCN-HB"), "16/2023/X", "2023-09-01")
        .expect(201)
        .await;
    amending((&first, "SKHCN-PT"), "17/2025/X", "2025-08-01")
        .expect(201)
        .await;
}
