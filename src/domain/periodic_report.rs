//! Periodic statistical reports (báo cáo thống kê định kỳ): figures of certificates, opinions and support within a window of
//! days, on forms that are data. Pure: the same facts give the same report. What the exchange does not hold is entered by
//! whoever publishes, or absent; what a dossier does not tell is a row of its own and never guessed.
//!
//! **Architecture invariant:** sums are exact, in whole đồng; millions are for showing only.

mod a_iv_11;
mod bieu_07;
mod bieu_11;
mod briefing;
pub mod content;
pub mod entered;
pub mod facts;
pub mod forms;
mod groups;
pub mod money;
mod registrations;
pub mod supplied;
pub mod window;

use jiff::civil::Date;

use self::content::{Content, Finding, Source, Table};
use self::facts::Facts;
use self::forms::form;
use self::window::Window;
use crate::domain::dossier::EconomicType;
use crate::domain::taxonomy::InForce;
use crate::domain::text_enum;

text_enum! {
    /// Which form a report fills (biểu mẫu báo cáo).
    pub enum ReportForm {
        /// Certificates by province (Mẫu A.IV.11).
        ByProvince => "a_iv_11",
        /// Registrations of a year (báo cáo tình hình đăng ký chuyển giao công nghệ).
        Registrations => "registrations",
        /// Evaluation, appraisal and transfers of a year (Biểu 07/TKTH-KHCN-ĐP).
        Appraisals => "bieu_07",
        /// Science and technology enterprises, and intermediaries, of a year (Biểu 11/TKTH-KHCN-ĐP).
        Enterprises => "bieu_11",
        /// The Department's briefing to the provincial People's Committee (báo cáo giao ban).
        Briefing => "briefing",
    }
}

impl ReportForm {
    /// Whether it tells values of contracts, which every certificate that is counted must then have.
    pub const fn has_values(self) -> bool {
        !matches!(self, Self::Briefing | Self::Enterprises)
    }

    /// Whether it can be limited to one economic type.
    pub const fn has_filter(self) -> bool {
        matches!(self, Self::ByProvince | Self::Registrations)
    }
}

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which form.
    pub form: ReportForm,
    /// Of which days.
    pub window: Window,
    /// Only certificates of enterprises of this economic type.
    pub economic_type: Option<EconomicType>,
}

impl Wanted {
    /// The days of which facts are needed: the window, and what is cumulated before it.
    pub fn days(&self) -> Window {
        match self.form {
            ReportForm::Briefing => self.window.cumulative(),
            _ => self.window,
        }
    }

    /// Whether a certificate is within what is wanted, whatever its day.
    fn has(&self, certificate: &facts::CertificateFact) -> bool {
        self.economic_type
            .is_none_or(|wanted| certificate.economic_type == Some(wanted))
    }
}

/// A report, and what it counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What it says.
    pub content: Content,
    /// What was counted.
    pub sources: Vec<Source>,
}

/// Counts. Certificates without a value are findings; those whose value was supplied have it by then.
pub fn compute(wanted: &Wanted, facts: &Facts, lists: &InForce) -> Report {
    let within = Facts {
        certificates: facts
            .certificates
            .iter()
            .filter(|one| wanted.has(one))
            .cloned()
            .collect(),
        ..facts.clone()
    };
    let (table, sources) = match wanted.form {
        ReportForm::ByProvince => a_iv_11::fill(wanted, &within, lists),
        ReportForm::Registrations => registrations::fill(wanted, &within, lists),
        ReportForm::Appraisals => bieu_07::fill(wanted, &within, lists),
        ReportForm::Enterprises => bieu_11::fill(wanted),
        ReportForm::Briefing => briefing::fill(wanted, &within),
    };
    let mut findings = findings(wanted, facts, &sources);
    if wanted.form == ReportForm::ByProvince {
        findings.extend(a_iv_11::of_former_provinces(wanted, &within, lists));
    }
    Report {
        content: content(wanted, table, findings, (&facts.reporter, lists.today())),
        sources,
    }
}

