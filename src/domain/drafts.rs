//! What people send, before it is parsed: plain texts and numbers with the names of the wire. Parsing tells every
//! wrong field at once. The same forms are written back, so that an edit is a merge patch (RFC 7396) onto them.

mod enterprise;

pub use enterprise::{EnterpriseDraft, ForeignRegisterDraft, lists_for_enterprise};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::listing::{
    self, Bilingual, ListingContent, ListingKind, Price, PriceMode, Specification, TransferMode,
};
use crate::domain::shapes::{DescriptionText, FieldCode, SummaryText, TitleText};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::{Line, Prose};

/// A text in Vietnamese and, where wanted, in English. Its bounds depend on what it tells, so the API's description has
/// one shape for each use, in [`shapes`](crate::domain::shapes).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextPair {
    /// Vietnamese.
    pub vi: String,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// One technical property as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecificationDraft {
    /// What is told.
    #[schema(max_length = 100, example = "Năng suất")]
    pub name: String,
    /// Its value.
    #[schema(max_length = 500, example = "500")]
    pub value: String,
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30, example = "kg/h")]
    pub unit: Option<String>,
}

/// A listing as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingDraft {
    /// What is posted (loại tin).
    #[schema(value_type = ListingKind, example = "equipment_offer")]
    pub kind: String,
    /// Name of what is offered or sought, at most 256 characters (tên).
    #[schema(value_type = TitleText)]
    pub title: TextPair,
    /// In two or three sentences, at most 500 characters; needed before submission (tóm tắt).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SummaryText>)]
    pub summary: Option<TextPair>,
    /// In full, at most 20,000 characters; needed before a `consulting_service`, `expert` or `partner_search` is submitted
    /// (mô tả).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DescriptionText>)]
    pub description: Option<TextPair>,
    /// Codes of the list `fields`, at most 3; at least one before submission (lĩnh vực).
    #[serde(default)]
    #[schema(value_type = Vec<FieldCode>, max_items = 3, example = json!(["food.drying"]))]
    pub field_codes: Vec<String>,
    /// Technology readiness level; needed before a `technology_offer` or `rd_project` is submitted, refused for
    /// `consulting_service`, `expert` and `ocop_product` (mức độ sẵn sàng công nghệ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 9, example = 8)]
    pub trl: Option<u8>,
    /// ISO 3166-1 alpha-2 code (xuất xứ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 2, example = "VN")]
    pub origin_country: Option<String>,
    /// Brand; refused for `consulting_service`, `expert` and `partner_search` (thương hiệu).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub brand: Option<String>,
    /// Model number; refused as a brand is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub model: Option<String>,
    /// Technical properties, at most 100 (thông số kỹ thuật).
    #[serde(default)]
    #[schema(max_items = 100)]
    pub specifications: Vec<SpecificationDraft>,
    /// How the price is told (hình thức giá).
    #[serde(default = "contact")]
    #[schema(value_type = PriceMode, default = "contact", example = "fixed")]
    pub price_mode: String,
    /// Amount, or the lower one, in VND.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 185_000_000)]
    pub price_min: Option<i64>,
    /// Upper amount in VND.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub price_max: Option<i64>,
    /// Codes of the list `transfer_modes`; at least one before an `ip_asset` or `partner_search` is submitted (hình thức
    /// chuyển giao).
    #[serde(default)]
    #[schema(value_type = Vec<TransferMode>, max_items = 13, example = json!(["sale_of_equipment"]))]
    pub transfer_modes: Vec<String>,
}

fn contact() -> String {
    PriceMode::Contact.as_str().into()
}

impl ListingDraft {
    /// Parses the draft; the error names every wrong field.
    pub fn parse(&self, lists: &InForce) -> Result<ListingContent, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let kind = errors.keep("/kind", self.kind.parse::<ListingKind>().or(unknown("listing_kinds")));
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
            self.price_mode.parse::<PriceMode>().or(unknown("price_modes")),
        );
        let price = mode.and_then(|mode| match Price::parse(mode, self.price_min, self.price_max) {
            Ok(price) => Some(price),
            Err((field, violation)) => {
                errors.add(format!("/{field}"), violation);
                None
            }
        });
        let transfer_modes = transfer_modes(&mut errors, &self.transfer_modes, lists);
        if let Some(kind) = kind {
            self.refuse_foreign(&mut errors, kind);
        }
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
            })
        })();
        errors.finish(content)
    }

    /// Refuses what does not belong to the kind, rather than dropping it or showing what makes no sense.
    fn refuse_foreign(&self, errors: &mut FieldErrors, kind: ListingKind) {
        let parts = [
            ("/trl", self.trl.is_some(), kind.may_have_trl()),
            ("/brand", self.brand.is_some(), kind.may_have_brand()),
            ("/model", self.model.is_some(), kind.may_have_brand()),
        ];
        for (pointer, is_given, belongs) in parts {
            if is_given && !belongs {
                errors.add(pointer, Violation::Conflicts { with: "kind" });
            }
        }
    }

    /// The form in which the content would be sent.
    pub fn of(content: &ListingContent) -> Self {
        Self {
            kind: content.kind.as_str().into(),
            title: TextPair {
                vi: content.title.vi.to_string(),
                en: content.title.en.as_ref().map(ToString::to_string),
            },
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
            price_min: content.price.min,
            price_max: content.price.max,
            transfer_modes: content.transfer_modes.iter().map(ToString::to_string).collect(),
        }
    }
}

