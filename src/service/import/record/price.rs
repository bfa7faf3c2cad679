//! Reads an amount of money from text, where it can mean only one thing.

use crate::domain::listing::MAX_SUM;

/// A price as a record states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StatedPrice {
    pub(super) mode: &'static str,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
}

/// The price that a text states: `110 triệu đồng`, `từ 9.500.000 đ`, `5-7 triệu đồng`, `thỏa thuận`.
///
/// None for anything that leaves a doubt: another currency or none, a price per piece, `khoảng`, or `1,500 triệu`
/// (where the comma may be of either kind).
pub(super) fn parse(text: &str) -> Option<StatedPrice> {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    let without_amount = match text.as_str() {
        "liên hệ" | "giá liên hệ" => Some("contact"),
        "thỏa thuận" | "thoả thuận" | "thương lượng" => Some("negotiable"),
        "miễn phí" => Some("free"),
        _ => None,
    };
    if let Some(mode) = without_amount {
        return Some(StatedPrice {
            mode,
            min: None,
            max: None,
        });
    }
    let (is_from, text) = match text.strip_prefix("từ ") {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let amount_text = ["đồng", "vnđ", "vnd", "đ", "₫"]
        .into_iter()
        .find_map(|currency| text.strip_suffix(currency))?
        .trim_end();
    if let Some((low, high)) = ["-", "–", " đến ", " tới "]
        .into_iter()
        .find_map(|sign| amount_text.split_once(sign))
    {
        let (high_digits, high_scale) = scale_of(high.trim());
        let (low_digits, low_scale) = scale_of(low.trim());
        // In "5-7 triệu" the word belongs to both numbers.
        let min = amount(low_digits, low_scale.or(high_scale))?;
        let max = amount(high_digits, high_scale)?;
        return (min <= max).then_some(StatedPrice {
            mode: "range",
            min: Some(min),
            max: Some(max),
        });
    }
    let (digits, scale) = scale_of(amount_text);
    Some(StatedPrice {
        mode: if is_from { "from" } else { "fixed" },
        min: Some(amount(digits, scale)?),
        max: None,
    })
}

/// Takes a word of magnitude off the end; the exponent of ten it stands for.
fn scale_of(text: &str) -> (&str, Option<u32>) {
    [("nghìn", 3), ("ngàn", 3), ("triệu", 6), ("tỷ", 9), ("tỉ", 9)]
        .into_iter()
        .find_map(|(word, exponent)| Some((text.strip_suffix(word)?.trim_end(), Some(exponent))))
        .unwrap_or((text, None))
}

fn amount(digits: &str, scale: Option<u32>) -> Option<i64> {
    let exponent = scale.unwrap_or(0);
    let groups: Vec<&str> = digits.split(['.', ',']).collect();
    let all_digits = groups
        .iter()
        .all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    if !all_digits {
        return None;
    }
    let has_both_signs = digits.contains('.') && digits.contains(',');
    let (whole, fraction) = match groups.as_slice() {
        [whole] => ((*whole).to_owned(), ""),
        _ if has_both_signs => return None,
        // A short last group is a fraction, which only a word of magnitude makes an amount of whole đồng.
        [whole, fraction] if fraction.len() < 3 && scale.is_some() => ((*whole).to_owned(), *fraction),
        [first, rest @ ..] if first.len() <= 3 && rest.iter().all(|group| group.len() == 3) => {
            if scale.is_some() && digits.contains(',') {
                return None;
            }
            (groups.concat(), "")
        }
        _ => return None,
    };
    let missing_zeros = exponent.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    let mantissa: i64 = format!("{whole}{fraction}").parse().ok()?;
    mantissa
        .checked_mul(10_i64.checked_pow(missing_zeros)?)
        .filter(|amount| *amount <= MAX_SUM)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(mode: &'static str, min: Option<i64>, max: Option<i64>) -> Option<StatedPrice> {
        Some(StatedPrice { mode, min, max })
    }

    #[test]
    fn amounts_that_mean_one_thing_are_read() {
        let expected = [
            ("110 triệu đồng", stated("fixed", Some(110_000_000), None)),
            ("9.500.000 đồng", stated("fixed", Some(9_500_000), None)),
            ("699,000 đ", stated("fixed", Some(699_000), None)),
            ("17,5 tỷ đồng", stated("fixed", Some(17_500_000_000), None)),
            ("1.200 tỷ đồng", stated("fixed", Some(1_200_000_000_000), None)),
            ("Từ 5 triệu đồng", stated("from", Some(5_000_000), None)),
            ("5-7 triệu đồng", stated("range", Some(5_000_000), Some(7_000_000))),
            (
                "5.000.000 – 7.000.000 VNĐ",
                stated("range", Some(5_000_000), Some(7_000_000)),
            ),
            (
                "800 nghìn đến 1,2 triệu đồng",
                stated("range", Some(800_000), Some(1_200_000)),
            ),
            ("Thỏa thuận", stated("negotiable", None, None)),
            ("miễn phí", stated("free", None, None)),
            ("Liên hệ", stated("contact", None, None)),
            ("7-5 triệu đồng", None),
            ("khoảng 5 triệu đồng", None),
            ("5 triệu đồng/cái", None),
            ("1,500 triệu đồng", None),
            ("1.5 đồng", None),
            ("1.500,50 đồng", None),
            ("12.34.56 đồng", None),
            ("500", None),
            ("500 USD", None),
            ("99999999999999999999 đồng", None),
            ("9999999 tỷ đồng", None),
            ("đồng", None),
            ("", None),
        ];
        for (text, price) in expected {
            assert_eq!(parse(text), price, "{text}");
        }
    }
}
