//! Counts beside the hits.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::dimension;
use crate::domain::fields::{Violation, not_one_of};
use crate::domain::listing::details::{CertificationScheme, IpRightStatus, Stage};
use crate::domain::shapes::choice;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text_enum;
use crate::http::extract::query::{list, wrong_parameter};
use crate::http::problem::Problem;
use crate::service::search::{Facet, FacetCount, FacetSet, Facets, NamedOwner, PRICE_BUCKETS, QuantityCount};

/// A value of the facet `price`.
#[derive(Clone, Copy, Debug)]
pub enum PriceBucket {}

impl utoipa::PartialSchema for PriceBucket {
    fn schema() -> RefOr<Schema> {
        choice(PRICE_BUCKETS.iter().copied())
    }
}

impl ToSchema for PriceBucket {}

text_enum! {
    /// What hits are counted by.
    pub enum FacetName {
        /// Kind.
        Kind => "kind",
        /// Field.
        Field => "field",
        /// Province of the enterprise.
        Province => "province",
        /// Technology readiness level.
        Trl => "trl",
        /// Price bucket.
        Price => "price",
        /// Price mode.
        PriceMode => "price_mode",
        /// Stage of development.
        Stage => "stage",
        /// How the technology passes over.
        TransferMode => "transfer_mode",
        /// Where rights of intellectual property stand.
        IpStatus => "ip_status",
        /// Country of origin.
        Origin => "origin",
        /// Scheme of a certificate.
        Certification => "certification",
        /// Whose listing it is.
        Enterprise => "enterprise",
        /// Kind of quantity among the specifications.
        Quantity => "quantity",
        /// Every one of them.
        All => "all",
        /// Kind, field, province, readiness level and price.
        True => "true",
        /// None.
        False => "false",
    }
}

/// Most names in the parameter `facets`.
const MAX_NAMES: usize = FacetName::ALL.len();

/// Reads the parameter `facets`: which are counted.
pub(super) fn counted(given: Option<&str>) -> Result<FacetSet, Problem> {
    let Some(given) = given else { return Ok(FacetSet::BASIC) };
    let names = list(Some(given));
    if names.len() > MAX_NAMES {
        return Err(wrong_parameter("facets", Violation::TooMany { max: MAX_NAMES }).into());
    }
    let mut all = FacetSet::NONE;
    for name in &names {
        let facet = match name.parse() {
            Ok(FacetName::Kind) => Facet::Kind,
            Ok(FacetName::Field) => Facet::Field,
            Ok(FacetName::Province) => Facet::Province,
            Ok(FacetName::Trl) => Facet::Trl,
            Ok(FacetName::Price) => Facet::Price,
            Ok(FacetName::PriceMode) => Facet::PriceMode,
            Ok(FacetName::Stage) => Facet::Stage,
            Ok(FacetName::TransferMode) => Facet::TransferMode,
            Ok(FacetName::IpStatus) => Facet::IpStatus,
            Ok(FacetName::Origin) => Facet::Origin,
            Ok(FacetName::Certification) => Facet::Certification,
            Ok(FacetName::Enterprise) => Facet::Enterprise,
            Ok(FacetName::Quantity) => Facet::Quantity,
            // A word for a set of facets stands alone.
            Ok(FacetName::All) if names.len() == 1 => return Ok(FacetSet::ALL),
            Ok(FacetName::True) if names.len() == 1 => return Ok(FacetSet::BASIC),
            Ok(FacetName::False) if names.len() == 1 => return Ok(FacetSet::NONE),
            Err(_) => return Err(wrong_parameter("facets", not_one_of::<FacetName>()).into()),
            Ok(FacetName::All | FacetName::True | FacetName::False) => {
                return Err(wrong_parameter("facets", Violation::Malformed { what: "facets" }).into());
            }
        };
        all = all.with(facet);
    }
    Ok(all)
}

/// How many hits have a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FacetEntry {
    /// The value, as the filter takes it.
    pub value: String,
    /// Its Vietnamese name.
    pub name_vi: String,
    /// Its English name.
    #[schema(required)]
    pub name_en: Option<String>,
    /// Hits that have it, its own filter left aside.
    pub count: u64,
    /// The value above it, of a field that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "food")]
    pub parent: Option<String>,
    /// How deep a field stands in the tree; 1 is the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 2)]
    pub level: Option<usize>,
    /// The day on which the code of a field ended, where several or none took its place; one that leads to one other is
    /// counted there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, min_length = 10, max_length = 10, example = "2027-07-01")]
    pub valid_to: Option<Date>,
}

