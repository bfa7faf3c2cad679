//! Short ways to fill and ask an index.

use search_index::{Change, IndexDocument, Reader, SearchIndex, SearchPage, SearchRequest, Watermark, Writer};

/// A listing with a title; the rest plain.
pub fn listing(id: &str, title: &str) -> IndexDocument {
    IndexDocument {
        id: id.to_owned(),
        version: 1,
        kind: "equipment".to_owned(),
        title_vi: title.to_owned(),
        price_mode: "fixed".to_owned(),
        published_at: 1_700_000_000_000_000,
        ..IndexDocument::default()
    }
}

pub fn put(document: IndexDocument) -> Change {
    Change::Put(Box::new(document))
}

pub fn at(seq: i64) -> Watermark {
    Watermark {
        seq,
        ..Watermark::default()
    }
}

pub fn filled(documents: impl IntoIterator<Item = IndexDocument>) -> (Writer, Reader) {
    let (mut writer, reader) = SearchIndex::in_memory().unwrap();
    let changes: Vec<Change> = documents.into_iter().map(put).collect();
    writer.apply(&changes, at(1)).unwrap();
    (writer, reader)
}

pub fn request(text: &str) -> SearchRequest {
    SearchRequest {
        text: text.to_owned(),
        limit: 20,
        ..SearchRequest::default()
    }
}

pub fn search(reader: &Reader, text: &str) -> SearchPage {
    reader.search(&request(text)).unwrap()
}

pub fn ids(page: &SearchPage) -> Vec<&str> {
    page.hits.iter().map(|hit| hit.id.as_str()).collect()
}

/// Every page of a search, joined.
pub fn walk(reader: &Reader, mut request: SearchRequest) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let page = reader.search(&request).unwrap();
        all.extend(page.hits.iter().map(|hit| hit.id.clone()));
        match page.next {
            Some(next) => request.after = Some(next.to_string().parse().unwrap()),
            None => return all,
        }
    }
}
