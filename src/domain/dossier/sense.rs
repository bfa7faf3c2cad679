//! Whether what a dossier says makes sense in itself: what its checklist asks for where something else is so, parties that fit
//! the direction of the transfer, and that no days stand before others that must come first.

use jiff::civil::Date;

use super::draft::DossierContent;
use super::{DecidedBy, TechnologyStatus, TransferDirection, TransferForm, persons, term};
use crate::domain::fields::{LawFault, Violation};
use crate::domain::procedure::{ChecklistDraft, Event, MarkFrom, Procedure};

/// Where the law says what the directions are.
const DIRECTIONS: &str = "Luật CGCN Đ.2.8–2.10";
/// Where it says that technology goes from one to another.
const TRANSFER: &str = "Luật CGCN Đ.2.7";
/// Where it says in which forms technology is transferred.
const FORMS: &str = "Luật CGCN Đ.5";
/// Where the decree tells investments abroad from others.
const ABROAD: &str = "NĐ 76/2018 Đ.6";
/// Where it asks for the term of a contract.
const TERM: &str = "Luật CGCN Đ.23.7";
/// Where it asks for the price.
const PRICE: &str = "Luật CGCN Đ.23.6";
/// Where the price in đồng is what the fee is of.
const RATE: &str = "TT 169/2016/TT-BTC";
/// No paper that is entered is older: a bound of the house, against slips.
pub const OLDEST: Date = Date::constant(1990, 1, 1);
/// The home of parties that are not abroad.
pub const HOME: &str = "VN";

/// Something wrong, at a JSON pointer into the content.
pub type Fault = (String, Violation);

impl DossierContent {
    /// Whether an item of a checklist is asked for: always, or because of what another member says.
    pub fn is_asked_for(&self, item: &ChecklistDraft) -> bool {
        let Some(member) = item.only_if.as_deref() else {
            return true;
        };
        if item.is.is_none() && item.is_not.is_none() {
            return self.says(member);
        }
        let told = self.texts(member);
        let has = |value: &String| told.contains(value);
        !told.is_empty() && item.is.as_ref().is_none_or(has) && !item.is_not.as_ref().is_some_and(has)
    }

    /// Whether an item of a checklist has another value than those that are taken.
    pub fn is_none_of(&self, item: &ChecklistDraft) -> bool {
        let told = self.texts(&item.member);
        !item.one_of.is_empty() && told.iter().any(|value| !item.one_of.contains(value))
    }

    /// Whether the technology is one that nobody may transfer.
    pub fn is_prohibited(&self) -> bool {
        self.0.technology_status.as_deref() == Some(TechnologyStatus::Prohibited.as_str())
    }

    /// The last day of the contract, or whatever day a member tells.
    pub fn day(&self, pointer: &str) -> Option<Date> {
        self.texts(pointer).first()?.parse().ok()
    }
}

/// What a party is not: on this side of the border, or on that one.
fn stands_wrong(direction: TransferDirection, is_giver: bool, country: &str) -> bool {
    let is_home = country == HOME;
    match (direction, is_giver) {
        (TransferDirection::Domestic, _)
        | (TransferDirection::Inbound, false)
        | (TransferDirection::Outbound, true) => !is_home,
        (TransferDirection::Inbound, true) | (TransferDirection::Outbound, false) => is_home,
    }
}

/// What is wrong with one party in both places.
pub fn one_party() -> Violation {
    let words = (
        "Bên giao và bên nhận phải là hai tổ chức, cá nhân khác nhau".to_owned(),
        "Who gives a technology and who gets it are two".to_owned(),
    );
    LawFault::of(words, TRANSFER)
}

/// Whether the parties of a paper that was issued are two, as far as their numbers tell it: what it says it says.
pub fn are_two(content: &DossierContent) -> Option<Fault> {
    let draft = content.draft();
    let (giver, taker) = (&draft.transferor, &draft.transferee);
    let is_same_code = giver.tax_code.is_some() && giver.tax_code == taker.tax_code;
    let is_same_abroad =
        giver.foreign_id.is_some() && giver.foreign_id == taker.foreign_id && giver.country == taker.country;
    let member = if is_same_code { "tax_code" } else { "foreign_id" };
    (is_same_code || is_same_abroad).then(|| (format!("/transferor/{member}"), one_party()))
}

