//! Entries come into effect: whoever follows the database compiles the vocabulary anew, and searches go on with the old one
//! until the new one is ready.

use std::sync::Arc;

use jiff::civil::Date;
use search_index::Vocabulary;
use tracing::info;

use super::edition::Edition;
use crate::domain::calendar::day_of;
use crate::domain::ids::VocabularyEntryId;
use crate::service::{App, Result};

/// Keeps the vocabulary of this process's searches as the database has it today.
#[derive(Debug, Default)]
pub struct Follower {
    looked_at: Option<(i64, Date)>,
    in_effect: Vec<(VocabularyEntryId, i64)>,
}

impl Follower {
    /// Looks whether something changed: in the database, or because another day began. That costs one small read.
    pub fn look(&mut self, app: &App) -> Result<()> {
        let present = app.db.read(|conn| app.index.vocabulary.present(conn));
        // A day ends though the database does not answer.
        let (edition, outcome) = match present {
            Ok(edition) => (edition, Ok(())),
            Err(error) => (app.index.vocabulary.at_hand(), Err(error)),
        };
        self.take_up(app, &edition, day_of(app.clock.now()));
        outcome
    }

    fn take_up(&mut self, app: &App, edition: &Edition, today: Date) {
        if self.looked_at == Some((edition.number, today)) {
            return;
        }
        let used = edition.used_on(today, None);
        if used.entries != self.in_effect {
            let built_in = Vocabulary::built_in();
            let vocabulary = if used.entries.is_empty() {
                built_in
            } else {
                Arc::new(built_in.amended(&used.off, &used.added))
            };
            let groups = vocabulary.len();
            app.index.set_vocabulary(vocabulary);
            let entries = used.entries.len();
            info!(
                edition = edition.number,
                entries, groups, "searches use another vocabulary"
            );
            self.in_effect = used.entries;
        }
        let unusable = u32::try_from(edition.unusable_on(today)).unwrap_or(u32::MAX);
        metrics::gauge!("vptex_vocabulary_unusable").set(f64::from(unusable));
        self.looked_at = Some((edition.number, today));
    }
}

impl App {
    /// Has a change that this process made come into effect at once.
    pub fn vocabulary_changed(&self) {
        self.index.vocabulary.tell_change();
        self.db.committed().signal();
    }
}
