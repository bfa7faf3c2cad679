//! Terms of payment that were left behind by the shares that they tell.

use super::record::{RecordMoney, RecordShare};
use crate::domain::dossier::percent::hundredths;

/// The percentages that words tell, in hundredths: numbers that are followed by `%` or by its name. Those of years or of terms are none.
fn percentages(words: &str) -> Vec<u32> {
    let words = words.to_lowercase();
    let mut told = Vec::new();
    let mut rest = words.as_str();
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (_, number) = rest.split_at(start);
        let end = number.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | ',')));
        let (number, after) = number.split_at(end.unwrap_or(number.len()));
        let unit = after.trim_start();
        if ["%", "phần trăm", "percent"].iter().any(|name| unit.starts_with(name)) {
            told.extend(hundredths(&number.replace(',', ".")));
        }
        rest = after;
    }
    told
}

/// Terms of payment that stay as they were beside other shares, where they tell the percentage of one that is there no more: a certificate
/// would say two things of one price.
pub fn stale_terms<'a>(before: &RecordMoney, after: &'a RecordMoney) -> Option<&'a str> {
    if before.payment_terms != after.payment_terms {
        return None;
    }
    let terms = after.payment_terms.as_deref()?;
    is_stale(terms, &before.shares, &after.shares).then_some(terms)
}

/// Whether terms tell the percentage of a share of before that is none of now.
fn is_stale(terms: &str, before: &[RecordShare], after: &[RecordShare]) -> bool {
    let told = percentages(terms);
    let percents =
        |shares: &[RecordShare]| -> Vec<u32> { shares.iter().filter_map(|share| hundredths(&share.percent)).collect() };
    let now = percents(after);
    let mut gone = percents(before).into_iter().filter(|percent| !now.contains(percent));
    gone.any(|percent| told.contains(&percent))
}

#[cfg(test)]
mod tests {
    use super::is_stale;
    use crate::domain::certificate::record::{Named, RecordShare};

    #[test]
    fn terms_are_stale_that_tell_the_percentage_of_a_share_that_is_gone() {
        let shares = |percents: &[&str]| -> Vec<RecordShare> {
            let share = |percent: &&str| RecordShare {
                method: Named {
                    code: "pct_net_revenue".to_owned(),
                    name: "Phần trăm doanh thu thuần".to_owned(),
                },
                percent: (*percent).to_owned(),
            };
            percents.iter().map(share).collect()
        };
        for (terms, before, after, stale) in [
            ("5% doanh thu, trả trong 3 năm", &["5"][..], &["3"][..], true),
            ("5% doanh thu và 3 % lợi nhuận", &["5", "3"], &["5"], true),
            ("3,50 phần trăm doanh thu.", &["3.5"], &["4"], true),
            ("5 Percent of revenue", &["5.00"], &["4"], true),
            ("5%", &["5"], &[], true),
            ("trả theo quý trong 5 năm", &["5"], &["4"], false),
            ("5% doanh thu", &["5"], &["5.00", "3"], false),
            ("4% doanh thu, 5 năm", &["5"], &["4"], false),
            ("15% doanh thu", &["5"], &["4"], false),
            ("", &["5"], &["4"], false),
        ] {
            assert_eq!(is_stale(terms, &shares(before), &shares(after)), stale, "{terms}");
        }
    }
}