/// Whether the parties are two, and stand where the direction says. Nothing is said of what is not told.
pub fn parties(content: &DossierContent) -> Vec<Fault> {
    let draft = content.draft();
    let (giver, taker) = (&draft.transferor, &draft.transferee);
    let one = persons::one(giver.into(), taker.into());
    let mut faults: Vec<Fault> = one
        .map(|(member, wrong)| (format!("/transferor/{member}"), wrong))
        .into_iter()
        .collect();
    faults.extend(told_direction(content));
    faults
}

/// Whether a transfer by itself has somebody who decides on its project: it has no project (Luật CGCN Đ.5).
fn decision(content: &DossierContent) -> Option<Fault> {
    let draft = content.draft();
    let is_independent = draft.form.as_deref() == Some(TransferForm::Independent.as_str());
    let is_decided = draft
        .decided_by
        .as_deref()
        .is_some_and(|by| by != DecidedBy::NotNeeded.as_str());
    let words = (
        "Chuyển giao công nghệ độc lập không thuộc dự án đầu tư nên không có cấp quyết định; hãy bỏ trống, hoặc sửa hình thức \
         chuyển giao"
            .to_owned(),
        "A transfer by itself is of no project on which somebody decides; leave it out, or correct the form of transfer".to_owned(),
    );
    (is_independent && is_decided).then(|| ("/decided_by".to_owned(), LawFault::of(words, FORMS)))
}

/// The members of a project that a transfer by itself tells all the same: it has none (Luật CGCN Đ.5), and who decides on that is asked of what
/// has one only.
fn project(content: &DossierContent) -> Vec<Fault> {
    let draft = content.draft();
    if draft.form.as_deref() != Some(TransferForm::Independent.as_str()) {
        return Vec::new();
    }
    let contract = &draft.contract;
    let told = [
        ("/contract/project", contract.project.is_some()),
        ("/contract/project_code", contract.project_code.is_some()),
        ("/contract/irc_number", contract.irc_number.is_some()),
    ];
    let told = told.into_iter().filter(|(_, is_told)| *is_told);
    told.map(|(member, _)| (member.to_owned(), LawFault::of(no_project(), FORMS)))
        .collect()
}

fn no_project() -> (String, String) {
    (
        "Chuyển giao công nghệ độc lập không thuộc dự án đầu tư; hãy bỏ trống, hoặc sửa hình thức chuyển giao thành investment_project và ghi \
         cấp quyết định dự án (/decided_by)"
            .to_owned(),
        "A transfer by itself is of no project; leave it out, or correct the form of transfer to investment_project and tell who decides on the \
         project (/decided_by)"
            .to_owned(),
    )
}

/// What a dossier tells and cannot, whoever the parties are and whatever day it is: told while it is written, and refused when it is handed
/// in.
pub fn contradictions(content: &DossierContent, rules: &Procedure) -> Vec<Fault> {
    let asks = |member: &str| rules.text.checklist.iter().any(|item| item.member == member);
    let mut faults = Vec::new();
    if asks("/decided_by") {
        faults.extend(decision(content));
        faults.extend(project(content));
    }
    faults.extend(abroad(content).filter(|_| asks("/invests_abroad")));
    faults.extend(content.other_languages(rules));
    faults
}

/// Whether something else than a transfer abroad is told to be part of an investment abroad.
fn abroad(content: &DossierContent) -> Option<Fault> {
    let draft = content.draft();
    let is_outbound = draft.direction.as_deref()? == TransferDirection::Outbound.as_str();
    let words = (
        "Chỉ chuyển giao từ Việt Nam ra nước ngoài mới thuộc dự án đầu tư ra nước ngoài; hãy bỏ trống, hoặc sửa chiều chuyển giao".to_owned(),
        "Only what is transferred abroad is part of an investment abroad; leave it out, or correct the direction".to_owned(),
    );
    let is_wrong = draft.invests_abroad == Some(true) && !is_outbound;
    is_wrong.then(|| {
        (
            "/invests_abroad".to_owned(),
            LawFault::coded("conflicts", words, ABROAD),
        )
    })
}

