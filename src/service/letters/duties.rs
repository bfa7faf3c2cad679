//! What letters say about notices of rights holders and about complaints, in both languages.

use jiff::Timestamp;

use super::render::{Part, Words, last_day, page, quoted, text};
use crate::domain::letter::{ComplaintNews, NoticeNews};

pub(super) fn day_vi(deadline: Timestamp) -> String {
    last_day(deadline).strftime("%d/%m/%Y").to_string()
}

pub(super) fn day_en(deadline: Timestamp) -> String {
    last_day(deadline).strftime("%d %B %Y").to_string()
}

/// The first words, what was written, and the last ones.
pub(super) fn letter(subject: &str, first: String, quote: Option<&String>, last: Vec<Part>) -> Words {
    let mut parts = vec![text(first)];
    parts.extend(quote.cloned().map(Part::Quote));
    parts.extend(last);
    Words {
        subject: subject.to_owned(),
        parts,
    }
}

pub(super) fn notice_vi(news: &NoticeNews) -> Words {
    let (title, day) = (quoted(&news.title), day_vi(news.due_at));
    let mine = || page("Xem tin của tôi", "my-listings");
    match news.step.as_str() {
        "accepted" => letter(
            "Đã tiếp nhận thông báo xâm phạm quyền sở hữu trí tuệ",
            format!("Tin “{title}” đã được gỡ tạm thời theo thông báo của Ông/Bà."),
            None,
            vec![text(format!(
                "Chủ tin có thể gửi phản thông báo đến hết ngày {day}; Sàn sẽ báo cho Ông/Bà."
            ))],
        ),
        "rejected" => letter(
            "Không chấp nhận thông báo xâm phạm quyền sở hữu trí tuệ",
            format!("Thông báo của Ông/Bà về tin “{title}” không được chấp nhận. Lý do:"),
            news.text.as_ref(),
            vec![text("Địa chỉ thư của Ông/Bà đã được xóa khỏi thông báo.")],
        ),
        "held" => letter(
            "Tin đăng bị gỡ tạm thời do thông báo quyền sở hữu trí tuệ",
            format!(
                "{} cho rằng tin “{title}” của doanh nghiệp xâm phạm quyền sở hữu trí tuệ; tin đã được gỡ tạm thời. Nội dung:",
                quoted(news.claimant.as_deref().unwrap_or_default())
            ),
            news.text.as_ref(),
            vec![
                text(format!(
                    "Nếu không đồng ý, Ông/Bà có thể gửi phản thông báo đến hết ngày {day}, mã thông báo {}. Nội dung phản thông báo được chuyển cho bên thông báo.",
                    news.notice
                )),
                mine(),
            ],
        ),
        "countered" => letter(
            "Chủ tin đã gửi phản thông báo",
            format!("Chủ tin “{title}” không đồng ý với thông báo của Ông/Bà và trả lời:"),
            news.text.as_ref(),
            vec![text(format!(
                "Đến hết ngày {day}, nếu Sàn không nhận được tài liệu về việc Ông/Bà đã yêu cầu tòa án hoặc cơ quan có thẩm quyền giải quyết, tin có thể được khôi phục."
            ))],
        ),
        "upheld" => letter(
            "Giữ nguyên việc gỡ tin do thông báo quyền sở hữu trí tuệ",
            format!("Việc gỡ tin “{title}” được giữ nguyên. Lý do:"),
            news.text.as_ref(),
            Vec::new(),
        ),
        _ => letter(
            "Thông báo quyền sở hữu trí tuệ không còn hiệu lực",
            format!("Tin “{title}” không còn bị gỡ vì thông báo này. Lý do:"),
            news.text.as_ref(),
            vec![text(
                "Tin hiển thị trở lại nếu không bị gỡ vì lý do khác và còn thời hạn.",
            )],
        ),
    }
}

