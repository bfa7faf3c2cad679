//! Which entries of the queue an officer wants to see.

use jiff::{SignedDuration, Timestamp};

use super::flags::Entry;
use crate::domain::enterprise::OrganisationKind;
use crate::domain::ids::AccountId;
use crate::domain::listing::ListingKind;
use crate::domain::review::content_flags::Possible;
use crate::domain::review::{EntryKind, RiskFlag, SecondLookState};
use crate::domain::taxonomy::is_within;
use crate::service::review::queue::Waiting;
use crate::store::listings::{Narrow, Waits};

/// By whom it is taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimedBy {
    /// By the one who asks.
    Me,
    /// By nobody.
    Nobody,
    /// By this officer.
    Officer(AccountId),
}

/// What is asked of every entry; nothing of what is absent or empty.
#[derive(Clone, Debug)]
pub struct QueueFilter {
    /// What sorts of things.
    pub which: Vec<EntryKind>,
    /// What sort of listing; of a revision, the listing's.
    pub kinds: Vec<ListingKind>,
    /// What sort of organisation; of registrations, changes and documents.
    pub organisations: Vec<OrganisationKind>,
    /// In one of these fields, or below it.
    pub fields: Vec<String>,
    /// Of enterprises in one of these provinces.
    pub provinces: Vec<String>,
    /// Readiness levels of technologies.
    pub trl: Vec<u8>,
    /// It waits at least so long.
    pub waiting_for: Option<SignedDuration>,
    /// Who has taken it up.
    pub claimed: Option<ClaimedBy>,
    /// It has all of these.
    pub flags: Vec<RiskFlag>,
    /// It needs a second look, which has come so far.
    pub second_look: Option<SecondLookState>,
}

impl QueueFilter {
    /// All that waits of some sorts; of all where none is named.
    pub fn of(which: Vec<EntryKind>) -> Self {
        Self {
            which,
            kinds: Vec::new(),
            organisations: Vec::new(),
            fields: Vec::new(),
            provinces: Vec::new(),
            trl: Vec::new(),
            waiting_for: None,
            claimed: None,
            flags: Vec::new(),
            second_look: None,
        }
    }

    /// What the database sorts out of the listings, so that nobody reads a thousand for one.
    pub(in crate::service) fn waits(&self) -> Waits {
        Waits {
            narrow: Narrow {
                kinds: self.kinds.clone(),
                provinces: self.provinces.clone(),
                trl: self.trl.clone(),
                enterprises: Vec::new(),
            },
            shows: Possible::of(&self.flags),
            is_first: self.flags.contains(&RiskFlag::FirstPublication),
        }
    }

    /// Whether entries of a kind may have all the flags that are looked for.
    pub(in crate::service) fn may_be(&self, kind: EntryKind) -> bool {
        self.flags.iter().all(|flag| match flag {
            RiskFlag::FirstPublication => kind == EntryKind::Listing,
            RiskFlag::PriceExtreme => matches!(kind, EntryKind::Listing | EntryKind::Revision),
            RiskFlag::MixedScripts => !matches!(kind, EntryKind::Document | EntryKind::Report),
            // Of documents a logo has a text.
            RiskFlag::ContactInText => kind != EntryKind::Report,
            _ => true,
        })
    }

    /// Whether something is asked that only listings tell, in some form.
    fn asks_of_listings(&self) -> bool {
        !self.kinds.is_empty() || !self.trl.is_empty()
    }

    /// Whether only listings can be what is wanted.
    pub(in crate::service) fn is_about_listings(&self) -> bool {
        self.asks_of_listings() && self.organisations.is_empty()
    }

    /// Whether only enterprises can be, and what they hand in about themselves.
    pub(in crate::service) fn is_about_enterprises(&self) -> bool {
        !self.organisations.is_empty() && !self.asks_of_listings()
    }

    /// From when on nothing waits long enough.
    pub(in crate::service) fn ends_at(&self, now: Timestamp) -> Option<Timestamp> {
        let waited = self.waiting_for?;
        Some(now.checked_sub(waited).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// Whether what waits is wanted, as far as it tells that itself.
    pub(in crate::service) fn wants(&self, waiting: &Waiting) -> bool {
        let (place, content) = match waiting {
            Waiting::Enterprise(enterprise) | Waiting::Amendment(enterprise) | Waiting::Document(_, enterprise) => {
                let profile = &enterprise.profile;
                let kind = profile.details.kind.as_deref();
                let is_of_kind = |wanted: &OrganisationKind| kind == Some(wanted.as_str());
                if !self.organisations.is_empty() && !self.organisations.iter().any(is_of_kind) {
                    return false;
                }
                ((&profile.province_code, &profile.field_codes), None)
            }
            Waiting::Listing(listing, owner)
            | Waiting::Revision(_, listing, owner)
            | Waiting::Report(_, listing, owner) => (
                (&owner.province_code, &listing.content.field_codes),
                Some(&listing.content),
            ),
        };
        let (province, fields) = place;
        (self.provinces.is_empty() || self.provinces.contains(province))
            && (self.fields.is_empty() || self.fields.iter().any(|wanted| lies_in(fields, wanted)))
            && content.is_none_or(|content| {
                (self.kinds.is_empty() || self.kinds.contains(&content.kind))
                    && (self.trl.is_empty() || content.trl.is_some_and(|trl| self.trl.contains(&trl)))
            })
    }

    /// Whether it is wanted with what stands beside it.
    pub(in crate::service) fn wants_dressed(&self, entry: &Entry) -> bool {
        (self.claimed != Some(ClaimedBy::Nobody) || entry.claim.is_none())
            && self.flags.iter().all(|flag| entry.flags.contains(flag))
            && (self.second_look.is_none() || self.second_look == entry.second_look.state())
    }
}

/// Whether one of the fields is the wanted one, or below it.
pub(in crate::service) fn lies_in(fields: &[String], wanted: &str) -> bool {
    fields.iter().any(|field| is_within(field, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_what_lies_below_it() {
        let fields = ["food.drying".to_owned(), "energy".to_owned()];
        assert!(lies_in(&fields, "food"));
        assert!(lies_in(&fields, "food.drying"));
        assert!(lies_in(&fields, "energy"));
        assert!(!lies_in(&fields, "food.dry"));
        assert!(!lies_in(&fields, "foo"));
        assert!(!lies_in(&fields, "energy.solar"));
    }
}
