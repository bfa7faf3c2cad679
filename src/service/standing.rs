//! What is told of an enterprise that may not do something as it stands.

use super::{Error, ErrorCode};
use crate::domain::enterprise::EnterpriseStatus;

/// That the enterprise is not active, and how it stands: one that waits has to wait, one that was sent back or
/// refused has to do something.
pub(super) fn not_active(status: EnterpriseStatus) -> Error {
    let (vi, en) = match status {
        EnterpriseStatus::Active => return ErrorCode::EnterpriseNotActive.into(),
        EnterpriseStatus::Submitted => (
            "Hồ sơ doanh nghiệp đang chờ duyệt; bước này làm được sau khi hồ sơ được duyệt.",
            "The enterprise waits to be verified; this is possible once its registration is approved.",
        ),
        EnterpriseStatus::ChangesRequested => (
            "Hồ sơ doanh nghiệp đã được trả lại để bổ sung; hãy sửa và gửi lại, bước này làm được sau khi hồ sơ được duyệt.",
            "The registration of the enterprise was sent back for changes; hand it in again: this is possible once it is approved.",
        ),
        EnterpriseStatus::Rejected => (
            "Hồ sơ doanh nghiệp đã bị từ chối; có thể sửa theo lý do đã nêu và gửi lại, bước này làm được sau khi hồ sơ được duyệt.",
            "The registration of the enterprise was refused; it may be mended and handed in again: this is possible once it is approved.",
        ),
        EnterpriseStatus::Suspended => (
            "Doanh nghiệp đang bị tạm ngừng trên Sàn.",
            "The enterprise is suspended on the exchange.",
        ),
        EnterpriseStatus::Closed => (
            "Doanh nghiệp đã chấm dứt tham gia Sàn.",
            "The enterprise takes part in the exchange no more.",
        ),
    };
    Error::new(ErrorCode::EnterpriseNotActive, vi, en)
}
