//! How long the exchange may take over what people ask about their data (Decree 356/2025).

use super::RequestKind;
use crate::domain::calendar::Term;

/// The legal terms of one kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegalTerms {
    /// Until it must be acknowledged.
    pub acknowledge: Term,
    /// Days until it must be fulfilled.
    pub fulfil_days: u16,
    /// Most days of the one extension.
    pub longest_extension_days: u16,
}

/// Until when each is acknowledged.
pub(super) const ACKNOWLEDGE: Term = Term::WorkingDays(2);
/// To stop processing: confirmed by several sources, so no setting.
const STOP: u16 = 15;
/// The same where data are at processors as well.
const STOP_AT_PROCESSORS: u16 = 20;

/// What the terms are counted by. The figures that no official text confirmed are the operator's to correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermTable {
    /// Whether others process data for the operator (bên xử lý dữ liệu), who must be told too: the longer terms apply.
    pub data_at_processors: bool,
    /// Days to show data or to put them right.
    pub provide: u16,
    /// The same where data are at processors.
    pub provide_at_processors: u16,
    /// Days to erase data.
    pub erase: u16,
    /// The same where data are at processors.
    pub erase_at_processors: u16,
}

impl Default for TermTable {
    fn default() -> Self {
        Self {
            data_at_processors: false,
            provide: 10,
            provide_at_processors: 15,
            erase: 20,
            erase_at_processors: 30,
        }
    }
}

impl TermTable {
    /// The terms of a kind of request. The one extension is as long as the shorter term, wherever the data are.
    pub fn terms(&self, kind: RequestKind) -> LegalTerms {
        let (days, days_at_processors) = match kind {
            RequestKind::Withdraw | RequestKind::Restrict | RequestKind::Object => (STOP, STOP_AT_PROCESSORS),
            RequestKind::Access | RequestKind::Rectify => (self.provide, self.provide_at_processors),
            RequestKind::Erase => (self.erase, self.erase_at_processors),
        };
        LegalTerms {
            acknowledge: ACKNOWLEDGE,
            fulfil_days: if self.data_at_processors {
                days_at_processors
            } else {
                days
            },
            longest_extension_days: days,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_those_of_the_decree() {
        let (alone, shared) = (
            TermTable::default(),
            TermTable {
                data_at_processors: true,
                ..TermTable::default()
            },
        );
        let table = RequestKind::ALL.iter().map(|kind| {
            let (short, long) = (alone.terms(*kind), shared.terms(*kind));
            assert_eq!(short.acknowledge, Term::WorkingDays(2));
            assert_eq!(short.acknowledge, long.acknowledge);
            assert_eq!(short.longest_extension_days, long.longest_extension_days);
            (
                kind.as_str(),
                short.fulfil_days,
                long.fulfil_days,
                short.longest_extension_days,
            )
        });
        let expected = [
            ("access", 10, 15, 10),
            ("rectify", 10, 15, 10),
            ("erase", 20, 30, 20),
            ("restrict", 15, 20, 15),
            ("object", 15, 20, 15),
            ("withdraw", 15, 20, 15),
        ];
        assert_eq!(table.collect::<Vec<_>>(), expected);
    }

    /// The rows of the reference, which tell what is acknowledged and fulfilled within which days.
    #[test]
    fn terms_are_those_of_the_reference() {
        let reference = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/procedure_transitions.csv"
        ));
        let mut told = 0;
        for row in csv::Reader::from_reader(reference.as_bytes()).records() {
            let row = row.unwrap();
            if &row[0] != "DSR" {
                continue;
            }
            told += 1;
            let kinds: &[RequestKind] = match &row[2] {
                "acknowledge" => RequestKind::ALL,
                "fulfil_withdraw_restrict_object" => {
                    &[RequestKind::Withdraw, RequestKind::Restrict, RequestKind::Object]
                }
                "fulfil_access_rectify" => &[RequestKind::Access, RequestKind::Rectify],
                "fulfil_delete" => &[RequestKind::Erase],
                other => panic!("nobody thought about {other}"),
            };
            for kind in kinds {
                let terms = TermTable::default().terms(*kind);
                let days: u16 = row[5].parse().unwrap();
                let (term, unit) = if &row[2] == "acknowledge" {
                    (terms.acknowledge, Term::WorkingDays(days))
                } else {
                    (Term::Days(terms.fulfil_days), Term::Days(days))
                };
                assert_eq!(term, unit, "{} of {kind}", &row[2]);
                assert_eq!(&row[7], "received_on");
            }
        }
        assert_eq!(told, 4);
    }
}