/// How many hits tell a kind of quantity, and between which amounts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuantityEntry {
    /// The kind of quantity.
    #[schema(example = "mass_rate")]
    pub value: String,
    /// Its Vietnamese name.
    #[schema(example = "Khối lượng mỗi giờ")]
    pub name_vi: String,
    /// Its English name.
    #[schema(example = "Mass per hour")]
    pub name_en: String,
    /// The unit of the amounts; the filter `quantity` takes it behind a number.
    #[schema(example = "kg/h")]
    pub unit: String,
    /// Least amount.
    #[schema(example = 50)]
    pub min: f64,
    /// Greatest amount.
    #[schema(example = 5000)]
    pub max: f64,
    /// Hits that tell one, filters about the same kind left aside.
    pub count: u64,
}

/// Counts beside the hits. Those of the first five that were not asked for are empty, the others are absent then.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FacetView {
    /// By kind.
    pub kind: Vec<FacetEntry>,
    /// By field; a parent counts its children too.
    pub field: Vec<FacetEntry>,
    /// By province of the enterprise.
    pub province: Vec<FacetEntry>,
    /// By technology readiness level.
    pub trl: Vec<FacetEntry>,
    /// By price in đồng: `on_request` (and what is told in another currency), `lt_10m`, `10m_100m`, `100m_1b`, `gte_1b` (million, thousand million VND).
    pub price: Vec<FacetEntry>,
    /// By price mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_mode: Option<Vec<FacetEntry>>,
    /// By stage of development.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Vec<FacetEntry>>,
    /// By how the technology passes over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_mode: Option<Vec<FacetEntry>>,
    /// By where public rights of intellectual property stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_status: Option<Vec<FacetEntry>>,
    /// By country of origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Vec<FacetEntry>>,
    /// By scheme of certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certification: Option<Vec<FacetEntry>>,
    /// By enterprise, with its name: those that have the most, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub enterprise: Option<Vec<FacetEntry>>,
    /// How many enterprises have hits, beside `enterprise`: more than that names when it was cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 214)]
    pub enterprise_total: Option<usize>,
    /// By kind of quantity among the specifications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Vec<QuantityEntry>>,
}

impl FacetView {
    /// Counts with the names of their values, as far as they were asked for; enterprises are those that were `named`.
    pub(super) fn new(in_force: &InForce, counted: FacetSet, facets: &Facets, named_owners: &[NamedOwner]) -> Self {
        let lists = in_force.lists();
        let named = |counts: &[FacetCount], name: TaxonomyName| -> Vec<FacetEntry> {
            let entry = |count: &FacetCount| {
                let vi = lists.name_vi(name, &count.value).unwrap_or(&count.value);
                entry(count, vi, lists.name_en(name, &count.value))
            };
            counts.iter().map(entry).collect()
        };
        let asked = |facet, entries: Vec<FacetEntry>| counted.has(facet).then_some(entries);
        let quantities = || facets.quantities.iter().filter_map(quantity).collect();
        Self {
            kind: named(&facets.kinds, TaxonomyName::ListingKinds),
            field: facets.fields.iter().map(|count| field(in_force, count)).collect(),
            province: named(&facets.provinces, TaxonomyName::Provinces),
            trl: named(&facets.trl, TaxonomyName::Trl),
            price: facets.prices.iter().map(|count| named_by(count, price)).collect(),
            price_mode: asked(Facet::PriceMode, named(&facets.price_modes, TaxonomyName::PriceModes)),
            stage: asked(Facet::Stage, chosen::<Stage>(&facets.stages, Stage::names)),
            transfer_mode: asked(
                Facet::TransferMode,
                named(&facets.transfer_modes, TaxonomyName::TransferModes),
            ),
            ip_status: asked(
                Facet::IpStatus,
                chosen::<IpRightStatus>(&facets.ip_statuses, IpRightStatus::names),
            ),
            origin: asked(Facet::Origin, named(&facets.origins, TaxonomyName::Countries)),
            certification: asked(
                Facet::Certification,
                chosen::<CertificationScheme>(&facets.certifications, CertificationScheme::names),
            ),
            enterprise: asked(Facet::Enterprise, owners(&facets.enterprises, named_owners)),
            enterprise_total: counted.has(Facet::Enterprise).then_some(facets.enterprises.len()),
            quantity: counted.has(Facet::Quantity).then(quantities),
        }
    }
}

fn entry(count: &FacetCount, vi: &str, en: Option<&str>) -> FacetEntry {
    FacetEntry {
        value: count.value.clone(),
        name_vi: vi.to_owned(),
        name_en: en.map(str::to_owned),
        count: count.count,
        parent: None,
        level: None,
        valid_to: None,
    }
}

