//! What an opinion was given on, as it was then: afterwards the dossier may tell another technology (LTT 13.4, 18).

use serde::{Deserialize, Serialize};

use super::{Dossier, DossierContent, ProjectDraft};

/// What registers and reports tell of an opinion on the technology of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpinionSubject {
    /// The project.
    pub project: ProjectDraft,
    /// What the technology was called.
    pub technology: Option<String>,
    /// Where that comes from, of the list `countries`.
    pub technology_origin: Option<String>,
    /// Whose the party is that gets the technology, which counts where that of the investor is not told.
    pub taker_economic_type: Option<String>,
    /// Commune of the party that files; empty where none is told.
    pub commune: String,
}

impl OpinionSubject {
    /// What a dossier is about now.
    pub fn of(dossier: &Dossier) -> Self {
        Self {
            commune: dossier.commune().to_owned(),
            ..Self::told(&dossier.content)
        }
    }

    /// The same without the place.
    pub fn told(content: &DossierContent) -> Self {
        let draft = content.draft();
        Self {
            project: draft.project.clone(),
            technology: draft.technology.name.clone(),
            technology_origin: draft.technology.origin_country.clone(),
            taker_economic_type: draft.transferee.economic_type.clone(),
            commune: String::new(),
        }
    }

    /// Whose the investor is, or whoever gets the technology.
    pub fn economic_type(&self) -> Option<&str> {
        let own = self.project.economic_type.as_deref();
        own.or(self.taker_economic_type.as_deref())
    }
}
