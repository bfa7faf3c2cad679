//! What officers look at before they approve (danh mục kiểm tra): a list for each sort of thing, in editions that are
//! never changed, so that it stays known what was ticked. Data: `checklists.csv`.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::EntryKind;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::listing::ListingKind;

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its code; stable.
    pub code: String,
    /// Whether nothing is approved without it.
    pub is_mandatory: bool,
    /// What it is, in Vietnamese.
    pub name_vi: String,
    /// What it is, in English.
    pub name_en: String,
}

/// A line of the data.
#[derive(Clone, Debug, Deserialize)]
struct Line {
    edition: u32,
    applies_to: String,
    code: String,
    is_mandatory: String,
    name_vi: String,
    name_en: String,
}

/// All editions. Reading is lenient, so that this cannot fail while serving; a test holds that no line is unreadable.
fn lines() -> &'static [Line] {
    static LINES: OnceLock<Vec<Line>> = OnceLock::new();
    LINES.get_or_init(|| {
        let mut reader = csv::Reader::from_reader(include_str!("checklists.csv").as_bytes());
        reader.deserialize().filter_map(Result::ok).collect()
    })
}

/// The edition in force.
pub fn edition() -> u32 {
    lines().iter().map(|line| line.edition).max().unwrap_or_default()
}

/// Whether there is, or was, such an edition.
pub fn is_edition(edition: u32) -> bool {
    lines().iter().any(|line| line.edition == edition)
}

/// What is to be looked at of a sort of thing: what holds for all listings, and what holds for those of the kind.
pub fn items(edition: u32, kind: EntryKind, listing_kind: Option<ListingKind>) -> Vec<Item> {
    let sort = match kind {
        EntryKind::Listing | EntryKind::Revision => EntryKind::Listing.as_str(),
        EntryKind::Enterprise | EntryKind::Amendment | EntryKind::Document | EntryKind::Report => kind.as_str(),
    };
    let of_kind = listing_kind.map(ListingKind::as_str);
    let fitting = lines().iter().filter(|line| {
        line.edition == edition && (line.applies_to == sort || Some(line.applies_to.as_str()) == of_kind)
    });
    fitting
        .map(|line| Item {
            code: line.code.clone(),
            is_mandatory: line.is_mandatory == "yes",
            name_vi: line.name_vi.clone(),
            name_en: line.name_en.clone(),
        })
        .collect()
}

/// What an officer ticked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticks {
    /// Of which edition.
    pub edition: u32,
    /// The codes.
    pub ticked: Vec<String>,
}

impl Ticks {
    /// Refuses an edition that is not in force, codes that no list has, and those that stand twice. The errors are below `at`.
    pub fn require_known(&self, at: &str) -> Result<(), Vec<FieldError>> {
        self.strange(at).finish(Some(()))
    }

