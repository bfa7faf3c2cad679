//! Dossiers of technology transfer (hồ sơ chuyển giao công nghệ): what is filed under a procedure, by whom, and where it
//! stands. What the law asks of a dossier is in the rule set of its procedure ([`crate::domain::procedure`]); here is what
//! can be said in one.

mod consultation;
mod draft;
mod duty;
pub mod letter_number;
mod paper;
mod parse;
pub mod patent;
pub mod percent;
pub mod persons;
pub mod price;
mod regulated;
pub mod sense;
mod since;
mod subject;
pub mod term;
mod working;

use jiff::Timestamp;

pub use consultation::{Consultation, ConsultationDraft, Consulted, MAX_CONSULTATIONS, consultations};
pub use draft::{
    AmendmentDraft, AppraisalDraft, ApprovalDraft, AttachmentDraft, ChangeDraft, ContractDraft, DossierContent,
    DossierDraft, MoneyDraft, PartyDraft, PaymentShareDraft, ProjectDraft, SupportDraft, TechnologyDraft, TermsDraft,
    is_member,
};
pub use duty::{AGREED_FILER, Duty, DutyReason, Obligation, agreed_filer, filer, obligation};
pub use paper::{DossierFile, MAX_DOSSIER_BYTES, MAX_DOSSIER_FILES, NewPaper, language};
pub use parse::MAX_VND;
pub(crate) use parse::decimal;
pub use regulated::{Screening, licensed_not_registered};
pub use sense::HOME;
pub use since::not_yet;
pub use subject::OpinionSubject;
pub use working::WorkingCopy;

use crate::domain::calendar::{Calendar, deadline_of};
use crate::domain::ids::{AccountId, CertificateId, DossierId, EnterpriseId, InquiryId, ListingId};
use crate::domain::procedure::engine::{self, Happened, Standing};
use crate::domain::procedure::{Event, Procedure, Side, counted};
use crate::domain::text_enum;

text_enum! {
    /// From where to where technology is transferred (LTT 2.8–2.10).
    pub enum TransferDirection {
        /// From abroad into Việt Nam (từ nước ngoài vào Việt Nam).
        Inbound => "inbound",
        /// From Việt Nam abroad (từ Việt Nam ra nước ngoài).
        Outbound => "outbound",
        /// Within Việt Nam (trong nước).
        Domestic => "domestic",
    }
}

text_enum! {
    /// What is transferred (LTT 4; the last four by Law 115/2025, from 1 April 2026).
    pub enum TransferObject {
        /// Know-how (bí quyết kỹ thuật, bí quyết công nghệ).
        KnowHow => "know_how",
        /// Plans, processes, solutions, drawings, formulas, software, data (phương án, quy trình, giải pháp).
        ProcessSolutionData => "process_solution_data",
        /// Rationalisation of production (giải pháp hợp lý hóa sản xuất, đổi mới công nghệ).
        Rationalisation => "rationalisation",
        /// Machinery that goes along (máy móc, thiết bị đi kèm).
        AccompanyingEquipment => "accompanying_equipment",
        /// Models and algorithms (mô hình, thuật toán).
        ModelAlgorithm => "model_algorithm",
        /// Data (dữ liệu).
        Data => "data",
        /// Designs (thiết kế).
        Design => "design",
        /// Software and artificial intelligence (phần mềm, trí tuệ nhân tạo).
        SoftwareAi => "software_ai",
    }
}

text_enum! {
    /// In which form (LTT 5).
    pub enum TransferForm {
        /// By itself (độc lập).
        Independent => "independent",
        /// Within an investment project (dự án đầu tư).
        InvestmentProject => "investment_project",
        /// As a contribution to capital (góp vốn bằng công nghệ).
        CapitalContribution => "capital_contribution",
        /// With a franchise (nhượng quyền thương mại).
        Franchise => "franchise",
        /// With intellectual property (chuyển giao quyền sở hữu trí tuệ).
        IpTransfer => "ip_transfer",
        /// With a sale of machinery (mua, bán máy móc, thiết bị).
        EquipmentSale => "equipment_sale",
        /// Otherwise (hình thức khác).
        Other => "other",
    }
}

