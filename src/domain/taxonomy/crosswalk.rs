//! Which code of one classification stands for which of another, each with its source. The rows are entries of a list of
//! their own, so that they have days, versions and history as every list has.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{InForce, Taxonomies, TaxonomyItem, TaxonomyName};
use crate::domain::fields::{FieldErrors, Violation, one_of};
use crate::domain::shapes::ListCode;
use crate::domain::text::Line;
use crate::domain::text_enum;

/// The classifications between which there are rows, in the order in which a row names two of them.
const CROSSED: [TaxonomyName; 5] = [
    TaxonomyName::Fields,
    TaxonomyName::ScienceFields,
    TaxonomyName::Fos,
    TaxonomyName::Ipc,
    TaxonomyName::Vsic,
];

text_enum! {
    /// How far two codes agree.
    pub enum CrosswalkRelation {
        /// They mean the same.
        Exact => "exact",
        /// They mean nearly the same.
        Close => "close",
        /// They overlap.
        Related => "related",
    }
}

/// One correspondence, read in the direction that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correspondence<'a> {
    /// Code of the list that is read from.
    pub from: &'a str,
    /// Code of the list that is read to.
    pub to: &'a str,
    /// How far they agree.
    pub relation: &'a str,
    /// Where this is written, or how it was found.
    pub source: &'a str,
    /// Whether somebody held it against its source.
    pub is_verified: bool,
    /// The entry of the list `correspondences` that says so.
    pub entry: &'a TaxonomyItem,
}

/// What an entry of `correspondences` says beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryCorrespondence {
    /// The first list; needed in a new one, as all but `is_verified`: `fields`, `science_fields`, `fos` or `ipc`.
    #[serde(default)]
    #[schema(required = false, max_length = 20, example = "fos")]
    pub from_list: String,
    /// Its code.
    #[serde(default)]
    #[schema(required = false, value_type = ListCode, example = "2.9")]
    pub from_code: String,
    /// The second list, which comes after the first one in the order `fields`, `science_fields`, `fos`, `ipc`,
    /// `vsic`.
    #[serde(default)]
    #[schema(required = false, max_length = 20, example = "ipc")]
    pub to_list: String,
    /// Its code.
    #[serde(default)]
    #[schema(required = false, value_type = ListCode, example = "C12")]
    pub to_code: String,
    /// How far they agree.
    #[serde(default)]
    #[schema(required = false, value_type = CrosswalkRelation, example = "close")]
    pub relation: String,
    /// Where this is written, or how it was found (căn cứ).
    #[serde(default)]
    #[schema(required = false, max_length = 500, example = "WIPO IPC 2020.01, mục C12")]
    pub source: String,
    /// Whether somebody held it against its source.
    #[serde(default)]
    #[schema(required = false, example = true)]
    pub is_verified: bool,
}

impl EntryCorrespondence {
    /// What an entry says.
    pub fn of(item: &TaxonomyItem) -> Self {
        let text = |name: &str| item.attributes.get(name).cloned().unwrap_or_default();
        Self {
            from_list: text("from_list"),
            from_code: text("from_code"),
            to_list: text("to_list"),
            to_code: text("to_code"),
            relation: text("relation"),
            source: text("source"),
            is_verified: is_verified(item),
        }
    }

    /// The code of the entry that says so, so that nothing is said twice.
    pub fn code(&self) -> String {
        format!(
            "{}-{}-{}-{}",
            self.from_list, self.from_code, self.to_list, self.to_code
        )
    }

