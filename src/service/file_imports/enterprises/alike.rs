//! Enterprises that look like the one of a row: those on the exchange, and those of earlier rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::row::Head;
use crate::domain::access::{Action, Actor, decide};
use crate::domain::enterprise::{DuplicateReason, Enterprise, EnterpriseProfile, Likeness, likeness, marks};
use crate::domain::import::Problem;
use crate::service::enterprises::resource;
use crate::store::{self, AnyConn, enterprises};

/// How many are read at once.
const BATCH: i64 = 500;
/// How many are told of a row.
const MOST: usize = 5;

/// An enterprise, and the row that it came of where it is not on the exchange yet.
#[derive(Clone, Debug)]
struct Known {
    enterprise: Enterprise,
    row: Option<i64>,
}

/// Enterprises by what another registration of theirs would have, too.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    all: Vec<Arc<Known>>,
    by_mark: HashMap<(DuplicateReason, String), Vec<usize>>,
}

impl Index {
    /// All that are on the exchange, some thousands.
    pub(super) fn read(conn: &mut AnyConn) -> store::Result<Self> {
        let (mut index, mut after) = (Self::default(), None);
        loop {
            let batch = enterprises::unmerged(conn, after, BATCH)?;
            let Some(last) = batch.last() else { break };
            after = Some(last.id);
            for enterprise in batch {
                index.add(enterprise, None);
            }
        }
        Ok(index)
    }

    /// Adds one, and the row that it came of.
    pub(super) fn add(&mut self, enterprise: Enterprise, row: Option<i64>) {
        self.keep(Arc::new(Known { enterprise, row }));
    }

    /// Adds what another one has.
    pub(super) fn extend(&mut self, other: Self) {
        for known in other.all {
            self.keep(known);
        }
    }

    fn keep(&mut self, known: Arc<Known>) {
        let at = self.all.len();
        for mark in marks(&known.enterprise.profile) {
            self.by_mark.entry(mark).or_default().push(at);
        }
        self.all.push(known);
    }

    /// Those that look like it.
    fn find(&self, profile: &EnterpriseProfile) -> Vec<(&Known, Likeness)> {
        let all_marks = marks(profile).into_iter();
        let places: HashSet<usize> = all_marks
            .filter_map(|mark| self.by_mark.get(&mark))
            .flatten()
            .copied()
            .collect();
        let known = places.into_iter().filter_map(|at| self.all.get(at));
        known
            .filter_map(|known| Some((known.as_ref(), likeness(profile, &known.enterprise.profile)?)))
            .collect()
    }
}

/// Which enterprises look like the one of a row, the most alike first, as far as the officer may review them; and how much the one that
/// is most alike does, whoever may.
pub(super) fn told(
    head: &Head,
    actor: &Actor,
    indexes: [&Index; 2],
    profile: &EnterpriseProfile,
) -> (Vec<Problem>, u32) {
    let found = indexes.into_iter().flat_map(|index| index.find(profile));
    let mut found: Vec<(&Known, Likeness)> = found.collect();
    let most = found.iter().map(|(_, likeness)| likeness.score).max().unwrap_or(0);
    found.retain(|(known, _)| {
        known.row.is_some() || decide(actor, Action::MergeEnterprises, &resource(&known.enterprise)).is_ok()
    });
    found.sort_by(|one, other| {
        let place = |known: &Known| (known.row, known.enterprise.id);
        other.1.score.cmp(&one.1.score).then(place(one.0).cmp(&place(other.0)))
    });
    let told = found.iter().take(MOST);
    let told = told.map(|(known, likeness)| head.possible_duplicate(words(known, likeness)));
    (told.collect(), most)
}

fn words(known: &Known, likeness: &Likeness) -> (String, String) {
    let name = &known.enterprise.profile.legal_name;
    let (vi, en) = match known.row {
        Some(row) => (format!("“{name}” ở dòng {row}"), format!("“{name}” of row {row}")),
        None => {
            let id = known.enterprise.id;
            (
                format!("“{name}” ({id}) trên Sàn"),
                format!("“{name}” ({id}) on the exchange"),
            )
        }
    };
    let reasons = |name: fn(DuplicateReason) -> &'static str| {
        let names = likeness.reasons.iter().map(|reason| name(*reason));
        names.collect::<Vec<_>>().join(", ")
    };
    (
        format!("Có thể trùng với {vi}: cùng {}.", reasons(in_vietnamese)),
        format!("May be {en}: the same {}.", reasons(in_english)),
    )
}

fn in_vietnamese(reason: DuplicateReason) -> &'static str {
    match reason {
        DuplicateReason::TaxCode => "mã số",
        DuplicateReason::Name => "tên",
        DuplicateReason::Phone => "điện thoại",
        DuplicateReason::Domain => "tên miền",
    }
}

fn in_english(reason: DuplicateReason) -> &'static str {
    match reason {
        DuplicateReason::TaxCode => "number",
        DuplicateReason::Name => "name",
        DuplicateReason::Phone => "telephone",
        DuplicateReason::Domain => "domain",
    }
}
