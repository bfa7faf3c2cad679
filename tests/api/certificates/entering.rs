//! Certificates of before the exchange was there.

use serde_json::{Value, json};

use super::licences::old_licence;
use super::{amendment, certificate_of, printed, registered};
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
    let refused = enter(&own).expect(422).await;
    assert_eq!(refused.pointers(), ["/issued_on"]);
    let detail = refused.text("/errors/0/detail");
    assert!(detail.contains("lập bằng hồ sơ"), "{detail}");
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

#[actix_web::test]
async fn what_an_authority_does_not_issue_is_not_entered() {
    let desk = Desk::open().await;
    let enter = |body: &Value| desk.app.post("/certificates").by(&desk.signer).json(body);
    let registration = old_paper(&desk.tax_code);
    let licence = old_licence(&desk, "05/2023/GPCGCN-UBND");
    let of = |paper: &Value, authority: &str| {
        let mut paper = paper.clone();
        paper["authority"] = json!(authority);
        paper
    };
    // A Department licenses nothing, a People's Committee registers nothing: those of today, and those that they succeeded.
    for wrong in [
        of(&licence, "SKHCN-VP"),
        of(&licence, "SKHCN-PT"),
        of(&registration, "UBND-VP"),
        of(&registration, "UBND-PT"),
    ] {
        assert_eq!(enter(&wrong).expect(422).await.pointers(), ["/authority"], "{wrong}");
    }
    // What is licensed is not registered, and nothing else is licensed.
    let status = |paper: &Value, status: &str| {
        let mut paper = paper.clone();
        paper["content"]["technology_status"] = json!(status);
        paper
    };
    for wrong in [
        status(&registration, "restricted"),
        status(&registration, "prohibited"),
        status(&licence, "normal"),
        status(&licence, "prohibited"),
    ] {
        let refused = enter(&wrong).expect(422).await;
        assert_eq!(refused.pointers(), ["/content/technology_status"], "{wrong}");
    }
    // The Ministry did both before, and of an authority of elsewhere nobody knows here.
    for (authority, right) in [
        ("BKHCN", &licence),
        ("BKHCN", &registration),
        ("SKHCN-LC", &registration),
    ] {
        enter(&of(right, authority)).expect(201).await;
    }
    enter(&licence).expect(201).await;
}

#[actix_web::test]
async fn words_that_look_like_markup_are_words() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["technology"]["name"] = json!("<b>x</b><script>alert(1)</script>");
    text["transferor"]["name"] = json!("A & \"B\" <img src=x>");
    let issued = certificate_of(&desk, &desk.counter().register(&text).await).await;
    assert_eq!(
        issued.text("/record/technology/name"),
        "<b>x</b><script>alert(1)</script>"
    );
    let (number, code) = printed(&issued);
    let page = reqwest::get(format!("http://{}/verify/{number}/{code}", desk.app.addr()));
    let html = page.await.unwrap().text().await.unwrap();
    for markup in ["<b>", "<script", "<img"] {
        assert!(!html.contains(markup), "{markup}: {html}");
    }
    for words in [
        "&lt;b&gt;x&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        "A &amp; &quot;B&quot; &lt;img src=x&gt;",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
}
