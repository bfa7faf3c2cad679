//! `vptex audit` as the operator runs it.

use std::fs;
use std::process::{Command, Output};

use vptex::jobs::checkpoints;
use vptex::store::conn::Target;

use crate::database::{TestDatabase, fresh};
use crate::samples::{Exchange, exchange, tamper_unguarded};

fn vptex(at: &TestDatabase, exchange: &Exchange, arguments: &[&str]) -> Output {
    let url = match &at.target {
        Target::Sqlite(path) => format!("sqlite://{}", path.display()),
        Target::Postgres(url) => url.clone(),
    };
    Command::new(env!("CARGO_BIN_EXE_vptex"))
        .args(["audit"])
        .args(arguments)
        .env("VPTEX_DATABASE_URL", url)
        .env("VPTEX_DATA_DIR", &exchange.config.data_dir)
        .output()
        .unwrap()
}

fn told(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8(output.stdout.clone()).unwrap())
}

#[test]
fn the_operator_is_told_what_is_wrong() {
    let at = fresh();
    let exchange = exchange(&at);
    exchange.write(0..12);
    let file = exchange.config.checkpoints_path();
    checkpoints::run(&exchange.app, &file).unwrap();
    let verify = |more: &[&str]| told(&vptex(&at, &exchange, &[&["verify"], more].concat()));

    let (code, text) = verify(&[]);
    assert!(text.starts_with("the audit trail is in order: 12 rows in "), "{text}");
    assert!(text.contains("1 checkpoint(s)"), "{text}");
    assert_eq!(code, Some(0));
    let (code, key) = told(&vptex(&at, &exchange, &["key"]));
    assert_eq!(code, Some(0));
    let path = file.to_str().unwrap();
    let (code, text) = verify(&["--checkpoints", path, "--key", key.trim()]);
    assert!(text.contains("2 checkpoint(s)"), "{text}");
    assert_eq!(code, Some(0));
    assert_eq!(verify(&["--key", "x"]).0, Some(2));
    assert_eq!(verify(&["--checkpoints", "/nowhere"]).0, Some(2));

    tamper_unguarded(
        &at.target,
        "UPDATE audit_log SET deed = 'x' WHERE seq = (SELECT max(seq) FROM audit_log)",
    );
    let (code, text) = verify(&[]);
    assert!(
        text.starts_with("the audit trail is broken: lane ") && text.contains("the row was changed"),
        "{text}"
    );
    assert_eq!(code, Some(1));
    tamper_unguarded(
        &at.target,
        "DELETE FROM audit_checkpoints; DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log)",
    );
    assert_eq!(verify(&[]).0, Some(0), "nothing in the database tells");
    let (code, text) = verify(&["--checkpoints", path]);
    assert!(text.contains("the end of the lane was cut off"), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn the_operator_changes_the_key_of_checkpoints() {
    let at = fresh();
    let exchange = exchange(&at);
    let file = exchange.config.checkpoints_path();
    let sign = |rows| {
        exchange.write(rows);
        assert!(checkpoints::run(&exchange.app, &file).unwrap());
    };
    let run = |arguments: &[&str]| told(&vptex(&at, &exchange, arguments));
    sign(0..5);
    let (_, first) = run(&["key"]);
    let (code, second) = run(&["rotate-key"]);
    assert_eq!((code, second.lines().count()), (Some(0), 1));
    assert_ne!(first, second);
    // The newest first, as they are to be written down.
    let (_, both) = run(&["key"]);
    assert_eq!(both, format!("{second}{first}"));
    let path = file.to_str().unwrap();
    let verify = |keys: &str| run(&["verify", "--checkpoints", path, "--key", keys.trim()]).0;
    sign(5..10);
    // The hand-over is signed by both.
    assert_eq!((verify(&first), verify(&both)), (Some(0), Some(0)));
    sign(10..15);
    assert_eq!((verify(&first), verify(&second)), (Some(1), Some(1)));
    assert_eq!((verify(&both), run(&["verify"]).0), (Some(0), Some(0)));
    assert_eq!(verify(&format!("{both}x")), Some(2));
    // Whoever believes the new one alone, because the former one leaked, has a file that begins with the hand-over; what the former
    // one signed in the database is passed over, and told of.
    let text = fs::read_to_string(&file).unwrap();
    let first_note = text.match_indices("\n\n").nth(1).unwrap().0 + "\n\n".len();
    let cut = file.with_file_name("since-the-hand-over.txt");
    fs::write(&cut, text.split_at(first_note).1).unwrap();
    let alone = |key: &str| {
        let path = cut.to_str().unwrap();
        vptex(&at, &exchange, &["verify", "--checkpoints", path, "--key", key.trim()])
    };
    let output = alone(&second);
    let (code, text) = told(&output);
    assert!(text.contains("4 checkpoint(s)"), "{text}");
    assert_eq!(code, Some(0));
    let warned = String::from_utf8(output.stderr).unwrap();
    assert!(
        warned.contains("1 checkpoint(s) in the database are signed by none of the given keys"),
        "{warned}"
    );
    assert!(warned.contains("checkpoint 2 is the first that counts"), "{warned}");
    let all_keys = String::from_utf8(alone(&both).stderr).unwrap();
    assert!(!all_keys.contains("passed over"), "{all_keys}");
    // The former one alone vouches for nothing that came after it.
    assert_eq!(told(&alone(&first)).0, Some(1));
}
