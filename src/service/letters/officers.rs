//! What letters tell officers of what waits for them, in both languages.

use super::render::{Part, Words, local, page, quoted, text};
use crate::domain::letter::{Digest, DigestLine, TakedownLine};
use crate::domain::review::EntryKind;
use crate::domain::review::backlog::BacklogKind;

/// They wait beside the queue.
fn is_join_request(about: &str) -> bool {
    about == BacklogKind::JoinRequest.as_str()
}

fn name_vi(about: &str) -> &str {
    match about.parse() {
        Ok(EntryKind::Enterprise) => "hồ sơ doanh nghiệp",
        Ok(EntryKind::Amendment) => "đề nghị thay đổi thông tin doanh nghiệp",
        Ok(EntryKind::Listing) => "tin đăng",
        Ok(EntryKind::Revision) => "bản sửa tin đăng",
        Ok(EntryKind::Document) => "giấy tờ, biểu trưng trong hồ sơ",
        Ok(EntryKind::Report) => "phản ánh",
        Err(_) if is_join_request(about) => "yêu cầu tham gia doanh nghiệp chưa có chủ tài khoản",
        Err(_later) => about,
    }
}

fn name_en(about: &str) -> &str {
    match about.parse() {
        Ok(EntryKind::Enterprise) => "registrations of enterprises",
        Ok(EntryKind::Amendment) => "changes of enterprises' data",
        Ok(EntryKind::Listing) => "listings",
        Ok(EntryKind::Revision) => "revisions of listings",
        Ok(EntryKind::Document) => "documents and logos of profiles",
        Ok(EntryKind::Report) => "reports of abuse",
        Err(_) if is_join_request(about) => "requests to join enterprises that have no owner",
        Err(_later) => about,
    }
}

pub(super) fn digest_vi(digest: &Digest) -> Words {
    let line = |line: &DigestLine| {
        text(format!(
            "– {} {}, lâu nhất từ {}",
            line.count,
            quoted(name_vi(&line.about)),
            local(line.oldest).strftime("%H:%M ngày %d/%m/%Y")
        ))
    };
    let mut parts = vec![text(format!(
        "Trong phạm vi Ông/Bà phụ trách, đang chờ từ {} giờ trở lên:",
        digest.hours
    ))];
    parts.extend(digest.lines.iter().map(line));
    parts.push(page("Mở hàng đợi duyệt", "moderation"));
    parts.push(Part::OfMail(
        "Thư này được gửi nhiều nhất một lần vào mỗi buổi sáng ngày làm việc; Ông/Bà có thể tắt trong tài khoản của mình.".into(),
    ));
    Words {
        subject: "Có hồ sơ, tin đăng đang chờ duyệt".into(),
        parts,
    }
}

pub(super) fn digest_en(digest: &Digest) -> Words {
    let line = |line: &DigestLine| {
        text(format!(
            "– {} {}, the first since {}",
            line.count,
            quoted(name_en(&line.about)),
            local(line.oldest).strftime("%H:%M on %d %B %Y")
        ))
    };
    let mut parts = vec![text(format!(
        "Of what you may decide on, this has waited for {} hours or longer:",
        digest.hours
    ))];
    parts.extend(digest.lines.iter().map(line));
    parts.push(page("Open the queue", "moderation"));
    parts.push(Part::OfMail(
        "This letter goes once in the morning of a working day at the most; you can turn it off in your account."
            .into(),
    ));
    Words {
        subject: "Something waits for your review".into(),
        parts,
    }
}

/// What a listing is called, with its code.
fn named(line: &TakedownLine) -> String {
    let title = quoted(&line.title);
    match &line.code {
        Some(code) => format!("“{title}” ({})", quoted(code)),
        None => format!("“{title}”"),
    }
}

pub(super) fn takedowns_vi(lines: &[TakedownLine]) -> Words {
    let is_missed = lines.iter().any(|line| line.is_missed);
    let line = |line: &TakedownLine| {
        text(format!(
            "– {}, theo văn bản {} của {}: chậm nhất {}{}",
            named(line),
            quoted(&line.reference),
            quoted(&line.authority),
            local(line.due_at).strftime("%H:%M ngày %d/%m/%Y"),
            if line.is_missed { " – đã quá hạn" } else { "" },
        ))
    };
    let mut parts = vec![text(
        "Yêu cầu gỡ bỏ của cơ quan có thẩm quyền phải được thực hiện trong 24 giờ kể từ khi nhận. Những yêu cầu sau chưa được thực hiện:",
    )];
    parts.extend(lines.iter().map(line));
    parts.push(page("Mở danh sách yêu cầu gỡ bỏ", "takedowns"));
    let subject = if is_missed {
        "Yêu cầu gỡ bỏ đã quá 24 giờ"
    } else {
        "Yêu cầu gỡ bỏ sắp hết hạn 24 giờ"
    };
    Words {
        subject: subject.into(),
        parts,
    }
}

pub(super) fn takedowns_en(lines: &[TakedownLine]) -> Words {
    let is_missed = lines.iter().any(|line| line.is_missed);
    let line = |line: &TakedownLine| {
        text(format!(
            "– {}, letter {} of {}: by {} at the latest{}",
            named(line),
            quoted(&line.reference),
            quoted(&line.authority),
            local(line.due_at).strftime("%H:%M on %d %B %Y"),
            if line.is_missed { " – missed" } else { "" },
        ))
    };
    let mut parts = vec![text(
        "An authority's request to take a listing down must be carried out within 24 hours of its receipt. These were not yet:",
    )];
    parts.extend(lines.iter().map(line));
    parts.push(page("Open the list of requests", "takedowns"));
    let subject = if is_missed {
        "A request to take a listing down is over 24 hours old"
    } else {
        "The 24 hours of a request to take a listing down end soon"
    };
    Words {
        subject: subject.into(),
        parts,
    }
}
