//! A request and its answer.

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{Person, contract};

/// A request that is being made.
pub struct Call {
    builder: RequestBuilder,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    /// `null` without a body, a list of lines when it is JSON Lines, a string when it is not JSON.
    pub body: Value,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Call {
    pub fn new(builder: RequestBuilder) -> Self {
        Self { builder }
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self::new(self.builder.header(name, value))
    }

    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn by(self, person: &Person) -> Self {
        self.token(&person.access)
    }

    pub fn if_match(self, version: i64) -> Self {
        self.header("if-match", &format!("\"{version}\""))
    }

    pub fn json(self, body: &Value) -> Self {
        Self::new(self.builder.json(body))
    }

    pub fn query(self, pairs: &[(&str, &str)]) -> Self {
        // Percent-encoding by hand: everything that is not a plain letter or digit.
        let (client, request) = self.builder.build_split();
        let mut request = request.unwrap();
        request.url_mut().query_pairs_mut().extend_pairs(pairs);
        Self::new(RequestBuilder::from_parts(client, request))
    }

    pub fn text(self, body: impl Into<String>) -> Self {
        Self::new(self.builder.body(body.into()))
    }

    /// A file of some type.
    pub fn file(self, media: &str, bytes: impl Into<reqwest::Body>) -> Self {
        Self::new(self.builder.header("content-type", media).body(bytes))
    }

    /// Sends. What comes back is held against the API's description.
    pub async fn send(self) -> Reply {
        let (client, request) = self.builder.build_split();
        let request = request.unwrap();
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        // A line of JSON Lines is JSON, too, but not the body of an operation that takes JSON.
        let media = request.headers().get("content-type");
        let is_file = media.is_some_and(|media| !media.as_bytes().ends_with(b"json"));
        let sent = request.body().and_then(reqwest::Body::as_bytes).filter(|_| !is_file);
        let sent = sent.map(<[u8]>::to_vec);
        let response = client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let is_lines = headers
            .get("content-type")
            .is_some_and(|media| media.as_bytes().starts_with(b"application/jsonl"));
        let body = if is_lines {
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .collect()
        } else if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        let reply = Reply {
            status,
            headers,
            body,
            bytes,
        };
        // Most are refused, some of them for their size: only what was accepted is read.
        let accepted = sent.filter(|_| status < 300);
        let accepted: Option<Value> = accepted.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        contract::check(&method, &path, accepted.as_ref(), &reply);
        reply
    }

    /// Sends and demands a status.
    #[track_caller]
    pub fn expect(self, status: u16) -> impl Future<Output = Reply> {
        let place = std::panic::Location::caller();
        async move {
            let reply = self.send().await;
            assert_eq!(reply.status, status, "at {place}: {:#}", reply.body);
            reply
        }
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn text(&self, pointer: &str) -> &str {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{pointer} is no text in {:#}", self.body))
    }

    pub fn number(&self, pointer: &str) -> i64 {
        let found = self.body.pointer(pointer).and_then(Value::as_i64);
        found.unwrap_or_else(|| panic!("{pointer} is no number in {:#}", self.body))
    }

    pub fn code(&self) -> &str {
        self.text("/code")
    }

    /// The pointers of a problem's wrong fields.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().unwrap();
        errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect()
    }

    /// The ids of a page's entries.
    pub fn ids(&self) -> Vec<&str> {
        let items = self.body["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap()).collect()
    }
}
