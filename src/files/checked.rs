//! Which contents were found to be what their names say, and which not, so that what is asked for often is not hashed each
//! time.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use object_store::{GetResult, GetResultPayload, ObjectMeta};

use crate::domain::file::Digest;

/// How long a look is good. A disk can lose what it had without any sign of it, so not for ever.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);
/// The same of what was found to be damaged. It is known again by its form, too; but a disk that gives other bytes at each
/// reading shall be asked again before long.
const BAD_FOR: SignedDuration = SignedDuration::from_mins(1);
/// What is so large at the most is in memory while it is hashed, and is sent from there: the store is asked once. So nothing is
/// saved by remembering that it was sound, and it is looked at each time.
pub(super) const SMALL: u64 = 1 << 20;
/// Most contents that are remembered: a few MiB of memory.
const MOST: usize = 20_000;

/// How an object lies in the store, as far as that can be told without reading it. Whoever writes it anew makes another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    e_tag: Option<String>,
    version: Option<String>,
    /// Microseconds since 1970.
    modified: i64,
    /// When a file of this machine's was changed, as its file system notes it (seconds and nanoseconds): unlike the time above,
    /// nobody who writes to it sets that back. Only who has opened it knows it.
    changed: Option<(i64, i64)>,
    /// Bytes.
    pub(super) size: u64,
}

impl Form {
    pub(super) fn of(found: &ObjectMeta) -> Self {
        Self {
            e_tag: found.e_tag.clone(),
            version: found.version.clone(),
            modified: found.last_modified.timestamp_micros(),
            changed: None,
            size: found.size,
        }
    }

    /// The same of one that is about to be read.
    pub(super) fn of_opened(answer: &GetResult) -> Self {
        let changed = match &answer.payload {
            GetResultPayload::File(file, _) => file.metadata().ok().map(|found| (found.ctime(), found.ctime_nsec())),
            GetResultPayload::Stream(_) => None,
        };
        Self {
            changed,
            ..Self::of(&answer.meta)
        }
    }

    /// As the store tells it without opening it.
    pub(super) fn as_told(&self) -> Self {
        Self {
            changed: None,
            ..self.clone()
        }
    }
}

/// What was found of a content, and of which form of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It is what its name says.
    Sound(Form),
    /// It is something else.
    Damaged(Form),
}

impl Found {
    fn good_for(&self) -> SignedDuration {
        match self {
            Self::Sound(_) => GOOD_FOR,
            Self::Damaged(_) => BAD_FOR,
        }
    }
}

/// What was looked through, and when.
#[derive(Default)]
pub(super) struct Checked(Mutex<HashMap<Digest, (Found, Timestamp)>>);

impl Checked {
    fn all(&self) -> MutexGuard<'_, HashMap<Digest, (Found, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found of a content, if that is not too long ago.
    pub(super) fn found(&self, digest: &Digest, now: Timestamp) -> Option<Found> {
        let all = self.all();
        let (found, _) = all.get(digest).filter(|look| holds(look, now))?;
        Some(found.clone())
    }

    /// This was found of it.
    pub(super) fn remember(&self, digest: Digest, found: Found, now: Timestamp) {
        if matches!(&found, Found::Sound(form) if form.size <= SMALL) {
            return self.forget(&digest);
        }
        let mut all = self.all();
        if all.len() >= MOST {
            all.retain(|_, look| holds(look, now));
            if all.len() >= MOST {
                all.clear();
            }
        }
        all.insert(digest, (found, now));
    }

    /// Something else lies there now, or nothing.
    pub(super) fn forget(&self, digest: &Digest) {
        self.all().remove(digest);
    }
}

/// A clock that was set back makes nothing good for longer.
fn holds((found, at): &(Found, Timestamp), now: Timestamp) -> bool {
    let age = now.duration_since(*at);
    !age.is_negative() && age < found.good_for()
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::ObjectStoreExt;
    use object_store::local::LocalFileSystem;
    use object_store::path::Path;
    use std::fs::{self, File};

    fn form(size: u64) -> Form {
        Form {
            e_tag: Some(String::from("\"1-2-3\"")),
            version: None,
            modified: 7,
            changed: None,
            size,
        }
    }

    #[test]
    fn a_look_is_good_for_an_hour_and_a_bad_one_for_a_minute() {
        let (checked, digest) = (Checked::default(), Digest([7; 32]));
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        assert_eq!(checked.found(&digest, at(100)), None);
        for (found, ends) in [(Found::Sound(form(SMALL + 1)), 160), (Found::Damaged(form(3)), 101)] {
            checked.remember(digest, found.clone(), at(100));
            for (minutes, is_known) in [(99, false), (100, true), (ends, false)] {
                let known = checked.found(&digest, at(minutes));
                assert_eq!(known, is_known.then(|| found.clone()), "{minutes}");
            }
            let last = at(ends) - SignedDuration::from_secs(1);
            assert_eq!(checked.found(&digest, last), Some(found));
        }
        assert_eq!(checked.found(&Digest([8; 32]), at(100)), None);
        checked.forget(&digest);
        assert_eq!(checked.found(&digest, at(100)), None);
    }

    #[test]
    fn a_small_one_is_remembered_only_where_it_is_damaged() {
        let (checked, digest, now) = (Checked::default(), Digest([7; 32]), Timestamp::UNIX_EPOCH);
        let damaged = Found::Damaged(form(SMALL));
        checked.remember(digest, damaged.clone(), now);
        assert_eq!(checked.found(&digest, now), Some(damaged));
        checked.remember(digest, Found::Sound(form(SMALL)), now);
        assert_eq!(checked.found(&digest, now), None);
    }

    #[tokio::test]
    async fn a_file_that_was_written_to_is_another_one_whatever_its_time_says() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalFileSystem::new_with_prefix(folder.path()).unwrap();
        let (key, path) = (Path::from("content"), folder.path().join("content"));
        fs::write(&path, "right").unwrap();
        let look = async || store.get(&key).await.unwrap();
        let before = Form::of_opened(&look().await);
        let found = fs::metadata(&path).unwrap();
        // The clock of the file system goes in steps.
        loop {
            fs::write(&path, "wrong").unwrap();
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(found.modified().unwrap()).unwrap();
            let now = fs::metadata(&path).unwrap();
            if (now.ctime(), now.ctime_nsec()) != (found.ctime(), found.ctime_nsec()) {
                break;
            }
        }
        let after = Form::of_opened(&look().await);
        assert_eq!(after.as_told(), before.as_told());
        assert_ne!(after, before);
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let (checked, now) = (Checked::default(), Timestamp::UNIX_EPOCH);
        for number in 0..=MOST {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&u64::try_from(number).unwrap().to_le_bytes());
            checked.remember(Digest(name), Found::Sound(form(SMALL + 1)), now);
        }
        assert!(checked.all().len() <= MOST);
    }
}
