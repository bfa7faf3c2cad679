//! Files of a dossier's papers (tệp giấy tờ của hồ sơ): sent while the dossier is written or back with its filer, and evidence
//! from the moment that it is handed in.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::PaperForm;
use super::draft::{AttachmentDraft, DossierContent};
use crate::domain::enterprise::document::DocumentContent;
use crate::domain::fields::{FieldError, FieldErrors, LawFault, Violation};
use crate::domain::file::FileName;
use crate::domain::ids::{AccountId, DossierFileId, DossierId, EnterpriseId};
use crate::domain::procedure::{DocumentDraft, Event, Procedure};

/// Most files of one dossier, with those that later ones took the place of.
pub const MAX_DOSSIER_FILES: usize = 100;
/// Most bytes of all files of a dossier: 500 MiB. Nobody reads more, and all of it is kept for as long as the dossier.
pub const MAX_DOSSIER_BYTES: i64 = 500 << 20;

/// Which paper a file is that the procedure does not name.
const OTHER: &str = "other";
/// In which language authorities read papers.
const VIETNAMESE: &str = "vi";
/// The paper that is the contract (hợp đồng chuyển giao công nghệ).
const CONTRACT: &str = "contract";
/// Papers that are written as the contract is, as long as they tell no language of their own.
const AS_THE_CONTRACT: [&str; 2] = [CONTRACT, "amendment"];

/// What is said of a file when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPaper {
    /// Which of the procedure's papers it is.
    pub document: String,
    /// In which form it was made: the original, a certified copy, a certified translation.
    pub form: Option<PaperForm>,
    /// In which language it is (ISO 639-1).
    pub language: Option<String>,
    /// What the sender calls it.
    pub name: FileName,
}

impl NewPaper {
    /// Whether the procedure knows such a paper.
    pub fn suits(&self, rules: &Procedure) -> bool {
        let mut known = rules.text.documents.iter();
        self.document == OTHER || known.any(|document| document.code == self.document)
    }
}

/// A file of a dossier's papers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierFile {
    /// Identifier.
    pub id: DossierFileId,
    /// Whose it is.
    pub dossier: DossierId,
    /// What was said of it.
    pub paper: NewPaper,
    /// What lies in the file store.
    pub content: DocumentContent,
    /// Pages of a PDF.
    pub pages: Option<i64>,
    /// When it was handed in: since then it is evidence and stays.
    pub handed_in_at: Option<Timestamp>,
    /// The other party of the contract when it was handed in, where that is on the exchange.
    pub filed_with: Option<EnterpriseId>,
    /// Whether a consultation names it or ever did: what councils and experts answer is confidential (LTT 20).
    pub is_confidential: bool,
    /// Who sent it.
    pub added_by: Option<AccountId>,
    /// When.
    pub created_at: Timestamp,
}

impl DossierFile {
    /// Whether it is evidence from an event on: a paper that the content names when it is handed in, and one that a later event
    /// asks for. What nobody files but officers enter is evidence with each thing that they do.
    pub fn comes_with(&self, event: &Event, rules: &Procedure, content: &DossierContent) -> bool {
        if rules.is_entered() {
            true
        } else if event.hands_in {
            content.names_file(self)
        } else {
            event.documents.contains(&self.paper.document)
        }
    }
}

/// What says that councils and experts answer in confidence.
const CONFIDENCE: &str = "Luật CGCN Đ.20";

/// That what somebody answered in confidence is named as a paper, which whoever reads the dossier reads.
fn answered_in_confidence() -> Violation {
    let words = (
        "Tệp là văn bản trả lời lấy ý kiến, chỉ cán bộ được xem, nên không nêu làm giấy tờ của hồ sơ".to_owned(),
        "The file is an answer for officers only, and no paper that the dossier names".to_owned(),
    );
    LawFault::coded("conflicts", words, CONFIDENCE)
}

impl DossierFile {
    /// Why it is no answer of somebody who is asked: it is a paper of the procedure, or the content names it, and an answer is for officers
    /// only for ever. Nothing of what was named as an answer already.
    pub fn no_answer(&self, content: &DossierContent) -> Option<Violation> {
        let is_paper = self.paper.document != OTHER || content.names_file(self);
        let words = (
            "Tệp là giấy tờ của hồ sơ; văn bản trả lời lấy ý kiến là tệp riêng, gửi với `document` là `other` và không nêu trong \
             `attachments`"
                .to_owned(),
            "The file is a paper of the dossier; an answer is a file of its own, sent with `document` as `other` and not named in \
             `attachments`"
                .to_owned(),
        );
        (is_paper && !self.is_confidential).then(|| LawFault::coded("conflicts", words, CONFIDENCE))
    }
}

