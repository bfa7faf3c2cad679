//! What a rule set says of its offices: before which authority it comes, and what it costs.

use std::collections::BTreeSet;

use super::{Check, DEAREST, day, wrong};
use crate::domain::TextEnum;
use crate::domain::certificate::number::check_template;
use crate::domain::dossier::{DecidedBy, Duty, PaperForm, TransferDirection, TransferForm};
use crate::domain::fields::{Violation, one_of};
use crate::domain::procedure::Fee;
use crate::domain::procedure::draft::{AuthorityDraft, ConditionDraft, FeeDraft};
use crate::domain::text::Line;

/// Most conditions of a row beside those that have names of their own.
const MOST_CONDITIONS: usize = 5;

/// Capital letters, digits and hyphens.
fn authority_code(code: &str) -> Result<(), Violation> {
    let is_known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
    if (1..=20).contains(&code.len()) && code.bytes().all(is_known) {
        Ok(())
    } else {
        wrong("authority_code")
    }
}

/// What must hold for a row, each with where a dossier tells it.
fn conditions(draft: &AuthorityDraft) -> Vec<(&str, &str)> {
    let own = [
        ("/form", &draft.form),
        ("/direction", &draft.direction),
        ("/decided_by", &draft.decided_by),
        ("duty", &draft.duty),
    ];
    let own = own.into_iter().filter_map(|(of, told)| Some((of, told.as_deref()?)));
    let more = draft.when.iter().map(|one| (one.member.as_str(), one.is.as_str()));
    own.chain(more).collect()
}

/// Whether a row takes whatever another one would.
fn takes_all_of(above: &AuthorityDraft, below: &AuthorityDraft) -> bool {
    let narrower = conditions(below);
    conditions(above).iter().all(|condition| narrower.contains(condition))
}

