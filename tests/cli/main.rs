//! The program as an operator meets it: the real binary, its exit codes and its words.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../support/bucket.rs"]
mod bucket;
#[path = "../support/database.rs"]
mod database;
#[path = "../support/metrics_page.rs"]
mod metrics_page;

mod backup;
mod doctor;
mod enterprises;
mod files;
mod folders;
mod import;
mod listing_imports;
mod log;
mod metrics;
mod program;
mod scanner;
mod search_eval;
mod serve;
mod stock;
mod tours;
mod traces;

use program::Place;

#[test]
fn help_is_an_answer_and_not_a_complaint() {
    let place = Place::new();
    for args in [&["--help"][..], &["import", "listings", "--help"], &["--version"]] {
        let left = place.run(args);
        assert_eq!((left.code, left.err.as_str()), (Some(0), ""), "{left:?}");
        assert!(
            left.out.contains("Usage: vptex") || left.out.starts_with("vptex "),
            "{left:?}"
        );
    }
    let bare = place.run::<&str>(&[]);
    assert_eq!((bare.code, bare.out.as_str()), (Some(2), ""), "{bare:?}");
    assert!(bare.err.contains("Usage: vptex"), "{bare:?}");
}

#[test]
fn wrong_usage_is_told_in_one_line() {
    let place = Place::new();
    for (args, words) in [
        (&["serve", "--port", "1"][..], "unexpected argument '--port'"),
        (&["officer", "create"], "--email <EMAIL> --name <NAME>"),
        (&["--set", "x", "migrate"], "must be KEY=VALUE"),
        (
            &["--set", "write_queue=7", "migrate", "--set=pool_size=3"],
            "put all of them behind it",
        ),
        (&["serve", "--listen", "example.org:80"], "example.org:80"),
    ] {
        let complaint = place.refused(args, 2);
        assert!(complaint.contains(words), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
}

#[test]
fn every_mistake_in_the_configuration_is_told_and_nothing_is_done() {
    let place = Place::new();
    let mistakes = ["--set", "listen_adress=x", "--set", "write_queue=0"];
    let complaint = place.refused(&[&mistakes[..], &["serve"]].concat(), 2);
    assert!(
        complaint.contains("unknown key `listen_adress`") && complaint.contains("`listen"),
        "{complaint}"
    );
    assert!(complaint.contains("write_queue: 0 is outside"), "{complaint}");
    let check = place.run(&[&mistakes[..], &["config", "check"]].concat());
    assert_eq!((check.code, check.out.lines().count()), (Some(2), 2), "{check:?}");
}

#[test]
fn an_unknown_kind_of_database_is_refused_and_no_file_made() {
    let place = Place::new();
    let complaint = place.refused(&["--database-url", "mysql://u:hunter2@db/x", "migrate"], 2);
    assert!(complaint.contains("scheme \"mysql\" is not supported"), "{complaint}");
    assert!(!complaint.contains("hunter2"), "{complaint}");
    let names: Vec<_> = std::fs::read_dir(place.path("data"))
        .map(|entries| entries.map(|entry| entry.unwrap().file_name()).collect())
        .unwrap_or_default();
    assert!(
        !names.iter().any(|name| name.to_string_lossy().contains("sqlite")),
        "{names:?}"
    );
}

#[test]
fn weak_secrets_are_refused() {
    let place = Place::new();
    let complaint = place.refused(
        &["--database-url", "postgres://vptex:ChangeMe1@db.example/x", "serve"],
        2,
    );
    assert!(
        complaint.contains("comes with examples") && !complaint.contains("ChangeMe1"),
        "{complaint}"
    );
    // A key that everybody can read opens everything that is sealed with it.
    use std::os::unix::fs::PermissionsExt;
    let key = place.file("master.key", "x");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let complaint = place.refused(&["--set", "master_key_file=master.key", "serve"], 2);
    assert!(complaint.contains("accessible to group or others"), "{complaint}");
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let place = Place::new();
    // A file in the way stops root too, whom permissions do not.
    place.file("in-the-way", "");
    for command in ["serve", "migrate", "reindex"] {
        let complaint = place.refused(&["--data-dir", "in-the-way/data", command], 2);
        assert!(
            complaint.contains("data_dir: in-the-way/data is not writable"),
            "{complaint}"
        );
    }
}

#[test]
fn an_officer_is_appointed_once() {
    let place = Place::new();
    let create = [
        "officer",
        "create",
        "--email",
        "canbo@so.example",
        "--name",
        "Trần Văn Duyệt",
    ];
    let told = place.done(&create);
    assert!(told.starts_with("officer "), "{told}");
    let password = told
        .lines()
        .find_map(|line| line.strip_prefix("one-time password: "))
        .unwrap();
    assert!(
        password.len() > 20 && told.contains(&format!("\"password\":\"{password}\"")),
        "{told}"
    );
    let complaint = place.refused(&create, 1);
    assert!(
        complaint.contains("an account with the address canbo@so.example already"),
        "{complaint}"
    );
    let complaint = place.refused(&["officer", "create", "--email", "nobody", "--name", "x"], 2);
    assert!(complaint.starts_with("vptex: --email: "), "{complaint}");
}

#[test]
fn what_is_shown_of_the_configuration_can_be_used_again() {
    let place = Place::new();
    assert!(
        place
            .done(&["config", "check"])
            .ends_with("the configuration is good\n")
    );
    let shown = place.done(&["--set", "write_queue=7", "config", "show"]);
    assert!(shown.contains("write_queue = 7 # flag --set write_queue"), "{shown}");
    assert!(shown.contains("# environment VPTEX_DATABASE_URL"), "{shown}");
    // Without the database: its password is not shown, where it has one.
    let file: String = shown
        .lines()
        .filter(|line| !line.starts_with("database_url"))
        .map(|line| format!("{line}\n"))
        .collect();
    place.file("vptex.toml", file);
    let again = place.done(&["config", "show"]);
    assert!(again.contains("write_queue = 7 # file ./vptex.toml line "), "{again}");
}

#[test]
fn the_schema_is_brought_up_to_date_once() {
    let place = Place::new();
    assert_eq!(place.done(&["migrate"]), "the database schema is up to date\n");
}
