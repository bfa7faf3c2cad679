//! `vptex doctor`: what is wrong with an exchange, and what to do about it, in words. It only looks: nothing is made,
//! written or locked, so that it can be asked at any time and beside any server.

mod database;
mod places;
mod report;
mod scanner;
mod server;
mod trail;
mod work;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::{Outcome, say};
use crate::app::SystemClock;
use crate::config::{Effective, Severity, Sources};
use crate::domain::clock::Clock as _;
use report::{Advice, Check, Report, Words, both};

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Print JSON, with both languages
    #[arg(long)]
    json: bool,
    /// Language of the words
    #[arg(long, value_enum, default_value_t = Language::En)]
    language: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    En,
    Vi,
}

pub(super) fn run(sources: &Sources, args: &DoctorArgs) -> Outcome {
    let now = SystemClock.now();
    let mut report = Report::default();
    let effective = Effective::examined(sources);
    configuration(&effective, &mut report);
    // What could not be read stands at its default, which is another exchange than the one that is meant.
    if is_readable(sources) {
        examine(&effective, now, &mut report);
    }
    if args.json {
        say(report.json(now))?;
    } else {
        say(report.text(args.language == Language::Vi))?;
    }
    Ok(report.verdict().exit_code())
}

fn is_readable(sources: &Sources) -> bool {
    let read = Effective::read(sources);
    read.findings()
        .iter()
        .all(|finding| finding.severity != Severity::Error)
}

fn configuration(effective: &Effective, report: &mut Report) {
    let mut is_good = true;
    for finding in effective.findings() {
        // The key has a check of its own.
        if finding.key == Some("master_key_file") {
            continue;
        }
        is_good = false;
        let told: Words = both(finding.to_string(), finding.to_string());
        let advice = Advice::new(
            "correct it in vptex.toml, in the environment (VPTEX_…) or in the flags; `vptex config docs` explains every setting",
            "sửa trong vptex.toml, biến môi trường (VPTEX_…) hoặc tham số dòng lệnh; `vptex config docs` giải thích từng mục",
        );
        match finding.severity {
            Severity::Error => report.trouble(Check::Configuration, told, advice),
            Severity::Warning => report.warn(Check::Configuration, told, advice),
        }
    }
    if is_good {
        report.good(
            Check::Configuration,
            both("the settings can be read", "đọc được toàn bộ cấu hình"),
        );
    }
}

fn examine(effective: &Effective, now: Timestamp, report: &mut Report) {
    let config = &effective.config;
    places::look(config, report);
    scanner::look(config, report);
    let server = server::look(config, report);
    let Some(mut conn) = database::look(config, now, report) else {
        return;
    };
    trail::look(config, &mut conn, now, &server, report);
    work::look(config, &mut conn, now, &server, report);
}
