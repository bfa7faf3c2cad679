//! What letters say about reviews, in both languages: what was decided, and what the other side wrote.

use super::render::{Part, Words, local, page, quoted, text};
use crate::domain::letter::{Ruling, Words as Written};
use crate::domain::review::labels;

pub(super) fn decided_vi(ruling: &Ruling) -> Words {
    let thing = match ruling.about.as_str() {
        "enterprise" => "Hồ sơ đăng ký doanh nghiệp",
        "renewal" => "Đề nghị xác minh lại doanh nghiệp",
        "verification" => "Đề nghị xác minh doanh nghiệp",
        "amendment" => "Đề nghị thay đổi hồ sơ",
        "revision" => "Bản sửa đổi tin đăng",
        _ => "Tin đăng",
    };
    let outcome = match ruling.verdict.as_str() {
        "approved" => "đã được duyệt",
        "rejected" => "bị từ chối",
        _ => "cần sửa, bổ sung",
    };
    let effect = match (ruling.about.as_str(), ruling.verdict.as_str()) {
        ("enterprise", "approved") => "Doanh nghiệp có thể đăng tin trên Sàn từ bây giờ.",
        ("renewal", "approved") => "Doanh nghiệp đã được xác minh lại.",
        ("verification", "approved") => "Doanh nghiệp đã được xác minh.",
        ("listing", "approved") => "Tin đang hiển thị trên Sàn.",
        (_, "approved") => "Nội dung thay đổi đã có hiệu lực.",
        ("amendment", "rejected") => "Hồ sơ giữ nguyên như trước. Ông/Bà có thể gửi đề nghị khác.",
        ("amendment", _) => "Trong khi chờ, hồ sơ giữ nguyên như trước. Ông/Bà có thể sửa và gửi lại.",
        ("renewal" | "verification", _) => "Doanh nghiệp và các tin vẫn hiển thị. Ông/Bà có thể bổ sung và gửi lại.",
        ("revision", _) => "Tin đang hiển thị giữ nguyên như trước. Ông/Bà có thể sửa và gửi duyệt lại.",
        _ => "Ông/Bà có thể sửa và gửi duyệt lại.",
    };
    let mut parts = vec![text(format!("{thing} “{}” {outcome}. {effect}", quoted(&ruling.name)))];
    if let (Some(until), "approved") = (ruling.until, ruling.verdict.as_str()) {
        parts.push(text(format!(
            "Việc xác minh có hiệu lực đến {}.",
            local(until).strftime("%H:%M ngày %d/%m/%Y")
        )));
    }
    if let Some(reason) = &ruling.reason {
        let name = ruling.reason_name.as_ref().map(|(vi, _)| format!(" ({})", quoted(vi)));
        parts.push(text(format!("Lý do{}:", name.unwrap_or_default())));
        parts.push(Part::Quote(reason.clone()));
    }
    if !ruling.notes.is_empty() {
        parts.push(text("Các mục cần sửa:"));
        parts.push(notes(ruling, |(vi, _)| vi));
    }
    if ruling.verdict != "approved" {
        parts.push(text(
            "Nếu chưa rõ, Ông/Bà có thể trao đổi với cán bộ ngay tại mục này trên Sàn.",
        ));
    }
    parts.push(match ruling.about.as_str() {
        "enterprise" | "renewal" | "verification" | "amendment" => page("Xem hồ sơ doanh nghiệp", "my-enterprise"),
        _ => page("Xem tin của tôi", "my-listings"),
    });
    Words {
        subject: format!("{thing} {outcome}"),
        parts,
    }
}