fn text_pair<const MAX: usize>(text: &Bilingual<Prose<MAX>>) -> TextPair {
    TextPair {
        vi: text.vi.to_string(),
        en: text.en.as_ref().map(ToString::to_string),
    }
}

fn unknown<T>(list: &'static str) -> Result<T, Violation> {
    Err(Violation::UnknownCode { list })
}

fn known(lists: &InForce, list: TaxonomyName, code: &str) -> Result<String, Violation> {
    lists.check(list, code).map(|item| item.code.clone())
}

fn pair<T>(
    errors: &mut FieldErrors,
    pointer: &str,
    given: Option<&TextPair>,
    parse: impl Fn(&str) -> Result<T, Violation>,
) -> Option<Bilingual<T>> {
    let given = given?;
    let vi = errors.keep(format!("{pointer}/vi"), parse(&given.vi));
    let en = errors.keep_opt(format!("{pointer}/en"), given.en.as_deref(), parse);
    Some(Bilingual { vi: vi?, en })
}

/// Which codes, and how many at most.
#[derive(Clone, Copy)]
struct Wanted {
    list: TaxonomyName,
    max: usize,
}

fn codes(
    errors: &mut FieldErrors,
    pointer: &str,
    given: &[String],
    lists: &InForce,
    Wanted { list, max }: Wanted,
) -> Vec<String> {
    if given.len() > max {
        errors.add(pointer, Violation::TooMany { max });
        return Vec::new();
    }
    let mut kept: Vec<String> = Vec::new();
    for (i, code) in given.iter().enumerate() {
        let parsed = if kept.contains(code) {
            Err(Violation::Duplicate)
        } else {
            known(lists, list, code)
        };
        kept.extend(errors.keep(format!("{pointer}/{i}"), parsed));
    }
    kept
}

fn specifications(errors: &mut FieldErrors, given: &[SpecificationDraft]) -> Vec<Specification> {
    if given.len() > listing::MAX_SPECIFICATIONS {
        errors.add(
            "/specifications",
            Violation::TooMany {
                max: listing::MAX_SPECIFICATIONS,
            },
        );
        return Vec::new();
    }
    let mut kept = Vec::with_capacity(given.len());
    for (i, draft) in given.iter().enumerate() {
        match Specification::parse(&draft.name, &draft.value, draft.unit.as_deref()) {
            Ok(specification) => kept.push(specification),
            Err((part, violation)) => errors.add(format!("/specifications/{i}/{part}"), violation),
        }
    }
    kept
}

fn transfer_modes(errors: &mut FieldErrors, given: &[String], lists: &InForce) -> Vec<TransferMode> {
    if given.len() > TransferMode::ALL.len() {
        errors.add(
            "/transfer_modes",
            Violation::TooMany {
                max: TransferMode::ALL.len(),
            },
        );
        return Vec::new();
    }
    let mut kept: Vec<TransferMode> = Vec::new();
    for (i, code) in given.iter().enumerate() {
        let parsed = match code.parse::<TransferMode>() {
            Ok(mode) if kept.contains(&mode) => Err(Violation::Duplicate),
            Ok(mode) => known(lists, TaxonomyName::TransferModes, code).map(|_known| mode),
            Err(_) => unknown("transfer_modes"),
        };
        kept.extend(errors.keep(format!("/transfer_modes/{i}"), parsed));
    }
    kept
}

/// The lists for an edit of a listing, which may keep the codes that it has.
pub fn lists_for_listing(lists: InForce, content: &ListingContent) -> InForce {
    lists
        .keeping(TaxonomyName::Fields, content.field_codes.iter().map(String::as_str))
        .keeping(TaxonomyName::Countries, content.origin_country.as_deref())
        .keeping(
            TaxonomyName::TransferModes,
            content.transfer_modes.iter().map(|mode| mode.as_str()),
        )
}

/// Applies a JSON merge patch (RFC 7396): `null` removes, objects merge, everything else replaces.
pub fn merge_patch(target: &mut serde_json::Value, patch: &serde_json::Value) {
    let serde_json::Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = serde_json::Value::Object(serde_json::Map::new());
    }
    if let serde_json::Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(name);
            } else {
                merge_patch(target.entry(name.clone()).or_insert(serde_json::Value::Null), value);
            }
        }
    }
}
