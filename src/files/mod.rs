//! Bytes that people send: what becomes of them on the way in, and where they lie.
//!
//! **Architecture invariant:** nothing that came from outside is decoded in this process. [`look`] and [`workbook`] run in a child
//! that [`sandbox`] starts and bounds; the rest of this room moves bytes and knows no format.

mod bounded;
pub mod bucket;
mod checked;
pub mod contents;
pub mod incoming;
mod jpeg;
pub mod look;
mod office;
mod own;
mod parts;
mod pdf;
mod picture;
mod reading;
pub mod sandbox;
pub mod scanner;
pub mod workbook;

use std::sync::Arc;

use aws_lc_rs::digest;
use tokio::sync::Semaphore;

use crate::domain::file::Digest;

/// Where files lie and who looks into them.
pub struct Files {
    /// What is kept.
    pub contents: contents::Contents,
    /// Who looks into files.
    pub decoder: sandbox::Decoder,
    /// Turns of those who write workbooks, each a temporary file that grows.
    pub workbooks: Arc<Semaphore>,
    /// Who looks for malware, where somebody does.
    pub scanner: Option<scanner::Scanner>,
}

/// Workbooks that are written at once.
pub const WORKBOOKS: usize = 2;

fn finish(context: digest::Context) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.finish().as_ref());
    Digest(bytes)
}

fn digest_of(bytes: &[u8]) -> Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(bytes);
    finish(context)
}
