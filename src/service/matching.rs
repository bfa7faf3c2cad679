//! Which offers answer a need, and which needs an offer answers (kết nối cung – cầu).
//!
//! Nothing is kept: each answer is made from the listings as they are now, so none can be stale, whoever publishes or
//! withdraws what. It costs two searches and one reading of at most sixty listings, which are then compared one by one.
//! The score of a need and an offer is the same from both ends.

use search_index::{InterpretationKind, View};

use super::context::Caller;
use super::likeness::{Subject, Words, current, subject, view};
use super::{App, Result};
use crate::domain::ids::ListingId;
use crate::domain::listing::{Listing, ListingContent, ListingKind};
use crate::domain::matching::{Match, SharedWords, Side, Wanted, weigh};
use crate::domain::taxonomy::TaxonomyName;
use crate::store::listings::OwnerCard;

/// A listing that answers, or is answered.
#[derive(Clone, Debug)]
pub struct MatchedListing {
    /// The other side, as far as everybody may see it.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// How well, and why.
    pub matched: Match,
}

/// Offers for a need, or needs for an offer, the best first; none for what is neither. Of a listing that the caller may
/// read: its enterprise sees them before it is published. Blocks.
pub fn matches(app: &App, caller: &Caller, id: ListingId, limit: usize) -> Result<Vec<MatchedListing>> {
    let Subject {
        content,
        enterprise,
        province,
    } = subject(app, caller, id)?;
    let kind = content.kind;
    if !kind.is_need() && !kind.is_offer() {
        return Ok(Vec::new());
    }
    let view = view(app)?;
    let words = Words::of(&view, &content)?;
    let others = ListingKind::ALL.iter().filter(|other| {
        if kind.is_need() {
            other.is_offer()
        } else {
            other.is_need()
        }
    });
    let candidates = words.candidates(&view, others)?;
    let wanted = if kind.is_need() {
        amounts(&view, &content)?
    } else {
        Vec::new()
    };
    let succession = app.in_force_at_hand().succession(TaxonomyName::Fields);
    let own_fields = succession.todays(&content.field_codes);
    let mut found = Vec::new();
    for (listing, card) in current(app, &candidates)? {
        // Who has both knows of both.
        if listing.enterprise_id == enterprise {
            continue;
        }
        let here = Side {
            content: &content,
            fields: &own_fields,
            province: &province,
        };
        let their_fields = succession.todays(&listing.content.field_codes);
        let there = Side {
            content: &listing.content,
            fields: &their_fields,
            province: &card.province_code,
        };
        let matched = if kind.is_need() {
            compare(&words, here, there, &wanted)
        } else {
            let words = Words::of(&view, &listing.content)?;
            compare(&words, there, here, &amounts(&view, &listing.content)?)
        };
        if let Some(matched) = matched {
            found.push(MatchedListing {
                listing,
                owner: card,
                matched,
            });
        }
    }
    found.sort_by(|a, b| {
        b.matched
            .score
            .cmp(&a.matched.score)
            .then(a.listing.id.cmp(&b.listing.id))
    });
    found.truncate(limit);
    Ok(found)
}

fn compare(words: &Words, need: Side<'_>, offer: Side<'_>, wanted: &[Wanted]) -> Option<Match> {
    let (near, answered) = words.compared_with(offer.content);
    let shared = answered.shared.into_iter().map(|shared| SharedWords {
        said: shared.said,
        found: shared.found,
    });
    weigh(need, offer, near, shared.collect(), wanted)
}

/// The amounts that a need names: those of its properties, and those in its title and its requirements of another sort.
fn amounts(view: &View, need: &ListingContent) -> Result<Vec<Wanted>> {
    let mut wanted: Vec<Wanted> = need.specifications.iter().filter_map(Wanted::read).collect();
    let requirements = need.details.requirements.as_ref().map(|text| text.vi.as_str());
    for text in [Some(need.title.vi.as_str()), requirements].into_iter().flatten() {
        let asked = view.asked(text).map_err(super::search::refusal)?;
        let quantities = asked
            .interpretations()
            .iter()
            .filter(|told| told.kind == InterpretationKind::Quantity);
        for told in quantities {
            let written = asked.text().get(told.range.clone()).unwrap_or_default().trim();
            let amount = Wanted::told(written, told.at_least.as_deref(), told.at_most.as_deref());
            wanted.extend(amount.filter(|amount| wanted.iter().all(|known| !known.is_like(amount))));
        }
    }
    Ok(wanted)
}
