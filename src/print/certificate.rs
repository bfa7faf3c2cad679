//! What stands on a certificate, and where, after Decree 30/2020 on papers of the administration.

use crate::domain::certificate::record::{CertificateRecord, RecordAmendment, RecordChange, RecordKind};

use super::PrintError;
use super::draw::Paper;
use super::fields::{self, Field};
use super::head::{self, Head};
use super::page::{self, Align, BODY, Flow, Frame, Item, Role, Row, Shape, Sheet, Style};
use super::style::{CENTRED, HEADING, LEFT, RIGHT, SIGNATURE, SMALL, TEXT, TITLE};
use super::text::{Face, Fonts};
use super::wording;

/// Side of the QR code, 25 mm with its margin.
const CODE: f32 = 70.866;

/// What is called how in each kind of paper.
struct Names {
    title: [&'static str; 2],
    verb: &'static str,
    paper: &'static str,
}

fn names(kind: RecordKind) -> Names {
    match kind {
        RecordKind::Registration => Names {
            title: ["GIẤY CHỨNG NHẬN", "ĐĂNG KÝ CHUYỂN GIAO CÔNG NGHỆ"],
            verb: "CHỨNG NHẬN:",
            paper: "Giấy chứng nhận",
        },
        // The name that the law has for it; which of the three applies is told below.
        RecordKind::Amendment => Names {
            title: [
                "GIẤY CHỨNG NHẬN",
                "ĐĂNG KÝ GIA HẠN, SỬA ĐỔI, BỔ SUNG NỘI DUNG CHUYỂN GIAO CÔNG NGHỆ",
            ],
            verb: "CHỨNG NHẬN:",
            paper: "Giấy chứng nhận",
        },
        RecordKind::Licence => Names {
            title: ["GIẤY PHÉP", "CHUYỂN GIAO CÔNG NGHỆ"],
            verb: "CẤP PHÉP:",
            paper: "Giấy phép",
        },
    }
}

/// What a certificate is, beside what stands on it.
pub(super) fn paper<'a>(record: &'a CertificateRecord, attachment: &'a [u8]) -> Paper<'a> {
    Paper {
        title: title(record),
        author: &record.issuer.name,
        id: format!("{}/{}/{}", record.issuer.code, record.number, record.layout),
        number: &record.number,
        day: record.issued_on,
        address: Some(&record.verify_at),
        attachment: Some(attachment),
    }
}

/// What the paper is called in lists of documents.
fn title(record: &CertificateRecord) -> String {
    let [paper, subject] = names(record.kind).title;
    let name = format!("{paper} {subject}").to_lowercase();
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{} số {}", letters.as_str(), record.number)
}

/// Sets a certificate.
pub(super) fn set(record: &CertificateRecord, fonts: &Fonts) -> Result<Sheet, PrintError> {
    let mut flow = Flow::new(fonts);
    let issuer = &record.issuer;
    let head = Head {
        superior: issuer.superior.as_deref(),
        authority: &issuer.name,
        number: &record.number,
        place: Some(&issuer.place),
        day: record.issued_on,
        is_narrow: record.layout == 1,
    };
    head::write(&mut flow, &head)?;
    opening(&mut flow, record)?;
    let mut number = 0;
    for section in fields::sections(record) {
        number += 1;
        flow.write(&HEADING, &[(Face::Bold, &format!("{number}. {}", section.heading))])?;
        for field in &section.fields {
            write_field(&mut flow, field, record.layout)?;
        }
    }
    if let Some(amendment) = &record.amendment {
        number += 1;
        changes(&mut flow, amendment, (number, record))?;
    }
    closing(&mut flow, record)?;
    Ok(Sheet {
        pages: page::pages(flow.rows),
        roles: flow.roles,
    })
}

fn opening(flow: &mut Flow<'_>, record: &CertificateRecord) -> Result<(), PrintError> {
    let names = names(record.kind);
    let [paper, subject] = names.title;
    flow.write(&Style { above: 22.0, ..TITLE }, &[(Face::Bold, paper)])?;
    flow.write(&TITLE, &[(Face::Bold, subject)])?;
    if let Some(amendment) = &record.amendment {
        let which = format!("(Lần thứ {})", amendment.position);
        flow.write(&CENTRED, &[(Face::Italic, &which)])?;
    }
    if let Some(duplicate) = &record.duplicate {
        let which = format!(
            "BẢN CẤP LẠI LẦN THỨ {}, {}",
            duplicate.ordinal,
            wording::date(duplicate.issued_on)
        );
        flow.write(&Style { above: 4.0, ..CENTRED }, &[(Face::Bold, &which)])?;
        // Those of before were all of papers that were lost.
        let cause = duplicate.cause.as_ref().map_or("đã mất", |cause| cause.name.trim());
        let why = format!("(thay cho bản chính {cause}; nội dung như bản chính)");
        flow.write(&CENTRED, &[(Face::Italic, &why)])?;
    }
    let mut above = 14.0;
    for basis in wording::bases(&record.legal_bases) {
        flow.write(&Style { above, ..TEXT }, &[(Face::Italic, &basis)])?;
        above = TEXT.above;
    }
    let issuer = record.issuer.name.to_uppercase();
    flow.write(&Style { above: 14.0, ..CENTRED }, &[(Face::Bold, &issuer)])?;
    flow.write(&Style { above: 4.0, ..CENTRED }, &[(Face::Bold, names.verb)])
}

fn write_field(flow: &mut Flow<'_>, field: &Field, layout: u16) -> Result<(), PrintError> {
    let face = if field.is_name { Face::Bold } else { Face::Regular };
    let label = format!("- {}: ", field.label);
    write_lines(flow, (Face::Regular, &label), (face, &field.value), layout)
}

/// What ends a line that somebody wrote.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// Writes a label and what stands behind it, each line of that set in as the first one is; in the first two layouts at the left edge.
fn write_lines(
    flow: &mut Flow<'_>,
    label: (Face, &str),
    (face, text): (Face, &str),
    layout: u16,
) -> Result<(), PrintError> {
    if layout < 3 {
        return flow.write(&TEXT, &[label, (face, text.trim())]);
    }
    let lines = text.split(LINE_ENDS).map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty());
    flow.write(&TEXT, &[label, (face, lines.next().unwrap_or_default())])?;
    for line in lines {
        flow.write(&Style { above: 0.0, ..TEXT }, &[(face, line)])?;
    }
    Ok(())
}

