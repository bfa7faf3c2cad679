//! The layering, the refusals and the rendered forms, without process environment.

use super::*;

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// Sources whose directories are under `root`, so that the checks pass.
fn sources(root: &Path) -> Sources {
    let flags = vec![(String::from("data-dir"), root.join("data").display().to_string())];
    Sources {
        working_dir: Some(root.to_path_buf()),
        flags,
        ..Sources::default()
    }
}

fn with_environment(mut sources: Sources, name: &str, value: &str) -> Sources {
    sources.environment.push((name.into(), value.into()));
    sources
}

fn with_file(mut sources: Sources, text: &str) -> Sources {
    let path = sources.working_dir.clone().unwrap_or_default().join("given.toml");
    std::fs::write(&path, text).expect("the file is written");
    sources.config_file = Some(path);
    sources
}

fn errors(sources: &Sources) -> String {
    Config::load(sources)
        .expect_err("the configuration is refused")
        .to_string()
}

#[test]
fn defaults_are_accepted_and_in_range() {
    let root = directory();
    let config = Config::load(&sources(root.path())).expect("the defaults are valid");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert!(matches!(config.database(), DatabaseUrl::Sqlite(path) if path.ends_with("data/vptex.sqlite3")));
    assert!(config.index_path().ends_with("data/index"));
    assert!(config.migrates_on_start());
    for (key, text) in Config::default().entries() {
        let mut again = Config::default();
        assert_eq!(again.set(key, &text), Ok(()), "{}", key.name);
    }
}

#[test]
fn a_second_server_on_a_free_port_takes_a_free_port_for_metrics() {
    let root = directory();
    let metrics = |listen: &str, metrics: Option<&str>| {
        let mut sources = sources(root.path());
        sources.flags.push((String::from("listen"), String::from(listen)));
        sources
            .flags
            .extend(metrics.map(|at| (String::from("metrics-listen"), String::from(at))));
        Config::load(&sources).expect("valid").metrics_listen.show()
    };
    assert_eq!(metrics("localhost:8080", None), "127.0.0.1:9464");
    assert_eq!(metrics("127.0.0.1:0", None), "127.0.0.1:0");
    assert_eq!(metrics("127.0.0.1:0", Some("127.0.0.1:9464")), "127.0.0.1:9464");
    assert_eq!(metrics("127.0.0.1:0", Some("off")), "off");
    assert_eq!(metrics("[::1]:8081", Some("LOCALHOST:0")), "127.0.0.1:0");
}

#[test]
fn later_sources_win() {
    let root = directory();
    let file = with_file(
        sources(root.path()),
        "write_queue = 11\nhash_queue = 12\n\nkeep_alive_s = 1_3\n",
    );
    let both = with_environment(
        with_environment(file, "VPTEX_HASH_QUEUE", "22"),
        "VPTEX_KEEP_ALIVE_S",
        "23",
    );
    let mut all = both;
    all.flags.push((String::from("keep-alive-s"), String::from("33")));
    let effective = Effective::load(&all).expect("valid");
    assert_eq!((effective.config.write_queue, effective.config.hash_queue), (11, 22));
    assert_eq!(effective.config.keep_alive_s.duration().as_secs(), 33);
    assert!(
        effective
            .origin("write_queue")
            .to_string()
            .ends_with("given.toml line 1")
    );
    assert_eq!(
        effective.origin("hash_queue").to_string(),
        "environment VPTEX_HASH_QUEUE"
    );
    assert_eq!(effective.origin("keep_alive_s").to_string(), "flag --set keep_alive_s");
    assert_eq!(*effective.origin("listen"), Origin::Default);
}

#[test]
fn the_file_is_the_flag_else_the_variable_else_the_working_directory() {
    let root = directory();
    let write = |name: &str, queue: u32| {
        let path = root.path().join(name);
        std::fs::write(&path, format!("write_queue = {queue}")).expect("the file is written");
        path
    };
    write("vptex.toml", 1);
    let variable = write("variable.toml", 2);
    let flag = write("flag.toml", 3);
    let mut sources = sources(root.path());
    let queue = |sources: &Sources| Config::load(sources).expect("valid").write_queue;
    assert_eq!(queue(&sources), 1);
    sources.environment.push(("VPTEX_CONFIG".into(), variable.into()));
    assert_eq!(queue(&sources), 2);
    sources.config_file = Some(flag);
    assert_eq!(queue(&sources), 3);
    sources.config_file = Some(root.path().join("absent.toml"));
    assert!(errors(&sources).contains("absent.toml cannot be read"));
}

