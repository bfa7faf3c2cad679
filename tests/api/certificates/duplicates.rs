//! Duplicates for papers that were lost.

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;
use vptex::service::certificates::signing::open;

use super::forging::public_keys;
use super::{case_of, old_paper, printed, registered, verify};
use crate::dossiers::Desk;
use crate::harness::{Call, Person, Reply};

pub(super) fn asked(desk: &Desk) -> Value {
    json!({"asked_by": "Công ty TNHH Cơ khí Sông Thao, công văn số 15/CV-ST", "asked_on": desk.today(),
        "cause": "lost", "reason": "Mất do hỏa hoạn tại trụ sở."})
}

/// Prepared by an officer.
pub(super) fn proposing(desk: &Desk, by: &Person, certificate: &Reply, body: &Value) -> Call {
    let path = format!("/certificates/{}/duplicate-proposal", certificate.text("/id"));
    desk.app.post(&path).by(by).json(body)
}

/// Signed by another one.
pub(super) fn signing(desk: &Desk, by: &Person, certificate: &Reply, body: &Value) -> Call {
    let path = format!("/certificates/{}/duplicates", certificate.text("/id"));
    desk.app.post(&path).by(by).json(body)
}

/// Prepared by the officer.
pub(super) async fn prepared(desk: &Desk, certificate: &Reply) -> Reply {
    let call = proposing(desk, &desk.officer, certificate, &asked(desk));
    call.expect(201).await
}

/// Prepared by the officer, signed by the signer.
pub(super) async fn duplicated(desk: &Desk, certificate: &Reply) -> Reply {
    let prepared = prepared(desk, certificate).await;
    let body = json!({"proposal": prepared.text("/id")});
    signing(desk, &desk.signer, certificate, &body).expect(201).await
}

#[actix_web::test]
async fn a_lost_paper_is_issued_again_and_says_which_duplicate_it_is() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let path = format!("/certificates/{}", certificate.text("/id"));
    let stranger = desk.app.active_enterprise(&desk.app.officer().await).await;
    for (person, status) in [(&stranger, 404), (&desk.owner, 403), (&desk.officer, 403)] {
        signing(&desk, person, &certificate, &json!({"proposal": Uuid::from_u128(7)}))
            .expect(status)
            .await;
    }
    for (person, status) in [(&stranger, 404), (&desk.owner, 403)] {
        proposing(&desk, person, &certificate, &asked(&desk))
            .expect(status)
            .await;
    }
    for (member, value, pointer) in [
        ("asked_on", json!(desk.today().tomorrow().unwrap()), "/asked_on"),
        ("asked_on", json!(desk.today().yesterday().unwrap()), "/asked_on"),
        ("asked_by", json!(" "), "/asked_by"),
        ("reason", json!(""), "/reason"),
        ("cause", json!("sold"), "/cause"),
    ] {
        let mut wrong = asked(&desk);
        wrong[member] = value;
        let refused = proposing(&desk, &desk.officer, &certificate, &wrong).expect(422).await;
        assert_eq!(refused.pointers(), [pointer]);
    }
    let first = duplicated(&desk, &certificate).await;
    assert_eq!(
        (first.number("/ordinal"), first.text("/reason")),
        (1, "Mất do hỏa hoạn tại trụ sở.")
    );
    let document = async |which: &str| {
        let path = format!("{path}/document{which}");
        desk.app.get(&path).by(&desk.owner).expect(200).await.bytes.to_vec()
    };
    let keys = public_keys(&desk).await;
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
    for (none, status) in [("?duplicate=2", 404), ("?duplicate=0", 400), ("?duplicate=-1", 400)] {
        desk.app
            .get(&format!("{path}/document{none}"))
            .by(&desk.owner)
            .expect(status)
            .await;
    }
    // Prepared and signed many times at once, each has a number of its own, and nothing is signed twice.
    for ordinal in 2..=5 {
        let body = asked(&desk);
        let prepared = join_all((0..3).map(|_| proposing(&desk, &desk.officer, &certificate, &body).send())).await;
        let of = |status: u16| prepared.iter().filter(move |reply| reply.status == status);
        assert_eq!((of(201).count(), of(409).count()), (1, 2));
        assert!(of(409).all(|reply| reply.code() == "already_there"));
        let body = json!({"proposal": of(201).next().unwrap().text("/id")});
        let signed = join_all((0..3).map(|_| signing(&desk, &desk.signer, &certificate, &body).send())).await;
        let of = |status: u16| signed.iter().filter(move |reply| reply.status == status);
        assert_eq!((of(201).count(), of(409).count()), (1, 2));
        assert!(of(409).all(|reply| reply.code() == "not_proposed"));
        assert_eq!(of(201).next().unwrap().number("/ordinal"), ordinal);
    }

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
    let refused = proposing(&desk, &desk.officer, &old, &asked(&desk)).expect(409).await;
    assert_eq!(refused.code(), "not_competent");
    // Annulled before it was signed, or before it was prepared.
    let late = proposing(&desk, &desk.officer, &certificate, &asked(&desk))
        .expect(201)
        .await;
    desk.take(&case_of(&desk, &certificate).await, "annul").await;
    let body = json!({"proposal": late.text("/id")});
    let refused = signing(&desk, &desk.signer, &certificate, &body).expect(409).await;
    assert_eq!(refused.code(), "certificate_not_in_force");
    let refused = proposing(&desk, &desk.officer, &certificate, &asked(&desk))
        .expect(409)
        .await;
    assert_eq!(refused.code(), "certificate_not_in_force");
    assert!(refused.text("/detail").contains("Đ.32.2"), "{}", refused.body);
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
    let prepared = proposing(&desk, &desk.officer, &certificate, &asked(&desk))
        .expect(201)
        .await;
    let wrong = json!({"proposal": prepared.text("/id"), "signed_as": "Thủ tướng Chính phủ"});
    let refused = signing(&desk, &desk.signer, &certificate, &wrong).expect(422).await;
    assert_eq!(refused.pointers(), ["/signed_as"]);
    // What was refused waits still.
    let body = json!({"proposal": prepared.text("/id")});
    signing(&desk, &desk.signer, &certificate, &body).expect(201).await;
    desk.app.by_hand("UPDATE certificate_duplicates SET ordinal = 20").await;
    let full = proposing(&desk, &desk.officer, &certificate, &asked(&desk))
        .expect(409)
        .await;
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
    let foreign = proposing(&desk, &desk.officer, &other, &asked(&desk)).expect(409).await;
    assert_eq!(foreign.code(), "not_competent");
}

