//! What the codes of dossiers are called on certificates and receipts (LTT 2, 4–7, 27; `code_lists` of the law).

use super::DuplicateCause;
use crate::domain::dossier::{
    AmendmentKind, PaperForm, PaymentMethod, TransferDirection, TransferForm, TransferMethod, TransferObject,
    TransferRight,
};

/// A value of a closed list that has a name in Vietnamese.
pub trait InVietnamese {
    /// What it is called on paper.
    fn in_vietnamese(self) -> &'static str;
}

impl InVietnamese for DuplicateCause {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::Lost => "bị mất",
            Self::Spoilt => "bị hỏng",
        }
    }
}

impl InVietnamese for PaperForm {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::Original => "bản gốc",
            Self::CertifiedCopy => "bản sao có chứng thực",
            Self::CertifiedTranslation => "bản dịch công chứng, chứng thực",
            Self::Electronic => "văn bản điện tử có chữ ký số",
        }
    }
}

impl InVietnamese for TransferDirection {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::Inbound => "Chuyển giao công nghệ từ nước ngoài vào Việt Nam",
            Self::Outbound => "Chuyển giao công nghệ từ Việt Nam ra nước ngoài",
            Self::Domestic => "Chuyển giao công nghệ trong nước",
        }
    }
}

impl InVietnamese for TransferObject {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::KnowHow => "Bí quyết kỹ thuật, bí quyết công nghệ",
            Self::ProcessSolutionData => {
                "Phương án, quy trình công nghệ; giải pháp, thông số, bản vẽ, sơ đồ kỹ thuật; công thức, phần mềm máy tính, thông tin dữ liệu"
            }
            Self::Rationalisation => "Giải pháp hợp lý hóa sản xuất, đổi mới công nghệ",
            Self::AccompanyingEquipment => "Máy móc, thiết bị đi kèm",
            Self::ModelAlgorithm => "Mô hình, thuật toán",
            Self::Data => "Dữ liệu",
            Self::Design => "Thiết kế",
            Self::SoftwareAi => "Phần mềm, trí tuệ nhân tạo",
        }
    }
}

impl InVietnamese for TransferForm {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::Independent => "Chuyển giao công nghệ độc lập",
            Self::InvestmentProject => "Dự án đầu tư",
            Self::CapitalContribution => "Góp vốn bằng công nghệ",
            Self::Franchise => "Nhượng quyền thương mại",
            Self::IpTransfer => "Chuyển giao quyền sở hữu trí tuệ",
            Self::EquipmentSale => "Mua, bán máy móc, thiết bị",
            Self::Other => "Hình thức khác",
        }
    }
}

impl InVietnamese for TransferMethod {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::Documents => "Chuyển giao tài liệu về công nghệ",
            Self::Training => "Đào tạo",
            Self::Experts => "Cử chuyên gia tư vấn kỹ thuật",
            Self::Equipment => "Chuyển giao máy móc, thiết bị kèm theo",
            Self::Other => "Phương thức khác",
        }
    }
}

impl InVietnamese for TransferRight {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::Ownership => "Chuyển nhượng quyền sở hữu",
            Self::ExclusiveUse => "Quyền sử dụng độc quyền",
            Self::NonExclusiveUse => "Quyền sử dụng không độc quyền",
            Self::Sublicensable => "Được chuyển giao tiếp cho bên thứ ba",
        }
    }
}

impl InVietnamese for PaymentMethod {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::LumpOrInstalments => "Trả một lần hoặc nhiều lần bằng tiền hoặc hàng hóa",
            Self::Equity => "Chuyển giá trị công nghệ thành vốn góp",
            Self::PctNetSellingPrice => "Phần trăm giá bán tịnh",
            Self::PctNetRevenue => "Phần trăm doanh thu thuần",
            Self::PctPretaxProfit => "Phần trăm lợi nhuận trước thuế",
            Self::CombinedOther => "Kết hợp / phương thức khác",
        }
    }
}

impl InVietnamese for AmendmentKind {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::Extension => "Gia hạn",
            Self::Amendment => "Sửa đổi",
            Self::Supplement => "Bổ sung",
        }
    }
}
