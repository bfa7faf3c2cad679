//! The parts that not every listing has, as sent.

use jiff::civil::Date;

use super::values::{known, named_choice, pair, past_day, text_pair};
use super::{ListingDraft, TextPair};
use crate::domain::enterprise::OrganisationKind;
use crate::domain::fields::{FieldErrors, Violation, one_of_named};
use crate::domain::listing::days::{FIRST_CERTIFICATE, FIRST_NEED, FIRST_RIGHT, last_day, within};
use crate::domain::listing::details::{
    Certification, CertificationScheme, Condition, Details, IpRight, IpRightStatus, IpRightType, Owner, OwnerType,
    PriceKind, Stage,
};
use crate::domain::listing::office::{OFFICE_HERE, Office, is_office_here};
use crate::domain::listing::share::Share;
use crate::domain::listing::{ListingKind, MAX_SUM, PriceMode};
use crate::domain::shapes::{PassageText, RequirementsText, SpecialityText, TermsText};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::{Line, Prose};

/// Parses the parts; what is wrong is noted.
pub(super) fn parse(errors: &mut FieldErrors, draft: &ListingDraft, lists: &InForce) -> Details {
    let today = lists.today();
    in_range(
        errors,
        "/manufacture_year",
        draft.manufacture_year.filter(|year| !lists.keeps_year(*year)),
        Details::FIRST_YEAR,
        today.year(),
    );
    in_range(
        errors,
        "/warranty_months",
        draft.warranty_months,
        0,
        Details::MAX_WARRANTY,
    );
    in_range(errors, "/stars", draft.stars, 1, 5);
    in_range(
        errors,
        "/experience_years",
        draft.experience_years,
        0,
        Details::MAX_EXPERIENCE,
    );
    let floor = draft.budget_min.filter(|amount| (0..=MAX_SUM).contains(amount));
    in_range(errors, "/budget_min", draft.budget_min, 0, MAX_SUM);
    in_range(
        errors,
        "/budget_max",
        draft.budget_max,
        floor.unwrap_or_default(),
        MAX_SUM,
    );
    for (name, code) in [
        ("/rd_task_code", &draft.rd_task_code),
        ("/acceptance_no", &draft.acceptance_no),
    ] {
        if code.is_some() && draft.state_funded != Some(true) {
            errors.add(name, Violation::Conflicts { with: "state_funded" });
        }
    }
    let number = |text: &str| Line::<50>::parse(text).map(Line::into_string);
    let line = |text: &str| Line::<{ SpecialityText::MAX }>::parse(text).map(Line::into_string);
    let price_kind = errors.keep_opt("/price_kind", draft.price_kind.as_deref(), |kind| {
        named_choice(kind, PriceKind::names)
    });
    let has_amount = ![PriceMode::Contact.as_str(), PriceMode::Free.as_str()].contains(&draft.price_mode.as_str());
    if price_kind.is_some() && !has_amount {
        errors.add("/price_kind", Violation::Conflicts { with: "price_mode" });
    }
    Details {
        ip_rights: entries(errors, "/ip_rights", &draft.ip_rights, |errors, at, right| {
            ip_right(errors, at, right, lists)
        }),
        owners: owners(errors, &draft.owners),
        certifications: entries(errors, "/certifications", &draft.certifications, |errors, at, held| {
            certification(errors, at, held, today)
        }),
        stage: errors.keep_opt("/stage", draft.stage.as_deref(), |stage| {
            named_choice(stage, Stage::names)
        }),
        condition: errors.keep_opt("/condition", draft.condition.as_deref(), |condition| {
            named_choice(condition, Condition::names)
        }),
        manufacture_year: draft.manufacture_year,
        warranty_months: draft.warranty_months,
        warranty_text: text::<{ TermsText::MAX }>(errors, "/warranty_text", draft.warranty_text.as_ref()),
        price_kind,
        extra_costs: text::<{ TermsText::MAX }>(errors, "/extra_costs", draft.extra_costs.as_ref()),
        delivery_terms: text::<{ TermsText::MAX }>(errors, "/delivery_terms", draft.delivery_terms.as_ref()),
        payment_terms: text::<{ TermsText::MAX }>(errors, "/payment_terms", draft.payment_terms.as_ref()),
        problem: passage(errors, "/problem", draft.problem.as_ref()),
        principle: passage(errors, "/principle", draft.principle.as_ref()),
        advantages: passage(errors, "/advantages", draft.advantages.as_ref()),
        applications: passage(errors, "/applications", draft.applications.as_ref()),
        target_customers: passage(errors, "/target_customers", draft.target_customers.as_ref()),
        socio_economic_effect: passage(errors, "/socio_economic_effect", draft.socio_economic_effect.as_ref()),
        budget_min: draft.budget_min,
        budget_max: draft.budget_max,
        needed_by: errors.keep_opt("/needed_by", draft.needed_by.as_deref(), |text| {
            within(text, FIRST_NEED, last_day(today)).map(|day| day.to_string())
        }),
        requirements: text::<{ RequirementsText::MAX }>(errors, "/requirements", draft.requirements.as_ref()),
        partner_role: text::<{ RequirementsText::MAX }>(errors, "/partner_role", draft.partner_role.as_ref()),
        partner_kinds: errors.keep_distinct(
            "/partner_kinds",
            &draft.partner_kinds,
            OrganisationKind::ALL.len(),
            |kind| named_choice(kind, OrganisationKind::names),
        ),
        stars: draft.stars,
        trace_code: errors.keep_opt("/trace_code", draft.trace_code.as_deref(), number),
        ocop_decision_no: errors.keep_opt("/ocop_decision_no", draft.ocop_decision_no.as_deref(), number),
        degree: errors.keep_opt("/degree", draft.degree.as_deref(), line),
        specialities: errors.keep_distinct("/specialities", &draft.specialities, Details::MAX_SPECIALITIES, line),
        experience_years: draft.experience_years,
        state_funded: draft.state_funded,
        rd_task_code: errors.keep_opt("/rd_task_code", draft.rd_task_code.as_deref(), number),
        acceptance_no: errors.keep_opt("/acceptance_no", draft.acceptance_no.as_deref(), number),
    }
}