/// The letters that are of a day that has not come: by which an opinion is asked for, the appraisal of a project, an approval.
pub fn letters(content: &DossierContent, today: Date) -> impl Iterator<Item = Fault> {
    const MEMBERS: [&str; 3] = ["/project/letter_on", "/project/appraised_on", "/approval/approved_on"];
    let to_come = MEMBERS
        .into_iter()
        .filter(move |member| content.day(member).is_some_and(|day| day > today));
    to_come.map(|member| (member.to_owned(), Violation::Malformed { what: "past_day" }))
}

/// Whether the direction that is told fits the countries that are.
pub fn told_direction(content: &DossierContent) -> Option<Fault> {
    let draft = content.draft();
    let countries = draft
        .transferor
        .country
        .as_deref()
        .zip(draft.transferee.country.as_deref());
    let wrong = direction(draft.direction.as_deref(), countries?)?;
    Some(("/direction".to_owned(), wrong))
}

/// Whether a direction fits the countries from which and to which technology goes; nothing of one that is not told.
pub fn direction(direction: Option<&str>, (from, to): (&str, &str)) -> Option<Violation> {
    let direction: TransferDirection = direction?.parse().ok()?;
    if !stands_wrong(direction, true, from) && !stands_wrong(direction, false, to) {
        return None;
    }
    let words = (
        format!("Không khớp với quốc gia của các bên: bên giao {from}, bên nhận {to}"),
        format!("Does not fit the countries of the parties: from {from} to {to}"),
    );
    Some(LawFault::of(words, DIRECTIONS))
}

/// Slips in what is paid: a value of nothing, and a rate of a day that has not come. Each with the article of the checklist that
/// asks for it, or with the usual one.
pub fn money(content: &DossierContent, checklist: &[ChecklistDraft], today: Date) -> Vec<Fault> {
    let draft = content.draft();
    let fault = |member: &str, (vi, en): (&str, &str), usual: &str| {
        let item = checklist.iter().find(|item| item.member == member);
        let basis = item.map_or(usual, |item| &item.legal_basis);
        (member.to_owned(), LawFault::of((vi.to_owned(), en.to_owned()), basis))
    };
    let is_nothing = |amount: &str| amount.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let values = [
        ("/money/amount", draft.money.amount.as_deref().is_some_and(is_nothing)),
        (
            "/money/vnd_value",
            draft.money.vnd_value.is_some_and(|value| value <= 0),
        ),
        (
            "/amendment/new_vnd_value",
            draft.amendment.new_vnd_value.is_some_and(|value| value <= 0),
        ),
    ];
    let nothing = ("Giá trị phải lớn hơn 0", "The value must be above 0");
    let wrong = values.into_iter().filter(|(_, is_wrong)| *is_wrong);
    let mut faults: Vec<Fault> = wrong.map(|(member, _)| fault(member, nothing, PRICE)).collect();
    if content.day("/money/exchange_rate_on").is_some_and(|day| day > today) {
        let words = ("Ngày áp dụng tỷ giá chưa đến", "The day of the rate has not come yet");
        faults.push(fault("/money/exchange_rate_on", words, RATE));
    }
    faults
}

/// What cannot be of the days of a paper that is entered: nothing was issued before its contract was signed, and no contract
/// ended before that.
pub fn paper_days(content: &DossierContent, (signed, issued): (Option<Date>, Date)) -> Vec<Fault> {
    let too_old = || Violation::Malformed { what: "paper_too_old" };
    let mut faults = Vec::new();
    if issued < OLDEST {
        faults.push(("/issued_on".to_owned(), too_old()));
    }
    // It cannot name a certificate of investment that was not there yet.
    if content.day("/contract/irc_on").is_some_and(|day| day > issued) {
        let outside = Violation::DayOutside {
            first: OLDEST,
            last: issued.max(OLDEST),
        };
        faults.push(("/content/contract/irc_on".to_owned(), outside));
    }
    let Some(signed) = signed else { return faults };
    if signed < OLDEST {
        faults.push(("/contract_signed_on".to_owned(), too_old()));
    } else if signed > issued {
        let outside = Violation::DayOutside {
            first: OLDEST,
            last: issued.max(OLDEST),
        };
        faults.push(("/contract_signed_on".to_owned(), outside));
    }
    if let Some(end) = content.day("/contract/ends_on").filter(|end| *end < signed) {
        let words = (
            format!("Ngày cuối {} trước ngày ký hợp đồng {}", shown(end), shown(signed)),
            format!("The last day, {end}, is before the day of signing, {signed}"),
        );
        faults.push(("/content/contract/ends_on".to_owned(), LawFault::of(words, TERM)));
    }
    let copied = copies(content, Some(signed), issued).into_iter();
    faults.extend(copied.map(|(member, wrong)| (format!("/content{member}"), wrong)));
    faults
}

