//! Who writes: an enterprise's owner and officers, made as in life.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vptex::app::SystemClock;
use vptex::domain::clock::Clock as _;
use vptex::domain::listing::ListingKind;
use vptex::domain::review::{EntryKind, checklist};

use crate::mail::Mail;
use crate::program::Place;
use crate::tax_codes::tax_code;
use crate::web::{Ask, Reply, Web};

const PASSWORD: &str = "trời hôm nay xanh quá";
const OFFICERS_PASSWORD: &str = "bốn con ngựa chở thóc về làng";
/// Everybody signs in anew before a token, which lasts an hour, is so old.
const OLD: Duration = Duration::from_secs(35 * 60);
/// Officers sooner: what they sign and merge needs a sign-in of the last five minutes.
const STALE: Duration = Duration::from_secs(2 * 60);
/// How long a letter is waited for.
const POST: Duration = Duration::from_secs(60);
const PERMISSIONS: [&str; 7] = [
    "review_enterprises",
    "review_listings",
    "handle_dossiers",
    "sign_certificates",
    "manage_reference_data",
    "manage_officers",
    "read_audit",
];

/// As whom something is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The owner of the enterprise.
    Owner,
    /// The officer who does everything.
    Officer,
    /// The officer who signs what the other proposed.
    Signer,
    /// Anybody.
    Nobody,
    /// Whoever has this token or key.
    Bearer(String),
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    pub email: String,
    password: &'static str,
    /// Secret of the second factor.
    secret: Option<String>,
    pub token: String,
    since: Instant,
}

impl Person {
    /// Asks for another session; gives the answer.
    pub fn sign_in(&self) -> Ask {
        let mut body = json!({"email": self.email, "password": self.password});
        if let Some(secret) = &self.secret {
            body["code"] = json!(code(secret));
        }
        Ask::post("/sessions").json(&body)
    }

    /// Who opened an account by the letter to an address, without a token yet.
    pub fn of_enterprise(email: &str) -> Self {
        Self {
            email: email.to_owned(),
            password: PASSWORD,
            secret: None,
            token: String::new(),
            since: Instant::now(),
        }
    }

    fn renew(&mut self, web: &mut Web) {
        let is_old = self.since.elapsed() > if self.secret.is_some() { STALE } else { OLD };
        if is_old {
            let ask = self.sign_in();
            let reply = answered(web, &ask);
            // An address that rests after sign-ins that were cut off is tried again next time: its token is good for longer.
            if reply.status != 429 {
                assert!(reply.is_done(), "{}: {}", ask.name(), reply.in_words());
                self.token = reply.text("/access_token");
                self.since = Instant::now();
            }
        }
    }
}

/// What the app of a second factor shows now.
fn code(secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(SystemClock.now().as_second() as u64).to_string()
}

fn answered(web: &mut Web, ask: &Ask) -> Reply {
    web.read(ask).unwrap_or_else(|lost| panic!("{}: {lost:?}", ask.name()))
}

/// An answer while nothing is amiss.
pub fn expect(web: &mut Web, ask: &Ask, status: u16) -> Reply {
    let reply = answered(web, ask);
    assert_eq!(reply.status, status, "{}: {}", ask.name(), reply.in_words());
    reply
}

/// Everybody.
#[derive(Clone, Debug)]
pub struct People {
    pub owner: Person,
    pub officer: Person,
    pub signer: Person,
    /// The owner's enterprise.
    pub enterprise: String,
    /// Rules and notices that whoever opens an account accepts.
    rules: Vec<Value>,
}

impl People {
    /// Appoints officers at the command line, as long as no server runs.
    pub fn appoint(place: &Place) -> [String; 2] {
        ["officer", "signer"].map(|name| {
            let email = address(name);
            let mut words = vec!["officer", "create", "--email", &email, "--name", "Nguyễn Thị Thu"];
            for permission in PERMISSIONS {
                words.extend(["--permission", permission]);
            }
            let (_, said) = place.run(&words);
            let password = said.lines().find_map(|line| line.strip_prefix("one-time password: "));
            password.unwrap_or_else(|| panic!("{said}")).trim().to_owned()
        })
    }

