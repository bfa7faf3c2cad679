//! The index fails at every point that it can, and shows everything in the end.

use std::sync::Arc;
use std::time::Duration;

use search_index::Fault;
use vptex::app::{SystemClock, UuidV7, context_with};
use vptex::config::Config;
use vptex::jobs;
use vptex::service::App;

use crate::harness::{TestApp, wait_for_index};

#[actix_web::test]
async fn a_fault_delays_and_loses_nothing() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    // A second index of the same database, as another node has, because the server keeps its own to itself.
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        data_dir: folder.path().to_owned(),
        // What one node sealed, the others must be able to open.
        master_key_file: Some(app.config.master_key_path()),
        ..app.config.clone()
    };
    let node = context_with(&config, Arc::new(SystemClock), Arc::new(UuidV7)).unwrap();
    let jobs = jobs::start(&node, config.index_path(), config.index_memory_mb.bytes());
    wait_for_index(node.clone()).await;
    let mut count = 0;
    for fault in [Fault::BeforeApply, Fault::BeforeCommit, Fault::AfterCommit] {
        jobs.indexer().inject(Some(fault));
        app.published_listing(&owner, &officer, "Máy sấy lúa").await;
        count += 1;
        struck(node.clone(), fault).await;
        jobs.indexer().inject(None);
        wait_for_index(node.clone()).await;
        assert_eq!(node.index.reader().unwrap().len(), count, "{fault:?}");
    }
    assert_eq!(node.index.status().last_error, None);
    assert_eq!(node.index.status().poison, 0);
    tokio::task::spawn_blocking(move || jobs.stop()).await.unwrap();
}

/// Waits until the fault was met.
async fn struck(node: App, fault: Fault) {
    let wait = move || {
        let met = (0..6_000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            node.index.status().last_error.is_some()
        });
        assert!(met, "{fault:?} had no effect");
    };
    tokio::task::spawn_blocking(wait).await.unwrap();
}
