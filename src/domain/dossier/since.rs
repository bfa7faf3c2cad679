//! What the law knows from a day on only: values that a dossier of before cannot tell.

use jiff::civil::Date;
use serde_json::Value;

use super::draft::DossierContent;
use super::sense::Fault;
use crate::domain::fields::{LawFault, Violation};
use crate::domain::procedure::{ChecklistDraft, SinceDraft};

/// Values that were none yet on the day of a dossier, or of a paper, by any of some checklists: each at its place, once.
pub fn not_yet<'a>(
    content: &DossierContent,
    checklist: impl IntoIterator<Item = &'a ChecklistDraft>,
    day: Date,
) -> Vec<Fault> {
    let told = serde_json::to_value(content.draft()).unwrap_or_default();
    let mut faults: Vec<Fault> = Vec::new();
    for item in checklist.into_iter().filter(|item| !item.since.is_empty()) {
        for (place, value) in values(&told, &item.member) {
            let since = item.since.iter().find(|since| since.value == value);
            let from = since.and_then(|since| Some((since, since.from.parse::<Date>().ok()?)));
            if let Some((since, from)) = from.filter(|(_, from)| day < *from)
                && faults.iter().all(|(known, _)| *known != place)
            {
                faults.push((place, fault(since, from, day)));
            }
        }
    }
    faults
}

/// The texts at a member, each with its place: of a list one after the other.
fn values(told: &Value, member: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match told.pointer(member) {
        Some(Value::Array(values)) => {
            let texts = values.iter().map(text).enumerate();
            texts
                .filter_map(|(at, value)| Some((format!("{member}/{at}"), value?)))
                .collect()
        }
        one => one
            .and_then(text)
            .map(|value| (member.to_owned(), value))
            .into_iter()
            .collect(),
    }
}

fn fault(since: &SinceDraft, from: Date, day: Date) -> Violation {
    let shown = |day: Date| day.strftime("%d/%m/%Y").to_string();
    let words = (
        format!(
            "“{}” chỉ có từ ngày {}; tính đến ngày {} chưa có",
            since.value,
            shown(from),
            shown(day)
        ),
        format!("“{}” is there from {from} on; on {day} there was none", since.value),
    );
    LawFault::coded("code_not_yet", words, &since.legal_basis)
}