/// Refuses what does not belong to the kind, rather than dropping it or showing what makes no sense.
pub(super) fn refuse_foreign(errors: &mut FieldErrors, draft: &ListingDraft, kind: ListingKind) {
    let given = [
        ("trl", draft.trl.is_some()),
        ("brand", draft.brand.is_some()),
        ("model", draft.model.is_some()),
        ("ip_rights", !draft.ip_rights.is_empty()),
        ("owners", !draft.owners.is_empty()),
        ("certifications", !draft.certifications.is_empty()),
        ("stage", draft.stage.is_some()),
        ("condition", draft.condition.is_some()),
        ("manufacture_year", draft.manufacture_year.is_some()),
        ("warranty_months", draft.warranty_months.is_some()),
        ("warranty_text", draft.warranty_text.is_some()),
        ("price_kind", draft.price_kind.is_some()),
        ("extra_costs", draft.extra_costs.is_some()),
        ("delivery_terms", draft.delivery_terms.is_some()),
        ("principle", draft.principle.is_some()),
        ("advantages", draft.advantages.is_some()),
        ("budget_min", draft.budget_min.is_some()),
        ("budget_max", draft.budget_max.is_some()),
        ("needed_by", draft.needed_by.is_some()),
        ("requirements", draft.requirements.is_some()),
        ("partner_role", draft.partner_role.is_some()),
        ("partner_kinds", !draft.partner_kinds.is_empty()),
        ("stars", draft.stars.is_some()),
        ("trace_code", draft.trace_code.is_some()),
        ("ocop_decision_no", draft.ocop_decision_no.is_some()),
        ("degree", draft.degree.is_some()),
        ("specialities", !draft.specialities.is_empty()),
        ("experience_years", draft.experience_years.is_some()),
        ("state_funded", draft.state_funded.is_some()),
        ("rd_task_code", draft.rd_task_code.is_some()),
        ("acceptance_no", draft.acceptance_no.is_some()),
    ];
    for (member, is_given) in given {
        if is_given && !kind.may_have(member) {
            errors.add(format!("/{member}"), Violation::Conflicts { with: "listing_kind" });
        }
    }
}

