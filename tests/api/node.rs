//! A second node: the same database, an index of its own, which a test can make fail. The server keeps its own to itself.

use std::sync::Arc;

use search_index::Fault;
use tempfile::TempDir;
use vptex::app::{SystemClock, UuidV7, context_with, mail_settings};
use vptex::config::Config;
use vptex::jobs::{self, Jobs};
use vptex::service::App;
use vptex::service::search::{SearchAnswer, SearchQuery, search};

use crate::harness::{TestApp, wait_for_index};

/// A node. Its fields are dropped in their order.
pub struct Node {
    pub app: App,
    jobs: Option<Jobs>,
    _folder: TempDir,
}

impl Node {
    /// One that follows the database of a server, caught up.
    pub async fn beside(server: &TestApp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: folder.path().to_owned(),
            // All nodes of a database need the same one.
            master_key_file: Some(server.config.master_key_path()),
            ..server.config.clone()
        };
        let app = context_with(&config, Arc::new(SystemClock), Arc::new(UuidV7)).unwrap();
        let jobs = jobs::start(
            &app,
            config.index_path(),
            config.index_memory_mb.bytes(),
            &mail_settings(&config),
            config.checkpoints_path(),
        );
        let node = Self {
            app,
            jobs: Some(jobs),
            _folder: folder,
        };
        node.settle().await;
        node
    }

    pub fn inject(&self, fault: Option<Fault>) {
        self.jobs.as_ref().unwrap().indexer().inject(fault);
    }

    /// Waits until its index shows everything.
    pub async fn settle(&self) {
        wait_for_index(self.app.clone()).await;
    }

    /// Ends its background threads; its index stays as it is.
    pub async fn freeze(&mut self) {
        let jobs = self.jobs.take();
        tokio::task::spawn_blocking(move || drop(jobs)).await.unwrap();
    }

    /// One page.
    pub async fn page(&self, query: &SearchQuery) -> SearchAnswer {
        let (app, query) = (self.app.clone(), query.clone());
        tokio::task::spawn_blocking(move || search(&app, query).unwrap())
            .await
            .unwrap()
    }
}
