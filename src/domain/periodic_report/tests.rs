//! Forms filled from facts that were made for them.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use uuid::Uuid;

use super::content::{Content, SourceKind};
use super::entered::EnteredFigure;
use super::facts::{CertificateFact, DeedFact};
use super::supplied::{SuppliedDraft, SuppliedValues};
use super::*;
use crate::domain::certificate::record::RecordKind;
use crate::domain::dossier::{
    AmendmentKind, PartnerType, PaymentMethod, TransferDirection, TransferForm, TransferMethod, TransferObject,
};
use crate::domain::enterprise::VsicCode;
use crate::domain::fields::FieldError;
use crate::domain::ids::{CertificateId, DossierId};
use crate::domain::procedure::CountsAs;
use crate::domain::taxonomy::Taxonomies;

pub(super) fn lists() -> InForce {
    InForce::on(Taxonomies::embedded().clone(), date(2026, 11, 29))
}

pub(super) fn quarter() -> Window {
    Window {
        from: date(2026, 1, 1),
        to: date(2026, 3, 31),
    }
}

pub(super) fn wanted(form: ReportForm) -> Wanted {
    Wanted {
        form,
        window: quarter(),
        economic_type: None,
    }
}

pub(super) fn certificate(number: u128, kind: RecordKind, issued_on: Date) -> CertificateFact {
    CertificateFact {
        id: CertificateId(Uuid::from_u128(number)),
        number: format!("{number:02}/2026/X"),
        kind,
        amends: if kind == RecordKind::Amendment {
            vec![AmendmentKind::Extension]
        } else {
            Vec::new()
        },
        replaces: false,
        issued_on,
        vnd_value: Some(7_500_000_000),
        is_value_supplied: false,
        vnd_delta: (kind == RecordKind::Amendment).then_some(0),
        is_annulled: false,
        province: Some("25".into()),
        economic_type: Some(EconomicType::NonState),
        partner: Some(PartnerType::ForeignToVn),
        direction: Some(TransferDirection::Inbound),
        form: Some(TransferForm::Independent),
        objects: vec![TransferObject::KnowHow],
        methods: vec![TransferMethod::Training],
        payments: vec![PaymentMethod::LumpOrInstalments],
        country: Some("JP".into()),
        transferor: "Nakamura Seiki K.K.".into(),
        transferee: "Công ty TNHH Cơ khí Sông Thao".into(),
        technology: "Công nghệ sấy lúa tầng sôi".into(),
        activity: None,
    }
}

pub(super) fn deed(number: u128, counts_as: CountsAs, day: Date) -> DeedFact {
    DeedFact {
        dossier: DossierId(Uuid::from_u128(number)),
        number: format!("HS-{number}"),
        counts_as,
        day,
        economic_type: None,
        activity: None,
        country: None,
    }
}

pub(super) fn value<'a>(content: &'a Content, row: &str, column: &str) -> &'a str {
    content.figure(row, column).map_or("-", |figure| figure.value.as_str())
}

#[test]
fn an_amendment_counts_once() {
    use super::facts::Class::{Amended, Extended, Licence, New, Relicensed};
    use AmendmentKind::{Amendment, Extension, Supplement};
    let of = |kind, amends: &[AmendmentKind]| {
        let mut one = certificate(1, kind, date(2026, 1, 1));
        one.amends = amends.to_vec();
        one.class()
    };
    assert_eq!(of(RecordKind::Registration, &[]), New);
    assert_eq!(of(RecordKind::Licence, &[]), Licence);
    let mut again = certificate(1, RecordKind::Licence, date(2026, 1, 1));
    again.replaces = true;
    assert_eq!(again.class(), Relicensed);
    for (amends, class) in [
        (&[Extension][..], Extended),
        (&[Amendment], Amended),
        (&[Supplement], Amended),
        (&[Extension, Amendment], Amended),
        (&[Supplement, Extension], Amended),
        (&[], Amended),
    ] {
        assert_eq!(of(RecordKind::Amendment, amends), class, "{amends:?}");
    }
}

