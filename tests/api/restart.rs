//! What was kept is there after a restart, whatever became of the index.

use std::fs;
use std::path::Path;

use reqwest::Method;
use serde_json::json;

use crate::harness::{PASSWORD, TestApp};

async fn filled() -> (TestApp, String, String) {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    app.settle().await;
    assert_eq!(app.found("may say lua").await, [id.as_str()]);
    (app, id, owner.email)
}

async fn finds_everything(app: &TestApp, id: &str, email: &str) {
    app.settle().await;
    assert_eq!(app.found("may say lua").await, [id]);
    app.get(&format!("/listings/{id}")).expect(200).await;
    app.sign_in(email, PASSWORD).await;
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[actix_web::test]
async fn a_restart_loses_nothing() {
    let (mut app, id, email) = filled().await;
    let lan = app.sign_in(&email, PASSWORD).await;
    app.stop().await;
    app.start();
    finds_everything(&app, &id, &email).await;
    // The signing key stays, and with it who is signed in.
    app.get("/me").by(&lan).expect(200).await;
    let ready = app.request(Method::GET, "/readyz").expect(200).await;
    let index = json!({"state": "ready", "lag": 0, "poison": 0});
    assert_eq!(
        ready.body,
        json!({"status": "ready", "database": true, "writes": true, "search": true, "index": index, "files": true})
    );
}

#[actix_web::test]
async fn a_deleted_index_is_built_anew() {
    let (mut app, id, email) = filled().await;
    app.stop().await;
    fs::remove_dir_all(app.config.index_path()).unwrap();
    app.start();
    finds_everything(&app, &id, &email).await;
}

#[actix_web::test]
async fn a_damaged_index_is_built_anew() {
    let (mut app, id, email) = filled().await;
    app.stop().await;
    for path in files(&app.config.index_path()) {
        fs::write(path, b"garbled").unwrap();
    }
    app.start();
    finds_everything(&app, &id, &email).await;
}

#[actix_web::test]
async fn an_index_with_one_damaged_file_is_built_anew() {
    let (mut app, id, email) = filled().await;
    let all: Vec<_> = files(&app.config.index_path());
    for number in 0..all.len() {
        app.stop().await;
        let present = files(&app.config.index_path());
        let Some(path) = present.get(number) else { break };
        let length = fs::metadata(path).unwrap().len();
        fs::write(path, vec![0xA5; usize::try_from(length).unwrap()]).unwrap();
        app.start();
        app.settle().await;
        let reply = app.get("/search").query(&[("q", "may say lua")]).send().await;
        assert_eq!(
            (reply.status, reply.ids()),
            (200, vec![id.as_str()]),
            "{}",
            path.display()
        );
    }
    finds_everything(&app, &id, &email).await;
}
