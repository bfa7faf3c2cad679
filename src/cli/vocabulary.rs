//! The vocabulary of searches.

use clap::Subcommand;

use super::{Outcome, done, say};
use crate::app;
use crate::config::Config;
use crate::jobs::suggest;

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum VocabularyCommand {
    /// Learn from public listings which words may mean the same, and queue what is new for an officer; servers may run
    Suggest {
        /// How many listings must say a thing, at least 2
        #[arg(long, value_name = "N", default_value_t = 3)]
        support: u32,
    },
}

pub(super) fn run(config: &Config, command: VocabularyCommand) -> Outcome {
    let VocabularyCommand::Suggest { support } = command;
    let app = app::context(config)?;
    let suggest::Suggested { read, learned, queued } = suggest::suggest(&app, support)?;
    say(format_args!(
        "read {read} public listings, learned {learned} candidates, queued {queued} new ones"
    ))
    .map(done)
}
