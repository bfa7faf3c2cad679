//! What is kept, each content under its SHA-256: the same bytes lie there once, and a name can never be chosen by
//! whoever sends them.

use std::error::Error as _;
use std::fs;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::runtime::{Builder, Handle};
use tokio::sync::Mutex;
use tokio::time::{timeout, timeout_at};
use tracing::error;
use uuid::Uuid;

use super::bounded::late;
use super::bucket::{Bucket, Connections, Opened};
use super::digest_of;
use super::incoming::Incoming;
use super::reading::{Outcome, Reader};
use crate::domain::clock::Clock;
use crate::domain::file::Digest;

/// How long one that did not answer is left alone before it is asked again whether it does.
const REST: Duration = Duration::from_secs(5);
/// How long that question may take.
const QUESTION: Duration = Duration::from_secs(2);
/// No more of a store's words is told.
const MOST_WORDS: usize = 600;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The store's own words.
    #[error("file store: {}", in_words(.0))]
    Store(#[from] object_store::Error),
    /// A temporary file or a directory.
    #[error("file store: {0}")]
    Io(#[from] io::Error),
    /// What lies there is not what was kept: it was changed, or the disk lost it.
    #[error("file store: the content {0} is damaged: its SHA-256 is another one")]
    Damaged(Digest),
    /// Nothing lies there, though something was kept: it was removed, or the disk lost it.
    #[error("file store: the content {0} is not there")]
    Missing(Digest),
    /// What came of a look that several waited for.
    #[error("{0}")]
    Looked(Arc<ContentError>),
}

impl ContentError {
    fn is_absence(&self) -> bool {
        match self {
            Self::Looked(error) => error.is_absence(),
            other => matches!(other, Self::Store(object_store::Error::NotFound { .. })),
        }
    }

    /// What is told to whoever asked for a content: waiting brings none back that is not there, as it does a store that is away.
    fn of_reading(self, digest: &Digest) -> Self {
        if self.is_absence() {
            Self::Missing(*digest)
        } else {
            self
        }
    }
}

/// An error in one line, with its last cause: services answer with pages of XML, of which the code says enough.
pub(super) fn in_words(error: &object_store::Error) -> String {
    let told = error.to_string();
    let (words, page) = told.split_once('<').unwrap_or((&told, ""));
    let code = page
        .split_once("Code>")
        .and_then(|(_, rest)| rest.split_once('<'))
        .map(|(code, _)| code);
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    let cause = cause
        .map(ToString::to_string)
        .filter(|cause| !cause.contains('<') && !told.contains(cause.as_str()));
    let all = [Some(words), code, cause.as_deref()];
    let all: Vec<&str> = all.into_iter().flatten().flat_map(str::split_whitespace).collect();
    all.join(" ").chars().take(MOST_WORDS).collect()
}

/// What this room answers.
pub type Result<T> = std::result::Result<T, ContentError>;

/// Bytes as they are read.
pub type ByteStream = BoxStream<'static, object_store::Result<Bytes>>;

/// The file store: a folder of this machine's, or a bucket.
pub struct Contents {
    store: Arc<dyn ObjectStore>,
    place: Place,
    incoming: PathBuf,
    fares: Arc<Fares>,
    reader: Arc<Reader>,
}

/// Where contents lie.
enum Place {
    Folder(PathBuf),
    Bucket { _connections: Connections },
}

/// Whether the store answers. That a content is not there is an answer.
#[derive(Default)]
pub(super) struct Fares {
    is_failing: AtomicBool,
    asked_again: Mutex<Option<Instant>>,
}

impl Fares {
    pub(super) fn note<T>(&self, asked: &'static str, answer: &object_store::Result<T>) {
        match (answer, asked) {
            // When the bucket itself is gone, nothing can be put and nothing be listed.
            (Err(object_store::Error::NotFound { .. }), "put" | "list") => self.note_failure(asked),
            (Ok(_) | Err(object_store::Error::NotFound { .. }), _) => self.is_failing.store(false, Ordering::Relaxed),
            (Err(_), _) => self.note_failure(asked),
        }
    }

    pub(super) fn note_failure(&self, asked: &'static str) {
        metrics::counter!("vptex_file_store_failures_total", "asked" => asked).increment(1);
        self.is_failing.store(true, Ordering::Relaxed);
    }
}

/// A content that lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    /// When it was last put there.
    pub put_at: Timestamp,
}

/// What was found of a content whose every byte was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Examined {
    /// It is what its name says, and has so many bytes.
    Sound(u64),
    /// It is not there.
    Missing,
    /// Something else lies under its name.
    Damaged,
    /// It could not be read to its end, and this is why.
    Unreadable(String),
}

/// `ab/abcdef…`: no folder gets too many entries.
pub(super) fn key(digest: &Digest) -> Key {
    let name = digest.to_string();
    let (folder, _) = name.split_at(2);
    Key::from_iter([folder, name.as_str()])
}

