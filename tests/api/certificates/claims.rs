//! Whether an amendment is what it says that it is: old values in force, new ones that would be certified, and kinds that are there.

use serde_json::{Value, json};

use super::{amendment, certificate_of, registered};
use crate::dossiers::Desk;
use crate::harness::Reply;

const KINDS: &str = "/content/amendment/kinds";

async fn tried(desk: &Desk, number: &str, change: &dyn Fn(&mut Value)) -> Reply {
    let begun = amendment(desk, number, change).await;
    desk.try_event(&begun, "submit").await
}

/// An amendment of one member, told so.
fn of_place(text: &mut Value, before: Value, after: &str) {
    text["amendment"]["kinds"] = json!(["amendment"]);
    text["amendment"]["new_ends_on"] = Value::Null;
    text["contract"] = json!({"place": "Hà Nội"});
    text["amendment"]["changes"] =
        json!([{"clause": "Điều 5", "before": before, "after": after, "member": "/contract/place"}]);
}

#[actix_web::test]
async fn values_of_before_are_those_in_force_and_not_of_the_first_certificate() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let number = first.text("/number");
    let wrong = tried(&desk, number, &|text| of_place(text, json!("Lào Cai"), "Hà Nội")).await;
    assert_eq!(
        (wrong.status, wrong.pointers(), wrong.text("/errors/0/code")),
        (422, vec!["/content/amendment/changes/0/before"], "not_in_force"),
        "{}",
        wrong.body
    );
    for word in ["Lào Cai", "Phú Thọ", "Luật CGCN Đ.33.1"] {
        assert!(wrong.text("/errors/0/detail").contains(word), "{word}: {}", wrong.body);
    }
    // What it becomes is what the dossier tells, and something else than what it is.
    let other = tried(&desk, number, &|text| of_place(text, json!("Phú Thọ"), "Lào Cai")).await;
    assert_eq!(other.pointers(), ["/content/amendment/changes/0/after"]);
    let same = tried(&desk, number, &|text| of_place(text, json!("Phú Thọ"), "Phú Thọ")).await;
    assert_eq!(same.pointers(), ["/content/amendment/changes/0/after"]);
    let nothing = tried(&desk, number, &|text| {
        of_place(text, json!("Phú Thọ"), "Hà Nội");
        text["contract"] = json!({});
    })
    .await;
    assert_eq!(nothing.pointers(), ["/content/amendment/changes/0/member"]);
    let empty = tried(&desk, number, &|text| {
        text["amendment"]["changes"] = json!([{"clause": "Điều 9"}])
    })
    .await;
    assert_eq!(empty.pointers(), ["/content/amendment/changes/0/after"]);
    // Written as people write it.
    let right = tried(&desk, number, &|text| of_place(text, json!("phú  thọ"), "HÀ NỘI")).await;
    assert_eq!(right.status, 200, "{}", right.body);
    let accepted = desk.take(&right, "accept_complete").await;
    desk.take(&accepted, "issue").await;

    // From now on it is another one that is in force.
    let stale = tried(&desk, number, &|text| {
        of_place(text, json!("Phú Thọ"), "Hải Phòng");
        text["contract"]["place"] = json!("Hải Phòng");
    })
    .await;
    assert_eq!(stale.pointers(), ["/content/amendment/changes/0/before"]);
    assert!(stale.text("/errors/0/detail").contains("Hà Nội"), "{}", stale.body);
}

