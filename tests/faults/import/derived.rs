//! Mistakes that follow from the columns that an import takes: a column that comes is spoiled, too, and a new sort of cells does
//! not compile until it is said here what can be wrong with one. Of each column whatever its cells can have wrong, and
//! something that is right in a listing of a kind that has no such thing.

use serde_json::{Value, json};
use vptex::domain::listing::ListingKind;
use vptex::domain::taxonomy::{Taxonomies, TaxonomyName};
use vptex::service::file_imports::listings::choices::Choice;
use vptex::service::file_imports::listings::columns::{COLUMNS, Cell as Sort, Described};
use vptex::service::file_imports::listings::entries::Entries;

use super::mistakes::{Cell, Change, FUNDED, InLine, InTable, KIND, MODEL, PROHIBITED, Told, WARRANTY, YEAR};

/// The kind of good rows, and what they say that not every kind has.
const USUAL: ListingKind = ListingKind::EquipmentOffer;
const OF_THE_USUAL: [&str; 3] = [YEAR, WARRANTY, MODEL];
/// In no list.
const NOTHING: &str = "không có trong danh mục";
/// More than any listing may have of anything that is counted in tens.
const MANY: usize = 21;

/// Something that is wrong with the value of a column.
struct Spoil {
    /// What a cell says; nothing where a table cannot have it wrong so.
    cell: Option<String>,
    /// What the member of JSON is, likewise.
    member: Option<Value>,
    /// Where within the value, and how that is told.
    place: &'static str,
    code: &'static str,
}

fn both(cell: impl Into<String>, member: Value, place: &'static str, code: &'static str) -> Spoil {
    Spoil {
        cell: Some(cell.into()),
        member: Some(member),
        place,
        code,
    }
}

/// The same text in either.
fn text(text: impl Into<String>, code: &'static str) -> Spoil {
    let text = text.into();
    both(text.clone(), json!(text), "", code)
}

fn unreadable(cell: &str) -> Spoil {
    Spoil {
        member: None,
        ..both(cell, Value::Null, "", "malformed")
    }
}

/// What can be wrong with a value of a sort, whatever it is about.
fn spoils(sort: Sort) -> Vec<Spoil> {
    let mut all = match sort {
        // What a row is about is no value of its listing.
        Sort::Identifier | Sort::Listing | Sort::Told => return Vec::new(),
        Sort::Text(most) => vec![
            text("a".repeat(most + 1), "too_long"),
            text("Máy\u{202e}sấy", "control_character"),
        ],
        Sort::Code(_) => vec![text(NOTHING, "unknown_code")],
        Sort::Codes(list) => codes(list),
        Sort::Choice(_) => vec![text(NOTHING, "malformed")],
        Sort::Choices(choice) => {
            let known = of_choice(choice);
            let more: Vec<&str> = known.iter().chain(known.first()).copied().collect();
            let twice = [first(&known); 2];
            vec![
                both(NOTHING, json!([NOTHING]), "/0", "malformed"),
                both(twice.join("; "), json!(twice), "/1", "duplicate"),
                both(more.join("; "), json!(more), "", "too_many"),
            ]
        }
        Sort::Texts => {
            let (long, twice) = ("a".repeat(101), ["Sấy"; 2]);
            let many: Vec<String> = (0..MANY).map(|number| format!("Nghề {number}")).collect();
            vec![
                unreadable("\"Sấy\" lúa"),
                both(long.clone(), json!([long]), "/0", "too_long"),
                both(twice.join("; "), json!(twice), "/1", "duplicate"),
                both(many.join("; "), json!(many), "", "too_many"),
            ]
        }
        Sort::Level => vec![unreadable("mười"), both("12", json!(12), "", "out_of_range")],
        Sort::Amount => vec![
            unreadable("rẻ"),
            unreadable("1,5"),
            // Of which dollars is not said.
            unreadable("12.000 $"),
            both(
                "9.999.999.999.999.999",
                json!(9_999_999_999_999_999_i64),
                "",
                "out_of_range",
            ),
        ],
        Sort::Currency => vec![text("XYZ", "malformed")],
        Sort::Number(_, most) | Sort::Months(most) => vec![
            unreadable("nhiều"),
            both((most + 1).to_string(), json!(most + 1), "", "out_of_range"),
        ],
        Sort::Day => vec![
            unreadable("ngày mai"),
            both("31/2/2027", json!("2027-02-31"), "", "malformed"),
            both("31/12/1999", json!("1999-12-31"), "", "out_of_range"),
        ],
        Sort::YesNo => vec![unreadable("có lẽ")],
        Sort::Specifications => {
            let names = || (0..101).map(|number| format!("Thông số {number}"));
            let cell: Vec<String> = names().map(|name| format!("{name}: 5")).collect();
            let member: Vec<Value> = names().map(|name| json!({"name": name, "value": "5"})).collect();
            vec![
                unreadable("không rõ"),
                both(cell.join("; "), json!(member), "", "too_many"),
            ]
        }
        Sort::Entries(entries) => {
            let (cell, member): (Vec<String>, Vec<Value>) = (0..MANY).map(|number| entry(entries, number)).unzip();
            vec![
                unreadable("\"Sấy\" lúa"),
                both(cell.join("; "), json!(member), "", "too_many"),
            ]
        }
    };
    let another_type = if sort == Sort::YesNo { json!("có") } else { json!(true) };
    all.push(Spoil {
        cell: None,
        ..both("", another_type, "", "malformed")
    });
    all
}

