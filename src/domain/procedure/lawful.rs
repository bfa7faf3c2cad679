//! What a rule set may not say whoever publishes it: the law counts the grounds on which a registration is refused (Luật
//! CGCN Đ.31.6) and on which what was issued is annulled (Đ.32.2), and no version adds one; nor does one leave out what
//! the law has done in its procedures ([`asked`]), or makes of a paper another life than it has ([`life`]).

mod asked;
mod life;

use super::{Event, EventTerm, Issues, Procedure, Side, Until};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::text_enum;

/// Code of the procedure whose cases come of certificates.
pub const CASES: &str = "CERT";

text_enum! {
    /// On what a registration is refused (căn cứ từ chối, Luật CGCN Đ.31.6).
    pub enum RefusalGround {
        /// A contract about a restricted technology (công nghệ hạn chế chuyển giao).
        RestrictedTechnology => "RESTRICTED_TECH",
        /// No object of technology, or no content of a transfer (không có đối tượng công nghệ).
        NoTechnology => "NO_TECH_OBJECT",
        /// Contrary to the law (nội dung trái quy định).
        IllegalContent => "ILLEGAL_CONTENT",
    }
}

text_enum! {
    /// On what a certificate or licence is annulled (căn cứ hủy bỏ hiệu lực, Luật CGCN Đ.32.2).
    pub enum AnnulmentGround {
        /// Its content is not kept (vi phạm nội dung).
        Breach => "BREACH_OF_CONTENT",
        /// The dossier was forged (giả mạo hồ sơ).
        Forged => "FORGED_DOSSIER",
        /// A competent authority asks for it (theo đề nghị của cơ quan có thẩm quyền).
        Requested => "AUTHORITY_REQUEST",
    }
}

impl RefusalGround {
    /// What people call it, with its article.
    pub const fn name(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::RestrictedTechnology => (
                "Hợp đồng chuyển giao công nghệ hạn chế chuyển giao",
                "The contract is about a restricted technology",
                "Luật CGCN Đ.31.6.a",
            ),
            Self::NoTechnology => (
                "Không có đối tượng công nghệ, nội dung chuyển giao công nghệ",
                "There is no object of technology, or no transfer of one",
                "Luật CGCN Đ.31.6.b",
            ),
            Self::IllegalContent => (
                "Nội dung trái quy định của Luật",
                "The content is contrary to the law",
                "Luật CGCN Đ.31.6.c",
            ),
        }
    }
}

impl AnnulmentGround {
    /// What people call it, with its article.
    pub const fn name(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Breach => (
                "Vi phạm nội dung trong Giấy chứng nhận, Giấy phép",
                "The content of the certificate or licence is not kept",
                "Luật CGCN Đ.32.2.a",
            ),
            Self::Forged => ("Giả mạo hồ sơ", "The dossier was forged", "Luật CGCN Đ.32.2.b"),
            Self::Requested => (
                "Theo đề nghị của cơ quan nhà nước có thẩm quyền",
                "A competent authority asks for it",
                "Luật CGCN Đ.32.2.c",
            ),
        }
    }
}

/// What people call a ground that the law counts, with its article; nothing of other outcomes.
pub fn ground_name(code: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let refusal = code.parse::<RefusalGround>().map(RefusalGround::name);
    refusal
        .or_else(|_other| code.parse::<AnnulmentGround>().map(AnnulmentGround::name))
        .ok()
}

impl Procedure {
    /// Whether an event refuses what is registered: it ends the dossier where its certificate could be issued, and is no
    /// signature.
    fn refuses_registration(&self, event: &Event) -> bool {
        let registers = |other: &&Event| matches!(other.issues, Some(Issues::Registration | Issues::Amendment));
        let mut instead = self.events.iter().filter(registers).flat_map(|issue| &issue.from);
        let is_decision = event.actor.side() == Side::Officer && !event.needs_two();
        is_decision && self.is_final(&event.to) && instead.any(|state| event.from.contains(state))
    }

    /// Checks what the law leaves to no rule set. What was published before this was asked for stays readable, so that it
    /// is asked when a version is published, by the code of its procedure.
    pub fn check_lawful(&self, code: &str) -> Result<(), Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        asked::check(code, self, &mut errors);
        life::check(code, self, &mut errors);
        for (at, event) in self.events.iter().enumerate() {
            let is_yearly = |term: &EventTerm| matches!(term.until, Until::DayOfYear(..));
            // What one officer proposes and another signs is about no year.
            if event.needs_two() && event.term.as_ref().is_some_and(is_yearly) {
                errors.add(format!("/events/{at}/term"), Violation::Conflicts { with: "issues" });
            }
            let known: fn(&str) -> bool = if event.annuls {
                |ground| ground.parse::<AnnulmentGround>().is_ok()
            } else if self.refuses_registration(event) {
                |ground| ground.parse::<RefusalGround>().is_ok()
            } else {
                continue;
            };
            if event.grounds.is_empty() {
                errors.add(format!("/events/{at}/grounds"), Violation::Required);
            }
            for (number, ground) in event.grounds.iter().enumerate() {
                if !known(ground) {
                    let what = if event.annuls {
                        "annulment_ground"
                    } else {
                        "refusal_ground"
                    };
                    errors.add(format!("/events/{at}/grounds/{number}"), Violation::Malformed { what });
                }
            }
        }
        errors.finish(Some(()))
    }
}
