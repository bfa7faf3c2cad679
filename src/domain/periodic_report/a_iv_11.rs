//! Form A.IV.11: certificates by province, new ones, amended or supplemented ones and extended ones, how many and of which
//! value. What enterprises with foreign capital spend on research is not held here.

use std::collections::BTreeMap;

use super::Wanted;
use super::content::{Column, Finding, Row, RowKind, Source, Table};
use super::facts::{CertificateFact, Class, Facts};
use super::forms::form;
use super::groups::Sum;
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// Columns of what is counted: how many and which value of each class.
const CLASSES: [(Class, &str, &str); 3] = [
    (Class::New, "3", "4"),
    (Class::Amended, "5", "6"),
    (Class::Extended, "7", "8"),
];
/// Code of the row of those whose province is not known.
const UNKNOWN: &str = "unknown";

fn columns(wanted: &Wanted) -> Vec<Column> {
    let indicators = form(wanted.form).indicators.iter();
    let columns = indicators.map(|indicator| Column {
        code: indicator.code.clone(),
        name_vi: indicator.name.clone(),
        unit: Some(indicator.unit.clone()),
        is_entered: !CLASSES
            .iter()
            .any(|(_, count, value)| [*count, *value].contains(&indicator.code.as_str())),
    });
    columns.collect()
}

fn row(code: &str, name: &str, kind: RowKind, certificates: &[&CertificateFact], columns: usize) -> Row {
    let figures = CLASSES.iter().flat_map(|(class, ..)| {
        let of_class = certificates.iter().copied().filter(|one| one.class() == *class);
        let sum = Sum::of(of_class);
        [sum.count_figure(), sum.value_figure()]
    });
    let mut figures: Vec<_> = figures.collect();
    figures.resize(columns, None);
    Row {
        code: code.to_owned(),
        name_vi: name.to_owned(),
        kind,
        figures,
        ..Row::default()
    }
}

/// What the form counts: all but licences.
fn counted<'a>(wanted: &Wanted, facts: &'a Facts) -> Vec<&'a CertificateFact> {
    let issued = facts.certificates_in(wanted.window);
    issued
        .filter(|one| !matches!(one.class(), Class::Licence | Class::Relicensed))
        .collect()
}

/// How many are of a province that was divided, or ended otherwise, and of which nobody said yet in which part they are.
pub(super) fn of_former_provinces(wanted: &Wanted, facts: &Facts, lists: &InForce) -> Option<Finding> {
    let (all, today) = (lists.lists(), lists.today());
    let has_ended = |code: &str| {
        let province = all.get(TaxonomyName::Provinces, code);
        province.is_some_and(|province| province.has_ended_on(today))
    };
    let certificates = counted(wanted, facts).into_iter();
    let waiting = certificates.filter(|one| one.province.as_deref().is_some_and(has_ended));
    let count = waiting.count();
    (count > 0).then(|| {
        Finding::of(
            "divided_province",
            count,
            "Giấy chứng nhận của tỉnh đã chia tách mà chưa rõ thuộc phần nào (xã, phường chờ xếp); được tính ở hàng của tỉnh cũ.",
            "Certificates of a province that was divided, whose communes wait to be put into a part; they stand in the row of the old one.",
        )
    })
}

pub(super) fn fill(wanted: &Wanted, facts: &Facts, lists: &InForce) -> (Table, Vec<Source>) {
    let columns = columns(wanted);
    let all = counted(wanted, facts);
    let mut by_province: BTreeMap<&str, Vec<&CertificateFact>> = BTreeMap::new();
    for one in &all {
        let province = one.province.as_deref().unwrap_or(UNKNOWN);
        by_province.entry(province).or_default().push(one);
    }
    let provinces = lists.lists().items(TaxonomyName::Provinces, None);
    let mut rows: Vec<Row> = provinces
        .filter_map(|item| {
            let certificates = by_province.remove(item.code.as_str());
            // One that was divided has its row as long as something of it waits to be put into a part.
            let is_shown = certificates.is_some() || item.is_valid_on(lists.today());
            is_shown.then(|| {
                row(
                    &item.code,
                    &item.name_vi,
                    RowKind::Figures,
                    &certificates.unwrap_or_default(),
                    columns.len(),
                )
            })
        })
        .collect();
    // What no province has: nothing is left out of the total.
    let rest: Vec<&CertificateFact> = by_province.into_values().flatten().collect();
    if !rest.is_empty() {
        rows.push(row(UNKNOWN, "Chưa rõ", RowKind::Unknown, &rest, columns.len()));
    }
    rows.push(row("total", "Tổng số", RowKind::Total, &all, columns.len()));
    let sources = all.iter().map(|one| {
        let class = CLASSES.iter().find(|(class, ..)| *class == one.class());
        let column = class.map_or("", |(_, count, _)| count);
        let province = one.province.as_deref().unwrap_or(UNKNOWN);
        one.source(vec![format!("{province}:{column}")], true)
    });
    (Table { columns, rows }, sources.collect())
}
