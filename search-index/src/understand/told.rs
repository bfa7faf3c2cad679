//! What the person who asked is told about how the words were read.

use super::{Change, Kind};
use crate::{Correction, Understanding, query::Query};

/// Which words were read as others, and what may have been meant.
pub(crate) fn understood(text: &str, typed: &Query, rewriting: &[Change]) -> Understanding {
    let words = typed.wanted.iter().flat_map(|part| &part.analysis.syllables);
    let mut corrections: Vec<Correction> = Vec::new();
    let mut doubts = Vec::new();
    for (number, word) in words.enumerate() {
        let Some(change) = rewriting
            .iter()
            .find(|change| usize::from(change.word) == number && change.kind != Kind::Longer)
        else {
            continue;
        };
        // The word was read together with the one before it.
        if change.text.is_empty()
            && let Some(before) = corrections.last_mut()
        {
            before.range.end = word.range.end;
            continue;
        }
        let correction = Correction {
            range: word.range.clone(),
            instead: change.text.clone(),
        };
        if change.kind == Kind::Perhaps {
            doubts.push(correction);
        } else {
            corrections.push(correction);
        }
    }
    let corrected = (!corrections.is_empty()).then(|| with(text, &corrections));
    doubts.extend(
        corrections
            .iter()
            .filter(|_| !doubts.is_empty())
            .cloned()
            .collect::<Vec<_>>(),
    );
    doubts.sort_by_key(|correction| correction.range.start);
    Understanding {
        interpretations: Vec::new(),
        did_you_mean: (!doubts.is_empty()).then(|| with(text, &doubts)),
        corrected,
        corrections,
    }
}

/// A text with some words changed, in order.
fn with(text: &str, corrections: &[Correction]) -> String {
    let mut changed = String::new();
    let mut end = 0;
    for correction in corrections {
        changed.push_str(text.get(end..correction.range.start).unwrap_or(""));
        changed.push_str(&correction.instead);
        end = correction.range.end;
    }
    changed.push_str(text.get(end..).unwrap_or(""));
    changed
}
