//! Pages of collections: one row more than asked for tells whether there is a next page. In registers, where the scope of
//! an officer leaves gaps, a page may be short and have a next one.

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

/// A page of what is wanted of rows, of which so many are looked through at once: reads on until the page is full, so that an empty
/// one says that there are no more. After [`MOST_READS`] parts it ends all the same, and has a next one.
pub(super) fn looked_through<R, E, K: Copy>(
    (at_once, limit): (i64, u32),
    after: Option<K>,
    mut read: impl FnMut(Option<K>) -> Result<Vec<R>>,
    place: impl Fn(&R) -> K,
    mut wanted: impl FnMut(R) -> Result<Option<E>>,
) -> Result<(Vec<E>, Option<K>)> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut seen_to) = (Vec::new(), after);
    for _ in 0..MOST_READS {
        let rows = read(seen_to)?;
        let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < at_once);
        for row in rows {
            if found.len() >= limit {
                return Ok((found, seen_to));
            }
            seen_to = Some(place(&row));
            found.extend(wanted(row)?);
        }
        if is_last {
            return Ok((found, None));
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
    use super::*;

    /// Numbers up to `last`, three at a time, of which multiples of `step` are wanted.
    fn multiples(last: u32, step: u32, after: Option<u32>) -> (Vec<u32>, Option<u32>, usize) {
        let mut reads = 0;
        let read = |after: Option<u32>| -> Result<Vec<u32>> {
            reads += 1;
            let first = after.map_or(1, |after| after + 1);
            Ok((first..=last).take(3).collect())
        };
        let wanted = |row: u32| -> Result<Option<u32>> { Ok(row.is_multiple_of(step).then_some(row)) };
        let (found, next) = looked_through((3, 2), after, read, |row| *row, wanted).unwrap();
        (found, next, reads)
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
        assert_eq!(multiples(11, 4, Some(8)), (vec![], None, 1));
        // What is too rare ends somewhere, and goes on from there.
        let most = u32::try_from(MOST_READS).unwrap();
        assert_eq!(multiples(1_000, 500, None), (vec![], Some(3 * most), MOST_READS));
    }

    #[test]
    fn the_row_too_many_is_the_next_page() {
        assert_eq!(cut(vec![1, 2, 3], 2, |row| *row), (vec![1, 2], Some(2)));
        assert_eq!(cut(vec![1, 2], 2, |row| *row), (vec![1, 2], None));
        assert_eq!(cut(Vec::<i32>::new(), 2, |row| *row), (vec![], None));
    }
}