#[test]
fn certificates_are_counted_by_province() {
    let mut both = certificate(2, RecordKind::Amendment, date(2026, 2, 1));
    both.amends.push(AmendmentKind::Supplement);
    both.vnd_value = Some(400);
    let extended = certificate(3, RecordKind::Amendment, date(2026, 3, 31));
    let mut nowhere = certificate(4, RecordKind::Registration, date(2026, 1, 1));
    nowhere.province = None;
    let mut silent = certificate(5, RecordKind::Registration, date(2026, 1, 5));
    silent.vnd_value = None;
    silent.province = Some("01".into());
    silent.is_annulled = true;
    let facts = Facts {
        certificates: vec![
            certificate(1, RecordKind::Registration, date(2026, 1, 1)),
            both,
            extended,
            nowhere,
            silent,
            certificate(6, RecordKind::Licence, date(2026, 1, 9)),
            certificate(7, RecordKind::Registration, date(2025, 12, 31)),
            certificate(8, RecordKind::Registration, date(2026, 4, 1)),
        ],
        ..Facts::default()
    };
    let report = compute(&wanted(ReportForm::ByProvince), &facts, &lists());
    let content = &report.content;
    let row = |code: &str| ["3", "4", "5", "6", "7", "8", "9", "10"].map(|column| value(content, code, column));
    assert_eq!(row("25"), ["1", "7500", "1", "0.001", "1", "7500", "-", "-"]);
    // The value of the only one is not known: it is not said to be nothing.
    assert_eq!(row("01"), ["1", "-", "0", "0", "0", "0", "-", "-"]);
    assert_eq!(row("unknown"), ["1", "7500", "0", "0", "0", "0", "-", "-"]);
    assert_eq!(row("total"), ["3", "15000", "1", "0.001", "1", "7500", "-", "-"]);
    let figure = content.figure("25", "6").unwrap();
    assert_eq!(figure.vnd.as_deref(), Some("400"), "exactly");
    assert_eq!(content.rows.len(), 36, "34 provinces, the unknown, the total");
    let findings: BTreeMap<&str, u64> = content
        .findings
        .iter()
        .map(|finding| (finding.code.as_str(), finding.count))
        .collect();
    assert_eq!(findings, BTreeMap::from([("annulled", 1), ("without_value", 1)]));
    assert_eq!(report.sources.len(), 5);
    assert_eq!(report.sources[1].counted_in, ["25:5"]);
    let lacking: Vec<&str> = report
        .sources
        .iter()
        .filter(|source| source.lacks_value)
        .map(|source| source.number.as_str())
        .collect();
    assert_eq!(lacking, ["05/2026/X"]);
}

#[test]
fn a_filter_leaves_out_what_is_not_known_and_says_so() {
    let mut foreign = certificate(1, RecordKind::Registration, date(2026, 1, 1));
    foreign.economic_type = Some(EconomicType::Fdi);
    let mut silent = certificate(2, RecordKind::Registration, date(2026, 1, 1));
    silent.economic_type = None;
    let facts = Facts {
        certificates: vec![
            foreign,
            silent,
            certificate(3, RecordKind::Registration, date(2026, 1, 1)),
        ],
        ..Facts::default()
    };
    let filtered = Wanted {
        economic_type: Some(EconomicType::Fdi),
        ..wanted(ReportForm::ByProvince)
    };
    let content = compute(&filtered, &facts, &lists()).content;
    assert_eq!(value(&content, "total", "3"), "1");
    assert_eq!(content.findings[0].code, "unknown_economic_type");
    assert_eq!(content.findings[0].count, 1);
}

#[test]
fn a_value_that_is_not_told_is_supplied_and_nothing_else_is() {
    let mut silent = certificate(1, RecordKind::Registration, date(2026, 1, 5));
    silent.vnd_value = None;
    let mut outside = silent.clone();
    (outside.id, outside.issued_on) = (CertificateId(Uuid::from_u128(3)), date(2025, 1, 5));
    let facts = Facts {
        certificates: vec![
            silent,
            certificate(2, RecordKind::Registration, date(2026, 1, 5)),
            outside,
        ],
        ..Facts::default()
    };
    let supplied = |values: &[(u128, i64)]| {
        let drafts: Vec<SuppliedDraft> = values
            .iter()
            .map(|(id, value)| SuppliedDraft {
                certificate_id: Uuid::from_u128(*id).to_string(),
                vnd_value: *value,
            })
            .collect();
        let values = SuppliedValues::parse(&drafts)?;
        let mut filled = facts.clone();
        values.fill(&wanted(ReportForm::ByProvince), &mut filled)?;
        Ok::<_, Vec<FieldError>>(filled)
    };
    let pointers = |values: &[(u128, i64)]| -> Vec<String> {
        let wrong = supplied(values).unwrap_err();
        wrong.into_iter().map(|error| error.pointer).collect()
    };
    let filled = supplied(&[(1, 2_500_000)]).unwrap();
    let report = compute(&wanted(ReportForm::ByProvince), &filled, &lists());
    assert_eq!(value(&report.content, "25", "4"), "7502.5");
    assert!(report.sources[0].is_value_supplied && !report.sources[0].lacks_value);
    assert_eq!(report.content.findings[0].code, "supplied_value");
    assert_eq!(pointers(&[(2, 5)]), ["/supplied_values/0/certificate_id"], "it has one");
    assert_eq!(
        pointers(&[(3, 5)]),
        ["/supplied_values/0/certificate_id"],
        "not counted"
    );
    assert_eq!(pointers(&[(9, 5)]), ["/supplied_values/0/certificate_id"], "unknown");
    assert_eq!(pointers(&[(1, 0)]), ["/supplied_values/0/vnd_value"]);
    assert_eq!(pointers(&[(1, 1), (1, 1)]), ["/supplied_values/1/certificate_id"]);
}

