//! A unit of work that holds all others up: whoever shares requests out is told.

use std::sync::mpsc::channel;
use std::time::Duration;

use reqwest::Method;

use crate::harness::TestApp;

#[actix_web::test]
async fn a_writer_that_is_held_up_for_long_is_not_ready() {
    let app = TestApp::spawn().await;
    app.settle().await;
    // Elsewhere nobody waits for one writer.
    if !app.exchange().db.queues_writes() {
        return;
    }
    app.clock.hold();
    let ready = async |status: u16| app.request(Method::GET, "/readyz").expect(status).await;
    let (begin, begun) = channel();
    let (release, released) = channel::<()>();
    let exchange = app.exchange().clone();
    let held = std::thread::spawn(move || {
        exchange.write_blocking(move |_work| {
            begin.send(()).unwrap();
            released.recv().unwrap();
            Ok(())
        })
    });
    tokio::task::spawn_blocking(move || begun.recv().unwrap())
        .await
        .unwrap();
    assert_eq!(ready(200).await.body["writes"], true);
    // A clock that is put forward makes no write slow.
    app.clock.pass(3_600);
    ready(200).await;
    app.exchange().writer_watch.allow(Duration::ZERO);
    let told = ready(503).await;
    assert_eq!(
        (told.text("/status"), &told.body["writes"]),
        ("not_ready", &false.into())
    );
    assert_eq!(told.body["database"], true, "it still reads");

    // Others write, too, when it goes on.
    app.exchange().writer_watch.allow(Duration::from_secs(3_600));
    release.send(()).unwrap();
    tokio::task::spawn_blocking(move || held.join().unwrap().unwrap())
        .await
        .unwrap();
    assert_eq!(ready(200).await.body["writes"], true);
}