fn content(
    wanted: &Wanted,
    table: Table,
    findings: Vec<Finding>,
    (reporter, today): (&facts::Reporter, Date),
) -> Content {
    let form = form(wanted.form);
    Content {
        layout: content::LAYOUT,
        form: wanted.form.as_str().to_owned(),
        form_number: form.number.clone(),
        title_vi: form.title_vi.clone(),
        title_en: form.title_en.clone(),
        legal_basis: form.legal_basis.clone(),
        reporter: reporter.name.clone(),
        superior: reporter.superior.clone(),
        from: wanted.window.from,
        to: wanted.window.to,
        // Of a period that is not over only what has happened is counted.
        counted_until: (today < wanted.window.to).then_some(today),
        cumulative_from: (wanted.form == ReportForm::Briefing).then(|| wanted.window.cumulative().from),
        due_on: forms::due_on(wanted.form, wanted.window),
        economic_type: wanted.economic_type.map(|kind| kind.as_str().to_owned()),
        columns: table.columns,
        rows: table.rows,
        findings,
        sentences: Vec::new(),
    }
}

/// What whoever reads the figures must know.
fn findings(wanted: &Wanted, facts: &Facts, sources: &[Source]) -> Vec<Finding> {
    let count = |holds: &dyn Fn(&Source) -> bool| sources.iter().filter(|source| holds(source)).count();
    let mut found = vec![
        Finding::of(
            "without_value",
            count(&|source| source.lacks_value),
            "Giấy chứng nhận, Giấy phép chưa ghi giá trị bằng đồng; chưa tính vào giá trị.",
            "Certificates without a value in đồng; the values do not have them.",
        ),
        Finding::of(
            "supplied_value",
            count(&|source| source.is_value_supplied),
            "Giấy chứng nhận, Giấy phép có giá trị do người công bố bổ sung.",
            "Certificates whose value was supplied by whoever published.",
        ),
        Finding::of(
            "annulled",
            count(&|source| source.is_annulled),
            "Giấy chứng nhận, Giấy phép đã cấp trong kỳ mà giấy đó, giấy sửa đổi hoặc giấy phép thay thế nó sau đó bị hủy bỏ hiệu lực; vẫn được tính là đã cấp.",
            "Certificates that were annulled since, themselves or in what amended or replaced them; they count as issued.",
        ),
        Finding::of(
            "same_dossier",
            count(&|source| source.is_again),
            "Ý kiến cho lại đối với cùng một hồ sơ trong kỳ (công nghệ của dự án thay đổi); mỗi ý kiến được tính một lần.",
            "Opinions on a dossier that got one within the period already, as the technology changed; each counts.",
        ),
    ];
    let of_others = facts.of_others.iter().filter(|day| wanted.window.has(**day));
    found.push(Finding::of(
        "other_authority",
        of_others.count(),
        "Giấy chứng nhận, Giấy phép trong sổ do cơ quan khác cấp mà không cơ quan nào ở đây kế thừa; không được tính.",
        "Certificates of the register that another authority issued, whose place nobody here took; they are not counted.",
    ));
    found.push(Finding::of(
        "awaiting_information",
        facts.waiting,
        "Hồ sơ cho ý kiến về công nghệ đã yêu cầu bổ sung thông tin và cuối kỳ còn chờ; chưa tính là đã cho ý kiến.",
        "Projects of which more information was asked for, and is waited for at the end of the period; no opinion is counted of them yet.",
    ));
    if wanted.economic_type.is_some() {
        let unknown = facts
            .certificates
            .iter()
            .filter(|one| wanted.window.has(one.issued_on) && one.economic_type.is_none());
        found.push(Finding::of(
            "unknown_economic_type",
            unknown.count(),
            "Giấy chứng nhận, Giấy phép chưa rõ loại hình kinh tế; không nằm trong phạm vi lọc.",
            "Certificates of an unknown economic type; the filter leaves them out.",
        ));
    }
    if wanted.form == ReportForm::Enterprises {
        found.extend(bieu_11::on_the_exchange(&facts.organisations));
    }
    found.retain(|finding| finding.count > 0);
    found
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
