//! Where the parties of a certificate are: commune and province of the day, which certificates of before do not say.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::{amendment, certificate_of, old_paper, registered, verify};
use crate::dossiers::Desk;
use crate::harness::Reply;
use crate::lists_of_law::end;

/// The commune of what is filed here, and another one.
fn lam_thao() -> Value {
    json!({"code": "08494", "name": "Xã Lâm Thao"})
}

fn ba_dinh() -> Value {
    json!({"code": "00004", "name": "Phường Ba Đình"})
}

/// Hands in an amendment of a certificate.
async fn tried(desk: &Desk, number: &str, change: &dyn Fn(&mut Value)) -> Reply {
    let begun = amendment(desk, number, change).await;
    desk.try_event(&begun, "submit").await
}

/// What the two officers see of an amendment that was handed in, and the certificate that comes of it.
async fn certified(desk: &Desk, submitted: &Reply) -> (Vec<[String; 3]>, Reply) {
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    let accepted = desk.take(submitted, "accept_complete").await;
    let differences = accepted.body["differences"].as_array().unwrap();
    let told = |one: &Value| ["member", "before", "after"].map(|name| one[name].as_str().unwrap_or("—").to_owned());
    let differences = differences.iter().map(told).collect();
    let issued = desk.take(&accepted, "issue").await;
    (differences, certificate_of(desk, &issued).await)
}

fn rows(told: &[[&str; 3]]) -> Vec<[String; 3]> {
    told.iter().map(|row| row.map(str::to_owned)).collect()
}

const EXTENDED: [&str; 3] = ["/contract/ends_on", "2031-12-31", "2034-12-31"];

#[actix_web::test]
async fn a_certificate_says_in_which_commune_and_province_its_parties_are() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let taker = &certificate.body["record"]["transferee"];
    assert_eq!(
        (&taker["commune"], &taker["province"], &taker["address"]),
        (
            &lam_thao(),
            &json!({"code": "25", "name": "Tỉnh Phú Thọ"}),
            &json!("Khu 5, phường Việt Trì")
        )
    );
    // There are none abroad.
    let giver = certificate.body["record"]["transferor"].as_object().unwrap();
    assert!(
        !giver.contains_key("commune") && !giver.contains_key("province"),
        "{giver:?}"
    );
    // It is signed, and printed anew from what was.
    let path = format!("/certificates/{}", certificate.text("/id"));
    let signed = desk
        .app
        .get(&format!("{path}/record"))
        .by(&desk.owner)
        .expect(200)
        .await;
    assert_eq!(signed.body["record"]["transferee"], *taker);
    desk.app
        .get(&format!("{path}/document"))
        .by(&desk.owner)
        .expect(200)
        .await;
    let seen = verify(&desk, &certificate).await;
    assert_eq!(seen.body["is_genuine"], true);
    assert!(!seen.body.to_string().contains("Lâm Thao"), "{}", seen.body);
}

#[actix_web::test]
async fn a_certificate_names_the_province_that_took_the_place_of_another() {
    let desk = Desk::open().await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    end(&desk.app, &keeper, ("provinces", "25"), &["01"]).await;
    let certificate = registered(&desk).await;
    let taker = &certificate.body["record"]["transferee"];
    assert_eq!(
        (&taker["commune"], &taker["province"]),
        (&lam_thao(), &json!({"code": "01", "name": "Thành phố Hà Nội"}))
    );
}

