//! What several letters tell together.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::review::decision::Note;

/// A listing whose term ends, as a line of a letter about several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingEnd {
    /// What the listing is called.
    pub title: String,
    /// Its code.
    pub code: Option<String>,
    /// When.
    pub expires_at: Timestamp,
    /// Whether it ended already.
    pub is_over: bool,
}

/// How far the listings of a letter about several are over: by what it is headed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// All of them are still out (sắp hết hạn).
    Ahead,
    /// Some are out, or may be: of those that the letter only counts nobody says it.
    Partly,
    /// None is out any more (đã hết hạn).
    Over,
}

impl Ends {
    /// Of the lines of a letter, the earliest end first, and how many more it counts.
    pub fn of(lines: &[ListingEnd], more: u32) -> Self {
        if !lines.iter().any(|line| line.is_over) {
            return Self::Ahead;
        }
        if more == 0 && lines.iter().all(|line| line.is_over) {
            return Self::Over;
        }
        Self::Partly
    }
}

/// What waits for an officer (nhắc việc).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// For how many hours it has waited, or longer.
    pub hours: i64,
    /// Of each sort, how much.
    pub lines: Vec<DigestLine>,
}

/// What waits of a sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestLine {
    /// What sort of thing, as in the figures of what waits.
    pub about: String,
    /// How many.
    pub count: u64,
    /// Since when the first of them waits.
    pub oldest: Timestamp,
    /// Of how many the term is over; letters of before do not tell it.
    #[serde(default)]
    pub overdue: u64,
}

/// The last day of rights that a listing names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightEnd {
    /// What the listing is called.
    pub title: String,
    /// Which rights.
    pub rights: Vec<RightName>,
    /// The last day on which they hold.
    pub expires_on: Date,
    /// Whether that is over.
    pub is_over: bool,
}

/// A right of intellectual property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightName {
    /// What is protected: the code.
    pub right: String,
    /// Number of the patent or certificate.
    pub number: Option<String>,
}

/// The term of a request to take a listing down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakedownLine {
    /// What the listing is called.
    pub title: String,
    /// Its code.
    pub code: Option<String>,
    /// Which authority.
    pub authority: String,
    /// Number of its letter.
    pub reference: String,
    /// Until when it must be carried out.
    pub due_at: Timestamp,
    /// Whether that is over.
    pub is_missed: bool,
}

/// An officer's verdict on a document of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperRuling {
    /// Name of the enterprise.
    pub enterprise: String,
    /// What the document is: the code.
    pub document: String,
    /// What its sender called it.
    pub name: String,
    /// What the officer found.
    pub verdict: String,
    /// The last day on which it holds.
    pub valid_to: Option<String>,
    /// Why, in the officer's words.
    pub reason: Option<String>,
}

/// The last day of a document of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperEnd {
    /// Name of the enterprise.
    pub enterprise: String,
    /// What the document is: the code.
    pub document: String,
    /// What its sender called it.
    pub name: String,
    /// The last day on which it holds.
    pub valid_to: String,
}

/// What an officer decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// What sort of thing it is about, as in the queue of officers; `renewal` is a verification that was looked at again,
    /// `verification` the first one of an enterprise that officers entered.
    #[serde(default = "amendment")]
    pub about: String,
    /// Until when a verification of an active enterprise holds.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Name of the enterprise, or title of the listing.
    #[serde(alias = "enterprise")]
    pub name: String,
    /// `approved`, `rejected` or `changes_requested`.
    pub verdict: String,
    /// Why, as the list of reasons names it in Vietnamese and in English.
    #[serde(default)]
    pub reason_name: Option<(String, String)>,
    /// Why, in the officer's words.
    pub reason: Option<String>,
    /// What is to be mended where.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// What a letter is about that waited in the queue when there were others of its kind.
fn amendment() -> String {
    String::from("amendment")
}

/// What somebody wrote about what was handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// What sort of thing it is about.
    pub about: String,
    /// Name of the enterprise, or title of the listing.
    pub name: String,
    /// Whether an officer wrote.
    pub is_officer: bool,
    /// What was written.
    pub body: String,
}

