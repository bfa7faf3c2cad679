//! What a listing is and what each step makes of it: written from docs/listing-life.md, not from the program.

use proptest::prelude::*;

use super::{
    DECIDED, ENTERPRISE_STATUS, HELD, INVALID, LISTING_STATUS, NOT_ACTIVE, NOT_FOUND, Outcome, REVISION_OUTDATED,
    REVISION_STATUS, STALE, refuse,
};

/// What somebody tries, or what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The owner's, on the listing.
    Edit {
        stale: bool,
    },
    Submit {
        stale: bool,
    },
    TakeBack,
    Renew {
        stale: bool,
    },
    Archive,
    Unarchive,
    /// The owner's, on what is to change of it.
    SubmitRevision {
        stale: bool,
    },
    TakeRevisionBack,
    DiscardRevision,
    /// Officers'.
    Decide {
        verdict: Verdict,
        stale: bool,
    },
    DecideRevision {
        verdict: Verdict,
        stale: bool,
    },
    Suspend,
    Reinstate,
    TakeDown,
    Restore,
    SuspendEnterprise,
    LiftEnterprise,
    /// Time's.
    TermEnds,
    EndsAreWrittenDown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Approve,
    Reject,
    SendBack,
}

/// Steps, those that lead on more often than the others.
pub fn steps() -> impl Strategy<Value = Step> {
    use Step::*;
    let stale = || prop::bool::weighted(0.1);
    let verdict = || {
        prop_oneof![
            4 => Just(Verdict::Approve),
            1 => Just(Verdict::Reject),
            1 => Just(Verdict::SendBack),
        ]
    };
    prop_oneof![
        8 => stale().prop_map(|stale| Edit { stale }),
        8 => stale().prop_map(|stale| Submit { stale }),
        2 => Just(TakeBack),
        3 => stale().prop_map(|stale| Renew { stale }),
        1 => Just(Archive),
        2 => Just(Unarchive),
        5 => stale().prop_map(|stale| SubmitRevision { stale }),
        1 => Just(TakeRevisionBack),
        1 => Just(DiscardRevision),
        9 => (verdict(), stale()).prop_map(|(verdict, stale)| Decide { verdict, stale }),
        5 => (verdict(), stale()).prop_map(|(verdict, stale)| DecideRevision { verdict, stale }),
        1 => Just(Suspend),
        2 => Just(Reinstate),
        1 => Just(TakeDown),
        2 => Just(Restore),
        1 => Just(SuspendEnterprise),
        2 => Just(LiftEnterprise),
        2 => Just(TermEnds),
        1 => Just(EndsAreWrittenDown),
    ]
}

/// A revision that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub status: &'static str,
    pub text: u32,
    /// The text below it is another by now.
    is_outdated: bool,
}

/// A listing, and whether its enterprise is halted.
#[derive(Clone, Debug)]
pub struct Listing {
    status: &'static str,
    is_over: bool,
    came_out: bool,
    was_handed_in: bool,
    pub text: u32,
    pub revision: Option<Revision>,
    is_suspended: bool,
    takedowns: u32,
    is_halted: bool,
}

const EDITABLE: [&str; 4] = ["draft", "changes_requested", "rejected", "withdrawn"];
const EDITABLE_REVISION: [&str; 3] = ["draft", "changes_requested", "rejected"];

