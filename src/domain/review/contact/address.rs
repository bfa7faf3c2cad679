//! E-mail addresses, web addresses, and names in messengers.

use super::words::{folded, last_letters, without};

/// Ends of names of hosts that mean nothing else in a text.
const ENDS: &[&str] = &["vn", "com", "net", "org", "info", "biz", "asia"];
/// Those that are met as words, too: they tell a host in small letters behind a name of three letters or more, as in `maysay.shop`; what
/// is typed without a space behind a full stop goes on with a capital.
const WORDY_ENDS: &[&str] = &[
    "app", "blog", "cloud", "club", "dev", "icu", "io", "online", "pro", "shop", "site", "store", "tech", "top", "vip",
    "website", "xyz",
];
/// Those that tell one only before a path, as in `bit.ly/…`, or behind a word that says that one follows.
const ENDS_BEFORE_PATHS: &[&str] = &[
    "ae", "ai", "at", "be", "bio", "cc", "cn", "co", "digital", "ee", "eu", "fun", "gd", "gg", "gl", "group", "gy",
    "id", "jp", "kr", "life", "link", "live", "ly", "me", "mobi", "page", "sg", "space", "to", "tv", "tw", "uk", "us",
    "work", "world", "ws",
];
/// Those that tell one behind a name that is longer than any Vietnamese word, too, as in `songthao.co`.
const ENDS_OF_LONG: &[&str] = &["ai", "co", "link", "me", "page"];
/// What says that a file follows, not a host: `file data.io`.
const FILE_LEADS: &[&str] = &["file", "tap tin", "tep", "tep tin"];
/// Ends of names of files, which are no hosts even behind `web`.
const FILES: &[&str] = &[
    "asp", "csv", "css", "doc", "docx", "dwg", "exe", "htm", "html", "jpg", "js", "json", "jsp", "md", "pdf", "php",
    "png", "ppt", "pptx", "py", "rar", "rs", "step", "ts", "txt", "xls", "xlsx", "xml", "zip",
];
/// What is called like a host and is software.
const SOFTWARE: &[&str] = &["ado.net", "asp.net", "ml.net", "socket.io", "vb.net"];

/// What says that a host follows, as `fold` makes it.
const LEADS: &[&str] = &[
    "fanpage",
    "link",
    "ten mien",
    "trang",
    "trang web",
    "truy cap",
    "web",
    "web site",
    "website",
    "www",
];
/// What says that a host follows whose stop is left out: `website maysay vn`.
const SITES: &[&str] = &["ten mien", "trang web", "web", "web site", "website"];
/// What may stand between it and the host.
const FILLERS: &[&str] = &["dia chi", "id", "la", "nick", "o", "tai", "ten"];
/// Messengers and networks in which people have a name.
const MESSENGERS: &[&str] = &[
    "facebook",
    "fb",
    "fanpage",
    "ig",
    "insta",
    "instagram",
    "kakaotalk",
    "line id",
    "linkedin",
    "messenger",
    "skype",
    "telegram",
    "tiktok",
    "twitter",
    "viber",
    "wechat",
    "whatsapp",
    "youtube",
    "zalo",
];
/// Ends of long words that are no names: `Zalo: notifications`.
const ENDS_OF_WORDS: &[&str] = &["ing", "ment", "ments", "tion", "tions"];

/// What is written for the sign of addresses, between brackets.
const SIGNS: &[&str] = &["@", "at", "a còng", "a cong", "a móc", "acòng"];
/// What is written for a full stop, between brackets or alone.
const STOPS: &[&str] = &[".", "dot", "chấm", "cham"];

/// Whether a text, made plain, has one.
pub(super) fn has_address(text: &str) -> bool {
    let text = unmasked(text);
    let lower = text.to_lowercase();
    let has_sign = ["http://", "https://", "hxxp", "www."]
        .iter()
        .any(|sign| lower.contains(sign));
    has_sign || has_mailbox(&lower) || has_host(&text) || has_handle(&text)
}

/// With `@` and `.` where something else stands for them.
fn unmasked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '(', '{', '<']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        plain.push_str(before);
        match bracketed(from) {
            Some((sign, behind)) => {
                let kept = plain.trim_end().len();
                plain.truncate(kept);
                plain.push(sign);
                rest = behind.trim_start_matches(' ');
            }
            None => {
                let mut letters = from.chars();
                plain.extend(letters.next());
                rest = letters.as_str();
            }
        }
    }
    plain.push_str(rest);
    with_stops(&plain)
}

