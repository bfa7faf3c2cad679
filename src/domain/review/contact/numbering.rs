//! The numbering plan of Vietnam (quy hoạch kho số viễn thông).
//!
//! Circular 22/2014/TT-BTTTT (as amended by 27/2021/TT-BTTTT) with its tables of destination codes: areas are `2x` and `2xx` with
//! subscribers of 8 and 7 digits, and mobiles have nine digits since eleven-digit ones were converted in 2018. Which beginnings are in
//! use was compared with Google's libphonenumber (metadata of `VN`, general description, fixed line and mobile); 51, which it has and no
//! network, is left out: parts of machines are numbered so.

/// Whether digits, without the 0 or 84 before them, are a number of a mobile or of a fixed line.
///
/// Mobiles that begin with 30 or 31 are not among them: so do tax codes of Hồ Chí Minh City, and no network has them.
pub(super) fn is_national(digits: &str) -> bool {
    match digits.as_bytes() {
        [first, second, rest @ ..] if rest.len() == 7 => matches!(
            (first, second),
            (b'3', b'2'..=b'9')
                | (b'5', b'2' | b'5' | b'6' | b'8' | b'9')
                | (b'7', b'0' | b'6'..=b'9')
                | (b'8', b'1'..=b'9')
                | (b'9', _)
        ),
        [b'2', second, third, rest @ ..] if rest.len() == 7 => is_area(*second, *third),
        [b'1', second, third, rest @ ..] if rest.len() == 7 => was_mobile(*second, *third),
        _ => false,
    }
}

/// Areas by the two digits behind the 2; of `24` and `28`, which have one digit less, the third begins the subscriber's number.
fn is_area(second: u8, third: u8) -> bool {
    matches!(
        (second, third),
        (b'0', b'3'..=b'9')
            | (b'1', b'0'..=b'6' | b'8' | b'9')
            | (b'2', b'0'..=b'2' | b'5'..=b'9')
            | (b'3' | b'8', b'2'..=b'9')
            | (b'4', b'2'..=b'8')
            | (b'5', b'1' | b'2' | b'4'..=b'9')
            | (b'6', b'0'..=b'3' | b'9')
            | (b'7', b'0'..=b'7')
            | (b'9', b'0'..=b'4' | b'6' | b'7' | b'9')
    )
}

/// Beginnings of eleven-digit mobiles of before September 2018, which still stand in old texts.
fn was_mobile(second: u8, third: u8) -> bool {
    matches!(
        (second, third),
        (b'2', _) | (b'6', b'2'..=b'9') | (b'8', b'2' | b'6' | b'8') | (b'9', b'9')
    )
}

/// Whether digits are a number of those that cost nothing (1800) or more (1900) to call, of 8 to 10 digits.
pub(super) fn is_hotline(digits: &str) -> bool {
    (digits.starts_with("1800") || digits.starts_with("1900")) && (8..=10).contains(&digits.len())
}
