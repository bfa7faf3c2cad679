//! Filters in the ordinals of one segment.

use tantivy::DocId;

use crate::{
    Facet, Filters,
    amounts::AmountSelection,
    choices::{BASIC, Values},
    columns::{Columns, ON_REQUEST, place},
};

/// What is chosen in one segment. Each selection has a bit: that of its facet, and one for each kind of quantity.
pub(crate) struct Selection {
    /// Whether nothing is.
    pub(crate) everything: bool,
    basic: Vec<Chosen>,
    others: Vec<Chosen>,
    prices: Option<(u64, u64)>,
    pub(crate) amounts: Option<AmountSelection>,
}

/// What is chosen of one facet.
struct Chosen {
    place: usize,
    bit: u32,
    /// Number of the first set, see [`Values`].
    first: u32,
    sets: Vec<bool>,
}

impl Chosen {
    fn fails(&self, row: &[u32]) -> u32 {
        let number = row.get(self.place).copied().unwrap_or(u32::MAX);
        if self
            .sets
            .get(place(number.wrapping_sub(self.first)))
            .copied()
            .unwrap_or(false)
        {
            0
        } else {
            self.bit
        }
    }
}

impl Selection {
    pub(crate) fn new(filters: &Filters, columns: &Columns) -> Self {
        let Filters {
            kinds,
            fields,
            provinces,
            price_modes,
            price_buckets,
            trl: _,
            trl_min: _,
            trl_max: _,
            stages,
            transfer_modes,
            ip_statuses,
            origins,
            certifications,
            enterprises,
            quantities,
            price_min,
            price_max,
        } = filters;
        let levels = levels(filters);
        let mut selection = Self {
            everything: *filters == Filters::default(),
            basic: Vec::new(),
            others: Vec::new(),
            prices: (price_min.is_some() || price_max.is_some()).then(|| {
                (
                    price_min.unwrap_or(0),
                    price_max.unwrap_or(ON_REQUEST - 1).min(ON_REQUEST - 1),
                )
            }),
            amounts: AmountSelection::new(quantities, &columns.amounts),
        };
        for (facet, wanted) in [
            (Facet::Kind, kinds),
            (Facet::Field, fields),
            (Facet::Province, provinces),
            (Facet::Price, price_buckets),
            (Facet::PriceMode, price_modes),
            (Facet::Stage, stages),
            (Facet::TransferMode, transfer_modes),
            (Facet::IpStatus, ip_statuses),
            (Facet::Origin, origins),
            (Facet::Certification, certifications),
            (Facet::Enterprise, enterprises),
        ] {
            if !wanted.is_empty() {
                selection.choose(facet, wanted, columns);
            }
        }
        if let Some(levels) = levels {
            selection.choose(Facet::Trl, &levels, columns);
        }
        selection
    }

    fn choose(&mut self, facet: Facet, wanted: &[String], columns: &Columns) {
        let values = columns.choices.values(facet);
        let (list, place) = match facet.place().checked_sub(BASIC) {
            None => (&mut self.basic, facet.place()),
            Some(place) => (&mut self.others, place),
        };
        list.push(Chosen {
            place,
            bit: facet.bit(),
            first: values.map_or(0, |values| values.first),
            sets: values.map(|values| having(wanted, values)).unwrap_or_default(),
        });
    }

    /// Bits of the selections that a listing fails.
    pub(crate) fn fails(&self, columns: &Columns, doc: DocId) -> u32 {
        let at = place(doc);
        let mut failed = 0;
        if !self.basic.is_empty()
            && let Some(row) = columns.choices.basic.get(at)
        {
            failed = self.basic.iter().fold(failed, |all, chosen| all | chosen.fails(row));
        }
        if !self.others.is_empty()
            && let Some(row) = columns.choices.others.get(at)
        {
            failed = self.others.iter().fold(failed, |all, chosen| all | chosen.fails(row));
        }
        if let Some((min, max)) = self.prices {
            let price = columns.prices.get(at).copied().unwrap_or(ON_REQUEST);
            if !(min..=max).contains(&price) {
                failed |= Facet::Price.bit();
            }
        }
        if let Some(amounts) = &self.amounts {
            failed |= amounts.fails(&columns.amounts, doc);
        }
        failed
    }
}

/// The levels that are chosen; none when all are, and those without.
fn levels(filters: &Filters) -> Option<Vec<String>> {
    let Filters {
        trl, trl_min, trl_max, ..
    } = filters;
    if trl.is_empty() && trl_min.is_none() && trl_max.is_none() {
        return None;
    }
    let chosen = |level: &u8| {
        (trl.is_empty() || trl.contains(level))
            && trl_min.is_none_or(|min| *level >= min)
            && trl_max.is_none_or(|max| *level <= max)
    };
    Some((1..=9).filter(chosen).map(|level: u8| level.to_string()).collect())
}

/// Which sets have one of the wanted values.
fn having(wanted: &[String], values: &Values) -> Vec<bool> {
    let chosen: Vec<bool> = values.codes.iter().map(|code| wanted.contains(code)).collect();
    let has = |set: &[u32]| {
        set.iter()
            .any(|ordinal| chosen.get(place(*ordinal)).copied().unwrap_or(false))
    };
    values.sets.iter().map(|set| has(set)).collect()
}
