//! Rule sets of procedures: those that come with the program, and versions that officers publish. What comes with a program is
//! kept when it first starts, so that a dossier that was handed in goes on by its text under every program after it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::Date;
use tracing::{debug, warn};

use super::audit::state;
use super::context::{Caller, Work};
use super::versions::require_version;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::procedure::{self, Procedure, ProcedureDraft, Shipped, StateDraft};
use crate::store::audit::Change;
use crate::store::audit_chain::{Hash, sha256};
use crate::store::procedures::PublishedRules;
use crate::store::{self, AnyConn, Database, procedures as rows};

/// Most procedures that there are, and most versions of one that are looked through for the one in force.
const MOST: i64 = 100;

/// A version of a rule set.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// Code of the procedure.
    pub code: String,
    /// Version: from 1 of what officers published. What came with programs is 0, and one less each time that the text was another
    /// one.
    pub version: i64,
    /// When it was published; absent for what comes with the program.
    pub changed_at: Option<Timestamp>,
    /// What it says.
    pub rules: Procedure,
}

impl RuleSet {
    /// Where it leaves out or adds what the law leaves to no version, as JSON pointers into the rules: what was published before that was
    /// asked for.
    pub fn refused_by_law(&self) -> Vec<String> {
        let refused = self.rules.check_lawful(&self.code).err().unwrap_or_default();
        refused.into_iter().map(|error| error.pointer).collect()
    }
}

impl From<PublishedRules> for RuleSet {
    fn from(published: PublishedRules) -> Self {
        Self {
            code: published.code,
            version: published.version,
            changed_at: Some(published.changed_at),
            rules: published.rules,
        }
    }
}

/// Keeps the texts that come with this program where they are not kept yet: done at its start.
pub fn keep_shipped(db: &Database, now: Timestamp) -> Result<()> {
    let texts = procedure::shipped_texts();
    if db.read(|conn| rows::are_kept(conn, &texts))? {
        return Ok(());
    }
    Ok(db.write(move |uow| rows::keep(uow, &texts, now))?)
}

/// Tells in the log what the law leaves to no rule set and is in force or ahead all the same: it was published before it was asked for, and
/// stays as it is until officers publish another version. Done at the start.
pub fn warn_of_refused(db: &Database, now: Timestamp) {
    match db.read(|conn| refused_by_law(conn, day_of(now))) {
        Ok(refused) => {
            for Refused { code, version, places } in refused {
                let places = places.join(", ");
                warn!(%code, version, %places, "a procedure is in force, or will be, that the law does not allow; publish another version");
            }
        }
        Err(error) => warn!(%error, "the rules of procedures could not be held against the law"),
    }
}

/// What comes with this program of a code, the newest period first, each with the SHA-256 of its text.
fn own(code: &str) -> &'static [(Hash, &'static Procedure)] {
    static OWN: LazyLock<BTreeMap<&str, Vec<(Hash, &Procedure)>>> = LazyLock::new(|| {
        let of = |one: &'static Shipped| (sha256(one.text.as_bytes()), &one.rules);
        let versions = procedure::shipped_versions().iter();
        versions
            .map(|(code, versions)| (code.as_str(), versions.iter().map(of).collect()))
            .collect()
    });
    OWN.get(code).map(Vec::as_slice).unwrap_or_default()
}

fn of_program(code: &str, version: i64, rules: Procedure) -> RuleSet {
    RuleSet {
        code: code.to_owned(),
        version,
        changed_at: None,
        rules,
    }
}