impl DossierContent {
    /// Whether one of its papers is this file.
    pub fn names_file(&self, file: &DossierFile) -> bool {
        self.named_files().contains(file.id.to_string().as_str())
    }
}

/// The code of a language (ISO 639-1), in small letters.
pub fn language(text: &str) -> Result<String, Violation> {
    match crate::domain::language::name(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(Violation::Malformed { what: "language_code" }),
    }
}

/// Whether a paper is told to be a certified or notarised translation.
fn is_certified(paper: &AttachmentDraft) -> bool {
    paper.form.as_deref() == Some(PaperForm::CertifiedTranslation.as_str())
}

/// Whether it is told in a form in which such a paper counts.
fn is_taken(told: &AttachmentDraft, paper: &DocumentDraft) -> bool {
    let is_one = |form: &String| paper.taken_as.contains(form);
    paper.taken_as.is_empty() || told.form.as_ref().is_some_and(is_one)
}

/// Whether it counts as such a paper. What is signed electronically is nothing without its file.
fn counts_as(told: &AttachmentDraft, paper: &DocumentDraft) -> bool {
    let is_electronic = told.form.as_deref() == Some(PaperForm::Electronic.as_str());
    let is_anywhere = told.file.is_some() || told.sha256.is_some();
    is_taken(told, paper) && (paper.taken_as.is_empty() || !is_electronic || is_anywhere)
}

/// Whether a paper is, or may be, in Vietnamese.
fn may_be_vietnamese(paper: &AttachmentDraft) -> bool {
    paper.language.as_deref().is_none_or(|language| language == VIETNAMESE)
}

/// That a contract is in a language that is none of those in which it is told to be.
fn another(language: &str, languages: &[String]) -> (String, String) {
    let named = |code: &str| crate::domain::language::name(code).map_or_else(|| code.to_owned(), str::to_owned);
    let all: Vec<String> = languages.iter().map(|code| named(code)).collect();
    (
        format!(
            "Giấy tờ này ghi là {}, hợp đồng ghi là lập bằng {} (/contract/languages)",
            named(language),
            all.join(", ")
        ),
        format!(
            "This paper is told to be in `{language}`, the contract to be in `{}` (/contract/languages)",
            languages.join("`, `")
        ),
    )
}

