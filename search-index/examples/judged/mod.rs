//! Judged queries.

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use serde_json::Value;

/// A query with its judgements.
#[derive(Debug, Clone)]
pub struct Judged {
    pub id: String,
    pub text: String,
    pub class: String,
    /// Grade, 1 to 3, by listing.
    pub relevant: BTreeMap<String, i32>,
}

/// Reads queries in the shape of `search-eval/queries.jsonl`.
pub fn judged(path: &Path) -> Result<Vec<Judged>, Box<dyn Error>> {
    let mut queries = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        let query: Value = serde_json::from_str(line)?;
        let text = |name: &str| query.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let relevant = query.get("relevant").and_then(Value::as_object).into_iter().flatten();
        let grade = |grade: &Value| grade.as_i64().and_then(|grade| i32::try_from(grade).ok()).unwrap_or(0);
        queries.push(Judged {
            id: text("qid"),
            text: text("query"),
            class: text("class"),
            relevant: relevant.map(|(id, value)| (id.clone(), grade(value))).collect(),
        });
    }
    Ok(queries)
}
