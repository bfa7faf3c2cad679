//! How far a listing can come with what only scores.
//!
//! Where every concept is required and a listing has them all, it matches whatever else it has. Other lists, of neighbours and of
//! wishes, only lift it: where even their greatest worth would not make it a hit of the page, they are not read for it.

use tantivy::DocId;

use super::{
    Slot,
    unit::{Alternative, Unit},
};
use crate::{columns::place, scoring};

/// The most that some units add to any listing.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    /// Worth of their lists, as far as they count together.
    worth: u64,
    /// Whether one of them is a wish.
    wishes: bool,
    lengths: &'a [u8],
}

impl<'a> Reach<'a> {
    pub(super) fn new(units: &[Unit<'_>], lengths: &'a [u8]) -> Self {
        let scoring = units.iter().filter(|unit| !unit.is_wish);
        Self {
            worth: scoring.map(worth).sum(),
            wishes: units.iter().any(|unit| unit.is_wish),
            lengths,
        }
    }

    /// The most that a listing can be worth, of which this is known so far.
    pub(super) fn most(self, doc: DocId, known: Slot) -> u64 {
        let length = self.lengths.get(place(doc)).copied().unwrap_or(0);
        let greatest = scoring::greatest().get(usize::from(length & 63)).copied().unwrap_or(0);
        let score = u64::from(known.score) + ((self.worth * u64::from(greatest)) >> 8);
        let wished = Slot {
            wishes: if self.wishes { u32::MAX } else { known.wishes },
            ..known
        };
        wished.wished(score)
    }
}

/// Worth of the lists of a unit: of each part the best name or its own words, or the best name of the whole.
fn worth(unit: &Unit<'_>) -> u64 {
    let parts = unit.parts.iter().map(|part| {
        let own: u64 = part.own.iter().map(|(list, _)| u64::from(list.worth)).sum();
        own.max(best(&part.alternatives))
    });
    parts.sum::<u64>().max(best(&unit.alternatives))
}

fn best(names: &[Alternative<'_>]) -> u64 {
    let worths = names.iter().map(|name| {
        let lists = name.required.iter().chain(&name.beside).chain(&name.optional);
        lists.map(|list| u64::from(list.worth)).sum::<u64>()
    });
    worths.max().unwrap_or(0)
}

#[cfg(test)]
thread_local! {
    /// Listings that were counted without being read in full.
    static LEFT_OUT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
pub(super) fn note_left_out(count: usize) {
    LEFT_OUT.set(LEFT_OUT.get() + count);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Change, Features, IndexDocument, Reader, SearchIndex, SearchPage, SearchRequest, Watermark, Writer};

    fn put(id: String, title: &str, body: (&str, &str)) -> Change {
        Change::Put(Box::new(IndexDocument {
            id,
            version: 1,
            kind: "equipment".to_owned(),
            title_vi: title.to_owned(),
            summary_vi: body.0.to_owned(),
            description_vi: body.1.to_owned(),
            price_mode: "fixed".to_owned(),
            published_at: 1_700_000_000_000_000,
            ..IndexDocument::default()
        }))
    }

    /// In each of three segments some listings whose titles say it, and many that have the words far from each other, below a long
    /// title and a long summary: whichever segment comes first, the rest of the many is behind five better ones.
    fn crowd() -> (Writer, Reader) {
        let (mut writer, reader) = SearchIndex::in_memory().unwrap();
        let (title, summary, gap) = (["thiết"; 30].join(" "), ["bị"; 200].join(" "), ["hàng"; 12].join(" "));
        let apart = format!("nước {gap} máy {gap} bơm");
        for seq in 0..3 {
            let good = (0..5).map(|number| put(format!("good-{seq}-{number}"), "máy bơm nước", ("", "")));
            let poor = (0..20).map(|number| {
                put(
                    format!("poor-{seq}-{number}"),
                    &title,
                    (summary.as_str(), apart.as_str()),
                )
            });
            let changes: Vec<Change> = poor.chain(good).collect();
            let watermark = Watermark {
                seq,
                ..Watermark::default()
            };
            writer.apply(&changes, watermark).unwrap();
        }
        assert_eq!(reader.segments(), 3);
        (writer, reader)
    }

    /// A page, and how many listings were left out for it.
    fn page(reader: &Reader, limit: usize) -> (SearchPage, usize) {
        let before = LEFT_OUT.get();
        let request = SearchRequest {
            text: "máy bơm nước".to_owned(),
            limit,
            facets: true,
            verbatim: true,
            features: Features {
                vocabulary: false,
                ..Features::default()
            },
            ..SearchRequest::default()
        };
        let page = reader.search(&request).unwrap();
        (page, LEFT_OUT.get() - before)
    }

    #[test]
    fn what_cannot_be_a_hit_is_left_out_and_counted() {
        let (_writer, reader) = crowd();
        let told = |page: &SearchPage| -> Vec<(String, f32)> {
            let hits = page.hits.iter().take(5);
            hits.map(|hit| (hit.id.clone(), hit.score)).collect()
        };
        let (all, none) = page(&reader, 100);
        assert_eq!((all.total, none), (75, 0), "where all are hits, none is left out");
        let (few, left_out) = page(&reader, 5);
        assert_eq!(left_out, 40, "the many of the second and the third segment");
        assert_eq!((few.total, &few.facets), (all.total, &all.facets));
        assert_eq!(told(&few), told(&all));
    }
}