impl Check<'_> {
    pub(super) fn authorities(&mut self, drafts: &[AuthorityDraft]) {
        for (at, draft) in drafts.iter().enumerate() {
            let place = format!("/authorities/{at}");
            self.names(&place, (&draft.name_vi, &draft.name_en), Some(&draft.legal_basis));
            self.errors.keep(format!("{place}/code"), authority_code(&draft.code));
            self.successions(&place, draft);
            self.verification(&place, draft.verification.as_deref());
            self.print(&place, draft);
            self.condition::<TransferForm>(&format!("{place}/form"), draft.form.as_deref());
            self.condition::<TransferDirection>(&format!("{place}/direction"), draft.direction.as_deref());
            self.condition::<DecidedBy>(&format!("{place}/decided_by"), draft.decided_by.as_deref());
            self.condition::<Duty>(&format!("{place}/duty"), draft.duty.as_deref());
            self.when(&place, &draft.when);
            self.elsewhere(&place, draft);
            let holds_always = conditions(draft).is_empty();
            if drafts.iter().take(at).any(|above| takes_all_of(above, draft)) && !holds_always {
                let hidden = Violation::Malformed {
                    what: "rule_hidden_authority",
                };
                self.errors.add(place.as_str(), hidden);
            }
            // Nothing is left without an authority, and nothing stands behind the row that takes all the rest.
            if holds_always != (at + 1 == drafts.len()) {
                self.errors.add(
                    place,
                    Violation::Malformed {
                        what: "rule_last_authority",
                    },
                );
            }
        }
    }

    /// What else must hold for a row: of members that there are.
    fn when(&mut self, place: &str, conditions: &[ConditionDraft]) {
        if conditions.len() > MOST_CONDITIONS {
            let max = MOST_CONDITIONS;
            self.errors.add(format!("{place}/when"), Violation::TooMany { max });
        }
        for (at, condition) in conditions.iter().take(MOST_CONDITIONS).enumerate() {
            let place = format!("{place}/when/{at}");
            self.member(format!("{place}/member"), Some(&condition.member));
            self.errors
                .keep(format!("{place}/is"), Line::<40>::parse(&condition.is));
        }
    }

    /// Who is elsewhere signs nothing here.
    fn elsewhere(&mut self, place: &str, draft: &AuthorityDraft) {
        let told = [
            ("place", draft.place.is_some()),
            ("number_template", draft.number_template.is_some()),
        ];
        for (with, _) in told.into_iter().filter(|(_, is_told)| draft.is_elsewhere && *is_told) {
            self.errors
                .add(format!("{place}/is_elsewhere"), Violation::Conflicts { with });
        }
    }

    /// Whose place an authority took: each once, and never its own.
    fn successions(&mut self, place: &str, draft: &AuthorityDraft) {
        if draft.succeeds.len() > 20 {
            self.errors
                .add(format!("{place}/succeeds"), Violation::TooMany { max: 20 });
        }
        let mut seen = BTreeSet::from([draft.code.as_str()]);
        for (at, before) in draft.succeeds.iter().take(20).enumerate() {
            let place = format!("{place}/succeeds/{at}");
            self.errors.keep(format!("{place}/code"), authority_code(&before.code));
            if !seen.insert(&before.code) {
                self.errors.add(format!("{place}/code"), Violation::Duplicate);
            }
            self.errors
                .keep(format!("{place}/name_vi"), Line::<200>::parse(&before.name_vi));
            self.errors.keep(format!("{place}/from"), day(&before.from));
            self.errors
                .keep(format!("{place}/legal_basis"), Line::<300>::parse(&before.legal_basis));
            self.verification(&place, before.verification.as_deref());
        }
    }

    /// What no dossier can say is no condition but a slip, by which the row would never hold.
    fn condition<T: TextEnum>(&mut self, pointer: &str, told: Option<&str>) {
        self.errors.keep_opt(pointer, told, one_of::<T>);
    }

    /// The forms in which a paper counts, each once.
    pub(super) fn forms(&mut self, place: &str, forms: &[String]) {
        let max = PaperForm::ALL.len();
        if forms.len() > max {
            self.errors.add(place, Violation::TooMany { max });
        }
        for (at, form) in forms.iter().take(max).enumerate() {
            self.errors.keep(format!("{place}/{at}"), one_of::<PaperForm>(form));
            if forms.iter().take(at).any(|before| before == form) {
                self.errors.add(format!("{place}/{at}"), Violation::Duplicate);
            }
        }
    }

    /// What is printed on certificates.
    fn print(&mut self, place: &str, draft: &AuthorityDraft) {
        let superior = draft.superior_vi.as_deref();
        self.errors
            .keep_opt(format!("{place}/superior_vi"), superior, Line::<200>::parse);
        self.errors
            .keep_opt(format!("{place}/place"), draft.place.as_deref(), Line::<60>::parse);
        self.errors
            .keep_opt(format!("{place}/head_vi"), draft.head_vi.as_deref(), Line::<100>::parse);
        let template = draft.number_template.as_deref();
        self.errors
            .keep_opt(format!("{place}/number_template"), template, check_template);
    }

    pub(super) fn fee(&mut self, draft: &FeeDraft) -> Option<Fee> {
        self.errors
            .keep("/fee/legal_basis", Line::<300>::parse(&draft.legal_basis));
        self.verification("/fee", draft.verification.as_deref());
        let mut amount = |name: &str, given: Option<i64>, max: i64| {
            let amount = match given {
                None => Err(Violation::Required),
                Some(amount) if (0..=max).contains(&amount) => Ok(amount),
                Some(_) => Err(Violation::OutOfRange { min: 0, max }),
            };
            self.errors.keep(format!("/fee/{name}"), amount)
        };
        if draft.per_mille.is_none() && draft.minimum.is_none() && draft.maximum.is_none() {
            return amount("flat", draft.flat, DEAREST).map(Fee::Flat);
        }
        let per_mille = amount("per_mille", draft.per_mille, 1_000);
        let minimum = amount("minimum", draft.minimum, DEAREST);
        let maximum = amount("maximum", draft.maximum, DEAREST);
        if draft.flat.is_some() {
            self.errors.add("/fee/flat", Violation::Conflicts { with: "per_mille" });
        }
        let (per_mille, (minimum, maximum)) = per_mille.zip(minimum.zip(maximum))?;
        if minimum > maximum {
            self.errors
                .add("/fee/maximum", Violation::Conflicts { with: "minimum" });
        }
        Some(Fee::Share {
            per_mille,
            minimum,
            maximum,
        })
    }
}
