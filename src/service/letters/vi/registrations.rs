//! Letters about registrations, in Vietnamese.

use super::letter;
use crate::service::letters::render::{Words, quoted, text};

/// Somebody else has the number by which an enterprise is registered: its tax code, or a person's number.
pub(super) fn known(enterprise: &str, is_personal: bool) -> Words {
    if is_personal {
        return letter(
            "Số định danh cá nhân này đã được đăng ký",
            vec![
                text(format!(
                    "Ông/Bà vừa đăng ký “{}” trên Sàn, nhưng số định danh cá nhân đó đã có một hồ sơ đăng ký, nên chưa có gì được ghi nhận.",
                    quoted(enterprise)
                )),
                text("Nếu Ông/Bà hoặc người trong hộ đã đăng ký, xin đăng nhập bằng tài khoản đã mở khi đó."),
                text("Nếu Ông/Bà không biết về hồ sơ đó, xin liên hệ Sở Khoa học và Công nghệ."),
            ],
        );
    }
    letter(
        "Mã số thuế này đã được đăng ký",
        vec![
            text(format!(
                "Ông/Bà vừa đăng ký “{}” trên Sàn, nhưng mã số thuế đó đã có một hồ sơ đăng ký, nên chưa có gì được ghi nhận.",
                quoted(enterprise)
            )),
            text(
                "Nếu đồng nghiệp của Ông/Bà đã đăng ký, xin chờ cán bộ duyệt rồi xin tham gia doanh nghiệp bằng mã số thuế.",
            ),
            text(
                "Nếu Ông/Bà là người đại diện hợp pháp và không biết về hồ sơ đó, xin liên hệ Sở Khoa học và Công nghệ.",
            ),
        ],
    )
}
