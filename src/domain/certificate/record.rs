//! What a certificate says: everything that is printed and signed, whole in itself. Names stand beside codes, so that the
//! document reads the same when lists change, and what is printed is what was signed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Certificate;

/// How the document of a record is set. A document is printed anew from its record to be compared, so that a layout, once
/// used, is never altered: another one gets the next number.
///
/// 1. As it was at first.
/// 2. Numbers are not broken at their hyphens, and days and amounts that an amendment changes are written as elsewhere.
/// 3. What is told in several lines is set in with each of them, as the first one is.
pub const LAYOUT: u16 = 3;

/// Which members records of now know ([`CertificateRecord::edition`]): each set that knows more gets the next number.
///
/// 1. All that there are.
pub const EDITION: u16 = 1;

/// Which kind of paper it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Giấy chứng nhận đăng ký chuyển giao công nghệ.
    Registration,
    /// Giấy chứng nhận đăng ký gia hạn, sửa đổi, bổ sung nội dung chuyển giao công nghệ.
    Amendment,
    /// Giấy phép chuyển giao công nghệ.
    Licence,
}

/// A code with what people call it in Vietnamese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// Who issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Code of the authority, such as `SKHCN-PT`.
    pub code: String,
    /// Name, such as `Sở Khoa học và Công nghệ tỉnh Phú Thọ`.
    pub name: String,
    /// The body above it, printed over its name, such as `Ủy ban nhân dân tỉnh Phú Thọ`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior: Option<String>,
    /// Where it signs, such as `Phú Thọ`.
    pub place: String,
}

/// Who signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// Name.
    pub name: String,
    /// As what, such as `Giám đốc` or `KT. Giám đốc, Phó Giám đốc`.
    pub title: String,
}

/// A party of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordParty {
    /// Name.
    pub name: String,
    /// Name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Legal form (loại hình tổ chức); certificates of before do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_form: Option<Named>,
    /// Tax code (mã số thuế), of parties of Việt Nam.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// Number in a foreign register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_number: Option<String>,
    /// Country.
    pub country: Named,
    /// Address, as the party writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The commune in which that is (xã, phường, đặc khu), of parties of Việt Nam; certificates of before do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<Named>,
    /// The province of the commune, as it was on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<Named>,
    /// Who represents it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    /// As what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative_title: Option<String>,
}

impl RecordParty {
    /// Whether this is another party than one before: by their tax codes, by their names where one of them has none.
    pub fn is_another(&self, before: &Self) -> bool {
        match (&before.tax_code, &self.tax_code) {
            (Some(old), Some(new)) => old != new,
            _ => before.name != self.name,
        }
    }
}

/// The contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordContract {
    /// Number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_on: Option<Date>,
    /// When it takes effect, in its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// Its last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Date>,
    /// How many months it runs (thời hạn), where that is told; what stands from here on certificates of before do not say, but for place
    /// and project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_months: Option<u16>,
    /// In which languages it is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Named>,
    /// Where it is carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The province in which that is, as it was on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<Named>,
    /// The investment project that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The number of that project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_code: Option<String>,
    /// The number of the project's certificate of investment (Giấy chứng nhận đăng ký đầu tư).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub irc_number: Option<String>,
    /// The day of that certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub irc_on: Option<Date>,
}

/// The technology, and how it is transferred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTechnology {
    /// Name.
    pub name: String,
    /// What is transferred.
    #[serde(default)]
    pub objects: Vec<Named>,
    /// Which rights.
    #[serde(default)]
    pub rights: Vec<Named>,
    /// By which means.
    #[serde(default)]
    pub methods: Vec<Named>,
    /// Fields.
    #[serde(default)]
    pub fields: Vec<Named>,
    /// What is made with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products: Option<String>,
    /// Standards and quality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standards: Option<String>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Named>,
    /// Titles of intellectual property in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_titles: Option<String>,
    /// The activity in which it is used (ngành kinh tế): edition of the classification and code, such as `2025:10612`. Certificates of
    /// before say neither this nor what follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Named>,
    /// Symbols of the International Patent Classification, with what their classes are called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipc: Vec<Named>,
    /// Machinery that comes along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machinery: Option<String>,
}

