//! Which authority takes a dossier: by the duty to register, the project and who decides on it, outward investment and defence; what
//! another one takes is refused, and named.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::papers::write;
use super::{Desk, content};
use crate::harness::Reply;

/// Has the text of 2018 take dossiers of today, as if nothing had been left to the provinces.
async fn as_in_2018(desk: &Desk, code: &str) {
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let path = format!("/procedures/{code}");
    let old = desk.app.get(&format!("{path}?on=2019-03-04")).expect(200).await;
    let mut rules = old.body["rules"].clone();
    rules.as_object_mut().unwrap().remove("valid_to");
    let put = desk.app.put(&path).by(&keeper).if_match(0);
    put.json(&rules).expect(200).await;
}

fn within(text: &mut Value, uses_state_capital: bool) {
    text["direction"] = json!("domestic");
    text["transferor"]["country"] = json!("VN");
    text["uses_state_capital"] = json!(uses_state_capital);
    if uses_state_capital {
        text["concerns_defence"] = json!(false);
    }
}

fn project(text: &mut Value, decided_by: &str) {
    text["form"] = json!("investment_project");
    text["decided_by"] = json!(decided_by);
}

async fn drafted(desk: &Desk, change: impl Fn(&mut Value)) -> Reply {
    let mut text = content(&desk.tax_code);
    change(&mut text);
    let new = json!({"procedure": "REG", "content": text});
    desk.begin(&desk.owner, &new).await
}

async fn refused_of(desk: &Desk, begun: &Reply) -> Reply {
    let signed = desk.take(begun, "sign_contract").await;
    desk.try_event(&signed, "submit").await
}

/// Of what is told otherwise: who takes it, whether that is here, and words of the basis.
type Case<'a> = (&'a str, bool, &'a str, &'a dyn Fn(&mut Value));

#[actix_web::test]
async fn the_decree_tells_who_registers() {
    let desk = Desk::open().await;
    as_in_2018(&desk, "REG").await;
    let cases: [Case<'_>; 9] = [
        ("BKHCN", false, "Đ.6.1 (hình thức độc lập", &|_| {}),
        ("SKHCN-PT", true, "tự nguyện", &|text| within(text, false)),
        ("SKHCN-PT", true, "vốn nhà nước", &|text| within(text, true)),
        ("BKHCN", false, "NĐ 76/2018 Đ.6.1", &|text| project(text, "national")),
        ("SKHCN-PT", true, "NĐ 76/2018 Đ.6.2", &|text| {
            project(text, "provincial")
        }),
        ("SKHCN-PT", true, "không thuộc diện", &|text| project(text, "none")),
        ("BKHCN", false, "đầu tư ra nước ngoài", &|text| {
            project(text, "provincial");
            text["direction"] = json!("outbound");
            text["invests_abroad"] = json!(true);
        }),
        ("BKHCN", false, "từ Việt Nam ra nước ngoài", &|text| {
            text["direction"] = json!("outbound");
            text["invests_abroad"] = json!(false);
        }),
        ("BQP", false, "quốc phòng", &|text| {
            within(text, false);
            text["concerns_defence"] = json!(true);
        }),
    ];
    for (code, is_here, basis, change) in cases {
        let begun = drafted(&desk, change).await;
        let authority = &begun.body["authority"];
        assert_eq!(
            (&authority["code"], &authority["is_here"], &authority["verification"]),
            (&json!(code), &json!(is_here), &json!("verified")),
            "{authority}"
        );
        let told = authority["legal_basis"].as_str().unwrap();
        assert!(told.contains(basis), "{told}");
    }
    let refused = refused_of(&desk, &drafted(&desk, |_| {}).await).await;
    assert_eq!((refused.status, refused.code()), (409, "not_competent"));
    for words in ["Bộ Khoa học và Công nghệ", "NĐ 76/2018 Đ.6.1"] {
        assert!(refused.text("/detail").contains(words), "{}", refused.body);
    }
}

/// Words of the basis, and what is told for it.
type Basis<'a> = (&'a str, &'a dyn Fn(&mut Value));

