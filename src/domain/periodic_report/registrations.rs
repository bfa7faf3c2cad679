//! The yearly report of registrations: certificates and licences by what they are, from where to where, in which form, of
//! what, by which means, how paid for and with which country; how many and of which value. The layout is the exchange's own,
//! as that of the official form (Mẫu 10 PL IV NĐ 76/2018) was not found.

use std::collections::BTreeMap;

use super::Wanted;
use super::content::{Column, Row, RowKind, Source, Table};
use super::facts::{CertificateFact, Class, Facts};
use super::groups::{Sum, heading};
use crate::domain::certificate::names::InVietnamese;
use crate::domain::certificate::record::RecordKind;
use crate::domain::dossier::{
    EconomicType, PartnerType, PaymentMethod, TransferDirection, TransferForm, TransferMethod, TransferObject,
};
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// Code of what is not told.
const UNKNOWN: &str = "unknown";
/// Code of those without a party abroad.
const DOMESTIC: &str = "domestic";
/// Code of licences in the place of others.
const REPLACEMENT: &str = "replacement";
/// How many columns there are.
const COLUMNS: usize = 2;

fn figures(code: String, name: &str, (kind, level): (RowKind, u8), sum: Sum) -> Row {
    Row {
        code,
        name_vi: name.to_owned(),
        kind,
        level,
        figures: vec![sum.count_figure(), sum.value_figure()],
        ..Row::default()
    }
}

/// Rows of a group: those of its values, and what is not told. A certificate with several values counts under each.
fn group<T: Copy + PartialEq + InVietnamese>(
    (code, name): (&str, &str),
    values: &[T],
    text: impl Fn(T) -> &'static str,
    certificates: &[&CertificateFact],
    of: impl Fn(&CertificateFact) -> Vec<T>,
) -> Vec<Row> {
    let sum =
        |holds: &dyn Fn(&[T]) -> bool| Sum::of(certificates.iter().copied().filter(|one| holds(of(one).as_slice())));
    let mut rows = vec![heading(code, name, COLUMNS)];
    rows.extend(values.iter().map(|value| {
        let sum = sum(&|of: &[T]| of.contains(value));
        let code = format!("{code}.{}", text(*value));
        figures(code, value.in_vietnamese(), (RowKind::Figures, 1), sum)
    }));
    let unknown = sum(&<[T]>::is_empty);
    if unknown.count > 0 {
        let code = format!("{code}.{UNKNOWN}");
        rows.push(figures(code, "Chưa rõ", (RowKind::Unknown, 1), unknown));
    }
    rows
}

fn kinds(certificates: &[&CertificateFact]) -> Vec<Row> {
    let mut rows = vec![heading(
        "kind",
        "Loại giấy (của giấy sửa đổi, giấy phép thay thế: giá trị hợp đồng sau khi thay đổi)",
        COLUMNS,
    )];
    let kinds = [
        (RecordKind::Registration.as_str(), RecordKind::Registration.name().0),
        (RecordKind::Amendment.as_str(), RecordKind::Amendment.name().0),
        (RecordKind::Licence.as_str(), RecordKind::Licence.name().0),
        (
            REPLACEMENT,
            "Giấy phép cấp thay thế khi thay đổi nội dung (Luật CGCN Đ.30.6)",
        ),
    ];
    rows.extend(kinds.map(|(kind, name)| {
        let sum = Sum::of(certificates.iter().copied().filter(|one| kind_of(one) == kind));
        figures(format!("kind.{kind}"), name, (RowKind::Figures, 1), sum)
    }));
    rows
}

/// In which row of the kinds of papers a certificate stands.
fn kind_of(one: &CertificateFact) -> &'static str {
    match one.class() {
        Class::Relicensed => REPLACEMENT,
        _ => one.kind.as_str(),
    }
}

/// By how much amendments made contracts worth more or less. Of those that leave the value where it was there is nothing to sum, and of those
/// that do not tell it nothing is known.
fn changes(papers: &[&CertificateFact]) -> Vec<Row> {
    let amended: Vec<Option<i64>> = papers
        .iter()
        .filter(|one| one.kind == RecordKind::Amendment)
        .map(|one| one.vnd_delta)
        .collect();
    let sum = |holds: fn(i64) -> bool| Sum::of_changes(amended.iter().copied().flatten().filter(|delta| holds(*delta)));
    let row = |code: &str, name: &str, sum: Sum| figures(format!("change.{code}"), name, (RowKind::Figures, 1), sum);
    let mut rows = vec![
        heading(
            "change",
            "Giá trị hợp đồng thay đổi theo giấy gia hạn, sửa đổi, bổ sung",
            COLUMNS,
        ),
        row("increase", "Tăng thêm", sum(|delta| delta > 0)),
        row("decrease", "Giảm", sum(|delta| delta < 0)),
        row("none", "Không thay đổi", sum(|delta| delta == 0)),
    ];
    let unknown = Sum::of_changes(amended.iter().filter(|delta| delta.is_none()).map(|_untold| 0));
    if unknown.count > 0 {
        let code = format!("change.{UNKNOWN}");
        rows.push(figures(code, "Chưa rõ", (RowKind::Unknown, 1), unknown));
    }
    rows
}

