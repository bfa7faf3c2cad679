//! Access tokens that are signed with the right key and are wrong all the same: whoever could make the exchange sign
//! something else, or has found a gap between two readers of one token, gets nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Method;
use serde_json::{Value, json};
use vptex::domain::clock::Clock as _;
use vptex::service::vault::Purpose;
use vptex::store::signing_keys::{self, KeyState, SigningKey};

use crate::harness::{TestApp, dryer};

/// Who has the exchange's own keys.
pub struct Forger {
    key: EncodingKey,
    pub kid: String,
    public: Vec<u8>,
}

fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

impl Forger {
    /// One who has the key of a state.
    pub fn with_key(app: &TestApp, state: KeyState) -> Self {
        let exchange = app.exchange();
        let keys: Vec<SigningKey> = exchange.db.read(signing_keys::all).unwrap();
        let known = keys.into_iter().find(|key| key.state == state).unwrap();
        let der = exchange.vault.open_sealed(Purpose::SigningKey, &known.sealed_key);
        Self {
            key: EncodingKey::from_ed_der(&der.unwrap()),
            kid: known.kid,
            public: known.public_key,
        }
    }

    fn head(&self) -> Value {
        json!({"typ": "at+jwt", "alg": "EdDSA", "kid": self.kid})
    }

    /// Signs two parts as they stand.
    fn signed_parts(&self, head: &str, claims: &str) -> String {
        let message = format!("{head}.{claims}");
        let signature = sign(message.as_bytes(), &self.key, Algorithm::EdDSA).unwrap();
        format!("{message}.{signature}")
    }

    fn signed_text(&self, head: &str, claims: &str) -> String {
        self.signed_parts(&encoded(head), &encoded(claims))
    }

    pub fn signed(&self, claims: &Value) -> String {
        self.signed_text(&self.head().to_string(), &claims.to_string())
    }

    fn with_head(&self, name: &str, value: Value, claims: &Value) -> String {
        let mut head = self.head();
        head[name] = value;
        self.signed_text(&head.to_string(), &claims.to_string())
    }
}

/// The claims of a token that is good now.
pub fn claims_of(token: &str) -> Value {
    decoded(token.split('.').nth(1).unwrap())
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    changed[name] = value;
    changed
}

fn without(object: &Value, name: &str) -> Value {
    let mut changed = object.clone();
    changed.as_object_mut().unwrap().remove(name);
    changed
}

/// Wrong claims, each under the right header.
fn wrong_claims(good: &Value, now: i64) -> Vec<Value> {
    let mut wrong = Vec::new();
    for (name, values) in [
        (
            "exp",
            vec![
                json!((now + 300).to_string()),
                json!(f64::from(u32::MAX) + 0.5),
                json!(-1),
                json!(0),
                json!(now - 6),
                json!(now + 3_601),
                json!(i64::MAX),
                json!(u64::MAX),
                json!(1e30),
                json!(true),
                json!([now + 300]),
                Value::Null,
            ],
        ),
        (
            "nbf",
            vec![json!(now + 6), json!(i64::MAX), json!("0"), json!(0.5), Value::Null],
        ),
        (
            "iat",
            vec![
                json!(now + 6),
                json!(i64::MIN),
                json!(-1),
                json!(now - 3_600),
                json!(now.to_string()),
                json!(0.5),
                Value::Null,
            ],
        ),
        (
            "aud",
            vec![
                json!("khac"),
                json!(""),
                json!("VPTEX-API"),
                json!(["vptex-api"]),
                json!(["khac", "vptex-api"]),
                json!({"vptex-api": true}),
                Value::Null,
            ],
        ),
        (
            "iss",
            vec![
                json!("https://khac.example"),
                json!(""),
                json!([good["iss"]]),
                json!(format!("{}/", good["iss"].as_str().unwrap())),
                Value::Null,
            ],
        ),
        (
            "sub",
            vec![
                json!("00000000-0000-0000-0000-000000000000"),
                json!("admin"),
                json!(""),
                json!(7),
                Value::Null,
            ],
        ),
        (
            "sid",
            vec![
                json!("00000000-0000-0000-0000-000000000000"),
                good["sub"].clone(),
                json!("' OR 1=1 --"),
                Value::Null,
            ],
        ),
        // What is not ours says nothing, and is not passed over.
        ("kind", vec![json!("officer")]),
        ("permissions", vec![json!(["manage_officers"])]),
        ("jti", vec![json!("1")]),
        ("scope", vec![json!("listings:write")]),
    ] {
        wrong.extend(values.into_iter().map(|value| with(good, name, value)));
    }
    wrong.extend(["iss", "aud", "sub", "sid", "iat", "nbf", "exp"].map(|name| without(good, name)));
    wrong
}