/// What came with programs of a code: this program's first, by which it takes dossiers in, and then the others, the newest first.
/// What a newer program came with and this one cannot read is passed over.
fn shipped(conn: &mut AnyConn, code: &str) -> Result<Vec<RuleSet>> {
    let (own, kept) = (own(code), rows::shipped(conn, code)?);
    let mut sets: Vec<RuleSet> = Vec::new();
    for (hash, rules) in own {
        let number = kept.iter().find(|(_, known)| known == hash);
        sets.extend(number.map(|(number, _)| of_program(code, *number, (*rules).clone())));
    }
    for (number, hash) in &kept {
        if own.iter().any(|(own, _)| hash == own) {
            continue;
        }
        match rows::shipped_rules(conn, code, *number) {
            Ok(rules) => sets.push(of_program(code, *number, rules)),
            Err(store::Error::Row(why)) => debug!(why, "a rule set that came with another program is passed over"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(sets)
}

/// Rule sets that are at hand while many dossiers are looked through: each is read once.
#[derive(Default)]
pub struct Shelf(BTreeMap<(String, i64), Arc<RuleSet>>);

impl Shelf {
    /// One version of a code.
    pub fn get(&mut self, conn: &mut AnyConn, code: &str, number: i64) -> Result<Arc<RuleSet>> {
        let key = (code.to_owned(), number);
        if let Some(set) = self.0.get(&key) {
            return Ok(set.clone());
        }
        let set = Arc::new(version(conn, code, number)?);
        self.0.insert(key, set.clone());
        Ok(set)
    }
}

/// Versions of a code, newest first, at the end what came with programs; those after one where one is named.
pub fn versions(conn: &mut AnyConn, code: &str, before: Option<i64>, limit: u32) -> Result<Vec<RuleSet>> {
    let mut versions: Vec<RuleSet> = rows::versions(conn, code, before, i64::from(limit))?
        .into_iter()
        .map(RuleSet::from)
        .collect();
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let room = most.saturating_sub(versions.len());
    if room > 0 {
        let shipped = shipped(conn, code)?;
        let from = match before.filter(|before| *before <= 0) {
            None => 0,
            Some(before) => shipped
                .iter()
                .position(|set| set.version == before)
                .map_or(shipped.len(), |at| at + 1),
        };
        versions.extend(shipped.into_iter().skip(from).take(room));
    }
    if versions.is_empty() && before.is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(versions)
}

/// The newest version of a code.
pub fn newest(conn: &mut AnyConn, code: &str) -> Result<RuleSet> {
    let newest = versions(conn, code, None, 1)?.into_iter().next();
    newest.ok_or_else(|| ErrorCode::NotFound.into())
}

/// One version of a code.
pub fn version(conn: &mut AnyConn, code: &str, version: i64) -> Result<RuleSet> {
    if version > 0 {
        return Ok(rows::find(conn, code, version)?.into());
    }
    let kept = rows::shipped(conn, code)?;
    let (_, hash) = kept
        .into_iter()
        .find(|(number, _)| *number == version)
        .ok_or_else(|| Error::from(ErrorCode::NotFound))?;
    let rules = match own(code).iter().find(|(own, _)| hash == own) {
        Some((_, rules)) => (*rules).clone(),
        None => rows::shipped_rules(conn, code, version)?,
    };
    Ok(of_program(code, version, rules))
}

/// The version under which a dossier is handed in on a day: the newest one whose period has it.
pub fn in_force(conn: &mut AnyConn, code: &str, day: Date) -> Result<Option<RuleSet>> {
    let versions = versions(conn, code, None, u32::try_from(MOST).unwrap_or(u32::MAX))?;
    Ok(versions.into_iter().find(|version| version.rules.is_in_force(day)))
}

/// The version in force on a day of before; that of today where there was none yet.
pub fn of_day(conn: &mut AnyConn, code: &str, (day, today): (Date, Date)) -> Result<Option<RuleSet>> {
    match in_force(conn, code, day)? {
        Some(set) => Ok(Some(set)),
        None => in_force(conn, code, today),
    }
}

/// The newest version of a code of which something holds; the newest of all where it holds of none.
pub fn newest_where(conn: &mut AnyConn, code: &str, holds: impl Fn(&RuleSet) -> bool) -> Result<RuleSet> {
    let versions = versions(conn, code, None, u32::try_from(MOST).unwrap_or(u32::MAX))?;
    match versions.into_iter().find(holds) {
        Some(version) => Ok(version),
        None => newest(conn, code),
    }
}

/// The newest version of every code.
pub fn all(conn: &mut AnyConn) -> Result<Vec<RuleSet>> {
    let mut codes: BTreeSet<String> = procedure::shipped().keys().cloned().collect();
    codes.extend(rows::codes(conn)?);
    codes.iter().map(|code| newest(conn, code)).collect()
}

/// The newest version of every code, that whose cases the law has come of certificates before others that an older program took beside it.
pub fn cases_first(conn: &mut AnyConn) -> Result<Vec<RuleSet>> {
    let mut sets = all(conn)?;
    sets.sort_by_key(|set| set.code != procedure::CASES);
    Ok(sets)
}

/// What is told of a code on a day, and the versions that are newer than it.
#[derive(Clone, Debug)]
pub struct OnDay {
    /// The version in force; the newest one where none is.
    pub set: RuleSet,
    /// Those that were published after it, the newest first: the period of none of them has the day.
    pub newer: Vec<RuleSet>,
}

/// A code as it is in force on the day that is asked for, or today; [`ErrorCode::NotFound`] where a day before all of its versions is
/// asked for, on which nothing was handed in by its rules.
pub fn on_day(conn: &mut AnyConn, code: &str, (on, today): (Option<Date>, Date)) -> Result<OnDay> {
    let day = on.unwrap_or(today);
    let mut newer = versions(conn, code, None, u32::try_from(MOST).unwrap_or(u32::MAX))?;
    if on.is_some() && newer.iter().all(|set| day < set.rules.valid_from) {
        return Err(ErrorCode::NotFound.into());
    }
    let place = newer
        .iter()
        .position(|set| set.rules.is_in_force(day))
        .unwrap_or_default();
    let mut rest = newer.split_off(place).into_iter();
    let set = rest.next().ok_or_else(|| Error::from(ErrorCode::NotFound))?;
    Ok(OnDay { set, newer })
}

/// Every code as it is in force on a day.
pub fn all_on(conn: &mut AnyConn, day: Date) -> Result<Vec<RuleSet>> {
    let newest = all(conn)?;
    let on = newest
        .into_iter()
        .map(|set| Ok(in_force(conn, &set.code, day)?.unwrap_or(set)));
    on.collect()
}

/// Every code as [`on_day`] tells it, but for those of which there were no rules yet on the day that is asked for.
pub fn list_on(conn: &mut AnyConn, (on, today): (Option<Date>, Date)) -> Result<Vec<OnDay>> {
    let mut told = Vec::new();
    for RuleSet { code, .. } in all(conn)? {
        match on_day(conn, &code, (on, today)) {
            Ok(on) => told.push(on),
            Err(Error {
                code: ErrorCode::NotFound,
                ..
            }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(told)
}

/// A version that nobody could publish any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Code of the procedure.
    pub code: String,
    /// Version.
    pub version: i64,
    /// Where it leaves out or adds what the law leaves to no version, as JSON pointers into the rules.
    pub places: Vec<String>,
}

/// The versions in force on a day, and those that were published after them, which the law does not allow: of codes of which officers
/// published any, as what comes with the program is as the law has it.
pub fn refused_by_law(conn: &mut AnyConn, day: Date) -> Result<Vec<Refused>> {
    let mut found = Vec::new();
    for code in rows::codes(conn)? {
        let told = on_day(conn, &code, (None, day))?;
        let sets = told.newer.into_iter().chain([told.set]);
        let refused = sets.map(|set| Refused {
            places: set.refused_by_law(),
            code: set.code,
            version: set.version,
        });
        found.extend(refused.filter(|refused| !refused.places.is_empty()));
    }
    Ok(found)
}

/// The states of every procedure by its code, in any of its versions.
pub fn states(conn: &mut AnyConn) -> Result<BTreeMap<String, BTreeSet<String>>> {
    states_where(conn, |_state| true)
}

/// Those states of every procedure by its code in which a dossier is decided, or over: the same code means another thing in another one.
pub fn decided_states(conn: &mut AnyConn) -> Result<BTreeMap<String, BTreeSet<String>>> {
    states_where(conn, |state| state.is_decided || state.is_final)
}

fn states_where(conn: &mut AnyConn, holds: impl Fn(&StateDraft) -> bool) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut states: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for RuleSet { code, .. } in all(conn)? {
        for set in versions(conn, &code, None, u32::try_from(MOST).unwrap_or(u32::MAX))? {
            let fitting = set.rules.text.states.into_iter().filter(&holds);
            let known = states.entry(code.clone()).or_default();
            known.extend(fitting.map(|state| state.code));
        }
    }
    Ok(states)
}

/// The rules that a draft makes of a procedure, which are as the law allows; else all that is wrong with it.
pub fn parsed(code: &str, draft: ProcedureDraft) -> Result<Procedure> {
    let rules = draft.parse().map_err(Error::fields)?;
    rules.check_lawful(code).map_err(Error::fields)?;
    Ok(rules)
}

/// Publishes a version: it takes the place of the one that was read, for dossiers that are handed in from then on within
/// its period. What changes nothing makes no version.
pub fn publish(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (code, seen): (&str, i64),
    draft: &ProcedureDraft,
) -> Result<RuleSet> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::ManageProcedures, &Resource::None)?;
    let present = match newest(work.conn(), code) {
        Ok(present) => Some(present),
        Err(Error {
            code: ErrorCode::NotFound,
            ..
        }) => None,
        Err(error) => return Err(error),
    };
    require_version(seen, present.as_ref().map_or(0, |present| present.version))?;
    let rules = parsed(code, draft.clone())?;
    if let Some(present) = present.as_ref().filter(|present| present.rules == rules) {
        return Ok(present.clone());
    }
    if present.is_none() && all(work.conn())?.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
        return Err(ErrorCode::LimitReached.into());
    }
    let first = rows::versions(work.conn(), code, Some(2), 1)?;
    let published = PublishedRules {
        code: code.to_owned(),
        version: seen.max(0) + 1,
        id: first.first().map_or_else(|| work.next_id(), |first| first.id),
        rules,
        changed_by: permit.actor().account(),
        changed_at: now,
    };
    rows::add(work.uow, &permit, &published)?;
    let hash = |version: i64, rules: &Procedure| state::of_procedure(code, version, &rules.text);
    let before = present
        .map(|present| hash(present.version, &present.rules))
        .transpose()?;
    let after = hash(published.version, &published.rules)?;
    let change = Change { before, after };
    let subject = ("procedure", published.id);
    work.remember_change(&permit, Deed::ProcedurePublished, subject, None, change)?;
    Ok(published.into())
}
