//! The scanner for malware, if one is to look into files.

use std::io;

use crate::config::{ClamdAddress, Config, Finding, Severity, Value as _};
use crate::files::scanner::{Address, ScanError, Scanner};

/// Who looks for malware, as the configuration names it; nobody when it names none.
pub(super) fn scanner(config: &Config) -> Option<Scanner> {
    let address = match config.clamd_address.clone()? {
        ClamdAddress::Tcp(address) => Address::Tcp(address),
        ClamdAddress::Unix(path) => Address::Unix(path),
    };
    Some(Scanner {
        address,
        patience: config.clamd_timeout_s.duration(),
    })
}

/// What is wrong with a scanner that is named, and what to do about it, in English and in Vietnamese; what the operating system
/// or the scanner says stays as they say it.
#[derive(Debug)]
pub struct ScannerTrouble {
    /// What is wrong.
    pub what: [String; 2],
    /// What to do.
    pub advice: [String; 2],
}

impl From<ScannerTrouble> for Finding {
    /// The server starts, for it does all else.
    fn from(trouble: ScannerTrouble) -> Self {
        let ScannerTrouble {
            what: [what, _],
            advice: [advice, _],
        } = trouble;
        Self {
            severity: Severity::Warning,
            key: Some("clamd_address"),
            message: format!("{what}: {advice}"),
        }
    }
}

/// Asks the scanner, if one is named, whether it is there, for two seconds at the most; and then whether it looks into the largest
/// file that can be sent, for as long as that may take: whoever sends one later should not be the first to learn that it does not.
/// `None` when it does, or none is named.
pub async fn try_scanner(config: &Config) -> Option<ScannerTrouble> {
    let scanner = scanner(config)?;
    let address = match &scanner.address {
        Address::Tcp(address) => address.clone(),
        Address::Unix(path) => path.display().to_string(),
    };
    if let Err(failure) = scanner.try_out().await {
        let late = ["nothing came within two seconds", "không có gì trả về trong hai giây"];
        return Some(silent(&address, why(failure, late.map(String::from))));
    }
    let limit = config.file_limit_mb;
    let size = u64::try_from(limit.bytes()).unwrap_or(u64::MAX);
    let failure = scanner.try_size(size).await.err()?;
    Some(narrow(&address, &limit.show(), scanner.patience.as_secs(), failure))
}

/// Why it did not answer, or not as it should.
fn why(failure: ScanError, late: [String; 2]) -> [String; 2] {
    match failure {
        ScanError::Unreachable(error) if error.kind() == io::ErrorKind::UnexpectedEof => [
            String::from("it hangs up without a word"),
            String::from("kết nối bị ngắt mà không có trả lời"),
        ],
        ScanError::Unreachable(error) => [error.to_string(), error.to_string()],
        ScanError::Late => late,
        ScanError::TooLarge => [
            String::from("its StreamMaxLength is lower"),
            String::from("StreamMaxLength của nó nhỏ hơn"),
        ],
        ScanError::Refused(words) => [format!("it says {words:?}"), format!("nó báo {words:?}")],
    }
}

fn silent(address: &str, [why, why_vi]: [String; 2]) -> ScannerTrouble {
    ScannerTrouble {
        what: [
            format!("the scanner for malware at {address} does not answer ({why}), and no file is taken until it does"),
            format!("bộ quét mã độc ở {address} không trả lời ({why_vi}); chưa nhận tệp nào cho đến khi nó trả lời"),
        ],
        advice: [
            String::from(
                "start clamd (systemctl start clamav-daemon; it needs a minute for its signatures), or correct clamd_address; a \
                 socket must be open to the user of this service (group clamav)",
            ),
            String::from(
                "khởi động clamd (systemctl start clamav-daemon; cần khoảng một phút để nạp mẫu), hoặc sửa clamd_address; socket phải \
                 cho người dùng của dịch vụ này truy cập (nhóm clamav)",
            ),
        ],
    }
}

/// It is there, but whoever sends the largest file is refused: others may not be.
fn narrow(address: &str, limit: &str, seconds: u64, failure: ScanError) -> ScannerTrouble {
    let advice = match failure {
        ScanError::TooLarge => [
            format!("set StreamMaxLength {limit}M or more in clamd.conf and restart clamd, or lower file_limit_mb"),
            format!(
                "đặt StreamMaxLength {limit}M hoặc lớn hơn trong clamd.conf rồi khởi động lại clamd, hoặc giảm file_limit_mb"
            ),
        ],
        ScanError::Late => [
            String::from("raise clamd_timeout_s, give clamd a faster machine, or lower file_limit_mb"),
            String::from("tăng clamd_timeout_s, cho clamd máy nhanh hơn, hoặc giảm file_limit_mb"),
        ],
        ScanError::Refused(_) | ScanError::Unreachable(_) => [
            format!(
                "set StreamMaxLength, MaxFileSize and MaxScanSize {limit}M or more in clamd.conf and restart clamd, see its log, or lower \
                 file_limit_mb"
            ),
            format!(
                "đặt StreamMaxLength, MaxFileSize và MaxScanSize {limit}M hoặc lớn hơn trong clamd.conf rồi khởi động lại clamd, xem nhật ký \
                 của nó, hoặc giảm file_limit_mb"
            ),
        ],
    };
    let late = [
        format!("it takes longer than {seconds} s"),
        format!("quét lâu hơn {seconds} giây"),
    ];
    let [why, why_vi] = why(failure, late);
    ScannerTrouble {
        what: [
            format!(
                "the scanner for malware at {address} takes no file of {limit} MiB, the largest that can be sent ({why}), and such files \
                 are refused until it does"
            ),
            format!(
                "bộ quét mã độc ở {address} không nhận tệp {limit} MiB, cỡ lớn nhất được gửi ({why_vi}); tệp lớn như vậy bị từ chối cho \
                 đến khi nó nhận"
            ),
        ],
        advice,
    }
}
