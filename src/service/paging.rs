//! Pages of collections: one row more than asked for tells whether there is a next page. In registers, where the scope of
//! an officer leaves gaps, a page may be short and have a next one.

use std::time::{Duration, Instant};

use super::{Error, Result};

/// Rows of a register that are looked at for one page at the most.
pub(super) const LOOKED_THROUGH: i64 = 1_000;

/// A page of a register.
#[derive(Clone, Debug)]
pub struct Register<E, P> {
    /// What the caller may see.
    pub entries: Vec<E>,
    /// Where the next page begins, if there is one.
    pub next: Option<P>,
}

/// Opens rows, of which up to [`LOOKED_THROUGH`] were read, until the page is full, and leaves out what the caller is
/// refused.
pub(super) fn within_scope<R, E, P>(
    rows: Vec<R>,
    limit: u32,
    place: impl Fn(&R) -> P,
    mut open: impl FnMut(R) -> Result<E>,
) -> Result<Register<E, P>> {
    failpoint!("registers.page.read", Error::busy);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < LOOKED_THROUGH);
    let (mut entries, mut seen_to) = (Vec::new(), None);
    for row in rows {
        let at = place(&row);
        match open(row) {
            Ok(_) if entries.len() == limit => {
                return Ok(Register { entries, next: seen_to });
            }
            Ok(entry) => entries.push(entry),
            Err(Error { refused: Some(_), .. }) => {}
            Err(error) => return Err(error),
        }
        seen_to = Some(at);
    }
    let next = seen_to.filter(|_| !is_last);
    Ok(Register { entries, next })
}

/// How often rows are read for one page of which few are wanted.
const MOST_READS: usize = 40;

/// For how long rows are read for one page: a reader of the database is taken meanwhile. What has been begun is done.
const LONGEST: Duration = Duration::from_secs(2);

/// Rows that are looked through at once, and behind what the next ones are, if there are any.
pub(super) type Part<R, K> = (Vec<R>, Option<K>);

/// Behind what the next part is, of one for which so many were asked: behind the last, unless there were fewer.
pub(super) fn part_after<K: Copy>(keys: &[K], at_once: i64) -> Option<K> {
    let is_last = i64::try_from(keys.len()).is_ok_and(|count| count < at_once);
    keys.last().copied().filter(|_| !is_last)
}

/// A page of what is wanted of rows, which are read part by part until the page is full or there are no more. After [`MOST_READS`] parts,
/// or when [`LONGEST`] has passed, it ends all the same: such a page is short or empty, and has a next one. Only one without a next
/// one says that there are no more.
pub(super) fn looked_through<R, E, K: Copy>(
    limit: u32,
    after: Option<K>,
    read: impl FnMut(Option<K>) -> Result<Part<R, K>>,
    place: impl Fn(&R) -> K,
    wanted: impl FnMut(R) -> Result<Option<E>>,
) -> Result<(Vec<E>, Option<K>)> {
    let begun = Instant::now();
    looked_through_until(&|| begun.elapsed() >= LONGEST, limit, after, read, place, wanted)
}

fn looked_through_until<R, E, K: Copy>(
    is_late: &dyn Fn() -> bool,
    limit: u32,
    after: Option<K>,
    mut read: impl FnMut(Option<K>) -> Result<Part<R, K>>,
    place: impl Fn(&R) -> K,
    mut wanted: impl FnMut(R) -> Result<Option<E>>,
) -> Result<(Vec<E>, Option<K>)> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut seen_to) = (Vec::new(), after);
    for _ in 0..MOST_READS {
        let (rows, next) = read(seen_to)?;
        for row in rows {
            if found.len() >= limit {
                return Ok((found, seen_to));
            }
            seen_to = Some(place(&row));
            found.extend(wanted(row)?);
        }
        seen_to = next;
        if next.is_none() || is_late() {
            break;
        }
    }
    Ok((found, seen_to))
}

/// How many rows to read for a page.
pub(super) fn rows_for(limit: u32) -> i64 {
    i64::from(limit) + 1
}

/// Cuts what was read to the page, and tells the key of its last row when there is a next page.
pub(super) fn cut<T, K>(mut rows: Vec<T>, limit: u32, key: impl Fn(&T) -> K) -> (Vec<T>, Option<K>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = if has_more { rows.last().map(key) } else { None };
    (rows, next)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Numbers up to `last`, three at a time, of which multiples of `step` are wanted, and others than 5 and 6 are there.
    fn multiples_until(most: usize, last: u32, step: u32, after: Option<u32>) -> (Vec<u32>, Option<u32>, usize) {
        let reads = Cell::new(0);
        let read = |after: Option<u32>| -> Result<Part<u32, u32>> {
            reads.set(reads.get() + 1);
            let first = after.map_or(1, |after| after + 1);
            let numbers: Vec<u32> = (first..=last).take(3).collect();
            let next = part_after(&numbers, 3);
            let there = numbers.into_iter().filter(|number| !matches!(number, 5 | 6));
            Ok((there.collect(), next))
        };
        let wanted = |row: u32| -> Result<Option<u32>> { Ok(row.is_multiple_of(step).then_some(row)) };
        let is_late = || reads.get() >= most;
        let (found, next) = looked_through_until(&is_late, 2, after, read, |row| *row, wanted).unwrap();
        (found, next, reads.get())
    }

    fn multiples(last: u32, step: u32, after: Option<u32>) -> (Vec<u32>, Option<u32>, usize) {
        multiples_until(usize::MAX, last, step, after)
    }

    #[test]
    fn a_page_of_what_is_rare_is_read_on_for() {
        // The first is far behind the first part, and the page is no empty one.
        assert_eq!(multiples(10, 8, None), (vec![8], None, 4));
        assert_eq!(multiples(10, 11, None), (vec![], None, 4));
        // A full page goes on behind its last one, unless that was the last of all.
        assert_eq!(multiples(8, 4, None), (vec![4, 8], None, 3));
        assert_eq!(multiples(12, 4, None), (vec![4, 8], Some(8), 3));
        assert_eq!(multiples(12, 4, Some(8)), (vec![12], None, 2));
        // A full part may be the last.
        assert_eq!(multiples(11, 4, Some(8)), (vec![], None, 2));
        // What is too rare ends somewhere, and goes on from there.
        let most = u32::try_from(MOST_READS).unwrap();
        assert_eq!(multiples(1_000, 500, None), (vec![], Some(3 * most), MOST_READS));
    }

    #[test]
    fn a_page_that_takes_long_ends_and_has_a_next_one() {
        assert_eq!(multiples_until(1, 1_000, 500, None), (vec![], Some(3), 1));
        assert_eq!(multiples_until(3, 1_000, 7, None), (vec![7], Some(9), 3));
        // Each goes on, however late it is, and the last one is told as such.
        assert_eq!(multiples_until(0, 10, 10, Some(9)), (vec![10], None, 1));
    }

    #[test]
    fn a_part_of_which_some_are_gone_is_not_the_last() {
        // Of 4 to 6 only one is there, and 8 is behind them.
        assert_eq!(multiples(8, 8, None), (vec![8], None, 3));
        // All of it are gone but what is not wanted.
        assert_eq!(multiples_until(2, 8, 8, None), (vec![], Some(6), 2));
    }

    #[test]
    fn the_row_too_many_is_the_next_page() {
        assert_eq!(cut(vec![1, 2, 3], 2, |row| *row), (vec![1, 2], Some(2)));
        assert_eq!(cut(vec![1, 2], 2, |row| *row), (vec![1, 2], None));
        assert_eq!(cut(Vec::<i32>::new(), 2, |row| *row), (vec![], None));
    }
}
