//! What is printed, and where it stands.

mod fixtures;

use aws_lc_rs::digest;

use super::certificate::{self, Sheet};
use super::page::{BODY, BOTTOM, Item, Page, Role, Shape, TOP};
use super::text::Fonts;
use super::*;
use crate::domain::certificate::record::CertificateRecord;

fn sheet(record: &CertificateRecord) -> Sheet {
    certificate::set(record, &Fonts::load().unwrap()).unwrap()
}

/// An amendment that is as long as one may be: 40 clauses, each with old and new wording of 4,000 letters.
fn longest() -> CertificateRecord {
    let mut record = fixtures::amendment(40);
    let text = |begin: String| {
        let words = begin
            .chars()
            .chain("Điều khoản thanh toán được sửa đổi như sau, ".chars().cycle());
        words.take(3_999).chain(['.']).collect::<String>()
    };
    let changes = &mut record.amendment.as_mut().unwrap().changes;
    for (place, change) in changes.iter_mut().enumerate() {
        change.before = Some(text(format!("Cũ {place} ")));
        change.after = Some(text(format!("Mới {place}\n")));
    }
    record
}

fn all() -> Vec<CertificateRecord> {
    vec![
        fixtures::registration(),
        fixtures::amendment(5),
        fixtures::duplicate(),
        fixtures::licence(),
        fixtures::long_names(),
        longest(),
    ]
}