#[test]
fn the_briefing_counts_the_period_and_cumulates() {
    let opinions = [(1, 15), (2, 28), (3, 10), (3, 11)];
    let mut deeds: Vec<DeedFact> = opinions
        .iter()
        .zip(1..)
        .map(|((month, day), number)| deed(number, CountsAs::Opinion, date(2026, *month, *day)))
        .collect();
    // The same dossier once more, and one that is not of the year.
    deeds.push(deed(4, CountsAs::Opinion, date(2026, 3, 31)));
    deeds.push(deed(5, CountsAs::Opinion, date(2025, 12, 31)));
    deeds.push(deed(6, CountsAs::IpSupport, date(2026, 3, 1)));
    let facts = Facts {
        certificates: vec![
            certificate(1, RecordKind::Amendment, date(2026, 1, 20)),
            certificate(2, RecordKind::Amendment, date(2026, 3, 20)),
            certificate(3, RecordKind::Registration, date(2026, 3, 20)),
        ],
        deeds,
        registered: 41,
        registered_in_all: 2_285,
        ..Facts::default()
    };
    let march = Wanted {
        window: Window {
            from: date(2026, 3, 1),
            to: date(2026, 3, 31),
        },
        ..wanted(ReportForm::Briefing)
    };
    let report = compute(&march, &facts, &lists());
    let entered = |row: &str, column: &str, value: &str| EnteredFigure {
        row: row.into(),
        column: column.into(),
        value: value.into(),
    };
    let content = report.content.completed(&[
        entered("S1", "period", "51"),
        entered("S2", "cumulative", "17.40"),
        entered("S7", "cumulative", "11000"),
    ]);
    let content = content.unwrap();
    let row = |code: &str| [value(&content, code, "period"), value(&content, code, "cumulative")];
    assert_eq!(row("S1"), ["51", "-"]);
    assert_eq!(row("S2"), ["-", "17.4"]);
    assert_eq!(row("S3"), ["3", "5"]);
    assert_eq!(row("S5"), ["1", "2"]);
    assert_eq!(row("S6"), ["41", "2285"]);
    assert_eq!(row("S8"), ["1", "1"]);
    assert_eq!(
        content.sentences,
        [
            "triển khai 51 nhiệm vụ khoa học và công nghệ chuyển tiếp",
            "lũy kế từ ngày 01/01/2026, kinh phí sự nghiệp khoa học và công nghệ phân bổ là 17,4 tỷ đồng",
            "thẩm định, cho ý kiến công nghệ đối với 3 dự án đầu tư (lũy kế từ ngày 01/01/2026: 5)",
            "cấp 1 Giấy chứng nhận đăng ký gia hạn, sửa đổi, bổ sung nội dung chuyển giao công nghệ (lũy kế từ ngày 01/01/2026: 2)",
            "lũy kế đến ngày 31/03/2026, có 2.285 doanh nghiệp đăng ký tham gia Sàn",
            "lũy kế đến ngày 31/03/2026, có 11.000 link liên kết từ các máy tính khác trên internet tìm kiếm các sản phẩm, dây chuyền thiết bị",
            "tư vấn, hỗ trợ xây dựng, bảo hộ sở hữu công nghiệp cho 1 sản phẩm chủ lực, đặc trưng, có lợi thế, sản phẩm OCOP của tỉnh",
        ]
    );
    let again = report.sources.iter().filter(|source| source.is_again);
    assert_eq!(again.map(|source| source.number.as_str()).collect::<Vec<_>>(), ["HS-4"]);
    assert!(report.sources.iter().any(|source| source.kind == SourceKind::Dossier));
    assert_eq!(report.sources.len(), 8);
}

