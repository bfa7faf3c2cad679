//! From a listing's draft to its content, and back.

use super::lists::{Wanted, codes, specifications, transfer_modes};
use super::values::{known, known_as, pair, text_pair};
use super::{ListingDraft, SpecificationDraft, details, parse_regulation};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::listing::currency::Currency;
use crate::domain::listing::{self, ListingContent, ListingKind, Price, PriceMode};
use crate::domain::shapes::{DescriptionText, SummaryText, TitleText};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::{Line, Prose};

impl ListingDraft {
    /// Parses the draft; the error names every wrong field.
    pub fn parse(&self, lists: &InForce) -> Result<ListingContent, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let kind = errors.keep(
            "/kind",
            known_as::<ListingKind>(lists, TaxonomyName::ListingKinds, &self.kind),
        );
        let title = pair(
            &mut errors,
            "/title",
            Some(&self.title),
            Line::<{ TitleText::MAX }>::parse,
        );
        let summary = pair(
            &mut errors,
            "/summary",
            self.summary.as_ref(),
            Prose::<{ SummaryText::MAX }>::parse,
        );
        let description = pair(
            &mut errors,
            "/description",
            self.description.as_ref(),
            Prose::<{ DescriptionText::MAX }>::parse,
        );
        let fields = Wanted {
            list: TaxonomyName::Fields,
            max: listing::MAX_FIELDS,
        };
        let field_codes = codes(&mut errors, "/field_codes", &self.field_codes, lists, fields);
        if self.trl.is_some_and(|trl| !(1..=9).contains(&trl)) {
            errors.add("/trl", Violation::OutOfRange { min: 1, max: 9 });
        }
        let origin_country = errors.keep_opt("/origin_country", self.origin_country.as_deref(), |code| {
            known(lists, TaxonomyName::Countries, code)
        });
        let brand = errors.keep_opt("/brand", self.brand.as_deref(), Line::parse);
        let model = errors.keep_opt("/model", self.model.as_deref(), Line::parse);
        let specifications = specifications(&mut errors, &self.specifications);
        let mode = errors.keep(
            "/price_mode",
            known_as::<PriceMode>(lists, TaxonomyName::PriceModes, &self.price_mode),
        );
        let currency = errors.keep("/currency", self.currency.parse::<Currency>());
        let price = match mode {
            Some(mode) => Price::parse(mode, self.price_min, self.price_max).map(Some),
            // How great amounts may be does not depend on it.
            None => Price::amounts(self.price_min, self.price_max).map(|()| None),
        };
        let price = match price {
            Ok(price) => price.zip(currency).map(|(price, currency)| price.within(currency)),
            Err(wrong) => {
                for (field, violation) in wrong {
                    errors.add(format!("/{field}"), violation);
                }
                None
            }
        };
        let transfer_modes = transfer_modes(&mut errors, &self.transfer_modes, lists);
        let details = details::parse(&mut errors, self, lists);
        if let Some(kind) = kind {
            details::refuse_foreign(&mut errors, self, kind);
        }
        let (class, items) = (self.regulatory_class.as_deref(), &self.regulated_items);
        let regulation = parse_regulation(&mut errors, class, items, lists);
        let trl = self.trl;
        let content = (|| {
            Some(ListingContent {
                kind: kind?,
                title: title?,
                summary,
                description,
                field_codes,
                trl,
                origin_country,
                brand,
                model,
                specifications,
                price: price?,
                transfer_modes,
                details,
                regulation,
            })
        })();
        errors.finish(content)
    }

    /// The form in which the content would be sent.
    pub fn of(content: &ListingContent) -> Self {
        let details = content.details.clone();
        Self {
            kind: content.kind.as_str().into(),
            title: text_pair(&content.title),
            summary: content.summary.as_ref().map(text_pair),
            description: content.description.as_ref().map(text_pair),
            field_codes: content.field_codes.clone(),
            trl: content.trl,
            origin_country: content.origin_country.clone(),
            brand: content.brand.as_ref().map(ToString::to_string),
            model: content.model.as_ref().map(ToString::to_string),
            specifications: content
                .specifications
                .iter()
                .map(|s| SpecificationDraft {
                    name: s.name.clone(),
                    value: s.value.clone(),
                    unit: s.unit.clone(),
                })
                .collect(),
            price_mode: content.price.mode.as_str().into(),
            currency: content.price.currency.code().into(),
            price_min: content.price.min,
            price_max: content.price.max,
            transfer_modes: content.transfer_modes.iter().map(ToString::to_string).collect(),
            ip_rights: details.ip_rights,
            owners: details.owners,
            certifications: details.certifications,
            stage: details.stage,
            condition: details.condition,
            manufacture_year: details.manufacture_year,
            warranty_months: details.warranty_months,
            warranty_text: details.warranty_text,
            price_kind: details.price_kind,
            extra_costs: details.extra_costs,
            delivery_terms: details.delivery_terms,
            payment_terms: details.payment_terms,
            problem: details.problem,
            principle: details.principle,
            advantages: details.advantages,
            applications: details.applications,
            target_customers: details.target_customers,
            socio_economic_effect: details.socio_economic_effect,
            budget_min: details.budget_min,
            budget_max: details.budget_max,
            needed_by: details.needed_by,
            requirements: details.requirements,
            partner_role: details.partner_role,
            partner_kinds: details.partner_kinds,
            stars: details.stars,
            trace_code: details.trace_code,
            ocop_decision_no: details.ocop_decision_no,
            degree: details.degree,
            specialities: details.specialities,
            experience_years: details.experience_years,
            state_funded: details.state_funded,
            rd_task_code: details.rd_task_code,
            acceptance_no: details.acceptance_no,
            regulatory_class: content.regulation.class.map(|class| class.to_string()),
            regulated_items: content.regulation.items.clone(),
        }
    }
}
