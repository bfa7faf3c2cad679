//! Which contents were found to be what their names say, and which not, so that what is asked for often is not hashed each
//! time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use object_store::ObjectMeta;

use crate::domain::file::Digest;

/// How long a look is good. A disk can lose what it had without any sign of it, so not for ever.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);
/// The same of what was found to be damaged. It is known again by its form, too; but a disk that gives other bytes at each
/// reading shall be asked again before long.
const BAD_FOR: SignedDuration = SignedDuration::from_mins(1);
/// Most contents that are remembered: a few MiB of memory.
const MOST: usize = 20_000;

/// How an object lies in the store, as far as that can be told without reading it. Whoever writes it anew makes another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    e_tag: Option<String>,
    version: Option<String>,
    /// Microseconds since 1970.
    modified: i64,
    /// Bytes.
    pub(super) size: u64,
}

impl Form {
    pub(super) fn of(found: &ObjectMeta) -> Self {
        Self {
            e_tag: found.e_tag.clone(),
            version: found.version.clone(),
            modified: found.last_modified.timestamp_micros(),
            size: found.size,
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

    fn form(size: u64) -> Form {
        Form {
            e_tag: Some(String::from("\"1-2-3\"")),
            version: None,
            modified: 7,
            size,
        }
    }

    #[test]
    fn a_look_is_good_for_an_hour_and_a_bad_one_for_a_minute() {
        let (checked, digest) = (Checked::default(), Digest([7; 32]));
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        assert_eq!(checked.found(&digest, at(100)), None);
        for (found, ends) in [(Found::Sound(form(3)), 160), (Found::Damaged(form(3)), 101)] {
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
    fn no_more_are_remembered_than_there_is_room_for() {
        let (checked, now) = (Checked::default(), Timestamp::UNIX_EPOCH);
        for number in 0..=MOST {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&u64::try_from(number).unwrap().to_le_bytes());
            checked.remember(Digest(name), Found::Sound(form(1)), now);
        }
        assert!(checked.all().len() <= MOST);
    }
}
