//! `vptex certificate`: is a file what the authority issued? And the keys that sign.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use serde::Deserialize;

use super::{Failure, Outcome, bar, complain, done, say};
use crate::app;
use crate::config::Config;
use crate::domain::certificate::Validity;
use crate::service::audit::key;
use crate::service::audit::note::read_verifier_key;
use crate::service::audit::proof;
use crate::service::certificates::signing::{self, NotGenuine, PublicKey, SignedFile};
use crate::service::certificates::{checking, keys, reading};
use crate::service::{App, Error, ErrorCode};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 10_000_000;

/// The exit code of what is genuine and holds no more.
const NOT_IN_FORCE: u8 = 3;

#[derive(Debug, Subcommand)]
pub(super) enum CertificateCommand {
    /// Verify a certificate: its document (PDF) or its signed record (JSON). Exit code 1 when it is not genuine, 3
    /// when it is and holds no more
    Verify(VerifyArgs),
    /// Hold every certificate and duplicate that was issued here, record and document, against what was signed; servers may run. Names
    /// what is not what was issued, and ends with 1 then
    Check,
    /// Print the public keys that signed certificates, for `--keys` of others
    Keys,
    /// Let a new key sign from now on; what was signed before stays genuine. Servers may run
    RotateKey,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The file
    file: PathBuf,
    /// Believe the keys in this file, as `/.well-known/certificate-keys.json` has them, and ask no database. Without it:
    /// the keys in the database, and what holds today
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Also verify that the certificate is in the audit trail, by the proof in this file (`GET /certificates/{id}/proof`).
    /// With `--keys` the file of keys must have `checkpoint_keys`
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Also verify that the checkpoint of the proof is in this file: your own copy of the checkpoints, of when they were
    /// signed. Without it the proof says what the holder of the key says today
    #[arg(long, value_name = "FILE", requires = "proof")]
    checkpoint: Option<PathBuf>,
}

impl VerifyArgs {
    /// Whether it needs no exchange.
    pub(super) fn is_offline(&self) -> bool {
        self.keys.is_some()
    }
}

/// A key set (RFC 7517), as far as it counts here; others may have more members.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
    #[serde(default)]
    checkpoint_keys: Vec<String>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    crv: String,
    x: String,
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::Usage(format!("{} cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(Failure::Usage(format!(
            "{} is too large for a certificate",
            path.display()
        )));
    }
    Ok(bytes)
}

fn read_keys(path: &Path) -> Result<(Vec<PublicKey>, Vec<Vec<u8>>), Failure> {
    let wrong = || Failure::Usage(format!("--keys: {} has no keys (RFC 7517, Ed25519)", path.display()));
    let set: KeySet = serde_json::from_slice(&read(path)?).map_err(|_wrong| wrong())?;
    let keys = set.keys.into_iter().filter(|key| key.crv == "Ed25519").map(|key| {
        let bytes = URL_SAFE_NO_PAD.decode(&key.x).ok().filter(|bytes| bytes.len() == 32);
        bytes.map(|bytes| PublicKey { kid: key.kid, bytes })
    });
    let keys: Option<Vec<PublicKey>> = keys.collect();
    let keys = keys.filter(|keys| !keys.is_empty()).ok_or_else(wrong)?;
    let checkpoints = set.checkpoint_keys.iter().map(|key| read_verifier_key(key));
    Ok((keys, checkpoints.collect::<Option<_>>().ok_or_else(wrong)?))
}

fn genuine(opened: &SignedFile) -> String {
    let record = &opened.record;
    let (name, _) = record.kind.name();
    let duplicate = record.duplicate.as_ref().map_or_else(String::new, |duplicate| {
        format!(
            "\n  duplicate   no. {}, issued {}",
            duplicate.ordinal, duplicate.issued_on
        )
    });
    format!(
        "genuine: {name}\n  number      {}\n  issued      {} by {}\n  signed by   {}, {}\n  transferor  {}\n  transferee  {}\n  \
         technology  {}{duplicate}",
        record.number,
        record.issued_on,
        record.issuer.name,
        record.signer.name,
        record.signer.title,
        record.transferor.name,
        record.transferee.name,
        record.technology.name,
    )
}

