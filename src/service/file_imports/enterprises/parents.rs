//! Above whom the enterprise of a row stands: one on the exchange, or one of an earlier row.

use serde_json::Value;

use super::columns::PARENT;
use super::row::{Head, Item};
use super::seen::Before;
use crate::domain::drafts::is_dependent;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::import::Problem;
use crate::domain::tax_code::TaxCode;
use crate::service::context::Work;
use crate::service::{Error, ErrorCode, Result};
use crate::store::enterprises;

/// The parent of a row in its place ([`name_parent`]), or what is wrong with it: the rest is looked at all the same.
pub(super) fn parent_of(
    work: &mut Work<'_, '_>,
    is_dry_run: bool,
    before: Before<'_>,
    item: &Item,
    draft: &mut Value,
) -> Result<(bool, Vec<FieldError>)> {
    match name_parent(work, is_dry_run, before, item, draft) {
        Ok(is_in_file) => Ok((is_in_file, Vec::new())),
        Err(error) if error.code == ErrorCode::ValidationFailed => Ok((false, error.fields)),
        Err(error) => Err(error),
    }
}

/// What was read, unless the parent is wrong; what else is, is told with that.
pub(super) fn with_parent<T>(
    parsed: std::result::Result<T, Vec<FieldError>>,
    no_parent: &[FieldError],
) -> std::result::Result<T, Vec<FieldError>> {
    match parsed {
        Ok(read) if no_parent.is_empty() => Ok(read),
        Ok(_) => Err(no_parent.to_vec()),
        Err(errors) => Err(errors.into_iter().chain(no_parent.iter().cloned()).collect()),
    }
}

/// The problems of a row; of a parent that is not there with its number, the row of the file that was to enter it, and the column of
/// that number, which is the own one where no other is told.
pub(super) fn with_number(head: &Head, before: Before<'_>, item: &Item, problems: Vec<Problem>) -> Vec<Problem> {
    let told = |problem: Problem| {
        let is_parent = problem.pointer == PARENT && problem.vi == NO_PARENT.vi();
        let Some(code) = code_of(item).filter(|_| is_parent) else {
            return problem;
        };
        let (why_vi, why_en) = match before.refused_row_of(code.as_str()) {
            Some(row) => (
                format!("Dòng {row} của đơn vị ấy bị từ chối; hãy sửa dòng ấy."),
                format!("Row {row}, which is about it, was refused; correct that one."),
            ),
            // Rows are taken in their order, and those behind are not known yet.
            None => (
                format!(
                    "{} Nếu đơn vị ấy ở dòng sau của tệp, hãy đưa dòng đó lên trước dòng này.",
                    problem.vi
                ),
                format!(
                    "{} Where a later row of the file enters it, put that row before this one.",
                    problem.en
                ),
            ),
        };
        Problem {
            column: problem.column.or_else(|| head.name_of("/tax_code")),
            vi: format!("Đơn vị chủ quản là {code}. {why_vi}"),
            en: format!("The parent is {code}. {why_en}"),
            ..problem
        }
    };
    problems.into_iter().map(told).collect()
}

/// Above whom the enterprise of a row stands by what the row says: by the number that it names, or by the head of its own.
fn code_of(item: &Item) -> Option<TaxCode> {
    match &item.parent {
        Some(code) => TaxCode::parse(code).ok(),
        None => TaxCode::parse(TaxCode::parse(&item.key()?).ok()?.head()).ok(),
    }
}

/// That there is no such parent.
const NO_PARENT: Violation = Violation::Malformed { what: "parent" };

/// Puts the parent in its place: by the tax code that the row names, or of a branch by the head of its own. Gives whether that is an
/// enterprise which an earlier row would enter, of a file that is only tried.
fn name_parent(
    work: &mut Work<'_, '_>,
    is_dry_run: bool,
    before: Before<'_>,
    item: &Item,
    draft: &mut Value,
) -> Result<bool> {
    let Value::Object(draft) = draft else { return Ok(false) };
    let text = |name: &str| draft.get(name).and_then(Value::as_str).unwrap_or_default();
    let own = || TaxCode::parse(text("tax_code")).ok().filter(TaxCode::is_branch);
    let code = match &item.parent {
        Some(code) => {
            let code = TaxCode::parse(code);
            code.map_err(|wrong| Error::field(PARENT, Violation::TaxCode(wrong)))?
        }
        None if draft.contains_key("parent_id") || !is_dependent(text("legal_form")) => return Ok(false),
        // What is wrong with its own code is told of that.
        None => match own().map(|own| TaxCode::parse(own.head())) {
            Some(Ok(head)) => head,
            _ => return Ok(false),
        },
    };
    // As [`identities::require_parent`] asks of a parent that is on the exchange.
    let has_other_head =
        is_dependent(text("legal_form")) && TaxCode::parse(text("tax_code")).is_ok_and(|own| own.head() != code.head());
    let found = enterprises::find_by_tax_code(work.conn(), &code)?;
    // A row about one that is there leaves it what it is: suspended, say.
    let is_new = found
        .as_ref()
        .is_none_or(|known| known.status == EnterpriseStatus::Rejected);
    let is_in_file = is_dry_run && is_new && before.row_of(code.as_str()).is_some();
    let parent = found.filter(|parent| parent.status == EnterpriseStatus::Active);
    match parent {
        Some(parent) => {
            draft.insert("parent_id".into(), parent.id.to_string().into());
            Ok(false)
        }
        None if is_in_file && has_other_head => {
            let violation = Violation::Conflicts { with: "tax_code" };
            Err(Error::field("/parent_id", violation))
        }
        None if is_in_file => Ok(true),
        None => Err(Error::field(PARENT, NO_PARENT)),
    }
}
