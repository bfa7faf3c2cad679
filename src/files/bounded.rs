//! A bound on how long a bucket may take for what it is asked: whatever it is asked meanwhile, and however often, is within it.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use tokio::time::timeout;

/// Bytes a second that the service must take a content with, beyond its patience.
const SLOWEST: u64 = 512 << 10;

/// A store of which nothing is awaited for longer than this.
#[derive(Debug)]
pub(super) struct Bounded {
    inner: Arc<dyn ObjectStore>,
    patience: Duration,
}

impl Bounded {
    pub(super) fn new(inner: Arc<dyn ObjectStore>, patience: Duration) -> Self {
        Self { inner, patience }
    }
}

impl fmt::Display for Bounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bounded({})", self.inner)
    }
}

/// What is told when nothing came in time.
pub(super) fn late(patience: Duration) -> object_store::Error {
    let words = format!("no answer within {} s", patience.as_secs_f32());
    object_store::Error::Generic {
        store: "S3",
        source: Box::new(io::Error::new(io::ErrorKind::TimedOut, words)),
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(limit, work).await.unwrap_or_else(|_late| Err(late(limit)))
}

/// Gives what comes while each is there in time, and ends where one is not.
fn each_within<T: Send + 'static>(
    limit: Duration,
    coming: BoxStream<'static, Result<T>>,
) -> BoxStream<'static, Result<T>> {
    let step = move |coming: Option<BoxStream<'static, Result<T>>>| async move {
        let mut coming = coming?;
        match timeout(limit, coming.next()).await {
            Ok(next) => Some((next?, Some(coming))),
            Err(_late) => Some((Err(late(limit)), None)),
        }
    };
    stream::unfold(Some(coming), step).boxed()
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl ObjectStore for Bounded {
    fn put_opts<'life0, 'life1, 'async_trait>(
        &'life0 self,
        location: &'life1 Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Answer<'async_trait, PutResult>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        let size = u64::try_from(payload.content_length()).unwrap_or(u64::MAX);
        let sending = Duration::from_secs(size.div_ceil(SLOWEST));
        let limit = self.patience.saturating_add(sending);
        Box::pin(within(limit, self.inner.put_opts(location, payload, options)))
    }

    /// Nothing is put in parts here.
    fn put_multipart_opts<'life0, 'life1, 'async_trait>(
        &'life0 self,
        location: &'life1 Path,
        options: PutMultipartOptions,
    ) -> Answer<'async_trait, Box<dyn MultipartUpload>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(within(self.patience, self.inner.put_multipart_opts(location, options)))
    }

    /// Until the answer begins; then for each part of it as long.
    fn get_opts<'life0, 'life1, 'async_trait>(
        &'life0 self,
        location: &'life1 Path,
        options: GetOptions,
    ) -> Answer<'async_trait, GetResult>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let mut answer = within(self.patience, self.inner.get_opts(location, options)).await?;
            answer.payload = match answer.payload {
                GetResultPayload::Stream(parts) => GetResultPayload::Stream(each_within(self.patience, parts)),
                file @ GetResultPayload::File(..) => file,
            };
            Ok(answer)
        })
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        each_within(self.patience, self.inner.delete_stream(locations))
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        each_within(self.patience, self.inner.list(prefix))
    }

    fn list_with_delimiter<'life0, 'life1, 'async_trait>(
        &'life0 self,
        prefix: Option<&'life1 Path>,
    ) -> Answer<'async_trait, ListResult>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(within(self.patience, self.inner.list_with_delimiter(prefix)))
    }

    fn copy_opts<'life0, 'life1, 'life2, 'async_trait>(
        &'life0 self,
        from: &'life1 Path,
        to: &'life2 Path,
        options: CopyOptions,
    ) -> Answer<'async_trait, ()>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(within(self.patience, self.inner.copy_opts(from, to, options)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::ObjectStoreExt;
    use object_store::memory::InMemory;
    use object_store::throttle::{ThrottleConfig, ThrottledStore};

    /// Longer than any test may take.
    const NEVER: Duration = Duration::from_secs(86_400);
    const SOON: Duration = Duration::from_millis(40);

    async fn store(fares: impl FnOnce(&mut ThrottleConfig)) -> Bounded {
        let inner = InMemory::new();
        inner
            .put(&Path::from("there"), PutPayload::from_static(b"content"))
            .await
            .unwrap();
        let mut config = ThrottleConfig::default();
        fares(&mut config);
        Bounded::new(Arc::new(ThrottledStore::new(inner, config)), SOON)
    }

    fn in_time<T>(answer: Result<T>) -> bool {
        match answer {
            Ok(_) => true,
            Err(error) => {
                assert!(error.to_string().contains("no answer within 0.04 s"), "{error}");
                false
            }
        }
    }

    #[tokio::test]
    async fn what_hangs_is_ended() {
        let there = Path::from("there");
        let well = store(|_fares| {}).await;
        assert_eq!(well.get(&there).await.unwrap().bytes().await.unwrap(), "content");
        assert!(in_time(well.delete(&there).await));

        let reading = store(|fares| fares.wait_get_per_call = NEVER).await;
        assert!(!in_time(reading.get(&there).await));
        assert!(in_time(reading.list(None).next().await.unwrap()));
        let deleting = store(|fares| fares.wait_delete_per_call = NEVER).await;
        assert!(!in_time(deleting.delete(&there).await));
        let listing = store(|fares| fares.wait_list_per_call = NEVER).await;
        assert!(!in_time(listing.list(None).next().await.unwrap()));
    }

    #[tokio::test]
    async fn a_content_that_begins_and_hangs_is_cut_off() {
        let there = Path::from("there");
        let hanging = store(|fares| fares.wait_get_per_byte = NEVER).await;
        let begun = hanging.get(&there).await.unwrap();
        assert!(!in_time(begun.bytes().await));
    }

    #[tokio::test]
    async fn an_empty_content_is_put_within_the_patience() {
        let writing = store(|fares| fares.wait_put_per_call = NEVER).await;
        assert!(!in_time(writing.put(&Path::from("new"), PutPayload::new()).await));
    }
}
