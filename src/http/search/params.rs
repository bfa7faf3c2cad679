//! What a search is asked for.

use serde::Deserialize;

use super::facets::{FacetName, PriceBucket, counted};
use super::understanding::interpretations;
use crate::domain::TextEnum;
use crate::domain::fields::{Violation, among, not_one_of};
use crate::domain::ids::EnterpriseId;
use crate::domain::listing::details::{CertificationScheme, IpRightStatus, Stage};
use crate::domain::listing::{ListingKind, MAX_SUM, PriceMode, TransferMode};
use crate::domain::shapes::{
    EnterpriseCode, FieldCode, InterpretationId, ListCode, ProvinceCode, QuantityText, TrlCode,
};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text_enum;
use crate::domain::whole;
use crate::http::extract::query::{list, wrong_parameter};
use crate::http::problem::Problem;
use crate::service::search::{FacetSet, Filters, PRICE_BUCKETS, QuantityRange, SearchQuery, Sort};

/// What to find. Lists are written with commas: alternatives inside a list, all conditions together.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// What the person typed, with or without diacritics; `"…"` is a phrase, `-word` excludes. Empty browses.
    /// Syllables after the 64th are ignored.
    #[param(max_length = 512, example = "may say lua")]
    pub q: Option<String>,
    /// Codes of the list `listing_kinds`.
    #[param(inline, value_type = Option<Vec<ListingKind>>, style = Form, explode = false, max_items = 100, example = json!(["equipment_offer"]))]
    pub kind: Option<String>,
    /// Codes of the list `fields`; a parent covers its children, a code what took its place or what it took the place of.
    #[param(inline, value_type = Option<Vec<FieldCode>>, style = Form, explode = false, max_items = 100, example = json!(["food"]))]
    pub field: Option<String>,
    /// Codes of the list `provinces`; an older code stands for what became of it.
    #[param(inline, value_type = Option<Vec<ProvinceCode>>, style = Form, explode = false, max_items = 100, example = json!(["25"]))]
    pub province: Option<String>,
    /// Codes of the list `price_modes`.
    #[param(inline, value_type = Option<Vec<PriceMode>>, style = Form, explode = false, max_items = 100)]
    pub price_mode: Option<String>,
    /// Values of the facet `price`.
    #[param(inline, value_type = Option<Vec<PriceBucket>>, style = Form, explode = false, max_items = 100, example = json!(["10m_100m", "100m_1b"]))]
    pub price: Option<String>,
    /// Technology readiness levels.
    #[param(inline, value_type = Option<Vec<TrlCode>>, style = Form, explode = false, max_items = 9, example = json!(["7", "8", "9"]))]
    pub trl: Option<String>,
    /// Lowest technology readiness level.
    #[serde(default, deserialize_with = "whole::parameter::<_, _, 1, 9>")]
    #[param(minimum = 1, maximum = 9)]
    pub trl_min: Option<u8>,
    /// Highest technology readiness level.
    #[serde(default, deserialize_with = "whole::parameter::<_, _, 1, 9>")]
    #[param(minimum = 1, maximum = 9)]
    pub trl_max: Option<u8>,
    /// Stages of development.
    #[param(inline, value_type = Option<Vec<Stage>>, style = Form, explode = false, max_items = 100)]
    pub stage: Option<String>,
    /// Codes of the list `transfer_modes`.
    #[param(inline, value_type = Option<Vec<TransferMode>>, style = Form, explode = false, max_items = 100)]
    pub transfer_mode: Option<String>,
    /// Where one of the public rights of intellectual property stands.
    #[param(inline, value_type = Option<Vec<IpRightStatus>>, style = Form, explode = false, max_items = 100)]
    pub ip_status: Option<String>,
    /// Countries of origin: codes of the list `countries`.
    #[param(inline, value_type = Option<Vec<ListCode>>, style = Form, explode = false, max_items = 100, example = json!(["JP"]))]
    pub origin: Option<String>,
    /// Schemes of certificates.
    #[param(inline, value_type = Option<Vec<CertificationScheme>>, style = Form, explode = false, max_items = 100)]
    pub certification: Option<String>,
    /// Whose listings: identifiers of enterprises; one that became part of another stands for that one.
    #[param(inline, value_type = Option<Vec<EnterpriseCode>>, style = Form, explode = false, max_items = 100)]
    pub enterprise: Option<String>,
    /// Ranges with a unit, ends included, that a number among the specifications meets: `500..2000kg/h`, `5kW..`, `380V`.
    /// Those of one kind of quantity are alternatives, whatever their units. Decimals have a point.
    #[param(inline, value_type = Option<Vec<QuantityText>>, style = Form, explode = false, max_items = 8, example = json!(["500..2000kg/h", "..5.5kW"]))]
    pub quantity: Option<String>,
    /// Lowest price in VND; prices in other currencies are neither above nor below it.
    #[serde(default, deserialize_with = "whole::parameter::<_, _, 0, MAX_SUM>")]
    #[param(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub price_min: Option<u64>,
    /// Highest price in VND.
    #[serde(default, deserialize_with = "whole::parameter::<_, _, 0, MAX_SUM>")]
    #[param(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub price_max: Option<u64>,
    /// True takes the words as they were typed: nothing is read as something else (`understanding.corrections`).
    pub verbatim: Option<bool>,
    /// Interpretations to leave out (`understanding.interpretations[].id`), of the same `q`: their words are words like the
    /// others then. One that the query does not have is left aside; what has not the form of an `id` is refused.
    #[param(inline, value_type = Option<Vec<InterpretationId>>, style = Form, explode = false, max_items = 20, example = json!(["origin:12-25"]))]
    pub without: Option<String>,
    /// Order of the hits; by relevance when absent.
    #[param(inline, value_type = Option<SortOrder>)]
    pub sort: Option<String>,
    /// What is counted beside the hits: names of facets; `true`, as when absent, counts kind, field, province, trl and
    /// price, `all` everything, `false` nothing.
    #[param(inline, value_type = Option<Vec<FacetName>>, style = Form, explode = false, max_items = 16, example = json!(["kind", "stage", "quantity"]))]
    pub facets: Option<String>,
    /// True tells officers who maintain the reference data why each hit is there.
    #[param(inline, value_type = Option<Switch>)]
    pub explain: Option<String>,
    /// Most hits on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

