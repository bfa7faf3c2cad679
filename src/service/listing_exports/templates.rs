//! Empty files to fill in: the columns, what each holds, and an example.

use serde_json::{Value, json};

use super::{Row, TableLanguage, Writer};
use crate::domain::fields::{NamedValue, named_values, with_name};
use crate::domain::import::Format;
use crate::domain::listing::ListingKind;
use crate::domain::listing::office::Office;
use crate::domain::taxonomy::TaxonomyName;
use crate::service::file_imports::listings::columns::{COLUMNS, Cell, Described};
use crate::service::file_imports::listings::entries::Entries;
use crate::service::file_imports::listings::intake::COMMENT;

/// Most entries of a list that a template names.
const SHORT_LIST: usize = 12;

/// What the listing of the example is called.
const IDENTIFIER: &str = "SP-001";

impl Writer {
    /// An empty file to fill in: the columns, and as rows what each holds, and an example. An import reads neither row. Of a
    /// kind, only the columns in which its listings say something.
    pub fn template(&self, kind: Option<ListingKind>) -> (Vec<String>, Vec<Row>) {
        let draft = example(kind.unwrap_or(ListingKind::EquipmentOffer));
        if self.format == Format::Jsonl {
            let line = json!({"external_id": IDENTIFIER, "listing": draft});
            return (Vec::new(), vec![Row::Line(line)]);
        }
        let columns = || {
            COLUMNS
                .iter()
                .filter(|column| kind.is_none_or(|kind| column.belongs_to(kind)))
        };
        let head = columns().map(|column| self.in_language((column.vi, column.en)).to_owned());
        let hints = columns().map(|column| match column.cell {
            Cell::Identifier => format!("{COMMENT} {}", self.hint(column)),
            _ => self.hint(column),
        });
        let example = columns().map(|column| match column.cell {
            Cell::Identifier => format!("{COMMENT} {IDENTIFIER}"),
            _ => self.cell(column, &draft),
        });
        (
            head.collect(),
            vec![Row::Cells(hints.collect()), Row::Cells(example.collect())],
        )
    }

