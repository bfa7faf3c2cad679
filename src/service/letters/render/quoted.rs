//! Words of somebody else's within a letter: nothing in them becomes a link, and what is none can be copied as it stands.

use super::one_line;

/// Most characters that are quoted.
const MOST: usize = 200;
/// Endings of files: they are nobody's domains, so that a name with one at its end is no address.
const ENDINGS: [&str; 16] = [
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "jpg", "jpeg", "png", "webp", "gif", "csv",
    "jsonl",
];

/// A name as letters quote it: on one line, bounded, and nothing that a mail program would turn into a link. For that, domains
/// are parted at their points, schemes at their colons, and addresses of mail at their sign; what stands behind a slash alone is
/// no link. Numbers of papers, units and names of files (`125/TTr-UBND`, `1.5 kg/h`, `dkkd.pdf`) stay what they are.
pub(in crate::service::letters) fn quoted(name: &str) -> String {
    let line: Vec<char> = one_line(name).chars().take(MOST).collect();
    let mut quoted = String::new();
    for (at, letter) in line.iter().enumerate() {
        match letter {
            '\\' | '@' | '<' | '>' => quoted.push(' '),
            '.' | ':' => {
                quoted.push(*letter);
                if parts(&line, at) {
                    quoted.push(' ');
                }
            }
            // An address of four numbers needs no domain.
            '/' if ends_in_numbers(&line, at) => quoted.push_str(" /"),
            other => quoted.push(*other),
        }
    }
    one_line(&quoted)
}

/// Whether a point or a colon would hold an address together.
fn parts(line: &[char], at: usize) -> bool {
    let before = at
        .checked_sub(1)
        .and_then(|before| line.get(before))
        .copied()
        .unwrap_or(' ');
    let rest = line.get(at + 1..).unwrap_or_default();
    let next = rest.first().copied().unwrap_or(' ');
    let in_number = before.is_ascii_digit() && next.is_ascii_digit();
    let label: String = rest.iter().take_while(|letter| letter.is_alphanumeric()).collect();
    let behind = rest.iter().find(|letter| !letter.is_alphanumeric()).copied();
    let is_ending = line.get(at) == Some(&'.')
        && ENDINGS.contains(&label.to_lowercase().as_str())
        && behind.is_none_or(|behind| behind.is_whitespace() || matches!(behind, ',' | ';' | ')' | '”' | '"'));
    // A port behind four numbers: `1.2.3.4:8080`.
    let is_port = line.get(at) == Some(&':') && ends_in_numbers(line, at);
    is_port || !(next.is_whitespace() || in_number || is_ending)
}

/// Whether an address of four numbers ends before a place (`1.2.3.4`), and no amount (`1.200.000.000`).
fn ends_in_numbers(line: &[char], at: usize) -> bool {
    let before = line.get(..at).unwrap_or_default();
    let start = before
        .iter()
        .rposition(|letter| !(letter.is_ascii_digit() || *letter == '.'));
    let word: String = before.iter().skip(start.map_or(0, |start| start + 1)).collect();
    let is_octet = |part: &str| part.parse::<u8>().is_ok() && (part.len() == 1 || !part.starts_with('0'));
    let numbers: Vec<&str> = word.split('.').filter(|part| !part.is_empty()).collect();
    numbers.len() == 4 && numbers.into_iter().all(is_octet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_link_stays_as_it_is() {
        for text in [
            "125/TTr-UBND",
            "Máy sấy 1.5 kg/h, AC/DC",
            "dkkd.pdf",
            "Giấy phép (ban chinh.PDF), ảnh.jpg",
            "1.200.000.000 đồng/năm",
            "1.200.000.000/năm",
            "TCVN 9001:2015",
        ] {
            assert_eq!(quoted(text), text);
        }
    }

    #[test]
    fn addresses_are_parted() {
        for (text, told) in [
            ("evil.example/x.pdf", "evil. example/x.pdf"),
            ("evil.com.pdf", "evil. com.pdf"),
            ("evil.pdf.com", "evil. pdf. com"),
            ("javascript:alert", "javascript: alert"),
            ("1.2.3.4/login", "1.2.3.4 /login"),
            ("http://1.2.3.4:8080/login", "http: //1.2.3.4: 8080/login"),
            ("\\\\server\\x", "server x"),
            ("a@b.vn", "a b. vn"),
        ] {
            assert_eq!(quoted(text), told);
        }
    }
}
