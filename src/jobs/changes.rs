//! What the index has to do about listings, how that gets into it, and how those are skipped that it cannot bear.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use search_index::{Change, Watermark, Writer};
use tracing::{error, warn};

use super::document::document;
use crate::domain::access::is_in_search;
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::domain::taxonomy::Taxonomies;
use crate::service::search::{in_full, readable, readable_of};
use crate::store::listings::OwnerCard;
use crate::store::{self, AnyConn, listings, reference};

/// Listings that are read at once.
pub(super) const PAGE: usize = 500;

/// Marks commits of an index that is still being built: older than every outbox.
pub(super) const UNFINISHED: Watermark = Watermark {
    txid: 0,
    seq: -1,
    mark: 0,
    at: 0,
};

/// [`PAGE`] as the store counts.
pub(super) fn limit() -> i64 {
    i64::try_from(PAGE).unwrap_or(i64::MAX)
}

type Rows = Vec<(Listing, OwnerCard)>;

/// A page of public listings, where the next one starts (if there is one), and how many rows are broken.
pub(super) fn public_page(
    conn: &mut AnyConn,
    after: Option<ListingId>,
) -> store::Result<(Rows, Option<ListingId>, u64)> {
    match listings::public_after(conn, after, limit()) {
        Ok(rows) => {
            let is_full = rows.len() == PAGE;
            let last = rows.last().filter(|_| is_full).map(|(listing, _)| listing.id);
            Ok((rows, last, 0))
        }
        Err(store::Error::Row(_)) => {
            let versions = listings::public_versions(conn, after, limit())?;
            let ids: Vec<ListingId> = versions.into_iter().map(|(id, _)| id).collect();
            let (mut rows, broken) = readable_of(conn, &ids)?;
            rows.retain(|(listing, owner)| is_in_search(listing, owner.status));
            Ok((rows, ids.last().filter(|_| ids.len() == PAGE).copied(), broken))
        }
        Err(error) => Err(error),
    }
}

/// What the index has to do about these listings, and how many cannot be indexed. What cannot be is removed: an old
/// version of it must not be found.
pub(super) fn changes_of(conn: &mut AnyConn, ids: &[ListingId]) -> store::Result<(Vec<Change>, u64)> {
    let (mut rows, broken) = readable(conn, ids)?;
    rows.retain(|(listing, owner)| is_in_search(listing, owner.status));
    let lists = reference::lists(conn)?;
    let (changes, unfit) = puts(&lists, &rows);
    let mut changes: HashMap<String, Change> = changes
        .into_iter()
        .map(|change| (change.id().to_owned(), change))
        .collect();
    let change = |id: &ListingId| {
        let id = id.to_string();
        changes.remove(&id).unwrap_or(Change::Remove(id))
    };
    Ok((ids.iter().map(change).collect(), broken + unfit))
}

/// Documents of public listings, and how many there could be none of.
pub(super) fn puts(lists: &Taxonomies, rows: &[(Listing, OwnerCard)]) -> (Vec<Change>, u64) {
    let mut unfit = 0;
    let mut changes = Vec::with_capacity(rows.len());
    for (listing, owner) in rows {
        match catch_unwind(|| document(lists, listing, owner)) {
            Ok(document) => changes.push(Change::Put(Box::new(document))),
            Err(_panic) => {
                error!(listing.id = %listing.id, "a listing cannot be made a document; it is skipped");
                unfit += 1;
            }
        }
    }
    (changes, unfit)
}

/// Stages changes; gives how many documents were skipped because taking them apart panicked.
pub(super) fn stage(writer: &mut Writer, changes: &[Change]) -> Result<u64, search_index::Error> {
    let mut poison = 0;
    for change in changes {
        let staged = catch_unwind(AssertUnwindSafe(|| writer.stage(std::slice::from_ref(change))));
        match staged {
            Ok(staged) => staged?,
            Err(_panic) => {
                error!(listing.id = change.id(), "a listing cannot be indexed; it is skipped");
                poison += 1;
            }
        }
    }
    Ok(poison)
}

/// Applies changes and commits them with `to`. When the engine fails and a document can be to blame, finds out whether
/// one is, skips that one, and gives how many were skipped. A failure of the disk is never a document's.
pub(super) fn put_through(writer: &mut Writer, changes: &[Change], to: Watermark) -> Result<u64, search_index::Error> {
    let before = writer.watermark().unwrap_or(UNFINISHED);
    match apply(writer, changes, to) {
        Err(error) if error.may_blame_document() && !changes.is_empty() => {
            warn!(
                error = in_full(&error),
                "a page of changes cannot be indexed; trying one by one"
            );
        }
        other => return other,
    }
    let mut poison = 0;
    for change in changes {
        poison += put_one(writer, change, before)?;
    }
    writer.commit(to).map(|()| poison)
}

