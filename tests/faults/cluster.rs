//! A PostgreSQL server of the harness's own, which keeps what it is given through its restarts.

use std::fs::{File, Permissions};
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::program::PATIENCE;

const PAUSE: Duration = Duration::from_millis(20);
/// Where Debian puts the servers, and where others may.
const VERSIONS: &str = "/usr/lib/postgresql";
const ELSEWHERE: [&str; 2] = ["/usr/local/bin", "/usr/bin"];
/// As `scripts/with-postgres` has it, but durable.
const SETTINGS: [&str; 7] = [
    "listen_addresses=127.0.0.1",
    "max_connections=300",
    "max_locks_per_transaction=256",
    "max_pred_locks_per_transaction=256",
    "shared_buffers=128MB",
    "timezone=Asia/Ho_Chi_Minh",
    "log_min_messages=warning",
];

/// How it is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Whoever is connected is sent away, and all is written out (`pg_ctl -m fast`).
    Fast,
    /// At once, so that the next start recovers (`pg_ctl -m immediate`).
    Immediate,
    /// SIGKILL to the first of its processes, which the others notice.
    Killed,
}

impl Stop {
    fn signal(self) -> Signal {
        match self {
            Self::Fast => Signal::INT,
            Self::Immediate => Signal::QUIT,
            Self::Killed => Signal::KILL,
        }
    }
}

/// The server and its data, which go with it.
pub struct Cluster {
    programs: PathBuf,
    home: TempDir,
    port: u16,
    settings: Vec<String>,
    server: Option<Child>,
    /// The address of its database.
    pub url: String,
}

impl Cluster {
    /// Makes one, with settings beside the usual ones, and starts it; whoever cannot is told why.
    pub fn made(settings: &[&str]) -> Result<Self, String> {
        let programs = programs().ok_or("no PostgreSQL server found: scripts/install-debian-packages tests")?;
        // Not in the folder for temporary files: the path of a Unix socket can have 107 bytes only.
        let home = tempfile::Builder::new().prefix("vptex-postgres.").tempdir_in("/tmp");
        let home = home.map_err(|error| error.to_string())?;
        let password = password();
        let file = home.path().join("password");
        std::fs::write(&file, format!("{password}\n")).unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        if geteuid().is_root() {
            // PostgreSQL refuses to run as root.
            done(Command::new("chown").args(["-R", "postgres:"]).arg(home.path()))?;
        }
        let port = free_port();
        let mut cluster = Self {
            url: format!("postgres://vptex:{password}@127.0.0.1:{port}/postgres"),
            programs,
            home,
            port,
            settings: SETTINGS.iter().chain(settings).map(|&one| one.to_owned()).collect(),
            server: None,
        };
        let mut make = cluster.command("initdb", &[]);
        make.arg("--pgdata").arg(cluster.data()).arg("--pwfile").arg(file);
        make.args(["--username=vptex", "--auth=md5", "--encoding=UTF8", "--locale=C.UTF-8"]);
        done(&mut make)?;
        cluster.start()?;
        Ok(cluster)
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// One of its programs, as the user who owns its data.
    fn command(&self, name: &str, before: &[&str]) -> Command {
        let mut options = before.to_vec();
        if geteuid().is_root() {
            options.extend(["--reuid", "postgres", "--regid", "postgres", "--init-groups"]);
        }
        let program = self.programs.join(name);
        let mut command = if options.is_empty() {
            Command::new(program)
        } else {
            Command::new("setpriv")
        };
        if !options.is_empty() {
            command.args(options).arg(self.programs.join(name));
        }
        command.current_dir(self.home.path());
        command
    }

    /// Starts it and waits until it takes connections. What is left of one that was killed may be in its way for a while.
    pub fn start(&mut self) -> Result<(), String> {
        let begun = Instant::now();
        let mut server = self.spawn();
        while begun.elapsed() < PATIENCE {
            if server.try_wait().unwrap().is_some() {
                std::thread::sleep(PAUSE);
                server = self.spawn();
            }
            if self.is_ready() {
                self.server = Some(server);
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        drop(server.kill());
        drop(server.wait());
        Err(format!("PostgreSQL does not start: {}", self.log_end()))
    }

    /// It goes when this thread goes, even when that is killed.
    fn spawn(&self) -> Child {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.home.path().join("log"))
            .unwrap();
        let mut command = self.command("postgres", &["--pdeathsig", "QUIT"]);
        command.arg("-D").arg(self.data()).arg("-k").arg(self.home.path());
        command.args(["-p", &self.port.to_string()]);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        let errors = log.try_clone().unwrap();
        command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn().unwrap()
    }

    fn is_ready(&self) -> bool {
        let mut ask = Command::new(self.programs.join("pg_isready"));
        ask.args(["-q", "-h", "127.0.0.1", "-t", "1", "-p", &self.port.to_string()]);
        ask.status().is_ok_and(|status| status.success())
    }

    /// Stops it and waits until its first process has ended.
    pub fn stop(&mut self, how: Stop) -> Result<(), String> {
        let Some(mut server) = self.server.take() else {
            return Ok(());
        };
        let begun = Instant::now();
        kill_process(Pid::from_child(&server), how.signal()).unwrap();
        while begun.elapsed() < PATIENCE {
            if server.try_wait().unwrap().is_some() {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        self.server = Some(server);
        Err(format!("PostgreSQL does not stop: {}", self.log_end()))
    }

    fn log_end(&self) -> String {
        let log = std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(4)..].join(" | ")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.stop(Stop::Immediate));
    }
}

/// The folder of the server that is named (`PG_BIN_DIR`, as for `scripts/with-postgres`), else of the newest.
#[expect(
    clippy::disallowed_methods,
    reason = "what names it is of the machine, as for the scripts"
)]
fn programs() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("PG_BIN_DIR").filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let debian = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| Some((version(&entry.path())?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max();
    let elsewhere = || {
        let links = ELSEWHERE
            .iter()
            .filter_map(|folder| std::fs::canonicalize(format!("{folder}/initdb")).ok());
        links.filter_map(|path| path.parent().map(Path::to_owned)).next()
    };
    newest.map(|(_, folder)| folder).or_else(elsewhere)
}

/// A port that nobody has; it is free again when this answers.
fn free_port() -> u16 {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    probe.local_addr().unwrap().port()
}

fn password() -> String {
    let mut random = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut random))
        .unwrap();
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs something to its end, which must be a good one.
fn done(command: &mut Command) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
