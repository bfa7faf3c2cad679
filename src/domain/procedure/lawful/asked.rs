//! What the law has done in each of its procedures, so that no version leaves it out: who registers, licenses or annuls makes or ends a
//! paper, which one officer proposes and another signs; a yes is written, and comes after the technology was held against the lists.

use std::collections::BTreeSet;

use super::super::{Event, Issues, Procedure};
use crate::domain::fields::{FieldErrors, LawFault, Violation};

/// What an event must say.
#[derive(Clone, Copy)]
enum Ask {
    /// That it issues this.
    Issues(Issues),
    /// That it annuls what was issued.
    Annuls,
    /// That it comes of what another procedure issues.
    ComesOf(Issues),
    /// That its day is kept as this mark.
    Marks(&'static str),
    /// That the technology is held against the lists before.
    Screening,
    /// Number and day of the authority's own letter.
    Letter,
    /// To whom that letter goes.
    Addressees,
    /// That it comes after this procedure came to this state.
    Follows(&'static str, &'static str),
    /// That it is on the same technology between the same parties.
    Same(&'static [&'static str]),
}

/// What is asked, each with the articles.
type Asks = &'static [(Ask, &'static str)];

/// What is done in a procedure, and what the law asks of it.
struct Deed {
    /// Code of the procedure.
    procedure: &'static str,
    /// What the event is called in the rule sets that come with the program. Whatever says the first that is asked does it, too, where that
    /// tells it from other events.
    event: &'static str,
    /// The state to which it leads, where it is not known by what it says.
    state: Option<&'static str>,
    /// Whether a term that ran out leads to that state, too, with no word of the authority.
    lapses: bool,
    /// Whether it is known by its name and by what it says alone: what leads where it leads does something else, too.
    is_named: bool,
    /// What it must say.
    asks: Asks,
}

const fn deed(procedure: &'static str, event: &'static str, asks: Asks) -> Deed {
    Deed {
        procedure,
        event,
        state: None,
        lapses: false,
        is_named: false,
        asks,
    }
}

/// What is known by the state to which it leads.
const fn leading(procedure: &'static str, event: &'static str, state: &'static str, asks: Asks) -> Deed {
    Deed {
        state: Some(state),
        ..deed(procedure, event, asks)
    }
}

/// What is known by its name and by what it says alone.
const fn named(procedure: &'static str, event: &'static str, asks: Asks) -> Deed {
    Deed {
        is_named: true,
        ..deed(procedure, event, asks)
    }
}

/// What a licence has in common with its approval.
const APPROVED: &[&str] = &["/technology/name", "/transferor/name", "/transferee/name"];

/// Where a dossier tells that its project was appraised.
const APPRAISAL: &str = "/project/appraisal_number";

/// What opens a dossier for a licence comes after the approval of what is licensed.
const AFTER_APPROVAL: Asks = &[
    (Ask::Follows("APR", "approved"), "Luật CGCN Đ.30.2"),
    (Ask::Same(APPROVED), "Luật CGCN Đ.30.2"),
];
/// What was issued is annulled by a decision.
const ANNULMENT: Asks = &[(Ask::Annuls, "Luật CGCN Đ.32.2"), (Ask::Letter, "NĐ 76/2018 Đ.7.2")];
/// Of an annulment whoever gave incentives is told in writing.
const NOTICE: Asks = &[
    (Ask::Marks("annulment_notice_received_on"), "NĐ 76/2018 Đ.7.2"),
    (Ask::Letter, "NĐ 76/2018 Đ.7.2"),
    (Ask::Addressees, "NĐ 76/2018 Đ.7.2"),
];
/// An annulment is published; its number and day are those of the annulment.
const PUBLICATION: Asks = &[(Ask::Marks("annulment_published_on"), "NĐ 76/2018 Đ.7.2")];

