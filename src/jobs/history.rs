//! Whether an index and the outbox tell the same history.
//!
//! Numbers alone do not say: a database that was restored from a backup and written to since has other rows under the
//! same numbers. The index therefore keeps what stood at its place beside the place itself.

use jiff::Timestamp;
use search_index::{Watermark, hash_of};

use crate::service::search::position;
use crate::store::outbox::{self, Position};
use crate::store::{self, AnyConn};

/// Whether following the outbox from `from` leads to the present: nothing in between was forgotten, and the outbox tells
/// the same history. `there` is what stands at that place now, `forgotten` the instant before which rows are forgotten.
pub(super) fn leads_to_now(
    from: Watermark,
    there: Watermark,
    ends: Option<(Position, Position)>,
    forgotten: Timestamp,
) -> bool {
    let at = position(from);
    match ends {
        // The newest row is never forgotten, so there never was one.
        None => at == Position::default(),
        Some((_, last)) if at > last => false,
        // The numbers can be those of another history: a restored backup that was written to since.
        _ if there.mark != 0 => there == from,
        Some((first, _)) if at == Position::default() => first.seq == 1,
        // Its row is gone, but the next one is there.
        Some((first, _)) => {
            let is_next = at.txid == first.txid && at.seq == first.seq - 1;
            is_next && from.at < forgotten.as_microsecond()
        }
    }
}

/// A place in the outbox with what stands there.
pub(super) fn watermark_at(conn: &mut AnyConn, place: Position) -> store::Result<Watermark> {
    let row = outbox::row_at(conn, place)?;
    let (mark, at) = row.map_or((0, 0), |row| {
        let at = row.at.as_microsecond();
        (
            hash_of([row.subject.to_string().as_str(), at.to_string().as_str()]).max(1),
            at,
        )
    });
    Ok(Watermark {
        txid: u64::try_from(place.txid).unwrap_or(0),
        seq: place.seq,
        mark,
        at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::changes::UNFINISHED;

    const FORGOTTEN: Timestamp = Timestamp::UNIX_EPOCH;

    fn place(seq: i64) -> Position {
        Position { txid: 0, seq }
    }

    /// A place with the row that belongs there; the older the place, the older the row.
    fn row(seq: i64) -> Watermark {
        Watermark {
            txid: 0,
            seq,
            mark: u64::try_from(seq).unwrap() + 1_000,
            at: seq - 10,
        }
    }

    fn absent(seq: i64) -> Watermark {
        Watermark {
            mark: 0,
            at: 0,
            ..row(seq)
        }
    }

    #[test]
    fn an_index_leads_to_now_or_is_built_anew() {
        let leads = |from, there, ends| leads_to_now(from, there, ends, FORGOTTEN);
        assert!(leads(absent(0), absent(0), None));
        assert!(!leads(row(5), absent(5), None), "the database was emptied");
        let kept = Some((place(10), place(20)));
        for (from, there, expected) in [
            (8, absent(8), false),
            (9, absent(9), true),
            (10, row(10), true),
            (15, row(15), true),
            (15, absent(15), false),
            (20, row(20), true),
            (21, absent(21), false),
        ] {
            assert_eq!(leads(row(from), there, kept), expected, "{from}");
        }
        assert!(!leads(UNFINISHED, absent(0), None));
        assert!(!leads(UNFINISHED, absent(0), Some((place(1), place(1)))));
    }

    #[test]
    fn the_same_numbers_of_another_history_do_not_lead() {
        let kept = Some((place(1), place(20)));
        for other in [Watermark { mark: 7, ..row(15) }, Watermark { at: 3, ..row(15) }] {
            assert!(!leads_to_now(row(15), other, kept, FORGOTTEN));
        }
        // Before the first row that is kept, only what is old enough can have been forgotten.
        let kept = Some((place(16), place(20)));
        let young = row(15);
        assert!(!leads_to_now(young, absent(15), kept, FORGOTTEN));
        let later = Timestamp::from_microsecond(6).unwrap();
        assert!(leads_to_now(young, absent(15), kept, later));
    }

    #[test]
    fn an_index_of_an_empty_outbox_leads_to_its_first_row_only() {
        assert!(leads_to_now(
            absent(0),
            absent(0),
            Some((place(1), place(3))),
            FORGOTTEN
        ));
        assert!(!leads_to_now(
            absent(0),
            absent(0),
            Some((place(2), place(3))),
            FORGOTTEN
        ));
    }
}
