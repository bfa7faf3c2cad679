//! What a dossier that is begun from a listing, or from an inquiry about one, takes from it (lập hồ sơ từ tin đăng): technology and
//! parties, as far as the caller can read them there, and only where the caller says nothing else.

use jiff::Timestamp;

use super::from_inquiry;
use crate::domain::access::Actor;
use crate::domain::dossier::{DossierDraft, HOME, PartyDraft, TechnologyStatus};
use crate::domain::enterprise::Enterprise;
use crate::domain::fields::Violation;
use crate::domain::ids::ListingId;
use crate::domain::inquiry::Inquiry;
use crate::domain::listing::{Listing, ListingKind};
use crate::domain::taxonomy::InForce;
use crate::service::context::Caller;
use crate::service::dossiers::NewDossier;
use crate::service::listings;
use crate::service::{Error, ErrorCode, Result};
use crate::store::{AnyConn, enterprises, listings as kept_listings};

/// The longest description that a dossier takes.
const DESCRIBED: usize = 8_000;

/// Whether the owner of a listing would be the one who gives; nothing of what is no technology.
fn gives(kind: ListingKind) -> Option<bool> {
    match kind {
        ListingKind::TechnologyNeed | ListingKind::EquipmentNeed => Some(false),
        ListingKind::TechnologyOffer
        | ListingKind::EquipmentOffer
        | ListingKind::IpAsset
        | ListingKind::RdProject
        | ListingKind::OcopProduct => Some(true),
        _ => None,
    }
}

/// What a listing, or an inquiry about one, tells of a transfer.
struct Source {
    /// The listing, as far as the caller reads it.
    listing: Option<Listing>,
    kind: ListingKind,
    owner: Enterprise,
    other: Option<Enterprise>,
}

/// What a new dossier says, with what its listing tells, and the inquiry of which it came.
pub(in crate::service::dossiers) fn filled(
    conn: &mut AnyConn,
    caller: &Caller,
    (new, asked, lists): (&NewDossier, Option<&Inquiry>, &InForce),
    now: Timestamp,
) -> Result<DossierDraft> {
    let mut words = new.content.clone();
    let source = match (asked, new.listing) {
        (Some(inquiry), _) => of_inquiry(conn, caller, inquiry, now)?,
        (None, Some(id)) => of_listing(conn, caller, id, now)?,
        (None, None) => return Ok(words),
    };
    let (owner, other) = (Some(&source.owner), source.other.as_ref());
    let (giver, taker) = match gives(source.kind) {
        Some(true) => (owner, other),
        Some(false) => (other, owner),
        None => (None, None),
    };
    if let Some(outcome) = asked.and_then(|inquiry| inquiry.outcome.as_ref()) {
        from_inquiry::contract(&mut words, outcome);
    }
    if let Some(listing) = &source.listing {
        describe(&mut words, listing);
        classify(&mut words, listing)?;
    }
    name(&mut words.transferor, giver);
    name(&mut words.transferee, taker);
    let mut coded = words.clone();
    place(&mut coded, (giver, taker), source.listing.as_ref());
    // A code that is in force no more is left out, and nobody's mistake.
    let fits = coded.clone().parse(lists).is_ok();
    Ok(if fits { coded } else { words })
}

