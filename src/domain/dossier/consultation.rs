//! Whom the Department asks before it gives an opinion on a project, and what they answered (lấy ý kiến cơ quan, tổ chức; LTT 20). The law
//! stops no term for it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::{AccountId, DossierFileId};
use crate::domain::procedure::day;
use crate::domain::text::{Line, Prose};

/// Most of one dossier.
pub const MAX_CONSULTATIONS: usize = 50;

/// A consultation, as an officer writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationDraft {
    /// Who is asked: an agency, a council, an expert.
    #[schema(max_length = 200, example = "Sở Nông nghiệp và Môi trường tỉnh Phú Thọ")]
    pub organ: String,
    /// The number of the letter by which.
    #[schema(max_length = 100, example = "498/SKHCN-QLCN")]
    pub letter_number: Option<String>,
    /// The day on which it was sent, not after today.
    #[schema(max_length = 10, example = "2026-03-02")]
    pub sent_on: String,
    /// Until when it asks for an answer, within a year. That moves no term of the dossier.
    #[schema(max_length = 10, example = "2026-03-09")]
    pub due_on: Option<String>,
    /// The day of the answer, from the day of the letter on and not after today.
    #[schema(max_length = 10, example = "2026-03-06")]
    pub answered_on: Option<String>,
    /// What was answered, in short; needed with `answered_on`.
    #[schema(
        required = false,
        max_length = 4000,
        example = "Thống nhất; đề nghị bổ sung hệ thống lọc bụi."
    )]
    pub answer: Option<String>,
    /// The answer itself: one of the dossier's files.
    #[schema(max_length = 36)]
    pub file: Option<String>,
}

/// A consultation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consultation {
    /// Who is asked.
    pub organ: Line<200>,
    /// The number of the letter by which.
    pub letter_number: Option<Line<100>>,
    /// The day on which it was sent.
    pub sent_on: Date,
    /// Until when it asks for an answer.
    pub due_on: Option<Date>,
    /// The day of the answer.
    pub answered_on: Option<Date>,
    /// What was answered, in short.
    pub answer: Option<Prose<4_000>>,
    /// The answer itself.
    pub file: Option<DossierFileId>,
}

impl Consultation {
    /// Whether an answer is missing after the day until which it was asked for.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.answered_on.is_none() && self.due_on.is_some_and(|due| due < today)
    }

    /// Whether it is the same question: the same organ, asked by the same letter on the same day.
    pub fn is_question_of(&self, other: &Self) -> bool {
        self.organ == other.organ && self.letter_number == other.letter_number && self.sent_on == other.sent_on
    }

    /// Whether it is another one with all that this tells, of whose answer this may have left out some.
    pub fn is_kept_in(&self, later: &Self) -> bool {
        self.is_question_of(later)
            && self.due_on == later.due_on
            && (self.answered_on.is_none() || self.answered_on == later.answered_on)
            && (self.answer.is_none() || self.answer == later.answer)
            && (self.file.is_none() || self.file == later.file)
    }
}

impl From<&Consultation> for ConsultationDraft {
    fn from(one: &Consultation) -> Self {
        let day = |day: Date| day.to_string();
        Self {
            organ: one.organ.as_str().to_owned(),
            letter_number: one.letter_number.as_ref().map(|number| number.as_str().to_owned()),
            sent_on: day(one.sent_on),
            due_on: one.due_on.map(day),
            answered_on: one.answered_on.map(day),
            answer: one.answer.as_ref().map(|answer| answer.as_str().to_owned()),
            file: one.file.map(|file| file.to_string()),
        }
    }
}

/// A consultation that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consulted {
    /// What.
    pub consultation: Consultation,
    /// Who wrote it down last.
    pub officer: AccountId,
    /// When.
    pub written_at: Timestamp,
}

/// All of a dossier, in their order; else all that is wrong with them, at JSON pointers under `/consultations`.
pub fn consultations(drafts: &[ConsultationDraft], today: Date) -> Result<Vec<Consultation>, Vec<FieldError>> {
    let mut errors = FieldErrors::default();
    if drafts.len() > MAX_CONSULTATIONS {
        let max = MAX_CONSULTATIONS;
        errors.add("/consultations", Violation::TooMany { max });
    }
    let drafts = drafts.iter().take(MAX_CONSULTATIONS).enumerate();
    let read: Option<Vec<Consultation>> = drafts
        .map(|(at, draft)| draft.parse(&format!("/consultations/{at}"), today, &mut errors))
        // Each is looked at, whatever is wrong with those before.
        .collect::<Vec<_>>()
        .into_iter()
        .collect();
    errors.finish(read)
}

