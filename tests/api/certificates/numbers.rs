//! Numbers of certificates by the form that an authority has for them.

use jiff::civil::date;
use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::registered;
use crate::dossiers::Desk;

/// The rules of the registration with another form of numbers.
fn with_template(rules: &Value, template: &str) -> Value {
    let mut rules = rules.clone();
    for authority in rules["authorities"].as_array_mut().unwrap() {
        if authority["number_template"].is_string() {
            authority["number_template"] = json!(template);
        }
    }
    rules
}

#[actix_web::test]
async fn numbers_without_a_year_are_counted_over_all_years() {
    let desk = Desk::on(date(2026, 12, 29)).await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let rules = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    let put = |template: &str, version: i64| {
        let call = desk.app.put("/procedures/REG").by(&keeper).if_match(version);
        call.json(&with_template(&rules, template))
    };
    // Nothing would tell it from another authority's.
    let refused = put("{seq}", 0).expect(422).await;
    let pointers = refused.pointers();
    assert!(
        pointers.iter().all(|place| place.ends_with("/number_template")) && !pointers.is_empty(),
        "{pointers:?}"
    );
    put("{seq}/GCN-SKHCN", 0).expect(200).await;
    for number in ["1/GCN-SKHCN", "2/GCN-SKHCN"] {
        assert_eq!(registered(&desk).await.text("/number"), number);
    }
    let desk = desk.later(7).await;
    assert_eq!(desk.today().year(), 2027);
    assert_eq!(registered(&desk).await.text("/number"), "3/GCN-SKHCN");
}
