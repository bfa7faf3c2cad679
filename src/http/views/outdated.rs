//! Codes that ended since a record was written, for those who keep it.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::{EnterpriseView, ListingSummary, ListingView};
use crate::domain::drafts::{EnterpriseDraft, ListingDraft, Outdated};
use crate::domain::fields::Successor;
use crate::domain::taxonomy::InForce;
use crate::service::{enterprises, listings};

/// A code that ended since it was written (mã đã hết hiệu lực).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OutdatedView {
    /// JSON pointer to it.
    #[schema(example = "/field_codes/0")]
    pub pointer: String,
    /// Its list, as in `GET /taxonomies/{name}`.
    #[schema(example = "fields")]
    pub list: &'static str,
    /// The code.
    #[schema(example = "food.drying")]
    pub code: String,
    /// The first day on which it was no longer valid, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// What took its place: one to take, several to choose from, none where nothing did.
    #[schema(max_items = 100)]
    pub successors: Vec<Successor>,
}

impl From<&Outdated> for OutdatedView {
    fn from(outdated: &Outdated) -> Self {
        Self {
            pointer: outdated.pointer.clone(),
            list: outdated.list.as_str(),
            code: outdated.code.clone(),
            valid_to: outdated.valid_to,
            successors: outdated.successors.clone(),
        }
    }
}

impl OutdatedView {
    /// Of what a listing says, or is to say.
    pub fn of_draft(draft: &ListingDraft, lists: &InForce) -> Vec<Self> {
        draft.outdated(lists).iter().map(Self::from).collect()
    }

    /// Of a listing, for those inside.
    fn of_listing(seen: &listings::Seen, lists: &InForce) -> Vec<Self> {
        if !seen.is_insider {
            return Vec::new();
        }
        Self::of_draft(&ListingDraft::of(&seen.listing.content), lists)
    }
}

impl ListingView {
    /// What this caller sees, with what ended since.
    pub fn of_today(seen: &listings::Seen, lists: &InForce) -> Self {
        let mut view = Self::of(seen);
        view.summary.outdated = OutdatedView::of_listing(seen, lists);
        // With these it is not taken for review.
        if let Some(missing) = &mut view.summary.missing
            && !seen.listing.was_out()
        {
            missing.extend(view.summary.outdated.iter().map(|ended| ended.pointer.clone()));
        }
        view
    }
}

impl ListingSummary {
    /// The same in a list.
    pub fn of_today(seen: &listings::Seen, lists: &InForce) -> Self {
        ListingView::of_today(seen, lists).summary
    }
}

impl EnterpriseView {
    /// What this caller sees, with what ended since, for those inside.
    pub fn of_today(seen: &enterprises::Seen, lists: &InForce) -> Self {
        let mut view = Self::of(seen);
        if matches!(seen.view, enterprises::View::Full) {
            let draft = EnterpriseDraft::of(&seen.enterprise.profile);
            view.outdated = draft.outdated(lists).iter().map(OutdatedView::from).collect();
        }
        view
    }
}
