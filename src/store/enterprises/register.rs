//! Enterprises as officers look for them, in whatever status.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::enterprise::{Details, EnterpriseStatus, OrganisationKind, VerificationState};
use crate::domain::ids::EnterpriseId;
use crate::store::schema::enterprises;
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, MAX_IDS, Result};

/// What is asked of every enterprise; nothing of what is absent or empty, one of several values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Where its registration stands.
    pub statuses: Vec<EnterpriseStatus>,
    /// Whether its verification holds.
    pub verification: Vec<VerificationState>,
    /// What sort of organisation it is.
    pub kinds: Vec<OrganisationKind>,
    /// Codes of provinces.
    pub provinces: Vec<String>,
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

/// Enterprises that were not merged into another one, newest first.
pub fn candidates(
    conn: &mut AnyConn,
    asked: &Asked,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Candidate>> {
    let mut query = enterprises::table
        .filter(enterprises::merged_into.is_null())
        .into_boxed();
    if !asked.statuses.is_empty() {
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
    if !asked.provinces.is_empty() {
        query = query.filter(enterprises::province_code.eq_any(&asked.provinces));
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
    let rows: Vec<(DbId, String, Option<DbTs>, String, DbJson, DbTs)> = query
        // The first is null in all of them: with it both databases read the index in its order.
        .order((
            enterprises::merged_into.desc(),
            enterprises::created_at.desc(),
            enterprises::id.desc(),
        ))
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
