//! Certificates: issued by two officers, amended, annulled, entered, verified by everybody, and never quietly changed.

mod amending;
mod annulled;
mod approved;
mod claims;
mod duplicates;
mod entering;
mod exporting;
mod fields;
mod forging;
mod hanging;
mod heirs;
mod in_time;
mod latecomers;
mod leaving;
pub mod licences;
mod numbers;
mod offline;
mod places;
mod price_terms;
mod proofs;
mod races;
mod remade;
mod repaying;
mod replacing;
mod resaved;
mod restoring;
mod succession;
mod swapped;
mod titles;

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};
use vptex::domain::certificate::number::in_address;
use vptex::domain::letter::Letter;

use crate::dossiers::{Desk, content};
use crate::harness::Reply;

pub use entering::old_paper;

/// What everybody learns at the address that is printed on a certificate.
pub async fn verify(desk: &Desk, certificate: &Reply) -> Reply {
    let (number, code) = printed(certificate);
    desk.app.get(&format!("/verify/{number}/{code}")).send().await
}

/// Number and code as the address on the paper has them.
pub fn printed(certificate: &Reply) -> (String, String) {
    let at = certificate.text("/record/verify_at");
    let mut parts = at.rsplit('/').map(str::to_owned);
    let code = parts.next().unwrap();
    (parts.next().unwrap(), code)
}

/// The certificate that came of a dossier.
pub async fn certificate_of(desk: &Desk, dossier: &Reply) -> Reply {
    let path = format!("/certificates/{}", dossier.text("/certificate/id"));
    desk.app.get(&path).by(&desk.owner).expect(200).await
}

async fn registered(desk: &Desk) -> Reply {
    let dossier = desk.counter().register(&content(&desk.tax_code)).await;
    certificate_of(desk, &dossier).await
}

/// An amendment of a certificate, as far as the officer accepted it.
async fn amendment(desk: &Desk, number: &str, change: &dyn Fn(&mut Value)) -> Reply {
    let mut text = content(&desk.tax_code);
    text["amendment"]["certificate_number"] = json!(number);
    // What the amendment does not speak of stays.
    text["contract"] = json!({});
    text["money"] = json!({});
    change(&mut text);
    let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
    desk.begin(&desk.owner, &new).await
}

async fn case_of(desk: &Desk, certificate: &Reply) -> Reply {
    let path = format!("/dossiers/{}", certificate.text("/case_id"));
    desk.app.get(&path).by(&desk.officer).expect(200).await
}