impl ConsultationDraft {
    fn parse(&self, place: &str, today: Date, errors: &mut FieldErrors) -> Option<Consultation> {
        let at = |member: &str| format!("{place}/{member}");
        let file = |id: &str| {
            let malformed = |_unreadable| Violation::Malformed { what: "dossier_file" };
            id.parse::<DossierFileId>().map_err(malformed)
        };
        let organ = errors.keep(at("organ"), Line::<200>::parse(&self.organ));
        let number = self.letter_number.as_deref();
        let letter_number = errors.keep_opt(at("letter_number"), number, Line::<100>::parse);
        let sent_on = errors.keep(at("sent_on"), day(&self.sent_on));
        let due_on = errors.keep_opt(at("due_on"), self.due_on.as_deref(), day);
        let answered_on = errors.keep_opt(at("answered_on"), self.answered_on.as_deref(), day);
        let answer = errors.keep_opt(at("answer"), self.answer.as_deref(), Prose::<4_000>::parse);
        let file = errors.keep_opt(at("file"), self.file.as_deref(), file);
        match (self.answered_on.is_some(), self.answer.is_some()) {
            (true, false) => errors.add(at("answer"), Violation::Required),
            (false, answers) if answers || self.file.is_some() => errors.add(at("answered_on"), Violation::Required),
            _ => {}
        }
        let (organ, sent_on) = organ.zip(sent_on)?;
        if sent_on > today {
            errors.add(at("sent_on"), Violation::Malformed { what: "past_day" });
        }
        let year = sent_on.saturating_add(1.year());
        for (member, told, last) in [("due_on", due_on, year), ("answered_on", answered_on, today)] {
            let first = sent_on;
            if told.is_some_and(|told| told < first || told > last) {
                errors.add(at(member), Violation::DayOutside { first, last });
            }
        }
        Some(Consultation {
            organ,
            letter_number,
            sent_on,
            due_on,
            answered_on,
            answer,
            file,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Consultation, ConsultationDraft, consultations};
    use jiff::civil::Date;

    fn read(draft: ConsultationDraft) -> Consultation {
        let read = consultations(&[draft], Date::constant(2026, 4, 1)).unwrap();
        read.into_iter().next().unwrap()
    }

    #[test]
    fn an_answer_is_added_and_nothing_that_was_told_is_changed() {
        let asked = ConsultationDraft {
            organ: "Sở Nông nghiệp và Môi trường".to_owned(),
            letter_number: Some("498/SKHCN-QLCN".to_owned()),
            sent_on: "2026-03-02".to_owned(),
            ..ConsultationDraft::default()
        };
        let answered = |answer: &str| ConsultationDraft {
            answered_on: Some("2026-03-06".to_owned()),
            answer: Some(answer.to_owned()),
            ..asked.clone()
        };
        let (open, yes, no) = (
            read(asked.clone()),
            read(answered("Thống nhất.")),
            read(answered("Không.")),
        );
        assert!(open.is_kept_in(&open) && open.is_kept_in(&yes) && yes.is_kept_in(&yes));
        assert!(!yes.is_kept_in(&open) && !yes.is_kept_in(&no));
        assert!(open.is_question_of(&yes) && yes.is_question_of(&no));
        let other_letter = read(ConsultationDraft {
            letter_number: None,
            ..asked.clone()
        });
        let other_day = read(ConsultationDraft {
            sent_on: "2026-03-03".to_owned(),
            ..asked.clone()
        });
        let other_term = read(ConsultationDraft {
            due_on: Some("2026-03-09".to_owned()),
            ..asked.clone()
        });
        for other in [&other_letter, &other_day] {
            assert!(!open.is_question_of(other) && !open.is_kept_in(other));
        }
        assert!(open.is_question_of(&other_term) && !open.is_kept_in(&other_term));
    }
}
