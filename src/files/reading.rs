//! Reading contents: nothing is given out before all of it was found to be what its name says.
//!
//! The look at a content is a task of its own, one for all who wait for it. Once begun it goes on when they have gone: behind a slow
//! store a look may take longer than a request may, and whoever comes again finds it done or under way, not begun anew. One that
//! still waits for its turn when nobody wants it any more is not begun.

use std::collections::HashMap;
use std::future::ready;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest;
use bytes::Bytes;
use futures_util::stream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::{GetOptions, ObjectStore, ObjectStoreExt};
use tokio::sync::{Semaphore, watch};
use tracing::warn;

use super::checked::{Checked, Form, Found, SMALL};
use super::contents::{ByteStream, ContentError, Fares, Result, damaged, in_words, key};
use super::finish;
use super::parts::parts;
use crate::domain::clock::Clock;
use crate::domain::file::Digest;

/// So often a content is looked through again that somebody puts anew meanwhile.
const ROUNDS: usize = 3;
/// Contents that are looked through at once, of the small ones and of the large ones each.
const AT_ONCE: usize = 8;
/// Looks that are under way or wait for their turn, of either.
const MOST_LOOKS: usize = 256;

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

/// For whom a look was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    Others,
}

/// Where what a look finds is told, and where it is awaited.
type Told = watch::Sender<Option<Outcome>>;
type Awaited = watch::Receiver<Option<Outcome>>;

/// Looks that are under way or wait for their turn.
struct Looks {
    all: Mutex<HashMap<Digest, Told>>,
    turns: Semaphore,
}

