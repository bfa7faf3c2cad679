//! Lists of which not everything that is read is shown: a scope, fields and flags leave gaps.

/// How many to read next so that a page, of which so many are `found`, is likely to be full: as many as what was read last, so many
/// `of` which were shown, gives reason to expect, and a quarter more; at least twice as many as then, as a gap may begin anywhere, and
/// at most so many.
pub(super) fn next_size(limit: usize, found: usize, (shown, of): (usize, usize), most: usize) -> usize {
    let page = limit.saturating_add(1);
    let missing = page.saturating_sub(found);
    let expected = missing.saturating_mul(of) / shown.max(1);
    let likely = expected.saturating_add(expected / 4);
    likely.max(of.saturating_mul(2)).clamp(page.min(most), most)
}

#[cfg(test)]
mod tests {
    use super::next_size;

    #[test]
    fn the_emptier_a_list_the_more_is_read() {
        assert_eq!(next_size(50, 0, (0, 51), 1_000), 1_000);
        assert_eq!(next_size(50, 6, (6, 51), 1_000), 477);
        assert_eq!(next_size(50, 49, (49, 51), 1_000), 102);
        assert_eq!(next_size(500, 1, (1, 501), 200), 200);
        assert_eq!(next_size(0, 0, (0, 1), 1_000), 2);
    }

    #[test]
    fn what_was_read_last_counts_and_not_what_was_before_it() {
        assert_eq!(next_size(50, 40, (1, 102), 1_000), 1_000);
        assert_eq!(next_size(50, 40, (20, 40), 1_000), 80);
    }

    /// Of the first all but one are shown, and of those behind them none.
    #[test]
    fn a_gap_behind_a_dense_beginning_is_soon_read_in_large_steps() {
        let (mut size, mut shown, mut sizes) = (51, 50, Vec::new());
        for _ in 0..10 {
            sizes.push(size);
            size = next_size(50, 50, (shown, size), 1_000);
            shown = 0;
        }
        assert_eq!(sizes, [51, 102, 204, 408, 816, 1_000, 1_000, 1_000, 1_000, 1_000]);
    }
}