text_enum! {
    /// By which means (LTT 6).
    pub enum TransferMethod {
        /// Documents (tài liệu về công nghệ).
        Documents => "documents",
        /// Training (đào tạo).
        Training => "training",
        /// Experts (cử chuyên gia tư vấn kỹ thuật).
        Experts => "experts",
        /// Machinery (máy móc, thiết bị kèm theo).
        Equipment => "equipment",
        /// Otherwise (phương thức khác).
        Other => "other",
    }
}

text_enum! {
    /// Which right is given (LTT 7).
    pub enum TransferRight {
        /// Ownership (chuyển nhượng quyền sở hữu).
        Ownership => "ownership",
        /// Exclusive use (quyền sử dụng độc quyền).
        ExclusiveUse => "exclusive_use",
        /// Use beside others (quyền sử dụng không độc quyền).
        NonExclusiveUse => "non_exclusive_use",
        /// With the right to give it on (được chuyển giao tiếp).
        Sublicensable => "sublicensable",
    }
}

text_enum! {
    /// How it is paid for (LTT 27.2).
    pub enum PaymentMethod {
        /// At once or in instalments (trả một lần hoặc nhiều lần).
        LumpOrInstalments => "lump_or_instalments",
        /// As equity (vốn góp).
        Equity => "equity",
        /// A share of the net selling price (phần trăm giá bán tịnh).
        PctNetSellingPrice => "pct_net_selling_price",
        /// A share of net revenue (phần trăm doanh thu thuần).
        PctNetRevenue => "pct_net_revenue",
        /// A share of profit before tax (phần trăm lợi nhuận trước thuế).
        PctPretaxProfit => "pct_pretax_profit",
        /// Combined, or otherwise (kết hợp).
        CombinedOther => "combined_other",
    }
}

impl PaymentMethod {
    /// Whether it is a share of what comes in later, so that nobody knows the price when the contract is signed.
    pub const fn is_share(self) -> bool {
        matches!(
            self,
            Self::PctNetSellingPrice | Self::PctNetRevenue | Self::PctPretaxProfit
        )
    }
}

text_enum! {
    /// What the technology is by the lists of the decree (LTT 9–11).
    pub enum TechnologyStatus {
        /// Its transfer is encouraged (khuyến khích).
        Encouraged => "encouraged",
        /// Its transfer is restricted (hạn chế).
        Restricted => "restricted",
        /// Its transfer is prohibited (cấm).
        Prohibited => "prohibited",
        /// On no list (không thuộc danh mục).
        Normal => "normal",
    }
}

text_enum! {
    /// Whose an enterprise is, for the statistics.
    pub enum EconomicType {
        /// The State's (nhà nước).
        State => "state",
        /// Others' (ngoài nhà nước).
        NonState => "non_state",
        /// With foreign capital (có vốn đầu tư nước ngoài).
        Fdi => "fdi",
    }
}

text_enum! {
    /// Who transfers to whom, for the statistics.
    pub enum PartnerType {
        /// From abroad into Việt Nam (từ nước ngoài vào Việt Nam).
        ForeignToVn => "foreign_to_vn",
        /// Between enterprises of Việt Nam (giữa các doanh nghiệp trong nước).
        BetweenDomesticEnterprises => "between_domestic_enterprises",
        /// From an institute or university to an enterprise (giữa viện, trường và doanh nghiệp).
        InstituteUniversityToEnterprise => "institute_university_to_enterprise",
    }
}

