//! Whether the parties of a contract are two (hai bên của hợp đồng): technology goes from one to another (Luật CGCN Đ.2.7), and a
//! branch or office is no person of its own (BLDS Đ.84.1), so that nothing goes from it to its head.

use super::draft::PartyDraft;
use super::sense::one_party;
use crate::domain::certificate::record::RecordParty;
use crate::domain::enterprise::bare_name;
use crate::domain::fields::{LawFault, Violation};
use crate::domain::tax_code::TaxCode;

/// Where the law says what a party is.
const PERSONS: &str = "Luật CGCN Đ.2.7; BLDS 91/2015/QH13 Đ.84.1";

/// A party, by what tells who it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Person<'a> {
    /// Its name.
    pub name: Option<&'a str>,
    /// Its tax code.
    pub tax_code: Option<&'a str>,
    /// The number of its registration abroad.
    pub foreign_id: Option<&'a str>,
    /// Its country.
    pub country: Option<&'a str>,
}

impl<'a> From<&'a PartyDraft> for Person<'a> {
    fn from(party: &'a PartyDraft) -> Self {
        Self {
            name: party.name.as_deref(),
            tax_code: party.tax_code.as_deref(),
            foreign_id: party.foreign_id.as_deref(),
            country: party.country.as_deref(),
        }
    }
}

impl<'a> From<&'a RecordParty> for Person<'a> {
    fn from(party: &'a RecordParty) -> Self {
        Self {
            name: Some(&party.name),
            tax_code: party.tax_code.as_deref(),
            foreign_id: party.registration_number.as_deref(),
            country: Some(&party.country.code),
        }
    }
}

/// What is wrong where two parties are one, and the member that tells it. Two numbers of one register are two persons, whatever
/// they are called; without them a name in one country is one person's, in whatever form it is written. Parties of two countries
/// are two: a firm of Việt Nam may be called as its parent abroad.
pub fn one(giver: Person<'_>, taker: Person<'_>) -> Option<(&'static str, Violation)> {
    if let Some((giver, taker)) = giver.tax_code.zip(taker.tax_code) {
        if giver == taker {
            return Some(("tax_code", one_party()));
        }
        return is_one_head(giver, taker).then(|| ("tax_code", branch(giver, taker)));
    }
    let countries = giver.country.zip(taker.country);
    if countries.is_some_and(|(giver, taker)| giver != taker) {
        return None;
    }
    if let Some((one, other)) = giver.foreign_id.zip(taker.foreign_id) {
        return (one == other).then(|| ("foreign_id", one_party()));
    }
    let (giver, taker) = giver.name.zip(taker.name)?;
    (bare_name(giver) == bare_name(taker)).then(|| ("name", namesakes(giver)))
}

fn is_one_head(one: &str, other: &str) -> bool {
    let parsed = one.parse::<TaxCode>().ok().zip(other.parse::<TaxCode>().ok());
    parsed.is_some_and(|(one, other)| one.head() == other.head())
}

fn branch(giver: &str, taker: &str) -> Violation {
    let words = (
        format!(
            "Mã số thuế {giver} và {taker} là của một pháp nhân: chi nhánh, văn phòng đại diện không phải là pháp nhân, nên giữa hai bên \
             không có chuyển giao công nghệ"
        ),
        format!(
            "The tax codes {giver} and {taker} are one person's: a branch or office is no legal person, so that nothing is transferred \
             between them"
        ),
    );
    LawFault::of(words, PERSONS)
}

fn namesakes(name: &str) -> Violation {
    let words = (
        format!(
            "Bên giao và bên nhận cùng tên “{name}”; hai bên phải là hai tổ chức, cá nhân khác nhau, nếu trùng tên thì ghi mã số thuế hoặc \
             số đăng ký của cả hai"
        ),
        format!(
            "Who gives and who gets are both called “{name}”; they must be two, and where two have one name, tell the tax codes or \
             register numbers of both"
        ),
    );
    LawFault::of(words, PERSONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person<'a>(name: &'a str, tax_code: Option<&'a str>, country: &'a str) -> Person<'a> {
        Person {
            name: Some(name),
            tax_code,
            country: Some(country),
            ..Person::default()
        }
    }

    #[test]
    fn a_contract_has_two_persons() {
        const HEAD: Option<&str> = Some("2600357502");
        const BRANCH: Option<&str> = Some("2600357502001");
        const OTHER: Option<&str> = Some("0300588569");
        let firm = "Công ty TNHH Cơ khí Sông Thao";
        for (giver, taker, expected) in [
            (person(firm, HEAD, "VN"), person("Khác", HEAD, "VN"), Some("tax_code")),
            (
                person(firm, HEAD, "VN"),
                person("Chi nhánh", BRANCH, "VN"),
                Some("tax_code"),
            ),
            (
                person("A", BRANCH, "VN"),
                person("B", Some("2600357502002"), "VN"),
                Some("tax_code"),
            ),
            (
                person(firm, HEAD, "VN"),
                person("CO KHI SONG THAO", None, "VN"),
                Some("name"),
            ),
            (
                person(firm, None, "VN"),
                person("Công ty cổ phần cơ khí Sông Thao", None, "VN"),
                Some("name"),
            ),
            // Two numbers are two, whatever they are called.
            (person(firm, HEAD, "VN"), person(firm, OTHER, "VN"), None),
            // The parent abroad may have the same name.
            (person(firm, HEAD, "VN"), person(firm, None, "JP"), None),
            (
                person(firm, HEAD, "VN"),
                person("Nakamura Seiki K.K.", None, "VN"),
                None,
            ),
        ] {
            let found = one(giver, taker).map(|(member, _)| member);
            assert_eq!(found, expected, "{giver:?} {taker:?}");
            assert_eq!(
                one(taker, giver).map(|(member, _)| member),
                expected,
                "{taker:?} {giver:?}"
            );
        }
    }
}
