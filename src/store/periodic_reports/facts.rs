//! What reports count, as the rows have it.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::dossier::{DossierContent, OpinionSubject};
use crate::domain::enterprise::{Details, OrganisationKind};
use crate::domain::ids::{CertificateId, DossierId};
use crate::domain::periodic_report::facts::Organisations;
use crate::store::schema::{certificates, dossier_events, dossiers, enterprises};
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, Error, MAX_IDS, Result};

/// A certificate of a chain, as far as others of the chain need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub id: CertificateId,
    /// The first one of the chain.
    pub root: CertificateId,
    /// Which in the chain.
    pub position: i64,
    /// The dossier that it came of.
    pub dossier: Option<DossierId>,
    /// Whether it was annulled.
    pub is_annulled: bool,
    /// The value of the contract by it, in đồng.
    pub vnd_value: Option<i64>,
}

type LinkRow = (DbId, Option<DbId>, i64, Option<DbId>, Option<String>, Option<i64>);

fn link((id, root, position, dossier, annulled_on, vnd_value): LinkRow) -> Link {
    Link {
        id: CertificateId(id.0),
        root: CertificateId(root.unwrap_or(id).0),
        position,
        dossier: dossier.map(|id| DossierId(id.0)),
        is_annulled: annulled_on.is_some(),
        vnd_value,
    }
}

/// The chains that begin with some certificates, in their order.
pub fn chains(conn: &mut AnyConn, roots: &[CertificateId]) -> Result<Vec<Link>> {
    let mut links = Vec::new();
    for some in roots.chunks(MAX_IDS / 2) {
        let ids: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let is_first = certificates::id.eq_any(ids.clone());
        let is_later = certificates::root_id.assume_not_null().eq_any(ids);
        let rows: Vec<LinkRow> = certificates::table
            .filter(is_first.or(is_later))
            .order(certificates::position)
            .select((
                certificates::id,
                certificates::root_id,
                certificates::position,
                certificates::dossier_id,
                certificates::annulled_on,
                certificates::vnd_value,
            ))
            .load(conn)?;
        links.extend(rows.into_iter().map(link));
    }
    Ok(links)
}

/// A licence that took the place of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Whether it was annulled.
    pub is_annulled: bool,
    /// The one that took its place in turn.
    pub replaced_by: Option<CertificateId>,
}

type ReplacementRow = (DbId, Option<String>, Option<DbId>);

/// Some licences, with those that took their place, one after the other.
pub fn replacements(
    conn: &mut AnyConn,
    licences: impl IntoIterator<Item = CertificateId>,
) -> Result<HashMap<CertificateId, Replacement>> {
    let mut found = HashMap::new();
    let mut wanted: HashSet<CertificateId> = licences.into_iter().collect();
    while !wanted.is_empty() {
        let ids: Vec<DbId> = wanted.drain().map(|id| DbId(id.0)).collect();
        for some in ids.chunks(MAX_IDS) {
            let rows: Vec<ReplacementRow> = certificates::table
                .filter(certificates::id.eq_any(some.to_vec()))
                .select((
                    certificates::id,
                    certificates::annulled_on,
                    certificates::replaced_by_id,
                ))
                .load(conn)?;
            for (id, annulled_on, next) in rows {
                let replaced_by = next.map(|id| CertificateId(id.0));
                let licence = Replacement {
                    is_annulled: annulled_on.is_some(),
                    replaced_by,
                };
                found.insert(CertificateId(id.0), licence);
                wanted.extend(replaced_by);
            }
        }
        wanted.retain(|id| !found.contains_key(id));
    }
    Ok(found)
}

/// What dossiers say.
pub fn contents(conn: &mut AnyConn, ids: &[DossierId]) -> Result<HashMap<DossierId, DossierContent>> {
    let mut contents = HashMap::new();
    for some in ids.chunks(MAX_IDS) {
        let rows: Vec<(DbId, DbJson)> = dossiers::table
            .filter(dossiers::id.eq_any(some.iter().map(|id| DbId(id.0)).collect::<Vec<_>>()))
            .select((dossiers::id, dossiers::content))
            .load(conn)?;
        for (id, content) in rows {
            contents.insert(DossierId(id.0), DossierContent::stored(content.read()?));
        }
    }
    Ok(contents)
}

/// Something that was done to a dossier.
#[derive(Clone, Debug)]
pub struct Deed {
    /// The dossier.
    pub dossier: DossierId,
    /// Its number.
    pub number: Option<String>,
    /// Code of its procedure.
    pub procedure: String,
    /// The version of the rules that it is under.
    pub rule_version: Option<i64>,
    /// Code of the event.
    pub event: String,
    /// The state to which it led.
    pub to_state: String,
    /// When.
    pub at: Timestamp,
    /// What an opinion was given on, where it was kept.
    pub subject: Option<OpinionSubject>,
}

type DeedRow = (
    DbId,
    Option<String>,
    String,
    Option<i64>,
    String,
    String,
    DbTs,
    Option<DbJson>,
);

