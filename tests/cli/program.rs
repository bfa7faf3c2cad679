//! The program in a process of its own, in a folder and with a database of one test's own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use vptex::store::conn::Target;

use crate::database::{self, TestDatabase};

/// How long anything may take that is waited for.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Where a test's programs run.
pub struct Place {
    database: TestDatabase,
    folder: TempDir,
}

/// What a program left behind.
#[derive(Debug)]
pub struct Left {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Self {
        Self {
            database: database::fresh(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Its database.
    pub fn target(&self) -> &Target {
        &self.database.target
    }

    /// A file or folder of this place.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program with the place's database. Of the environment it gets nothing else.
    pub fn command<I: IntoIterator<Item = A>, A: AsRef<std::ffi::OsStr>>(&self, args: I) -> Command {
        let url = match &self.database.target {
            Target::Sqlite(path) => format!("sqlite://{}", path.display()),
            Target::Postgres(url) => url.clone(),
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_vptex"));
        command
            .env_clear()
            .env("VPTEX_DATABASE_URL", url)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .args(args);
        command
    }

    /// Runs it to its end.
    pub fn run<A: AsRef<std::ffi::OsStr>>(&self, args: &[A]) -> Left {
        let output = self.command(args).output().unwrap();
        Left {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs it, and it must do what it is asked. Gives what it said.
    pub fn done<A: AsRef<std::ffi::OsStr>>(&self, args: &[A]) -> String {
        let left = self.run(args);
        assert_eq!(left.code, Some(0), "{left:?}");
        left.out
    }

    /// Runs it, and it must refuse with this code and in lines that begin with `vptex:`. Gives its complaint.
    pub fn refused<A: AsRef<std::ffi::OsStr>>(&self, args: &[A], code: i32) -> String {
        let left = self.run(args);
        assert_eq!((left.code, left.out.as_str()), (Some(code), ""), "{left:?}");
        assert!(left.err.lines().count() > 0, "{left:?}");
        assert!(left.err.lines().all(|line| line.starts_with("vptex: ")), "{left:?}");
        left.err
    }
}

/// A server that runs, killed when dropped.
pub struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    pub api: String,
    pub metrics: String,
}

impl Server {
    /// Starts it and waits until it says where it listens.
    pub fn start(place: &Place, data: &Path) -> Self {
        Self::start_with(place, data, &[], Stdio::null())
    }

    /// The same with more flags and somewhere to complain.
    pub fn start_with(place: &Place, data: &Path, flags: &[&str], complaints: Stdio) -> Self {
        let mut child = place
            .command(["serve", "--listen", "localhost:0", "--data-dir"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .unwrap();
        let mut server = Self {
            out: BufReader::new(child.stdout.take().unwrap()),
            child,
            api: String::new(),
            metrics: String::new(),
        };
        server.api = server.told("vptex: listening on http://");
        server.metrics = server.told("vptex: metrics on http://");
        server.metrics = server.metrics.trim_end_matches("/metrics").to_owned();
        server
    }

    fn told(&mut self, before: &str) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        let rest = line.trim_end().strip_prefix(before);
        rest.unwrap_or_else(|| panic!("{line:?} does not begin with {before:?}"))
            .to_owned()
    }

    /// Asks until the answer has this status.
    pub fn wait_for(&self, path: &str, status: u16) {
        let until = Instant::now() + PATIENCE;
        while get(&self.api, path).0 != status {
            assert!(Instant::now() < until, "{path} never answered {status}");
            std::thread::yield_now();
        }
    }

    /// Asks it to end, by SIGTERM.
    pub fn ask_to_end(&self) {
        signal("TERM", &self.child);
    }

    /// Ends it with SIGTERM.
    pub fn end(mut self) -> ExitStatus {
        self.ask_to_end();
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a signal to a child that has not been waited for, so that its number is still its own.
pub fn signal(name: &str, child: &Child) {
    let kill = format!("kill -{name} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

/// Status and body of a GET.
pub fn get(at: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}