    /// What a column holds.
    fn hint(&self, column: &Described) -> String {
        let is_english = self.language == TableLanguage::English;
        let told = |vi: String, en: String| if is_english { en } else { vi };
        let fixed = |vi: &str, en: &str| told(vi.to_owned(), en.to_owned());
        match (column.cell, column.pointer) {
            (Cell::Identifier, _) => fixed(
                "bắt buộc; dòng bắt đầu bằng # không được đọc",
                "required; rows that begin with # are not read",
            ),
            (Cell::Code(list), "/kind") => {
                let names = self.short_list(list, is_english).unwrap_or_default();
                told(
                    format!("bắt buộc; một trong: {names}"),
                    format!("required; one of: {names}"),
                )
            }
            (_, "/title/vi") => fixed("bắt buộc; tối đa 256 ký tự", "required; at most 256 characters"),
            (_, "/field_codes") => fixed(
                "tối đa 3, cách nhau bằng dấu chấm phẩy",
                "at most 3, parted by semicolons",
            ),
            (_, "/origin_country") => fixed("tên nước hoặc mã ISO", "name or ISO code"),
            (Cell::Text(max), _) => told(format!("tối đa {max} ký tự"), format!("at most {max} characters")),
            (Cell::Code(list), _) => match self.short_list(list, is_english) {
                Some(names) => told(format!("một trong: {names}"), format!("one of: {names}")),
                None => told(
                    format!("theo danh mục {0} (GET /api/v1/taxonomies/{0})", list.as_str()),
                    format!("of the list {0} (GET /api/v1/taxonomies/{0})", list.as_str()),
                ),
            },
            (Cell::Codes(list), _) => match self.short_list(list, is_english) {
                Some(names) => told(
                    format!("cách nhau bằng dấu chấm phẩy: {names}"),
                    format!("parted by semicolons: {names}"),
                ),
                None => told(
                    format!(
                        "theo danh mục {0} (GET /api/v1/taxonomies/{0}), cách nhau bằng dấu chấm phẩy",
                        list.as_str()
                    ),
                    format!(
                        "of the list {0} (GET /api/v1/taxonomies/{0}), parted by semicolons",
                        list.as_str()
                    ),
                ),
            },
            (Cell::Choice(choice), _) => {
                let names = named(&choice.words(), is_english);
                told(format!("một trong: {names}"), format!("one of: {names}"))
            }
            (Cell::Choices(choice), _) => {
                let names = named(&choice.words(), is_english);
                told(
                    format!("cách nhau bằng dấu chấm phẩy: {names}"),
                    format!("parted by semicolons: {names}"),
                )
            }
            (Cell::Texts, _) => fixed("cách nhau bằng dấu chấm phẩy", "parted by semicolons"),
            (Cell::Level, _) => fixed("1 đến 9", "1 to 9"),
            (Cell::Amount, _) => fixed(
                "số nguyên, không có phần lẻ; đồng nếu không nêu đơn vị tiền tệ",
                "a whole number; đồng where no currency is told",
            ),
            (Cell::Currency, _) => fixed("mã ISO 4217; để trống là VND", "ISO 4217 code; empty is VND"),
            (_, "/manufacture_year") => fixed("bốn chữ số", "four digits"),
            (Cell::Number(min, max), _) => told(
                format!("số nguyên từ {min} đến {max}"),
                format!("a whole number from {min} to {max}"),
            ),
            (Cell::Months(max), _) => told(format!("số tháng, từ 0 đến {max}"), format!("months, from 0 to {max}")),
            (Cell::Day, _) => fixed("ngày/tháng/năm hoặc YYYY-MM-DD", "day/month/year or YYYY-MM-DD"),
            (Cell::YesNo, _) => fixed("Có hoặc Không", "Yes or No"),
            (Cell::Specifications, _) => fixed(
                "tên: giá trị [đơn vị], mỗi dòng một thông số",
                "name: value [unit], one a line",
            ),
            (Cell::Entries(entries), _) => {
                let members = entries.told(is_english);
                let choices = entries.choices().into_iter().map(|((vi, en), choice)| {
                    let names = named(&choice.words(), is_english);
                    told(format!("; {vi}: {names}"), format!("; {en}: {names}"))
                });
                let choices: String = choices.collect();
                let offices = if entries == Entries::Rights {
                    let names = named(&named_values(Office::names), is_english);
                    told(
                        format!("; cơ quan: tên nước, mã ISO hoặc {names}"),
                        format!("; office: name or ISO code of a country, or {names}"),
                    )
                } else {
                    String::new()
                };
                let days = fixed(
                    "; ngày viết 31/3/2027 hoặc 2027-03-31",
                    "; days as 31/3/2027 or 2027-03-31",
                );
                let days = if entries == Entries::Owners {
                    String::new()
                } else {
                    days
                };
                told(
                    format!("{members}; cách nhau bằng dấu chấm phẩy{choices}{offices}{days}"),
                    format!("{members}; parted by semicolons{choices}{offices}{days}"),
                )
            }
            (Cell::Listing | Cell::Told, _) => String::new(),
        }
    }
}

impl Writer {
    /// The codes and names of a list that is short enough to stand in a cell: who fills in a table has no other place to look.
    fn short_list(&self, list: TaxonomyName, is_english: bool) -> Option<String> {
        let today = self.lists.today();
        let entries = self.lists.lists().items(list, None);
        let names: Vec<String> = entries
            .filter(|entry| entry.is_valid_on(today))
            .map(|entry| match &entry.name_en {
                Some(name) if is_english => with_name(&entry.code, name),
                _ => with_name(&entry.code, &entry.name_vi),
            })
            .take(SHORT_LIST + 1)
            .collect();
        (names.len() <= SHORT_LIST).then(|| names.join(" / "))
    }
}

/// Few values in a cell, by code and name: either may be written, and refusals tell both.
pub fn named(words: &[NamedValue], is_english: bool) -> String {
    let words = words
        .iter()
        .map(|(code, (vi, en))| with_name(code, if is_english { en } else { vi }));
    words.collect::<Vec<_>>().join(" / ")
}

/// The listing of a kind that templates show: it lacks nothing that an officer would ask for.
pub(super) fn example(kind: ListingKind) -> Value {
    let mut draft = match kind {
        ListingKind::TechnologyOffer => technology_offer(),
        ListingKind::EquipmentOffer => equipment_offer(),
        ListingKind::IpAsset => ip_asset(),
        ListingKind::TechnologyNeed => technology_need(),
        ListingKind::EquipmentNeed => equipment_need(),
        ListingKind::ConsultingService => consulting_service(),
        ListingKind::Expert => expert(),
        ListingKind::PartnerSearch => partner_search(),
        ListingKind::RdProject => rd_project(),
        ListingKind::OcopProduct => ocop_product(),
    };
    if let Value::Object(draft) = &mut draft {
        draft.insert("kind".into(), kind.as_str().into());
        draft.entry("field_codes").or_insert_with(|| json!(["food.drying"]));
    }
    draft
}

