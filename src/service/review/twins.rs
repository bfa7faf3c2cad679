//! Registrations that may be another enterprise's once more (nghi trùng hồ sơ), told by the score of
//! [`crate::service::duplicates`].

use std::collections::HashMap;

use super::queue::Waiting;
use crate::domain::enterprise::{Enterprise, EnterpriseProfile, LIKELY, bare_name, likeness};
use crate::service::Result;
use crate::store::{AnyConn, enterprises};

/// What looks like what waits. A domain alone is too little for [`LIKELY`], so that nobody is looked for by it.
pub(super) struct Twins {
    found: Vec<Enterprise>,
    /// Places in `found` by what they may share.
    by: HashMap<String, Vec<usize>>,
}

impl Twins {
    /// A few questions for all entries.
    pub(super) fn among(conn: &mut AnyConn, waiting: &[Waiting]) -> Result<Self> {
        let registered: Vec<&EnterpriseProfile> =
            waiting.iter().filter_map(registered).map(|own| &own.profile).collect();
        let found = enterprises::alike(conn, &registered)?;
        let mut by: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, enterprise) in found.iter().enumerate() {
            for shared in may_share(&enterprise.profile) {
                by.entry(shared).or_default().push(place);
            }
        }
        Ok(Self { found, by })
    }

    /// Whether another registration than the entry's looks like the same enterprise's.
    pub(super) fn has_another(&self, waiting: &Waiting) -> bool {
        let Some(own) = registered(waiting) else { return false };
        let shared = may_share(&own.profile);
        let alike = shared.iter().filter_map(|shared| self.by.get(shared));
        // Hundreds with one telephone are not compared with each other.
        let places = alike.flat_map(|places| places.iter().take(MOST_COMPARED));
        let mut others = places.filter_map(|place| self.found.get(*place));
        others.any(|other| other.id != own.id && is_twin(own, other))
    }
}

/// Most of those that share one thing with which a registration is compared.
const MOST_COMPARED: usize = 50;

fn is_twin(own: &Enterprise, other: &Enterprise) -> bool {
    likeness(&own.profile, &other.profile).is_some_and(|likeness| likeness.score >= LIKELY)
}

/// Of a registration that waits, or a verification that is to be renewed.
fn registered(waiting: &Waiting) -> Option<&Enterprise> {
    match waiting {
        Waiting::Enterprise(enterprise) => Some(enterprise),
        _ => None,
    }
}

/// By what others are found, each sort apart from the others.
fn may_share(profile: &EnterpriseProfile) -> [String; 3] {
    [
        format!("name {}", bare_name(profile.legal_name.as_str())),
        format!("phone {}", profile.contact_phone.as_str()),
        format!("number {}", profile.identity.key().unwrap_or_default()),
    ]
}
