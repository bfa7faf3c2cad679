//! The audit trail as others use it: officers read and export it, a job signs how far it goes, the operator verifies it.
//! Writing it is [`Work::remember`](super::context::Work::remember) and its like.
//!
//! The chain finds whatever was changed, taken out, put in or exchanged by somebody who did not compute the hashes anew.
//! Whoever did, or cut the end off, is found by the checkpoints, which are kept elsewhere too. docs/audit.md has it all.

pub mod checkpoint;
pub mod key;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod state;
pub mod trail;
pub mod verify;