fn technology_offer() -> Value {
    json!({
        "title": {"vi": "Công nghệ sấy lúa tầng sôi", "en": "Fluidised-bed rice drying"},
        "summary": {"vi": "Sấy lúa tươi cho hợp tác xã, đốt trấu, một mẻ tám giờ."},
        "trl": 8, "origin_country": "VN", "stage": "industrial",
        "price_mode": "negotiable", "transfer_modes": ["licence_nonexclusive", "turnkey"],
        "ip_rights": [patent()],
        "owners": [{"type": "organisation", "name": "Viện Cơ điện nông nghiệp", "share_percent": 100}],
        "problem": {"vi": "Lúa vụ mùa ướt, phơi không kịp."},
        "principle": {"vi": "Hạt được nâng trong luồng khí nóng nên khô đều."},
        "advantages": {"vi": "Tiết kiệm 30 % nhiên liệu so với sấy tĩnh."},
        "state_funded": true, "rd_task_code": "ĐTĐL.CN-12/23",
    })
}

fn equipment_offer() -> Value {
    json!({
        "title": {"vi": "Máy sấy lúa tầng sôi", "en": "Fluidised-bed rice dryer"},
        "summary": {"vi": "Sấy lúa tươi cho hợp tác xã, đốt trấu, một mẻ tám giờ.", "en": "Dries fresh rice, burns husk."},
        "description": {"vi": "Khung thép, quạt 7,5 kW, điều khiển nhiệt độ tự động."},
        "trl": 9, "origin_country": "VN", "brand": "Hùng Vương", "model": "SL-500",
        "specifications": [
            {"name": "Năng suất", "value": "500", "unit": "kg/h"},
            {"name": "Điện áp", "value": "380", "unit": "V"},
        ],
        "price_mode": "fixed", "price_min": 185_000_000, "price_kind": "firm", "transfer_modes": ["sale_of_equipment"],
        "condition": "new", "manufacture_year": 2025, "warranty_months": 24,
        "warranty_text": {"vi": "Không bảo hành hao mòn do sử dụng."},
        "delivery_terms": {"vi": "Giao trong 30 ngày tại kho bên mua."},
        "payment_terms": {"vi": "Đặt cọc 30 %, phần còn lại khi nghiệm thu."},
        "certifications": [{"scheme": "iso", "number": "9001:2015", "valid_to": "2027-12-31"}],
    })
}

fn ip_asset() -> Value {
    json!({
        "title": {"vi": "Bằng độc quyền sáng chế về buồng sấy tầng sôi"},
        "summary": {"vi": "Chuyển nhượng hoặc cấp quyền sử dụng sáng chế."},
        "transfer_modes": ["licence_exclusive"], "price_mode": "negotiable", "trl": 7,
        "ip_rights": [patent()],
        "owners": [
            {"type": "organisation", "name": "Trường Đại học Hùng Vương", "share_percent": 60},
            {"type": "individual", "name": "Nguyễn Văn An", "share_percent": 40},
        ],
    })
}

fn technology_need() -> Value {
    json!({
        "title": {"vi": "Tìm công nghệ sấy chè bằng bơm nhiệt"},
        "summary": {"vi": "Hợp tác xã cần công nghệ sấy chè ở nhiệt độ thấp."},
        "problem": {"vi": "Chè sấy than bị ám khói."},
        "requirements": {"vi": "Sấy được 500 kg chè tươi mỗi ngày."},
        "budget_min": 300_000_000, "budget_max": 500_000_000, "needed_by": "2027-03-31",
        "partner_kinds": ["research_institute", "manufacturer"],
    })
}

fn equipment_need() -> Value {
    json!({
        "title": {"vi": "Cần mua máy sấy chè"},
        "summary": {"vi": "Mua mới hoặc đã qua sử dụng, bảo hành từ 12 tháng."},
        "requirements": {"vi": "Năng suất 100 kg/mẻ, dùng điện 3 pha."},
        "condition": "new", "budget_max": 120_000_000, "needed_by": "2027-03-31",
    })
}

