//! What a cursor is bound to.

use crate::{Features, Filters, SearchRequest, Sort, format::Hash64, vocabulary::Vocabulary};

/// Hash of everything that decides the order of the hits.
pub(crate) fn fingerprint(request: &SearchRequest, vocabulary: &Vocabulary) -> u64 {
    let hash = Hash64::new().text(&request.text).bytes(&vocabulary.id().to_be_bytes());
    let hash = filters(hash, &request.filters);
    let sort = match request.sort {
        Sort::Relevance => 0,
        Sort::Newest => 1,
        Sort::PriceAscending => 2,
        Sort::PriceDescending => 3,
        Sort::TrlDescending => 4,
    };
    let Features {
        vocabulary,
        rewriting,
        spelling,
        pairs,
        codes,
        attributes,
        talk,
        cut_off,
    } = request.features;
    let switches = [
        request.verbatim,
        vocabulary,
        rewriting,
        spelling,
        pairs,
        codes,
        attributes,
        talk,
        cut_off,
    ];
    let hash = request.without.iter().fold(hash, |hash, id| hash.text(id));
    hash.bytes(&[sort]).bytes(&switches.map(u8::from)).finish()
}

/// Selections, in whatever order their values are.
fn filters(hash: Hash64, filters: &Filters) -> Hash64 {
    let Filters {
        kinds,
        fields,
        provinces,
        price_modes,
        price_buckets,
        trl,
        trl_min,
        trl_max,
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
    let trl: Vec<String> = trl.iter().map(ToString::to_string).collect();
    let quantities: Vec<String> = quantities.iter().map(|range| range.code()).collect();
    let mut hash = hash;
    for list in [
        kinds,
        fields,
        provinces,
        price_modes,
        price_buckets,
        &trl,
        stages,
        transfer_modes,
        ip_statuses,
        origins,
        certifications,
        enterprises,
        &quantities,
    ] {
        let mut list: Vec<&String> = list.iter().collect();
        list.sort_unstable();
        list.dedup();
        hash = list
            .into_iter()
            .fold(hash, |hash, value| hash.text(value))
            .bytes(&[0xfe]);
    }
    let level = |level: &Option<u8>| [u8::from(level.is_some()), level.unwrap_or(0)];
    hash = hash.bytes(&level(trl_min)).bytes(&level(trl_max));
    for price in [price_min, price_max] {
        hash = hash.bytes(&[u8::from(price.is_some())]);
        hash = hash.bytes(&price.unwrap_or(0).to_be_bytes());
    }
    hash
}
