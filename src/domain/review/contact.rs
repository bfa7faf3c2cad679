//! Whether a text tells how to be reached past the exchange (thông tin liên hệ trong nội dung).

use crate::domain::tax_code::TaxCode;

/// Ends of names of hosts that mean nothing else in a text.
const ENDS: [&str; 7] = ["vn", "com", "net", "org", "info", "biz", "asia"];
/// Those that also are words: they tell a host only before a path, as in `bit.ly/…`.
const ENDS_BEFORE_PATHS: [&str; 6] = ["ly", "me", "be", "gl", "link", "page"];
/// What is called like a host and is software.
const SOFTWARE: [&str; 4] = ["asp.net", "vb.net", "ado.net", "ml.net"];

/// What stands for the sign of addresses.
const SIGNS: [&str; 8] = ["[at]", "(at)", "[ at ]", "( at )", "[at ]", "(at )", "[ at]", "( at)"];

/// What says that a telephone number follows.
const CALLS: [&str; 13] = [
    "điện thoại",
    "đt",
    "sđt",
    "đtdđ",
    "tel",
    "phone",
    "mobile",
    "hotline",
    "zalo",
    "gọi",
    "liên hệ",
    "lh",
    "call",
];
/// What says that a sum of money stands before it.
const CURRENCIES: [&str; 8] = ["đồng", "đ", "vnđ", "vnd", "usd", "triệu", "tỷ", "tỉ"];

/// What may stand between the digits of a number, one at a time.
const GAPS: [char; 5] = [' ', '\u{a0}', '.', '-', '/'];

/// Whether a text holds an e-mail address, a telephone number of Vietnam or a web address, also spelled so that programs pass over
/// it: `lan @ abc.vn`, `lan[at]abc.vn`, digits of full width.
pub fn is_contact(text: &str) -> bool {
    let text = plain(text);
    ["http://", "https://", "www."].iter().any(|sign| text.contains(sign))
        || text.split_whitespace().any(is_email)
        || text.split(|letter| !is_of_address(letter)).any(has_host)
        || has_phone(&text)
}

/// In small letters, with those of full width as the usual ones, and the sign of addresses where it belongs.
fn plain(text: &str) -> String {
    let small: String = text.chars().map(usual).flat_map(char::to_lowercase).collect();
    let signed = SIGNS.iter().fold(small, |text, sign| text.replace(sign, "@"));
    signed.replace(" @", "@").replace("@ ", "@")
}

fn usual(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => u32::from(letter)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .unwrap_or(letter),
        _ => letter,
    }
}

/// Whether an address stands about one of the signs of a word.
fn is_email(word: &str) -> bool {
    word.match_indices('@').any(|(at, sign)| {
        let (name, host) = word.split_at(at);
        host.strip_prefix(sign).is_some_and(|host| is_mailbox(name, host))
    })
}

/// Whether what stands before a sign ends as a name does, and what stands behind it begins with a host.
fn is_mailbox(name: &str, host: &str) -> bool {
    let is_named = name.ends_with(char::is_alphanumeric);
    let host = host.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | '-'));
    let host = host
        .map(|host| host.trim_matches(['.', '-']))
        .next()
        .unwrap_or_default();
    let is_end = |end: &str| end.len() >= 2 && end.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_named && host.rsplit_once('.').is_some_and(|(_, end)| is_end(end))
}

fn is_of_address(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | '/' | '@')
}

/// Whether a word has the name of a host, perhaps before a path.
fn has_host(word: &str) -> bool {
    let mut parts = word.split('/').peekable();
    while let Some(part) = parts.next() {
        let has_path = parts.peek().is_some_and(|path| !path.is_empty());
        if is_host(part.trim_matches(['.', '-', '_']), has_path) {
            return true;
        }
    }
    false
}

