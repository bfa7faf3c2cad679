//! What is there after an import, held against what was in its file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use diesel::sql_types::{Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use serde_json::{Map, Value};

use super::file::{Plan, Reasons, Row, read};
use super::mistakes::HEAD;
use super::standing::Standing;
use crate::invariants;
use crate::ledger;
use crate::web::{Ask, Reply, Web};
use crate::world::World;

/// So many differences of one sort are told.
const MOST: usize = 5;
/// Why a row was refused, as a file of errors has it.
const REASON: &str = "Lý do / Reason";

/// Created, updated, unchanged and refused.
pub fn counts(import: &Reply, expected: [usize; 4]) -> Vec<String> {
    let found = ["created", "updated", "unchanged", "refused"].map(|name| import.at(&format!("/counts/{name}")));
    let is_right = found.iter().zip(expected).all(|(found, expected)| *found == expected);
    let mut wrong = Vec::new();
    if !is_right {
        wrong.push(format!(
            "created, updated, unchanged, refused are {found:?} and not {expected:?}"
        ));
    }
    if import.text("/status") != "finished" {
        wrong.push(format!("it ended as {}: {}", import.text("/status"), import.in_words()));
    }
    wrong
}

/// What is told of a row of an import.
pub struct ToldRow {
    /// Its problems.
    problems: Vec<Value>,
}

/// Reads what became of each row and compares; gives what is wrong, and what was told of the refused ones in their order.
pub fn rows(
    world: &World,
    web: &mut Web,
    import: &str,
    plan: &Plan,
    good: &'static str,
) -> Result<(Vec<String>, Vec<ToldRow>), String> {
    let (mut wrong, mut told, mut listings) = (Vec::new(), Vec::new(), BTreeSet::new());
    let (mut at, mut after) = (0, String::new());
    loop {
        let path = format!("/listing-imports/{import}/rows?limit=100{after}");
        let page = ledger::read(web, &Ask::get(path).by(&world.people.owner.token))?;
        if page.status != 200 {
            return Err(format!("rows: {}", page.in_words()));
        }
        let page = page.json();
        for row in page["items"].as_array().into_iter().flatten() {
            if at >= plan.rows() {
                return Ok((vec![format!("there are more than {at} rows")], told));
            }
            wrong.extend(differs(plan, at, row, good));
            if let Some(listing) = row["listing_id"].as_str()
                && !listings.insert(listing.to_owned())
            {
                wrong.push(format!("two rows are about listing {listing}"));
            }
            if row["result"] == "refused" {
                told.push(ToldRow {
                    problems: row["problems"].as_array().cloned().unwrap_or_default(),
                });
            }
            at += 1;
        }
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    if at != plan.rows() {
        wrong.push(format!("{at} rows are told of {}", plan.rows()));
    }
    if listings.len() != plan.good() {
        wrong.push(format!("{} listings are told and not {}", listings.len(), plan.good()));
    }
    wrong.truncate(MOST);
    Ok((wrong, told))
}

fn differs(plan: &Plan, at: usize, row: &Value, good: &'static str) -> Option<String> {
    let expected = plan.expected(at, good);
    let told = ["problems", "notices"]
        .into_iter()
        .filter_map(|name| row[name].as_array());
    let told: Reasons = told.flatten().map(reason).collect();
    let is_right = row["row"] == expected.number
        && row["result"] == expected.result
        && row["external_id"].as_str() == expected.name.as_deref()
        && row["listing_id"].is_string() == (expected.result != "refused")
        && row["missing_fields"].as_array().is_some_and(Vec::is_empty)
        && told == expected.told;
    (!is_right).then(|| format!("row {at}: {row} and not {expected:?}"))
}

/// Place and code of something that is told.
fn reason(told: &Value) -> (String, String) {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    (text("pointer"), text("code"))
}

/// Each class of mistake is told as often as it is in the file, and none that is not in it; and how often, from the rarest to the most
/// frequent.
pub fn classes(plan: &Plan, told: &[ToldRow]) -> (Vec<String>, RangeInclusive<usize>) {
    let (expected, mut found) = (plan.reasons(), BTreeMap::<Reasons, usize>::new());
    for row in told {
        *found.entry(row.problems.iter().map(reason).collect()).or_default() += 1;
    }
    let all: BTreeSet<&Reasons> = expected.keys().chain(found.keys()).collect();
    let differing = all.into_iter().filter_map(|class| {
        let of = |counts: &BTreeMap<Reasons, usize>| counts.get(class).copied().unwrap_or_default();
        let (expected, found) = (of(&expected), of(&found));
        (expected != found).then(|| format!("refused for {class:?}: {found} rows and not {expected}"))
    });
    let least = expected.values().min().copied().unwrap_or_default();
    let most = expected.values().max().copied().unwrap_or_default();
    (differing.take(MOST).collect(), least..=most)
}

/// The head of a file of errors, its rows, and what is wrong with it.
pub type Errors = (Vec<String>, Vec<Row>, Vec<String>);

/// What a file of errors says: each refused row as it was sent, with every reason.
pub fn errors(plan: &Plan, bytes: &[u8], told: &[ToldRow]) -> Result<Errors, String> {
    let (head, rows) = read(plan.format, bytes)?;
    let mut wrong = Vec::new();
    if rows.len() != plan.refused() || told.len() != plan.refused() {
        let (rows, told) = (rows.len(), told.len());
        return Err(format!(
            "{rows} rows, and {told} told as refused, of {}",
            plan.refused()
        ));
    }
    let own = HEAD.iter().chain([&REASON]);
    if !head.is_empty() && !head.iter().eq(own) {
        wrong.push(format!("its head is {head:?}"));
    }
    for ((at, row), told) in plan.wrong_rows().zip(&rows).zip(told) {
        let is_right = match (plan.sent(at), row) {
            (Row::Cells(sent), Row::Cells(found)) => is_row(&sent, found, told),
            (Row::Line(sent), Row::Line(found)) => is_line(&sent, found, plan.expected(at, "").number, told),
            _ => false,
        };
        if !is_right {
            let shown: String = format!("{row:?}").chars().take(600).collect();
            wrong.push(format!("row {at} comes back as {shown}"));
        }
    }
    wrong.truncate(MOST);
    Ok((head, rows, wrong))
}

/// The cells as they were sent, why, and cells that no column has.
fn is_row(sent: &[String], found: &[String], told: &ToldRow) -> bool {
    let bare = |cells: &[String]| {
        let end = cells
            .iter()
            .rposition(|cell| !cell.is_empty())
            .map_or(0, |last| last + 1);
        cells[..end].to_vec()
    };
    let (Some(own), Some(why)) = (found.get(..HEAD.len()), found.get(HEAD.len())) else {
        return false;
    };
    let words = |problem: &Value, language: &str| problem[language].as_str().unwrap_or_default().to_owned();
    *own == sent[..HEAD.len()]
        && bare(&found[HEAD.len() + 1..]) == bare(&sent[HEAD.len()..])
        && told.problems.iter().all(|problem| {
            let column = problem["column"].as_str().unwrap_or_default();
            let is_placed = problem["pointer"] == "" || HEAD.contains(&column);
            is_placed
                && why.contains(column)
                && ["vi", "en"]
                    .iter()
                    .all(|language| why.contains(&words(problem, language)))
        })
}

/// The line as it was sent, and why beside it; one that is no object, or has a member twice, in a member of its own.
fn is_line(sent: &str, found: &str, number: i64, told: &ToldRow) -> bool {
    let Ok(mut found) = serde_json::from_str::<Map<String, Value>>(found) else {
        return false;
    };
    let problems = found.remove("problems").unwrap_or_default();
    let is_as_it_came = found.get("line").and_then(Value::as_str) == Some(sent) && found.len() == 1;
    let is_same = is_as_it_came || serde_json::from_str::<Map<String, Value>>(sent).is_ok_and(|sent| sent == found);
    is_same && problems["row"] == number && problems["why"].as_array() == Some(&told.problems)
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Text>)]
    model: Option<String>,
}

