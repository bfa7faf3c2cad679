//! Test collection: `listings.jsonl` and `queries.jsonl`.

use std::{error::Error, fs, path::Path};

use search_index::IndexDocument;
use serde_json::Value;

/// Reads listings in the shape of `search-eval/listings.jsonl`.
pub fn listings(path: &Path) -> Result<Vec<IndexDocument>, Box<dyn Error>> {
    let mut documents = Vec::new();
    for (number, line) in (0_i64..).zip(fs::read_to_string(path)?.lines()) {
        let listing: Value = serde_json::from_str(line)?;
        let text = |name: &str| listing.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let attributes = listing.get("attributes").and_then(Value::as_object);
        let attributes = attributes.into_iter().flatten().map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), value)
        });
        let category = text("category");
        documents.push(IndexDocument {
            id: text("id"),
            version: 1,
            kind: text("kind"),
            title_vi: text("title"),
            summary_vi: text("summary"),
            attributes: attributes.collect(),
            fields: vec![category.replace(" > ", ".")],
            field_names: vec![category],
            province: Some(format!("{:02}", number * 7 % 34)),
            trl: u8::try_from(number % 10).ok().filter(|trl| *trl > 0),
            price_mode: if number % 3 == 0 { "on_request" } else { "fixed" }.to_owned(),
            price_vnd: u64::try_from(number).ok().filter(|n| n % 3 > 0).map(|n| n * 1_000_000),
            published_at: 1_700_000_000_000_000 + number * 60_000_000,
            ..IndexDocument::default()
        });
    }
    Ok(documents)
}
