//! What the Department keeps beside the built-in vocabulary of searches (từ vựng tìm kiếm): words that mean the same, or
//! nearly, and built-in groups that are not to be used.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::ids::{AccountId, ListingId, VocabularyCandidateId, VocabularyEntryId};
use crate::domain::shapes::WordText;
use crate::domain::text_enum;

/// Most entries that are not withdrawn.
pub const MAX_ENTRIES: usize = 5_000;
/// Most members of an entry.
pub const MAX_MEMBERS: usize = 40;
/// Percent of what was typed that another member is worth: least and most.
pub const WEIGHTS: (i64, i64) = (10, 100);

text_enum! {
    /// How the members of a group belong together.
    pub enum Relation {
        /// The same thing (đồng nghĩa).
        Equivalent => "equivalent",
        /// The same thing in another part of the country (từ địa phương).
        Regional => "regional",
        /// Spellings of a loan word (từ mượn).
        Loan => "loan",
        /// An abbreviation and what it stands for (viết tắt).
        Abbreviation => "abbreviation",
        /// Vietnamese and English (Việt–Anh).
        English => "english",
        /// Nearly the same thing (gần nghĩa).
        Near => "near",
        /// The first member comprises the others (nghĩa rộng và hẹp).
        Narrower => "narrower",
        /// The first member is a unit that searches know, the others spell it otherwise (đơn vị đo).
        Unit => "unit",
        /// Words that say little beside others (từ dừng).
        Stop => "stop",
    }
}

text_enum! {
    /// Where a group was taken from.
    pub enum SourceClass {
        /// Written by the Department, or for this program.
        Own => "own",
        /// Laws and decisions.
        Law => "law",
        /// Classification of economic activities.
        Vsic => "vsic",
        /// Classification of patents.
        Ipc => "ipc",
        /// Tariff nomenclature.
        Hs => "hs",
        /// Usage of trade, as seen in offers.
        Trade => "trade",
    }
}

text_enum! {
    /// Where an entry stands on a day.
    pub enum Standing {
        /// Searches use it.
        InForce => "in_force",
        /// Its first day is yet to come.
        Announced => "announced",
        /// Its last day has gone.
        Ended => "ended",
        /// An officer withdrew it.
        Withdrawn => "withdrawn",
        /// It is valid, but searches cannot use what it says.
        Unusable => "unusable",
        /// Of a built-in group: an entry in force switches it off.
        SwitchedOff => "switched_off",
    }
}

/// What an entry says; every value was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// How the members belong together; none without members.
    pub relation: Option<Relation>,
    /// The words: 2 to 40, of `stop` 1 to 40, or none where a built-in group is only switched off.
    pub members: Vec<String>,
    /// Name of the built-in group that is not used while this is in force.
    pub switches_off: Option<String>,
    /// Where it was taken from.
    pub source: SourceClass,
    /// Percent of what was typed that another member is worth; the relation's where absent.
    pub weight: Option<u8>,
    /// Why, for officers.
    pub note: Option<String>,
    /// The first day on which it is in force.
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer.
    pub valid_to: Option<Date>,
}

/// A version of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VocabularyChange {
    /// Counts the changes of all entries.
    pub edition: i64,
    /// Which entry.
    pub entry: VocabularyEntryId,
    /// Its version, from 1.
    pub version: i64,
    /// What it says.
    pub words: Words,
    /// Whether an officer withdrew it; nothing follows.
    pub is_withdrawn: bool,
    /// Who made it so.
    pub changed_by: Option<AccountId>,
    /// When.
    pub changed_at: Timestamp,
}

impl VocabularyChange {
    /// Where it stands on a day, as far as dates tell.
    pub fn standing(&self, day: Date) -> Standing {
        if self.is_withdrawn {
            Standing::Withdrawn
        } else if self.words.valid_to.is_some_and(|end| end <= day) {
            Standing::Ended
        } else if self.words.valid_from.is_some_and(|first| day < first) {
            Standing::Announced
        } else {
            Standing::InForce
        }
    }
}

