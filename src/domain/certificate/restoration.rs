//! The record of a certificate put back as it was signed, where somebody changed it in the database: one officer proposes, another confirms.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::ids::{AccountId, CertificateId};
use crate::domain::text_enum;

text_enum! {
    /// Where what was signed was found.
    pub enum RestorationSource {
        /// Within the signature that the register keeps beside the record.
        Signature => "signature",
        /// Within the document that the register keeps.
        Document => "document",
        /// In a file that somebody who holds the certificate has.
        Upload => "upload",
    }
}

/// What one officer proposed and another one is to confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestorationProposal {
    /// Which one: whoever confirms names what was read.
    pub id: Uuid,
    /// Of which certificate.
    pub certificate: CertificateId,
    /// Where what was signed was found.
    pub source: RestorationSource,
    /// Why it is put back: what was found, and how.
    pub reason: String,
    /// The record with its signature, as a file.
    pub file: Vec<u8>,
    /// Who proposed it.
    pub proposed_by: AccountId,
    /// When.
    pub proposed_at: Timestamp,
}

/// A member that the register has otherwise than it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Where, as a JSON pointer into the record, or the name of a column.
    pub member: String,
    /// What the register has; nothing of what was taken away there.
    pub kept: Option<String>,
    /// What was signed; nothing of what was put there.
    pub signed: Option<String>,
}

impl Changed {
    /// A column beside the record, by its name.
    pub fn of(column: &str, kept: Option<String>, signed: Option<String>) -> Self {
        changed(column.to_owned(), kept, signed)
    }
}

/// Most members that are told.
const MOST: usize = 200;

/// Most letters of each that are told: somebody may have put anything there.
const LONGEST: usize = 300;
/// How many of those that are alike are shown before those that are not.
const BEFORE: usize = 30;

/// In what a record as it is kept differs from the one that was signed.
pub fn changes(kept: &Value, signed: &Value) -> Vec<Changed> {
    let mut found = Vec::new();
    compare(String::new(), Some(kept), Some(signed), &mut found);
    found
}

fn compare(member: String, kept: Option<&Value>, signed: Option<&Value>, found: &mut Vec<Changed>) {
    if kept == signed || found.len() >= MOST {
        return;
    }
    match (kept, signed) {
        (Some(Value::Object(kept)), Some(Value::Object(signed))) => {
            let added = kept.keys().filter(|name| !signed.contains_key(*name));
            for name in signed.keys().chain(added) {
                compare(format!("{member}/{name}"), kept.get(name), signed.get(name), found);
            }
        }
        (Some(Value::Array(kept)), Some(Value::Array(signed))) => {
            for place in 0..kept.len().max(signed.len()) {
                compare(format!("{member}/{place}"), kept.get(place), signed.get(place), found);
            }
        }
        _ => found.push(changed(member, kept.map(told), signed.map(told))),
    }
}

/// Text as it is, all else as JSON.
fn told(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A member with what it says here and there, of which long ones are shown from shortly before they part.
fn changed(member: String, kept: Option<String>, signed: Option<String>) -> Changed {
    let pairs = kept
        .iter()
        .zip(&signed)
        .flat_map(|(kept, signed)| kept.chars().zip(signed.chars()));
    let alike = pairs.take_while(|(one, other)| one == other).count();
    let shown = |text: String| cut(text, alike.saturating_sub(BEFORE));
    Changed {
        member: cut(member, 0),
        kept: kept.map(shown),
        signed: signed.map(shown),
    }
}

/// A text; of one that is too long so many letters from a place on.
fn cut(text: String, from: usize) -> String {
    let length = text.chars().count();
    if length <= LONGEST {
        return text;
    }
    let shown: String = text.chars().skip(from).take(LONGEST).collect();
    let before = if from > 0 { "…" } else { "" };
    let after = if length.saturating_sub(from) > LONGEST {
        "…"
    } else {
        ""
    };
    format!("{before}{shown}{after}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{BEFORE, Changed, LONGEST, MOST, changes};

    #[test]
    fn each_member_that_is_another_is_told_once() {
        let signed = json!({"a": {"b": "x", "c": [1, 2]}, "d": null, "e": true});
        assert!(changes(&signed, &signed).is_empty());
        let kept = json!({"a": {"b": "y", "c": [1]}, "d": null, "f": 7});
        let changed = |member: &str, kept: Option<&str>, signed: Option<&str>| Changed {
            member: member.to_owned(),
            kept: kept.map(str::to_owned),
            signed: signed.map(str::to_owned),
        };
        assert_eq!(
            changes(&kept, &signed),
            [
                changed("/a/b", Some("y"), Some("x")),
                changed("/a/c/1", None, Some("2")),
                changed("/e", None, Some("true")),
                changed("/f", Some("7"), None),
            ]
        );
        // What is no record at all is told as a whole.
        assert_eq!(changes(&json!("?"), &json!({})), [changed("", Some("?"), Some("{}"))]);
        let many = json!(vec![0; MOST + 1]);
        assert_eq!(changes(&json!(vec![1; MOST + 1]), &many).len(), MOST);
    }
    #[test]
    fn what_is_long_is_cut_to_where_it_is_another() {
        let signed = format!("{}đúng{}", "ă".repeat(1_000), "â".repeat(1_000));
        let kept = signed.replace("đúng", "sai!");
        let found = changes(&json!({"a": kept}), &json!({"a": signed}));
        let [only] = found.as_slice() else { panic!("{found:?}") };
        for (told, word) in [(&only.kept, "sai!"), (&only.signed, "đúng")] {
            let told = told.as_deref().unwrap();
            assert_eq!(told.chars().count(), LONGEST + 2);
            let start = format!("…{}{word}", "ă".repeat(BEFORE));
            assert!(told.starts_with(&start) && told.ends_with("â…"), "{told}");
        }
        // Beside what is short or absent, and where a name is what is long.
        let long = "x".repeat(LONGEST + 1);
        let found = changes(&json!({long.clone(): long, "b": long}), &json!({"b": "y"}));
        let lengths = |text: &Option<String>| text.as_deref().map_or(0, |text| text.chars().count());
        assert_eq!(found.len(), 2);
        for one in &found {
            assert!(one.member.chars().count() <= LONGEST + 1 && lengths(&one.kept) == LONGEST + 1);
        }
    }
}
