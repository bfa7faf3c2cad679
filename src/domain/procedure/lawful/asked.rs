//! What the law has done in each of its procedures, so that no version leaves it out: who registers, licenses or annuls makes or ends a
//! paper, which one officer proposes and another signs; a yes is written, and comes after the technology was held against the lists.

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
    /// That the technology is held against the lists before.
    Screening,
    /// Number and day of the authority's own letter.
    Letter,
    /// That it comes after this procedure came to this state.
    Follows(&'static str, &'static str),
    /// That it is on the same technology between the same parties.
    Same(&'static [&'static str]),
}

/// What is done in a procedure, and what the law asks of it.
struct Deed {
    /// Code of the procedure.
    procedure: &'static str,
    /// What the event is called in the rule sets that come with the program.
    event: &'static str,
    /// The state to which it leads, where it is known by that when it is called otherwise; else it is known by the first that is asked.
    state: Option<&'static str>,
    /// What it must say, each with the articles.
    asks: &'static [(Ask, &'static str)],
}

/// What a licence has in common with its approval.
const APPROVED: &[&str] = &["/technology/name", "/transferor/name", "/transferee/name"];

/// The law's own procedures. What is no article's is in the rule sets only.
const DEEDS: &[Deed] = &[
    Deed {
        procedure: "REG",
        event: "issue",
        state: None,
        asks: &[
            (
                Ask::Issues(Issues::Registration),
                "Luật CGCN Đ.31.5; NĐ 76/2018 Đ.5.3.a",
            ),
            (Ask::Screening, "Luật CGCN Đ.31.6.a"),
        ],
    },
    Deed {
        procedure: "AMD",
        event: "issue",
        state: None,
        asks: &[
            (Ask::Issues(Issues::Amendment), "Luật CGCN Đ.33.3, 31.5"),
            (Ask::Screening, "Luật CGCN Đ.33.3, 31.6.a"),
        ],
    },
    Deed {
        procedure: "APR",
        event: "approve",
        state: Some("approved"),
        asks: &[
            (Ask::Letter, "Luật CGCN Đ.29.4"),
            (Ask::Screening, "Luật CGCN Đ.28.1, 29.4"),
        ],
    },
    Deed {
        procedure: "LIC",
        event: "sign_contract",
        state: None,
        asks: &[
            (Ask::Follows("APR", "approved"), "Luật CGCN Đ.30.2"),
            (Ask::Same(APPROVED), "Luật CGCN Đ.30.2"),
        ],
    },
    Deed {
        procedure: "LIC",
        event: "issue",
        state: None,
        asks: &[
            (Ask::Issues(Issues::Licence), "Luật CGCN Đ.30.5"),
            (Ask::Screening, "Luật CGCN Đ.28.1, 30.5"),
        ],
    },
    Deed {
        procedure: "LIC",
        event: "annul",
        state: None,
        asks: &[(Ask::Annuls, "Luật CGCN Đ.32.2")],
    },
    Deed {
        procedure: "CERT",
        event: "issue",
        state: None,
        asks: &[(Ask::ComesOf(Issues::Registration), "Luật CGCN Đ.31.5, 32.1")],
    },
    Deed {
        procedure: "CERT",
        event: "annul",
        state: None,
        asks: &[(Ask::Annuls, "Luật CGCN Đ.32.2")],
    },
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
            Self::Screening => event.needs_screening,
            Self::Letter => event.needs_letter,
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

    /// Where it would be said.
    const fn member(self) -> &'static str {
        match self {
            Self::Issues(_) => "issues",
            Self::Annuls => "annuls",
            Self::ComesOf(_) => "comes_of",
            Self::Screening => "needs_screening",
            Self::Letter => "needs_letter",
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
            Self::Screening => (
                format!("Trước bước “{event}” công nghệ phải được đối chiếu với các danh mục (`needs_screening`)"),
                format!("The technology must be held against the lists before “{event}” (`needs_screening`)"),
            ),
            Self::Letter => (
                format!("Bước “{event}” phải bằng văn bản có số, ngày (`needs_letter`)"),
                format!("“{event}” must come with number and day of a letter (`needs_letter`)"),
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

/// Whether an event does what another one does: it opens a dossier as that does, or leads where that leads, from elsewhere.
fn does_as(event: &Event, known: &Event) -> bool {
    if known.from.is_empty() {
        return event.from.is_empty();
    }
    leads_to(event, &known.to) && event.from.iter().any(|state| *state != known.to)
}

impl Deed {
    /// The events that do it: the one that is called so, or where none is, those that lead where it leads, or say what it says.
    fn doers<'p>(&self, rules: &'p Procedure) -> Vec<&'p Event> {
        if let Some(event) = rules.event(self.event) {
            return vec![event];
        }
        let does_it = |event: &&Event| match self.state {
            Some(state) => !event.from.is_empty() && leads_to(event, state),
            None => self.asks.first().is_some_and(|(first, _)| first.is_said_by(event)),
        };
        rules.events.iter().filter(does_it).collect()
    }

    /// Notes what is not said.
    fn check(&self, rules: &Procedure, errors: &mut FieldErrors) {
        let doers = self.doers(rules);
        if let Some((ask, basis)) = self.asks.first().filter(|_| doers.is_empty()) {
            errors.add("/events", missing(*ask, self.event, basis));
        }
        for (at, event) in rules.events.iter().enumerate() {
            let does_it = doers
                .iter()
                .any(|known| known.code == event.code || does_as(event, known));
            for (ask, basis) in self.asks.iter().filter(|(ask, _)| does_it && !ask.is_said_by(event)) {
                let place = format!("/events/{at}/{}", ask.member());
                errors.add(place, missing(*ask, &event.code, basis));
            }
        }
    }
}

fn missing(ask: Ask, event: &str, basis: &str) -> Violation {
    LawFault::of(ask.words(event), basis)
}

/// Notes what the law has done in a procedure of its own and a rule set leaves out.
pub(super) fn check(code: &str, rules: &Procedure, errors: &mut FieldErrors) {
    for deed in DEEDS.iter().filter(|deed| deed.procedure == code) {
        deed.check(rules, errors);
    }
}
