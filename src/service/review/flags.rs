//! What officers see beside an entry of the queue: who has taken it up, and what deserves a closer look.

use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

use crate::domain::audit::Deed;
use crate::domain::drafts::ListingDraft;
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::review::content_flags::{content_shows, draft_shows};
use crate::domain::review::{Claim, Endorsement, EntryKind, RiskFlag, SecondLook, is_contact, waits_long};
use crate::service::attachments::{self, Titles};
use crate::service::regulated::{self, Watch};
use crate::service::review::lookalikes::Alike;
use crate::service::review::queue::Waiting;
use crate::service::review::twins::Twins;
use crate::service::screening::{self, Screen};
use crate::service::vault::Vault;
use crate::service::{Error, Result, amendments};
use crate::store::review_claims::{self, Subject};
use crate::store::{AnyConn, audit, listings, review_decisions, screening as terms};

/// An entry of the queue, with what stands beside it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What waits.
    pub waiting: Waiting,
    /// Who has taken it up.
    pub claim: Option<Claim>,
    /// What deserves a closer look, in the order of the list.
    pub flags: Vec<RiskFlag>,
    /// That a second officer must approve.
    pub second_look: SecondLook,
}

/// Deeds that sent a thing back to its owner, and whether they refused it.
const RETURNS: [(EntryKind, Deed, bool); 10] = [
    (EntryKind::Enterprise, Deed::EnterpriseRejected, true),
    (EntryKind::Enterprise, Deed::EnterpriseChangesRequested, false),
    (EntryKind::Enterprise, Deed::RenewalRejected, true),
    (EntryKind::Enterprise, Deed::RenewalReturned, false),
    (EntryKind::Amendment, Deed::AmendmentRejected, true),
    (EntryKind::Amendment, Deed::AmendmentReturned, false),
    (EntryKind::Listing, Deed::ListingRejected, true),
    (EntryKind::Listing, Deed::ListingChangesRequested, false),
    (EntryKind::Revision, Deed::RevisionRejected, true),
    (EntryKind::Revision, Deed::RevisionChangesRequested, false),
];

/// What was sent back before, and by which deeds.
type Returned = HashMap<Uuid, Vec<String>>;

/// Puts beside entries what stands beside them: a few questions for all of them. Those that cannot have all the `wanted`
/// flags are left out as early as that is known: what they tell themselves before anything is asked, what one question about
/// their owners tells before the others, the rest before their texts are held against lists, which takes the longest.
pub fn dress(
    conn: &mut AnyConn,
    vault: &Vault,
    waiting: Vec<Waiting>,
    wanted: &[RiskFlag],
    needs_second: &[RiskFlag],
    now: Timestamp,
) -> Result<Vec<Entry>> {
    let mut waiting = showing(vault, waiting, wanted, now)?;
    let owners: BTreeSet<EnterpriseId> = waiting.iter().filter_map(owner_of_listing).collect();
    let owners: Vec<EnterpriseId> = owners.into_iter().collect();
    let published = listings::owners_with_published(conn, &owners)?;
    if wanted.contains(&RiskFlag::FirstPublication) {
        waiting.retain(|entry| is_first(entry, &published));
    }
    let named: Vec<Uuid> = waiting.iter().map(|entry| entry.subject().1).collect();
    let claims = review_claims::of_subjects(conn, &named, now)?;
    let mut claims: HashMap<Subject, Claim> = claims.into_iter().collect();
    let all: Vec<Uuid> = waiting.iter().map(judged).collect();
    let deeds = RETURNS.map(|(_, deed, _)| deed);
    let mut returned = Returned::new();
    for (id, deed) in audit::deeds_among(conn, &all, &deeds)? {
        returned.entry(id).or_default().push(deed);
    }
    let alike = Alike::among(conn, &waiting)?;
    let twins = Twins::among(conn, &waiting)?;
    let flagged = waiting.into_iter().map(|waiting| {
        let mut flags = flags(vault, &waiting, &returned, &published, now)?;
        if alike.has_another(&waiting) || twins.has_another(&waiting) {
            flags.push(RiskFlag::LikelyDuplicate);
        }
        Ok((waiting, flags))
    });
    let mut flagged = flagged.collect::<Result<Vec<(Waiting, Vec<RiskFlag>)>>>()?;
    let possible = |flags: &[RiskFlag]| wanted.iter().all(|flag| is_of_lists(*flag) || flags.contains(flag));
    flagged.retain(|(_, flags)| possible(flags));
    let waiting = || flagged.iter().map(|(waiting, _)| waiting);
    let endorsed = review_decisions::endorsements(conn, &named)?.into_iter();
    let mut endorsed: HashMap<(Subject, i64), Endorsement> = endorsed
        .map(|(judged, version, endorsement)| ((judged, version), endorsement))
        .collect();
    let listings: Vec<ListingId> = waiting().filter_map(waiting_listing).collect();
    let titles = attachments::titles(conn, &listings)?;
    let watched = if waiting().any(has_words) {
        Some((
            Screen::of(terms::in_force(conn)?),
            Watch::of(regulated::list(conn, now)?),
        ))
    } else {
        None
    };
    let dressed = flagged.into_iter().map(|(waiting, mut flags)| {
        if let Some((screen, watch)) = &watched {
            let own = match &waiting {
                Waiting::Revision(revision, ..) => revision.media.as_ref().map(attachments::titles_of),
                _ => None,
            };
            let live = || waiting_listing(&waiting).and_then(|id| titles.get(&id));
            flags.extend(of_lists((vault, screen, watch), &waiting, own.as_ref().or_else(live))?);
        }
        // On documents and reports one officer decides.
        let is_of_two = !matches!(waiting, Waiting::Document(..) | Waiting::Report(..));
        let reasons = flags
            .iter()
            .copied()
            .filter(|flag| is_of_two && needs_second.contains(flag));
        Ok(Entry {
            claim: claims.remove(&waiting.subject()),
            second_look: SecondLook {
                reasons: reasons.collect(),
                endorsed: endorsed.remove(&((waiting.subject().0, judged(&waiting)), waiting.version())),
            },
            flags,
            waiting,
        })
    });
    dressed.collect()
}

