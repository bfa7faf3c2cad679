//! By which names a listing is found: its code, and the readable names that it has and had.

use jiff::Timestamp;

use super::{Seen, read_page};
use crate::domain::access::Permit;
use crate::domain::calendar;
use crate::domain::fields::Violation;
use crate::domain::listing::code::{self, ListingCode};
use crate::domain::listing::{Listing, ListingContent};
use crate::service::context::{Caller, Work};
use crate::service::{Error, ErrorCode, Result};
use crate::store::{AnyConn, listing_codes, listings};

/// Reads the listing of a code for the caller, however people type it.
pub fn read_by_code(conn: &mut AnyConn, caller: &Caller, code: &str, now: Timestamp) -> Result<Seen> {
    let code = ListingCode::typed(code).ok_or(ErrorCode::NotFound)?;
    let id = listing_codes::find(conn, &code)?;
    read_page(conn, caller, id, now)
}

/// Reads the listing that has a readable name, or once had it. Names have small letters; in capital ones they are the same.
pub fn read_by_slug(conn: &mut AnyConn, caller: &Caller, slug: &str, now: Timestamp) -> Result<Seen> {
    let slug = slug.to_ascii_lowercase();
    let slug = slug.as_str();
    let code = code::code_of_slug(slug).ok_or(ErrorCode::NotFound)?;
    let id = listing_codes::find(conn, &code)?;
    let seen = read_page(conn, caller, id, now);
    let name = match &seen {
        Ok(seen) => seen.listing.slug(),
        Err(_) => listings::find(conn, id)?.0.slug(),
    };
    // Anybody can put other words before a code: only what the exchange itself called it is a name, and has been.
    if name.as_deref() == Some(slug) || listing_codes::had_slug(conn, id, slug)? {
        seen
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// Gives a listing that comes out for the first time its code. Not earlier: what is handed in may still change its kind
/// or never come out, and of the numbers that the public sees none is to be missing.
pub(in crate::service) fn give_code(work: &mut Work<'_, '_>, permit: &Permit, listing: &mut Listing) -> Result<()> {
    if listing.code.is_none() {
        let year = calendar::day_of(work.now).year();
        listing.code = Some(listing_codes::next(work.uow, permit, listing.content.kind, year)?);
    }
    Ok(())
}

/// Puts other content into a listing: its code says its kind, and a readable name that it loses still leads to it.
pub(in crate::service) fn replace_content(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    listing: &mut Listing,
    content: ListingContent,
) -> Result<()> {
    if listing.code.is_some() && content.kind != listing.content.kind {
        return Err(Error::field("/kind", Violation::Conflicts { with: "code" }));
    }
    let before = listing.slug();
    listing.content = content;
    match before {
        Some(slug) if listing.slug().as_ref() != Some(&slug) => {
            Ok(listing_codes::keep_slug(work.uow, permit, &slug, listing.id, work.now)?)
        }
        _ => Ok(()),
    }
}
