//! Revisions: what the owner of a published listing wants to change, reviewed while the live one stays (bản sửa đổi).

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::drafts::ListingDraft;
use crate::domain::ids::{ListingId, RevisionId};
use crate::domain::listing::media::Media;
use crate::domain::text_enum;

text_enum! {
    /// The life of a revision (trạng thái bản sửa đổi).
    pub enum RevisionStatus {
        /// Being written (nháp).
        Draft => "draft",
        /// Waits for an officer (chờ duyệt).
        Submitted => "submitted",
        /// Sent back with what to mend (yêu cầu sửa).
        ChangesRequested => "changes_requested",
        /// Refused (từ chối).
        Rejected => "rejected",
        /// Approved: it is the live text (đã duyệt).
        Approved => "approved",
        /// Thrown away by its owner (đã hủy).
        Discarded => "discarded",
    }
}

/// A step that the present status of a revision does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not allowed while {0}")]
pub struct NotInThisStatus(pub RevisionStatus);

type Step = Result<RevisionStatus, NotInThisStatus>;

impl RevisionStatus {
    /// What it is called in Vietnamese.
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::Draft => "nháp",
            Self::Submitted => "chờ duyệt",
            Self::ChangesRequested => "yêu cầu sửa",
            Self::Rejected => "bị từ chối",
            Self::Approved => "đã duyệt",
            Self::Discarded => "đã hủy",
        }
    }

    /// What it is called in English.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Draft => "a draft",
            Self::Submitted => "waiting for review",
            Self::ChangesRequested => "sent back for changes",
            Self::Rejected => "rejected",
            Self::Approved => "approved",
            Self::Discarded => "discarded",
        }
    }

    /// Whether it is still to become something; a listing has one such revision at the most.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Approved | Self::Discarded)
    }

    /// The owner changes it: not while an officer reads it.
    pub fn edit(self) -> Result<(), NotInThisStatus> {
        match self {
            Self::Draft | Self::ChangesRequested | Self::Rejected => Ok(()),
            Self::Submitted | Self::Approved | Self::Discarded => Err(NotInThisStatus(self)),
        }
    }

    /// The owner hands it in for review.
    pub fn submit(self) -> Step {
        self.edit().map(|()| Self::Submitted)
    }

    /// The owner takes it back from review.
    pub fn take_back(self) -> Step {
        self.decided(Self::Draft)
    }

    /// The owner throws it away.
    pub fn discard(self) -> Step {
        self.edit().map(|()| Self::Discarded)
    }

    /// The owner throws one away below which the text is another by now, also while it waits: nobody can approve it.
    pub fn discard_outdated(self) -> Step {
        if self.is_open() {
            Ok(Self::Discarded)
        } else {
            Err(NotInThisStatus(self))
        }
    }

    /// An officer approves it.
    pub fn approve(self) -> Step {
        self.decided(Self::Approved)
    }

    /// An officer refuses it.
    pub fn reject(self) -> Step {
        self.decided(Self::Rejected)
    }

    /// An officer sends it back.
    pub fn request_changes(self) -> Step {
        self.decided(Self::ChangesRequested)
    }

    fn decided(self, next: Self) -> Step {
        if self == Self::Submitted {
            Ok(next)
        } else {
            Err(NotInThisStatus(self))
        }
    }
}

/// A revision as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Identifier.
    pub id: RevisionId,
    /// Of which listing.
    pub listing: ListingId,
    /// What the listing is to say, in full. As it was sent: a code that a list has lost meanwhile can still be read.
    pub content: ListingDraft,
    /// Which files and videos the listing is to have; none as long as they stay as they are.
    pub media: Option<Media>,
    /// Where it stands.
    pub status: RevisionStatus,
    /// The version of the live listing that its owner saw when last writing it.
    pub base_version: i64,
    /// Row version, the `ETag`. It goes on from the live listing's, so that who read the one cannot take it for the other.
    pub version: i64,
    /// When it was last handed in.
    pub submitted_at: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// One place at which two texts differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// What stands there in the one; none where it has no such place.
    pub before: Option<Value>,
    /// What stands there in the other.
    pub after: Option<Value>,
}

/// Where two documents differ, in the order of the first, down to single values; entries of lists by their place.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", Some(before), Some(after), &mut found);
    found
}