/// Events of some names that happened from one instant on and before another, the oldest first, at most `limit`.
pub fn deeds(
    conn: &mut AnyConn,
    events: &[String],
    (since, before): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Deed>> {
    let rows: Vec<DeedRow> = dossier_events::table
        .inner_join(dossiers::table.on(dossiers::id.eq(dossier_events::dossier_id)))
        .filter(dossier_events::event.eq_any(events.iter().map(String::as_str)))
        .filter(dossier_events::at.ge(DbTs(since)))
        .filter(dossier_events::at.lt(DbTs(before)))
        .order((dossier_events::at, dossier_events::dossier_id, dossier_events::number))
        .limit(limit)
        .select((
            dossiers::id,
            dossiers::number,
            dossiers::procedure,
            dossiers::rule_version,
            dossier_events::event,
            dossier_events::to_state,
            dossier_events::at,
            dossier_events::subject,
        ))
        .load(conn)?;
    let deeds = rows.into_iter().map(
        |(dossier, number, procedure, rule_version, event, to_state, at, subject)| {
            Ok(Deed {
                dossier: DossierId(dossier.0),
                number,
                procedure,
                rule_version,
                event,
                to_state,
                at: at.0,
                subject: subject.map(|subject| subject.read_known()).transpose()?,
            })
        },
    );
    deeds.collect()
}

/// That a dossier came to a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    /// The dossier.
    pub dossier: DossierId,
    /// Code of its procedure.
    pub procedure: String,
    /// The state.
    pub state: String,
}

/// Which dossiers some events led to some states before an instant, each dossier and state once, at most `limit`.
pub fn led_to(
    conn: &mut AnyConn,
    (events, states): (&[String], &[String]),
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Led>> {
    let rows: Vec<(DbId, String, String)> = dossier_events::table
        .inner_join(dossiers::table.on(dossiers::id.eq(dossier_events::dossier_id)))
        .filter(dossier_events::event.eq_any(events.iter().map(String::as_str)))
        .filter(dossier_events::to_state.eq_any(states.iter().map(String::as_str)))
        .filter(dossier_events::at.lt(DbTs(before)))
        .limit(limit)
        .select((dossiers::id, dossiers::procedure, dossier_events::to_state))
        .distinct()
        .load(conn)?;
    let led = rows.into_iter().map(|(dossier, procedure, state)| Led {
        dossier: DossierId(dossier.0),
        procedure,
        state,
    });
    Ok(led.collect())
}

/// The states in which some dossiers were before an instant: where the last event before it led.
pub fn states_before(conn: &mut AnyConn, ids: &[DossierId], before: Timestamp) -> Result<HashMap<DossierId, String>> {
    let mut states = HashMap::new();
    for some in ids.chunks(MAX_IDS) {
        let rows: Vec<(DbId, String)> = dossier_events::table
            .filter(dossier_events::dossier_id.eq_any(some.iter().map(|id| DbId(id.0)).collect::<Vec<_>>()))
            .filter(dossier_events::at.lt(DbTs(before)))
            .order((dossier_events::dossier_id, dossier_events::number))
            .select((dossier_events::dossier_id, dossier_events::to_state))
            .load(conn)?;
        // The last one of each stays.
        states.extend(rows.into_iter().map(|(id, state)| (DossierId(id.0), state)));
    }
    Ok(states)
}

/// How many certificates were issued from one day to another.
pub fn count_certificates(conn: &mut AnyConn, (from, to): (Date, Date)) -> Result<i64> {
    Ok(certificates::table
        .filter(certificates::issued_on.ge(from.to_string()))
        .filter(certificates::issued_on.le(to.to_string()))
        .count()
        .get_result(conn)?)
}

/// How many rows of details are read at once.
const PAGE: i64 = 500;

/// Organisations that registered before an instant, and were admitted since, by what they say that they are; those that were found to be
/// another one, and demonstration data, are none.
pub fn organisations(conn: &mut AnyConn, before: Timestamp) -> Result<Organisations> {
    let of = |kind: OrganisationKind| {
        enterprises::table
            .filter(enterprises::kind.eq(kind.as_str()))
            .filter(enterprises::created_at.lt(DbTs(before)))
            .filter(enterprises::status.eq_any(["active", "suspended"]))
            .filter(enterprises::closed_at.is_null())
            .filter(enterprises::is_demo.eq(false))
            .filter(enterprises::merged_into.is_null())
    };
    let intermediaries: i64 = of(OrganisationKind::Intermediary).count().get_result(conn)?;
    let mut found = Organisations {
        intermediaries: usize::try_from(intermediaries)
            .map_err(|_negative| Error::Row("a count of enterprises".to_owned()))?,
        ..Organisations::default()
    };
    // Whether one is certified is in its details: of these only, and a page at a time.
    let mut after: Option<DbId> = None;
    loop {
        let page = of(OrganisationKind::StEnterprise)
            .order(enterprises::id.asc())
            .limit(PAGE)
            .select((enterprises::id, enterprises::details));
        let rows: Vec<(DbId, DbJson)> = match after {
            Some(after) => page.filter(enterprises::id.gt(after)).load(conn)?,
            None => page.load(conn)?,
        };
        for (_, details) in &rows {
            let details: Details = details.read()?;
            found.enterprises += 1;
            found.certified += usize::from(details.st_certificate_no.is_some());
        }
        after = rows.last().map(|(id, _)| *id);
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) < PAGE {
            return Ok(found);
        }
    }
}

/// How many enterprises registered from one instant on and before another, and were admitted since: demonstration data and
/// those that were found to be another one are none.
pub fn count_registered(conn: &mut AnyConn, since: Option<Timestamp>, before: Timestamp) -> Result<u64> {
    let mut query = enterprises::table
        .filter(enterprises::created_at.lt(DbTs(before)))
        .filter(enterprises::status.eq_any(["active", "suspended", "closed"]))
        .filter(enterprises::is_demo.eq(false))
        .filter(enterprises::merged_into.is_null())
        .into_boxed();
    if let Some(since) = since {
        query = query.filter(enterprises::created_at.ge(DbTs(since)));
    }
    let count: i64 = query.count().get_result(conn)?;
    u64::try_from(count).map_err(|_negative| Error::Row("a count of enterprises".to_owned()))
}