/// Waits for something of the store's. Not for async threads.
fn wait_for<T>(work: impl Future<Output = T>) -> Result<T> {
    match Handle::try_current() {
        Ok(runtime) => Ok(runtime.block_on(work)),
        Err(_no_runtime) => Ok(Builder::new_current_thread().enable_time().build()?.block_on(work)),
    }
}

/// Tries one thing out, no longer than until an instant, by which all of it may have taken so long.
async fn tried(
    what: &'static str,
    until: tokio::time::Instant,
    patience: Duration,
    work: impl Future<Output = object_store::Result<()>>,
) -> std::result::Result<(), (&'static str, ContentError)> {
    let outcome = timeout_at(until, work)
        .await
        .unwrap_or_else(|_late| Err(late(patience)));
    outcome.map_err(|error| (what, error.into()))
}

fn put_at(found: &ObjectMeta) -> Timestamp {
    Timestamp::from_second(found.last_modified.timestamp()).unwrap_or(Timestamp::MAX)
}

/// Of a content that is not what its name says, whoever looks at the log learns at once.
pub(super) fn damaged(digest: &Digest) -> ContentError {
    metrics::counter!("vptex_contents_damaged_total").increment(1);
    error!(sha256 = %digest, "a content is damaged: it is not what its name says; take it from a backup");
    ContentError::Damaged(*digest)
}

impl Contents {
    /// Opens the store, and makes its folders, which nobody else may enter. What is on its way in lies in a folder in any
    /// case.
    pub fn open(root: &Path, bucket: Option<&Bucket>) -> Result<Self> {
        let (kept, incoming) = (root.join("kept"), root.join("incoming"));
        let make = |folder: &Path| fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        make(&incoming)?;
        let (store, place): (Arc<dyn ObjectStore>, Place) = match bucket {
            None => {
                make(&kept)?;
                let store = LocalFileSystem::new_with_prefix(&kept)?.with_fsync(true);
                (Arc::new(store), Place::Folder(kept))
            }
            Some(bucket) => {
                let Opened { store, connections } = bucket.open()?;
                let place = Place::Bucket {
                    _connections: connections,
                };
                (store, place)
            }
        };
        let fares: Arc<Fares> = Arc::default();
        Ok(Self {
            reader: Arc::new(Reader::new(store.clone(), fares.clone())),
            store,
            place,
            incoming,
            fares,
        })
    }

    /// Does with an object of its own what is done with contents, so that a right which is lacking shows before one is
    /// needed. All of it may take so long. Gives what could not be done, and why. Not for async threads.
    pub fn try_out(&self, id: Uuid, patience: Duration) -> std::result::Result<(), (&'static str, ContentError)> {
        let probe = Key::from(format!("write-probe-{}", id.simple()));
        let work = async {
            let until = tokio::time::Instant::now() + patience;
            let payload = PutPayload::from_static(b"probe");
            let put = async { self.store.put(&probe, payload).await.map(drop) };
            tried("written", until, patience, put).await?;
            let read = async { self.store.get(&probe).await?.bytes().await.map(drop) };
            let outcome = match tried("read", until, patience, read).await {
                Err(failed) => Err(failed),
                Ok(()) => {
                    let list = async { self.store.list(None).next().await.transpose().map(drop) };
                    tried("listed", until, patience, list).await
                }
            };
            // What was read or not: nothing stays behind of a service that answers.
            let removed = tried("removed from", until, patience, self.store.delete(&probe)).await;
            outcome.and(removed)
        };
        wait_for(work).map_err(|error| ("asked", error))?
    }

    /// Whether the store answered when it was last asked anything. One that did not is asked anew, not too often.
    pub async fn answers(&self) -> bool {
        if !self.fares.is_failing.load(Ordering::Relaxed) {
            return true;
        }
        let Ok(mut last) = self.fares.asked_again.try_lock() else {
            return false;
        };
        if last.is_some_and(|at| at.elapsed() < REST) {
            return false;
        }
        *last = Some(Instant::now());
        match timeout(QUESTION, self.store.list(None).next()).await {
            Ok(answer) => {
                let answer = answer.transpose();
                self.fares.note("list", &answer);
                answer.is_ok()
            }
            Err(_late) => false,
        }
    }

    /// Waits for what was asked, and notes how it went.
    fn wait<T>(&self, asked: &'static str, work: impl Future<Output = object_store::Result<T>>) -> Result<T> {
        let answer = wait_for(work)?;
        self.fares.note(asked, &answer);
        Ok(answer?)
    }

    /// Begins to take a file in; the identifier names its temporary file.
    pub async fn begin(&self, id: Uuid) -> Result<Incoming> {
        Ok(Incoming::begin(&self.incoming, id).await?)
    }

