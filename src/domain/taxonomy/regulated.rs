//! What an entry of the list of regulated technologies says beside its text: where the law has it, and what hints at it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{InForce, TaxonomyItem, TaxonomyName};
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::shapes::{FieldCode, KeywordText};
use crate::domain::text::Line;

/// Most words that hint at one entry.
const MAX_KEYWORDS: usize = 30;
/// Most fields that hint at one entry.
const MAX_FIELDS: usize = 10;
/// Between the entries of a list in one attribute.
const BETWEEN: &str = "; ";

/// Where the law has an entry of `regulated_technologies`, and what hints at it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryRegulation {
    /// Instrument, annex and number; needed (căn cứ).
    #[serde(default)]
    #[schema(
        required = false,
        max_length = 500,
        example = "Nghị định 76/2018/NĐ-CP, Phụ lục II, mục 3"
    )]
    pub legal_source: String,
    /// Number of the instrument that has this edition of the list (văn bản).
    #[serde(default)]
    #[schema(max_length = 100, example = "76/2018/NĐ-CP")]
    pub edition: Option<String>,
    /// Annex of the instrument (phụ lục).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Phụ lục II")]
    pub annex: Option<String>,
    /// Number of the entry in the annex (mục).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "3")]
    pub item: Option<String>,
    /// Words that hint at it in the text of a listing, at most 30; one is enough (từ khóa gợi ý).
    #[serde(default)]
    #[schema(value_type = Vec<KeywordText>, max_items = 30)]
    pub keywords: Vec<String>,
    /// Codes of the list `fields`, at most 10: hints count only in listings of these fields, or below them. Without
    /// keywords, every listing of these fields is hinted at (lĩnh vực gợi ý).
    #[serde(default)]
    #[schema(value_type = Vec<FieldCode>, max_items = 10)]
    pub field_codes: Vec<String>,
}

impl EntryRegulation {
    /// What an entry says.
    pub fn of(item: &TaxonomyItem) -> Self {
        let text = |name: &str| item.attributes.get(name).cloned();
        let Hint { keywords, field_codes } = Hint::of(item);
        Self {
            legal_source: text("legal_source").unwrap_or_default(),
            edition: text("edition"),
            annex: text("annex"),
            item: text("item"),
            keywords,
            field_codes,
        }
    }

    /// Parses it into the attributes of an entry; what is wrong is noted.
    pub(super) fn parse(&self, errors: &mut FieldErrors, lists: &InForce) -> Option<BTreeMap<String, String>> {
        let line = |text: &str| Line::<100>::parse(text).map(Line::into_string);
        let source = errors.keep("/regulation/legal_source", Line::<500>::parse(&self.legal_source));
        let edition = errors.keep_opt("/regulation/edition", self.edition.as_deref(), line);
        let annex = errors.keep_opt("/regulation/annex", self.annex.as_deref(), line);
        let item = errors.keep_opt("/regulation/item", self.item.as_deref(), line);
        let keywords = errors.keep_distinct("/regulation/keywords", &self.keywords, MAX_KEYWORDS, keyword);
        let fields = errors.keep_distinct("/regulation/field_codes", &self.field_codes, MAX_FIELDS, |code| {
            lists.check(TaxonomyName::Fields, code).map(|item| item.code.clone())
        });
        let told = [
            ("legal_source", Some(source?.into_string())),
            ("edition", edition),
            ("annex", annex),
            ("item", item),
            ("keywords", Some(keywords.join(BETWEEN))),
            ("field_codes", Some(fields.join(BETWEEN))),
        ];
        let told = told
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Some(told.filter(|(_, value)| !value.is_empty()).collect())
    }
}

fn keyword(text: &str) -> Result<String, Violation> {
    let line = Line::<{ KeywordText::MAX }>::parse(text)?.into_string();
    // A single letter would be found everywhere.
    if line.chars().filter(|letter| letter.is_alphanumeric()).count() < 2 {
        return Err(Violation::TooShort { min: 2 });
    }
    // It stands between the entries of the list.
    if line.contains(';') {
        return Err(Violation::Malformed { what: "keyword" });
    }
    Ok(line)
}

/// What hints that a listing falls under an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// Words in its text.
    pub keywords: Vec<String>,
    /// Its fields.
    pub field_codes: Vec<String>,
}

impl Hint {
    /// What hints at an entry.
    pub fn of(item: &TaxonomyItem) -> Self {
        let list = |name: &str| {
            let text = item.attributes.get(name);
            text.map(|text| text.split(BETWEEN).map(str::to_owned).collect())
                .unwrap_or_default()
        };
        Self {
            keywords: list("keywords"),
            field_codes: list("field_codes"),
        }
    }

    /// Whether listings of these fields are meant.
    pub fn means_fields(&self, fields: &[String]) -> bool {
        let lies_in = |field: &String, wanted: &String| {
            let rest = field.strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.field_codes.is_empty()
            || fields
                .iter()
                .any(|field| self.field_codes.iter().any(|wanted| lies_in(field, wanted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::Taxonomies;
    use jiff::civil::date;

    #[test]
    fn what_is_kept_is_read_again() {
        let lists = InForce::on(Taxonomies::embedded().clone(), date(2026, 3, 1));
        let given = EntryRegulation {
            legal_source: "Nghị định 76/2018/NĐ-CP, Phụ lục II".into(),
            edition: Some("76/2018/NĐ-CP".into()),
            annex: Some("Phụ lục II".into()),
            item: Some("3".into()),
            keywords: vec!["asen".into(), "bảo quản gỗ".into()],
            field_codes: vec!["food".into()],
        };
        let mut errors = FieldErrors::default();
        let attributes = given.parse(&mut errors, &lists).unwrap();
        let item = TaxonomyItem {
            code: "restricted.arsenic".into(),
            parent: Some("restricted".into()),
            name_vi: "x".into(),
            name_en: None,
            attributes,
            valid_from: None,
            valid_to: None,
            successors: Vec::new(),
            version: 1,
        };
        assert_eq!(EntryRegulation::of(&item), given);
        let hint = Hint::of(&item);
        assert!(hint.means_fields(&["food.drying".into()]) && !hint.means_fields(&["foods".into()]));

        let wrong = EntryRegulation {
            legal_source: " ".into(),
            edition: None,
            annex: None,
            item: None,
            keywords: vec!["a".into(), "a;b".into(), "gỗ".into(), "gỗ".into()],
            field_codes: vec!["no.such".into()],
        };
        assert_eq!(wrong.parse(&mut errors, &lists), None);
        let pointers: Vec<String> = errors
            .finish(None::<()>)
            .unwrap_err()
            .into_iter()
            .map(|e| e.pointer)
            .collect();
        assert_eq!(
            pointers,
            [
                "/regulation/legal_source",
                "/regulation/keywords/0",
                "/regulation/keywords/1",
                "/regulation/keywords/3",
                "/regulation/field_codes/0"
            ]
        );
    }
}
