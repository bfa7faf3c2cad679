//! What is printed, and where it stands.

mod fixtures;

use aws_lc_rs::digest;

use super::certificate;
use super::page::{BODY, BOTTOM, Item, Page, Role, Shape, Sheet, TOP};
use super::text::Fonts;
use super::*;
use crate::domain::certificate::record::{CertificateRecord, Named};

fn sheet(record: &CertificateRecord) -> Sheet {
    certificate::set(record, &Fonts::load(record.layout).unwrap()).unwrap()
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
    let newest = |record: CertificateRecord| CertificateRecord {
        layout: LAYOUT,
        ..record
    };
    vec![
        newest(fixtures::registration()),
        newest(fixtures::amendment(5)),
        newest(fixtures::duplicate()),
        newest(fixtures::licence()),
        newest(fixtures::long_names()),
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
                let is_in_words = !matches!(name.as_str(), "code" | "kind" | "currency" | "amount" | "member");
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

/// An amendment whose changes are told as dossiers have days and amounts, which layouts print in their own ways.
fn changed_as_codes() -> CertificateRecord {
    let mut record = fixtures::amendment(2);
    let amendment = record.amendment.as_mut().unwrap();
    amendment.signed_on = Some(jiff::civil::date(2026, 11, 5));
    record.money.vnd_value = Some(1_500_000_000);
    let told = [
        ("2026-11-30", "2028-11-30", Some("/contract/ends_on")),
        ("1250000000", "1500000000", Some("/money/vnd_value")),
    ];
    for (change, (before, after, member)) in amendment.changes.iter_mut().zip(told) {
        (change.before, change.after) = (Some(before.into()), Some(after.into()));
        change.member = member.map(str::to_owned);
    }
    record
}

#[test]
fn changes_are_printed_as_the_rest_is() {
    let mut record = changed_as_codes();
    let paper = bare("theo văn bản sửa đổi, bổ sung hợp đồng ký ngày 05 tháng 11 năm 2026.");
    for (layout, texts) in [
        (1, ["2026-11-30", "2028-11-30", "1250000000", "1500000000"]),
        (
            2,
            ["30/11/2026", "30/11/2028", "1.250.000.000 đồng", "1.500.000.000 đồng"],
        ),
    ] {
        record.layout = layout;
        let printed = printed(&sheet(&record));
        for text in texts {
            assert!(printed.contains(&bare(text)), "{layout}: {text}");
        }
        assert!(printed.contains(&paper), "{printed}");
    }
}

/// A street alone is no address; what the party wrote of commune and province itself is not printed twice.
#[test]
fn an_address_goes_on_to_its_province() {
    let mut record = fixtures::registration();
    let unit = |code: &str, name: &str| {
        Some(Named {
            code: code.into(),
            name: name.into(),
        })
    };
    for (address, stands) in [
        (Some("Khu 5"), "Khu 5, phường Thụy Vân, tỉnh Phú Thọ"),
        (Some("Khu 5, Phường Thụy Vân"), "Khu 5, Phường Thụy Vân, tỉnh Phú Thọ"),
        (
            Some("Khu 5 phường Thụy Vân, Phú Thọ."),
            "Khu 5 phường Thụy Vân, Phú Thọ.",
        ),
        (
            Some("Số 1 đường Phú Thọ"),
            "Số 1 đường Phú Thọ, phường Thụy Vân, tỉnh Phú Thọ",
        ),
        (Some("Khu 5, tỉnh Phú Thọ"), "Khu 5, tỉnh Phú Thọ (phường Thụy Vân)"),
        (Some("Khu 5, P.Thụy Vân, T. Phú Thọ"), "Khu 5, P.Thụy Vân, T. Phú Thọ"),
        (
            Some("Khu 5, Phuong Thuy Van, Phu Tho"),
            "Khu 5, Phuong Thuy Van, Phu Tho",
        ),
        (
            Some("Khu 5, xã Thụy Vân, "),
            "Khu 5, xã Thụy Vân, phường Thụy Vân, tỉnh Phú Thọ",
        ),
        (None, "phường Thụy Vân, tỉnh Phú Thọ"),
    ] {
        let party = &mut record.transferee;
        party.address = address.map(str::to_owned);
        (party.commune, party.province) = (unit("07948", "Phường Thụy Vân"), unit("25", "Tỉnh Phú Thọ"));
        let printed = printed(&sheet(&record));
        let text = format!("Địa chỉ: {stands}- Người đại diện: Nguyễn Thị Mỹ Hằng");
        assert!(printed.contains(&bare(&text)), "{text}: {printed}");
    }
    (record.transferee.address, record.transferee.commune) = (None, None);
    record.transferee.province = unit("79", "Thành phố Hồ Chí Minh");
    assert!(printed(&sheet(&record)).contains(&bare("Địa chỉ: Thành phố Hồ Chí Minh- Người đại diện")));
}

/// Points part groups of digits in Việt Nam: what stood as `300.000` was not three hundred.
#[test]
fn amounts_are_printed_as_they_are_certified() {
    let mut record = fixtures::amendment(1);
    record.layout = 2;
    record.money.amount = Some("360000.50".into());
    record.money.currency = Some("USD".into());
    let told = |record: &mut CertificateRecord, before: &str, after: &str| {
        let amendment = record.amendment.as_mut().unwrap();
        let change = amendment.changes.first_mut().unwrap();
        change.member = Some("/money/amount".into());
        (change.before, change.after) = (Some(before.into()), Some(after.into()));
        printed(&sheet(record))
    };
    for (before, stands) in [
        ("300.000", "300.000"),
        ("125.500", "125.500"),
        ("300.000,00", "300.000,00"),
        ("1250000000", "1.250.000.000"),
    ] {
        let printed = told(&mut record, before, "360.000,50");
        for text in [
            format!("Nội dung cũ: {stands}Nội dung mới"),
            "Nội dung mới: 360.000,50 USD".to_owned(),
        ] {
            assert!(printed.contains(&bare(&text)), "{text}: {printed}");
        }
    }
}

#[test]
fn duplicates_say_what_became_of_the_paper() {
    let mut record = fixtures::duplicate();
    let says = |record: &CertificateRecord, words: &str| printed(&sheet(record)).contains(&bare(words));
    assert!(says(&record, "thay cho bản chính đã mất;"));
    record.duplicate.as_mut().unwrap().cause = Some(Named {
        code: "spoilt".into(),
        name: "bị hỏng".into(),
    });
    assert!(says(&record, "thay cho bản chính bị hỏng;"));
    assert!(!says(&record, "đã mất"));
}

#[test]
fn a_long_number_stands_in_one_line_beside_the_day() {
    let mut record = fixtures::amendment(1);
    record.number = "01/2026/CNSĐBSCGCN-SKHCN".into();
    record.layout = LAYOUT;
    let sheet = sheet(&record);
    let lines: Vec<String> = sheet.pages.iter().flatten().map(said).collect();
    assert!(
        lines
            .iter()
            .any(|line| line.trim_end() == "Số: 01/2026/CNSĐBSCGCN-SKHCN"),
        "{lines:?}"
    );
}

#[test]
fn a_chair_signs_in_the_name_of_the_committee() {
    let mut record = fixtures::licence();
    record.signer.title = "TM. Ủy ban nhân dân, KT. Chủ tịch, Phó Chủ tịch".into();
    let sheet = sheet(&record);
    let mut items: Vec<&Item> = sheet.pages.iter().flatten().collect();
    items.sort_by_key(|item| item.paragraph);
    let lines: Vec<String> = items.into_iter().map(|item| said(item).trim().to_owned()).collect();
    let at = lines.iter().position(|line| line == "TM. ỦY BAN NHÂN DÂN").unwrap();
    assert_eq!(
        lines[at..at + 3],
        ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    );
}

#[test]
fn what_is_not_told_is_not_printed() {
    let mut record = fixtures::licence();
    record.approval = serde_json::from_str(r#"{"number": "45/UBND-KGVX", "approved_on": "2026-03-02"}"#).unwrap();
    let named = "theo văn bản chấp thuận chuyển giao công nghệ số 45/UBND-KGVX ngày 02 tháng 3 năm 2026.";
    assert!(printed(&sheet(&record)).contains(&bare(named)));
    let printed = printed(&sheet(&fixtures::licence()));
    for text in [
        "4. ",
        "Hợp đồng",
        "Giá",
        "Địa chỉ",
        "Người đại diện",
        "Tên tiếng Anh",
        "hồ sơ số",
        "chấp thuận",
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
    record.layout = LAYOUT + 1;
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

/// The SHA-256 of what is printed of a record, which is the same each time.
fn digest_of(record: &CertificateRecord) -> String {
    let first = certificate(record, fixtures::ATTACHMENT).unwrap();
    assert_eq!(first, certificate(record, fixtures::ATTACHMENT).unwrap());
    let digest = digest::digest(&digest::SHA256, &first);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A layout that was used is never altered: documents are printed anew to be compared. If this fails although nothing was
/// altered here, a library writes other bytes than it did; then either stay with the version that is locked, or give the
/// layout a new number and keep the old one.
#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(
        digest_of(&fixtures::registration()),
        "ab92cda72de27d32b5eee30228682f60b7cac21acb2def6c788495edf1071ed8"
    );
}

/// The same of every layout that there is and every kind of document: a layout that comes later has no snapshot, and fails until
/// its bytes are locked, too. What the snapshots of a layout that was used say is never accepted anew.
#[test]
fn documents_of_every_layout_keep_their_bytes() {
    for layout in 1..=LAYOUT {
        let kinds = [
            ("registration", fixtures::registration()),
            ("amendment", fixtures::amendment(5)),
            ("changes", changed_as_codes()),
            ("duplicate", fixtures::duplicate()),
            ("licence", fixtures::licence()),
            ("long names", fixtures::long_names()),
        ];
        let digests = kinds.map(|(kind, record)| {
            let digest = digest_of(&CertificateRecord { layout, ..record });
            format!("{kind}: {digest}")
        });
        insta::assert_snapshot!(format!("bytes_of_layout_{layout}"), digests.join("\n"));
    }
}