text_enum! {
    /// Order of the hits.
    pub enum SortOrder {
        /// Best first.
        Relevance => "relevance",
        /// Published last first.
        Newest => "newest",
        /// Cheapest first; those without a price come last.
        PriceAscending => "price_ascending",
        /// Dearest first; those without a price come last.
        PriceDescending => "price_descending",
        /// Highest technology readiness level first; those without one come last.
        TrlDescending => "trl_descending",
    }
}

text_enum! {
    /// Yes or no.
    pub enum Switch {
        /// Yes.
        True => "true",
        /// Yes, for short.
        One => "1",
        /// No.
        False => "false",
        /// No, for short.
        Zero => "0",
    }
}

/// Reads the parameter `explain`.
fn explain(given: Option<&str>) -> Result<bool, Problem> {
    match given.map(str::parse) {
        None => Ok(false),
        Some(Ok(switch)) => Ok(matches!(switch, Switch::True | Switch::One)),
        Some(Err(_)) => Err(wrong_parameter("explain", Violation::Malformed { what: "boolean" }).into()),
    }
}

/// Most values of one list.
const MAX_VALUES: usize = 100;
/// Most ranges of quantities.
const MAX_QUANTITIES: usize = 8;

impl SearchParams {
    /// What the search itself takes; of several parameters that are wrong one is named.
    pub(super) fn read(self, lists: &InForce, limit: u32) -> Result<SearchQuery, Problem> {
        let filters = self.filters(lists)?;
        let counted = counted(self.facets.as_deref())?;
        let sort = match self.sort.as_deref().map(str::parse) {
            None | Some(Ok(SortOrder::Relevance)) => Sort::Relevance,
            Some(Ok(SortOrder::Newest)) => Sort::Newest,
            Some(Ok(SortOrder::PriceAscending)) => Sort::PriceAscending,
            Some(Ok(SortOrder::PriceDescending)) => Sort::PriceDescending,
            Some(Ok(SortOrder::TrlDescending)) => Sort::TrlDescending,
            Some(Err(_)) => return Err(wrong_parameter("sort", not_one_of::<SortOrder>()).into()),
        };
        Ok(SearchQuery {
            text: self.q.unwrap_or_default(),
            filters,
            sort,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            after: self.after,
            facets: counted != FacetSet::NONE,
            counted,
            fields_counted_as: lists.succession(TaxonomyName::Fields).counted_as(),
            groups: Vec::new(),
            explain: explain(self.explain.as_deref())?,
            verbatim: self.verbatim.unwrap_or(false),
            without: interpretations(self.without.as_deref())?,
        })
    }

