//! `vptex certificate`, as whoever holds a file runs it: with nothing but the public keys, and on the Department's server.

use std::path::Path;
use std::process::{Command, Stdio};

use aws_lc_rs::signature::Ed25519KeyPair;
use serde_json::{Value, json};
use vptex::domain::certificate::record::CertificateRecord;
use vptex::print;
use vptex::service::certificates::signing::{self, SignedFile};
use vptex::service::vault::Purpose;
use vptex::store::certificates;
use vptex::store::conn::Target;

use super::duplicates::duplicated;
use super::forging::{amended, part};
use super::proofs::checkpoint;
use super::swapped::put;
use super::{case_of, registered};
use crate::dossiers::Desk;
use crate::harness::Reply;

/// How a command ended, and what it said to whom.
struct Said {
    code: Option<i32>,
    out: String,
    complaint: String,
}

async fn run(mut command: Command, arguments: &[&str]) -> Said {
    command.arg("certificate").args(arguments).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        complaint: String::from_utf8(output.stderr).unwrap(),
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vptex"));
    command.env_clear();
    command
}

/// On the Department's server.
async fn on_the_server(desk: &Desk, arguments: &[&str]) -> Said {
    let config = &desk.app.config;
    let url = match vptex::app::target(config) {
        Target::Sqlite(path) => format!("sqlite://{}", path.display()),
        Target::Postgres(url) => url,
    };
    let mut command = program();
    command
        .env("VPTEX_DATABASE_URL", url)
        .env("VPTEX_DATA_DIR", &config.data_dir)
        .env("VPTEX_MASTER_KEY_FILE", config.master_key_path());
    run(command, arguments).await
}

/// Elsewhere, where there is no exchange: with the files of a folder.
async fn elsewhere(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = program();
    command.current_dir(folder);
    run(command, &[&["verify"], arguments].concat()).await
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), content).unwrap();
}

#[actix_web::test]
async fn a_file_is_verified_with_the_public_keys_alone() {
    let desk = Desk::open().await;
    let (first, other) = (registered(&desk).await, registered(&desk).await);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    checkpoint(&desk).await;
    for name in ["record", "document", "proof"] {
        write(folder, name, part(&desk, &first, name).await);
    }
    write(folder, "other-proof", part(&desk, &other, "proof").await);
    let keys = on_the_server(&desk, &["keys"]).await;
    assert_eq!(keys.code, Some(0), "{}", keys.complaint);
    write(folder, "keys", &keys.out);
    for file in ["record", "document"] {
        let said = elsewhere(folder, &[file, "--keys", "keys", "--proof", "proof"]).await;
        assert_eq!(said.code, Some(0), "{}", said.complaint);
        for words in [
            "genuine: ",
            first.text("/number"),
            "recorded",
            first.text("/record/verify_at"),
        ] {
            assert!(said.out.contains(words), "{words}: {}", said.out);
        }
    }
    let copy = desk.app.config.checkpoints_path();
    let copy = copy.to_str().unwrap();
    let held = ["record", "--keys", "keys", "--proof", "proof", "--checkpoint", copy];
    assert_eq!(elsewhere(folder, &held).await.code, Some(0));

    // What is not the file that was handed out, not proved, or not by a key that is believed.
    let mut forged = part(&desk, &first, "document").await;
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    write(folder, "forged-document", forged);
    let mut forged: Value = serde_json::from_slice(&part(&desk, &first, "record").await).unwrap();
    forged["record"]["transferee"]["name"] = json!("Công ty TNHH Khác");
    write(folder, "forged-record", forged.to_string());
    let mut strangers: Value = serde_json::from_str(&keys.out).unwrap();
    strangers["keys"][0]["kid"] = json!("AAAAAAAAAAAA");
    write(folder, "strangers", strangers.to_string());
    write(folder, "nothing", "{}");
    for (arguments, code, complaint) in [
        (&["forged-document", "--keys", "keys"][..], 1, "NOT genuine"),
        (
            &["forged-record", "--keys", "keys"],
            1,
            "the file does not say what was signed",
        ),
        (&["record", "--keys", "strangers"], 1, "signed by an unknown key"),
        (&["record", "--keys", "keys", "--proof", "other-proof"], 1, "NOT proved"),
        (&["record", "--keys", "keys", "--proof", "record"], 1, "NOT proved"),
        (
            &["record", "--keys", "keys", "--proof", "proof", "--checkpoint", "keys"],
            1,
            "not in this copy",
        ),
        (&["record", "--keys", "nothing"], 2, "has no keys"),
        (&["nowhere", "--keys", "keys"], 2, "cannot be read"),
    ] {
        let said = elsewhere(folder, arguments).await;
        assert_eq!(said.code, Some(code), "{arguments:?}: {} {}", said.out, said.complaint);
        assert!(said.complaint.contains(complaint), "{arguments:?}: {}", said.complaint);
    }

    // Another key signs from now on: its public half is needed for what it signs, and for nothing of before.
    let rotated = on_the_server(&desk, &["rotate-key"]).await;
    assert_eq!(rotated.code, Some(0), "{}", rotated.complaint);
    write(folder, "later", part(&desk, &registered(&desk).await, "record").await);
    let newer = on_the_server(&desk, &["keys"]).await.out;
    write(folder, "newer", &newer);
    for (arguments, code) in [
        (&["later", "--keys", "keys"][..], 1),
        (&["later", "--keys", "newer"], 0),
        (&["document", "--keys", "newer"], 0),
    ] {
        assert_eq!(elsewhere(folder, arguments).await.code, Some(code), "{arguments:?}");
    }
}

