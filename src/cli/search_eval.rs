//! `vptex search-eval`: how good search is, asked over HTTP of an exchange that is made for it and thrown away.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use actix_web::rt;
use clap::Args;
use search_index::evaluation::{DEPTH, Evaluation, Figures, JudgedQuery, judged};
use serde::Deserialize;

use super::import::{Watcher, count_lines};
use super::{Failure, Outcome, bar, complain, say, serve};
use crate::app::{self, Application};
use crate::config::{Config, Effective, Sources};
use crate::demo;
use crate::domain::ids::ListingId;
use crate::service::App;
use crate::service::import::record::SOURCE_SITE;
use crate::service::import::{self, Owner};
use crate::store::listings;
use crate::store::outbox::Position;

/// The set that comes with the program.
const DEVELOPMENT_SET: &str = include_str!("../../search-index/judged/development.jsonl");
/// What a class may lose against the recorded run.
const TOLERANCE: f64 = 0.01;
/// How long the index may take for the listings.
const INDEX_WAIT: Duration = Duration::from_secs(300);

#[derive(Debug, Args)]
pub(super) struct SearchEvalArgs {
    /// Judged queries, JSON Lines with `qid`, `query`, `class` and `relevant`; the development set when none is given
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// Listings that they were judged over, JSON Lines of the shared format; the demonstration catalogue when none is given
    #[arg(long, value_name = "FILE")]
    listings: Option<PathBuf>,
    /// The figures of an earlier run: fails where a class lost more than 0.01 against them
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Write the figures to this file, to compare with later
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Write the rankings to this file, in the form of TREC runs
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Tell the worst queries too
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    worst: usize,
}

/// What is to be measured, and with what it is to be compared: read before anything is built.
struct Task {
    queries: Vec<JudgedQuery>,
    listings: Vec<u8>,
    before: Option<Evaluation>,
}

pub(super) fn run(args: &SearchEvalArgs) -> Outcome {
    let task = Task::read(args)?;
    let folder = tempfile::tempdir().map_err(Failure::failed)?;
    let config = own_config(folder.path())?;
    let app = app::context(&config)?;
    load(&app, &task.listings)?;
    let names = names(&app, &task.listings)?;
    let asked = rt::System::new().block_on(ask_all(app, &config, &task.queries))?;
    let rankings: Vec<Vec<&str>> = asked.rankings.iter().map(|ids| in_set(ids, &names)).collect();
    let evaluation = Evaluation::of(&task.queries, &rankings);
    say(report(&evaluation))?;
    say(asked.times())?;
    if args.worst > 0 {
        say(worst(&task.queries, &rankings, args.worst))?;
    }
    if let Some(file) = &args.run {
        write(file, trec(&task.queries, &rankings).as_bytes())?;
    }
    if let Some(file) = &args.record {
        let mut text = serde_json::to_vec_pretty(&evaluation).map_err(Failure::failed)?;
        text.push(b'\n');
        write(file, &text)?;
    }
    let losses = task.before.map(|before| evaluation.losses(&before, TOLERANCE));
    let losses = losses.unwrap_or_default();
    losses.iter().for_each(complain);
    Ok(if losses.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Task {
    fn read(args: &SearchEvalArgs) -> Result<Self, Failure> {
        let (name, queries) = match &args.queries {
            None => (String::from("the development set"), DEVELOPMENT_SET.to_owned()),
            Some(file) => (file.display().to_string(), text(file)?),
        };
        let queries = judged(&queries).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
        if queries.is_empty() {
            return Err(Failure::Usage(format!("{name}: no queries")));
        }
        let listings = match &args.listings {
            None => serve::catalogue()?,
            Some(file) => text(file)?.into_bytes(),
        };
        let before = args.compare.as_deref().map(|file| {
            serde_json::from_str(&text(file)?)
                .map_err(|error| Failure::Usage(format!("{} has no figures: {error}", file.display())))
        });
        Ok(Self {
            queries,
            listings,
            before: before.transpose()?,
        })
    }
}

fn text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| Failure::Usage(format!("{} cannot be read: {error}", file.display())))
}

fn write(file: &Path, content: &[u8]) -> Result<(), Failure> {
    fs::write(file, content).map_err(|error| Failure::failed(format!("{} cannot be written: {error}", file.display())))
}

/// Settings of an exchange of its own: nothing of the operator's, neither database nor environment, is touched.
fn own_config(folder: &Path) -> Result<Config, Failure> {
    let settings = [
        ("data_dir", folder.display().to_string()),
        ("listen", String::from("127.0.0.1:0")),
        ("metrics_listen", String::from("off")),
        ("mail_transport", String::from("hold")),
        ("rate_limits", String::from("off")),
    ];
    let sources = Sources {
        config_file: None,
        working_dir: None,
        environment: Vec::new(),
        flags: settings.map(|(key, value)| (key.to_owned(), value)).into(),
    };
    let effective = Effective::load(&sources).map_err(|errors| {
        let errors: Vec<String> = errors.0.iter().map(ToString::to_string).collect();
        Failure::failed(errors.join("; "))
    })?;
    Ok(effective.config)
}

/// Loads the listings as the demonstration does.
fn load(app: &App, content: &[u8]) -> Result<(), Failure> {
    import::demo_enterprises(app, demo::drafts())?;
    let mut watcher = Watcher {
        bar: bar(count_lines(content), "listings"),
        name: "listings",
        ended_by: None,
    };
    let outcome = import::run(
        app,
        "search-eval",
        content,
        &Owner::Demo(demo::tax_code_for),
        &mut watcher,
    );
    watcher.bar.finish_and_clear();
    match outcome?.progress.failed {
        0 => Ok(()),
        failed => Err(Failure::failed(format!(
            "{failed} listings cannot be loaded: figures would be wrong"
        ))),
    }
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// What the judged set calls each listing.
fn names(app: &App, content: &[u8]) -> Result<HashMap<ListingId, String>, Failure> {
    let mut names = HashMap::new();
    for line in content
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty())
    {
        let Named { id } = serde_json::from_slice(line).map_err(Failure::failed)?;
        let listing = app.db.read(|conn| listings::find_by_source(conn, SOURCE_SITE, &id));
        if let Some(listing) = listing.map_err(crate::service::Error::from)? {
            names.insert(listing.id, id);
        }
    }
    Ok(names)
}

