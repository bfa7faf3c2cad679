//! Empty files of enterprises to fill in: the columns, what each holds, and an example.

use serde_json::{Value, json};

use super::columns::{COLUMNS, Cell, Described, EDITION, PARENT};
use super::row::{self, Book, Head};
use crate::domain::fields::with_name;
use crate::domain::import::Format;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::service::exports::Row;
use crate::service::file_imports::listings::intake::COMMENT;
use crate::service::file_imports::listings::names::Names;
use crate::service::listing_exports::{TableLanguage, named};

/// An empty file to fill in: the columns, and as rows what each holds, and an example. An import reads neither row. Of JSON Lines the
/// example alone.
pub fn template(format: Format, language: TableLanguage, lists: &InForce) -> (Vec<String>, Vec<Row>) {
    if format == Format::Jsonl {
        return (Vec::new(), vec![Row::Line(json!({"enterprise": example(lists)}))]);
    }
    let is_english = language == TableLanguage::English;
    let head = COLUMNS
        .iter()
        .map(|column| if is_english { column.en } else { column.vi });
    let comment = |column: &Described, text: String| match column.pointer {
        "/tax_code" => format!("{COMMENT} {text}"),
        _ => text,
    };
    let hints = COLUMNS
        .iter()
        .map(|column| comment(column, hint(column, lists, is_english)));
    let example = COLUMNS.iter().map(|column| comment(column, column.example.to_owned()));
    (
        head.map(str::to_owned).collect(),
        vec![Row::Cells(hints.collect()), Row::Cells(example.collect())],
    )
}

/// The enterprise of the example, as it is sent to register.
fn example(lists: &InForce) -> Value {
    let names: Vec<String> = COLUMNS.iter().map(|column| column.vi.to_owned()).collect();
    let cells: Vec<&str> = COLUMNS.iter().map(|column| column.example).collect();
    let book = Book {
        lists: lists.clone(),
        names: Names::of(lists, &[]),
    };
    let line = json!([1, cells]).to_string();
    let read = row::read(Format::Xlsx, &Head::of(&names), &book, &line);
    let mut patch = read.map(|read| read.item.patch).unwrap_or_default();
    patch.retain(|_, value| match value {
        Value::Null => false,
        Value::Array(values) => !values.is_empty(),
        _ => true,
    });
    Value::Object(patch)
}

/// What a column holds.
fn hint(column: &Described, lists: &InForce, is_english: bool) -> String {
    let told = |vi: &str, en: &str| {
        let word = if is_english { en } else { vi };
        word.to_owned()
    };
    let several = |names: String| {
        format!(
            "{}: {names}",
            told("cách nhau bằng dấu chấm phẩy", "parted by semicolons")
        )
    };
    let one_of = |names: String| format!("{}: {names}", told("một trong", "one of"));
    match (column.cell, column.pointer) {
        (_, "/tax_code") => told(
            "bắt buộc; 10 hoặc 13 chữ số; dòng bắt đầu bằng # không được đọc",
            "required; 10 or 13 digits; rows that begin with # are not read",
        ),
        (_, PARENT) => told(
            "của đơn vị chủ quản đã có trên Sàn hoặc ở dòng trên; để trống thì chi nhánh thuộc mã 10 số của chính nó",
            "of a parent on the exchange or in a row above; empty, a branch belongs to the ten digits of its own",
        ),
        (_, EDITION) => told("2018 hoặc 2025", "2018 or 2025"),
        (Cell::LegalForm, _) => {
            let forms = lists.lists().items(TaxonomyName::LegalForms, None);
            let names: Vec<String> = forms
                .map(|form| match &form.name_en {
                    Some(name) if is_english => with_name(&form.code, name),
                    _ => with_name(&form.code, &form.name_vi),
                })
                .collect();
            one_of(names.join(" / "))
        }
        (_, "/legal_name" | "/address_line" | "/contact_name" | "/contact_email" | "/contact_phone") => {
            told("bắt buộc", "required")
        }
        (Cell::Province, _) => told(
            "bắt buộc; tên hoặc mã, nay hay trước 7/2025",
            "required; name or code, of today or of before July 2025",
        ),
        (Cell::Commune, _) => told(
            "bắt buộc; tên hoặc mã; trùng tên thì ghi thêm quận, huyện cũ",
            "required; name or code; where several had the name, with the former district",
        ),
        (Cell::Fields, _) => told(
            "tối đa 3, tên hoặc mã theo danh mục fields, cách nhau bằng dấu chấm phẩy",
            "at most 3, names or codes of the list fields, parted by semicolons",
        ),
        (Cell::Activities, _) => told(
            "mã | phiên bản (2018 hoặc 2025), cách nhau bằng dấu chấm phẩy",
            "code | edition (2018 or 2025), parted by semicolons",
        ),
        (Cell::Choice(choice), _) => one_of(named(&choice.words(), is_english)),
        (Cell::Choices(choice), _) => several(named(&choice.words(), is_english)),
        (Cell::Texts, _) => told("cách nhau bằng dấu chấm phẩy", "parted by semicolons"),
        (Cell::Day, _) => told("ngày/tháng/năm hoặc YYYY-MM-DD", "day/month/year or YYYY-MM-DD"),
        (Cell::Phone, _) => told("số điện thoại", "telephone number"),
        (Cell::Text(max), _) if is_english => format!("at most {max} characters"),
        (Cell::Text(max), _) => format!("tối đa {max} ký tự"),
        (Cell::TaxCode | Cell::Edition | Cell::Told, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::drafts::EnterpriseDraft;
    use crate::domain::taxonomy::Taxonomies;

    #[test]
    fn the_example_can_be_registered() {
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        let draft: EnterpriseDraft = serde_json::from_value(example(&lists)).unwrap();
        draft.parse(&lists, "").unwrap_or_else(|errors| panic!("{errors:?}"));
    }

    #[test]
    fn a_table_has_a_hint_and_an_example_for_every_column() {
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        for language in [TableLanguage::Vietnamese, TableLanguage::English] {
            let (head, rows) = template(Format::Csv, language, &lists);
            for row in rows {
                assert!(matches!(row, Row::Cells(cells) if cells.len() == head.len() && cells[0].starts_with(COMMENT)));
            }
        }
    }
}