fn codes(list: TaxonomyName) -> Vec<Spoil> {
    let known: Vec<&'static str> = Taxonomies::embedded()
        .items(list, None)
        .map(|item| item.code.as_str())
        .collect();
    let twice = match list {
        TaxonomyName::Fields => ["food.drying"; 2],
        TaxonomyName::RegulatedTechnologies => [PROHIBITED; 2],
        _ => [first(&known); 2],
    };
    let mut all = vec![
        both(NOTHING, json!([NOTHING]), "/0", "unknown_code"),
        both(twice.join("; "), json!(twice), "/1", "duplicate"),
    ];
    // Of these a listing may have each.
    if list == TaxonomyName::TransferModes {
        let more: Vec<&str> = known.iter().chain(known.first()).copied().collect();
        all.push(both(more.join("; "), json!(more), "", "too_many"));
    }
    all
}

fn of_choice(choice: Choice) -> Vec<&'static str> {
    choice.words().into_iter().map(|(code, _)| code).collect()
}

fn first(known: &[&'static str]) -> &'static str {
    known.first().copied().unwrap_or(NOTHING)
}

fn entry(entries: Entries, number: usize) -> (String, Value) {
    match entries {
        Entries::Rights => (
            format!("patent | filed | VN | 1-{number}"),
            json!({"type": "patent", "status": "filed", "office": "VN", "application_number": format!("1-{number}")}),
        ),
        Entries::Owners => (
            format!("organisation | Viện {number}"),
            json!({"type": "organisation", "name": format!("Viện {number}")}),
        ),
        Entries::Certificates => (
            format!("iso | {number}"),
            json!({"scheme": "iso", "number": number.to_string()}),
        ),
    }
}

/// Something that is right in a listing which has such a thing; nothing of sorts that every listing has.
fn fitting(sort: Sort) -> Option<(String, Value)> {
    let text = |text: &str| Some((text.to_owned(), json!(text)));
    match sort {
        Sort::Text(_) => text("Có"),
        Sort::Choice(choice) => text(first(&of_choice(choice))),
        Sort::Choices(choice) => {
            let code = first(&of_choice(choice));
            Some((code.to_owned(), json!([code])))
        }
        Sort::Texts => Some(("Sấy".into(), json!(["Sấy"]))),
        Sort::Number(least, _) => Some((least.to_string(), json!(least))),
        Sort::Level | Sort::Amount | Sort::Months(_) => Some(("5".into(), json!(5))),
        Sort::Day => Some(("31/3/2027".into(), json!("2027-03-31"))),
        Sort::YesNo => Some(("Có".into(), json!(true))),
        Sort::Identifier
        | Sort::Listing
        | Sort::Told
        | Sort::Code(_)
        | Sort::Codes(_)
        | Sort::Currency
        | Sort::Specifications
        | Sort::Entries(_) => None,
    }
}

/// The kind of listing in which a column is spoiled.
fn kind_of(column: &Described) -> ListingKind {
    let others = ListingKind::ALL.iter().copied();
    let mut kinds = std::iter::once(USUAL).chain(others);
    kinds.find(|kind| column.belongs_to(*kind)).unwrap_or(USUAL)
}

/// What else a row says so that nothing but the value of a column is wrong: each place with a cell and a member; nothing where
/// it says nothing.
fn around(column: &Described) -> Vec<(&'static str, Option<(&'static str, Value)>)> {
    let mut all = Vec::new();
    let kind = kind_of(column);
    if kind != USUAL {
        all.push((KIND, Some((kind.as_str(), json!(kind.as_str())))));
        let foreign = COLUMNS.iter().filter(|other| OF_THE_USUAL.contains(&other.pointer));
        all.extend(
            foreign
                .filter(|other| !other.belongs_to(kind))
                .map(|other| (other.pointer, None)),
        );
    }
    if let Some(whole) = column.pointer.strip_suffix("/en") {
        all.push((kept(format!("{whole}/vi")), Some(("Sấy lúa.", json!("Sấy lúa.")))));
    }
    if ["/rd_task_code", "/acceptance_no"].contains(&column.pointer) {
        all.push((FUNDED, Some(("Có", json!(true)))));
    }
    all
}

/// For as long as the program runs: the lists are made once.
fn kept(text: String) -> &'static str {
    text.leak()
}

