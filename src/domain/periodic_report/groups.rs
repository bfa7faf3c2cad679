//! Counts and values by groups, and figures of them.

use super::content::{Figure, Row, RowKind};
use super::facts::CertificateFact;
use super::money::Vnd;
use crate::domain::certificate::names::InVietnamese;
use crate::domain::dossier::{EconomicType, PartnerType};

/// What some certificates come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// How many.
    pub count: u64,
    /// Their values together.
    pub value: Vnd,
}

impl Sum {
    /// Of some certificates.
    pub fn of<'a>(certificates: impl IntoIterator<Item = &'a CertificateFact>) -> Self {
        let mut sum = Self::default();
        certificates.into_iter().for_each(|one| sum.add(one));
        sum
    }

    /// Of changes of value, whichever way they go: how many, and how much they come to.
    pub fn of_changes(deltas: impl IntoIterator<Item = i64>) -> Self {
        let mut sum = Self::default();
        for delta in deltas {
            sum.count = sum.count.saturating_add(1);
            sum.value.add(delta.saturating_abs());
        }
        sum
    }

    /// One more.
    pub fn add(&mut self, certificate: &CertificateFact) {
        self.count = self.count.saturating_add(1);
        self.value.add(certificate.vnd_value.unwrap_or_default());
    }

    /// How many.
    pub fn count_figure(&self) -> Option<Figure> {
        Some(counted(self.count))
    }

    /// Their value in millions; nothing where there are some and the value of none is known.
    pub fn value_figure(&self) -> Option<Figure> {
        let is_known = self.count == 0 || !self.value.is_zero();
        is_known.then(|| Figure {
            value: self.value.millions(),
            vnd: Some(self.value.exact()),
            is_entered: false,
        })
    }
}

/// A count.
pub(super) fn counted(count: u64) -> Figure {
    Figure {
        value: count.to_string(),
        vnd: None,
        is_entered: false,
    }
}

/// A heading.
pub(super) fn heading(code: &str, name: &str, columns: usize) -> Row {
    Row {
        code: code.to_owned(),
        name_vi: name.to_owned(),
        kind: RowKind::Heading,
        figures: vec![None; columns],
        ..Row::default()
    }
}

impl InVietnamese for EconomicType {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::State => "Nhà nước",
            Self::NonState => "Ngoài nhà nước",
            Self::Fdi => "Có vốn đầu tư nước ngoài",
        }
    }
}

impl InVietnamese for PartnerType {
    fn in_vietnamese(self) -> &'static str {
        match self {
            Self::ForeignToVn => "Từ nước ngoài vào Việt Nam",
            Self::BetweenDomesticEnterprises => "Giữa các doanh nghiệp trong nước",
            Self::InstituteUniversityToEnterprise => "Giữa viện nghiên cứu, trường đại học và doanh nghiệp",
        }
    }
}
