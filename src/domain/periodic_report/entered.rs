//! Figures that the exchange does not hold and whoever publishes enters: each into a cell of the form that is meant for it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ReportForm;
use super::briefing;
use super::content::{Content, Figure, Finding, Row, RowKind};
use super::money::thousandths;
use crate::domain::fields::{FieldError, FieldErrors, Violation};

/// Most of them in one report.
pub const MOST: usize = 200;
/// Units in which there are fractions.
const DIVISIBLE: [&str; 2] = ["triệu đồng", "tỷ đồng"];
/// Wholes of a form with the parts that add up to them, where all are there.
const SUMS: [(ReportForm, &str, &[&str]); 3] = [
    (ReportForm::Appraisals, "21", &["22", "23", "24"]),
    (ReportForm::Appraisals, "21", &["25", "26"]),
    (ReportForm::Enterprises, "01", &["02", "03", "04"]),
];
/// Wholes of a form with parts that others may be as well, none of which is more than the whole.
const PARTS: [(ReportForm, &str, &[&str]); 1] = [(ReportForm::Enterprises, "01", &["05", "06", "07", "08"])];
/// The columns of which one is nothing exactly when the other is.
const COUNT_AND_VALUE: (&str, &str) = ("9", "10");

/// Code of the findings of what nobody entered.
const NOT_ENTERED: &str = "not_entered";

/// A figure that somebody enters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnteredFigure {
    /// Code of the row, as the preview shows it.
    #[schema(max_length = 60, example = "S1")]
    pub row: String,
    /// Code of the column.
    #[schema(max_length = 40, example = "period")]
    pub column: String,
    /// The figure in the unit of the form: whole, or of money with up to three decimals behind a point.
    #[schema(max_length = 20, example = "51")]
    pub value: String,
}

/// A number of up to twelve digits, perhaps with decimals, in thousandths.
fn number(text: &str, is_divisible: bool) -> Result<i64, Violation> {
    let wrong = || Violation::Malformed {
        what: if is_divisible { "figure" } else { "whole_figure" },
    };
    let (whole, decimals) = match text.split_once('.') {
        Some((whole, decimals)) if is_divisible && !decimals.is_empty() => (whole, decimals),
        Some(_) => return Err(wrong()),
        None => (text, ""),
    };
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || decimals.len() > 3 || !is_digits(whole) || !is_digits(decimals) {
        return Err(wrong());
    }
    let padded = format!("{whole}{decimals:0<3}");
    padded.parse().map_err(|_too_long| wrong())
}

/// What a figure is in thousandths.
fn amount(figure: &Figure) -> i64 {
    number(&figure.value, true).unwrap_or_default()
}

