//! Listings as files: imports in every format, and exports of own listings, of officers' lists and of the catalogue, with the
//! memory that each takes.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::client::get;
use crate::office::{asked, bearer, get_as};
use crate::server::Running;
use crate::wire::whole;

/// Rows of a file that is imported; every twentieth is wrong.
const ROWS: usize = 20_000;
const HEAD: [&str; 9] = [
    "Mã nội bộ",
    "Loại tin",
    "Tên",
    "Tóm tắt",
    "Lĩnh vực",
    "Hình thức giá",
    "Giá",
    "TRL",
    "Thông số kỹ thuật",
];
/// What wrong rows say, each by turns: in which column, and how a line of JSON says it.
const WRONG: [(usize, &str, &str, &str); 8] = [
    (1, "máy bay", "/kind", "\"máy bay\""),
    (2, "", "/title/vi", "\"\""),
    (4, "khong-co", "/field_codes", "[\"khong-co\"]"),
    (4, "a; b; c; d", "/field_codes", "[\"a\", \"b\", \"c\", \"d\"]"),
    (5, "trả bằng vàng", "/price_mode", "\"vang\""),
    (6, "rẻ", "/price_min", "\"rẻ\""),
    (7, "12", "/trl", "12"),
    (8, "không rõ", "/specifications", "[{\"name\": \"Năng suất\"}]"),
];
const FORMATS: [&str; 3] = ["csv", "xlsx", "jsonl"];

/// What a wrong row has wrong.
fn wrong(row: usize) -> Option<(usize, &'static str, &'static str, &'static str)> {
    row.is_multiple_of(20).then(|| WRONG[row / 20 % WRONG.len()])
}

fn cells(format: &str, row: usize) -> [String; 9] {
    let mut cells = [
        format!("SP-{format}-{row}"),
        "Chào bán thiết bị".into(),
        format!("Máy sấy lúa số {row}"),
        "Sấy lúa tươi cho hợp tác xã, đốt trấu.".into(),
        "food.drying".into(),
        "Giá cố định".into(),
        "185000000".into(),
        "8".into(),
        format!("Năng suất: {row} [kg/h]"),
    ];
    if let Some((column, text, ..)) = wrong(row) {
        cells[column] = text.into();
    }
    cells
}

fn line(format: &str, row: usize) -> Value {
    let mut line = json!({"external_id": format!("SP-{format}-{row}"), "listing": {
        "kind": "equipment_offer", "title": {"vi": format!("Máy sấy lúa số {row}")},
        "summary": {"vi": "Sấy lúa tươi cho hợp tác xã, đốt trấu."}, "field_codes": ["food.drying"],
        "price_mode": "fixed", "price_min": 185_000_000, "trl": 8,
        "specifications": [{"name": "Năng suất", "value": row.to_string(), "unit": "kg/h"}],
    }});
    if let Some((.., pointer, text)) = wrong(row) {
        let place = line["listing"].pointer_mut(pointer).unwrap();
        *place = serde_json::from_str(text).unwrap();
    }
    line
}

fn file(format: &str) -> Vec<u8> {
    match format {
        "csv" => {
            let mut file = HEAD.join(";");
            for row in 0..ROWS {
                // Nothing in it has a semicolon but lists of codes, which are in quotes.
                let cells = cells(format, row).map(|cell| {
                    if cell.contains(';') {
                        format!("\"{cell}\"")
                    } else {
                        cell
                    }
                });
                write!(file, "\n{}", cells.join(";")).unwrap();
            }
            file.into_bytes()
        }
        "xlsx" => {
            let mut workbook = Workbook::new();
            let sheet = workbook.add_worksheet();
            let head = std::iter::once(HEAD.map(str::to_owned));
            for (number, row) in (0_u32..).zip(head.chain((0..ROWS).map(|row| cells(format, row)))) {
                for (column, cell) in (0_u16..).zip(row) {
                    sheet.write_string(number, column, cell).unwrap();
                }
            }
            workbook.save_to_buffer().unwrap()
        }
        _ => {
            let lines = (0..ROWS).map(|row| format!("{}\n", line(format, row)));
            lines.collect::<String>().into_bytes()
        }
    }
}

/// Does something, and gives the most memory in MiB that the server had meanwhile, and any process of its own.
fn watched<T>(server: &Running, act: impl FnOnce() -> T) -> (T, f64, f64) {
    server.forget_most_memory();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut most = 0.0;
            while !is_over.load(Ordering::Relaxed) {
                most = server.children_mib().max(most);
                std::thread::sleep(Duration::from_millis(5));
            }
            most
        });
        let done = act();
        is_over.store(true, Ordering::Relaxed);
        (done, server.most_memory_mib(), watcher.join().unwrap())
    })
}