#[actix_web::test]
async fn what_was_always_the_departments_is_told_by_its_own_article() {
    let desk = Desk::open().await;
    let cases: [Basis<'_>; 3] = [
        ("vốn nhà nước", &|text| within(text, true)),
        ("không thuộc diện", &|text| project(text, "none")),
        ("yếu tố nước ngoài", &|_| {}),
    ];
    for (words, change) in cases {
        let begun = drafted(&desk, change).await;
        assert_eq!(begun.text("/authority/code"), "SKHCN-PT", "{words}");
        let told = begun.text("/authority/legal_basis");
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[actix_web::test]
async fn what_was_left_to_the_province_is_taken_here_and_told_as_unverified() {
    let desk = Desk::open().await;
    let begun = drafted(&desk, |_| {}).await;
    assert_eq!(
        (
            begun.text("/authority/code"),
            begun.text("/authority/verification"),
            &begun.body["authority"]["is_here"]
        ),
        ("SKHCN-PT", "unverified", &json!(true))
    );
    let secret = drafted(&desk, |text| text["concerns_defence"] = json!(true)).await;
    let refused = refused_of(&desk, &secret).await;
    assert_eq!((refused.status, refused.code()), (409, "not_competent"));
    assert!(refused.text("/detail").contains("Bộ Quốc phòng"), "{}", refused.body);
    // Nothing came of it.
    assert_eq!(desk.read(&desk.owner, &secret).await.body["number"], Value::Null);
    // What comes from abroad is no investment abroad, and nobody is turned away to the Ministry with it.
    let slip = drafted(&desk, |text| text["invests_abroad"] = json!(true)).await;
    assert_eq!(slip.text("/authority/code"), "SKHCN-PT");
    let refused = refused_of(&desk, &slip).await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/invests_abroad"], "conflicts"),
        "{}",
        refused.body
    );
    // Of what goes abroad it is asked.
    let abroad = drafted(&desk, |text| {
        let foreign = text["transferor"].clone();
        text["transferor"] = text["transferee"].clone();
        text["transferee"] = foreign;
        text["direction"] = json!("outbound");
    })
    .await;
    let refused = refused_of(&desk, &abroad).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/invests_abroad"])
    );
}

#[actix_web::test]
async fn what_was_handed_in_here_is_finished_here() {
    let desk = Desk::open().await;
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    as_in_2018(&desk, "REG").await;
    let told = desk.read(&desk.owner, &accepted).await;
    assert_eq!(told.text("/authority/code"), "SKHCN-PT");
    let issued = desk.take(&accepted, "issue").await;
    assert_eq!(issued.text("/state/code"), "certified");
    // A new one is not taken any more.
    let refused = refused_of(&desk, &drafted(&desk, |_| {}).await).await;
    assert_eq!(refused.code(), "not_competent");
}

