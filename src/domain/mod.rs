//! The marketplace's rules, pure: parsing of what comes from outside into types, state machines, and who may do what.
//!
//! **Architecture invariant:** nothing here reads a clock, a file, the network or a database, and nothing here knows
//! HTTP or SQL. Everything can be tested with plain `#[test]` functions.

pub mod access;
pub mod account;
pub mod api_key;
pub mod audit;
pub mod calendar;
pub mod canonical;
pub mod certificate;
pub mod clock;
pub mod comparison;
pub mod complaint;
pub mod confidential;
pub mod dimension;
pub mod dossier;
pub mod drafts;
pub mod enterprise;
pub mod feed;
pub mod fields;
pub mod file;
pub mod ids;
pub mod import;
pub mod import_alias;
pub mod inquiry;
pub mod ip_notice;
pub mod language;
mod legal_form_words;
pub mod letter;
pub mod listing;
pub mod matching;
pub mod password;
pub mod periodic_report;
pub mod privacy;
pub mod procedure;
pub mod quantity;
pub mod reader;
pub mod report;
pub mod review;
pub mod screening;
pub mod scripts;
pub mod search_log;
pub mod sent_day;
pub mod shapes;
pub mod takedown;
pub mod tax_code;
pub mod taxonomy;
pub mod text;
pub mod video;
pub mod vocabulary;
pub mod whole;

/// Declares an enum whose values have one stable text form, used on the wire and in the database.
///
/// Gives `ALL`, `as_str`, `Display`, `FromStr` (error: [`UnknownName`]) and the schema of the API's description.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in the order in which people meet them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable text form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownName;

            fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == text)
                    .ok_or_else(|| $crate::domain::UnknownName { of: stringify!($name) })
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::domain::shapes::choice(Self::ALL.iter().map(|value| value.as_str()))
            }
        }

        impl utoipa::ToSchema for $name {}

        impl $crate::domain::TextEnum for $name {
            fn texts() -> Vec<&'static str> {
                Self::ALL.iter().map(|value| value.as_str()).collect()
            }
        }
    };
}
pub(crate) use text_enum;

/// What `text_enum` makes: few values, each with a text.
pub trait TextEnum: std::str::FromStr {
    /// The texts, in the order in which people meet the values.
    fn texts() -> Vec<&'static str>;
}

/// A text that is none of the values of its enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of the values of {of}")]
pub struct UnknownName {
    /// The enum that was asked for.
    pub of: &'static str,
}
