//! What the law, or the rules of a procedure, say against a value.

use super::Violation;

/// A value that is refused with the article that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawFault {
    code: &'static str,
    vi: String,
    en: String,
    basis: String,
}

impl LawFault {
    /// In two sentences without their full stops; the article comes behind them.
    pub fn of((vi, en): (String, String), basis: &str) -> Violation {
        Self::coded("refused_by_law", (vi, en), basis)
    }

    /// The same with a code of its own.
    pub fn coded(code: &'static str, (vi, en): (String, String), basis: &str) -> Violation {
        Violation::Law(Self {
            code,
            vi,
            en,
            basis: basis.to_owned(),
        })
    }

    /// What is wrong anyhow, with the article that asks for the value.
    pub fn citing(violation: &Violation, basis: &str) -> Violation {
        let bare = |text: String| text.trim_end_matches('.').to_owned();
        Self::coded(violation.code(), (bare(violation.vi()), bare(violation.en())), basis)
    }

    /// Both sentences without their full stops, the Vietnamese one first, and the article.
    pub fn parts(&self) -> (&str, &str, &str) {
        (&self.vi, &self.en, &self.basis)
    }

    /// The stable code.
    pub const fn as_str(&self) -> &'static str {
        self.code
    }

    /// The Vietnamese sentence.
    pub fn vi(&self) -> String {
        format!("{} ({}).", self.vi, self.basis)
    }

    /// The English sentence.
    pub fn en(&self) -> String {
        format!("{} ({}).", self.en, self.basis)
    }
}
