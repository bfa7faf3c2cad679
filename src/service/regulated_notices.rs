//! What officers are told when the list of regulated technologies becomes another: how many public listings it now says something
//! stricter of (báo cáo tin cần phân nhóm lại). Once for each list that comes into force, by a change or by the day.

use std::collections::BTreeMap;

use aws_lc_rs::digest;

use super::context::{App, Work};
use super::letters::Recipient;
use super::listings::resource;
use super::paging::{cut, rows_for};
use super::regulated::{self, LOOKED_THROUGH, Watch};
use super::{Error, Result};
use crate::domain::access::{Action, Actor, decide};
use crate::domain::account::{Account, AccountStatus, Permission, Standing};
use crate::domain::letter::Letter;
use crate::domain::listing::regulation::RegulatedList;
use crate::domain::taxonomy::Hint;
use crate::store::regulated_notices as rows;
use crate::store::{AnyConn, accounts, listings};

/// Officers that are looked at at once.
const AT_ONCE: u32 = 100;

/// Looks whether another list is in force than officers were told of, and tells them; gives how many letters went. When it
/// `is_stopped` meanwhile nothing is told, and the next look begins anew.
pub fn run(app: &App, is_stopped: impl Fn() -> bool) -> Result<usize> {
    let now = app.clock.now();
    let (list, last) = app
        .db
        .read(|conn| Ok::<_, Error>((regulated::list(conn, now)?, rows::last(conn)?)))?;
    let signature = signature(&list);
    let (number, told) = last.unwrap_or((0, signature_of_nothing()));
    if told == signature {
        return Ok(0);
    }
    let officers = app.db.read(reviewers)?;
    let Some(counts) = touched(app, &Watch::of(list), &officers, &is_stopped)? else {
        return Ok(0);
    };
    app.write_blocking(move |work| tell(work, number + 1, &signature, &officers, &counts))
}

/// A hash of what is in force and what hints at it.
fn signature(list: &RegulatedList) -> Vec<u8> {
    let mut lines: Vec<String> = list
        .in_force()
        .map(|(item, class)| {
            let Hint { keywords, field_codes } = Hint::of(item);
            format!(
                "{}\0{}\0{}\0{}",
                item.code,
                class.as_str(),
                keywords.join(";"),
                field_codes.join(";")
            )
        })
        .collect();
    lines.sort();
    digest::digest(&digest::SHA256, lines.join("\n").as_bytes())
        .as_ref()
        .to_vec()
}

fn signature_of_nothing() -> Vec<u8> {
    digest::digest(&digest::SHA256, b"").as_ref().to_vec()
}

/// Officers who review listings.
fn reviewers(conn: &mut AnyConn) -> Result<Vec<Account>> {
    let (mut reviewers, mut after) = (Vec::new(), None);
    loop {
        let (ids, next) = cut(accounts::officers(conn, after, rows_for(AT_ONCE))?, AT_ONCE, |id| *id);
        for id in ids {
            let officer = accounts::find(conn, id)?;
            let reviews = matches!(&officer.standing, Standing::Officer { permissions, .. }
                if permissions.contains(&Permission::ReviewListings));
            if reviews && officer.status == AccountStatus::Active {
                reviewers.push(officer);
            }
        }
        if next.is_none() {
            return Ok(reviewers);
        }
        after = next;
    }
}

/// How many of the listings that each of them reviews are touched; nothing when it is stopped before the last.
fn touched(
    app: &App,
    watch: &Watch,
    officers: &[Account],
    is_stopped: &dyn Fn() -> bool,
) -> Result<Option<BTreeMap<usize, u64>>> {
    let now = app.clock.now();
    let actors: Vec<Actor> = officers.iter().filter_map(acting).collect();
    let (mut counts, mut after) = (BTreeMap::new(), None);
    loop {
        if is_stopped() {
            return Ok(None);
        }
        let page = app
            .db
            .read(|conn| Ok::<_, Error>(listings::live_after(conn, after, LOOKED_THROUGH)?))?;
        let Some((last, _)) = page.last() else {
            return Ok(Some(counts));
        };
        after = Some(last.id);
        for (mut listing, owner) in page {
            listing.lapse(now);
            if regulated::is_overtaken(watch, &listing)?.is_none() {
                continue;
            }
            for (at, actor) in actors.iter().enumerate() {
                if decide(actor, Action::ReviewListing, &resource(&listing, &owner)).is_ok() {
                    *counts.entry(at).or_default() += 1;
                }
            }
        }
    }
}

/// The officer at work, with a second factor.
fn acting(officer: &Account) -> Option<Actor> {
    match &officer.standing {
        Standing::Officer { permissions, scope } => Some(Actor::Officer {
            account: officer.id,
            permissions: permissions.clone(),
            scope: scope.clone(),
            enrolled: true,
        }),
        Standing::Person | Standing::Member { .. } => None,
    }
}

fn tell(
    work: &mut Work<'_, '_>,
    number: i64,
    signature: &[u8],
    officers: &[Account],
    counts: &BTreeMap<usize, u64>,
) -> Result<usize> {
    let now = work.now;
    if !rows::claim(work.uow, number, signature, now)? {
        return Ok(0);
    }
    let mut sent = 0;
    for (at, officer) in officers.iter().enumerate() {
        if let Some(count) = counts.get(&at) {
            let letter = Letter::ListingsOvertaken { count: *count };
            work.send(&Recipient::of(officer), &letter)?;
            sent += 1;
        }
    }
    Ok(sent)
}