    fn filters(&self, lists: &InForce) -> Result<Filters, Problem> {
        let codes = |name, given: &Option<String>, of| codes(name, given.as_deref(), lists, of);
        let covered = |name, given: &Option<String>, of| covered(name, given.as_deref(), lists, of);
        Ok(Filters {
            kinds: codes("kind", &self.kind, TaxonomyName::ListingKinds)?,
            fields: covered("field", &self.field, TaxonomyName::Fields)?,
            provinces: covered("province", &self.province, TaxonomyName::Provinces)?,
            price_modes: codes("price_mode", &self.price_mode, TaxonomyName::PriceModes)?,
            price_buckets: price_buckets(self.price.as_deref())?,
            trl: levels(self.trl.as_deref())?,
            trl_min: self.trl_min,
            trl_max: self.trl_max,
            stages: choices::<Stage>("stage", self.stage.as_deref())?,
            transfer_modes: codes("transfer_mode", &self.transfer_mode, TaxonomyName::TransferModes)?,
            ip_statuses: choices::<IpRightStatus>("ip_status", self.ip_status.as_deref())?,
            origins: codes("origin", &self.origin, TaxonomyName::Countries)?,
            certifications: choices::<CertificationScheme>("certification", self.certification.as_deref())?,
            enterprises: enterprises(self.enterprise.as_deref())?,
            quantities: quantities(self.quantity.as_deref())?,
            price_min: self.price_min,
            price_max: self.price_max,
        })
    }
}

/// The values of a list, of which there may be so many.
fn values(parameter: &str, given: Option<&str>, max: usize) -> Result<Vec<String>, Problem> {
    let values = list(given);
    if values.len() > max {
        return Err(wrong_parameter(parameter, Violation::TooMany { max }).into());
    }
    Ok(values)
}

/// Codes of a reference list, each with all that lead to the same today: what an old record says is found under what took
/// its place, and an old link finds what is there now.
pub(super) fn covered(
    parameter: &str,
    given: Option<&str>,
    lists: &InForce,
    of: TaxonomyName,
) -> Result<Vec<String>, Problem> {
    let mut all = Vec::new();
    for code in values(parameter, given, MAX_VALUES)? {
        let meant = lists.covered_by(of, &code);
        let unknown = || wrong_parameter(parameter, lists.unknown(of, &code));
        all.extend(meant.ok_or_else(unknown)?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Codes of a reference list.
fn codes(parameter: &str, given: Option<&str>, lists: &InForce, of: TaxonomyName) -> Result<Vec<String>, Problem> {
    let codes = values(parameter, given, MAX_VALUES)?;
    if let Some(code) = codes.iter().find(|code| !lists.lists().contains(of, code)) {
        return Err(wrong_parameter(parameter, lists.unknown(of, code)).into());
    }
    Ok(codes)
}

/// Values of an enum.
fn choices<T: TextEnum>(parameter: &str, given: Option<&str>) -> Result<Vec<String>, Problem> {
    let choices = values(parameter, given, MAX_VALUES)?;
    if choices.iter().all(|choice| choice.parse::<T>().is_ok()) {
        return Ok(choices);
    }
    Err(wrong_parameter(parameter, not_one_of::<T>()).into())
}

fn price_buckets(given: Option<&str>) -> Result<Vec<String>, Problem> {
    let buckets = values("price", given, MAX_VALUES)?;
    if buckets.iter().all(|bucket| PRICE_BUCKETS.contains(&bucket.as_str())) {
        return Ok(buckets);
    }
    Err(wrong_parameter("price", among(&PRICE_BUCKETS)).into())
}

fn levels(given: Option<&str>) -> Result<Vec<u8>, Problem> {
    let level = |text: &String| text.parse().ok().filter(|level| (1..=9).contains(level));
    let levels = values("trl", given, MAX_VALUES)?;
    let read: Option<Vec<u8>> = levels.iter().map(level).collect();
    read.ok_or_else(|| wrong_parameter("trl", Violation::OutOfRange { min: 1, max: 9 }).into())
}

/// Identifiers of enterprises, in the form in which the index has them.
fn enterprises(given: Option<&str>) -> Result<Vec<String>, Problem> {
    let ids = values("enterprise", given, MAX_VALUES)?;
    let read: Option<Vec<EnterpriseId>> = ids.iter().map(|id| id.parse().ok()).collect();
    let read = read.ok_or_else(|| wrong_parameter("enterprise", Violation::Malformed { what: "identifier" }))?;
    Ok(read.iter().map(ToString::to_string).collect())
}

fn quantities(given: Option<&str>) -> Result<Vec<QuantityRange>, Problem> {
    let ranges = values("quantity", given, MAX_QUANTITIES)?;
    let read = ranges.iter().map(|range| range.parse().ok()).collect::<Option<_>>();
    read.ok_or_else(|| wrong_parameter("quantity", Violation::Malformed { what: "quantity_range" }).into())
}