fn said(item: &Item) -> String {
    match &item.shape {
        Shape::Text { line, .. } => line.runs.iter().map(|run| run.text.as_str()).collect(),
        Shape::Rule { .. } | Shape::Code { .. } => String::new(),
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// All that is printed, paragraph by paragraph, without spaces.
fn printed(sheet: &Sheet) -> String {
    printed_on(&sheet.pages)
}

fn printed_on(pages: &[Page]) -> String {
    let mut items: Vec<&Item> = pages.iter().flatten().collect();
    items.sort_by_key(|item| item.paragraph);
    items.into_iter().map(|item| bare(&said(item))).collect()
}

/// Everything that a record tells in words.
fn told(value: &serde_json::Value, words: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => words.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| told(value, words)),
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                // Codes stand beside names; dates and amounts are written in their own way, and tested there.
                let is_in_words = !matches!(name.as_str(), "code" | "kind" | "currency" | "amount");
                if is_in_words && !name.ends_with("_on") {
                    told(value, words);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn nothing_is_lost() {
    for record in all() {
        let printed = printed(&sheet(&record));
        let mut words = Vec::new();
        told(&serde_json::to_value(&record).unwrap(), &mut words);
        assert!(words.len() > 20);
        for text in words {
            let text = bare(&text).replace('℃', "°C");
            let capitals = text.to_uppercase();
            // A title may stand in two lines instead of a comma.
            let found = [&text, &capitals, &capitals.replace(',', "")];
            assert!(found.iter().any(|text| printed.contains(text.as_str())), "{text}");
        }
    }
}

#[test]
fn dates_and_amounts_are_printed() {
    let printed = printed(&sheet(&fixtures::registration()));
    for text in [
        "Phú Thọ, ngày 05 tháng 02 năm 2026",
        "18/12/2025",
        "31/12/2030",
        "125.000,50 USD",
        "3.150.000.000 đồng",
        "Căn cứ Luật Chuyển giao công nghệ ngày 19 tháng 6 năm 2017;",
        "cơ cấu tổ chức của Sở Khoa học và Công nghệ.",
        "KT. GIÁM ĐỐC",
        "- Lưu: VT, hồ sơ số REG-2026-000123.",
    ] {
        assert!(printed.contains(&bare(text)), "{text}");
    }
}

#[test]
fn what_is_not_told_is_not_printed() {
    let printed = printed(&sheet(&fixtures::licence()));
    for text in [
        "4. ",
        "Hợp đồng",
        "Giá",
        "Địa chỉ",
        "Người đại diện",
        "Tên tiếng Anh",
        "hồ sơ số",
    ] {
        assert!(!printed.contains(&bare(text)), "{text}");
    }
    assert!(printed.contains(&bare("GIẤY PHÉP CHUYỂN GIAO CÔNG NGHỆ")));
    assert!(printed.contains("CẤPPHÉP:"));
}

#[test]
fn nothing_stands_in_the_margins() {
    for record in all() {
        for item in sheet(&record).pages.iter().flatten() {
            let (width, below, above) = match &item.shape {
                Shape::Text { line, size, stretch } => (line.width + line.spaces * stretch, size * 0.25, size * 0.9),
                Shape::Rule { width } => (*width, 1.0, 0.0),
                Shape::Code { side } => (*side, *side, 0.0),
            };
            assert!(item.x >= BODY.left - 0.05, "{item:?}");
            assert!(item.x + width <= BODY.left + BODY.width + 0.05, "{item:?}");
            assert!(
                item.y - above >= TOP - 1.0 && item.y + below <= BOTTOM + 0.5,
                "{item:?}"
            );
        }
    }
}

#[test]
fn nothing_stands_on_something_else() {
    for record in all() {
        for page in &sheet(&record).pages {
            let mut boxes: Vec<(f32, f32, f32, f32)> = Vec::new();
            for item in page {
                let (left, top, right, bottom) = match &item.shape {
                    Shape::Text { line, size, .. } => {
                        (item.x, item.y - size * 0.75, item.x + line.width, item.y + size * 0.2)
                    }
                    Shape::Rule { width } => (item.x, item.y, item.x + width, item.y + 0.6),
                    Shape::Code { side } => (item.x, item.y, item.x + side, item.y + side),
                };
                for other in &boxes {
                    let is_apart = left >= other.2 || right <= other.0 || top >= other.3 || bottom <= other.1;
                    assert!(is_apart, "{item:?} on {other:?}");
                }
                boxes.push((left, top, right, bottom));
            }
        }
    }
}

#[test]
fn headings_and_signatures_do_not_stand_alone() {
    for record in all() {
        let sheet = sheet(&record);
        for page in &sheet.pages {
            let last = page.iter().max_by(|a, b| a.y.total_cmp(&b.y)).unwrap();
            assert!(
                !matches!(sheet.roles[last.paragraph], Role::Heading | Role::Title),
                "{last:?}"
            );
        }
        let last = sheet.pages.last().unwrap();
        let text = printed_on(std::slice::from_ref(last));
        assert!(text.contains(&bare("này có hiệu lực kể từ ngày cấp")));
        assert!(text.contains(&bare(&record.signer.name)));
        assert!(last.iter().any(|item| matches!(item.shape, Shape::Code { .. })));
        // What comes before the last sentence has a line there, too.
        assert!(!bare(&said(&last[0])).starts_with("Giấy"), "{:?}", last[0]);
    }
}

#[test]
fn the_attachment_is_found_again() {
    let pdf = certificate(&fixtures::registration(), fixtures::ATTACHMENT).unwrap();
    assert_eq!(attachment(&pdf).as_deref(), Some(fixtures::ATTACHMENT));
    let noise: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let pdf = certificate(&fixtures::registration(), &noise).unwrap();
    assert_eq!(attachment(&pdf), Some(noise));
    let pdf = certificate(&fixtures::registration(), b"").unwrap();
    assert_eq!(attachment(&pdf), Some(Vec::new()));
}

#[test]
fn other_files_have_no_attachment() {
    let pdf = certificate(&fixtures::registration(), fixtures::ATTACHMENT).unwrap();
    assert_eq!(attachment(b""), None);
    assert_eq!(attachment(b"%PDF-1.7\n%%EOF"), None);
    assert_eq!(attachment(&pdf[..pdf.len() / 2]), None);
    let mut large = pdf;
    large.resize(MAX_BYTES + 1, b' ');
    assert_eq!(attachment(&large), None);
}

#[test]
fn what_could_not_be_read_again_is_not_printed() {
    // Packs badly: each byte from all those before it.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    })
    .take(MAX_BYTES)
    .collect();
    let printed = certificate(&fixtures::licence(), &noise);
    assert!(matches!(printed, Err(PrintError::TooLarge)));
}

#[test]
fn layouts_that_are_not_known_are_refused() {
    let mut record = fixtures::registration();
    record.layout += 1;
    let printed = certificate(&record, fixtures::ATTACHMENT);
    assert!(matches!(printed, Err(PrintError::Layout(layout)) if layout == record.layout));
}

#[test]
fn letters_that_cannot_be_set_are_told() {
    for letter in ['株', 'ش', 'א', '😀'] {
        let mut record = fixtures::registration();
        record.transferor.name.push(letter);
        let printed = certificate(&record, fixtures::ATTACHMENT);
        assert!(
            matches!(printed, Err(PrintError::Letter(told)) if told == letter),
            "{letter}"
        );
    }
}

#[test]
fn empty_members_do_no_harm() {
    let mut record = fixtures::amendment(3);
    record.number = String::new();
    record.issuer.name = String::new();
    record.issuer.superior = Some(" \n ".into());
    record.legal_bases = vec![String::new(), "\n".into()];
    record.transferor.name = "\n\n".into();
    record.transferee.address = Some("  ".into());
    record.signer.name = String::new();
    record.signer.title = " , ".into();
    record.verify_at = String::new();
    let changes = &mut record.amendment.as_mut().unwrap().changes;
    changes[0].before = Some(String::new());
    changes[0].after = Some("một\n\n\n\thai\r\n\r\n".into());
    changes[1].before = None;
    changes[1].after = None;
    let pdf = certificate(&record, fixtures::ATTACHMENT).unwrap();
    assert_eq!(attachment(&pdf).as_deref(), Some(fixtures::ATTACHMENT));
}

#[test]
fn addresses_that_no_code_holds_are_refused() {
    let mut record = fixtures::registration();
    record.verify_at = "https://a.vn/".repeat(200);
    assert!(matches!(certificate(&record, b"{}"), Err(PrintError::Code)));
}

/// A layout that was used is never altered: documents are printed anew to be compared. If this fails although nothing was
/// altered here, a library writes other bytes than it did; then either stay with the version that is locked, or give the
/// layout a new number and keep the old one.
#[test]
fn the_same_record_gives_the_same_bytes() {
    let record = fixtures::registration();
    let first = certificate(&record, fixtures::ATTACHMENT).unwrap();
    assert_eq!(first, certificate(&record, fixtures::ATTACHMENT).unwrap());
    let digest = digest::digest(&digest::SHA256, &first);
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        digest,
        "ab92cda72de27d32b5eee30228682f60b7cac21acb2def6c788495edf1071ed8"
    );
}