    /// Parses it into the attributes of an entry with a code; what is wrong is noted.
    pub(super) fn parse(
        &self,
        errors: &mut FieldErrors,
        code: &str,
        lists: &InForce,
    ) -> Option<BTreeMap<String, String>> {
        let at = |name: &str| format!("/correspondence/{name}");
        let (first, second) = (place_of(&self.from_list), place_of(&self.to_list));
        let first = errors.keep(
            at("from_list"),
            first.filter(|at| at + 1 < CROSSED.len()).ok_or_else(|| among(0, 1)),
        );
        let after = first.map_or(1, |first| first + 1);
        let second = errors.keep(
            at("to_list"),
            second.filter(|at| *at >= after).ok_or_else(|| among(after, 0)),
        );
        for (name, place, code) in [
            ("from_code", first, &self.from_code),
            ("to_code", second, &self.to_code),
        ] {
            if let Some(list) = place.and_then(|place| CROSSED.get(place)) {
                errors.keep(at(name), lists.check(*list, code).map(drop));
            }
        }
        let relation = errors.keep(at("relation"), one_of::<CrosswalkRelation>(&self.relation));
        let source = errors.keep(at("source"), Line::<500>::parse(&self.source));
        // That it has four parts is looked at with all other codes.
        if first.and(second).is_some() && code.split('-').count() == 4 && self.code() != code {
            errors.add("/code", Violation::Malformed { what: "list_code" });
        }
        let told = [
            ("from_list", self.from_list.clone()),
            ("from_code", self.from_code.clone()),
            ("to_list", self.to_list.clone()),
            ("to_code", self.to_code.clone()),
            ("relation", relation?.to_string()),
            ("source", source?.into_string()),
            ("verified", if self.is_verified { "yes" } else { "no" }.to_owned()),
        ];
        Some(told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

fn place_of(list: &str) -> Option<usize> {
    CROSSED.iter().position(|crossed| crossed.as_str() == list)
}

/// That a list is none of those from a place on, without the last ones.
fn among(first: usize, without: usize) -> Violation {
    let lists = CROSSED.iter().skip(first).take(CROSSED.len() - first - without);
    Violation::NotOneOf {
        values: lists.map(ToString::to_string).collect(),
    }
}

fn is_verified(item: &TaxonomyItem) -> bool {
    item.attributes
        .get("verified")
        .is_some_and(|verified| verified == "yes")
}

impl Taxonomies {
    /// The rows between two lists that are valid on a day, in either direction. `None` when the exchange has none between
    /// them.
    pub fn crosswalk(&self, from: TaxonomyName, to: TaxonomyName, day: Date) -> Option<Vec<Correspondence<'_>>> {
        let rows = self.items(TaxonomyName::Correspondences, None);
        let found: Vec<_> = rows
            .filter(|item| item.is_valid_on(day))
            .filter_map(|item| {
                let told = |name: &str| item.attributes.get(name).map(String::as_str);
                let first = (told("from_list")?, told("from_code")?);
                let second = (told("to_list")?, told("to_code")?);
                let (from_code, to_code) = match (first.0, second.0) {
                    lists if lists == (from.as_str(), to.as_str()) => (first.1, second.1),
                    lists if lists == (to.as_str(), from.as_str()) => (second.1, first.1),
                    _ => return None,
                };
                Some(Correspondence {
                    from: from_code,
                    to: to_code,
                    relation: told("relation")?,
                    source: told("source")?,
                    is_verified: is_verified(item),
                    entry: item,
                })
            })
            .collect();
        (!found.is_empty()).then_some(found)
    }
}

/// Steps from one list to the next that a derived code is away at the most.
const MOST_STEPS: usize = 3;

/// A code of another classification that a record's own fields lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived<'a> {
    /// The classification.
    pub list: TaxonomyName,
    /// Its entry.
    pub item: &'a TaxonomyItem,
    /// How far it agrees: no step of the way is weaker.
    pub relation: CrosswalkRelation,
    /// Whether somebody held every step against its source.
    pub is_verified: bool,
    /// The entries of `correspondences` that lead there, in their order.
    pub via: Vec<&'a str>,
}

/// A row of `correspondences` read from one of its ends.
struct Step<'a> {
    list: TaxonomyName,
    code: &'a str,
    relation: CrosswalkRelation,
    is_verified: bool,
    entry: &'a str,
}

/// A code of a list.
type End<'a> = (TaxonomyName, &'a str);

type Steps<'a> = BTreeMap<End<'a>, Vec<Step<'a>>>;