impl Content {
    /// Puts figures where they are entered, checks that they fit each other, and tells all in sentences.
    pub fn completed(mut self, entered: &[EnteredFigure]) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        if entered.len() > MOST {
            errors.add("/entered_figures", Violation::TooMany { max: MOST });
        }
        let mut seen = BTreeSet::new();
        for (at, figure) in entered.iter().take(MOST).enumerate() {
            let place = format!("/entered_figures/{at}");
            if !seen.insert((figure.row.as_str(), figure.column.as_str())) {
                errors.add(place, Violation::Duplicate);
            } else {
                self.enter(&place, figure, &mut errors);
            }
        }
        self.fit(entered, &mut errors);
        self.total_entered();
        let missing = self.not_entered();
        self.findings.extend(missing);
        if self.form == ReportForm::Briefing.as_str() {
            self.sentences = briefing::sentences(&self);
        }
        errors.finish(Some(self))
    }

    /// Whether all of it is entered, so that it says nothing where nothing is.
    pub fn is_entered(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.is_entered)
    }

    /// Whether another one says the same: what is told not to be entered (chưa nhập) is no figure, and changes when the words for it do.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.without_missing() == other.without_missing()
    }

    fn without_missing(&self) -> Self {
        let mut content = self.clone();
        content.findings.retain(|finding| finding.code != NOT_ENTERED);
        content
    }

    /// What nobody entered, row by row, and column by column where those are entered (chưa nhập).
    fn not_entered(&self) -> Vec<Finding> {
        let of = |code: &str, name: &str, count: usize| {
            let code = code.trim();
            let (vi, en) = (
                format!("Chưa nhập: {code} {name}."),
                format!("Not entered: {code} {name}."),
            );
            Finding::of(NOT_ENTERED, count, &vi, &en)
        };
        let rows = self.rows.iter().filter(|row| row.is_entered);
        let rows = rows.map(|row| {
            let missing = row.figures.iter().filter(|figure| figure.is_none());
            of(&row.code, &row.name_vi, missing.count())
        });
        let columns = self.columns.iter().enumerate().filter(|(_, column)| column.is_entered);
        let columns = columns.map(|(at, column)| {
            let told = self
                .rows
                .iter()
                .filter(|row| row.kind == RowKind::Figures && !row.is_entered);
            let missing = told.filter(|row| row.figures.get(at).is_some_and(Option::is_none));
            of(&column.code, &column.name_vi, missing.count())
        });
        rows.chain(columns).filter(|finding| finding.count > 0).collect()
    }

    fn column_at(&self, code: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.code == code)
    }

    fn enter(&mut self, place: &str, entered: &EnteredFigure, errors: &mut FieldErrors) {
        let malformed = |what| Violation::Malformed { what };
        let Some(at) = self.column_at(&entered.column) else {
            return errors.add(format!("{place}/column"), malformed("report_column"));
        };
        let column = self.columns.get(at).cloned().unwrap_or_default();
        let Some(row) = self.rows.iter_mut().find(|row| row.code == entered.row) else {
            return errors.add(format!("{place}/row"), malformed("report_row"));
        };
        let is_of_rows = matches!(row.kind, RowKind::Figures) || row.is_entered;
        if !is_of_rows || !(row.is_entered || column.is_entered) {
            return errors.add(format!("{place}/row"), malformed("counted_figure"));
        }
        let unit = row.unit.as_ref().or(column.unit.as_ref());
        let is_divisible = unit.is_some_and(|unit| DIVISIBLE.contains(&unit.as_str()));
        let value = errors.keep(format!("{place}/value"), number(&entered.value, is_divisible));
        if let (Some(value), Some(cell)) = (value, row.figures.get_mut(at)) {
            *cell = Some(Figure {
                value: thousandths(i128::from(value)),
                vnd: None,
                is_entered: true,
            });
        }
    }

    /// What was entered fits: parts add up to their whole, and a value is nothing exactly when its count is.
    fn fit(&self, entered: &[EnteredFigure], errors: &mut FieldErrors) {
        let place = |row: &str, column: &str| {
            let at = entered
                .iter()
                .position(|figure| figure.row == row && figure.column == column);
            at.map_or("/entered_figures".to_owned(), |at| {
                format!("/entered_figures/{at}/value")
            })
        };
        for column in self.columns.iter().map(|column| column.code.as_str()) {
            for (_, whole, parts) in SUMS.into_iter().filter(|(form, ..)| form.as_str() == self.form) {
                let Some(total) = self.figure(whole, column).filter(|figure| figure.is_entered) else {
                    continue;
                };
                let parts: Option<Vec<i64>> = parts.iter().map(|part| self.figure(part, column).map(amount)).collect();
                if parts.is_some_and(|parts| parts.iter().sum::<i64>() != amount(total)) {
                    errors.add(place(whole, column), Violation::Malformed { what: "sum_of_parts" });
                }
            }
        }
        for column in self.columns.iter().map(|column| column.code.as_str()) {
            for (_, whole, parts) in PARTS.into_iter().filter(|(form, ..)| form.as_str() == self.form) {
                let entered = |row: &str| self.figure(row, column).filter(|figure| figure.is_entered).map(amount);
                let Some(total) = entered(whole) else {
                    continue;
                };
                for part in parts
                    .iter()
                    .filter(|part| entered(part).is_some_and(|part| part > total))
                {
                    errors.add(place(part, column), Violation::Malformed { what: "part_of_whole" });
                }
            }
        }
        let (count, value) = COUNT_AND_VALUE;
        for row in self.rows.iter().filter(|row| row.kind == RowKind::Figures) {
            let of = |column: &str| {
                self.figure(&row.code, column)
                    .filter(|figure| figure.is_entered)
                    .map(amount)
            };
            match (of(count), of(value)) {
                (None, None) => {}
                (Some(count), Some(value)) if (count == 0) == (value == 0) => {}
                _ => errors.add(place(&row.code, value), Violation::Conflicts { with: "count" }),
            }
        }
    }

    /// The totals of columns that are entered: of what was entered.
    fn total_entered(&mut self) {
        let entered = self.columns.iter().enumerate().filter(|(_, column)| column.is_entered);
        let columns: Vec<usize> = entered.map(|(at, _)| at).collect();
        for at in columns {
            let of_rows = self.rows.iter().filter(|row| row.kind == RowKind::Figures);
            let figures = of_rows.filter_map(|row: &Row| row.figures.get(at)?.as_ref().map(amount));
            let figures: Vec<i128> = figures.map(i128::from).collect();
            let total = (!figures.is_empty()).then(|| Figure {
                value: thousandths(figures.iter().sum()),
                vnd: None,
                is_entered: true,
            });
            let totals = self.rows.iter_mut().filter(|row| row.kind == RowKind::Total);
            for cell in totals.filter_map(|row| row.figures.get_mut(at)) {
                cell.clone_from(&total);
            }
        }
    }
}
