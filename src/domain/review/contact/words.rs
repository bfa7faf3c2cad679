//! What stands beside a number and tells what it is. Words are compared as `fold` makes them, without marks and in small letters.

use crate::domain::text::fold;

/// What says that one can be called by what follows.
const CALLS: &[&str] = &[
    "alo",
    "call",
    "cell",
    "cskh",
    "dien thoai",
    "dt",
    "dtdd",
    "duong day nong",
    "goi",
    "hl",
    "hotline",
    "lh",
    "lien he",
    "lien lac",
    "mobile",
    "nhan tin",
    "phone",
    "sdt",
    "sms",
    "tel",
    "telephone",
    "tong dai",
    "viber",
    "whatsapp",
    "zalo",
];

/// What says that a code or a number of something else follows.
const CODES: &[&str] = &[
    "astm",
    "barcode",
    "bien so",
    "bosch",
    "cccd",
    "cmnd",
    "cndkdn",
    "cndkkd",
    "code",
    "dang ky doanh nghiep",
    "dang ky kinh doanh",
    "denso",
    "din",
    "dkdn",
    "dkkd",
    "gcn",
    "gcndkdn",
    "gcndkkd",
    "giay phep",
    "gphi",
    "hop dong",
    "hs",
    "iec",
    "imei",
    "isbn",
    "iso",
    "issn",
    "item",
    "jis",
    "ky hieu",
    "lot",
    "ma",
    "ma ban ve",
    "ma chi tiet",
    "ma dinh danh",
    "ma don hang",
    "ma hang",
    "ma hs",
    "ma linh kien",
    "ma lo",
    "ma may",
    "ma phu tung",
    "ma san pham",
    "ma so",
    "ma so doanh nghiep",
    "ma so thue",
    "ma sp",
    "ma tai san",
    "ma thiet bi",
    "ma vach",
    "ma vat tu",
    "model",
    "msdn",
    "mst",
    "p n",
    "parker",
    "part",
    "part no",
    "patent",
    "pn",
    "qcvn",
    "quyet dinh",
    "rexroth",
    "s n",
    "sang che",
    "se ri",
    "seri",
    "serial",
    "so bang",
    "so che tao",
    "so dang ky",
    "so don",
    "so hieu",
    "so khung",
    "so lo",
    "tax",
    "tax id",
    "tcvn",
];

/// What says that a sum follows.
const SUMS: &[&str] = &[
    "chi phi",
    "doanh thu",
    "don gia",
    "gia",
    "ngan sach",
    "tong",
    "tri gia",
    "usd",
    "vnd",
    "von",
    "kinh phi",
];

/// What numbers engines as well as telephones: a code, unless the words before it say that it is called (`gọi số máy`).
const ENGINES: &str = "so may";

/// What may stand between such a word and the number.
const FILLERS: &[&str] = &[
    "anh",
    "cho",
    "chi",
    "co dinh",
    "di dong",
    "em",
    "gap",
    "la",
    "mr",
    "mrs",
    "ms",
    "nay",
    "ngay",
    "no",
    "num",
    "number",
    "ong",
    "ba",
    "qua",
    "so",
    "theo",
    "truc tiep",
];
/// How many of them.
const MOST_FILLERS: usize = 4;

/// What says that a quantity or a sum stands before it.
const UNITS: &[&str] = &[
    "bo", "cai", "chiec", "cm", "d", "dong", "g", "gam", "gio", "kg", "km", "kva", "kw", "kwh", "l", "lit", "m", "m2",
    "m3", "ml", "mm", "mw", "ngan", "nghin", "nguoi", "t", "tan", "ti", "trieu", "ty", "usd", "v", "vnd", "w",
];

/// How far before a number one looks, in letters.
const REACH: usize = 60;
/// How far behind.
const REACH_BEHIND: usize = 12;

/// What the words right before a number say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// That it is called.
    Call,
    /// That it is a code of something else.
    Code,
    /// That it is a sum.
    Sum,
    /// Nothing.
    Nothing,
}

/// Reads the words before a number, from the nearest on: the first that says anything does.
pub(super) fn said_before(before: &str) -> Said {
    // A package (gói) is no call (gọi).
    let near = folded(&last_letters(before, REACH).to_lowercase().replace("gói", "-"));
    let mut words = near.as_str();
    let mut otherwise = Said::Nothing;
    for _ in 0..=MOST_FILLERS {
        if ends_in_one(words, CODES) {
            return Said::Code;
        }
        if ends_in_one(words, CALLS) {
            return Said::Call;
        }
        if ends_in_one(words, SUMS) {
            return Said::Sum;
        }
        if let Some(rest) = without(words, ENGINES) {
            (words, otherwise) = (rest, Said::Code);
            continue;
        }
        match FILLERS.iter().find_map(|filler| without(words, filler)) {
            Some(rest) => words = rest,
            None => break,
        }
    }
    otherwise
}

/// Whether a unit or a currency follows.
pub(super) fn is_quantity(behind: &str) -> bool {
    let near = behind.trim_start_matches([' ', '(', '[']);
    let word: String = near
        .chars()
        .take(REACH_BEHIND)
        .take_while(|letter| letter.is_alphanumeric())
        .collect();
    near.starts_with('%') || UNITS.contains(&fold(&word).as_str())
}

/// Whether what a number hangs on is a code of capitals and digits, as in `SK-09…` and `CG0222…`, and no word that says that it is
/// called.
pub(super) fn is_part_of_code(before: &str) -> bool {
    let head = last_letters(before, REACH).trim_end_matches(['-', '_', '/']);
    let starts = head.rfind(|letter: char| !letter.is_alphanumeric());
    let word = match starts {
        Some(at) => head
            .get(at..)
            .unwrap_or_default()
            .trim_start_matches(|letter: char| !letter.is_alphanumeric()),
        None => head,
    };
    let is_code = !word.is_empty()
        && word
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
        && word.contains(|letter: char| letter.is_ascii_uppercase());
    is_code && said_before(head) != Said::Call
}

fn ends_in_one(words: &str, known: &[&str]) -> bool {
    known.iter().any(|known| without(words, known).is_some())
}

/// Words that stand before something, as they are compared.
pub(super) fn folded(before: &str) -> String {
    #[cfg(test)]
    work::add(before.chars().count());
    fold(before)
}

/// What stands before some last words; none where others are the last.
pub(super) fn without<'a>(words: &'a str, last: &str) -> Option<&'a str> {
    #[cfg(test)]
    work::add(1);
    let rest = words.strip_suffix(last)?;
    (rest.is_empty() || rest.ends_with(' ')).then(|| rest.trim_end())
}

/// The last letters of a text, so many at the most.
pub(super) fn last_letters(text: &str, most: usize) -> &str {
    let begins = text.char_indices().rev().take(most).last();
    begins.and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}

/// How much of what stands before numbers and names is read, for tests that a text takes no longer than it is.
#[cfg(test)]
pub(super) mod work {
    use std::cell::Cell;

    thread_local! {
        static DONE: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn add(steps: usize) {
        DONE.set(DONE.get().saturating_add(steps));
    }

    /// Letters that were folded and words that were compared on this thread since the last call.
    pub(in super::super) fn take() -> usize {
        DONE.take()
    }
}