#[actix_web::test]
async fn what_a_certificate_of_before_does_not_say_is_no_difference() {
    let desk = Desk::open().await;
    let mut paper = old_paper(&desk.tax_code);
    paper["content"]["transferee"]
        .as_object_mut()
        .unwrap()
        .remove("commune_code");
    let call = desk.app.post("/certificates").by(&desk.signer).json(&paper);
    let first = call.expect(201).await;
    let before = first.body["record"]["transferee"].as_object().unwrap();
    assert!(
        !before.contains_key("commune") && !before.contains_key("province"),
        "{before:?}"
    );
    // Told now, it is no change that would have to be named; what comes of it says it.
    let submitted = tried(&desk, first.text("/number"), &|_| {}).await;
    let (differences, second) = certified(&desk, &submitted).await;
    assert_eq!(differences, rows(&[EXTENDED]));
    assert_eq!(second.body["effective"]["transferee"]["commune"], lam_thao());
    // From then on it is held against what is certified.
    let other = |text: &mut Value| {
        text["amendment"]["new_ends_on"] = json!("2037-12-31");
        text["transferee"]["commune_code"] = json!("00004");
    };
    let refused = tried(&desk, first.text("/number"), &other).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/transferee/commune_code"], "unnamed_change")
    );
    // And named where nothing says it yet, it is something more.
    let mut bare = paper.clone();
    bare["number"] = json!("04/2023/CNĐKCGCN-SKHCN");
    let call = desk.app.post("/certificates").by(&desk.signer).json(&bare);
    let bare = call.expect(201).await;
    let named = |text: &mut Value| {
        text["amendment"]["kinds"] = json!(["extension", "supplement"]);
        text["amendment"]["changes"] =
            json!([{"clause": "Phần Các bên", "after": "Xã Lâm Thao", "member": "/transferee/commune_code"}]);
    };
    let named = tried(&desk, bare.text("/number"), &named).await;
    assert_eq!(named.status, 200, "{}", named.body);
}

#[actix_web::test]
async fn who_moves_is_not_left_where_it_was() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let number = first.text("/number");
    let both = json!(["extension", "amendment"]);
    // To another commune under the same address.
    let elsewhere = |text: &mut Value| {
        text["transferee"]["commune_code"] = json!("00004");
        text["amendment"]["kinds"] = both.clone();
        text["amendment"]["changes"] = json!([
            {"clause": "Phần Các bên", "before": "xã Lâm Thao", "after": "00004", "member": "/transferee/commune_code"}
        ]);
    };
    let submitted = tried(&desk, number, &elsewhere).await;
    let (differences, second) = certified(&desk, &submitted).await;
    let moved = ["/transferee/commune_code", "08494", "00004"];
    assert_eq!(differences, rows(&[moved, EXTENDED]));
    assert_eq!(second.body["effective"]["transferee"]["commune"], ba_dinh());
    assert_eq!(second.text("/effective/transferee/province/code"), "01");
    // To another address, of which nobody says where that is: the new address is what is named.
    let away = |text: &mut Value| {
        text["transferee"]["address"] = json!("Số 9 phố Tràng Thi");
        text["transferee"]["commune_code"] = Value::Null;
        text["amendment"]["kinds"] = both.clone();
        text["amendment"]["new_ends_on"] = json!("2037-12-31");
        text["amendment"]["changes"] = json!([{
            "clause": "Phần Các bên", "before": "Khu 5, phường Việt Trì", "after": "Số 9 phố Tràng Thi",
            "member": "/transferee/address",
        }]);
    };
    let submitted = tried(&desk, number, &away).await;
    let (differences, third) = certified(&desk, &submitted).await;
    assert_eq!(
        differences,
        rows(&[
            ["/transferee/address", "Khu 5, phường Việt Trì", "Số 9 phố Tràng Thi"],
            ["/transferee/commune_code", "00004", "—"],
            ["/contract/ends_on", "2034-12-31", "2037-12-31"],
        ])
    );
    let party = third.body["record"]["transferee"].as_object().unwrap();
    assert!(
        !party.contains_key("commune") && !party.contains_key("province"),
        "{party:?}"
    );
    // Who stays under the address need not say again where that is.
    let silent = |text: &mut Value| {
        text["transferee"]["commune_code"] = Value::Null;
        text["amendment"]["new_ends_on"] = json!("2040-12-31");
    };
    let other = registered(&desk).await;
    let submitted = tried(&desk, other.text("/number"), &silent).await;
    let (differences, fourth) = certified(&desk, &submitted).await;
    assert_eq!(differences, rows(&[["/contract/ends_on", "2031-12-31", "2040-12-31"]]));
    assert_eq!(fourth.body["record"]["transferee"]["commune"], lam_thao());
}
