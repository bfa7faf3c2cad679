//! From what was typed to what was meant.

mod amounts;
mod attributes;
mod grammar;
mod joined;
mod meant;
mod names;
mod numbers;
mod prices;
mod quantity;
mod rewrite;
mod spelling;
mod told;
mod typing;

pub use attributes::{Interpretation, InterpretationKind};
pub(crate) use attributes::{Preference, WishedNames, Wishes, take};
pub(crate) use grammar::is_syllable;
pub(crate) use meant::is_meant;
pub(crate) use names::other_trade;
pub(crate) use quantity::{Dimension, Quantity};
pub(crate) use rewrite::{Change, Kind, MAX_CHANGE, MOST_CHANGES, Rewriting, is_meant_by, rewrite};
pub(crate) use told::understood;
pub(crate) use typing::{decode, written};
