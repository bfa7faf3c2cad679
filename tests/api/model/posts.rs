//! Listings as far as the standing of their enterprise is concerned: written from docs/listing-life.md. Everything else about a
//! listing is in [`listing`](super::listing).

use super::enterprise::{Actor, is_halted};
use super::{
    DECIDED, ENTERPRISE_STATUS, FORBIDDEN, HELD, LISTING_STATUS, NOT_ACTIVE, NOT_FOUND, Outcome, UNAUTHENTICATED,
    refuse,
};

/// What is done with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostDeed {
    HandIn,
    TakeBack,
    Approve,
    Suspend,
    Reinstate,
    TakeOut,
}

#[derive(Clone, Debug)]
pub struct Post {
    pub status: &'static str,
    came_out: bool,
    was_handed_in: bool,
    pub is_held: bool,
}

const EDITABLE: [&str; 2] = ["draft", "withdrawn"];

impl Post {
    /// A draft.
    pub fn new() -> Self {
        Self {
            status: "draft",
            came_out: false,
            was_handed_in: false,
            is_held: false,
        }
    }

    /// Whether everybody sees it, of an enterprise that stands so.
    pub fn is_public(&self, enterprise: &str) -> bool {
        self.status == "published" && !self.is_held && enterprise == "active"
    }

    /// Whether it waits in the queue.
    pub fn waits(&self, enterprise: &str) -> bool {
        self.status == "submitted" && !self.is_held && enterprise == "active"
    }

    /// Its enterprise closes.
    pub fn put_away(&mut self) {
        self.status = "archived";
    }

    /// A draft is its writer's own, also once it is put away without having been handed in.
    fn is_seen(&self, by: Actor, enterprise: &str) -> bool {
        let is_draft = self.status == "draft" || (self.status == "archived" && !self.was_handed_in);
        match by {
            Actor::Owner | Actor::Editor => true,
            Actor::Officer | Actor::Clerk => !is_draft,
            Actor::Stranger | Actor::Visitor => self.is_public(enterprise),
        }
    }

    fn may(&self, deed: PostDeed, by: Actor, enterprise: &str) -> Result<(), (u16, &'static str)> {
        let is_officers = matches!(deed, PostDeed::Approve | PostDeed::Suspend | PostDeed::Reinstate);
        match by {
            Actor::Visitor => Err(UNAUTHENTICATED),
            _ if !self.is_seen(by, enterprise) => Err(NOT_FOUND),
            Actor::Owner | Actor::Editor if !is_officers => refuse(is_halted(enterprise), NOT_ACTIVE),
            Actor::Officer | Actor::Clerk if is_officers => Ok(()),
            _ => Err(FORBIDDEN),
        }
    }

    /// Does it; gives the kind of the notice that its owners have of it.
    pub fn step(&mut self, deed: PostDeed, by: Actor, enterprise: &str) -> (Outcome, Option<&'static str>) {
        match self.done(deed, by, enterprise) {
            Ok(notice) => (Ok(200), notice),
            Err(refused) => (Err(refused), None),
        }
    }

    fn done(
        &mut self,
        deed: PostDeed,
        by: Actor,
        enterprise: &str,
    ) -> Result<Option<&'static str>, (u16, &'static str)> {
        self.may(deed, by, enterprise)?;
        match deed {
            PostDeed::Suspend => {
                refuse(self.status != "published", LISTING_STATUS)?;
                refuse(self.is_held, DECIDED)?;
                self.is_held = true;
                return Ok(Some("listing_suspended"));
            }
            PostDeed::Reinstate => {
                refuse(!self.is_held, DECIDED)?;
                self.is_held = false;
                return Ok(Some("listing_reinstated"));
            }
            _ => refuse(self.is_held, HELD)?,
        }
        self.status = match (deed, self.status) {
            (PostDeed::HandIn, status) => {
                refuse(!EDITABLE.contains(&status), LISTING_STATUS)?;
                refuse(enterprise != "active", NOT_ACTIVE)?;
                self.was_handed_in = true;
                "submitted"
            }
            (PostDeed::TakeBack, "submitted") if !self.came_out => "draft",
            (PostDeed::TakeBack, "submitted" | "published") => "withdrawn",
            (PostDeed::TakeOut, "archived") if self.came_out => "withdrawn",
            (PostDeed::TakeOut, "archived") => "draft",
            (PostDeed::Approve, status) => {
                refuse(enterprise != "active", ENTERPRISE_STATUS)?;
                refuse(status != "submitted", LISTING_STATUS)?;
                self.came_out = true;
                "published"
            }
            _ => return Err(LISTING_STATUS),
        };
        Ok((deed == PostDeed::Approve).then_some("review_decided"))
    }
}
