//! SQLite's write-ahead log, cut off at its end: what a disk does that promised to have written and had not.

use std::path::Path;

/// Bytes of the log's head, and of the head of a frame, which is followed by a page.
const HEADER: usize = 32;
const FRAME: usize = 24;

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// Cuts the log in the middle of its commits; gives how many it loses. None is lost where there are fewer than two.
pub fn cut(log: &Path) -> usize {
    let bytes = std::fs::read(log).unwrap_or_default();
    let ends = commits(&bytes);
    let kept = ends.len() / 2;
    let Some(end) = kept.checked_sub(1).and_then(|last| ends.get(last)) else {
        return 0;
    };
    let log = std::fs::File::options().write(true).open(log).unwrap();
    log.set_len(u64::try_from(*end).unwrap()).unwrap();
    ends.len() - kept
}

/// How many commits of a log another one of the same file lacks; all of them where it is of another turn of the log.
pub fn lacking(now: &[u8], then: &[u8]) -> usize {
    let is_same_turn = now.get(16..24) == then.get(16..24);
    let there = if is_same_turn { commits(then).len() } else { 0 };
    commits(now).len().saturating_sub(there)
}

/// Where each commit of the log ends. Frames of an earlier turn of the log have other salts.
fn commits(bytes: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let page = number(bytes, 8).and_then(|size| usize::try_from(size).ok());
    let (Some(page), Some(salts)) = (page, bytes.get(16..24)) else {
        return ends;
    };
    let mut at = HEADER;
    while at + FRAME + page <= bytes.len() && bytes.get(at + 8..at + 16) == Some(salts) {
        // Pages of the database after a commit; nothing in other frames.
        let is_commit = number(bytes, at + 4) != Some(0);
        at += FRAME + page;
        if is_commit {
            ends.push(at);
        }
    }
    ends
}
