//! How search grows: the same measurements over a thousand, ten thousand, a hundred thousand and a million listings, as a
//! Markdown table and as a chart, `docs/search-scale.svg`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use search_index::evaluation::judged;

use crate::chart::{Axis, Chart, Line};
use crate::client::{Figures, MakeRequest, get, once, run};
use crate::search::{escaped, hostile_queries, queries};
use crate::server::{Running, UNLIMITED};
use crate::{kind, wait_until_searchable};

/// Listings, unless others are asked for.
const SIZES: &str = "1000,10000,100000,1000000";
/// How long each load lasts.
const SECONDS: u64 = 10;
const SECONDS_OF_A_CLASS: u64 = 2;
/// The queries whose ranking is recorded, each with its class.
const DEVELOPMENT_SET: &str = include_str!("../../search-index/judged/development.jsonl");
/// What a copy of a listing is called besides.
const VARIANTS: [&str; 12] = [
    "mới",
    "cũ",
    "công nghiệp",
    "gia đình",
    "mini",
    "tự động",
    "nhập khẩu",
    "inox",
    "cao cấp",
    "bán công nghiệp",
    "tiết kiệm điện",
    "công suất lớn",
];

/// What was measured over so many listings.
struct Measured {
    listings: u64,
    import_per_second: f64,
    index_per_second: f64,
    database_mib: f64,
    index_mib: f64,
    memory_mib: f64,
    memory_after_mib: f64,
    one: Figures,
    sixteen: Figures,
    without_facets: Figures,
    classes: Vec<(String, Figures)>,
    hostile: Vec<(&'static str, Figures)>,
}

pub fn measure(sizes: Option<&str>) {
    let sizes = sizes.unwrap_or(SIZES).split(',').map(|size| size.parse().unwrap());
    let queries = Arc::new(queries());
    let measured: Vec<Measured> = sizes.map(|size| of_size(size, &queries)).collect();
    println!("\n{}", summary(&measured));
    println!("{}", by_query(&measured));
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/search-scale.svg");
    std::fs::write(&chart, charted(&measured)).unwrap();
    println!("written: {}", chart.display());
}

fn of_size(listings: u64, queries: &Arc<Vec<String>>) -> Measured {
    let data = tempfile::tempdir().unwrap();
    let import_per_second = import(data.path(), listings);
    let started = Instant::now();
    let server = Running::plain(data.path(), None, UNLIMITED);
    wait_until_searchable(&server, listings);
    let index_per_second = listings as f64 / started.elapsed().as_secs_f64();
    while once(server.addr, &get("/api/v1/search/suggestions?q=m")).0 != 200 {
        std::thread::sleep(Duration::from_millis(50));
    }
    server.wait_until_idle();
    let memory_mib = server.memory_mib();
    let asked = |rest: &'static str, connections| {
        let queries = queries.clone();
        let make: MakeRequest = Arc::new(move |n| {
            let query = &queries[n as usize % queries.len()];
            get(&format!("/api/v1/search?q={query}{rest}"))
        });
        run(server.addr, connections, SECONDS, 200, &make)
    };
    let (one, sixteen, without_facets) = (asked("", 1), asked("", 16), asked("&facets=false", 16));
    let hostile = hostile_queries()
        .into_iter()
        .map(|(what, query)| (what, cycled(&server, vec![escaped(&query)])));
    Measured {
        listings,
        import_per_second,
        index_per_second,
        database_mib: mib(data.path(), |name| name.starts_with("vptex.sqlite3")),
        index_mib: mib(&data.path().join("index"), |_| true),
        memory_mib,
        one,
        sixteen,
        without_facets,
        classes: classes(&server),
        hostile: hostile.collect(),
        memory_after_mib: server.memory_mib(),
    }
}

/// Loads so many listings, all of them public; gives how many a second.
fn import(data: &Path, listings: u64) -> f64 {
    let file = data.join("listings.jsonl");
    write(&file, listings);
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vptex"));
    command.args(["import", "listings", "--demo"]).arg(&file);
    command.arg("--data-dir").arg(data);
    command.args(["--set", "log_level=warn", "--set", "migrate_on_start=yes"]);
    assert!(command.status().unwrap().success());
    std::fs::remove_file(&file).unwrap();
    listings as f64 / started.elapsed().as_secs_f64()
}

/// The catalogue again and again: each time with other titles, and other amounts in what is told of them.
pub fn write(file: &Path, listings: u64) {
    let mut out = BufWriter::new(File::create(file).unwrap());
    let mut written = 0;
    for round in 0.. {
        for record in vptex::demo::catalogue() {
            if written == listings {
                return out.flush().unwrap();
            }
            let record = record.unwrap();
            let (title, summary) = if round == 0 {
                (record.title, record.summary)
            } else {
                let variant = VARIANTS[((round + written) % VARIANTS.len() as u64) as usize];
                let title = format!("{} {variant} {}", record.title, 100 + round);
                (title, amounts_changed(&record.summary, round))
            };
            let attributes = record.attributes.iter();
            let attributes = attributes.map(|(name, value)| (name.clone(), amounts_changed(value, round)));
            let line = serde_json::json!({
                "id": format!("{}-{round}", record.id), "title": title, "category": record.category,
                "kind": kind(record.kind), "summary": summary,
                "attributes": attributes.collect::<std::collections::BTreeMap<_, _>>(),
                "source_url": record.source_url,
            });
            writeln!(out, "{line}").unwrap();
            written += 1;
        }
    }
}

