//! Who gets into the folders of an exchange, and who is told of it.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;

use crate::doctor::{NOBODY, begun, doctor, sick, told, told_good};
use crate::program::Server;

#[test]
fn a_data_dir_that_anybody_may_write_is_trouble() {
    let place = begun();
    let data = place.path("data");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o777)).unwrap();
    let words = sick(&place, "data_dir", "trouble");
    assert!(
        words.contains("can be written by others than its owner (mode 777)"),
        "{words}"
    );
}

#[test]
fn a_server_says_at_its_start_that_everybody_may_read_its_data_dir() {
    let place = begun();
    let data = place.path("data");
    for (mode, is_told) in [(0o750, false), (0o755, true)] {
        fs::set_permissions(&data, fs::Permissions::from_mode(mode)).unwrap();
        let log = place.path(&format!("log-{mode:o}"));
        let server = Server::start_with(&place, &data, &[], File::create(&log).unwrap().into());
        server.wait_for("/readyz", 200);
        assert_eq!(server.end().code(), Some(0));
        let log = fs::read_to_string(&log).unwrap();
        assert_eq!(
            log.contains("by everybody on this machine; run chmod 700"),
            is_told,
            "{log}"
        );
    }
}

#[test]
fn a_folder_of_files_that_everybody_gets_into_is_told_of_as_a_data_dir_is() {
    let place = begun();
    let files = place.path("tep");
    fs::create_dir(&files).unwrap();
    let setting = format!("files_dir={}", files.display());
    let data = place.path("data");
    for (mode, how, state) in [
        (0o777, "written", Some("trouble")),
        (0o755, "read", Some("warning")),
        (0o711, "entered", Some("warning")),
        // Several nodes may share it by a group.
        (0o770, "", None),
        (0o750, "", None),
    ] {
        fs::set_permissions(&files, fs::Permissions::from_mode(mode)).unwrap();
        let words = format!("warning: files_dir: {} can be {how} by everybody", files.display());
        let checked = place.run(&["config", "check", "--set", &setting]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert_eq!(checked.out.contains(&words), state.is_some(), "{checked:?}");

        let log = place.path(&format!("log-{mode:o}"));
        let server = Server::start_with(&place, &data, &["--set", &setting], File::create(&log).unwrap().into());
        server.wait_for("/readyz", 200);
        assert_eq!(server.end().code(), Some(0));
        let log = fs::read_to_string(&log).unwrap();
        assert_eq!(log.contains(&words), state.is_some(), "{log}");

        let (_, report) = doctor(&place, &[&NOBODY[..], &["--set", setting.as_str()]].concat());
        match state {
            Some(state) => {
                let words = told(&report, "files", state);
                assert!(
                    words.contains(&format!("mode {mode:o}")) && words.contains("chmod 700"),
                    "{words}"
                );
            }
            None => assert!(!report.to_string().contains(&format!("mode {mode:o}")), "{report:#}"),
        }
    }
    let open = [
        "warning: data_dir: ",
        " can be read by everybody on this machine; run chmod 700 on it (mode 755)",
    ];
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let checked = place.run(&["config", "check"]);
    assert!(open.iter().all(|words| checked.out.contains(words)), "{checked:?}");
}

#[test]
fn a_data_dir_is_made_for_its_owner_only_and_one_that_everybody_may_read_is_told_of() {
    let place = begun();
    let data = place.path("data");
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let (_, report) = doctor(&place, &NOBODY);
    let words = told(&report, "data_dir", "warning");
    assert!(
        words.contains("can be read by everybody on this machine (mode 755)") && words.contains("chmod 700"),
        "{words}"
    );
    fs::set_permissions(&data, fs::Permissions::from_mode(0o711)).unwrap();
    let (_, report) = doctor(&place, &NOBODY);
    let words = told(&report, "data_dir", "warning");
    assert!(
        words.contains("can be entered by everybody on this machine (mode 711)"),
        "{words}"
    );
    // A group is somebody's choice, and what is there keeps what it has.
    fs::set_permissions(&data, fs::Permissions::from_mode(0o750)).unwrap();
    place.done(&["keys", "list"]);
    let (_, report) = doctor(&place, &NOBODY);
    assert!(told_good(&report, "data_dir").contains("mode 750"), "{report:#}");
}