fn changes(
    flow: &mut Flow<'_>,
    amendment: &RecordAmendment,
    (number, record): (usize, &CertificateRecord),
) -> Result<(), PrintError> {
    let heading = format!("{number}. Nội dung gia hạn, sửa đổi, bổ sung");
    flow.write(&HEADING, &[(Face::Bold, &heading)])?;
    let signed_on = amendment.signed_on.map(wording::date);
    let paper = signed_on.map_or_else(String::new, |day| {
        format!(", theo văn bản sửa đổi, bổ sung hợp đồng ký {day}")
    });
    let which = format!(
        "Sửa đổi, bổ sung lần thứ {} đối với Giấy chứng nhận đăng ký chuyển giao công nghệ số {} {}{}.",
        amendment.position,
        amendment.original_number,
        wording::date(amendment.original_issued_on),
        paper,
    );
    flow.write(&TEXT, &[(Face::Regular, &which)])?;
    if let Some(kinds) = fields::names(&amendment.kinds) {
        let label = "Nội dung đăng ký";
        write_field(
            flow,
            &Field {
                label,
                value: kinds,
                is_name: false,
            },
            record.layout,
        )?;
    }
    if let Some((label, value)) = wording::value_change(amendment) {
        let is_name = false;
        write_field(flow, &Field { label, value, is_name }, record.layout)?;
    }
    for (place, change) in amendment.changes.iter().enumerate() {
        let clause = format!("{number}.{}. {}", place + 1, change.clause.trim());
        let has_more = change.before.is_some() || change.after.is_some();
        let style = Style {
            keep: has_more,
            align: Align::Both,
            ..HEADING
        };
        flow.write(&style, &[(Face::Bold, &clause)])?;
        for (label, text) in told(change) {
            // What a new amount is this certificate says itself; an old one it does not.
            let certified = Some(&record.money).filter(|_| change.after.as_deref() == Some(text));
            let text = match record.layout {
                1 => text.trim().to_owned(),
                _ => wording::changed(text.trim(), change.member.as_deref(), certified),
            };
            let label = format!("{label}: ");
            write_lines(flow, (Face::Italic, &label), (Face::Regular, &text), record.layout)?;
        }
    }
    Ok(())
}

/// What a change says, each with its label: what is new has no old wording, what is struck out no new one.
fn told(change: &RecordChange) -> Vec<(&'static str, &str)> {
    match (change.before.as_deref(), change.after.as_deref()) {
        (Some(before), Some(after)) => vec![("Nội dung cũ", before), ("Nội dung mới", after)],
        (Some(before), None) => vec![("Nội dung bãi bỏ", before)],
        (None, Some(after)) => vec![("Nội dung bổ sung", after)],
        (None, None) => Vec::new(),
    }
}

