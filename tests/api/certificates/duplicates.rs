//! Duplicates for papers that were lost.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::service::certificates::keys;
use vptex::service::certificates::signing::open;

use super::{case_of, old_paper, printed, registered, verify};
use crate::dossiers::Desk;
use crate::harness::{Call, Person, Reply};

fn asked(desk: &Desk) -> Value {
    json!({"asked_by": "Công ty TNHH Cơ khí Sông Thao, công văn số 15/CV-ST", "asked_on": desk.today(),
        "reason": "Mất do hỏa hoạn tại trụ sở."})
}

fn duplicating(desk: &Desk, by: &Person, certificate: &Reply, body: &Value) -> Call {
    let path = format!("/certificates/{}/duplicates", certificate.text("/id"));
    desk.app.post(&path).by(by).json(body)
}

#[actix_web::test]
async fn a_lost_paper_is_issued_again_and_says_which_duplicate_it_is() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let path = format!("/certificates/{}", certificate.text("/id"));
    let stranger = desk.app.active_enterprise(&desk.app.officer().await).await;
    for (person, status) in [(&stranger, 404), (&desk.owner, 403), (&desk.officer, 403)] {
        duplicating(&desk, person, &certificate, &asked(&desk))
            .expect(status)
            .await;
    }
    for (member, value, pointer) in [
        ("asked_on", json!(desk.today().tomorrow().unwrap()), "/asked_on"),
        ("asked_on", json!(desk.today().yesterday().unwrap()), "/asked_on"),
        ("asked_by", json!(" "), "/asked_by"),
        ("reason", json!(""), "/reason"),
    ] {
        let mut wrong = asked(&desk);
        wrong[member] = value;
        let refused = duplicating(&desk, &desk.signer, &certificate, &wrong).expect(422).await;
        assert_eq!(refused.pointers(), [pointer]);
    }
    let first = duplicating(&desk, &desk.signer, &certificate, &asked(&desk))
        .expect(201)
        .await;
    assert_eq!(
        (first.number("/ordinal"), first.text("/reason")),
        (1, "Mất do hỏa hoạn tại trụ sở.")
    );
    let document = async |which: &str| {
        let path = format!("{path}/document{which}");
        desk.app.get(&path).by(&desk.owner).expect(200).await.bytes.to_vec()
    };
    let keys = desk.app.exchange().read(|conn, _now| keys::public(conn)).await.unwrap();
    let (original, copy) = (document("").await, document("?duplicate=1").await);
    assert_eq!(copy, document("?duplicate=1").await);
    let (original, opened) = (
        open(&original, &keys).unwrap().record,
        open(&copy, &keys).unwrap().record,
    );
    let mark = opened.duplicate.clone().unwrap();
    assert_eq!(
        (mark.ordinal, mark.issued_on, original.duplicate.is_none()),
        (1, desk.today(), true)
    );
    // All else is the certificate's.
    assert_eq!(serde_json::to_value(&original).unwrap(), {
        let mut rest = serde_json::to_value(&opened).unwrap();
        rest.as_object_mut().unwrap().remove("duplicate");
        rest
    });
    for at in (0..copy.len()).step_by(997) {
        let mut forged = copy.clone();
        forged[at] ^= 0x15;
        assert!(open(&forged, &keys).is_err(), "byte {at}");
    }
    for none in ["?duplicate=2", "?duplicate=0", "?duplicate=-1"] {
        desk.app
            .get(&format!("{path}/document{none}"))
            .by(&desk.owner)
            .expect(404)
            .await;
    }
    // Asked for many times at once, each has a number of its own.
    let body = asked(&desk);
    let more = join_all((0..4).map(|_| duplicating(&desk, &desk.signer, &certificate, &body).send())).await;
    let mut ordinals: Vec<i64> = more.iter().map(|reply| reply.number("/ordinal")).collect();
    ordinals.sort_unstable();
    assert_eq!(ordinals, [2, 3, 4, 5]);

    // The register tells of them, and so does the address on each paper.
    let seen = desk.app.get(&path).by(&desk.owner).expect(200).await;
    assert_eq!(seen.body["duplicates"].as_array().unwrap().len(), 5);
    assert!(seen.text("/duplicates/0/asked_by").ends_with("15/CV-ST"));
    assert_eq!(verify(&desk, &certificate).await.number("/duplicates"), 5);
    let (number, code) = printed(&certificate);
    let page = desk
        .app
        .request(reqwest::Method::GET, &format!("/verify/{number}/{code}"))
        .send()
        .await;
    assert!(String::from_utf8_lossy(&page.bytes).contains("Số lần cấp lại"));
    let deeds = desk.app.deeds(certificate.text("/id"));
    assert_eq!(
        deeds
            .iter()
            .filter(|(deed, _)| deed == "certificate.duplicated")
            .count(),
        5
    );

    // Of what was not issued here there is nothing to print, and what was annulled needs no paper.
    let old = desk
        .app
        .post("/certificates")
        .by(&desk.signer)
        .json(&old_paper(&desk.tax_code));
    let old = old.expect(201).await;
    let refused = duplicating(&desk, &desk.signer, &old, &body).expect(409).await;
    assert_eq!(refused.code(), "not_competent");
    desk.take(&case_of(&desk, &certificate).await, "annul").await;
    let refused = duplicating(&desk, &desk.signer, &certificate, &body).expect(409).await;
    assert_eq!(refused.code(), "certificate_not_in_force");
    document("?duplicate=5").await;
}

