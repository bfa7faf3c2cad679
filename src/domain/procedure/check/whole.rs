//! Whether everything that a rule set says was read: an event whose certificate nobody can read would quietly issue none.

use jiff::civil::Date;

use super::super::draft::{EventDraft, MarkDraft, ProcedureDraft};
use super::super::{Event, Mark, Procedure, Verification};

/// Whether a member that may be absent is there in both, or in neither.
fn alike<T, U>(told: Option<&T>, read: Option<&U>) -> bool {
    told.is_some() == read.is_some()
}

/// Whether nothing is lost of what was published, as it was read.
pub(super) fn is_whole(read: &Procedure) -> bool {
    let text: &ProcedureDraft = &read.text;
    let since = || text.checklist.iter().flat_map(|item| &item.since);
    alike(text.valid_to.as_ref(), read.valid_to.as_ref())
        && alike(text.fee.as_ref(), read.fee.as_ref())
        && since().all(|value| value.from.parse::<Date>().is_ok())
        && text
            .events
            .iter()
            .zip(&read.events)
            .all(|(told, read)| event(told, read))
}

fn event(told: &EventDraft, read: &Event) -> bool {
    let if_missed = told.term.as_ref().and_then(|term| term.if_missed.as_ref());
    let verification = told.verification.as_deref();
    alike(told.issues.as_ref(), read.issues.as_ref())
        && alike(told.comes_of.as_ref(), read.comes_of.as_ref())
        && alike(told.counts_as.as_ref(), read.counts_as.as_ref())
        && alike(if_missed, read.term.as_ref().and_then(|term| term.if_missed.as_ref()))
        && verification.is_none_or(|told| told.parse::<Verification>().is_ok())
        && told.marks.iter().zip(&read.marks).all(|(told, read)| mark(told, read))
}

fn mark(told: &MarkDraft, read: &Mark) -> bool {
    alike(told.earliest.as_ref(), read.earliest.as_ref())
}