#[actix_web::test]
async fn approvals_were_the_ministrys() {
    let desk = Desk::open().await;
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let new = json!({"procedure": "APR", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    assert_eq!(begun.text("/authority/code"), "UBND-PT");
    as_in_2018(&desk, "APR").await;
    let refused = desk.try_event(&begun, "submit").await;
    assert_eq!((refused.status, refused.code()), (409, "not_competent"));
    let detail = refused.text("/detail");
    assert!(
        detail.contains("Bộ Khoa học và Công nghệ") && detail.contains("Luật CGCN Đ.29"),
        "{detail}"
    );
}

/// Who gives an opinion hangs on who decides on the project, and on the technology (Luật CGCN Đ.14).
#[actix_web::test]
async fn opinions_on_projects_of_others_are_theirs() {
    let desk = Desk::open().await;
    let ask = async |decided_by: &str, status: &str| {
        let mut text = content(&desk.tax_code);
        text["project"]["decided_by"] = json!(decided_by);
        text["technology_status"] = json!(status);
        let new = json!({"procedure": "OPN_POLICY", "given_on": desk.today(), "content": text});
        desk.app.post("/dossiers").by(&desk.officer).json(&new).send().await
    };
    for (decided_by, status, named) in [
        ("national_assembly", "normal", "Hội đồng thẩm định nhà nước"),
        ("prime_minister", "restricted", "Bộ Khoa học và Công nghệ"),
        ("prime_minister", "normal", "Bộ quản lý ngành"),
    ] {
        let refused = ask(decided_by, status).await;
        assert_eq!(
            (refused.status, refused.code()),
            (409, "not_competent"),
            "{}",
            refused.body
        );
        let detail = refused.text("/detail");
        assert!(detail.contains(named) && detail.contains("Luật CGCN Đ.14"), "{detail}");
    }
    for (decided_by, status) in [
        ("provincial", "restricted"),
        ("provincial", "normal"),
        ("none", "normal"),
    ] {
        let taken = ask(decided_by, status).await;
        assert_eq!(
            (taken.status, taken.text("/authority/code")),
            (201, "SKHCN-PT"),
            "{}",
            taken.body
        );
    }
    assert_eq!(ask("mayor", "normal").await.pointers(), ["/content/project/decided_by"]);
}

/// Who decides on the project is told when an opinion is asked for, and held again before it is given.
#[actix_web::test]
async fn an_opinion_is_not_turned_into_one_of_others() {
    let desk = Desk::open().await;
    for procedure in ["OPN_POLICY", "OPN_DECISION"] {
        let mut text = content(&desk.tax_code);
        let given_on = (procedure == "OPN_POLICY").then(|| desk.today());
        let new = |text: &Value| json!({"procedure": procedure, "given_on": given_on, "content": text});
        text["project"]["decided_by"] = Value::Null;
        let call = desk.app.post("/dossiers").by(&desk.officer).json(&new(&text));
        let untold = call.expect(422).await;
        assert_eq!(
            (untold.pointers(), untold.text("/errors/0/code")),
            (vec!["/content/project/decided_by"], "required_by_law"),
            "{procedure}"
        );
        assert!(
            untold.text("/errors/0/detail").contains("Luật CGCN Đ.14"),
            "{}",
            untold.body
        );
        text["project"]["decided_by"] = json!("provincial");
        let begun = desk.begin(&desk.officer, &new(&text)).await;
        for decided_by in ["national_assembly", "prime_minister"] {
            let mut other = text.clone();
            other["project"]["decided_by"] = json!(decided_by);
            let written = write(&desk, &desk.officer, &begun, &other).await;
            let refused = desk.try_event(&written, "issue_opinion").await;
            assert_eq!(
                (refused.status, refused.code()),
                (409, "not_competent"),
                "{procedure} {decided_by}: {}",
                refused.body
            );
        }
        // Nor is it left out.
        let mut other = text.clone();
        other["project"]["decided_by"] = Value::Null;
        let written = write(&desk, &desk.officer, &begun, &other).await;
        let refused = desk.try_event(&written, "issue_opinion").await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/content/project/decided_by"])
        );
        let written = write(&desk, &desk.officer, &written, &text).await;
        desk.take(&written, "issue_opinion").await;
    }
}

/// A paper is under the rules of the day on which it came, and so is who takes it.
#[actix_web::test]
async fn who_takes_a_paper_is_told_by_the_day_on_which_it_came() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let (today, came) = (desk.today(), desk.today().yesterday().unwrap());
    let begin = async || {
        let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
        let begun = desk.begin(&desk.officer, &new).await;
        let signed = json!({"event": "sign_contract", "given_on": came});
        desk.post(&begun, &desk.officer, &signed).await
    };
    let (first, second) = (begin().await, begin().await);
    // From today on such registrations are the Ministry's.
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let old = desk.app.get("/procedures/REG?on=2019-03-04").expect(200).await;
    let mut rules = old.body["rules"].clone();
    rules.as_object_mut().unwrap().remove("valid_to");
    rules["valid_from"] = json!(today);
    let put = desk.app.put("/procedures/REG").by(&keeper).if_match(0);
    put.json(&rules).expect(200).await;
    let submit = json!({"event": "submit", "received_on": came});
    let handed_in = desk.post(&first, &desk.officer, &submit).await;
    assert_eq!(
        (handed_in.status, handed_in.text("/authority/code")),
        (200, "SKHCN-PT"),
        "{}",
        handed_in.body
    );
    // It is finished here, too.
    let accepted = desk.take(&handed_in, "accept_complete").await;
    assert_eq!(desk.take(&accepted, "issue").await.text("/state/code"), "certified");
    let submit = json!({"event": "submit", "received_on": today});
    let refused = desk.post(&second, &desk.officer, &submit).await;
    assert_eq!((refused.status, refused.code()), (409, "not_competent"));
}
