//! Reading contents: nothing is given out before all of it was found to be what its name says.
//!
//! The look at a content is a task of its own, one for all who wait for it. It goes on when they have gone: behind a slow store a
//! look may take longer than a request may, and whoever comes again finds it done or under way, not begun anew.

use std::collections::HashMap;
use std::future::ready;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest;
use bytes::Bytes;
use futures_util::stream;
use futures_util::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt};
use tokio::sync::{Semaphore, watch};
use tracing::warn;

use super::checked::{Checked, Form, Found};
use super::contents::{ByteStream, ContentError, Fares, Result, damaged, in_words, key};
use super::finish;
use crate::domain::file::Digest;

/// What is so large at the most is in memory while it is hashed, and is sent from there: the store is asked once.
const SMALL: u64 = 1 << 20;
/// So often a content is looked through again that somebody puts anew meanwhile.
const ROUNDS: usize = 3;
/// Contents that are looked through at once.
const AT_ONCE: usize = 8;
/// Looks that are under way or wait for their turn.
const MOST_LOOKS: usize = 256;
/// So many empty parts one after the other are no content: a file that became shorter while it is read gives them for ever.
const EMPTY_PARTS: usize = 8;

/// What a look found.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// It is what its name says; the content where it is small.
    Sound(Form, Option<Bytes>),
    /// It is something else.
    Damaged,
    /// It is not there, or could not be read to its end.
    Failed(Arc<ContentError>),
}

impl Outcome {
    fn failed(error: impl Into<ContentError>) -> Self {
        Self::Failed(Arc::new(error.into()))
    }
}

/// A look that is under way.
type UnderWay = watch::Receiver<Option<Outcome>>;

/// Who reads.
pub(super) struct Reader {
    store: Arc<dyn ObjectStore>,
    fares: Arc<Fares>,
    checked: Checked,
    looks: Mutex<HashMap<Digest, UnderWay>>,
    turns: Semaphore,
}

/// Ends a look, however its task ends.
struct Ending {
    reader: Arc<Reader>,
    digest: Digest,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.reader.looks().remove(&self.digest);
    }
}

/// A part of what is in memory; nothing where it lies beyond the end.
fn part_of(whole: &Bytes, range: &Range<u64>) -> Option<ByteStream> {
    let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
    whole.get(start..end)?;
    Some(stream::once(ready(Ok(whole.slice(start..end)))).boxed())
}

