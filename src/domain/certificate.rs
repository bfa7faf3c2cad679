//! Certificates of technology transfer (Giấy chứng nhận đăng ký chuyển giao công nghệ, Giấy chứng nhận đăng ký gia hạn, sửa
//! đổi, bổ sung, Giấy phép): what was issued, under which number, and what holds today. A certificate is never altered: an
//! amendment gets one of its own behind the first, and what holds is what the last one of the chain says.

pub mod code;
pub mod difference;
pub mod names;
pub mod number;
pub mod proof;
pub mod record;
pub mod restoration;
pub mod stale;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use self::record::{CertificateRecord, RecordDuplicate, RecordKind};
use crate::domain::ids::{AccountId, CertificateId, DossierId, EnterpriseId};
use crate::domain::procedure::Issues;
use crate::domain::text_enum;

text_enum! {
    /// What holds of a certificate on a day (tình trạng hiệu lực).
    pub enum Validity {
        /// It holds as it stands (còn hiệu lực).
        Valid => "valid",
        /// It holds as amended by a later one (đã được gia hạn, sửa đổi, bổ sung).
        Amended => "amended",
        /// The contract's term is over (hết hiệu lực).
        Expired => "expired",
        /// A new licence replaced it (đã được thay thế, LTT 30.6).
        Superseded => "superseded",
        /// It was annulled (bị hủy bỏ hiệu lực, LTT 32.2).
        Annulled => "annulled",
    }
}

text_enum! {
    /// What became of a paper for which a duplicate is issued.
    pub enum DuplicateCause {
        /// It was lost (mất).
        Lost => "lost",
        /// It was spoilt: burnt, torn, not to be read any more (hỏng).
        Spoilt => "spoilt",
    }
}

impl Validity {
    /// What people call it, in Vietnamese and English.
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Valid => ("Còn hiệu lực", "Valid"),
            Self::Amended => (
                "Còn hiệu lực, đã được gia hạn, sửa đổi, bổ sung",
                "Valid, as amended by a later certificate",
            ),
            Self::Expired => (
                "Hết hiệu lực: hợp đồng đã hết thời hạn",
                "Expired: the contract's term is over",
            ),
            Self::Superseded => (
                "Hết hiệu lực: đã được thay thế bằng giấy phép mới",
                "Over: replaced by a new licence",
            ),
            Self::Annulled => ("Đã bị hủy bỏ hiệu lực", "Annulled"),
        }
    }
}

impl From<Issues> for RecordKind {
    fn from(issues: Issues) -> Self {
        match issues {
            Issues::Registration => Self::Registration,
            Issues::Amendment => Self::Amendment,
            Issues::Licence => Self::Licence,
        }
    }
}

impl RecordKind {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        Issues::as_str(self.issues())
    }

    /// What issues one.
    pub const fn issues(self) -> Issues {
        match self {
            Self::Registration => Issues::Registration,
            Self::Amendment => Issues::Amendment,
            Self::Licence => Issues::Licence,
        }
    }

    /// What the paper is called, in Vietnamese and English.
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Registration => (
                "Giấy chứng nhận đăng ký chuyển giao công nghệ",
                "Certificate of registration of technology transfer",
            ),
            Self::Amendment => (
                "Giấy chứng nhận đăng ký gia hạn, sửa đổi, bổ sung nội dung chuyển giao công nghệ",
                "Certificate of registration of an extension, amendment or supplement of a technology transfer",
            ),
            Self::Licence => ("Giấy phép chuyển giao công nghệ", "Licence for technology transfer"),
        }
    }
}

/// A certificate as it is kept.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Identifier.
    pub id: CertificateId,
    /// The first one of its chain; absent of the first itself.
    pub root: Option<CertificateId>,
    /// Which in the chain, from 0.
    pub position: i64,
    /// The dossier that it came of; none of those that were issued before the exchange was there.
    pub dossier: Option<DossierId>,
    /// Where its life is followed (thủ tục CERT); of the first of a chain.
    pub case: Option<DossierId>,
    /// The enterprise that filed.
    pub enterprise: Option<EnterpriseId>,
    /// The other party, where it is on the exchange.
    pub counterparty: Option<EnterpriseId>,
    /// What it says.
    pub record: CertificateRecord,
    /// The code that opens its public page; none of those that were not issued here.
    pub code: Option<String>,
    /// The record, signed (JWS, RFC 7515); none of those that were not issued here.
    pub jws: Option<String>,
    /// The last day of the contract, as far as it is told.
    pub expires_on: Option<Date>,
    /// When it was annulled.
    pub annulled_on: Option<Date>,
    /// The licence that replaced it.
    pub replaced_by: Option<CertificateId>,
    /// Where the filer is, for officers whose rights are limited.
    pub commune: String,
    /// Who prepared it; nobody of those that were not issued here.
    pub prepared_by: Option<AccountId>,
    /// Who signed it, or entered it.
    pub signed_by: Option<AccountId>,
    /// When it came into the register.
    pub created_at: Timestamp,
}

impl Certificate {
    /// The identifier of its chain: that of the first one.
    pub fn chain(&self) -> CertificateId {
        self.root.unwrap_or(self.id)
    }

    /// Whether its row tells that it was issued here: it has a code, a signature, or an officer who prepared it. Who writes rows takes away all
    /// three; the store knows further marks.
    pub const fn is_issued_here(&self) -> bool {
        self.code.is_some() || self.jws.is_some() || self.prepared_by.is_some()
    }

    /// The codes of the fields of its technology.
    pub fn fields(&self) -> Vec<String> {
        let fields = self.record.technology.fields.iter();
        fields.map(|field| field.code.clone()).collect()
    }
}

/// A duplicate of a certificate whose paper was lost or spoilt (bản cấp lại). The statute knows none: it is an event of the house, and the
/// certificate stays what it is.
#[derive(Clone, Debug)]
pub struct Duplicate {
    /// Of which certificate.
    pub certificate: CertificateId,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_on: Date,
    /// Why.
    pub reason: String,
    /// What it says beside the certificate.
    pub mark: RecordDuplicate,
    /// Whose account prepared it; none of those of before, which one officer issued alone.
    pub prepared_by: Option<AccountId>,
    /// Whose account issued it.
    pub issued_by: Option<AccountId>,
    /// When it came into the register.
    pub created_at: Timestamp,
}

/// A duplicate that one officer prepared and another one is to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateProposal {
    /// Which one: whoever signs names what was read.
    pub id: Uuid,
    /// Of which certificate.
    pub certificate: CertificateId,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_on: Date,
    /// What became of the paper; none of what was prepared before that was asked for.
    pub cause: Option<DuplicateCause>,
    /// Why.
    pub reason: String,
    /// Who prepared it.
    pub proposed_by: AccountId,
    /// When.
    pub proposed_at: Timestamp,
}

/// What holds today of one certificate of a chain, which is in its order. That a term is over is counted, so that nothing
/// must have run for it.
pub fn validity(chain: &[Certificate], position: i64, today: Date) -> Validity {
    if chain.iter().any(|certificate| certificate.annulled_on.is_some()) {
        return Validity::Annulled;
    }
    if chain.iter().any(|certificate| certificate.replaced_by.is_some()) {
        return Validity::Superseded;
    }
    let Some(last) = chain.last() else {
        return Validity::Valid;
    };
    if last.expires_on.is_some_and(|day| day < today) {
        return Validity::Expired;
    }
    if position < last.position {
        return Validity::Amended;
    }
    Validity::Valid
}
