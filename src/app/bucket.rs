//! The bucket in which files lie, if they do not lie in a directory.

use uuid::Uuid;

use super::UuidV7;
use crate::config::{Config, Finding, Severity};
use crate::domain::ids::Ids as _;
use crate::files::bucket::Bucket;
use crate::files::contents::Contents;
use crate::service;

/// The bucket, as the configuration names it; nothing when it names none.
pub(super) fn bucket(config: &Config) -> service::Result<Option<Bucket>> {
    let secret = config.s3_secret().map_err(service::Error::internal)?;
    let named = (&config.s3_endpoint, &config.s3_bucket, &config.s3_access_key, secret);
    let (Some(endpoint), Some(name), Some(access_key), Some(secret)) = named else {
        return Ok(None);
    };
    Ok(Some(Bucket {
        endpoint: endpoint.as_str().to_owned(),
        name: name.as_str().to_owned(),
        region: config.s3_region.as_str().to_owned(),
        access_key: access_key.as_str().to_owned(),
        secret_key: secret.expose().into(),
        prefix: config.s3_prefix.as_ref().map(|prefix| prefix.as_str().to_owned()),
        patience: config.s3_timeout_s.duration(),
    }))
}

/// Opens the file store that the configuration names, and nothing else.
pub fn contents(config: &Config) -> service::Result<Contents> {
    Ok(Contents::open(&config.files_path(), bucket(config)?.as_ref())?)
}

/// Tries the bucket out, if there is one: whoever sends a file later should not be the first to learn that a key is wrong.
pub fn try_bucket(config: &Config) -> Result<(), Finding> {
    let refused = |message| Finding {
        severity: Severity::Error,
        key: Some("s3_bucket"),
        message,
    };
    let Some(bucket) = bucket(config).map_err(|error| refused(error.log.unwrap_or(error.detail_en)))? else {
        return Ok(());
    };
    let id: Uuid = UuidV7.next();
    let contents = Contents::open(&config.files_path(), Some(&bucket)).map_err(|error| refused(error.to_string()))?;
    contents.try_out(id, bucket.patience).map_err(|(what, why)| {
        let Bucket { name, endpoint, .. } = &bucket;
        refused(format!("{name} at {endpoint} cannot be {what}: {why}"))
    })
}
