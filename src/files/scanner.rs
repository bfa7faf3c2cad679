//! Asks clamd, or whatever speaks its protocol, whether there is malware in a file. The bytes go over a socket, in parts with
//! their length before them (`INSTREAM` of clamd(8)), so the scanner needs no way to the file store.

use std::fs;
use std::io::{self, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{self as async_io, AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt, Empty};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// Bytes of a file in one part.
const PART: usize = 64 << 10;
/// What it says of a file that is larger than its `StreamMaxLength`.
const TOO_LARGE: &str = "INSTREAM size limit exceeded";
/// Longest answer that is read.
const LONGEST_ANSWER: u64 = 4_096;
/// How long an answer to the question whether somebody is there may take.
const PING_TIME: Duration = Duration::from_secs(2);

/// Where the scanner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A host and its port.
    Tcp(String),
    /// A socket in the file system.
    Unix(PathBuf),
}

/// What the scanner found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing that it knows.
    Nothing,
    /// Malware, by the scanner's name for it.
    Malware(String),
}

/// Why it is not known.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// It cannot be reached, or hung up.
    #[error("the scanner cannot be reached: {0}")]
    Unreachable(#[from] io::Error),
    /// It took too long.
    #[error("the scanner took too long")]
    Late,
    /// It takes no file as large as this one.
    #[error("the scanner takes no file as large as this: its StreamMaxLength is below file_limit_mb")]
    TooLarge,
    /// It says something else.
    #[error("the scanner says: {0:?}")]
    Refused(String),
}

/// Who looks for malware.
#[derive(Clone, Debug)]
pub struct Scanner {
    /// Where.
    pub address: Address,
    /// How long it may take for one file.
    pub patience: Duration,
}

impl Scanner {
    /// Has a file looked into; it is at its beginning before and after.
    pub async fn scan(&self, file: fs::File) -> Result<Found, ScanError> {
        let mut file = File::from_std(file);
        file.seek(SeekFrom::Start(0)).await?;
        let found = self.look_into(&mut file).await;
        file.seek(SeekFrom::Start(0)).await?;
        found
    }

    /// Whether it looks into a file of so many bytes, and if not, why: one of zeros is sent.
    pub async fn try_size(&self, size: u64) -> Result<(), ScanError> {
        match self.look_into(&mut async_io::repeat(0).take(size)).await? {
            Found::Nothing => Ok(()),
            // Of zeros: as scanners that are set to do so call whatever is too large for them.
            Found::Malware(name) => Err(ScanError::Refused(name)),
        }
    }

    async fn look_into(&self, bytes: &mut (impl AsyncRead + Unpin)) -> Result<Found, ScanError> {
        match timeout(self.patience, self.ask(b"zINSTREAM\0", Some(bytes))).await {
            Ok(answer) => understood(&answer?),
            Err(_elapsed) => Err(ScanError::Late),
        }
    }

    /// Whether it answers, and if not, why.
    pub async fn try_out(&self) -> Result<(), ScanError> {
        match timeout(PING_TIME, self.ask(b"zPING\0", None::<&mut Empty>)).await {
            Ok(answer) => match answer?.as_str() {
                "PONG" => Ok(()),
                other => Err(ScanError::Refused(other.to_owned())),
            },
            Err(_elapsed) => Err(ScanError::Late),
        }
    }

    async fn ask(&self, command: &[u8], bytes: Option<&mut (impl AsyncRead + Unpin)>) -> io::Result<String> {
        match &self.address {
            Address::Tcp(address) => talk(TcpStream::connect(address).await?, command, bytes).await,
            Address::Unix(path) => talk(UnixStream::connect(path).await?, command, bytes).await,
        }
    }
}

async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    command: &[u8],
    bytes: Option<&mut (impl AsyncRead + Unpin)>,
) -> io::Result<String> {
    let sent = send(&mut stream, command, bytes).await;
    let mut answer = Vec::new();
    let read = (&mut stream).take(LONGEST_ANSWER).read_to_end(&mut answer).await;
    // Whoever has enough says so and hangs up: what was said counts, not that nothing more was taken.
    if answer.is_empty() {
        sent.and(read.map(drop))?;
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let text = String::from_utf8_lossy(&answer);
    Ok(text.trim_end_matches(['\0', '\n']).to_owned())
}

async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    command: &[u8],
    bytes: Option<&mut (impl AsyncRead + Unpin)>,
) -> io::Result<()> {
    stream.write_all(command).await?;
    if let Some(bytes) = bytes {
        let mut part = vec![0; PART];
        loop {
            let count = bytes.read(&mut part).await?;
            // The part without bytes is the end.
            stream.write_u32(u32::try_from(count).unwrap_or(u32::MAX)).await?;
            if count == 0 {
                break;
            }
            stream.write_all(part.get(..count).unwrap_or_default()).await?;
        }
    }
    stream.flush().await
}

fn understood(answer: &str) -> Result<Found, ScanError> {
    let refused = || ScanError::Refused(answer.to_owned());
    if answer.starts_with(TOO_LARGE) {
        return Err(ScanError::TooLarge);
    }
    match answer.strip_prefix("stream: ").ok_or_else(refused)? {
        "OK" => Ok(Found::Nothing),
        found => match found.strip_suffix(" FOUND") {
            Some(name) => Ok(Found::Malware(name.to_owned())),
            None => Err(refused()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_to_be_clean_is() {
        assert_eq!(understood("stream: OK").unwrap(), Found::Nothing);
        let malware = Found::Malware("Win.Test.EICAR_HDB-1".into());
        assert_eq!(understood("stream: Win.Test.EICAR_HDB-1 FOUND").unwrap(), malware);
        for other in [
            "",
            "OK",
            "stream: ",
            "stream: OK FOUND?",
            "stream: ok",
            "stream: Can't allocate memory ERROR",
            "UNKNOWN COMMAND",
        ] {
            assert!(matches!(understood(other), Err(ScanError::Refused(_))), "{other}");
        }
        let too_large = understood("INSTREAM size limit exceeded. ERROR");
        assert!(matches!(too_large, Err(ScanError::TooLarge)));
    }
}
