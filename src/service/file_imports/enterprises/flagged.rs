//! What a registration would be flagged for in the queue, told of a row, which waits in none.

use serde_json::Value;

use super::row::Head;
use crate::domain::import::Problem;
use crate::domain::review::RiskFlag;
use crate::service::{Error, ErrorCode, Result, screening};

/// What the texts of a row that everybody would read are flagged for, each at its member.
pub(super) fn told(head: &Head, texts: &Value) -> Vec<(RiskFlag, Problem)> {
    let contacts = screening::leading_past(texts).map(|name| (RiskFlag::ContactInText, CONTACT, name));
    let disguised = screening::disguised(texts).map(|name| (RiskFlag::MixedScripts, DISGUISED, name));
    let told = contacts.chain(disguised).map(|(flag, (vi, en), name)| {
        let words = (vi.to_owned(), en.to_owned());
        (flag, head.told(&format!("/{name}"), flag.as_str(), words))
    });
    told.collect()
}

/// What two officers would have to approve is not entered by one.
pub(super) fn require_for_one(flagged: &[(RiskFlag, Problem)], needs_second: &[RiskFlag]) -> Result<()> {
    let needing = flagged.iter().filter(|(flag, _)| needs_second.contains(flag));
    let (vi, en): (Vec<String>, Vec<String>) = needing
        .map(|(_, problem)| {
            let place = problem.column.as_ref().unwrap_or(&problem.pointer);
            (format!("{place}: {}", problem.vi), format!("{place}: {}", problem.en))
        })
        .unzip();
    if vi.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::SecondPersonRequired,
        format!(
            "Cần hai cán bộ duyệt; hãy sửa trong tệp, hoặc để đơn vị tự đăng ký. {}",
            vi.join(" ")
        ),
        format!(
            "Two officers would have to approve it; mend it in the file, or let the enterprise register itself. {}",
            en.join(" ")
        ),
    ))
}

const CONTACT: (&str, &str) = (
    "Có thông tin liên hệ trong nội dung công khai.",
    "A text that everybody reads tells how to be reached.",
);
const DISGUISED: (&str, &str) = (
    "Tên có chữ cái giả chữ La-tinh.",
    "The name has letters of another script that look Latin.",
);
