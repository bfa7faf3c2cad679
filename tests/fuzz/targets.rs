//! What reads bytes from outside, each a function of bytes: cargo-fuzz calls it with whatever it thinks of, and `fuzz_corpora` with
//! the files of `corpus`, so that none of them rots. Each holds what must be so of any bytes, and tells whether it could read them.

#[path = "trail.rs"]
mod trail;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use actix_web::{FromRequest, HttpRequest};
use jiff::Timestamp;
use search_index::{Change, Cursor, IndexDocument, Reader, SearchIndex, SearchRequest, Watermark};
use uuid::Uuid;
use vptex::config::{Config, Networks, Value as _};
use vptex::domain::drafts::ListingDraft;
use vptex::domain::file::FileName;
use vptex::domain::ids::{AccountId, SessionId};
use vptex::domain::quantity::Quantity;
use vptex::domain::review::is_contact;
use vptex::domain::tax_code::TaxCode;
use vptex::domain::taxonomy::{InForce, Taxonomies};
use vptex::domain::video::VideoAddress;
use vptex::files::{look, workbook};
use vptex::http::extract::json::parse as parse_json;
use vptex::http::extract::page::{after_in_time, cursor_in_time};
use vptex::http::extract::precondition::if_none_match;
use vptex::http::extract::query::parse as parse_query;
use vptex::http::extract::ranges::{Wanted, wanted};
use vptex::http::extract::{IfMatch, Lang, PageQuery};
use vptex::http::limits::address;
use vptex::service::file_imports::listings::row::{self, Head};
use vptex::service::file_imports::listings::{guard, intake};
use vptex::service::file_imports::listings::{names::Names, values};
use vptex::service::import::record::{self, EvalRecord};
use vptex::service::refresh_tokens;
use vptex::service::tokens::{Tokens, Verdict};
use vptex::service::vault::Vault;

pub use trail::audit_row;

/// Tells whether the bytes could be read as what they should be.
pub type Target = fn(&[u8]) -> bool;

/// All of them, by the name that the file of cargo-fuzz and the folder of the corpus have.
pub const ALL: [(&str, Target); 19] = [
    ("analysis", analysis),
    ("search", search),
    ("search_cursor", search_cursor),
    ("quantity", quantity),
    ("tax_code", tax_code),
    ("contact", contact),
    ("video", video),
    ("record", record),
    ("table", table),
    ("cells", cells),
    ("draft", draft),
    ("query_string", query_string),
    ("page_cursor", page_cursor),
    ("headers", headers),
    ("token", token),
    ("refresh_token", refresh_token),
    ("audit_row", audit_row),
    ("document", document),
    ("sheet", sheet),
];

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Texts of listings and of searches: every token is a part of the text.
pub fn analysis(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let analysis = search_index::analyze(text);
    for syllable in &analysis.syllables {
        assert!(text.get(syllable.range.clone()).is_some_and(|part| !part.is_empty()));
    }
    for code in &analysis.codes {
        assert!(text.get(code.range.clone()).is_some_and(|part| !part.is_empty()));
        assert!(analysis.syllables.get(code.syllables.clone()).is_some());
    }
    if let Some(repaired) = search_index::repair_legacy(text) {
        assert_ne!(repaired.text, text);
    }
    !analysis.syllables.is_empty()
}

const TITLES: [&str; 8] = [
    "Máy sấy thăng hoa KX200 công suất 500 kg/h",
    "Máy bơm nước ly tâm 3,7 kW",
    "Dây chuyền đóng gói trà túi lọc",
    "Công nghệ chiết xuất tinh dầu quế",
    "Máy ép viên nén mùn cưa 1.5 tấn/giờ",
    "Hệ thống lọc nước RO 250 lít/h",
    "Máy CNC phay 3 trục của Nhật Bản",
    "Lò đốt rác thải y tế",
];

thread_local! {
    static INDEX: Reader = {
        let (mut writer, reader) = SearchIndex::in_memory().unwrap();
        let listings = TITLES.iter().zip(1..).map(|(title, number)| {
            Change::Put(Box::new(IndexDocument {
                id: format!("listing-{number}"),
                version: number,
                kind: "equipment".to_owned(),
                title_vi: (*title).to_owned(),
                price_mode: "fixed".to_owned(),
                published_at: 1_700_000_000_000_000 + number,
                ..IndexDocument::default()
            }))
        });
        let listings: Vec<Change> = listings.collect();
        let followed = Watermark {
            seq: 1,
            ..Watermark::default()
        };
        writer.apply(&listings, followed).unwrap();
        // What was written stays as long as the reader.
        std::mem::forget(writer);
        reader
    };
}

