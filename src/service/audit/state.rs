//! Hashes of what a thing says and where it stands, for the audit trail: SHA-256 of its canonical JSON. The trail so
//! vouches for every text that was ever decided on, without repeating it.

use serde_json::{Value, json};

use crate::domain::drafts::{EnterpriseDraft, ListingDraft};
use crate::domain::enterprise::Enterprise;
use crate::domain::listing::Listing;
use crate::service::{Error, Result};
use crate::store::audit_chain::{Hash, sha256};

/// Hash of a listing's row.
pub fn of_listing(listing: &Listing) -> Result<Hash> {
    let source = listing.source.as_ref().map(|source| {
        json!({
            "external_id": source.external_id.to_string(),
            "site": source.site.to_string(),
            "url": source.url.as_ref().map(|url| url.as_str()),
        })
    });
    of(&json!({
        "content": serde_json::to_value(ListingDraft::of(&listing.content)).map_err(Error::internal)?,
        "created_at": listing.created_at,
        "created_by": listing.created_by.map(|account| account.0),
        "enterprise_id": listing.enterprise_id.0,
        "id": listing.id.0,
        "published_at": listing.published_at,
        "source": source,
        "status": listing.status.as_str(),
        "submitted_at": listing.submitted_at,
        "updated_at": listing.updated_at,
        "version": listing.version,
    }))
}

/// Hash of an enterprise's row.
pub fn of_enterprise(enterprise: &Enterprise) -> Result<Hash> {
    of(&json!({
        "created_at": enterprise.created_at,
        "id": enterprise.id.0,
        "is_demo": enterprise.is_demo,
        "profile": serde_json::to_value(EnterpriseDraft::of(&enterprise.profile)).map_err(Error::internal)?,
        "status": enterprise.status.as_str(),
        "submitted_at": enterprise.submitted_at,
        "updated_at": enterprise.updated_at,
        "version": enterprise.version,
    }))
}

fn of(state: &Value) -> Result<Hash> {
    let mut text = String::new();
    write(state, &mut text)?;
    Ok(sha256(text.as_bytes()))
}

/// JSON without blanks, members in the order of their names (RFC 8785, for the values that occur here: no fractions).
/// Not serde_json's own order, which depends on a feature that any dependency may switch on.
fn write(value: &Value, text: &mut String) -> Result<()> {
    match value {
        Value::Array(entries) => {
            text.push('[');
            for (at, entry) in entries.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(entry, text)?;
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|one, other| one.0.encode_utf16().cmp(other.0.encode_utf16()));
            text.push('{');
            for (at, (name, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&serde_json::to_string(name).map_err(Error::internal)?);
                text.push(':');
                write(member, text)?;
            }
            text.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&serde_json::to_string(value).map_err(Error::internal)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_is_their_names() {
        let mut text = String::new();
        let value = json!({"b": [1, {"z": null, "a": "\u{1F33E}\n"}], "a": true, "đ": "", "B": 2});
        write(&value, &mut text).unwrap();
        assert_eq!(
            text,
            "{\"B\":2,\"a\":true,\"b\":[1,{\"a\":\"\u{1F33E}\\n\",\"z\":null}],\"đ\":\"\"}"
        );
        let other: Value =
            serde_json::from_str("{\"a\":true, \"B\":2,\"đ\":\"\",\"b\":[1,{\"a\":\"\u{1F33E}\\n\",\"z\":null}]}")
                .unwrap();
        assert_eq!(of(&value).unwrap(), of(&other).unwrap());
        assert_ne!(of(&value).unwrap(), of(&json!({})).unwrap());
    }
}
