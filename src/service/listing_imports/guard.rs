//! Cells that a spreadsheet must not take for formulas (OWASP: CSV injection).

use std::borrow::Cow;

/// Whether a spreadsheet would calculate a text.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'])
}

/// The text with an apostrophe before it, where it needs one. Amounts are written as numbers and never come here.
pub fn cell(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_a_formula() {
        for text in ["=1+1", "+84", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(cell(text), format!("'{text}"));
            assert!(!is_formula(&cell(text)));
        }
        for text in ["Máy sấy", "'", "", "5-7"] {
            assert_eq!(cell(text), text);
        }
    }
}
