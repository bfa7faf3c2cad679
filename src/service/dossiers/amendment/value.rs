//! By how much an amendment makes a contract worth more (giá trị tăng, giảm của hợp đồng): what the parties declare is what the values
//! before and after tell.

use super::amending::{BASIS, amends, chain, is_still_party};
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::dossier::sense::Fault;
use crate::domain::dossier::{DossierDraft, MAX_VND};
use crate::domain::fields::LawFault;
use crate::domain::periodic_report::money::in_vietnamese;
use crate::service::Result;
use crate::service::certificates::writing::value_change;
use crate::service::dossiers::Opened;
use crate::store::AnyConn;

/// Where it is declared.
const MEMBER: &str = "/amendment/vnd_delta";

/// A sum with its sign, as it is written in Vietnamese.
fn signed(amount: i64) -> String {
    let digits = in_vietnamese(&amount.unsigned_abs().to_string());
    if amount < 0 { format!("-{digits}") } else { digits }
}

/// What is wrong with what is declared: that nobody knows what the contract is worth then, another sum than the values before and after tell,
/// or, where nobody knows what it was worth before, more than the whole is worth, or a value before that no contract has. Nothing of what is
/// not declared: it is counted.
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
    if before.money.vnd_value.is_some() {
        return None;
    }
    let former = whole.saturating_sub(declared);
    if former > MAX_VND {
        let words = (
            format!(
                "Theo số giảm {} đồng thì giá trị trước khi sửa đổi là {} đồng, lớn hơn mức của mọi hợp đồng ({} đồng)",
                // It is a decrease: the word says so, and no sign does again.
                in_vietnamese(&declared.unsigned_abs().to_string()),
                signed(former),
                signed(MAX_VND)
            ),
            format!(
                "By {declared} đồng the contract was worth {former} đồng before, which is more than any contract is ({MAX_VND})"
            ),
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
    (declared > whole).then(|| (MEMBER.to_owned(), LawFault::of(words, BASIS)))
}

/// That nobody but the parties says by how much the value changes, as what is certified tells no value: where it is, and what to do, in both
/// languages; for officers and whoever files, as long as it is not certified.
pub(in crate::service::dossiers) fn unfounded(
    conn: &mut AnyConn,
    opened: &Opened,
) -> Result<Option<(&'static str, String, String)>> {
    let (dossier, rules) = (&opened.dossier, &opened.set.rules);
    let is_open = dossier.closed_at.is_none() && opened.certificate.is_none();
    let is_told = opened.is_for_officer || opened.is_filers;
    let amendment = &dossier.content.draft().amendment;
    let Some(declared) = amendment.vnd_delta.filter(|_| amends(rules) && is_open && is_told) else {
        return Ok(None);
    };
    let chain = chain(conn, dossier)?;
    let Some(last) = chain.last().filter(|last| last.record.money.vnd_value.is_none()) else {
        return Ok(None);
    };
    if !opened.is_for_officer && !is_still_party(conn, opened.reader, last)? {
        return Ok(None);
    }
    let former = amendment.new_vnd_value.map(|whole| whole.saturating_sub(declared));
    let (before_vi, before_en) = match former {
        Some(former) => (
            format!(", tức là trước đó {} đồng", signed(former)),
            format!(", so that it was {former} before"),
        ),
        None => (String::new(), String::new()),
    };
    Ok(Some((
        MEMBER,
        format!(
            "Giấy chứng nhận số {} không ghi giá trị hợp đồng bằng đồng: số tăng (giảm) {} đồng chỉ theo khai của các bên{before_vi}; xin \
             đối chiếu với hợp đồng.",
            last.record.number,
            signed(declared)
        ),
        format!(
            "Certificate {} tells no value in đồng: that it changes by {declared} is what the parties say{before_en}; hold it against the \
             contract.",
            last.record.number
        ),
    )))
}
