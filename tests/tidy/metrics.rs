//! Metrics in the source, and on the page that tells operators of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{assert_none, metrics_page, program, read, rust_files};

/// Kind and labels of each metric that a source counts: `metrics::counter!("name", "label" => …)` up to the semicolon.
fn counted(code: &str) -> Vec<(String, &'static str, BTreeSet<String>)> {
    let mut found = Vec::new();
    for kind in ["counter", "gauge", "histogram"] {
        let head = format!("metrics::{kind}!(\"");
        for call in code.split(&head).skip(1) {
            let (name, rest) = call.split_once('"').unwrap();
            let rest = rest.split(';').next().unwrap_or_default();
            let labels = rest.split("\" =>").collect::<Vec<_>>();
            let named = labels.iter().rev().skip(1);
            let named = named.filter_map(|before| before.rsplit('"').next().map(str::to_owned));
            found.push((name.to_owned(), kind, named.collect()));
        }
    }
    found
}

/// The first argument, a text, of all calls of a function.
fn named_in(code: &str, call: &str) -> BTreeSet<String> {
    code.split(call)
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(name, _)| name.to_owned()))
        .collect()
}

fn source_of(folder: &str) -> String {
    rust_files(&[folder]).iter().map(|file| program(&read(file))).collect()
}

#[test]
fn metrics_are_described_as_they_are_counted() {
    let page = metrics_page::read(&read(Path::new("docs/metrics.md")));
    let described = read(Path::new("src/app/figures.rs"));
    let mut violations = Vec::new();
    let mut used = BTreeMap::new();
    for file in rust_files(&["src"]) {
        for (name, kind, labels) in counted(&program(&read(&file))) {
            match page.get(&name) {
                None => violations.push(format!("{} counts {name}, which docs/metrics.md lacks", file.display())),
                Some(metric) if metric.kind != kind || metric.labels != labels => violations.push(format!(
                    "{} has {name} as a {kind} with {labels:?}, docs/metrics.md does not",
                    file.display()
                )),
                Some(_) => {}
            }
            used.insert(name, kind);
        }
    }
    assert!(used.len() > 20, "the source was not understood: {used:?}");
    for name in page.keys() {
        if !used.contains_key(name) {
            violations.push(format!("docs/metrics.md has {name}, which nothing counts"));
        }
        if !described.contains(&format!("\"{name}\"")) {
            violations.push(format!("src/app/figures.rs does not describe {name}"));
        }
    }
    assert_none("metrics and what is said of them have come apart", &violations);
}

#[test]
fn jobs_and_refusals_are_called_as_the_page_says() {
    let page = metrics_page::read(&read(Path::new("docs/metrics.md")));
    for (metric, folder, call) in [
        ("vptex_job_failures_total", "src/jobs", "guarded(\""),
        ("vptex_http_refused_total", "src/http", "count_refusal(\""),
    ] {
        let values = page.get(metric).map(|metric| &metric.values);
        assert_eq!(values, Some(&named_in(&source_of(folder), call)), "{metric}");
    }
}

#[test]
fn the_rules_about_metrics_see_what_they_should() {
    let code = [
        "metrics::",
        "counter!(\"a_total\", \"x\" => y, \"z\" => w.to_string())\n.increment(1); \"q\" => 1;\n",
    ]
    .concat();
    let labels = BTreeSet::from(["x".to_owned(), "z".to_owned()]);
    assert_eq!(counted(&code), [("a_total".to_owned(), "counter", labels)]);
    let alone = ["metrics::", "gauge!(\"b\").set(1.0);"].concat();
    assert_eq!(counted(&alone), [("b".to_owned(), "gauge", BTreeSet::new())]);
    assert_eq!(
        named_in("f(\"a\", 1); f(\"b\")", "f(\""),
        BTreeSet::from(["a".into(), "b".into()])
    );
}