/// Whether a flag comes of the lists that officers keep.
fn is_of_lists(flag: RiskFlag) -> bool {
    matches!(
        flag,
        RiskFlag::Screened | RiskFlag::Regulated | RiskFlag::MaybeRegulated
    )
}

/// Whether an entry has words that are held against lists.
fn has_words(waiting: &Waiting) -> bool {
    match waiting {
        Waiting::Document(document, _) => document.alt.is_some(),
        Waiting::Report(..) => false,
        _ => true,
    }
}

/// What an entry shows when it is held against the lists that officers keep: words of the screening list, whatever they do,
/// and of listings regulated technologies.
fn of_lists(
    (vault, screen, watch): (&Vault, &Screen, &Watch),
    waiting: &Waiting,
    titles: Option<&Titles>,
) -> Result<Vec<RiskFlag>> {
    let screened = |text: &Value| match screen.find(text).is_empty() {
        true => Vec::new(),
        false => vec![RiskFlag::Screened],
    };
    let (draft, listing) = match waiting {
        Waiting::Enterprise(enterprise) => return Ok(screened(&texts_of(enterprise)?)),
        Waiting::Amendment(enterprise) => return Ok(screened(&wished_texts(vault, enterprise)?)),
        Waiting::Document(document, _) => {
            let text = document.alt.as_ref().map(screening::of_logo);
            return Ok(text.map_or_else(Vec::new, |text| screened(&text)));
        }
        Waiting::Report(..) => return Ok(Vec::new()),
        Waiting::Listing(listing, _) => (ListingDraft::of(&listing.content), listing),
        Waiting::Revision(revision, listing, _) => (revision.content.clone(), listing),
    };
    let text = serde_json::to_value(&draft).map_err(Error::internal)?;
    let mut flags = screened(&attachments::called(text, titles));
    let judged = watch.judge(listing.finding.as_ref(), &regulated::declared(&draft));
    if judged.is_watched() {
        flags.push(RiskFlag::Regulated);
    }
    if !watch.stricter(judged, &draft)?.is_empty() {
        flags.push(RiskFlag::MaybeRegulated);
    }
    Ok(flags)
}

/// Under what the trail has the decisions on it.
fn judged(waiting: &Waiting) -> Uuid {
    match waiting {
        Waiting::Enterprise(enterprise) | Waiting::Amendment(enterprise) => enterprise.id.0,
        Waiting::Listing(listing, _) => listing.id.0,
        Waiting::Revision(revision, _, _) => revision.id.0,
        Waiting::Document(document, _) => document.id.0,
        Waiting::Report(report, _, _) => report.id.0,
    }
}

/// The listing that waits with its files and videos; below a revision they are live already.
fn waiting_listing(waiting: &Waiting) -> Option<ListingId> {
    match waiting {
        Waiting::Listing(listing, _) => Some(listing.id),
        _ => None,
    }
}

