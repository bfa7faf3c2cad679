//! The macro that turns the one list of keys into the [`Config`](super::Config) struct, its defaults, its setter and the
//! metadata from which the documentation is written. A key is therefore named once, in `keys.rs`, and nowhere else.

use std::ops::RangeInclusive;

use super::value::{Literal, Value};

/// What is known about one configuration key without knowing its value.
#[derive(Debug)]
pub struct Key {
    /// Name in the TOML file; upper-cased after `VPTEX_` in the environment.
    pub name: &'static str,
    /// Heading the key is documented under.
    pub group: &'static str,
    /// What a value is, in words.
    pub kind: &'static str,
    /// How a value is spelt in TOML.
    pub literal: Literal,
    /// Smallest and largest number accepted; empty when the key is not a number.
    pub range: &'static [RangeInclusive<u64>],
    /// The documentation, one line of source each.
    pub doc: &'static [&'static str],
}

impl Key {
    /// Name of the environment variable that sets this key.
    #[must_use]
    pub fn environment_name(&self) -> String {
        format!("{}{}", super::ENVIRONMENT_PREFIX, self.name.to_ascii_uppercase())
    }

    /// The documentation as one paragraph.
    #[must_use]
    pub fn description(&self) -> String {
        let lines: Vec<&str> = self.doc.iter().map(|line| line.trim()).collect();
        lines.join(" ")
    }
}

/// Reads one value and holds it against the range its key allows.
pub(super) fn parse<V: Value>(key: &Key, text: &str) -> Result<V, String> {
    let value = V::parse(text)?;
    if let (Some(range), Some(number)) = (key.range.first(), value.number())
        && !range.contains(&number)
    {
        return Err(format!(
            "{number} is outside the allowed range {} to {}",
            range.start(),
            range.end()
        ));
    }
    Ok(value)
}

macro_rules! config_keys {
    ($(
        $group:literal {
            $(
                $(#[doc = $doc:literal])+
                $name:ident : $type:ty = $default:expr $(, $range:expr)? ;
            )+
        }
    )+) => {
        /// Every setting of the server, already parsed. Tests build one with `Config { data_dir, ..Config::default() }`;
        /// everything else obtains it from [`Config::load`].
        #[derive(Debug, Clone)]
        pub struct Config {
            $($(
                $(#[doc = $doc])+
                pub $name: $type,
            )+)+
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($( $name: $default, )+)+ }
            }
        }

        /// Every key, in the order in which it is documented and shown.
        pub const KEYS: &[Key] = &[$($(
            Key {
                name: stringify!($name),
                group: $group,
                kind: <$type as Value>::KIND,
                literal: <$type as Value>::LITERAL,
                range: &[$( $range )?],
                doc: &[$( $doc ),+],
            },
        )+)+];

        impl Config {
            /// Replaces one value; the message says what is wrong with `text` and never repeats a secret.
            pub(super) fn set(&mut self, key: &Key, text: &str) -> Result<(), String> {
                match key.name {
                    $($( stringify!($name) => self.$name = parse(key, text)?, )+)+
                    other => return Err(format!("`{other}` is not in the table of keys")),
                }
                Ok(())
            }

            /// Every key with its present value as text, secrets redacted.
            #[must_use]
            pub fn entries(&self) -> Vec<(&'static Key, String)> {
                let values = [$($( Value::show(&self.$name), )+)+];
                KEYS.iter().zip(values).collect()
            }
        }
    };
}

pub(super) use config_keys;
