//! Values of a dossier that have a form of their own: legal forms by country, symbols of patents, shares that are paid.

use std::collections::BTreeSet;

use super::decimal;
use crate::domain::dossier::draft::{MoneyDraft, PartyDraft, PaymentShareDraft};
use crate::domain::dossier::{HOME, PaymentMethod};
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

/// A symbol of the International Patent Classification, from the class on: `F26`, `F26B`, `F26B 3/08`.
pub(super) fn patent_symbol(lists: &InForce, text: &str) -> Result<String, Violation> {
    let wrong = || Violation::Malformed { what: "patent_symbol" };
    let (class, rest) = text.split_at_checked(3).ok_or_else(wrong)?;
    if !is_behind_class(rest) {
        return Err(wrong());
    }
    lists.check(TaxonomyName::Ipc, class)?;
    Ok(text.to_owned())
}

/// Nothing, a subclass, or a group behind that.
fn is_behind_class(rest: &str) -> bool {
    let mut letters = rest.chars();
    let Some(subclass) = letters.next() else {
        return true;
    };
    let group = letters.as_str();
    let is_number =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_group = |group: &str| {
        let group = group.strip_prefix(' ').unwrap_or(group);
        let parts = group.split_once('/');
        parts.is_some_and(|(main, sub)| is_number(main, 4) && sub.len() > 1 && is_number(sub, 6))
    };
    subclass.is_ascii_uppercase() && (group.is_empty() || is_group(group))
}

/// How many per cent, with up to two decimals; above nothing.
fn percent(text: &str) -> Result<(), Violation> {
    let wrong = || Violation::Malformed { what: "percent" };
    decimal(text).map_err(|_no_decimal| wrong())?;
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let hundredths: u32 = format!("{whole}{decimals:0<2}").parse().map_err(|_too_long| wrong())?;
    if (1..=10_000).contains(&hundredths) {
        Ok(())
    } else {
        Err(wrong())
    }
}

/// What is wrong with the shares that are paid: each is of something that is paid by a share, once, and so many per cent.
pub(super) fn shares(money: &MoneyDraft) -> Vec<(String, Violation)> {
    let mut faults = Vec::new();
    if money.shares.len() > MAX_SHARES {
        faults.push(("/money/shares".to_owned(), Violation::TooMany { max: MAX_SHARES }));
    }
    let mut seen = BTreeSet::new();
    for (at, share) in money.shares.iter().take(MAX_SHARES).enumerate() {
        let place = format!("/money/shares/{at}");
        let wrong = of_what(share, money).err();
        let wrong = wrong.or_else(|| (!seen.insert(share.method.as_deref())).then_some(Violation::Duplicate));
        faults.extend(wrong.map(|wrong| (format!("{place}/method"), wrong)));
        let counted = share.percent.as_deref().ok_or(Violation::Required).and_then(percent);
        faults.extend(counted.err().map(|wrong| (format!("{place}/percent"), wrong)));
    }
    faults
}

/// Whether what a share is of is one of the ways of paying that are told, where any are.
fn of_what(share: &PaymentShareDraft, money: &MoneyDraft) -> Result<(), Violation> {
    let method = share.method.as_ref().ok_or(Violation::Required)?;
    let read = method.parse::<PaymentMethod>();
    if !read.is_ok_and(PaymentMethod::is_share) {
        return Err(Violation::Malformed { what: "choice" });
    }
    if money.payment_methods.is_empty() || money.payment_methods.contains(method) {
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
    fn symbols_of_patents_are_read_from_their_class_on() {
        let lists = InForce::on(Taxonomies::embedded().clone(), date(2026, 11, 29));
        for right in ["F26", "F26B", "F26B 3/08", "F26B3/08", "A01B 1/02", "H04L 9/3263"] {
            assert!(patent_symbol(&lists, right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "F",
            "F2",
            "f26b",
            "F26b",
            "F26B 3",
            "F26B 3/",
            "F26B 3/0",
            "F26B  3/08",
            "F26B 12345/08",
            "F26B 3/0812345",
            "F26B 3/08 ",
            "Z01B",
            "Đ26B",
        ] {
            assert!(patent_symbol(&lists, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_share_is_above_nothing_and_a_hundred_at_most() {
        for right in ["0.01", "3", "3.5", "3.25", "100", "100.00", "007"] {
            assert!(percent(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "0",
            "0.00",
            "100.01",
            "3.255",
            "3,5",
            "-1",
            "3%",
            "1e1",
            "999999999999999",
        ] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }
}