impl DossierContent {
    /// The papers of a code, with their places.
    fn papers<'a>(&'a self, code: &'a str) -> impl Iterator<Item = (usize, &'a AttachmentDraft)> {
        let papers = self.0.attachments.iter().enumerate();
        papers.filter(move |(_, paper)| paper.document.as_deref() == Some(code))
    }

    /// Whether a paper of a code is, or may be, in Vietnamese: by its own language, else by those of the contract.
    fn may_be_read(&self, code: &str, paper: &AttachmentDraft) -> bool {
        let languages = &self.0.contract.languages;
        let is_contracts = paper.language.is_none() && AS_THE_CONTRACT.contains(&code) && !languages.is_empty();
        may_be_vietnamese(paper) && (!is_contracts || languages.iter().any(|one| one == VIETNAMESE))
    }

    /// Where its contract is told to be in a language that is none of the contract's; a translation is in another one by its nature. Of rules
    /// by which the contract is no paper nothing is said.
    pub fn other_languages(&self, rules: &Procedure) -> Vec<(String, Violation)> {
        let languages = &self.0.contract.languages;
        let mut known = rules.text.documents.iter();
        let Some(asked) = known.find(|paper| paper.code == CONTRACT && !languages.is_empty()) else {
            return Vec::new();
        };
        let originals = self.papers(CONTRACT).filter(|(_, paper)| !is_certified(paper));
        let told = originals.filter_map(|(at, paper)| Some((at, paper.language.as_ref()?)));
        told.filter(|(_, language)| !languages.contains(language))
            .map(|(at, language)| {
                let wrong = LawFault::coded("conflicts", another(language, languages), &asked.legal_basis);
                (format!("/attachments/{at}/language"), wrong)
            })
            .collect()
    }

    /// Whether a paper of the procedure's rules is asked for: where something else is told, a translation where what it is of is told to be
    /// in another language, by itself or by the languages of the contract, and there is none in Vietnamese.
    pub fn needs_paper(&self, paper: &DocumentDraft) -> bool {
        let is_told = |member: &str| self.missing([member]).is_empty();
        let is_foreign = |of: &str| {
            let is_vietnamese = |(_, paper): (usize, &AttachmentDraft)| paper.language.as_deref() == Some(VIETNAMESE);
            self.papers(of).any(|(_, paper)| !self.may_be_read(of, paper)) && !self.papers(of).any(is_vietnamese)
        };
        paper.is_required
            && paper.only_if.as_deref().is_none_or(is_told)
            && paper.translates.as_deref().is_none_or(is_foreign)
    }

    /// Whether it is there, in a form in which it counts. A translation is certified and in Vietnamese; it may be told as another paper of
    /// what it is of.
    pub fn has_paper(&self, paper: &DocumentDraft) -> bool {
        let Some(of) = &paper.translates else {
            return self.papers(&paper.code).any(|(_, told)| counts_as(told, paper));
        };
        let is_translation = |(_, paper): (usize, &AttachmentDraft)| is_certified(paper) && may_be_vietnamese(paper);
        self.papers(&paper.code).chain(self.papers(of)).any(is_translation)
    }

    /// Where a paper that is not there would be, as a JSON pointer: at what is wrong with the translation that is, or among the papers.
    pub fn place_of(&self, paper: &DocumentDraft) -> String {
        let told = self.papers(&paper.code).next();
        match (told, &paper.translates) {
            (Some((at, told)), Some(_)) if is_certified(told) => format!("/attachments/{at}/language"),
            // Electronic it has the right form, and nothing that is signed.
            (Some((at, told)), None) if is_taken(told, paper) => format!("/attachments/{at}/file"),
            (Some((at, _)), _) => format!("/attachments/{at}/form"),
            (None, _) => "/attachments".to_owned(),
        }
    }

    /// Where it names papers that none of some procedures has.
    pub fn unknown_papers(&self, known: &BTreeSet<&str>) -> Vec<usize> {
        let papers = self.0.attachments.iter().enumerate();
        let is_known = |code: &str| code == OTHER || known.contains(code);
        let unknown = papers.filter(|(_, paper)| !paper.document.as_deref().is_some_and(is_known));
        unknown.map(|(at, _)| at).collect()
    }

    /// The files that its papers name.
    pub fn named_files(&self) -> BTreeSet<&str> {
        let named = self.0.attachments.iter();
        named.filter_map(|paper| paper.file.as_deref()).collect()
    }

    /// With the digests of the files that its papers name, which must be the dossier's and agree with what is said of them.
    /// A digest without a file is an officer's word about a paper that lies in the Department (`is_paper`).
    pub fn agreed(mut self, files: &[DossierFile], is_paper: bool) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let mut named = BTreeSet::new();
        for (at, paper) in self.0.attachments.iter_mut().enumerate() {
            let place = format!("/attachments/{at}");
            let Some(id) = &paper.file else {
                if paper.sha256.is_some() && !is_paper {
                    errors.add(format!("{place}/sha256"), Violation::Malformed { what: "paper_hash" });
                }
                continue;
            };
            let Some(file) = files.iter().find(|file| file.id.to_string() == *id) else {
                errors.add(format!("{place}/file"), Violation::Malformed { what: "dossier_file" });
                continue;
            };
            if file.is_confidential {
                errors.add(format!("{place}/file"), answered_in_confidence());
                continue;
            }
            if !named.insert(file.id) {
                errors.add(format!("{place}/file"), Violation::Duplicate);
            }
            if paper.document.as_ref() != Some(&file.paper.document) {
                errors.add(format!("{place}/document"), Violation::Conflicts { with: "file" });
            }
            let digest = file.content.digest.to_string();
            if paper.sha256.as_ref().is_some_and(|told| *told != digest) {
                errors.add(format!("{place}/sha256"), Violation::Conflicts { with: "file" });
            }
            paper.sha256 = Some(digest);
            let form = file.paper.form.map(|form| form.as_str().to_owned());
            if paper.form.is_some() && form.is_some() && paper.form != form {
                errors.add(format!("{place}/form"), Violation::Conflicts { with: "file" });
            }
            paper.form = paper.form.take().or(form);
            if paper.language.is_some() && file.paper.language.is_some() && paper.language != file.paper.language {
                errors.add(format!("{place}/language"), Violation::Conflicts { with: "file" });
            }
            paper.language = paper.language.take().or_else(|| file.paper.language.clone());
        }
        errors.finish(Some(self))
    }
}
