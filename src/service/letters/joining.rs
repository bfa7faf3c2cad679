//! What is said to whoever asked to be admitted to an enterprise: by its owners, or, of one that has none, by the exchange.

use super::render::{Words, quoted, text};

pub(super) fn words_vi(enterprise: &str, is_approved: bool, is_by_exchange: bool) -> Words {
    let name = quoted(enterprise);
    let (subject, told) = match (is_approved, is_by_exchange) {
        (true, true) => (
            "Yêu cầu tham gia đã được chấp nhận",
            format!(
                "Sàn đã chấp nhận yêu cầu của Ông/Bà với vai trò chủ tài khoản của doanh nghiệp “{name}”. Ông/Bà có thể làm việc cho doanh nghiệp ngay từ bây giờ."
            ),
        ),
        (true, false) => (
            "Yêu cầu tham gia đã được chấp nhận",
            format!(
                "Doanh nghiệp “{name}” đã chấp nhận yêu cầu của Ông/Bà. Ông/Bà có thể làm việc cho doanh nghiệp ngay từ bây giờ."
            ),
        ),
        (false, true) => (
            "Yêu cầu tham gia không được chấp nhận",
            format!(
                "Sàn không chấp nhận yêu cầu tham gia doanh nghiệp “{name}” của Ông/Bà. Nếu cần, xin liên hệ với Sàn."
            ),
        ),
        (false, false) => (
            "Yêu cầu tham gia không được chấp nhận",
            format!(
                "Doanh nghiệp “{name}” không chấp nhận yêu cầu tham gia của Ông/Bà. Nếu cần, xin liên hệ trực tiếp với doanh nghiệp."
            ),
        ),
    };
    words(subject, told)
}

pub(super) fn words_en(enterprise: &str, is_approved: bool, is_by_exchange: bool) -> Words {
    let name = quoted(enterprise);
    let (subject, told) = match (is_approved, is_by_exchange) {
        (true, true) => (
            "Your request to join was accepted",
            format!(
                "The exchange accepted your request and made you the owner of the enterprise “{name}”. You can work for it from now on."
            ),
        ),
        (true, false) => (
            "Your request to join was accepted",
            format!("The enterprise “{name}” accepted your request. You can work for it from now on."),
        ),
        (false, true) => (
            "Your request to join was declined",
            format!(
                "The exchange declined your request to join the enterprise “{name}”. Please contact the exchange if needed."
            ),
        ),
        (false, false) => (
            "Your request to join was declined",
            format!(
                "The enterprise “{name}” declined your request to join. Please contact the enterprise itself if needed."
            ),
        ),
    };
    words(subject, told)
}

fn words(subject: &str, told: String) -> Words {
    Words {
        subject: subject.to_owned(),
        parts: vec![text(told)],
    }
}
