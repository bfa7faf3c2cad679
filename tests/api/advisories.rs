//! Advisories of comparable software, each as a test of what it would be here. `docs/advisories.md` has the whole list,
//! with those that are tested elsewhere and those that do not apply.

mod counters;
mod disclosure;
mod formats;
mod schemes;
mod tampering;
mod texts;
