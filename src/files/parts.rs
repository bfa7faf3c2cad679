//! A content as it lies in a folder, read in parts that are worth the way to a thread that may block and back. The store's own
//! parts are eight times smaller, and most of the time of a large file went into waking threads.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use object_store::{GetResult, GetResultPayload};
use tokio::task::spawn_blocking;

use super::contents::ByteStream;

/// Bytes of a part: each client that reads slowly holds one.
const PART: u64 = 64 * 1024;

/// What is left of a file.
type Left = (File, Range<u64>);

/// The opened range of a content.
pub(super) fn parts(answer: GetResult) -> ByteStream {
    let range = answer.range.clone();
    match answer.payload {
        GetResultPayload::File(file, _) => stream::try_unfold((file, range), next).boxed(),
        GetResultPayload::Stream(parts) => parts,
    }
}

async fn next(left: Left) -> object_store::Result<Option<(Bytes, Left)>> {
    if left.1.is_empty() {
        return Ok(None);
    }
    let read = spawn_blocking(move || read_part(left)).await;
    let read = read.map_err(io::Error::other).and_then(|read| read);
    read.map(Some).map_err(|cause| object_store::Error::Generic {
        store: "files",
        source: Box::new(cause),
    })
}

/// The next part; an error where the file became shorter while it is read.
fn read_part((mut file, left): Left) -> io::Result<(Bytes, Left)> {
    let end = left.end.min(left.start.saturating_add(PART));
    let size = usize::try_from(end.saturating_sub(left.start)).map_err(io::Error::other)?;
    let mut part = vec![0; size];
    file.seek(SeekFrom::Start(left.start))?;
    file.read_exact(&mut part)?;
    Ok((part.into(), (file, end..left.end)))
}
