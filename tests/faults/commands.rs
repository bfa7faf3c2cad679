//! Commands of the program in the midst of which something befalls it, beside a server that clients write to: after each the
//! same command does what it is to do, and nothing half done is taken for something whole.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::invariants;
use crate::ledger::sha256;
use crate::points::{Action, Cell};
use crate::program::Place;
use crate::sites::By;
use crate::world::World;

/// Older than what the collector of files leaves alone.
const AGE: Duration = Duration::from_secs(3 * 60 * 60);

/// Where commands find and leave what they are about.
pub struct Ways {
    scratch: PathBuf,
    /// Places that were made so far.
    places: usize,
}

impl Ways {
    pub fn beside(scratch: &Path) -> Self {
        Self {
            scratch: scratch.to_owned(),
            places: 0,
        }
    }

    /// Whether it is a command that comes by such a place, and not a server.
    pub fn is_command(&self, by: By) -> bool {
        matches!(by, By::Migrate | By::Rotate | By::Collect | By::Backup | By::Restore)
    }

    fn backups(&self) -> PathBuf {
        self.scratch.join("backups")
    }

    /// A place in which there is nothing.
    fn fresh(&mut self, like: &Place) -> Place {
        self.places += 1;
        let name = format!("new-{}", self.places);
        Place::new(&self.scratch.join(name), &like.log)
    }
}

/// Runs the command of a place in the program with what befalls there, then without; how often it was come by, and what is
/// wrong.
pub fn tried(world: &World, ways: &mut Ways, cell: Cell) -> (usize, Vec<String>) {
    let by = cell.site.by;
    let backups = ways.backups().display().to_string();
    let words: Vec<&str> = match by {
        By::Migrate => vec!["migrate"],
        By::Rotate => vec!["keys", "rotate"],
        By::Collect => vec!["files", "collect"],
        By::Backup => vec!["backup", "--to", &backups, "--keep", "2"],
        _ => vec!["restore", "--from", &backups],
    };
    let mut wrong = Vec::new();
    if by == By::Restore {
        wrong.extend(must(&world.place, &["backup", "--to", &backups, "--keep", "2"]));
    }
    let is_elsewhere = matches!(by, By::Migrate | By::Restore);
    let mut place = if is_elsewhere {
        ways.fresh(&world.place)
    } else {
        world.place.clone()
    };
    made_ready(world, by);
    let mut befallen = place.clone();
    befallen.environment.push(cell.order(0));
    let (is_well, said) = befallen.run(&words);
    let reached = cell.count(&said);
    if is_well != (cell.action == Action::Sleep) && reached > 0 {
        wrong.push(format!("{}, befallen: {}", words.join(" "), said.trim()));
    }
    if by == By::Restore {
        if !is_well && place.data.join("vptex.sqlite3").exists() {
            wrong.push("a restoration that failed left a database under its name".into());
        }
        // It goes only where there is nothing.
        place = ways.fresh(&world.place);
    }
    made_ready(world, by);
    wrong.extend(must(&place, &words));
    match by {
        By::Restore => wrong.extend(invariants::trail(&place)),
        By::Backup => wrong.extend(must(&place, &["backup", "verify", &backups])),
        _ => {}
    }
    (reached, wrong)
}

/// Runs a command that must succeed.
fn must(place: &Place, words: &[&str]) -> Option<String> {
    let (is_well, said) = place.run(words);
    (!is_well).then(|| format!("{}: {}", words.join(" "), said.trim()))
}

/// Sees to it that there is something to do.
fn made_ready(world: &World, by: By) {
    let place = &world.place;
    match by {
        // The next key must have stood ready for six minutes.
        By::Rotate => {
            let hours = hours_of(place);
            let statement = format!("UPDATE signing_keys SET created_at = created_at - {hours} WHERE state = 'next'");
            invariants::hurry(place, &statement);
        }
        // A removal that was announced and never done is over after an hour.
        By::Collect => {
            let hours = hours_of(place);
            invariants::hurry(
                place,
                &format!("UPDATE content_removals SET marked_at = marked_at - {hours}"),
            );
            orphan(place, world.number());
        }
        _ => {}
    }
}

/// Two hours, as the database counts.
fn hours_of(place: &Place) -> &'static str {
    match place.database {
        None => "7200000000",
        Some(_) => "interval '2 hours'",
    }
}

/// A content that nothing refers to, and that is old.
fn orphan(place: &Place, number: u32) {
    let content = format!("nobody's {number}");
    let name = sha256(content.as_bytes());
    let folder = place.data.join("files/kept").join(&name[..2]);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(&name);
    std::fs::write(&path, content).unwrap();
    #[expect(clippy::disallowed_methods, reason = "files are told apart by the computer's clock")]
    let then = SystemTime::now() - AGE;
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(then).unwrap();
}