#[actix_web::test]
async fn one_officer_prepares_a_duplicate_and_another_signs_what_was_prepared() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let path = format!("/certificates/{}/duplicate-proposal", certificate.text("/id"));
    let nothing = json!({"proposal": Uuid::from_u128(7)});
    let code = async |by: &Person, body: &Value| {
        let refused = signing(&desk, by, &certificate, body).send().await;
        (refused.status, refused.code().to_owned())
    };
    let refusal = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(code(&desk.signer, &nothing).await, refusal(409, "not_proposed"));
    for call in [desk.app.get(&path), desk.app.delete(&path)] {
        assert_eq!(call.by(&desk.officer).expect(409).await.code(), "not_proposed");
    }
    // Whoever may sign prepares, too, but then another one signs.
    let own = proposing(&desk, &desk.signer, &certificate, &asked(&desk))
        .expect(201)
        .await;
    let body = json!({"proposal": own.text("/id")});
    assert_eq!(code(&desk.signer, &body).await, refusal(403, "second_person_required"));
    let seen = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(
        (seen.text("/id"), seen.text("/reason")),
        (own.text("/id"), "Mất do hỏa hoạn tại trụ sở.")
    );
    assert_eq!(seen.body["proposed_by"], own.body["proposed_by"]);
    let listed = async |waits: bool| {
        let path = format!("/certificates?duplicate_proposed={waits}");
        let list = desk.app.get(&path).by(&desk.signer).expect(200).await;
        list.body["items"].as_array().unwrap().len()
    };
    assert_eq!((listed(true).await, listed(false).await), (1, 0));
    // Parties see nothing of it.
    let mine = "/me/certificates?duplicate_proposed=true";
    desk.app.get(mine).by(&desk.owner).expect(400).await;
    desk.app.get(&path).by(&desk.owner).expect(403).await;
    desk.app.delete(&path).by(&desk.owner).expect(403).await;
    // What is taken back is what was read.
    let other = format!("{path}?proposal={}", Uuid::from_u128(7));
    let refused = desk.app.delete(&other).by(&desk.officer).expect(409).await;
    assert_eq!(refused.code(), "proposal_outdated");
    let read = format!("{path}?proposal={}", own.text("/id"));
    desk.app.delete(&read).by(&desk.officer).expect(204).await;
    assert_eq!(code(&desk.signer, &body).await, refusal(409, "not_proposed"));

    // What is signed is what was read.
    let prepared = proposing(&desk, &desk.officer, &certificate, &asked(&desk))
        .expect(201)
        .await;
    assert_eq!(code(&desk.signer, &body).await, refusal(409, "proposal_outdated"));
    let letters = desk.app.letters_to(&desk.signer.email).await;
    let told = letters.iter().filter_map(|letter| match letter {
        Letter::DossierProposed(news) => Some(news.event_vi.clone()),
        _ => None,
    });
    let told: Vec<String> = told.filter(|event| event.starts_with("Cấp lại")).collect();
    let number = certificate.text("/record/number");
    assert_eq!(told, [format!("Cấp lại Giấy chứng nhận, Giấy phép số {number}")]);
    let body = json!({"proposal": prepared.text("/id")});
    signing(&desk, &desk.signer, &certificate, &body).expect(201).await;
    assert_eq!((listed(true).await, listed(false).await), (0, 1));
    let deeds: Vec<String> = desk
        .app
        .deeds(certificate.text("/id"))
        .into_iter()
        .map(|(deed, _)| deed)
        .collect();
    let of_duplicates: Vec<&str> = deeds
        .iter()
        .map(String::as_str)
        .filter(|deed| deed.contains("duplicate") || *deed == "certificate.recorded")
        .collect();
    assert_eq!(
        of_duplicates,
        [
            "certificate.recorded",
            "certificate.duplicate_proposed",
            "certificate.duplicate_withdrawn",
            "certificate.duplicate_proposed",
            "certificate.duplicated",
            "certificate.recorded",
        ]
    );
}

