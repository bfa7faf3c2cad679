//! What choices of listings are called that no reference list has.

use crate::domain::listing::details::{CertificationScheme, IpRightStatus, Stage};

/// Vietnamese and English.
type Names = (&'static str, &'static str);

pub(super) fn stage(stage: Stage) -> Names {
    match stage {
        Stage::Idea => ("Ý tưởng", "Idea"),
        Stage::Lab => ("Phòng thí nghiệm", "Laboratory"),
        Stage::Prototype => ("Mẫu thử nghiệm", "Prototype"),
        Stage::Pilot => ("Thử nghiệm thực tế", "Pilot"),
        Stage::Industrial => ("Ứng dụng công nghiệp", "Industrial use"),
        Stage::Commercial => ("Thương mại hóa", "On the market"),
    }
}

pub(super) fn ip_status(status: IpRightStatus) -> Names {
    match status {
        IpRightStatus::None => ("Chưa bảo hộ", "Not protected"),
        IpRightStatus::Secret => ("Giữ bí mật", "Kept secret"),
        IpRightStatus::Filed => ("Đã nộp đơn", "Filed"),
        IpRightStatus::Accepted => ("Đơn hợp lệ", "Accepted as to form"),
        IpRightStatus::Granted => ("Đã cấp văn bằng", "Granted"),
        IpRightStatus::Expired => ("Hết hiệu lực", "Expired"),
        IpRightStatus::Refused => ("Bị từ chối", "Refused"),
    }
}

pub(super) fn certification(scheme: CertificationScheme) -> Names {
    match scheme {
        CertificationScheme::Iso => ("ISO", "ISO"),
        CertificationScheme::Ce => ("CE (Liên minh châu Âu)", "CE (European Union)"),
        CertificationScheme::Haccp => ("HACCP", "HACCP"),
        CertificationScheme::Fda => ("FDA (Hoa Kỳ)", "FDA (United States)"),
        CertificationScheme::Tcvn => ("Tiêu chuẩn Việt Nam (TCVN)", "Vietnamese standard (TCVN)"),
        CertificationScheme::Qcvn => ("Quy chuẩn Việt Nam (QCVN)", "Vietnamese technical regulation (QCVN)"),
        CertificationScheme::Quatest => ("QUATEST", "QUATEST"),
        CertificationScheme::Other => ("Khác", "Other"),
    }
}