fn countries(certificates: &[&CertificateFact], lists: &InForce) -> Vec<Row> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for one in certificates {
        let code = one.country.as_deref().unwrap_or(DOMESTIC);
        sums.entry(code).or_default().add(one);
    }
    let mut rows = vec![heading("country", "Nước của bên nước ngoài", COLUMNS)];
    rows.extend(sums.into_iter().map(|(code, sum)| {
        let name = match code {
            DOMESTIC => "Trong nước",
            code => lists.lists().name_vi(TaxonomyName::Countries, code).unwrap_or(code),
        };
        figures(format!("country.{code}"), name, (RowKind::Figures, 1), sum)
    }));
    rows
}

pub(super) fn fill(wanted: &Wanted, facts: &Facts, lists: &InForce) -> (Table, Vec<Source>) {
    let papers: Vec<&CertificateFact> = facts.certificates_in(wanted.window).collect();
    // An amendment, or a licence in the place of another one, tells the value of the whole contract again: a contract is counted
    // with what registered or licensed it first.
    let is_contract = |one: &&CertificateFact| matches!(one.class(), Class::New | Class::Licence);
    let all: Vec<&CertificateFact> = papers.iter().copied().filter(is_contract).collect();
    let mut rows = vec![figures(
        "total".to_owned(),
        "Tổng số hợp đồng được đăng ký, cấp phép (không kể gia hạn, sửa đổi, bổ sung, cấp phép thay thế)",
        (RowKind::Total, 0),
        Sum::of(all.iter().copied()),
    )];
    rows.extend(kinds(&papers));
    rows.extend(changes(&papers));
    rows.extend(group(
        ("direction", "Chiều chuyển giao"),
        TransferDirection::ALL,
        TransferDirection::as_str,
        &all,
        |one| one.direction.into_iter().collect(),
    ));
    rows.extend(group(
        ("form", "Hình thức chuyển giao"),
        TransferForm::ALL,
        TransferForm::as_str,
        &all,
        |one| one.form.into_iter().collect(),
    ));
    rows.extend(group(
        ("object", "Đối tượng công nghệ (một hợp đồng có thể có nhiều đối tượng)"),
        TransferObject::ALL,
        TransferObject::as_str,
        &all,
        |one| one.objects.clone(),
    ));
    rows.extend(group(
        (
            "method",
            "Phương thức chuyển giao (một hợp đồng có thể có nhiều phương thức)",
        ),
        TransferMethod::ALL,
        TransferMethod::as_str,
        &all,
        |one| one.methods.clone(),
    ));
    rows.extend(group(
        (
            "payment",
            "Phương thức thanh toán (một hợp đồng có thể có nhiều phương thức)",
        ),
        PaymentMethod::ALL,
        PaymentMethod::as_str,
        &all,
        |one| one.payments.clone(),
    ));
    rows.extend(group(
        ("economic_type", "Loại hình kinh tế của bên Việt Nam"),
        EconomicType::ALL,
        EconomicType::as_str,
        &all,
        |one| one.economic_type.into_iter().collect(),
    ));
    rows.extend(group(
        ("partner", "Quan hệ giữa các bên"),
        PartnerType::ALL,
        PartnerType::as_str,
        &all,
        |one| one.partner.into_iter().collect(),
    ));
    rows.extend(countries(&all, lists));
    let column = |code: &str, name: &str, unit: &str| Column {
        code: code.to_owned(),
        name_vi: name.to_owned(),
        unit: Some(unit.to_owned()),
        is_entered: false,
    };
    let table = Table {
        columns: vec![
            column("count", "Số lượng", "giấy"),
            column("value", "Giá trị hợp đồng", "triệu đồng"),
        ],
        rows,
    };
    // Each row of papers counts, not only those of contracts.
    (table, papers.iter().map(|one| listed(one)).collect())
}

/// A line of the report's list of certificates.
fn listed(one: &CertificateFact) -> Source {
    Source {
        transferor: Some(one.transferor.clone()),
        transferee: Some(one.transferee.clone()),
        technology: Some(one.technology.clone()),
        ..one.source(vec![format!("kind.{}", kind_of(one))], true)
    }
}
