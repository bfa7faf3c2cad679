//! Letters about an enterprise that is halted, goes on, takes part no more, or again.

use super::render::{Part, Words, page, quoted, text};

fn letter(subject: &str, parts: Vec<Part>) -> Words {
    Words {
        subject: subject.into(),
        parts,
    }
}

pub(super) fn suspended_vi(enterprise: &str, reason: &str) -> Words {
    letter(
        "Doanh nghiệp bị tạm ngừng trên Sàn",
        vec![
            text(format!(
                "Cán bộ của Sở đã tạm ngừng doanh nghiệp “{}” trên Sàn, với lý do:",
                quoted(enterprise)
            )),
            Part::Quote(reason.to_owned()),
            text(
                "Trang doanh nghiệp và mọi tin đăng không hiển thị nữa, mọi phiên làm việc đã kết thúc. Ông/Bà vẫn đăng nhập \
                 để xem, và có thể trao đổi với cán bộ hoặc gửi thêm giấy tờ tại mục hồ sơ doanh nghiệp.",
            ),
            text("Nếu không đồng ý, Ông/Bà có thể khiếu nại theo quy định."),
            page("Xem hồ sơ doanh nghiệp", "my-enterprise"),
        ],
    )
}

pub(super) fn suspended_en(enterprise: &str, reason: &str) -> Words {
    letter(
        "Your enterprise was suspended",
        vec![
            text(format!(
                "An officer of the Department suspended “{}” on the exchange, for this reason:",
                quoted(enterprise)
            )),
            Part::Quote(reason.to_owned()),
            text(
                "Its page and all its listings are hidden, and all sessions were ended. You can still sign in and read, \
                 write to the officers, and hand in further documents in the registration.",
            ),
            text("If you disagree, you may lodge a complaint as the law provides."),
            page("See the registration", "my-enterprise"),
        ],
    )
}

pub(super) fn reinstated_vi(enterprise: &str) -> Words {
    letter(
        "Doanh nghiệp hoạt động trở lại trên Sàn",
        vec![
            text(format!(
                "Sở đã bỏ tạm ngừng doanh nghiệp “{}”. Trang doanh nghiệp và những tin đang đăng trước đó hiển thị lại.",
                quoted(enterprise)
            )),
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

pub(super) fn reinstated_en(enterprise: &str) -> Words {
    letter(
        "Your enterprise goes on",
        vec![
            text(format!(
                "The suspension of “{}” was lifted. Its page and the listings that were public before are shown again.",
                quoted(enterprise)
            )),
            page("See my listings", "my-listings"),
        ],
    )
}

pub(super) fn closed_vi(enterprise: &str, reason: Option<&str>) -> Words {
    letter(
        "Doanh nghiệp đã chấm dứt tham gia Sàn",
        vec![
            text(format!(
                "Hồ sơ “{}” đã chấm dứt tham gia Sàn: các tin được lưu trữ, khóa API và lời mời không còn hiệu lực.",
                quoted(enterprise)
            )),
            text(reason.map_or_else(
                || String::from("Đây là yêu cầu của chủ tài khoản."),
                |reason| format!("Lý do: {}", quoted(reason)),
            )),
            text("Ông/Bà vẫn đăng nhập và tải dữ liệu của mình được. Muốn tham gia lại, xin liên hệ cơ quan quản lý."),
        ],
    )
}

pub(super) fn closed_en(enterprise: &str, reason: Option<&str>) -> Words {
    letter(
        "Your enterprise takes part in the exchange no more",
        vec![
            text(format!(
                "“{}” was closed: its listings are archived, its keys and invitations have ended.",
                quoted(enterprise)
            )),
            text(reason.map_or_else(
                || String::from("Its owner asked for it."),
                |reason| format!("Reason: {}", quoted(reason)),
            )),
            text("You can still sign in and export your data. To take part again, ask the Department."),
        ],
    )
}

pub(super) fn reopened_vi(enterprise: &str) -> Words {
    letter(
        "Doanh nghiệp tham gia Sàn trở lại",
        vec![
            text(format!("Hồ sơ “{}” đã được mở lại.", quoted(enterprise))),
            text(
                "Các tin vẫn ở mục lưu trữ: xin lấy ra và gửi duyệt lại. Khóa API và lời mời cũ không có hiệu lực trở lại.",
            ),
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

pub(super) fn reopened_en(enterprise: &str) -> Words {
    letter(
        "Your enterprise takes part in the exchange again",
        vec![
            text(format!("“{}” was opened again.", quoted(enterprise))),
            text(
                "Its listings are still archived: take them out and hand them in. Former keys and invitations stay ended.",
            ),
            page("See my listings", "my-listings"),
        ],
    )
}
