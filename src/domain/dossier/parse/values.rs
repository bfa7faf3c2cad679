//! Values of a dossier that have a form of their own: legal forms by country, symbols of patents, shares that are paid.

use std::collections::BTreeSet;

use crate::domain::dossier::draft::{MoneyDraft, PartyDraft, PaymentShareDraft};
use crate::domain::dossier::percent::{hundredths, written};
use crate::domain::dossier::{HOME, PaymentMethod, patent};
use crate::domain::fields::Violation;
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// The legal form of what is registered abroad (tổ chức nước ngoài).
const ABROAD: &str = "nuoc_ngoai";
/// That of a person (cá nhân), whom every country has.
const PERSON: &str = "ca_nhan";
/// Most shares that are paid: there are three sorts of them.
const MAX_SHARES: usize = 3;

/// Whether a party has a legal form that nobody of its country has: all but two are of the law of Việt Nam.
pub(super) fn is_form_of_elsewhere(party: &PartyDraft) -> bool {
    let told = party.legal_form.as_deref().zip(party.country.as_deref());
    told.is_some_and(|(form, country)| match form {
        PERSON => false,
        ABROAD => country == HOME,
        _ => country != HOME,
    })
}

/// A symbol of the International Patent Classification of a class that the list has, in the one way in which it is written.
pub(super) fn patent_symbol(lists: &InForce, text: &str) -> Result<String, Violation> {
    let wrong = Violation::Malformed { what: "patent_symbol" };
    let symbol = patent::canonical(text).ok_or(wrong)?;
    lists.check(TaxonomyName::Ipc, symbol.get(..3).unwrap_or_default())?;
    Ok(symbol)
}

/// How many per cent, in the one way in which that is written.
fn percent(text: &str) -> Result<String, Violation> {
    let told = hundredths(text).ok_or(Violation::Malformed { what: "percent" })?;
    Ok(written(told))
}

/// What is wrong with the shares that are paid: each is of something that is paid by a share, once, and so many per cent, which are written
/// in one way from then on.
pub(super) fn shares(money: &mut MoneyDraft) -> Vec<(String, Violation)> {
    let mut faults = Vec::new();
    if money.shares.len() > MAX_SHARES {
        faults.push(("/money/shares".to_owned(), Violation::TooMany { max: MAX_SHARES }));
    }
    let mut seen = BTreeSet::new();
    let methods = &money.payment_methods;
    for (at, share) in money.shares.iter_mut().take(MAX_SHARES).enumerate() {
        let place = format!("/money/shares/{at}");
        let wrong = of_what(share, methods).err();
        let wrong = wrong.or_else(|| (!seen.insert(share.method.clone())).then_some(Violation::Duplicate));
        faults.extend(wrong.map(|wrong| (format!("{place}/method"), wrong)));
        match share.percent.as_deref().ok_or(Violation::Required).and_then(percent) {
            Ok(told) => share.percent = Some(told),
            Err(wrong) => faults.push((format!("{place}/percent"), wrong)),
        }
    }
    faults
}

/// Whether what a share is of is one of the ways of paying that are told, where any are.
fn of_what(share: &PaymentShareDraft, methods: &[String]) -> Result<(), Violation> {
    let method = share.method.as_ref().ok_or(Violation::Required)?;
    let read = method.parse::<PaymentMethod>();
    if !read.is_ok_and(PaymentMethod::is_share) {
        return Err(Violation::Malformed { what: "choice" });
    }
    if methods.is_empty() || methods.contains(method) {
        return Ok(());
    }
    let with = "payment_methods";
    Err(Violation::Conflicts { with })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::taxonomy::Taxonomies;

    #[test]
    fn symbols_of_patents_are_of_a_class_that_the_list_has() {
        let lists = InForce::on(Taxonomies::embedded().clone(), date(2026, 11, 29));
        for (told, one) in [
            ("F26", "F26"),
            ("f26b0003/080000", "F26B 3/08"),
            ("H04L 9/3263", "H04L 9/3263"),
        ] {
            assert_eq!(patent_symbol(&lists, told).ok().as_deref(), Some(one), "{told}");
        }
        for wrong in ["", "F26B 3", "Z01B", "F77B 1/00"] {
            assert!(patent_symbol(&lists, wrong).is_err(), "{wrong}");
        }
    }
}
