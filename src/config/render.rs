//! Configuration as people read it: the reference in `docs/configuration.md` and the output of `config show`.

use std::fmt::Write;

use super::table::Key;
use super::value::Literal;
use super::{Config, Effective, Origin};

/// The reference of all keys. `docs/configuration.md` is this text; a test keeps it so.
#[must_use]
pub fn render_markdown() -> String {
    let mut text = String::from(INTRODUCTION);
    let mut group = "";
    for (key, default) in Config::default().entries() {
        if key.group != group {
            group = key.group;
            line(&mut text, format_args!("\n## {group}"));
        }
        line(&mut text, format_args!("\n### `{}`\n", key.name));
        line(&mut text, format_args!("{}\n", key.description()));
        line(&mut text, format_args!("- Value: {}{}", key.kind, range_in_words(key)));
        line(
            &mut text,
            format_args!("- Default: `{}`", toml_literal(key.literal, &default)),
        );
        line(&mut text, format_args!("- Environment: `{}`", key.environment_name()));
    }
    text
}

const INTRODUCTION: &str = "\
# Configuration

<!-- Written by `UPDATE_DOCS=1 cargo test --lib config::` from src/config/keys.rs. Do not edit by hand. -->

Each key is looked for in four places; a later one wins over an earlier one:

1. the default;
2. the TOML file: `--config PATH`, else `VPTEX_CONFIG`, else `vptex.toml` in the working directory if there is one;
3. the environment: `VPTEX_` and the key in capitals, for example `VPTEX_LISTEN`;
4. flags of the command line: `--set KEY=VALUE` for any key, as often as needed; the flags `--data-dir`,
   `--database-url` and, of `vptex serve`, `--listen` are short for it and win over it. Other users of the machine can
   read a command line, so passwords do not belong there.

All keys are flat: the file has no sections. A key that does not exist is refused, wherever it stands, with the nearest
one that does; only variables that begin with `VPTEX_TEST_` are left to the test harness. `vptex config check` reports
every mistake at once, and `vptex config show` prints the values in force and where each comes from, passwords hidden.
";

fn range_in_words(key: &Key) -> String {
    key.range
        .first()
        .map(|range| format!(", {} to {}", range.start(), range.end()))
        .unwrap_or_default()
}

/// Every effective value with its origin, as a TOML file.
pub(super) fn show(effective: &Effective) -> String {
    let mut text = String::from("# Values in force, and where each comes from. Passwords are hidden.\n");
    let mut group = "";
    for (key, value) in effective.config.entries() {
        if key.group != group {
            group = key.group;
            line(&mut text, format_args!("\n# {group}"));
        }
        let origin = effective.origins.get(key.name).unwrap_or(&Origin::Default);
        line(
            &mut text,
            format_args!(
                "{} = {} # {}",
                key.name,
                toml_literal(key.literal, &value),
                one_line(&origin.to_string())
            ),
        );
    }
    text
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _infallible = text.write_fmt(arguments);
    text.push('\n');
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn toml_literal(literal: Literal, value: &str) -> String {
    match literal {
        Literal::Integer => String::from(value),
        Literal::Text => {
            let mut quoted = String::from("\"");
            for c in value.chars() {
                match c {
                    '"' | '\\' => quoted.extend(['\\', c]),
                    c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
                    c => quoted.push(c),
                }
            }
            quoted.push('"');
            quoted
        }
    }
}