fn compare(pointer: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    match (before, after) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let added = other.keys().filter(|name| !one.contains_key(*name));
            for name in one.keys().chain(added) {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                compare(&format!("{pointer}/{escaped}"), one.get(name), other.get(name), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for at in 0..one.len().max(other.len()) {
                compare(&format!("{pointer}/{at}"), one.get(at), other.get(at), found);
            }
        }
        _ if before == after => {}
        _ => found.push(Difference {
            pointer: pointer.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::RevisionStatus::*;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const STEPS: [fn(RevisionStatus) -> Step; 6] = [
        RevisionStatus::submit,
        RevisionStatus::take_back,
        RevisionStatus::discard,
        RevisionStatus::approve,
        RevisionStatus::reject,
        RevisionStatus::request_changes,
    ];

    /// The whole state machine as a table: rows are states, columns the six steps.
    #[test]
    fn the_life_of_a_revision() {
        let written = [Some(Submitted), None, Some(Discarded), None, None, None];
        let table = [
            (Draft, written),
            (
                Submitted,
                [
                    None,
                    Some(Draft),
                    None,
                    Some(Approved),
                    Some(Rejected),
                    Some(ChangesRequested),
                ],
            ),
            (ChangesRequested, written),
            (Rejected, written),
            (Approved, [None; 6]),
            (Discarded, [None; 6]),
        ];
        assert_eq!(table.len(), RevisionStatus::ALL.len());
        for (from, row) in table {
            for (step, expected) in STEPS.iter().zip(row) {
                assert_eq!(step(from).ok(), expected, "from {from}");
            }
            assert_eq!(from.edit().is_ok(), row[0].is_some(), "{from}");
            assert_eq!(from.discard_outdated().is_ok(), from.is_open(), "{from}");
        }
    }

    proptest! {
        /// Whatever is tried in whatever order: nothing is approved that was not handed in just before, nobody edits what
        /// an officer reads, and what is closed stays so.
        #[test]
        fn nothing_goes_past_the_officer(tried in proptest::collection::vec(0..STEPS.len(), 0..40)) {
            let mut status = Draft;
            for step in tried {
                let Ok(next) = STEPS[step](status) else { continue };
                prop_assert!(status.is_open(), "{} left", status);
                prop_assert!(status == Submitted || !matches!(next, Approved | Rejected | ChangesRequested));
                prop_assert!(next != Submitted || status.edit().is_ok());
                status = next;
            }
            prop_assert_eq!(status == Submitted || !status.is_open(), status.edit().is_err());
        }

        /// What is told to differ differs, and told is all that does: put into the one, it makes the other.
        #[test]
        fn differences_lead_from_one_to_the_other(one in documents(), other in documents()) {
            let found = differences(&one, &other);
            prop_assert_eq!(found.is_empty(), one == other);
            for difference in found {
                prop_assert_ne!(&difference.before, &difference.after);
                prop_assert_eq!(one.pointer(&difference.pointer), difference.before.as_ref());
                prop_assert_eq!(other.pointer(&difference.pointer), difference.after.as_ref());
            }
        }
    }

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<bool>().prop_map(Value::from), (0..3).prop_map(Value::from)];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                proptest::collection::btree_map("[ab/~]{1,2}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn differences_are_told_place_by_place() {
        let before = json!({"title": {"vi": "A", "en": "B"}, "codes": ["x", "y"], "same": 1});
        let after = json!({"title": {"vi": "C"}, "codes": ["x", "z", "w"], "same": 1, "model": "M"});
        let told: Vec<_> = differences(&before, &after)
            .into_iter()
            .map(|found| (found.pointer, found.before, found.after))
            .collect();
        let at = |pointer: &str, before: Option<Value>, after: Option<Value>| (pointer.to_owned(), before, after);
        let mut expected = vec![
            at("/title/vi", Some(json!("A")), Some(json!("C"))),
            at("/title/en", Some(json!("B")), None),
            at("/codes/1", Some(json!("y")), Some(json!("z"))),
            at("/codes/2", None, Some(json!("w"))),
            at("/model", None, Some(json!("M"))),
        ];
        let mut told = told;
        told.sort_by(|one, other| one.0.cmp(&other.0));
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(told, expected);
    }
}
