//! Enterprises that may be the same one under two registrations (nghi trùng hồ sơ).

use std::collections::BTreeSet;

use super::{EnterpriseProfile, Identity};
use crate::domain::legal_form_words;
use crate::domain::text::fold;
use crate::domain::text_enum;

text_enum! {
    /// Why two registrations may be one enterprise's.
    pub enum DuplicateReason {
        /// The same tax code, of which one was refused.
        TaxCode => "tax_code",
        /// The same name, but for the words of the legal form.
        Name => "name",
        /// The same telephone.
        Phone => "phone",
        /// The same domain of web site or mail, which is no public mail service's.
        Domain => "domain",
    }
}

impl DuplicateReason {
    /// How much it counts, of 100.
    pub const fn weight(self) -> u32 {
        match self {
            Self::TaxCode => 100,
            Self::Name => 50,
            Self::Phone => 30,
            Self::Domain => 20,
        }
    }
}

/// From which score on two registrations are likely one enterprise's: a name alone, or two other things.
pub const LIKELY: u32 = 50;

/// How much two registrations look like one enterprise's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// From 1 to 100.
    pub score: u32,
    /// Why.
    pub reasons: Vec<DuplicateReason>,
}

/// One country in several spellings: `(Việt Nam)`, `VN`, `Vietnam`. It stays in the name, since it tells an enterprise here from
/// its head abroad, and two of one owner from each other.
const HERE: [&str; 2] = ["vn", "vietnam"];

/// What stands in brackets behind a name and tells one enterprise from another: where it is, not what it is called in short.
const PLACES_IN_SHORT: [&str; 7] = ["HN", "HCM", "TPHCM", "VN", "DN", "HP", "CT"];

/// Services at which anybody has an address or a page.
const PUBLIC_DOMAINS: [&str; 26] = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.com.vn",
    "ymail.com",
    "outlook.com",
    "outlook.com.vn",
    "hotmail.com",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "proton.me",
    "protonmail.com",
    "zoho.com",
    "mail.ru",
    "vnn.vn",
    "facebook.com",
    "fb.com",
    "zalo.me",
    "google.com",
    "sites.google.com",
    "youtube.com",
    "shopee.vn",
    "lazada.vn",
    "wordpress.com",
];

/// How much two registrations look like one enterprise's; `None` when they do not. A head and its branches, and branches
/// of one head, are different enterprises however much they share.
pub fn likeness(one: &EnterpriseProfile, other: &EnterpriseProfile) -> Option<Likeness> {
    let (mine, theirs) = (one.identity.key(), other.identity.key());
    if mine != theirs && are_one_head(&one.identity, &other.identity) {
        return None;
    }
    let phone = one.contact_phone.as_str();
    let reasons: Vec<DuplicateReason> = [
        (DuplicateReason::TaxCode, mine.is_some() && mine == theirs),
        (
            DuplicateReason::Name,
            bare_name(one.legal_name.as_str()) == bare_name(other.legal_name.as_str()),
        ),
        (
            DuplicateReason::Phone,
            !phone.is_empty() && phone == other.contact_phone.as_str(),
        ),
        (DuplicateReason::Domain, !domains(one).is_disjoint(&domains(other))),
    ]
    .into_iter()
    .filter_map(|(reason, holds)| holds.then_some(reason))
    .collect();
    let score: u32 = reasons.iter().map(|reason| reason.weight()).sum();
    (score > 0).then(|| Likeness {
        score: score.min(100),
        reasons,
    })
}

/// What two registrations share at least one of when they are [alike](likeness): number, name but for the form, telephone, and
/// domains, each under its reason.
pub fn marks(profile: &EnterpriseProfile) -> Vec<(DuplicateReason, String)> {
    let phone = profile.contact_phone.as_str();
    let name = (DuplicateReason::Name, bare_name(profile.legal_name.as_str()));
    let domains = domains(profile).into_iter();
    let number = profile.identity.key().map(|key| (DuplicateReason::TaxCode, key));
    let phone = (!phone.is_empty()).then(|| (DuplicateReason::Phone, phone.to_owned()));
    let domains = domains.map(|domain| (DuplicateReason::Domain, domain));
    number.into_iter().chain([name]).chain(phone).chain(domains).collect()
}

fn are_one_head(one: &Identity, other: &Identity) -> bool {
    let head = |identity: &Identity| identity.tax_code().map(|code| code.head().to_owned());
    let mine = head(one);
    mine.is_some() && mine == head(other)
}

/// A name without the words of the legal form and the abbreviation behind it; the whole name where nothing else is in it.
///
/// Names are compared by what they look like: a Cyrillic letter that stands for a Latin one hides no name.
pub fn bare_name(name: &str) -> String {
    let name = crate::domain::scripts::look(name);
    let folded = fold(&name);
    let short = without_abbreviation(&name).map(|name| without_form(&fold(name)));
    let short = short.filter(|bare| !bare.is_empty());
    let bare = short.unwrap_or_else(|| without_form(&folded));
    if bare.is_empty() { folded } else { bare }
}