pub(super) fn decided_en(ruling: &Ruling) -> Words {
    let thing = match ruling.about.as_str() {
        "enterprise" => "The registration",
        "renewal" => "The renewal of the verification",
        "verification" => "The verification of the enterprise",
        "amendment" => "The change to the registration",
        "revision" => "The revision of the listing",
        _ => "The listing",
    };
    let outcome = match ruling.verdict.as_str() {
        "approved" => "was approved",
        "rejected" => "was refused",
        _ => "was sent back for changes",
    };
    let effect = match (ruling.about.as_str(), ruling.verdict.as_str()) {
        ("enterprise", "approved") => "From now on the enterprise can post listings.",
        ("renewal", "approved") => "The enterprise was verified anew.",
        ("verification", "approved") => "The enterprise is verified now.",
        ("listing", "approved") => "It is public now.",
        (_, "approved") => "It is in force now.",
        ("amendment", "rejected") => "The registration stays as it was. You can ask for another change.",
        ("amendment", _) => "Until then the registration stays as it was. You can mend it and hand it in again.",
        ("renewal" | "verification", _) => {
            "The enterprise and its listings stay public. You can add what is missing and hand it in again."
        }
        ("revision", _) => "The public listing stays as it was. You can mend the revision and hand it in again.",
        _ => "You can mend it and hand it in again.",
    };
    let mut parts = vec![text(format!("{thing} “{}” {outcome}. {effect}", quoted(&ruling.name)))];
    if let (Some(until), "approved") = (ruling.until, ruling.verdict.as_str()) {
        parts.push(text(format!(
            "The verification holds until {}.",
            local(until).strftime("%d %B %Y at %H:%M")
        )));
    }
    if let Some(reason) = &ruling.reason {
        let name = ruling.reason_name.as_ref().map(|(_, en)| format!(" ({})", quoted(en)));
        parts.push(text(format!("Reason{}:", name.unwrap_or_default())));
        parts.push(Part::Quote(reason.clone()));
    }
    if !ruling.notes.is_empty() {
        parts.push(text("What is to be mended:"));
        parts.push(notes(ruling, |(_, en)| en));
    }
    if ruling.verdict != "approved" {
        parts.push(text(
            "If anything is unclear, write to the officers where you see it on the exchange.",
        ));
    }
    parts.push(match ruling.about.as_str() {
        "enterprise" | "renewal" | "verification" | "amendment" => page("See the registration", "my-enterprise"),
        _ => page("See my listings", "my-listings"),
    });
    Words {
        subject: format!("{thing} {outcome}"),
        parts,
    }
}

/// One line for each note.
fn notes(ruling: &Ruling, language: fn((String, String)) -> String) -> Part {
    let lines = ruling.notes.iter().map(|note| {
        let place = language(labels::place(&note.pointer));
        format!("– {}: {}", quoted(&place), note.text)
    });
    Part::Quote(lines.collect::<Vec<_>>().join("\n"))
}

pub(super) fn written_vi(words: &Written) -> Words {
    let thing = match words.about.as_str() {
        "enterprise" => "hồ sơ đăng ký doanh nghiệp",
        "amendment" => "đề nghị thay đổi hồ sơ",
        "document" => "giấy tờ của hồ sơ",
        "revision" => "bản sửa đổi tin đăng",
        _ => "tin đăng",
    };
    let who = if words.is_officer {
        "Cán bộ của Sở"
    } else {
        "Doanh nghiệp"
    };
    Words {
        subject: format!("Trao đổi về {thing}"),
        parts: vec![
            text(format!("{who} viết về {thing} “{}”:", quoted(&words.name))),
            Part::Quote(words.body.clone()),
            Part::OfMail(
                "Xin trả lời ngay tại mục này trên Sàn; thư trả lời vào địa chỉ này không đến được người gửi.".into(),
            ),
        ],
    }
}

pub(super) fn written_en(words: &Written) -> Words {
    let thing = match words.about.as_str() {
        "enterprise" => "the registration",
        "amendment" => "the change to the registration",
        "document" => "the document of the profile",
        "revision" => "the revision of the listing",
        _ => "the listing",
    };
    let who = if words.is_officer {
        "An officer of the Department"
    } else {
        "The enterprise"
    };
    Words {
        subject: format!("A message about {thing}"),
        parts: vec![
            text(format!("{who} wrote about {thing} “{}”:", quoted(&words.name))),
            Part::Quote(words.body.clone()),
            Part::OfMail(
                "Please answer where you see it on the exchange; mail to this address does not reach whoever wrote."
                    .into(),
            ),
        ],
    }
}