/// What people search for: every text has an answer, pages do not repeat each other, and what is marked is in the text.
pub fn search(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let mut request = SearchRequest {
        text: text.to_owned(),
        limit: 3,
        facets: true,
        explain: true,
        ..SearchRequest::default()
    };
    let asked = |request: &SearchRequest| INDEX.with(|index| index.search(request));
    let first = match asked(&request) {
        Ok(page) => page,
        Err(search_index::Error::QueryTooLong) => {
            assert!(text.chars().count() > search_index::MAX_QUERY_CHARS);
            return false;
        }
        Err(other) => panic!("{text:?}: {other}"),
    };
    assert!(first.hits.len() <= request.limit && u64::try_from(first.hits.len()).unwrap() <= first.total);
    for correction in &first.understanding.corrections {
        assert!(text.get(correction.range.clone()).is_some());
    }
    for shown in TITLES.into_iter().chain([text]) {
        for mark in first.highlighter.highlight(shown) {
            assert!(shown.get(mark).is_some_and(|part| !part.is_empty()));
        }
        let snippet = first.highlighter.snippet(shown, 20);
        for mark in snippet.marks {
            assert!(snippet.text.get(mark).is_some());
        }
    }
    if let Some(next) = first.next {
        request.after = Some(next.to_string().parse().unwrap());
        let second = asked(&request).unwrap();
        assert_eq!(second.total, first.total);
        let is_new = |id: &str| first.hits.iter().all(|hit| hit.id != id);
        assert!(second.hits.iter().all(|hit| is_new(&hit.id)));
    }
    first.total > 0
}

/// Where a page of a search ended, as a client sends it back.
pub fn search_cursor(bytes: &[u8]) -> bool {
    let Some(Ok(cursor)) = text(bytes).map(str::parse::<Cursor>) else {
        return false;
    };
    let again: Cursor = cursor.to_string().parse().unwrap();
    assert_eq!(again, cursor);
    let request = SearchRequest {
        text: "máy".to_owned(),
        limit: 3,
        after: Some(cursor),
        ..SearchRequest::default()
    };
    match INDEX.with(|index| index.search(&request)) {
        Ok(_) | Err(search_index::Error::Cursor) => true,
        Err(other) => panic!("{other}"),
    }
}

/// Value and unit of a specification, in two lines.
pub fn quantity(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let (value, unit) = text.split_once('\n').unwrap_or((text, ""));
    let unit = Some(unit).filter(|unit| !unit.is_empty());
    let Some(quantity) = Quantity::read(value, unit) else {
        return false;
    };
    for told in [quantity.value, quantity.min, quantity.max].into_iter().flatten() {
        assert!(told.is_finite(), "{quantity:?}");
    }
    if let Some(measure) = quantity.measure() {
        assert!(measure.equals(&measure), "{measure:?}");
    }
    true
}

/// A tax code is kept in one form, which is read as itself.
pub fn tax_code(bytes: &[u8]) -> bool {
    let Some(Ok(code)) = text(bytes).map(TaxCode::parse) else {
        return false;
    };
    assert_eq!(TaxCode::parse(code.as_str()).as_ref(), Ok(&code));
    assert!(code.as_str().starts_with(code.head()) && code.head().len() == 10);
    true
}

/// Contact data in a text are found whatever else is written about them.
pub fn contact(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let is_found = is_contact(text);
    if is_found {
        assert!(is_contact(&format!("Máy sấy lúa tầng sôi.\n\n{text}\n\nMáy sấy tĩnh.")));
    }
    is_found
}

/// The address of a video becomes one of two hosts', which is read as the same video; and the name of a file is one name.
pub fn video(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    if let Ok(name) = FileName::parse(text) {
        assert!(!name.as_str().contains(['/', '\\', '\0', '\n']), "{name:?}");
    }
    let Ok(address) = VideoAddress::parse(text) else {
        return false;
    };
    for again in [address.page(), address.frame()] {
        assert_eq!(VideoAddress::parse(&again).as_ref(), Ok(&address));
    }
    true
}

