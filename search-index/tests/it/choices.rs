//! Every facet against the plain way to count: look at each listing, and leave the facet's own selection aside.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, option, prelude::*, sample::subsequence};
use search_index::{
    Error, Facet, FacetCount, FacetSet, Filters, Group, IndexDocument, QuantityRange, SearchRequest, Sort,
};

use crate::shelf::{at, filled, listing, put, request, walk};

const FIELDS: [&str; 4] = ["food", "food.drying", "water.pumps", "water"];
const RANGES: [&str; 7] = ["5kW", "2..8kW", "10..12kW", "500kg/h", "1..2t/h", "3t", "4t/ngày"];
const CHOICES: [&str; 6] = ["..5kW", "9kW..", "400..600kg/h", "2..4t", "1t/h..", "1..2V"];

/// Two values or so of a small list.
fn some(values: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<String>> {
    subsequence(values, 0..=most).prop_map(|some| some.into_iter().map(str::to_owned).collect())
}

fn one(values: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    some(values, 1).prop_map(|some| some.into_iter().next())
}

fn ranges(values: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<QuantityRange>> {
    some(values, most).prop_map(|some| some.iter().filter_map(|text| text.parse().ok()).collect())
}

fn document() -> impl Strategy<Value = IndexDocument> {
    let first = (
        one(&["equipment", "technology"]),
        some(&FIELDS, 2),
        one(&["01", "48"]),
        option::of(1_u8..=9),
        option::of(0_u64..3_000_000_000),
    );
    let second = (
        one(&["fixed", "range"]),
        one(&["lab", "pilot"]),
        some(&["turnkey", "franchise", "other"], 3),
        some(&["granted", "filed"], 2),
        one(&["VN", "JP"]),
        some(&["iso", "ce"], 2),
        one(&["e1", "e2", "e3"]),
        ranges(&RANGES, 4),
    );
    (first, second).prop_map(|((kind, fields, province, trl, price_vnd), second)| {
        let (price_mode, stage, transfer_modes, ip_statuses, origin, certifications, enterprise, quantities) = second;
        IndexDocument {
            kind: kind.unwrap_or_else(|| "service".to_owned()),
            fields,
            province,
            trl,
            price_vnd,
            price_mode: price_mode.unwrap_or_else(|| "free".to_owned()),
            stage,
            transfer_modes,
            ip_statuses,
            origin,
            certifications,
            enterprise: enterprise.unwrap_or_default(),
            quantities,
            ..listing("", "máy bơm")
        }
    })
}

fn filters() -> impl Strategy<Value = Filters> {
    let first = (
        some(&["equipment", "service"], 2),
        some(&FIELDS, 1),
        some(&["01", "48", "79"], 1),
        (vec(1_u8..=9, 0..=1), option::of(1_u8..=4), option::of(3_u8..=9)),
        some(&["on_request", "gte_1b"], 1),
        (option::of(0_u64..2_000_000_000), option::of(10_000_000_u64..)),
    );
    let second = (
        some(&["fixed", "free"], 1),
        some(&["lab", "pilot"], 1),
        some(&["turnkey", "other"], 1),
        some(&["granted", "none"], 1),
        some(&["VN", "JP"], 1),
        some(&["iso", "ce"], 1),
        some(&["e1", "e3", "e4"], 2),
        ranges(&CHOICES, 3),
    );
    // Most searches choose little: with everything chosen nothing would be left to count.
    (first, second, any::<u16>()).prop_map(|(first, second, mask)| {
        let (kinds, fields, provinces, (trl, trl_min, trl_max), price_buckets, (price_min, price_max)) = first;
        let (price_modes, stages, transfer_modes, ip_statuses, origins, certifications, enterprises, quantities) =
            second;
        let on = |bit: u32| mask >> bit & 1 == 1 && mask >> ((bit + 1) % 14) & 1 == 1;
        let list = |list: Vec<String>, bit| if on(bit) { list } else { Vec::new() };
        Filters {
            kinds: list(kinds, 0),
            fields: list(fields, 1),
            provinces: list(provinces, 2),
            price_modes: list(price_modes, 3),
            price_buckets: list(price_buckets, 4),
            trl: if on(5) { trl } else { Vec::new() },
            trl_min: trl_min.filter(|_| on(6)),
            trl_max: trl_max.filter(|_| on(7)),
            stages: list(stages, 8),
            transfer_modes: list(transfer_modes, 9),
            ip_statuses: list(ip_statuses, 10),
            origins: list(origins, 11),
            certifications: list(certifications, 12),
            enterprises: list(enterprises, 13),
            quantities: if on(0) { quantities } else { Vec::new() },
            price_min: price_min.filter(|_| on(4)),
            price_max: price_max.filter(|_| on(3)),
        }
    })
}

/// The values of a listing in each facet but quantities.
fn values(document: &IndexDocument, facet: Facet) -> BTreeSet<String> {
    let one = |value: &Option<String>| value.iter().cloned().collect();
    let several = |values: &[String]| values.iter().cloned().collect();
    match facet {
        Facet::Kind => BTreeSet::from([document.kind.clone()]),
        Facet::Field => {
            let parents = document.fields.iter().filter_map(|field| field.split_once('.'));
            let parents = parents.map(|(parent, _)| parent.to_owned());
            parents.chain(document.fields.iter().cloned()).collect()
        }
        Facet::Province => one(&document.province),
        Facet::Trl => document.trl.iter().map(ToString::to_string).collect(),
        Facet::Price => BTreeSet::from([match document.price_vnd {
            None => "on_request",
            Some(0..10_000_000) => "lt_10m",
            Some(10_000_000..100_000_000) => "10m_100m",
            Some(100_000_000..1_000_000_000) => "100m_1b",
            Some(_) => "gte_1b",
        }
        .to_owned()]),
        Facet::PriceMode => BTreeSet::from([document.price_mode.clone()]),
        Facet::Stage => one(&document.stage),
        Facet::TransferMode => several(&document.transfer_modes),
        Facet::IpStatus => several(&document.ip_statuses),
        Facet::Origin => one(&document.origin),
        Facet::Certification => several(&document.certifications),
        Facet::Enterprise => BTreeSet::from([document.enterprise.clone()])
            .into_iter()
            .filter(|id| !id.is_empty())
            .collect(),
        Facet::Quantity => BTreeSet::new(),
    }
}

/// Amounts of a range in thousandths of the unit, from the text that it was made of.
fn bounds(text: &str) -> (&str, f64, f64) {
    let at = text.find(|letter: char| letter.is_alphabetic()).unwrap();
    let (numbers, unit) = text.split_at(at);
    let numbers = numbers.trim_end_matches(' ');
    let number = |text: &str| text.parse::<f64>().ok();
    let (from, to) = match text.strip_suffix("..") {
        Some(text) => (number(text.split_at(at).0), Some(f64::MAX)),
        None => match numbers.split_once("..") {
            Some((from, to)) => (number(from).or(Some(0.0)), number(to)),
            None => (number(numbers), number(numbers)),
        },
    };
    let unit = unit.trim_end_matches("..");
    let (dimension, factor) = match unit {
        "kg/h" => ("mass_rate", 1.0),
        "t/h" => ("mass_rate", 1_000.0),
        "kW" => ("power", 1.0),
        "t" => ("mass", 1_000.0),
        "t/ngày" => ("mass_per_day", 1_000.0),
        _ => ("voltage", 1.0),
    };
    (dimension, from.unwrap() * factor, (to.unwrap() * factor).min(1e12))
}

/// A range with the text that it was made of.
fn told(ranges: &[QuantityRange]) -> Vec<(&'static str, f64, f64)> {
    let known = RANGES.iter().chain(&CHOICES);
    let known: Vec<_> = known
        .map(|text| (text.parse::<QuantityRange>().unwrap(), bounds(text)))
        .collect();
    let find = |range: &QuantityRange| known.iter().find(|(known, _)| known == range).unwrap().1;
    ranges.iter().map(find).collect()
}

fn meets(own: (&str, f64, f64), wanted: (&str, f64, f64)) -> bool {
    own.0 == wanted.0 && own.1 <= wanted.2 && wanted.1 <= own.2
}

/// Which selections a listing fails: a facet, or a kind of quantity.
fn failed(document: &IndexDocument, filters: &Filters) -> BTreeSet<(Facet, &'static str)> {
    let mut failed = BTreeSet::new();
    for (facet, wanted) in [
        (Facet::Kind, &filters.kinds),
        (Facet::Field, &filters.fields),
        (Facet::Province, &filters.provinces),
        (Facet::Price, &filters.price_buckets),
        (Facet::PriceMode, &filters.price_modes),
        (Facet::Stage, &filters.stages),
        (Facet::TransferMode, &filters.transfer_modes),
        (Facet::IpStatus, &filters.ip_statuses),
        (Facet::Origin, &filters.origins),
        (Facet::Certification, &filters.certifications),
        (Facet::Enterprise, &filters.enterprises),
    ] {
        let own = values(document, facet);
        if !wanted.is_empty() && !wanted.iter().any(|value| own.contains(value)) {
            failed.insert((facet, ""));
        }
    }
    let level = |fits: &dyn Fn(u8) -> bool| document.trl.is_some_and(fits);
    if !(filters.trl.is_empty() || level(&|level| filters.trl.contains(&level)))
        || !filters.trl_min.is_none_or(|min| level(&|level| level >= min))
        || !filters.trl_max.is_none_or(|max| level(&|level| level <= max))
    {
        failed.insert((Facet::Trl, ""));
    }
    let price = |fits: &dyn Fn(u64) -> bool| document.price_vnd.is_some_and(fits);
    if !filters.price_min.is_none_or(|min| price(&|price| price >= min))
        || !filters.price_max.is_none_or(|max| price(&|price| price <= max))
    {
        failed.insert((Facet::Price, ""));
    }
    let (own, wanted) = (told(&document.quantities), told(&filters.quantities));
    for (dimension, _, _) in &wanted {
        let about = wanted.iter().filter(|(other, _, _)| other == dimension);
        if !about.clone().any(|wanted| own.iter().any(|own| meets(*own, *wanted))) {
            failed.insert((Facet::Quantity, *dimension));
        }
    }
    failed
}

fn expected(documents: &[IndexDocument], filters: &Filters, facet: Facet) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for document in documents {
        let failed = failed(document, filters);
        if failed.iter().all(|(other, _)| *other == facet) {
            for value in values(document, facet) {
                *counts.entry(value).or_insert(0) += 1;
            }
        }
    }
    counts
}

/// By dimension: count, least and greatest amount.
fn expected_quantities(documents: &[IndexDocument], filters: &Filters) -> BTreeMap<String, (u64, f64, f64)> {
    let mut counts: BTreeMap<String, (u64, f64, f64)> = BTreeMap::new();
    for document in documents {
        let failed = failed(document, filters);
        let own = told(&document.quantities);
        let dimensions: BTreeSet<_> = own.iter().map(|(dimension, _, _)| *dimension).collect();
        for dimension in dimensions {
            if failed.iter().any(|failed| *failed != (Facet::Quantity, dimension)) {
                continue;
            }
            let entry = counts.entry(dimension.to_owned()).or_insert((0, f64::MAX, 0.0));
            entry.0 += 1;
            for (_, from, to) in own.iter().filter(|(other, _, _)| *other == dimension) {
                (entry.1, entry.2) = (entry.1.min(*from), entry.2.max(*to));
            }
        }
    }
    counts
}

fn shown(counts: &[FacetCount]) -> BTreeMap<String, u64> {
    counts.iter().map(|count| (count.value.clone(), count.count)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn counts_are_those_of_looking_at_each(mut documents in vec(document(), 1..40), filters in filters(), cut in 0_usize..40) {
        for (number, document) in documents.iter_mut().enumerate() {
            document.id = format!("{number:02}");
        }
        // Two segments.
        let (first, second) = documents.split_at(cut.min(documents.len()));
        let (mut writer, reader) = filled(first.to_vec());
        let second: Vec<_> = second.iter().cloned().map(put).collect();
        writer.apply(&second, at(2)).unwrap();
        for text in ["máy bơm", ""] {
            let asked = SearchRequest { filters: filters.clone(), facets: true, counted: FacetSet::ALL, ..request(text) };
            let page = reader.search(&asked).unwrap();
            let fitting = documents.iter().filter(|document| failed(document, &filters).is_empty()).count();
            prop_assert_eq!(page.total, u64::try_from(fitting).unwrap());
            let facets = page.facets.unwrap();
            for (facet, counts) in [
                (Facet::Kind, &facets.kinds),
                (Facet::Field, &facets.fields),
                (Facet::Province, &facets.provinces),
                (Facet::Trl, &facets.trl),
                (Facet::Price, &facets.prices),
                (Facet::PriceMode, &facets.price_modes),
                (Facet::Stage, &facets.stages),
                (Facet::TransferMode, &facets.transfer_modes),
                (Facet::IpStatus, &facets.ip_statuses),
                (Facet::Origin, &facets.origins),
                (Facet::Certification, &facets.certifications),
                (Facet::Enterprise, &facets.enterprises),
            ] {
                prop_assert_eq!(shown(counts), expected(&documents, &filters, facet), "{:?} {:?}", facet, &filters);
            }
            let told: BTreeMap<_, _> = facets.quantities.iter().map(|count| {
                let number = |millionths: u64| format!("{millionths}e-6").parse::<f64>().unwrap();
                (count.dimension.clone(), (count.count, number(count.min), number(count.max)))
            }).collect();
            prop_assert_eq!(told, expected_quantities(&documents, &filters), "{:?}", &filters);
        }
    }

    #[test]
    fn the_readiest_come_first(levels in vec(option::of(1_u8..=9), 1..30)) {
        let document = |(number, trl): (usize, &Option<u8>)| IndexDocument {
            trl: *trl,
            ..listing(&format!("{number:02}"), "máy bơm")
        };
        let (_writer, reader) = filled(levels.iter().enumerate().map(document));
        for text in ["máy bơm", ""] {
            let all = walk(&reader, SearchRequest { sort: Sort::TrlDescending, limit: 4, ..request(text) });
            prop_assert_eq!(all.len(), levels.len());
            let order: Vec<u8> = all.iter().map(|id| levels[id.parse::<usize>().unwrap()].unwrap_or(0)).collect();
            prop_assert!(order.is_sorted_by_key(|level| 9 - level), "{:?}", order);
        }
    }
}

#[test]
fn only_what_was_asked_for_is_counted() {
    let (_writer, reader) = filled([IndexDocument {
        stage: Some("lab".to_owned()),
        trl: Some(3),
        ..listing("a", "máy bơm")
    }]);
    let counted = |counted| {
        let asked = SearchRequest {
            facets: true,
            counted,
            ..request("máy")
        };
        reader.search(&asked).unwrap().facets.unwrap()
    };
    let basic = counted(FacetSet::default());
    assert_eq!((basic.trl.len(), basic.kinds.len(), basic.stages.len()), (1, 1, 0));
    let stage = counted(FacetSet::NONE.with(Facet::Stage));
    assert_eq!((stage.trl.len(), stage.kinds.len(), stage.stages.len()), (0, 0, 1));
}

#[test]
fn groups_have_their_own_best_hits() {
    let kinds = ["equipment", "technology", "service", "expert"];
    let documents = (0_usize..40).map(|number| IndexDocument {
        kind: kinds[number % 4].to_owned(),
        published_at: i64::try_from(number).unwrap(),
        ..listing(
            &format!("{number:02}"),
            if number % 3 == 0 {
                "máy bơm nước"
            } else {
                "máy bơm"
            },
        )
    });
    let (_writer, reader) = filled(documents);
    let group = |kinds: &[&str], limit| Group {
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        limit,
    };
    for text in ["máy bơm nước", "máy", ""] {
        let groups = vec![
            group(&["service"], 2),
            group(&["technology", "equipment"], 5),
            group(&["need"], 3),
        ];
        let asked = SearchRequest {
            groups: groups.clone(),
            limit: 0,
            facets: true,
            ..request(text)
        };
        let page = reader.search(&asked).unwrap();
        assert!(page.next.is_none());
        assert_eq!(page.groups.len(), 3);
        for (number, group) in groups.iter().enumerate() {
            // As a search of these kinds alone.
            let alone = SearchRequest {
                filters: Filters {
                    kinds: group.kinds.clone(),
                    ..Filters::default()
                },
                limit: group.limit,
                ..request(text)
            };
            let alone = reader.search(&alone).unwrap();
            let own = page.hits.iter().filter(|hit| hit.group == number);
            let ids: Vec<&str> = own.map(|hit| hit.id.as_str()).collect();
            assert_eq!(ids, crate::shelf::ids(&alone), "{text} {group:?}");
            assert_eq!(page.groups[number], alone.total, "{text} {group:?}");
        }
        assert_eq!(page.total, 40, "groups hide nothing from the counts");
    }
    let wrong = |groups: Vec<Group>| {
        reader
            .search(&SearchRequest {
                groups,
                ..request("máy")
            })
            .err()
    };
    assert!(matches!(wrong(vec![group(&["service"], 0)]), Some(Error::Limit)));
    assert!(matches!(wrong(vec![group(&["service"], 101)]), Some(Error::Limit)));
}
