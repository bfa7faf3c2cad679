//! Filters and facet counts.

use search_index::{FacetCount, Facets, Filters, IndexDocument, Reader, SearchRequest};

use crate::shelf::{filled, ids, listing, request, search};

fn shop() -> Reader {
    let entry = |id: &str, kind: &str, field: &str, province: &str, trl, price, mode: &str| IndexDocument {
        kind: kind.to_owned(),
        fields: vec![field.to_owned()],
        province: Some(province.to_owned()),
        trl,
        price_vnd: price,
        price_mode: mode.to_owned(),
        ..listing(id, "máy bơm")
    };
    let mut both = entry(
        "d",
        "service",
        "water.pumps",
        "48",
        Some(9),
        Some(2_000_000_000),
        "fixed",
    );
    both.fields.push("food".to_owned());
    filled([
        entry("a", "equipment", "water.pumps", "01", Some(4), Some(5_000_000), "fixed"),
        entry(
            "b",
            "equipment",
            "water.valves",
            "79",
            Some(9),
            Some(50_000_000),
            "range",
        ),
        entry("c", "technology", "food", "01", None, None, "on_request"),
        both,
        IndexDocument {
            province: None,
            ..entry(
                "e",
                "technology",
                "food.drying",
                "",
                Some(1),
                Some(500_000_000),
                "fixed",
            )
        },
    ])
    .1
}

