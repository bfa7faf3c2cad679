//! Biểu 11/TKTH-KHCN-ĐP: enterprises of science and technology by whose they are and of what they came, and intermediaries of the market.
//! Who is certified as such an enterprise is in the Department's own register, which the exchange does not keep: all of it is entered. How
//! many of them are on the exchange is told beside it.

use super::Wanted;
use super::bieu_07::COLUMN;
use super::content::{Column, Finding, Row, RowKind, Source, Table};
use super::facts::Organisations;
use super::forms::form;

/// Codes of what is counted in full, not as a part of something.
const WHOLES: [&str; 2] = ["01", "09"];

pub(super) fn fill(wanted: &Wanted) -> (Table, Vec<Source>) {
    let rows = form(wanted.form).indicators.iter().map(|indicator| Row {
        code: indicator.code.clone(),
        name_vi: indicator.name.clone(),
        unit: Some(indicator.unit.clone()),
        kind: RowKind::Figures,
        level: u8::from(!WHOLES.contains(&indicator.code.as_str())),
        is_entered: true,
        figures: vec![None],
    });
    let column = Column {
        code: COLUMN.to_owned(),
        name_vi: "Tổng số".to_owned(),
        ..Column::default()
    };
    let table = Table {
        columns: vec![column],
        rows: rows.collect(),
    };
    (table, Vec::new())
}

/// What the exchange knows of such organisations, for whoever enters the figures to hold them against.
pub(super) fn on_the_exchange(organisations: &Organisations) -> [Finding; 3] {
    [
        Finding::of(
            "st_enterprises_here",
            organisations.enterprises,
            "Doanh nghiệp KH&CN đã đăng ký trên Sàn đến ngày cuối kỳ (theo khai báo); để đối chiếu.",
            "Enterprises of science and technology on the exchange by the last day, as they say themselves; to compare.",
        ),
        Finding::of(
            "st_certified_here",
            organisations.certified,
            "Trong đó đã khai số Giấy chứng nhận doanh nghiệp KH&CN; để đối chiếu.",
            "Those of them that tell the number of their certificate; to compare.",
        ),
        Finding::of(
            "intermediaries_here",
            organisations.intermediaries,
            "Tổ chức trung gian, tư vấn đã đăng ký trên Sàn đến ngày cuối kỳ (theo khai báo); để đối chiếu.",
            "Intermediaries on the exchange by the last day, as they say themselves; to compare.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::periodic_report::content::Content;
    use crate::domain::periodic_report::entered::EnteredFigure;
    use crate::domain::periodic_report::facts::Facts;
    use crate::domain::periodic_report::tests::{lists, value, wanted};
    use crate::domain::periodic_report::{ReportForm, compute};

    fn entered(figures: &[(&str, &str)]) -> Result<Content, Vec<String>> {
        let facts = Facts {
            organisations: Organisations {
                enterprises: 3,
                certified: 2,
                intermediaries: 0,
            },
            ..Facts::default()
        };
        let figures: Vec<EnteredFigure> = figures
            .iter()
            .map(|(row, value)| EnteredFigure {
                row: (*row).into(),
                column: COLUMN.into(),
                value: (*value).into(),
            })
            .collect();
        let content = compute(&wanted(ReportForm::Enterprises), &facts, &lists()).content;
        content
            .completed(&figures)
            .map_err(|wrong| wrong.into_iter().map(|error| error.pointer).collect())
    }

    #[test]
    fn all_of_it_is_entered_and_fits() {
        let all = [
            ("01", "9"),
            ("02", "1"),
            ("03", "7"),
            ("04", "1"),
            ("05", "9"),
            ("06", "1"),
            ("07", "0"),
            ("08", "2"),
            ("09", "4"),
        ];
        let content = entered(&all).unwrap();
        for (row, figure) in all {
            assert_eq!(value(&content, row, COLUMN), figure, "{row}");
        }
        let found: Vec<(&str, u64)> = content
            .findings
            .iter()
            .map(|finding| (finding.code.as_str(), finding.count))
            .collect();
        assert_eq!(found, [("st_enterprises_here", 3), ("st_certified_here", 2)]);
        // By whose they are they add up; of what they came may be told of some, of no more than there are.
        let first = vec!["/entered_figures/0/value".to_owned()];
        assert_eq!(
            entered(&[("01", "9"), ("02", "1"), ("03", "7"), ("04", "2")]),
            Err(first)
        );
        let last = vec!["/entered_figures/1/value".to_owned()];
        assert_eq!(entered(&[("01", "9"), ("07", "10")]), Err(last));
        assert_eq!(
            entered(&[("01", "9"), ("10", "1")]),
            Err(vec!["/entered_figures/1/row".to_owned()])
        );
        assert!(entered(&[("02", "1")]).is_ok(), "nothing to hold it against");
    }
}
