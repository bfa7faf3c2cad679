//! A dossier is read as a whole: what is there must be right, and all that is wrong is told at once.

mod values;

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::civil::Date;

use super::draft::{
    AmendmentDraft, AppraisalDraft, ApprovalDraft, AttachmentDraft, ContractDraft, DossierContent, DossierDraft,
    MoneyDraft, PartyDraft, ProjectDraft, SupportDraft, TechnologyDraft, TermsDraft, is_member,
};
use super::{
    AmendmentKind, ContractParty, DecidedBy, EconomicType, HOME, PaperForm, PartnerType, PaymentMethod,
    ProjectDecidedBy, TechnologyStatus, TransferDirection, TransferForm, TransferMethod, TransferObject, TransferRight,
    language,
};
use crate::domain::account::Email;
use crate::domain::drafts::check_activity;
use crate::domain::enterprise::VsicCode;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::DossierFileId;
use crate::domain::listing::currency::Currency;
use crate::domain::listing::regulation::{MAX_ITEMS, class_of_code};
use crate::domain::procedure::{day, small_code};
use crate::domain::tax_code::TaxCode;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::{Line, Prose};

/// The most that anything here is worth, in đồng.
pub const MAX_VND: i64 = 1_000_000_000_000_000;
/// Most languages of a contract.
const MAX_LANGUAGES: usize = 5;
/// The longest term of a contract, in months: a hundred years.
const MAX_MONTHS: i64 = 1_200;
/// Most symbols of the patent classification.
const MAX_SYMBOLS: usize = 10;

struct Reader<'a> {
    errors: FieldErrors,
    lists: &'a InForce,
}

