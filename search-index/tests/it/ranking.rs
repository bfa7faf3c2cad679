//! What comes first: query → expected order, as data.

use search_index::{Error, IndexDocument, Reader, SearchRequest, Sort};

use crate::shelf::{filled, ids, listing, request, search, walk};

/// Listings by id: title | summary | description | model.
const SHOP: &[(&str, &str)] = &[
    ("lua", "Máy sấy lúa | năng suất 2 tấn/giờ"),
    (
        "lua-tom-tat",
        "Thiết bị nông nghiệp | dùng làm máy sấy lúa cho hợp tác xã",
    ),
    ("lua-mo-ta", "Nhà xưởng | cho thuê | có máy sấy lúa trong kho"),
    ("lua-to-tam", "Máy sấy lụa tơ tằm"),
    ("khong-dau", "May say lua gia re"),
    ("bom", "Máy bơm nước thủy lực"),
    ("bom-chim", "Bơm chìm giếng khoan | máy bơm thả chìm"),
    ("rung", "Bàn rung | khuôn đúc có bơm | nước tự tuần hoàn của máy"),
    ("bien-tan", "Biến tần Mitsubishi FR-E740-3.7K 3 pha 380V"),
    ("xe-nang", "Xe nâng cắt kéo | Genie | | GS 1930"),
    ("plc", "Bộ điều khiển S7-1200"),
    ("ki-thuat", "Qui trình kĩ thuật trồng nấm"),
    ("xi-lanh", "Xi lanh khí nén"),
    ("kho", "Giá kho an toàn"),
    ("bon", "Bồn inox 0,8 m3"),
    ("bon-to", "Bồn inox 8 m3"),
];

fn shop() -> Reader {
    let documents = SHOP.iter().map(|(id, texts)| {
        let mut texts = texts.split('|').map(|text| text.trim().to_owned());
        let mut text = || texts.next().unwrap_or_default();
        IndexDocument {
            title_vi: text(),
            summary_vi: text(),
            description_vi: text(),
            model: Some(text()).filter(|model| !model.is_empty()),
            ..listing(id, "")
        }
    });
    filled(documents).1
}

#[test]
fn a_search_leaves_nothing_to_the_next() {
    let title = |number: i32| {
        if number % 60 == 0 {
            "đầu phun vòi rồng"
        } else {
            "đầu phun sương"
        }
    };
    let heads = (0..300).map(|number| listing(&format!("head-{number}"), title(number)));
    let nuts = ["đậu phộng rang", "đậu phộng sấy", "hạt lạc rang"];
    let nuts = nuts.into_iter().map(|title| listing(title, title));
    let (_writer, reader) = filled(heads.chain(nuts));
    let before = search(&reader, "vòi");
    assert_eq!(before.total, 5);
    // Many listings have a syllable of the name with other diacritics, which scores and covers nothing; few have the name.
    assert!(search(&reader, "đậu phộng").total >= 2);
    let after = search(&reader, "vòi");
    assert_eq!((after.total, ids(&after)), (5, ids(&before)));
}

