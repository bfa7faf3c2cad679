//! Finding words in a listing.
//!
//! Texts and terms are compared syllable by syllable as the search reads them, so another place of the tone mark, another
//! case, full-width letters or signs between the syllables make no difference. What is typed without any diacritic is held
//! against the terms without theirs.

use std::collections::HashMap;

use search_index::{Syllable, analyze};
use serde_json::Value;

use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::screening::{Hit, MAX_HITS, NewTerm, ScreeningTerm};
use crate::domain::text::{Line, Prose};

/// Parses a term; the errors have the pointers of the wire.
pub fn parse(phrase: &str, ignores_diacritics: bool, severity: &str, ground: &str) -> Result<NewTerm, Vec<FieldError>> {
    let mut errors = FieldErrors::default();
    let phrase = errors.keep("/phrase", words(phrase));
    let severity = severity
        .parse()
        .map_err(|_unknown| Violation::Malformed { what: "choice" });
    let severity = errors.keep("/severity", severity);
    let ground = errors.keep("/ground", Prose::parse(ground));
    errors.finish((|| {
        Some(NewTerm {
            phrase: phrase?,
            ignores_diacritics,
            severity: severity?,
            ground: ground?,
        })
    })())
}

/// What is compared when somebody adds the same again.
pub(super) fn key(term: &NewTerm) -> String {
    let syllables = analyze(term.phrase.as_str()).syllables;
    let spelt = syllables.iter().map(|syllable| {
        if term.ignores_diacritics {
            syllable.folded.as_str()
        } else {
            syllable.exact.as_str()
        }
    });
    spelt.collect::<Vec<_>>().join(" ")
}

fn words(phrase: &str) -> Result<Line<100>, Violation> {
    let phrase = Line::parse(phrase)?;
    let letters: usize = analyze(phrase.as_str()).syllables.iter().map(|s| s.folded.len()).sum();
    // A single letter would be found everywhere.
    if letters < 2 {
        return Err(Violation::TooShort { min: 2 });
    }
    Ok(phrase)
}

/// Terms made ready to be looked for.
#[derive(Debug)]
pub struct Screen {
    /// By the folded form of the first syllable.
    entries: HashMap<String, Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    term: ScreeningTerm,
    syllables: Vec<Syllable>,
}

impl Screen {
    /// Makes terms ready.
    pub fn of(terms: Vec<ScreeningTerm>) -> Self {
        let mut entries: HashMap<String, Vec<Entry>> = HashMap::new();
        for term in terms {
            let syllables = analyze(term.term.phrase.as_str()).syllables;
            if let Some(first) = syllables.first() {
                let first = first.folded.clone();
                entries.entry(first).or_default().push(Entry { term, syllables });
            }
        }
        Self { entries }
    }

    /// Looks through every text of a listing, given as it is written on the wire.
    pub fn find(&self, draft: &Value) -> Vec<Hit> {
        let mut hits = Vec::new();
        if !self.entries.is_empty() {
            self.look_through(draft, &mut String::new(), &mut hits);
        }
        hits
    }

    fn look_through(&self, value: &Value, pointer: &mut String, hits: &mut Vec<Hit>) {
        let length = pointer.len();
        let mut below = |name: &str, value: &Value, hits: &mut Vec<Hit>| {
            pointer.push('/');
            pointer.push_str(name);
            self.look_through(value, pointer, hits);
            pointer.truncate(length);
        };
        match value {
            Value::Array(entries) => {
                for (at, entry) in entries.iter().enumerate() {
                    below(&at.to_string(), entry, hits);
                }
            }
            Value::Object(members) => {
                for (name, member) in members.iter().filter(|(name, _)| !CODED.contains(&name.as_str())) {
                    below(name, member, hits);
                }
            }
            Value::String(text) => self.look_at(text, pointer, hits),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn look_at(&self, text: &str, pointer: &str, hits: &mut Vec<Hit>) {
        let syllables = analyze(text).syllables;
        let is_marked = syllables.iter().any(|syllable| syllable.marked);
        for at in 0..syllables.len() {
            let Some(rest) = syllables.get(at..) else { continue };
            let entries = rest.first().and_then(|first| self.entries.get(&first.folded));
            for entry in entries.into_iter().flatten() {
                if hits.len() < MAX_HITS
                    && let Some(found) = entry.stands_at(rest, is_marked, text)
                {
                    hits.push(Hit {
                        term: entry.term.id,
                        phrase: entry.term.term.phrase.to_string(),
                        severity: entry.term.term.severity,
                        pointer: pointer.to_owned(),
                        found: found.to_owned(),
                    });
                }
            }
        }
    }
}

impl Entry {
    /// The words of the text where the syllables begin with the term's.
    fn stands_at<'t>(&self, syllables: &[Syllable], is_marked: bool, text: &'t str) -> Option<&'t str> {
        let found = syllables.get(..self.syllables.len())?;
        let is_alike = |(own, other): (&Syllable, &Syllable)| {
            own.folded == other.folded && (self.term.term.ignores_diacritics || !is_marked || own.exact == other.exact)
        };
        if !self.syllables.iter().zip(found).all(is_alike) {
            return None;
        }
        text.get(found.first()?.range.start..found.last()?.range.end)
    }
}

