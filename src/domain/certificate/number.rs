//! Numbers of certificates (số Giấy chứng nhận). No national form is laid down, so that each authority's form is a template
//! in its row of the rule set; what is counted is one number after the other by authority, kind and year, or over all years where
//! the form has none.

use crate::domain::fields::Violation;
use crate::domain::text::fold;

/// What numbers look like where the rule set does not say.
pub const PLAIN: &str = "{seq:02}/{yyyy}/{authority}";
/// The longest template, in characters.
const LONGEST: usize = 60;

/// The number of a certificate: `01/2026/CNĐKCGCN-SKHCN` of `{seq:02}/{yyyy}/CNĐKCGCN-SKHCN`.
pub fn render(template: &str, authority: &str, year: i16, seq: i64) -> String {
    template
        .replace("{seq:02}", &format!("{seq:02}"))
        .replace("{seq:03}", &format!("{seq:03}"))
        .replace("{seq:04}", &format!("{seq:04}"))
        .replace("{seq}", &seq.to_string())
        .replace("{yyyy}", &year.to_string())
        .replace("{authority}", authority)
}

/// The year by which the numbers of a template are counted; 0 where no year is in it: they are counted over all years then, so that
/// none comes again.
pub fn counted_by(template: &str, year: i16) -> i16 {
    if template.contains("{yyyy}") { year } else { 0 }
}

/// Checks a template: the number is in it, with the year or with letters (ký hiệu) behind which it is counted on and on, and else
/// only what stands in numbers of official documents (NĐ 30/2020).
pub fn check_template(template: &str) -> Result<(), Violation> {
    let rest = ["{seq:02}", "{seq:03}", "{seq:04}", "{seq}"]
        .iter()
        .fold((template.to_owned(), 0), |(text, count), part| {
            (text.replace(part, ""), count + text.matches(part).count())
        });
    let (rest, sequences) = rest;
    let years = rest.matches("{yyyy}").count();
    let rest = rest.replace("{yyyy}", "");
    let has_letters = rest.contains("{authority}") || rest.chars().any(char::is_alphabetic);
    let rest = rest.replace("{authority}", "");
    let is_known = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '.');
    let is_told_apart = sequences == 1 && (years == 1 || years == 0 && has_letters);
    let fits = template.chars().count() <= LONGEST && is_told_apart && rest.chars().all(is_known);
    if fits {
        Ok(())
    } else {
        Err(Violation::Malformed {
            what: "number_template",
        })
    }
}

/// A number as it stands in an address and as it is compared: `01-2026-CNDKCGCN-SKHCN`.
pub fn in_address(number: &str) -> String {
    let folded = fold(number);
    let mut text = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c.is_ascii_alphanumeric() {
            text.push(c.to_ascii_uppercase());
        } else if !text.ends_with('-') && !text.is_empty() {
            text.push('-');
        }
    }
    text.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_their_template() {
        let of = |template, seq| render(template, "SKHCN-PT", 2026, seq);
        assert_eq!(of("{seq:02}/{yyyy}/CNĐKCGCN-SKHCN", 1), "01/2026/CNĐKCGCN-SKHCN");
        assert_eq!(of("{seq:02}/{yyyy}/CNĐKCGCN-SKHCN", 123), "123/2026/CNĐKCGCN-SKHCN");
        assert_eq!(of(PLAIN, 7), "07/2026/SKHCN-PT");
        assert_eq!(in_address("01/2026/CNĐKCGCN-SKHCN"), "01-2026-CNDKCGCN-SKHCN");
    }

    #[test]
    fn templates_tell_all_certificates_apart() {
        for (right, year) in [
            ("{seq:02}/{yyyy}/CNĐKCGCN-SKHCN", 2026),
            ("{seq}/{yyyy}/{authority}", 2026),
            ("{seq}/{yyyy}", 2026),
            (PLAIN, 2026),
            ("{seq}/GCN-SKHCN", 0),
            ("{seq:04}/{authority}", 0),
        ] {
            assert_eq!(check_template(right), Ok(()), "{right}");
            assert_eq!(counted_by(right, 2026), year, "{right}");
        }
        for wrong in [
            "",
            "{seq}",
            "{seq}/2026",
            "{yyyy}",
            "{seq}{seq}/{yyyy}",
            "{seq}/{yyyy}/{yyyy}",
            "{seq}/{yyyy}/{x}",
            "{seq}/{yyyy}/a b",
            "{seq}/{yyyy}/<b>",
        ] {
            assert!(check_template(wrong).is_err(), "{wrong}");
        }
        assert!(check_template(&format!("{{seq}}/{{yyyy}}/{}", "A".repeat(60))).is_err());
    }
}