/// A line of the shared format.
pub fn record(bytes: &[u8]) -> bool {
    let Some(Ok(record)) = text(bytes).map(EvalRecord::parse) else {
        return false;
    };
    let listing = record::map(&record);
    assert!(!listing.title_vi.is_empty() && !listing.summary_vi.is_empty());
    true
}

static LISTS: LazyLock<InForce> =
    LazyLock::new(|| InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1)));
static NAMES: LazyLock<Names> = LazyLock::new(|| Names::of(&LISTS, &[]));

/// A file of listings, CSV or JSON Lines: as many rows as were counted, and each can be read again.
pub fn table(bytes: &[u8]) -> bool {
    let Ok(format) = intake::format_of(bytes) else {
        return false;
    };
    let Ok(taken) = intake::text(format, bytes) else {
        return false;
    };
    let head = Head::of(&taken.head);
    let lines = text(&taken.rows).unwrap().lines();
    let mut count = 0;
    for line in lines {
        let read = row::read(format, &head, &NAMES, line).unwrap();
        assert!(read.number > 0);
        count += 1;
    }
    assert_eq!(count, taken.count);
    count > 0
}

/// What stands in one cell; and a cell that is written is read as it was.
pub fn cells(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    assert_eq!(guard::bare(&guard::cell(text)), text);
    assert_eq!(guard::bare_identifier(&guard::identifier(text)), text);
    let read = [
        values::amount(text).is_some(),
        values::trl(text).is_some(),
        values::number(text).is_some(),
        values::months(text).is_some(),
        values::yes_or_no(text).is_some(),
        values::specifications(text).is_some(),
    ];
    if values::day(text).is_none() {
        values::wrong_day(text);
    }
    read.contains(&true)
}

/// A listing as sent: what is wrong with it is told, and what is kept of a good one is good.
pub fn draft(bytes: &[u8]) -> bool {
    let draft = match parse_json::<ListingDraft>(bytes) {
        Ok(draft) => draft,
        Err(error) => {
            assert!(matches!(error.code.status(), 400 | 422), "{error:?}");
            return false;
        }
    };
    match draft.parse(&LISTS) {
        Ok(content) => {
            let again = ListingDraft::of(&content).parse(&LISTS);
            assert_eq!(again.as_ref(), Ok(&content));
            true
        }
        Err(wrong) => {
            assert!(!wrong.is_empty());
            false
        }
    }
}

/// What stands behind the question mark.
pub fn query_string(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    match parse_query::<PageQuery>(text) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code.status(), 400, "{error:?}");
            false
        }
    }
}

/// Where a page of a list ended, as a client sends it back.
pub fn page_cursor(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let Ok(Some(place)) = after_in_time(Some(text), "fuzz") else {
        return false;
    };
    let again = cursor_in_time("fuzz", place);
    assert_eq!(after_in_time(Some(&again), "fuzz").unwrap(), Some(place));
    true
}

/// A header each, all with the same value.
pub fn headers(bytes: &[u8]) -> bool {
    const SIZE: u64 = 1_000;
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return false;
    };
    let names = [
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::RANGE,
        header::ACCEPT_LANGUAGE,
        HeaderName::from_static("x-forwarded-for"),
    ];
    let mut request = TestRequest::default();
    for name in names {
        request = request.append_header((name, value.clone()));
    }
    let request: HttpRequest = request.to_http_request();
    let if_match = IfMatch::from_request(&request, &mut Payload::None).into_inner();
    if let Ok(IfMatch::Version(version)) = if_match {
        assert!(text(bytes).is_some_and(|text| text.contains(&version.to_string())));
    }
    if_none_match(&request, "\"3\"");
    Lang::of(request.headers());
    if let Wanted::Part(part) = wanted(&request, "\"3\"", SIZE) {
        assert!(part.start < part.end && part.end <= SIZE, "{part:?}");
    }
    // Somebody who is not trusted is nobody else, whatever is said.
    let peer: SocketAddr = "192.0.2.1:4711".parse().unwrap();
    let trusted = Networks::parse("192.0.2.1").unwrap();
    let of = |peer: SocketAddr| address::client(Some(peer), request.headers(), &trusted);
    let other: SocketAddr = "192.0.2.2:4711".parse().unwrap();
    assert_eq!(of(other).ip, other.ip());
    address::subscriber(of(peer).ip);
    if_match.is_ok()
}

