//! Amounts as people say them.

use std::sync::Arc;

use search_index::Vocabulary;

use crate::understanding::{shop, understood};

/// What each query is to mean: a value, the least amount and the greatest, empty where there is none.
fn means(cases: &[(&str, &str, &str, &str)]) {
    let reader = shop();
    reader.set_vocabulary(Arc::new(Vocabulary::empty()));
    for (query, value, least, most) in cases {
        let wishes = understood(&reader, query).interpretations;
        let [wish] = &wishes[..] else {
            panic!("{query}: {wishes:?}")
        };
        let bounds = [&wish.at_least, &wish.at_most].map(|bound| bound.as_deref().unwrap_or_default());
        assert_eq!((wish.value.as_str(), bounds), (*value, [*least, *most]), "{query}");
        assert_eq!(wish.range, "bơm ".len()..query.len(), "{query}");
    }
}

#[test]
fn comparisons_stand_before_an_amount_or_behind_it() {
    means(&[
        ("bơm 100 lít trở lên", "volume", "100l", ""),
        ("bơm từ 100 lít trở lên", "volume", "100l", ""),
        ("bơm 100 lit tro xuong", "volume", "", "100l"),
        ("bơm 500 kg/h or more", "mass_rate", "500kg/h", ""),
        ("bơm not less than 5 kw", "power", "5kw", ""),
        ("bơm at most 5 kw", "power", "", "5kw"),
        ("bơm 5 kw maximum", "power", "", "5kw"),
        ("bơm công suất không vượt quá 5 kw", "power", "", "5kw"),
        ("bơm between 5 and 10 kw", "power", "5kw", "10kw"),
        ("bơm xấp xỉ 5 kw", "power", "5kw", "5kw"),
        ("bơm 50 triệu trở xuống", "VND", "", "50000000"),
        ("bơm giá 50 triệu trở lên", "VND", "50000000", ""),
        ("bơm ít nhất là 2 tấn/ngày", "mass_rate", "2t/ngay", ""),
    ]);
}

#[test]
fn signs_are_comparisons() {
    let reader = shop();
    for (query, least, most) in [
        ("bơm > 5 kW", Some("5kw"), None),
        ("bơm ≤5kW", None, Some("5kw")),
        ("bơm ~ 5kW", Some("5kw"), Some("5kw")),
    ] {
        let wishes = understood(&reader, query).interpretations;
        let bounds = wishes
            .iter()
            .map(|wish| (wish.at_least.as_deref(), wish.at_most.as_deref()));
        assert_eq!(bounds.collect::<Vec<_>>(), [(least, most)], "{query}");
    }
}

#[test]
fn a_comparison_between_two_amounts_is_of_the_second() {
    let reader = shop();
    let wishes = understood(&reader, "bơm 5kW tối đa 50 triệu").interpretations;
    let bounds = wishes
        .iter()
        .map(|wish| (wish.at_least.as_deref(), wish.at_most.as_deref()));
    let expected = [(Some("5kw"), Some("5kw")), (None, Some("50000000"))];
    assert_eq!(bounds.collect::<Vec<_>>(), expected);
}

#[test]
fn numbers_are_read_in_words() {
    means(&[
        ("bơm hai mã lực", "power", "2hp", "2hp"),
        ("bơm hai ma luc", "power", "2hp", "2hp"),
        ("bơm nửa tấn", "mass", "0.5t", "0.5t"),
        ("bơm 2 tấn rưỡi", "mass", "2.5t", "2.5t"),
        ("bơm hai mươi lăm kw", "power", "25kw", "25kw"),
        ("bơm một trăm linh năm lít", "volume", "105l", "105l"),
        ("bơm hai trăm rưỡi lít", "volume", "250l", "250l"),
        ("bơm 2 nghìn lít", "volume", "2000l", "2000l"),
        ("bơm ba nghìn hai trăm oát", "power", "3200w", "3200w"),
        ("bơm từ 1 đến 2 nghìn lít", "volume", "1000l", "2000l"),
        ("bơm từ 500 đến 2 nghìn lít", "volume", "500l", "2000l"),
        ("bơm two hundred liters", "volume", "200l", "200l"),
        ("bơm half a ton per hour", "mass_rate", "0.5t/h", "0.5t/h"),
        ("bơm ba pha", "phases", "3", "3"),
        ("bơm dưới hai trăm triệu", "VND", "", "200000000"),
        ("bơm dưới hai triệu năm trăm nghìn", "VND", "", "2500000"),
        ("bơm dưới một tỷ rưỡi", "VND", "", "1500000000"),
        ("bơm dưới 1 tỷ 200 triệu", "VND", "", "1200000000"),
        ("bơm dưới 1tr5", "VND", "", "1500000"),
    ]);
}

#[test]
fn units_are_read_as_they_are_said() {
    means(&[
        ("bơm 1000 oát", "power", "1000w", "1000w"),
        ("bơm 5 kí lô oát", "power", "5kw", "5kw"),
        ("bơm 5 ký", "mass", "5kg", "5kg"),
        ("bơm 50 cân", "mass", "50kg", "50kg"),
        ("bơm 5 tạ", "mass", "500kg", "500kg"),
        ("bơm một tạ rưỡi", "mass", "150kg", "150kg"),
        ("bơm từ hai đến ba tạ", "mass", "200kg", "300kg"),
        ("bơm 2 lạng", "mass", "200g", "200g"),
        ("bơm 5 phân", "length", "5cm", "5cm"),
        ("bơm 10 ly", "length", "10mm", "10mm"),
        ("bơm 220 vôn", "voltage", "220v", "220v"),
    ]);
}

#[test]
fn the_time_is_told_in_many_ways() {
    means(&[
        ("bơm nửa tấn một giờ", "mass_rate", "0.5t/h", "0.5t/h"),
        ("bơm 100 cân mỗi mẻ", "mass_rate", "100kg/me", "100kg/me"),
        ("bơm 100 can mot me", "mass_rate", "100kg/me", "100kg/me"),
        ("bơm 500 kg trong 1 giờ", "mass_rate", "500kg/h", "500kg/h"),
        ("bơm 500kg/1h", "mass_rate", "500kg/h", "500kg/h"),
        ("bơm mỗi giờ 500 kg", "mass_rate", "500kg/h", "500kg/h"),
        ("bơm một ngày được 2 tấn", "mass_rate", "2t/ngay", "2t/ngay"),
        ("bơm 2 tấn đến 3 tấn một giờ", "mass_rate", "2t/h", "3t/h"),
    ]);
}

#[test]
fn words_that_only_look_like_amounts_are_none() {
    let reader = shop();
    for query in [
        "màn hình 16 ký tự",
        "hai cân điện tử",
        "mua 5 can nhua",
        "bón 5 phân hữu cơ",
        "quạt ba lá",
        "máy hai hộp số",
        "một máy bơm",
        "đếm 20 khối lượng",
        "bẫy 5 ruồi",
        "năm lít",
        "ba kg",
    ] {
        assert_eq!(understood(&reader, query).interpretations, [], "{query}");
    }
}
