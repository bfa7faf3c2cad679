//! The term of a contract in months beside the days on which it was signed and ends. It runs from the effect, which contracts tell in words, so
//! that both are held against each other with tolerance: what no effect could make right is a slip.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::domain::fields::{LawFault, Violation};

/// Where the law asks for the term of a contract.
const BASIS: &str = "Luật CGCN Đ.23.7";
/// How many months before its term is over a contract may end: a part of a month is counted as one, or as none. A bound of the house.
const SHORT: i64 = 1;
/// How many months after its signing a contract may take effect. A bound of the house: registration alone may take half a year.
const LATE: i64 = 24;

/// What is wrong with a term; nothing of one that may be right, or of days that are not told.
pub fn fault(months: Option<u16>, signed_on: Option<Date>, ends_on: Option<Date>) -> Option<Violation> {
    let (months, (signed_on, ends_on)) = (months?, signed_on.zip(ends_on)?);
    let after = |months: i64| signed_on.checked_add(months.months()).ok();
    let term = i64::from(months);
    let (first, last) = (after(term - SHORT)?, after(term + LATE)?);
    if (first..=last).contains(&ends_on) {
        return None;
    }
    let shown = |day: Date| day.strftime("%d/%m/%Y").to_string();
    let words = (
        format!(
            "Thời hạn {months} tháng không khớp với ngày ký {} và ngày kết thúc {}",
            shown(signed_on),
            shown(ends_on)
        ),
        format!("A term of {months} months fits neither the day of signing, {signed_on}, nor the end, {ends_on}"),
    );
    Some(LawFault::of(words, BASIS))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::fault;

    #[test]
    fn a_term_fits_the_days_beside_it() {
        let signed = date(2026, 11, 30);
        for (months, end, is_right) in [
            (60, date(2031, 11, 29), true),
            (60, date(2031, 12, 31), true),
            // It may take effect long after it was signed.
            (60, date(2033, 11, 30), true),
            (60, date(2033, 12, 1), false),
            (60, date(2031, 10, 30), true),
            (60, date(2031, 10, 29), false),
            (6, date(2031, 11, 29), false),
            (600, date(2031, 11, 29), false),
            (1, date(2026, 11, 30), true),
        ] {
            let wrong = fault(Some(months), Some(signed), Some(end));
            assert_eq!(wrong.is_none(), is_right, "{months} {end}: {wrong:?}");
        }
        for (months, signed, end) in [
            (None, Some(signed), Some(signed)),
            (Some(60), None, Some(signed)),
            (Some(60), Some(signed), None),
        ] {
            assert_eq!(fault(months, signed, end), None);
        }
    }
}
