//! Every text that the public may read of a listing is found by its words, and nothing that it may not read.

use serde_json::{Value, json};

use crate::harness::TestApp;

/// A listing of a kind with such parts, and the word that stands in each text, by the place where it stands.
fn listing(kind: &str, parts: &Value) -> (Value, Vec<(String, String)>) {
    let mut draft = json!({"kind": kind});
    if kind == "technology_offer" {
        draft["origin_country"] = json!("VN");
    }
    for (name, value) in parts.as_object().unwrap() {
        draft[name] = value.clone();
    }
    let mut words = Vec::new();
    collect(parts, "", &mut words);
    (draft, words)
}

/// Words that nobody else says are spelt `zz…`.
fn collect(value: &Value, place: &str, words: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => {
            let own = text.split(' ').filter(|word| word.starts_with("zz"));
            words.extend(own.map(|word| (place.to_owned(), word.to_owned())));
        }
        Value::Array(values) => values
            .iter()
            .enumerate()
            .for_each(|(at, value)| collect(value, &format!("{place}/{at}"), words)),
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| collect(value, &format!("{place}/{name}"), words)),
        _ => {}
    }
}

fn pair(word: &str) -> Value {
    json!({"vi": format!("Có zz{word}vi ở đây."), "en": format!("There is zz{word}en here.")})
}

fn offers() -> Vec<(Value, Vec<(String, String)>)> {
    let common = |name: &str| {
        json!({
            "title": pair(&format!("title{name}")), "summary": pair(&format!("summary{name}")),
            "description": pair(&format!("description{name}")), "field_codes": ["food.drying"],
        })
    };
    let with = |name: &str, more: Value| {
        let mut parts = common(name);
        for (member, value) in more.as_object().unwrap() {
            parts[member] = value.clone();
        }
        parts
    };
    let technology = with(
        "cn",
        json!({
            "trl": 7, "brand": "zzbrand", "model": "zzmodel",
            "specifications": [{"name": "zzname", "value": "zzvalue"}],
            "ip_rights": [
                {"type": "patent", "status": "granted", "grant_number": "zzgrant", "is_public": true},
                {"type": "utility_solution", "status": "filed", "application_number": "zzfiled", "is_public": true},
            ],
            "owners": [{"type": "organisation", "name": "Viện zzowner"}],
            "certifications": [{"scheme": "other", "number": "zzcertificate"}],
            "extra_costs": pair("extra"), "delivery_terms": pair("delivery"), "payment_terms": pair("payment"),
            "problem": pair("problem"), "principle": pair("principle"), "advantages": pair("advantages"),
            "applications": pair("applications"), "target_customers": pair("customers"),
            "socio_economic_effect": pair("effect"), "state_funded": true, "rd_task_code": "zztask", "acceptance_no": "zzacceptance",
        }),
    );
    let need = with("nc", json!({"requirements": pair("requirements")}));
    let partner = with(
        "dt",
        json!({"transfer_modes": ["joint_rd"], "partner_role": pair("role")}),
    );
    let expert = with(
        "cg",
        json!({"degree": "Tiến sĩ zzdegree", "specialities": ["Sấy zzspeciality", "zzother"]}),
    );
    let ocop = with(
        "oc",
        json!({"trace_code": "zztrace", "ocop_decision_no": "zzdecision", "stars": 4}),
    );
    [
        ("technology_offer", technology),
        ("technology_need", need),
        ("partner_search", partner),
        ("expert", expert),
        ("ocop_product", ocop),
    ]
    .map(|(kind, parts)| listing(kind, &parts))
    .into()
}

#[actix_web::test]
async fn every_public_text_is_found_and_no_other() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut expected = Vec::new();
    for (mut draft, words) in offers() {
        if draft.get("ip_rights").is_some() {
            let hidden =
                json!({"type": "patent", "status": "filed", "application_number": "zzhidden", "is_public": false});
            draft["ip_rights"].as_array_mut().unwrap().push(hidden);
        }
        let made = app.post("/listings").by(&owner).json(&draft).expect(201).await;
        let id = made.text("/id").to_owned();
        let sent = app
            .post(&format!("/listings/{id}/submission"))
            .by(&owner)
            .expect(200)
            .await;
        app.post(&format!("/listings/{id}/approval"))
            .by(&officer)
            .if_match(sent.number("/version"))
            .expect(200)
            .await;
        expected.push((id, words));
    }
    app.settle().await;
    let mut count = 0;
    for (id, words) in &expected {
        for (place, word) in words {
            assert_eq!(app.found(word).await, [id.as_str()], "{place}: {word}");
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
    // By the scheme of a certificate and its number, as people write them.
    let (technology, _) = &expected[0];
    assert_eq!(app.found("zzgrant zzowner").await, [technology.as_str()]);
    assert!(app.found("zzhidden").await.is_empty());
    // What waits in a revision is not public yet.
    let path = format!("/listings/{technology}");
    let seen = app.get(&path).by(&owner).expect(200).await;
    app.patch(&path)
        .by(&owner)
        .if_match(seen.number("/version"))
        .json(&json!({"advantages": {"vi": "Có zzrevised."}}))
        .expect(202)
        .await;
    app.settle().await;
    assert!(app.found("zzrevised").await.is_empty());
    assert_eq!(app.found("zzadvantagesvi").await, [technology.as_str()]);
}