#[actix_web::test]
async fn a_licence_of_before_goes_on_where_it_would_stand_had_it_been_issued_here() {
    let desk = Desk::open().await;
    let mut paper = old_paper(&desk.tax_code);
    paper["kind"] = json!("licence");
    paper["authority"] = json!("UBND-HB");
    paper["authority_name"] = json!("Ủy ban nhân dân tỉnh Hòa Bình");
    paper["number"] = json!("02/2023/GPCGCN-UBND");
    paper["content"]["technology_status"] = json!("restricted");
    let entered = desk
        .app
        .post("/certificates")
        .by(&desk.signer)
        .json(&paper)
        .expect(201)
        .await;
    assert_eq!(
        (entered.text("/kind/code"), entered.text("/validity")),
        ("licence", "valid")
    );
    let path = format!("/dossiers/{}", entered.text("/dossier_id"));
    let life = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(
        (
            life.text("/state/code"),
            life.text("/procedure/code"),
            life.text("/certificate/number")
        ),
        ("licensed", "LIC", "02/2023/GPCGCN-UBND")
    );
    desk.app.get(&path).by(&desk.owner).expect(200).await;
    let twin = desk
        .app
        .post("/certificates")
        .by(&desk.signer)
        .json(&paper)
        .expect(409)
        .await;
    assert_eq!(twin.code(), "already_there");
    // Reported on and annulled like others.
    let reported = desk.take(&life, "annual_report").await;
    assert_eq!(desk.take(&reported, "annul").await.text("/state/code"), "annulled");
    let path = format!("/certificates/{}", entered.text("/id"));
    assert_eq!(
        desk.app.get(&path).by(&desk.owner).expect(200).await.text("/validity"),
        "annulled"
    );
}

#[actix_web::test]
async fn duplicates_are_issued_by_whoever_has_the_place_of_the_issuer_and_so_many_only() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let body = asked(&desk);
    let mut wrong = body.clone();
    wrong["signed_as"] = json!("Thủ tướng Chính phủ");
    let refused = duplicating(&desk, &desk.signer, &certificate, &wrong).expect(422).await;
    assert_eq!(refused.pointers(), ["/signed_as"]);
    duplicating(&desk, &desk.signer, &certificate, &body).expect(201).await;
    desk.app.by_hand("UPDATE certificate_duplicates SET ordinal = 20").await;
    let full = duplicating(&desk, &desk.signer, &certificate, &body).expect(409).await;
    assert_eq!(full.code(), "limit_reached");
    // Another authority that did not take the place.
    let other = registered(&desk).await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    for authority in rules["authorities"].as_array_mut().unwrap() {
        if authority["code"] == "SKHCN-PT" {
            authority["code"] = json!("SKHCN-NT");
        }
    }
    let put = desk.app.put("/procedures/REG").by(&keeper).if_match(0);
    put.json(&rules).expect(200).await;
    let foreign = duplicating(&desk, &desk.signer, &other, &body).expect(409).await;
    assert_eq!(foreign.code(), "not_competent");
}