    fn strange(&self, at: &str) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.edition != edition() {
            let what = "checklist_edition";
            errors.add(format!("{at}/edition"), Violation::Malformed { what });
            return errors;
        }
        let is_known = |code: &String| {
            lines()
                .iter()
                .any(|line| line.edition == self.edition && line.code == *code)
        };
        let mut seen = HashSet::new();
        for (number, code) in self.ticked.iter().enumerate() {
            let pointer = format!("{at}/ticked/{number}");
            if !seen.insert(code) {
                errors.add(pointer, Violation::Duplicate);
            } else if !is_known(code) {
                let what = "checklist_item";
                errors.add(pointer, Violation::Malformed { what });
            }
        }
        errors
    }

    /// What belongs to the list of a thing; refused where something is [not known](Self::require_known), or where
    /// something mandatory is not ticked, all at once. The errors are below `at`.
    pub fn complete(
        &self,
        kind: EntryKind,
        listing_kind: Option<ListingKind>,
        at: &str,
    ) -> Result<Self, Vec<FieldError>> {
        // Of another edition the items are not those that are to be ticked.
        if self.edition != edition() {
            self.require_known(at)?;
        }
        let mut errors = self.strange(at);
        let mut kept = Vec::new();
        for item in items(self.edition, kind, listing_kind) {
            if self.ticked.contains(&item.code) {
                kept.push(item.code);
            } else if item.is_mandatory {
                let violation = Violation::NotTicked {
                    vi: item.name_vi,
                    en: item.name_en,
                };
                errors.add(format!("{at}/ticked"), violation);
            }
        }
        errors.finish(Some(Self {
            edition: self.edition,
            ticked: kept,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_says_to_what_it_applies() {
        let text = include_str!("checklists.csv");
        assert_eq!(lines().len(), text.lines().count() - 1);
        for line in lines() {
            let applies = &line.applies_to;
            let is_sort = applies
                .parse::<EntryKind>()
                .is_ok_and(|kind| kind != EntryKind::Revision);
            assert!(is_sort || applies.parse::<ListingKind>().is_ok(), "{applies}");
            assert!(["yes", "no"].contains(&line.is_mandatory.as_str()), "{}", line.code);
            assert!(!line.name_vi.is_empty() && !line.name_en.is_empty(), "{}", line.code);
        }
        for number in 1..=edition() {
            assert!(is_edition(number), "{number} is missing");
        }
    }

    #[test]
    fn every_sort_of_thing_has_a_list_of_its_own() {
        let lists = ListingKind::ALL.iter().map(|kind| (EntryKind::Listing, Some(*kind)));
        let others = [EntryKind::Enterprise, EntryKind::Amendment].map(|kind| (kind, None));
        for (kind, listing_kind) in lists.chain(others) {
            let items = items(edition(), kind, listing_kind);
            let codes: std::collections::BTreeSet<_> = items.iter().map(|item| &item.code).collect();
            assert_eq!(codes.len(), items.len(), "{kind} {listing_kind:?}: a code twice");
            assert!(items.iter().any(|item| item.is_mandatory), "{kind} {listing_kind:?}");
        }
        let general = items(edition(), EntryKind::Listing, None).len();
        for kind in ListingKind::ALL {
            let own = items(edition(), EntryKind::Revision, Some(*kind)).len();
            assert!(own > general, "{kind} has nothing of its own");
        }
    }

    #[test]
    fn what_is_mandatory_must_be_ticked() {
        let of = |ticked: &[&str]| Ticks {
            edition: edition(),
            ticked: ticked.iter().map(|code| (*code).to_owned()).collect(),
        };
        let all = items(edition(), EntryKind::Amendment, None);
        let mandatory: Vec<&str> = all
            .iter()
            .filter(|item| item.is_mandatory)
            .map(|item| item.code.as_str())
            .collect();
        let check = |ticks: Ticks| ticks.complete(EntryKind::Amendment, None, "/checklist");
        assert_eq!(check(of(&mandatory)).unwrap(), of(&mandatory));
        // What belongs to another list is not kept.
        let more: Vec<&str> = mandatory.iter().copied().chain(["trl_plausible"]).collect();
        assert_eq!(check(of(&more)).unwrap(), of(&mandatory));
        let missing = check(of(&mandatory[1..])).unwrap_err();
        assert_eq!((missing.len(), missing[0].pointer.as_str()), (1, "/checklist/ticked"));
        let strange: Vec<&str> = mandatory.iter().copied().chain(["anything"]).collect();
        let unknown = check(of(&strange)).unwrap_err();
        assert_eq!(unknown[0].pointer, format!("/checklist/ticked/{}", mandatory.len()));
        // None of these hides another one.
        let mixed = check(of(&[mandatory[0], "anything", mandatory[0]])).unwrap_err();
        let told: Vec<_> = mixed
            .iter()
            .map(|error| (error.pointer.as_str(), error.violation.code()))
            .collect();
        let mut all = vec![
            ("/checklist/ticked/1", "malformed"),
            ("/checklist/ticked/2", "duplicate"),
        ];
        all.resize(mandatory.len() + 1, ("/checklist/ticked", "not_ticked"));
        assert_eq!(told, all);
        let mut former = of(&mandatory);
        former.edition += 1;
        assert_eq!(check(former).unwrap_err()[0].pointer, "/checklist/edition");
    }
}