fn verdict_of(verdict: Verdict, approved: &'static str) -> &'static str {
    match verdict {
        Verdict::Approve => approved,
        Verdict::Reject => "rejected",
        Verdict::SendBack => "changes_requested",
    }
}

impl Listing {
    /// A draft.
    pub fn new(text: u32) -> Self {
        Self {
            status: "draft",
            is_over: false,
            came_out: false,
            was_handed_in: false,
            text,
            revision: None,
            is_suspended: false,
            takedowns: 0,
            is_halted: false,
        }
    }

    /// The state as it is read: a term that is over is over.
    pub fn status(&self) -> &'static str {
        match self.status {
            "published" if self.is_over => "expired",
            status => status,
        }
    }

    /// Whether a revision is open below which the text is another by now.
    pub fn is_outdated(&self) -> bool {
        self.revision.as_ref().is_some_and(|open| open.is_outdated)
    }

    pub fn holds(&self) -> Vec<&'static str> {
        let holds = [
            (self.is_suspended, "suspended"),
            (self.takedowns > 0, "taken_down"),
            (self.is_halted, "enterprise"),
        ];
        holds
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, name)| name)
            .collect()
    }

    fn is_held(&self) -> bool {
        !self.holds().is_empty()
    }

    /// Whether searches find it.
    pub fn is_found(&self) -> bool {
        self.public() == 200 && self.status() == "published"
    }

    /// How everybody is answered who asks for it.
    pub fn public(&self) -> u16 {
        match self.status() {
            _ if self.takedowns > 0 => 451,
            _ if self.is_suspended || self.is_halted => 404,
            "published" | "expired" => 200,
            _ => 404,
        }
    }

    /// Does a step that would write `text`. A refused step changes nothing.
    pub fn step(&mut self, step: Step, text: u32) -> Outcome {
        use Step::*;
        match step {
            Edit { stale } => self.edit(stale, text),
            Submit { .. } | TakeBack | Renew { .. } | Archive | Unarchive => self.owners(step),
            SubmitRevision { .. } | TakeRevisionBack | DiscardRevision => self.revisions(step),
            Decide { verdict, stale } => self.decide(verdict, stale),
            DecideRevision { verdict, stale } => self.decide_revision(verdict, stale),
            Suspend | Reinstate => self.suspension(step == Suspend),
            TakeDown => self.take_down(),
            Restore => self.restore(),
            SuspendEnterprise | LiftEnterprise => self.halt(step == SuspendEnterprise),
            TermEnds => {
                self.is_over |= self.status == "published";
                Ok(200)
            }
            EndsAreWrittenDown => {
                self.status = self.status();
                Ok(200)
            }
        }
    }

    fn edit(&mut self, stale: bool, text: u32) -> Outcome {
        refuse(self.is_halted, NOT_ACTIVE)?;
        refuse(self.is_held(), HELD)?;
        if self.status() == "published" {
            let open = self.revision.as_ref();
            refuse(open.is_some_and(|open| open.is_outdated), REVISION_OUTDATED)?;
            refuse(stale, STALE)?;
            let is_closed = open.is_some_and(|open| !EDITABLE_REVISION.contains(&open.status));
            refuse(is_closed, REVISION_STATUS)?;
            let status = open.map_or("draft", |open| open.status);
            self.revision = Some(Revision {
                status,
                text,
                is_outdated: false,
            });
            return Ok(202);
        }
        refuse(stale, STALE)?;
        refuse(!EDITABLE.contains(&self.status()), LISTING_STATUS)?;
        self.text = text;
        if let Some(open) = &mut self.revision {
            open.is_outdated = true;
        }
        Ok(200)
    }

    fn owners(&mut self, step: Step) -> Outcome {
        let stale = matches!(step, Step::Submit { stale: true } | Step::Renew { stale: true });
        refuse(self.is_halted, NOT_ACTIVE)?;
        refuse(stale, STALE)?;
        refuse(self.is_held(), HELD)?;
        let next = match (step, self.status()) {
            (Step::Submit { .. }, status) if EDITABLE.contains(&status) => "submitted",
            (Step::TakeBack, "submitted") if !self.came_out => "draft",
            (Step::TakeBack, "submitted" | "published" | "expired") => "withdrawn",
            (Step::Renew { .. }, "published" | "expired") => "published",
            (Step::Archive, status) if EDITABLE.contains(&status) || status == "expired" => "archived",
            (Step::Unarchive, "archived") if self.came_out => "withdrawn",
            (Step::Unarchive, "archived") => "draft",
            _ => return Err(LISTING_STATUS),
        };
        self.was_handed_in |= next == "submitted";
        self.status = next;
        self.is_over = false;
        Ok(200)
    }

    fn revisions(&mut self, step: Step) -> Outcome {
        refuse(self.is_halted, NOT_ACTIVE)?;
        refuse(self.is_held(), HELD)?;
        let status = self.status();
        let open = self.revision.as_mut().ok_or(NOT_FOUND)?;
        refuse(matches!(step, Step::SubmitRevision { stale: true }), STALE)?;
        let may_edit = EDITABLE_REVISION.contains(&open.status);
        match step {
            Step::TakeRevisionBack => {
                refuse(open.status != "submitted", REVISION_STATUS)?;
                open.status = "draft";
            }
            Step::DiscardRevision => {
                refuse(!may_edit, REVISION_STATUS)?;
                self.revision = None;
            }
            _ => {
                refuse(!may_edit, REVISION_STATUS)?;
                refuse(status != "published", LISTING_STATUS)?;
                refuse(open.is_outdated, REVISION_OUTDATED)?;
                open.status = "submitted";
            }
        }
        Ok(200)
    }

    /// A draft is its writer's own, also once it is put away without having been handed in.
    fn for_officers(&self) -> Result<(), (u16, &'static str)> {
        let is_put_away = self.status == "archived" && !self.was_handed_in;
        refuse(self.status == "draft" || is_put_away, NOT_FOUND)
    }

    fn require_decidable(&self) -> Result<(), (u16, &'static str)> {
        self.for_officers()?;
        refuse(self.is_suspended || self.takedowns > 0, HELD)?;
        refuse(self.is_halted, ENTERPRISE_STATUS)
    }

    fn decide(&mut self, verdict: Verdict, stale: bool) -> Outcome {
        self.require_decidable()?;
        refuse(stale, STALE)?;
        refuse(self.status() != "submitted", LISTING_STATUS)?;
        self.status = verdict_of(verdict, "published");
        if verdict == Verdict::Approve {
            self.came_out = true;
            self.is_over = false;
        }
        Ok(200)
    }

    fn decide_revision(&mut self, verdict: Verdict, stale: bool) -> Outcome {
        self.require_decidable()?;
        let status = self.status();
        let open = self.revision.as_mut().ok_or(NOT_FOUND)?;
        refuse(open.status == "draft", NOT_FOUND)?;
        refuse(stale, STALE)?;
        refuse(open.status != "submitted", REVISION_STATUS)?;
        if verdict == Verdict::Approve {
            refuse(status != "published", LISTING_STATUS)?;
            refuse(open.is_outdated, REVISION_OUTDATED)?;
            self.text = open.text;
            self.revision = None;
        } else {
            open.status = verdict_of(verdict, "");
        }
        Ok(200)
    }

    fn suspension(&mut self, suspend: bool) -> Outcome {
        self.for_officers()?;
        refuse(suspend && self.status() != "published", LISTING_STATUS)?;
        refuse(suspend == self.is_suspended, DECIDED)?;
        self.is_suspended = suspend;
        Ok(200)
    }

    /// Entering an authority's request and carrying it out.
    fn take_down(&mut self) -> Outcome {
        // The body names the listing: one that officers do not see is a wrong member of it.
        self.for_officers().map_err(|_hidden| INVALID)?;
        refuse(!self.came_out, LISTING_STATUS)?;
        self.takedowns += 1;
        Ok(200)
    }

    /// Lifts the oldest that is in force.
    fn restore(&mut self) -> Outcome {
        refuse(self.takedowns == 0, NOT_FOUND)?;
        self.for_officers()?;
        self.takedowns -= 1;
        Ok(200)
    }

    fn halt(&mut self, halt: bool) -> Outcome {
        refuse(halt == self.is_halted, ENTERPRISE_STATUS)?;
        self.is_halted = halt;
        Ok(200)
    }
}