fn in_range<T: PartialOrd + Copy + Into<i64>>(errors: &mut FieldErrors, at: &str, given: Option<T>, min: T, max: T) {
    if given.is_some_and(|number| !(min..=max).contains(&number)) {
        let (min, max) = (min.into(), max.into());
        errors.add(at, Violation::OutOfRange { min, max });
    }
}

fn text<const MAX: usize>(errors: &mut FieldErrors, at: &str, given: Option<&TextPair>) -> Option<TextPair> {
    pair(errors, at, given, Prose::<MAX>::parse).as_ref().map(text_pair)
}

fn passage(errors: &mut FieldErrors, at: &str, given: Option<&TextPair>) -> Option<TextPair> {
    text::<{ PassageText::MAX }>(errors, at, given)
}

/// Entries that differ from each other, each parsed at its place.
fn entries<T: PartialEq>(
    errors: &mut FieldErrors,
    pointer: &str,
    given: &[T],
    mut parse: impl FnMut(&mut FieldErrors, &str, &T) -> Option<T>,
) -> Vec<T> {
    let max = Details::MAX_ENTRIES;
    if given.len() > max {
        errors.add(pointer, Violation::TooMany { max });
    }
    let mut kept = Vec::new();
    for (i, entry) in given.iter().enumerate().take(max) {
        let at = format!("{pointer}/{i}");
        match parse(errors, &at, entry) {
            Some(entry) if kept.contains(&entry) => errors.add(at, Violation::Duplicate),
            parsed => kept.extend(parsed),
        }
    }
    kept
}

