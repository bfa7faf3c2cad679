//! Facet counts as the caller sees them.

/// What listings can be chosen and counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Kind of the listing.
    Kind,
    /// Technology field, parents included.
    Field,
    /// Province.
    Province,
    /// Technology readiness level.
    Trl,
    /// Price bucket.
    Price,
    /// Price mode.
    PriceMode,
    /// Stage of development.
    Stage,
    /// How the technology passes over.
    TransferMode,
    /// Where rights of intellectual property stand.
    IpStatus,
    /// Country of origin.
    Origin,
    /// Scheme of a certificate.
    Certification,
    /// Whose listing it is.
    Enterprise,
    /// Kinds of quantities among the specifications.
    Quantity,
}

impl Facet {
    /// All of them. Those in front are the [`FacetSet::BASIC`] ones.
    pub const ALL: [Self; 13] = [
        Self::Kind,
        Self::Field,
        Self::Province,
        Self::Trl,
        Self::Price,
        Self::PriceMode,
        Self::Stage,
        Self::TransferMode,
        Self::IpStatus,
        Self::Origin,
        Self::Certification,
        Self::Enterprise,
        Self::Quantity,
    ];

    /// Its place in [`Self::ALL`].
    pub(crate) const fn place(self) -> usize {
        match self {
            Self::Kind => 0,
            Self::Field => 1,
            Self::Province => 2,
            Self::Trl => 3,
            Self::Price => 4,
            Self::PriceMode => 5,
            Self::Stage => 6,
            Self::TransferMode => 7,
            Self::IpStatus => 8,
            Self::Origin => 9,
            Self::Certification => 10,
            Self::Enterprise => 11,
            Self::Quantity => 12,
        }
    }

    /// The bit that stands for it.
    pub(crate) const fn bit(self) -> u32 {
        1 << self.place()
    }
}

/// Some facets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FacetSet(u32);

impl FacetSet {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// Those that a page of hits shows beside it: kind, field, province, readiness level and price.
    pub const BASIC: Self =
        Self(Facet::Kind.bit() | Facet::Field.bit() | Facet::Province.bit() | Facet::Trl.bit() | Facet::Price.bit());
    /// Every one.
    pub const ALL: Self = Self((Facet::Quantity.bit() << 1) - 1);

    /// These and one more.
    #[must_use]
    pub const fn with(self, facet: Facet) -> Self {
        Self(self.0 | facet.bit())
    }

    /// Whether it is among them.
    #[must_use]
    pub const fn has(self, facet: Facet) -> bool {
        self.0 & facet.bit() != 0
    }

    /// The bits of its facets.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }
}

impl Default for FacetSet {
    fn default() -> Self {
        Self::BASIC
    }
}

/// Counts of the hits by facet. Each facet ignores its own selection, so that the other
/// choices stay visible; values without a hit are left out, and so are facets that were not asked for.
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
    /// By price mode code, most frequent first.
    pub price_modes: Vec<FacetCount>,
    /// By stage of development, most frequent first.
    pub stages: Vec<FacetCount>,
    /// By transfer mode, most frequent first.
    pub transfer_modes: Vec<FacetCount>,
    /// By where rights of intellectual property stand, most frequent first.
    pub ip_statuses: Vec<FacetCount>,
    /// By country of origin, most frequent first.
    pub origins: Vec<FacetCount>,
    /// By scheme of a certificate, most frequent first.
    pub certifications: Vec<FacetCount>,
    /// By whose they are, most frequent first.
    pub enterprises: Vec<FacetCount>,
    /// By kind of quantity, most frequent first.
    pub quantities: Vec<QuantityCount>,
}

/// How many hits have one facet value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// Code of the value.
    pub value: String,
    /// Number of hits.
    pub count: u64,
}

/// How many hits have a kind of quantity among their specifications, and between which amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantityCount {
    /// The kind of quantity, such as `mass_rate`.
    pub dimension: String,
    /// The unit of the amounts, as [`crate::QuantityRange`] reads it.
    pub unit: String,
    /// Number of hits.
    pub count: u64,
    /// Least amount, in millionths of the unit.
    pub min: u64,
    /// Greatest amount, in millionths of the unit.
    pub max: u64,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_facet_has_its_own_place() {
        for (place, facet) in Facet::ALL.into_iter().enumerate() {
            assert_eq!(facet.place(), place);
            assert!(FacetSet::ALL.has(facet) && !FacetSet::NONE.has(facet), "{facet:?}");
            assert_eq!(FacetSet::BASIC.has(facet), place < 5, "{facet:?}");
            assert!(FacetSet::NONE.with(facet).has(facet));
        }
        assert_eq!(FacetSet::ALL.bits().count_ones(), 13);
    }
}
