//! Lists of which not everything that is read is shown: a scope, fields and flags leave gaps.

/// How many to read next so that a page is likely to be full: as many as what was looked through so far gives reason to
/// expect, and a quarter more; at least a page, at most so many.
pub(super) fn next_size(limit: usize, found: usize, looked_through: usize, most: usize) -> usize {
    let page = limit.saturating_add(1);
    let missing = page.saturating_sub(found);
    let expected = missing.saturating_mul(looked_through) / found.max(1);
    expected.saturating_add(expected / 4).clamp(page.min(most), most)
}

#[cfg(test)]
mod tests {
    use super::next_size;

    #[test]
    fn the_emptier_a_list_the_more_is_read() {
        assert_eq!(next_size(50, 0, 51, 1_000), 1_000);
        assert_eq!(next_size(50, 6, 51, 1_000), 477);
        assert_eq!(next_size(50, 49, 51, 1_000), 51);
        assert_eq!(next_size(50, 50, 500, 1_000), 51);
        assert_eq!(next_size(500, 1, 501, 200), 200);
    }
}
