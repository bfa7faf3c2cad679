//! Keys that sign access tokens.

use std::process::ExitCode;

use super::{Outcome, say};
use crate::app;
use crate::config::Config;
use crate::service::{Error, keyring};
use crate::store::signing_keys;

/// One line a key, oldest first.
pub(super) fn list(config: &Config) -> Outcome {
    let app = app::context(config)?;
    let keys = app.db.read(signing_keys::all).map_err(Error::from)?;
    for key in keys {
        let since = key.retired_at.or(key.activated_at).unwrap_or(key.created_at);
        say(format_args!("{}  {:<7}  since {since}", key.kid, key.state.as_str()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The key that stands ready begins to sign; running servers follow by themselves, and refuse no good token.
pub(super) fn rotate(config: &Config) -> Outcome {
    let app = app::context(config)?;
    let kid = app.write_blocking(keyring::rotate)?;
    say(format_args!(
        "{kid} signs from now on; the former key is believed until its last token has ended"
    ))?;
    list(config)
}
