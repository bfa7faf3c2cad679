//! What is counted: certificates that were issued, opinions and support that were given, enterprises that registered; each
//! with as much as its dossier tells.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::content::{Source, SourceKind};
use super::window::Window;
use crate::domain::certificate::record::RecordKind;
use crate::domain::dossier::{
    AmendmentKind, EconomicType, PartnerType, PaymentMethod, TransferDirection, TransferForm, TransferMethod,
    TransferObject,
};
use crate::domain::enterprise::VsicCode;
use crate::domain::ids::{CertificateId, DossierId};
use crate::domain::procedure::CountsAs;

/// A certificate. What is not told is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFact {
    /// Identifier.
    pub id: CertificateId,
    /// Number.
    pub number: String,
    /// Which paper it is.
    pub kind: RecordKind,
    /// What an amendment registers.
    pub amends: Vec<AmendmentKind>,
    /// Whether it is a licence that took the place of another one, of the same contract with other content (LTT 30.6).
    pub replaces: bool,
    /// When it was issued.
    pub issued_on: Date,
    /// The value of the contract that it registers, in đồng; above nothing.
    pub vnd_value: Option<i64>,
    /// Whether that was supplied for the report.
    pub is_value_supplied: bool,
    /// By how much an amendment makes the contract worth more, in đồng; below 0 where it makes it worth less.
    pub vnd_delta: Option<i64>,
    /// Whether its chain was annulled since, or a licence that took its place.
    pub is_annulled: bool,
    /// Code of the province in which the party of Việt Nam is that carries it out.
    pub province: Option<String>,
    /// Whose that party is.
    pub economic_type: Option<EconomicType>,
    /// Who transfers to whom.
    pub partner: Option<PartnerType>,
    /// From where to where.
    pub direction: Option<TransferDirection>,
    /// In which form.
    pub form: Option<TransferForm>,
    /// What is transferred.
    pub objects: Vec<TransferObject>,
    /// By which means.
    pub methods: Vec<TransferMethod>,
    /// How it is paid for.
    pub payments: Vec<PaymentMethod>,
    /// Code of the country of the party abroad.
    pub country: Option<String>,
    /// Name of who gives the technology.
    pub transferor: String,
    /// Name of who gets it.
    pub transferee: String,
    /// What the technology is called.
    pub technology: String,
    /// In which activity it is used.
    pub activity: Option<VsicCode>,
}

/// As what a certificate counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A new registration (cấp mới).
    New,
    /// An amendment or supplement (sửa đổi, bổ sung).
    Amended,
    /// An extension and nothing else (gia hạn).
    Extended,
    /// A licence (giấy phép).
    Licence,
    /// A licence in the place of another one (giấy phép thay thế): no new contract, as an amendment is none.
    Relicensed,
}

impl CertificateFact {
    /// As what it counts: once, as an extension when that is all it is.
    pub fn class(&self) -> Class {
        match self.kind {
            RecordKind::Registration => Class::New,
            RecordKind::Licence if self.replaces => Class::Relicensed,
            RecordKind::Licence => Class::Licence,
            RecordKind::Amendment if self.amends == [AmendmentKind::Extension] => Class::Extended,
            RecordKind::Amendment => Class::Amended,
        }
    }

    /// It as a source that is counted in some places; `needs_value` where its value is.
    pub(super) fn source(&self, counted_in: Vec<String>, needs_value: bool) -> Source {
        Source {
            kind: SourceKind::Certificate,
            id: self.id.0,
            number: self.number.clone(),
            day: self.issued_on,
            counted_in,
            vnd_value: self.vnd_value.filter(|_| needs_value),
            vnd_delta: self.vnd_delta.filter(|_| needs_value),
            lacks_value: needs_value && self.vnd_value.is_none(),
            is_value_supplied: needs_value && self.is_value_supplied,
            is_annulled: self.is_annulled,
            is_again: false,
            transferor: None,
            transferee: None,
            technology: None,
        }
    }
}

/// Something done to a dossier that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeedFact {
    /// The dossier.
    pub dossier: DossierId,
    /// Its number.
    pub number: String,
    /// As what it counts.
    pub counts_as: CountsAs,
    /// The day on which it was done.
    pub day: Date,
    /// Whose the enterprise is that the dossier is about: of a project its investor.
    pub economic_type: Option<EconomicType>,
    /// What is done in the project.
    pub activity: Option<VsicCode>,
    /// Code of the country of its investor.
    pub country: Option<String>,
}

/// Who reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reporter {
    /// Name, such as `Sở Khoa học và Công nghệ tỉnh Phú Thọ`.
    pub name: String,
    /// The body above it.
    pub superior: Option<String>,
}

/// Organisations on the exchange, by what they say that they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Organisations {
    /// Enterprises of science and technology (doanh nghiệp KH&CN).
    pub enterprises: usize,
    /// Those of them that tell the number of their certificate.
    pub certified: usize,
    /// Intermediaries (tổ chức trung gian, tư vấn).
    pub intermediaries: usize,
}

/// Everything that may count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Certificates, in the order of their days.
    pub certificates: Vec<CertificateFact>,
    /// The days of those that stand in the register and are of an authority whose place nobody here took: they are not counted.
    pub of_others: Vec<Date>,
    /// What was done to dossiers, in the order of its days.
    pub deeds: Vec<DeedFact>,
    /// Dossiers that were asked for more by an opinion, within the days or before, and wait for it at their end: that opinion counts as none.
    pub waiting: usize,
    /// Enterprises that registered within the window.
    pub registered: u64,
    /// Enterprises that registered until its last day.
    pub registered_in_all: u64,
    /// Organisations that registered until its last day.
    pub organisations: Organisations,
    /// Who reports.
    pub reporter: Reporter,
}

impl Facts {
    /// Certificates of a window.
    pub fn certificates_in(&self, window: Window) -> impl Iterator<Item = &CertificateFact> {
        self.certificates.iter().filter(move |one| window.has(one.issued_on))
    }

    /// What counts as something within a window.
    pub fn deeds_in(&self, counts_as: CountsAs, window: Window) -> impl Iterator<Item = &DeedFact> {
        let counts = move |deed: &&DeedFact| deed.counts_as == counts_as && window.has(deed.day);
        self.deeds.iter().filter(counts)
    }

    /// The sources of such, told which dossiers come again.
    pub(super) fn sources_of(
        &self,
        counts_as: CountsAs,
        window: Window,
        places: impl Fn(&DeedFact) -> Vec<String>,
    ) -> Vec<Source> {
        let mut seen = BTreeSet::new();
        let sources = self.deeds_in(counts_as, window).map(|deed| Source {
            kind: SourceKind::Dossier,
            id: deed.dossier.0,
            number: deed.number.clone(),
            day: deed.day,
            counted_in: places(deed),
            vnd_value: None,
            vnd_delta: None,
            lacks_value: false,
            is_value_supplied: false,
            is_annulled: false,
            is_again: !seen.insert(deed.dossier),
            transferor: None,
            transferee: None,
            technology: None,
        });
        sources.collect()
    }
}
