//! The tours of docs/ and of the README do what they say: their blocks are run in one bash, as a reader would, and print what stands under
//! them. Blocks in other languages make a program each, against a server of its own, which the page's first block in bash
//! starts. `UPDATE_DOCS=1` writes what they print today.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::Place;

/// A part of a page: text, or a block of commands and what stands under it.
struct Part {
    text: String,
    block: Option<Block>,
}

struct Block {
    language: Language,
    commands: String,
    printed: Option<String>,
}

/// What a block is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Shell,
    Python,
    JavaScript,
}

impl Language {
    const ALL: [Self; 3] = [Self::Shell, Self::Python, Self::JavaScript];

    /// What blocks begin with.
    fn fence(self) -> &'static str {
        match self {
            Self::Shell => "```sh\n",
            Self::Python => "```python\n",
            Self::JavaScript => "```js\n",
        }
    }

    /// A line that tells the end of a block to whoever reads what is printed.
    fn mark(self) -> &'static str {
        match self {
            Self::Shell => "\nprintf '\\f'\n",
            Self::Python => "\nprint('\\f', end='', flush=True)\n",
            Self::JavaScript => "\nprocess.stdout.write('\\f');\n",
        }
    }
}

const PRINTED: &str = "\n```text\n";
const END: &str = "```\n";

/// Where the next block begins, and what it is written in.
fn next_block(text: &str) -> Option<(usize, Language)> {
    let starts = Language::ALL.map(|language| text.find(language.fence()).map(|start| (start, language)));
    starts.into_iter().flatten().min_by_key(|(start, _)| *start)
}

/// Takes a page apart; put together again, it is the page.
fn parts(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = page;
    while let Some((start, language)) = next_block(rest) {
        let (text, after) = rest.split_at(start);
        let (commands, after) = after.strip_prefix(language.fence()).unwrap().split_once(END).unwrap();
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
            block: Some(Block {
                language,
                commands,
                printed,
            }),
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
            page.extend([block.language.fence(), &block.commands, END]);
            if let Some(printed) = &block.printed {
                page.extend([PRINTED, printed, END]);
            }
        }
    }
    page
}

const HERE: &str = "127.0.0.1:";

/// What differs each time: identifiers, the port on which the server listens, and the year.
fn masked(text: &str) -> String {
    let mut ports = text.split(HERE);
    let mut text = ports.next().unwrap_or_default().to_owned();
    for rest in ports {
        text.extend([HERE, "PORT", rest.trim_start_matches(|c: char| c.is_ascii_digit())]);
    }
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut masked = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        masked.push_str(before);
        let is_id = word.len() == 36 && word.matches('-').count() == 4;
        masked.push_str(if is_id { "ID" } else { word });
        rest = after;
    }
    without_years(&(masked + rest))
}

/// Codes of listings without the year in which they were published: `TB-2026-001041`.
fn without_years(text: &str) -> String {
    let pieces: Vec<&str> = text.split('-').collect();
    let digits = |piece: &str| piece.bytes().take_while(u8::is_ascii_digit).count();
    let is_year = |at: usize, piece: &str| {
        let number = pieces.get(at + 1).map_or(0, |next| digits(next));
        piece.len() == 4 && digits(piece) == 4 && number == 6
    };
    let kept = pieces.iter().enumerate();
    let kept = kept.map(|(at, piece)| if is_year(at, piece) { "YEAR" } else { *piece });
    kept.collect::<Vec<_>>().join("-")
}

/// Runs all blocks of a page in one language; gives what each printed.
fn run(place: &Place, blocks: &[&Block], language: Language) -> Vec<String> {
    let of_language = blocks.iter().filter(|block| block.language == language);
    let count = of_language.clone().count();
    let program: String = of_language
        .map(|block| [block.commands.as_str(), language.mark()].concat())
        .collect();
    let start = blocks.iter().find(|block| block.language == Language::Shell).unwrap();
    let then = |interpreter: &str, file: &str| {
        let file = place.file(file, &program);
        let end = "kill \"$SERVER\"; wait \"$SERVER\"";
        format!("{}\n{interpreter} '{}'\n{end}\n", start.commands, file.display())
    };
    let commands = match language {
        Language::Shell => program.clone(),
        Language::Python => then("python3", "guide.py"),
        Language::JavaScript => then("node", "guide.mjs"),
    };
    let script = ["set -u\nexec 2>&1\n", &commands].concat();
    let program = place.command::<[&str; 0], _>([]);
    let mut bash = Command::new("bash");
    bash.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("VPTEX", env!("CARGO_BIN_EXE_vptex"))
        .env("TMPDIR", place.path(""))
        // Older versions of Node call fetch an experiment, each time.
        .env("NODE_NO_WARNINGS", "1")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .args(["-c", &script]);
    let output = bash.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<_> = printed.split('\u{c}').map(str::to_owned).collect();
    assert_eq!(printed.len(), count + 1, "{printed:#?} {:?}", output.status);
    printed
}

/// Follows a page, or the part of it that begins with a heading.
#[expect(clippy::disallowed_methods, reason = "as tests of other pages do")]
fn follows(name: &str, heading: Option<&str>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let whole = std::fs::read_to_string(&path).unwrap();
    let start = heading.map_or(0, |heading| whole.find(heading).unwrap());
    let (before, text) = whole.split_at(start);
    let end = heading.and_then(|heading| Some(text.get(heading.len()..)?.find("\n## ")? + heading.len()));
    let (text, after) = text.split_at(end.unwrap_or(text.len()));
    let mut all = parts(text);
    assert_eq!(page(&all), text);
    let blocks: Vec<&Block> = all.iter().filter_map(|part| part.block.as_ref()).collect();
    let mut printed = vec![String::new(); blocks.len()];
    for language in Language::ALL {
        let places = (0..blocks.len()).filter(|place| blocks[*place].language == language);
        let places: Vec<usize> = places.collect();
        if !places.is_empty() {
            for (place, is) in places.into_iter().zip(run(&Place::new(), &blocks, language)) {
                printed[place] = is;
            }
        }
    }
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
        std::fs::write(&path, [before, &page(&all), after].concat()).unwrap();
    } else {
        assert!(differences.is_empty(), "{name}: {}", differences.join("\n\n"));
    }
}

#[test]
fn five_minutes() {
    follows("README.md", Some("\n## A tour in five minutes\n"));
}

#[test]
fn an_enterprises_day() {
    follows("docs/tour-enterprise.md", None);
}

#[test]
fn an_officers_day() {
    follows("docs/tour-officer.md", None);
}

#[test]
fn how_an_enterprise_comes_in() {
    follows("docs/tour-admission.md", None);
}

#[test]
fn files_in_and_out() {
    follows("docs/tour-data.md", None);
}

#[test]
fn a_buyers_search() {
    follows("docs/tour-buyer.md", None);
}

#[test]
fn an_operators_week() {
    follows("docs/tour-operator.md", None);
}

#[test]
fn the_guide_in_three_languages() {
    follows("docs/api-guide.md", None);
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
