//! Lists as files: read page by page while they are sent, so that a long one costs no memory.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use actix_web::{HttpResponse, web};
use futures_util::stream::{Stream, poll_fn, try_unfold};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::{JoinHandle, spawn_blocking};

use super::export_words::Word;
use super::extract::query::chosen;
use super::limits::address::subscriber;
use super::limits::count_refusal;
use super::problem::Answer;
use crate::domain::calendar;
use crate::domain::import::{Format, Sender};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::service::context::{Caller, Credential};
use crate::service::exports::book::Book;
use crate::service::exports::turns::{Taker, Turn};
use crate::service::exports::{BYTE_ORDER_MARK, Cell, Row, text, too_many};
use crate::service::files::Files;
use crate::service::listing_exports::TableLanguage;
use crate::service::{App, Error, ErrorCode};

/// When who takes one file already may come again, in seconds: nobody knows how long it takes, most take less.
const COME_AGAIN_S: u32 = 30;

/// What a file is, and in which language a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is.
    pub format: Format,
    /// Language of columns and of names of codes in a table.
    pub language: TableLanguage,
}

impl Form {
    /// What a query asks for; a table in Vietnamese where it says nothing.
    pub fn of(format: Option<&str>, language: Option<&str>) -> Result<Self, Error> {
        Ok(Self {
            format: chosen("format", format)?.unwrap_or(Format::Csv),
            language: chosen("language", language)?.unwrap_or(TableLanguage::Vietnamese),
        })
    }

    /// The name in the language of the table.
    pub fn named<'a>(self, (vi, en): (&'a str, &'a str)) -> &'a str {
        match self.language {
            TableLanguage::Vietnamese => vi,
            TableLanguage::English => en,
        }
    }
}

/// Type and ending of a file.
pub fn media(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Jsonl => ("application/jsonl", "jsonl"),
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
    }
}

/// A column of a table, and where its value stands in what the list shows.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in Vietnamese and English.
    pub name: (&'static str, &'static str),
    /// Where its value is, as JSON pointers: the first that is there.
    pub places: &'static [&'static str],
    /// How it is written.
    pub told: Told,
    /// Whether the code stands in a column of its own behind it.
    pub has_code: bool,
}

/// How the values of a column are written.
#[derive(Clone, Copy, Debug)]
pub enum Told {
    /// As they are.
    Plain,
    /// Codes of a list, by their names.
    Entries(TaxonomyName),
    /// Other codes, by these.
    Words(&'static [Word]),
    /// Times, by the clocks of Việt Nam.
    Times,
    /// True or false.
    YesNo,
}

/// A column, for tables of them.
pub const fn column(vi: &'static str, en: &'static str, places: &'static [&'static str]) -> Column {
    Column {
        name: (vi, en),
        places,
        told: Told::Plain,
        has_code: false,
    }
}

/// One of times.
pub const fn times(vi: &'static str, en: &'static str, places: &'static [&'static str]) -> Column {
    Column {
        told: Told::Times,
        ..column(vi, en, places)
    }
}

/// One of yes and no.
pub const fn yes_no(vi: &'static str, en: &'static str, places: &'static [&'static str]) -> Column {
    Column {
        told: Told::YesNo,
        ..column(vi, en, places)
    }
}

/// One whose codes are written by words, and as they are in a column behind it.
pub const fn worded(
    vi: &'static str,
    en: &'static str,
    places: &'static [&'static str],
    words: &'static [Word],
) -> Column {
    with_code(Column {
        told: Told::Words(words),
        ..column(vi, en, places)
    })
}

/// The same column with another one behind it for the codes.
pub const fn with_code(column: Column) -> Column {
    Column {
        has_code: true,
        ..column
    }
}

/// One whose codes are written by their names.
pub const fn coded(vi: &'static str, en: &'static str, places: &'static [&'static str], list: TaxonomyName) -> Column {
    Column {
        told: Told::Entries(list),
        ..column(vi, en, places)
    }
}

/// Makes rows of what a list shows.
pub struct Sheet {
    form: Form,
    columns: &'static [Column],
    lists: InForce,
}

impl Sheet {
    /// One of these columns.
    pub fn new(form: Form, columns: &'static [Column], lists: InForce) -> Self {
        Self { form, columns, lists }
    }

    /// The names of the columns.
    pub fn head(&self) -> Vec<String> {
        let names = self.columns.iter().flat_map(|column| {
            let name = self.form.named(column.name);
            let code = format!("{name} ({})", self.form.named(("mã", "code")));
            [Some(name.to_owned()), column.has_code.then_some(code)]
        });
        names.flatten().collect()
    }