/// Numbers of two to five digits by another tenth of themselves in each of nineteen rounds; years and model numbers are
/// changed as well, which is as good.
fn amounts_changed(text: &str, round: u64) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut digits = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if (2..=5).contains(&digits.len()) && !digits.starts_with('0') {
            let number: u64 = digits.parse().unwrap();
            out.push_str(&(number + number / 10 * (round % 19)).to_string());
        } else {
            out.push_str(&digits);
        }
        digits.clear();
        if letter != '\0' {
            out.push(letter);
        }
    }
    out
}

/// The judged queries, class by class, over one connection.
fn classes(server: &Running) -> Vec<(String, Figures)> {
    let mut by_class: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for query in judged(DEVELOPMENT_SET).unwrap() {
        by_class.entry(query.class).or_default().push(escaped(&query.text));
    }
    let figures = by_class
        .into_iter()
        .map(|(class, queries)| (class, cycled(server, queries)));
    figures.collect()
}

/// Some queries again and again over one connection.
fn cycled(server: &Running, queries: Vec<String>) -> Figures {
    let make: MakeRequest = Arc::new(move |n| {
        let query = &queries[n as usize % queries.len()];
        get(&format!("/api/v1/search?q={query}"))
    });
    run(server.addr, 1, SECONDS_OF_A_CLASS, 200, &make)
}

/// What the files of a folder take, those in folders within too.
fn mib(folder: &Path, counts: impl Fn(&str) -> bool + Copy) -> f64 {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let size = |file: std::fs::DirEntry| match file.metadata() {
        Ok(about) if about.is_dir() => mib(&file.path(), counts),
        Ok(about) if counts(&file.file_name().to_string_lossy()) => about.len() as f64 / 1_048_576.0,
        _ => 0.0,
    };
    files.map(size).sum()
}

fn summary(all: &[Measured]) -> String {
    let mut table = String::from(
        "| listings | import/s | index/s | database MiB | index MiB | memory MiB, at rest → after | 1 connection, p50/p95/p99 ms \
         | 16 connections, per second, p50/p95/p99 ms | without facets, per second, p50/p95/p99 ms | worst hostile ms | failures |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for one in all {
        let hostile = one.hostile.iter().map(|(_, figures)| figures.percentile_ms(100.0));
        let loads = [&one.one, &one.sixteen, &one.without_facets].into_iter();
        let failures = loads.chain(one.hostile.iter().chain([]).map(|(_, figures)| figures));
        let failures = failures.chain(one.classes.iter().map(|(_, figures)| figures));
        table += &format!(
            "| {} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} → {:.0} | {} | {:.0}, {} | {:.0}, {} | {:.1} | {} |\n",
            one.listings,
            one.import_per_second,
            one.index_per_second,
            one.database_mib,
            one.index_mib,
            one.memory_mib,
            one.memory_after_mib,
            percentiles(&one.one),
            one.sixteen.per_second(),
            percentiles(&one.sixteen),
            one.without_facets.per_second(),
            percentiles(&one.without_facets),
            hostile.fold(0.0, f64::max),
            failures.map(|figures| figures.failures).sum::<u64>(),
        );
    }
    table
}

fn percentiles(figures: &Figures) -> String {
    let at = |percent| figures.percentile_ms(percent);
    format!("{:.1}/{:.1}/{:.1}", at(50.0), at(95.0), at(99.0))
}

/// One row for each class of judged queries and each hostile query, one column for each size.
fn by_query(all: &[Measured]) -> String {
    let Some(first) = all.first() else {
        return String::new();
    };
    let sizes = all.iter().map(|one| format!(" {} |", one.listings));
    let mut table = format!(
        "| one connection, p50/p95/p99 ms |{}\n|---|{}\n",
        sizes.collect::<String>(),
        "---|".repeat(all.len())
    );
    for (at, (class, _)) in first.classes.iter().enumerate() {
        let cells = all.iter().map(|one| format!(" {} |", percentiles(&one.classes[at].1)));
        table += &format!("| {class} |{}\n", cells.collect::<String>());
    }
    for (at, (what, _)) in first.hostile.iter().enumerate() {
        let cells = all.iter().map(|one| format!(" {} |", percentiles(&one.hostile[at].1)));
        table += &format!("| hostile: {what} |{}\n", cells.collect::<String>());
    }
    table
}

fn charted(all: &[Measured]) -> String {
    let line = |name: &'static str, value: fn(&Measured) -> f64| Line {
        name,
        points: all.iter().map(|one| (one.listings as f64, value(one))).collect(),
    };
    let charts = [
        Chart {
            title: "Milliseconds, with facets",
            across: Axis::Decades("listings"),
            up: Axis::Decades(""),
            lines: vec![
                line("p50, 1 connection", |one| one.one.percentile_ms(50.0)),
                line("p99, 1 connection", |one| one.one.percentile_ms(99.0)),
                line("p50, 16 connections", |one| one.sixteen.percentile_ms(50.0)),
                line("p99, 16 connections", |one| one.sixteen.percentile_ms(99.0)),
            ],
        },
        Chart {
            title: "MiB",
            across: Axis::Decades("listings"),
            up: Axis::Decades(""),
            lines: vec![
                line("memory", |one| one.memory_after_mib),
                line("index", |one| one.index_mib),
                line("database", |one| one.database_mib),
            ],
        },
        Chart {
            title: "Per second",
            across: Axis::Decades("listings"),
            up: Axis::Decades(""),
            lines: vec![
                line("searches, 16 connections", |one| one.sixteen.per_second()),
                line("listings indexed", |one| one.index_per_second),
            ],
        },
    ];
    crate::chart::svg("How search grows with the number of listings", &charts)
}
