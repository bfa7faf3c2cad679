//! Letters about documents of the profile and logos: an officer's verdict, and the last day that comes near.

use jiff::civil::Date;

use super::render::{Part, Words, page, quoted, text};
use crate::domain::enterprise::document::DocumentKind;
use crate::domain::letter::{PaperEnd, PaperRuling};

/// What the document is called in the reader's language; a code of a later program is told as it is.
fn kind(document: &str, language: fn(DocumentKind) -> &'static str) -> &str {
    document.parse().map_or(document, language)
}

/// A day as people write it.
fn written(day: &str) -> String {
    match day.parse::<Date>() {
        Ok(day) => day.strftime("%d/%m/%Y").to_string(),
        Err(_unreadable) => day.to_owned(),
    }
}

/// The last day on which what was accepted holds, as people write it.
fn last_day(ruling: &PaperRuling) -> Option<String> {
    let day = ruling.valid_to.as_ref().filter(|_| ruling.verdict == "accepted")?;
    Some(written(day))
}

fn is_logo(ruling: &PaperRuling) -> bool {
    ruling.document == DocumentKind::Logo.as_str()
}

/// What becomes of a logo.
fn logo_vi(ruling: &PaperRuling) -> Words {
    let is_accepted = ruling.verdict == "accepted";
    let outcome = if is_accepted {
        "đã được duyệt"
    } else {
        "chưa được chấp nhận"
    };
    let mut parts = vec![text(format!(
        "Biểu trưng “{}” của “{}” {outcome}.",
        quoted(&ruling.name),
        quoted(&ruling.enterprise)
    ))];
    if let Some(reason) = &ruling.reason {
        parts.push(text("Lý do:"));
        parts.push(Part::Quote(reason.clone()));
    }
    parts.push(text(if is_accepted {
        "Biểu trưng đã hiển thị trên trang của doanh nghiệp."
    } else {
        "Biểu trưng này không hiển thị; xin Ông/Bà gửi biểu trưng khác."
    }));
    parts.push(page("Xem hồ sơ doanh nghiệp", "my-enterprise"));
    Words {
        subject: format!("Biểu trưng của doanh nghiệp {outcome}"),
        parts,
    }
}

/// The same in English.
fn logo_en(ruling: &PaperRuling) -> Words {
    let is_accepted = ruling.verdict == "accepted";
    let outcome = if is_accepted {
        "was accepted"
    } else {
        "was not accepted"
    };
    let mut parts = vec![text(format!(
        "The logo “{}” of “{}” {outcome}.",
        quoted(&ruling.name),
        quoted(&ruling.enterprise)
    ))];
    if let Some(reason) = &ruling.reason {
        parts.push(text("Reason:"));
        parts.push(Part::Quote(reason.clone()));
    }
    parts.push(text(if is_accepted {
        "It stands on the page of your enterprise now."
    } else {
        "It is not shown; please hand in another one."
    }));
    parts.push(page("See my enterprise", "my-enterprise"));
    Words {
        subject: format!("The logo of your enterprise {outcome}"),
        parts,
    }
}

pub(super) fn decided_vi(ruling: &PaperRuling) -> Words {
    if is_logo(ruling) {
        return logo_vi(ruling);
    }
    let outcome = match ruling.verdict.as_str() {
        "accepted" => "hợp lệ",
        "refused" => "chưa được chấp nhận",
        _ => "đã hết hạn",
    };
    let mut parts = vec![text(format!(
        "Giấy tờ “{}” ({}) của “{}”: {outcome}.",
        quoted(&ruling.name),
        quoted(kind(&ruling.document, DocumentKind::name_vi)),
        quoted(&ruling.enterprise)
    ))];
    if let Some(day) = last_day(ruling) {
        parts.push(text(format!(
            "Có hiệu lực đến hết ngày {day}. Trước ngày đó, xin Ông/Bà nộp bản mới."
        )));
    }
    if let Some(reason) = &ruling.reason {
        parts.push(text("Lý do:"));
        parts.push(Part::Quote(reason.clone()));
    }
    if ruling.verdict != "accepted" {
        parts.push(text("Xin Ông/Bà nộp bản khác trong hồ sơ doanh nghiệp."));
    }
    parts.push(page("Xem hồ sơ doanh nghiệp", "my-enterprise"));
    Words {
        subject: format!("Giấy tờ trong hồ sơ {outcome}"),
        parts,
    }
}

pub(super) fn decided_en(ruling: &PaperRuling) -> Words {
    if is_logo(ruling) {
        return logo_en(ruling);
    }
    let outcome = match ruling.verdict.as_str() {
        "accepted" => "was accepted",
        "refused" => "was not accepted",
        _ => "has expired",
    };
    let mut parts = vec![text(format!(
        "The document “{}” ({}) of “{}” {outcome}.",
        quoted(&ruling.name),
        quoted(kind(&ruling.document, DocumentKind::name_en)),
        quoted(&ruling.enterprise)
    ))];
    if let Some(day) = last_day(ruling) {
        parts.push(text(format!(
            "It holds through {day}. Please hand in a new one before that day."
        )));
    }
    if let Some(reason) = &ruling.reason {
        parts.push(text("Reason:"));
        parts.push(Part::Quote(reason.clone()));
    }
    if ruling.verdict != "accepted" {
        parts.push(text("Please hand in another one in your enterprise's profile."));
    }
    parts.push(page("See my enterprise", "my-enterprise"));
    Words {
        subject: format!("A document of your profile {outcome}"),
        parts,
    }
}

pub(super) fn ends_vi(end: &PaperEnd) -> Words {
    Words {
        subject: "Giấy tờ trong hồ sơ sắp hết hạn".into(),
        parts: vec![
            text(format!(
                "Giấy tờ “{}” ({}) của “{}” có hiệu lực đến hết ngày {}.",
                quoted(&end.name),
                quoted(kind(&end.document, DocumentKind::name_vi)),
                quoted(&end.enterprise),
                written(&end.valid_to)
            )),
            text(
                "Xin Ông/Bà nộp bản mới trong hồ sơ doanh nghiệp trước ngày đó. Sau ngày đó, giấy tờ được ghi là đã hết hạn.",
            ),
            page("Xem hồ sơ doanh nghiệp", "my-enterprise"),
        ],
    }
}

pub(super) fn ends_en(end: &PaperEnd) -> Words {
    Words {
        subject: "A document of your profile ends soon".into(),
        parts: vec![
            text(format!(
                "The document “{}” ({}) of “{}” holds through {}.",
                quoted(&end.name),
                quoted(kind(&end.document, DocumentKind::name_en)),
                quoted(&end.enterprise),
                written(&end.valid_to)
            )),
            text(
                "Please hand in a new one in your enterprise's profile before that day. After it, the document is shown as expired.",
            ),
            page("See my enterprise", "my-enterprise"),
        ],
    }
}