fn not_genuine(path: &Path, why: &NotGenuine) -> Outcome {
    complain(format_args!("NOT genuine: {}: {why}", path.display()));
    Ok(ExitCode::FAILURE)
}

/// Whether the certificate is in the trail, where that is asked; how to end where it is not.
fn prove(args: &VerifyArgs, opened: &SignedFile, keys: &[Vec<u8>]) -> Result<Option<ExitCode>, Failure> {
    let Some(path) = &args.proof else { return Ok(None) };
    if keys.is_empty() {
        return Err(Failure::Usage(
            "--keys: no `checkpoint_keys`, which a proof needs".to_owned(),
        ));
    }
    let signed = signing::file(&opened.record, &opened.jws)?;
    let checked = proof::read(&read(path)?).and_then(|read| Ok((proof::check(&read, &signed, keys)?, read)));
    match checked {
        Ok((checkpoint, proof)) => {
            say(format_args!(
                "  recorded    {}, as row {} of lane {}, in the trail of {} rows that {} signed",
                proof.row.at, proof.row.link, proof.row.lane, checkpoint.size, checkpoint.origin
            ))?;
            held(args, &proof.checkpoint)
        }
        Err(why) => {
            complain(format_args!("NOT proved: {}: {why}", path.display()));
            Ok(Some(ExitCode::FAILURE))
        }
    }
}

/// Whether the holder's own copy has the checkpoint, where that is asked; how to end where it has not.
fn held(args: &VerifyArgs, checkpoint: &str) -> Result<Option<ExitCode>, Failure> {
    let Some(path) = &args.checkpoint else { return Ok(None) };
    let copy = read(path)?;
    let is_held = has(&copy, checkpoint);
    if !is_held {
        complain(format_args!(
            "NOT proved: {}: the checkpoint of the proof is not in this copy",
            path.display()
        ));
        return Ok(Some(ExitCode::FAILURE));
    }
    say(format_args!("  held        the checkpoint is in {}", path.display()))?;
    Ok(None)
}

/// Whether a file of checkpoints has one, from the beginning of a line on.
fn has(copy: &[u8], checkpoint: &str) -> bool {
    let copy = String::from_utf8_lossy(copy);
    let begins_a_line = |at: usize| {
        copy.get(..at)
            .is_some_and(|before| before.is_empty() || before.ends_with('\n'))
    };
    !checkpoint.is_empty() && copy.match_indices(checkpoint).any(|(at, _)| begins_a_line(at))
}

/// How the command ends for what is genuine, by what holds today.
const fn code_of(validity: Validity) -> u8 {
    match validity {
        Validity::Valid | Validity::Amended => 0,
        Validity::Expired | Validity::Superseded | Validity::Annulled => NOT_IN_FORCE,
    }
}

/// With keys from a file: nothing else is asked.
pub(super) fn verify_offline(args: &VerifyArgs) -> Outcome {
    let (keys, checkpoint_keys) = read_keys(args.keys.as_deref().unwrap_or(Path::new("")))?;
    match signing::open(&read(&args.file)?, &keys) {
        Ok(opened) => {
            say(genuine(&opened))?;
            if let Some(failed) = prove(args, &opened, &checkpoint_keys)? {
                return Ok(failed);
            }
            say(format_args!(
                "  today       ask {} whether it still holds",
                opened.record.verify_at
            ))
            .map(done)
        }
        Err(why) => not_genuine(&args.file, &why),
    }
}