    /// Signs the officers in for the first time, registers an enterprise and has it approved.
    pub fn settle(web: &mut Web, mail: &mut Mail, [officer, signer]: &[String; 2]) -> Self {
        let officer = first_sign_in(web, address("officer"), officer);
        let signer = first_sign_in(web, address("signer"), signer);
        let rules = rules(web);
        let body = registration(1);
        let email = body["account"]["email"].as_str().unwrap().to_owned();
        expect(web, &Ask::post("/registrations").json(&body), 202);
        let begun = Instant::now();
        let token = loop {
            if let Some(token) = mail.token_for(&email) {
                break token;
            }
            assert!(begun.elapsed() < POST, "no letter to {email}");
            std::thread::sleep(Duration::from_millis(50));
        };
        let enterprise = expect(web, &confirmation(&token, &rules), 201).text("/enterprise/id");
        let approval = approval(&format!("/enterprises/{enterprise}"));
        expect(web, &approval.by(&officer.token).of_version(1), 200);
        let mut owner = Person::of_enterprise(&email);
        owner.token = expect(web, &owner.sign_in(), 201).text("/access_token");
        Self {
            owner,
            officer,
            signer,
            enterprise,
            rules,
        }
    }

    /// Signs in anew whose token is old. Something runs, and nothing is amiss.
    pub fn renew(&mut self, web: &mut Web) {
        for person in [&mut self.owner, &mut self.officer, &mut self.signer] {
            person.renew(web);
        }
    }

    pub fn confirm(&self, token: &str) -> Ask {
        confirmation(token, &self.rules)
    }
}

fn address(name: &str) -> String {
    format!("{name}@so.example")
}

fn first_sign_in(web: &mut Web, email: String, one_time: &str) -> Person {
    let body = json!({"email": email, "password": one_time, "new_password": OFFICERS_PASSWORD});
    let token = expect(web, &Ask::post("/sessions").json(&body), 201).text("/access_token");
    let secret = expect(web, &Ask::post("/me/second-factor").by(&token), 201).text("/secret");
    let body = json!({"code": code(&secret)});
    expect(
        web,
        &Ask::post("/me/second-factor/confirmation").by(&token).json(&body),
        200,
    );
    Person {
        email,
        password: OFFICERS_PASSWORD,
        secret: Some(secret),
        token,
        since: Instant::now(),
    }
}

fn rules(web: &mut Web) -> Vec<Value> {
    let all = expect(web, &Ask::get("/policies?limit=100"), 200).at("/items");
    let binding = all.as_array().unwrap().iter();
    let binding = binding.filter(|item| item["in_force"] == true && item["kind"] != "consent_text");
    binding.map(|item| item["id"].clone()).collect()
}

fn confirmation(token: &str, rules: &[Value]) -> Ask {
    let body = json!({"token": token, "password": PASSWORD, "accepted_policies": rules});
    Ask::post("/registrations/confirmation").json(&body)
}

/// An officer's approval of what is at a path, with everything ticked that was to be looked at.
pub fn approval(path: &str) -> Ask {
    let edition = checklist::edition();
    let sorts = [
        (EntryKind::Enterprise, None),
        (EntryKind::Listing, Some(ListingKind::EquipmentOffer)),
    ];
    let items = sorts
        .into_iter()
        .flat_map(|(kind, of)| checklist::items(edition, kind, of));
    let ticked: BTreeSet<String> = items.map(|item| item.code).collect();
    Ask::post(format!("{path}/approval")).json(&json!({"checklist": {"edition": edition, "ticked": ticked}}))
}

/// What an enterprise sends to register; each number is another one.
pub fn registration(number: u32) -> Value {
    json!({
        "enterprise": {
            "tax_code": tax_code(number), "legal_form": "tnhh_2tv", "legal_name": format!("Công ty TNHH Cơ khí Số {number}"),
            "address_line": "Khu 5", "province_code": "25", "commune_code": "08494", "contact_name": "Nguyễn Thị Lan",
            "contact_email": format!("lienhe{number}@example.com"), "contact_phone": "0210 3 846 555",
            "field_codes": ["mechanics"],
        },
        "account": {"email": format!("lan{number}@example.com"), "display_name": "Nguyễn Thị Lan"},
    })
}