impl Looks {
    fn begin() -> Arc<Self> {
        let (all, turns) = (Mutex::default(), Semaphore::new(AT_ONCE));
        Arc::new(Self { all, turns })
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Digest, Told>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be waited for, and where the outcome is to be told if nobody looks yet; nothing when too many do.
    fn join(&self, digest: &Digest) -> Option<(Awaited, Option<Told>)> {
        let mut all = self.all();
        if let Some(under_way) = all.get(digest) {
            return Some((under_way.subscribe(), None));
        }
        if all.len() >= MOST_LOOKS {
            return None;
        }
        let (to, from) = watch::channel(None);
        all.insert(*digest, to.clone());
        Some((from, Some(to)))
    }
}

/// Who reads.
pub(super) struct Reader {
    store: Arc<dyn ObjectStore>,
    fares: Arc<Fares>,
    checked: Checked,
    /// Small contents do not wait behind large ones.
    small: Arc<Looks>,
    large: Arc<Looks>,
}

/// Ends a look, however its task ends.
struct Ending {
    looks: Arc<Looks>,
    digest: Digest,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.looks.all().remove(&self.digest);
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
            small: Looks::begin(),
            large: Looks::begin(),
        }
    }

    /// Reads a part of a content, which has so many bytes, that was found to be right.
    pub(super) async fn read(
        self: &Arc<Self>,
        (digest, size): (&Digest, u64),
        range: Range<u64>,
        clock: &Arc<dyn Clock>,
    ) -> Result<ByteStream> {
        let mut takes_what_others_found = false;
        for _round in 0..ROUNDS {
            let known = self.checked.found(digest, clock.now());
            let is_fresh = known.is_none();
            let form = match known {
                Some(Found::Sound(form)) => form,
                Some(Found::Damaged(form)) if self.form(digest).await? == form => {
                    return Err(ContentError::Damaged(*digest));
                }
                Some(Found::Damaged(_)) => {
                    self.checked.forget(digest);
                    continue;
                }
                None => match self.look_with_others(digest, size, clock).await? {
                    // It was broken off.
                    (None, _) => continue,
                    (Some(Outcome::Sound(_, Some(whole))), _) => {
                        return part_of(&whole, &range).ok_or(ContentError::Damaged(*digest));
                    }
                    (Some(Outcome::Sound(form, None)), _) => form,
                    // It began before the content was asked for here, and that may have been put right since.
                    (Some(_bad), Whose::Others) if !takes_what_others_found => {
                        takes_what_others_found = true;
                        continue;
                    }
                    (Some(Outcome::Damaged), _) => return Err(ContentError::Damaged(*digest)),
                    (Some(Outcome::Failed(error)), _) => return Err(ContentError::Looked(error)),
                },
            };
            let options = GetOptions::new().with_range(Some(range.clone()));
            let answer = self.store.get_opts(&key(digest), options).await;
            self.fares.note("get", &answer);
            match answer {
                Ok(answer) if Form::of_opened(&answer) == form => return Ok(self.watched(parts(answer))),
                // Something else lies there than was looked through.
                Ok(_other) => self.checked.forget(digest),
                Err(error) if is_fresh || matches!(error, object_store::Error::NotFound { .. }) => {
                    return Err(error.into());
                }
                // It may have become shorter than the part.
                Err(_why) => self.checked.forget(digest),
            }
        }
        Err(io::Error::other("a content is put anew, or the look at it broken off, again and again").into())
    }

    /// Refuses a content that is not there or known to be damaged, as reading it would; nothing of it is read.
    pub(super) async fn require_there(&self, (digest, size): (&Digest, u64), clock: &dyn Clock) -> Result<()> {
        let form = self.form(digest).await?;
        let known = self.checked.found(digest, clock.now());
        if form.size != size || known == Some(Found::Damaged(form)) {
            return Err(ContentError::Damaged(*digest));
        }
        Ok(())
    }

    /// How a content lies there.
    async fn form(&self, digest: &Digest) -> Result<Form> {
        let answer = self.store.head(&key(digest)).await;
        self.fares.note("head", &answer);
        Ok(Form::of(&answer?))
    }

    /// Waits for the look at a content: for the one that is under way, else for one that is begun. Nothing where it was broken off.
    async fn look_with_others(
        self: &Arc<Self>,
        digest: &Digest,
        size: u64,
        clock: &Arc<dyn Clock>,
    ) -> Result<(Option<Outcome>, Whose)> {
        let looks = if size <= SMALL { &self.small } else { &self.large };
        let Some((mut awaited, begun)) = looks.join(digest) else {
            return Err(io::Error::other("too many contents are looked through at once").into());
        };
        let whose = if begun.is_some() { Whose::Own } else { Whose::Others };
        if let Some(to) = begun {
            let ending = Ending {
                looks: looks.clone(),
                digest: *digest,
            };
            let (reader, clock) = (self.clone(), clock.clone());
            tokio::spawn(async move {
                let Ending { looks, digest } = &ending;
                let _turn = tokio::select! {
                    biased;
                    // All who wanted it have gone.
                    () = to.closed() => return,
                    // Never closed.
                    turn = looks.turns.acquire() => turn,
                };
                to.send_replace(Some(reader.look(digest, &*clock).await));
            });
        }
        let told = awaited.wait_for(Option::is_some).await.ok();
        Ok((told.and_then(|told| told.clone()), whose))
    }

    /// Reads all of a content, whatever is remembered of it, and compares it with its name. What was found counts from when it was
    /// found: a look may take long.
    pub(super) async fn look(&self, digest: &Digest, clock: &dyn Clock) -> Outcome {
        match self.hashed(digest).await {
            Ok((form, is, whole)) if is == *digest => {
                self.checked.remember(*digest, Found::Sound(form.clone()), clock.now());
                Outcome::Sound(form, whole)
            }
            Ok((form, ..)) => {
                self.checked
                    .remember(*digest, Found::Damaged(form.as_told()), clock.now());
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
        let form = Form::of_opened(&answer);
        let mut whole = (form.size <= SMALL).then(Vec::new);
        let mut hash = digest::Context::new(&digest::SHA256);
        let mut read = self.watched(parts(answer));
        while let Some(part) = read.try_next().await? {
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
        let watched = stream.inspect_err(move |error| {
            fares.note_failure("get");
            warn!(error = in_words(error), "a content could not be read to its end");
        });
        watched.boxed()
    }
}

#[cfg(test)]
mod tests;
