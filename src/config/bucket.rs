//! Values that say in which bucket of an S3-compatible service files lie, and who may use it.

use std::fs;

use super::check::shared_mode;
use super::mail::Secret;
use super::value::{Literal, Value};
use super::{Config, Finding, Severity};

/// Name of a bucket, as all services take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketName(String);

impl BucketName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for BucketName {
    const KIND: &'static str = "name of a bucket";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_name = (3..=63).contains(&text.len())
            && text.chars().all(|c| is_inner(c) || matches!(c, '-' | '.'))
            && text.starts_with(is_inner)
            && text.ends_with(is_inner)
            && !text.contains("..");
        if is_name {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "{text:?} is not the name of a bucket: 3 to 63 small letters, digits, - and ."
            ))
        }
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// What the names of all objects begin with, so that a bucket can be shared: folders, without a slash at either end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// The folders.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for KeyPrefix {
    const KIND: &'static str = "folders, separated by /";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        let trimmed = text.trim_matches('/');
        let is_plain = |folder: &str| {
            !matches!(folder, "" | "." | "..")
                && folder
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        if trimmed.len() <= 200 && trimmed.split('/').all(is_plain) {
            Ok(Self(trimmed.to_owned()))
        } else {
            Err(format!(
                "{text:?} is not made of folders of letters, digits, -, _ and ."
            ))
        }
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// Region, which signatures name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region(String);

impl Region {
    /// What services that have none expect.
    #[must_use]
    pub fn usual() -> Self {
        Self(String::from("us-east-1"))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for Region {
    const KIND: &'static str = "name of a region";
    const LITERAL: Literal = Literal::Text;

    fn parse(text: &str) -> Result<Self, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !text.is_empty() && text.len() <= 64 && text.chars().all(is_plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{text:?} is not the name of a region, such as us-east-1"))
        }
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

impl Config {
    /// The secret key of the bucket, from its setting or from its file. What is wrong is told without the secret.
    pub fn s3_secret(&self) -> Result<Option<Secret>, String> {
        let Some(path) = &self.s3_secret_key_file else {
            return Ok(self.s3_secret_key.clone());
        };
        if let Some(mode) = shared_mode(path) {
            return Err(format!(
                "{} is accessible to group or others (mode {mode:o}); run chmod 600 on it",
                path.display()
            ));
        }
        let text = fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let text = text.trim();
        if text.is_empty() {
            return Err(format!("{} is empty", path.display()));
        }
        let secret = Secret::parse(text).map_err(|why| format!("{} {why}", path.display()))?;
        Ok(Some(secret))
    }
}

/// What is wrong about the bucket, as far as can be told without asking for it.
pub(super) fn check(config: &Config, findings: &mut Vec<Finding>) {
    let mut refuse = |key, message: String| {
        findings.push(Finding {
            severity: Severity::Error,
            key: Some(key),
            message,
        });
    };
    let is_secret_given = config.s3_secret_key.is_some() || config.s3_secret_key_file.is_some();
    let needed = [
        ("s3_endpoint", config.s3_endpoint.is_some()),
        ("s3_bucket", config.s3_bucket.is_some()),
        ("s3_access_key", config.s3_access_key.is_some()),
        ("s3_secret_key", is_secret_given),
    ];
    if config.s3_prefix.is_some() || needed.iter().any(|(_, is_given)| *is_given) {
        for (key, _) in needed.iter().filter(|(_, is_given)| !is_given) {
            refuse(
                key,
                String::from("is needed to keep files in a bucket; the others are not enough"),
            );
        }
    }
    if let Some(endpoint) = &config.s3_endpoint
        && !endpoint.is_https()
        && !endpoint.is_loopback()
    {
        refuse(
            "s3_endpoint",
            format!("{endpoint} would get files in clear text; http:// is for this machine only"),
        );
    }
    if config.s3_secret_key.is_some() && config.s3_secret_key_file.is_some() {
        refuse(
            "s3_secret_key_file",
            String::from("and s3_secret_key are the same; give one"),
        );
    } else if let Err(why) = config.s3_secret() {
        refuse("s3_secret_key_file", why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_services_do_not_take_are_refused() {
        for name in ["vptex", "kho-tep.2026", "a1b"] {
            assert_eq!(BucketName::parse(name).unwrap().show(), name);
        }
        for wrong in [
            "",
            "ab",
            "Kho",
            "kho_tep",
            "-kho",
            "kho.",
            "kho..tep",
            "kho/tep",
            "kho tệp",
            &"k".repeat(64),
        ] {
            assert!(BucketName::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(KeyPrefix::parse("/san/tep/").unwrap().show(), "san/tep");
        for wrong in ["", "/", "a//b", "../b", "a/./b", "tệp", "a b", "a?b"] {
            assert!(KeyPrefix::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Region::parse("hn-1").unwrap(), Region(String::from("hn-1")));
        for wrong in ["", "a/b", "hà nội"] {
            assert!(Region::parse(wrong).is_err(), "{wrong}");
        }
    }
}