#[actix_web::test]
async fn one_officer_proposes_and_another_signs() {
    let desk = Desk::open().await;
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    let issue = json!({"event": "issue"});
    // Nothing was proposed; whoever may not sign does not.
    assert_eq!(desk.post(&accepted, &desk.signer, &issue).await.code(), "not_proposed");
    assert_eq!(desk.post(&accepted, &desk.officer, &issue).await.code(), "forbidden");
    let wrong = desk.counter().propose(&accepted, &json!({"event": "refuse"})).await;
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["/event"]));
    let proposed = desk.counter().propose(&accepted, &issue).await;
    assert_eq!(proposed.text("/proposal/event"), "issue");
    let path = format!("/dossiers/{}/proposal", accepted.text("/id"));
    let prepared = desk.app.get(&path).by(&desk.signer).expect(200).await;
    assert_eq!(
        (
            prepared.text("/record/number"),
            prepared.text("/record/technology/name")
        ),
        ("…", "Công nghệ sấy lúa tầng sôi")
    );
    // The parties are not told what officers prepare among themselves.
    assert_eq!(desk.read(&desk.owner, &accepted).await.body["proposal"], Value::Null);
    desk.app.get(&path).by(&desk.owner).expect(403).await;
    // What another officer proposed is not replaced: it is taken back first, of which that one is told.
    let put = |seen: &Reply| {
        let call = desk.app.put(&path).by(&desk.signer).if_match(seen.number("/version"));
        call.json(&issue)
    };
    let refused = put(&proposed).expect(409).await;
    assert_eq!(refused.code(), "already_there");
    assert!(
        refused.text("/detail").contains("“Cấp Giấy chứng nhận"),
        "{}",
        refused.body
    );
    let still = desk.app.get(&path).by(&desk.signer).expect(200).await;
    assert_eq!(still.body["proposed_by"], proposed.body["proposal"]["proposed_by"]);
    let call = desk.app.delete(&path).by(&desk.signer);
    let taken = call.if_match(proposed.number("/version")).expect(200).await;
    let letters = desk.app.letters_to(&desk.officer.email).await;
    let told = letters.iter().filter_map(|letter| match letter {
        Letter::DossierProposalWithdrawn(news) => Some(news.number.as_str()),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [accepted.text("/number")]);
    let auditor = desk.app.officer_who_may(&[Permission::ReadAudit]).await;
    let trail = desk.app.get("/audit").by(&auditor);
    let trail = trail.query(&[("deed", "dossier.proposal_withdrawn")]).expect(200).await;
    let whose = proposed.text("/proposal/proposed_by");
    let said = trail.body.to_string();
    assert!(said.contains(&format!("event=issue proposed_by={whose}")), "{said}");
    // Somebody who may sign and proposed it does not sign it; one's own is replaced by another one.
    let own = put(&put(&taken).expect(200).await).expect(200).await;
    assert_eq!(
        desk.post(&own, &desk.signer, &issue).await.code(),
        "second_person_required"
    );
    // Taken back, and proposed by the other one again.
    let back = desk
        .app
        .delete(&path)
        .by(&desk.officer)
        .if_match(own.number("/version"));
    let back = back.expect(200).await;
    assert_eq!(desk.post(&back, &desk.signer, &issue).await.code(), "not_proposed");
    // What is not there is not found, and what is not there is not taken back.
    let nothing = desk.app.get(&path).by(&desk.officer).expect(404).await;
    assert_eq!(nothing.code(), "not_found");
    let call = desk
        .app
        .delete(&path)
        .by(&desk.officer)
        .if_match(back.number("/version"));
    assert_eq!(call.expect(409).await.code(), "not_proposed");
    let proposed = desk.counter().propose(&back, &issue).await;
    let changed = json!({"event": "issue", "note": "Khác"});
    let refused = desk.post(&proposed, &desk.signer, &changed).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/note"]));
    let signed = json!({"event": "issue", "signed_as": "KT. Giám đốc, Phó Giám đốc"});
    let issued = desk.post(&proposed, &desk.signer, &signed).await;
    assert_eq!(issued.status, 200, "{}", issued.body);
    let certificate = certificate_of(&desk, &issued).await;
    let year = desk.today().year();
    assert_eq!(certificate.text("/number"), format!("01/{year}/CNĐKCGCN-SKHCN"));
    assert_eq!(certificate.text("/record/signer/title"), "KT. Giám đốc, Phó Giám đốc");
    assert_eq!(certificate.text("/validity"), "valid");
    // Everything that happens to a dossier ends a proposal.
    let other = desk.counter().accepted(&content(&desk.tax_code)).await;
    let proposed = desk.counter().propose(&other, &issue).await;
    let asked = desk.take(&proposed, "request_amendment").await;
    assert_eq!(asked.body["proposal"], Value::Null);
}

