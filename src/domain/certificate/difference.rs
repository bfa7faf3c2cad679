//! What an amendment makes different, old beside new: by what is certified, whatever the amendment calls it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record::{CertificateRecord, Named, RecordParty};

/// A member that says something else than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordDifference {
    /// Where it is in the content of a dossier, as a JSON pointer.
    #[schema(max_length = 100, example = "/contract/ends_on")]
    pub member: String,
    /// What is certified now; null of what is new.
    #[schema(required, example = "2031-12-31")]
    pub before: Option<String>,
    /// What would be certified; null of what falls away.
    #[schema(required, example = "2034-12-31")]
    pub after: Option<String>,
}

/// A member with what it says.
type Told = (String, Option<String>);

fn one(named: Option<&Named>) -> Option<String> {
    named.map(|named| named.code.clone())
}

/// In whatever order they were told.
fn all(named: &[Named]) -> Option<String> {
    let mut codes: Vec<&str> = named.iter().map(|named| named.code.as_str()).collect();
    codes.sort_unstable();
    (!codes.is_empty()).then(|| codes.join(", "))
}

fn party(place: &str, party: &RecordParty) -> Vec<Told> {
    let told = [
        ("name", Some(party.name.clone())),
        ("name_en", party.name_en.clone()),
        ("tax_code", party.tax_code.clone()),
        ("foreign_id", party.registration_number.clone()),
        ("country", one(Some(&party.country))),
        ("address", party.address.clone()),
        ("representative", party.representative.clone()),
        ("representative_title", party.representative_title.clone()),
    ];
    let told = told.into_iter();
    told.map(|(name, value)| (format!("{place}/{name}"), value)).collect()
}

/// All that a certificate says of a transfer, by the members of dossiers.
fn told(record: &CertificateRecord) -> Vec<Told> {
    let (technology, contract, money) = (&record.technology, &record.contract, &record.money);
    let mut told = party("/transferor", &record.transferor);
    told.extend(party("/transferee", &record.transferee));
    let rest = [
        ("/direction", one(record.direction.as_ref())),
        ("/form", one(record.form.as_ref())),
        ("/technology/name", Some(technology.name.clone())),
        ("/technology/objects", all(&technology.objects)),
        ("/technology/rights", all(&technology.rights)),
        ("/technology/methods", all(&technology.methods)),
        ("/technology/fields", all(&technology.fields)),
        ("/technology/products", technology.products.clone()),
        ("/technology/standards", technology.standards.clone()),
        ("/technology/origin_country", one(technology.origin.as_ref())),
        ("/technology/ip_titles", technology.ip_titles.clone()),
        ("/contract/number", contract.number.clone()),
        ("/contract/title", contract.title.clone()),
        ("/contract/effect", contract.effect.clone()),
        ("/contract/ends_on", contract.ends_on.map(|day| day.to_string())),
        ("/contract/place", contract.place.clone()),
        ("/contract/project", contract.project.clone()),
        ("/money/amount", money.amount.clone()),
        ("/money/currency", money.currency.clone()),
        ("/money/vnd_value", money.vnd_value.map(|value| value.to_string())),
        ("/money/payment_methods", all(&money.payment_methods)),
    ];
    told.extend(rest.map(|(member, value)| (member.to_owned(), value)));
    told
}

/// What one record says otherwise than the one before it.
pub fn differences(before: &CertificateRecord, after: &CertificateRecord) -> Vec<RecordDifference> {
    let pairs = told(before).into_iter().zip(told(after));
    let other = pairs.filter(|((_, before), (_, after))| before != after);
    other
        .map(|((member, before), (_, after))| RecordDifference { member, before, after })
        .collect()
}
