//! From what was typed to what was meant.

mod grammar;
mod joined;
mod rewrite;
mod spelling;
mod typing;

pub(crate) use rewrite::{Change, Kind, Rewriting, rewrite};
