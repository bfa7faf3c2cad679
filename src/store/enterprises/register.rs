//! Enterprises as officers look for them, in whatever status.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::lists::seated;
use crate::domain::enterprise::{Details, EnterpriseStatus, OrganisationKind, VerificationState};
use crate::domain::ids::EnterpriseId;
use crate::domain::taxonomy::Seats;
use crate::store::schema::enterprises;
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, MAX_IDS, Result};

/// Whether those are asked for that became part of another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Merged {
    /// They are left out.
    #[default]
    LeftOut,
    /// They stand among the others.
    Also,
    /// Only they.
    Only,
}

/// What is asked of every enterprise; nothing of what is absent or empty, one of several values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Whether it became part of another one.
    pub merged: Merged,
    /// Where its registration stands, of one that did not become part of another one.
    pub statuses: Vec<EnterpriseStatus>,
    /// Whether its verification holds.
    pub verification: Vec<VerificationState>,
    /// What sort of organisation it is.
    pub kinds: Vec<OrganisationKind>,
    /// Where it is.
    pub seats: Seats,
    /// Codes of communes.
    pub communes: Vec<String>,
    /// What its tax code begins with, as it is kept.
    pub tax_code: Option<String>,
    /// Beginnings of words of its name, folded; all of them are there.
    pub words: Vec<String>,
}

/// What decides whether an officer sees an enterprise: little, because many are looked through for one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub id: EnterpriseId,
    /// Where its registration stands.
    pub status: EnterpriseStatus,
    /// Where it is.
    pub commune: String,
    /// In which fields it works.
    pub fields: Vec<String>,
    /// When it registered.
    pub created_at: Timestamp,
}

/// Where a page goes on: behind this time of registration and identifier.
pub type Place = (Timestamp, EnterpriseId);

/// Enterprises, newest first.
pub fn candidates(
    conn: &mut AnyConn,
    asked: &Asked,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Candidate>> {
    let mut found = Vec::new();
    if asked.merged != Merged::Only {
        found = some(conn, asked, after, limit, now, false)?;
    }
    // Asked for apart, so that each is read in the order of its index.
    if asked.merged != Merged::LeftOut {
        found.extend(some(conn, asked, after, limit, now, true)?);
        found.sort_by_key(|candidate| std::cmp::Reverse((candidate.created_at, candidate.id)));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(found)
}

/// Those that became part of another one, or only the others.
fn some(
    conn: &mut AnyConn,
    asked: &Asked,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
    is_merged: bool,
) -> Result<Vec<Candidate>> {
    let mut query = enterprises::table.into_boxed();
    query = if is_merged {
        // Of a range both databases use the index, and few are in it.
        query.filter(enterprises::merged_into.gt(DbId(Uuid::nil())))
    } else {
        query.filter(enterprises::merged_into.is_null())
    };
    if !asked.statuses.is_empty() && !is_merged {
        let words: Vec<&str> = asked.statuses.iter().map(|status| status.as_str()).collect();
        // A closed one stands among the suspended.
        let open = enterprises::closed_at.is_null().and(enterprises::status.eq_any(words));
        query = if asked.statuses.contains(&EnterpriseStatus::Closed) {
            query.filter(open.or(enterprises::closed_at.is_not_null()))
        } else {
            query.filter(open)
        };
    }
    for state in VerificationState::ALL {
        if asked.verification.is_empty() || asked.verification.contains(state) {
            continue;
        }
        let (until, now) = (enterprises::verified_until, Some(DbTs(now)));
        query = match state {
            VerificationState::Unverified => query.filter(until.is_not_null()),
            VerificationState::Verified => query.filter(until.is_null().or(until.le(now))),
            VerificationState::Expired => query.filter(until.is_null().or(until.gt(now))),
        };
    }
    if !asked.kinds.is_empty() {
        let words: Vec<&str> = asked.kinds.iter().map(|kind| kind.as_str()).collect();
        query = query.filter(enterprises::kind.eq_any(words));
    }
    if !asked.seats.provinces.is_empty() {
        query = query.filter(seated!(asked.seats));
    }
    if !asked.communes.is_empty() {
        query = query.filter(enterprises::commune_code.eq_any(&asked.communes));
    }
    if let Some(begin) = &asked.tax_code {
        // Behind all that begin like this: digits stand before a tilde.
        let end = format!("{begin}~");
        query = query.filter(enterprises::tax_code.ge(begin).and(enterprises::tax_code.lt(end)));
    }
    for word in &asked.words {
        // Folded words are letters and digits: nothing in them is a sign of a pattern.
        let first = enterprises::name_key.like(format!("{word}%"));
        query = query.filter(first.or(enterprises::name_key.like(format!("% {word}%"))));
    }
    if let Some((at, id)) = after {
        // The first says nothing new, but is what lets the index be entered at the right place.
        query = query
            .filter(enterprises::created_at.le(DbTs(at)))
            .filter(enterprises::created_at.lt(DbTs(at)).or(enterprises::id.lt(DbId(id.0))));
    }
    let newest = (enterprises::created_at.desc(), enterprises::id.desc());
    query = if is_merged {
        query.order(newest)
    } else {
        // The first is null in all of them: with it both databases read the index in its order.
        query.order((enterprises::merged_into.desc(), newest.0, newest.1))
    };
    let rows: Vec<(DbId, String, Option<DbTs>, String, DbJson, DbTs)> = query
        .limit(limit)
        .select((
            enterprises::id,
            enterprises::status,
            enterprises::closed_at,
            enterprises::commune_code,
            enterprises::field_codes,
            enterprises::created_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, status, closed_at, commune, fields, created_at)| {
            Ok(Candidate {
                id: EnterpriseId(id.0),
                status: match closed_at {
                    Some(_) => EnterpriseStatus::Closed,
                    None => status.parse()?,
                },
                commune,
                fields: fields.read()?,
                created_at: created_at.0,
            })
        })
        .collect()
}

/// Which services in science and technology some enterprises say that they offer.
pub fn services(conn: &mut AnyConn, ids: &[EnterpriseId]) -> Result<HashMap<EnterpriseId, Vec<String>>> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(DbId, DbJson)> = enterprises::table
            .filter(enterprises::id.eq_any(keys))
            .select((enterprises::id, enterprises::details))
            .load(conn)?;
        for (id, details) in rows {
            let details: Details = details.read_known()?;
            found.insert(EnterpriseId(id.0), details.st_services);
        }
    }
    Ok(found)
}
