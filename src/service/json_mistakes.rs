//! All that is wrong with the form of a value, where reading stops at the first mistake.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::strict_json::from_value;
use super::{Error, ErrorCode, Result};
use crate::domain::drafts::merge_patch;
use crate::domain::fields::{FieldError, Violation};

/// Most mistakes that are looked for; a body with more is mended in several goes.
const MOST: usize = 20;

/// Members by which it is judged what others may be, each with those, beside it: while it cannot be read, what would be wrong with
/// them is not known. Where a violation says on what it [rests](rests_on_any), that is enough.
const DECIDING: [(&str, &[&str]); 21] = [
    ("kind", ALL),
    ("legal_form", ALL),
    ("country", ALL),
    ("address_country", ALL),
    ("province_code", ALL),
    ("personal_id", ALL),
    ("foreign_register", ALL),
    ("commune_code", &["commune_name"]),
    ("commune_name", &["commune_code"]),
    ("district_name", &["commune_name"]),
    ("period", &["from", "to"]),
    ("parent", &["code"]),
    ("correspondence", &["code"]),
    ("relation", &["members"]),
    ("switches_off", &["members"]),
    ("instead_of", &["entry/switches_off"]),
    ("states", RULES),
    ("events", RULES),
    ("documents", RULES),
    ("authorities", &["authorities"]),
    ("fee", &["fee"]),
];
/// All that the first member of a body holds in which they stand, or the body itself.
const ALL: &[&str] = &[];
/// What a rule set says of these hangs together.
const RULES: &[&str] = &["states", "events", "documents"];

/// Reads a value that an edit or a file made; all that is wrong with its form is told at once.
pub fn read<T: DeserializeOwned>(tree: &Value) -> Result<T> {
    from_value(tree).map_err(|first| with_others::<T>(tree, first))
}

/// Reads what a merge patch makes of a document, and has it judged. Where members have not the form that they should have, the
/// others are [`judged`] all the same: what is wrong with either is told at once.
pub fn edited<T: DeserializeOwned, R>(
    before: &Value,
    patch: &Value,
    judge: impl Fn(T) -> std::result::Result<R, Vec<FieldError>>,
) -> Result<R> {
    let mut draft = before.clone();
    merge_patch(&mut draft, patch);
    made(&draft, judge)
}

/// The same of what an edit or a file made already.
pub fn made<T: DeserializeOwned, R>(
    draft: &Value,
    judge: impl Fn(T) -> std::result::Result<R, Vec<FieldError>>,
) -> Result<R> {
    let judge = |value: T| judge(value).map_err(Error::fields);
    from_value(draft).map_or_else(|first| Err(judged(draft, first, judge)), judge)
}

/// Reads a value as far as it can be read: what is wrong with its form, and what is read of it with something put in for that.
pub fn as_far<T: DeserializeOwned>(tree: &Value) -> Result<(Vec<FieldError>, Option<T>)> {
    match from_value(tree) {
        Ok(value) => Ok((Vec::new(), Some(value))),
        Err(first) => match mended::<T>(tree, &first) {
            (unread, None) if unread.is_empty() => Err(first),
            read => Ok(read),
        },
    }
}

/// Whether something may only seem wrong because of what was put in for what could not be read.
pub fn rests_on(other: &FieldError, unread: &[FieldError]) -> bool {
    let unread: Vec<String> = unread.iter().map(|field| field.pointer.clone()).collect();
    let mut places = unread.iter();
    places.any(|place| lies_in(&other.pointer, place) || lies_in(place, &other.pointer)) || rests_on_any(other, &unread)
}

/// All that is wrong with what was sent, where reading stopped at `first`: what cannot be read of it and, of what can be, what
/// is wrong with the values.
pub fn judged<T: DeserializeOwned, R>(tree: &Value, first: Error, judge: impl FnOnce(T) -> Result<R>) -> Error {
    let (mut fields, rest) = mended::<T>(tree, &first);
    let hidden: Vec<String> = fields.iter().flat_map(|field| hidden_by(&field.pointer)).collect();
    let others = match rest.map(judge) {
        Some(Err(error)) if error.code == ErrorCode::ValidationFailed => error.fields,
        _ => Vec::new(),
    };
    // What was put in for something is nobody's mistake, nor is what rests on that.
    let told_of: Vec<String> = fields.iter().map(|field| field.pointer.clone()).collect();
    fields.extend(others.into_iter().filter(|other| {
        let mut places = hidden.iter();
        let is_put_in = places.any(|place| lies_in(&other.pointer, place) || lies_in(place, &other.pointer));
        !(is_put_in || rests_on_any(other, &told_of))
    }));
    told(first, fields)
}

