//! The programs under load: `vptex serve` and a bare actix server that says hello, the ceiling of any figure.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// For load that comes from one address.
pub const UNLIMITED: &[&str] = &["rate_limits=off", "max_connections_per_address=100000"];
/// The same, but every call is counted.
pub const COUNTED: &[&str] = &[
    "rate_limits=on",
    "rate_read=1000000000/1s",
    "rate_write=1000000000/1s",
    "rate_feed=1000000000/1s",
    "rate_password=1000000000/1s",
    "rate_password_network=1000000000/1s",
    "rate_letter=1000000000/1s",
    "rate_letter_network=1000000000/1s",
    "rate_invitation=1000000000/1s",
    "rate_invitation_account=1000000000/1s",
    "rate_intake=1000000000/1s",
    "rate_intake_network=1000000000/1s",
    "max_connections_per_address=100000",
];

/// The program that is built with this.
const OWN: &str = env!("CARGO_BIN_EXE_vptex");
const ANYWHERE: &str = "127.0.0.1:0";

/// A server in a process of its own, ended when dropped.
pub struct Running {
    child: Child,
    pub addr: SocketAddr,
    /// Everything printed before the address.
    pub printed: Vec<String>,
    /// From start to the printed address.
    pub startup: Duration,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut printed = Vec::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let addr = loop {
            let line = lines.next().expect("the server ended before it listened").unwrap();
            if let Some((_, addr)) = line.split_once("listening on http://") {
                break addr.trim().parse().unwrap();
            }
            printed.push(line);
        };
        let startup = started.elapsed();
        // What it prints later is read, so that it never blocks on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            addr,
            printed,
            startup,
        }
    }

    /// `vptex serve --demo` on the given data directory.
    pub fn vptex(data: &Path, database: Option<&str>, settings: &[&str]) -> Self {
        Self::serve(&["serve", "--demo"], data, database, settings)
    }

    /// The same on what is in the directory, and no more.
    pub fn plain(data: &Path, database: Option<&str>, settings: &[&str]) -> Self {
        Self::serve(&["serve"], data, database, settings)
    }

    /// Another node: `vptex serve` on a data directory of its own, with the keys of the node that has `first`.
    pub fn node(data: &Path, first: &Path, database: &str, settings: &[&str]) -> Self {
        Self::node_of(Path::new(OWN), data, first, database, settings, ANYWHERE)
    }

    /// The same of any program, at an address.
    pub fn node_of(program: &Path, data: &Path, first: &Path, database: &str, settings: &[&str], at: &str) -> Self {
        let keys = format!("master_key_file={}", first.join("master.key").display());
        let settings = [settings, &[&keys]].concat();
        Self::of(program, &["serve"], data, Some(database), &settings, at)
    }

    fn serve(words: &[&str], data: &Path, database: Option<&str>, settings: &[&str]) -> Self {
        Self::of(Path::new(OWN), words, data, database, settings, ANYWHERE)
    }

    /// Any program with these words, at an address.
    pub fn of(
        program: &Path,
        words: &[&str],
        data: &Path,
        database: Option<&str>,
        settings: &[&str],
        at: &str,
    ) -> Self {
        let mut command = Command::new(program);
        command.args(words);
        command.args(["--listen", at, "--data-dir"]).arg(data);
        // The first access token must last as long as the run.
        let always = [
            "metrics_listen=off",
            "log_level=warn",
            "access_token_minutes=60",
            "migrate_on_start=yes",
        ];
        for setting in always.iter().chain(settings) {
            command.args(["--set", setting]);
        }
        if let Some(url) = database {
            command.args(["--database-url", url]);
        }
        Self::start(&mut command)
    }

    /// SIGTERM, and how and after how long it ended.
    pub fn end(mut self) -> (ExitStatus, Duration) {
        let told = Instant::now();
        rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::TERM,
        )
        .unwrap();
        (self.child.wait().unwrap(), told.elapsed())
    }

    /// Resident memory in MiB.
    pub fn memory_mib(&self) -> f64 {
        status_mib(&self.child.id().to_string(), "VmRSS:")
    }

    /// The most that it ever was.
    pub fn most_memory_mib(&self) -> f64 {
        status_mib(&self.child.id().to_string(), "VmHWM:")
    }

    /// From now on [`most_memory_mib`](Self::most_memory_mib) is what it is from now on.
    pub fn forget_most_memory(&self) {
        // Linux since 4.0: the peak of the resident set begins anew (proc(5), clear_refs).
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }

    /// The most that any process which it has now ever had, in MiB: those that look into pictures and workbooks.
    pub fn children_mib(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let children = tasks.into_iter().flatten().flatten().map(|task| {
            let children = std::fs::read_to_string(task.path().join("children"));
            children.unwrap_or_default()
        });
        let children: String = children.collect();
        let most = children.split_whitespace().map(|pid| status_mib(pid, "VmHWM:"));
        most.fold(0.0, f64::max)
    }

    /// Waits until it uses next to no processor for a second; merging an index and making suggestions take a while.
    pub fn wait_until_idle(&self) {
        let started = Instant::now();
        let mut before = self.ticks();
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let now = self.ticks();
            // A hundredth of a second each.
            if now - before <= 3 || started.elapsed() > Duration::from_secs(120) {
                return;
            }
            before = now;
        }
    }

    /// Time of a processor so far, of its own and of the kernel for it.
    fn ticks(&self) -> u64 {
        let about = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // The name of the program may have spaces.
        let numbers = about.rsplit_once(')').map_or("", |(_, numbers)| numbers);
        let times = numbers.split_whitespace().skip(11).take(2);
        times.filter_map(|time| time.parse::<u64>().ok()).sum()
    }

    /// How many entries a folder of `/proc` has about it: `fd` for file handles, `task` for threads.
    pub fn entries(&self, of: &str) -> usize {
        std::fs::read_dir(format!("/proc/{}/{of}", self.child.id())).map_or(0, Iterator::count)
    }
}

/// What the kernel tells of a process, in MiB; 0 of one that is gone.
fn status_mib(pid: &str, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
    line.split_whitespace()
        .next()
        .and_then(|kib| kib.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1024.0
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The bare server; run in a process of its own by `load hello`.
pub fn hello() -> std::io::Result<()> {
    use actix_web::{App, HttpResponse, HttpServer, web};
    actix_web::rt::System::new().block_on(async {
        let app =
            || App::new().service(web::resource("/").route(web::get().to(async || HttpResponse::Ok().body("hello"))));
        let server = HttpServer::new(app).bind(("127.0.0.1", 0))?;
        println!("listening on http://{}", server.addrs()[0]);
        server.run().await
    })
}