/// Imports of new listings, then of the same file again, of which nothing changes.
pub fn imports(server: &Running, owner: &str) {
    println!(
        "\n| import of {ROWS} rows, of which every twentieth is wrong | taken in | all done | rows/s | created, unchanged, refused | memory, at most | and of the process that reads it |\n|---|---|---|---|---|---|---|"
    );
    for format in FORMATS {
        let bytes = file(format);
        for what in ["new", "again"] {
            let started = Instant::now();
            let ((taken, counts), most, children) = watched(server, || {
                let id = sent(server, owner, format, &bytes);
                let taken = started.elapsed();
                (taken, finished(server, owner, &id))
            });
            let seconds = started.elapsed().as_secs_f64();
            println!(
                "| {format}, {} KiB, {what} | {:.1} s | {seconds:.1} s | {:.0} | {}, {}, {} | {most:.0} MiB | {children:.0} MiB |",
                bytes.len() / 1_024,
                taken.as_secs_f64(),
                ROWS as f64 / seconds,
                counts["created"],
                counts["unchanged"],
                counts["refused"],
            );
            let (created, unchanged) = if what == "new" { (19_000, 0) } else { (0, 19_000) };
            let is_right = counts["created"] == created && counts["unchanged"] == unchanged;
            assert!(is_right && counts["refused"] == 1_000, "{counts}");
        }
    }
}

fn sent(server: &Running, owner: &str, format: &str, bytes: &[u8]) -> String {
    let mut request = format!(
        "POST /api/v1/listing-imports?name=lon.{format} HTTP/1.1\r\nHost: localhost\r\n{}Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
        bearer(owner),
        bytes.len()
    )
    .into_bytes();
    request.extend(bytes);
    let taken = asked(server, &request, 202);
    taken["id"].as_str().unwrap().to_owned()
}

fn finished(server: &Running, owner: &str, id: &str) -> Value {
    let (started, path) = (Instant::now(), format!("/listing-imports/{id}"));
    loop {
        let seen = asked(server, &get_as(owner, &path), 200);
        if seen["status"] == "finished" {
            return seen["counts"].clone();
        }
        assert!(started.elapsed() < Duration::from_secs(600), "{seen}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// An enterprise's own listings.
pub fn own(server: &Running, owner: &str) {
    head("own listings");
    exported(server, "/me/listings/export?", |path| get_as(owner, path));
}

/// What anybody may take along.
pub fn public(server: &Running) {
    head("catalogue");
    for list in [
        "/exports/listings?",
        "/exports/listings?kind=equipment_offer&",
        "/exports/enterprises?",
    ] {
        exported(server, list, |path| get(&format!("/api/v1{path}")));
    }
}

/// Lists of the Department, whole and as officers narrow them.
pub fn officers(server: &Running, officer: &str) {
    head("officers' lists");
    for list in [
        "/exports/enterprise-register?",
        "/exports/enterprise-register?status=active&province=25&field=mechanics&",
        "/exports/listing-register?kind=equipment_offer&",
        "/exports/listing-register?status=published&province=25&field=mechanics&",
        "/exports/moderation-queue?",
        "/exports/moderation-queue?type=listing&kind=equipment_offer&flag=first_publication&",
    ] {
        exported(server, list, |path| get_as(officer, path));
    }
}

fn head(what: &str) {
    println!("\n| {what} as a file | rows | size | time | rows/s | memory, at most |\n|---|---|---|---|---|---|");
}

/// One list in each format: JSON Lines first, whose rows can be counted.
fn exported(server: &Running, list: &str, ask: impl Fn(&str) -> Vec<u8>) {
    let mut rows = 0;
    for format in ["jsonl", "csv", "xlsx"] {
        let path = format!("{list}format={format}");
        let request = ask(&path);
        let started = Instant::now();
        let ((status, bytes), most, _) = watched(server, || streamed(server, &request));
        let seconds = started.elapsed().as_secs_f64();
        if status != 200 {
            println!(
                "| `{path}` | refused: {status} {} | | | | |",
                String::from_utf8_lossy(&bytes)
            );
            continue;
        }
        if format == "jsonl" {
            rows = bytes.iter().filter(|byte| **byte == b'\n').count();
        }
        println!(
            "| `{path}` | {rows} | {} KiB | {seconds:.2} s | {:.0} | {most:.0} MiB |",
            bytes.len() / 1_024,
            rows as f64 / seconds,
        );
    }
}

/// An answer without a length, read to the end of the connection: status and body.
fn streamed(server: &Running, request: &[u8]) -> (u16, Vec<u8>) {
    let request = String::from_utf8(request.to_vec()).unwrap();
    let request = request.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    let mut stream = TcpStream::connect(server.addr).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    whole(&bytes).expect("the download broke off")
}