/// Whether a mistake says that it rests on one of these: on a member beside it, or beside what it lies in.
fn rests_on_any(field: &FieldError, pointers: &[String]) -> bool {
    let names: &[&str] = match &field.violation {
        Violation::Conflicts {
            with: "leads_back" | "will_lead_back" | "ends_before",
        } => &["valid_from", "valid_to"],
        Violation::Conflicts { with } => std::slice::from_ref(with),
        Violation::SameName { .. } => &["parent", "valid_from", "valid_to"],
        // Which codes are valid on a day that is not known is not known either.
        Violation::CodeEnded { .. } | Violation::CodeNotYet { .. } | Violation::NotAfter { .. } => {
            &["valid_from", "valid_to"]
        }
        _ => return false,
    };
    let around = field.pointer.match_indices('/').map(|(at, _)| field.pointer.get(..at));
    let mut others = around
        .flatten()
        .flat_map(|around| names.iter().map(move |name| format!("{around}/{name}")));
    others.any(|other| pointers.iter().any(|pointer| lies_in(pointer, &other)))
}

/// Where nothing is known of the values while a member cannot be read: there, and where it decides.
fn hidden_by(pointer: &str) -> Vec<String> {
    let mut hidden = vec![pointer.to_owned()];
    let mut around = String::new();
    for name in pointer.split('/').skip(1) {
        let decided = DECIDING.iter().filter(|(deciding, _)| *deciding == name);
        for (_, beside) in decided {
            if beside.is_empty() {
                let first = around.split('/').nth(1);
                hidden.push(first.map(|first| format!("/{first}")).unwrap_or_default());
            }
            hidden.extend(beside.iter().map(|other| format!("{around}/{other}")));
        }
        around.push('/');
        around.push_str(name);
    }
    hidden
}

/// The mistake that was found, and all others that are found once it is out of the way.
pub fn with_others<T: DeserializeOwned>(tree: &Value, first: Error) -> Error {
    let (fields, _rest) = mended::<T>(tree, &first);
    told(first, fields)
}

fn told(first: Error, fields: Vec<FieldError>) -> Error {
    match fields.as_slice() {
        [] => first,
        [only] if first.fields.first() == Some(only) => first,
        _ => Error::fields(fields),
    }
}

/// What is wrong with the form of a value and, where all of that was found, what is read of it when it is put right.
///
/// Each is put right by whatever lets the reading go on: the member is left out where that may be, else it is something of
/// another sort. What is wrong within something that was put in is nobody's mistake.
fn mended<T: DeserializeOwned>(tree: &Value, first: &Error) -> (Vec<FieldError>, Option<T>) {
    let mut tree = tree.clone();
    let mut fields: Vec<FieldError> = Vec::new();
    let mut found = single(first);
    // Whatever a type makes of what is put in, an end is made of it.
    for _attempt in 0..2 * MOST {
        let Some(field) = found.take().filter(|_| fields.len() < MOST) else {
            break;
        };
        let step = put_right::<T>(&tree, &field);
        let field = of_time::<T>(&tree, field);
        // A list in place of an object is told as that, not as what is wrong with its entries.
        if field.violation == (Violation::Malformed { what: "object" }) {
            fields.retain(|known| !lies_in(&known.pointer, &field.pointer));
        }
        if !fields.iter().any(|known| lies_in(&field.pointer, &known.pointer)) {
            fields.push(field);
        }
        match step {
            None => break,
            Some((mended, None)) => return (fields, from_value(&mended).ok()),
            Some((mended, next)) => {
                tree = mended;
                found = next;
            }
        }
    }
    (fields, None)
}

/// The field of a refusal that is about the form of one.
fn single(error: &Error) -> Option<FieldError> {
    match error.fields.as_slice() {
        // Which of two was meant is not to be found out.
        [field] if error.code == ErrorCode::ValidationFailed && field.violation != Violation::Duplicate => {
            Some(field.clone())
        }
        _ => None,
    }
}

