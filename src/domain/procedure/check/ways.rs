//! Whether the events of a rule set lead to every state, and on from it.

use std::collections::BTreeSet;

use super::Check;
use crate::domain::fields::Violation;
use crate::domain::procedure::draft::ProcedureDraft;

impl Check<'_> {
    /// Something opens a dossier, every state is reached, and from every state that is not final something leads on.
    pub(super) fn ways(&mut self, draft: &ProcedureDraft) {
        if !draft.events.iter().any(|event| event.from.is_empty()) {
            self.errors
                .add("/events", Violation::Malformed { what: "rule_opening" });
        }
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        loop {
            let before = reached.len();
            for event in &draft.events {
                if event.from.is_empty() || event.from.iter().any(|state| reached.contains(state.as_str())) {
                    reached.insert(&event.to);
                    reached.extend(event.to_on_ground.iter().map(|lead| lead.to.as_str()));
                }
            }
            if reached.len() == before {
                break;
            }
        }
        for (at, state) in draft.states.iter().enumerate() {
            if !reached.contains(state.code.as_str()) {
                self.errors.add(
                    format!("/states/{at}"),
                    Violation::Malformed {
                        what: "rule_unreachable",
                    },
                );
            }
            let ways = || draft.events.iter().filter(|event| event.from.contains(&state.code));
            let leads_on = ways().next().is_some();
            // What can be done so often only is spent one day, and a dossier must not be left in a state for ever.
            let leads_on_always = ways().any(|event| event.at_most.is_none());
            match (state.is_final, leads_on) {
                (false, true) if !leads_on_always => self
                    .errors
                    .add(format!("/states/{at}"), Violation::Malformed { what: "rule_spent" }),
                (false, false) => self
                    .errors
                    .add(format!("/states/{at}"), Violation::Malformed { what: "rule_dead_end" }),
                (true, true) => self.errors.add(
                    format!("/states/{at}/is_final"),
                    Violation::Malformed { what: "rule_not_final" },
                ),
                _ => {}
            }
        }
    }
}