fn list(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn counts(facet: &[FacetCount]) -> Vec<(&str, u64)> {
    facet.iter().map(|count| (count.value.as_str(), count.count)).collect()
}

fn facets(reader: &Reader, filters: Filters) -> Facets {
    let request = SearchRequest {
        filters,
        facets: true,
        ..request("máy bơm")
    };
    reader.search(&request).unwrap().facets.unwrap()
}

#[test]
fn counted_without_selection() {
    let facets = facets(&shop(), Filters::default());
    assert_eq!(
        counts(&facets.kinds),
        [("equipment", 2), ("technology", 2), ("service", 1)]
    );
    assert_eq!(
        counts(&facets.fields),
        [
            ("food", 3),
            ("water", 3),
            ("water.pumps", 2),
            ("food.drying", 1),
            ("water.valves", 1)
        ]
    );
    assert_eq!(counts(&facets.provinces), [("01", 2), ("48", 1), ("79", 1)]);
    assert_eq!(counts(&facets.trl), [("1", 1), ("4", 1), ("9", 2)]);
    assert_eq!(
        counts(&facets.prices),
        [
            ("on_request", 1),
            ("lt_10m", 1),
            ("10m_100m", 1),
            ("100m_1b", 1),
            ("gte_1b", 1)
        ]
    );
}

#[test]
fn each_facet_ignores_its_own_selection() {
    let filters = Filters {
        kinds: list(&["equipment"]),
        ..Filters::default()
    };
    let selected = facets(&shop(), filters.clone());
    assert_eq!(
        counts(&selected.kinds),
        [("equipment", 2), ("technology", 2), ("service", 1)]
    );
    assert_eq!(counts(&selected.provinces), [("01", 1), ("79", 1)]);
    let both = Filters {
        provinces: list(&["01"]),
        ..filters
    };
    let selected = facets(&shop(), both);
    assert_eq!(
        counts(&selected.kinds),
        [("equipment", 1), ("technology", 1)],
        "in province 01"
    );
    assert_eq!(counts(&selected.provinces), [("01", 1), ("79", 1)], "of kind equipment");
    assert_eq!(counts(&selected.fields), [("water", 1), ("water.pumps", 1)], "of both");
    let ranges = Filters {
        trl_min: Some(5),
        price_max: Some(60_000_000),
        ..Filters::default()
    };
    let selected = facets(&shop(), ranges);
    assert_eq!(counts(&selected.trl), [("4", 1), ("9", 1)]);
    assert_eq!(counts(&selected.prices), [("10m_100m", 1), ("gte_1b", 1)]);
    let mode = Filters {
        price_modes: list(&["range"]),
        ..Filters::default()
    };
    assert_eq!(
        counts(&facets(&shop(), mode).kinds),
        [("equipment", 1)],
        "no facet of its own"
    );
}

#[test]
fn filters_select() {
    let reader = shop();
    let none = Filters::default();
    for (filters, expected) in [
        (
            Filters {
                kinds: list(&["equipment", "service"]),
                ..none.clone()
            },
            &["a", "b", "d"][..],
        ),
        (
            Filters {
                fields: list(&["water"]),
                ..none.clone()
            },
            &["a", "b", "d"],
        ),
        (
            Filters {
                fields: list(&["food.drying", "water.valves"]),
                ..none.clone()
            },
            &["b", "e"],
        ),
        (
            Filters {
                provinces: list(&["01"]),
                ..none.clone()
            },
            &["a", "c"],
        ),
        (
            Filters {
                price_modes: list(&["on_request"]),
                ..none.clone()
            },
            &["c"],
        ),
        (
            Filters {
                trl_min: Some(4),
                ..none.clone()
            },
            &["a", "b", "d"],
        ),
        (
            Filters {
                trl_max: Some(4),
                ..none.clone()
            },
            &["a", "e"],
        ),
        (
            Filters {
                price_min: Some(50_000_000),
                ..none.clone()
            },
            &["b", "d", "e"],
        ),
        (
            Filters {
                price_max: Some(u64::MAX),
                ..none.clone()
            },
            &["a", "b", "d", "e"],
        ),
        (
            Filters {
                kinds: list(&["equipment"]),
                provinces: list(&["79", "48"]),
                ..none.clone()
            },
            &["b"],
        ),
        (
            Filters {
                kinds: list(&["no such kind"]),
                ..none.clone()
            },
            &[],
        ),
    ] {
        for text in ["máy bơm", ""] {
            let request = SearchRequest {
                filters: filters.clone(),
                ..request(text)
            };
            let page = reader.search(&request).unwrap();
            let mut found = ids(&page);
            found.sort_unstable();
            assert_eq!(found, expected, "{filters:?} {text}");
            assert_eq!(page.total, u64::try_from(expected.len()).unwrap());
        }
    }
}

#[test]
fn only_when_asked_and_over_segments() {
    let reader = shop();
    assert_eq!(search(&reader, "máy").facets, None);
    let (mut writer, reader) = filled([listing("a", "máy bơm")]);
    writer
        .apply(&[crate::shelf::put(listing("b", "máy bơm"))], crate::shelf::at(2))
        .unwrap();
    assert_eq!(counts(&facets(&reader, Filters::default()).kinds), [("equipment", 2)]);
}

#[test]
fn a_value_shows_as_many_hits_as_it_announced() {
    // Few listings have all words, so the search is relaxed; choosing a value must not relax
    // it any further or less.
    let kinds = ["equipment", "technology", "service"];
    let documents = (0..90).map(|n| {
        let title = if n % 4 == 0 { "máy bơm chìm" } else { "máy bơm" };
        let kind = kinds.get(n % 7 % 3).copied().unwrap_or_default();
        IndexDocument {
            kind: kind.to_owned(),
            ..listing(&n.to_string(), title)
        }
    });
    let (_writer, reader) = filled(documents);
    for text in ["máy bơm chìm", "máy bơm chìm giếng", "", "máy"] {
        let announced = reader
            .search(&SearchRequest {
                facets: true,
                ..request(text)
            })
            .unwrap()
            .facets
            .unwrap();
        for FacetCount { value, count } in announced.kinds {
            let filters = Filters {
                kinds: vec![value],
                ..Filters::default()
            };
            let shown = reader
                .search(&SearchRequest {
                    filters,
                    ..request(text)
                })
                .unwrap()
                .total;
            assert_eq!(shown, count, "{text}");
        }
    }
}
