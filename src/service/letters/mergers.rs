//! What letters say about registrations that became one, in both languages.

use super::render::{Words, page, quoted, text};
use crate::domain::confidential::GrantMoved;

pub(super) fn merged_vi(enterprise: &str, into: &str) -> Words {
    let (enterprise, into) = (quoted(enterprise), quoted(into));
    Words {
        subject: "Hai hồ sơ doanh nghiệp đã được gộp làm một".to_owned(),
        parts: vec![
            text(format!(
                "Cơ quan quản lý xác định “{enterprise}” và “{into}” là cùng một đơn vị và đã gộp làm một hồ sơ: “{into}”."
            )),
            text(
                "Tin, thành viên, khóa API và lời mời nay thuộc hồ sơ này; các địa chỉ cũ dẫn về đây. Xin Ông/Bà kiểm tra lại danh sách thành viên.",
            ),
        ],
    }
}

pub(super) fn merged_en(enterprise: &str, into: &str) -> Words {
    let (enterprise, into) = (quoted(enterprise), quoted(into));
    Words {
        subject: "Two registrations of your enterprise became one".to_owned(),
        parts: vec![
            text(format!(
                "The Department found that “{enterprise}” and “{into}” are the same enterprise and made them one: “{into}”."
            )),
            text(
                "Listings, members, keys and invitations are there now, and old addresses lead there. Please look at the list of members.",
            ),
        ],
    }
}

pub(super) fn left_out_vi(enterprise: &str, into: &str) -> Words {
    let (enterprise, into) = (quoted(enterprise), quoted(into));
    Words {
        subject: "Hồ sơ chưa được duyệt đã được gộp vào một doanh nghiệp".to_owned(),
        parts: vec![
            text(format!(
                "Hồ sơ “{enterprise}” chưa được duyệt lần nào; cơ quan quản lý xác định trùng với “{into}” và đã gộp vào hồ sơ đó."
            )),
            text(format!(
                "Tài khoản của Ông/Bà nay không thuộc doanh nghiệp nào và cần đăng nhập lại. Nếu làm việc cho “{into}”, xin Ông/Bà gửi yêu cầu tham gia theo mã số thuế; chủ tài khoản của doanh nghiệp sẽ quyết định."
            )),
        ],
    }
}

pub(super) fn left_out_en(enterprise: &str, into: &str) -> Words {
    let (enterprise, into) = (quoted(enterprise), quoted(into));
    Words {
        subject: "A registration that was not approved became part of an enterprise".to_owned(),
        parts: vec![
            text(format!(
                "“{enterprise}” was never approved; the Department found that it is the same as “{into}” and made it part of that one."
            )),
            text(format!(
                "Your account belongs to no enterprise now, and you must sign in again. If you work for “{into}”, please ask to be admitted by its tax code; its owners will decide."
            )),
        ],
    }
}

/// Who has now what was granted to an enterprise that was merged.
pub(super) fn grant_moved_vi(moved: &GrantMoved) -> Words {
    let (title, from, into) = (quoted(&moved.title), quoted(&moved.from), quoted(&moved.into));
    Words {
        subject: "Doanh nghiệp được cấp quyền xem tin của Ông/Bà đã được gộp".to_owned(),
        parts: vec![
            text(format!(
                "“{from}”, bên được Ông/Bà cấp quyền xem tin “{title}”, đã được gộp vào “{into}”."
            )),
            text(if moved.ended {
                format!("“{into}” đã có quyền xem tin này, nên quyền đã cấp cho “{from}” chấm dứt.")
            } else {
                format!(
                    "Quyền này nay thuộc về “{into}”, với mục đích, cam kết và thời hạn như cũ; mỗi người xem phải chấp nhận cam kết trước. Nếu không đồng ý, Ông/Bà có thể thu hồi quyền bất cứ lúc nào."
                )
            }),
            page("Xem tin của tôi", "my-listings"),
        ],
    }
}

/// The same in English.
pub(super) fn grant_moved_en(moved: &GrantMoved) -> Words {
    let (title, from, into) = (quoted(&moved.title), quoted(&moved.from), quoted(&moved.into));
    Words {
        subject: "An enterprise that may read your listing became part of another one".to_owned(),
        parts: vec![
            text(format!(
                "“{from}”, to which you granted the listing “{title}”, became part of “{into}”."
            )),
            text(if moved.ended {
                format!("“{into}” could read it already, so what was granted to “{from}” ended.")
            } else {
                format!(
                    "“{into}” has that grant now, with the same purpose, undertaking and term; whoever reads accepts the undertaking first. If you do not agree, you can take it back at any time."
                )
            }),
            page("See my listings", "my-listings"),
        ],
    }
}