#[test]
fn unknown_keys_are_refused_wherever_they_stand() {
    let root = directory();
    let file = with_file(
        sources(root.path()),
        "# comment\nlisten_adress = \"x\"\n[database]\nurl = \"x\"\n",
    );
    let mut all = with_environment(file, "VPTEX_WRITE_QUEU", "1");
    all.flags.push((String::from("hash-thread"), String::from("1")));
    let text = errors(&all);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(
        text.contains("unknown key `listen_adress` (file ") && text.contains("line 2); the nearest known key is `"),
        "{text}"
    );
    assert!(text.contains("unknown key `database` (file "), "{text}");
    assert!(
        text.contains(
            "unknown key `write_queu` (environment VPTEX_WRITE_QUEU); the nearest known key is `write_queue`"
        )
    );
    assert!(
        text.contains("unknown key `hash_thread` (flag --set hash_thread); the nearest known key is `hash_threads`")
    );
}

#[test]
fn variables_of_the_harness_and_of_others_are_left_alone() {
    let root = directory();
    let sources = with_environment(sources(root.path()), "VPTEX_TEST_DATABASE", "sqlite");
    assert!(Config::load(&with_environment(sources, "PATH", "/bin")).is_ok());
}

#[test]
fn bad_values_name_key_and_origin_one_line_each() {
    let root = directory();
    let text = r#"
listen = "localhost"
metrics_listen = "0.0.0.0:9464"
database_url = "mysql://u:hunter2@db/x"
write_queue = 0
hash_threads = "2"
log_level = "inof"
log_format = "xml"
public_url = "ftp://x"
argon2_memory_kib = 7168
page_limit_default = 50
page_limit_max = 40
refresh_idle_days = 31
officer_refresh_idle_minutes = 800
"#;
    let shown = errors(&with_file(sources(root.path()), text));
    for expected in [
        "error: listen: \"localhost\" is not an address",
        "error: metrics_listen: 0.0.0.0:9464 is not a loopback address",
        "error: database_url: scheme \"mysql\" is not supported",
        "error: write_queue: 0 is outside the allowed range 1 to 1000000",
        "error: hash_threads: must be a whole number",
        "error: log_level: \"inof\" is neither a level",
        "error: log_format: \"xml\" is not one of",
        "error: public_url: \"ftp://x\" does not start with",
        "error: argon2_memory_kib: 7168 KiB with 2 iterations is weaker",
        "error: page_limit_default: 50 is more than page_limit_max (40)",
        "error: refresh_idle_days: is longer",
        "error: officer_refresh_idle_minutes: is longer",
    ] {
        assert_eq!(
            shown.lines().filter(|line| line.starts_with(expected)).count(),
            1,
            "{expected}\n{shown}"
        );
    }
    assert_eq!(shown.lines().count(), 12, "{shown}");
    assert!(shown.lines().all(|line| line.contains("given.toml line ")), "{shown}");
    assert!(!shown.contains("hunter2"));
}

#[test]
fn broken_toml_names_the_line() {
    let root = directory();
    let text = errors(&with_file(sources(root.path()), "write_queue = 1\nlisten = \n"));
    assert!(
        text.contains("given.toml line 2 is not TOML") && text.lines().count() == 1,
        "{text}"
    );
    let twice = errors(&with_file(sources(root.path()), "write_queue = 1\nwrite_queue = 2\n"));
    assert!(twice.contains("given.toml line 2 is not TOML"), "{twice}");
}