pub(super) fn run(config: &Config, command: CertificateCommand) -> Outcome {
    let app = app::context(config)?;
    match command {
        CertificateCommand::Verify(args) => {
            let bytes = read(&args.file)?;
            let keys = app.db.read(|conn| keys::public(conn, &app.vault))?;
            let opened = match signing::open(&bytes, &keys) {
                Ok(opened) => opened,
                Err(why) => return not_genuine(&args.file, &why),
            };
            say(genuine(&opened))?;
            let checkpoint_keys = app.db.read(|conn| key::opened(conn, &app.vault))?;
            let checkpoint_keys: Vec<Vec<u8>> = checkpoint_keys.iter().map(key::public_half).collect();
            if let Some(failed) = prove(&args, &opened, &checkpoint_keys)? {
                return Ok(failed);
            }
            let now = app.clock.now();
            let code = opened
                .record
                .verify_at
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            let verified = app
                .db
                .read(|conn| reading::verify((conn, &*app.vault), (&opened.record.number, &code), now));
            let verified = match verified {
                Err(error) if error.code == ErrorCode::NotFound => {
                    complain(
                        "this exchange signed it, and its register does not have it under this number and code: the register was changed, or \
                         restored from before it was issued",
                    );
                    return Ok(ExitCode::FAILURE);
                }
                verified => verified?,
            };
            let validity = verified.held.validity;
            let (_, holds) = validity.name();
            say(format_args!("  today       {holds}"))?;
            if let Some(newest) = verified.newest() {
                let record = &newest.record;
                say(format_args!(
                    "  newest      {}, issued {}",
                    record.number, record.issued_on
                ))?;
            }
            if let Err(why) = &verified.signature {
                complain(format_args!(
                    "the register's own copy was changed, do not rely on it: {why}"
                ));
                return Ok(ExitCode::FAILURE);
            }
            if !verified.has(&opened.record) {
                complain(
                    "this exchange signed it, and its register has another record under this number and code, or no such duplicate: do not \
                     rely on this paper",
                );
                return Ok(ExitCode::FAILURE);
            }
            Ok(ExitCode::from(code_of(validity)))
        }
        CertificateCommand::Check => check(&app),
        CertificateCommand::Keys => {
            let keys = app.db.read(|conn| keys::published(conn, &app.vault))?;
            let checkpoints = app
                .db
                .read(|conn| keys::of_checkpoints(conn, &app.vault, &app.rules.public_url))?;
            let keys = serde_json::to_value(keys).map_err(Error::internal)?;
            let set = serde_json::json!({"keys": keys, "checkpoint_keys": checkpoints});
            say(format_args!("{set:#}")).map(done)
        }
        CertificateCommand::RotateKey => {
            let kid = app.write_blocking(keys::rotate)?;
            say(format_args!(
                "{kid} signs certificates from now on; what was signed before stays genuine"
            ))
            .map(done)
        }
    }
}

/// Looks at one certificate after the other.
fn check(app: &App) -> Outcome {
    let ids = app.db.read(checking::issued)?;
    let bar = bar(u64::try_from(ids.len()).unwrap_or(u64::MAX), "certificates");
    let (mut sound, mut damaged) = (0_usize, 0_usize);
    for id in ids {
        let checked = app.db.read(|conn| checking::check(conn, &app.vault, id))?;
        if checked.damaged.is_empty() {
            sound += 1;
        } else {
            damaged += 1;
            bar.suspend(|| say(format_args!("damaged {checked}")))?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    say(format_args!("certificates: {sound} as issued, {damaged} damaged"))?;
    Ok(if damaged == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::{Validity, code_of, has};

    #[test]
    fn what_holds_no_more_has_an_exit_code_of_its_own() {
        let codes = Validity::ALL
            .iter()
            .map(|validity| (validity.as_str(), code_of(*validity)));
        let codes: Vec<(&str, u8)> = codes.filter(|(_, code)| *code != 0).collect();
        assert_eq!(codes, [("expired", 3), ("superseded", 3), ("annulled", 3)]);
    }

    #[test]
    fn a_copy_has_whole_checkpoints_only() {
        let (one, other) = ("a.example/audit\n7\nAA==\n\n— x\n", "a.example/audit\n9\nBB==\n\n— y\n");
        let copy = format!("{one}\n{other}");
        assert!(has(copy.as_bytes(), one) && has(copy.as_bytes(), other));
        assert!(has(one.as_bytes(), one) && !has(one.as_bytes(), other));
        assert!(!has(copy.as_bytes(), other.strip_prefix("a.").unwrap()) && !has(copy.as_bytes(), ""));
        let changed = one.replace("7", "8");
        assert!(!has(copy.as_bytes(), &changed));
    }
}