fn owner_of_listing(waiting: &Waiting) -> Option<EnterpriseId> {
    match waiting {
        Waiting::Listing(listing, _) => Some(listing.enterprise_id),
        _ => None,
    }
}

fn flags(
    vault: &Vault,
    waiting: &Waiting,
    returned: &Returned,
    published: &HashSet<EnterpriseId>,
    now: Timestamp,
) -> Result<Vec<RiskFlag>> {
    let mut flags = BTreeSet::new();
    let (kind, _) = waiting.subject();
    let deeds = returned.get(&judged(waiting)).into_iter().flatten();
    for deed in deeds {
        for (of, known, is_refusal) in RETURNS {
            if of == kind && known.as_str() == deed {
                flags.insert(RiskFlag::Resubmitted);
                if is_refusal {
                    flags.insert(RiskFlag::PreviouslyRejected);
                }
            }
        }
    }
    if is_first(waiting, published) {
        flags.insert(RiskFlag::FirstPublication);
    }
    for flag in OF_ITSELF {
        if shows(vault, waiting, flag, now)? {
            flags.insert(flag);
        }
    }
    Ok(flags.into_iter().collect())
}

/// Whether nothing of its owner's was ever published.
fn is_first(waiting: &Waiting, published: &HashSet<EnterpriseId>) -> bool {
    owner_of_listing(waiting).is_some_and(|owner| !published.contains(&owner))
}

/// Flags that an entry tells by itself, without anything being asked.
const OF_ITSELF: [RiskFlag; 4] = [
    RiskFlag::LongWaiting,
    RiskFlag::ContactInText,
    RiskFlag::PriceExtreme,
    RiskFlag::MixedScripts,
];

/// Of what waits, what has all those of the flags that it tells by itself.
fn showing(vault: &Vault, waiting: Vec<Waiting>, wanted: &[RiskFlag], now: Timestamp) -> Result<Vec<Waiting>> {
    let wanted: Vec<RiskFlag> = wanted.iter().copied().filter(|flag| OF_ITSELF.contains(flag)).collect();
    let mut showing = Vec::with_capacity(waiting.len());
    for entry in waiting {
        let mut has_all = true;
        for flag in &wanted {
            has_all = has_all && shows(vault, &entry, *flag, now)?;
        }
        if has_all {
            showing.push(entry);
        }
    }
    Ok(showing)
}

/// Whether an entry has one of the flags that it tells by itself.
fn shows(vault: &Vault, waiting: &Waiting, flag: RiskFlag, now: Timestamp) -> Result<bool> {
    Ok(match flag {
        RiskFlag::LongWaiting => waits_long(waiting.place().0, now),
        _ => match waiting {
            Waiting::Listing(listing, _) => content_shows(&listing.content, flag),
            Waiting::Revision(revision, _, _) => draft_shows(&revision.content, flag),
            Waiting::Enterprise(enterprise) => texts_show(flag, || texts_of(enterprise))?,
            Waiting::Amendment(enterprise) => texts_show(flag, || wished_texts(vault, enterprise))?,
            // Of papers only a logo has a text, and what somebody reports is not its owner's.
            Waiting::Document(document, _) => {
                let alt = document.alt.iter().flat_map(|alt| [Some(&alt.vi), alt.en.as_ref()]);
                flag == RiskFlag::ContactInText && alt.flatten().any(|text| is_contact(text.as_str()))
            }
            Waiting::Report(..) => false,
        },
    })
}

/// Whether what everybody would read of an enterprise has a flag.
fn texts_show(flag: RiskFlag, texts: impl FnOnce() -> Result<Value>) -> Result<bool> {
    Ok(match flag {
        RiskFlag::ContactInText => screening::leads_past(&texts()?),
        RiskFlag::MixedScripts => screening::disguised(&texts()?).next().is_some(),
        _ => false,
    })
}

/// What everybody would read of a registration.
fn texts_of(enterprise: &Enterprise) -> Result<Value> {
    Ok(screening::new_texts(
        &amendments::members(&enterprise.profile)?,
        &Map::new(),
    ))
}

/// What a request would change of what everybody reads: what is live was judged when it came.
fn wished_texts(vault: &Vault, enterprise: &Enterprise) -> Result<Value> {
    let wished = amendments::wish(vault, enterprise)?.unwrap_or_default();
    Ok(screening::new_texts(
        &wished,
        &amendments::members(&enterprise.profile)?,
    ))
}