/// The last sentence, the signature, who gets the paper, and where it can be verified: on one page.
fn closing(flow: &mut Flow<'_>, record: &CertificateRecord) -> Result<(), PrintError> {
    let paper = names(record.kind).paper;
    let effect = match &record.amendment {
        Some(amendment) => format!(
            "{paper} này có hiệu lực kể từ ngày cấp và là một phần không tách rời của Giấy chứng nhận đăng ký chuyển \
             giao công nghệ số {}.",
            amendment.original_number
        ),
        None => format!("{paper} này có hiệu lực kể từ ngày cấp."),
    };
    // The page of the signature is to tell more than that.
    if let Some(last) = flow.rows.last_mut() {
        last.keep = true;
    }
    let mut rows = flow.paragraph(&Style { above: 10.0, ..TEXT }, BODY, &[(Face::Regular, &effect)])?;
    if let Some(approval) = &record.approval {
        let words = format!("{paper} này được cấp theo {}.", wording::approval(approval));
        rows.extend(flow.paragraph(&TEXT, BODY, &[(Face::Regular, &words)])?);
    }
    if let Some(former) = &record.replaces {
        let words = format!(
            "{paper} này thay thế Giấy phép số {}, cấp {}.",
            former.number,
            wording::date(former.issued_on)
        );
        rows.extend(flow.paragraph(&TEXT, BODY, &[(Face::Regular, &words)])?);
    }
    if record.duplicate.is_some() {
        let first = format!(
            "Bản chính do {} ({}) ký {}.",
            record.signer.name.trim(),
            record.signer.title.trim(),
            wording::date(record.issued_on)
        );
        rows.extend(flow.paragraph(&TEXT, BODY, &[(Face::Regular, &first)])?);
    }

    let to = Style {
        size: 12.0,
        leading: 15.0,
        ..SMALL
    };
    let mut left = flow.paragraph(&to, LEFT, &[(Face::Italic, "Nơi nhận:")])?;
    let file = match &record.dossier_number {
        Some(dossier) => format!("- Lưu: VT, hồ sơ số {dossier}."),
        None => "- Lưu: VT.".into(),
    };
    let parties = [&record.transferor, &record.transferee].map(|party| format!("- {};", party.name.trim()));
    for line in parties.iter().chain([&file]) {
        left.extend(flow.paragraph(&SMALL, LEFT, &[(Face::Regular, line)])?);
    }
    // Who signs a duplicate signs for its being one; the signature of the first paper is told above.
    let signer = record
        .duplicate
        .as_ref()
        .map_or(&record.signer, |duplicate| &duplicate.signer);
    let mut right = Vec::new();
    for line in wording::title(&signer.title) {
        right.extend(flow.paragraph(&CENTRED, RIGHT, &[(Face::Bold, &line)])?);
    }
    let name = Style {
        above: SIGNATURE,
        ..CENTRED
    };
    right.extend(flow.paragraph(&name, RIGHT, &[(Face::Bold, signer.name.trim())])?);
    let mut signature = page::beside(vec![left, right]);
    if let Some(first) = signature.first_mut() {
        first.above += 14.0;
    }
    rows.extend(signature);
    for row in &mut rows {
        row.keep = true;
    }
    rows.push(verification(flow, record)?);
    flow.rows.extend(rows);
    Ok(())
}

fn verification(flow: &mut Flow<'_>, record: &CertificateRecord) -> Result<Row, PrintError> {
    let code = Item {
        x: BODY.left,
        y: 0.0,
        shape: Shape::Code { side: CODE },
        paragraph: flow.begin(Role::Code),
    };
    let code = Row {
        height: CODE,
        items: vec![code],
        ..Row::default()
    };
    let frame = Frame {
        left: BODY.left + CODE + 8.0,
        width: BODY.width - CODE - 8.0,
    };
    let number = format!("Số: {}", record.number);
    let first = Style { above: 14.0, ..SMALL };
    let mut text = flow.paragraph(&first, frame, &[(Face::Bold, &number)])?;
    let place = format!("Kiểm tra tại {}", record.verify_at);
    text.extend(flow.paragraph(&SMALL, frame, &[(Face::Regular, &place)])?);
    Ok(Row {
        above: 12.0,
        at_bottom: true,
        ..page::joined(page::beside(vec![vec![code], text]))
    })
}

#[cfg(test)]
mod tests {
    use super::set;
    use crate::domain::certificate::record::CertificateRecord;
    use crate::print::page::{Item, Shape};
    use crate::print::text::Fonts;

    fn says(item: &Item, told: &str) -> bool {
        let Shape::Text { line, .. } = &item.shape else {
            return false;
        };
        let text: String = line.runs.iter().map(|run| run.text.as_str()).collect();
        text.contains(told)
    }

    /// What is told in several lines is set in with each of them; in the layouts of before all but the first stand at the left edge.
    #[test]
    fn each_line_of_a_text_is_set_in() {
        let mut record: CertificateRecord = serde_json::from_str(include_str!("tests/registration.json")).unwrap();
        record.technology.machinery = Some("01 máy sấy tầng sôi\r\n\n 02 lò đốt trấu\n03 gàu tải".into());
        let mut left_of = |layout: u16, told: &str| {
            record.layout = layout;
            let sheet = set(&record, &Fonts::load(layout).unwrap()).unwrap();
            let mut items = sheet.pages.iter().flatten();
            items.find(|item| says(item, told)).unwrap().x
        };
        let first = left_of(3, "Máy móc, thiết bị kèm theo");
        for told in ["02 lò đốt trấu", "03 gàu tải"] {
            assert!(left_of(2, told) < first - 20.0, "{told}");
            assert!((left_of(3, told) - first).abs() < 0.01, "{told}");
        }
    }
}
