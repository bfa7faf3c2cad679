//! Facet counts as the caller sees them.

/// Counts of the hits by facet. Each facet ignores its own selection, so that the other
/// choices stay visible; values without a hit are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By kind code, most frequent first.
    pub kinds: Vec<FacetCount>,
    /// By technology field code, parents included, most frequent first.
    pub fields: Vec<FacetCount>,
    /// By province code, most frequent first.
    pub provinces: Vec<FacetCount>,
    /// By technology readiness level, lowest first.
    pub trl: Vec<FacetCount>,
    /// By price bucket: `on_request`, `lt_10m`, `10m_100m`, `100m_1b`, `gte_1b`, in this order.
    pub prices: Vec<FacetCount>,
}

/// How many hits have one facet value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// Code of the value.
    pub value: String,
    /// Number of hits.
    pub count: u64,
}

/// Values of [`Facets::prices`] (đồng): on request, under 10 million, to 100 million, to 1 billion, above.
pub const PRICE_BUCKETS: [&str; 5] = ["on_request", "lt_10m", "10m_100m", "100m_1b", "gte_1b"];

/// Index into [`PRICE_BUCKETS`] of a price.
pub(crate) fn price_bucket(price: Option<u64>) -> u8 {
    match price {
        None => 0,
        Some(0..10_000_000) => 1,
        Some(10_000_000..100_000_000) => 2,
        Some(100_000_000..1_000_000_000) => 3,
        Some(_) => 4,
    }
}
