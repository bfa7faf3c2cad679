//! What may be in the tree of crates, as `deny.toml` says it: licences, crates that are kept out, and where all come from.
//!
//! `cargo deny check` says the same of the same file, and asks for advisories too; it takes minutes to build.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

/// One crate that is or may be built, as `cargo metadata` tells it.
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    license: Option<&'a str>,
    /// Nothing where it is of this workspace.
    source: Option<&'a str>,
}

/// `cargo metadata`: what the lock file has for all features and all systems.
fn metadata() -> Value {
    let told = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--offline",
            "--all-features",
        ])
        .current_dir(super::root())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).unwrap()
}

fn packages(metadata: &Value) -> Vec<Package<'_>> {
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| Package {
            name: package["name"].as_str().unwrap(),
            version: package["version"].as_str().unwrap(),
            license: package["license"].as_str(),
            source: package["source"].as_str(),
        })
        .collect()
}

fn rules() -> toml::Table {
    super::read(Path::new("deny.toml")).parse().unwrap()
}

/// Texts of a list of `deny.toml`; of tables, the member that names the crate.
fn list(rules: &toml::Table, room: &str, name: &str) -> Vec<String> {
    let list = rules.get(room).and_then(|rules| rules.get(name)).unwrap();
    let items = list.as_array().unwrap().iter();
    items
        .map(|item| item.get("crate").unwrap_or(item).as_str().unwrap().to_owned())
        .collect()
}

/// Whether a licence expression can be met with licences that are allowed.
fn is_met(license: &str, allowed: &[String]) -> bool {
    let expression = Expression::parse_mode(license, ParseMode::LAX).unwrap();
    expression.evaluate(|wanted| allowed.contains(&wanted.to_string()))
}

#[test]
fn every_crate_has_a_licence_that_is_allowed() {
    let (metadata, allowed) = (metadata(), list(&rules(), "licenses", "allow"));
    let violations: Vec<_> = packages(&metadata)
        .iter()
        .filter(|package| !package.license.is_some_and(|license| is_met(license, &allowed)))
        .map(|package| format!("{} {}: {:?}", package.name, package.version, package.license))
        .collect();
    super::assert_none("a crate's licence is not one that deny.toml allows", &violations);
}

#[test]
fn a_licence_is_met_by_what_it_leaves_to_choose() {
    let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for met in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in [
        "GPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "LGPL-2.1-or-later",
        "MIT WITH LLVM-exception",
    ] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn no_crate_is_one_that_is_kept_out() {
    let (metadata, denied) = (metadata(), list(&rules(), "bans", "deny"));
    let violations: Vec<_> = packages(&metadata)
        .iter()
        .filter(|package| denied.iter().any(|name| name == package.name))
        .map(|package| format!("{} {}", package.name, package.version))
        .collect();
    super::assert_none("a crate is one that deny.toml keeps out", &violations);
}

#[test]
fn every_crate_comes_from_the_registry() {
    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
    let metadata = metadata();
    let packages = packages(&metadata);
    let own = packages.iter().filter(|package| package.source.is_none()).count();
    assert_eq!(
        own,
        metadata["workspace_members"].as_array().unwrap().len(),
        "a crate lies in a folder"
    );
    let violations: Vec<_> = packages
        .iter()
        .filter_map(|package| package.source.map(|source| (package, source)))
        .filter(|(_, source)| *source != REGISTRY)
        .map(|(package, source)| format!("{} {} comes from {source}", package.name, package.version))
        .collect();
    super::assert_none("a crate does not come from the registry", &violations);
}

/// How much a crate is optimised in what tests build.
fn level(optimised: &toml::Table, name: &str) -> i64 {
    let level = optimised.get(name).and_then(|told| told.get("opt-level"));
    level.and_then(toml::Value::as_integer).unwrap_or_default()
}

/// Cargo only warns of a name that fits nothing; and C, too, is built as the profile says, which nobody sees but whoever waits.
#[test]
fn what_tests_spend_their_time_in_is_optimised() {
    let manifest: toml::Table = super::read(Path::new("Cargo.toml")).parse().unwrap();
    let profile = manifest
        .get("profile")
        .and_then(|profiles| profiles.get("dev"))
        .unwrap();
    let optimised = profile.get("package").and_then(toml::Value::as_table).unwrap();
    let metadata = metadata();
    let packages = packages(&metadata);
    let is_known = |name: &str| name == "*" || packages.iter().any(|package| package.name == name);
    let unknown = optimised.keys().filter(|name| !is_known(name)).cloned();
    super::assert_none(
        "a profile names a crate that is not there",
        &unknown.collect::<Vec<_>>(),
    );
    let slow = ["libmimalloc-sys", "libsqlite3-sys", "libwebp-sys"]
        .into_iter()
        .filter(|name| level(optimised, name) < 2)
        .map(str::to_owned);
    super::assert_none(
        "tests spend their time in C that is not optimised",
        &slow.collect::<Vec<_>>(),
    );
}
