//! Members that would find too much: `điều` is cashew, and a half of control, condition and conditioning.

use std::collections::{HashMap, HashSet};

use super::{Group, Word};
use crate::{understand::is_syllable, words::is_head};

/// In a large vocabulary a few groups are chance: so many stand for one.
const GROUPS_PER_USE: usize = 2_000;

/// Members of one Vietnamese syllable, by group and place, with which longer names in other groups go on, unless all
/// Vietnamese names of the group are that short.
pub(super) fn ambiguous(groups: &[Group]) -> HashSet<(u32, u32)> {
    let mut inside: HashMap<&str, Vec<u32>> = HashMap::new();
    for (number, group) in (0_u32..).zip(groups) {
        // At the end it says what something is of: `củ sắn`.
        let before = group.members.iter().filter_map(|member| Some(member.split_last()?.1));
        for word in before.flatten() {
            let groups = inside.entry(&word.exact).or_default();
            if !groups.contains(&number) {
                groups.push(number);
            }
        }
    }
    let mut found = HashSet::new();
    for (number, group) in (0_u32..).zip(groups) {
        let vietnamese: Vec<(u32, &[Word])> = (0_u32..)
            .zip(group.members.iter().map(AsRef::as_ref))
            .filter(|(_, member)| is_vietnamese(member))
            .collect();
        if vietnamese.iter().all(|(_, member)| telling(member) == 1) {
            continue;
        }
        for (place, member) in &vietnamese {
            let [word] = member else { continue };
            let elsewhere = inside
                .get(&*word.exact)
                .map_or(0, |groups| groups.iter().filter(|other| **other != number).count());
            if elsewhere > groups.len() / GROUPS_PER_USE {
                found.insert((number, *place));
            }
        }
    }
    found
}

/// Syllables of a name that tell more than `machine`.
fn telling(member: &[Word]) -> usize {
    member.iter().filter(|word| !is_head(&word.exact)).count()
}

fn is_vietnamese(member: &[Word]) -> bool {
    member.iter().all(|word| word.marked || is_syllable(&word.folded))
}