/// The sign that a text in brackets stands for, and what stands behind them.
fn bracketed(from: &str) -> Option<(char, &str)> {
    // None is longer: what is in other brackets is not looked through.
    let (ends, _) = from
        .char_indices()
        .take(12)
        .find(|(_, letter)| matches!(letter, ']' | ')' | '}' | '>'))?;
    let (within, behind) = from.split_at_checked(ends)?;
    let told = within.trim_start_matches(['[', '(', '{', '<']).trim().to_lowercase();
    let behind = behind.trim_start_matches([']', ')', '}', '>']);
    if SIGNS.contains(&told.as_str()) {
        Some(('@', behind))
    } else if STOPS.contains(&told.as_str()) {
        Some(('.', behind))
    } else {
        None
    }
}

/// Puts together what is written as `abc . com`, `abc .com`, `abc. com`, `abc dot vn` or `abc chấm com`: a stop by itself before an end
/// that means nothing else.
fn with_stops(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let mut plain = String::with_capacity(text.len());
    let mut is_glued = true;
    for (at, word) in words.iter().copied().enumerate() {
        let next = words.get(at.saturating_add(1)).copied().unwrap_or_default();
        let is_stop = is_end(next) && STOPS.contains(&word.to_lowercase().as_str());
        let is_tail = word.strip_prefix('.').is_some_and(is_end);
        if !(is_glued || is_stop || is_tail) {
            plain.push(' ');
        }
        plain.push_str(if is_stop { "." } else { word });
        // What begins a sentence has a capital.
        is_glued = is_stop || (word.len() > 1 && word.ends_with('.') && first_label(next) == "com");
    }
    plain
}

fn is_end(word: &str) -> bool {
    ENDS.contains(&first_label(word))
}

fn first_label(word: &str) -> &str {
    word.split(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or_default()
}

/// Whether an address stands about one of the signs of a text in small letters.
fn has_mailbox(text: &str) -> bool {
    text.match_indices('@').any(|(at, sign)| {
        let (name, host) = text.split_at_checked(at).unwrap_or((text, ""));
        host.strip_prefix(sign).is_some_and(|host| is_mailbox(name, host))
    })
}

/// Whether what stands before a sign ends as a name does, and what stands behind it begins with a host.
fn is_mailbox(name: &str, host: &str) -> bool {
    let is_named = name.trim_end_matches(' ').ends_with(char::is_alphanumeric);
    let host = host.trim_start_matches(' ');
    let host = host
        .split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | '-'))
        .next();
    let host = host.unwrap_or_default().trim_matches(['.', '-']);
    is_named
        && host.rsplit_once('.').is_some_and(|(above, end)| {
            let is_of_letters = end.len() >= 2 && end.bytes().all(|byte| byte.is_ascii_alphabetic());
            // Behind `@` a price may stand as well: `@ 5.kg`.
            is_of_letters && (ENDS.contains(&end) || above.contains(char::is_alphabetic))
        })
}

fn is_of_address(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | '/' | '@')
}

/// Whether a word has the name of a host, perhaps before a path.
fn has_host(text: &str) -> bool {
    let mut before = ["", "", ""];
    for word in text
        .split(|letter| !is_of_address(letter))
        .filter(|word| !word.is_empty())
    {
        if is_host_in_words(word, before) {
            return true;
        }
        let mut parts = word.split('/').peekable();
        while let Some(part) = parts.next() {
            let has_path = parts.peek().is_some_and(|path| !path.is_empty());
            let name = part.trim_matches(['.', '-', '_']);
            if name.contains('.') && is_host(name, has_path, before) {
                return true;
            }
        }
        let [_, second, third] = before;
        // They are read again for each part of a word: no more of them than a lead needs.
        before = [second, third, last_letters(word, REACH)];
    }
    false
}

