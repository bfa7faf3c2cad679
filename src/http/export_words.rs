//! What codes are called in officers' files, in Vietnamese and in English.

/// A code, and what it is called.
pub type Word = (&'static str, &'static str, &'static str);

/// What waits.
pub const ENTRY_KINDS: &[Word] = &[
    ("enterprise", "Đăng ký doanh nghiệp", "Registration"),
    ("amendment", "Thay đổi hồ sơ doanh nghiệp", "Change of an enterprise"),
    ("listing", "Tin mới", "Listing"),
    ("revision", "Bản sửa đổi tin", "Revision of a listing"),
    ("document", "Giấy tờ của doanh nghiệp", "Document of an enterprise"),
    ("report", "Phản ánh về tin", "Report about a listing"),
];

/// How far a second look has come.
pub const SECOND_LOOKS: &[Word] = &[
    ("needed", "Cần hai người duyệt", "Two officers needed"),
    ("endorsed", "Đã có một người duyệt", "One officer approved"),
];

/// What holds of certificates.
pub const VALIDITIES: &[Word] = &[
    ("valid", "Còn hiệu lực", "Valid"),
    (
        "amended",
        "Còn hiệu lực, đã được gia hạn, sửa đổi, bổ sung",
        "Valid, as amended",
    ),
    ("expired", "Hết hiệu lực", "Expired"),
    ("annulled", "Đã bị hủy bỏ hiệu lực", "Annulled"),
];

/// What opinions on projects come to.
pub const OUTCOMES: &[Word] = &[
    ("AGREE", "Thống nhất", "Agree"),
    (
        "AGREE_WITH_CONDITIONS",
        "Thống nhất, có điều kiện",
        "Agree with conditions",
    ),
    ("DISAGREE", "Không thống nhất", "Disagree"),
    ("NEED_MORE_INFO", "Cần bổ sung thông tin", "More information is needed"),
];

/// Whose an enterprise is, for the statistics.
pub const ECONOMIC_TYPES: &[Word] = &[
    ("state", "Nhà nước", "State"),
    ("non_state", "Ngoài nhà nước", "Non-state"),
    ("fdi", "Có vốn đầu tư nước ngoài", "With foreign capital"),
];

/// Grounds of take-downs and reports.
pub const GROUNDS: &[Word] = &[
    ("illegal", "Vi phạm pháp luật", "Breaks the law"),
    (
        "ip_infringement",
        "Xâm phạm sở hữu trí tuệ",
        "Infringes intellectual property",
    ),
    ("inaccurate", "Thông tin sai", "Not true"),
    ("fraud", "Lừa đảo", "Fraud"),
    ("duplicate", "Trùng lặp", "Duplicate"),
    ("spam", "Quảng cáo, tin rác", "Spam"),
    ("personal_data", "Lộ dữ liệu cá nhân", "Personal data"),
    ("other", "Khác", "Other"),
];

/// Grounds of complaints.
pub const COMPLAINT_GROUNDS: &[Word] = &[
    ("information", "Thông tin không đúng", "Untrue information"),
    ("conduct", "Cách ứng xử, giao dịch", "Conduct"),
    ("quality", "Chất lượng công nghệ, thiết bị, dịch vụ", "Quality"),
    ("personal_data", "Dữ liệu cá nhân", "Personal data"),
    ("other", "Khác", "Other"),
];

/// Where requests to take down stand.
pub const TAKEDOWN_STATES: &[Word] = &[
    ("open", "Chờ thực hiện", "Open"),
    ("carried_out", "Đã gỡ", "Carried out"),
    ("dismissed", "Đã bỏ", "Dismissed"),
    ("restored", "Đã khôi phục", "Restored"),
];

/// Where reports stand.
pub const REPORT_STATES: &[Word] = &[
    ("received", "Chờ xử lý", "Received"),
    ("upheld", "Có căn cứ", "Upheld"),
    ("dismissed", "Không có căn cứ", "Dismissed"),
];

/// Where notices about intellectual property stand.
pub const IP_NOTICE_STATES: &[Word] = &[
    ("received", "Chờ xem xét", "Received"),
    ("accepted", "Đã gỡ tạm thời", "Accepted"),
    ("countered", "Đã có phản thông báo", "Countered"),
    ("rejected", "Bị từ chối", "Rejected"),
    ("upheld", "Giữ nguyên việc gỡ", "Upheld"),
    ("restored", "Đã khôi phục", "Restored"),
];

/// Where complaints stand.
pub const COMPLAINT_STATES: &[Word] = &[
    ("received", "Đã tiếp nhận", "Received"),
    ("acknowledged", "Đang giải quyết", "Acknowledged"),
    ("resolved", "Đã giải quyết", "Resolved"),
    ("rejected", "Không chấp nhận", "Rejected"),
    ("reopened", "Mở lại", "Reopened"),
];

/// Kinds of rights.
pub const RIGHTS: &[Word] = &[
    ("patent", "Sáng chế", "Patent"),
    ("utility_solution", "Giải pháp hữu ích", "Utility solution"),
    ("industrial_design", "Kiểu dáng công nghiệp", "Industrial design"),
    ("layout_design", "Thiết kế bố trí mạch tích hợp", "Layout design"),
    ("trademark", "Nhãn hiệu", "Trade mark"),
    (
        "software_copyright",
        "Quyền tác giả chương trình máy tính",
        "Copyright in software",
    ),
    ("trade_secret", "Bí mật kinh doanh", "Trade secret"),
    ("plant_variety", "Giống cây trồng", "Plant variety"),
    ("geographical_indication", "Chỉ dẫn địa lý", "Geographical indication"),
];

/// Where listings stand.
pub const LISTING_STATUSES: &[Word] = &[
    ("draft", "Nháp", "Draft"),
    ("submitted", "Chờ duyệt", "Waiting for review"),
    ("published", "Đã xuất bản", "Published"),
    ("changes_requested", "Yêu cầu sửa", "Sent back for changes"),
    ("rejected", "Bị từ chối", "Rejected"),
    ("withdrawn", "Đã rút", "Withdrawn"),
    ("expired", "Hết hạn", "Expired"),
    ("archived", "Đã lưu trữ", "Archived"),
];

/// What keeps listings from the public.
pub const HOLDS: &[Word] = &[
    ("suspended", "Bị tạm ngừng", "Suspended"),
    (
        "taken_down",
        "Gỡ bỏ theo yêu cầu của cơ quan có thẩm quyền",
        "Taken down",
    ),
    (
        "ip_notice",
        "Gỡ tạm thời do thông báo quyền sở hữu trí tuệ",
        "Notice of infringement",
    ),
    ("enterprise", "Doanh nghiệp bị tạm ngừng", "Enterprise suspended"),
];

/// What the law on technology transfer says.
pub const REGULATORY_CLASSES: &[Word] = &[
    ("unrestricted", "Không thuộc danh mục", "On no list"),
    ("encouraged", "Khuyến khích chuyển giao", "Transfer encouraged"),
    ("restricted", "Hạn chế chuyển giao", "Transfer restricted"),
    ("prohibited", "Cấm chuyển giao", "Transfer prohibited"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TextEnum;
    use crate::domain::complaint::{ComplaintGround, ComplaintState};
    use crate::domain::ip_notice::IpNoticeState;
    use crate::domain::listing::ListingStatus;
    use crate::domain::listing::details::IpRightType;
    use crate::domain::listing::regulation::RegulatoryClass;
    use crate::domain::report::{ReportGround, ReportState};
    use crate::domain::review::{EntryKind, SecondLookState};
    use crate::domain::takedown::{TakedownGround, TakedownState};
    use crate::http::views::ListingHold;

    #[test]
    fn every_code_has_its_words() {
        let all: [(&[Word], Vec<&str>); 13] = [
            (ENTRY_KINDS, EntryKind::texts()),
            (SECOND_LOOKS, SecondLookState::texts()),
            (GROUNDS, TakedownGround::texts()),
            (GROUNDS, ReportGround::texts()),
            (COMPLAINT_GROUNDS, ComplaintGround::texts()),
            (TAKEDOWN_STATES, TakedownState::texts()),
            (REPORT_STATES, ReportState::texts()),
            (IP_NOTICE_STATES, IpNoticeState::texts()),
            (COMPLAINT_STATES, ComplaintState::texts()),
            (RIGHTS, IpRightType::texts()),
            (LISTING_STATUSES, ListingStatus::texts()),
            (HOLDS, ListingHold::texts()),
            (REGULATORY_CLASSES, RegulatoryClass::texts()),
        ];
        for (words, codes) in all {
            for code in codes {
                assert!(words.iter().any(|(known, ..)| *known == code), "{code}");
            }
        }
    }
}
