//! Which contents were found to be what their names say, so that what is asked for often is not hashed each time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use object_store::ObjectMeta;

use crate::domain::file::Digest;

/// How long a look is good. A disk can lose what it had without any sign of it, so not for ever.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);
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

/// What was looked through, and when.
#[derive(Default)]
pub(super) struct Checked(Mutex<HashMap<Digest, (Form, Timestamp)>>);

impl Checked {
    fn all(&self) -> MutexGuard<'_, HashMap<Digest, (Form, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How a content lay there when it was found to be right, less than an hour ago.
    pub(super) fn form(&self, digest: &Digest, now: Timestamp) -> Option<Form> {
        let all = self.all();
        let (form, _) = all.get(digest).filter(|(_, at)| is_good(*at, now))?;
        Some(form.clone())
    }

    /// It is right.
    pub(super) fn remember(&self, digest: Digest, form: Form, now: Timestamp) {
        let mut all = self.all();
        if all.len() >= MOST {
            all.retain(|_, (_, at)| is_good(*at, now));
            if all.len() >= MOST {
                all.clear();
            }
        }
        all.insert(digest, (form, now));
    }

    /// Something else lies there now, or nothing.
    pub(super) fn forget(&self, digest: &Digest) {
        self.all().remove(digest);
    }
}

/// A clock that was set back makes nothing good for longer.
fn is_good(at: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(at);
    !age.is_negative() && age < GOOD_FOR
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
    fn a_look_is_good_for_an_hour_and_no_longer() {
        let (checked, digest) = (Checked::default(), Digest([7; 32]));
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        assert_eq!(checked.form(&digest, at(100)), None);
        checked.remember(digest, form(3), at(100));
        for (minutes, is_known) in [(99, false), (100, true), (159, true), (160, false)] {
            let known = checked.form(&digest, at(minutes));
            assert_eq!(known, is_known.then(|| form(3)), "{minutes}");
        }
        assert_eq!(checked.form(&Digest([8; 32]), at(100)), None);
        checked.forget(&digest);
        assert_eq!(checked.form(&digest, at(100)), None);
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let (checked, now) = (Checked::default(), Timestamp::UNIX_EPOCH);
        for number in 0..=MOST {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&u64::try_from(number).unwrap().to_le_bytes());
            checked.remember(Digest(name), form(1), now);
        }
        assert!(checked.all().len() <= MOST);
    }
}
