//! By how much an amendment makes a contract worth more (giá trị tăng, giảm của hợp đồng): what the parties declare is what the values
//! before and after tell.

use super::amending::BASIS;
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::dossier::DossierDraft;
use crate::domain::dossier::sense::Fault;
use crate::domain::fields::LawFault;
use crate::domain::periodic_report::money::in_vietnamese;
use crate::service::certificates::writing::value_change;

/// Where it is declared.
const MEMBER: &str = "/amendment/vnd_delta";

/// A sum with its sign, as it is written in Vietnamese.
fn signed(amount: i64) -> String {
    let digits = in_vietnamese(&amount.unsigned_abs().to_string());
    if amount < 0 { format!("-{digits}") } else { digits }
}

/// What is wrong with what is declared: that nobody knows what the contract is worth then, another sum than the values before and after tell,
/// or, where nobody knows what it was worth before, more than the whole is worth. Nothing of what is not declared: it is counted.
pub(super) fn change(draft: &DossierDraft, before: &CertificateRecord, after: &CertificateRecord) -> Option<Fault> {
    let declared = draft.amendment.vnd_delta?;
    let Some(whole) = after.money.vnd_value else {
        let words = (
            format!(
                "Ghi giá trị tăng (giảm) {} đồng nhưng không ghi giá trị hợp đồng sau khi sửa đổi; hãy ghi giá trị đó \
                 (/amendment/new_vnd_value) hoặc bỏ mục này",
                signed(declared)
            ),
            format!(
                "Tells {declared} đồng as what is added, and not what the contract is worth then; tell that \
                 (/amendment/new_vnd_value), or leave this out"
            ),
        );
        return Some((MEMBER.to_owned(), LawFault::of(words, BASIS)));
    };
    let counted = value_change(draft, &before.money, &after.money)?;
    if counted != declared {
        let (said_vi, counted_vi) = (signed(declared), signed(counted));
        let words = (
            format!("Ghi giá trị tăng (giảm) {said_vi} đồng, trong khi theo giá trị trước và sau là {counted_vi} đồng"),
            format!("Tells {declared} đồng as what is added; by the values before and after it is {counted}"),
        );
        return Some((MEMBER.to_owned(), LawFault::of(words, BASIS)));
    }
    let words = (
        format!(
            "Giá trị tăng thêm {} đồng lớn hơn giá trị của cả hợp đồng sau khi sửa đổi ({} đồng)",
            signed(declared),
            signed(whole)
        ),
        format!("What is added, {declared} đồng, is more than the whole contract is worth then, {whole}"),
    );
    let is_more = before.money.vnd_value.is_none() && declared > whole;
    is_more.then(|| (MEMBER.to_owned(), LawFault::of(words, BASIS)))
}
