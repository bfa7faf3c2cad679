//! What is kept of searches (nhật ký tìm kiếm), and who may be told of it.

use unicode_normalization::UnicodeNormalization;

use crate::domain::text_enum;

/// So many different people must have asked for something before anybody is told that it was asked for.
pub const MIN_ASKERS: i64 = 3;
/// Longest query of which the words are kept, in characters: whoever writes more writes about a case of his own.
pub const MAX_TEXT: usize = 120;
/// Digits in a row from which on a number may be a person's: nine of an old identity card, ten of a telephone or a tax
/// code, twelve of an identity card.
const PERSONAL_DIGITS: usize = 9;

text_enum! {
    /// What is looked for in the log.
    pub enum SearchReport {
        /// What is asked for most.
        Top => "top",
        /// What finds nothing.
        ZeroResults => "zero_results",
        /// What finds something that hardly anybody opens.
        LowClicks => "low_clicks",
        /// What mostly finds nothing or nearly nothing (nhu cầu chưa được đáp ứng).
        UnmetDemand => "unmet_demand",
    }
}

/// Whether a query may be personal data: an address of mail, a link, or a number as long as one of a telephone or of an
/// identity card, however it is written. Letters end a number; signs and spaces do not.
pub fn may_be_personal(text: &str) -> bool {
    let plain: String = text.nfkc().collect::<String>().to_lowercase();
    if plain.contains('@') || plain.contains("://") || plain.split_whitespace().any(is_site) {
        return true;
    }
    let mut digits = 0;
    for letter in text.chars() {
        if letter.is_numeric() {
            digits += 1;
        } else if letter.is_alphabetic() {
            digits = 0;
        }
        if digits >= PERSONAL_DIGITS {
            return true;
        }
    }
    false
}

/// Whether a word is the address of a site, or of a page of one.
fn is_site(word: &str) -> bool {
    const ENDS: [&str; 9] = ["com", "vn", "net", "org", "me", "info", "edu", "gov", "io"];
    let host = word.split(['/', '?', '#']).next().unwrap_or_default();
    host.starts_with("www.")
        || host
            .rsplit_once('.')
            .is_some_and(|(name, end)| !name.is_empty() && ENDS.contains(&end))
}

/// Whether the words of a query may be kept.
pub fn may_be_kept(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT && !may_be_personal(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_of_people_are_not_kept() {
        for text in [
            "nguyenvana@example.com",
            "liên hệ a＠b",
            "https://example.vn/?token=1",
            "facebook.com/nguyen.van.a",
            "xem www.example.vn/trang",
            "a﹫b",
            "0912345678",
            "máy sấy 0912 345 678",
            "+84 (912) 345-678",
            "0.9.1.2.3.4.5.6.7.8",
            "012345678",
            "001099012345",
            "0 9\u{200b}1 2 3 4 5 6 7 8",
            "０９１２３４５６７８",
            "cccd 001 099 012 345",
        ] {
            assert!(may_be_personal(text), "{text}");
        }
        for text in [
            "máy sấy lúa 10 tấn",
            "động cơ 380V 50Hz 1500 vòng/phút",
            "FR-E740-3.7K-CHT",
            "8418.99.90",
            "TCVN 9001:2015",
            "thép 20 x 30 x 6000",
            "",
        ] {
            assert!(!may_be_personal(text), "{text}");
        }
        assert!(may_be_kept(&"ă".repeat(MAX_TEXT)) && !may_be_kept(&"ă".repeat(MAX_TEXT + 1)));
    }
}
