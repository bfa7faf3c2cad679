//! Identifiers: UUID version 7 (RFC 9562), one type per kind of thing so that they cannot be mixed up.

use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Where new identifiers come from. Only the program's wiring makes a real one.
pub trait Ids: Send + Sync + 'static {
    /// A fresh UUIDv7. Later calls sort after earlier ones within one process.
    fn next(&self) -> Uuid;
}

macro_rules! id_type {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )+};
}

id_type! {
    /// An enterprise or organisation on the exchange (doanh nghiệp, tổ chức).
    EnterpriseId,
    /// A person's account (tài khoản).
    AccountId,
    /// One signed-in device (phiên đăng nhập).
    SessionId,
    /// A listing (tin niêm yết).
    ListingId,
    /// What is to change of a published listing (bản sửa đổi).
    RevisionId,
    /// That an enterprise may read what a listing does not tell everybody (quyền xem phần bảo mật).
    ConfidentialGrantId,
    /// A file of a listing (tệp đính kèm).
    FileId,
    /// A document of an enterprise's profile (giấy tờ của hồ sơ).
    DocumentId,
    /// A file of a dossier's papers (tệp giấy tờ của hồ sơ thủ tục).
    DossierFileId,
    /// One run of an import.
    ImportId,
    /// A file of listings that an enterprise sent (lần nhập tin).
    ListingImportId,
    /// A file of enterprises that an officer sent (lần nhập doanh nghiệp).
    EnterpriseImportId,
    /// A key of an enterprise's own systems (khóa API).
    ApiKeyId,
    /// A secret that was sent by mail.
    ProofId,
    /// A letter (thư điện tử).
    LetterId,
    /// Something asked by an address, which waits to be decided.
    AskId,
    /// A device that somebody signed in with (thiết bị quen).
    DeviceId,
    /// An invitation to an enterprise (lời mời).
    InvitationId,
    /// A request to be admitted to an enterprise (yêu cầu tham gia).
    JoinRequestId,
    /// A request of two officers to remove a third one's second factor.
    FactorResetId,
    /// What else an entry of a list is called in files (tên gọi khác khi nhập tin).
    ImportAliasId,
    /// A word that listings are held against (từ khóa kiểm duyệt).
    ScreeningTermId,
    /// What the Department keeps beside the vocabulary of searches (mục từ vựng).
    VocabularyEntryId,
    /// What was learned for that vocabulary (từ vựng đề xuất).
    VocabularyCandidateId,
    /// A request of an authority to take a listing down (yêu cầu gỡ bỏ).
    TakedownId,
    /// What somebody says is wrong with a listing (phản ánh vi phạm).
    ReportId,
    /// A notice that a listing infringes intellectual property (thông báo xâm phạm).
    IpNoticeId,
    /// An inquiry about a listing (phiếu bày tỏ quan tâm).
    InquiryId,
    /// A dossier of a procedure (hồ sơ).
    DossierId,
    /// A certificate (Giấy chứng nhận, Giấy phép).
    CertificateId,
    /// A published statistical report (báo cáo thống kê đã công bố).
    PeriodicReportId,
    /// A complaint about an enterprise (khiếu nại).
    ComplaintId,
    /// A version of a policy document (văn bản).
    PolicyId,
    /// A consent (đồng ý).
    ConsentId,
    /// What a person asked about his or her data (yêu cầu của chủ thể dữ liệu).
    DataRequestId,
}
