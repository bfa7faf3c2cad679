//! Segments of the index that the engine merges beside the searches: who asks for it, and when searches are shown them.

use std::time::{Duration, Instant};

use search_index::Writer;
use tracing::{debug, warn};

use crate::service::search::in_full;

/// How long after a commit it is looked first whether something was merged.
const FIRST: Duration = Duration::from_secs(1);
/// Between looks at the most; what is not merged by then is shown with the next commit.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// When to look whether segments were merged since the last commit: soon after it, then less and less often, as a large merge takes
/// its time, and at last no more.
pub(super) struct Looks {
    at: Instant,
    pause: Duration,
}

impl Looks {
    /// After a commit, or after something merged was shown: that may be merged further.
    pub(super) fn anew(now: Instant) -> Self {
        Self {
            at: now + FIRST,
            pause: FIRST,
        }
    }

    /// Whether to look now.
    pub(super) fn is_due(&mut self, now: Instant) -> bool {
        if now < self.at || self.pause > LONGEST {
            return false;
        }
        self.pause *= 2;
        self.at = now + self.pause;
        true
    }
}

/// Has searches see what was merged since the last commit; gives whether there was anything.
pub(super) fn show_merged(writer: &mut Writer) -> bool {
    match writer.show_merged() {
        Ok(is_other) => {
            if is_other {
                debug!("searches go through other segments");
            }
            is_other
        }
        // They go on with those of before; the next commit shows them, too.
        Err(error) => {
            warn!(error = in_full(&error), "merged segments cannot be shown");
            false
        }
    }
}

/// Has the engine merge what a build left in several segments when the program ended.
pub(super) fn merge_on(writer: &mut Writer) {
    if let Err(error) = writer.merge_all() {
        warn!(
            error = in_full(&error),
            "the segments of the search index stay as they are"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_looked_less_and_less_often_and_at_last_no_more() {
        let start = Instant::now();
        let mut looks = Looks::anew(start);
        let due = |seconds: &u64| looks.is_due(start + Duration::from_secs(*seconds));
        let looked: Vec<u64> = (0..=7_200).filter(due).collect();
        assert_eq!(looked, [1, 3, 7, 15, 31, 63, 127, 255, 511, 1_023]);
    }
}