fn in_set<'n>(ids: &[ListingId], names: &'n HashMap<ListingId, String>) -> Vec<&'n str> {
    ids.iter().filter_map(|id| names.get(id).map(String::as_str)).collect()
}

/// What came back over HTTP.
struct Asked {
    rankings: Vec<Vec<ListingId>>,
    took: Vec<Duration>,
}

impl Asked {
    fn times(mut self) -> String {
        self.took.sort_unstable();
        let at = |percent: usize| {
            let place = self.took.len().saturating_sub(1) * percent / 100;
            self.took.get(place).copied().unwrap_or_default().as_secs_f64() * 1_000.0
        };
        format!(
            "answers of {DEPTH} hits over HTTP, one at a time: p50 {:.1} ms, p99 {:.1} ms",
            at(50),
            at(99)
        )
    }
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: ListingId,
}

async fn ask_all(app: App, config: &Config, queries: &[JudgedQuery]) -> Result<Asked, Failure> {
    let application = Application::launch(app, config)?;
    let index = application.app.index.clone();
    let waited = rt::task::spawn_blocking(move || index.wait_for(Position::default(), INDEX_WAIT));
    if !waited.await.unwrap_or(false) {
        return Err(Failure::failed("the search index is not ready"));
    }
    let address = format!("http://{}/api/v1/search", application.addr);
    let client = reqwest::Client::builder().no_proxy().build().map_err(Failure::failed)?;
    let mut asked = Asked {
        rankings: Vec::with_capacity(queries.len()),
        took: Vec::with_capacity(queries.len()),
    };
    let bar = bar(u64::try_from(queries.len()).unwrap_or(0), "queries");
    for query in queries {
        let begin = Instant::now();
        asked.rankings.push(ask(&client, &address, query).await?);
        asked.took.push(begin.elapsed());
        bar.inc(1);
    }
    bar.finish_and_clear();
    application.stop().await;
    Ok(asked)
}

async fn ask(client: &reqwest::Client, address: &str, query: &JudgedQuery) -> Result<Vec<ListingId>, Failure> {
    let failed = |why: String| Failure::failed(format!("{} ({}): {why}", query.id, query.text));
    let mut address = reqwest::Url::parse(address).map_err(Failure::failed)?;
    let mut parameters = address.query_pairs_mut();
    parameters
        .append_pair("q", &query.text)
        .append_pair("limit", &DEPTH.to_string());
    drop(parameters);
    let answer = client
        .get(address)
        .send()
        .await
        .map_err(|error| failed(error.to_string()))?;
    let status = answer.status();
    let body = answer.bytes().await.map_err(|error| failed(error.to_string()))?;
    if !status.is_success() {
        return Err(failed(format!("{status} {}", String::from_utf8_lossy(&body))));
    }
    let page: Page = serde_json::from_slice(&body).map_err(|error| failed(error.to_string()))?;
    Ok(page.items.into_iter().map(|item| item.id).collect())
}

/// The figures as a table.
fn report(evaluation: &Evaluation) -> String {
    let mut text = format!(
        "{:<20} {:>7} {:>8} {:>9} {:>6} {:>7} {:>6}\n",
        "class", "queries", "nDCG@10", "recall@20", "MRR", "no hit", "noisy"
    );
    let classes = evaluation
        .classes
        .iter()
        .map(|(class, figures)| (class.as_str(), figures));
    for (name, figures) in classes.chain([("all", &evaluation.overall)]) {
        text.push_str(&row(name, figures));
    }
    text.truncate(text.trim_end().len());
    text
}

fn row(name: &str, figures: &Figures) -> String {
    let Figures {
        queries,
        ndcg_at_10,
        recall_at_20,
        mrr,
        empty,
        unanswerable,
        noisy,
    } = figures;
    let noisy = if *unanswerable == 0 {
        String::from("-")
    } else {
        format!("{noisy}/{unanswerable}")
    };
    format!("{name:<20} {queries:>7} {ndcg_at_10:>8.4} {recall_at_20:>9.4} {mrr:>6.4} {empty:>7} {noisy:>6}\n")
}

fn worst(queries: &[JudgedQuery], rankings: &[Vec<&str>], count: usize) -> String {
    let scored = queries.iter().zip(rankings).map(|(query, ranking)| {
        let score = search_index::evaluation::score(query, ranking);
        (score.ndcg, query)
    });
    let mut scored: Vec<(f64, &JudgedQuery)> = scored.filter(|(_, query)| !query.relevant.is_empty()).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let lines = scored
        .into_iter()
        .take(count)
        .map(|(ndcg, query)| format!("{ndcg:.4}  {}  {}  {}", query.id, query.class, query.text));
    lines.collect::<Vec<_>>().join("\n")
}

fn trec(queries: &[JudgedQuery], rankings: &[Vec<&str>]) -> String {
    let mut text = String::new();
    for (query, ranking) in queries.iter().zip(rankings) {
        for (rank, id) in (1_usize..).zip(ranking) {
            let score = DEPTH.saturating_sub(rank) + 1;
            // Writing to a text cannot fail.
            let _infallible = writeln!(text, "{} Q0 {id} {rank} {score} vptex", query.id);
        }
    }
    text
}
