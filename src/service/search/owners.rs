//! Enterprises whose listings are searched in or counted.

use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::ids::EnterpriseId;
use crate::service::Result;
use crate::store::{AnyConn, enterprises};

/// An enterprise by which hits are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedOwner {
    /// Its identifier, as the index has it.
    pub id: String,
    /// Legal name.
    pub legal_name: String,
    /// English name.
    pub name_en: Option<String>,
}

/// The names of enterprises whose listings are public; what is no identifier of one has none, and neither has one that was
/// suspended, closed or merged a moment ago, which the index may not know yet.
pub fn named_owners(conn: &mut AnyConn, ids: &[String]) -> Result<Vec<NamedOwner>> {
    let found = enterprises::find_many(conn, &parsed(ids))?.into_iter();
    let is_public = |owner: &Enterprise| owner.status == EnterpriseStatus::Active && owner.merged_into.is_none();
    let named = found.filter(is_public).map(|owner| NamedOwner {
        id: owner.id.to_string(),
        legal_name: owner.profile.legal_name.to_string(),
        name_en: owner.profile.name_en.map(|name| name.to_string()),
    });
    Ok(named.collect())
}

/// The enterprises that are asked for; one that became part of another one leads to that one, which has its listings.
pub fn present_owners(conn: &mut AnyConn, ids: &[String]) -> Result<Vec<String>> {
    let mut present: Vec<String> = ids.to_vec();
    for owner in enterprises::find_many(conn, &parsed(ids))? {
        if let Some(into) = owner.merged_into {
            let gone = owner.id.to_string();
            present
                .iter_mut()
                .filter(|id| **id == gone)
                .for_each(|id| *id = into.to_string());
        }
    }
    present.sort_unstable();
    present.dedup();
    Ok(present)
}

/// The enterprise that is asked for, or the one of which it became a part.
pub fn present_owner(conn: &mut AnyConn, id: EnterpriseId) -> Result<EnterpriseId> {
    let found = enterprises::find_many(conn, &[id])?.pop();
    Ok(found.and_then(|owner| owner.merged_into).unwrap_or(id))
}

fn parsed(ids: &[String]) -> Vec<EnterpriseId> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}
