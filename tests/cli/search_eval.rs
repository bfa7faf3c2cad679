//! How good search is, measured as the operator measures it.

use crate::program::Place;

/// The development set over HTTP, against the figures that were recorded with the last change of search. A loss of more
/// than 0.01 in any class fails; who means it records new figures with `--record`.
#[test]
fn the_development_set_is_as_good_as_it_was() {
    let place = Place::new();
    let recorded = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/search-index/judged/development.figures.json"
    );
    let left = place.run(&["search-eval", "--compare", recorded]);
    assert_eq!(left.code, Some(0), "{}\n{}", left.out, left.err);
    assert!(left.out.contains("all ") && left.out.contains("246"), "{}", left.out);
}

#[test]
fn a_loss_is_told_and_fails() {
    let place = Place::new();
    let line = |qid: &str, query: &str, relevant: &str| {
        format!(r#"{{"qid":"{qid}","query":"{query}","class":"c","relevant":{{{relevant}}}}}"#)
    };
    let queries = [
        line("A", "máy sấy lúa", r#""VTS-0023":3,"VTS-0024":3"#),
        line("B", "xyzzy khongcogi", ""),
    ];
    let queries = place.file("set.jsonl", queries.join("\n"));
    let set = queries.to_str().unwrap();
    let figures = place.path("figures.json");
    let figures = figures.to_str().unwrap();
    let run = place.path("run.trec");
    let run = run.to_str().unwrap();
    let left = place.run(&[
        "search-eval",
        "--queries",
        set,
        "--record",
        figures,
        "--run",
        run,
        "--worst",
        "1",
    ]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let rankings = std::fs::read_to_string(run).unwrap();
    let first = rankings.lines().next().unwrap();
    assert!(
        first.starts_with("A Q0 VTS-002") && first.ends_with(" 1 100 vptex"),
        "{first}"
    );
    // The same run, held against better figures than there can be.
    let recorded = std::fs::read_to_string(figures).unwrap();
    let better = recorded.replacen("\"recall_at_20\": 1.0", "\"recall_at_20\": 1.5", 1);
    assert_ne!(recorded, better, "{recorded}");
    let better = place.file("better.json", better);
    let left = place.run(&["search-eval", "--queries", set, "--compare", better.to_str().unwrap()]);
    assert_eq!(left.code, Some(1), "{}", left.out);
    assert!(
        left.err.contains("vptex: all: recall@20 fell from 1.5000 to 1.0000"),
        "{}",
        left.err
    );
}

#[test]
fn what_cannot_be_read_is_refused_before_anything_is_built() {
    let place = Place::new();
    let wrong = place.file("wrong.jsonl", "{\"qid\":\"A\"}\n");
    let empty = place.file("empty.jsonl", "# nothing\n");
    let missing = place.path("missing.jsonl");
    for (file, words) in [
        (&wrong, "line 1: missing field `query`"),
        (&empty, "no queries"),
        (&missing, "cannot be read"),
    ] {
        let left = place.run(&["search-eval", "--queries", file.to_str().unwrap()]);
        assert_eq!(left.code, Some(2), "{}", left.err);
        assert!(left.err.contains(words), "{}", left.err);
    }
    let left = place.run(&["search-eval", "--compare", empty.to_str().unwrap()]);
    assert!(
        left.code == Some(2) && left.err.contains("has no figures"),
        "{}",
        left.err
    );
}
