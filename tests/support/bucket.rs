//! A bucket on this machine. s3s speaks S3 and holds every signature against the key; s3s-fs keeps the objects as files of
//! a folder. How the service fares is a test's to say.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use hyper::header::CONTENT_LENGTH;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// The bucket that there is.
pub const NAME: &str = "kho-tep";
/// Who may ask.
pub const ACCESS_KEY: &str = "san-giao-dich";
/// With what.
pub const SECRET_KEY: &str = "khoa-bi-mat-Vq83";

/// How the service fares.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Mood {
    Well,
    /// It takes calls and answers none.
    Silent,
    /// It says that it cannot now.
    Broken,
    /// It says so to those who want a content.
    Unreadable,
    /// It ends connections in the middle of contents.
    CutsOff,
    /// It does so once.
    CutsOffOnce,
}

const MOODS: [Mood; 6] = [
    Mood::Well,
    Mood::Silent,
    Mood::Broken,
    Mood::Unreadable,
    Mood::CutsOff,
    Mood::CutsOffOnce,
];

/// The service; it ends, with all its connections, when this is dropped.
pub struct Service {
    pub endpoint: String,
    folder: TempDir,
    state: Arc<State>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    s3: S3Service,
    folder: PathBuf,
    mood: AtomicU8,
    calls: AtomicUsize,
}

impl Service {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(NAME)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let state = Arc::new(State {
            s3: builder.build(),
            folder: folder.path().to_owned(),
            mood: AtomicU8::new(0),
            calls: AtomicUsize::new(0),
        });
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (end, ended) = oneshot::channel();
        let shared = state.clone();
        let thread = std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, shared, ended));
        });
        Self {
            endpoint,
            folder,
            state,
            end: Some(end),
            thread: Some(thread),
        }
    }

    /// How it fares from now on.
    pub fn fare(&self, mood: Mood) {
        let number = MOODS.iter().position(|other| *other == mood).unwrap();
        self.state.mood.store(u8::try_from(number).unwrap(), Ordering::SeqCst);
    }

    /// How many calls have come.
    pub fn calls(&self) -> usize {
        self.state.calls.load(Ordering::SeqCst)
    }

    /// Where the objects of the bucket lie.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(NAME)
    }

    /// Keys of what lies there, in their order.
    pub fn keys(&self) -> Vec<String> {
        let (mut folders, mut found) = (vec![self.path()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let key = path.strip_prefix(self.path()).unwrap();
                    found.push(key.to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        found
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

async fn serve(listener: std::net::TcpListener, state: Arc<State>, mut ended: oneshot::Receiver<()>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (socket, _) = tokio::select! {
            accepted = listener.accept() => accepted.unwrap(),
            _ = &mut ended => return,
        };
        let state = state.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer(state.clone(), request));
            // A client that goes away is no failure of the service's.
            drop(
                http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), answer)
                    .await,
            );
        });
    }
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Answer>, s3s::HttpError> {
    state.calls.fetch_add(1, Ordering::SeqCst);
    let mood = MOODS[usize::from(state.mood.load(Ordering::SeqCst))];
    let whole = |body| Answer { body, left: None };
    let request = request.map(s3s::Body::from);
    let is_content = request.method() == Method::GET && request.uri().query().is_none();
    // s3s-fs would make a bucket that something is put into.
    let name = request.uri().path().split('/').nth(1).unwrap_or_default();
    let is_there = state.folder.join(name).is_dir();
    match mood {
        Mood::Silent => std::future::pending().await,
        _ if !is_there => Ok(refusal(StatusCode::NOT_FOUND, "NoSuchBucket")),
        Mood::Unreadable if !is_content => Ok(state.s3.call(request).await?.map(whole)),
        Mood::Broken | Mood::Unreadable => Ok(refusal(StatusCode::SERVICE_UNAVAILABLE, "SlowDown")),
        Mood::CutsOff | Mood::CutsOffOnce if is_content => {
            if mood == Mood::CutsOffOnce {
                state.mood.store(0, Ordering::SeqCst);
            }
            let response = state.s3.call(request).await?;
            let size = response.headers().get(CONTENT_LENGTH).unwrap().to_str().unwrap();
            let left = Some(size.parse::<usize>().unwrap() / 2);
            Ok(response.map(|body| Answer { body, left }))
        }
        _ => Ok(state.s3.call(request).await?.map(whole)),
    }
}

fn refusal(status: StatusCode, code: &str) -> Response<Answer> {
    let page = format!("<?xml version=\"1.0\"?>\n<Error>\n<Code>{code}</Code>\n</Error>");
    let body = s3s::Body::from(page);
    let mut response = Response::new(Answer { body, left: None });
    *response.status_mut() = status;
    response
}

/// The body of an answer, perhaps cut off.
struct Answer {
    body: s3s::Body,
    /// How many bytes are still sent.
    left: Option<usize>,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = s3s::StdError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, s3s::StdError>>> {
        if self.left == Some(0) {
            return Poll::Ready(Some(Err("cut off".into())));
        }
        let polled = hyper::body::Body::poll_frame(Pin::new(&mut self.body), context);
        let Some(left) = &mut self.left else {
            return polled;
        };
        polled.map(|frame| {
            let frame = frame?.map(|frame| {
                let mut data = frame.into_data().unwrap();
                data.truncate(*left);
                *left -= data.len();
                Frame::data(data)
            });
            Some(frame)
        })
    }

    fn size_hint(&self) -> SizeHint {
        hyper::body::Body::size_hint(&self.body)
    }
}