/// A share that is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordShare {
    /// Of what.
    pub method: Named,
    /// How many per cent of it, with up to two decimals.
    pub percent: String,
}

/// What it costs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordMoney {
    /// The price as the contract has it, with up to two decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Its currency (ISO 4217).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The same in đồng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vnd_value: Option<i64>,
    /// How it is paid for.
    #[serde(default)]
    pub payment_methods: Vec<Named>,
    /// The instalments or shares, in the contract's words: of what is paid by a share they are the price (LTT 23.6, 27.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<String>,
    /// The shares that are paid, as numbers; certificates of before do not say them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<RecordShare>,
}

/// A clause that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordChange {
    /// Which.
    pub clause: String,
    /// What it said; nothing for what is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The member of a dossier that it is, where it was told, such as `/contract/ends_on`: days and amounts are printed as elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
}

/// What a certificate of amendment registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAmendment {
    /// Number of the first certificate.
    pub original_number: String,
    /// When that was issued.
    pub original_issued_on: Date,
    /// When the paper was signed by which the parties agreed on it (văn bản gia hạn, sửa đổi, bổ sung).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_on: Option<Date>,
    /// Which in the chain: 1 for the first amendment.
    pub position: i64,
    /// Extension, amendment, supplement.
    pub kinds: Vec<Named>,
    /// The clauses.
    pub changes: Vec<RecordChange>,
    /// By how much the value of the contract becomes more, in đồng; below 0 where it becomes less. Certificates of before do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vnd_delta: Option<i64>,
}

/// The licence that a new one replaces, because its content changed (LTT 30.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordReplaced {
    /// Its number.
    pub number: String,
    /// When it was issued.
    pub issued_on: Date,
}

impl RecordReplaced {
    /// As a new licence names a former one.
    pub fn of(licence: &Certificate) -> Self {
        Self {
            number: licence.record.number.clone(),
            issued_on: licence.record.issued_on,
        }
    }
}

/// The written approval of the transfer of a restricted technology, of which a licence comes (văn bản chấp thuận, LTT 29.4, 30).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordApproval {
    /// Its number.
    pub number: String,
    /// Its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_on: Option<Date>,
    /// Whether it is the appraisal of the technology of a project, because of which no approval was needed (LTT 28.2.a).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_appraisal: bool,
}

/// That a paper is a duplicate of one that was lost or spoilt (bản cấp lại).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDuplicate {
    /// Which one, from 1.
    pub ordinal: i64,
    /// When it was issued.
    pub issued_on: Date,
    /// What became of the paper, such as `bị hỏng`; of those that were issued before that was asked for nothing, and they say that it
    /// was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Named>,
    /// Who signed it.
    pub signer: Signer,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateRecord {
    /// How its document is set.
    pub layout: u16,
    /// Which members it was written by: what it knows and does not tell is absent. Certificates of before, papers that were entered and what
    /// amends these do not say it: what they do not tell nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<u16>,
    /// Which kind it is.
    pub kind: RecordKind,
    /// Number.
    pub number: String,
    /// Who issues.
    pub issuer: Issuer,
    /// When.
    pub issued_on: Date,
    /// The laws by which, in the order in which they are printed.
    pub legal_bases: Vec<String>,
    /// The code of the procedure among the national ones (mã thủ tục hành chính), such as `2.002249`; certificates of before do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure_code: Option<String>,
    /// Number of the dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dossier_number: Option<String>,
    /// Who gives the technology (bên giao).
    pub transferor: RecordParty,
    /// Who gets it (bên nhận).
    pub transferee: RecordParty,
    /// From where to where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Named>,
    /// In which form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Named>,
    /// The technology.
    pub technology: RecordTechnology,
    /// The contract, as it is from now on.
    pub contract: RecordContract,
    /// What it costs, as it is from now on.
    pub money: RecordMoney,
    /// What an amendment changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amendment: Option<RecordAmendment>,
    /// The approval of which a licence comes; licences of before do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<RecordApproval>,
    /// The licence that it replaces, which ended on the day of its issue at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<RecordReplaced>,
    /// Who signs.
    pub signer: Signer,
    /// Of a duplicate: which one it is. All else is as in the certificate itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<RecordDuplicate>,
    /// Where it can be verified: the address in the QR code, with number and verification code.
    pub verify_at: String,
}
