//! What a listing is and what each step makes of it: written from docs/listing-life.md, not from the program.

use proptest::prelude::*;

use super::rights::{Actor, of_officers, of_owners};
use super::{
    DECIDED, ENTERPRISE_STATUS, HELD, INVALID, LISTING_STATUS, NOT_ACTIVE, NOT_FOUND, Outcome, REVISION_OUTDATED,
    REVISION_STATUS, SECOND_PERSON, STALE, refuse,
};

/// What somebody tries, or what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub by: Actor,
    pub deed: Deed,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The owner's, on the listing; what is risky has a price that nobody asks.
    Edit {
        stale: bool,
        is_risky: bool,
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
    Show {
        to: &'static str,
    },
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
    Claim {
        of: Sort,
    },
    Release {
        of: Sort,
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

/// What officers take up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Listing,
    Revision,
}

impl Sort {
    /// Its place among the claims.
    pub fn place(self) -> usize {
        match self {
            Self::Listing => 0,
            Self::Revision => 1,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Approve,
    Reject,
    SendBack,
}

fn stale() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.1)
}

fn owners() -> impl Strategy<Value = Deed> {
    use Deed::*;
    let to = prop::sample::select(&["public", "members", "on_request"][..]);
    prop_oneof![
        8 => (stale(), prop::bool::weighted(0.3)).prop_map(|(stale, is_risky)| Edit { stale, is_risky }),
        8 => stale().prop_map(|stale| Submit { stale }),
        2 => Just(TakeBack),
        3 => stale().prop_map(|stale| Renew { stale }),
        1 => Just(Archive),
        2 => Just(Unarchive),
        2 => to.prop_map(|to| Show { to }),
        5 => stale().prop_map(|stale| SubmitRevision { stale }),
        1 => Just(TakeRevisionBack),
        1 => Just(DiscardRevision),
    ]
}

fn officers() -> impl Strategy<Value = Deed> {
    use Deed::*;
    let verdict = || {
        prop_oneof![
            4 => Just(Verdict::Approve),
            1 => Just(Verdict::Reject),
            1 => Just(Verdict::SendBack),
        ]
    };
    let of = || prop_oneof![Just(Sort::Listing), Just(Sort::Revision)];
    prop_oneof![
        10 => (verdict(), stale()).prop_map(|(verdict, stale)| Decide { verdict, stale }),
        6 => (verdict(), stale()).prop_map(|(verdict, stale)| DecideRevision { verdict, stale }),
        2 => of().prop_map(|of| Claim { of }),
        2 => of().prop_map(|of| Release { of }),
        1 => Just(Suspend),
        2 => Just(Reinstate),
        1 => Just(TakeDown),
        2 => Just(Restore),
    ]
}

/// Steps, those that lead on more often than the others.
pub fn steps() -> impl Strategy<Value = Step> {
    use Deed::*;
    let others = prop_oneof![
        1 => Just(SuspendEnterprise),
        2 => Just(LiftEnterprise),
        2 => Just(TermEnds),
        1 => Just(EndsAreWrittenDown),
    ];
    let step = |(by, deed)| Step { by, deed };
    prop_oneof![
        33 => (of_owners(), owners()).prop_map(step),
        27 => (of_officers(), officers()).prop_map(step),
        6 => (Just(Actor::Officer), others).prop_map(step),
    ]
}

/// A revision that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub status: &'static str,
    pub text: u32,
    is_risky: bool,
    /// Who approved it first, where it takes two.
    endorsed: Option<Actor>,
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
    is_risky: bool,
    endorsed: Option<Actor>,
    pub revision: Option<Revision>,
    /// To whom it is shown while it is public.
    visibility: &'static str,
    /// Who has taken it up, and who what is to change of it.
    pub claims: [Option<Actor>; 2],
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

/// Whether an approval is the first of two; the second is another officer's.
fn is_first_look(is_risky: bool, endorsed: Option<Actor>, by: Actor) -> Result<bool, (u16, &'static str)> {
    refuse(is_risky && endorsed == Some(by), SECOND_PERSON)?;
    Ok(is_risky && endorsed.is_none())
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
            is_risky: false,
            endorsed: None,
            revision: None,
            visibility: "public",
            claims: [None, None],
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

    /// Whether members of other enterprises see it, and officers who do not review it.
    pub fn is_public(&self) -> bool {
        self.status() == "published" && !self.is_held()
    }

    /// How members of other enterprises are answered who ask for it.
    pub fn public_to_members(&self) -> u16 {
        match self.visibility {
            "members" if self.is_public() => 200,
            _ => self.public(),
        }
    }

    /// Whether searches find it.
    pub fn is_found(&self) -> bool {
        self.public() == 200 && self.status() == "published"
    }

    /// How everybody is answered who asks for it. What only members see was never shown to everybody.
    pub fn public(&self) -> u16 {
        match self.status() {
            _ if self.visibility == "members" => 404,
            _ if self.takedowns > 0 => 451,
            _ if self.is_suspended || self.is_halted => 404,
            "published" | "expired" => 200,
            _ => 404,
        }
    }

    /// Does a step that would write `text`. A refused step changes nothing.
    pub fn step(&mut self, Step { by, deed }: Step, text: u32) -> Outcome {
        use Deed::*;
        // What there is not cannot even be asked for.
        refuse(deed == Restore && self.takedowns == 0, NOT_FOUND)?;
        self.require_right(by, deed)?;
        let outcome = match deed {
            Edit { stale, is_risky } => self.edit(stale, is_risky, text),
            Submit { .. } | TakeBack | Renew { .. } | Archive | Unarchive => self.owners(deed),
            Show { to } => self.show(to),
            SubmitRevision { .. } | TakeRevisionBack | DiscardRevision => return self.revisions(deed),
            Decide { verdict, stale } => return self.decide(by, verdict, stale),
            DecideRevision { verdict, stale } => return self.decide_revision(by, verdict, stale),
            Claim { of } => return self.claim(by, of),
            Release { of } => return self.release(by, of),
            Suspend | Reinstate => self.suspension(deed == Suspend),
            TakeDown => self.take_down(),
            Restore => self.restore(),
            SuspendEnterprise | LiftEnterprise => return self.halt(deed == SuspendEnterprise),
            TermEnds => {
                self.is_over |= self.status == "published";
                return Ok(200);
            }
            EndsAreWrittenDown => {
                self.status = self.status();
                return Ok(200);
            }
        };
        // A first approval is of one version. That of a revision goes along with the listing below it, whose text is the same.
        if outcome.is_ok() {
            self.endorsed = None;
        }
        outcome
    }

    fn edit(&mut self, stale: bool, is_risky: bool, text: u32) -> Outcome {
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
                is_risky,
                endorsed: None,
                is_outdated: false,
            });
            return Ok(202);
        }
        refuse(stale, STALE)?;
        refuse(!EDITABLE.contains(&self.status()), LISTING_STATUS)?;
        (self.text, self.is_risky) = (text, is_risky);
        if let Some(open) = &mut self.revision {
            open.is_outdated = true;
        }
        Ok(200)
    }

    /// To whom it is to be shown: at once, and without a review.
    fn show(&mut self, to: &'static str) -> Outcome {
        refuse(self.is_halted, NOT_ACTIVE)?;
        refuse(self.is_held(), HELD)?;
        refuse(self.status() == "archived", LISTING_STATUS)?;
        self.visibility = to;
        Ok(200)
    }

    fn owners(&mut self, deed: Deed) -> Outcome {
        let stale = matches!(deed, Deed::Submit { stale: true } | Deed::Renew { stale: true });
        refuse(self.is_halted, NOT_ACTIVE)?;
        refuse(stale, STALE)?;
        refuse(self.is_held(), HELD)?;
        let next = match (deed, self.status()) {
            (Deed::Submit { .. }, status) if EDITABLE.contains(&status) => "submitted",
            (Deed::TakeBack, "submitted") if !self.came_out => "draft",
            (Deed::TakeBack, "submitted" | "published" | "expired") => "withdrawn",
            (Deed::Renew { .. }, "published" | "expired") => "published",
            (Deed::Archive, status) if EDITABLE.contains(&status) || status == "expired" => "archived",
            (Deed::Unarchive, "archived") if self.came_out => "withdrawn",
            (Deed::Unarchive, "archived") => "draft",
            _ => return Err(LISTING_STATUS),
        };
        // What waits to change what is out no more is its writer's again.
        if matches!(deed, Deed::TakeBack | Deed::Archive)
            && let Some(open) = self.revision.as_mut().filter(|open| open.status == "submitted")
        {
            (open.status, open.endorsed) = ("draft", None);
        }
        self.was_handed_in |= next == "submitted";
        self.status = next;
        self.is_over = false;
        Ok(200)
    }

    fn revisions(&mut self, deed: Deed) -> Outcome {
        refuse(self.is_halted, NOT_ACTIVE)?;
        refuse(self.is_held(), HELD)?;
        let status = self.status();
        let open = self.revision.as_mut().ok_or(NOT_FOUND)?;
        refuse(matches!(deed, Deed::SubmitRevision { stale: true }), STALE)?;
        let may_edit = EDITABLE_REVISION.contains(&open.status);
        match deed {
            Deed::TakeRevisionBack => {
                refuse(open.status != "submitted", REVISION_STATUS)?;
                (open.status, open.endorsed) = ("draft", None);
            }
            Deed::DiscardRevision => {
                refuse(!may_edit && !open.is_outdated, REVISION_STATUS)?;
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
    pub fn for_officers(&self) -> Result<(), (u16, &'static str)> {
        let is_put_away = self.status == "archived" && !self.was_handed_in;
        refuse(self.status == "draft" || is_put_away, NOT_FOUND)
    }

    pub fn require_decidable(&self) -> Result<(), (u16, &'static str)> {
        self.for_officers()?;
        refuse(self.is_suspended || self.takedowns > 0, HELD)?;
        refuse(self.is_halted, ENTERPRISE_STATUS)
    }

    fn decide(&mut self, by: Actor, verdict: Verdict, stale: bool) -> Outcome {
        self.require_decidable()?;
        refuse(stale, STALE)?;
        refuse(self.status() != "submitted", LISTING_STATUS)?;
        self.require_free(by, Sort::Listing)?;
        let is_first = verdict == Verdict::Approve && is_first_look(self.is_risky, self.endorsed, by)?;
        self.claims[Sort::Listing.place()] = None;
        if is_first {
            self.endorsed = Some(by);
            return Ok(202);
        }
        self.endorsed = None;
        self.status = verdict_of(verdict, "published");
        if verdict == Verdict::Approve {
            self.came_out = true;
            self.is_over = false;
        }
        Ok(200)
    }

    fn decide_revision(&mut self, by: Actor, verdict: Verdict, stale: bool) -> Outcome {
        self.require_decidable()?;
        let (status, free) = (self.status(), self.require_free(by, Sort::Revision));
        let open = self.revision.as_mut().ok_or(NOT_FOUND)?;
        refuse(open.status == "draft", NOT_FOUND)?;
        refuse(stale, STALE)?;
        refuse(open.status != "submitted", REVISION_STATUS)?;
        if verdict == Verdict::Approve {
            refuse(status != "published", LISTING_STATUS)?;
            refuse(open.is_outdated, REVISION_OUTDATED)?;
        }
        free?;
        if verdict == Verdict::Approve && is_first_look(open.is_risky, open.endorsed, by)? {
            open.endorsed = Some(by);
            self.claims[Sort::Revision.place()] = None;
            return Ok(202);
        }
        self.claims[Sort::Revision.place()] = None;
        if verdict == Verdict::Approve {
            (self.text, self.is_risky) = (open.text, open.is_risky);
            self.revision = None;
        } else {
            (open.status, open.endorsed) = (verdict_of(verdict, ""), None);
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