impl Reader {
    pub(super) fn new(store: Arc<dyn ObjectStore>, fares: Arc<Fares>) -> Self {
        Self {
            store,
            fares,
            checked: Checked::default(),
            looks: Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    fn looks(&self) -> MutexGuard<'_, HashMap<Digest, UnderWay>> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a part of a content that was found to be right.
    pub(super) async fn read(
        self: &Arc<Self>,
        digest: &Digest,
        range: Range<u64>,
        now: Timestamp,
    ) -> Result<ByteStream> {
        for _round in 0..ROUNDS {
            let known = self.checked.found(digest, now);
            let is_fresh = known.is_none();
            let form = match known {
                Some(Found::Sound(form)) => form,
                Some(Found::Damaged(form)) if self.lies_so(digest, &form).await? => {
                    return Err(ContentError::Damaged(*digest));
                }
                Some(Found::Damaged(_)) => {
                    self.checked.forget(digest);
                    continue;
                }
                None => match self.look_with_others(digest, now).await {
                    Outcome::Sound(_, Some(whole)) => {
                        return part_of(&whole, &range).ok_or(ContentError::Damaged(*digest));
                    }
                    Outcome::Sound(form, None) => form,
                    Outcome::Damaged => return Err(ContentError::Damaged(*digest)),
                    Outcome::Failed(error) => return Err(ContentError::Looked(error)),
                },
            };
            let options = GetOptions::new().with_range(Some(range.clone()));
            let answer = self.store.get_opts(&key(digest), options).await;
            self.fares.note("get", &answer);
            match answer {
                Ok(answer) if Form::of(&answer.meta) == form => return Ok(self.watched(answer.into_stream())),
                // Something else lies there than was looked through.
                Ok(_other) => self.checked.forget(digest),
                Err(error) if is_fresh || matches!(error, object_store::Error::NotFound { .. }) => {
                    return Err(error.into());
                }
                // It may have become shorter than the part.
                Err(_why) => self.checked.forget(digest),
            }
        }
        Err(io::Error::other("a content is put anew again and again").into())
    }

    /// Whether a content lies there in this form.
    async fn lies_so(&self, digest: &Digest, form: &Form) -> Result<bool> {
        let answer = self.store.head(&key(digest)).await;
        self.fares.note("head", &answer);
        Ok(Form::of(&answer?) == *form)
    }

    /// Waits for the look at a content: for the one that is under way, else for one that is begun.
    async fn look_with_others(self: &Arc<Self>, digest: &Digest, now: Timestamp) -> Outcome {
        let Some((mut awaited, begun)) = self.join(digest) else {
            return Outcome::failed(io::Error::other("too many contents are looked through at once"));
        };
        if let Some(to) = begun {
            let ending = Ending {
                reader: self.clone(),
                digest: *digest,
            };
            tokio::spawn(async move {
                let Ending { reader, digest } = &ending;
                // Never closed.
                let _turn = reader.turns.acquire().await;
                to.send_replace(Some(reader.look(digest, now).await));
            });
        }
        let told = awaited.wait_for(Option::is_some).await.ok();
        let told = told.and_then(|told| told.clone());
        told.unwrap_or_else(|| Outcome::failed(io::Error::other("the look at a content was broken off")))
    }

    /// What is to be waited for, and where the outcome is to be told if nobody looks yet; nothing when too many do.
    fn join(&self, digest: &Digest) -> Option<(UnderWay, Option<watch::Sender<Option<Outcome>>>)> {
        let mut looks = self.looks();
        if let Some(under_way) = looks.get(digest) {
            return Some((under_way.clone(), None));
        }
        if looks.len() >= MOST_LOOKS {
            return None;
        }
        let (to, from) = watch::channel(None);
        looks.insert(*digest, from.clone());
        Some((from, Some(to)))
    }

    /// Reads all of a content, whatever is remembered of it, and compares it with its name.
    pub(super) async fn look(&self, digest: &Digest, now: Timestamp) -> Outcome {
        match self.hashed(digest).await {
            Ok((form, is, whole)) if is == *digest => {
                self.checked.remember(*digest, Found::Sound(form.clone()), now);
                Outcome::Sound(form, whole)
            }
            Ok((form, ..)) => {
                self.checked.remember(*digest, Found::Damaged(form), now);
                damaged(digest);
                Outcome::Damaged
            }
            Err(error) => {
                self.checked.forget(digest);
                Outcome::failed(error)
            }
        }
    }

    /// How a content lies there, what it is, and the content where it is small.
    async fn hashed(&self, digest: &Digest) -> Result<(Form, Digest, Option<Bytes>)> {
        let answer = self.store.get(&key(digest)).await;
        self.fares.note("get", &answer);
        let answer = answer?;
        let form = Form::of(&answer.meta);
        let mut whole = (form.size <= SMALL).then(Vec::new);
        let mut hash = digest::Context::new(&digest::SHA256);
        let mut parts = self.watched(answer.into_stream());
        while let Some(part) = parts.try_next().await? {
            hash.update(&part);
            if let Some(whole) = &mut whole {
                whole.extend_from_slice(&part);
            }
        }
        Ok((form, finish(hash), whole.map(Bytes::from)))
    }

    /// Notes when the store breaks off: the answer has begun, and whoever reads learns from its length that it was cut off.
    fn watched(&self, stream: ByteStream) -> ByteStream {
        let fares = self.fares.clone();
        let mut empty = 0;
        let stream = stream.map(move |part| {
            let part = part?;
            empty = if part.is_empty() { empty + 1 } else { 0 };
            if empty > EMPTY_PARTS {
                return Err(object_store::Error::Generic {
                    store: "files",
                    source: Box::new(io::Error::from(io::ErrorKind::UnexpectedEof)),
                });
            }
            Ok(part)
        });
        let stream = stream.inspect_err(move |error| {
            fares.note_failure("get");
            warn!(error = in_words(error), "a content could not be read to its end");
        });
        stream.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::digest_of;
    use futures_util::FutureExt;
    use object_store::PutPayload;
    use object_store::local::LocalFileSystem;
    use object_store::memory::InMemory;
    use std::fs;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    async fn stocked(store: Arc<dyn ObjectStore>, bytes: Vec<u8>) -> (Arc<Reader>, Digest) {
        let digest = digest_of(&bytes);
        store.put(&key(&digest), PutPayload::from(bytes)).await.unwrap();
        (Arc::new(Reader::new(store, Arc::default())), digest)
    }

    #[tokio::test]
    async fn a_look_is_one_for_all_and_goes_on_without_them() {
        let bytes = vec![7; 3 << 20];
        let (reader, digest) = stocked(Arc::new(InMemory::new()), bytes.clone()).await;
        // Two who come together and go before it is done.
        for _ in 0..2 {
            assert!(reader.read(&digest, 0..5, NOW).now_or_never().is_none());
        }
        let mut under_way = {
            let looks = reader.looks();
            assert_eq!(looks.len(), 1);
            looks.get(&digest).unwrap().clone()
        };
        let told = under_way.wait_for(Option::is_some).await.unwrap().clone().unwrap();
        assert!(matches!(told, Outcome::Sound(form, None) if form.size == 3 << 20));
        assert!(matches!(reader.checked.found(&digest, NOW), Some(Found::Sound(_))));
        // Whoever comes again has it, and nothing is looked through.
        let read = reader.read(&digest, 0..5, NOW).await.unwrap();
        assert!(reader.looks().is_empty());
        let parts: Vec<Bytes> = read.try_collect().await.unwrap();
        assert_eq!(parts.concat(), bytes[..5]);
    }

    #[tokio::test]
    async fn no_more_looks_are_begun_than_may_wait() {
        let (reader, digest) = stocked(Arc::new(InMemory::new()), b"all".to_vec()).await;
        let keep: Vec<_> = (0..MOST_LOOKS)
            .map(|number| {
                let mut name = [0; 32];
                name[..8].copy_from_slice(&number.to_le_bytes());
                reader.join(&Digest(name)).unwrap()
            })
            .collect();
        let refused = reader.read(&digest, 0..3, NOW).await.err().unwrap();
        assert!(refused.to_string().contains("too many"), "{refused}");
        drop(keep);
    }

    #[tokio::test]
    async fn what_is_damaged_is_not_read_again_while_it_lies_so() {
        let (reader, digest) = stocked(Arc::new(InMemory::new()), b"right".to_vec()).await;
        let put = async |bytes: &'static [u8]| {
            let payload = PutPayload::from_static(bytes);
            reader.store.put(&key(&digest), payload).await.unwrap();
        };
        put(b"wrong").await;
        for _ in 0..2 {
            let refused = reader.read(&digest, 0..5, NOW).await.err().unwrap();
            assert!(matches!(refused, ContentError::Damaged(_)), "{refused}");
            assert!(matches!(reader.checked.found(&digest, NOW), Some(Found::Damaged(_))));
        }
        // It asked how it lies, and did not begin a look.
        assert!(reader.looks().is_empty());
        put(b"right").await;
        assert!(reader.read(&digest, 0..5, NOW).await.is_ok());
    }

    #[tokio::test]
    async fn a_content_that_becomes_shorter_while_it_is_read_comes_to_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
        let (reader, digest) = stocked(store, vec![7; 3 << 20]).await;
        let mut parts = reader.read(&digest, 0..3 << 20, NOW).await.unwrap();
        assert!(!parts.try_next().await.unwrap().unwrap().is_empty());
        let path = folder.path().join(key(&digest).as_ref());
        fs::OpenOptions::new()
            .write(true)
            .open(path)
            .unwrap()
            .set_len(9)
            .unwrap();
        let rest: object_store::Result<Vec<Bytes>> = parts.try_collect().await;
        assert!(rest.is_err());
    }
}