fn told(pointer: String, code: &'static str) -> Told {
    vec![(kept(pointer), code)].leak()
}

/// Whether something of a column is for other listings than good rows are; in one language, since it is told once.
fn foreign(column: &Described) -> Option<(String, Value, String)> {
    let (cell, member) = fitting(column.cell).filter(|_| !column.belongs_to(USUAL))?;
    let name = column.pointer.split('/').nth(1)?;
    (!column.pointer.ends_with("/en")).then(|| (cell, member, format!("/{name}")))
}

/// Of every column, in tables.
pub fn in_tables() -> Vec<InTable> {
    let mut all = Vec::new();
    for column in COLUMNS {
        for spoil in spoils(column.cell) {
            let Some(cell) = spoil.cell else { continue };
            let beside = around(column).into_iter();
            let beside = beside.map(|(pointer, said)| (pointer, Cell::Says(said.map_or("", |(cell, _)| cell))));
            let cells: Vec<_> = beside.chain([(column.pointer, Cell::Says(kept(cell)))]).collect();
            all.push(InTable {
                cells: cells.leak(),
                told: told(format!("{}{}", column.pointer, spoil.place), spoil.code),
            });
        }
        if let Some((cell, _, whole)) = foreign(column) {
            all.push(InTable {
                cells: vec![(column.pointer, Cell::Says(kept(cell)))].leak(),
                told: told(whole, "conflicts"),
            });
        }
    }
    all
}

fn set(pointer: &str, value: &Value) -> Change {
    Change::Set(kept(format!("/listing{pointer}")), kept(value.to_string()))
}

fn line(changes: Vec<Change>, told: Told) -> InLine {
    InLine {
        changes: changes.leak(),
        told,
        is_named: true,
    }
}

/// Of every column, in lines of JSON.
pub fn in_lines() -> Vec<InLine> {
    let mut all = Vec::new();
    for column in COLUMNS {
        for spoil in spoils(column.cell) {
            let Some(member) = spoil.member else { continue };
            let beside = around(column).into_iter();
            let beside = beside.map(|(pointer, said)| match said {
                Some((_, value)) => set(pointer, &value),
                None => Change::Without(kept(format!("/listing{pointer}"))),
            });
            let changes = beside.chain([set(column.pointer, &member)]).collect();
            let place = format!("{}{}", column.pointer, spoil.place);
            all.push(line(changes, told(place, spoil.code)));
        }
        if let Some((_, member, whole)) = foreign(column) {
            all.push(line(vec![set(column.pointer, &member)], told(whole, "conflicts")));
        }
    }
    all
}
