//! Letters that no certificate can be printed with, told while a dossier is written and not when it is to be signed.

use crate::domain::dossier::{Dossier, DossierDraft, PartyDraft};
use crate::domain::fields::{FieldErrors, LawFault, Violation};
use crate::domain::procedure::Procedure;
use crate::print;
use crate::service::{Error, Result};

/// What papers of the administration look like, in which certificates are set.
pub const BASIS: &str = "NĐ 30/2020/NĐ-CP";

/// A member with its text.
type Told<'a> = (String, Option<&'a String>);

fn party<'a>(place: &str, party: &'a PartyDraft) -> Vec<Told<'a>> {
    let told = [
        ("name", &party.name),
        ("name_en", &party.name_en),
        ("foreign_id", &party.foreign_id),
        ("address", &party.address),
        ("representative", &party.representative),
        ("representative_title", &party.representative_title),
    ];
    let told = told.into_iter();
    told.map(|(name, text)| (format!("{place}/{name}"), text.as_ref()))
        .collect()
}

/// All that is printed of what a dossier says in words of its own.
fn printed(draft: &DossierDraft) -> Vec<Told<'_>> {
    let mut told = party("/transferor", &draft.transferor);
    told.extend(party("/transferee", &draft.transferee));
    let rest = [
        ("/technology/name", &draft.technology.name),
        ("/technology/products", &draft.technology.products),
        ("/technology/standards", &draft.technology.standards),
        ("/technology/ip_titles", &draft.technology.ip_titles),
        ("/contract/number", &draft.contract.number),
        ("/contract/title", &draft.contract.title),
        ("/contract/effect", &draft.contract.effect),
        ("/contract/place", &draft.contract.place),
        ("/contract/project", &draft.contract.project),
        ("/contract/project_code", &draft.contract.project_code),
        ("/contract/irc_number", &draft.contract.irc_number),
        ("/technology/machinery", &draft.technology.machinery),
        ("/money/payment_terms", &draft.money.payment_terms),
        ("/approval/number", &draft.approval.number),
    ];
    told.extend(rest.map(|(member, text)| (member.to_owned(), text.as_ref())));
    for (at, change) in draft.amendment.changes.iter().enumerate() {
        let place = format!("/amendment/changes/{at}");
        told.push((format!("{place}/clause"), change.clause.as_ref()));
        told.push((format!("{place}/before"), change.before.as_ref()));
        told.push((format!("{place}/after"), change.after.as_ref()));
    }
    told
}

/// Members with a letter that cannot be printed, and which: of what a certificate comes of, and who handed in what officers enter, whose
/// receipt names it.
pub fn unprintable(dossier: &Dossier, rules: &Procedure) -> Vec<(String, char)> {
    let draft = dossier.content.draft();
    let told = if rules.events.iter().any(|event| event.issues.is_some()) {
        printed(draft)
    } else if rules.is_entered() {
        vec![(
            "/project/requesting_body".to_owned(),
            draft.project.requesting_body.as_ref(),
        )]
    } else {
        return Vec::new();
    };
    let texts: Vec<(String, &str)> = told
        .into_iter()
        .filter_map(|(member, text)| Some((member, text?.as_str())))
        .collect();
    let letters = print::unprintable(texts.iter().map(|(_, text)| *text));
    let found = texts.into_iter().zip(letters);
    found
        .filter_map(|((member, _), letter)| Some((member, letter?)))
        .collect()
}

/// Refuses such letters in what officers change of what was handed in.
pub(in crate::service::dossiers) fn require(dossier: &Dossier, rules: &Procedure) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (member, letter) in unprintable(dossier, rules) {
        errors.add(member, not_printable(letter));
    }
    errors.finish(Some(())).map_err(Error::fields)
}

/// What is said of such a letter, in Vietnamese and English.
pub fn words(letter: char) -> (String, String) {
    (
        format!("Không in được ký tự “{letter}” lên giấy; hãy ghi bằng chữ La-tinh"),
        format!("The letter “{letter}” cannot be printed; write it in Latin letters"),
    )
}

/// That a member has such a letter.
pub(super) fn not_printable(letter: char) -> Violation {
    LawFault::coded("not_printable", words(letter), BASIS)
}
