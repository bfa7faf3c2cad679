//! The server, if it runs: whether it is ready, and what its metrics tell.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde::Deserialize;

use super::report::{Advice, Check, Report, both};
use crate::config::{Config, MetricsListen};

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// No answer of interest is longer.
const LONGEST: u64 = 4 << 20;

/// What is known of the server.
pub(super) struct Server {
    /// Somebody answers at its address.
    pub(super) is_running: bool,
}

/// What `/readyz` answers, as far as it counts here.
#[derive(Deserialize)]
struct Ready {
    database: bool,
    writes: bool,
    search: bool,
    scanner: Option<bool>,
    files: bool,
    index: ReadyIndex,
}

#[derive(Deserialize)]
struct ReadyIndex {
    state: String,
    poison: u64,
}

pub(super) fn look(config: &Config, report: &mut Report) -> Server {
    let at = reachable(config.listen);
    let (status, body) = match get(at, "/readyz") {
        Ok(answer) => answer,
        // Nobody is at home, which may be meant.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused || at.port() == 0 => {
            report.good(
                Check::Server,
                both(
                    format_args!(
                        "nobody listens on {at}: the server is stopped, or listens elsewhere (setting listen)"
                    ),
                    format_args!("không ai lắng nghe ở {at}: máy chủ đang dừng, hoặc lắng nghe nơi khác (mục listen)"),
                ),
            );
            return Server { is_running: false };
        }
        Err(error) => {
            report.trouble(
                Check::Server,
                both(
                    format_args!("{at} is taken and does not answer: {error}"),
                    format_args!("{at} có tiến trình chiếm giữ nhưng không trả lời: {error}"),
                ),
                Advice::new(
                    "look at the log of the server; restart it when it hangs",
                    "xem nhật ký của máy chủ; khởi động lại nếu bị treo",
                ),
            );
            return Server { is_running: true };
        }
    };
    match serde_json::from_str::<Ready>(&body) {
        Ok(ready) => tell(at, status, &ready, report),
        Err(_) => report.warn(
            Check::Server,
            both(
                format_args!("who listens on {at} is no vptex (/readyz answers {status})"),
                format_args!("tiến trình lắng nghe ở {at} không phải vptex (/readyz trả lời {status})"),
            ),
            Advice::new(
                "give the server another address (setting listen), or end the other program",
                "đặt địa chỉ khác cho máy chủ (mục listen), hoặc dừng chương trình kia",
            ),
        ),
    }
    failed_jobs(config, report);
    Server { is_running: true }
}

fn tell(at: SocketAddr, status: u16, ready: &Ready, report: &mut Report) {
    let parts = [
        (
            ready.database,
            "the database does not answer",
            "cơ sở dữ liệu không trả lời",
        ),
        (
            ready.writes,
            "one write holds up all others",
            "một thao tác ghi đang giữ mọi thao tác khác",
        ),
        (
            ready.search,
            "the search index is not there yet",
            "chưa có chỉ mục tìm kiếm",
        ),
    ];
    let missing: Vec<_> = parts.iter().filter(|(is_good, ..)| !is_good).collect();
    if status == 200 && missing.is_empty() {
        report.good(
            Check::Server,
            both(format_args!("{at} is ready"), format_args!("{at} sẵn sàng")),
        );
    } else {
        let (en, vi): (Vec<&str>, Vec<&str>) = missing.iter().map(|(_, en, vi)| (*en, *vi)).unzip();
        report.trouble(
            Check::Server,
            both(
                format_args!("{at} is not ready ({status}): {}", en.join(", ")),
                format_args!("{at} chưa sẵn sàng ({status}): {}", vi.join(", ")),
            ),
            Advice::new(
                "an index that is being built needs some minutes only; for everything else the log of the server has the cause",
                "chỉ mục đang dựng chỉ cần vài phút; các trường hợp khác xem nguyên nhân trong nhật ký của máy chủ",
            ),
        );
    }
    let log = || {
        Advice::new(
            "the log of the server has the cause; docs/operations.md, “What to do when”",
            "xem nguyên nhân trong nhật ký của máy chủ; docs/operations.md, mục “What to do when”",
        )
    };
    if !ready.files {
        report.trouble(
            Check::Files,
            both(
                "the file store does not answer the server",
                "kho tệp không trả lời máy chủ",
            ),
            log(),
        );
    }
    if ready.scanner == Some(false) {
        report.trouble(
            Check::Scanner,
            both(
                "the scanner for malware does not answer the server: no file is taken",
                "bộ quét mã độc không trả lời máy chủ: không nhận được tệp nào",
            ),
            log(),
        );
    }
    if ready.index.state == "failed" {
        report.trouble(
            Check::Index,
            both(
                "the search index fails and is tried again",
                "chỉ mục tìm kiếm bị lỗi và đang thử lại",
            ),
            log(),
        );
    }
    if ready.index.poison > 0 {
        report.warn(
            Check::Index,
            both(
                format_args!("{} listing(s) could not be indexed since the start", ready.index.poison),
                format_args!("{} tin không đưa được vào chỉ mục từ khi khởi động", ready.index.poison),
            ),
            log(),
        );
    }
}

/// Jobs that failed since the server was started, as its metrics count them.
fn failed_jobs(config: &Config, report: &mut Report) {
    let MetricsListen::At(at) = config.metrics_listen else {
        return;
    };
    let Ok((200, body)) = get(reachable(at), "/metrics") else {
        return;
    };
    let failed = jobs_in(&body);
    if !failed.is_empty() {
        let names = failed.into_iter().collect::<Vec<_>>().join(", ");
        report.warn(
            Check::Jobs,
            both(
                format_args!("failed since the start of the server: {names}"),
                format_args!("đã có lỗi từ khi máy chủ khởi động: {names}"),
            ),
            Advice::new(
                "the log tells why (“a background job failed”); each is tried again at its next time",
                "xem lý do trong nhật ký (“a background job failed”); mỗi việc được thử lại ở lần sau",
            ),
        );
    }
}

/// Labels of `vptex_job_failures_total{job="…"}` whose count is not 0.
fn jobs_in(metrics: &str) -> BTreeSet<&str> {
    let lines = metrics.lines().filter_map(|line| {
        let rest = line.strip_prefix("vptex_job_failures_total{job=\"")?;
        let (job, count) = rest.split_once("\"} ")?;
        (count != "0").then_some(job)
    });
    lines.collect()
}

/// Where to find on this machine who listens on an address.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// Status and body of a GET.
fn get(at: SocketAddr, path: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&at, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // HTTP/1.0: the answer comes in one piece and ends with the connection.
    // The question goes out in one piece, too: whoever is there may answer and hang up after the first.
    let question = format!("GET {path} HTTP/1.0\r\nhost: {at}\r\nconnection: close\r\n\r\n");
    stream.write_all(question.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let other = || io::Error::other("the answer is not HTTP");
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(other)?;
    let status = head.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    let status = status.and_then(|status| status.parse().ok()).ok_or_else(other)?;
    Ok((status, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_that_failed_are_read_from_the_metrics() {
        let metrics = "# TYPE vptex_job_failures_total counter\nvptex_job_failures_total{job=\"files\"} 2\n\
                       vptex_job_failures_total{job=\"cleanup\"} 0\nvptex_other{job=\"x\"} 1\n";
        assert_eq!(jobs_in(metrics).into_iter().collect::<Vec<_>>(), ["files"]);
        assert!(jobs_in("").is_empty());
    }

    #[test]
    fn who_listens_everywhere_is_found_here() {
        for (listen, expected) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("10.1.2.3:80", "10.1.2.3:80"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), expected);
        }
    }
}
