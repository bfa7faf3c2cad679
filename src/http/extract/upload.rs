//! Bodies that are files: looked at only after the caller's right, and written away as they come.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use std::future::{Ready, ready};
use tokio::time::{Instant, timeout_at};

use super::{settings, single};
use crate::domain::file::MediaType;
use crate::http::limits::begin_upload;
use crate::http::limits::load::step_aside;
use crate::http::limits::pace::Pace;
use crate::http::limits::uploads::Turn;
use crate::http::observe::{set_body_pending, set_brings_file};
use crate::http::problem::Problem;
use crate::service::files::{Arrived, Incoming};
use crate::service::{App, Error, ErrorCode, Result};

/// A picture or document that has not been read yet. Its head was: the type is one that is taken, and a length that is told is not
/// too large.
pub struct Upload {
    /// What the sender says that it is.
    pub declared: MediaType,
    /// Its content.
    pub body: FileBody,
}

/// A table or list in a file, which is what it is by its content, whatever it is said to be.
pub struct TableUpload(pub FileBody);

/// The body of a request that is a file.
pub struct FileBody {
    request: HttpRequest,
    payload: Payload,
    limit: u64,
    pace: Pace,
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(attachment(request, payload).map_err(Problem))
    }
}

impl FromRequest for TableUpload {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(table(request, payload).map_err(Problem))
    }
}

/// Types under which systems send tables. Which of them it is, is found by looking into it.
const TABLES: [&str; 8] = [
    "text/csv",
    "text/tab-separated-values",
    "text/plain",
    "application/jsonl",
    "application/x-ndjson",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
];

fn is_plain(request: &HttpRequest) -> bool {
    let coding = request.headers().get(header::CONTENT_ENCODING);
    coding.is_none_or(|coding| coding == "identity")
}

fn table(request: &HttpRequest, payload: &mut Payload) -> Result<TableUpload> {
    let media = single(request, &header::CONTENT_TYPE)?.unwrap_or_default();
    // A charset may follow, and is not believed either.
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !TABLES.contains(&media.as_str()) || !is_plain(request) {
        let known = TABLES.join(", ");
        return Err(Error::new(
            ErrorCode::UnsupportedMediaType,
            format!("Chỉ nhận {known}."),
            format!("Only {known} are accepted."),
        ));
    }
    begin(request, payload).map(TableUpload)
}

fn attachment(request: &HttpRequest, payload: &mut Payload) -> Result<Upload> {
    let media = single(request, &header::CONTENT_TYPE)?.unwrap_or_default();
    let declared = match media.trim().to_ascii_lowercase().parse::<MediaType>() {
        Ok(declared) if is_plain(request) => declared,
        _ => {
            let known: Vec<&str> = MediaType::ALL.iter().map(|media| media.as_str()).collect();
            let known = known.join(", ");
            return Err(Error::new(
                ErrorCode::UnsupportedMediaType,
                format!("Chỉ nhận {known}."),
                format!("Only {known} are accepted."),
            ));
        }
    };
    let body = begin(request, payload)?;
    Ok(Upload { declared, body })
}

fn begin(request: &HttpRequest, payload: &mut Payload) -> Result<FileBody> {
    let (limit, pace) = {
        let settings = settings(request)?;
        (settings.file_limit, settings.file_pace)
    };
    let told = single(request, &header::CONTENT_LENGTH)?.and_then(|told| told.parse::<u64>().ok());
    if told.is_some_and(|told| told > limit) {
        return Err(too_large(limit));
    }
    set_brings_file(request);
    Ok(FileBody {
        request: request.clone(),
        payload: payload.take(),
        limit,
        pace,
    })
}

fn too_large(limit: u64) -> Error {
    let most = limit >> 20;
    Error::new(
        ErrorCode::PayloadTooLarge,
        format!("Mỗi tệp tối đa {most} MiB."),
        format!("A file has at most {most} MiB."),
    )
}

impl FileBody {
    /// Reads it to its end, into what the file store has for what is on its way in. What comes beside it counts the file as
    /// under way until it is dropped: the caller keeps it until the file was looked into, which one file of an address is at
    /// a time.
    pub async fn read(mut self, app: &App) -> Result<(Arrived, Turn)> {
        let counted = begin_upload(&self.request)?;
        let mut into = app.files.contents.begin(app.ids.next()).await?;
        let aside = step_aside(&self.request);
        set_body_pending(&self.request, true);
        let read = self.copy(&mut into).await;
        set_body_pending(&self.request, false);
        read?;
        let arrived = into.finish().await.map_err(storage)?;
        // Whoever waits for others of the same address holds no place among requests under way.
        let turn = counted.turn().await?;
        aside.come_back()?;
        Ok((arrived, turn))
    }

    async fn copy(&mut self, into: &mut Incoming) -> Result<()> {
        let began = Instant::now();
        loop {
            let received = usize::try_from(into.size()).unwrap_or(usize::MAX);
            let chunk = match self.pace.deadline(began, received) {
                Some(deadline) => timeout_at(deadline, self.payload.next())
                    .await
                    .map_err(|_elapsed| Error {
                        log: Some(String::from("the file comes more slowly than file_min_bytes_per_s")),
                        ..ErrorCode::RequestTimeout.into()
                    })?,
                None => self.payload.next().await,
            };
            let Some(chunk) = chunk else { return Ok(()) };
            let chunk = chunk.map_err(|error| Error {
                log: Some(error.to_string()),
                ..ErrorCode::MalformedBody.into()
            })?;
            let more = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            if into.size().saturating_add(more) > self.limit {
                return Err(too_large(self.limit));
            }
            into.write(&chunk).await.map_err(storage)?;
        }
    }
}

fn storage(error: std::io::Error) -> Error {
    Error {
        log: Some(format!("a file cannot be written: {error}")),
        ..ErrorCode::StorageUnavailable.into()
    }
}
