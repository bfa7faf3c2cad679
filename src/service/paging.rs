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

    #[test]
    fn the_row_too_many_is_the_next_page() {
        assert_eq!(cut(vec![1, 2, 3], 2, |row| *row), (vec![1, 2], Some(2)));
        assert_eq!(cut(vec![1, 2], 2, |row| *row), (vec![1, 2], None));
        assert_eq!(cut(Vec::<i32>::new(), 2, |row| *row), (vec![], None));
    }
}
