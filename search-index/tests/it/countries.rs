//! Which names of countries in a query are wishes for one.

use search_index::InterpretationKind;

use crate::shelf::{filled, listing, search};

#[test]
fn a_name_that_begins_or_ends_like_a_country_is_none() {
    let (_writer, reader) = filled([listing("pump", "Bơm nước")]);
    let origin = |query: &str| {
        let wishes = search(&reader, query).understanding.interpretations.into_iter();
        let mut origins = wishes.filter(|wish| wish.kind == InterpretationKind::Origin);
        origins.next().map(|wish| wish.value)
    };
    for query in [
        "bơm của Mỹ Hào",
        "bơm của pháp luật",
        "bom cua my hao",
        "bơm của mỹ phẩm",
        // A place that no list has.
        "bơm của Đức Lợi",
        "bơm sinh nhật",
        "bơm tiếng Đức",
        "bơm đức",
        "bơm Việt Mỹ",
    ] {
        assert_eq!(origin(query), None, "{query}");
    }
    for (query, country) in [
        ("bơm của Mỹ", "US"),
        ("bơm của Đức loại tốt", "DE"),
        ("BƠM CỦA ĐỨC LOẠI TỐT", "DE"),
        ("bơm của Đức Bosch", "DE"),
        ("bơm của Nhật Bản", "JP"),
        ("bơm nước Nhật", "JP"),
        ("bơm nước nhật", "JP"),
        ("bơm nước Đức", "DE"),
    ] {
        assert_eq!(origin(query).as_deref(), Some(country), "{query}");
    }
}