#[actix_web::test]
async fn kinds_that_are_claimed_are_those_that_are_there() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let number = first.text("/number");
    let change = |kinds: Value, member: &'static str, value: Value, before: Value| {
        move |text: &mut Value| {
            text["amendment"]["kinds"] = kinds.clone();
            if !kinds.as_array().unwrap().contains(&json!("extension")) {
                text["amendment"]["new_ends_on"] = Value::Null;
            }
            text["amendment"]["changes"] = json!([{"clause": "Điều 5", "before": before, "member": member}]);
            let (part, name) = member[1..].split_once('/').unwrap();
            text[part][name] = value.clone();
        }
    };
    let place = |kinds| change(kinds, "/contract/place", json!("Hà Nội"), json!("Phú Thọ"));
    let project = |kinds| change(kinds, "/contract/project", json!("Nhà máy sấy"), Value::Null);
    let methods = |kinds| {
        change(
            kinds,
            "/technology/methods",
            json!(["training", "experts"]),
            Value::Null,
        )
    };
    let refused = [
        // What was there is changed: no supplement, and no extension alone.
        tried(&desk, number, &place(json!(["supplement"]))).await,
        tried(&desk, number, &place(json!(["extension"]))).await,
        tried(&desk, number, &place(json!(["amendment", "supplement"]))).await,
        // What was absent is added: no amendment.
        tried(&desk, number, &project(json!(["amendment"]))).await,
        tried(&desk, number, &methods(json!(["amendment"]))).await,
    ];
    for reply in &refused {
        assert!(
            reply.pointers().iter().all(|pointer| *pointer == KINDS),
            "{}",
            reply.body
        );
        assert_eq!((reply.status, reply.text("/errors/0/code")), (422, "refused_by_law"));
    }
    // A value is changed, too, whatever comes with it.
    let dearer = tried(&desk, number, &|text| {
        text["amendment"]["new_vnd_value"] = json!(9_000_000_000_i64)
    })
    .await;
    assert_eq!(dearer.pointers(), [KINDS], "{}", dearer.body);
    for right in [
        tried(&desk, number, &place(json!(["amendment"]))).await,
        tried(&desk, number, &place(json!(["extension", "amendment"]))).await,
        tried(&desk, number, &project(json!(["supplement"]))).await,
        tried(&desk, number, &methods(json!(["supplement"]))).await,
    ] {
        assert_eq!(right.status, 200, "{}", right.body);
    }
    // Of clauses that no certificate has, something more is a supplement.
    let clause = |before: Value| {
        move |text: &mut Value| {
            text["amendment"]["kinds"] = json!(["supplement"]);
            text["amendment"]["new_ends_on"] = Value::Null;
            text["amendment"]["changes"] = json!([{"clause": "Điều 3a", "before": before, "after": "12 tháng"}]);
        }
    };
    let changed = tried(&desk, number, &clause(json!("6 tháng"))).await;
    assert_eq!(changed.pointers(), [KINDS]);
    assert_eq!(tried(&desk, number, &clause(Value::Null)).await.status, 200);
}

#[actix_web::test]
async fn officers_and_the_filer_see_what_would_change_and_what_did() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let other = app.active_enterprise(&app.officer().await).await;
    let path = format!("/enterprises/{}", other.enterprise);
    let other_code = app.get(&path).by(&other).expect(200).await.text("/tax_code").to_owned();
    // Within Việt Nam, so that the other party is on the exchange.
    let domestic = |text: &mut Value| {
        text["direction"] = json!("domestic");
        text["uses_state_capital"] = json!(false);
        text["transferor"]["country"] = json!("VN");
        text["transferor"]["tax_code"] = json!(other_code);
    };
    let mut text = crate::dossiers::content(&desk.tax_code);
    domestic(&mut text);
    let registered = desk.counter().register(&text).await;
    assert!(registered.body.get("differences").is_none(), "{}", registered.body);
    let first = certificate_of(&desk, &registered).await;
    let seen = |reply: &Reply| -> Vec<[String; 3]> {
        let all = reply.body["differences"].as_array().cloned().unwrap_or_default();
        all.iter()
            .map(|one| ["member", "before", "after"].map(|name| one[name].as_str().unwrap_or("—").to_owned()))
            .collect()
    };
    let told = |one: [&str; 3]| one.map(str::to_owned);
    let begun = amendment(&desk, first.text("/number"), &|text| {
        domestic(text);
        of_place(text, json!("Phú Thọ"), "Hà Nội");
    })
    .await;
    let changed = vec![told(["/contract/place", "Phú Thọ", "Hà Nội"])];
    // Before anything is filed.
    assert_eq!(seen(&begun), changed);
    let submitted = desk.take(&begun, "submit").await;
    assert_eq!(seen(&desk.read(&desk.officer, &submitted).await), changed);
    // The other party reads what was filed with it.
    let others = desk.read(&other, &submitted).await;
    assert_eq!(
        (seen(&others), others.text("/content/contract/place")),
        (Vec::new(), "Hà Nội")
    );
    let accepted = desk.take(&submitted, "accept_complete").await;
    let issued = desk.take(&accepted, "issue").await;
    assert_eq!(
        seen(&desk.read(&desk.owner, &issued).await),
        changed,
        "what it made different"
    );
}
