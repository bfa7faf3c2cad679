//! Who tries something with a listing, whom it is refused, and what officers take up: written from docs/listing-life.md and docs/review.md.

use proptest::prelude::*;

use super::listing::{Deed, Listing, Sort};
use super::{CLAIMED, FORBIDDEN, LISTING_STATUS, NOT_FOUND, Outcome, REVISION_STATUS, UNAUTHENTICATED, refuse};

/// Who tries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Visitor,
    /// The owner of another enterprise.
    Stranger,
    Viewer,
    Editor,
    Owner,
    /// An officer of enterprises only.
    Clerk,
    /// An officer of everything.
    Officer,
    /// Another officer, of listings only.
    Second,
}

use Actor::{Clerk, Editor, Officer, Owner, Second, Stranger, Viewer, Visitor};

/// Who tries what owners may, most often one of them.
pub fn of_owners() -> impl Strategy<Value = Actor> {
    prop_oneof![
        14 => Just(Owner),
        6 => Just(Editor),
        1 => Just(Viewer),
        1 => Just(Stranger),
        1 => Just(Visitor),
        1 => Just(Clerk),
        1 => Just(Second),
    ]
}

/// Who tries what officers may, most often one of them.
pub fn of_officers() -> impl Strategy<Value = Actor> {
    prop_oneof![
        10 => Just(Officer),
        8 => Just(Second),
        1 => Just(Owner),
        1 => Just(Viewer),
        1 => Just(Stranger),
        1 => Just(Visitor),
        1 => Just(Clerk),
    ]
}

impl Listing {
    /// Refuses whom it is none of the business of.
    pub fn require_right(&self, by: Actor, deed: Deed) -> Result<(), (u16, &'static str)> {
        use Deed::*;
        let is_owners = match deed {
            Edit { .. }
            | Submit { .. }
            | TakeBack
            | Renew { .. }
            | Archive
            | Unarchive
            | Show { .. }
            | SubmitRevision { .. }
            | TakeRevisionBack
            | DiscardRevision => true,
            Decide { .. }
            | DecideRevision { .. }
            | Claim { .. }
            | Release { .. }
            | Suspend
            | Reinstate
            | TakeDown
            | Restore => false,
            SuspendEnterprise | LiftEnterprise | TermEnds | EndsAreWrittenDown => return Ok(()),
        };
        match (by, is_owners) {
            (Visitor, _) => Err(UNAUTHENTICATED),
            // That a draft is hidden from officers is told step by step.
            (Owner | Editor, true) | (Officer | Second, false) => Ok(()),
            (Viewer, _) | (Owner | Editor, false) => Err(FORBIDDEN),
            (Officer | Second, true) => {
                self.for_officers()?;
                Err(FORBIDDEN)
            }
            (Stranger | Clerk, _) => {
                refuse(!self.is_public(), NOT_FOUND)?;
                Err(FORBIDDEN)
            }
        }
    }

    /// Nobody else has taken it up.
    pub fn require_free(&self, by: Actor, of: Sort) -> Result<(), (u16, &'static str)> {
        refuse(self.claims[of.place()].is_some_and(|holder| holder != by), CLAIMED)
    }

    /// It waits for officers.
    pub fn require_waiting(&self, of: Sort) -> Result<(), (u16, &'static str)> {
        self.for_officers()?;
        if of == Sort::Listing {
            return refuse(self.status() != "submitted", LISTING_STATUS);
        }
        let open = self.revision.as_ref().ok_or(NOT_FOUND)?;
        refuse(open.status == "draft", NOT_FOUND)?;
        refuse(open.status != "submitted", REVISION_STATUS)
    }

    pub fn claim(&mut self, by: Actor, of: Sort) -> Outcome {
        self.require_waiting(of)?;
        self.require_decidable()?;
        self.require_free(by, of)?;
        self.claims[of.place()] = Some(by);
        Ok(200)
    }

    /// One's own is given back whatever became of what it is of.
    pub fn release(&mut self, by: Actor, of: Sort) -> Outcome {
        if self.claims[of.place()] != Some(by) {
            self.require_waiting(of)?;
            self.require_free(by, of)?;
        }
        self.claims[of.place()] = None;
        Ok(204)
    }
}
