//! As what people sign: who is the head of an authority, and who signs for it (NĐ 30/2020).

use crate::domain::fields::{LawFault, Violation};
use crate::domain::procedure::AuthorityDraft;
use crate::domain::text::fold;
use crate::service::{Error, Result};

/// As what the head of an authority signs whose row does not say.
const HEAD: &str = "Thủ trưởng cơ quan";

/// What a People's Committee is called over a signature, and how its name begins.
const COMMITTEE: &str = "Ủy ban nhân dân";

/// As what somebody signs for an authority of today; as its head where nothing is said.
pub(super) fn title_for(signed_as: Option<&str>, authority: &AuthorityDraft) -> Result<String> {
    let superior = authority.superior_vi.as_deref();
    let bodies: Vec<&str> = superior.into_iter().chain([authority.name_vi.as_str()]).collect();
    let title = title(signed_as, authority.head_vi.as_deref(), &bodies)?;
    Ok(on_behalf(title, &authority.name_vi))
}

/// A People's Committee decides as a body: its chair, or whoever has that place (`KT.`, `Q.`), signs on its behalf (thay mặt, `TM. Ủy
/// ban nhân dân`: NĐ 30/2020, Phụ lục I, mục II.7). Who signs by order or by authorisation (`TL.`, `TUQ.`) does so for the chair.
fn on_behalf(title: String, authority: &str) -> String {
    let small = title.to_lowercase();
    let is_otherwise = ["tm. ", "tl. ", "tuq. "].iter().any(|way| small.starts_with(way));
    if is_committee(authority) && !is_otherwise {
        format!("TM. {COMMITTEE}, {title}")
    } else {
        title
    }
}

/// As what somebody signs: the head of the authority, or for it (ký thay, thừa lệnh, thừa ủy quyền, quyền: NĐ 30/2020), also on
/// behalf of a collective (thay mặt), which is the authority or the one above it. Nobody signs as the head of something else.
fn title(signed_as: Option<&str>, head: Option<&str>, bodies: &[&str]) -> Result<String> {
    let (Some(given), Some(head)) = (signed_as, head) else {
        return Ok(signed_as.or(head).unwrap_or(HEAD).to_owned());
    };
    let (said, own) = (small(given), small(head));
    let on_behalf = || {
        let rest = said.strip_prefix("tm. ")?;
        let names = bodies.iter().flat_map(|body| names(body));
        let mut behind = names.filter_map(|name| rest.strip_prefix(name.as_str())?.strip_prefix(','));
        behind.find(|rest| is_for_head(rest.trim_start(), &own))
    };
    if is_for_head(&said, &own) || on_behalf().is_some() {
        return Ok(given.to_owned());
    }
    Err(Error::field("/signed_as", wrong_title(head, bodies)))
}

/// That nobody signs so, with how it is done for this authority.
fn wrong_title(head: &str, bodies: &[&str]) -> Violation {
    let is_body = bodies.last().is_some_and(|body| is_committee(body));
    let own = if is_body {
        format!("TM. {COMMITTEE}, {head}")
    } else {
        head.to_owned()
    };
    let deputy = if small(head) == "bộ trưởng" {
        "Thứ trưởng".to_owned()
    } else {
        format!("Phó {head}")
    };
    let ways = format!("“{own}”, “KT. {head}, {deputy}”");
    let words = (
        format!(
            "Phải là chức vụ của người đứng đầu cơ quan cấp, hoặc ký thay và ghi chức vụ của người ký ở sau: {ways}"
        ),
        format!("Must be the head of the issuing authority or somebody for it, with the own position behind: {ways}"),
    );
    LawFault::coded("malformed", words, "NĐ 30/2020")
}

/// Whether an authority is a People's Committee; “Uỷ ban” and “Ủy ban” are one word.
fn is_committee(authority: &str) -> bool {
    fold(authority).starts_with(&fold(COMMITTEE))
}

/// Heads who are below nobody that issues here: none of them signs by order or by authorisation.
const NOT_BELOW: [&str; 8] = [
    "tổng bí thư",
    "bí thư",
    "chủ tịch",
    "phó chủ tịch",
    "thủ tướng",
    "phó thủ tướng",
    "bộ trưởng",
    "thứ trưởng",
];

/// Whether a title, in small letters, is that of the head, which nothing follows, or of who signs for it, with the own position
/// behind (NĐ 30/2020, Phụ lục I, mục II.7.b): a deputy in the head's place, somebody below by order or authorisation.
fn is_for_head(said: &str, head: &str) -> bool {
    let behind = |way: &str| said.strip_prefix(way)?.strip_prefix(head);
    let own = |way: &str| behind(way)?.strip_prefix(',').map(str::trim);
    ["", "q. "].into_iter().any(|way| behind(way) == Some(""))
        || own("kt. ").is_some_and(|own| is_deputy(own, head))
        || ["tl. ", "tuq. "]
            .into_iter()
            .filter_map(own)
            .any(|own| is_below(own, head))
}