/// The law's own procedures. What is no article's is in the rule sets only.
const DEEDS: &[Deed] = &[
    deed(
        "REG",
        "issue",
        &[
            (
                Ask::Issues(Issues::Registration),
                "Luật CGCN Đ.31.5; NĐ 76/2018 Đ.5.3.a",
            ),
            (Ask::Screening, "Luật CGCN Đ.31.6.a"),
        ],
    ),
    leading(
        "REG",
        "refuse",
        "refused",
        &[(Ask::Letter, "Luật CGCN Đ.31.6; NĐ 76/2018 Đ.5.3.d")],
    ),
    deed(
        "AMD",
        "issue",
        &[
            (Ask::Issues(Issues::Amendment), "Luật CGCN Đ.33.3, 31.5"),
            (Ask::Screening, "Luật CGCN Đ.33.3, 31.6.a"),
        ],
    ),
    leading(
        "AMD",
        "refuse",
        "refused",
        &[(Ask::Letter, "Luật CGCN Đ.33.3, 31.6; NĐ 76/2018 Đ.5.3.d")],
    ),
    leading(
        "APR",
        "approve",
        "approved",
        &[
            (Ask::Letter, "Luật CGCN Đ.29.4"),
            (Ask::Screening, "Luật CGCN Đ.28.1, 29.4"),
        ],
    ),
    leading("APR", "reject", "rejected", &[(Ask::Letter, "Luật CGCN Đ.29.4")]),
    deed("LIC", "sign_contract", AFTER_APPROVAL),
    deed(
        "LIC",
        "issue",
        &[
            (Ask::Issues(Issues::Licence), "Luật CGCN Đ.30.5"),
            (Ask::Screening, "Luật CGCN Đ.28.1, 30.5"),
        ],
    ),
    Deed {
        // Whoever mends nothing in time is refused by that (Luật CGCN Đ.30.4).
        lapses: true,
        ..leading("LIC", "refuse", "refused", &[(Ask::Letter, "Luật CGCN Đ.30.5")])
    },
    named(
        "LIC",
        "replaced",
        &[(Ask::ComesOf(Issues::Licence), "Luật CGCN Đ.30.5")],
    ),
    deed("LIC", "annul", ANNULMENT),
    deed("LIC", "notify_annulment", NOTICE),
    deed("LIC", "publish_annulment", PUBLICATION),
    deed(
        "CERT",
        "issue",
        &[(Ask::ComesOf(Issues::Registration), "Luật CGCN Đ.31.5, 32.1")],
    ),
    named(
        "CERT",
        "amended",
        &[(Ask::ComesOf(Issues::Amendment), "Luật CGCN Đ.33.3")],
    ),
    deed("CERT", "annul", ANNULMENT),
    deed("CERT", "notify_annulment", NOTICE),
    deed("CERT", "publish_annulment", PUBLICATION),
];

/// What is asked of whatever says something, in a procedure of whatever code: each with what says it.
const ANYWHERE: &[(Ask, Asks)] = &[
    (
        Ask::Issues(Issues::Registration),
        &[(Ask::Screening, "Luật CGCN Đ.31.6.a")],
    ),
    (
        Ask::Issues(Issues::Amendment),
        &[(Ask::Screening, "Luật CGCN Đ.33.3, 31.6.a")],
    ),
    (
        Ask::Issues(Issues::Licence),
        &[(Ask::Screening, "Luật CGCN Đ.28.1, 30.5")],
    ),
    (Ask::Annuls, &[(Ask::Letter, "NĐ 76/2018 Đ.7.2")]),
];

/// What is issued, in both languages.
const fn paper(issues: Issues) -> (&'static str, &'static str) {
    match issues {
        Issues::Registration => (
            "Giấy chứng nhận đăng ký chuyển giao công nghệ",
            "the certificate of registration",
        ),
        Issues::Amendment => (
            "Giấy chứng nhận đăng ký gia hạn, sửa đổi, bổ sung",
            "the certificate of the amendment",
        ),
        Issues::Licence => ("Giấy phép chuyển giao công nghệ", "the licence"),
    }
}

impl Ask {
    /// Whether an event says it.
    fn is_said_by(self, event: &Event) -> bool {
        match self {
            Self::Issues(what) => event.issues == Some(what),
            Self::Annuls => event.annuls,
            Self::ComesOf(what) => event.comes_of == Some(what),
            Self::Marks(code) => event.marks.iter().any(|mark| mark.code == code),
            Self::Screening => event.needs_screening,
            Self::Letter => event.needs_letter,
            Self::Addressees => event.needs_addressees,
            Self::Follows(procedure, state) => {
                let mut follows = event.follows.iter();
                follows.any(|follows| follows.procedure == procedure && follows.state == state)
            }
            Self::Same(members) => {
                let is_same = |member: &&str| {
                    let mut same = event.follows.iter().flat_map(|follows| &follows.same);
                    same.any(|known| known == member)
                };
                members.iter().all(is_same)
            }
        }
    }

    /// Whether whatever says it does the deed, and nothing else says it.
    const fn is_telling(self) -> bool {
        match self {
            Self::Issues(_) | Self::Annuls | Self::ComesOf(_) | Self::Marks(_) | Self::Follows(..) => true,
            Self::Screening | Self::Letter | Self::Addressees | Self::Same(_) => false,
        }
    }

