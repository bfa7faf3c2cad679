//! Letters that the exchange sends (thư điện tử): what each says is told here by its facts; words are put to it in the
//! reader's language when it is sent.

mod kinds;
mod parts;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::confidential::{GrantMoved, GrantNews};
pub use parts::{
    ComplaintNews, Digest, DigestLine, DossierLine, DossierNews, DossierTurn, DueLine, Ends, InquiryNews, ListingEnd,
    NoticeNews, PaperEnd, PaperRuling, RightEnd, RightName, Ruling, TakedownLine, TermNews, Words,
};

/// What a letter is about. Tokens in it are secrets: a letter is kept sealed, and is emptied once it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// Somebody registers an enterprise with this address (xác nhận đăng ký).
    ConfirmRegistration {
        /// Proves that the letter was read.
        token: String,
        /// Name of the enterprise.
        enterprise: String,
    },
    /// Somebody opens an account with this address (xác nhận tài khoản).
    ConfirmAccount {
        /// Proves that the letter was read.
        token: String,
    },
    /// Somebody registers with an address that has an account already (địa chỉ đã có tài khoản).
    AddressKnown,
    /// Somebody registers an enterprise whose tax code waits for review or is suspended (mã số thuế đã đăng ký).
    TaxCodeKnown {
        /// Name that was typed.
        enterprise: String,
        /// Whether it is the personal number of a household or an individual, which has no tax code.
        #[serde(default)]
        is_personal: bool,
    },
    /// A new password was asked for (đặt lại mật khẩu).
    ResetPassword {
        /// Opens the setting of a new password.
        token: String,
    },
    /// The password was changed (mật khẩu đã đổi).
    PasswordChanged,
    /// The address is to be proved again (xác nhận địa chỉ).
    ConfirmAddress {
        /// Proves that the letter was read.
        token: String,
    },
    /// The address is to be given up for another one; to the present address.
    GiveUpAddress {
        /// Agrees.
        token: String,
        /// The new address.
        new: String,
    },
    /// This address is to become an account's; to the new address.
    TakeAddress {
        /// Proves that the letter was read.
        token: String,
    },
    /// The address was changed; to the former one.
    AddressChanged {
        /// The new address.
        new: String,
    },
    /// A refresh token came a second time: somebody has a copy, and the session was ended.
    SessionStolen {
        /// When.
        at: Timestamp,
        /// From where, as far as known.
        ip: Option<String>,
    },
    /// The second factor was set up, or removed.
    FactorChanged {
        /// Whether there is one now.
        enrolled: bool,
    },
    /// One of the few recovery codes was used.
    RecoveryCodeUsed {
        /// How many are left.
        left: u32,
    },
    /// The recovery codes were replaced by new ones.
    RecoveryCodesMade,
    /// Two officers removed the second factor.
    FactorReset {
        /// Whether the password was good enough beside it only, and opens nothing any more.
        #[serde(default)]
        new_password: bool,
    },
    /// An invitation to an enterprise (lời mời tham gia).
    Invitation {
        /// Accepts or declines.
        token: String,
        /// Name of the enterprise.
        enterprise: String,
        /// Role that is offered.
        role: String,
    },
    /// Somebody asks to be admitted; to the owners.
    JoinRequested {
        /// Name of the person.
        person: String,
        /// Name of the enterprise.
        enterprise: String,
    },
    /// The owner decided, or an officer where there was none; to who asked.
    JoinDecided {
        /// Name of the enterprise.
        enterprise: String,
        /// What was decided.
        approved: bool,
        /// Whether an officer did, who admits owners alone. Letters of before do not tell.
        #[serde(default)]
        by_exchange: bool,
    },
    /// The role was changed; to the member.
    RoleChanged {
        /// Name of the enterprise.
        enterprise: String,
        /// The new role.
        role: String,
    },
    /// Removed from the enterprise; to the former member.
    Removed {
        /// Name of the enterprise.
        enterprise: String,
    },
    /// A key for the enterprise's systems was made; to the owners.
    KeyMade {
        /// Name of the key.
        name: String,
    },
    /// The Department opened an account; to the new officer.
    OfficerAppointed {
        /// Opens the setting of the first password.
        token: String,
    },
    /// The rights were changed; to the officer.
    OfficerChanged,
    /// A request about one's data was taken up; the receipt, with its term.
    DataRequestAcknowledged {
        /// What was asked.
        request: String,
        /// When it came.
        received_at: Timestamp,
        /// Until when it is dealt with.
        fulfil_by: Timestamp,
    },
    /// Terms of data requests end, or ended; to the officers who handle them.
    DataRequestsDue {
        /// Which.
        lines: Vec<DueLine>,
    },
    /// The term of a listing ends; to the owners of its enterprise (tin sắp hết hạn).
    ListingEnds {
        /// What the listing is called.
        title: String,
        /// When.
        expires_at: Timestamp,
    },
    /// The term of a listing ended; to the owners of its enterprise (tin đã hết hạn).
    ListingExpired {
        /// What the listing is called.
        title: String,
        /// When.
        expires_at: Timestamp,
    },
    /// The terms of several listings end, or ended; to the owners of their enterprise, once a day (tin sắp hết hạn).
    ListingsEnd {
        /// Which, the first to end first.
        lines: Vec<ListingEnd>,
        /// How many more there are.
        more: u32,
    },
    /// The list of regulated technologies says something stricter of public listings than everybody sees; to officers who review
    /// them (danh mục công nghệ đã thay đổi).
    ListingsOvertaken {
        /// How many the officer reviews.
        count: u64,
    },
    /// Something waits for long; to officers who may decide on it, in the morning (nhắc hồ sơ, tin chờ duyệt).
    ReviewDigest(Digest),
    /// Terms of requests to take listings down end, or ended; to officers who may carry them out (yêu cầu gỡ bỏ sắp hết hạn).
    TakedownsDue {
        /// Which.
        lines: Vec<TakedownLine>,
    },
    /// An officer suspended a listing; to the owners of its enterprise (tin bị tạm ngừng).
    ListingSuspended {
        /// What the listing is called.
        title: String,
        /// Why, in the officer's words.
        reason: String,
    },
    /// The suspension was lifted; to the owners (tin hiển thị lại).
    ListingReinstated {
        /// What the listing is called.
        title: String,
    },
    /// An officer found what a listing is under the law on technology transfer; to the owners (phân nhóm công nghệ).
    ListingClassified {
        /// What the listing is called.
        title: String,
        /// The class.
        class: String,
        /// Why, in the officer's words.
        note: String,
    },
    /// An officer read what a listing does not tell everybody; to the owners (cán bộ xem phần bảo mật).
    ConfidentialInspected {
        /// What the listing is called.
        title: String,
        /// Why, in the officer's words.
        reason: String,
    },
    /// What a listing does not tell everybody was granted to an enterprise; to its owners (được cấp quyền xem).
    ConfidentialGranted(GrantNews),
    /// The enterprise to which something was granted was merged into another one; to the owners of the listing.
    ConfidentialGrantMoved(GrantMoved),
    /// A listing was taken down at an authority's request; to the owners (tin bị gỡ).
    ListingTakenDown {
        /// What the listing is called.
        title: String,
        /// Which authority.
        authority: String,
        /// Number of its letter.
        reference: String,
    },
    /// A listing that was taken down was brought back; to the owners (tin được khôi phục).
    ListingRestored {
        /// What the listing is called.
        title: String,
        /// Why, in the officer's words.
        reason: String,
        /// Whether something else still keeps it from the public.
        #[serde(default)]
        still_held: bool,
    },
    /// An officer decided on a report of abuse; to who made it (trả lời phản ánh).
    ReportAnswered {
        /// What the listing is called.
        title: String,
        /// Whether the report is right.
        upheld: bool,
        /// The answer, in the officer's words.
        answer: String,
    },
    /// What became of a notice about intellectual property; to who sent it, and to the owners.
    IpNotice(NoticeNews),
    /// What became of a complaint; to who complained, and to the owners.
    Complaint(ComplaintNews),
    /// Something was done with an inquiry; to the owners of the other side (tin về phiếu bày tỏ quan tâm).
    Inquiry(InquiryNews),
    /// An officer did something with a dossier; to the owners of the enterprise that filed it (tin về hồ sơ).
    Dossier(DossierNews),
    /// An officer proposed something; to those who may sign it (trình ký).
    DossierProposed(DossierNews),
    /// Another officer took a proposal back, or does not sign it; to who proposed it (rút trình, không ký).
    DossierProposalWithdrawn(DossierNews),
    /// Terms of dossiers were missed; to the officer who handles them (hồ sơ quá hạn).
    DossiersOverdue {
        /// Which.
        lines: Vec<DossierLine>,
    },
    /// Officers missed terms of dossiers; to those who sign (báo cáo cấp trên).
    DossiersEscalated {
        /// Which.
        lines: Vec<DossierLine>,
    },
    /// A term of a dossier that is the enterprise's ends, or ended; to its owners (nhắc hạn).
    DossierTerm(TermNews),
    /// The account was suspended; to its owner.
    AccountSuspended {
        /// Why, in the officer's words.
        reason: String,
    },
    /// The account was opened again; to its owner.
    AccountReinstated,
    /// The name of the legal representative was erased; to the owners (đã xóa tên người đại diện pháp luật).
    RepresentativeErased {
        /// What it is called.
        enterprise: String,
    },
    /// The contact person's data were erased; to the owners of the enterprise.
    ContactErased {
        /// Name of the enterprise.
        enterprise: String,
        /// Name of the owner who is the contact person now; nobody when absent.
        successor: Option<String>,
    },
    /// An officer decided on what was handed in; to the owners (kết quả duyệt).
    #[serde(alias = "amendment_decided")]
    ReviewDecided(Ruling),
    /// The other side wrote about what was handed in; to the owners, or to an officer (trao đổi).
    ReviewMessage(Words),
    /// The term of an enterprise's verification ends soon.
    VerificationEnds {
        /// Name of the enterprise.
        enterprise: String,
        /// When.
        expires_at: Timestamp,
    },
    /// It ended.
    VerificationExpired {
        /// Name of the enterprise.
        enterprise: String,
        /// When.
        expires_at: Timestamp,
    },
    /// The Department halted an enterprise; to its owners.
    EnterpriseSuspended {
        /// Its name.
        enterprise: String,
        /// Why, in the officer's words.
        reason: String,
    },
    /// The halted enterprise goes on; to its owners.
    EnterpriseReinstated {
        /// Its name.
        enterprise: String,
    },
    /// An enterprise takes part no more; to its owners.
    EnterpriseClosed {
        /// Its name.
        enterprise: String,
        /// Why, in the officer's words, where an officer closed it.
        reason: Option<String>,
    },
    /// It takes part again.
    EnterpriseReopened {
        /// Its name.
        enterprise: String,
    },
    /// An officer's verdict on a document of the profile; to its owners.
    DocumentDecided(PaperRuling),
    /// The last day of a document of the profile comes near; to its owners.
    DocumentEnds(PaperEnd),
    /// A right that a public listing names ends, or ended; to its owners (quyền sở hữu trí tuệ hết hạn).
    RightEnds(RightEnd),
    /// Two registrations became one; to the owners of both.
    EnterpriseMerged {
        /// Name of the one that went.
        enterprise: String,
        /// Name of the one that stays.
        into: String,
    },
    /// A registration that was never approved became part of an enterprise; to its members, who are in none now.
    MergedUnverified {
        /// Name of the one that went.
        enterprise: String,
        /// Name of the one that stays.
        into: String,
    },
    /// What was asked about one's data was answered.
    DataRequestAnswered {
        /// The answer.
        answer: String,
    },
}

#[cfg(test)]
mod tests;
