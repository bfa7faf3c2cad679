//! That what a draft amends holds no more: told while it is written, as it is refused when it is handed in.

use super::amending::amends;
use super::holding::{filer, is_holder};
use crate::domain::certificate::record::RecordKind;
use crate::domain::certificate::{Validity, validity};
use crate::domain::dossier::sense::Fault;
use crate::domain::fields::LawFault;
use crate::service::Result;
use crate::service::certificates::issuing::over_words;
use crate::service::context::Work;
use crate::service::dossiers::Opened;
use crate::store::certificates;

/// Where it is named.
const MEMBER: &str = "/amendment/certificate_number";

/// That the certificate which a draft names, and which is its filer's, is annulled, superseded or over; for officers and whoever files. What
/// came on paper came perhaps before a contract ended, so that its end is looked at when it is handed in.
pub fn over(work: &mut Work<'_, '_>, opened: &Opened) -> Result<Option<Fault>> {
    let dossier = &opened.dossier;
    let is_draft = dossier.handed_in_at.is_none() && dossier.closed_at.is_none();
    let is_told = opened.is_for_officer || opened.is_filers;
    let number = dossier.content.draft().amendment.certificate_number.as_deref();
    let Some(number) = number.filter(|_| amends(&opened.set.rules) && is_draft && is_told) else {
        return Ok(None);
    };
    let filer = filer(work.conn(), dossier)?;
    let mut gone = None;
    for found in certificates::find_by_number(work.conn(), number)? {
        let chain = certificates::chain(work.conn(), found.chain())?;
        let Some(last) = chain.last().filter(|last| last.record.kind != RecordKind::Licence) else {
            continue;
        };
        if !is_holder(dossier, filer.as_ref(), last) {
            continue;
        }
        match validity(&chain, 0, opened.today) {
            Validity::Valid | Validity::Amended => return Ok(None),
            Validity::Expired if dossier.is_paper => return Ok(None),
            ended => gone = Some(over_words(&chain, ended)),
        }
    }
    Ok(gone.map(|(vi, en, basis)| (MEMBER.to_owned(), LawFault::of((vi, en), basis))))
}