#[test]
fn a_directory_that_cannot_be_written_is_refused() {
    let root = directory();
    // A file in the way stops root too, whom permissions do not.
    std::fs::write(root.path().join("data"), "").expect("the file is written");
    let text = errors(&sources(root.path()));
    assert!(
        text.starts_with("error: data_dir: ") && text.contains("is not writable"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn the_write_probe_leaves_nothing_behind() {
    let root = directory();
    Config::load(&sources(root.path())).expect("valid");
    let mut names: Vec<_> = std::fs::read_dir(root.path().join("data"))
        .expect("made")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["files", "index"]);
}

#[test]
fn sample_passwords_open_only_databases_of_this_machine() {
    let root = directory();
    let url = |url: &str| with_environment(sources(root.path()), "VPTEX_DATABASE_URL", url);
    let local = Effective::load(&url("postgres://postgres:postgres@localhost/vptex")).expect("valid");
    let warned: Vec<_> = local.findings().iter().map(Finding::to_string).collect();
    assert!(
        warned.len() == 1 && warned[0].starts_with("warning: database_url: the password is one that comes with"),
        "{warned:?}"
    );
    let hidden = "postgres://vptex:postgres@/vptex?hostaddr=10.0.0.5&host=localhost";
    assert!(errors(&url(hidden)).contains("the password for 10.0.0.5 is one that comes with examples"));
    assert!(errors(&url("postgres://vptex:k3-Vf9q@db.example/vptex")).contains("is shorter than 12 characters"));
    let text = errors(&url("postgres://vptex:ChangeMe@db.example/vptex"));
    assert!(
        text.contains("error: database_url: the password for db.example is one that comes with examples"),
        "{text}"
    );
    assert!(
        text.contains("(environment VPTEX_DATABASE_URL)") && !text.contains("ChangeMe"),
        "{text}"
    );
    let accepted = Effective::load(&url("postgres://vptex:k3-Vf9q-x81L@db.example/vptex")).expect("valid");
    assert!(
        accepted
            .findings()
            .iter()
            .any(|finding| finding.to_string().contains("not encrypted"))
    );
    assert!(!accepted.config.migrates_on_start());
}

#[cfg(unix)]
#[test]
fn a_master_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let root = directory();
    let sources = sources(root.path());
    let key = root.path().join("data/master.key");
    std::fs::create_dir_all(root.path().join("data")).expect("made");
    std::fs::write(&key, "key").expect("written");
    let mode = |mode| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).expect("permissions set");
    mode(0o640);
    assert!(errors(&sources).contains("master.key is accessible to group or others (mode 640)"));
    mode(0o600);
    assert!(Config::load(&sources).is_ok());
}

#[test]
fn what_is_shown_is_toml_without_secrets_and_can_be_read_again() {
    let root = directory();
    let file = with_file(sources(root.path()), "log_level = \"info,vptex::jobs=debug\"\n");
    let all = with_environment(file, "VPTEX_DATABASE_URL", "postgres://vptex:hunter2@db.example/vptex");
    let effective = Effective::read(&all);
    let shown = effective.show();
    assert!(
        !shown.contains("hunter2") && !format!("{effective:?}").contains("hunter2"),
        "{shown}"
    );
    assert!(
        shown.contains("database_url = \"postgres://vptex:***@db.example/vptex\" # environment VPTEX_DATABASE_URL"),
        "{shown}"
    );
    assert!(shown.contains("write_queue = 1024 # default"), "{shown}");
    let again = Effective::read(&with_file(sources(root.path()), &shown));
    assert!(
        again
            .findings()
            .iter()
            .all(|finding| finding.severity == Severity::Warning),
        "{shown}"
    );
    assert_eq!(again.config.log_level, effective.config.log_level);
    // The redacted password does not pass for a real one.
    assert!(errors(&with_file(sources(root.path()), &shown)).contains("comes with examples"));
}

#[test]
fn letters_leave_encrypted_or_not_at_all() {
    let root = directory();
    let with = |pairs: &[(&str, &str)]| {
        let start = with_environment(sources(root.path()), "VPTEX_MAIL_TRANSPORT", "smtp");
        pairs
            .iter()
            .fold(start, |sources, (name, value)| with_environment(sources, name, value))
    };
    let refused = errors(&with(&[]));
    assert!(
        refused.contains("smtp_host: is needed") && refused.contains("mail_from: is needed"),
        "{refused}"
    );
    let server = [
        ("VPTEX_SMTP_HOST", "mail.example.vn"),
        ("VPTEX_MAIL_FROM", "Sàn giao dịch <no-reply@example.vn>"),
    ];
    let config = Config::load(&with(&server)).expect("starttls is the default");
    assert_eq!(config.smtp_tls, SmtpTls::Starttls);
    let sender = config.mail_from.expect("it was given");
    assert_eq!(
        (sender.name.as_deref(), sender.address.as_str()),
        (Some("Sàn giao dịch"), "no-reply@example.vn")
    );
    let clear = [server[0], server[1], ("VPTEX_SMTP_TLS", "none")];
    assert!(errors(&with(&clear)).contains("in clear text"));
    let here = [("VPTEX_SMTP_HOST", "127.0.0.1"), server[1], ("VPTEX_SMTP_TLS", "none")];
    Config::load(&with(&here)).expect("this machine may be spoken to in clear text");
    for (name, value) in [
        ("VPTEX_MAIL_FROM", "x@y.vn\r\nBcc: z@y.vn"),
        ("VPTEX_MAIL_FROM", "Name <not an address>"),
        ("VPTEX_SMTP_HOST", "mail.example.vn:587"),
        ("VPTEX_SMTP_PORT", "65536"),
        ("VPTEX_SMTP_USER", "alone"),
        ("VPTEX_SMTP_PASSWORD", "***"),
    ] {
        let key = name.trim_start_matches("VPTEX_").to_lowercase();
        let text = errors(&with(&[server[0], server[1], (name, value)]));
        assert!(
            text.contains("smtp_password:") || text.contains(&format!("{key}: ")),
            "{text}"
        );
    }
}

