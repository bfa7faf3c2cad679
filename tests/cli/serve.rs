//! `vptex serve`: where it listens, how it ends, and what it makes good.

use std::fs;

use crate::import::{importable, native};
use crate::program::{Place, Server, get};

#[test]
fn two_servers_on_free_ports_tell_them_and_end_in_good_order() {
    let places = [Place::new(), Place::new()];
    let servers = places.each_ref().map(|place| Server::start(place, &place.path("data")));
    for server in &servers {
        assert_eq!(get(&server.api, "/healthz").0, 200);
        server.wait_for("/readyz", 200);
        let (status, body) = get(&server.metrics, "/metrics");
        assert_eq!(status, 200);
        assert!(body.contains("vptex_http_requests_total"), "{body}");
    }
    // Whoever meets them is told where.
    let third = Place::new();
    let mut complaint = third.run(&["serve", "--listen", &servers[0].api]);
    assert_eq!(complaint.code, Some(1), "{complaint:?}");
    let words = format!(
        "vptex: cannot listen on {} for the API (setting listen): ",
        servers[0].api
    );
    assert!(complaint.err.contains(&words), "{complaint:?}");
    let metrics = format!("metrics_listen={}", servers[0].metrics);
    complaint = third.run(&["serve", "--listen", "127.0.0.1:0", "--set", &metrics]);
    assert_eq!(complaint.code, Some(1), "{complaint:?}");
    let words = format!(
        "cannot listen on {} for the metrics (setting metrics_listen): ",
        servers[0].metrics
    );
    assert!(complaint.err.contains(&words), "{complaint:?}");
    for server in servers {
        assert_eq!(server.end().code(), Some(0));
    }
}

#[test]
fn a_deleted_index_is_restored_by_the_next_start() {
    let place = Place::new();
    let code = importable(&place);
    let file = place.file("lines.jsonl", native(1..=120).join("\n"));
    place.done(&["import", "listings", "--enterprise", &code, file.to_str().unwrap()]);
    let data = place.path("data");
    let found = |server: &Server| {
        server.wait_for("/readyz", 200);
        let (status, body) = get(&server.api, "/api/v1/search?facets=false&limit=1");
        assert_eq!(status, 200, "{body}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        body["total"].as_u64()
    };
    let server = Server::start(&place, &data);
    assert_eq!(found(&server), Some(120));
    assert_eq!(server.end().code(), Some(0));
    fs::remove_dir_all(data.join("index")).unwrap();
    let server = Server::start(&place, &data);
    assert_eq!(found(&server), Some(120));
    assert_eq!(server.end().code(), Some(0));
    assert_eq!(place.done(&["reindex"]), "the search index holds 120 listings\n");
}