impl InForce {
    /// What fields of the exchange are called in other classifications today: by the rows that are in force, one after the other.
    /// A field without rows is what the one above it is. Of several ways to a code the closest counts, then the shortest.
    pub fn classified(&self, fields: &[String]) -> Vec<Derived<'_>> {
        let steps = self.steps();
        let mut found: BTreeMap<(TaxonomyName, &str), Derived<'_>> = BTreeMap::new();
        for field in fields {
            let above = field.split_once('.').map(|(above, _)| above);
            let start = std::iter::once(field.as_str()).chain(above);
            let start = start
                .into_iter()
                .find(|code| steps.contains_key(&(TaxonomyName::Fields, *code)));
            let Some(start) = start else { continue };
            self.follow(&steps, (TaxonomyName::Fields, start), &mut found);
        }
        found.into_values().collect()
    }

    fn steps(&self) -> Steps<'_> {
        let (mut steps, day) = (Steps::new(), self.today());
        for item in self.lists().items(TaxonomyName::Correspondences, None) {
            let told = |name: &str| item.attributes.get(name).map(String::as_str);
            let end = |list: &str, code| Some((told(list)?.parse::<TaxonomyName>().ok()?, told(code)?));
            let ends = end("from_list", "from_code").zip(end("to_list", "to_code"));
            let relation: Option<CrosswalkRelation> = told("relation").and_then(|relation| relation.parse().ok());
            let (Some((one, other)), Some(relation), true) = (ends, relation, item.is_valid_on(day)) else {
                continue;
            };
            for (from, to) in [(one, other), (other, one)] {
                for (from, of_from) in self.of_today(from) {
                    for (to, of_to) in self.of_today(to) {
                        steps.entry(from).or_default().push(Step {
                            list: to.0,
                            code: to.1,
                            relation: relation.max(of_from).max(of_to),
                            is_verified: is_verified(item),
                            entry: &item.code,
                        });
                    }
                }
            }
        }
        steps
    }

    /// An end of a row as it is called today, and how far that can still agree: what took the place of a code is nearly the
    /// same, and a part of one that was divided overlaps with it. Fields of the exchange are asked for by what became of them,
    /// which has rows of its own.
    fn of_today<'a>(&'a self, end: End<'a>) -> Vec<(End<'a>, CrosswalkRelation)> {
        let (list, code) = end;
        let ended = self
            .lists()
            .get(list, code)
            .filter(|item| item.has_ended_on(self.today()));
        if list == TaxonomyName::Fields || ended.is_none() {
            return vec![(end, CrosswalkRelation::Exact)];
        }
        let successors = self.lists().successors(list, code, self.today());
        let relation = match successors.as_slice() {
            [_] => CrosswalkRelation::Close,
            _ => CrosswalkRelation::Related,
        };
        let entries = successors
            .iter()
            .filter_map(|successor| self.lists().get(list, &successor.code));
        entries.map(|entry| ((list, entry.code.as_str()), relation)).collect()
    }

    /// Goes on from a code, each list once on a way. What only overlaps leads no further: two overlaps together say nothing.
    fn follow<'a>(
        &'a self,
        steps: &Steps<'a>,
        start: (TaxonomyName, &str),
        found: &mut BTreeMap<(TaxonomyName, &'a str), Derived<'a>>,
    ) {
        let empty = Vec::new();
        let first = steps.get(&start).unwrap_or(&empty).iter();
        let mut open: Vec<(Vec<TaxonomyName>, Vec<&Step<'a>>)> =
            first.map(|step| (vec![start.0, step.list], vec![step])).collect();
        while let Some((lists, way)) = open.pop() {
            let Some(last) = way.last() else { continue };
            let relation = way.iter().map(|step| step.relation).max().unwrap_or(last.relation);
            if let Some(item) = self
                .lists()
                .get(last.list, last.code)
                .filter(|item| item.is_valid_on(self.today()))
            {
                let derived = Derived {
                    list: last.list,
                    item,
                    relation,
                    is_verified: way.iter().all(|step| step.is_verified),
                    via: way.iter().map(|step| step.entry).collect(),
                };
                let rank = |derived: &Derived<'_>| (derived.relation, derived.via.len(), !derived.is_verified);
                let known = found.get(&(last.list, last.code));
                if known.is_none_or(|known| rank(&derived) < rank(known)) {
                    found.insert((last.list, last.code), derived);
                }
            }
            if relation == CrosswalkRelation::Related || way.len() == MOST_STEPS {
                continue;
            }
            for step in steps.get(&(last.list, last.code)).unwrap_or(&empty) {
                if !lists.contains(&step.list) {
                    let lists = lists.iter().copied().chain([step.list]).collect();
                    let way = way.iter().copied().chain([step]).collect();
                    open.push((lists, way));
                }
            }
        }
    }
}