/// Those who sign tokens, and a good token.
static SIGNED: LazyLock<(Arc<Tokens>, String, Timestamp)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        data_dir: folder.path().to_owned(),
        ..Config::default()
    };
    let app = vptex::app::context(&config).unwrap();
    let now = app.clock.now();
    let (account, session) = (AccountId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
    let (token, _) = app.tokens.access(account, session, false, now).unwrap();
    (app.tokens.clone(), token, now)
});

/// An access token, in which HEAD, CLAIMS and SIGNATURE stand for the parts of a good one: only that one is good.
pub fn token(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let (tokens, good, now) = &*SIGNED;
    let parts: Vec<&str> = good.split('.').collect();
    let text = text
        .replace("HEAD", parts[0])
        .replace("CLAIMS", parts[1])
        .replace("SIGNATURE", parts[2]);
    let is_good = matches!(tokens.verify(&text, *now), Verdict::Good(..));
    assert_eq!(is_good, text == *good);
    is_good
}

/// The seed of a session, and a master key.
const SEED: [u8; 32] = [7; 32];
static VAULT: LazyLock<Vault> =
    LazyLock::new(|| Vault::of_text(&format!("{}A=", "BA".repeat(21)), Path::new("master.key")).unwrap());

/// A refresh token, in which BODY and TAG stand for the parts of a good one: what is good is written in one way only.
pub fn refresh_token(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let good = refresh_tokens::make(&VAULT, &SEED, SessionId(Uuid::from_u128(2)), 3);
    // What is signed has 24 bytes.
    let (body, tag) = good.split_at(32);
    let text = text.replace("BODY", body).replace("TAG", tag);
    let is_good = refresh_tokens::is_of(&VAULT, &SEED, &text);
    let Some((session, counter)) = refresh_tokens::read(&text) else {
        return false;
    };
    assert_eq!(is_good, refresh_tokens::make(&VAULT, &SEED, session, counter) == text);
    is_good
}

/// A line about what was done, and the rest.
fn said(written: &[u8]) -> (serde_json::Value, &[u8]) {
    let end = written.iter().position(|byte| *byte == b'\n').unwrap();
    let (line, rest) = written.split_at(end);
    (serde_json::from_slice(line).unwrap(), &rest[1..])
}

/// A file that somebody sends, PDF, office or picture. Pictures are made anew: what comes out is one again, and nothing that a
/// camera wrote is in it.
pub fn document(bytes: &[u8]) -> bool {
    let looked = |mut bytes: &[u8]| {
        let mut written = Vec::new();
        look::run(&mut bytes, &mut written).unwrap();
        written
    };
    let written = looked(bytes);
    let (told, mut rest) = said(&written);
    let Some(made) = told.get("Made") else {
        assert!(rest.is_empty());
        return told.get("Passed").is_some();
    };
    for part in made["parts"].as_array().unwrap() {
        let size = usize::try_from(part["size"].as_u64().unwrap()).unwrap();
        let (picture, behind) = rest.split_at(size);
        rest = behind;
        let is_told = |word: &[u8]| picture.windows(word.len()).any(|window| window == word);
        assert!(!is_told(b"Exif\0\0") && !is_told(b"http://ns.adobe.com/xap/"));
        let again = looked(picture);
        assert_eq!(said(&again).0["Made"]["found"], part["media_type"], "{told}");
    }
    assert!(rest.is_empty());
    true
}

/// A workbook that is imported.
pub fn sheet(mut bytes: &[u8]) -> bool {
    let mut written = Vec::new();
    workbook::run(&mut bytes, &mut written).unwrap();
    let (told, rest) = said(&written);
    let is_taken = told.get("Taken").is_some();
    assert!(is_taken || rest.is_empty());
    for line in text(rest).unwrap().lines() {
        let (number, _): (i64, Vec<String>) = serde_json::from_str(line).unwrap();
        assert!(number > 0);
    }
    is_taken
}
