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
use crate::domain::import::TableFault;

/// The hidden command that the child is started with.
pub const COMMAND: &str = "sandbox-file";
/// The same for a workbook that is imported.
pub const TABLE_COMMAND: &str = "sandbox-table";
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
    Passed {
        found: String,
        pages: Option<u32>,
        certificate: Option<String>,
    },
    /// Nothing was made.
    Refused { fault: String },
}

/// The first line that the child writes of a workbook; its rows follow, each a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TableSaid {
    /// It was taken apart; so many sheets are there to be seen.
    Taken { sheets: usize },
    /// It was not.
    Refused { fault: String },
}

/// What a workbook says.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// How many sheets there are; the rows are those of the first.
    pub sheets: usize,
    /// Its rows as JSON Lines: number and texts of the cells.
    pub rows: Vec<u8>,
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
        /// The signed record within a certificate that this program printed. Who signed it was not looked at.
        certificate: Option<String>,
    },
}

/// Why nothing is kept of a file; `F` says what is wrong with one.
#[derive(Debug)]
pub enum Failure<F = FileFault> {
    /// The file is to blame.
    File(F),
    /// The machine is, as this says: another time it will do.
    Busy(String),
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
        let said = self.run(COMMAND, input, FileFault::TooCostly).await?;
        read(&said).ok_or_else(not_understood)?
    }

    /// Takes a workbook apart.
    pub async fn table(&self, input: fs::File) -> Result<Sheet, Failure<TableFault>> {
        let costly = TableFault::File(FileFault::TooCostly);
        let said = self.run(TABLE_COMMAND, input, costly).await?;
        read_table(said).ok_or_else(not_understood)?
    }

    /// What a child says of a file; `costly` is what is wrong with one that takes more than a child has.
    async fn run<F>(&self, command: &str, input: fs::File, costly: F) -> Result<Vec<u8>, Failure<F>> {
        let ours = |error: &dyn std::fmt::Display| Failure::Ours(format!("the decoder: {error}"));
        // Whoever waits holds a place of all: not for long.
        let turn = timeout(PATIENCE, self.turns.acquire()).await;
        let _turn = turn.map_err(|_elapsed| late())?.map_err(|error| ours(&error))?;
        let mut child = Command::new(&self.program)
            .arg(command)
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
            .map_err(|error| match is_short(&error) {
                true => Failure::Busy(format!("the decoder: {error}")),
                false => ours(&error),
            })?;
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
            Err(_elapsed) => Err(late()),
            Ok(Err(error)) => Err(ours(&error)),
            Ok(Ok((said, status))) if status.success() => Ok(said),
            // Killed by the kernel for time, or by itself for want of memory: the file is to blame; but if this happens
            // often, we are, and the log tells how the child ended.
            Ok(Ok((_, status))) if status.code().is_none() => {
                tracing::warn!(how = %status, "a decoder was ended");
                Err(Failure::File(costly))
            }
            Ok(Ok((_, status))) => Err(ours(&status)),
        }
    }
}

/// Whoever looked into it did not come to its end in time, though it had not used up its processor time.
fn late<F>() -> Failure<F> {
    Failure::Busy("a decoder did not come to its end in time".into())
}

/// Whether the machine is short of what a child takes: handles, processes or memory.
#[cfg(target_os = "linux")]
fn is_short(error: &std::io::Error) -> bool {
    use rustix::io::Errno;
    let short = [Errno::MFILE, Errno::NFILE, Errno::AGAIN, Errno::NOMEM];
    Errno::from_io_error(error).is_some_and(|errno| short.contains(&errno))
}

/// Elsewhere nothing is decoded.
#[cfg(not(target_os = "linux"))]
fn is_short(_: &std::io::Error) -> bool {
    false
}

fn not_understood<F>() -> Failure<F> {
    Failure::Ours("the decoder: it cannot be understood".into())
}

/// What the child said of a workbook; the rows are read by whoever wants them, and believed no more than the child.
fn read_table(mut said: Vec<u8>) -> Option<Result<Sheet, Failure<TableFault>>> {
    let end = said.iter().position(|byte| *byte == b'\n')?;
    let rows = said.split_off(end.checked_add(1)?);
    match serde_json::from_slice(&said).ok()? {
        TableSaid::Refused { fault } => Some(Err(Failure::File(TableFault::of_workbook(&fault)?))),
        TableSaid::Taken { sheets } => Some(Ok(Sheet { sheets, rows })),
    }
}

/// What the child said. It is not believed to be in order: it has read what a stranger sent.
fn read(said: &[u8]) -> Option<Result<Found, Failure>> {
    let end = said.iter().position(|byte| *byte == b'\n')?;
    let (line, mut rest) = said.split_at_checked(end)?;
    rest = rest.get(1..)?;
    match serde_json::from_slice(line).ok()? {
        Said::Refused { fault } => Some(Err(Failure::File(fault.parse().ok()?))),
        Said::Passed {
            found,
            pages,
            certificate,
        } => rest.is_empty().then_some(Ok(Found {
            media_type: found,
            kept: Kept::AsItCame { pages, certificate },
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Error;

    use rustix::io::Errno;

    use super::is_short;

    #[test]
    fn what_the_machine_is_short_of_comes_back_and_what_is_wrong_stays() {
        for short in [Errno::MFILE, Errno::NFILE, Errno::AGAIN, Errno::NOMEM] {
            assert!(is_short(&Error::from(short)), "{short:?}");
        }
        for wrong in [
            Error::from(Errno::NOENT),
            Error::from(Errno::ACCESS),
            Error::other("no number"),
        ] {
            assert!(!is_short(&wrong), "{wrong}");
        }
    }
}
