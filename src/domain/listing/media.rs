//! Files and videos as a revision is to give them to its listing (tệp và video của bản sửa đổi), and where two sets differ.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::UnknownName;
use crate::domain::drafts::TextPair;
use crate::domain::fields::Violation;
use crate::domain::file::Label;
use crate::domain::ids::FileId;
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;
use crate::domain::text_enum;
use crate::domain::video::{Video, VideoAddress};

/// All files and videos that a listing is to have, in their order. Which bytes a file is stands in its row; what it is
/// called stands here, since the listing's own file stays as it is until the revision is approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Kept", try_from = "Kept")]
pub struct Media {
    /// The files.
    pub files: Vec<(FileId, Label)>,
    /// The videos.
    pub videos: Vec<Video>,
}

impl Media {
    /// Takes a file out; false where it is not among them.
    pub fn remove(&mut self, id: FileId) -> bool {
        let before = self.files.len();
        self.files.retain(|(known, _)| *known != id);
        self.files.len() < before
    }

    /// What a file is called, to be said anew.
    pub fn label_mut(&mut self, id: FileId) -> Option<&mut Label> {
        let mut files = self.files.iter_mut();
        files.find(|(known, _)| *known == id).map(|(_, label)| label)
    }

    /// Puts the files into an order that names each of them once.
    pub fn order(&mut self, wanted: &[FileId]) -> Result<(), Violation> {
        require_each_once(self.files.iter().map(|(id, _)| *id), wanted)?;
        let place = |id: &FileId| wanted.iter().position(|known| known == id);
        self.files.sort_by_key(|(id, _)| place(id));
        Ok(())
    }
}

/// Refuses an order that does not name each once.
pub fn require_each_once(present: impl Iterator<Item = FileId>, wanted: &[FileId]) -> Result<(), Violation> {
    let named: BTreeSet<FileId> = wanted.iter().copied().collect();
    if named.len() != wanted.len() {
        return Err(Violation::Duplicate);
    }
    if named != present.collect() {
        return Err(Violation::Malformed { what: "file_order" });
    }
    Ok(())
}

/// As it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    files: Vec<KeptFile>,
    videos: Vec<KeptVideo>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptFile {
    id: FileId,
    kind: String,
    title: Option<TextPair>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptVideo {
    site: String,
    code: String,
    title: TextPair,
}

fn written(title: Bilingual<Line<256>>) -> TextPair {
    TextPair {
        vi: title.vi.into_string(),
        en: title.en.map(Line::into_string),
    }
}

fn read(title: TextPair) -> Bilingual<Line<256>> {
    Bilingual {
        vi: Line::stored(title.vi),
        en: title.en.map(Line::stored),
    }
}

impl From<Media> for Kept {
    fn from(media: Media) -> Self {
        let files = media.files.into_iter().map(|(id, label)| KeptFile {
            id,
            kind: label.kind.as_str().to_owned(),
            title: label.title.map(written),
        });
        let videos = media.videos.into_iter().map(|video| KeptVideo {
            site: video.address.site.as_str().to_owned(),
            code: video.address.code,
            title: written(video.title),
        });
        Self {
            files: files.collect(),
            videos: videos.collect(),
        }
    }
}

impl TryFrom<Kept> for Media {
    type Error = UnknownName;

    fn try_from(kept: Kept) -> Result<Self, UnknownName> {
        let files = kept.files.into_iter().map(|file| {
            let label = Label {
                kind: file.kind.parse()?,
                title: file.title.map(read),
            };
            Ok((file.id, label))
        });
        let videos = kept.videos.into_iter().map(|video| {
            Ok(Video {
                address: VideoAddress {
                    site: video.site.parse()?,
                    code: video.code,
                },
                title: read(video.title),
            })
        });
        Ok(Self {
            files: files.collect::<Result<_, UnknownName>>()?,
            videos: videos.collect::<Result<_, UnknownName>>()?,
        })
    }
}

text_enum! {
    /// What sort of thing stands beside a listing's text.
    pub enum MediaKind {
        /// A picture or a document (tệp).
        File => "file",
        /// A video (video).
        Video => "video",
    }
}

text_enum! {
    /// What became of a file or a video.
    pub enum MediaStep {
        /// It is new (thêm).
        Added => "added",
        /// It is gone (bỏ).
        Removed => "removed",
        /// It stands at another place among those that stay (đổi thứ tự).
        Moved => "moved",
        /// It is for something else, or called otherwise (đổi nhãn).
        Relabelled => "relabelled",
    }
}

/// What became of one file or video between two sets of them.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaChange {
    /// What it is.
    pub kind: MediaKind,
    /// What became of it; of one that was moved and relabelled there are two changes.
    pub step: MediaStep,
    /// The entry that it was, with its place; none where it is new.
    pub before: Option<(usize, Value)>,
    /// The entry that it is; none where it is gone.
    pub after: Option<(usize, Value)>,
}

