//! The vocabulary of searches, and which terms follow others.

use crate::http::{successors, vocabulary, vocabulary_candidates, vocabulary_previews};

operations! {
    "/vocabulary" {
        get vocabulary::list_vocabulary Read Refused ManageVocabulary;
        post vocabulary::add_vocabulary_entry Write Refused ManageVocabulary;
    }
    "/vocabulary/candidates" { get vocabulary_candidates::list_vocabulary_candidates Read Refused ManageVocabulary; }
    "/vocabulary/candidates/{id}/acceptance" { post vocabulary_candidates::accept_vocabulary_candidate Write Refused ManageVocabulary; }
    "/vocabulary/candidates/{id}/rejection" { post vocabulary_candidates::reject_vocabulary_candidate Write Refused ManageVocabulary; }
    "/vocabulary/preview" { post vocabulary_previews::preview_vocabulary Write Refused ManageVocabulary; }
    "/vocabulary/{id}" {
        get vocabulary::get_vocabulary_entry Read Refused ManageVocabulary;
        patch vocabulary::edit_vocabulary_entry Write Refused ManageVocabulary;
        delete vocabulary::withdraw_vocabulary_entry Write Refused ManageVocabulary;
    }
    "/taxonomies/{name}/successors" { get successors::list_successors Read Welcome Anybody; }
}