#[test]
fn first_hits() {
    let reader = shop();
    for (query, expected) in [
        ("máy sấy lúa", &["lua", "lua-to-tam"][..]),
        ("may say lua", &["lua"]),
        ("sấy lụa", &["lua-to-tam"]),
        ("ma\u{301}y bơm nu\u{31b}\u{301}c", &["bom"]),
        ("MÁY BƠM NƯỚC THUỶ LỰC", &["bom"]),
        // Neighbours count, and the title does.
        ("bơm nước", &["bom"]),
        ("fre740", &["bien-tan"]),
        ("fr-e740", &["bien-tan"]),
        ("FR E740 3.7K", &["bien-tan"]),
        ("gs1930", &["xe-nang"]),
        ("gs-1930", &["xe-nang"]),
        ("gs 1930", &["xe-nang"]),
        ("s71200", &["plc"]),
        ("S7-1200", &["plc"]),
        ("kỹ thuật quy trình", &["ki-thuat"]),
        ("xilanh", &["xi-lanh"]),
        ("xilanh khínén", &["xi-lanh"]),
        ("khoan", &["bom-chim"]),
        ("bồn 0.8m3", &["bon"]),
        ("bồn 0,8 m³", &["bon"]),
    ] {
        let page = search(&reader, query);
        let mut found = ids(&page);
        found.truncate(expected.len());
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn title_then_summary_then_description() {
    let page_of = search(&shop(), "máy sấy lúa");
    let place = |id: &str| ids(&page_of).iter().position(|found| *found == id).unwrap();
    assert!(place("lua") < place("lua-tom-tat"));
    assert!(place("lua-tom-tat") < place("lua-mo-ta"));
}

#[test]
fn nonsense_finds_nothing() {
    let reader = shop();
    for query in [
        "xyzzy",
        "qwert asdfg",
        "~!@#$%^&*()",
        "zzz 99999x",
        "máy xyzzy",
        "\"máy lúa sấy\"",
    ] {
        let page = search(&reader, query);
        let browse = query.chars().all(|letter| !letter.is_alphanumeric());
        assert_eq!(page.total == 0, !browse, "{query}");
    }
}

#[test]
fn phrases_and_exclusions() {
    let reader = shop();
    for (query, expected) in [
        ("\"máy sấy lúa\"", &["lua", "lua-mo-ta", "lua-tom-tat"][..]),
        (
            "\"may say lua\"",
            &["khong-dau", "lua", "lua-mo-ta", "lua-to-tam", "lua-tom-tat"],
        ),
        ("\"bơm nước\"", &["bom"]),
        ("\"nước thuỷ lực\" máy", &["bom"]),
        ("bơm -chìm", &["bom", "rung"]),
        ("bơm -chìm -\"khuôn đúc\"", &["bom"]),
        ("bồn -\"0,8 m3\"", &["bon-to"]),
    ] {
        let page = search(&reader, query);
        let mut found = ids(&page);
        found.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    let all = u64::try_from(SHOP.len()).unwrap();
    assert_eq!(
        search(&reader, "-may").total,
        all - 8,
        "exclusion alone browses the rest"
    );
}

#[test]
fn all_words_are_preferred_but_not_demanded() {
    let reader = shop();
    let page = search(&reader, "máy sấy lúa khoan");
    assert_eq!(ids(&page).first(), Some(&"lua"));
    // With enough full matches, partial ones stay out.
    let full = (0..25).map(|n| listing(&format!("full-{n}"), "máy bơm chìm"));
    let part = (0..25).map(|n| listing(&format!("part-{n}"), "máy bơm"));
    let (_writer, reader) = filled(full.chain(part));
    assert_eq!(search(&reader, "máy bơm chìm").total, 25);
}

#[test]
fn empty_text_browses_newest_first() {
    let documents = (0..5).map(|n| IndexDocument {
        published_at: n,
        ..listing(&n.to_string(), "máy")
    });
    let (_writer, reader) = filled(documents);
    assert_eq!(ids(&search(&reader, " \u{0} ")), ["4", "3", "2", "1", "0"]);
}

#[test]
fn limits() {
    let reader = shop();
    let with_limit = |limit| {
        reader.search(&SearchRequest {
            limit,
            ..request("máy")
        })
    };
    assert!(matches!(with_limit(0), Err(Error::Limit)));
    assert!(matches!(with_limit(101), Err(Error::Limit)));
    assert!(with_limit(100).is_ok());
    let too_long = reader.search(&request(&"á".repeat(513)));
    assert!(matches!(too_long, Err(Error::QueryTooLong)));
    // The longest query of distinct words with the most codes still fits a cursor.
    let words: Vec<String> = (10..74).map(|n| format!("á{n}-")).collect();
    assert!(reader.search(&request(&words.concat())).is_ok());
}

#[test]
fn in_every_order_more_words_come_first() {
    // Three of four words are enough: too few listings have all four.
    let of = |id: &str, title: &str, price: u64| IndexDocument {
        price_vnd: Some(price),
        published_at: i64::try_from(price).unwrap_or(0),
        ..listing(id, title)
    };
    let reader = filled([
        of("part-cheap", "máy bơm chìm", 1),
        of("full-dear", "máy bơm chìm giếng", 9),
        of("full-cheap", "giếng máy bơm chìm", 5),
        of("part-dear", "máy chìm giếng", u64::MAX),
        of("part-beyond-order", "máy chìm giếng", u64::MAX - 2),
    ])
    .1;
    for (sort, expected) in [
        (Sort::Newest, ["full-dear", "full-cheap", "part-cheap"]),
        (Sort::PriceAscending, ["full-cheap", "full-dear", "part-cheap"]),
        (Sort::PriceDescending, ["full-dear", "full-cheap", "part"]),
    ] {
        let request = SearchRequest {
            sort,
            ..request("máy bơm chìm giếng")
        };
        let page = reader.search(&request).unwrap();
        assert_eq!(page.total, 5);
        for (found, expected) in ids(&page).into_iter().zip(expected) {
            assert!(found.starts_with(expected), "{sort:?}: {:?}", ids(&page));
        }
        // The key stays a total order: no hit twice, none lost.
        let one = SearchRequest { limit: 1, ..request };
        assert_eq!(walk(&reader, one), ids(&page));
    }
}
