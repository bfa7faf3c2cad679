//! Entries as they are sent.

use search_index::{AddedGroup, GroupFault, GroupId, Vocabulary};

use crate::domain::fields::{FieldError, FieldErrors, Violation, one_of};
use crate::domain::text::{Line, Prose};
use crate::domain::vocabulary::{MAX_MEMBERS, Relation, WEIGHTS, Words, WordsDraft};

/// Parses an entry; the errors have the pointers of the wire. What `kept` says already needs no proof.
pub(super) fn parse(draft: &WordsDraft, kept: Option<&Words>) -> Result<Words, Vec<FieldError>> {
    let mut errors = FieldErrors::default();
    let relation = errors.keep_opt("/relation", draft.relation.as_deref(), one_of);
    let source = errors.keep("/source", one_of(&draft.source));
    let members = members(&mut errors, &draft.members, relation);
    let is_known = |text: &str| kept.and_then(|words| words.switches_off.as_deref()) == Some(text);
    let switches_off = errors.keep_opt("/switches_off", draft.switches_off.as_deref(), |text| {
        if is_known(text) || is_built_in(text) {
            Ok(text.to_owned())
        } else {
            Err(Violation::Malformed { what: "built_in_group" })
        }
    });
    let note = errors.keep_opt("/note", draft.note.as_deref(), Prose::<500>::parse);
    let weight = draft.weight.map(weight).transpose();
    let weight = errors.keep("/weight", weight).flatten();
    let (valid_from, valid_to) = (draft.valid_from, draft.valid_to);
    if valid_from.zip(valid_to).is_some_and(|(first, end)| end <= first) {
        errors.add("/valid_to", Violation::Conflicts { with: "valid_from" });
    }
    let is_empty = draft.members.is_empty();
    if is_empty && (draft.switches_off.is_none() || draft.relation.is_some()) {
        errors.add("/members", Violation::Required);
    }
    if !is_empty && draft.relation.is_none() {
        errors.add("/relation", Violation::Required);
    }
    // One spelling of a unit is as good as another.
    if weight.is_some() && relation == Some(Relation::Unit) {
        errors.add("/weight", Violation::Conflicts { with: "relation" });
    }
    errors.finish(source.map(|source| Words {
        relation,
        members,
        switches_off,
        source,
        weight,
        note: note.map(Prose::into_string),
        valid_from,
        valid_to,
    }))
}

fn weight(percent: i64) -> Result<u8, Violation> {
    let (min, max) = WEIGHTS;
    let fits = u8::try_from(percent).ok().filter(|_| (min..=max).contains(&percent));
    fits.ok_or(Violation::OutOfRange { min, max })
}

fn is_built_in(text: &str) -> bool {
    let id = text.parse::<GroupId>();
    id.is_ok_and(|id| Vocabulary::built_in_groups().iter().any(|group| group.id == id))
}

