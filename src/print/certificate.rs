//! What stands on a certificate, and where, after Decree 30/2020 on papers of the administration.

use crate::domain::certificate::record::{CertificateRecord, RecordAmendment, RecordChange, RecordKind};

use super::PrintError;
use super::fields::{self, Field};
use super::page::{self, Align, BODY, Flow, Frame, Item, Page, Role, Row, Shape, Style};
use super::text::{Face, Fonts};
use super::wording;

/// The two columns of head and foot: who issues, and the state with its motto.
const LEFT: Frame = Frame {
    left: BODY.left,
    width: 190.0,
};
/// The left one with a part of the right one, for a number that is longer.
const WIDE: Frame = Frame {
    left: BODY.left,
    width: LEFT.width + 26.0,
};
const RIGHT: Frame = Frame {
    left: BODY.left + BODY.width - 256.0,
    width: 256.0,
};
/// Side of the QR code, 25 mm with its margin.
const CODE: f32 = 70.866;
/// Space where somebody signs and seals.
const SIGNATURE: f32 = 64.0;

const TEXT: Style = Style {
    size: 13.0,
    leading: 16.0,
    above: 6.0,
    indent: 28.346,
    align: Align::Both,
    keep: false,
    role: Role::Text,
};
const CENTRED: Style = Style {
    above: 0.0,
    indent: 0.0,
    align: Align::Centre,
    keep: true,
    ..TEXT
};
const TITLE: Style = Style {
    size: 14.0,
    leading: 18.5,
    role: Role::Title,
    ..CENTRED
};
const HEADING: Style = Style {
    above: 8.0,
    align: Align::Left,
    keep: true,
    role: Role::Heading,
    ..TEXT
};
const HEAD: Style = Style {
    size: 12.0,
    leading: 15.5,
    ..CENTRED
};
const SMALL: Style = Style {
    size: 11.0,
    leading: 13.5,
    above: 0.0,
    indent: 0.0,
    align: Align::Left,
    ..TEXT
};

/// A certificate, set on pages.
pub(super) struct Sheet {
    /// The pages.
    pub pages: Vec<Page>,
    /// What each paragraph is.
    pub roles: Vec<Role>,
}

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

/// What the paper is called in lists of documents.
pub(super) fn title(record: &CertificateRecord) -> String {
    let [paper, subject] = names(record.kind).title;
    let name = format!("{paper} {subject}").to_lowercase();
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{} số {}", letters.as_str(), record.number)
}

