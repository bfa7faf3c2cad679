//! What choices of listings are called that no reference list has, in Vietnamese and in English.

use super::details::{CertificationScheme, Condition, IpRightStatus, IpRightType, OwnerType, PriceKind, Stage};

/// Vietnamese and English.
type Names = (&'static str, &'static str);

impl Stage {
    /// What it is called.
    pub const fn names(self) -> Names {
        match self {
            Self::Idea => ("Ý tưởng", "Idea"),
            Self::Lab => ("Phòng thí nghiệm", "Laboratory"),
            Self::Prototype => ("Mẫu thử nghiệm", "Prototype"),
            Self::Pilot => ("Thử nghiệm thực tế", "Pilot"),
            Self::Industrial => ("Ứng dụng công nghiệp", "Industrial use"),
            Self::Commercial => ("Thương mại hóa", "On the market"),
        }
    }
}

impl IpRightStatus {
    /// What it is called.
    pub const fn names(self) -> Names {
        match self {
            Self::None => ("Chưa bảo hộ", "Not protected"),
            Self::Secret => ("Giữ bí mật", "Kept secret"),
            Self::Filed => ("Đã nộp đơn", "Filed"),
            Self::Accepted => ("Đơn hợp lệ", "Accepted as to form"),
            Self::Granted => ("Đã cấp văn bằng", "Granted"),
            Self::Expired => ("Hết hiệu lực", "Expired"),
            Self::Refused => ("Bị từ chối", "Refused"),
        }
    }
}

impl IpRightType {
    /// What it is called.
    pub const fn names(self) -> Names {
        match self {
            Self::Patent => ("Sáng chế", "Patent"),
            Self::UtilitySolution => ("Giải pháp hữu ích", "Utility solution"),
            Self::IndustrialDesign => ("Kiểu dáng công nghiệp", "Industrial design"),
            Self::LayoutDesign => ("Thiết kế bố trí mạch tích hợp", "Layout design"),
            Self::Trademark => ("Nhãn hiệu", "Trade mark"),
            Self::SoftwareCopyright => ("Quyền tác giả chương trình máy tính", "Copyright in software"),
            Self::TradeSecret => ("Bí mật kinh doanh", "Trade secret"),
            Self::PlantVariety => ("Giống cây trồng", "Plant variety"),
            Self::GeographicalIndication => ("Chỉ dẫn địa lý", "Geographical indication"),
        }
    }
}

impl CertificationScheme {
    /// What it is called.
    pub const fn names(self) -> Names {
        match self {
            Self::Iso => ("ISO", "ISO"),
            Self::Ce => ("CE (Liên minh châu Âu)", "CE (European Union)"),
            Self::Haccp => ("HACCP", "HACCP"),
            Self::Fda => ("FDA (Hoa Kỳ)", "FDA (United States)"),
            Self::Tcvn => ("Tiêu chuẩn Việt Nam (TCVN)", "Vietnamese standard (TCVN)"),
            Self::Qcvn => ("Quy chuẩn Việt Nam (QCVN)", "Vietnamese technical regulation (QCVN)"),
            Self::Quatest => ("QUATEST", "QUATEST"),
            Self::Other => ("Khác", "Other"),
        }
    }
}

impl OwnerType {
    /// What it is called.
    pub const fn names(self) -> Names {
        match self {
            Self::Organisation => ("Tổ chức", "Organisation"),
            Self::Individual => ("Cá nhân", "Individual"),
            Self::State => ("Nhà nước", "The State"),
        }
    }
}

impl Condition {
    /// What it is called.
    pub const fn names(self) -> Names {
        match self {
            Self::New => ("Mới", "New"),
            Self::Used => ("Đã qua sử dụng", "Used"),
            Self::Refurbished => ("Tân trang", "Refurbished"),
        }
    }
}

impl PriceKind {
    /// What it is called.
    pub const fn names(self) -> Names {
        match self {
            Self::Indicative => ("Giá tham khảo", "Indicative"),
            Self::Floor => ("Giá sàn", "Floor"),
            Self::Firm => ("Giá chốt", "Firm"),
        }
    }
}