    /// Where it would be said.
    const fn member(self) -> &'static str {
        match self {
            Self::Issues(_) => "issues",
            Self::Annuls => "annuls",
            Self::ComesOf(_) => "comes_of",
            Self::Marks(_) => "marks",
            Self::Screening => "needs_screening",
            Self::Letter => "needs_letter",
            Self::Addressees => "needs_addressees",
            Self::Follows(..) => "follows",
            Self::Same(_) => "follows/same",
        }
    }

    /// That it must be said, with what the event is called.
    fn words(self, event: &str) -> (String, String) {
        match self {
            Self::Issues(what) => {
                let (vi, en) = paper(what);
                (
                    format!("Bước “{event}” phải cấp {vi} (`issues`: `{what}`), một cán bộ trình và người khác ký"),
                    format!(
                        "“{event}” must issue {en} (`issues`: `{what}`), which one officer proposes and another signs"
                    ),
                )
            }
            Self::Annuls => (
                format!(
                    "Bước “{event}” phải hủy bỏ hiệu lực của giấy đã cấp (`annuls`), một cán bộ trình và người khác ký"
                ),
                format!(
                    "“{event}” must annul what was issued (`annuls`), which one officer proposes and another signs"
                ),
            ),
            Self::ComesOf(what) => {
                let (vi, en) = paper(what);
                (
                    format!("Bước “{event}” phải phát sinh từ việc cấp {vi} (`comes_of`: `{what}`)"),
                    format!("“{event}” must come of the issue of {en} (`comes_of`: `{what}`)"),
                )
            }
            Self::Marks(code) => (
                format!("Bước “{event}” phải ghi ngày thực hiện (`marks`: `{code}`)"),
                format!("“{event}” must keep its day (`marks`: `{code}`)"),
            ),
            Self::Screening => (
                format!("Trước bước “{event}” công nghệ phải được đối chiếu với các danh mục (`needs_screening`)"),
                format!("The technology must be held against the lists before “{event}” (`needs_screening`)"),
            ),
            Self::Letter => (
                format!("Bước “{event}” phải bằng văn bản có số, ngày (`needs_letter`)"),
                format!("“{event}” must come with number and day of a letter (`needs_letter`)"),
            ),
            Self::Addressees => (
                format!("Bước “{event}” phải ghi nơi nhận văn bản (`needs_addressees`)"),
                format!("“{event}” must tell to whom its letter goes (`needs_addressees`)"),
            ),
            Self::Follows(procedure, state) => (
                format!("Bước “{event}” phải sau hồ sơ `{procedure}` ở trạng thái `{state}` (`follows`)"),
                format!("“{event}” must follow a dossier of `{procedure}` in the state `{state}` (`follows`)"),
            ),
            Self::Same(members) => {
                let members = members.join(", ");
                (
                    format!("Bước “{event}” phải cùng công nghệ, cùng các bên với hồ sơ trước (`same`: {members})"),
                    format!("“{event}” must be on the same technology between the same parties (`same`: {members})"),
                )
            }
        }
    }
}

/// Whether one outcome or another of an event leads to a state.
fn leads_to(event: &Event, state: &str) -> bool {
    event.to == state || event.to_on_ground.iter().any(|lead| lead.to == state)
}

/// The states to which a dossier may come from a state, that one left out unless it comes back to it.
fn after<'p>(rules: &'p Procedure, state: &str) -> BTreeSet<&'p str> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    loop {
        let is_after = |from: &String| from == state || found.contains(from.as_str());
        let leading = rules.events.iter().filter(|event| event.from.iter().any(is_after));
        let targets = |event: &'p Event| {
            let on_ground = event.to_on_ground.iter().map(|lead| lead.to.as_str());
            on_ground.chain([event.to.as_str()])
        };
        let next: BTreeSet<&str> = leading.flat_map(targets).collect();
        if next.is_subset(&found) {
            return found;
        }
        found.extend(next);
    }
}

impl Deed {
    /// Whether it is known of an event by what that is called or says.
    fn is_known_by(&self, event: &Event) -> bool {
        let first = self.asks.first().filter(|(ask, _)| ask.is_telling());
        event.code == self.event || first.is_some_and(|(ask, _)| ask.is_said_by(event))
    }

