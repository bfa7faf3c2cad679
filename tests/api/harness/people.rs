//! Who acts in tests, and what they own.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use serde_json::{Value, json};
use vptex::app;
use vptex::domain::access::{Action, Actor, Resource, decide};
use vptex::domain::account::{Email, Permission, Scope};
use vptex::domain::clock::Clock as _;
use vptex::domain::ids::ListingId;
use vptex::domain::letter::Letter;
use vptex::domain::text::Line;
use vptex::service;
use vptex::service::accounts::{NewOfficer, appoint_officer};
use vptex::service::credentials::Hasher;
use vptex::store::{letters, listings};

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
    /// Recovery codes that were not used yet; empty without a second factor.
    pub codes: Arc<Mutex<Vec<String>>>,
    /// Secret of the second factor in base 32; empty without one.
    pub secret: String,
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
        "origin_country": "VN",
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
                "display_name": "Nguyễn Thị Lan",
            },
        })
    }

    /// The rules and notices in force, which whoever opens an account accepts.
    async fn rules(&self) -> Vec<Value> {
        let all = self.get("/policies").query(&[("limit", "100")]).expect(200).await;
        let items = all.body["items"].as_array().unwrap().iter();
        let binding = items.filter(|item| item["in_force"] == true && item["kind"] != "consent_text");
        binding.map(|item| item["id"].clone()).collect()
    }

    /// Sends a registration and opens the link in the letter.
    pub async fn confirmed(&self, body: &Value) -> Reply {
        self.post("/registrations").json(body).expect(202).await;
        let token = self.token_for(body["account"]["email"].as_str().unwrap()).await;
        let confirmation = json!({"token": token, "password": PASSWORD, "accepted_policies": self.rules().await});
        self.post("/registrations/confirmation")
            .json(&confirmation)
            .expect(201)
            .await
    }

    /// Has everything decided that was asked by address; the server does so once a second.
    pub async fn decide_asks(&self) {
        let app = self.exchange().clone();
        let decide = move || while service::asks::decide_waiting(&app).unwrap().0 > 0 {};
        tokio::task::spawn_blocking(decide).await.unwrap();
    }

    /// Letters to an address that were not sent yet, newest first.
    pub async fn letters_to(&self, email: &str) -> Vec<Letter> {
        self.told_to(email, usize::MAX, Some).await
    }

    /// What the newest letters to an address tell, so much of it at most. No more are opened than that takes: hundreds may wait.
    async fn told_to<T: Send + 'static>(
        &self,
        email: &str,
        most: usize,
        tell: impl FnMut(Letter) -> Option<T> + Send + 'static,
    ) -> Vec<T> {
        self.decide_asks().await;
        let (app, email) = (self.exchange().clone(), email.to_lowercase());
        let read = move || {
            let waiting = app.db.read(|conn| letters::waiting(conn, 200)).unwrap();
            let opened = waiting
                .iter()
                .map(|(_, sealed)| service::letters::open(&app.vault, sealed).unwrap());
            opened
                .filter(|content| content.to.to_lowercase() == email)
                .inspect(|content| assert!(content.listing.is_some() || !leads_to_a_listing(&content.letter)))
                .map(|content| content.letter)
                .filter_map(tell)
                .take(most)
                .collect()
        };
        tokio::task::spawn_blocking(read).await.unwrap()
    }

    /// The token in the newest letter to an address that has one.
    pub async fn token_for(&self, email: &str) -> String {
        let token = |letter: Letter| {
            let facts = serde_json::to_value(letter).unwrap();
            facts["token"].as_str().map(str::to_owned)
        };
        match self.told_to(email, 1, token).await.pop() {
            Some(token) => token,
            None => panic!("no token for {email} in {:?}", self.letters_to(email).await),
        }
    }

    /// Registers an enterprise and signs its owner in.
    pub async fn register(&self, name: &str) -> Person {
        let body = self.registration(name);
        let made = self.confirmed(&body).await;
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
        // A recovery code each time: a code by time is good once in half a minute.
        let code = somebody.codes.lock().unwrap().pop();
        self.again_with(somebody, code).await
    }

    /// The same person another day, as often as days pass: recovery codes come to their end.
    pub async fn another_day(&self, somebody: &Person) -> Person {
        let has_factor = !somebody.secret.is_empty();
        self.again_with(somebody, has_factor.then(|| self.code_of(somebody)))
            .await
    }

    async fn again_with(&self, somebody: &Person, code: Option<String>) -> Person {
        let mut body = json!({"email": somebody.email, "password": somebody.password});
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        let reply = self.post("/sessions").json(&body).expect(201).await;
        Person {
            enterprise: somebody.enterprise.clone(),
            codes: somebody.codes.clone(),
            secret: somebody.secret.clone(),
            ..person(&somebody.email, &somebody.password, &reply)
        }
    }

    /// Sets up a second factor for somebody who has just signed in.
    pub async fn enrol(&self, mut somebody: Person) -> Person {
        let begun = self.post("/me/second-factor").by(&somebody).expect(201).await;
        somebody.secret = begun.text("/secret").to_owned();
        let code = self.code_of(&somebody);
        let confirmation = json!({"code": code});
        let confirmed = self
            .post("/me/second-factor/confirmation")
            .by(&somebody)
            .json(&confirmation)
            .expect(200)
            .await;
        let codes = confirmed.body["recovery_codes"].as_array().unwrap();
        let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        somebody.codes = Arc::new(Mutex::new(codes));
        somebody
    }

    /// The code that somebody's app shows now.
    pub fn code_of(&self, somebody: &Person) -> String {
        self.code_at(somebody, 0)
    }

    /// The code that it shows so many half minutes from now.
    pub fn code_at(&self, somebody: &Person, steps: i64) -> String {
        let secret = totp_rs::Secret::try_from_base32(&somebody.secret).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        let seconds = u64::try_from(self.clock.now().as_second() + 30 * steps).unwrap();
        totp.generate(seconds).to_string()
    }

    /// Appoints an officer as the command line does; gives address and one-time password.
    pub async fn appoint(&self, permissions: &[Permission]) -> (String, String) {
        self.appoint_for(permissions, Scope::default()).await
    }

    /// The same with a scope.
    pub async fn appoint_for(&self, permissions: &[Permission], scope: Scope) -> (String, String) {
        let email = format!("canbo{}@example.com", self.number());
        let officer = NewOfficer {
            email: Email::parse(&email).unwrap(),
            display_name: Line::parse("Trần Văn Duyệt").unwrap(),
            permissions: permissions.to_vec(),
            scope,
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

    /// An officer with these rights and a second factor.
    pub async fn officer_who_may(&self, permissions: &[Permission]) -> Person {
        let officer = self.officer_without_factor(permissions).await;
        self.enrol(officer).await
    }

    /// An officer who has signed in for the first time.
    pub async fn officer_without_factor(&self, permissions: &[Permission]) -> Person {
        let (email, password) = self.appoint(permissions).await;
        self.first_sign_in(&email, &password).await
    }

    /// An officer with these rights here only, and a second factor.
    pub async fn officer_for(&self, permissions: &[Permission], scope: Scope) -> Person {
        let (email, password) = self.appoint_for(permissions, scope).await;
        let officer = self.first_sign_in(&email, &password).await;
        self.enrol(officer).await
    }

    /// Signs an officer in who replaces the one-time password.
    async fn first_sign_in(&self, email: &str, password: &str) -> Person {
        let body = json!({"email": email, "password": password, "new_password": NEW_PASSWORD});
        let signed_in = self.post("/sessions").json(&body).expect(201).await;
        person(email, NEW_PASSWORD, &signed_in)
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

    /// Ends the term of a published listing a second ago; gives the version.
    pub async fn end_term(&self, id: &str) -> i64 {
        let id = ListingId(id.parse().unwrap());
        let end = self.clock.now() - SignedDuration::from_secs(1);
        self.change(move |uow| {
            let permit = decide(&Actor::System, Action::ImportListings, &Resource::None).unwrap();
            let (mut listing, _) = listings::find(uow.conn(), id)?;
            listing.expires_at = Some(end);
            listings::update(uow, &permit, &mut listing)
        })
        .await;
        let (listing, _) = self.exchange().db.read(|conn| listings::find(conn, id)).unwrap();
        listing.version
    }

    /// A request of an authority to take a listing down, which came an hour ago; gives id and version.
    pub async fn takedown(&self, officer: &Person, listing: &str) -> (String, i64) {
        self.takedown_by(officer, listing, "125/TTr-SKHCN").await
    }

    /// The same by a letter with this number.
    pub async fn takedown_by(&self, officer: &Person, listing: &str, reference: &str) -> (String, i64) {
        let received_at = self.clock.now() - SignedDuration::from_hours(1);
        let body = json!({
            "listing_id": listing, "authority": "Thanh tra Sở Khoa học và Công nghệ", "reference": reference,
            "ground": "illegal", "received_at": received_at.to_string(),
        });
        let made = self.post("/takedowns").by(officer).json(&body).expect(201).await;
        (made.text("/id").to_owned(), made.number("/version"))
    }

    /// Begins a revision of a published listing, which is to have another model; gives the revision's version.
    pub async fn revise(&self, owner: &Person, id: &str, version: i64, model: &str) -> i64 {
        let patch = self.patch(&format!("/listings/{id}")).by(owner).if_match(version);
        let told = patch.json(&json!({"model": model})).expect(202).await;
        told.number("/version")
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
        codes: Arc::default(),
        secret: String::new(),
    }
}

/// Whether a letter is about a listing, and so leads to it.
fn leads_to_a_listing(letter: &Letter) -> bool {
    let of_listing = |about: &str| ["listing", "revision"].contains(&about);
    match letter {
        Letter::ReviewDecided(ruling) => of_listing(&ruling.about),
        Letter::ReviewMessage(words) => of_listing(&words.about),
        Letter::IpNotice(_) | Letter::Inquiry(_) | Letter::ReportAnswered { .. } => true,
        other => other.kind().starts_with("listing_") || other.kind().starts_with("confidential_"),
    }
}
