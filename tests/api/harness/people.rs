//! Who acts in tests, and what they own.

use serde_json::{Value, json};
use vptex::app;
use vptex::domain::account::{Email, Permission};
use vptex::domain::text::Line;
use vptex::service::accounts::{NewOfficer, appoint_officer};
use vptex::service::credentials::Hasher;

use super::{Reply, TestApp};

/// Everybody's password.
pub const PASSWORD: &str = "trời hôm nay xanh quá";
/// What officers replace their one-time password with.
pub const NEW_PASSWORD: &str = "mưa rơi trên mái ngói cũ";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    pub email: String,
    pub password: String,
    pub access: String,
    pub refresh: String,
    /// The enterprise; empty for officers.
    pub enterprise: String,
}

/// A tax code with the right check digit; each number has one of its own.
pub fn tax_code(number: u32) -> String {
    // No tenth digit fits some nine digits; those are passed over, three at most in a row of ten.
    let fits = |sequence: u32| {
        let nine = format!("26{sequence:07}");
        let weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
        let digits = nine.chars().filter_map(|digit| digit.to_digit(10));
        let sum: u32 = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
        let check = 10 - sum % 11;
        (check < 10).then(|| format!("{nine}{check}"))
    };
    (number * 10..).find_map(fits).unwrap()
}

/// A complete listing of equipment.
pub fn dryer(title: &str) -> Value {
    json!({
        "kind": "equipment_offer",
        "title": {"vi": title, "en": "Rice dryer"},
        "summary": {"vi": "Sấy lúa tươi cho hợp tác xã, đốt trấu, một mẻ tám giờ."},
        "field_codes": ["food.drying"],
        "brand": "Lâm Thao",
        "price_mode": "fixed",
        "price_min": 185_000_000,
        "specifications": [{"name": "Năng suất", "value": "500", "unit": "kg/h"}],
        "transfer_modes": ["sale_of_equipment"],
    })
}

impl TestApp {
    /// What an enterprise sends to register; `name` is its name.
    pub fn registration(&self, name: &str) -> Value {
        let number = self.number();
        json!({
            "enterprise": {
                "tax_code": tax_code(number),
                "legal_form": "tnhh_2tv",
                "legal_name": name,
                "address_line": "Khu 5",
                "province_code": "25",
                "commune_code": "08494",
                "contact_name": "Nguyễn Thị Lan",
                "contact_email": format!("lienhe{number}@example.com"),
                "contact_phone": "0210 3 846 555",
                "field_codes": ["mechanics"],
            },
            "account": {
                "email": format!("lan{number}@example.com"),
                "password": PASSWORD,
                "display_name": "Nguyễn Thị Lan",
            },
        })
    }

    /// Registers an enterprise and signs its owner in.
    pub async fn register(&self, name: &str) -> Person {
        let body = self.registration(name);
        let made = self.post("/registrations").json(&body).expect(201).await;
        let mut person = self.sign_in(body["account"]["email"].as_str().unwrap(), PASSWORD).await;
        person.enterprise = made.text("/enterprise/id").to_owned();
        person
    }

    /// An enterprise that waits for an officer.
    pub async fn registered_enterprise(&self) -> Person {
        self.register("Công ty TNHH Cơ khí Sông Thao").await
    }

    /// An enterprise that an officer approved.
    pub async fn active_enterprise(&self, officer: &Person) -> Person {
        let person = self.registered_enterprise().await;
        let path = format!("/enterprises/{}/approval", person.enterprise);
        self.post(&path).by(officer).if_match(1).expect(200).await;
        person
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Person {
        let body = json!({"email": email, "password": password});
        person(email, password, &self.post("/sessions").json(&body).expect(201).await)
    }

    /// The same person on another device.
    pub async fn again(&self, somebody: &Person) -> Person {
        Person {
            enterprise: somebody.enterprise.clone(),
            ..self.sign_in(&somebody.email, &somebody.password).await
        }
    }

    /// Appoints an officer as the command line does; gives address and one-time password.
    pub async fn appoint(&self, permissions: &[Permission]) -> (String, String) {
        let email = format!("canbo{}@example.com", self.number());
        let officer = NewOfficer {
            email: Email::parse(&email).unwrap(),
            display_name: Line::parse("Trần Văn Duyệt").unwrap(),
            permissions: permissions.to_vec(),
        };
        let (exchange, settings) = (self.exchange().clone(), app::hash_settings(&self.config));
        let appoint = move || {
            let hash = |password: &str| Hasher::hash_blocking(settings, password);
            appoint_officer(&exchange, hash, officer).unwrap()
        };
        let (_, password) = tokio::task::spawn_blocking(appoint).await.unwrap();
        (email, password)
    }

    /// An officer who reviews everything.
    pub async fn officer(&self) -> Person {
        self.officer_who_may(&[Permission::ReviewEnterprises, Permission::ReviewListings])
            .await
    }

    /// An officer with these rights.
    pub async fn officer_who_may(&self, permissions: &[Permission]) -> Person {
        let (email, password) = self.appoint(permissions).await;
        let body = json!({"email": email, "password": password, "new_password": NEW_PASSWORD});
        person(
            &email,
            NEW_PASSWORD,
            &self.post("/sessions").json(&body).expect(201).await,
        )
    }

    /// A draft that is complete; gives id and version.
    pub async fn listing_draft(&self, owner: &Person, title: &str) -> (String, i64) {
        let made = self.post("/listings").by(owner).json(&dryer(title)).expect(201).await;
        (made.text("/id").to_owned(), made.number("/version"))
    }

    /// A listing that waits for an officer.
    pub async fn submitted_listing(&self, owner: &Person, title: &str) -> (String, i64) {
        let (id, _) = self.listing_draft(owner, title).await;
        let path = format!("/listings/{id}/submission");
        let sent = self.post(&path).by(owner).expect(200).await;
        (id, sent.number("/version"))
    }

    /// A listing that everybody sees.
    pub async fn published_listing(&self, owner: &Person, officer: &Person, title: &str) -> (String, i64) {
        let (id, version) = self.submitted_listing(owner, title).await;
        let path = format!("/listings/{id}/approval");
        let approved = self.post(&path).by(officer).if_match(version).expect(200).await;
        (id, approved.number("/version"))
    }

    /// Ids of what a search finds.
    pub async fn found(&self, text: &str) -> Vec<String> {
        let reply = self.get("/search").query(&[("q", text)]).expect(200).await;
        reply.ids().into_iter().map(str::to_owned).collect()
    }
}

pub fn person(email: &str, password: &str, signed_in: &Reply) -> Person {
    Person {
        email: email.to_owned(),
        password: password.to_owned(),
        access: signed_in.text("/access_token").to_owned(),
        refresh: signed_in.text("/refresh_token").to_owned(),
        enterprise: String::new(),
    }
}