fn is_host(name: &str, has_path: bool, before: [&str; 3]) -> bool {
    let Some((above, end)) = name.rsplit_once('.') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    let small = end.to_lowercase();
    let is_small = small == end;
    let is_known_file = FILES.contains(&small.as_str());
    if !above.split('.').all(is_label) || SOFTWARE.contains(&name.to_lowercase().as_str()) || is_known_file {
        return false;
    }
    let (is_plain, has_letter) = (above.is_ascii(), above.contains(char::is_alphabetic));
    // Much software is called so: `System.Net`.
    let is_software = small == "net" && !has_path && !above.contains('.');
    // Names of hosts may have Vietnamese letters; then a capital behind the stop begins a sentence.
    if ENDS.contains(&small.as_str()) && !is_software && (is_plain || is_small) {
        return true;
    }
    if !is_plain || !has_letter {
        return false;
    }
    let label = above.rsplit('.').next().unwrap_or_default();
    let is_wordy = is_small && label.len() >= 3 && WORDY_ENDS.contains(&end);
    if is_wordy && !is_led(&before.join(" "), FILE_LEADS) {
        return true;
    }
    let is_long = label.len() >= 8 && ENDS_OF_LONG.contains(&end);
    if is_small && (is_long || name.ends_with(".page.link")) {
        return true;
    }
    let is_told = |end: &str| ENDS.contains(&end) || WORDY_ENDS.contains(&end) || ENDS_BEFORE_PATHS.contains(&end);
    if has_path && is_told(&small) {
        return true;
    }
    // Any end there may be, where it is said that a host follows.
    let is_possible = is_small && (2..=12).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_possible && is_led(&before.join(" "), LEADS)
}

/// Whether a word is an end by itself, behind a name that is said to be a host's: `website maysay vn`.
fn is_host_in_words(end: &str, [first, second, name]: [&str; 3]) -> bool {
    let is_name = name.len() >= 4
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    matches!(end, "vn" | "com") && is_name && is_led(&format!("{first} {second}"), SITES)
}

/// Whether some words end with one of those that say what follows.
fn is_led(before: &str, leads: &[&str]) -> bool {
    let near = folded(before);
    let mut words = near.as_str();
    loop {
        if leads.iter().any(|lead| without(words, lead).is_some()) {
            return true;
        }
        match FILLERS.iter().find_map(|filler| without(words, filler)) {
            Some(rest) => words = rest,
            None => return false,
        }
    }
}

/// How far before a name one looks for the messenger, in letters, and how much of each word before a host for what leads to it.
const REACH: usize = 30;

/// Whether a name in a messenger is told: `Telegram @abc`, `Zalo ID: lan_8888`, `zalo maysay8888`. Without `@` it looks like no word,
/// or any word would be one.
fn has_handle(text: &str) -> bool {
    text.match_indices(['@', ':', ' ', '\n']).any(|(at, sign)| {
        let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
        let behind = behind.strip_prefix(sign).unwrap_or_default();
        let is_name = match sign {
            "@" => is_handle(name_at(behind.trim_start_matches(' '))),
            ":" => is_told_handle(behind.trim_start_matches(' ')),
            _ => has_number_behind(name_at(behind)),
        };
        is_name && is_led(last_letters(before, REACH), MESSENGERS)
    })
}

/// The name that a text begins with.
fn name_at(text: &str) -> &str {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let name = text.split(|letter| !is_of_name(letter)).next().unwrap_or_default();
    name.trim_matches(['.', '-'])
}

fn is_handle(name: &str) -> bool {
    name.len() >= 3 && name.contains(|letter: char| letter.is_ascii_alphabetic())
}

/// Whether a text behind a colon begins with a name that is no word: with a digit or a sign, a capital within, longer than any word, or
/// as names in Skype do (`live:maysay`).
fn is_told_handle(behind: &str) -> bool {
    let name = name_at(behind);
    if name.len() < 4 || !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return false;
    }
    let small = name.to_ascii_lowercase();
    let rest = behind.get(name.len()..).unwrap_or_default();
    if small == "live" && rest.starts_with(':') {
        return true;
    }
    let is_marked = name.contains(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '_'));
    // `ZaloPay`, `YouTube` are services.
    let is_service = MESSENGERS.iter().any(|known| small.starts_with(known));
    let has_capital = name
        .as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one.is_ascii_lowercase() && other.is_ascii_uppercase()));
    let is_long = name.len() >= 10
        && name.bytes().all(|byte| byte.is_ascii_lowercase())
        && !rest.starts_with(char::is_alphabetic)
        && !ENDS_OF_WORDS.iter().any(|end| name.ends_with(end));
    name.len() >= 5 && (is_marked || (has_capital && !is_service) || is_long)
}

/// Whether a name is a word of four letters or more with a number of two digits or more behind it.
fn has_number_behind(name: &str) -> bool {
    let word = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let has_number = name.len().saturating_sub(word.len()) >= 2;
    let is_of_letters = word
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_' | b'-'));
    word.len() >= 4 && has_number && is_of_letters
}