    /// Keeps a content: durable under its name when this answers, whole or not at all. What lies there already is
    /// written again, so that the collector sees it as new.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Digest> {
        let digest = digest_of(&bytes);
        failpoint!("files.content.put", io::Error::other);
        let answer = self.store.put(&key(&digest), PutPayload::from(bytes)).await;
        self.fares.note("put", &answer);
        answer?;
        failpoint!("files.content.kept", io::Error::other);
        Ok(digest)
    }

    /// The same, waiting for it. Not for async threads.
    pub fn put_now(&self, bytes: Vec<u8>) -> Result<Digest> {
        wait_for(self.put(bytes))?
    }

    /// Keeps a file as it came, from its first byte.
    pub async fn put_file(&self, file: fs::File) -> Result<Digest> {
        let mut file = tokio::fs::File::from_std(file);
        file.seek(SeekFrom::Start(0)).await?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).await?;
        self.put(bytes).await
    }

    /// Reads a part of a content of so many bytes, of which nothing is given out before all of it was found to be what its name says: just
    /// now, or where it is large less than an hour ago, and it lies there since as it did then.
    pub async fn read(
        &self,
        (digest, size): (&Digest, u64),
        range: Range<u64>,
        clock: &Arc<dyn Clock>,
    ) -> Result<ByteStream> {
        let read = self.reader.read((digest, size), range, clock).await;
        read.map_err(|error| error.of_reading(digest))
    }

    /// Refuses a content that is not there, has not so many bytes, or was found to be damaged, as [`read`](Self::read) would;
    /// nothing of it is read.
    pub async fn require_there(&self, (digest, size): (&Digest, u64), clock: &dyn Clock) -> Result<()> {
        let looked = self.reader.require_there((digest, size), clock).await;
        looked.map_err(|error| error.of_reading(digest))
    }

    /// Reads all of a content; nothing when it is not there. Not for async threads.
    pub fn load(&self, digest: &Digest) -> Result<Option<Bytes>> {
        let read = async { self.store.get(&key(digest)).await?.bytes().await };
        match self.wait("get", read) {
            Ok(bytes) if digest_of(&bytes) == *digest => Ok(Some(bytes)),
            Ok(_other) => Err(damaged(digest)),
            Err(error) if error.is_absence() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads all of a content to see how it fares, whatever is remembered of it. Not for async threads.
    pub fn examine(&self, digest: &Digest, clock: &dyn Clock) -> Result<Examined> {
        Ok(match wait_for(self.reader.look(digest, clock))? {
            Outcome::Sound(form, _) => Examined::Sound(form.size),
            Outcome::Damaged => Examined::Damaged,
            Outcome::Failed(error) if error.is_absence() => Examined::Missing,
            Outcome::Failed(error) => Examined::Unreadable(error.to_string()),
        })
    }

    /// Where files wait that nothing refers to yet.
    pub fn incoming(&self) -> &Path {
        &self.incoming
    }

    /// Looks for a content.
    pub fn find(&self, digest: &Digest) -> Result<Option<Kept>> {
        match self.wait("head", self.store.head(&key(digest))) {
            Ok(found) => Ok(Some(Kept {
                digest: *digest,
                size: found.size,
                put_at: put_at(&found),
            })),
            Err(error) if error.is_absence() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Everything that lies there.
    pub fn all(&self) -> Result<Vec<Kept>> {
        let listed = self.store.list(None).map_ok(|found| {
            let digest = found.location.filename().and_then(Digest::parse)?;
            Some(Kept {
                digest,
                size: found.size,
                put_at: put_at(&found),
            })
        });
        let found: Vec<Option<Kept>> = self.wait("list", listed.boxed().try_collect())?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Removes a content. One that is not there is none the less gone.
    pub fn remove(&self, digest: &Digest) -> Result<()> {
        match self.wait("delete", self.store.delete(&key(digest))) {
            Err(error) if error.is_absence() => Ok(()),
            other => other,
        }
    }

    /// Temporary files that nobody has touched since an instant: of uploads, and of contents that were being put.
    pub fn leftovers(&self, before: Timestamp) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let folders = match &self.place {
            Place::Folder(kept) => fs::read_dir(kept)?.collect::<io::Result<Vec<_>>>()?,
            // A service keeps what was put whole, and shows nothing else.
            Place::Bucket { .. } => Vec::new(),
        };
        let folders = folders.iter().map(fs::DirEntry::path).filter(|path| path.is_dir());
        for folder in folders.chain([self.incoming.clone()]) {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                // The store writes to `NAME#1` and renames.
                let is_temporary = folder == self.incoming || entry.file_name().to_string_lossy().contains('#');
                if is_temporary && changed_at(&entry)?.is_some_and(|at| at < before) {
                    found.push(entry.path());
                }
            }
        }
        Ok(found)
    }
}

/// When a file was changed; nothing when it is gone: its upload has come to its end.
fn changed_at(entry: &fs::DirEntry) -> io::Result<Option<Timestamp>> {
    let modified = match entry.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found?.modified()?,
    };
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    Ok(Some(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)))
}