#[actix_web::test]
async fn documents_that_were_changed_in_the_database_are_not_given_out() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    duplicated(&desk, &certificate).await;
    let path = format!("/certificates/{}", certificate.text("/id"));
    for (table, parts) in [
        ("certificate_documents", &["document"][..]),
        (
            "certificate_duplicates",
            &["document?duplicate=1", "record?duplicate=1", "proof?duplicate=1"],
        ),
    ] {
        desk.app.by_hand(&format!("UPDATE {table} SET content = sha256")).await;
        for part in parts {
            let refused = desk
                .app
                .get(&format!("{path}/{part}"))
                .by(&desk.owner)
                .expect(500)
                .await;
            assert_eq!(refused.code(), "certificate_damaged", "{part}");
        }
    }
    // What does not hang on the document is read as before.
    for part in ["", "/record"] {
        desk.app.get(&format!("{path}{part}")).by(&desk.owner).expect(200).await;
    }
}

#[actix_web::test]
async fn a_duplicate_says_what_became_of_the_paper() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let keys = public_keys(&desk).await;
    for (ordinal, cause, said) in [(1, "spoilt", "bị hỏng"), (2, "lost", "bị mất")] {
        let mut body = asked(&desk);
        body["cause"] = json!(cause);
        let prepared = proposing(&desk, &desk.officer, &certificate, &body).expect(201).await;
        assert_eq!(prepared.text("/cause"), cause);
        let body = json!({"proposal": prepared.text("/id")});
        let issued = signing(&desk, &desk.signer, &certificate, &body).expect(201).await;
        assert_eq!(issued.text("/cause"), cause);
        let path = format!("/certificates/{}/document?duplicate={ordinal}", certificate.text("/id"));
        let document = desk.app.get(&path).by(&desk.owner).expect(200).await;
        let mark = open(&document.bytes, &keys).unwrap().record.duplicate.unwrap();
        let told = mark.cause.unwrap();
        assert_eq!((told.code.as_str(), told.name.as_str()), (cause, said));
    }
    let path = format!("/certificates/{}", certificate.text("/id"));
    let seen = desk.app.get(&path).by(&desk.owner).expect(200).await;
    assert_eq!(
        (seen.text("/duplicates/0/cause"), seen.text("/duplicates/1/cause")),
        ("spoilt", "lost")
    );
    // What waited before causes were asked for says none, and is prepared anew.
    let waiting = prepared(&desk, &certificate).await;
    desk.app
        .by_hand("UPDATE certificate_duplicate_proposals SET cause = NULL")
        .await;
    let body = json!({"proposal": waiting.text("/id")});
    let refused = signing(&desk, &desk.signer, &certificate, &body).expect(409).await;
    assert_eq!(refused.code(), "proposal_outdated");
    let path = format!("{path}/duplicate-proposal");
    desk.app.delete(&path).by(&desk.officer).expect(204).await;
    assert_eq!(duplicated(&desk, &certificate).await.number("/ordinal"), 3);
}
