//! How many requests may be under way at once. Beyond that an answer now ("busy") is better than one for everybody
//! later. A request whose body is awaited is not under way: it costs a little memory, and were it counted, a few
//! hundred slow clients could keep everybody else out.

use actix_web::dev::Extensions;
use actix_web::{HttpMessage, HttpRequest};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::service::{Error, Result};

/// The places for requests under way.
pub struct Load {
    places: Arc<Semaphore>,
}

/// A place that is held.
pub struct Place {
    places: Arc<Semaphore>,
    permit: OwnedSemaphorePermit,
}

/// The same place, known to the middleware and to the extractor of bodies.
#[derive(Clone)]
struct Shared {
    places: Arc<Semaphore>,
    permit: Rc<RefCell<Option<OwnedSemaphorePermit>>>,
}

/// Gives the place back when the request is over, whoever still knows of it.
pub struct Held(Shared);

/// A request that stepped aside while its body is awaited.
pub struct Aside(Option<Shared>);

impl Load {
    /// All places free.
    pub fn new(most: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most)),
        }
    }

    /// Takes a place, if one is free.
    pub fn enter(&self) -> Option<Place> {
        let permit = self.places.clone().try_acquire_owned().ok()?;
        Some(Place {
            places: self.places.clone(),
            permit,
        })
    }
}

impl Place {
    /// Lets the request's extractors know of the place.
    pub fn share(self, extensions: &mut Extensions) -> Held {
        let shared = Shared {
            places: self.places,
            permit: Rc::new(RefCell::new(Some(self.permit))),
        };
        extensions.insert(shared.clone());
        Held(shared)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.permit.take();
    }
}

/// Gives the place to others while the body is awaited.
pub fn step_aside(request: &HttpRequest) -> Aside {
    let shared = request.extensions().get::<Shared>().cloned();
    if let Some(shared) = &shared {
        shared.permit.take();
    }
    Aside(shared)
}

impl Aside {
    /// Takes a place again now that there is something to do.
    pub fn come_back(self) -> Result<()> {
        if let Some(shared) = self.0 {
            let permit = shared.places.clone().try_acquire_owned().map_err(|_none_free| {
                super::count_refusal("load");
                Error::busy("as many requests are under way as max_requests_in_flight allows")
            })?;
            shared.permit.replace(Some(permit));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn places_come_back_however_a_request_ends() {
        let load = Load::new(1);
        let request = TestRequest::default().to_http_request();
        let held = load.enter().unwrap().share(&mut request.extensions_mut());
        assert!(load.enter().is_none());

        let aside = step_aside(&request);
        let other = load.enter().unwrap();
        assert!(aside.come_back().is_err());
        drop(other);
        step_aside(&request).come_back().unwrap();
        assert!(load.enter().is_none());
        // Though the request itself still knows of it.
        drop(held);
        assert!(load.enter().is_some());
    }
}
