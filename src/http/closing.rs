//! How a server ends: who is still connected, and the word to them that an answer was the last.
//!
//! Connections that wait for a request are closed by the framework, and whoever is being answered is answered first.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// The open connections of one server, and whether it is ending.
#[derive(Debug, Default)]
pub struct Closing {
    is_ending: AtomicBool,
    open: watch::Sender<usize>,
}

/// An open connection, counted until it is dropped. Lives with the connection.
#[derive(Debug)]
pub(super) struct Open(Arc<Closing>);

impl Closing {
    /// Counts a connection.
    pub(super) fn open(self: &Arc<Self>) -> Open {
        self.open.send_modify(|open| *open += 1);
        Open(self.clone())
    }

    /// From now on every answer is the last one of its connection.
    pub fn begin(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Whether there is no connection.
    pub fn is_empty(&self) -> bool {
        *self.open.borrow() == 0
    }

    /// Waits until there is no connection.
    pub async fn emptied(&self) {
        let mut open = self.open.subscribe();
        // The sender lives as long as this.
        drop(open.wait_for(|open| *open == 0).await);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

/// The middleware; outside of all others. A client that is not told `Connection: close` sends its next request into a
/// connection that is closed already, and cannot know whether it was done.
pub async fn say_goodbye<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let closing = request.app_data::<web::Data<Closing>>().cloned();
    let mut answer = next.call(request).await;
    if closing.is_some_and(|closing| closing.is_ending.load(Ordering::Relaxed)) {
        match &mut answer {
            Ok(answer) => answer
                .response_mut()
                .head_mut()
                .set_connection_type(ConnectionType::Close),
            Err(error) => error.add_response_mapper(last),
        }
    }
    answer
}

fn last(mut answer: HttpResponse) -> HttpResponse {
    answer.head_mut().set_connection_type(ConnectionType::Close);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn the_last_connection_is_waited_for() {
        let closing = Arc::new(Closing::default());
        assert!(closing.is_empty());
        let (first, second) = (closing.open(), closing.open());
        assert!(!closing.is_empty());
        let mut emptied = pin!(closing.emptied());
        let mut look = || emptied.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(look(), Poll::Pending);
        drop(first);
        assert_eq!(look(), Poll::Pending);
        drop(second);
        assert_eq!(look(), Poll::Ready(()));
    }
}
