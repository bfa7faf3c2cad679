//! What the doctor found, in both languages.

use std::fmt::Display;
use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;

/// The same in English and in Vietnamese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Words {
    pub(super) en: String,
    pub(super) vi: String,
}

/// Puts both languages together.
pub(super) fn both(en: impl Display, vi: impl Display) -> Words {
    Words {
        en: en.to_string(),
        vi: vi.to_string(),
    }
}

/// What to do.
pub(super) struct Advice(Words);

impl Advice {
    pub(super) fn new(en: impl Display, vi: impl Display) -> Self {
        Self(both(en, vi))
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Check {
    Configuration,
    DataDir,
    Space,
    Clock,
    Keys,
    Server,
    Database,
    Schema,
    Integrity,
    Log,
    Audit,
    Index,
    Letters,
    Jobs,
    Files,
    Scanner,
    Procedures,
}

impl Check {
    fn name(self) -> Words {
        let (en, vi) = match self {
            Self::Configuration => ("configuration", "cấu hình"),
            Self::DataDir => ("data_dir", "thư mục dữ liệu"),
            Self::Space => ("free space", "chỗ trống"),
            Self::Clock => ("clock", "đồng hồ"),
            Self::Keys => ("keys", "khóa"),
            Self::Server => ("server", "máy chủ"),
            Self::Database => ("database", "cơ sở dữ liệu"),
            Self::Schema => ("schema", "lược đồ"),
            Self::Integrity => ("integrity", "toàn vẹn"),
            Self::Log => ("write-ahead log", "nhật ký ghi trước"),
            Self::Audit => ("audit trail", "nhật ký kiểm toán"),
            Self::Index => ("search index", "chỉ mục tìm kiếm"),
            Self::Letters => ("letters", "thư"),
            Self::Jobs => ("background work", "công việc nền"),
            Self::Files => ("files", "tệp"),
            Self::Scanner => ("scanner", "bộ quét mã độc"),
            Self::Procedures => ("procedures", "quy trình thủ tục"),
        };
        both(en, vi)
    }
}

/// How it fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// As it should be.
    #[default]
    Good,
    /// It works, and should be looked at.
    Warning,
    /// Something does not work, or will not for long.
    Trouble,
}

impl State {
    fn name(self) -> Words {
        let (en, vi) = match self {
            Self::Good => ("good", "tốt"),
            Self::Warning => ("warning", "cảnh báo"),
            Self::Trouble => ("TROUBLE", "SỰ CỐ"),
        };
        both(en, vi)
    }

    pub(super) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Good => 0,
            Self::Warning => 1,
            Self::Trouble => 2,
        })
    }
}

#[derive(Debug, Serialize)]
struct Finding {
    check: Check,
    state: State,
    told: Words,
    /// Nothing is to be done about what is good.
    advice: Option<Words>,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Finding>);

impl Report {
    pub(super) fn good(&mut self, check: Check, told: Words) {
        self.add(check, State::Good, told, None);
    }

    pub(super) fn warn(&mut self, check: Check, told: Words, advice: Advice) {
        self.add(check, State::Warning, told, Some(advice));
    }

    pub(super) fn trouble(&mut self, check: Check, told: Words, advice: Advice) {
        self.add(check, State::Trouble, told, Some(advice));
    }

    fn add(&mut self, check: Check, state: State, told: Words, advice: Option<Advice>) {
        self.0.push(Finding {
            check,
            state,
            told,
            advice: advice.map(|Advice(words)| words),
        });
    }

    /// What could not be asked of the database.
    pub(super) fn unasked(&mut self, check: Check, why: impl Display) {
        self.trouble(
            check,
            both(
                format_args!("could not be looked at: {why}"),
                format_args!("không kiểm tra được: {why}"),
            ),
            Advice::new(
                "mend what is told above first, then run the doctor again",
                "khắc phục các mục nêu ở trên trước rồi chạy lại lệnh này",
            ),
        );
    }

    /// The worst that was found.
    pub(super) fn verdict(&self) -> State {
        self.0.iter().map(|finding| finding.state).max().unwrap_or_default()
    }

    fn count(&self, state: State) -> usize {
        self.0.iter().filter(|finding| finding.state == state).count()
    }

    /// For people.
    pub(super) fn text(&self, is_vietnamese: bool) -> String {
        let choose = |words: &Words| {
            if is_vietnamese {
                words.vi.clone()
            } else {
                words.en.clone()
            }
        };
        let mut lines = Vec::new();
        for finding in &self.0 {
            let (state, check) = (choose(&finding.state.name()), choose(&finding.check.name()));
            lines.push(format!("{state:<8} {check}: {}", choose(&finding.told)));
            if let Some(advice) = &finding.advice {
                lines.push(format!("         -> {}", choose(advice)));
            }
        }
        let (warnings, troubles) = (self.count(State::Warning), self.count(State::Trouble));
        lines.push(choose(&match (warnings, troubles) {
            (0, 0) => both("all is well", "mọi thứ đều tốt"),
            _ => both(
                format_args!("{troubles} in trouble, {warnings} warning(s)"),
                format_args!("{troubles} sự cố, {warnings} cảnh báo"),
            ),
        }));
        lines.join("\n")
    }

    /// For programs.
    pub(super) fn json(&self, at: Timestamp) -> String {
        let report = serde_json::json!({
            "verdict": self.verdict(),
            "program": env!("CARGO_PKG_VERSION"),
            "checked_at": at,
            "findings": self.0,
        });
        format!("{report:#}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_the_verdict_and_both_languages_are_told() {
        let mut report = Report::default();
        assert_eq!(report.verdict(), State::Good);
        assert_eq!(report.text(false), "all is well");
        report.good(Check::Database, both("answers", "trả lời"));
        report.warn(Check::Letters, both("2 wait", "2 thư chờ"), Advice::new("look", "xem"));
        assert_eq!(report.verdict(), State::Warning);
        report.trouble(Check::Keys, both("gone", "mất"), Advice::new("put it back", "đặt lại"));
        assert_eq!(report.verdict(), State::Trouble);
        assert_eq!(
            report.text(false),
            "good     database: answers\nwarning  letters: 2 wait\n         -> look\nTROUBLE  keys: gone\n         -> put \
             it back\n1 in trouble, 1 warning(s)"
        );
        assert!(
            report
                .text(true)
                .ends_with("SỰ CỐ    khóa: mất\n         -> đặt lại\n1 sự cố, 1 cảnh báo")
        );
        let json: serde_json::Value = serde_json::from_str(&report.json(Timestamp::UNIX_EPOCH)).unwrap();
        assert_eq!(json["verdict"], "trouble");
        assert_eq!(json["findings"][1]["check"], "letters");
        assert_eq!(json["findings"][1]["told"]["vi"], "2 thư chờ");
        assert_eq!(json["findings"][0]["advice"], serde_json::Value::Null);
    }
}