#[actix_web::test]
async fn a_certificate_is_read_by_its_parties_and_verified_by_everybody() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let certificate = registered(&desk).await;
    let second = registered(&desk).await;
    assert!(second.text("/number").starts_with("02/"), "{}", second.body);
    let path = format!("/certificates/{}", certificate.text("/id"));
    let reviewer = app.officer().await;
    let stranger = app.active_enterprise(&reviewer).await;
    for part in ["", "/document", "/record"] {
        let part = format!("{path}{part}");
        app.get(&part).by(&stranger).expect(404).await;
        app.get(&part).by(&reviewer).expect(404).await;
        app.get(&part).expect(401).await;
        app.get(&part).by(&desk.officer).expect(200).await;
    }
    let document = app.get(&format!("{path}/document")).by(&desk.owner).expect(200).await;
    assert!(document.bytes.starts_with(b"%PDF-"));
    let once_more = app.get(&format!("{path}/document")).by(&desk.owner).expect(200).await;
    assert_eq!(document.bytes, once_more.bytes);
    let name = document.header("content-disposition").unwrap();
    assert!(name.contains("-CNDKCGCN-SKHCN.pdf"), "{name}");

    let seen = verify(&desk, &certificate).await;
    assert_eq!(
        (
            seen.text("/validity"),
            seen.text("/number"),
            seen.text("/authority"),
            &seen.body["is_genuine"]
        ),
        (
            "valid",
            certificate.text("/number"),
            "Sở Khoa học và Công nghệ tỉnh Phú Thọ",
            &json!(true)
        )
    );
    // Neither money nor what the contract says, nor where the parties are.
    for secret in ["7500000000", "300000", "Osaka", "Khu 5", "2031"] {
        assert!(!seen.body.to_string().contains(secret), "{secret}");
    }
    let (number, code) = printed(&certificate);
    assert_eq!(number, in_address(certificate.text("/number")));
    assert_eq!(code.len(), 26);
    let others = printed(&second);
    for (number, code) in [
        (number.as_str(), "AAAAAAAAAAAAAAAAAAAAAAAAAA"),
        (others.0.as_str(), code.as_str()),
        (number.as_str(), ""),
    ] {
        let wrong = app.get(&format!("/verify/{number}/{code}")).send().await;
        assert_eq!(wrong.status, 404, "{number} {code}");
    }
    // Typed by hand, in small letters.
    app.get(&format!("/verify/{}/{}", number.to_lowercase(), code.to_lowercase()))
        .expect(200)
        .await;
    let page = reqwest::get(format!("http://{}/verify/{number}/{code}", app.addr()))
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
    let html = page.text().await.unwrap();
    for word in [
        "Còn hiệu lực",
        certificate.text("/number"),
        "Công nghệ sấy lúa tầng sôi",
    ] {
        assert!(html.contains(word), "{word}: {html}");
    }
    let absent = reqwest::get(format!("http://{}/verify/{number}/X", app.addr()))
        .await
        .unwrap();
    assert_eq!(
        (
            absent.status().as_u16(),
            absent.text().await.unwrap().contains("Không có")
        ),
        (404, true)
    );

    // Each reading by an officer is in the trail.
    let trail = app.deeds(certificate.text("/id"));
    let read = trail.iter().filter(|(deed, _)| deed == "certificate.read").count();
    assert_eq!((trail[0].0.as_str(), read), ("certificate.issued", 3));
}