#[test]
fn the_mail_password_is_never_shown() {
    let root = directory();
    let secret = "hush-hush-very-secret";
    let given = with_environment(
        with_environment(sources(root.path()), "VPTEX_SMTP_PASSWORD", secret),
        "VPTEX_SMTP_USER",
        "vptex",
    );
    let effective = Effective::load(&given).expect("valid");
    let everything = format!("{}{:?}{:?}", effective.show(), effective, effective.findings());
    assert!(!everything.contains(secret) && everything.contains("smtp_password = \"***\""));
    let shared = with_file(
        sources(root.path()),
        "smtp_password = \"hush-hush\"\nsmtp_user = \"a\"\n",
    );
    let path = shared.config_file.clone().expect("just written");
    let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o644);
    std::fs::set_permissions(path, mode).expect("permissions are set");
    let found = Effective::checked(&shared);
    assert!(
        found
            .findings()
            .iter()
            .any(|finding| finding.key == Some("smtp_password"))
    );
}

#[test]
fn letters_that_reach_nobody_are_warned_of() {
    let root = directory();
    let public = with_environment(sources(root.path()), "VPTEX_PUBLIC_URL", "https://san.example.vn");
    let warned = |sources: &Sources| {
        let effective = Effective::checked(sources);
        effective
            .findings()
            .iter()
            .any(|finding| finding.key == Some("mail_transport"))
    };
    assert!(warned(&public));
    assert!(warned(&with_environment(
        public.clone(),
        "VPTEX_MAIL_TRANSPORT",
        "console"
    )));
    assert!(!warned(&with_environment(public, "VPTEX_MAIL_TRANSPORT", "hold")));
    assert!(!warned(&sources(root.path())));
}

#[test]
fn the_nearest_key_is_the_fewest_edits_away() {
    assert_eq!(edits_between("kitten", "sitting"), 3);
    assert_eq!(edits_between("", "abc"), 3);
    assert_eq!(nearest("databse_url"), "database_url");
    assert_eq!(nearest("loglevel"), "log_level");
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the wish to rewrite the file is not configuration"
)]
fn the_reference_in_docs_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
    let expected = render_markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &expected).expect("docs/configuration.md is written");
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/configuration.md is out of date; run UPDATE_DOCS=1 cargo test --lib config::"
    );
}

#[test]
fn a_folder_is_made_for_its_owner_only_and_what_is_above_it_as_usual() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempfile::tempdir().expect("a temporary directory");
    let usual = place.path().join("usual");
    std::fs::create_dir(&usual).expect("made");
    let (above, made) = (place.path().join("above"), place.path().join("above").join("data"));
    for _again in 0..2 {
        make_private(&made).expect("made");
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&above), mode(&made)), (mode(&usual), 0o700));
    }
    std::fs::remove_dir(&made).expect("removed");
    std::fs::write(&made, "a file").expect("written");
    assert!(make_private(&made).is_err());
}

#[test]
fn who_sets_no_address_is_reached_where_the_server_listens() {
    let root = directory();
    let address = |listen: &str, public_url: Option<&str>| {
        let mut sources = sources(root.path());
        sources.flags.push((String::from("listen"), String::from(listen)));
        sources
            .flags
            .extend(public_url.map(|url| (String::from("public-url"), String::from(url))));
        Config::load(&sources).expect("valid").address()
    };
    assert_eq!(address("127.0.0.1:8080", None), "http://127.0.0.1:8080");
    assert_eq!(address("127.0.0.1:41234", None), "http://127.0.0.1:41234");
    assert_eq!(address("[::1]:41234", None), "http://[::1]:41234");
    assert_eq!(address("0.0.0.0:41234", None), "http://127.0.0.1:41234");
    let set = Some("https://congnghe.phutho.gov.vn");
    assert_eq!(address("127.0.0.1:41234", set), "https://congnghe.phutho.gov.vn");
}
