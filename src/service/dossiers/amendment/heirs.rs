//! Who took the place of a party of a contract (kế thừa quyền, nghĩa vụ của một bên: hợp nhất, sáp nhập): the one into which an
//! officer merged it here, which files itself, and whoever an officer found to be the successor by a paper that came to the
//! counter. What somebody merely says of itself opens nobody's certificate: what holds is told to its holder in each refusal.

use crate::domain::certificate::Certificate;
use crate::domain::certificate::difference::{RecordDifference, is_within};
use crate::domain::certificate::record::{CertificateRecord, RecordParty};
use crate::domain::dossier::{ContractParty, Dossier, TransferDirection};
use crate::domain::fields::{FieldErrors, LawFault, Violation};
use crate::service::certificates::party::Party;

/// What succession rests on.
const BASIS: &str = "BLDS Đ.88, 89; Luật Doanh nghiệp Đ.200, 201; Luật CGCN Đ.33.1";
/// Where the party is told.
const PARTY: &str = "/content/amendment/succeeded_party";
/// Where it is told by which tax code.
const SUCCEEDED_CODE: &str = "/content/amendment/succeeded_tax_code";

pub(super) fn party(record: &CertificateRecord, side: ContractParty) -> &RecordParty {
    match side {
        ContractParty::Transferor => &record.transferor,
        ContractParty::Transferee => &record.transferee,
    }
}

/// The parties that file, as a certificate has them: by its direction, either where it has none.
pub(super) fn who_files(record: &CertificateRecord) -> Vec<(ContractParty, &RecordParty)> {
    let direction = record.direction.as_ref().map(|direction| direction.code.as_str());
    let sides: &[ContractParty] = match direction {
        Some(code) if code == TransferDirection::Outbound.as_str() => &[ContractParty::Transferor],
        Some(_) => &[ContractParty::Transferee],
        None => ContractParty::ALL,
    };
    sides.iter().map(|side| (*side, party(record, *side))).collect()
}

fn told(dossier: &Dossier) -> Option<ContractParty> {
    let said = dossier.content.draft().amendment.succeeded_party.as_deref();
    said.and_then(|side| side.parse().ok())
}

/// Whether a certificate came to the filer with what it took the place of: it was linked to that one.
fn is_linked(filer: &Party, last: &Certificate) -> bool {
    last.enterprise == Some(filer.enterprise.id)
}

/// The same, also of one that names as the party that files what became part of the filer: who came to the exchange after its
/// certificates were issued was never linked to them.
pub(super) fn is_merged(filer: &Party, last: &Certificate) -> bool {
    let names_it = |(_, party): &(ContractParty, &RecordParty)| filer.has_merged(party);
    is_linked(filer, last) || who_files(&last.record).iter().any(names_it)
}

/// Whether who files took the place of the party that files, and says so.
pub(super) fn is_heir(dossier: &Dossier, filer: Option<&Party>, last: &Certificate) -> bool {
    let Some(side) = told(dossier) else {
        return false;
    };
    let before = who_files(&last.record).into_iter().find(|(known, _)| *known == side);
    let Some((_, before)) = before else {
        return false;
    };
    match filer {
        Some(filer) => is_linked(filer, last) || filer.has_merged(before),
        None => {
            let code = &dossier.content.draft().amendment.succeeded_tax_code;
            code.is_some() && *code == before.tax_code
        }
    }
}

/// That a filer to which a certificate came has to say whose place it took.
pub(crate) fn unnamed(filer: Option<&Party>, last: &Certificate) -> Option<Violation> {
    let filer = filer.filter(|filer| is_merged(filer, last))?;
    let parties = who_files(&last.record);
    let merged = parties.iter().find(|(_, party)| filer.has_merged(party));
    let (side, before) = merged.or(parties.first())?;
    let (name, kind) = (&before.name, last.record.kind.name());
    let words = (
        format!(
            "{} ghi bên “{name}”; bên kế thừa phải ghi bên được kế thừa ({side}) và nộp giấy tờ về việc kế thừa",
            kind.0
        ),
        format!(
            "{} is of “{name}”; who took its place names it ({side}) and hands in the paper about that",
            kind.1
        ),
    );
    Some(LawFault::of(words, BASIS))
}

/// Holds a succession that is told against what is certified: it is of that party, and another one stands there afterwards.
pub(super) fn check(
    dossier: &Dossier,
    before: &CertificateRecord,
    others: &[RecordDifference],
    errors: &mut FieldErrors,
) {
    let Some(side) = told(dossier) else {
        return;
    };
    let certified = party(before, side);
    let is_another = |other: &RecordDifference| {
        let place = format!("/{side}");
        is_within(&other.member, &place) && (other.member.ends_with("/name") || other.member.ends_with("/tax_code"))
    };
    if !others.iter().any(is_another) {
        let name = &certified.name;
        let words = (
            format!("Hồ sơ vẫn ghi “{name}”; hãy ghi bên kế thừa"),
            format!("The dossier still tells “{name}”; tell who took its place"),
        );
        errors.add(PARTY, LawFault::of(words, BASIS));
    }
    let code = &dossier.content.draft().amendment.succeeded_tax_code;
    // On paper nobody signed in as the one or the other: the code tells whose place is taken.
    if dossier.is_paper && code.is_none() && certified.tax_code.is_some() {
        errors.add(SUCCEEDED_CODE, Violation::Required);
    }
    if code.is_some() && *code != certified.tax_code {
        let present = certified.tax_code.as_deref().unwrap_or("—");
        let paper = before.kind.name();
        let words = (
            format!("Bên được kế thừa có mã số thuế {present} theo {}", paper.0),
            format!("By the {} that party has the tax code {present}", paper.1),
        );
        errors.add(SUCCEEDED_CODE, LawFault::of(words, BASIS));
    }
}
