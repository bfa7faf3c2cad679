//! Two nodes on one PostgreSQL: how soon the other one finds what is approved at the first, and what a node does that was
//! away for a while, or that lost its disk.

use std::time::{Duration, Instant};

use crate::search::{APPROVALS, People, fresh};
use crate::server::{Running, UNLIMITED};
use crate::{import_copies, once, search, wait_until_searchable};

const COPIES: u64 = 80;

pub fn measure(database: &str) {
    let (first_data, other_data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let settings = [UNLIMITED, &["officer_access_token_minutes=60"]].concat();
    drop(Running::vptex(first_data.path(), Some(database), UNLIMITED));
    import_copies(first_data.path(), Some(database), COPIES);
    let first = Running::vptex(first_data.path(), Some(database), &settings);
    let other = || Running::node(other_data.path(), first_data.path(), database, &settings);

    let begin = Instant::now();
    let node = other();
    println!(
        "a node without an index answers, reading by key: {:.2} s",
        begin.elapsed().as_secs_f64()
    );
    wait_until_searchable(&node, COPIES * 1_252);
    println!(
        "and finds all {} listings: {:.1} s",
        COPIES * 1_252,
        begin.elapsed().as_secs_f64()
    );
    wait_until_searchable(&first, COPIES * 1_252);

    let people = People::of(&first);
    println!("found at the node where it was approved:");
    fresh(&first, &people, &first, 0);
    println!("found at the other node:");
    fresh(&first, &people, &node, APPROVALS);

    drop(node);
    let missed = people.hand_in(&first, 2 * APPROVALS);
    for (id, _) in &missed {
        people.approve(&first, id);
    }
    let begin = Instant::now();
    let node = other();
    let up = begin.elapsed();
    let word = &missed.last().unwrap().1;
    until_found(&node, word);
    println!(
        "\na node that was killed and missed {APPROVALS} approvals: up after {:.2} s, has them after {:.2} s",
        up.as_secs_f64(),
        begin.elapsed().as_secs_f64()
    );

    drop(node);
    std::fs::remove_dir_all(other_data.path().join("index")).unwrap();
    let begin = Instant::now();
    let node = other();
    let up = begin.elapsed();
    let (status, _) = once(node.addr, &crate::get("/api/v1/search?q=may+say"));
    until_found(&node, word);
    println!(
        "a node whose index was deleted: up after {:.2} s (its searches answer {status} meanwhile), whole after {:.1} s",
        up.as_secs_f64(),
        begin.elapsed().as_secs_f64()
    );
}

fn until_found(node: &Running, word: &str) {
    let begin = Instant::now();
    loop {
        let (status, _) = once(node.addr, &crate::get(&format!("/api/v1/search?q={word}&facets=false")));
        if status == 200
            && !search(node, &format!("q={word}&facets=false"))["items"]
                .as_array()
                .unwrap()
                .is_empty()
        {
            return;
        }
        assert!(begin.elapsed() < Duration::from_mins(5), "{word} is never found");
        std::thread::sleep(Duration::from_millis(5));
    }
}
