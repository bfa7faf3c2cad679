//! Answers as they come over the wire, read without an HTTP library: by the load generator, which must cost far less than
//! what it measures, and by the fault harness, which has to know how much of an answer came.

use std::io::{ErrorKind, Read, Result};
use std::net::TcpStream;

/// Reads more; an error when the server has closed.
fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<usize> {
    match stream.read(buffer)? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        count => Ok(count),
    }
}

/// Reads one answer with a Content-Length; gives status and body. A connection that ends before the first byte of it is
/// [`ErrorKind::ConnectionAborted`], whatever ended it.
pub fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(u16, Vec<u8>)> {
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(2 * filled, 0);
        }
        filled += match read(stream, &mut buffer[filled..]) {
            Err(error) if filled == 0 && !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            other => other?,
        };
        let Some(head_end) = buffer[..filled].windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let head = std::str::from_utf8(&buffer[..head_end]).unwrap();
        let status = head[9..12].parse().unwrap();
        let length: usize = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|v| v.trim().parse().unwrap())
            })
            .unwrap_or(0);
        while filled < head_end + 4 + length {
            if filled == buffer.len() {
                buffer.resize(2 * filled, 0);
            }
            filled += read(stream, &mut buffer[filled..])?;
        }
        return Ok((status, buffer[head_end + 4..head_end + 4 + length].to_vec()));
    }
}

/// An answer that was read to the end of its connection, in pieces (RFC 9112, 7.1) or not: status and body. Nothing where its
/// end is missing.
pub fn whole(bytes: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, mut rest) = (std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 4..]);
    let status = head.get(9..12)?.parse().ok()?;
    if !head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        return Some((status, rest.to_vec()));
    }
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?.trim(), 16).ok()?;
        if length == 0 {
            return Some((status, body));
        }
        body.extend(rest.get(end + 2..end + 2 + length)?);
        rest = rest.get(end + 2 + length + 2..)?;
    }
}
