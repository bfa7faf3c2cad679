//! The real program in a process of its own, with a scratch folder of its own.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};

use crate::web::{Ask, Web};

/// How long anything may take that is waited for. These are no measurements of speed: builds for tests are slow.
pub const PATIENCE: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(20);

/// What every program of a run has in common: calls from one address are not counted, and tokens and sessions last as long as a round
/// may.
const SETTINGS: [&str; 13] = [
    "rate_limits=off",
    "max_connections_per_address=100000",
    "metrics_listen=off",
    "log_level=info",
    "access_token_minutes=60",
    "officer_access_token_minutes=60",
    "officer_refresh_idle_minutes=720",
    "sessions_per_account=10000",
    "migrate_on_start=yes",
    "files_mb_per_enterprise=100000",
    // The cheapest that is allowed: what is tried here is not how long hashing takes.
    "argon2_memory_kib=7168",
    "argon2_iterations=5",
    "hash_queue=1000",
];

/// Where programs run: folder, database and settings.
#[derive(Clone, Debug)]
pub struct Place {
    pub data: PathBuf,
    /// PostgreSQL, where it is not SQLite in the folder.
    pub database: Option<String>,
    pub settings: Vec<String>,
    /// What the program writes to standard error.
    pub log: PathBuf,
    pub environment: Vec<(String, String)>,
}

impl Place {
    /// In a folder that is made; its log lies beside it, so that a full disk does not concern it.
    pub fn new(data: &Path, log: &Path) -> Self {
        std::fs::create_dir_all(data).unwrap();
        Self {
            data: data.to_owned(),
            database: None,
            settings: Vec::new(),
            log: log.to_owned(),
            environment: Vec::new(),
        }
    }

    pub fn with(mut self, settings: &[&str]) -> Self {
        self.settings.extend(settings.iter().map(|&one| one.to_owned()));
        self
    }

    /// The program with these words. Of the environment it gets next to nothing, and a file that may not grow makes it fail
    /// instead of ending it (SIGXFSZ is ignored from here on).
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", "/nonexistent");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_vptex")]);
        command.args(words).arg("--data-dir").arg(&self.data);
        let key = |setting: &str| setting.split('=').next().map(str::to_owned);
        let own = || self.settings.iter().map(String::as_str);
        let usual = SETTINGS
            .iter()
            .copied()
            .filter(|usual| !own().any(|one| key(one) == key(usual)));
        for setting in usual.chain(own()) {
            command.args(["--set", setting]);
        }
        if let Some(url) = &self.database {
            command.args(["--database-url", url]);
        }
        command.stdin(Stdio::null());
        command
    }

    /// A command to its end; what it said, and whether it succeeded.
    pub fn run(&self, words: &[&str]) -> (bool, String) {
        let output = self.command(words).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    fn spawn(&self) -> Child {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (errors, log) = (child.stderr.take().unwrap(), self.log.clone());
        std::thread::spawn(move || keep(errors, &log));
        child
    }

    /// Starts it on a free port and waits until it says where it listens.
    pub fn start(&self) -> Result<Program, String> {
        let begun = Instant::now();
        let mut program = Program {
            child: self.spawn(),
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            begun,
        };
        let (tell, told) = mpsc::channel();
        let mut lines = BufReader::new(program.child.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.by_ref().map_while(Result::ok) {
                if let Some((_, addr)) = line.split_once("listening on http://") {
                    drop(tell.send(addr.trim().to_owned()));
                }
            }
        });
        match told.recv_timeout(PATIENCE) {
            Ok(addr) => {
                program.addr = addr.parse().map_err(|_garbled| format!("it listens on {addr:?}"))?;
                Ok(program)
            }
            Err(mpsc::RecvTimeoutError::Timeout) => Err(format!("it does not listen after {PATIENCE:?}")),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                Err(format!("it ended before it listened: {}", self.log_end()))
            }
        }
    }

    /// Starts it and kills it so soon, wherever it is by then.
    pub fn stillborn(&self, after: Duration) {
        let mut child = self.spawn();
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// How long its log is by now.
    pub fn log_length(&self) -> u64 {
        std::fs::metadata(&self.log).map_or(0, |about| about.len())
    }

    /// What was written to the log since it was so long.
    pub fn log_since(&self, length: u64) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(text.get(length as usize..).unwrap_or_default()).into_owned()
    }

    /// Its own errors that it wrote to the log since that was so long, a few, each a line.
    pub fn errors_since(&self, length: u64) -> String {
        let text = self.log_since(length);
        let errors = text.lines().filter(|line| line.contains("ERROR vptex"));
        errors.take(5).map(|line| format!("\n  {line}")).collect()
    }

    fn log_end(&self) -> String {
        let text = self.log_since(0);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(4)..].join(" | ")
    }
}