#[test]
fn contracts_and_opinions_are_counted_by_what_they_tell() {
    let mut rich = certificate(1, RecordKind::Registration, date(2026, 1, 1));
    rich.methods = vec![
        TransferMethod::Documents,
        TransferMethod::Equipment,
        TransferMethod::Other,
    ];
    rich.form = Some(TransferForm::Franchise);
    let mut bare = certificate(2, RecordKind::Licence, date(2026, 1, 1));
    (bare.methods, bare.form, bare.partner) = (Vec::new(), None, None);
    (bare.economic_type, bare.country) = (None, None);
    bare.activity = Some(VsicCode {
        version: "2025".into(),
        code: "10612".into(),
    });
    let mut opinion = deed(1, CountsAs::Opinion, date(2026, 1, 1));
    opinion.economic_type = Some(EconomicType::Fdi);
    opinion.country = Some("JP".into());
    let vsic = |version: &str, code: &str| VsicCode {
        version: version.into(),
        code: code.into(),
    };
    opinion.activity = Some(vsic("2025", "10612"));
    let mut of_before = deed(3, CountsAs::Opinion, date(2026, 1, 1));
    of_before.activity = Some(vsic("2018", "1061"));
    let facts = Facts {
        certificates: vec![rich, bare, certificate(3, RecordKind::Amendment, date(2026, 1, 1))],
        deeds: vec![opinion, deed(2, CountsAs::Opinion, date(2026, 1, 1)), of_before],
        ..Facts::default()
    };
    let content = compute(&wanted(ReportForm::Appraisals), &facts, &lists()).content;
    for (row, figure) in [
        ("01", "3"),
        ("02", "0"),
        ("04", "1"),
        ("01.economic_type.unknown", "2"),
        ("05", "3"),
        ("05.10", "1"),
        ("05.2018.10", "1"),
        ("05.unknown", "1"),
        ("06", "3"),
        ("06.JP", "1"),
        ("06.unknown", "2"),
        ("07", "2"),
        ("09", "1"),
        ("07.economic_type.unknown", "1"),
        ("11", "0"),
        ("12", "1"),
        ("07.form.unknown", "1"),
        ("14", "1"),
        ("07.partner.unknown", "1"),
        ("17", "1"),
        ("18", "0"),
        ("20", "1"),
        ("07.method.unknown", "1"),
        ("2.5", "2"),
        ("2.5.10", "1"),
        ("2.5.unknown", "1"),
        ("2.6.JP", "1"),
        ("2.6.domestic", "1"),
        ("2.7", "15000"),
        ("21", "-"),
    ] {
        assert_eq!(value(&content, row, "value"), figure, "{row}");
    }
    let codes: Vec<&str> = content.rows.iter().map(|row| row.code.as_str()).collect();
    let place = |code: &str| codes.iter().position(|known| *known == code).unwrap();
    assert_eq!(place("01.economic_type.unknown"), place("04") + 1);
    assert_eq!(place("2.6.JP"), place("2.6") + 1);
    assert_eq!(place("05.unknown"), place("05") + 3);
}

#[test]
fn registrations_are_counted_by_groups_and_listed() {
    // The licence once more, with other content.
    let mut again = certificate(4, RecordKind::Licence, date(2026, 1, 1));
    again.replaces = true;
    let mut licence = certificate(2, RecordKind::Licence, date(2026, 1, 1));
    licence.objects.push(TransferObject::Design);
    licence.payments.clear();
    let facts = Facts {
        certificates: vec![
            certificate(1, RecordKind::Registration, date(2026, 1, 1)),
            // The same contract once more, which is not summed twice.
            certificate(3, RecordKind::Amendment, date(2026, 1, 1)),
            licence,
            again,
        ],
        ..Facts::default()
    };
    let report = compute(&wanted(ReportForm::Registrations), &facts, &lists());
    let content = &report.content;
    for (row, count, worth) in [
        ("total", "2", "15000"),
        ("kind.registration", "1", "7500"),
        ("kind.amendment", "1", "7500"),
        ("kind.licence", "1", "7500"),
        ("kind.replacement", "1", "7500"),
        ("direction.inbound", "2", "15000"),
        ("object.know_how", "2", "15000"),
        ("object.design", "1", "7500"),
        ("payment.lump_or_instalments", "1", "7500"),
        ("payment.unknown", "1", "7500"),
        ("country.JP", "2", "15000"),
    ] {
        let figures = (value(content, row, "count"), value(content, row, "value"));
        assert_eq!(figures, (count, worth), "{row}");
    }
    assert_eq!(report.sources[0].transferor.as_deref(), Some("Nakamura Seiki K.K."));
    assert_eq!(report.sources.len(), 4, "all that a row counts");
    let told = serde_json::to_string(content).unwrap();
    assert!(
        !told.contains("Nakamura") && !told.contains("01/2026/X"),
        "figures name nobody"
    );
}