/// A name without what it is called in short, in brackets at its end: `Công ty Cổ phần Sông Lô (SLA)`.
fn without_abbreviation(name: &str) -> Option<&str> {
    let (before, short) = name.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let is_short = (2..=5).contains(&short.len());
    let is_abbreviation = short
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    // A year, or another number alone, is no abbreviation either.
    let has_letter = short.bytes().any(|byte| byte.is_ascii_uppercase());
    let is_place = PLACES_IN_SHORT.contains(&short);
    (is_short && is_abbreviation && has_letter && !is_place).then_some(before)
}

/// Stored names (`enterprises.bare_name`) are made so: where they were made otherwise, a job makes them anew.
fn without_form(folded: &str) -> String {
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let (mut kept, mut rest) = (Vec::new(), words.as_slice());
    while let Some((word, behind)) = rest.split_first() {
        let form = legal_form_words::leading(rest);
        rest = form.and_then(|words| rest.get(words..)).unwrap_or(behind);
        if form.is_none() {
            kept.push(if HERE.contains(word) { "viet nam" } else { *word });
        }
    }
    kept.join(" ")
}

fn domains(profile: &EnterpriseProfile) -> BTreeSet<String> {
    // What stands for an address that was erased is nobody's.
    let mail = Some(&profile.contact_email).filter(|mail| !mail.is_erased());
    let mail = mail
        .and_then(|mail| mail.as_str().rsplit_once('@'))
        .map(|(_, domain)| domain);
    let site = profile.website.as_ref().and_then(|site| {
        let (_, rest) = site.as_str().split_once("://")?;
        rest.split(['/', '?', '#', ':']).next()
    });
    let all = mail.into_iter().chain(site).map(str::to_lowercase);
    all.map(|domain| domain.strip_prefix("www.").map(str::to_owned).unwrap_or(domain))
        .filter(|domain| !PUBLIC_DOMAINS.contains(&domain.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::DuplicateReason::{Domain, Name, TaxCode as SameTaxCode};
    use super::*;
    use crate::domain::account::Email;
    use crate::domain::enterprise::{Details, Phone};
    use crate::domain::tax_code::TaxCode;
    use crate::domain::text::{Line, WebAddress};

    fn firm(code: &str, name: &str, phone: &str, email: &str, site: Option<&str>) -> EnterpriseProfile {
        EnterpriseProfile {
            identity: Identity::TaxCode(TaxCode::parse(code).unwrap()),
            legal_form: "cp".into(),
            legal_name: Line::parse(name).unwrap(),
            short_name: None,
            name_en: None,
            address_line: Line::parse("Khu 5").unwrap(),
            province_code: "25".into(),
            commune_code: "08494".into(),
            contact_name: Line::parse("Lan").unwrap(),
            contact_email: Email::parse(email).unwrap(),
            contact_phone: Phone::parse(phone).unwrap(),
            website: site.map(|site| WebAddress::parse(site).unwrap()),
            field_codes: Vec::new(),
            details: Details::default(),
        }
    }

    #[test]
    fn what_makes_two_registrations_alike() {
        let live = firm(
            "0300588569",
            "Công ty TNHH Cơ khí Lâm Thao",
            "0912345678",
            "a@lamthao.vn",
            None,
        );
        for (other, score, reasons) in [
            (
                firm("0100109106", "Viện Nông nghiệp", "0912345679", "b@vien.vn", None),
                0,
                vec![],
            ),
            (
                firm("0100109106", "CTY CP CƠ KHÍ LÂM THAO", "0912345679", "b@vien.vn", None),
                50,
                vec![Name],
            ),
            (
                firm(
                    "0100109106",
                    "Công ty Cổ phần CO KHI Lâm Thao",
                    "0912345679",
                    "b@vien.vn",
                    None,
                ),
                50,
                vec![Name],
            ),
            (
                firm("0100109106", "Viện", "+84 912 345 678", "b@vien.vn", None),
                30,
                vec![DuplicateReason::Phone],
            ),
            (
                firm(
                    "0100109106",
                    "Viện",
                    "0912345679",
                    "b@vien.vn",
                    Some("https://www.LamThao.vn/gioi-thieu"),
                ),
                20,
                vec![Domain],
            ),
            (
                firm("0300588569", "Cơ khí Lâm Thao", "0912345678", "b@lamthao.vn", None),
                100,
                vec![SameTaxCode, Name, DuplicateReason::Phone, Domain],
            ),
            // Branches share everything and are others.
            (
                firm("0300588569-001", "Cơ khí Lâm Thao", "0912345678", "b@lamthao.vn", None),
                0,
                vec![],
            ),
        ] {
            let expected = (score > 0).then_some(Likeness { score, reasons });
            assert_eq!(likeness(&live, &other), expected, "{}", other.legal_name);
            assert_eq!(likeness(&other, &live), expected, "{}", other.legal_name);
        }
    }

    #[test]
    fn who_is_alike_has_a_mark_in_common() {
        let all = [
            firm(
                "0300588569",
                "Công ty TNHH Cơ khí Lâm Thao",
                "0912345678",
                "a@lamthao.vn",
                None,
            ),
            firm("0100109106", "CP Cơ khí Lâm Thao", "0912345679", "b@vien.vn", None),
            firm(
                "2600357502",
                "Viện",
                "0912345678",
                "c@gmail.com",
                Some("https://www.vien.vn"),
            ),
        ];
        for one in &all {
            for other in &all {
                let shares = marks(one).iter().any(|mark| marks(other).contains(mark));
                assert_eq!(likeness(one, other).is_some(), shares);
            }
        }
    }

    #[test]
    fn public_mail_services_are_nobodys_domain() {
        let one = firm(
            "0300588569",
            "A",
            "0912345678",
            "a@gmail.com",
            Some("https://facebook.com/a"),
        );
        let other = firm(
            "0100109106",
            "B",
            "0912345679",
            "b@gmail.com",
            Some("https://www.facebook.com/b"),
        );
        assert_eq!(likeness(&one, &other), None);
        let erased = |code, phone| firm(code, phone, phone, &format!("{code}@{}", Email::ERASED_DOMAIN), None);
        let (one, other) = (erased("0300588569", "0912345678"), erased("0100109106", "0912345679"));
        assert_eq!(likeness(&one, &other), None);
    }

    #[test]
    fn a_name_of_nothing_but_form_is_compared_whole() {
        assert_eq!(bare_name("Công ty TNHH"), "cong ty tnhh");
        assert_eq!(bare_name("C.TY TNHH"), "c ty tnhh");
        assert_eq!(bare_name("Công ty TNHH MTV Sông-Thao"), "song thao");
    }

    #[test]
    fn legal_forms_are_written_out_or_not() {
        for (name, bare) in [
            ("Cty TNHH Sông Thao", "song thao"),
            ("C.ty CP Sông Thao", "song thao"),
            ("CT TNHH 1TV Sông Thao", "song thao"),
            ("Công ty TNHH 1 thành viên Sông Thao", "song thao"),
            ("CTCP Sông Thao", "song thao"),
            ("Công ty hợp danh Sông Thao", "song thao"),
            ("Doanh nghiệp tư nhân Sông Thao", "song thao"),
            ("DNTN Sông Thao", "song thao"),
            ("Hợp tác xã Sông Thao", "song thao"),
            ("HTX Sông Thao", "song thao"),
            ("Hộ kinh doanh Sông Thao", "song thao"),
            ("Hộ KD Sông Thao", "song thao"),
            ("HKD Sông Thao", "song thao"),
            ("Hộ kinh doanh cá thể Sông Thao", "song thao"),
            ("Tổ hợp tác Sông Thao", "song thao"),
            ("THT Sông Thao", "song thao"),
            ("Doanh nghiệp TN Sông Thao", "song thao"),
            ("DN tư nhân Sông Thao", "song thao"),
            ("Liên hiệp hợp tác xã Sông Thao", "song thao"),
            ("Liên hiệp HTX Sông Thao", "song thao"),
            ("LH HTX Sông Thao", "song thao"),
            ("Công ty CP Sông Thao (STA)", "song thao"),
            ("C.ty CP Sông Thao", "song thao"),
            ("Công ty Cổ phần Tập đoàn Sông Thao", "song thao"),
            ("Tập đoàn Sông Thao", "song thao"),
            ("Công ty Tập Hợp Đoàn Kết", "tap hop doan ket"),
            ("Công ty CP Sông Thao (STA) ", "song thao"),
            ("Công ty CP Sông Thao (ST1)", "song thao"),
            // Where it is and since when tells it from others of that name.
            ("Công ty CP Sông Thao (HN)", "song thao hn"),
            ("Công ty CP Sông Thao (TPHCM)", "song thao tphcm"),
            ("Công ty CP Sông Thao (2010)", "song thao 2010"),
            // Their words say something else where they stand alone.
            ("HTX Hợp Nhất", "hop nhat"),
            ("Tổ dịch vụ Hợp tác Sông Thao", "to dich vu hop tac song thao"),
            ("Liên hiệp Các hội Sông Thao", "lien hiep cac hoi song thao"),
            ("Công ty TNHH Samsung (Việt Nam)", "samsung viet nam"),
            ("Cty TNHH MTV Samsung VN", "samsung viet nam"),
            ("Công ty TNHH Samsung Vietnam", "samsung viet nam"),
            ("Công ty TNHH Samsung (VN)", "samsung viet nam"),
            ("Công ty TNHH (SLA)", "sla"),
            // Cyrillic о and А, Greek ο with a tone.
            ("Công ty CP Cơ khí Hоàng Lоng", "co khi hoang long"),
            ("CTCP Аn Phú", "an phu"),
            ("CTCP Sόng Thao", "song thao"),
            ("Công ty Tư vấn Kinh doanh C Plus", "tu van kinh doanh c plus"),
        ] {
            assert_eq!(bare_name(name), bare, "{name}");
        }
    }
}