fn is_host(name: &str, has_path: bool) -> bool {
    let Some((above, end)) = name.rsplit_once('.') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    // Much software is called so: `System.Net`.
    let is_software = end == "net" && !has_path && !above.contains('.');
    let is_end = (ENDS.contains(&end) && !is_software) || (has_path && ENDS_BEFORE_PATHS.contains(&end));
    is_end && above.split('.').all(is_label) && !SOFTWARE.contains(&name)
}

/// What stands before and behind a number.
#[derive(Clone, Copy)]
struct Around<'a> {
    before: &'a str,
    behind: &'a str,
}

impl<'a> Around<'a> {
    fn of(text: &'a str, begins: usize, ends: usize) -> Self {
        Self {
            before: text.get(..begins).unwrap_or_default(),
            behind: text.get(ends..).unwrap_or_default(),
        }
    }

    /// Whether a word right before it says that it is called.
    fn is_called(self) -> bool {
        let before = self.before.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        CALLS.iter().any(|word| {
            let rest = before.strip_suffix(*word);
            rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
        })
    }

    /// Whether a currency follows.
    fn is_price(self) -> bool {
        let mut words = self.behind.trim_start().split(|letter: char| !letter.is_alphanumeric());
        words.next().is_some_and(|word| CURRENCIES.contains(&word))
    }
}

/// Reads number after number, each of digits with single gaps; an area code may stand in brackets.
fn has_phone(text: &str) -> bool {
    let (mut number, mut begins, mut is_open) = (String::new(), 0, false);
    for (at, letter) in text.char_indices().chain([(text.len(), '\n')]) {
        if number.is_empty() {
            begins = at;
        }
        let has_gap = number.is_empty() || number.ends_with(GAPS);
        match letter {
            '0'..='9' => number.push(letter),
            '(' if !has_gap && is_before_number(&number) => is_open = true,
            ')' if is_open && is_before_number(&number) => is_open = false,
            _ if GAPS.contains(&letter) && !has_gap => number.push(letter),
            _ => {
                if is_phone(number.trim_end_matches(GAPS), Around::of(text, begins, at)) {
                    return true;
                }
                number.clear();
                if letter == '+' {
                    begins = at;
                    number.push('+');
                } else {
                    is_open = letter == '(';
                }
            }
        }
    }
    false
}

/// Whether what stood in brackets may be an area code, or that of the country: `(1)` begins an entry of a list.
fn is_before_number(number: &str) -> bool {
    let digits = number.trim_start_matches('+');
    digits.starts_with('0') || digits.starts_with("84")
}

/// Whether it is one, or has one of several between slashes. With slashes within it the groups are those of telephones, which days,
/// and numbers of contracts and of years, have not.
fn is_phone(number: &str, around: Around<'_>) -> bool {
    let is_year = |group: &str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    let is_of_groups = || {
        let groups: Vec<&str> = number.split(GAPS).collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        matches!(lengths.as_slice(), [4, 3, 3] | [3, 3, 4]) && !groups.into_iter().any(is_year)
    };
    number.split('/').any(|number| is_dialled(number, around))
        || (number.contains('/') && is_of_groups() && digits_of(number).strip_prefix('0').is_some_and(is_national))
}

/// Ten or eleven digits from 0 that are no tax code; nine or ten after `+84`, perhaps with the 0 as well; and, where no price looks
/// so, what is in use after 84.
fn is_dialled(number: &str, around: Around<'_>) -> bool {
    let digits = digits_of(number);
    let abroad = digits.strip_prefix("84");
    let abroad = abroad.map(|rest| rest.strip_prefix('0').unwrap_or(rest));
    let first = number.split(GAPS).next().unwrap_or_default();
    let is_apart = !number.contains('.') && (first == "84" || first.len() == number.len());
    match abroad {
        Some(rest) if number.starts_with('+') => (9..=10).contains(&rest.len()),
        Some(rest) => is_apart && is_national(rest) && !around.is_price(),
        None => {
            let is_long = (10..=11).contains(&digits.len()) && !number.starts_with('+');
            let rest = digits.strip_prefix('0').filter(|_| is_long);
            rest.is_some_and(|rest| is_national(rest) || around.is_called() || TaxCode::parse(&digits).is_err())
        }
    }
}

