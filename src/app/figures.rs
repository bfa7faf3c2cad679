//! What the program counts, described in one place: its kind, what it means, and the series that it has from the start.
//!
//! Counters stand at nought before anything is counted: one that came into being with the first failure would hide that
//! failure from whoever asks by how much it rose. Gauges are not there before they were measured, since nought would say
//! that all is well. `docs/metrics.md` tells operators what to do about them; tests hold both together with what is served.

/// Sizes of groups of writes; the durations' buckets would put all of them into one.
pub(super) const GROUP_SIZE: &str = "vptex_write_group_size";
/// Upper bounds of its histogram: the default of `group_commit_max` is among them.
pub(super) const GROUP_BUCKETS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1_024.0];

/// How a figure moves.
enum Kind {
    /// Up only.
    Counter,
    /// Up and down.
    Gauge,
    /// Into buckets.
    Histogram,
}

/// Which series of a figure are there from the start.
enum Begins {
    /// None.
    Later,
    /// The only one.
    Alone,
    /// One for each value of its label.
    Each(&'static str, &'static [&'static str]),
}

/// Something that is counted or measured.
struct Figure {
    name: &'static str,
    kind: Kind,
    begins: Begins,
    help: &'static str,
}

const fn counter(name: &'static str, begins: Begins, help: &'static str) -> Figure {
    Figure {
        name,
        kind: Kind::Counter,
        begins,
        help,
    }
}

const fn gauge(name: &'static str, help: &'static str) -> Figure {
    Figure {
        name,
        kind: Kind::Gauge,
        begins: Begins::Later,
        help,
    }
}

const fn histogram(name: &'static str, help: &'static str) -> Figure {
    Figure {
        name,
        kind: Kind::Histogram,
        begins: Begins::Later,
        help,
    }
}

/// Background jobs by the names under which their failures are counted.
const JOBS: &[&str] = &[
    "audit_checkpoint",
    "bare_names",
    "cleanup",
    "data_request_alarms",
    "document_terms",
    "dossier_terms",
    "enterprise_imports",
    "files",
    "inquiries",
    "key_uses",
    "leavings",
    "listing_imports",
    "listing_terms",
    "listing_views",
    "mailer",
    "reconcile",
    "reference_lists",
    "regulated_notices",
    "review_backlog",
    "review_digests",
    "right_notices",
    "search_log",
    "signing_keys",
    "suggestions",
    "takedown_alarms",
    "terms",
    "title_keys",
    "verification_terms",
    "vocabulary",
];

static FIGURES: &[Figure] = &[
    gauge("vptex_build_info", "Always 1; the label tells the version that runs."),
    // The routes that are called are known when they are.
    counter(
        "vptex_http_requests_total",
        Begins::Later,
        "Requests that were answered.",
    ),
    histogram(
        "vptex_http_request_duration_seconds",
        "From the head of a request to its answer.",
    ),
    counter(
        "vptex_http_refused_total",
        Begins::Each("why", &["connections", "exports", "load", "rate", "uploads"]),
        "Requests refused by limits, before any work was done for them.",
    ),
    histogram(GROUP_SIZE, "Units of work that shared one durable commit on SQLite."),
    counter(
        "vptex_write_retries_total",
        Begins::Alone,
        "Units of work that were run again on PostgreSQL because others stood in their way.",
    ),
    gauge(
        "vptex_index_state",
        "The search index: 0 is being opened, 1 is being built, 2 follows the database, 3 fails.",
    ),
    gauge(
        "vptex_index_lag_rows",
        "Changes that the search index has still to hear of.",
    ),
    counter(
        "vptex_index_changes_total",
        Begins::Alone,
        "Changes that the search index took in.",
    ),
    counter(
        "vptex_index_failures_total",
        Begins::Alone,
        "How often the search index failed and started over.",
    ),
    counter(
        "vptex_index_poison_total",
        Begins::Alone,
        "Listings that could not be indexed.",
    ),
    counter(
        "vptex_index_differences_total",
        Begins::Each("kind", &["missing", "outdated", "surplus"]),
        "Listings of which the search index said something else than the database.",
    ),
    counter(
        "vptex_search_dropped_hits_total",
        Begins::Alone,
        "Hits that were found and not shown, because they are not public any more.",
    ),
    gauge(
        "vptex_vocabulary_unusable",
        "Entries of the search vocabulary that are in force and cannot be used.",
    ),
    counter(
        "vptex_scans_total",
        Begins::Each("result", &["clean", "failed", "infected"]),
        "Files that were looked through for malware.",
    ),
    gauge(
        "vptex_files_missing",
        "Contents that rows name and that are not in the file store.",
    ),
    counter(
        "vptex_contents_damaged_total",
        Begins::Alone,
        "Contents that were asked for and are not what their names say.",
    ),
    counter(
        "vptex_file_store_failures_total",
        Begins::Each("asked", &["delete", "get", "head", "list", "put"]),
        "Calls to the folder or bucket of files that failed.",
    ),
    counter(
        "vptex_letters_total",
        Begins::Each("result", &["dead", "postponed", "sent"]),
        "Attempts to send a letter.",
    ),
    gauge("vptex_letters_waiting", "Letters in the queue."),
    gauge(
        "vptex_asks_waiting",
        "What was asked by an address and is still to be decided.",
    ),
    gauge(
        "vptex_data_requests_open",
        "Requests of people about their data that are not done.",
    ),
    gauge(
        "vptex_data_requests_overdue",
        "Those of them of which a legal term was missed.",
    ),
    counter(
        "vptex_data_request_alarms_total",
        Begins::Alone,
        "Warnings about such terms that officers were sent.",
    ),
    counter(
        "vptex_listing_notices_total",
        Begins::Alone,
        "Listings of whose end owners were told.",
    ),
    counter(
        "vptex_listings_expired_total",
        Begins::Alone,
        "Listings whose term ended.",
    ),
    counter(
        "vptex_verification_notices_total",
        Begins::Alone,
        "Notices about the end of verifications that owners were sent.",
    ),
    counter(
        "vptex_verifications_expired_total",
        Begins::Alone,
        "Verifications that ended.",
    ),
    counter(
        "vptex_document_notices_total",
        Begins::Alone,
        "Notices about the last days of documents of enterprises that owners were sent.",
    ),
    gauge("vptex_review_waiting", "What waits for officers to decide on, by sort."),
    gauge(
        "vptex_review_oldest_seconds",
        "How long the first of what waits for officers has waited, by sort.",
    ),
    counter(
        "vptex_job_failures_total",
        Begins::Each("job", JOBS),
        "Runs of background jobs that failed or panicked.",
    ),
];

/// Describes every figure to this process's recorder, and lets the counters begin.
pub(super) fn announce() {
    for figure in FIGURES {
        match figure.kind {
            Kind::Counter => metrics::describe_counter!(figure.name, figure.help),
            Kind::Gauge => metrics::describe_gauge!(figure.name, figure.help),
            Kind::Histogram => metrics::describe_histogram!(figure.name, figure.help),
        }
        match figure.begins {
            Begins::Later => {}
            Begins::Alone => metrics::counter!(figure.name).increment(0),
            Begins::Each(label, values) => {
                for value in values {
                    metrics::counter!(figure.name, label => *value).increment(0);
                }
            }
        }
    }
    metrics::gauge!("vptex_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}
