//! Learns candidates for the vocabulary of searches from everything that is public, for `vptex vocabulary suggest`.

use super::changes::public_page;
use super::document::document;
use crate::service::vocabulary::candidates;
use crate::service::vocabulary::learn::{Learner, Written};
use crate::service::{App, Result};
use crate::store::reference;

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// Listings that were read.
    pub read: usize,
    /// Candidates that at least so many listings say as was asked.
    pub learned: usize,
    /// Those of them that are new.
    pub queued: usize,
}

/// Reads all public listings and puts what is new into the queue; servers may run. `support` is how many listings must
/// say a thing.
pub fn suggest(app: &App, support: u32) -> Result<Suggested> {
    let lists = app.db.read(reference::lists)?;
    let (mut learner, mut read, mut after) = (Learner::default(), 0, None);
    loop {
        let (rows, last, _broken) = app.db.read(|conn| public_page(conn, after))?;
        for (listing, owner) in &rows {
            let said = document(&lists, listing, owner);
            let mut texts = vec![said.title_vi.as_str(), &said.summary_vi, &said.description_vi];
            texts.extend(said.passages.iter().map(String::as_str));
            learner.read(&Written {
                listing: listing.id,
                titles: (&said.title_vi, said.title_en.as_deref()),
                texts: &texts,
            });
        }
        read += rows.len();
        after = last;
        if after.is_none() {
            break;
        }
    }
    let learned = learner.candidates(support);
    Ok(Suggested {
        read,
        learned: learned.len(),
        queued: candidates::propose(app, &learned)?,
    })
}
