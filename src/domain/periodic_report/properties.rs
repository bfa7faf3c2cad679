//! What holds of reports whatever was counted.

use jiff::civil::date;
use proptest::prelude::*;

use super::content::Content;
use super::facts::CertificateFact;
use super::tests::{certificate, deed, lists, quarter, value, wanted};
use super::*;
use crate::domain::certificate::record::RecordKind;
use crate::domain::dossier::AmendmentKind;
use crate::domain::procedure::CountsAs;
use crate::domain::taxonomy::TaxonomyName;

/// A certificate at random.
fn any_certificate() -> impl Strategy<Value = CertificateFact> {
    let kinds = prop_oneof![
        Just(RecordKind::Registration),
        Just(RecordKind::Amendment),
        Just(RecordKind::Licence)
    ];
    let amends = proptest::sample::subsequence(AmendmentKind::ALL.to_vec(), 1..=3);
    let province = proptest::option::weighted(0.9, proptest::sample::select(vec!["25", "01", "79", "04"]));
    let day = (0_i64..120).prop_map(|days| date(2025, 12, 15).saturating_add(jiff::Span::new().days(days)));
    let value = prop_oneof![1_i64..2_000, 1_i64..1_000_000_000_000_000];
    (any::<u128>(), kinds, amends, province, day, value).prop_map(|(id, kind, amends, province, day, value)| {
        let mut one = certificate(id, kind, day);
        one.amends = if kind == RecordKind::Amendment {
            amends
        } else {
            Vec::new()
        };
        one.province = province.map(str::to_owned);
        one.vnd_value = Some(value);
        one
    })
}

fn exact(content: &Content, row: &str, column: &str) -> i128 {
    let figure = content.figure(row, column).unwrap();
    figure.vnd.as_ref().unwrap_or(&figure.value).parse().unwrap()
}

proptest! {
    #[test]
    fn totals_are_sums_and_a_value_is_nothing_when_there_is_nothing(
        certificates in proptest::collection::vec(any_certificate(), 0..60)
    ) {
        let facts = Facts { certificates, ..Facts::default() };
        let content = compute(&wanted(ReportForm::ByProvince), &facts, &lists()).content;
        let (rows, total): (Vec<_>, Vec<_>) = content.rows.iter().partition(|row| row.code != "total");
        prop_assert_eq!(total.len(), 1);
        for (count, worth) in [("3", "4"), ("5", "6"), ("7", "8")] {
            for column in [count, worth] {
                let sum: i128 = rows.iter().map(|row| exact(&content, &row.code, column)).sum();
                prop_assert_eq!(sum, exact(&content, "total", column));
            }
            for row in &content.rows {
                let (count, worth) = (value(&content, &row.code, count), value(&content, &row.code, worth));
                prop_assert_eq!(count == "0", worth == "0", "{} {} {}", row.code, count, worth);
            }
        }
        let provinces = lists().lists().items(TaxonomyName::Provinces, None).count();
        prop_assert!(rows.len() == provinces || rows.len() == provinces + 1);
    }

    #[test]
    fn months_add_up_to_their_quarter(
        certificates in proptest::collection::vec(any_certificate(), 0..60),
        days in proptest::collection::vec((0_u128..40, 0_i64..120, any::<bool>()), 0..60),
    ) {
        let deeds = days.into_iter().map(|(number, days, is_opinion)| {
            let day = date(2025, 12, 15).saturating_add(jiff::Span::new().days(days));
            deed(number, if is_opinion { CountsAs::Opinion } else { CountsAs::IpSupport }, day)
        });
        let facts = Facts { certificates, deeds: deeds.collect(), ..Facts::default() };
        for form in [ReportForm::Briefing, ReportForm::ByProvince, ReportForm::Appraisals, ReportForm::Registrations] {
            let of = |window: Window| compute(&Wanted { window, ..wanted(form) }, &facts, &lists()).content;
            let whole = of(quarter());
            let months = ["2026-01", "2026-02", "2026-03"].map(|month| of(Window::period(form, month).unwrap()));
            let mut checked = 0;
            for (row, column) in whole.rows.iter().flat_map(|row| whole.columns.iter().map(move |column| (row, column))) {
                let is_counted = whole.figure(&row.code, &column.code).is_some();
                if !is_counted || column.code == "cumulative" || row.code == "S6" {
                    continue;
                }
                // A month without any has no row of it.
                let there = months.iter().filter(|month| month.figure(&row.code, &column.code).is_some());
                let sum: i128 = there.map(|month| exact(month, &row.code, &column.code)).sum();
                prop_assert_eq!(sum, exact(&whole, &row.code, &column.code), "{} {}", row.code, column.code);
                checked += 1;
            }
            prop_assert!(checked >= 3);
        }
    }
}
