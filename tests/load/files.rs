//! What it costs that contents up to 1 MiB are hashed each time they are sent: a picture of some 200 KiB and a document of just less than
//! 1 MiB, beside a document of a little more, of which it is remembered for an hour that it is sound, and the list of these files.

use std::io::{Cursor, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use crate::client::{MakeRequest, answer, post, run};
use crate::office::{asked, bearer, get_as};
use crate::server::{Running, UNLIMITED};
use crate::{LISTING, SECONDS, sign_in};

/// Readers at once: one, as many as there are processors and some, and a crowd.
const CONNECTIONS: [usize; 3] = [1, 8, 64];
/// Bytes that the picture has at the least, as it is kept.
const PICTURE: usize = 180 << 10;
/// What a content has at the most that is hashed each time.
const SMALL: usize = 1 << 20;

pub fn measure(database: Option<&str>) {
    let data = tempfile::tempdir().unwrap();
    let settings = [UNLIMITED, &["max_uploads_per_address=1000"]].concat();
    let server = Running::vptex(data.path(), database, &settings);
    let owner = sign_in(&server);
    let made = asked(&server, &post("/api/v1/listings", &bearer(&owner), LISTING), 201);
    let listing = made["id"].as_str().unwrap();
    let files = format!("/listings/{listing}/files");
    let send = |name: &str, media: &str, bytes: &[u8]| {
        let mut request = format!(
            "POST /api/v1{files}?name={name} HTTP/1.1\r\nHost: localhost\r\n{}Content-Type: {media}\r\nContent-Length: {}\r\n\r\n",
            bearer(&owner),
            bytes.len()
        )
        .into_bytes();
        request.extend(bytes);
        let (status, body) = exchanged(&server, &request);
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
        let made: serde_json::Value = serde_json::from_slice(&body).unwrap();
        format!("/files/{}", made["id"].as_str().unwrap())
    };
    let size = |path: &str| exchanged(&server, &get_as(&owner, path)).1.len();
    // Pictures are made anew, so how large one is shows only then.
    let picture = (5..30)
        .map(|step| send("anh.png", "image/png", &photograph(step * 100)))
        .find(|path| size(path) >= PICTURE)
        .expect("none of the pictures is large enough");
    let below = send("nho.pdf", "application/pdf", &pdf(SMALL - 1_024));
    let above = send("to.pdf", "application/pdf", &pdf(SMALL + 1_024));
    println!(
        "| GET | KiB | connections | per second | MiB/s | p50 ms | p99 ms | worst ms | failures |\n|---|---|---|---|---|---|---|---|---|"
    );
    for (what, path) in [
        ("list of files, nothing hashed", &files),
        ("picture, hashed each time", &picture),
        ("PDF, hashed each time", &below),
        ("PDF, hashed once an hour", &above),
    ] {
        let bytes = size(path) as f64;
        for connections in CONNECTIONS {
            let request = get_as(&owner, path);
            let make: MakeRequest = Arc::new(move |_| request.clone());
            let figures = run(server.addr, connections, SECONDS, 200, &make);
            println!(
                "| {what} | {:.0} | {connections} | {:.0} | {:.0} | {:.1} | {:.1} | {:.1} | {} |",
                bytes / 1_024.0,
                figures.per_second(),
                figures.per_second() * bytes / f64::from(1 << 20),
                figures.percentile_ms(50.0),
                figures.percentile_ms(99.0),
                figures.percentile_ms(100.0),
                figures.failures,
            );
        }
    }
    println!(
        "\nmemory after that: {:.0} MiB, at most {:.0}",
        server.memory_mib(),
        server.most_memory_mib()
    );
}

/// One request on a connection of its own; gives status and body, whatever it holds.
fn exchanged(server: &Running, request: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(server.addr).unwrap();
    stream.write_all(request).unwrap();
    answer(&mut stream, &mut vec![0; 64 * 1_024]).unwrap()
}

/// A picture with this edge that cannot be packed well.
fn photograph(edge: u32) -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(edge, edge * 3 / 4, |x, y| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 27;
        image::Rgb([(x / 4 + noise) as u8, (y / 3 + noise) as u8, ((x + y) / 7) as u8])
    });
    let mut png = Cursor::new(Vec::new());
    pixels.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// One page, which has so many bytes with all around it.
fn pdf(size: usize) -> Vec<u8> {
    let with = |padding: usize| {
        let objects = [
            String::from("<</Type/Catalog/Pages 2 0 R>>"),
            String::from("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
            String::from("<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>"),
            format!("<</Length {padding}>>\nstream\n{}\nendstream", " ".repeat(padding)),
        ];
        let (mut bytes, mut places) = (b"%PDF-1.7\n".to_vec(), Vec::new());
        for (number, object) in objects.iter().enumerate() {
            places.push(bytes.len());
            write!(bytes, "{} 0 obj\n{object}\nendobj\n", number + 1).unwrap();
        }
        let xref = bytes.len();
        write!(bytes, "xref\n0 5\n0000000000 65535 f \n").unwrap();
        for place in places {
            writeln!(bytes, "{place:010} 00000 n ").unwrap();
        }
        write!(bytes, "trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n").unwrap();
        bytes
    };
    // What is around has as many digits in it as what was told of it.
    let around = with(size).len() - size;
    with(size - around)
}
