//! A content is looked through once for all who ask meanwhile, and what was found counts as long as it may.

use super::*;
use crate::files::digest_of;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use object_store::PutPayload;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::task::yield_now;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// A clock that goes on by so many seconds whenever it is read.
struct Steps(AtomicI64, i64);

impl Clock for Steps {
    fn now(&self) -> Timestamp {
        NOW + SignedDuration::from_secs(self.0.fetch_add(self.1, Ordering::Relaxed))
    }
}

fn clock(step: i64) -> Arc<dyn Clock> {
    Arc::new(Steps(AtomicI64::new(0), step))
}

impl Reader {
    /// Reads with a clock that stands still.
    async fn part(self: &Arc<Self>, of: (&Digest, u64), range: Range<u64>) -> Result<ByteStream> {
        self.read(of, range, &clock(0)).await
    }
}

async fn stocked(store: Arc<dyn ObjectStore>, bytes: Vec<u8>) -> (Arc<Reader>, Digest) {
    let digest = digest_of(&bytes);
    store.put(&key(&digest), PutPayload::from(bytes)).await.unwrap();
    (Arc::new(Reader::new(store, Arc::default())), digest)
}

const LARGE: u64 = 3 << 20;

#[tokio::test]
async fn a_look_is_one_for_all_and_once_begun_goes_on_without_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
    let bytes = vec![7; 3 << 20];
    let (reader, digest) = stocked(store, bytes.clone()).await;
    // Two who come together and go before it is done.
    let mut both = [0; 2].map(|_| reader.part((&digest, LARGE), 0..5).boxed());
    for one in &mut both {
        assert!(one.now_or_never().is_none());
    }
    assert_eq!(reader.large.all().len(), 1);
    while reader.large.turns.available_permits() == AT_ONCE && !reader.large.all().is_empty() {
        yield_now().await;
    }
    drop(both);
    while !reader.large.all().is_empty() {
        yield_now().await;
    }
    assert!(matches!(reader.checked.found(&digest, NOW), Some(Found::Sound(form)) if form.size == LARGE));
    // Whoever comes again has it, and nothing is looked through.
    let turns = reader.large.turns.acquire_many(8).await.unwrap();
    let read = reader.part((&digest, LARGE), 0..5).await.unwrap();
    drop(turns);
    let parts: Vec<Bytes> = read.try_collect().await.unwrap();
    assert_eq!(parts.concat(), bytes[..5]);
}

#[tokio::test]
async fn a_look_that_nobody_waits_for_is_not_begun_and_a_small_one_has_turns_of_its_own() {
    let (reader, digest) = stocked(Arc::new(InMemory::new()), vec![7; 3 << 20]).await;
    let small = b"all";
    let payload = PutPayload::from_static(small);
    reader.store.put(&key(&digest_of(small)), payload).await.unwrap();
    let turns = reader.large.turns.acquire_many(8).await.unwrap();
    let mut gone = reader.part((&digest, LARGE), 0..5).boxed();
    assert!((&mut gone).now_or_never().is_none());
    assert!(reader.part((&digest_of(small), 3), 0..3).await.is_ok());
    assert_eq!(reader.large.all().len(), 1);
    drop(gone);
    // It makes room before its turn has come.
    while !reader.large.all().is_empty() {
        yield_now().await;
    }
    drop(turns);
    assert!(reader.checked.found(&digest, NOW).is_none());
    assert!(reader.part((&digest, LARGE), 0..5).await.is_ok());
}

#[tokio::test]
async fn what_others_found_wrong_and_what_was_broken_off_is_looked_at_once_more() {
    let (reader, digest) = stocked(Arc::new(InMemory::new()), b"all".to_vec()).await;
    for outcome in [
        Some(Outcome::Damaged),
        Some(Outcome::failed(io::Error::other("away"))),
        None,
    ] {
        let (_others, to) = reader.small.join(&digest).unwrap();
        let mut read = reader.part((&digest, 3), 0..3).boxed();
        assert!((&mut read).now_or_never().is_none());
        if outcome.is_some() {
            to.as_ref().unwrap().send_replace(outcome);
        }
        drop(Ending {
            looks: reader.small.clone(),
            digest,
        });
        drop(to);
        assert!(read.await.is_ok());
        reader.checked.forget(&digest);
    }
}

#[tokio::test]
async fn what_a_long_look_found_counts_from_its_end() {
    let (reader, digest) = stocked(Arc::new(InMemory::new()), b"right".to_vec()).await;
    let payload = PutPayload::from_static(b"wrong");
    reader.store.put(&key(&digest), payload).await.unwrap();
    // It is asked once before the look and once after it.
    let refused = reader.read((&digest, 5), 0..5, &clock(90)).await.err().unwrap();
    assert!(matches!(refused, ContentError::Damaged(_)), "{refused}");
    for (seconds, is_known) in [(89, false), (90, true), (149, true), (150, false)] {
        let found = reader.checked.found(&digest, NOW + SignedDuration::from_secs(seconds));
        assert_eq!(found.is_some(), is_known, "{seconds}");
    }
}

#[tokio::test]
async fn whether_it_is_there_is_told_without_a_look() {
    let (reader, digest) = stocked(Arc::new(InMemory::new()), b"right".to_vec()).await;
    let asked = async |size| reader.require_there((&digest, size), &*clock(0)).await;
    assert!(asked(5).await.is_ok());
    assert!(matches!(asked(6).await, Err(ContentError::Damaged(_))));
    let payload = PutPayload::from_static(b"wrong");
    reader.store.put(&key(&digest), payload).await.unwrap();
    assert!(asked(5).await.is_ok());
    assert!(reader.part((&digest, 5), 0..5).await.is_err());
    assert!(matches!(asked(5).await, Err(ContentError::Damaged(_))));
    reader.store.delete(&key(&digest)).await.unwrap();
    assert!(matches!(asked(5).await, Err(ContentError::Store(_))));
}

#[tokio::test]
async fn no_more_looks_are_begun_than_may_wait() {
    let (reader, digest) = stocked(Arc::new(InMemory::new()), b"all".to_vec()).await;
    let keep: Vec<_> = (0..MOST_LOOKS)
        .map(|number| {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&number.to_le_bytes());
            reader.small.join(&Digest(name)).unwrap()
        })
        .collect();
    let refused = reader.part((&digest, 3), 0..3).await.err().unwrap();
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
        let refused = reader.part((&digest, 5), 0..5).await.err().unwrap();
        assert!(matches!(refused, ContentError::Damaged(_)), "{refused}");
        assert!(matches!(reader.checked.found(&digest, NOW), Some(Found::Damaged(_))));
    }
    // It asked how it lies, and did not begin a look.
    assert!(reader.small.all().is_empty());
    put(b"right").await;
    assert!(reader.part((&digest, 5), 0..5).await.is_ok());
}

#[tokio::test]
async fn a_content_that_becomes_shorter_while_it_is_read_comes_to_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
    let (reader, digest) = stocked(store, vec![7; 3 << 20]).await;
    let mut parts = reader.part((&digest, LARGE), 0..LARGE).await.unwrap();
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
