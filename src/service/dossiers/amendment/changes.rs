//! Whether an amendment is what it says that it is (gia hạn, sửa đổi, bổ sung, Luật CGCN Đ.33): values of before that it tells are
//! those in force, those of after what would be certified, and each kind that it claims is one of what really changes. What a
//! change tells of clauses that no certificate has is the filer's word.

use super::amending::{BASIS, shown, shown_at, shown_vi};
use crate::domain::certificate::difference::{Certified, RecordDifference, TERM_MONTHS, is_within};
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::dossier::{AmendmentDraft, AmendmentKind, ChangeDraft, term};
use crate::domain::fields::{FieldErrors, LawFault, Violation};

/// How the price is paid, on which terms and by which shares: these are part of another way of paying.
pub(super) const METHODS: &str = "/money/payment_methods";
pub(super) const TERMS: &str = "/money/payment_terms";
pub(super) const SHARES: &str = "/money/shares";
/// What the price of a contract that is paid by shares rests on.
const PRICE: &str = "Luật CGCN Đ.23.6, 27.2";
/// Where the kinds are told.
const KINDS: &str = "/content/amendment/kinds";

/// What would be certified, beside what is.
pub(super) struct Compared<'a> {
    /// What holds now.
    pub before: &'a CertificateRecord,
    /// What would hold.
    pub after: &'a CertificateRecord,
    /// Where they differ.
    pub others: &'a [RecordDifference],
}

impl Compared<'_> {
    /// What a difference is called. Another party in the place of one is one change, whatever it has that the other one lacked, and so is
    /// another way of paying with its terms.
    fn kinds(&self, other: &RecordDifference) -> &'static [AmendmentKind] {
        let (before, after) = (self.before, self.after);
        let sides = [
            ("/transferor", &before.transferor, &after.transferor),
            ("/transferee", &before.transferee, &after.transferee),
        ];
        let is_replaced = sides
            .into_iter()
            .any(|(place, before, after)| is_within(&other.member, place) && after.is_another(before));
        let way = self.others.iter().find(|one| one.member == METHODS);
        match way.filter(|_| [TERMS, SHARES].contains(&other.member.as_str())) {
            _ if is_replaced => &[AmendmentKind::Amendment],
            Some(way) => way.kinds(),
            None => other.kinds(),
        }
    }
}

/// Holds what an amendment tells of its changes against what they are. Whether something was wrong.
pub(super) fn told(amendment: &AmendmentDraft, compared: &Compared<'_>, errors: &mut FieldErrors) -> bool {
    let mut is_wrong = false;
    for (at, change) in amendment.changes.iter().enumerate() {
        for (member, wrong) in one(change, compared) {
            is_wrong = true;
            errors.add(format!("/content/amendment/changes/{at}{member}"), wrong);
        }
    }
    if let Some(wrong) = term_of(compared) {
        is_wrong = true;
        errors.add(format!("/content{TERM_MONTHS}"), wrong);
    }
    is_wrong
}

/// What is wrong with the term that a contract would have, where it or the end beside it is another one: what was certified so is
/// nobody's fault now.
fn term_of(compared: &Compared<'_>) -> Option<Violation> {
    let (before, contract) = (&compared.before.contract, &compared.after.contract);
    let is_other = (before.term_months, before.ends_on) != (contract.term_months, contract.ends_on);
    let days = (contract.signed_on, contract.ends_on);
    term::fault(contract.term_months, days.0, days.1).filter(|_| is_other)
}

fn one(change: &ChangeDraft, compared: &Compared<'_>) -> Vec<(&'static str, Violation)> {
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    if before.is_some() && before == after {
        return vec![("/after", no_change(after))];
    }
    let member = change.member.as_deref();
    let certified = member.and_then(|member| {
        let pair = Certified::at(compared.before, member).zip(Certified::at(compared.after, member));
        pair.map(|pair| (member, pair))
    });
    let Some((member, (present, next))) = certified else {
        return if before.is_none() && after.is_none() {
            vec![("/after", Violation::Required)]
        } else {
            Vec::new()
        };
    };
    let mut wrong = Vec::new();
    if before.is_some_and(|words| !present.reads_as(words)) {
        wrong.push(("/before", not_in_force(before, present.told().as_ref())));
    }
    if !compared.others.iter().any(|other| is_within(&other.member, member)) {
        wrong.push(("/member", no_change(present.told().as_ref())));
    } else if after.is_some_and(|words| !next.reads_as(words)) {
        wrong.push(("/after", not_told(after, next.told().as_ref())));
    }
    wrong
}

fn not_in_force(said: Option<&String>, present: Option<&String>) -> Violation {
    let (said_vi, present_vi, said, present) = (shown_vi(said), shown_vi(present), shown(said), shown(present));
    let words = (
        format!("Ghi nội dung cũ là {said_vi}, trong khi đang có hiệu lực là {present_vi}"),
        format!("Tells {said} as what it was; in force is {present}"),
    );
    LawFault::coded("not_in_force", words, BASIS)
}

