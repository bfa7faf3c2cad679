//! What rule sets say in words of their own: who does something, in what terms are counted, what comes of missing them.

use crate::domain::text_enum;

text_enum! {
    /// Whom the law names as the one who does something.
    pub enum Actor {
        /// Both parties of the contract (các bên).
        Parties => "parties",
        /// The party that must register (bên có nghĩa vụ đăng ký).
        ResponsibleParty => "responsible_party",
        /// Who filed (người nộp hồ sơ).
        Applicant => "applicant",
        /// Who has the certificate (người được cấp).
        Holder => "holder",
        /// Who has the licence (người được cấp phép).
        Licensee => "licensee",
        /// Whose project it is (chủ đầu tư).
        ProjectOwner => "project_owner",
        /// The authority that decides (cơ quan có thẩm quyền).
        Authority => "authority",
        /// The authority that issued the certificate (cơ quan đã cấp).
        IssuingAuthority => "issuing_authority",
        /// The authority that licenses (cơ quan cấp phép).
        LicensingAuthority => "licensing_authority",
        /// The Department (Sở Khoa học và Công nghệ).
        Department => "department",
        /// The specialised agency (cơ quan chuyên ngành).
        SectorAgency => "sector_agency",
        /// The registrar of investments (cơ quan đăng ký đầu tư).
        InvestmentRegistrar => "investment_registration_agency",
        /// The agency of finance or incentives (cơ quan tài chính, cơ quan cho hưởng ưu đãi).
        FinanceAgency => "finance_or_incentive_agency",
        /// What comes by itself when a day is there (hệ thống).
        System => "system",
    }
}

text_enum! {
    /// On which side of the counter somebody stands.
    pub enum Side {
        /// The enterprise that files.
        Filer => "filer",
        /// The Department's officers, who also enter what other agencies do.
        Officer => "officer",
    }
}

impl Actor {
    /// On which side of the counter it stands.
    pub const fn side(self) -> Side {
        match self {
            Self::Parties
            | Self::ResponsibleParty
            | Self::Applicant
            | Self::Holder
            | Self::Licensee
            | Self::ProjectOwner => Side::Filer,
            _ => Side::Officer,
        }
    }

    /// What people call it.
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Parties => ("các bên", "the parties"),
            Self::ResponsibleParty => ("bên có nghĩa vụ đăng ký", "the party that must register"),
            Self::Applicant => ("người nộp hồ sơ", "the applicant"),
            Self::Holder => ("người được cấp", "the holder"),
            Self::Licensee => ("người được cấp phép", "the licensee"),
            Self::ProjectOwner => ("chủ đầu tư", "the owner of the project"),
            Self::Authority => ("cơ quan có thẩm quyền", "the authority"),
            Self::IssuingAuthority => ("cơ quan đã cấp Giấy chứng nhận", "the issuing authority"),
            Self::LicensingAuthority => ("cơ quan cấp phép", "the licensing authority"),
            Self::Department => ("Sở Khoa học và Công nghệ", "the Department"),
            Self::SectorAgency => ("cơ quan chuyên ngành", "the specialised agency"),
            Self::InvestmentRegistrar => ("cơ quan đăng ký đầu tư", "the registrar of investments"),
            Self::FinanceAgency => (
                "cơ quan tài chính, cơ quan cho hưởng ưu đãi",
                "the agency of finance or incentives",
            ),
            Self::System => ("hệ thống, khi đến hạn", "the exchange, when the day is there"),
        }
    }
}

text_enum! {
    /// What a term is counted in.
    pub enum Unit {
        /// Working days (ngày làm việc).
        WorkingDay => "working_day",
        /// Days (ngày).
        CalendarDay => "calendar_day",
        /// By a day of the year after (trước ngày … hằng năm).
        DayOfYear => "day_of_year",
    }
}

text_enum! {
    /// What comes of a term that is missed.
    pub enum IfMissed {
        /// It is done all the same and marked late (nộp muộn).
        LateFlag => "late_flag",
        /// The superior is told (báo cáo cấp trên).
        Escalate => "escalate",
        /// What was not objected to counts as complete (coi như đầy đủ).
        TreatAsComplete => "treat_as_complete",
        /// Alert; where an event promises another day, a letter of apology (cảnh báo quá hạn): [`owed`](super::engine::owed).
        OverdueAlert => "overdue_alert",
        /// It cannot be done any more, and the exchange refuses the dossier (từ chối): [`refusal_day`](super::engine::refusal_day).
        AutoRefuse => "auto_refuse",
        /// It cannot be done any more (hết hạn thực hiện).
        Bars => "bars",
        /// Marked for enforcement (cưỡng chế), by an event of the exchange that waits for the end of the term.
        EnforcementFlag => "enforcement_flag",
    }
}

impl IfMissed {
    /// Whether it cannot be done any more once the term is over.
    pub const fn bars(self) -> bool {
        matches!(self, Self::AutoRefuse | Self::Bars)
    }
}

text_enum! {
    /// How sure a rule is.
    pub enum Verification {
        /// Held against a text of the law (đã đối chiếu).
        Verified => "verified",
        /// Not held against one yet, or a rule of the house (chưa đối chiếu).
        Unverified => "unverified",
    }
}

text_enum! {
    /// What an event issues.
    pub enum Issues {
        /// A certificate of registration (giấy chứng nhận đăng ký).
        Registration => "registration",
        /// A certificate of an extension, amendment or supplement (giấy chứng nhận gia hạn, sửa đổi, bổ sung).
        Amendment => "amendment",
        /// A licence (giấy phép).
        Licence => "licence",
    }
}

text_enum! {
    /// What an event is counted as in periodic reports.
    pub enum CountsAs {
        /// An opinion on the technology of a project (thẩm định, cho ý kiến công nghệ dự án đầu tư).
        Opinion => "opinion",
        /// A product whose protection was supported (hỗ trợ bảo hộ sở hữu công nghiệp).
        IpSupport => "ip_support",
    }
}