fn consulting_service() -> Value {
    json!({
        "title": {"vi": "Tư vấn định giá công nghệ"},
        "summary": {"vi": "Định giá công nghệ, lập hồ sơ chuyển giao."},
        "description": {"vi": "Khảo sát, thẩm định và lập chứng thư trong 20 ngày làm việc."},
        "price_mode": "range", "price_min": 20_000_000, "price_max": 60_000_000, "price_kind": "indicative",
        "target_customers": {"vi": "Viện, trường, doanh nghiệp khoa học và công nghệ."},
    })
}

fn expert() -> Value {
    json!({
        "title": {"vi": "Chuyên gia công nghệ sau thu hoạch"},
        "summary": {"vi": "Tư vấn thiết kế dây chuyền sấy, bảo quản nông sản."},
        "description": {"vi": "Đã chủ trì năm đề tài cấp tỉnh về sấy và bảo quản chè, lúa."},
        "degree": "Tiến sĩ", "specialities": ["Sấy nông sản", "Bảo quản lạnh"], "experience_years": 20,
    })
}

fn partner_search() -> Value {
    json!({
        "title": {"vi": "Tìm đối tác sản xuất máy sấy"},
        "summary": {"vi": "Viện có thiết kế, cần đơn vị chế tạo và bán hàng."},
        "description": {"vi": "Hai bên cùng thử nghiệm một vụ, sau đó ký hợp đồng dài hạn."},
        "transfer_modes": ["licence_nonexclusive"],
        "partner_role": {"vi": "Chế tạo, lắp đặt, bảo hành."},
        "partner_kinds": ["manufacturer", "cooperative"], "needed_by": "2027-06-30",
    })
}

fn rd_project() -> Value {
    json!({
        "title": {"vi": "Dự án hoàn thiện công nghệ sấy thăng hoa"},
        "summary": {"vi": "Đã có mẫu 20 kg/mẻ, tìm nơi thử nghiệm."},
        "trl": 5, "stage": "prototype", "state_funded": true, "rd_task_code": "ĐTĐL.CN-12/23",
        "owners": [{"type": "state", "name": "Sở Khoa học và Công nghệ"}],
    })
}

fn ocop_product() -> Value {
    json!({
        "title": {"vi": "Chè xanh Long Cốc"},
        "summary": {"vi": "Chè một tôm hai lá, sấy bơm nhiệt."},
        "origin_country": "VN", "price_mode": "fixed", "price_min": 250_000,
        "stars": 4, "trace_code": "8938505970123", "ocop_decision_no": "1234/QĐ-UBND",
        "certifications": [{"scheme": "other", "number": "VietGAP-TT-13-02-25"}],
    })
}

fn patent() -> Value {
    json!({
        "type": "patent", "status": "granted", "office": "VN", "application_number": "1-2021-04567",
        "grant_number": "1-0034567", "filed_on": "2021-07-20", "granted_on": "2024-03-05", "expires_on": "2041-07-20",
        "is_public": true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::drafts::ListingDraft;
    use crate::domain::taxonomy::{InForce, Taxonomies};

    #[test]
    fn the_example_of_each_kind_lacks_nothing() {
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        for kind in ListingKind::ALL {
            let draft: ListingDraft = serde_json::from_value(example(*kind)).unwrap();
            let content = draft
                .parse(&lists)
                .unwrap_or_else(|errors| panic!("{kind}: {errors:?}"));
            assert_eq!(content.missing_for_submission(), Vec::<&str>::new(), "{kind}");
        }
    }

    #[test]
    fn a_template_of_a_kind_has_its_columns_only() {
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        let writer = Writer::new(Format::Csv, TableLanguage::Vietnamese, lists);
        let (all, _) = writer.template(None);
        assert_eq!(all.len(), COLUMNS.len());
        for kind in ListingKind::ALL {
            let (head, rows) = writer.template(Some(*kind));
            assert!(head.len() < all.len(), "{kind}");
            assert_eq!(
                head.contains(&"Hạng sao OCOP".to_owned()),
                *kind == ListingKind::OcopProduct
            );
            for row in rows {
                assert!(matches!(row, Row::Cells(cells) if cells.len() == head.len()));
            }
        }
    }
}
