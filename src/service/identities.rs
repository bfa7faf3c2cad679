//! Personal numbers of households and individuals: sealed before they are kept, opened for those who may see them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::vault::{Purpose, Vault};
use super::{Error, Result};
use crate::domain::access::Actor;
use crate::domain::account::Role;
use crate::domain::drafts::is_dependent;
use crate::domain::enterprise::{Enterprise, EnterpriseProfile, EnterpriseStatus, Identity, PersonalId};
use crate::domain::fields::Violation;
use crate::domain::ids::EnterpriseId;
use crate::store::{AnyConn, Constraint, enterprises};

/// How far up the chain of parents is followed.
const MOST_PARENTS: usize = 20;

/// Seals a personal number that was given, with a fingerprint by which equal ones are found.
pub(super) fn seal(vault: &Vault, profile: &mut EnterpriseProfile) -> Result<()> {
    if let Identity::PersonalId(PersonalId::Given(digits)) = &profile.identity {
        let fingerprint = URL_SAFE_NO_PAD.encode(vault.hash("personal-id", digits.as_bytes()));
        let sealed = vault.seal(Purpose::PersonalId, digits.as_bytes())?;
        profile.identity = Identity::PersonalId(PersonalId::kept(digits, fingerprint, sealed));
    }
    Ok(())
}

/// The whole personal number; none where there is another one, or where it was erased.
pub(super) fn open(vault: &Vault, identity: &Identity) -> Result<Option<String>> {
    match identity {
        Identity::PersonalId(PersonalId::Kept { sealed, .. }) if !sealed.is_empty() => {
            let digits = vault.open_sealed(Purpose::PersonalId, sealed)?;
            Ok(Some(String::from_utf8(digits).map_err(Error::internal)?))
        }
        Identity::PersonalId(PersonalId::Given(digits)) => Ok(Some(digits.clone())),
        _ => Ok(None),
    }
}

/// What an insider sees of a personal number: owners and officers who review all of it, others its last digits.
pub(super) fn shown(vault: &Vault, actor: &Actor, identity: &Identity) -> Result<Option<String>> {
    let Identity::PersonalId(number) = identity else {
        return Ok(None);
    };
    let may_see = matches!(actor, Actor::Officer { .. } | Actor::Member { role: Role::Owner, .. });
    let whole = if may_see { open(vault, identity)? } else { None };
    Ok(Some(whole.unwrap_or_else(|| number.masked())))
}

/// Refuses a number that the directory shows with another active enterprise. Who else has one is told to nobody who asks. A
/// personal number the directory never shows.
pub(super) fn require_not_shown(conn: &mut AnyConn, own: EnterpriseId, identity: &Identity) -> Result<()> {
    let Some(key) = identity.key().filter(|_| !matches!(identity, Identity::PersonalId(_))) else {
        return Ok(());
    };
    match enterprises::find_by_key(conn, &key)? {
        Some(other) if other.id != own && other.status == EnterpriseStatus::Active => {
            Err(crate::store::Error::Constraint(Constraint::EnterpriseTaxCode).into())
        }
        _ => Ok(()),
    }
}

/// Names the member that holds the number which is taken, in what was sent.
pub(super) fn where_taken(mut refusal: Error, identity: &Identity, prefix: &str) -> Error {
    let member = match identity {
        Identity::TaxCode(_) => "tax_code",
        Identity::PersonalId(_) => "personal_id",
        Identity::ForeignRegister { .. } => "foreign_register",
    };
    for field in &mut refusal.fields {
        if field.violation == Violation::Taken {
            field.pointer = format!("{prefix}/{member}");
        }
    }
    refusal
}

/// Whether two tax codes begin with the same ten digits, as those of a head and its branches do.
fn have_one_head(branch: &Identity, parent: &Identity) -> bool {
    let head = |identity: &Identity| identity.tax_code().map(|code| code.head().to_owned());
    head(branch).is_some() && head(branch) == head(parent)
}

/// Whom an enterprise names as its parent must be active, and must not belong to it. A branch or a representative office
/// has one, whose tax code its own begins with.
pub(super) fn require_parent(
    conn: &mut AnyConn,
    own: Option<&Enterprise>,
    profile: &EnterpriseProfile,
    prefix: &str,
) -> Result<()> {
    let as_before = |own: &Enterprise| {
        let (kept, wanted) = (&own.profile, profile);
        kept.legal_form == wanted.legal_form
            && kept.identity == wanted.identity
            && kept.details.parent_id == wanted.details.parent_id
    };
    if own.is_some_and(as_before) {
        return Ok(());
    }
    let is_branch = is_dependent(&profile.legal_form);
    let Some(parent) = profile.details.parent_id else {
        if is_branch {
            return Err(Error::field(format!("{prefix}/parent_id"), Violation::Required));
        }
        return Ok(());
    };
    let refused = || Error::field(format!("{prefix}/parent_id"), Violation::Malformed { what: "parent" });
    let mut next = Some(parent);
    for step in 0..MOST_PARENTS {
        let Some(id) = next else { return Ok(()) };
        if own.is_some_and(|own| own.id.0 == id) {
            return Err(refused());
        }
        let above = match enterprises::find(conn, EnterpriseId(id)) {
            Ok(above) => above,
            Err(crate::store::Error::NotFound | crate::store::Error::Merged(..)) => return Err(refused()),
            Err(error) => return Err(error.into()),
        };
        if step == 0 && above.status != EnterpriseStatus::Active {
            return Err(refused());
        }
        if step == 0 && is_branch && !have_one_head(&profile.identity, &above.profile.identity) {
            let violation = Violation::Conflicts { with: "tax_code" };
            return Err(Error::field(format!("{prefix}/parent_id"), violation));
        }
        next = above.profile.details.parent_id;
    }
    Err(refused())
}