#[actix_web::test]
async fn an_amendment_gets_a_certificate_of_its_own_and_what_holds_is_computed() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    assert_eq!(case_of(&desk, &first).await.text("/state/code"), "active");
    let longer = |text: &mut Value| {
        text["amendment"]["kinds"] = json!(["extension", "amendment"]);
        text["amendment"]["new_ends_on"] = json!("2034-12-31");
        text["amendment"]["new_vnd_value"] = json!(9_000_000_000_i64);
    };
    let begun = amendment(&desk, first.text("/number"), &longer).await;
    let submitted = desk.take(&begun, "submit").await;
    let accepted = desk.take(&submitted, "accept_complete").await;
    let issued = desk.take(&accepted, "issue").await;
    let second = certificate_of(&desk, &issued).await;
    assert!(second.text("/number").contains("CNSĐBSCGCN"), "{}", second.body);
    assert_eq!(
        (
            second.text("/record/amendment/original_number"),
            second.number("/record/amendment/position"),
            second.text("/record/amendment/changes/0/after"),
            second.text("/record/amendment/kinds/0/name"),
        ),
        (first.text("/number"), 1, "2031", "Gia hạn")
    );
    // The day of the paper by which the parties agreed on it.
    assert_eq!(second.text("/record/amendment/signed_on"), desk.today().to_string());
    // What was not spoken of is as it was, and the first one was not touched.
    let again = desk.app.get(&format!("/certificates/{}", first.text("/id")));
    let again = again.by(&desk.owner).expect(200).await;
    assert_eq!(again.body["record"], first.body["record"]);
    assert_eq!(
        (
            again.text("/validity"),
            again.text("/effective/contract/ends_on"),
            again.number("/effective/money/vnd_value"),
            again.text("/effective/contract/place"),
        ),
        ("amended", "2034-12-31", 9_000_000_000, "Phú Thọ")
    );
    assert_eq!(
        again.body["effective"]["money"]["amount"],
        Value::Null,
        "the old amount is over"
    );
    assert_eq!(again.body["chain"].as_array().unwrap().len(), 2);
    let public = verify(&desk, &first).await;
    assert_eq!(
        (public.text("/validity"), public.text("/newest_number")),
        ("amended", second.text("/number"))
    );
    assert_eq!(verify(&desk, &second).await.text("/validity"), "valid");
    let case = case_of(&desk, &first).await;
    let path = format!("/dossiers/{}/events", case.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let codes: Vec<&str> = events.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["issue", "take_effect", "amended"]);
    // What comes of certificates is done by nobody by hand.
    let by_hand = desk.post(&case, &desk.officer, &json!({"event": "amended"})).await;
    assert_eq!(by_hand.code(), "forbidden");

    // Two amendments are proposed; what is signed second would not be what was proposed.
    let still_longer = |text: &mut Value| text["amendment"]["new_ends_on"] = json!("2037-12-31");
    let mut proposed = Vec::new();
    for _ in 0..2 {
        let begun = amendment(&desk, first.text("/number"), &still_longer).await;
        let submitted = desk.take(&begun, "submit").await;
        let accepted = desk.take(&submitted, "accept_complete").await;
        proposed.push(desk.counter().propose(&accepted, &json!({"event": "issue"})).await);
    }
    let issue = json!({"event": "issue"});
    assert_eq!(desk.post(&proposed[0], &desk.signer, &issue).await.status, 200);
    let late = desk.post(&proposed[1], &desk.signer, &issue).await;
    assert_eq!(late.code(), "proposal_outdated");
    let unknown = amendment(&desk, "99/2020/XYZ", &|_| {}).await;
    let refused = desk.try_event(&unknown, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/amendment/certificate_number"])
    );
}

#[actix_web::test]
async fn what_is_over_is_not_amended_and_verifies_as_over() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let case = case_of(&desk, &first).await;
    // No paper comes of it on which a title would stand.
    let possible = case.body["possible"].as_array().unwrap();
    let known = possible.iter().find(|one| one["event"]["code"] == "annul").unwrap();
    let titled = json!({"event": "annul", "signed_as": "Giám đốc"});
    let mut annulment = json!({"event": "annul", "ground": known["grounds"][0], "note": "Theo văn bản của Sở."});
    // Without the decision nothing is annulled.
    let unwritten = desk.counter().propose(&case, &annulment).await;
    assert_eq!(
        (unwritten.status, unwritten.pointers()),
        (422, vec!["/letter_number", "/letter_on"])
    );
    annulment["letter_number"] = json!("88/QĐ-SKHCN");
    annulment["letter_on"] = json!(desk.today());
    let proposed = desk.counter().propose(&case, &annulment).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    assert_eq!(proposed.text("/proposal/letter_number"), "88/QĐ-SKHCN");
    let refused = desk.post(&proposed, &desk.signer, &titled).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/signed_as"]));
    let annulled = desk.take(&proposed, "annul").await;
    assert_eq!(
        (annulled.text("/state/code"), annulled.text("/due/0/event/code")),
        ("annulled", "notify_annulment")
    );
    let seen = verify(&desk, &first).await;
    assert_eq!(
        (seen.text("/validity"), seen.text("/annulled_on")),
        ("annulled", desk.today().to_string().as_str())
    );
    let begun = amendment(&desk, first.text("/number"), &|_| {}).await;
    let refused = desk.try_event(&begun, "submit").await;
    assert_eq!(refused.code(), "certificate_not_in_force");
    assert!(refused.text("/detail").contains(first.text("/number")));
    // Its holder is told which one it is.
    let letters = desk.app.letters_to(&desk.owner.email).await;
    let mut told = letters.iter().filter_map(|letter| match letter {
        Letter::Dossier(news) => news.certificate.as_deref(),
        _ => None,
    });
    assert!(told.any(|number| number == first.text("/number")), "{letters:?}");
    // The number is not given again.
    let second = registered(&desk).await;
    assert!(second.text("/number").starts_with("02/"));
    let notified = desk.take(&annulled, "notify_annulment").await;
    let demanded = desk.take(&notified, "demand_repayment").await;
    assert_eq!(demanded.text("/due/0/event/code"), "repay");
    assert_eq!(desk.take(&demanded, "repay").await.text("/state/code"), "closed");
    // The contract's last day is the last one on which it holds.
    let mut short = content(&desk.tax_code);
    short["contract"]["ends_on"] = json!(desk.today().checked_add(jiff::Span::new().days(9)).unwrap());
    let dossier = desk.counter().register(&short).await;
    let third = certificate_of(&desk, &dossier).await;
    let desk = desk.later(9).await;
    assert_eq!(verify(&desk, &third).await.text("/validity"), "valid");
    let desk = desk.later(1).await;
    assert_eq!(verify(&desk, &third).await.text("/validity"), "expired");
    let begun = amendment(&desk, third.text("/number"), &|_| {}).await;
    assert_eq!(
        desk.try_event(&begun, "submit").await.code(),
        "certificate_not_in_force"
    );
}