    /// One row; JSON Lines have all that the list shows.
    pub fn row(&self, view: &impl Serialize) -> Result<Row, Error> {
        self.row_with(view, [])
    }

    /// The same of a list whose table says more than the list does.
    pub fn row_with<const N: usize>(
        &self,
        view: &impl Serialize,
        more: [(&'static str, Option<String>); N],
    ) -> Result<Row, Error> {
        let mut view = serde_json::to_value(view).map_err(Error::internal)?;
        if self.form.format == Format::Jsonl {
            return Ok(Row::Line(view));
        }
        if let Value::Object(members) = &mut view {
            members.extend(more.map(|(name, value)| (name.to_owned(), value.into())));
        }
        let cells = self.columns.iter().flat_map(|column| {
            let mut values = column.places.iter().filter_map(|place| view.pointer(place));
            let value = values.find(|value| !value.is_null()).unwrap_or(&Value::Null);
            let code = column.has_code.then(|| Cell::Text(code(value)));
            let cell = match value {
                Value::Number(number) => Cell::Number(number.clone()),
                other => Cell::Text(self.cell(column, other)),
            };
            [Some(cell), code]
        });
        Ok(Row::Values(cells.flatten().collect()))
    }

    fn cell(&self, column: &Column, value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::String(text) => match column.told {
                Told::Plain | Told::YesNo => text.clone(),
                Told::Entries(list) => self.named(list, text),
                Told::Words(words) => {
                    let word = words.iter().find(|(code, ..)| code == text);
                    word.map_or(text.as_str(), |(_, vi, en)| self.form.named((vi, en)))
                        .to_owned()
                }
                Told::Times => text.parse().map_or_else(|_no_time| text.clone(), by_the_clock),
            },
            Value::Array(values) => {
                let cells = values.iter().map(|value| self.cell(column, value));
                cells.collect::<Vec<_>>().join("; ")
            }
            Value::Object(_) => {
                let named = value.get(self.form.named(("name_vi", "name_en")));
                match named.and_then(Value::as_str) {
                    Some(name) => name.to_owned(),
                    // What has no name says all that it says.
                    None => members(value).join(" · "),
                }
            }
            Value::Bool(is) if matches!(column.told, Told::YesNo) => {
                let word = if *is { ("có", "yes") } else { ("không", "no") };
                self.form.named(word).to_owned()
            }
            Value::Bool(_) | Value::Number(_) => value.to_string(),
        }
    }

    fn named(&self, list: TaxonomyName, code: &str) -> String {
        let item = self.lists.lists().get(list, code);
        let name = item.and_then(|item| match self.form.language {
            TableLanguage::Vietnamese => Some(item.name_vi.as_str()),
            TableLanguage::English => item.name_en.as_deref(),
        });
        name.unwrap_or(code).to_owned()
    }
}

/// The codes of a value, without their names.
fn code(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(code) => code.clone(),
        Value::Array(values) => values.iter().map(code).collect::<Vec<_>>().join("; "),
        Value::Object(_) => value.get("code").map(code).unwrap_or_default(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// `29/11/2026 08:30`, as clocks in Việt Nam show it.
fn by_the_clock(at: Timestamp) -> String {
    calendar::local(at).strftime("%d/%m/%Y %H:%M").to_string()
}

fn members(value: &Value) -> Vec<&str> {
    let all = value.as_object().into_iter().flat_map(|members| members.values());
    all.filter_map(Value::as_str).collect()
}

/// Begins a file of somebody, who takes one at a time.
pub fn turn(app: &App, caller: &Caller) -> Result<Turn, Error> {
    let taker = match caller.credential {
        Credential::Session { account, .. } | Credential::Begun(Sender::Member(account) | Sender::Officer(account)) => {
            Taker::Account(account)
        }
        Credential::Key { key, .. } | Credential::Begun(Sender::Key(key)) => Taker::Key(key),
        Credential::None => Taker::Address(caller.origin.ip.map(subscriber)),
    };
    app.exports.begin(taker, Instant::now()).ok_or_else(|| {
        count_refusal("exports");
        Error {
            log: Some(String::from("the caller takes another list as a file")),
            retry_after: Some(COME_AGAIN_S),
            ..Error::new(
                ErrorCode::TooManyRequests,
                "Bạn đang tải một tệp danh sách khác; hãy chờ tải xong rồi thử lại.",
                "You are taking another list as a file; wait until it has come, then try again.",
            )
        }
    })
}

/// Sends a list as a file, for which somebody may have a turn. `read` gives the rows behind a place and the place to go on
/// from; its first page is read before the answer begins, so that who may not is told so. A list that is longer than a file
/// may be breaks off, so that nobody takes the part for the whole.
pub async fn send<K: 'static>(
    (files, turn): (Arc<Files>, Option<Turn>),
    form: Form,
    name: &str,
    head: Vec<String>,
    read: impl AsyncFn(Option<K>) -> Result<(Vec<Row>, Option<K>), Error> + 'static,
) -> Answer {
    let first = read(None).await?;
    let (media, extension) = media(form.format);
    let mut answer = HttpResponse::Ok();
    answer.content_type(media).insert_header((
        "Content-Disposition",
        format!("attachment; filename=\"{name}.{extension}\""),
    ));
    let (rows, place) = first;
    let pages = Pages {
        read,
        ready: Some(rows),
        place,
        so_far: 0,
        // What needs no turn is a page.
        most: turn.as_ref().map_or(usize::MAX, Turn::most_rows),
    };
    if form.format == Format::Xlsx {
        let place = files.workbooks.clone().try_acquire_owned();
        let place = place.map_err(|_taken| Error::busy("as many workbooks as may be are being written"))?;
        return Ok(answer.streaming(held(turn, workbook(files, place, pages, head))));
    }
    let mut start = Vec::new();
    if form.format == Format::Csv {
        start.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        start.extend(text(&[Row::Cells(head)])?);
    }
    let chunks = try_unfold((pages, start), async |(mut pages, mut chunk)| {
        let Some(rows) = pages.page().await? else {
            return Ok(None);
        };
        chunk.extend(text(&rows)?);
        Ok::<_, Error>(Some((web::Bytes::from(chunk), (pages, Vec::new()))))
    });
    Ok(answer.streaming(held(turn, chunks)))
}

/// A stream and the turn in which it is sent: they end together. One whose taker slept until a newer file had the turn breaks off.
pub fn held<T>(
    turn: Option<Turn>,
    stream: impl Stream<Item = Result<T, Error>>,
) -> Pin<Box<impl Stream<Item = Result<T, Error>>>> {
    let mut stream = Box::pin(stream);
    Box::pin(poll_fn(move |context| {
        if turn.as_ref().is_some_and(|turn| !turn.goes_on(Instant::now())) {
            return Poll::Ready(Some(Err(Error::internal("a newer file has the turn of this one"))));
        }
        stream.as_mut().poll_next(context)
    }))
}

/// What is read page by page.
struct Pages<K, R> {
    read: R,
    ready: Option<Vec<Row>>,
    place: Option<K>,
    so_far: usize,
    most: usize,
}

impl<K, R: AsyncFn(Option<K>) -> Result<(Vec<Row>, Option<K>), Error>> Pages<K, R> {
    /// The next rows.
    async fn page(&mut self) -> Result<Option<Vec<Row>>, Error> {
        let rows = match (self.ready.take(), self.place.take()) {
            (Some(rows), place) => {
                self.place = place;
                rows
            }
            (None, Some(place)) => {
                let (rows, place) = (self.read)(Some(place)).await?;
                self.place = place;
                rows
            }
            (None, None) => return Ok(None),
        };
        self.so_far = self.so_far.saturating_add(rows.len());
        if self.so_far > self.most {
            return Err(too_many(self.most));
        }
        Ok(Some(rows))
    }
}

/// A workbook is written whole, to a temporary file, before its first byte is sent.
fn workbook<K: 'static, R>(
    files: Arc<Files>,
    turn: OwnedSemaphorePermit,
    pages: Pages<K, R>,
    head: Vec<String>,
) -> impl Stream<Item = Result<web::Bytes, Error>>
where
    R: AsyncFn(Option<K>) -> Result<(Vec<Row>, Option<K>), Error> + 'static,
{
    enum State<P> {
        Reading(P, Arc<Files>, OwnedSemaphorePermit, Vec<String>),
        Sending(Receiver<web::Bytes>, JoinHandle<Result<(), Error>>),
    }
    try_unfold(State::Reading(pages, files, turn, head), async |state| {
        let (mut pieces, sent) = match state {
            State::Sending(pieces, sent) => (pieces, sent),
            State::Reading(mut pages, files, turn, head) => {
                let mut book = Book::new(files.contents.incoming(), &head)?;
                while let Some(rows) = pages.page().await? {
                    book.add(&rows)?;
                }
                drop(turn);
                let (to, pieces) = channel(4);
                (pieces, spawn_blocking(move || book.send(to)))
            }
        };
        match pieces.recv().await {
            Some(piece) => Ok(Some((piece, State::Sending(pieces, sent)))),
            // All of it, or as much as there was before something failed: then the download breaks off.
            None => sent.await.map_err(Error::internal)?.map(|()| None),
        }
    })
}