/// Copies and translations of a contract that were certified before it was signed. Other papers may be older.
pub fn copies(content: &DossierContent, signed: Option<Date>, today: Date) -> Vec<Fault> {
    const OF_CONTRACT: [&str; 2] = ["contract", "contract_translation"];
    let Some(first) = signed else { return Vec::new() };
    let papers = content.draft().attachments.iter().enumerate();
    papers
        .filter(|(_, paper)| {
            paper
                .document
                .as_deref()
                .is_some_and(|code| OF_CONTRACT.contains(&code))
        })
        .filter_map(|(at, paper)| {
            let day: Date = paper.certified_on.as_deref()?.parse().ok()?;
            let outside = Violation::DayOutside {
                first,
                last: today.max(first),
            };
            (day < first).then(|| (format!("/attachments/{at}/certified_on"), outside))
        })
        .collect()
}

/// The day on which the contract of a dossier was signed, as its marks have it.
pub fn signed_on(marks: &std::collections::BTreeMap<String, Date>) -> Option<Date> {
    marks.get(SIGNED).copied()
}

/// A day as it is written in Vietnamese.
fn shown(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// The article that asks for a member, or that of an event.
fn basis<'a>(rules: &'a Procedure, member: &str, event: &'a Event) -> &'a str {
    let item = rules.text.checklist.iter().find(|item| item.member == member);
    item.map_or(&event.legal_basis, |item| &item.legal_basis)
}

fn ended(rules: &Procedure, event: &Event, member: &str, (end, day): (Date, Date)) -> Violation {
    let words = (
        format!(
            "Ngày cuối {} trước ngày {} của bước “{}”",
            shown(end),
            shown(day),
            event.name_vi
        ),
        format!("The last day, {end}, is before that of “{}”, {day}", event.name_en),
    );
    LawFault::of(words, basis(rules, member, event))
}

/// Whether the day that comes with an event is past the end that the dossier tells; nothing of one that is not told.
pub fn given_day(content: &DossierContent, rules: &Procedure, event: &Event, given: Option<Date>) -> Option<Violation> {
    let given = given?;
    let mut marks = event.marks.iter().filter(|mark| mark.from == MarkFrom::Given);
    marks.find_map(|mark| {
        let member = mark.not_after.as_deref()?;
        let end = content.day(member).filter(|end| *end < given)?;
        Some(ended(rules, event, member, (end, given)))
    })
}

/// The day on which a contract was signed, in rule sets.
const SIGNED: &str = "contract_signed_on";

/// Whether the term in months fits the day of signing and the end beside it.
fn term(content: &DossierContent, marks: &std::collections::BTreeMap<String, Date>) -> Option<Fault> {
    let months = content.draft().contract.term_months;
    let wrong = term::fault(months, marks.get(SIGNED).copied(), content.day("/contract/ends_on"))?;
    Some(("/contract/term_months".to_owned(), wrong))
}

/// Whether ends that a dossier tells come before what must come first: days that were given with any event, and the day of
/// this one, `now`. What ended while the authority had it is not the filer's fault, so that days of other events do not count.
pub fn ends(
    content: &DossierContent,
    rules: &Procedure,
    now: &Event,
    marks: &std::collections::BTreeMap<String, Date>,
) -> Vec<Fault> {
    let mut faults: Vec<Fault> = term(content, marks).into_iter().collect();
    for event in &rules.events {
        for mark in &event.marks {
            let counts = mark.from == MarkFrom::Given || event.code == now.code;
            let Some(member) = mark.not_after.as_deref().filter(|_| counts) else {
                continue;
            };
            let days = content.day(member).zip(marks.get(&mark.code).copied());
            let known = faults.iter().any(|(pointer, _): &Fault| pointer == member);
            if let Some(days) = days.filter(|(end, day)| end < day && !known) {
                faults.push((member.to_owned(), ended(rules, event, member, days)));
            }
        }
    }
    faults
}
