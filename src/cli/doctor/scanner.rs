//! The scanner for malware, asked from this machine as the server asks it.

use super::report::{Advice, Check, Report, both};
use crate::app::{Silence, try_scanner};
use crate::cli::wait_for;
use crate::config::Config;

pub(super) fn look(config: &Config, report: &mut Report) {
    if config.clamd_address.is_none() {
        return;
    }
    match wait_for(try_scanner(config)) {
        Ok(None) => report.good(
            Check::Scanner,
            both("the scanner for malware answers", "bộ quét mã độc trả lời"),
        ),
        Ok(Some(silence)) => {
            let Silence { address, why_vi, .. } = &silence;
            let vi = format!(
                "bộ quét mã độc ở {address} không trả lời ({why_vi}); chưa nhận tệp nào cho đến khi nó trả lời"
            );
            report.trouble(
                Check::Scanner,
                both(&silence, vi),
                Advice::new(
                    Silence::ADVICE,
                    "khởi động clamd (systemctl start clamav-daemon; cần khoảng một phút để nạp mẫu), hoặc sửa clamd_address; \
                     socket phải cho người dùng của dịch vụ này truy cập (nhóm clamav)",
                ),
            );
        }
        Err(why) => report.unasked(Check::Scanner, why),
    }
}