/// Whether a position is that of the deputy; “thường trực” and “phụ trách” are not written.
fn is_deputy(own: &str, head: &str) -> bool {
    own.strip_prefix("phó ") == Some(head) || (head == "bộ trưởng" && own == "thứ trưởng")
}

/// Whether a position may be one below the head: one alone, neither the head's own, nor its deputy's, nor that of a head of something else
/// that is not below.
fn is_below(own: &str, head: &str) -> bool {
    let is_above = NOT_BELOW.iter().any(|title| own.starts_with(title));
    !own.is_empty() && !own.contains(',') && own != head && !is_deputy(own, head) && !is_above
}

/// In small letters; the mark of “Uỷ ban” stands where that of “Ủy ban” does.
fn small(text: &str) -> String {
    text.to_lowercase().replace("uỷ", "ủy")
}

/// What a body is called over a signature, in small letters: its name, with or without that of the province.
fn names(body: &str) -> Vec<String> {
    let whole = small(body);
    let before = |place: &str| whole.split_once(place).map(|(short, _)| short.to_owned());
    let short = before(" tỉnh ").or_else(|| before(" thành phố "));
    short.into_iter().chain([whole]).collect()
}

#[cfg(test)]
mod tests {
    use super::{on_behalf, title};

    #[test]
    fn a_chair_signs_on_behalf_of_the_committee() {
        let of = |title: &str| on_behalf(title.to_owned(), "Ủy ban nhân dân tỉnh Phú Thọ");
        assert_eq!(of("Chủ tịch"), "TM. Ủy ban nhân dân, Chủ tịch");
        assert_eq!(
            of("KT. Chủ tịch, Phó Chủ tịch"),
            "TM. Ủy ban nhân dân, KT. Chủ tịch, Phó Chủ tịch"
        );
        for whole in [
            "TM. ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ, CHỦ TỊCH",
            "TUQ. Chủ tịch, Giám đốc Sở",
            "TL. Chủ tịch, Chánh Văn phòng",
        ] {
            assert_eq!(of(whole), whole);
        }
        let other = on_behalf("Chủ tịch".to_owned(), "Uỷ ban nhân dân tỉnh Phú Thọ");
        assert_eq!(other, "TM. Ủy ban nhân dân, Chủ tịch");
        let department = "Sở Khoa học và Công nghệ tỉnh Phú Thọ";
        assert_eq!(on_behalf("Giám đốc".to_owned(), department), "Giám đốc");
    }

    #[test]
    fn who_signs_is_the_head_or_signs_for_it() {
        let bodies = ["Ủy ban nhân dân tỉnh Phú Thọ", "Sở Khoa học và Công nghệ tỉnh Phú Thọ"];
        let said = |given: &str| title(Some(given), Some("Giám đốc"), &bodies).is_ok();
        for right in [
            "Giám đốc",
            "GIÁM ĐỐC",
            "KT. Giám đốc, Phó Giám đốc",
            "Q. Giám đốc",
            "TM. Ủy ban nhân dân tỉnh Phú Thọ, Giám đốc",
            "TM. ỦY BAN NHÂN DÂN, KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC",
            "TM. Uỷ ban nhân dân tỉnh Phú Thọ, Giám đốc",
            "TL. Giám đốc, Chánh Văn phòng",
            "TUQ. Giám đốc, Giám đốc Trung tâm",
        ] {
            assert!(said(right), "{right}");
        }
        for wrong in [
            "Thủ tướng Chính phủ",
            "Giám đốc Công an",
            "KT. Bộ trưởng",
            "Phó Giám đốc",
            "Giám đốc, Bộ trưởng Bộ Khoa học và Công nghệ",
            "Giám đốc, Phó Giám đốc",
            "Q. Giám đốc, Bộ trưởng",
            "KT. Giám đốc",
            "KT. Giám đốc,",
            "KT. Giám đốc, Giám đốc",
            "KT. Giám đốc, Trưởng phòng",
            "KT. Giám đốc, Phó Giám đốc, Bộ trưởng",
            "TL. Giám đốc",
            "TL. Giám đốc, Giám đốc",
            "TL. Giám đốc, Phó Giám đốc",
            "TUQ. Giám đốc, Bộ trưởng Bộ Khoa học và Công nghệ",
            "TM. Ủy ban nhân dân, Giám đốc, Thủ tướng Chính phủ",
            "TM. Chính phủ, Thủ tướng",
            "TM. Chính phủ, Giám đốc",
            "TM. Ủy ban nhân dân tỉnh Phú Thọ",
            "TM. Ủy ban nhân dân tỉnh Phú Thọ, Chủ tịch",
            "TM. Ủy ban nhân dân tỉnh Lào Cai, Giám đốc",
        ] {
            assert!(!said(wrong), "{wrong}");
        }
        assert_eq!(title(None, Some("Chủ tịch"), &bodies).unwrap(), "Chủ tịch");
        assert!(title(Some("Trưởng phòng"), None, &bodies).is_ok());
    }
}