/// Whether a place is another one, or within it.
pub(super) fn lies_in(pointer: &str, outer: &str) -> bool {
    pointer
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A tree in which reading comes further, and what stops it next; nothing where nothing helps.
fn put_right<T: DeserializeOwned>(tree: &Value, field: &FieldError) -> Option<(Value, Option<FieldError>)> {
    let (parent, name) = field.pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let stand_ins = [
        json!(""),
        json!(0),
        json!(false),
        json!([]),
        json!({}),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("1970-01-01T00:00:00Z"),
        json!("1970-01-01"),
    ];
    let attempts = std::iter::once(None).chain(stand_ins.into_iter().map(Some));
    attempts.into_iter().find_map(|stand_in| {
        let mut mended = tree.clone();
        match (mended.pointer_mut(parent)?, stand_in) {
            (Value::Object(members), None) => drop(members.remove(&name)),
            (Value::Object(members), Some(value)) => drop(members.insert(name.clone(), value)),
            (Value::Array(entries), Some(value)) => *entries.get_mut(name.parse::<usize>().ok()?)? = value,
            _ => return None,
        }
        match from_value::<T>(&mended) {
            Ok(_read) => Some((mended, None)),
            Err(error) => {
                let next = single(&error)?;
                (next.pointer != field.pointer).then_some((mended, Some(next)))
            }
        }
    })
}

/// A text that is no day or instant where one is wanted is told as that: what reads it tells which sign was wrong, and not what
/// for. It is wanted where another one can be read.
fn of_time<T: DeserializeOwned>(tree: &Value, mut field: FieldError) -> FieldError {
    let is_text = tree.pointer(&field.pointer).is_some_and(Value::is_string);
    if !is_text || field.violation != (Violation::Malformed { what: "value" }) {
        return field;
    }
    let is_read = |text: &str| {
        let mut tree = tree.clone();
        let Some(place) = tree.pointer_mut(&field.pointer) else {
            return false;
        };
        *place = json!(text);
        from_value::<T>(&tree).map_or_else(
            |error| single(&error).is_some_and(|next| next.pointer != field.pointer),
            |_read| true,
        )
    };
    let mut sorts = [("1970-01-01", "day"), ("1970-01-01T00:00:00Z", "time")].into_iter();
    if let Some((_, what)) = sorts.find(|(text, _)| is_read(text)) {
        field.violation = Violation::Malformed { what };
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use uuid::Uuid;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Outer {
        kind: String,
        title: Inner,
        count: u32,
        id: Uuid,
        #[serde(default)]
        list: Vec<Inner>,
        note: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Inner {
        vi: String,
        en: Option<String>,
    }

    fn wrong(tree: &Value) -> Vec<(String, &'static str)> {
        let first = from_value::<Outer>(tree).err().unwrap();
        let told = with_others::<Outer>(tree, first).fields.into_iter();
        let mut told: Vec<_> = told.map(|field| (field.pointer, field.violation.code())).collect();
        told.sort();
        told
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let at = |pointer: &str, code| (pointer.to_owned(), code);
        assert_eq!(
            wrong(&json!({})),
            [
                at("/count", "required"),
                at("/id", "required"),
                at("/kind", "required"),
                at("/title", "required")
            ]
        );
        let right = json!({"kind": "a", "title": {"vi": "b"}, "count": 1, "id": Uuid::nil()});
        let mut mixed = right.clone();
        mixed["kind"] = json!(null);
        mixed["title"] = json!({"vi": 7, "colour": "red"});
        mixed["list"] = json!([{"vi": "a"}, {"en": "b"}, [1]]);
        mixed["note"] = json!({"a": 1});
        mixed["id"] = json!("x");
        assert_eq!(
            wrong(&mixed),
            [
                at("/id", "malformed"),
                at("/kind", "required"),
                at("/list/1/vi", "required"),
                at("/list/2", "malformed"),
                at("/note", "malformed"),
                at("/title/colour", "malformed"),
                at("/title/vi", "malformed"),
            ]
        );
        assert_eq!(wrong(&json!([])), [at("", "malformed")]);
        let mut one = right;
        one["count"] = json!(-1);
        assert_eq!(wrong(&one), [at("/count", "malformed")]);
    }

    #[test]
    fn of_times_the_form_is_told() {
        #[derive(Deserialize)]
        #[expect(dead_code, reason = "only read by serde")]
        struct Times {
            at: jiff::Timestamp,
            on: Option<jiff::civil::Date>,
            id: Uuid,
        }
        let tree = json!({"at": "29/11/2026 08:00", "on": "29/11/2026", "id": "x"});
        let first = from_value::<Times>(&tree).err().unwrap();
        let told = with_others::<Times>(&tree, first).fields.into_iter();
        let mut told: Vec<_> = told.map(|field| (field.pointer, field.violation)).collect();
        told.sort_by(|one, other| one.0.cmp(&other.0));
        let malformed = |pointer: &str, what| (pointer.to_owned(), Violation::Malformed { what });
        assert_eq!(
            told,
            [
                malformed("/at", "time"),
                malformed("/id", "identifier"),
                malformed("/on", "day")
            ]
        );
    }

    #[test]
    fn of_an_edit_what_can_be_read_is_judged_too() {
        let before = json!({"kind": "a", "title": {"vi": "b"}, "count": 1, "id": Uuid::nil()});
        let judge = |outer: Outer| match outer.count {
            0..10 => Ok(outer.kind),
            _ => Err(vec![FieldError {
                pointer: "/count".into(),
                violation: Violation::OutOfRange { min: 0, max: 9 },
            }]),
        };
        let told = |patch: Value| {
            let error = edited::<Outer, _>(&before, &patch, judge).err().unwrap();
            let told = error.fields.into_iter();
            let mut told: Vec<_> = told.map(|field| (field.pointer, field.violation.code())).collect();
            told.sort();
            told
        };
        let at = |pointer: &str, code| (pointer.to_owned(), code);
        assert_eq!(edited(&before, &json!({"kind": "c"}), judge).unwrap(), "c");
        assert_eq!(told(json!({"count": 99})), [at("/count", "out_of_range")]);
        assert_eq!(
            told(json!({"count": 99, "colour": 1, "title": {"vi": 7}})),
            [
                at("/colour", "malformed"),
                at("/count", "out_of_range"),
                at("/title/vi", "malformed"),
            ]
        );
        // Whether a count is wrong might depend on the kind.
        assert_eq!(told(json!({"count": 99, "kind": 7})), [at("/kind", "malformed")]);
        // What cannot be read is told once, as what it is.
        assert_eq!(told(json!({"count": "many"})), [at("/count", "malformed")]);
        assert_eq!(told(json!(["count"])), [at("", "malformed")]);
    }

    #[test]
    fn of_what_is_sent_what_can_be_read_is_judged_too() {
        let wrong = |pointer: &str| FieldError {
            pointer: pointer.into(),
            violation: Violation::Required,
        };
        let told = |tree: Value| {
            let judge = |outer: Outer| -> Result<()> {
                let mut fields = vec![wrong("/title/en")];
                fields.extend(outer.title.vi.is_empty().then(|| wrong("/title/vi")));
                fields.extend((outer.count == 0).then(|| wrong("/count")));
                Err(Error::fields(fields))
            };
            let first = from_value::<Outer>(&tree).err().unwrap();
            let told = judged(&tree, first, judge).fields.into_iter();
            let mut told: Vec<_> = told.map(|field| field.pointer).collect();
            told.sort();
            told
        };
        let mut sent = json!({"kind": "a", "title": {"vi": ""}, "count": 0, "id": Uuid::nil(), "colour": 1});
        assert_eq!(told(sent.clone()), ["/colour", "/count", "/title/en", "/title/vi"]);
        // What is put in for what cannot be read is not judged.
        sent["count"] = json!("many");
        sent["title"] = json!({"en": "b"});
        assert_eq!(told(sent.clone()), ["/colour", "/count", "/title/en", "/title/vi"]);
        sent["title"] = json!(7);
        assert_eq!(told(sent.clone()), ["/colour", "/count", "/title"]);
        sent["title"] = json!({"vi": ""});
        sent["kind"] = json!(7);
        assert_eq!(told(sent), ["/colour", "/count", "/kind"]);
    }

    #[test]
    fn what_decides_hides_what_stands_beside_it() {
        let cases: [(&str, &[&str]); 8] = [
            ("/trl", &[]),
            ("/kind", &[""]),
            ("/enterprise/fax", &[]),
            ("/enterprise/legal_form", &["/enterprise"]),
            ("/enterprise/foreign_register/country", &["/enterprise", "/enterprise"]),
            ("/enterprise/district_name", &["/enterprise/commune_name"]),
            ("/entry/relation", &["/entry/members"]),
            ("/states/2/code", &["/states", "/events", "/documents"]),
        ];
        for (pointer, expected) in cases {
            let hidden = hidden_by(pointer);
            assert_eq!(hidden.first().map(String::as_str), Some(pointer));
            assert_eq!(hidden.get(1..).unwrap(), expected, "{pointer}");
        }
    }

    #[test]
    fn a_mistake_may_rest_on_what_cannot_be_read() {
        let rests = |pointer: &str, violation: Violation, unread: &str| {
            let pointer = pointer.to_owned();
            rests_on_any(&FieldError { pointer, violation }, &[unread.to_owned()])
        };
        let conflict = || Violation::Conflicts { with: "one_of" };
        assert!(rests("/value", conflict(), "/one_of"));
        assert!(rests("/checklist/0/since/1/value", conflict(), "/checklist/0/one_of/3"));
        assert!(!rests("/checklist/0/since/1/value", conflict(), "/checklist/1/one_of"));
        let code = || String::from("food");
        assert!(rests("/name_vi", Violation::SameName { code: code() }, "/parent"));
        let ended = || Violation::CodeEnded {
            list: "fields",
            successors: Vec::new(),
        };
        assert!(rests("/successors/0", ended(), "/valid_to"));
        assert!(!rests("/successors/0", ended(), "/name_vi"));
        assert!(!rests("/successors/0", Violation::Duplicate, "/valid_to"));
    }

    #[test]
    fn an_end_is_made_of_a_body_that_is_all_wrong() {
        let entries: Vec<Value> = (0..1000).map(|_| json!({"x": 1})).collect();
        let tree = json!({"kind": "a", "title": {"vi": "b"}, "count": 1, "id": Uuid::nil(), "list": entries});
        assert_eq!(wrong(&tree).len(), MOST);
    }
}