/// What became of a notice about intellectual property (thông báo xâm phạm).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeNews {
    /// What was done: the state of the notice, or `held`, which tells owners that it was accepted.
    pub step: String,
    /// What the listing is called.
    pub title: String,
    /// Number of the notice.
    pub notice: String,
    /// Who sent it; to owners only.
    pub claimant: Option<String>,
    /// What one side or the officer wrote.
    pub text: Option<String>,
    /// Until when the next step is due.
    pub due_at: Timestamp,
}

/// What became of a complaint (khiếu nại).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintNews {
    /// What was done: the state of the complaint, or `forwarded`, which tells owners that it was taken up.
    pub step: String,
    /// What the enterprise is called.
    pub enterprise: String,
    /// What one side or the officer wrote.
    pub text: Option<String>,
    /// Until when the next step is due.
    pub due_at: Timestamp,
}

/// What was done with an inquiry (phiếu bày tỏ quan tâm). What people wrote in it is read on the exchange, and not sent to anybody in
/// its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryNews {
    /// What was done: `sent`, `message`, `proposed`, `agreed`, `completed`, `declined`, `withdrawn` or `expired`.
    pub step: String,
    /// What the listing is called.
    pub title: String,
    /// What the other side is called.
    pub other: String,
    /// Until when it may be answered, where it was sent.
    pub respond_by: Option<Timestamp>,
}

/// What an officer did with a dossier, in words of its rule set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierNews {
    /// The dossier's number.
    pub number: String,
    /// The number of the certificate or licence that it is about, where that may be annulled in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// What the procedure is called.
    pub procedure_vi: String,
    /// The same in English.
    pub procedure_en: String,
    /// What was done.
    pub event_vi: String,
    /// The same in English.
    pub event_en: String,
    /// The ground that the law counts, where one was named, with its article; of a refusal because a term ended the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground_vi: Option<String>,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground_en: Option<String>,
    /// What the officer wrote.
    pub note: Option<String>,
    /// Number of the authority's own letter, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter_number: Option<String>,
    /// Its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter_on: Option<Date>,
    /// The day that is promised, where a term was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_on: Option<Date>,
    /// Until when the enterprise has to do something, where that has a term.
    pub due_at: Option<Timestamp>,
    /// What that is; letters of before do not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_vi: Option<String>,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_en: Option<String>,
    /// The article by which the exchange refuses the dossier by itself where that is not done in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_by: Option<String>,
    /// Whose turn it is, where it is somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<DossierTurn>,
}

/// Who has to do the next step of a dossier, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierTurn {
    /// Who.
    pub by_vi: String,
    /// The same in English.
    pub by_en: String,
    /// Until when.
    pub due_at: Timestamp,
}

/// A term of a dossier that was missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierLine {
    /// The dossier's number.
    pub number: String,
    /// What was not done.
    pub event_vi: String,
    /// The same in English.
    pub event_en: String,
    /// By whom; letters of before do not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_vi: Option<String>,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_en: Option<String>,
    /// What is owed because it was missed: a letter of apology.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owes_vi: Option<String>,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owes_en: Option<String>,
    /// The last day.
    pub due_on: Date,
}

/// A term of a dossier that is the enterprise's, in words of its rule set (nhắc hạn).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermNews {
    /// The dossier's number; of a draft there is none.
    pub number: Option<String>,
    /// The number of the certificate or licence that it is about.
    pub certificate: Option<String>,
    /// What the procedure is called.
    pub procedure_vi: String,
    /// The same in English.
    pub procedure_en: String,
    /// What is to be done.
    pub event_vi: String,
    /// The same in English.
    pub event_en: String,
    /// The article.
    pub legal_basis: String,
    /// The last day.
    pub due_on: Date,
    /// Whether that is over.
    pub is_over: bool,
    /// Whether it cannot be done any more once it is over.
    pub bars: bool,
}

/// A term that ends, or ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueLine {
    /// What was asked.
    pub request: String,
    /// What is to be done by then: `acknowledge` or `fulfil`.
    pub step: String,
    /// Whether it is over.
    pub is_missed: bool,
    /// When the request came.
    pub received_at: Timestamp,
    /// When the term ends, or ended.
    pub deadline: Timestamp,
}