#[actix_web::test]
async fn the_server_also_tells_what_holds_today() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    let folder = tempfile::tempdir().unwrap();
    let file = async |certificate: &Reply, name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, part(&desk, certificate, "document").await).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (older, newer) = (file(&first, "older").await, file(&second, "newer").await);
    let verified = async |file: &str| on_the_server(&desk, &["verify", file]).await;
    let said = verified(&older).await;
    assert_eq!(said.code, Some(0), "{}", said.complaint);
    // The older version is in force as the newer one says, which is named.
    let newest = format!("newest      {}, issued {}", second.text("/number"), desk.today());
    assert!(said.out.contains(&newest), "{}", said.out);
    let said = verified(&newer).await;
    assert_eq!(
        (said.code, said.out.contains("newest")),
        (Some(0), false),
        "{}",
        said.out
    );

    desk.take(&case_of(&desk, &first).await, "annul").await;
    for file in [&older, &newer] {
        let said = verified(file).await;
        assert_eq!(said.code, Some(3), "{} {}", said.out, said.complaint);
    }
    // A register that was changed is not to be relied on, whatever it tells.
    desk.app
        .by_hand("UPDATE certificates SET jws = NULL WHERE position = 0")
        .await;
    let said = verified(&older).await;
    assert_eq!(said.code, Some(1));
    assert!(
        said.complaint.contains("the register's own copy was changed"),
        "{}",
        said.complaint
    );
    // Nor is one that does not have what it issued.
    desk.app
        .by_hand("UPDATE certificates SET record = (SELECT o.record FROM certificates AS o WHERE o.position = 1)")
        .await;
    let said = verified(&older).await;
    assert_eq!((said.code, said.out.starts_with("genuine: ")), (Some(1), true));
    assert!(
        said.complaint
            .contains("its register does not have it under this number and code"),
        "{}",
        said.complaint
    );
}

/// The document of a record as the exchange would sign it, whatever the register has.
async fn signed(desk: &Desk, record: &CertificateRecord) -> Vec<u8> {
    let exchange = desk.app.exchange();
    let vault = exchange.vault.clone();
    let read = exchange.read(move |conn, _now| {
        let key = certificates::keys(conn)?.remove(0);
        let pair = vault.open_sealed(Purpose::CertificateKey, &key.sealed_key)?;
        Ok((key.kid, pair))
    });
    let (kid, key) = read.await.unwrap();
    let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&key).unwrap();
    let jws = signing::sign(record, &kid, &key).unwrap();
    print::certificate(record, &signing::file(record, &jws).unwrap()).unwrap()
}

/// Of a duplicate that was signed of another record than the register has, the server says the same whichever way it is asked.
#[actix_web::test]
async fn a_duplicate_that_says_something_else_than_the_register_is_told() {
    let desk = Desk::open().await;
    let (_first, second) = amended(&desk).await;
    duplicated(&desk, &second).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let genuine = part(&desk, &second, "document?duplicate=1").await;
    let within: SignedFile = serde_json::from_slice(&print::attachment(&genuine).unwrap()).unwrap();
    let mut record = within.record;
    "Công ty TNHH Khác".clone_into(&mut record.transferee.name);
    let other = signed(&desk, &record).await;
    write(folder, "genuine", &genuine);
    write(folder, "other", &other);
    let verified = async |name: &str| {
        let path = folder.join(name);
        on_the_server(&desk, &["verify", path.to_str().unwrap()]).await
    };
    let said = verified("genuine").await;
    assert_eq!(said.code, Some(0), "{} {}", said.out, said.complaint);
    assert_eq!(on_the_server(&desk, &["check"]).await.code, Some(0));
    put(&desk, "certificate_duplicates", &other).await;
    let said = verified("other").await;
    assert_eq!((said.code, said.out.starts_with("genuine: ")), (Some(1), true));
    assert!(
        said.complaint.contains("another record under this number and code"),
        "{}",
        said.complaint
    );
    let said = on_the_server(&desk, &["check"]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("duplicate 1"), "{}", said.out);
    // Nor is a duplicate good of which the register does not know.
    desk.app.by_hand("DELETE FROM certificate_duplicates").await;
    let said = verified("genuine").await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.complaint.contains("no such duplicate"), "{}", said.complaint);
}
