//! Enterprises that have what two registrations of one would share: number, name but for the legal form, or telephone.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;

use super::Row;
use crate::domain::enterprise::{Enterprise, EnterpriseProfile, bare_name};
use crate::domain::ids::EnterpriseId;
use crate::store::schema::enterprises;
use crate::store::types::DbId;
use crate::store::{AnyConn, MAX_IDS, Result, Uow};

/// Most that are looked at for one list of values: thousands that are called the same are a flood, and are told of by each other.
const MOST: i64 = 2_000;
/// Most that are read of those who share one value.
const MOST_OF_ONE: usize = 50;

/// Enterprises that share a number, a name or a telephone with one of these, those themselves among them; in no order, and of
/// hundreds that share one thing a few only. What was merged into another one is left out.
pub fn alike(conn: &mut AnyConn, profiles: &[&EnterpriseProfile]) -> Result<Vec<Enterprise>> {
    let mut ids: Vec<Uuid> = Vec::new();
    for some in profiles.chunks(MAX_IDS) {
        let numbers: Vec<String> = some.iter().filter_map(|profile| profile.identity.key()).collect();
        let names = some.iter().map(|profile| Some(bare_name(profile.legal_name.as_str())));
        let names: Vec<Option<String>> = names.collect();
        let phones = some.iter().map(|profile| profile.contact_phone.as_str());
        let phones: Vec<&str> = phones.filter(|phone| !phone.is_empty()).collect();
        // Each by its own index. Who was merged is sorted out afterwards, so that no other index is chosen for it.
        let by_number = enterprises::table
            .filter(enterprises::tax_code.eq_any(numbers))
            .select((enterprises::tax_code, enterprises::id, enterprises::merged_into));
        ids.extend(few_of_each(by_number.limit(MOST).load(conn)?));
        let by_name = enterprises::table.filter(enterprises::bare_name.eq_any(names)).select((
            enterprises::bare_name.assume_not_null(),
            enterprises::id,
            enterprises::merged_into,
        ));
        ids.extend(few_of_each(by_name.limit(MOST).load(conn)?));
        let by_phone = enterprises::table
            .filter(enterprises::contact_phone.eq_any(phones))
            .select((enterprises::contact_phone, enterprises::id, enterprises::merged_into));
        ids.extend(few_of_each(by_phone.limit(MOST).load(conn)?));
    }
    ids.sort_unstable();
    ids.dedup();
    let mut rows: Vec<Row> = Vec::new();
    for some in ids.chunks(MAX_IDS) {
        let some: Vec<DbId> = some.iter().copied().map(DbId).collect();
        rows.extend(
            enterprises::table
                .filter(enterprises::id.eq_any(some))
                .load::<Row>(conn)?,
        );
    }
    rows.into_iter().map(Row::into_domain).collect()
}

/// Of those who share a value, a few: nobody who was merged.
fn few_of_each(found: Vec<(String, DbId, Option<DbId>)>) -> Vec<Uuid> {
    let mut of_value: HashMap<String, usize> = HashMap::new();
    let present = found.into_iter().filter(|(_, _, merged_into)| merged_into.is_none());
    let few = present.filter_map(|(value, id, _)| {
        let count = of_value.entry(value).or_default();
        *count = count.saturating_add(1);
        (*count <= MOST_OF_ONE).then_some(id.0)
    });
    few.collect()
}

/// Some enterprises, in the order of their identifiers, and what is wrong beside their names.
#[derive(Clone, Debug, Default)]
pub struct BareNames {
    /// The last one that was looked at; none where there is no more.
    pub last: Option<EnterpriseId>,
    /// Those that have no bare name, or one by other rules than these, as another program makes it; each with its name.
    pub wrong: Vec<(EnterpriseId, String)>,
}

/// Looks at the bare names of so many enterprises behind one. Some thousands are compared in milliseconds, so that no version of the
/// rule is kept beside each, which somebody would have to raise.
pub fn bare_names(conn: &mut AnyConn, after: Option<EnterpriseId>, limit: i64) -> Result<BareNames> {
    let rows: Vec<(DbId, String, Option<String>)> = enterprises::table
        .filter(enterprises::id.gt(DbId(after.map_or(Uuid::nil(), |after| after.0))))
        .order(enterprises::id.asc())
        .select((enterprises::id, enterprises::legal_name, enterprises::bare_name))
        .limit(limit)
        .load(conn)?;
    let last = rows.last().map(|(id, ..)| EnterpriseId(id.0));
    let wrong = rows
        .into_iter()
        .filter(|(_, name, bare)| bare.as_deref() != Some(bare_name(name).as_str()))
        .map(|(id, name, _)| (EnterpriseId(id.0), name));
    Ok(BareNames {
        last,
        wrong: wrong.collect(),
    })
}

/// Puts bare names beside names, unless somebody gave another name meanwhile. It changes nothing that anybody reads, so that it
/// counts no version and asks for no right.
pub fn set_bare_names(uow: &mut Uow<'_>, wrong: &[(EnterpriseId, String)]) -> Result<()> {
    for (id, name) in wrong {
        let row = enterprises::table.filter(enterprises::id.eq(DbId(id.0)));
        diesel::update(row.filter(enterprises::legal_name.eq(name.as_str())))
            .set(enterprises::bare_name.eq(bare_name(name)))
            .execute(uow.conn())?;
    }
    Ok(())
}