fn put_one(writer: &mut Writer, change: &Change, place: Watermark) -> Result<u64, search_index::Error> {
    let one = std::slice::from_ref(change);
    match apply(writer, one, place) {
        Err(error) if error.may_blame_document() => {}
        other => return other,
    }
    // When even nothing cannot be committed, it is not the document.
    writer.commit(place)?;
    match apply(writer, one, place) {
        Err(error) if error.may_blame_document() && matches!(change, Change::Put(_)) => {
            error!(
                listing.id = change.id(),
                error = in_full(&error),
                "a listing cannot be indexed; it is skipped"
            );
            // An old version of it must not be found.
            writer.apply(&[Change::Remove(change.id().to_owned())], place)?;
            Ok(1)
        }
        other => other,
    }
}

fn apply(writer: &mut Writer, changes: &[Change], to: Watermark) -> Result<u64, search_index::Error> {
    let poison = stage(writer, changes)?;
    failpoint!("index.staged", std::io::Error::other);
    writer.commit(to).map(|()| poison)
}

#[cfg(test)]
mod tests {
    use super::*;
    use search_index::{Fault, IndexDocument, SearchIndex, hash_of};

    fn put(id: &str) -> Change {
        Change::Put(Box::new(IndexDocument {
            id: id.into(),
            title_vi: "Máy sấy".into(),
            ..IndexDocument::default()
        }))
    }

    fn to(seq: i64) -> Watermark {
        Watermark {
            seq,
            ..Watermark::default()
        }
    }

    #[test]
    fn changes_are_put_through_with_their_place() {
        let (mut writer, reader) = SearchIndex::in_memory().unwrap();
        assert_eq!(put_through(&mut writer, &[put("a"), put("b")], to(2)).unwrap(), 0);
        assert_eq!(
            put_through(&mut writer, &[Change::Remove("a".into())], to(3)).unwrap(),
            0
        );
        assert_eq!((reader.len(), reader.watermark()), (1, Some(to(3))));
    }

    #[test]
    fn a_full_disk_is_no_documents_fault() {
        let (mut writer, reader) = SearchIndex::in_memory().unwrap();
        writer.inject(Some(Fault::Commit(2)));
        for _ in 0..2 {
            let failed = put_through(&mut writer, &[put("a"), put("b")], to(2));
            assert!(matches!(failed, Err(search_index::Error::Io(_))), "{failed:?}");
            assert_eq!((reader.len(), writer.watermark()), (0, None), "nothing is passed over");
        }
        assert_eq!(put_through(&mut writer, &[put("a"), put("b")], to(2)).unwrap(), 0);
        assert_eq!((reader.len(), reader.watermark()), (2, Some(to(2))));
    }

    #[test]
    fn only_what_fails_again_is_skipped() {
        // In the page, alone, and once more after a commit of nothing: from the third failure on it is the document.
        for (times, poison) in [(1, 0), (2, 0), (3, 1), (100, 1)] {
            let (mut writer, reader) = SearchIndex::in_memory().unwrap();
            put_through(&mut writer, &[put("b")], to(1)).unwrap();
            let document = hash_of(["b"]);
            writer.inject(Some(Fault::Refuse { document, times }));
            let changes = [put("a"), put("b"), put("c")];
            assert_eq!(put_through(&mut writer, &changes, to(4)).unwrap(), poison, "{times}");
            assert_eq!(reader.len(), 3 - poison, "{times}: its old version is gone too");
            assert_eq!(reader.watermark(), Some(to(4)));
        }
    }

    #[test]
    fn what_panics_is_skipped() {
        let (mut writer, reader) = SearchIndex::in_memory().unwrap();
        put_through(&mut writer, &[put("b")], to(1)).unwrap();
        let document = hash_of(["b"]);
        writer.inject(Some(Fault::Panic { document }));
        assert_eq!(
            put_through(&mut writer, &[put("a"), put("b"), put("c")], to(4)).unwrap(),
            1
        );
        assert_eq!((reader.len(), reader.watermark()), (2, Some(to(4))));
    }
}
