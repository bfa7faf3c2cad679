//! A bucket of an S3-compatible service (MinIO, Ceph, Garage, AWS …) as the place where contents lie.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use reqwest::Client;
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::bounded::Bounded;

/// How often a call that failed is made again, unless [`Bucket::patience`] is over before.
const RETRIES: usize = 3;

/// Where a bucket is and who may use it.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Address of the service; the bucket's name is the first part of paths below it.
    pub endpoint: String,
    /// The bucket's name.
    pub name: String,
    /// Region, which signatures name.
    pub region: String,
    /// Who signs.
    pub access_key: String,
    /// With what.
    pub secret_key: SecretString,
    /// Folders in which everything lies.
    pub prefix: Option<String>,
    /// How long the service may take in all until it answers, calls that failed and are made anew among it, and then to go on.
    pub patience: Duration,
}

/// A bucket that can be asked. Its connections end when this is dropped.
pub(super) struct Opened {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) connections: Connections,
}

/// Keeps the thread alive that drives the connections.
pub(super) struct Connections {
    _ends_when_dropped: oneshot::Sender<()>,
}

impl Bucket {
    /// Opens it; nothing is asked of the service yet.
    pub(super) fn open(&self) -> super::contents::Result<Opened> {
        let (runtime, connections) = connections()?;
        let store = AmazonS3Builder::new()
            .with_endpoint(&self.endpoint)
            // The configuration lets only this machine be reached without TLS.
            .with_allow_http(self.is_plain())
            .with_bucket_name(&self.name)
            .with_region(&self.region)
            .with_access_key_id(&self.access_key)
            .with_secret_access_key(self.secret_key.expose_secret())
            .with_virtual_hosted_style_request(false)
            // A content may be put again under its name.
            .with_conditional_put(S3ConditionalPut::Disabled)
            // Not every service can remove many at once.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(100),
                    max_backoff: Duration::from_secs(2),
                    base: 2.0,
                },
                max_retries: RETRIES,
                retry_timeout: self.patience,
            })
            .with_http_connector(self.connector(runtime)?)
            .build()?;
        let store: Arc<dyn ObjectStore> = match &self.prefix {
            None => Arc::new(store),
            Some(prefix) => Arc::new(PrefixStore::new(store, prefix.as_str())),
        };
        let store = Arc::new(Bounded::new(store, self.patience));
        Ok(Opened { store, connections })
    }

    fn is_plain(&self) -> bool {
        self.endpoint.starts_with("http://")
    }

    fn connector(&self, runtime: Handle) -> io::Result<Caller> {
        // No proxy of the environment's, and nowhere that the service would send us: what is signed is for it alone.
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .http1_only()
            .https_only(!self.is_plain())
            .connect_timeout(self.patience)
            .build()
            .map_err(io::Error::other)?;
        Ok(Caller { client, runtime })
    }
}

/// A thread of its own for connections to the service: they outlive the threads that call, of which there are many kinds.
fn connections() -> io::Result<(Handle, Connections)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let (keeper, end) = oneshot::channel();
    thread::Builder::new()
        .name(String::from("vptex-bucket"))
        .spawn(move || {
            // Nobody ever sends: the keeper is dropped.
            let _ended = runtime.block_on(end);
        })?;
    let connections = Connections {
        _ends_when_dropped: keeper,
    };
    Ok((handle, connections))
}

/// Makes the calls on the thread of the connections; whoever waits bounds the time ([`Bounded`]). Bodies of answers are read by
/// whoever asked, no faster than they are taken, so that slow readers hold no memory.
#[derive(Clone, Debug)]
struct Caller {
    client: Client,
    runtime: Handle,
}

/// Ends a call that nobody waits for any more.
struct EndOnDrop(AbortHandle);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl HttpService for Caller {
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let client = self.client.clone();
            let call = self.runtime.spawn(async move { client.call(request).await });
            let _end = EndOnDrop(call.abort_handle());
            call.await
                .unwrap_or_else(|ended| Err(HttpError::new(HttpErrorKind::Interrupted, ended)))
        })
    }
}

impl HttpConnector for Caller {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}