/// Members that hold codes of lists, not words of people; by their whole name, since numbers that people make up are
/// called codes, too.
const CODED: [&str; 13] = [
    "kind",
    "field_codes",
    "origin_country",
    "price_mode",
    "transfer_modes",
    "stage",
    "condition",
    "price_kind",
    "partner_kinds",
    "type",
    "status",
    "office",
    "scheme",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ScreeningTermId;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    fn screen(terms: &[(&str, bool)]) -> Screen {
        let terms = terms
            .iter()
            .zip(1..)
            .map(|((phrase, ignores_diacritics), id)| ScreeningTerm {
                id: ScreeningTermId(Uuid::from_u128(id)),
                term: parse(phrase, *ignores_diacritics, "block", "Công văn 12").unwrap(),
                created_at: Timestamp::UNIX_EPOCH,
                ended_at: None,
            });
        Screen::of(terms.collect())
    }

    fn pointers(screen: &Screen, draft: &Value) -> Vec<(String, String)> {
        let hits = screen.find(draft).into_iter();
        hits.map(|hit| (hit.pointer, hit.found)).collect()
    }

    #[test]
    fn words_are_found_however_they_are_written() {
        let screen = screen(&[("ma túy", false), ("hóa chất độc bảng A", false), ("thuốc nổ", true)]);
        for text in [
            "bán Ma Túy",
            "MA  TÚY",
            "ma-túy",
            "m\u{FF41} túy",
            "ma tu\u{301}y",
            "ma tuý",
            "ma tuy",
            "hoá chất độc (bảng A)",
            "thuốc: nỗ!",
            "ban thuoc no",
        ] {
            assert_eq!(pointers(&screen, &json!({"title": {"vi": text}})).len(), 1, "{text}");
        }
        for text in [
            "mà túy lúy",
            "má tuy",
            "máy ma tuýp",
            "túy ma",
            "hóa chất độc bảng B",
            "thuốc",
            "",
        ] {
            assert_eq!(pointers(&screen, &json!({"title": {"vi": text}})), [], "{text}");
        }
    }

    #[test]
    fn every_text_is_looked_at_and_codes_are_not() {
        let screen = screen(&[("offer", false), ("pháo", false)]);
        let draft = json!({
            "kind": "offer", "transfer_modes": ["offer"], "field_codes": ["offer"], "brand": "Offer",
            "title": {"vi": "Dây chuyền pháo hoa", "en": "An offer"},
            "specifications": [{"name": "Loại", "value": "không"}, {"name": "Pháo", "value": "pháo", "unit": "pháo"}],
            "trl": 9,
        });
        let mut found = pointers(&screen, &draft);
        found.sort();
        assert_eq!(
            found.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(),
            [
                "/brand",
                "/specifications/1/name",
                "/specifications/1/unit",
                "/specifications/1/value",
                "/title/en",
                "/title/vi"
            ]
        );
    }

    /// Every member of what is sent, with how it is described.
    fn members() -> Vec<(String, Value)> {
        use crate::domain::drafts::{ListingDraft, SpecificationDraft};
        use crate::domain::listing::details::{Certification, IpRight, Owner};
        use utoipa::PartialSchema;
        let described = [
            ListingDraft::schema(),
            SpecificationDraft::schema(),
            IpRight::schema(),
            Owner::schema(),
            Certification::schema(),
        ];
        let objects = described.iter().map(|schema| serde_json::to_value(schema).unwrap());
        objects
            .flat_map(|schema| schema["properties"].as_object().unwrap().clone())
            .collect()
    }

    #[test]
    fn whatever_people_write_in_their_words_is_looked_at() {
        let screen = screen(&[("pháo", false)]);
        let members = members();
        let mut written = 0;
        for (name, schema) in &members {
            let told = schema.to_string();
            // A line of one's own is longer than a code of a country, an office or a day.
            let is_line = schema["maxLength"].as_u64().is_some_and(|most| most > 10);
            let is_text = told.contains("Text\"");
            if is_line || is_text {
                written += 1;
                for value in [json!("pháo"), json!({"vi": "x", "en": "pháo"}), json!(["pháo"])] {
                    assert_eq!(pointers(&screen, &json!({name.as_str(): value})).len(), 1, "{name}");
                }
            }
            let is_of_a_list = told.contains("$ref") && !is_text;
            let holds_parts = ["ip_rights", "owners", "certifications", "specifications"].contains(&name.as_str());
            if is_of_a_list && !holds_parts {
                assert!(CODED.contains(&name.as_str()), "{name} is a code: {told}");
            }
        }
        assert!(written > 25, "{written} of {}", members.len());
        for coded in CODED {
            assert!(members.iter().any(|(name, _)| name == coded), "{coded}");
        }
    }

    #[test]
    fn a_term_has_words_and_a_ground() {
        let errors = parse("!?", false, "loud", "").unwrap_err();
        let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/phrase", "/severity", "/ground"]);
        let key_of = |phrase, ignores| key(&parse(phrase, ignores, "flag", "x").unwrap());
        assert_eq!(key_of("Ma tuý", false), key_of("MA-TÚY", false));
        assert_ne!(key_of("ma túy", false), key_of("ma túy", true));
    }

    proptest! {
        /// Whatever stands around it, between other words a term is found, and where it says.
        #[test]
        fn a_term_is_found_between_any_words(before in "\\PC{0,40}", after in "\\PC{0,40}") {
            let screen = screen(&[("chất nổ", false)]);
            let text = format!("{before} chất nổ {after}");
            let hits = pointers(&screen, &json!([text]));
            prop_assert!(hits.contains(&("/0".into(), "chất nổ".into())), "{hits:?}");
        }
    }
}