/// What the caller reads of a listing.
fn read(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Listing> {
    let seen = listings::read(conn, caller, id, now)?;
    Ok(if seen.sees_all {
        seen.listing
    } else {
        seen.listing.shown_to_all().into_owned()
    })
}

fn of_listing(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Source> {
    let unreadable = || {
        let what = "readable_listing";
        Error::field("/listing_id", Violation::Malformed { what })
    };
    let listing = read(conn, caller, id, now).map_err(|error| match error.code {
        ErrorCode::NotFound | ErrorCode::Forbidden => unreadable(),
        _ => error,
    })?;
    let kind = listing.content.kind;
    gives(kind).ok_or_else(unreadable)?;
    let owner = enterprises::find(conn, listing.enterprise_id)?;
    let actor = caller.actor(conn, now)?;
    let other = match (&actor, actor.enterprise()) {
        (Actor::Member { .. }, Some((enterprise, _))) if enterprise != owner.id => {
            Some(enterprises::find(conn, enterprise)?)
        }
        // Whose own listing it is knows the other party; an officer who enters a paper reads it there.
        _ => None,
    };
    Ok(Source {
        listing: Some(listing),
        kind,
        owner,
        other,
    })
}

/// Both sides of an inquiry are known; of its listing, which may have gone since, what the caller still reads.
fn of_inquiry(conn: &mut AnyConn, caller: &Caller, inquiry: &Inquiry, now: Timestamp) -> Result<Source> {
    let listing = match read(conn, caller, inquiry.listing, now) {
        Ok(listing) => Some(listing),
        Err(error)
            if matches!(
                error.code,
                ErrorCode::NotFound | ErrorCode::Forbidden | ErrorCode::ListingExpired | ErrorCode::ListingTakenDown
            ) =>
        {
            None
        }
        Err(error) => return Err(error),
    };
    let (kept, _) = kept_listings::find(conn, inquiry.listing)?;
    Ok(Source {
        listing,
        kind: kept.content.kind,
        owner: enterprises::find_even_merged(conn, inquiry.owner)?,
        other: Some(enterprises::find_even_merged(conn, inquiry.asker)?),
    })
}

fn describe(draft: &mut DossierDraft, listing: &Listing) {
    let content = &listing.content;
    let technology = &mut draft.technology;
    technology.name.get_or_insert_with(|| content.title.vi.to_string());
    if technology.description.is_none() {
        let whole = content.description.as_ref().map(|text| text.vi.as_str().to_owned());
        let short = || content.summary.as_ref().map(|text| text.vi.as_str().to_owned());
        technology.description = whole.filter(|text| text.chars().count() <= DESCRIBED).or_else(short);
    }
}

/// What the law says of the technology, as its owner declares it or an officer found: nobody says less of it than of what the listing is.
fn classify(draft: &mut DossierDraft, listing: &Listing) -> Result<()> {
    let Some(class) = listing.regulation().0 else {
        return Ok(());
    };
    match draft.technology_status.as_deref().map(str::parse::<TechnologyStatus>) {
        None => draft.technology_status = Some(TechnologyStatus::of(class).as_str().to_owned()),
        Some(Ok(told)) if class.is_watched() && told.class() < class => {
            let with = "listing_id";
            return Err(Error::field(
                "/content/technology_status",
                Violation::Conflicts { with },
            ));
        }
        // What cannot be read is told with all that is wrong.
        Some(_) => {}
    }
    Ok(())
}

/// The name and number of a party. What somebody wrote of it is not mixed with what somebody else is called.
fn name(party: &mut PartyDraft, enterprise: Option<&Enterprise>) {
    let Some(enterprise) = enterprise.filter(|_| *party == PartyDraft::default()) else {
        return;
    };
    let profile = &enterprise.profile;
    party.name = Some(profile.legal_name.to_string());
    party.tax_code = profile.identity.tax_code().map(|code| code.as_str().to_owned());
}

/// What is written as codes: communes, legal forms, fields, the country of origin, entries of the list of regulated technologies.
fn place(
    draft: &mut DossierDraft,
    (giver, taker): (Option<&Enterprise>, Option<&Enterprise>),
    listing: Option<&Listing>,
) {
    let parties = [(&mut draft.transferor, giver), (&mut draft.transferee, taker)];
    for (party, enterprise) in parties {
        let named = |enterprise: &&Enterprise| party.name.as_deref() == Some(enterprise.profile.legal_name.as_str());
        let Some(enterprise) = enterprise.filter(named) else {
            continue;
        };
        let commune = &enterprise.profile.commune_code;
        if !commune.is_empty() {
            let is_here = *party.country.get_or_insert_with(|| HOME.to_owned()) == HOME;
            if is_here {
                party.commune_code.get_or_insert_with(|| commune.clone());
                let form = &enterprise.profile.legal_form;
                party.legal_form.get_or_insert_with(|| form.clone());
            }
        }
    }
    let Some(listing) = listing else { return };
    let technology = &mut draft.technology;
    if technology.fields.is_empty() {
        technology.fields.clone_from(&listing.content.field_codes);
    }
    if technology.origin_country.is_none() {
        technology.origin_country.clone_from(&listing.content.origin_country);
    }
    if technology.regulated_items.is_empty() {
        technology.regulated_items = listing.regulation().1.to_vec();
    }
}
