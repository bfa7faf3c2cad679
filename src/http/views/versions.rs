//! Versions of things as entity tags: what is shown to those inside and outside never has the same one.

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::domain::account::Account;
use crate::domain::listing::ListingStatus;
use crate::domain::listing::audience::Visibility;
use crate::http::extract::precondition::if_none_match;
use crate::http::extract::{etag, etag_for_visitors, etag_of_shown};
use crate::service::{enterprises, listings};

/// Things that have versions, and may look different to those outside and inside.
pub trait Versioned {
    /// The entity tag of what this caller sees.
    fn tag(&self) -> String;

    /// Whether the tag stands for all that is shown, so that whoever has it need not be told again.
    fn is_firm(&self) -> bool {
        true
    }

    /// The entity tag of what is shown, where the one of the version does not stand for all of it.
    fn tag_of_shown(&self, _shown: &str) -> String {
        self.tag()
    }
}

impl Versioned for Account {
    fn tag(&self) -> String {
        etag(self.version)
    }
}

impl Versioned for listings::Seen {
    fn tag(&self) -> String {
        let version = self.listing.version;
        if self.is_insider {
            return etag(version);
        }
        // Its term ends without another version.
        if self.listing.status == ListingStatus::Expired {
            return format!("\"{version}-expired\"");
        }
        let is_granted = self.sees_all && self.listing.audience.visibility == Visibility::OnRequest;
        // Who is shown as its contact changes without another version.
        match (&self.contact, is_granted) {
            (Some(contact), true) => format!("\"{version}-{}-granted\"", contact.mark()),
            (Some(contact), false) => format!("\"{version}-{}-public\"", contact.mark()),
            (None, true) => format!("\"{version}-granted\""),
            (None, false) => etag_for_visitors(version),
        }
    }

    fn is_firm(&self) -> bool {
        // Who is shown as its contact or was a moment ago, its holds and its term change without another version.
        !self.is_insider
    }

    fn tag_of_shown(&self, shown: &str) -> String {
        etag_of_shown(self.listing.version, shown)
    }
}

impl Versioned for enterprises::Seen {
    fn tag(&self) -> String {
        match self.view {
            enterprises::View::Full => etag(self.enterprise.version),
            // What it shows changes with its listings and with a consent, too.
            enterprises::View::Public => {
                let (version, count) = (self.enterprise.version, self.live_listings.unwrap_or_default());
                let (contact, reach) = (u8::from(self.shows_contact), u8::from(self.shows_reach));
                format!("\"{version}-{count}-{contact}{reach}-public\"")
            }
        }
    }
}

/// An answer of one versioned thing.
pub fn versioned(seen: &impl Versioned, view: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, seen.tag())).json(view)
}

/// The same to somebody who reads it, and perhaps has it already.
pub fn versioned_or_unchanged(
    request: &HttpRequest,
    seen: &impl Versioned,
    view: impl FnOnce() -> HttpResponse,
) -> HttpResponse {
    let tag = seen.tag();
    if !seen.is_firm() {
        return shown_or_unchanged(request, seen, view());
    }
    if if_none_match(request, &tag) {
        unchanged(&tag)
    } else {
        view()
    }
}

fn unchanged(tag: &str) -> HttpResponse {
    HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish()
}

/// The answer with a tag of all that it shows, or that the reader has it already.
fn shown_or_unchanged(request: &HttpRequest, seen: &impl Versioned, answer: HttpResponse) -> HttpResponse {
    let (mut answer, body) = answer.into_parts();
    let shown = match body.try_into_bytes() {
        Ok(shown) => shown,
        // What is sent piece by piece is not looked at.
        Err(body) => return answer.set_body(body),
    };
    let tag = seen.tag_of_shown(&String::from_utf8_lossy(&shown));
    if if_none_match(request, &tag) {
        return unchanged(&tag);
    }
    if let Ok(tag) = tag.parse() {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer.set_body(BoxBody::new(shown))
}
