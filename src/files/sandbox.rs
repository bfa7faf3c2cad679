//! The child process in which what came from outside is decoded: the same program, without environment, with bounds on
//! memory, time and files, from standard input to standard output.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::domain::file::FileFault;

/// The hidden command that the child is started with.
pub const COMMAND: &str = "sandbox-file";
/// Memory that the child may write to.
const MEMORY: u64 = 256 << 20;
/// Processor time that the child may take.
const CPU_S: u64 = 10;
/// How long the child may live: longer than its processor time on a machine that does other things, too.
const DEADLINE: Duration = Duration::from_secs(30);
/// Most that is read of what the child says.
const MOST: u64 = 64 << 20;
/// Children at once: decoding takes a core each.
const AT_ONCE: usize = 2;

/// One version of a picture as the child describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Described {
    /// Edge of its box; nothing for the picture itself.
    pub edge: Option<u16>,
    pub media_type: String,
    pub width: u32,
    pub height: u32,
    pub size: usize,
}

/// The first line that the child writes; the bytes follow in the same order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Said {
    /// What the file was, and what was made of it.
    Made { found: String, parts: Vec<Described> },
    /// What the file is, which may be kept as it came.
    Passed { found: String, pages: Option<u32> },
    /// Nothing was made.
    Refused { fault: String },
}

/// One version of a picture, made anew by us.
#[derive(Clone, Debug)]
pub struct Version {
    /// Edge of its box; nothing for the picture itself.
    pub edge: Option<u16>,
    /// `image/…`
    pub media_type: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What was found in a file.
#[derive(Clone, Debug)]
pub struct Found {
    /// What the file is, or was before it was made anew.
    pub media_type: String,
    /// What is to be kept of it.
    pub kept: Kept,
}

/// What is to be kept of a file.
#[derive(Clone, Debug)]
pub enum Kept {
    /// These versions of a picture, made anew, the picture itself first.
    Versions(Vec<Version>),
    /// The bytes of a document as they came.
    AsItCame {
        /// Pages, where they can be counted.
        pages: Option<u32>,
    },
}

/// Why nothing is kept of a file.
#[derive(Debug)]
pub enum Failure {
    /// The file is to blame.
    File(FileFault),
    /// The machine is: the child did not come to its end in time, though it had not used up its processor time.
    Late,
    /// We are.
    Ours(String),
}

/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts children, a few at once.
pub struct Decoder {
    program: PathBuf,
    turns: Semaphore,
}

impl Decoder {
    /// `program` is this program, or whatever the operator puts around it.
    pub fn new(program: Option<PathBuf>) -> Self {
        Self {
            // As it was started, even when the file was replaced since.
            program: program.unwrap_or_else(|| PathBuf::from("/proc/self/exe")),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// Reads a file to its end. A picture is made anew, in three small versions besides.
    pub async fn look(&self, input: fs::File) -> Result<Found, Failure> {
        let ours = |error: &dyn std::fmt::Display| Failure::Ours(format!("the decoder: {error}"));
        // Whoever waits holds a place of all: not for long.
        let turn = timeout(PATIENCE, self.turns.acquire()).await;
        let _turn = turn.map_err(|_elapsed| Failure::Late)?.map_err(|error| ours(&error))?;
        let mut child = Command::new(&self.program)
            .arg(COMMAND)
            .env_clear()
            // Else the allocator may have taken a gigabyte before the child bounds itself, and gets nothing afterwards:
            // 15 of 500 pictures failed so.
            .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
            .current_dir("/")
            .stdin(Stdio::from(input))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| ours(&error))?;
        let Some(output) = child.stdout.take() else {
            return Err(ours(&"it has no output"));
        };
        let work = async {
            let mut said = Vec::new();
            output.take(MOST).read_to_end(&mut said).await?;
            child.wait().await.map(|status| (said, status))
        };
        match timeout(DEADLINE, work).await {
            // Dropped here, the child is killed.
            Err(_elapsed) => Err(Failure::Late),
            Ok(Err(error)) => Err(ours(&error)),
            Ok(Ok((said, status))) if status.success() => read(&said).ok_or_else(|| ours(&"it cannot be understood")),
            // Killed by the kernel for time, or by itself for want of memory.
            Ok(Ok((_, status))) if status.code().is_none() => Err(too_costly(&status)),
            Ok(Ok((_, status))) => Err(ours(&status)),
        }?
    }
}

/// The file is to blame; but if this happens often, we are, and the log tells how the child ended.
fn too_costly(how: &dyn std::fmt::Display) -> Failure {
    tracing::warn!(%how, "a decoder was ended");
    Failure::File(FileFault::TooCostly)
}

/// What the child said. It is not believed to be in order: it has read what a stranger sent.
fn read(said: &[u8]) -> Option<Result<Found, Failure>> {
    let end = said.iter().position(|byte| *byte == b'\n')?;
    let (line, mut rest) = said.split_at_checked(end)?;
    rest = rest.get(1..)?;
    match serde_json::from_slice(line).ok()? {
        Said::Refused { fault } => Some(Err(Failure::File(fault.parse().ok()?))),
        Said::Passed { found, pages } => rest.is_empty().then_some(Ok(Found {
            media_type: found,
            kept: Kept::AsItCame { pages },
        })),
        Said::Made { found, parts } => {
            let mut versions = Vec::with_capacity(parts.len());
            for part in parts {
                let (bytes, after) = rest.split_at_checked(part.size)?;
                rest = after;
                versions.push(Version {
                    edge: part.edge,
                    media_type: part.media_type,
                    width: part.width,
                    height: part.height,
                    bytes: bytes.to_vec(),
                });
            }
            let kept = Kept::Versions(versions);
            rest.is_empty().then_some(Ok(Found {
                media_type: found,
                kept,
            }))
        }
    }
}

/// Bounds this process for good: the child's first deed. Without new file descriptors there are neither files nor
/// connections.
#[cfg(target_os = "linux")]
pub fn confine() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let bounds = [
        // Not the address space: the allocator reserves more of that than it uses.
        (Resource::Data, MEMORY),
        (Resource::Cpu, CPU_S),
        (Resource::Nofile, 3),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, most) in bounds {
        setrlimit(
            resource,
            Rlimit {
                current: Some(most),
                maximum: Some(most),
            },
        )?;
    }
    Ok(())
}

/// Elsewhere nothing is decoded: bounds that nobody has tried are none.
#[cfg(not(target_os = "linux"))]
pub fn confine() -> std::io::Result<()> {
    Err(std::io::Error::other("files are looked into on Linux only"))
}
