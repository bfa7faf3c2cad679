//! As what the events of dossiers count in reports and registers: it is in the rule set that a dossier is under.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::procedure::{self, CountsAs, Procedure};
use crate::service::Result;
use crate::service::procedures::{self, RuleSet};
use crate::store::AnyConn;

/// What events count as, by procedure and version of its rules.
pub struct Counting {
    by_rules: HashMap<(String, i64), BTreeMap<String, CountsAs>>,
    newest: HashMap<String, i64>,
    asking: BTreeSet<(String, String)>,
}

impl Counting {
    /// By all versions of all procedures.
    pub(crate) fn read(conn: &mut AnyConn) -> Result<Self> {
        let mut counting = Self {
            by_rules: HashMap::new(),
            newest: HashMap::new(),
            asking: BTreeSet::new(),
        };
        for newest in procedures::all(conn)? {
            counting.newest.insert(newest.code.clone(), newest.version);
            let mut before = None;
            loop {
                let versions = procedures::versions(conn, &newest.code, before, 100)?;
                let Some(last) = versions.last().map(|last| last.version) else {
                    break;
                };
                versions.into_iter().for_each(|set| counting.add(set));
                before = Some(last);
            }
        }
        Ok(counting)
    }

    fn add(&mut self, set: RuleSet) {
        let rules = &set.rules;
        let is_open = |state: &str| {
            let known = rules.state(state);
            known.is_some_and(|known| !known.is_final && !known.is_decided)
        };
        let leads = rules.events.iter().flat_map(|event| &event.to_on_ground);
        let asking = leads.filter(|lead| is_open(&lead.to));
        self.asking
            .extend(asking.map(|lead| (set.code.clone(), lead.to.clone())));
        let counted = counted_by(&set);
        self.by_rules.insert((set.code, set.version), counted);
    }

    /// Names of events that count by some rules.
    pub(crate) fn names(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.by_rules.values().flat_map(BTreeMap::keys).collect();
        names.into_iter().cloned().collect()
    }

    /// As what an event counts by the rules of its dossier; by the newest ones where that is under none.
    pub(crate) fn of(&self, procedure: &str, version: Option<i64>, event: &str) -> Option<CountsAs> {
        let version = version.or_else(|| self.newest.get(procedure).copied())?;
        let rules = self.by_rules.get(&(procedure.to_owned(), version))?;
        rules.get(event).copied()
    }

    /// The states in which more is waited for by some rules.
    pub(super) fn asking_states(&self) -> Vec<String> {
        let states: BTreeSet<&String> = self.asking.iter().map(|(_, state)| state).collect();
        states.into_iter().cloned().collect()
    }

    /// Whether something led to a state in which more is waited for: what comes after it counts, and this does not, so that a project
    /// counts once.
    pub(super) fn asks_for_more(&self, procedure: &str, state: &str) -> bool {
        self.asking.contains(&(procedure.to_owned(), state.to_owned()))
    }
}

/// Whether an event of a rule set is an opinion on the technology of a project.
pub(crate) fn is_opinion(set: &RuleSet, event: &str) -> bool {
    counted_by(set).get(event) == Some(&CountsAs::Opinion)
}

/// As what the events of a rule set count. Rules of before it was said, or written back without it, count as those that came with the program.
fn counted_by(set: &RuleSet) -> BTreeMap<String, CountsAs> {
    let told = counted(&set.rules);
    match procedure::shipped().get(&set.code) {
        Some(shipped) if told.is_empty() => counted(shipped),
        _ => told,
    }
}

/// As what the events of a rule set say that they count.
fn counted(rules: &Procedure) -> BTreeMap<String, CountsAs> {
    let events = rules.events.iter();
    events
        .filter_map(|event| Some((event.code.clone(), event.counts_as?)))
        .collect()
}