fn members(errors: &mut FieldErrors, sent: &[String], relation: Option<Relation>) -> Vec<String> {
    if sent.len() > MAX_MEMBERS {
        errors.add("/members", Violation::TooMany { max: MAX_MEMBERS });
        return Vec::new();
    }
    let relation = relation.and_then(|relation| search_index::Relation::from_code(relation.as_str()));
    // Without a relation that is known, members are compared as most are.
    let relation = relation.unwrap_or(search_index::Relation::Near);
    if sent.len() == 1 && relation != search_index::Relation::Stop {
        errors.add("/members", Violation::OutOfRange { min: 2, max: 40 });
    }
    let pointer = |place: usize| format!("/members/{place}");
    let lines = sent.iter().enumerate().map(|(place, text)| {
        let line = errors.keep(pointer(place), Line::<100>::parse(text));
        line.map(Line::into_string).unwrap_or_default()
    });
    let lines: Vec<String> = lines.collect();
    let own = search_index::SourceClass::Own;
    let group = AddedGroup::new(relation, own, None, lines.iter().map(String::as_str));
    for fault in group.err().unwrap_or_default() {
        match fault {
            // Told above: how many there are, and what is no line at all.
            GroupFault::Members(_) => {}
            GroupFault::Empty(place) if lines.get(place).is_some_and(String::is_empty) => {}
            GroupFault::Empty(place) => errors.add(pointer(place), Violation::Malformed { what: "searchable" }),
            GroupFault::TooLong(place) => {
                let max = relation.member_words();
                errors.add(pointer(place), Violation::TooManyWords { max });
            }
            GroupFault::Twice(place) => errors.add(pointer(place), Violation::Duplicate),
            GroupFault::NoUnit => errors.add(pointer(0), Violation::Malformed { what: "unit" }),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn wrong(draft: &Value) -> Vec<(String, &'static str)> {
        let draft: WordsDraft = serde_json::from_value(draft.clone()).unwrap();
        let errors = parse(&draft, None).err().unwrap_or_default().into_iter();
        errors.map(|error| (error.pointer, error.violation.code())).collect()
    }

    #[test]
    fn what_is_wrong_is_told_at_its_member() {
        let long = "một hai ba bốn năm sáu bảy tám chín";
        for (draft, expected) in [
            (json!({}), vec![("/members", "required")]),
            (json!({"members": ["a", "b"]}), vec![("/relation", "required")]),
            (
                json!({"relation": "near", "members": ["a"]}),
                vec![("/members", "out_of_range")],
            ),
            (
                json!({"relation": "far", "source": "rumour", "members": ["a", "b"]}),
                vec![("/relation", "malformed"), ("/source", "malformed")],
            ),
            (
                json!({"relation": "near", "members": ["hoà", "", "…", "HÒA", long, "x".repeat(101), "\u{7}"]}),
                vec![
                    ("/members/1", "required"),
                    ("/members/5", "too_long"),
                    ("/members/6", "control_character"),
                    ("/members/2", "malformed"),
                    ("/members/3", "duplicate"),
                    ("/members/4", "too_many_words"),
                ],
            ),
            (
                json!({"relation": "near", "members": vec!["x"; 41]}),
                vec![("/members", "too_many")],
            ),
            (json!({"relation": "stop", "members": ["nhé"], "weight": 10}), vec![]),
            (
                json!({"relation": "stop", "members": ["nhé", "với lại"]}),
                vec![("/members/1", "too_many_words")],
            ),
            (json!({"relation": "unit", "members": ["kg", "ký", "kí lô"]}), vec![]),
            (
                json!({"relation": "unit", "members": ["ký", "kg"], "weight": 50}),
                vec![("/members/0", "malformed"), ("/weight", "conflicts")],
            ),
            (
                json!({"relation": "unit", "members": ["kg/h", "ký giờ"]}),
                vec![("/members/0", "malformed")],
            ),
            (
                json!({"switches_off": "0123456789abcdef"}),
                vec![("/switches_off", "malformed")],
            ),
            (
                json!({"relation": "near", "members": ["a", "b"], "weight": 9, "note": " ",
                       "valid_from": "2026-05-01", "valid_to": "2026-05-01"}),
                vec![
                    ("/note", "required"),
                    ("/weight", "out_of_range"),
                    ("/valid_to", "conflicts"),
                ],
            ),
        ] {
            let told = wrong(&draft);
            let told: Vec<(&str, &str)> = told.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
            assert_eq!(told, expected, "{draft}");
        }
    }

    #[test]
    fn a_built_in_group_may_be_switched_off_with_or_without_another() {
        let group = Vocabulary::built_in_groups().first().unwrap().id.to_string();
        assert_eq!(wrong(&json!({"switches_off": group})), []);
        let other = json!({"switches_off": group, "relation": "loan", "members": ["a", "b"], "weight": 100});
        assert_eq!(wrong(&other), []);
        let odd = json!({"switches_off": group, "relation": "loan"});
        assert_eq!(wrong(&odd), [("/members".to_owned(), "required")]);
    }
}