#[actix_web::test]
async fn officers_search_the_register() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let mut dryer = content(&desk.tax_code);
    dryer["technology"]["name"] = json!("Hệ thống lọc nước nano");
    dryer["technology"]["fields"] = json!(["environment"]);
    desk.counter().register(&dryer).await;
    let found = async |query: &str| {
        let path = format!("/certificates?{query}");
        let page = desk.app.get(&path).by(&desk.officer).expect(200).await;
        let items = page.body["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item["technology"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let (rice, water) = ("Công nghệ sấy lúa tầng sôi", "Hệ thống lọc nước nano");
    let both = vec![water.to_owned(), rice.to_owned()];
    assert_eq!(found("").await, both);
    assert_eq!(found("q=say%20lua%20song%20thao").await, [rice]);
    assert_eq!(found("q=nano").await, [water]);
    assert_eq!(found("field=food").await, [rice]);
    assert_eq!(found(&format!("tax_code={}", desk.tax_code)).await, both);
    assert_eq!(found("tax_code=0100109106").await, [""; 0]);
    assert_eq!(found("kind=amendment").await, [""; 0]);
    assert_eq!(found("direction=inbound&kind=registration").await, both);
    assert_eq!(found(&format!("from={}", desk.today())).await, both);
    assert_eq!(found("to=2020-01-01").await, [""; 0]);
    let signer = desk.app.id_of(&desk.signer).await;
    assert_eq!(found(&format!("signed_by={signer}")).await, both);
    let page = desk
        .app
        .get("/certificates?limit=1")
        .by(&desk.officer)
        .expect(200)
        .await;
    let next = page.text("/page/next").to_owned();
    let path = format!("/certificates?limit=1&after={next}");
    let rest = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(rest.text("/items/0/id"), first.text("/id"));
    for wrong in [
        "kind=x",
        "direction=x",
        "tax_code=1",
        "from=x",
        "signed_by=x",
        "colour=red",
    ] {
        let refused = desk
            .app
            .get(&format!("/certificates?{wrong}"))
            .by(&desk.officer)
            .expect(400)
            .await;
        assert_eq!(refused.code(), "invalid_query", "{wrong}");
    }
    let mine = desk
        .app
        .get("/me/certificates?q=nano")
        .by(&desk.owner)
        .expect(200)
        .await;
    assert_eq!(mine.body["items"].as_array().unwrap().len(), 1);
    let elsewhere = desk
        .app
        .officer_for(
            &[Permission::HandleDossiers],
            Scope {
                fields: vec!["environment".into()],
                communes: Vec::new(),
            },
        )
        .await;
    let page = desk.app.get("/certificates").by(&elsewhere).expect(200).await;
    assert_eq!(page.body["items"].as_array().unwrap().len(), 1);
    let path = format!("/certificates/{}", first.text("/id"));
    desk.app.get(&path).by(&elsewhere).expect(404).await;
}
