//! Certificates of before the exchange was there.

use serde_json::{Value, json};

use super::{amendment, certificate_of, registered};
use crate::dossiers::{Desk, content};

/// A certificate of before the exchange was there.
pub fn old_paper(tax_code: &str) -> Value {
    json!({
        "kind": "registration", "authority": "SKHCN-VP", "authority_name": "Sở Khoa học và Công nghệ tỉnh Vĩnh Phúc",
        "place": "Vĩnh Phúc", "number": "03/2023/CNĐKCGCN-SKHCN", "issued_on": "2023-05-16",
        "contract_signed_on": "2023-04-03", "signer_name": "Trần Văn Hòa", "signer_title": "Giám đốc",
        "content": content(tax_code),
    })
}

#[actix_web::test]
async fn old_certificates_are_entered_and_amended_by_the_successor() {
    let desk = Desk::open().await;
    let enter = |body: &Value| desk.app.post("/certificates").by(&desk.signer).json(body);
    let old = old_paper(&desk.tax_code);
    for other in [&desk.owner, &desk.officer] {
        desk.app.post("/certificates").by(other).json(&old).expect(403).await;
    }
    let entered = enter(&old).expect(201).await;
    assert_eq!(
        (
            entered.text("/number"),
            entered.text("/authority"),
            &entered.body["is_issued_here"]
        ),
        ("03/2023/CNĐKCGCN-SKHCN", "SKHCN-VP", &json!(false))
    );
    let document = format!("/certificates/{}/document", entered.text("/id"));
    desk.app.get(&document).by(&desk.owner).expect(404).await;
    // The same number however it is written; another authority's number is another one.
    let mut twin = old.clone();
    twin["number"] = json!("03/2023/CNDKCGCN SKHCN");
    assert_eq!(enter(&twin).expect(409).await.code(), "already_there");
    twin["authority"] = json!("SKHCN-HB");
    twin["content"]["transferee"]["tax_code"] = json!("0100109106");
    enter(&twin).expect(201).await;
    let mut wrong = old.clone();
    for (name, value) in [
        ("kind", json!("diploma")),
        ("authority", json!("sở")),
        ("number", json!("///")),
        ("issued_on", json!("2031-01-01")),
        ("contract_signed_on", json!("x")),
        ("amends", json!("y")),
        ("signer_name", json!("")),
    ] {
        wrong[name] = value;
    }
    let refused = enter(&wrong).expect(422).await;
    assert_eq!(
        refused.pointers(),
        [
            "/kind",
            "/authority",
            "/number",
            "/contract_signed_on",
            "/amends",
            "/signer_name"
        ]
    );
    let mut early = old.clone();
    early["number"] = json!("04/2023/X");
    early["issued_on"] = json!("2031-01-01");
    assert_eq!(enter(&early).expect(422).await.pointers(), ["/issued_on"]);
    let mut bare = old.clone();
    bare["number"] = json!("05/2023/X");
    bare["content"]["transferor"] = json!({});
    assert_eq!(enter(&bare).expect(422).await.pointers(), ["/content/transferor/name"]);

    // Đ.33.1: the authority that issued it, or its successor. Both have this number; the filer is a party of one.
    let begun = amendment(&desk, "03/2023/CNĐKCGCN-SKHCN", &|_| {}).await;
    let submitted = desk.take(&begun, "submit").await;
    let accepted = desk.take(&submitted, "accept_complete").await;
    let issued = desk.take(&accepted, "issue").await;
    let amended = certificate_of(&desk, &issued).await;
    assert_eq!(
        (
            amended.text("/record/amendment/original_number"),
            amended.text("/authority")
        ),
        ("03/2023/CNĐKCGCN-SKHCN", "SKHCN-PT")
    );
    // What the Department itself issued this year before it came here keeps its number, and the next one is given.
    let year = desk.today().year();
    let mut own = old.clone();
    own["authority"] = json!("SKHCN-PT");
    own["number"] = json!(format!("01/{year}/CNĐKCGCN-SKHCN"));
    own["issued_on"] = json!(desk.today());
    // But nothing is entered over what is issued here, and nothing that was issued here is amended by entering.
    assert_eq!(enter(&own).expect(422).await.pointers(), ["/issued_on"]);
    own["issued_on"] = json!(desk.today().yesterday().unwrap());
    enter(&own).expect(201).await;
    let next = registered(&desk).await;
    assert_eq!(next.text("/number"), format!("02/{year}/CNĐKCGCN-SKHCN"));
    let mut over = old.clone();
    over["kind"] = json!("amendment");
    over["number"] = json!("09/2023/X");
    over["amends"] = next.body["id"].clone();
    assert_eq!(enter(&over).expect(422).await.pointers(), ["/amends"]);
    over["amends"] = entered.body["id"].clone();
    over["issued_on"] = json!("2024-02-01");
    // Behind the amendment that was issued here there is no place any more.
    assert_eq!(enter(&over).expect(422).await.pointers(), ["/amends"]);
}
