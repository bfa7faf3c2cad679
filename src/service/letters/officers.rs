//! What letters tell officers of what waits for them, in both languages.

use super::render::{Part, Words, local, page, quoted, text};
use crate::domain::letter::{Digest, DigestLine, TakedownLine};
use crate::domain::review::backlog::BacklogKind;

fn name_vi(about: &str) -> &str {
    match about.parse() {
        Ok(BacklogKind::Enterprise) => "hồ sơ doanh nghiệp",
        Ok(BacklogKind::Amendment) => "đề nghị thay đổi thông tin doanh nghiệp",
        Ok(BacklogKind::Listing) => "tin đăng",
        Ok(BacklogKind::Revision) => "bản sửa tin đăng",
        Ok(BacklogKind::Document) => "giấy tờ, biểu trưng trong hồ sơ",
        Ok(BacklogKind::Report) => "phản ánh",
        Ok(BacklogKind::Takedown) => "yêu cầu gỡ bỏ của cơ quan có thẩm quyền",
        Ok(BacklogKind::IpNotice) => "thông báo xâm phạm quyền sở hữu trí tuệ chưa được xem xét",
        Ok(BacklogKind::Complaint) => "khiếu nại chưa được thụ lý",
        Ok(BacklogKind::JoinRequest) => "yêu cầu tham gia doanh nghiệp chưa có chủ tài khoản",
        Err(_later) => about,
    }
}

fn name_en(about: &str) -> &str {
    match about.parse() {
        Ok(BacklogKind::Enterprise) => "registrations of enterprises",
        Ok(BacklogKind::Amendment) => "changes of enterprises' data",
        Ok(BacklogKind::Listing) => "listings",
        Ok(BacklogKind::Revision) => "revisions of listings",
        Ok(BacklogKind::Document) => "documents and logos of profiles",
        Ok(BacklogKind::Report) => "reports of abuse",
        Ok(BacklogKind::Takedown) => "authorities' requests to take listings down",
        Ok(BacklogKind::IpNotice) => "notices of rights holders that nobody has looked at",
        Ok(BacklogKind::Complaint) => "complaints that nobody has taken up",
        Ok(BacklogKind::JoinRequest) => "requests to join enterprises that have no owner",
        Err(_later) => about,
    }
}

/// Of how many the term is over, where there are any.
fn overdue(count: u64, word: &str) -> String {
    match count {
        0 => String::new(),
        count => format!("; {count} {word}"),
    }
}

pub(super) fn digest_vi(digest: &Digest) -> Words {
    let line = |line: &DigestLine| {
        text(format!(
            "– {} {}, lâu nhất từ {}{}",
            line.count,
            quoted(name_vi(&line.about)),
            local(line.oldest).strftime("%H:%M ngày %d/%m/%Y"),
            overdue(line.overdue, "đã quá hạn")
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
        subject: "Có việc đang chờ Ông/Bà xử lý".into(),
        parts,
    }
}

pub(super) fn digest_en(digest: &Digest) -> Words {
    let line = |line: &DigestLine| {
        text(format!(
            "– {} {}, the first since {}{}",
            line.count,
            quoted(name_en(&line.about)),
            local(line.oldest).strftime("%H:%M on %d %B %Y"),
            overdue(line.overdue, "overdue")
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
        subject: "Something waits for you".into(),
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