#[test]
fn findings_look_at_papers_that_are_no_contracts_of_the_window() {
    let mut amended = certificate(1, RecordKind::Amendment, date(2026, 1, 1));
    (amended.is_annulled, amended.vnd_value) = (true, None);
    let mut again = certificate(2, RecordKind::Licence, date(2026, 1, 2));
    (again.replaces, again.is_annulled, again.vnd_value) = (true, true, None);
    let facts = Facts {
        certificates: vec![amended, again],
        ..Facts::default()
    };
    let content = compute(&wanted(ReportForm::Registrations), &facts, &lists()).content;
    let findings = content.findings.iter();
    let findings: BTreeMap<&str, u64> = findings.map(|one| (one.code.as_str(), one.count)).collect();
    assert_eq!(findings, BTreeMap::from([("annulled", 2), ("without_value", 2)]));
    assert_eq!(value(&content, "total", "count"), "0", "no contract is new");
}

#[test]
fn what_is_entered_fits_the_form() {
    let of = |form: ReportForm, figures: &[(&str, &str, &str)]| {
        let figures: Vec<EnteredFigure> = figures
            .iter()
            .map(|(row, column, value)| EnteredFigure {
                row: (*row).into(),
                column: (*column).into(),
                value: (*value).into(),
            })
            .collect();
        let content = compute(&wanted(form), &Facts::default(), &lists()).content;
        content
            .completed(&figures)
            .map_err(|wrong| wrong.into_iter().map(|error| error.pointer).collect::<Vec<_>>())
    };
    let wrong = |form, figures: &[(&str, &str, &str)]| of(form, figures).unwrap_err();
    use ReportForm::{Appraisals, Briefing, ByProvince};
    let first = |member: &str| vec![format!("/entered_figures/0/{member}")];
    assert_eq!(wrong(Briefing, &[("S3", "period", "22")]), first("row"), "counted");
    assert_eq!(wrong(Briefing, &[("S9", "period", "22")]), first("row"));
    assert_eq!(wrong(Briefing, &[("S1", "year", "22")]), first("column"));
    for value in ["", "-1", "1.5", "1,5", "1 000", "1e3", "x", "1234567890123", "٣", "+1"] {
        assert_eq!(wrong(Briefing, &[("S1", "period", value)]), first("value"), "{value}");
    }
    for value in ["17.4444", "17.", ".4", "17,4"] {
        assert_eq!(wrong(Briefing, &[("S2", "period", value)]), first("value"), "{value}");
    }
    assert_eq!(
        wrong(Briefing, &[("S1", "period", "1"), ("S1", "period", "1")]),
        ["/entered_figures/1"]
    );
    assert_eq!(wrong(ByProvince, &[("total", "9", "1")]), first("row"));
    assert_eq!(wrong(ByProvince, &[("25", "3", "1")]), first("row"));
    // A value is nothing exactly when its count is.
    assert_eq!(wrong(ByProvince, &[("25", "9", "2")]), ["/entered_figures"]);
    assert_eq!(
        wrong(ByProvince, &[("25", "9", "2"), ("25", "10", "0")]),
        ["/entered_figures/1/value"]
    );
    let content = of(
        ByProvince,
        &[
            ("25", "9", "2"),
            ("25", "10", "1500.25"),
            ("01", "9", "1"),
            ("01", "10", "0.75"),
        ],
    );
    let content = content.unwrap();
    assert_eq!(value(&content, "total", "9"), "3");
    assert_eq!(value(&content, "total", "10"), "1501");
    let parts = [("21", "value", "3"), ("22", "value", "1"), ("23", "value", "1")];
    assert!(of(Appraisals, &parts).is_ok(), "not all parts are there");
    let parts = [&parts[..], &[("24", "value", "2")]].concat();
    assert_eq!(wrong(Appraisals, &parts), first("value"));
    assert_eq!(wrong(Appraisals, &[("07", "value", "2")]), first("row"));
}
