//! The tours of docs/ do what they say: their blocks are run in one bash, as a reader would, and print what stands under
//! them. `UPDATE_DOCS=1` writes what they print today.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::Place;

/// A part of a page: text, or a block of commands and what stands under it.
struct Part {
    text: String,
    block: Option<Block>,
}

struct Block {
    commands: String,
    printed: Option<String>,
}

const COMMANDS: &str = "```sh\n";
const PRINTED: &str = "\n```text\n";
const END: &str = "```\n";

/// Takes a page apart; put together again, it is the page.
fn parts(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = page;
    while let Some((text, after)) = rest.split_once(COMMANDS) {
        let (commands, after) = after.split_once(END).unwrap();
        let (printed, after) = match after.strip_prefix(PRINTED) {
            Some(after) => {
                let (printed, after) = after.split_once(END).unwrap();
                (Some(printed.to_owned()), after)
            }
            None => (None, after),
        };
        let commands = commands.to_owned();
        parts.push(Part {
            text: text.to_owned(),
            block: Some(Block { commands, printed }),
        });
        rest = after;
    }
    parts.push(Part {
        text: rest.to_owned(),
        block: None,
    });
    parts
}

fn page(parts: &[Part]) -> String {
    let mut page = String::new();
    for part in parts {
        page.push_str(&part.text);
        if let Some(block) = &part.block {
            page.extend([COMMANDS, &block.commands, END]);
            if let Some(printed) = &block.printed {
                page.extend([PRINTED, printed, END]);
            }
        }
    }
    page
}

/// What differs each time: identifiers.
fn masked(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut masked = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        masked.push_str(before);
        let is_id = word.len() == 36 && word.matches('-').count() == 4;
        masked.push_str(if is_id { "ID" } else { word });
        rest = after;
    }
    masked + rest
}

/// Runs all blocks of a page; gives what each printed.
fn run(place: &Place, blocks: &[&Block]) -> Vec<String> {
    let mut script = "set -u\nexec 2>&1\n".to_owned();
    for block in blocks {
        script.push_str(&block.commands);
        script.push_str("\nprintf '\\f'\n");
    }
    let program = place.command::<[&str; 0], _>([]);
    let mut bash = Command::new("bash");
    bash.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("VPTEX", env!("CARGO_BIN_EXE_vptex"))
        .env("TMPDIR", place.path(""))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .args(["-c", &script]);
    let output = bash.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<_> = printed.split('\u{c}').map(str::to_owned).collect();
    assert_eq!(printed.len(), blocks.len() + 1, "{printed:#?} {:?}", output.status);
    printed
}

#[expect(clippy::disallowed_methods, reason = "as tests of other pages do")]
fn follows(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut all = parts(&text);
    assert_eq!(page(&all), text);
    let place = Place::new();
    let blocks: Vec<&Block> = all.iter().filter_map(|part| part.block.as_ref()).collect();
    let printed = run(&place, &blocks);
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut differences = Vec::new();
    let blocks = all.iter_mut().filter_map(|part| part.block.as_mut());
    for (block, is) in blocks.zip(printed) {
        let stands = block.printed.as_deref().unwrap_or_default();
        if masked(stands) == masked(&is) {
            continue;
        }
        differences.push(format!("{}\nprints\n{is}\nand the page says\n{stands}", block.commands));
        if block.printed.is_some() {
            block.printed = Some(is);
        }
    }
    if update {
        std::fs::write(&path, page(&all)).unwrap();
    } else {
        assert!(differences.is_empty(), "{name}: {}", differences.join("\n\n"));
    }
}

#[test]
fn an_enterprises_day() {
    follows("tour-enterprise.md");
}

#[test]
fn an_officers_day() {
    follows("tour-officer.md");
}

#[test]
fn a_buyers_search() {
    follows("tour-buyer.md");
}

/// The Department's quarter, entered through the API of a fresh server and read back in its reports.
#[test]
fn the_quarter_as_a_script() {
    let place = Place::new();
    let program = place.command::<[&str; 0], _>([]);
    let mut script = Command::new("docs/quarter.sh");
    script
        .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("VPTEX", env!("CARGO_BIN_EXE_vptex"))
        .env("TMPDIR", place.path(""))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null());
    let output = script.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{errors}");
    for line in [
        "briefing   S3     period           22",
        "briefing   S5     period            3",
        "briefing   S8     period           13",
        "cấp 3 Giấy chứng nhận đăng ký gia hạn, sửa đổi, bổ sung nội dung chuyển giao công nghệ",
    ] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
}
