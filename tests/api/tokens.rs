//! Access tokens that were tampered with: none of them is anybody.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::harness::TestApp;

/// The alphabet of base64url (RFC 4648, section 5).
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// The token with one character replaced, at every place in turn.
fn with_another_character(token: &str) -> Vec<String> {
    let places = token.bytes().enumerate().filter(|(_, byte)| *byte != b'.');
    let replaced = places.map(|(place, byte)| {
        let at = ALPHABET.iter().position(|one| *one == byte).unwrap();
        let mut bytes = token.as_bytes().to_vec();
        // The neighbour differs in the last bit alone: at the end of a part, where that bit says nothing, too.
        bytes[place] = ALPHABET[at ^ 1];
        String::from_utf8(bytes).unwrap()
    });
    replaced.collect()
}

/// What one who knows the form of tokens tries: other algorithms, other claims, parts left out, added and exchanged.
fn forged(token: &str, of_somebody_else: &str) -> Vec<String> {
    let [head, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("{token}")
    };
    let [_, other_claims, other_signature] = of_somebody_else.split('.').collect::<Vec<_>>()[..] else {
        panic!("{of_somebody_else}")
    };
    let mut made = vec![
        format!("{head}.{other_claims}.{signature}"),
        format!("{head}.{claims}.{other_signature}"),
        format!("{head}.{claims}."),
        format!("{head}.{claims}"),
        format!("{head}..{signature}"),
        format!(".{claims}.{signature}"),
        format!("{claims}.{head}.{signature}"),
        format!("{token}."),
        format!("{token}.{signature}"),
        format!("{token}="),
        format!("{head}.{claims}.{}", "A".repeat(86)),
        format!("{head}.{claims}.{}", "A".repeat(4_000)),
        ".".into(),
        "..".into(),
    ];
    for algorithm in ["none", "None", "NONE", "nOnE", "", "HS256", "RS256", "ES256", "PS256"] {
        let mut changed = decoded(head);
        changed["alg"] = json!(algorithm);
        let changed = encoded(&changed);
        made.push(format!("{changed}.{claims}."));
        made.push(format!("{changed}.{claims}.{signature}"));
    }
    for (name, value) in [
        ("kid", json!("")),
        ("kid", json!("../../etc/passwd")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", Value::Null),
        ("typ", json!("JWT")),
        ("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43)})),
        ("jku", json!("http://127.0.0.1:1/jwks.json")),
        ("crit", json!(["exp"])),
    ] {
        let mut changed = decoded(head);
        changed[name] = value;
        made.push(format!("{}.{claims}.{signature}", encoded(&changed)));
    }
    for (name, value) in [
        ("iss", json!("https://khac.example")),
        ("aud", json!("khac")),
        ("sub", decoded(other_claims)["sub"].clone()),
        ("sid", decoded(other_claims)["sid"].clone()),
        ("exp", json!(4_102_444_800_u64)),
        ("nbf", json!(0)),
        ("kind", json!("officer")),
    ] {
        let mut changed = decoded(claims);
        changed[name] = value;
        made.push(format!("{head}.{}.{signature}", encoded(&changed)));
        // Signed anew with a secret that everybody can read: the name of the key.
        let mut header = Header::new(Algorithm::HS256);
        header.kid = decoded(head)["kid"].as_str().map(str::to_owned);
        let secret = EncodingKey::from_secret(decoded(head)["kid"].as_str().unwrap().as_bytes());
        made.push(encode(&header, &changed, &secret).unwrap());
    }
    made
}

#[actix_web::test]
async fn a_token_that_was_tampered_with_is_nobodys() {
    let app = TestApp::spawn().await;
    let (mai, lan) = (app.person().await, app.person().await);
    let mut tampered = with_another_character(&mai.access);
    tampered.extend(forged(&mai.access, &lan.access));
    assert!(tampered.len() >= 150, "{}", tampered.len());
    for token in &tampered {
        let refused = app.get("/me").token(token).expect(401).await;
        assert_eq!(refused.code(), "invalid_token", "{token}");
    }
    app.get("/me").by(&mai).expect(200).await;
}
