//! A flood of sign-ins from many addresses, and what everybody else notices of it.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{answer, connect_from, get, post};
use crate::server::{Running, UNLIMITED};
use crate::statistics::percentile;
use crate::steady::{Good, Group, HEAD, rows};

const PER_SECOND: u32 = 200;
const LASTS: Duration = Duration::from_secs(30);
/// Networks of 256 addresses from which the flood comes, and addresses of each.
const NETWORKS: u32 = 50;
const ADDRESSES: u32 = 10;

pub fn measure(database: Option<&str>) {
    let data = tempfile::tempdir().unwrap();
    drop(Running::vptex(data.path(), database, UNLIMITED));
    println!("{HEAD}");
    let mut told = Vec::new();
    // What is promised is measured three times: the p99 of a minute's calls is that of fifteen of them.
    for (name, settings, wave) in [
        ("default limits", &[][..], SIGN_INS),
        ("default limits, again", &[][..], SIGN_INS),
        ("default limits, once more", &[][..], SIGN_INS),
        ("rate_limits=off", &["rate_limits=off"][..], SIGN_INS),
        // What the connections of the flood cost by themselves, on the processors that they share with the server.
        ("control, health asked instead", &[][..], HEALTH),
    ] {
        let server = Running::vptex(data.path(), database, settings);
        crate::wait_until_searchable(&server, 1_252);
        let good = Good::new(crate::ids(&server), crate::queries(&server));
        // Once for the caches, once to compare with.
        good.watch(server.addr, LASTS / 6);
        rows(&format!("{name}, quiet"), &good.watch(server.addr, LASTS));
        let before = server.memory_mib();
        let watched = good.start(server.addr, LASTS);
        let (answers, most) = flood(&server, wave);
        rows(&format!("{name}, flood"), &watched.map(Group::finish));
        told.push(format!(
            "{name}: {}; memory {before:.0} MiB before, {most:.0} MiB at most",
            describe(answers)
        ));
    }
    println!("\n{}", told.join("\n"));
}

/// An answer: its status, and how long it took from when the request was due; 0 for none.
type Answer = (u16, u32);

/// What each connection of a flood asks, of its number.
type Wave = fn(u32) -> Vec<u8>;

/// One guess at one of a thousand addresses.
const SIGN_INS: Wave = |number| {
    let body = format!(
        "{{\"email\":\"lan{}@example.com\",\"password\":\"guess number {number}\"}}",
        number % 1_000
    );
    post("/api/v1/sessions", "", &body)
};

/// Next to nothing.
const HEALTH: Wave = |_number| get("/healthz");

/// Floods; gives the answers and the most memory that the server took meanwhile.
fn flood(server: &Running, wave: Wave) -> (Vec<Answer>, f64) {
    let (sender, receiver) = channel();
    let (began, mut most) = (Instant::now(), 0.0_f64);
    let count = PER_SECOND * LASTS.as_secs() as u32;
    for number in 0..count {
        let due = began + Duration::from_secs(1) * number / PER_SECOND;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let (addr, sender) = (server.addr, sender.clone());
        thread::Builder::new()
            .stack_size(128 * 1_024)
            .spawn(move || ask(addr, number, wave, due, &sender))
            .unwrap();
        if number % (PER_SECOND / 4) == 0 {
            most = most.max(server.memory_mib());
        }
    }
    drop(sender);
    (receiver.iter().collect(), most)
}

/// Asks once. A network has less than its share of the limits left after some seconds.
fn ask(addr: SocketAddr, number: u32, wave: Wave, due: Instant, sender: &Sender<Answer>) {
    let [network, host] = [number % NETWORKS, number / NETWORKS % ADDRESSES].map(|part| part as u8);
    let ask = || -> std::io::Result<u16> {
        let mut stream = connect_from(Ipv4Addr::new(127, 1, network, host + 1), addr)?;
        stream.write_all(&wave(number))?;
        Ok(answer(&mut stream, &mut vec![0; 8 * 1_024])?.0)
    };
    let status = ask().unwrap_or(0);
    sender.send((status, due.elapsed().as_micros() as u32)).unwrap();
}

fn describe(answers: Vec<Answer>) -> String {
    let of = |wanted: &[u16]| -> Vec<u32> {
        let mut times: Vec<u32> = answers
            .iter()
            .filter(|(status, _)| wanted.contains(status))
            .map(|(_, time)| *time)
            .collect();
        times.sort_unstable();
        times
    };
    // A guess that was hashed, or health that was told.
    let (through, rates, busy, refused, none) = (of(&[401, 200]), of(&[429]), of(&[503]), of(&[429, 503]), of(&[0]));
    assert_eq!(
        through.len() + refused.len() + none.len(),
        answers.len(),
        "an answer that nobody expects"
    );
    let ms = |times: &[u32], p| match times {
        [] => 0.0,
        times => f64::from(percentile(times, p)) / 1_000.0,
    };
    format!(
        "{} asked, {} let through ({:.1} a second, p50 {:.0} ms, p99 {:.0} ms), {} refused with 429 and {} with 503 (p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms), {} without an answer",
        answers.len(),
        through.len(),
        through.len() as f64 / LASTS.as_secs_f64(),
        ms(&through, 50),
        ms(&through, 99),
        rates.len(),
        busy.len(),
        ms(&refused, 50),
        ms(&refused, 99),
        ms(&refused, 100),
        none.len(),
    )
}