/// Takes what a program says, so that it never blocks on a full pipe, and keeps it.
fn keep(mut errors: ChildStderr, log: &Path) {
    let mut log = File::options().create(true).append(true).open(log).unwrap();
    let mut buffer = [0; 8 * 1_024];
    while let Ok(count @ 1..) = errors.read(&mut buffer) {
        log.write_all(&buffer[..count]).unwrap();
    }
}

/// A server that runs, killed when dropped.
pub struct Program {
    child: Child,
    pub addr: SocketAddr,
    begun: Instant,
}

impl Program {
    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// SIGKILL, and its end.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// SIGTERM, and how and after how long it ended.
    pub fn end(self) -> Result<(ExitStatus, Duration), String> {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Waits for its end.
    pub fn ended(mut self) -> Result<(ExitStatus, Duration), String> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Ok((status, begun.elapsed()));
            }
            std::thread::sleep(PAUSE);
        }
        Err(format!("it does not end within {PATIENCE:?}"))
    }

    /// SIGTERM, after which it must have ended well.
    pub fn end_well(self) -> Result<(), String> {
        match self.end()? {
            (status, _) if status.success() => Ok(()),
            (status, _) => Err(format!("it ended with {status}")),
        }
    }

    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The same, for whoever only looks: one that ended is there until it is asked for.
    pub fn is_there(&self) -> bool {
        let about = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let state = about.rsplit(") ").next().and_then(|rest| rest.chars().next());
        !matches!(state, None | Some('Z' | 'X'))
    }

    /// Sets the soft limit of a resource, from outside; nothing takes the limit away.
    pub fn limit(&self, resource: Resource, most: Option<u64>) {
        let read = std::fs::read_to_string(format!("/proc/{}/limits", self.child.id())).unwrap();
        let name = match resource {
            Resource::Nofile => "Max open files",
            _ => "Max file size",
        };
        let line = read.lines().find(|line| line.starts_with(name)).unwrap();
        let hard = line.split_whitespace().rev().nth(1).and_then(|word| word.parse().ok());
        let limit = Rlimit {
            current: most.or(hard),
            maximum: hard,
        };
        prlimit(Some(self.pid()), resource, limit).unwrap();
    }

    /// How many file descriptors it has.
    pub fn descriptors(&self) -> u64 {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .unwrap()
            .count() as u64
    }

    /// Waits until it is ready and its index has everything; gives how long after its start it was ready.
    pub fn until_ready(&self) -> Result<Duration, String> {
        let begun = Instant::now();
        let mut ready = None;
        let mut web = Web::to(self.addr);
        let mut said = String::new();
        while begun.elapsed() < PATIENCE {
            if let Ok(reply) = web.read(&Ask::root("GET", "/readyz")) {
                said = reply.in_words();
                if reply.status == 200 {
                    ready.get_or_insert(self.begun.elapsed());
                    if reply.at("/index/lag") == 0 {
                        return Ok(ready.unwrap_or_default());
                    }
                }
            }
            std::thread::sleep(PAUSE);
        }
        Err(format!("it is not ready after {PATIENCE:?}: {said}"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
