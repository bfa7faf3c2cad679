//! What the law asks for a transfer (LTT 10–12, 28–31), with the reasons: told before anything is filed.

use super::{ContractParty, DossierContent, TechnologyStatus, TransferDirection};
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::text_enum;

text_enum! {
    /// What the law asks for.
    pub enum Duty {
        /// The transfer is prohibited (cấm chuyển giao).
        Forbidden => "forbidden",
        /// A licence is needed (phải được cấp phép).
        Licence => "licence",
        /// It must be registered (bắt buộc đăng ký).
        Mandatory => "mandatory",
        /// It may be registered (tự nguyện đăng ký).
        Voluntary => "voluntary",
    }
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DutyReason {
    /// In Vietnamese.
    pub vi: &'static str,
    /// In English.
    pub en: &'static str,
    /// The article.
    pub legal_basis: &'static str,
}

/// What the law asks for, why, and of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// What.
    pub duty: Duty,
    /// Why.
    pub reason: DutyReason,
    /// Who files: `transferor` or `transferee`.
    pub filer: &'static str,
}

/// What the law asks for the transfer that a dossier tells of; nothing while it does not tell enough. What is declared of the technology
/// counts for no less than what is `known` of it, by the list of now and by what an officer found.
pub fn obligation(content: &DossierContent, known: Option<RegulatoryClass>) -> Option<Obligation> {
    let draft = content.draft();
    let direction: TransferDirection = draft.direction.as_deref()?.parse().ok()?;
    let status = TechnologyStatus::of(content.declared().class.max(known)?);
    let is_free = matches!(status, TechnologyStatus::Normal | TechnologyStatus::Encouraged);
    // Within Việt Nam it hangs on whose money it is; untold, nobody is told that registration is voluntary.
    if direction == TransferDirection::Domestic && is_free && draft.uses_state_capital.is_none() {
        return None;
    }
    let (duty, reason) = duty(
        direction,
        status,
        draft.uses_state_capital.unwrap_or_default(),
        draft.has_task_result_certificate.unwrap_or_default(),
    );
    let filer = filer(content)?;
    Some(Obligation { duty, reason, filer })
}

/// What lets the parties agree on who files.
pub const AGREED_FILER: &str = "Luật CGCN Đ.25.2.đ, 26.2.c";

/// Who files because the parties agreed on it: of what is approved and licensed, and of nothing that is registered.
pub fn agreed_filer(content: &DossierContent) -> Option<ContractParty> {
    let draft = content.draft();
    let is_restricted = draft.technology_status.as_deref() == Some(TechnologyStatus::Restricted.as_str());
    let agreed = draft.agreed_filer.as_deref().filter(|_| is_restricted);
    agreed?.parse().ok()
}

/// Who files on behalf of both parties (NĐ 76/2018 5.2; of restricted technology LTT 25.2.đ, 26.2.c), as far as that is told:
/// `transferor` or `transferee`.
pub fn filer(content: &DossierContent) -> Option<&'static str> {
    if let Some(agreed) = agreed_filer(content) {
        return Some(agreed.as_str());
    }
    let direction: TransferDirection = content.draft().direction.as_deref()?.parse().ok()?;
    Some(match direction {
        TransferDirection::Outbound => "transferor",
        TransferDirection::Inbound | TransferDirection::Domestic => "transferee",
    })
}

fn duty(
    direction: TransferDirection,
    status: TechnologyStatus,
    uses_state_capital: bool,
    has_task_result_certificate: bool,
) -> (Duty, DutyReason) {
    let because = |vi, en, legal_basis| DutyReason { vi, en, legal_basis };
    match (status, direction) {
        (TechnologyStatus::Prohibited, _) => (
            Duty::Forbidden,
            because(
                "Công nghệ thuộc danh mục cấm chuyển giao.",
                "The technology is on the list of those whose transfer is prohibited.",
                "Luật CGCN Đ.11, 12",
            ),
        ),
        (TechnologyStatus::Restricted, _) => (
            Duty::Licence,
            because(
                "Công nghệ hạn chế chuyển giao phải được chấp thuận rồi cấp phép, không đăng ký.",
                "A restricted technology is approved and then licensed, not registered.",
                "Luật CGCN Đ.28–30, 31.6.a",
            ),
        ),
        (_, TransferDirection::Inbound) => (
            Duty::Mandatory,
            because(
                "Chuyển giao từ nước ngoài vào Việt Nam phải đăng ký.",
                "What comes from abroad into Việt Nam must be registered.",
                "Luật CGCN Đ.31.1.a",
            ),
        ),
        (_, TransferDirection::Outbound) => (
            Duty::Mandatory,
            because(
                "Chuyển giao từ Việt Nam ra nước ngoài phải đăng ký.",
                "What goes from Việt Nam abroad must be registered.",
                "Luật CGCN Đ.31.1.b",
            ),
        ),
        (_, TransferDirection::Domestic) if uses_state_capital && has_task_result_certificate => (
            Duty::Voluntary,
            because(
                "Đã có Giấy chứng nhận đăng ký kết quả thực hiện nhiệm vụ KH&CN nên không bắt buộc đăng ký.",
                "The results of the task have a certificate of their own, so that registration is voluntary.",
                "Luật CGCN Đ.31.1.c, 31.2",
            ),
        ),
        (_, TransferDirection::Domestic) if uses_state_capital => (
            Duty::Mandatory,
            because(
                "Chuyển giao trong nước có sử dụng vốn nhà nước phải đăng ký.",
                "A transfer within Việt Nam that uses the State's capital must be registered.",
                "Luật CGCN Đ.31.1.c",
            ),
        ),
        (_, TransferDirection::Domestic) => (
            Duty::Voluntary,
            because(
                "Không thuộc trường hợp bắt buộc; các bên được khuyến khích đăng ký.",
                "None of the cases in which it must be registered; the parties are encouraged to.",
                "Luật CGCN Đ.31.2",
            ),
        ),
    }
}
