//! What a dossier still lacks, or tells as it cannot be: told while it is written, so that nobody learns it from a refusal.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::dossier::sense::{self, Fault};
use crate::domain::fields::Violation;
use crate::service::dossiers::Opened;
use crate::service::dossiers::events::{PRINTING, missing, missing_papers, unprintable, unprintable_words};

/// Something that is still missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierMissing {
    /// Where it goes, or is, in `content`, as a JSON pointer; `/attachments` for a paper, or what is wrong with the translation that is there.
    #[schema(example = "/technology/name")]
    pub member: String,
    /// Code of the paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// What people call it; what is wrong with what is told.
    pub name_vi: String,
    /// The same in English.
    pub name_en: String,
    /// The article that asks for it.
    pub legal_basis: String,
}

/// What is missing matters until it is handed in for good; `over` is that what it amends holds no more, `wrong` what cannot be beside that.
pub(super) fn missing_of(opened: &Opened, (over, wrong): (Option<&Fault>, &[Fault])) -> Vec<DossierMissing> {
    let (dossier, rules) = (&opened.dossier, &opened.set.rules);
    // What officers still write is no business of those of whom it is.
    if !dossier.is_editable(rules) || rules.is_entered() && !opened.is_for_officer {
        return Vec::new();
    }
    let fields = missing(dossier, rules, None).into_iter().map(|item| {
        let is_other = dossier.content.is_none_of(item);
        let values = if is_other {
            format!(": {}", item.one_of.join(", "))
        } else {
            String::new()
        };
        DossierMissing {
            member: item.member.clone(),
            document: None,
            name_vi: format!("{}{values}", item.name_vi),
            name_en: format!("{}{values}", item.name_en),
            legal_basis: item.legal_basis.clone(),
        }
    });
    let letters = unprintable(dossier, rules).into_iter().map(|(member, letter)| {
        let (name_vi, name_en) = unprintable_words(letter);
        DossierMissing {
            member,
            document: None,
            name_vi,
            name_en,
            legal_basis: PRINTING.to_owned(),
        }
    });
    let told = sense::contradictions(&dossier.content, rules);
    let told = over.into_iter().chain(wrong).cloned().chain(told);
    let told = told.filter_map(|(member, wrong)| contradiction(member, &wrong));
    let handing_in = rules
        .events
        .iter()
        .find(|event| event.hands_in && !event.documents.is_empty());
    let papers = handing_in
        .into_iter()
        .flat_map(|event| missing_papers(dossier, rules, event));
    let papers = papers.map(|paper| DossierMissing {
        member: dossier.content.place_of(paper),
        document: Some(paper.code.clone()),
        name_vi: paper.name_vi.clone(),
        name_en: paper.name_en.clone(),
        legal_basis: paper.legal_basis.clone(),
    });
    fields.chain(told).chain(letters).chain(papers).collect()
}

/// What is told and cannot be, with the article that says so.
fn contradiction(member: String, wrong: &Violation) -> Option<DossierMissing> {
    let Violation::Law(fault) = wrong else { return None };
    let (name_vi, name_en, legal_basis) = fault.parts();
    Some(DossierMissing {
        member,
        document: None,
        name_vi: name_vi.to_owned(),
        name_en: name_en.to_owned(),
        legal_basis: legal_basis.to_owned(),
    })
}
