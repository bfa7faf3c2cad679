//! What a server serves for whoever watches it is what `docs/metrics.md` says, and what alert rules and the dashboard ask
//! for is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::metrics_page::{self, Metric};
use crate::program::{PATIENCE, Place, Server, get};

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

fn documented() -> BTreeMap<String, Metric> {
    metrics_page::read(&document("metrics.md"))
}

/// Whether a server that has answered a request serves it.
fn is_served_at_once(metric: &Metric) -> bool {
    ["from the start", "from the first request on"]
        .iter()
        .any(|when| metric.served.starts_with(when))
}

/// A family of series as a server serves it.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    help: String,
    labels: BTreeSet<String>,
    values: BTreeSet<String>,
}

/// Names and values of the labels of a sample such as `name{one="a",two="b"} 1`.
fn labels_of(sample: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = sample.split_once('{').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').unwrap();
        found.push((name.trim_start_matches(','), value));
        rest = after;
    }
    found
}

/// What Prometheus reads. The samples of a family follow its type.
fn read(text: &str) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut present = String::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            families.entry(name.to_owned()).or_default().help = help.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            families.entry(name.to_owned()).or_default().kind = kind.to_owned();
            present = name.to_owned();
        } else {
            let family = families.get_mut(&present).unwrap();
            assert!(line.starts_with(&present), "{line:?} is no sample of {present}");
            for (label, value) in labels_of(line).into_iter().filter(|(label, _)| *label != "le") {
                family.labels.insert(label.to_owned());
                family.values.insert(value.to_owned());
            }
        }
    }
    families
}

/// Reads until everything that is served from the start is there: gauges are measured a moment after it.
fn served(server: &Server, documented: &BTreeMap<String, Metric>) -> BTreeMap<String, Family> {
    let until = Instant::now() + PATIENCE;
    loop {
        let (status, text) = get(&server.metrics, "/metrics");
        assert_eq!(status, 200);
        let families = read(&text);
        let missing: Vec<&String> = documented
            .iter()
            .filter(|(name, metric)| is_served_at_once(metric) && !families.contains_key(*name))
            .map(|(name, _)| name)
            .collect();
        if missing.is_empty() {
            return families;
        }
        assert!(
            Instant::now() < until,
            "docs/metrics.md says that {missing:?} are served"
        );
        std::thread::yield_now();
    }
}

#[test]
fn the_page_of_metrics_is_what_a_server_serves() {
    let documented = documented();
    let place = Place::new();
    let server = Server::start(&place, &place.path("data"));
    server.wait_for("/readyz", 200);
    let families = served(&server, &documented);
    for (name, family) in &families {
        let Some(metric) = documented.get(name) else {
            panic!("docs/metrics.md does not have {name}");
        };
        assert_eq!((&family.kind, &family.labels), (&metric.kind, &metric.labels), "{name}");
        assert!(!family.help.is_empty(), "{name} is not described");
        if !metric.values.is_empty() {
            // All of them, before anything was counted.
            assert_eq!(family.values, metric.values, "{name}");
        }
    }
    assert_eq!(get(&server.api, "/metrics").0, 404, "for this machine only");
    assert_eq!(server.end().code(), Some(0));
}

/// Names of metrics in a text, without the endings that the series of histograms have.
fn metrics_named(text: &str, documented: &BTreeMap<String, Metric>) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let base = |name: &str| {
        ["_bucket", "_sum", "_count"]
            .iter()
            .filter_map(|ending| name.strip_suffix(ending))
            .find(|base| documented.get(*base).is_some_and(|metric| metric.kind == "histogram"))
            .unwrap_or(name)
            .to_owned()
    };
    text.split(|c| !is_name(c))
        .filter(|word| word.starts_with("vptex_"))
        .map(base)
        .collect()
}

fn unknown<'a>(named: &'a BTreeSet<String>, documented: &BTreeMap<String, Metric>) -> Vec<&'a String> {
    named.iter().filter(|name| !documented.contains_key(*name)).collect()
}

#[test]
fn alert_rules_ask_for_what_is_there_and_each_has_its_words() {
    let documented = documented();
    let rules = document("operations/alerts.yml");
    let named = metrics_named(&rules, &documented);
    assert!(named.len() > 10, "the rules were not understood: {named:?}");
    assert_eq!(unknown(&named, &documented), Vec::<&String>::new());
    let alerts: BTreeSet<&str> = rules
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("- alert: "))
        .collect();
    let page = document("operations.md");
    let explained: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .filter(|heading| heading.starts_with("Vptex"))
        .collect();
    assert!(alerts.len() > 10, "{alerts:?}");
    assert_eq!(alerts, explained, "alerts, and what docs/operations.md says of them");
    // Each leads whoever is woken to those words.
    for alert in alerts {
        let link = format!("operations.md#{}", alert.to_lowercase());
        assert!(rules.contains(&link), "no link to {link}");
    }
}

#[test]
fn the_dashboard_shows_every_metric_and_no_other() {
    let documented = documented();
    let text = document("operations/grafana.json");
    let named = metrics_named(&text, &documented);
    assert_eq!(unknown(&named, &documented), Vec::<&String>::new());
    let unseen: Vec<_> = documented.keys().filter(|name| !named.contains(*name)).collect();
    assert_eq!(unseen, Vec::<&String>::new(), "not on the dashboard");
    let board: Value = serde_json::from_str(&text).unwrap();
    assert!(board["schemaVersion"].as_u64().is_some_and(|version| version >= 36));
    assert!(board["title"].is_string() && board["uid"].is_string());
    let panels = board["panels"].as_array().unwrap();
    let mut identifiers = BTreeSet::new();
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(
            identifiers.insert(panel["id"].as_u64().unwrap()),
            "{title}: its id is taken"
        );
        for side in ["x", "y", "w", "h"] {
            assert!(panel["gridPos"][side].is_u64(), "{title} has no {side}");
        }
        let (x, width) = (&panel["gridPos"]["x"], &panel["gridPos"]["w"]);
        assert!(
            x.as_u64().unwrap() + width.as_u64().unwrap() <= 24,
            "{title} is too wide"
        );
        if panel["type"] == "row" {
            continue;
        }
        assert!(
            !panel["description"].as_str().unwrap().is_empty(),
            "{title} is not described"
        );
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{title} asks for nothing");
        for target in targets {
            assert!(
                target["expr"].as_str().unwrap().contains("$node"),
                "{title} is of all nodes always"
            );
            assert!(target["refId"].is_string(), "{title}");
        }
    }
}

#[test]
fn samples_are_understood() {
    let text = "# HELP a_total What.\n# TYPE a_total counter\na_total{route=\"/x/{id}\",status=\"200\"} 1\n\n\
                # TYPE b histogram\nb_bucket{le=\"1\"} 0\nb_sum 0\nb_count 0\n";
    let families = read(text);
    assert_eq!(families["a_total"].help, "What.");
    assert_eq!(
        families["a_total"].labels,
        BTreeSet::from(["route".into(), "status".into()])
    );
    assert_eq!(
        families["a_total"].values,
        BTreeSet::from(["/x/{id}".into(), "200".into()])
    );
    assert_eq!(families["b"].kind, "histogram");
    assert!(families["b"].labels.is_empty());
}
