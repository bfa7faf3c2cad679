//! What a disk has after the power went: what was flushed for certain, as `power.c` keeps it aside, and of all else as much or
//! as little as chance has it, torn at sectors.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::chance::Chance;

/// Bytes that a disk writes at once, and that a file system does.
const GRAINS: [usize; 2] = [512, 4_096];

/// How much of what was not flushed is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Nothing of it: the disk as it was at the last flush of each.
    Nothing,
    /// As chance has it.
    Chance,
}

/// What was not flushed, and how much of that is not there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loss {
    /// Files whose content had not been flushed whole, and folders whose names had not been.
    pub unflushed: usize,
    /// Of these, those that are not as they were.
    pub lost: usize,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    is_folder: bool,
    /// Its inode, with its birth.
    inode: String,
}

/// How an inode is called, as `power.c` calls it. Its number may be another file's later, so its birth belongs to it.
fn inode(path: &Path) -> String {
    let about = fs::symlink_metadata(path).unwrap();
    let born = about
        .created()
        .ok()
        .and_then(|born| born.duration_since(UNIX_EPOCH).ok());
    let born = born.unwrap_or_default();
    format!("{}-{}.{:09}", about.ino(), born.as_secs(), born.subsec_nanos())
}

/// A folder that is watched, and where it is kept aside what of it was flushed.
#[derive(Clone, Debug)]
pub struct Disk {
    pub root: PathBuf,
    pub shadow: PathBuf,
}

impl Disk {
    /// Takes all that is there for flushed, as it is when it was read from the disk.
    pub fn settle(&self) {
        drop(fs::remove_dir_all(&self.shadow));
        fs::create_dir_all(&self.shadow).unwrap();
        self.settle_folder(&self.root);
    }

    fn settle_folder(&self, folder: &Path) {
        let mut list = String::new();
        for (name, entry) in entries(folder) {
            let path = folder.join(&name);
            let kind = if entry.is_folder { 'd' } else { 'f' };
            list += &format!("{kind} {} {name}\n", entry.inode);
            if entry.is_folder {
                self.settle_folder(&path);
            } else {
                fs::copy(&path, self.kept("file", &entry.inode)).unwrap();
            }
        }
        fs::write(self.kept("dir", &inode(folder)), list).unwrap();
    }

    fn kept(&self, what: &str, inode: &str) -> PathBuf {
        self.shadow.join(format!("{what}-{inode}"))
    }

    /// Lets the power go: the folder is from now on what the disk has. Nobody works in it.
    pub fn cut(&self, rest: Rest, chance: &mut Chance) -> Loss {
        let draft = self.root.with_extension("image");
        let mut cut = Cut {
            disk: self,
            rest,
            chance,
            loss: Loss::default(),
        };
        cut.folder(Some(&self.root), &inode(&self.root), &draft);
        let loss = cut.loss;
        let gone = self.root.with_extension("gone");
        fs::rename(&self.root, &gone).unwrap();
        fs::rename(&draft, &self.root).unwrap();
        fs::remove_dir_all(gone).unwrap();
        self.settle();
        loss
    }
}

/// What a folder has now, by name.
fn entries(folder: &Path) -> BTreeMap<String, Entry> {
    let listed = fs::read_dir(folder).unwrap().flatten();
    let known = listed.map(|entry| {
        let path = entry.path();
        let is_folder = entry.file_type().unwrap().is_dir();
        let inode = inode(&path);
        (entry.file_name().into_string().unwrap(), Entry { is_folder, inode })
    });
    known.collect()
}

/// What a folder had at its last flush.
fn flushed(list: &Path) -> BTreeMap<String, Entry> {
    let text = fs::read_to_string(list).unwrap_or_default();
    let known = text.lines().filter_map(|line| {
        let mut words = line.splitn(3, ' ');
        let entry = Entry {
            is_folder: words.next()? == "d",
            inode: words.next()?.to_owned(),
        };
        Some((words.next()?.to_owned(), entry))
    });
    known.collect()
}