fn ip_right(errors: &mut FieldErrors, at: &str, given: &IpRight, lists: &InForce) -> Option<IpRight> {
    let part = |name: &str| format!("{at}/{name}");
    let number = |text: &str| Line::<50>::parse(text).map(Line::into_string);
    let kind = errors.keep(part("type"), one_of_named(&given.r#type, IpRightType::names));
    let status = errors.keep(part("status"), one_of_named(&given.status, IpRightStatus::names));
    let office = errors.keep_opt(part("office"), given.office.as_deref(), |code| office(code, lists));
    let application_number = errors.keep_opt(part("application_number"), given.application_number.as_deref(), number);
    let grant_number = errors.keep_opt(part("grant_number"), given.grant_number.as_deref(), number);
    let today = lists.today();
    let past = |text: &str| past_day(text, today).and_then(|_past| within(text, FIRST_RIGHT, today));
    let filed_on = errors.keep_opt(part("filed_on"), given.filed_on.as_deref(), past);
    let granted_on = errors.keep_opt(part("granted_on"), given.granted_on.as_deref(), past);
    let expires_on = errors.keep_opt(part("expires_on"), given.expires_on.as_deref(), |text| {
        within(text, FIRST_RIGHT, last_day(today))
    });
    let (kind, status) = (kind?, status?);
    // Nothing is filed for a secret: what an application would need is not asked for beside that.
    let is_filed_secret = kind == IpRightType::TradeSecret && status.has_application();
    if is_filed_secret {
        errors.add(part("status"), Violation::Conflicts { with: "type" });
    }
    for (name, is_given, belongs, is_needed) in [
        (
            "application_number",
            given.application_number.is_some(),
            status.has_application(),
            matches!(status, IpRightStatus::Filed | IpRightStatus::Accepted),
        ),
        ("filed_on", given.filed_on.is_some(), status.has_application(), false),
        (
            "grant_number",
            given.grant_number.is_some(),
            status.has_grant(),
            status == IpRightStatus::Granted,
        ),
        ("granted_on", given.granted_on.is_some(), status.has_grant(), false),
        ("expires_on", given.expires_on.is_some(), status.has_grant(), false),
    ] {
        if is_given && !belongs {
            errors.add(part(name), Violation::Conflicts { with: "status" });
        } else if is_needed && !is_given && !is_filed_secret {
            errors.add(part(name), Violation::Required);
        }
    }
    if filed_on.zip(granted_on).is_some_and(|(filed, granted)| granted < filed) {
        errors.add(part("granted_on"), Violation::Conflicts { with: "filed_on" });
    }
    if filed_on
        .max(granted_on)
        .zip(expires_on)
        .is_some_and(|(began, ends)| ends <= began)
    {
        errors.add(part("expires_on"), Violation::Conflicts { with: "granted_on" });
    }
    Some(IpRight {
        r#type: kind.to_string(),
        status: status.to_string(),
        office,
        application_number,
        grant_number,
        filed_on: filed_on.map(|day| day.to_string()),
        granted_on: granted_on.map(|day| day.to_string()),
        expires_on: expires_on.map(|day| day.to_string()),
        is_public: given.is_public,
    })
}

/// Whether a code is that of an office of several countries.
pub(super) fn is_of_no_country(code: &str) -> bool {
    code.parse::<Office>().is_ok()
}

fn office(code: &str, lists: &InForce) -> Result<String, Violation> {
    if is_of_no_country(code) {
        return Ok(code.to_owned());
    }
    let here = is_office_here(code).then_some(OFFICE_HERE);
    let named = Office::named(code).map(|office| (office.as_str(), office.names()));
    match named.or(here) {
        // As files tell it, where only a code is taken.
        Some((code, (vi, en))) => Err(Violation::CodeAlone {
            list: Some(TaxonomyName::Countries.as_str()),
            code: code.to_owned(),
            name: (vi.to_owned(), en.to_owned()),
        }),
        None => known(lists, TaxonomyName::Countries, code),
    }
}

/// Owners, whose shares are no more than the whole.
fn owners(errors: &mut FieldErrors, given: &[Owner]) -> Vec<Owner> {
    let mut left = Share::WHOLE;
    entries(errors, "/owners", given, |errors, at, owner| {
        let kind = errors.keep(format!("{at}/type"), named_choice(&owner.r#type, OwnerType::names));
        let name = errors.keep(format!("{at}/name"), Line::<255>::parse(&owner.name));
        let share = owner.share_percent.as_ref().and_then(|number| {
            let share = Share::parse(number).and_then(|share| match left.less(share) {
                Some(rest) => Ok((share, rest)),
                None => Err(Violation::BeyondShare { left }),
            });
            errors.keep(format!("{at}/share_percent"), share)
        });
        if let Some((_, rest)) = share {
            left = rest;
        }
        if owner.enterprise_id.is_some() && owner.r#type == OwnerType::Individual.as_str() {
            errors.add(format!("{at}/enterprise_id"), Violation::Conflicts { with: "type" });
        }
        Some(Owner {
            r#type: kind?,
            name: name?.into_string(),
            share_percent: share.map(|(share, _)| share.number()),
            enterprise_id: owner.enterprise_id,
        })
    })
}

fn certification(errors: &mut FieldErrors, at: &str, given: &Certification, today: Date) -> Option<Certification> {
    let scheme = errors.keep(
        format!("{at}/scheme"),
        one_of_named(&given.scheme, CertificationScheme::names),
    );
    let number = |text: &str| Line::<100>::parse(text).map(Line::into_string);
    let number = errors.keep_opt(format!("{at}/number"), given.number.as_deref(), number);
    let valid_to = errors.keep_opt(format!("{at}/valid_to"), given.valid_to.as_deref(), |text| {
        within(text, FIRST_CERTIFICATE, last_day(today))
    });
    let scheme = scheme?;
    // A certificate of which nothing is told says nothing.
    if scheme == CertificationScheme::Other && given.number.is_none() {
        errors.add(format!("{at}/number"), Violation::Required);
    }
    Some(Certification {
        scheme: scheme.to_string(),
        number,
        valid_to: valid_to.map(|day| day.to_string()),
        file_id: given.file_id,
    })
}