/// Every row of every file is a listing once, and says what its row says; good ones alone where nothing was mended yet. Those that stood
/// before say what they said.
pub fn listings(world: &World, plans: &[Plan], standing: &Standing, is_mended: bool) -> Vec<String> {
    let mut conn = invariants::open(&world.place);
    let query = "SELECT x.external_id AS name, l.title_vi AS title, l.model AS model
        FROM listing_external_ids x JOIN listings l ON l.id = x.listing_id";
    let kept: Vec<Kept> = sql_query(query).load(&mut conn).unwrap();
    let mut kept: BTreeMap<String, (String, Option<String>)> = kept
        .into_iter()
        .map(|kept| (kept.name, (kept.title, kept.model)))
        .collect();
    let mut wrong = Vec::new();
    for (name, said) in standing {
        match kept.remove(*name) {
            Some(found) if found == *said => {}
            found => wrong.push(format!("listing {name} is {found:?} and not {said:?}")),
        }
    }
    for plan in plans {
        for at in (0..plan.rows()).filter(|at| is_mended || plan.is_good(*at)) {
            let changed = plan.changed_model(at).filter(|_| is_mended);
            let expected = (plan.title(at), Some(changed.unwrap_or_else(|| plan.model(at))));
            match kept.remove(&plan.name(at)) {
                Some(found) if found == expected => {}
                found => wrong.push(format!("listing {} is {found:?} and not {expected:?}", plan.name(at))),
            }
        }
    }
    wrong.extend(kept.keys().map(|name| format!("listing {name} was in no file")));
    wrong.truncate(MOST);
    wrong
}