pub(super) fn notice_en(news: &NoticeNews) -> Words {
    let (title, day) = (quoted(&news.title), day_en(news.due_at));
    match news.step.as_str() {
        "accepted" => letter(
            "Your notice about intellectual property was accepted",
            format!("The listing “{title}” was removed for the time being because of your notice."),
            None,
            vec![text(format!(
                "Its owner may answer until the end of {day}; we shall tell you."
            ))],
        ),
        "rejected" => letter(
            "Your notice about intellectual property was refused",
            format!("Your notice about the listing “{title}” was refused. The reason:"),
            news.text.as_ref(),
            vec![text("Your address was deleted from the notice.")],
        ),
        "held" => letter(
            "A listing was removed because of a notice about intellectual property",
            format!(
                "{} says that the listing “{title}” of your enterprise infringes intellectual property; it was removed for the time being. The notice:",
                quoted(news.claimant.as_deref().unwrap_or_default())
            ),
            news.text.as_ref(),
            vec![
                text(format!(
                    "If you disagree, you may answer until the end of {day}, notice no. {}. Your answer goes to whoever sent the notice.",
                    news.notice
                )),
                page("See my listings", "my-listings"),
            ],
        ),
        "countered" => letter(
            "The owner of the listing answered your notice",
            format!("The owner of the listing “{title}” disagrees with your notice, and writes:"),
            news.text.as_ref(),
            vec![text(format!(
                "Unless we receive by the end of {day} papers showing that you turned to a court or an authority, the listing may be brought back."
            ))],
        ),
        "upheld" => letter(
            "A listing stays removed because of a notice about intellectual property",
            format!("The listing “{title}” stays removed. The reason:"),
            news.text.as_ref(),
            Vec::new(),
        ),
        _ => letter(
            "A notice about intellectual property does not hold any more",
            format!("The listing “{title}” is no longer removed because of this notice. The reason:"),
            news.text.as_ref(),
            vec![text(
                "It is shown again if nothing else keeps it away and its term has not ended.",
            )],
        ),
    }
}

pub(super) fn complaint_vi(news: &ComplaintNews) -> Words {
    let (name, day) = (quoted(&news.enterprise), day_vi(news.due_at));
    match news.step.as_str() {
        "acknowledged" => letter(
            "Sàn đang giải quyết khiếu nại của Ông/Bà",
            format!("Khiếu nại của Ông/Bà về doanh nghiệp “{name}” đã được thụ lý."),
            None,
            vec![text(format!("Ông/Bà sẽ được trả lời chậm nhất vào ngày {day}."))],
        ),
        "forwarded" => letter(
            "Có khiếu nại về doanh nghiệp",
            format!("Sàn đã thụ lý một khiếu nại về doanh nghiệp “{name}”:"),
            news.text.as_ref(),
            vec![text(format!(
                "Khiếu nại được trả lời chậm nhất vào ngày {day}; cán bộ có thể liên hệ với Ông/Bà."
            ))],
        ),
        "reopened" => letter(
            "Khiếu nại được xem xét lại",
            format!("Khiếu nại về doanh nghiệp “{name}” được xem xét lại. Lý do:"),
            news.text.as_ref(),
            vec![text(format!("Khiếu nại được trả lời chậm nhất vào ngày {day}."))],
        ),
        step => letter(
            "Kết quả giải quyết khiếu nại",
            format!(
                "Khiếu nại về doanh nghiệp “{name}” {}. Trả lời của Sàn:",
                if step == "resolved" {
                    "được chấp nhận"
                } else {
                    "không được chấp nhận"
                }
            ),
            news.text.as_ref(),
            vec![text(
                "Địa chỉ thư của người khiếu nại đã được xóa khỏi hồ sơ. Nếu không đồng ý, người khiếu nại có thể yêu cầu Sàn xem xét lại.",
            )],
        ),
    }
}

pub(super) fn complaint_en(news: &ComplaintNews) -> Words {
    let (name, day) = (quoted(&news.enterprise), day_en(news.due_at));
    match news.step.as_str() {
        "acknowledged" => letter(
            "Your complaint is being looked into",
            format!("We are looking into your complaint about the enterprise “{name}”."),
            None,
            vec![text(format!("You will have an answer by {day} at the latest."))],
        ),
        "forwarded" => letter(
            "A complaint about your enterprise",
            format!("We are looking into a complaint about the enterprise “{name}”:"),
            news.text.as_ref(),
            vec![text(format!(
                "It will be answered by {day} at the latest; an officer may get in touch with you."
            ))],
        ),
        "reopened" => letter(
            "A complaint is looked into once more",
            format!("The complaint about the enterprise “{name}” is looked into once more. The reason:"),
            news.text.as_ref(),
            vec![text(format!("It will be answered by {day} at the latest."))],
        ),
        step => letter(
            "Outcome of a complaint",
            format!(
                "The complaint about the enterprise “{name}” was {}. Our answer:",
                if step == "resolved" { "upheld" } else { "not upheld" }
            ),
            news.text.as_ref(),
            vec![text(
                "The address of whoever complained was deleted from the file; who is not content may ask us to look once more.",
            )],
        ),
    }
}
