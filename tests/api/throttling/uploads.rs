//! How many files an address sends at once.

use super::{Raw, beside, spawn};
use crate::harness::pictures;

/// Files that come slowly hold no place among requests under way, so they have a bound of their own.
#[actix_web::test]
async fn an_address_sends_so_many_files_at_once() {
    let app = spawn(|config| {
        config.max_uploads_per_address = 1;
        config.files_per_listing = 1_000;
    });
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let head = format!(
        "POST /api/v1/listings/{listing}/files?name=a HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: image/png\r\ncontent-length: 900\r\n\r\nP",
        owner.access
    );
    let addr = app.addr();
    let begin_slowly = || {
        let head = head.clone();
        beside(move || {
            let mut slow = Raw::open(addr);
            slow.send(&head);
            slow
        })
    };
    let send = || {
        let path = format!("/listings/{listing}/files?name=a");
        app.post(&path).by(&owner).file("image/png", pictures::png(2, 2)).send()
    };
    // It counts once its sender was found to have the right, a moment after it was sent; by then one of the others may be
    // under way, and it is the slow one that is refused.
    let (mut slow, mut reply) = (begin_slowly().await, send().await);
    for count in 1.. {
        if reply.status != 201 {
            break;
        }
        if count % 10 == 0 {
            slow = begin_slowly().await;
        }
        reply = send().await;
    }
    assert_eq!((reply.status, reply.code()), (429, "too_many_requests"));
    assert!(reply.header("retry-after").is_some());
    drop(slow);
    while reply.status == 429 {
        reply = send().await;
    }
    assert_eq!(reply.status, 201);
}
