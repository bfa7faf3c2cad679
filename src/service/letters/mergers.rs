//! What letters say about registrations that became one, in both languages.

use super::render::{Words, quoted, text};

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
