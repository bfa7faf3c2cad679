//! What waits for officers, as claims and conversations name it: entries of each sort, and listings that somebody took up.

use diesel::prelude::*;
use jiff::SignedDuration;
use vptex::domain::access::Action;
use vptex::domain::account::Permission;
use vptex::domain::clock::Clock as _;
use vptex::store;
use vptex::store::schema::review_claims;
use vptex::store::types::{DbId, DbTs};

use super::cases::{Case, On, Wear};
use super::cast::{Cast, permissions};
use super::things::Thing;

/// The sort of an entry as a path names it, what that is here, and its state there. What is no entry is itself.
pub fn entry(on: On, state: &str) -> (&'static str, On, &str) {
    if on != On::Entry {
        return ("listing", on, state);
    }
    match state {
        "ent.waiting" => ("enterprise", On::Enterprise, "submitted"),
        "ent.active" => ("enterprise", On::Enterprise, "active"),
        "ent.halted" => ("enterprise", On::Enterprise, "suspended"),
        "ent.absent" => ("enterprise", On::Enterprise, "absent"),
        "amd.waiting" => ("amendment", On::Amendment, "submitted"),
        "amd.back" => ("amendment", On::Amendment, "sent_back"),
        "rev.waiting" => ("revision", On::Revision, "submitted"),
        "rev.draft" => ("revision", On::Revision, "draft"),
        "doc.waiting" => ("document", On::Document, "submitted"),
        "doc.accepted" => ("document", On::Document, "accepted"),
        "doc.absent" => ("document", On::Document, "absent"),
        "rep.received" => ("report", On::Report, "received"),
        "rep.upheld" => ("report", On::Report, "upheld"),
        "rep.absent" => ("report", On::Report, "absent"),
        of_listing => ("listing", On::Listing, of_listing),
    }
}

/// Whether nothing is there that somebody could be let to.
pub fn is_gone(state: &str) -> bool {
    state.ends_with("absent") || state == "merged"
}

/// Whether there is nothing to read of such an entry, whoever asks: nobody talks about reports, and what is handed in once is
/// compared with nothing.
pub fn is_untold(operation: &str, on: On, state: &str) -> bool {
    match entry(on, state).0 {
        "report" => !operation.ends_with("_entry"),
        "document" => operation == "get_review_diff",
        _ => false,
    }
}

/// Whether somebody else's claim is in the way of whoever may decide: only who manages officers takes from others.
pub fn is_anothers(operation: &str, state: &str, caller: &str) -> bool {
    let may = permissions(caller);
    let lacks = may.is_some_and(|may| !may.contains(&Permission::ManageOfficers));
    state == "taken" && ["release_entry", "hand_over_entry"].contains(&operation) && lacks
}

/// Whether a right is of another sort of entry than what is asked about: what waits is claimed and talked about with the right to
/// decide on it.
pub fn is_of_another_sort(action: Action, on: On) -> bool {
    let of_enterprises = [Action::ReviewEnterprise, Action::AnswerReview, Action::ReadAmendment];
    let of_listings = [
        Action::ReviewListing,
        Action::EditListing,
        Action::ReadRevision,
        Action::HandleReports,
    ];
    match on {
        On::Listing | On::Revision | On::Report => of_enterprises.contains(&action),
        On::Enterprise | On::Amendment | On::Document => of_listings.contains(&action),
        _ => false,
    }
}

impl Case {
    /// What is not as it was after a success with a thing in a state: what is claimed of an enterprise itself stays claimed.
    pub fn wears(self, state: &str) -> Wear {
        let on = entry(self.on, state).1;
        let is_of_enterprise = matches!(on, On::Enterprise | On::Amendment);
        if self.on == On::Entry && self.wear == Wear::Thing && is_of_enterprise {
            Wear::Scene
        } else {
            self.wear
        }
    }
}

impl Cast {
    /// Has a listing taken up: `own` by the caller, where that one may, else by another officer; `over` is what ran out.
    pub async fn take_up(&mut self, thing: &Thing, state: &str, caller: &str) {
        let claim = format!("/moderation/claims/listing/{}", thing.ids[0]);
        if state == "own"
            && let Some(person) = self.person(thing, caller).await
            && self.app.post(&claim).by(&person).send().await.status == 200
        {
            return;
        }
        let other = self.somebody("other").await;
        self.app.post(&claim).by(&other).expect(200).await;
        if state != "over" {
            return;
        }
        let (id, now) = (DbId(thing.ids[0].parse().unwrap()), self.app.clock.now());
        let end = move |uow: &mut store::Uow<'_>| -> store::Result<()> {
            let row = review_claims::table.filter(review_claims::subject_id.eq(id));
            let ago = |hours: i64| DbTs(now - SignedDuration::from_hours(hours));
            diesel::update(row)
                .set((
                    review_claims::claimed_at.eq(ago(2)),
                    review_claims::runs_out_at.eq(ago(1)),
                ))
                .execute(uow.conn())?;
            Ok(())
        };
        self.app.change(end).await;
    }
}