fn digits_of(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Numbers in use, without the 0: of mobiles, which do not begin with 030 and 031 as tax codes do, and of the 63 areas.
fn is_national(digits: &str) -> bool {
    match digits.as_bytes() {
        [b'3', next, rest @ ..] => !matches!(next, b'0' | b'1') && rest.len() == 7,
        [b'5' | b'7' | b'8' | b'9', rest @ ..] => rest.len() == 8,
        [b'2', rest @ ..] => rest.len() == 9,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contact_data_are_told_from_figures() {
        for text in [
            "Liên hệ 0912 345 678",
            "gọi 0912.345.678.",
            "ĐT: (+84) 912-345-678; +84912345678",
            "ĐT: (+84) 912-345-678",
            "hoặc thư ban.hang@songthao.example.",
            "thư lan@songthao.example,hoặc đến xưởng",
            "xem https://songthao.example",
            "WWW.songthao.vn",
            "0210 3845 123",
            "(0210) 3846555",
            "(0912) 345 678",
            "84912345678",
            "84 912 345 678",
            "(84-210) 3846 555",
            "+84(0)912345678",
            "0912/345/678",
            "0210.3846555/0912345678",
            "1) 0912345678",
            "(1) 0912345678",
            "ĐT1(0912345678)",
            "0912/345/678 (Lan), 0210(3846555)",
            "84912345678 gặp Lan",
            "０９１２３４５６７８",
            "facebook.com/abc",
            "bit.ly/xyz",
            "Trang: abc.com.vn.",
            "lan @ abc.vn",
            "lan[at]abc.vn",
            "lan (at) xuong.example",
            "lan＠abc.vn",
            "a@lan@songthao.example",
            "zalo@0912/lan@songthao.example",
            "lan ( at ) xuong.example",
            "lan[ at ]abc.vn",
            "091/234/5678",
            "ĐT: 0100109106",
            "Liên hệ (0301442379)",
            "0912 345 678 đồng chí Lan",
            "84 912 345 678 gặp Lan",
            "xem songthao.net/may",
            "may.songthao.net",
            "www.songthao.net",
        ] {
            assert!(is_contact(text), "{text}");
        }
        for text in [
            "",
            "Công suất 1.200.000 kg, điện áp 380 V, 50-60 Hz",
            "TCVN 6306-1:2015, ISO 9001:2015",
            "mã số 2600357502",
            "giá @ 5 kg, 0,5 mm, 0123",
            "giá @ 1.000 đ",
            "từ 01/01/2026 đến 31/12/2026",
            "01/01/2026-31/12/2026",
            "mùa 08/2024-2025, 05/2026-6/2027",
            "giá 1.000/2.000",
            "giá 84.385.000.200 đồng",
            "mã HS 8438.50.00 200 bộ",
            "đời máy SK-84.38.500.200",
            "hợp đồng 012/2024/345",
            "máy 05 (2026) 12345",
            "cty.cp Sông Lô, t.p Việt Trì",
            "viết bằng ASP.NET/C#, VB.NET, .NET 8",
            "a@b",
            "dài 0912345678901234 mm",
            "MST 0100109106, 0301442379",
            "mã số thuế: 0100109106-001",
            "chuyển gọi 5 lần, mã số 0301442379",
            "hợp đồng 032/2024/345",
            "giấy phép 093456/2021",
            "số 091/234/2024",
            "giá 84 385 000 200 đồng",
            "giá 84 385 000 200đ, 84 385 000 200 VNĐ",
            "viết bằng Visual Basic.NET",
            "thư viện System.Net",
            "mục tiêu phát thải cao.Net Zero",
        ] {
            assert!(!is_contact(text), "{text}");
        }
    }
}