/// Wrong headers and spellings around the right claims.
fn wrong_forms(forger: &Forger, good: &Value) -> Vec<String> {
    let (head, claims) = (forger.head().to_string(), good.to_string());
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(&forger.public)});
    let mut wrong: Vec<String> = [
        ("typ", json!("JWT")),
        ("typ", json!("rt+jwt")),
        ("typ", json!("at+jwt ")),
        ("typ", Value::Null),
        ("jwk", jwk),
        ("jku", json!("https://khac.example/jwks.json")),
        ("x5u", json!("https://khac.example/x5u.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("enc", json!("A256GCM")),
        ("nonce", json!("1")),
        ("alg", json!("Ed25519")),
        ("alg", json!("eddsa")),
        ("alg", json!(["EdDSA"])),
        ("kid", json!([forger.kid])),
        ("kid", json!(format!("{} ", forger.kid))),
    ]
    .into_iter()
    .map(|(name, value)| forger.with_head(name, value, good))
    .collect();
    wrong.extend(
        ["typ", "alg", "kid"].map(|name| forger.signed_text(&without(&forger.head(), name).to_string(), &claims)),
    );
    // The same member twice: two readers could each take another one.
    let again = |object: &str, member: &str| format!("{},{member}}}", object.trim_end_matches('}'));
    wrong.extend([
        forger.signed_text(&again(&head, r#""alg":"EdDSA""#), &claims),
        forger.signed_text(&again(&head, r#""alg":"none""#), &claims),
        forger.signed_text(&again(&head, &format!(r#""kid":"{}""#, forger.kid)), &claims),
        forger.signed_text(&head, &again(&claims, &format!(r#""sub":{}"#, good["sub"]))),
        forger.signed_text(&head, &again(&claims, r#""exp":4102444800"#)),
        forger.signed_text(
            &head,
            &again(&claims, r#""s\u0075b":"00000000-0000-0000-0000-000000000000""#),
        ),
    ]);
    // Something else than an object; and a whole token where claims should be.
    let values = |object: &Value, names: &[&str]| -> String {
        Value::Array(names.iter().map(|name| object[*name].clone()).collect()).to_string()
    };
    let list = values(good, &["iss", "aud", "sub", "sid", "iat", "nbf", "exp"]);
    let nested = forger.signed(good);
    wrong.extend([
        forger.signed_text(&head, &list),
        forger.signed_text(&values(&forger.head(), &["alg", "typ", "kid"]), &claims),
        forger.signed_text(&head, "null"),
        forger.signed_text(&head, ""),
        forger.signed_text(&head, &format!("{claims}{claims}")),
        forger.signed_text(&head, &json!(nested).to_string()),
        forger.signed_parts(&encoded(&head), &nested),
        forger.signed_text(
            &json!({"alg": "EdDSA", "typ": "at+jwt", "kid": forger.kid, "cty": "JWT"}).to_string(),
            &nested,
        ),
    ]);
    // Other spellings of the same bytes.
    let longer = format!("{claims} ");
    for text in [&claims, &longer, &format!("{longer} ")] {
        if text.len() % 3 != 0 {
            wrong.push(forger.signed_parts(&encoded(&head), &URL_SAFE.encode(text)));
        }
    }
    let signed = forger.signed(good);
    let signature = URL_SAFE_NO_PAD.decode(signed.rsplit('.').next().unwrap()).unwrap();
    let body = signed.rsplit_once('.').unwrap().0;
    wrong.extend([
        format!("{body}.{}", STANDARD.encode(&signature)),
        format!("{body}.{}", URL_SAFE.encode(&signature)),
        format!("{signed}%3D"),
        signed.replacen('.', "..", 1),
        format!("{signed}.{signed}"),
    ]);
    wrong
}

/// Asks several operations, one of them public, one below a path; nobody may be let in.
async fn refused_everywhere(app: &TestApp, token: &str) {
    let nobody = "00000000-0000-0000-0000-000000000000";
    for call in [
        app.get("/me"),
        app.get("/search"),
        app.post("/listings").json(&dryer("Máy sấy")),
        app.call(Method::DELETE, &format!("/enterprises/{nobody}/members/{nobody}")),
    ] {
        let refused = call.token(token).expect(401).await;
        assert_eq!(refused.code(), "invalid_token", "{token}");
    }
}

#[actix_web::test]
async fn a_wrong_token_with_the_right_signature_is_nobodys() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let mai = app.person().await;
    let forger = Forger::with_key(&app, KeyState::Active);
    let good = claims_of(&mai.access);
    // The forger's tokens are as good as the exchange's.
    let same = forger.signed(&good);
    app.get("/me").token(&same).expect(200).await;
    let now = app.clock.now().as_second();
    let mut wrong: Vec<String> = wrong_claims(&good, now)
        .iter()
        .map(|claims| forger.signed(claims))
        .collect();
    wrong.extend(wrong_forms(&forger, &good));
    assert!(wrong.len() >= 90, "{}", wrong.len());
    for token in &wrong {
        refused_everywhere(&app, token).await;
    }
    app.get("/me").token(&same).expect(200).await;
}

/// CVE-2026-25537 (jsonwebtoken): a term of another type was taken for one that is not there, and so never ended.
#[actix_web::test]
async fn cve_2026_25537_a_term_of_another_type_never_opens() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let mai = app.person().await;
    let forger = Forger::with_key(&app, KeyState::Active);
    let good = claims_of(&mai.access);
    app.get("/me").token(&forger.signed(&good)).expect(200).await;
    let now = app.clock.now().as_second();
    for (name, at) in [("exp", now + 60), ("nbf", now - 60), ("iat", now - 60)] {
        for value in [
            json!(at.to_string()),
            json!([at]),
            json!({"at": at}),
            json!(true),
            json!("bad"),
            Value::Null,
        ] {
            refused_everywhere(&app, &forger.signed(&with(&good, name, value))).await;
        }
    }
}

#[actix_web::test]
async fn keys_of_others_and_other_algorithms_are_not_believed() {
    let (app, elsewhere) = (TestApp::spawn().await, TestApp::spawn().await);
    let mai = app.person().await;
    let good = claims_of(&mai.access);
    let own = Forger::with_key(&app, KeyState::Active);
    // Another environment's key under the name of ours, and under its own.
    let other = Forger::with_key(&elsewhere, KeyState::Active);
    let renamed = Forger {
        kid: own.kid.clone(),
        ..Forger::with_key(&elsewhere, KeyState::Active)
    };
    let mut wrong = vec![renamed.signed(&good), other.signed(&good)];
    // The key that stands ready is believed under its own name only.
    let next = Forger {
        kid: own.kid.clone(),
        ..Forger::with_key(&app, KeyState::Next)
    };
    wrong.push(next.signed(&good));
    // The public key, which everybody can read, taken for a shared secret.
    let spellings = [
        own.public.clone(),
        URL_SAFE_NO_PAD.encode(&own.public).into_bytes(),
        STANDARD.encode(&own.public).into_bytes(),
        own.kid.clone().into_bytes(),
        Vec::new(),
    ];
    for secret in spellings {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            for told in [json!(algorithm), json!("EdDSA")] {
                let mut head = own.head();
                head["alg"] = told;
                let message = format!("{}.{}", encoded(&head.to_string()), encoded(&good.to_string()));
                let signature = sign(message.as_bytes(), &EncodingKey::from_secret(&secret), algorithm).unwrap();
                wrong.push(format!("{message}.{signature}"));
            }
        }
    }
    for token in &wrong {
        refused_everywhere(&app, token).await;
    }
    app.get("/me").by(&mai).expect(200).await;
    elsewhere.get("/me").by(&mai).expect(401).await;
}

#[actix_web::test]
async fn one_kind_of_token_is_not_taken_for_the_other() {
    let app = TestApp::spawn().await;
    let mai = app.person().await;
    refused_everywhere(&app, &mai.refresh).await;
    for token in [&mai.access, "", "A", &"A".repeat(75)] {
        let body = json!({"refresh_token": token});
        let reply = app.post("/sessions/refresh").json(&body).send().await;
        assert!([401, 422].contains(&reply.status), "{:#}", reply.body);
    }
    let body = json!({"refresh_token": mai.refresh});
    app.post("/sessions/refresh").json(&body).expect(200).await;
}