/// An image that is being made.
struct Cut<'a> {
    disk: &'a Disk,
    rest: Rest,
    chance: &'a mut Chance,
    loss: Loss,
}

impl Cut<'_> {
    /// Names and what is under them. The names of a folder are those of its last flush or those of now: a mixture could lose a
    /// file that was only renamed.
    fn folder(&mut self, now: Option<&Path>, inode: &str, into: &Path) {
        fs::DirBuilder::new().mode(0o700).create(into).unwrap();
        let present = now.map(entries).unwrap_or_default();
        let mut names = flushed(&self.disk.kept("dir", inode));
        if names != present {
            self.loss.unflushed += 1;
            if self.rest == Rest::Chance && self.chance.is(50) {
                names.clone_from(&present);
            } else {
                self.loss.lost += 1;
            }
        }
        // Where each inode lies now, under whatever name.
        let places: BTreeMap<&str, &str> = present
            .iter()
            .map(|(name, entry)| (entry.inode.as_str(), name.as_str()))
            .collect();
        for (name, entry) in names {
            let now = now.and_then(|now| Some(now.join(places.get(entry.inode.as_str())?)));
            if entry.is_folder {
                self.folder(now.as_deref(), &entry.inode, &into.join(name));
            } else {
                self.file(now.as_deref(), &entry.inode, &into.join(name));
            }
        }
    }

    fn file(&mut self, now: Option<&Path>, inode: &str, into: &Path) {
        let kept = fs::read(self.disk.kept("file", inode));
        let flushed = kept.unwrap_or_default();
        let present = now.map(fs::read).transpose().unwrap_or_default();
        let content = match present {
            Some(present) if present != flushed => {
                self.loss.unflushed += 1;
                let content = self.torn(&flushed, &present);
                self.loss.lost += usize::from(content != present);
                content
            }
            _ => flushed,
        };
        fs::write(into, content).unwrap();
        fs::set_permissions(into, Permissions::from_mode(0o600)).unwrap();
    }

    /// Of a file that was written to since its last flush: as it was then, as it is, or some of its sectors.
    fn torn(&mut self, flushed: &[u8], present: &[u8]) -> Vec<u8> {
        let whole = self.chance.below(4);
        if self.rest == Rest::Nothing || whole == 0 {
            return flushed.to_vec();
        }
        if whole == 1 {
            return present.to_vec();
        }
        let grain = *self.chance.pick(&GRAINS);
        let (short, long) = (flushed.len().min(present.len()), flushed.len().max(present.len()));
        // Its length is told apart from its content, at whole sectors or as it is.
        let length = match self.chance.below(3) {
            0 => flushed.len(),
            1 => present.len(),
            _ => ((short + self.chance.below(long - short + 1)) / grain * grain).max(short),
        };
        let mut content = flushed.to_vec();
        content.resize(length, 0);
        let changed = different(flushed, present, grain);
        // Either the first so many reached the disk, or any half of them.
        let first = (whole == 2).then(|| self.chance.below(changed.len() + 1));
        for (at, sector) in changed.into_iter().enumerate() {
            let is_there = first.map_or_else(|| self.chance.is(50), |first| at < first);
            if is_there {
                for (kept, byte) in content.iter_mut().zip(present).skip(sector).take(grain) {
                    *kept = *byte;
                }
            }
        }
        content
    }
}

/// Where the sectors begin in which a file is another one than it was.
fn different(flushed: &[u8], present: &[u8], grain: usize) -> BTreeSet<usize> {
    let sector = |bytes: &[u8], at: usize| -> Vec<u8> {
        let end = (at + grain).min(bytes.len());
        bytes.get(at..end).unwrap_or_default().to_vec()
    };
    let begins = (0..present.len()).step_by(grain);
    begins
        .filter(|at| sector(flushed, *at) != sector(present, *at))
        .collect()
}

/// Whether files' births can be told where a folder lies; where they cannot, a file may be taken for one that went.
pub fn can_tell(folder: &Path) -> Result<(), String> {
    let born = fs::metadata(folder).and_then(|about| about.created());
    born.map(drop)
        .map_err(|error| format!("births of files cannot be told: {error}"))
}