text_enum! {
    /// Who decides on the policy of the project that the transfer is part of.
    pub enum DecidedBy {
        /// National Assembly, Prime Minister, ministries (trung ương).
        National => "national",
        /// People's Councils and Committees, boards of zones (địa phương).
        Provincial => "provincial",
        /// Nobody: the project needs no decision on its policy, but perhaps a certificate of investment (không thuộc diện chấp thuận chủ
        /// trương đầu tư).
        NotNeeded => "none",
    }
}

text_enum! {
    /// Who decides on the policy of a project on whose technology an opinion is asked for (LTT 14).
    pub enum ProjectDecidedBy {
        /// The National Assembly (Quốc hội).
        NationalAssembly => "national_assembly",
        /// The Prime Minister (Thủ tướng Chính phủ).
        PrimeMinister => "prime_minister",
        /// Others: People's Councils and Committees, boards of zones (cấp tỉnh, ban quản lý).
        Provincial => "provincial",
        /// Nobody (không thuộc diện quyết định chủ trương đầu tư).
        NotNeeded => "none",
    }
}

text_enum! {
    /// What a certificate of amendment registers.
    pub enum AmendmentKind {
        /// A longer term (gia hạn).
        Extension => "extension",
        /// Something changed (sửa đổi).
        Amendment => "amendment",
        /// Something more (bổ sung).
        Supplement => "supplement",
    }
}

text_enum! {
    /// On which side of the contract somebody stands.
    pub enum ContractParty {
        /// Who gives the technology (bên giao).
        Transferor => "transferor",
        /// Who gets it (bên nhận).
        Transferee => "transferee",
    }
}

text_enum! {
    /// How a paper is handed in.
    pub enum PaperForm {
        /// The original (bản gốc).
        Original => "original",
        /// A certified copy (bản sao có chứng thực).
        CertifiedCopy => "certified_copy",
        /// A certified or notarised translation (bản dịch công chứng, chứng thực).
        CertifiedTranslation => "certified_translation",
        /// A signed electronic document (văn bản điện tử có chữ ký số).
        Electronic => "electronic",
    }
}

/// A dossier.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// Identifier.
    pub id: DossierId,
    /// Code of the procedure.
    pub procedure: String,
    /// Version of the rule set; fixed when it is handed in.
    pub rule_version: Option<i64>,
    /// The enterprise that files; nobody on the exchange where an officer entered a paper filing of somebody else.
    pub enterprise: Option<EnterpriseId>,
    /// The other party of the contract, where it is on the exchange.
    pub counterparty: Option<EnterpriseId>,
    /// Whether an officer entered it, who then does what the filer does.
    pub is_paper: bool,
    /// Its number, given when it is handed in.
    pub number: Option<String>,
    /// The dossier that it follows.
    pub follows: Option<DossierId>,
    /// The certificate that it is about: the first one of the chain that it amends, or whose life it follows.
    pub certificate: Option<CertificateId>,
    /// The listing from which it was begun.
    pub listing: Option<ListingId>,
    /// The inquiry of which it came.
    pub inquiry: Option<InquiryId>,
    /// What it says; once it was handed in, as it was handed in last.
    pub content: DossierContent,
    /// What its filer writes since then.
    pub working: WorkingCopy,
    /// Where it stands.
    pub standing: Standing,
    /// The officer who handles it.
    pub handler: Option<AccountId>,
    /// When it was first handed in.
    pub handed_in_at: Option<Timestamp>,
    /// The end of the term that is due next.
    pub due_at: Option<Timestamp>,
    /// When it came to its end.
    pub closed_at: Option<Timestamp>,
    /// Who began it.
    pub created_by: Option<AccountId>,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Row version.
    pub version: i64,
}

impl Dossier {
    /// Whether officers see it: it is in the Department's hands, or was.
    pub fn is_with_officers(&self) -> bool {
        self.is_paper || self.handed_in_at.is_some()
    }

    /// Whether both parties see it. What an officer enters is nobody's before it is handed in.
    pub fn is_with_parties(&self) -> bool {
        self.handed_in_at.is_some()
    }

