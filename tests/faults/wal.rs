//! SQLite's write-ahead log, cut off at its end: what a disk does that promised to have written and had not.

use std::path::Path;

const HEADER: usize = 32;
const FRAME: usize = 24;

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Cuts the log in the middle of its commits; gives how many it loses. None is lost where there are fewer than two.
pub fn cut(log: &Path) -> usize {
    let bytes = std::fs::read(log).unwrap_or_default();
    let ends = commits(&bytes);
    let kept = ends.len() / 2;
    if kept == 0 {
        return 0;
    }
    std::fs::File::options()
        .write(true)
        .open(log)
        .unwrap()
        .set_len(ends[kept - 1] as u64)
        .unwrap();
    ends.len() - kept
}

/// Where each commit of the log ends. Frames of an earlier turn of the log have other salts.
fn commits(bytes: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    if bytes.len() < HEADER {
        return ends;
    }
    let (page, salts) = (number(bytes, 8) as usize, &bytes[16..24]);
    let mut at = HEADER;
    while at + FRAME + page <= bytes.len() && &bytes[at + 8..at + 16] == salts {
        let pages_after_commit = number(bytes, at + 4);
        at += FRAME + page;
        if pages_after_commit != 0 {
            ends.push(at);
        }
    }
    ends
}