    /// Whether no approval is needed where a dossier is opened with an event: it tells the appraisal of its project (Luật CGCN Đ.28.2.a),
    /// which is held against the register of opinions.
    fn is_waived(&self, event: &Event, rules: &Procedure) -> bool {
        let mut items = rules.text.checklist.iter();
        let tells =
            items.any(|item| item.member == APPRAISAL && item.only_with.as_deref() == Some(event.code.as_str()));
        (self.procedure, self.event) == ("APR", "approve") && event.hands_in && tells
    }

    /// Whether an event does what leads to a state, when those that are known to do it are `known`. What leads back to the state from
    /// where a dossier comes only after it does not do it anew.
    fn is_done_by(&self, event: &Event, state: &str, (known, rules): (&[&Event], &Procedure)) -> bool {
        let mut known = known.iter().filter(|known| leads_to(known, state)).peekable();
        let is_unknown = known.peek().is_none();
        let possible: BTreeSet<&String> = known.flat_map(|known| &known.from).collect();
        let after = after(rules, state);
        let lapses = self.lapses && event.only_after_term;
        let counts = |from: &String| {
            let is_new = is_unknown || !after.contains(from.as_str());
            from != state && (possible.contains(from) || is_new && !lapses)
        };
        let opens = event.from.is_empty() && !self.is_waived(event, rules);
        leads_to(event, state) && (opens || event.from.iter().any(counts))
    }

    /// The places of the events that do it: those that are called so or say so, and whatever leads where these lead, or opens a dossier as
    /// these do.
    fn doers(&self, rules: &Procedure) -> Vec<usize> {
        let known: Vec<&Event> = rules.events.iter().filter(|event| self.is_known_by(event)).collect();
        let opens = known.iter().any(|event| event.from.is_empty());
        // What leaves a dossier where it is is known by nothing but what it says.
        let moving = known
            .iter()
            .filter(|event| !event.from.is_empty() && !event.from.contains(&event.to));
        let states = moving.map(|event| event.to.as_str()).chain(self.state);
        let states: BTreeSet<&str> = states.filter(|_| !self.is_named).collect();
        let does_it = |event: &Event| {
            let is_opening = opens && event.from.is_empty();
            let mut states = states.iter();
            self.is_known_by(event) || is_opening || states.any(|state| self.is_done_by(event, state, (&known, rules)))
        };
        let events = rules.events.iter().enumerate();
        events.filter(|(_, event)| does_it(event)).map(|(at, _)| at).collect()
    }
}

/// What a rule set leaves out, each place once.
struct Found<'f> {
    rules: &'f Procedure,
    places: BTreeSet<String>,
    errors: &'f mut FieldErrors,
}

impl Found<'_> {
    /// Notes what the event at a place does not say.
    fn ask(&mut self, at: usize, asks: Asks) {
        let Some(event) = self.rules.events.get(at) else {
            return;
        };
        for (ask, basis) in asks.iter().filter(|(ask, _)| !ask.is_said_by(event)) {
            let place = format!("/events/{at}/{}", ask.member());
            if self.places.insert(place.clone()) {
                self.errors.add(place, missing(*ask, &event.code, basis));
            }
        }
    }

    /// Notes what a deed of the law's own procedure lacks, and that nothing does it.
    fn deed(&mut self, deed: &Deed) {
        let doers = deed.doers(self.rules);
        if let Some((ask, basis)) = deed.asks.first().filter(|_| doers.is_empty()) {
            self.errors.add("/events", missing(*ask, deed.event, basis));
        }
        for at in doers {
            self.ask(at, deed.asks);
        }
    }

    /// Notes what is asked of the events that say something, of every opening where licences are issued.
    fn anywhere(&mut self) {
        let rules = self.rules;
        let issues_licences = rules.events.iter().any(|event| event.issues == Some(Issues::Licence));
        for (at, event) in rules.events.iter().enumerate() {
            for (_, asks) in ANYWHERE.iter().filter(|(said, _)| said.is_said_by(event)) {
                self.ask(at, asks);
            }
            if issues_licences && event.from.is_empty() {
                self.ask(at, AFTER_APPROVAL);
            }
        }
    }
}

fn missing(ask: Ask, event: &str, basis: &str) -> Violation {
    LawFault::of(ask.words(event), basis)
}

/// Notes what the law has done in a procedure of its own, and wherever something is issued or annulled, and a rule set leaves out.
pub(super) fn check(code: &str, rules: &Procedure, errors: &mut FieldErrors) {
    let mut found = Found {
        rules,
        places: BTreeSet::new(),
        errors,
    };
    for deed in DEEDS.iter().filter(|deed| deed.procedure == code) {
        found.deed(deed);
    }
    found.anywhere();
}