/// Where the files and videos of two documents differ, as people say it: a file that was put first has not exchanged all
/// others. Those that are there now come first, in their order.
pub fn media_changes(before: &Value, after: &Value) -> Vec<MediaChange> {
    let mut found = Vec::new();
    for (kind, member, key) in [(MediaKind::File, "files", "id"), (MediaKind::Video, "videos", "url")] {
        let (one, other) = (entries(before, member), entries(after, member));
        compare(kind, key, &one, &other, &mut found);
    }
    found
}

fn entries<'a>(document: &'a Value, member: &str) -> Vec<(usize, &'a Value)> {
    let entries = document.get(member).and_then(Value::as_array);
    entries.into_iter().flatten().enumerate().collect()
}

fn compare(
    kind: MediaKind,
    key: &str,
    before: &[(usize, &Value)],
    after: &[(usize, &Value)],
    found: &mut Vec<MediaChange>,
) {
    let same = |one: &Value, other: &Value| one.get(key) == other.get(key);
    // Among those that are in both, so that what comes and goes moves nothing.
    let rank = |side: &[(usize, &Value)], others: &[(usize, &Value)], entry: &Value| {
        let stay = side
            .iter()
            .filter(|(_, one)| others.iter().any(|(_, other)| same(one, other)));
        stay.map(|(_, one)| one).position(|one| same(one, entry))
    };
    let owned = |entry: &(usize, &Value)| (entry.0, entry.1.clone());
    for entry in after {
        let former = before.iter().find(|(_, one)| same(one, entry.1));
        let mut push = |step| {
            found.push(MediaChange {
                kind,
                step,
                before: former.map(owned),
                after: Some(owned(entry)),
            });
        };
        match former {
            None => push(MediaStep::Added),
            Some(former) => {
                if rank(before, after, former.1) != rank(after, before, entry.1) {
                    push(MediaStep::Moved);
                }
                if former.1 != entry.1 {
                    push(MediaStep::Relabelled);
                }
            }
        }
    }
    let gone = before
        .iter()
        .filter(|(_, one)| !after.iter().any(|(_, other)| same(one, other)));
    found.extend(gone.map(|entry| MediaChange {
        kind,
        step: MediaStep::Removed,
        before: Some(owned(entry)),
        after: None,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn told(before: &Value, after: &Value) -> Vec<(&'static str, &'static str, Value)> {
        let changes = media_changes(before, after).into_iter();
        changes
            .map(|change| {
                let (_, entry) = change.after.or(change.before).unwrap();
                let name = entry.get("id").or_else(|| entry.get("url")).unwrap().clone();
                (change.kind.as_str(), change.step.as_str(), name)
            })
            .collect()
    }

    #[test]
    fn changes_are_told_as_people_say_them() {
        let file = |id: &str, title: &str| json!({"id": id, "title": {"vi": title}});
        let before = json!({"files": [file("a", "A"), file("b", "B"), file("c", "C")], "videos": [{"url": "v"}]});
        let after = json!({"files": [file("n", "N"), file("b", "B2"), file("c", "C")]});
        assert_eq!(
            told(&before, &after),
            [
                ("file", "added", json!("n")),
                ("file", "relabelled", json!("b")),
                ("file", "removed", json!("a")),
                ("video", "removed", json!("v")),
            ]
        );
        let turned = json!({"files": [file("c", "C"), file("b", "B"), file("a", "A")]});
        let one = json!({"files": [file("a", "A"), file("b", "B"), file("c", "C")]});
        assert_eq!(
            told(&one, &turned),
            [("file", "moved", json!("c")), ("file", "moved", json!("a"))]
        );
        assert!(media_changes(&after, &after).is_empty());
    }

    proptest! {
        /// What is told is what differs: nothing where nothing does, and each that came or went once.
        #[test]
        fn nothing_is_told_twice_and_nothing_left_out(one in ids(), other in ids()) {
            let document = |ids: &[u8]| json!({"files": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()});
            let found = media_changes(&document(&one), &document(&other));
            prop_assert_eq!(found.is_empty(), one == other);
            let count = |step| found.iter().filter(|change| change.step == step).count();
            let missing = |side: &[u8], from: &[u8]| side.iter().filter(|id| !from.contains(id)).count();
            prop_assert_eq!(count(MediaStep::Added), missing(&other, &one));
            prop_assert_eq!(count(MediaStep::Removed), missing(&one, &other));
        }
    }

    fn ids() -> impl Strategy<Value = Vec<u8>> {
        let all: Vec<u8> = (0..6).collect();
        proptest::sample::subsequence(all, 0..=6).prop_shuffle()
    }
}