fn not_told(said: Option<&String>, next: Option<&String>) -> Violation {
    let (said_vi, next_vi, said, next) = (shown_vi(said), shown_vi(next), shown(said), shown(next));
    let words = (
        format!("Ghi nội dung mới là {said_vi}, trong khi hồ sơ ghi {next_vi}"),
        format!("Tells {said} as what it becomes; the dossier tells {next}"),
    );
    LawFault::of(words, BASIS)
}

fn no_change(present: Option<&String>) -> Violation {
    let (present_vi, present) = (shown_vi(present), shown(present));
    let words = (
        format!("Không thay đổi gì: vẫn là {present_vi}; hãy ghi nội dung mới trong hồ sơ, hoặc bỏ thay đổi này"),
        format!("Changes nothing: it stays {present}; tell the new value in the dossier, or leave the change out"),
    );
    LawFault::of(words, BASIS)
}

/// That terms of payment stay as they were which tell the shares of before.
pub(super) fn stale(terms: &str) -> Violation {
    let terms = shown(Some(&terms.to_owned()));
    let words = (
        format!(
            "Tỷ lệ ở /money/shares được sửa, trong khi điều khoản thanh toán vẫn là {terms}; hãy ghi điều khoản mới ở \
             /money/payment_terms và nêu ở /amendment/changes (member “{TERMS}”)"
        ),
        format!(
            "The shares are changed, and the terms of payment stay {terms}; tell the new terms in /money/payment_terms and name that \
             in /amendment/changes (member “{TERMS}”)"
        ),
    );
    LawFault::coded("unnamed_change", words, PRICE)
}

/// Holds the kinds that an amendment claims against what changes: each claimed one is there, and each that is there is claimed.
pub(super) fn kinds(amendment: &AmendmentDraft, compared: &Compared<'_>, errors: &mut FieldErrors) {
    for kind in AmendmentKind::ALL.iter().copied() {
        let is_claimed = amendment.kinds.iter().any(|told| told == kind.as_str());
        let found = compared
            .others
            .iter()
            .find(|other| other.kinds().contains(&kind) || compared.kinds(other).contains(&kind));
        let is_found = found.is_some() || amendment.changes.iter().any(|change| may_be(change, kind, compared));
        let needed = compared.others.iter().find(|other| compared.kinds(other) == [kind]);
        match (is_claimed, needed) {
            (true, _) if !is_found => errors.add(KINDS, not_there(kind)),
            (false, Some(other)) => errors.add(KINDS, unclaimed(kind, other)),
            _ => {}
        }
    }
}

/// Whether a change of a clause that no certificate has may be of a kind: something that was there, or something more.
fn may_be(change: &ChangeDraft, kind: AmendmentKind, compared: &Compared<'_>) -> bool {
    let member = change.member.as_deref();
    let is_certified = member.is_some_and(|member| Certified::at(compared.before, member).is_some());
    let is_new = change.before.is_none();
    !is_certified
        && match kind {
            AmendmentKind::Extension => false,
            AmendmentKind::Amendment => !is_new,
            AmendmentKind::Supplement => is_new,
        }
}

fn name(kind: AmendmentKind) -> (&'static str, &'static str) {
    match kind {
        AmendmentKind::Extension => ("gia hạn", "an extension"),
        AmendmentKind::Amendment => ("sửa đổi", "an amendment"),
        AmendmentKind::Supplement => ("bổ sung", "a supplement"),
    }
}

fn not_there(kind: AmendmentKind) -> Violation {
    let (vi, en) = name(kind);
    let (why_vi, why_en) = match kind {
        AmendmentKind::Extension => (
            "thời hạn hợp đồng không dài hơn",
            "the term of the contract becomes no longer",
        ),
        AmendmentKind::Amendment => (
            "không nội dung nào đã có được thay đổi",
            "nothing that was there is changed",
        ),
        AmendmentKind::Supplement => ("không nội dung nào được thêm vào", "nothing is added that was absent"),
    };
    let words = (
        format!("Ghi là {vi} ({kind}), nhưng {why_vi}"),
        format!("Told as {en} ({kind}), but {why_en}"),
    );
    LawFault::of(words, BASIS)
}

fn unclaimed(kind: AmendmentKind, other: &RecordDifference) -> Violation {
    let (vi, en) = name(kind);
    let (old, new) = (other.before.as_ref(), other.after.as_ref());
    let member = &other.member;
    let (old_vi, new_vi) = (shown_at(member, old), shown_at(member, new));
    let (before, after) = (shown(old), shown(new));
    let words = (
        format!("Đổi {member} từ {old_vi} thành {new_vi} là {vi} ({kind}), phải ghi trong hồ sơ"),
        format!("To change {member} from {before} to {after} is {en} ({kind}), which has to be told"),
    );
    LawFault::of(words, BASIS)
}
