//! What letters say about inquiries, in both languages: who did what about which listing. What was written is not repeated, so that
//! nobody sends words of his own in the name of the exchange.

use super::render::{Words, last_day, page, quoted, text};
use crate::domain::letter::InquiryNews;

pub(super) fn words_vi(news: &InquiryNews) -> Words {
    let (title, other) = (quoted(&news.title), quoted(&news.other));
    let (subject, told) = match news.step.as_str() {
        "sent" => (
            "Có phiếu bày tỏ quan tâm đến tin của doanh nghiệp",
            format!("“{other}” gửi phiếu bày tỏ quan tâm đến tin “{title}”."),
        ),
        "message" => (
            "Có trao đổi mới trong phiếu bày tỏ quan tâm",
            format!("“{other}” gửi trao đổi mới về tin “{title}”."),
        ),
        "proposed" => (
            "Bên kia đề nghị xác nhận kết quả trao đổi",
            format!(
                "“{other}” đề nghị xác nhận kết quả trao đổi về tin “{title}”. Kết quả chỉ được ghi nhận khi Ông/Bà đồng ý."
            ),
        ),
        "agreed" => (
            "Hai bên đã thống nhất",
            format!("“{other}” đồng ý với kết quả trao đổi mà Ông/Bà đề nghị về tin “{title}”."),
        ),
        "completed" => (
            "Hai bên đã hoàn thành",
            format!("“{other}” xác nhận đã hoàn thành nội dung thống nhất về tin “{title}”."),
        ),
        "declined" => (
            "Phiếu bày tỏ quan tâm bị từ chối",
            format!("Phiếu bày tỏ quan tâm đến tin “{title}” của “{other}” đã bị từ chối."),
        ),
        "withdrawn" => (
            "Phiếu bày tỏ quan tâm đã được rút",
            format!("Phiếu bày tỏ quan tâm của “{other}” đến tin “{title}” đã được rút."),
        ),
        _ => (
            "Phiếu bày tỏ quan tâm đã quá hạn trả lời",
            format!("Phiếu bày tỏ quan tâm đến tin “{title}” đã quá hạn mà chưa được trả lời; bên kia là “{other}”."),
        ),
    };
    let term = news.respond_by.map(|at| {
        let day = last_day(at).strftime("%d/%m/%Y");
        text(format!("Phiếu chờ trả lời đến hết ngày {day}."))
    });
    let mut parts = vec![text(told)];
    parts.extend(term);
    parts.push(page("Xem phiếu trên Sàn", "inquiries"));
    Words {
        subject: subject.to_owned(),
        parts,
    }
}

pub(super) fn words_en(news: &InquiryNews) -> Words {
    let (title, other) = (quoted(&news.title), quoted(&news.other));
    let (subject, told) = match news.step.as_str() {
        "sent" => (
            "An inquiry about a listing of your enterprise",
            format!("“{other}” sent an inquiry about the listing “{title}”."),
        ),
        "message" => (
            "A new message in an inquiry",
            format!("“{other}” wrote about the listing “{title}”."),
        ),
        "proposed" => (
            "The other side asks you to confirm an outcome",
            format!(
                "“{other}” asks you to confirm what came of the inquiry about the listing “{title}”. It only holds once you agree."
            ),
        ),
        "agreed" => (
            "Both sides agree",
            format!("“{other}” agrees with the outcome that you proposed about the listing “{title}”."),
        ),
        "completed" => (
            "What both sides agreed on is done",
            format!("“{other}” confirms that what you agreed on about the listing “{title}” is done."),
        ),
        "declined" => (
            "An inquiry was declined",
            format!("The inquiry about the listing “{title}” of “{other}” was declined."),
        ),
        "withdrawn" => (
            "An inquiry was withdrawn",
            format!("The inquiry of “{other}” about the listing “{title}” was withdrawn."),
        ),
        _ => (
            "An inquiry was not answered in time",
            format!("The inquiry about the listing “{title}” was not answered in time; the other side is “{other}”."),
        ),
    };
    let term = news.respond_by.map(|at| {
        let day = last_day(at).strftime("%d %B %Y");
        text(format!("It may be answered until the end of {day}."))
    });
    let mut parts = vec![text(told)];
    parts.extend(term);
    parts.push(page("See the inquiry on the exchange", "inquiries"));
    Words {
        subject: subject.to_owned(),
        parts,
    }
}
