//! Whether the parties of a contract are two (hai bên của hợp đồng): technology goes from one to another (Luật CGCN Đ.2.7), and a
//! branch or office is no person of its own (BLDS Đ.84.1), so that nothing goes from it to its head.

use super::draft::PartyDraft;
use super::sense::one_party;
use crate::domain::certificate::record::RecordParty;
use crate::domain::fields::{LawFault, Violation};
use crate::domain::tax_code::TaxCode;
use crate::domain::text::fold;

/// Where the law says what a party is.
const PERSONS: &str = "Luật CGCN Đ.2.7; BLDS 91/2015/QH13 Đ.84.1";

/// A party, by what tells who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// What is wrong where two parties are one, and the member that tells it. Two numbers are two persons, whatever they are called; where
/// one has none a name in one country is one person's, in whatever form it is written. Parties of two countries are two: a firm of Việt
/// Nam may be called as its parent abroad.
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
    // Numbers of two registers tell persons apart, but for the tax code, which is the number of the enterprise's register, too.
    if let Some((one, other)) = giver.tax_code.zip(taker.foreign_id) {
        return (one == other).then(|| ("tax_code", one_party()));
    }
    if let Some((one, other)) = giver.foreign_id.zip(taker.tax_code) {
        return (one == other).then(|| ("foreign_id", one_party()));
    }
    let name = giver.name?;
    (Called::by(name) == Called::by(taker.name?)).then(|| ("name", namesakes(name)))
}

/// What names say of the legal form before they say whose it is (tên loại hình doanh nghiệp, Luật Doanh nghiệp Đ.37.2), folded. Where one
/// begins as another, the longer one stands first.
const FORMS: [&str; 27] = [
    "cong ty",
    "cty",
    "ctcp",
    "doanh nghiep tu nhan",
    "dntn",
    "lien hiep hop tac xa",
    "hop tac xa",
    "htx",
    "to hop tac",
    "ho kinh doanh",
    "hkd",
    "trach nhiem huu han",
    "tnhh",
    "co phan",
    "cp",
    "hop danh",
    "mot thanh vien",
    "1 thanh vien",
    "1tv",
    "mtv",
    "hai thanh vien tro len",
    "hai thanh vien",
    "2 thanh vien tro len",
    "2 thanh vien",
    "2tv",
    "ltd",
    "jsc",
];

/// As what somebody is known: whether the name begins with a legal form, and what it says behind that. People have none, and their
/// names may have the same words: Phan Văn Thành, Nguyễn Thành Công.
#[derive(PartialEq, Eq)]
struct Called {
    has_form: bool,
    own: String,
}

impl Called {
    fn by(name: &str) -> Self {
        let whole = fold(name);
        let mut own = whole.as_str();
        while let Some(rest) = FORMS.iter().find_map(|form| behind(own, form)) {
            own = rest;
        }
        Self {
            has_form: own.len() < whole.len(),
            own: own.to_owned(),
        }
    }
}

/// What stands behind words with which a name begins; nothing where it has no more than these.
fn behind<'a>(name: &'a str, words: &str) -> Option<&'a str> {
    name.strip_prefix(words)?.strip_prefix(' ')
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
                person("CTY TNHH CO KHI SONG-THAO", None, "VN"),
                Some("name"),
            ),
            // The household of the same name is another one.
            (person(firm, HEAD, "VN"), person("Cơ khí Sông Thao", None, "VN"), None),
            (
                person(firm, None, "VN"),
                person("Công ty cổ phần cơ khí Sông Thao", None, "VN"),
                Some("name"),
            ),
            // People's names have words that are legal forms elsewhere.
            (
                person("Phan Văn Thành", None, "VN"),
                person("Phan Văn Công", None, "VN"),
                None,
            ),
            (
                person("Phan Văn Thành", None, "VN"),
                person("PHAN VĂN THÀNH", None, "VN"),
                Some("name"),
            ),
            (
                person("Nguyễn Thành Công", None, "VN"),
                person("Công ty TNHH Nguyễn Thành Công", HEAD, "VN"),
                None,
            ),
            (
                person("Công ty TNHH Thành Đạt", None, "VN"),
                person("Công ty TNHH Đạt", HEAD, "VN"),
                None,
            ),
            (
                person("Công ty TNHH Một thành viên Thành Công", None, "VN"),
                person("Công ty Cổ phần Thành Công", HEAD, "VN"),
                Some("name"),
            ),
            (
                person("Công ty TNHH", None, "VN"),
                person("Công ty Cổ phần", HEAD, "VN"),
                None,
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

    #[test]
    fn numbers_of_two_registers_are_two_persons() {
        let name = "Nguyễn Thành Công";
        let numbered = |foreign_id| Person {
            foreign_id: Some(foreign_id),
            ..person(name, None, "VN")
        };
        let coded = person(name, Some("2600357502"), "VN");
        let found = |giver, taker| one(giver, taker).map(|(member, _)| member);
        // A personal number beside a tax code.
        assert_eq!(found(coded, numbered("025090001234")), None);
        assert_eq!(found(numbered("025090001234"), coded), None);
        // A tax code is the number in the register of enterprises, too.
        assert_eq!(found(coded, numbered("2600357502")), Some("tax_code"));
        assert_eq!(found(numbered("2600357502"), coded), Some("foreign_id"));
        assert_eq!(found(numbered("025090001234"), person(name, None, "VN")), Some("name"));
    }
}