impl Reader<'_> {
    fn line<const MAX: usize>(&mut self, pointer: &str, value: &mut Option<String>) {
        let parsed = self.errors.keep_opt(pointer, value.as_deref(), Line::<MAX>::parse);
        *value = parsed.map(Line::into_string);
    }

    fn prose<const MAX: usize>(&mut self, pointer: &str, value: &mut Option<String>) {
        let parsed = self.errors.keep_opt(pointer, value.as_deref(), Prose::<MAX>::parse);
        *value = parsed.map(Prose::into_string);
    }

    fn choice<T: FromStr>(&mut self, pointer: &str, value: Option<&str>) {
        let choice = |text: &str| {
            text.parse::<T>()
                .map_err(|_unknown| Violation::Malformed { what: "choice" })
        };
        self.errors.keep_opt(pointer, value, choice);
    }

    fn choices<T: FromStr>(&mut self, pointer: &str, values: &[String]) {
        self.most(pointer, values.len(), 10);
        let mut seen = BTreeSet::new();
        for (at, value) in values.iter().take(10).enumerate() {
            self.choice::<T>(&format!("{pointer}/{at}"), Some(value));
            if !seen.insert(value) {
                self.errors.add(format!("{pointer}/{at}"), Violation::Duplicate);
            }
        }
    }

    fn most(&mut self, pointer: &str, count: usize, max: usize) {
        if count > max {
            self.errors.add(pointer, Violation::TooMany { max });
        }
    }

    fn code(&mut self, pointer: &str, value: Option<&str>, list: TaxonomyName) {
        let checked = value.map_or(Ok(()), |code| self.lists.check(list, code).map(drop));
        self.errors.keep(pointer, checked);
    }

    fn day(&mut self, pointer: &str, value: Option<&str>) -> Option<Date> {
        self.errors.keep_opt(pointer, value, day)
    }

    /// A day that is none to come.
    fn past_day(&mut self, pointer: &str, value: Option<&str>) {
        let today = self.lists.today();
        if self.day(pointer, value).is_some_and(|day| day > today) {
            self.errors.add(pointer, Violation::Malformed { what: "past_day" });
        }
    }

    fn activity(&mut self, pointer: &str, code: Option<&VsicCode>) {
        let checked = code.map(|code| check_activity(self.lists, code));
        if let Some(Err((member, wrong))) = checked {
            self.errors.add(format!("{pointer}/{member}"), wrong);
        }
    }

    fn tax_code(&mut self, pointer: &str, value: &mut Option<String>) {
        let parse = |text: &str| text.parse::<TaxCode>().map_err(Violation::TaxCode);
        let parsed = self.errors.keep_opt(pointer, value.as_deref(), parse);
        *value = parsed.map(|code| code.as_str().to_owned());
    }

    fn amount(&mut self, pointer: &str, value: Option<i64>) {
        self.within(pointer, value, (0, MAX_VND));
    }

    fn within(&mut self, pointer: &str, value: Option<i64>, (min, max): (i64, i64)) {
        if value.is_some_and(|value| !(min..=max).contains(&value)) {
            self.errors.add(pointer, Violation::OutOfRange { min, max });
        }
    }

    fn party(&mut self, at: &str, party: &mut PartyDraft) {
        self.line::<300>(&format!("{at}/name"), &mut party.name);
        self.line::<300>(&format!("{at}/name_en"), &mut party.name_en);
        let form = party.legal_form.as_deref();
        self.code(&format!("{at}/legal_form"), form, TaxonomyName::LegalForms);
        let is_known = form.is_some_and(|form| self.lists.lists().contains(TaxonomyName::LegalForms, form));
        if is_known && values::is_form_of_elsewhere(party) {
            let place = format!("{at}/legal_form");
            self.errors.add(place, Violation::Conflicts { with: "country" });
        }
        self.tax_code(&format!("{at}/tax_code"), &mut party.tax_code);
        self.line::<60>(&format!("{at}/foreign_id"), &mut party.foreign_id);
        self.code(
            &format!("{at}/country"),
            party.country.as_deref(),
            TaxonomyName::Countries,
        );
        self.line::<300>(&format!("{at}/address"), &mut party.address);
        self.code(
            &format!("{at}/commune_code"),
            party.commune_code.as_deref(),
            TaxonomyName::Communes,
        );
        // Communes are of Việt Nam.
        if party.commune_code.is_some() && party.country.as_deref().is_some_and(|country| country != HOME) {
            let place = format!("{at}/commune_code");
            self.errors.add(place, Violation::Conflicts { with: "country" });
        }
        self.line::<100>(&format!("{at}/representative"), &mut party.representative);
        self.line::<100>(&format!("{at}/representative_title"), &mut party.representative_title);
        self.line::<30>(&format!("{at}/phone"), &mut party.phone);
        let email = self
            .errors
            .keep_opt(format!("{at}/email"), party.email.as_deref(), Email::parse);
        party.email = email.map(|email| email.as_str().to_owned());
        self.choice::<EconomicType>(&format!("{at}/economic_type"), party.economic_type.as_deref());
    }

    fn technology(&mut self, technology: &mut TechnologyDraft) {
        self.line::<300>("/technology/name", &mut technology.name);
        self.prose::<8000>("/technology/description", &mut technology.description);
        self.choices::<TransferObject>("/technology/objects", &technology.objects);
        self.choices::<TransferRight>("/technology/rights", &technology.rights);
        self.choices::<TransferMethod>("/technology/methods", &technology.methods);
        self.prose::<2000>("/technology/products", &mut technology.products);
        self.prose::<2000>("/technology/standards", &mut technology.standards);
        self.most("/technology/fields", technology.fields.len(), 10);
        for (at, field) in technology.fields.iter().take(10).enumerate() {
            self.code(&format!("/technology/fields/{at}"), Some(field), TaxonomyName::Fields);
        }
        self.code(
            "/technology/origin_country",
            technology.origin_country.as_deref(),
            TaxonomyName::Countries,
        );
        self.prose::<2000>("/technology/ip_titles", &mut technology.ip_titles);
        self.activity("/technology/vsic", technology.vsic.as_ref());
        let lists = self.lists;
        let symbol = |text: &str| values::patent_symbol(lists, text);
        technology.ipc = self
            .errors
            .keep_distinct("/technology/ipc", &technology.ipc, MAX_SYMBOLS, symbol);
        self.prose::<4000>("/technology/machinery", &mut technology.machinery);
    }

    /// The entries of the list that the technology falls under. It is not told to be anything laxer; whoever names entries has said the class.
    fn regulated(&mut self, status: &mut Option<String>, items: &[String]) {
        let (lists, list) = (self.lists, TaxonomyName::RegulatedTechnologies);
        let entry = |code: &str| {
            lists.check(list, code)?;
            // The class itself is no entry.
            match class_of_code(code) {
                Some(_) => Ok(code.to_owned()),
                None => Err(Violation::UnknownCode { list: list.as_str() }),
            }
        };
        let place = "/technology/regulated_items";
        let known = self.errors.keep_distinct(place, items, MAX_ITEMS, entry);
        let Some(class) = known.iter().filter_map(|code| class_of_code(code)).max() else {
            return;
        };
        match status.as_deref().map(str::parse::<TechnologyStatus>) {
            None => *status = Some(TechnologyStatus::of(class).as_str().to_owned()),
            Some(Ok(told)) if told.class() < class => {
                let with = "regulated_items";
                self.errors.add("/technology_status", Violation::Conflicts { with });
            }
            Some(_) => {}
        }
    }

    fn money(&mut self, money: &mut MoneyDraft) {
        self.errors.keep_opt("/money/amount", money.amount.as_deref(), decimal);
        self.errors
            .keep_opt("/money/currency", money.currency.as_deref(), str::parse::<Currency>);
        self.amount("/money/vnd_value", money.vnd_value);
        self.day("/money/exchange_rate_on", money.exchange_rate_on.as_deref());
        let rate = money.exchange_rate.as_deref();
        self.errors.keep_opt("/money/exchange_rate", rate, super::price::rate);
        self.choices::<PaymentMethod>("/money/payment_methods", &money.payment_methods);
        self.prose::<2000>("/money/payment_terms", &mut money.payment_terms);
        for (place, wrong) in values::shares(money) {
            self.errors.add(place, wrong);
        }
        self.line::<300>("/money/valuation", &mut money.valuation);
        if money.amount.is_some() && money.currency.is_none() {
            self.errors.add("/money/currency", Violation::Required);
        }
    }

    fn contract(&mut self, contract: &mut ContractDraft, terms: &mut TermsDraft) {
        self.line::<100>("/contract/number", &mut contract.number);
        self.line::<300>("/contract/title", &mut contract.title);
        self.prose::<500>("/contract/effect", &mut contract.effect);
        self.day("/contract/ends_on", contract.ends_on.as_deref());
        self.line::<300>("/contract/place", &mut contract.place);
        let months = contract.term_months.map(i64::from);
        self.within("/contract/term_months", months, (1, MAX_MONTHS));
        self.errors
            .keep_distinct("/contract/languages", &contract.languages, MAX_LANGUAGES, language);
        let province = contract.province_code.as_deref();
        self.code("/contract/province_code", province, TaxonomyName::Provinces);
        self.line::<300>("/contract/project", &mut contract.project);
        self.line::<60>("/contract/project_code", &mut contract.project_code);
        // A certificate is named by its number and its day, and by neither alone.
        match (contract.irc_number.is_some(), contract.irc_on.is_some()) {
            (true, false) => self.errors.add("/contract/irc_on", Violation::Required),
            (false, true) => self.errors.add("/contract/irc_number", Violation::Required),
            _ => {}
        }
        self.line::<60>("/contract/irc_number", &mut contract.irc_number);
        self.past_day("/contract/irc_on", contract.irc_on.as_deref());
        self.prose::<4000>("/terms/rights_and_duties", &mut terms.rights_and_duties);
        self.prose::<4000>("/terms/schedule", &mut terms.schedule);
        self.prose::<4000>("/terms/warranty", &mut terms.warranty);
        self.prose::<4000>("/terms/penalties", &mut terms.penalties);
        self.prose::<4000>("/terms/liability", &mut terms.liability);
        self.prose::<500>("/terms/dispute_body", &mut terms.dispute_body);
    }

    fn amendment(&mut self, amendment: &mut AmendmentDraft) {
        self.line::<100>("/amendment/certificate_number", &mut amendment.certificate_number);
        self.choices::<AmendmentKind>("/amendment/kinds", &amendment.kinds);
        self.most("/amendment/changes", amendment.changes.len(), 50);
        for (at, change) in amendment.changes.iter_mut().take(50).enumerate() {
            self.line::<200>(&format!("/amendment/changes/{at}/clause"), &mut change.clause);
            self.prose::<4000>(&format!("/amendment/changes/{at}/before"), &mut change.before);
            self.prose::<4000>(&format!("/amendment/changes/{at}/after"), &mut change.after);
            if change.member.as_deref().is_some_and(|member| !is_member(member)) {
                let unknown = Violation::Malformed { what: "dossier_member" };
                self.errors.add(format!("/amendment/changes/{at}/member"), unknown);
            }
        }
        self.day("/amendment/new_ends_on", amendment.new_ends_on.as_deref());
        self.amount("/amendment/new_vnd_value", amendment.new_vnd_value);
        self.within("/amendment/vnd_delta", amendment.vnd_delta, (-MAX_VND, MAX_VND));
        self.choice::<ContractParty>("/amendment/succeeded_party", amendment.succeeded_party.as_deref());
        self.tax_code("/amendment/succeeded_tax_code", &mut amendment.succeeded_tax_code);
    }

    fn project(&mut self, project: &mut ProjectDraft, support: &mut SupportDraft) {
        self.line::<300>("/project/name", &mut project.name);
        self.line::<60>("/project/code", &mut project.code);
        if project
            .group
            .as_deref()
            .is_some_and(|group| !["A", "B", "C"].contains(&group))
        {
            self.errors
                .add("/project/group", Violation::Malformed { what: "choice" });
        }
        self.line::<300>("/project/investor", &mut project.investor);
        self.tax_code("/project/investor_tax_code", &mut project.investor_tax_code);
        self.amount("/project/capital", project.capital);
        self.line::<300>("/project/requesting_body", &mut project.requesting_body);
        self.line::<100>("/project/letter_number", &mut project.letter_number);
        self.day("/project/letter_on", project.letter_on.as_deref());
        self.activity("/project/vsic", project.vsic.as_ref());
        self.code("/project/country", project.country.as_deref(), TaxonomyName::Countries);
        self.choice::<EconomicType>("/project/economic_type", project.economic_type.as_deref());
        self.choice::<ProjectDecidedBy>("/project/decided_by", project.decided_by.as_deref());
        self.line::<100>("/project/appraisal_number", &mut project.appraisal_number);
        self.day("/project/appraised_on", project.appraised_on.as_deref());
        self.line::<200>("/project/appraised_by", &mut project.appraised_by);
        self.line::<300>("/support/product", &mut support.product);
        self.line::<200>("/support/right", &mut support.right);
    }

    /// Who certified a copy or translation, under which number and when: of these alone, and number and day of somebody.
    fn certification(&mut self, place: &str, attachment: &mut AttachmentDraft) {
        let is_told = [
            attachment.certified_by.is_some(),
            attachment.certified_number.is_some(),
            attachment.certified_on.is_some(),
        ];
        if matches!(is_told, [false, true, _] | [false, _, true]) {
            self.errors.add(format!("{place}/certified_by"), Violation::Required);
        }
        let form = attachment.form.as_deref();
        let is_certified = [PaperForm::CertifiedCopy, PaperForm::CertifiedTranslation]
            .iter()
            .any(|certified| form == Some(certified.as_str()));
        if is_told.contains(&true) && form.is_some() && !is_certified {
            let with = "certified_form";
            self.errors
                .add(format!("{place}/certified_by"), Violation::Conflicts { with });
        }
        self.line::<300>(&format!("{place}/certified_by"), &mut attachment.certified_by);
        self.line::<60>(&format!("{place}/certified_number"), &mut attachment.certified_number);
        self.past_day(&format!("{place}/certified_on"), attachment.certified_on.as_deref());
    }

    /// What is said of a project's technology, and the approval that a licence follows.
    fn appraisal(&mut self, appraisal: &mut AppraisalDraft, approval: &mut ApprovalDraft) {
        let points = [
            ("fitness", &mut appraisal.fitness),
            ("proof_of_use", &mut appraisal.proof_of_use),
            ("training", &mut appraisal.training),
            ("conditions", &mut appraisal.conditions),
            ("environment", &mut appraisal.environment),
            ("draft_contract", &mut appraisal.draft_contract),
            ("high_technology", &mut appraisal.high_technology),
            ("products", &mut appraisal.products),
            ("materials", &mut appraisal.materials),
            ("costs", &mut appraisal.costs),
        ];
        for (name, said) in points {
            self.prose::<4000>(&format!("/appraisal/{name}"), said);
        }
        self.line::<100>("/approval/number", &mut approval.number);
        self.day("/approval/approved_on", approval.approved_on.as_deref());
    }

    fn attachment(&mut self, at: usize, attachment: &mut AttachmentDraft) {
        let place = format!("/attachments/{at}");
        self.line::<300>(&format!("{place}/title"), &mut attachment.title);
        let document = attachment.document.as_deref().unwrap_or_default();
        self.errors.keep(format!("{place}/document"), small_code(document));
        self.choice::<PaperForm>(&format!("{place}/form"), attachment.form.as_deref());
        self.errors
            .keep_opt(format!("{place}/language"), attachment.language.as_deref(), language);
        if attachment.pages.is_some_and(|pages| !(1..=10_000).contains(&pages)) {
            self.errors
                .add(format!("{place}/pages"), Violation::OutOfRange { min: 1, max: 10_000 });
        }
        self.certification(&place, attachment);
        let is_id = |id: &str| id.parse::<DossierFileId>().is_ok_and(|read| read.to_string() == id);
        if attachment.file.as_deref().is_some_and(|id| !is_id(id)) {
            self.errors
                .add(format!("{place}/file"), Violation::Malformed { what: "dossier_file" });
        }
        let is_hash =
            |hash: &str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if attachment.sha256.as_deref().is_some_and(|hash| !is_hash(hash)) {
            self.errors
                .add(format!("{place}/sha256"), Violation::Malformed { what: "sha256" });
        }
    }
}

