//! Terms as they are sent, and finding them in a listing.

use search_index::analyze;
use serde_json::Value;

use crate::domain::fields::{FieldError, FieldErrors, Violation, one_of};
use crate::domain::screening::{Hit, MAX_HITS, NewTerm, ScreeningTerm};
use crate::domain::text::{Line, Prose};
use crate::service::phrases::{Phrase, Phrases, Place};

/// Parses a term; the errors have the pointers of the wire.
pub fn parse(phrase: &str, ignores_diacritics: bool, severity: &str, ground: &str) -> Result<NewTerm, Vec<FieldError>> {
    let mut errors = FieldErrors::default();
    let phrase = errors.keep("/phrase", words(phrase));
    let severity = errors.keep("/severity", one_of(severity));
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
    phrases: Phrases<ScreeningTerm>,
}

impl Screen {
    /// Makes terms ready.
    pub fn of(terms: Vec<ScreeningTerm>) -> Self {
        let phrases = terms.into_iter().map(|term| Phrase {
            text: term.term.phrase.to_string(),
            ignores_diacritics: term.term.ignores_diacritics,
            means: term,
        });
        Self {
            phrases: Phrases::of(phrases),
        }
    }

    /// Looks through every text of a listing, given as it is written on the wire.
    pub fn find(&self, draft: &Value) -> Vec<Hit> {
        let found = self.phrases.find(draft, MAX_HITS).into_iter();
        let hit = |place: Place<'_, ScreeningTerm>| Hit {
            term: place.means.id,
            phrase: place.means.term.phrase.to_string(),
            severity: place.means.term.severity,
            pointer: place.pointer,
            found: place.found,
        };
        found.map(hit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ScreeningTermId;
    use crate::service::phrases::CODED;
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
    fn words_without_diacritics_are_found_beside_words_that_have_them() {
        let screen = screen(&[("hàng xách tay", false), ("ma túy", false), ("pháo", false)]);
        for text in [
            "hang xach tay giá rẻ",
            "HÀNG xach tay",
            "Nhận đặt hang xách TAY từ Nhật",
            "cai nghiện ma tuy",
        ] {
            assert_eq!(pointers(&screen, &json!({"title": {"vi": text}})).len(), 1, "{text}");
        }
        // Other diacritics make other words, and a single syllable without any is mostly one of its own.
        for text in [
            "hãng xách tay",
            "hàng xạch tay",
            "má tuy",
            "Van phao điều khiển mức nước",
        ] {
            assert_eq!(pointers(&screen, &json!({"title": {"vi": text}})), [], "{text}");
        }
        assert_eq!(pointers(&screen, &json!({"title": {"vi": "ban phao"}})).len(), 1);
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
