//! `vptex audit`: is the trail what it was?

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, Outcome, bar, complain, done, say};
use crate::app;
use crate::config::Config;
use crate::service::Error;
use crate::service::audit::key;
use crate::service::audit::note::{origin, read_verifier_keys, verifier_key};
use crate::service::audit::verify::{self, Break, Covered, Kept, Report};
use crate::store::conn::{self, AnyConn, Target};
use crate::store::{audit, audit_checkpoints};

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Verify the whole audit trail; tells the first thing that is wrong. The server may run meanwhile
    Verify(VerifyArgs),
    /// Print the public keys of checkpoints, to be written down elsewhere: the one that signs first, then those of before
    Key,
    /// Let a new key sign from the next checkpoint on; what was signed before stays good. Servers may run. Prints the public key,
    /// to be written down beside the former one
    RotateKey,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Verify against the checkpoints in this file too: better a copy from another machine
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
    /// Believe these keys only, one a line as `vptex audit key` printed them; checkpoints in the database before the first that one of
    /// them signed are passed over, and counted. Without it: those in the database
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

pub(super) fn run(config: &Config, command: AuditCommand) -> Outcome {
    match command {
        AuditCommand::Verify(args) => verify(config, &args),
        AuditCommand::Key => {
            let app = app::context(config)?;
            let keys = key::all(&app)?;
            let origin = origin(&app.rules.public_url);
            let keys = keys
                .iter()
                .rev()
                .map(|key| verifier_key(&origin, &key::public_half(key)));
            say(keys.collect::<Vec<_>>().join("\n")).map(done)
        }
        AuditCommand::RotateKey => {
            let app = app::context(config)?;
            let public_key = app.write_blocking(key::rotate)?;
            say(verifier_key(&origin(&app.rules.public_url), &public_key))?;
            complain(
                "this key signs from the next checkpoint on; write it down where the former one is, and keep that",
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn verify(config: &Config, args: &VerifyArgs) -> Outcome {
    let given = args.key.as_deref().map(|text| {
        read_verifier_keys(text)
            .ok_or_else(|| Failure::Usage(String::from("--key: must be what `vptex audit key` prints")))
    });
    let given = given.transpose()?;
    let file = args.checkpoints.as_ref().map(|path| {
        fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{} cannot be read: {error}", path.display())))
    });
    let file = file.transpose()?;
    let target = app::target(config);
    if let Target::Sqlite(path) = &target
        && !path.is_file()
    {
        return Err(Failure::Usage(format!("there is no database {}", path.display())));
    }
    let mut conn = conn::read_only(&target).map_err(Error::from)?;
    match check(&mut conn, given, file.as_deref())? {
        Ok((report, kept, in_file)) => tell(&report, kept, in_file).map(done),
        Err(broken) => {
            say(format_args!("the audit trail is broken: {broken}"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn check(
    conn: &mut AnyConn,
    given: Option<Vec<Vec<u8>>>,
    file: Option<&str>,
) -> Result<Result<(Report, Kept, u64), Break>, Failure> {
    // Before the rows: what is covered by then is there.
    let mut covered = Covered::default();
    let (keys, kept) = match given {
        Some(keys) => {
            let kept = verify::cover_kept_since(conn, &keys, &mut covered)?;
            (keys, kept)
        }
        // All keys are believed, so nothing is to be passed over.
        None => {
            let keys = audit_checkpoints::keys(conn).map_err(Error::from)?.into_iter();
            let keys: Vec<Vec<u8>> = keys.map(|key| key.public_key).collect();
            let kept = verify::cover_kept(conn, &keys, &mut covered)?;
            let passed_over = 0;
            (keys, kept.map(|covering| Kept { passed_over, covering }))
        }
    };
    let kept = match kept {
        Ok(kept) => kept,
        Err(broken) => return Ok(Err(broken)),
    };
    let in_file = match file
        .map(|text| verify::cover_file(text, &keys, &mut covered))
        .transpose()
    {
        Ok(count) => count.unwrap_or(0),
        Err(broken) => return Ok(Err(broken)),
    };
    let total = u64::try_from(audit::newest(conn).map_err(Error::from)?).unwrap_or(0);
    let bar = bar(total, "verify");
    let outcome = verify::run(conn, &covered, &mut |rows| bar.set_position(rows));
    bar.finish_and_clear();
    Ok(outcome?.map(|report| (report, kept, in_file)))
}

fn tell(report: &Report, kept: Kept, in_file: u64) -> Result<(), Failure> {
    let checkpoints = kept.covering + in_file;
    let Report {
        rows,
        lanes,
        unchained,
        roots,
    } = report;
    say(format_args!(
        "the audit trail is in order: {rows} rows in {lanes} lane(s); {checkpoints} checkpoint(s) agree on {roots} root(s)"
    ))?;
    if kept.passed_over > 0 {
        let first = kept.passed_over + 1;
        complain(format_args!(
            "{} checkpoint(s) in the database are signed by none of the given keys and were passed over: checkpoint {first} is the \
             first that counts. It covers all rows of before it, as they were when it was signed; what was changed earlier is not noticed",
            kept.passed_over
        ));
    }
    if *unchained > 0 {
        complain(format_args!(
            "{unchained} row(s) are older than the chain: nothing vouches for them"
        ));
    }
    if checkpoints == 0 {
        complain("there is no checkpoint: an end that was cut off, or a chain that was computed anew, is not noticed");
    }
    Ok(())
}
