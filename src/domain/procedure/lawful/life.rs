//! The life of what was issued: of a certificate one case comes, in which it is amended and annulled; a paper can be annulled wherever it
//! holds, and what was annulled holds no more.

use std::collections::BTreeSet;

use super::super::{Event, Issues, Procedure};
use super::CASES;
use crate::domain::fields::{FieldErrors, LawFault};

/// That a certificate holds from its day on, and what follows it.
const CASE: &str = "Luật CGCN Đ.31.5, 32.1";
/// On which grounds what was issued is annulled, whenever they are found.
const ANNULMENT: &str = "Luật CGCN Đ.32.2";

/// The states to which an event may lead.
fn outcomes(event: &Event) -> impl Iterator<Item = &str> {
    let on_ground = event.to_on_ground.iter().map(|lead| lead.to.as_str());
    on_ground.chain([event.to.as_str()])
}

/// The states to which a dossier may come from some, these with them, by no way through those that are barred.
fn reached<'p>(rules: &'p Procedure, starts: BTreeSet<&'p str>, barred: &BTreeSet<&'p str>) -> BTreeSet<&'p str> {
    let mut found = starts;
    loop {
        let leaves = |event: &&'p Event| event.from.iter().any(|from| found.contains(from.as_str()));
        let leading = rules.events.iter().filter(leaves).flat_map(outcomes);
        let next: BTreeSet<&'p str> = leading.filter(|state| !barred.contains(state)).collect();
        if next.is_subset(&found) {
            return found;
        }
        found.extend(next);
    }
}

/// Whether the exchange leads a dossier on from a state as soon as it comes there.
fn is_passed(rules: &Procedure, state: &str) -> bool {
    let leads_on = |event: &Event| {
        let comes = event.comes_at_once() && !event.awaits_mark && event.at_most.is_none();
        comes && event.from.iter().any(|from| from == state) && outcomes(event).all(|to| to != state)
    };
    rules.events.iter().any(leads_on)
}

/// Notes where cases would come of certificates in another procedure than the law's own, so that one certificate had two, or where nobody
/// could begin a dossier, or no case came at all.
fn check_cases(code: &str, rules: &Procedure, errors: &mut FieldErrors) {
    let is_of_cases = code == CASES;
    if is_of_cases && !rules.text.is_derived {
        let words = (
            format!("Hồ sơ `{CASES}` phát sinh từ Giấy chứng nhận được cấp, không do ai mở (`is_derived`: true)"),
            format!("Cases of `{CASES}` come of certificates, and are opened by nobody (`is_derived`: true)"),
        );
        errors.add("/is_derived", LawFault::of(words, CASE));
    }
    if is_of_cases {
        return;
    }
    if rules.text.is_derived {
        let words = (
            format!(
                "Chỉ hồ sơ `{CASES}` phát sinh từ Giấy chứng nhận; hồ sơ khác phải có người mở (`is_derived`: false)"
            ),
            format!(
                "Only cases of `{CASES}` come of certificates; others are opened by somebody (`is_derived`: false)"
            ),
        );
        errors.add("/is_derived", LawFault::of(words, CASE));
    }
    for (at, event) in rules.events.iter().enumerate() {
        if event.from.is_empty() && event.comes_of.is_some() {
            let name = &event.code;
            let words = (
                format!("Bước “{name}” không được mở hồ sơ từ việc cấp giấy: hồ sơ đó thuộc thủ tục `{CASES}`"),
                format!("“{name}” must open nothing because of what is issued: the case of that is in `{CASES}`"),
            );
            errors.add(format!("/events/{at}/comes_of"), LawFault::of(words, CASE));
        }
    }
}

/// Notes where what holds could not be annulled, and what would have it hold again after that. That nothing annuls at all is told where that
/// is asked.
fn check_annulment(code: &str, rules: &Procedure, errors: &mut FieldErrors) {
    let events = || rules.events.iter().enumerate();
    let Some((first, annul)) = events().find(|(_, event)| event.annuls) else {
        return;
    };
    let annulling = || rules.events.iter().filter(|event| event.annuls);
    let begins = |event: &&Event| {
        let is_certificate = code == CASES && event.comes_of == Some(Issues::Registration);
        is_certificate || event.issues == Some(Issues::Licence)
    };
    let ended: BTreeSet<&str> = annulling().flat_map(outcomes).collect();
    let begun: BTreeSet<&str> = rules.events.iter().filter(begins).flat_map(outcomes).collect();
    let holds = reached(rules, begun, &ended);

    let can_be_annulled = |state: &str| annulling().any(|event| event.from.iter().any(|from| from == state));
    let kept = holds.iter().copied();
    let kept: Vec<&str> = kept
        .filter(|state| !can_be_annulled(state) && !is_passed(rules, state))
        .collect();
    if !kept.is_empty() {
        let (name, states) = (&annul.code, kept.join(", "));
        let words = (
            format!("Bước “{name}” phải thực hiện được ở mọi trạng thái mà giấy chưa bị hủy bỏ; còn thiếu: {states}"),
            format!("“{name}” must be possible wherever the paper was not annulled; missing: {states}"),
        );
        errors.add(format!("/events/{first}/from"), LawFault::of(words, ANNULMENT));
    }

    let gone: BTreeSet<&str> = ended.difference(&holds).copied().collect();
    let gone = reached(rules, gone, &holds);
    for (at, event) in events() {
        let is_after = event.annuls || event.from.iter().any(|from| gone.contains(from.as_str()));
        if let Some(state) = outcomes(event).find(|state| is_after && holds.contains(state)) {
            let name = &event.code;
            let words = (
                format!("Bước “{name}” không được đưa giấy đã bị hủy bỏ về trạng thái còn hiệu lực `{state}`"),
                format!("“{name}” must not lead from what was annulled to `{state}`, in which the paper holds"),
            );
            errors.add(format!("/events/{at}/to"), LawFault::of(words, ANNULMENT));
        }
    }
}

/// Notes what of the life of a paper the law leaves to no rule set.
pub(super) fn check(code: &str, rules: &Procedure, errors: &mut FieldErrors) {
    check_cases(code, rules, errors);
    check_annulment(code, rules, errors);
}