    /// The commune of the party that files, as far as it is told.
    pub fn commune(&self) -> &str {
        let draft = self.content.draft();
        let communes = [&draft.transferee.commune_code, &draft.transferor.commune_code];
        communes.into_iter().flatten().next().map_or("", String::as_str)
    }

    /// The group of its project.
    pub fn group(&self) -> Option<&str> {
        self.content.draft().project.group.as_deref()
    }

    /// The end of the term that is due next, by a calendar.
    pub fn due_by(&self, rules: &Procedure, calendar: &Calendar) -> Option<Timestamp> {
        self.due_from(&self.standing, rules, calendar)
    }

    /// The same where it stands elsewhere.
    pub fn due_from(&self, standing: &Standing, rules: &Procedure, calendar: &Calendar) -> Option<Timestamp> {
        let due = engine::due(rules, standing, self.group(), calendar);
        due.first().map(|due| deadline_of(due.due_on))
    }

    /// Where it stands by another calendar: ends of open terms that events wrote down are counted anew from what happened to it.
    pub fn standing_by(&self, rules: &Procedure, happened: &[Happened], calendar: &Calendar) -> Standing {
        let told = (&self.standing, happened);
        let mut standing = self.standing.clone();
        standing
            .marks
            .extend(counted::moved(rules, told, self.group(), calendar));
        standing
    }

    /// Whether what it says may be changed: before it is handed in and while it is back with the filer; what nobody files
    /// but officers enter, until it is decided.
    pub fn is_editable(&self, rules: &Procedure) -> bool {
        let is_of_filer = |event: &Event| event.hands_in && event.actor.side() == Side::Filer;
        let is_back = engine::possible(rules, &self.standing).any(is_of_filer);
        let state = rules.state(&self.standing.state);
        let is_open = state.is_none_or(|state| !state.is_final && !state.is_decided) && !rules.text.is_derived;
        is_open && (self.handed_in_at.is_none() || is_back || !rules.is_filed())
    }

    /// The papers that come with what its filer can do now, once it was handed in: what a licence is reported on with.
    pub fn awaited_papers<'a>(&self, rules: &'a Procedure) -> Vec<&'a str> {
        let is_filers = |event: &&Event| event.actor.side() == Side::Filer && !event.hands_in;
        let possible = engine::possible(rules, &self.standing).filter(is_filers);
        let papers = possible.flat_map(|event| &event.documents).map(String::as_str);
        papers.filter(|_| self.handed_in_at.is_some()).collect()
    }
}

/// An event that happened to a dossier.
#[derive(Clone, Debug)]
pub struct DossierEvent {
    /// Which in the order.
    pub number: i64,
    /// The event's code.
    pub event: String,
    /// State before; empty for what opened it.
    pub from_state: String,
    /// State after.
    pub to_state: String,
    /// On which side of the counter it was done.
    pub side: Side,
    /// By which account.
    pub account: Option<AccountId>,
    /// The ground or outcome.
    pub ground: Option<String>,
    /// The words.
    pub note: Option<String>,
    /// The day that came with it.
    pub given_on: Option<jiff::civil::Date>,
    /// The day on which a paper came, where it was entered later.
    pub received_on: Option<jiff::civil::Date>,
    /// The year that a report is about.
    pub year: Option<i16>,
    /// Number of the authority's own letter.
    pub letter_number: Option<String>,
    /// Its day.
    pub letter_on: Option<jiff::civil::Date>,
    /// Whom it was told to.
    pub addressees: Vec<String>,
    /// The day that was promised with it.
    pub promised_on: Option<jiff::civil::Date>,
    /// What an opinion was given on; none of other events, and of what was given before it was kept.
    pub subject: Option<OpinionSubject>,
    /// The last day of its term.
    pub due_on: Option<jiff::civil::Date>,
    /// Whether it was late.
    pub is_late: bool,
    /// When.
    pub at: Timestamp,
}