/// An amount with up to two decimals.
pub(crate) fn decimal(text: &str) -> Result<(), Violation> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "00"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if is_digits(whole) && whole.len() <= 15 && is_digits(cents) && cents.len() <= 2 {
        Ok(())
    } else {
        Err(Violation::Malformed { what: "decimal_amount" })
    }
}

impl DossierDraft {
    /// Parses it: what is there must be right. All that is wrong is told at once.
    pub fn parse(mut self, lists: &InForce) -> Result<DossierContent, Vec<FieldError>> {
        let mut reader = Reader {
            errors: FieldErrors::default(),
            lists,
        };
        reader.party("/transferor", &mut self.transferor);
        reader.party("/transferee", &mut self.transferee);
        reader.choice::<TransferDirection>("/direction", self.direction.as_deref());
        reader.choice::<TransferForm>("/form", self.form.as_deref());
        reader.choice::<DecidedBy>("/decided_by", self.decided_by.as_deref());
        reader.choice::<ContractParty>("/agreed_filer", self.agreed_filer.as_deref());
        reader.choice::<TechnologyStatus>("/technology_status", self.technology_status.as_deref());
        reader.choice::<PartnerType>("/partner_type", self.partner_type.as_deref());
        reader.contract(&mut self.contract, &mut self.terms);
        reader.technology(&mut self.technology);
        reader.regulated(&mut self.technology_status, &self.technology.regulated_items);
        reader.money(&mut self.money);
        reader.amendment(&mut self.amendment);
        reader.line::<100>("/replaces_licence", &mut self.replaces_licence);
        reader.project(&mut self.project, &mut self.support);
        reader.appraisal(&mut self.appraisal, &mut self.approval);
        reader.most("/attachments", self.attachments.len(), 50);
        for (at, attachment) in self.attachments.iter_mut().take(50).enumerate() {
            reader.attachment(at, attachment);
        }
        reader.errors.finish(Some(DossierContent(self)))
    }
}
