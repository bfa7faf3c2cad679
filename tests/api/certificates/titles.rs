//! As what certificates and their duplicates are signed.

use serde_json::json;
use vptex::service::certificates::signing::open;

use super::certificate_of;
use super::duplicates::prepared;
use super::forging::public_keys;
use super::licences::licensed_until;
use crate::dossiers::{Desk, content};
use crate::harness::{Call, Reply};

/// A duplicate that was prepared, which somebody signs.
fn duplicating(desk: &Desk, certificate: &Reply, proposal: &Reply, signed_as: Option<&str>) -> Call {
    let path = format!("/certificates/{}/duplicates", certificate.text("/id"));
    let body = json!({"proposal": proposal.text("/id"), "signed_as": signed_as});
    desk.app.post(&path).by(&desk.signer).json(&body)
}

/// As what a duplicate is signed.
async fn title_of(desk: &Desk, certificate: &Reply, ordinal: i64) -> String {
    let path = format!("/certificates/{}/document?duplicate={ordinal}", certificate.text("/id"));
    let document = desk.app.get(&path).by(&desk.owner).expect(200).await.bytes.to_vec();
    let keys = public_keys(desk).await;
    let record = open(&document, &keys).unwrap().record;
    record.duplicate.unwrap().signer.title
}

#[actix_web::test]
async fn a_duplicate_is_signed_as_the_head_of_today_where_nothing_is_said() {
    let desk = Desk::open().await;
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    let proposed = desk.counter().propose(&accepted, &json!({"event": "issue"})).await;
    let signed = json!({"event": "issue", "signed_as": "KT. Giám đốc, Phó Giám đốc"});
    let issued = desk.post(&proposed, &desk.signer, &signed).await;
    assert_eq!(issued.status, 200, "{}", issued.body);
    let certificate = certificate_of(&desk, &issued).await;
    let proposal = prepared(&desk, &certificate).await;
    duplicating(&desk, &certificate, &proposal, None).expect(201).await;
    assert_eq!(title_of(&desk, &certificate, 1).await, "Giám đốc");
    let proposal = prepared(&desk, &certificate).await;
    for wrong in [
        "TM. Chính phủ, Thủ tướng",
        "TM. Chính phủ, Giám đốc",
        "TM. Ủy ban nhân dân tỉnh Phú Thọ",
        "TM. Ủy ban nhân dân tỉnh Lào Cai, Giám đốc",
    ] {
        let refused = duplicating(&desk, &certificate, &proposal, Some(wrong))
            .expect(422)
            .await;
        assert_eq!(refused.pointers(), ["/signed_as"], "{wrong}");
    }
    let behalf = "TM. Ủy ban nhân dân tỉnh Phú Thọ, Giám đốc";
    duplicating(&desk, &certificate, &proposal, Some(behalf))
        .expect(201)
        .await;
    assert_eq!(title_of(&desk, &certificate, 2).await, behalf);
    // So it is of certificates.
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    let proposed = desk.counter().propose(&accepted, &json!({"event": "issue"})).await;
    for wrong in [
        "TM. Chính phủ, Thủ tướng",
        "Giám đốc, Bộ trưởng Bộ Khoa học và Công nghệ",
        "KT. Giám đốc",
        "TUQ. Giám đốc, Bộ trưởng Bộ Khoa học và Công nghệ",
    ] {
        let body = json!({"event": "issue", "signed_as": wrong});
        let refused = desk.post(&proposed, &desk.signer, &body).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/signed_as"]),
            "{wrong}"
        );
    }
}

#[actix_web::test]
async fn a_licence_is_signed_on_behalf_of_the_committee() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let ends_on = desk.today().checked_add(jiff::Span::new().days(400)).unwrap();
    let licence = certificate_of(&desk, &licensed_until(&desk, ends_on).await).await;
    assert_eq!(
        (licence.text("/authority"), licence.text("/record/signer/title")),
        ("UBND-PT", "TM. Ủy ban nhân dân, Chủ tịch")
    );
    // Who cannot sign so is told how it is done for a committee.
    let proposal = prepared(&desk, &licence).await;
    let refused = duplicating(&desk, &licence, &proposal, Some("Giám đốc"))
        .expect(422)
        .await;
    assert_eq!(refused.pointers(), ["/signed_as"]);
    let said = refused.text("/errors/0/detail");
    assert!(
        said.contains("“TM. Ủy ban nhân dân, Chủ tịch”") && said.contains("“KT. Chủ tịch, Phó Chủ tịch”"),
        "{said}"
    );
    assert!(!said.contains("Giám đốc"), "{said}");
    let path = format!("/certificates/{}/duplicate-proposal", licence.text("/id"));
    desk.app.delete(&path).by(&desk.officer).expect(204).await;
    // Whoever stands for the chair does so on behalf of the same.
    for (ordinal, said, title) in [
        (
            1,
            "KT. Chủ tịch, Phó Chủ tịch",
            "TM. Ủy ban nhân dân, KT. Chủ tịch, Phó Chủ tịch",
        ),
        (2, "TUQ. Chủ tịch, Giám đốc Sở", "TUQ. Chủ tịch, Giám đốc Sở"),
    ] {
        let proposal = prepared(&desk, &licence).await;
        duplicating(&desk, &licence, &proposal, Some(said)).expect(201).await;
        assert_eq!(title_of(&desk, &licence, ordinal).await, title);
    }
}
