//! What a rule set says of the content of dossiers: members that there are, days and values that can be meant.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Check, MarkFrom, small_code};
use crate::domain::dossier::is_member;
use crate::domain::fields::Violation;
use crate::domain::procedure::draft::{ChecklistDraft, EventDraft, FollowsDraft, MarkDraft};
use crate::domain::procedure::{Actor, Side};
use crate::domain::text::Line;

/// Most values of one member, and most members that two dossiers tell alike.
const MOST: usize = 20;

impl Check<'_> {
    pub(super) fn member(&mut self, pointer: String, member: Option<&String>) {
        if member.is_some_and(|member| !is_member(member)) {
            self.errors
                .add(pointer, Violation::Malformed { what: "dossier_member" });
        }
    }

    fn short(&mut self, pointer: &str, count: usize) {
        if count > MOST {
            self.errors.add(pointer, Violation::TooMany { max: MOST });
        }
    }

    /// Where single outcomes of an event lead: of each, which is one of its grounds, to one state. What makes or ends a certificate leads to
    /// one state only.
    pub(super) fn leads(&mut self, place: &str, draft: &EventDraft) {
        let place = format!("{place}/to_on_ground");
        self.short(&place, draft.to_on_ground.len());
        if !draft.to_on_ground.is_empty() && (draft.issues.is_some() || draft.annuls) {
            self.errors.add(place.as_str(), Violation::Conflicts { with: "issues" });
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (at, lead) in draft.to_on_ground.iter().take(MOST).enumerate() {
            let ground = format!("{place}/{at}/ground");
            if !draft.grounds.contains(&lead.ground) {
                self.errors.add(ground, Violation::Malformed { what: "ground" });
            } else if !seen.insert(&lead.ground) {
                self.errors.add(ground, Violation::Duplicate);
            }
            self.known_state(format!("{place}/{at}/to"), &lead.to);
        }
    }

    /// What an item of the checklist asks of values.
    pub(super) fn values(&mut self, place: &str, draft: &ChecklistDraft) {
        for (name, value) in [("is", &draft.is), ("is_not", &draft.is_not)] {
            let pointer = format!("{place}/{name}");
            self.errors
                .keep_opt(pointer.as_str(), value.as_deref(), Line::<40>::parse);
            // Of nothing, nothing is said.
            if value.is_some() && draft.only_if.is_none() {
                self.errors.add(pointer, Violation::Conflicts { with: "only_if" });
            }
        }
        self.short(&format!("{place}/one_of"), draft.one_of.len());
        for (at, value) in draft.one_of.iter().take(MOST).enumerate() {
            self.errors
                .keep(format!("{place}/one_of/{at}"), Line::<40>::parse(value));
        }
        self.short(&format!("{place}/unless_ground"), draft.unless_ground.len());
        for (at, ground) in draft.unless_ground.iter().take(MOST).enumerate() {
            self.errors
                .keep(format!("{place}/unless_ground/{at}"), Line::<40>::parse(ground));
        }
        self.short(&format!("{place}/since"), draft.since.len());
        for (at, since) in draft.since.iter().take(MOST).enumerate() {
            let place = format!("{place}/since/{at}");
            self.errors
                .keep(format!("{place}/value"), Line::<40>::parse(&since.value));
            self.errors.keep(format!("{place}/from"), (self.day)(&since.from));
            self.errors
                .keep(format!("{place}/legal_basis"), Line::<300>::parse(&since.legal_basis));
            // A value that is never taken is none to wait for.
            if !draft.one_of.is_empty() && !draft.one_of.contains(&since.value) {
                self.errors
                    .add(format!("{place}/value"), Violation::Conflicts { with: "one_of" });
            }
        }
    }

    /// Whose letter comes with an event: an officer's, of what is there and makes no certificate, which has a number of its own.
    pub(super) fn letter(&mut self, place: &str, draft: &EventDraft, actor: Option<Actor>) {
        let is_filers = actor.is_some_and(|actor| actor.side() == Side::Filer);
        let conflicts = [
            ("actor", is_filers),
            ("from_states", draft.from.is_empty()),
            ("issues", draft.issues.is_some()),
        ];
        let told = [
            ("needs_letter", draft.needs_letter),
            ("takes_letter", draft.takes_letter),
            ("needs_addressees", draft.needs_addressees),
            ("promises_day", draft.promises_day),
        ];
        for (member, _) in told.into_iter().filter(|(_, is_told)| *is_told) {
            for (with, _) in conflicts.into_iter().filter(|(_, is_wrong)| *is_wrong) {
                self.errors
                    .add(format!("{place}/{member}"), Violation::Conflicts { with });
            }
        }
    }

    /// What is held against the list before is an officer's, of a dossier that is there: whoever files does not screen.
    pub(super) fn screening(&mut self, place: &str, draft: &EventDraft, actor: Option<Actor>) {
        let is_officers = actor.is_some_and(|actor| actor.side() == Side::Officer && actor != Actor::System);
        for (with, is_wrong) in [("actor", !is_officers), ("from_states", draft.from.is_empty())] {
            if draft.needs_screening && is_wrong {
                self.errors
                    .add(format!("{place}/needs_screening"), Violation::Conflicts { with });
            }
        }
    }

    /// What a dossier has in common with the one that it follows.
    pub(super) fn alike(&mut self, place: &str, draft: &FollowsDraft) {
        if let Some(mark) = &draft.not_before {
            self.errors.keep(format!("{place}/not_before"), small_code(mark));
        }
        self.short(&format!("{place}/same"), draft.same.len());
        for (at, member) in draft.same.iter().take(MOST).enumerate() {
            self.member(format!("{place}/same/{at}"), Some(member));
        }
    }

    /// From what a mark is set.
    pub(super) fn mark_from(&mut self, place: &str, from: &str) -> MarkFrom {
        let pointer = format!("{place}/from");
        match from {
            "today" => MarkFrom::Today,
            "given" => MarkFrom::Given,
            "due" => MarkFrom::Due,
            member if member.starts_with('/') => {
                self.member(pointer, Some(&member.to_owned()));
                MarkFrom::Member(member.to_owned())
            }
            other => {
                self.known_mark(pointer, other);
                MarkFrom::Mark(other.to_owned())
            }
        }
    }

    /// The first day of a mark; only where somebody says which day it is.
    pub(super) fn earliest(&mut self, place: &str, draft: &MarkDraft, from: &MarkFrom) -> Option<Date> {
        let pointer = format!("{place}/earliest");
        if draft.earliest.is_some() && *from != MarkFrom::Given {
            self.errors.add(pointer.as_str(), Violation::Conflicts { with: "from" });
        }
        self.errors.keep_opt(pointer, draft.earliest.as_deref(), self.day)
    }

    /// The day before whose end a mark is set; what is counted from elsewhere is nobody's mistake.
    pub(super) fn not_after(&mut self, place: &str, draft: &MarkDraft) -> Option<String> {
        let pointer = format!("{place}/not_after");
        self.member(pointer.clone(), draft.not_after.as_ref());
        let is_told = ["given", "today"].contains(&draft.from.as_str());
        if draft.not_after.is_some() && !is_told {
            self.errors.add(pointer, Violation::Conflicts { with: "from" });
        }
        draft.not_after.clone()
    }
}