fn field(in_force: &InForce, count: &FacetCount) -> FacetEntry {
    let (name, lists) = (TaxonomyName::Fields, in_force.lists());
    let ended = lists
        .get(name, &count.value)
        .filter(|item| item.has_ended_on(in_force.today()));
    let vi = lists.name_vi(name, &count.value).unwrap_or(&count.value);
    FacetEntry {
        // As the index counts them: by the code, whatever became of the list.
        parent: count.value.rsplit_once('.').map(|(parent, _)| parent.to_owned()),
        level: Some(count.value.split('.').count()),
        valid_to: ended.and_then(|item| item.valid_to),
        ..entry(count, vi, lists.name_en(name, &count.value))
    }
}

/// Entries of a facet whose values are those of an enum.
fn chosen<T: std::str::FromStr>(
    counts: &[FacetCount],
    names: fn(T) -> (&'static str, &'static str),
) -> Vec<FacetEntry> {
    let named = |count: &FacetCount| named_by(count, |value| value.parse().ok().map(names));
    counts.iter().map(named).collect()
}

fn named_by(count: &FacetCount, names: impl Fn(&str) -> Option<(&'static str, &'static str)>) -> FacetEntry {
    let (vi, en) = names(&count.value).unwrap_or((&count.value, &count.value));
    entry(count, vi, Some(en))
}

/// Enterprises by their names; one that is not there any more has none, and no listings either.
fn owners(counts: &[FacetCount], named: &[NamedOwner]) -> Vec<FacetEntry> {
    let named: HashMap<&str, &NamedOwner> = named.iter().map(|owner| (owner.id.as_str(), owner)).collect();
    let told = counts.iter().filter_map(|count| {
        let owner = named.get(count.value.as_str())?;
        Some(entry(count, &owner.legal_name, owner.name_en.as_deref()))
    });
    told.collect()
}

fn price(bucket: &str) -> Option<(&'static str, &'static str)> {
    match bucket {
        "on_request" => Some(("Giá liên hệ", "On request")),
        "lt_10m" => Some(("Dưới 10 triệu đồng", "Below 10 million VND")),
        "10m_100m" => Some(("10–100 triệu đồng", "10–100 million VND")),
        "100m_1b" => Some(("100 triệu – 1 tỷ đồng", "100 million – 1 billion VND")),
        "gte_1b" => Some(("Từ 1 tỷ đồng", "1 billion VND and more")),
        _ => None,
    }
}

/// None for a kind of quantity without a name, of which a test knows none.
fn quantity(count: &QuantityCount) -> Option<QuantityEntry> {
    let named = dimension::of(&count.dimension)?;
    Some(QuantityEntry {
        value: count.dimension.clone(),
        name_vi: named.name_vi,
        name_en: named.name_en,
        unit: named.unit,
        min: number(count.min)?,
        max: number(count.max)?,
        count: count.count,
    })
}

/// Millionths as a number.
fn number(millionths: u64) -> Option<f64> {
    format!("{millionths}e-6").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::search::QuantityRange;

    #[test]
    fn every_quantity_has_a_name_and_a_unit_that_the_filter_takes() {
        for code in QuantityRange::dimensions() {
            let named = dimension::of(&code).unwrap_or_else(|| panic!("{code}"));
            let range: QuantityRange = format!("1..2{}", named.unit).parse().unwrap();
            assert_eq!(range.dimension(), code, "{}", named.unit);
            assert_eq!(
                Some(range),
                QuantityRange::between("1", "2", &QuantityRange::unit_of(&code).unwrap()),
                "{}: the unit in which amounts are told",
                named.unit
            );
        }
    }

    #[test]
    fn facets_are_chosen_by_name() {
        let counted = |given| counted(given).map_err(|_refused| ());
        assert_eq!(counted(None), Ok(FacetSet::BASIC));
        assert_eq!(counted(Some("true")), Ok(FacetSet::BASIC));
        assert_eq!(counted(Some("false")), Ok(FacetSet::NONE));
        assert_eq!(counted(Some("")), Ok(FacetSet::NONE));
        assert_eq!(counted(Some("all")), Ok(FacetSet::ALL));
        assert_eq!(
            counted(Some("kind, stage,kind")),
            Ok(FacetSet::NONE.with(Facet::Kind).with(Facet::Stage))
        );
        for wrong in ["all,kind", "true,false", "kinds", "kind;stage"] {
            assert_eq!(counted(Some(wrong)), Err(()), "{wrong}");
        }
    }

    #[test]
    fn millionths_are_numbers() {
        assert_eq!(number(1_500_000), Some(1.5));
        assert_eq!(number(500_000_000), Some(500.0));
        assert_eq!(number(1), Some(0.000_001));
    }
}