/// Sets a certificate.
pub(super) fn set(record: &CertificateRecord, fonts: &Fonts) -> Result<Sheet, PrintError> {
    let mut flow = Flow::new(fonts);
    head(&mut flow, record)?;
    opening(&mut flow, record)?;
    let mut number = 0;
    for section in fields::sections(record) {
        number += 1;
        flow.write(&HEADING, &[(Face::Bold, &format!("{number}. {}", section.heading))])?;
        for field in &section.fields {
            write_field(&mut flow, field)?;
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

/// A short line below the middle of a frame.
fn rule(flow: &mut Flow<'_>, frame: Frame, width: f32) -> Row {
    let item = Item {
        x: frame.left + (frame.width - width) / 2.0,
        // Clear of the marks below letters.
        y: 3.5,
        shape: Shape::Rule { width },
        paragraph: flow.begin(Role::Text),
    };
    Row {
        height: 6.0,
        items: vec![item],
        ..Row::default()
    }
}

fn head(flow: &mut Flow<'_>, record: &CertificateRecord) -> Result<(), PrintError> {
    let issuer = &record.issuer;
    let mut left = Vec::new();
    if let Some(superior) = &issuer.superior {
        left.extend(body(flow, Face::Regular, superior)?);
    }
    left.extend(body(flow, Face::Bold, &issuer.name)?);
    left.push(rule(flow, LEFT, 66.0));

    let state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
    let mut right = flow.paragraph(&HEAD, RIGHT, &[(Face::Bold, state)])?;
    let motto = Style { size: 13.0, ..HEAD };
    let motto = flow.paragraph(&motto, RIGHT, &[(Face::Bold, "Độc lập - Tự do - Hạnh phúc")])?;
    // As long as the motto is.
    let width = widest(&motto);
    right.extend(motto);
    right.push(rule(flow, RIGHT, width));

    // Number and date stand side by side, whichever column is longer above them.
    let line = Style { size: 13.0, ..HEAD };
    let said = format!("Số: {}", record.number);
    let number = flow.paragraph(&line, LEFT, &[(Face::Regular, &said)])?;
    let date = format!(
        "{}, {}",
        issuer.place,
        wording::date(record.issued_on).replace(' ', "\u{a0}")
    );
    let date = flow.paragraph(&line, RIGHT, &[(Face::Italic, &date)])?;
    let number = match record.layout {
        1 => number,
        _ => in_one_line(flow, &line, (&said, number), &date)?,
    };

    let mut rows = page::beside(vec![left, right]);
    if let Some(last) = rows.last_mut() {
        last.keep = true;
    }
    let mut below = page::beside(vec![number, date]);
    if let Some(first) = below.first_mut() {
        first.above += 6.0;
    }
    flow.rows.extend(rows);
    flow.rows.extend(below);
    Ok(())
}

/// How wide the longest line of some rows is.
fn widest(rows: &[Row]) -> f32 {
    let widths = rows.iter().flat_map(|row| &row.items).map(|item| match &item.shape {
        Shape::Text { line, .. } => line.width,
        Shape::Rule { .. } | Shape::Code { .. } => 0.0,
    });
    widths.fold(0.0, f32::max)
}

/// The number of the paper, which may reach beyond its column where the day beside it leaves room: it is not broken for that.
fn in_one_line(
    flow: &mut Flow<'_>,
    style: &Style,
    (said, narrow): (&str, Vec<Row>),
    date: &[Row],
) -> Result<Vec<Row>, PrintError> {
    /// Between the number and the day.
    const APART: f32 = 8.0;
    if narrow.len() == 1 {
        return Ok(narrow);
    }
    let wide = flow.paragraph(style, WIDE, &[(Face::Regular, said)])?;
    let end = WIDE.left + (WIDE.width + widest(&wide)) / 2.0;
    let begin = RIGHT.left + (RIGHT.width - widest(date)) / 2.0;
    let fits = wide.len() == 1 && end + APART <= begin;
    Ok(if fits { wide } else { narrow })
}

/// The name of an authority at the head, in capitals. Where it takes more than a line, the province has a line of its own.
fn body(flow: &mut Flow<'_>, face: Face, name: &str) -> Result<Vec<Row>, PrintError> {
    let name = name.trim().to_uppercase();
    let whole = flow.paragraph(&HEAD, LEFT, &[(face, &name)])?;
    let divided = name.replace(" TỈNH ", "\nTỈNH ").replace(" THÀNH PHỐ ", "\nTHÀNH PHỐ ");
    if whole.len() == 1 || divided == name {
        return Ok(whole);
    }
    let divided = flow.paragraph(&HEAD, LEFT, &[(face, &divided)])?;
    Ok(if divided.len() > whole.len() { whole } else { divided })
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

fn write_field(flow: &mut Flow<'_>, field: &Field) -> Result<(), PrintError> {
    let face = if field.is_name { Face::Bold } else { Face::Regular };
    let label = format!("- {}: ", field.label);
    flow.write(&TEXT, &[(Face::Regular, &label), (face, field.value.trim())])
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
        )?;
    }
    if let Some((label, value)) = wording::value_change(amendment) {
        let is_name = false;
        write_field(flow, &Field { label, value, is_name })?;
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
            flow.write(&TEXT, &[(Face::Italic, &format!("{label}: ")), (Face::Regular, &text)])?;
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