/// An entry of the vocabulary as an officer writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"relation": "regional", "members": ["máy tuốt lúa", "máy suốt lúa"], "note": "Cách gọi ở Nam Bộ"}))]
pub struct WordsDraft {
    /// `equivalent`, `regional`, `loan`, `abbreviation`, `english`, `near`, `narrower`, `unit` or `stop`; needed where there
    /// are members.
    #[serde(default)]
    #[schema(max_length = 20)]
    pub relation: Option<String>,
    /// 2 to 40 words or phrases of at most 8 syllables; of `stop` 1 to 40 words of one syllable. Of `narrower` the first
    /// comprises the others, of `unit` the first is a unit that searches know. None where a built-in group is only switched
    /// off.
    #[serde(default)]
    #[schema(value_type = Vec<WordText>, max_items = 40, required = false)]
    pub members: Vec<String>,
    /// Identifier of a built-in group that is not used while this is in force.
    #[serde(default)]
    #[schema(max_length = 16)]
    pub switches_off: Option<String>,
    /// `own`, `law`, `vsic`, `ipc`, `hs` or `trade`.
    #[serde(default = "own")]
    #[schema(max_length = 10, required = false, default = "own")]
    pub source: String,
    /// Percent of what was typed that another member is worth, of `stop` what the word itself is worth beside others; as
    /// usual for the relation where absent, and always for `unit`.
    #[serde(default)]
    #[schema(minimum = 10, maximum = 100)]
    pub weight: Option<i64>,
    /// Why, for officers.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// The first day on which it is in force, by the date in Việt Nam; at once where absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, min_length = 10, max_length = 10, example = "2027-07-01")]
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer in force.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, min_length = 10, max_length = 10, example = "2027-07-01")]
    pub valid_to: Option<Date>,
}

fn own() -> String {
    SourceClass::Own.as_str().to_owned()
}

impl From<&Words> for WordsDraft {
    fn from(words: &Words) -> Self {
        Self {
            relation: words.relation.map(|relation| relation.to_string()),
            members: words.members.clone(),
            switches_off: words.switches_off.clone(),
            source: words.source.to_string(),
            weight: words.weight.map(i64::from),
            note: words.note.clone(),
            valid_from: words.valid_from,
            valid_to: words.valid_to,
        }
    }
}

text_enum! {
    /// How a candidate was learned.
    pub enum Method {
        /// An abbreviation in parentheses behind words with its initials.
        Abbreviation => "abbreviation",
        /// Titles of listings in both languages.
        Titles => "titles",
    }
}

text_enum! {
    /// What became of a candidate.
    pub enum CandidateStatus {
        /// Nobody decided yet.
        Waiting => "waiting",
        /// It became an entry.
        Accepted => "accepted",
        /// It is not to be proposed again.
        Rejected => "rejected",
    }
}

/// Where a candidate was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// In which public listing.
    pub listing: ListingId,
    /// The words there; none where the listing is not public any more.
    pub text: Option<String>,
}

/// Words that may mean the same, as was learned from public listings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// How they may belong together.
    pub relation: Relation,
    /// The words.
    pub members: Vec<String>,
    /// How it was learned.
    pub method: Method,
    /// How many listings say so.
    pub support: u32,
    /// How sure that is, comparable within a method only: of titles the log-likelihood ratio, times 100.
    pub score: i64,
    /// Some of the listings.
    pub examples: Vec<Example>,
}

/// A candidate as kept.
#[derive(Clone, Debug)]
pub struct KeptCandidate {
    /// Identifier.
    pub id: VocabularyCandidateId,
    /// What was learned.
    pub candidate: Candidate,
    /// What became of it.
    pub status: CandidateStatus,
    /// When it was learned.
    pub found_at: Timestamp,
    /// Which officer decided.
    pub decided_by: Option<AccountId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// The entry that it became.
    pub entry: Option<VocabularyEntryId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    #[test]
    fn an_entry_stands_where_its_days_say() {
        let (first, end) = (date(2026, 3, 1), date(2026, 4, 1));
        let change = |from, to, is_withdrawn| VocabularyChange {
            edition: 1,
            entry: VocabularyEntryId(Uuid::nil()),
            version: 1,
            words: Words {
                relation: None,
                members: Vec::new(),
                switches_off: None,
                source: SourceClass::Own,
                weight: None,
                note: None,
                valid_from: from,
                valid_to: to,
            },
            is_withdrawn,
            changed_by: None,
            changed_at: Timestamp::UNIX_EPOCH,
        };
        let limited = change(Some(first), Some(end), false);
        for (day, standing) in [
            (date(2026, 2, 28), Standing::Announced),
            (first, Standing::InForce),
            (date(2026, 3, 31), Standing::InForce),
            (end, Standing::Ended),
        ] {
            assert_eq!(limited.standing(day), standing, "{day}");
        }
        assert_eq!(change(None, None, false).standing(first), Standing::InForce);
        assert_eq!(change(None, None, true).standing(first), Standing::Withdrawn);
    }
}
