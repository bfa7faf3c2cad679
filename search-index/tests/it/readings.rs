//! Words that can be read in more than one way.

use std::sync::Arc;

use search_index::{IndexDocument, InterpretationKind, SearchRequest, Vocabulary};

use crate::{
    shelf::{filled, ids, listing, request, search},
    understanding::understood,
};

#[test]
fn a_known_word_is_doubted_only_for_one_that_fits_on_both_sides() {
    let titles = [
        "Hạt dự trữ",
        "Tàu dự trữ dầu",
        "Thang máy vũ khí",
        "Trụ điện",
        "Gạch không nung",
        "Lung lay",
    ];
    let titles = titles.iter().enumerate();
    let reader = filled(titles.map(|(number, title)| listing(&number.to_string(), title))).1;
    let asked = |text: &str| understood(&reader, text).did_you_mean;
    assert_eq!(asked("tàu vũ trụ"), None, "`dự trữ` is not what stands before `trụ`");
    assert_eq!(asked("gạch không lung").as_deref(), Some("gạch không nung"));
}

#[test]
fn one_listing_with_keys_in_it_does_not_switch_off_what_is_made_of_them() {
    let titles = (0..30).map(|n| listing(&n.to_string(), "Máy sấy lúa"));
    let slips = ["Mays saays cũ", "Maysaylua"].iter().enumerate();
    let slips = slips.map(|(n, title)| listing(&format!("slip-{n}"), title));
    let reader = filled(titles.chain(slips)).1;
    for (query, corrected) in [("mays saays", "máy sấy"), ("maysaylua", "may say lua")] {
        assert_eq!(understood(&reader, query).corrected.as_deref(), Some(corrected));
    }
    // What many listings have is a word.
    let titles = (0..30).map(|n| listing(&n.to_string(), if n < 20 { "Máy sấy" } else { "Mays saays" }));
    let reader = filled(titles).1;
    assert_eq!(understood(&reader, "mays saays").corrected, None);
}

#[test]
fn words_written_as_one_or_as_two_are_the_same() {
    let reader = filled([listing("sea", "Bơm nước biển"), listing("dish", "Máy rửa bát")]).1;
    let text = "english\town\tnước biển | seawater\nenglish\town\tmáy rửa bát | dish washer";
    reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", text)]).unwrap()));
    assert_eq!(ids(&search(&reader, "sea water")), ["sea"]);
    assert_eq!(ids(&search(&reader, "dishwasher")), ["dish"]);
}

#[test]
fn what_is_looked_for_elsewhere_is_not_found_by_its_syllables() {
    let titles = [
        "Kho bảo quản",
        "Găng tay phòng nguy hiểm",
        "Ô tô tải",
        "Máy đo bảo hiểm",
    ];
    let listings = |count: usize| titles.iter().take(count).enumerate();
    let shelf = |count: usize| filled(listings(count).map(|(n, title)| listing(&n.to_string(), title))).1;
    let (without, with) = (shelf(4), shelf(5));
    assert_eq!(search(&without, "mua bảo hiểm ô tô").total, 0);
    assert_eq!(
        ids(&search(&with, "mua bảo hiểm"))[..1],
        ["3"],
        "unless a listing has it"
    );
    assert!(
        search(&without, "máy bảo hiểm ô tô").total > 0,
        "nor is a machine for it"
    );
}

#[test]
fn exclusions_are_meant_in_every_spelling() {
    let reader = filled([
        listing("one", "Contactor Schneider"),
        listing("two", "Công tắc tơ Schneider"),
    ])
    .1;
    let text = "loan\town\tcontactor | công tắc tơ";
    reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", text)]).unwrap()));
    assert_eq!(search(&reader, "schneider").total, 2);
    assert_eq!(search(&reader, "schneider -contactor").total, 0);
}

#[test]
fn ambiguous_syllables_and_scattered_names_are_weak() {
    let (_writer, reader) = filled(
        [
            ("cashew", "Máy bóc vỏ hạt điều"),
            ("control", "Tủ điều khiển"),
            ("peanut", "Máy bóc vỏ lạc"),
            ("yoghurt", "Men sữa chua"),
            ("scattered", "Bình sữa, thuốc chua đất"),
        ]
        .map(|(id, title)| listing(id, title))
        .into_iter()
        .chain((0..40).map(|n| listing(&format!("filter-{n}"), "Bộ lọc"))),
    );
    let text = "regional\town\thạt điều | điều | cashew\nenglish\town\tđiều khiển | control\n\
        regional\town\tđậu phộng | lạc | peanut\nloan\town\tsữa chua | yaourt";
    reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", text)]).unwrap()));
    assert_eq!(
        ids(&search(&reader, "cashew")),
        ["cashew", "control"],
        "half of another word is worth less"
    );
    assert_eq!(ids(&search(&reader, "điều")).len(), 2, "typed it finds both");
    assert_eq!(
        ids(&search(&reader, "đậu phộng")),
        ["peanut"],
        "no part of anything else"
    );
    // Half of the query is not answered by the syllables of a name in different places.
    let page = search(&reader, "yaourt peanut");
    let mut found = ids(&page);
    found.sort_unstable();
    assert_eq!(found, ["peanut", "yoghurt"]);
}

#[test]
fn words_without_diacritics_are_talk_only_if_sure() {
    let titles = [
        "Cân tim thai",
        "Máy cân điện tử",
        "Thẻ nhớ",
        "Nước đóng lon cans",
        "Giải pháp",
    ];
    let titles = titles.iter().enumerate();
    let reader = filled(titles.map(|(number, title)| listing(&number.to_string(), title))).1;
    reader.set_vocabulary(Arc::new(Vocabulary::empty()));
    let same = |one: &str, other: &str| {
        let scores = |text: &str| {
            search(&reader, text)
                .hits
                .iter()
                .map(|hit| hit.score)
                .collect::<Vec<_>>()
        };
        scores(one) == scores(other)
    };
    // `cần tìm` and `cân tim`
    assert!(!same("can tim thai", "thai"));
    assert!(same("toi can tim the nho", "the nho"));
    assert!(same("cần tìm thẻ nhớ", "thẻ nhớ"));
    // `thẻ` and `the`
    assert!(!same("the nho", "nho"));
    let best = |text: &str| search(&reader, text).hits.first().map(|hit| hit.score);
    assert!(
        best("the memory nho") < best("the nho"),
        "an article beside an English word"
    );
    assert_eq!(ids(&search(&reader, "cans")), ["3"], "no `cân`");
}

#[test]
fn initials_are_written_out() {
    let reader = filled([
        listing("trace", "Truy xuất nguồn gốc"),
        listing("other", "Tàu xa người gặp"),
    ])
    .1;
    let text = "english\town\ttruy xuất nguồn gốc | traceability\nenglish\town\ttời xích nhỏ gọn | small hoist";
    reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", text)]).unwrap()));
    assert_eq!(ids(&search(&reader, "TXNG")), ["trace"]);
    assert_eq!(understood(&reader, "txng").corrected, None, "no slip");
}

#[test]
fn three_syllables_are_found_where_they_are_one_word() {
    let reader = filled([listing("one", "Aptomat 3 pha"), listing("two", "Áp kế")]).1;
    reader.set_vocabulary(Arc::new(Vocabulary::empty()));
    assert_eq!(ids(&search(&reader, "áp tô mát"))[..1], ["one"]);
}

#[test]
fn a_part_of_a_model_number_is_no_quantity() {
    let reader = filled([listing("servo", "Servo MR-J4-70A"), listing("wire", "Dây 70A")]).1;
    for text in ["mr j4 70a", "servo j4 70a"] {
        assert!(understood(&reader, text).interpretations.is_empty(), "{text}");
        assert_eq!(ids(&search(&reader, text))[..1], ["servo"]);
    }
    let spoken = [
        ("dây 70 a", "70a"),
        ("máy đào 0,8 khối", "0.8m3"),
        ("bơm 50 khối/giờ", "50m3/h"),
        ("máy ủi 110 mã lực", "110hp"),
    ];
    for (text, amount) in spoken {
        let wishes = understood(&reader, text).interpretations;
        let least = wishes.first().and_then(|wish| wish.at_least.as_deref());
        assert_eq!(least, Some(amount), "{text}");
    }
}

#[test]
fn words_of_a_name_in_different_places_cover_less_of_it() {
    let titles = (0..40).map(|n| listing(&format!("filler-{n}"), "Bộ lọc"));
    let listings = [
        listing("gear", "Hộp số xe tải"),
        listing("apart", "Hộp bút, ghi số lượng"),
    ];
    let reader = filled(listings.into_iter().chain(titles)).1;
    let text = "english\town\thộp số | gearbox";
    reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", text)]).unwrap()));
    assert_eq!(ids(&search(&reader, "gearbox"))[..1], ["gear"]);
    assert_eq!(ids(&search(&reader, "gearbox Volvo xe tải")), ["gear"]);
}

#[test]
fn a_country_is_known_by_what_the_listing_tells_of_itself() {
    let from = |id: &str, origin: &str| IndexDocument {
        origin: Some(origin.to_owned()),
        ..listing(id, "Máy nén khí")
    };
    let reader = filled([from("cn", "CN"), from("jp", "JP"), from("de", "DE")]).1;
    for (query, best) in [
        ("máy nén khí nhật bản", "jp"),
        ("máy nén khí xuất xứ Nhật Bản", "jp"),
        ("japan máy nén khí", "jp"),
        ("máy nén khí của Đức", "de"),
    ] {
        let page = search(&reader, query);
        assert_eq!((page.total, ids(&page).first()), (3, Some(&best)), "{query}");
    }
    // Told by the text as well, it is one wish.
    let both = IndexDocument {
        summary_vi: "Hàng Nhật Bản".to_owned(),
        ..from("both", "JP")
    };
    let reader = filled([both]).1;
    let asked = SearchRequest {
        explain: true,
        ..request("máy nén khí xuất xứ Nhật Bản")
    };
    let explanation = reader.search(&asked).unwrap().explanation.unwrap();
    assert_eq!(explanation.hits.first().unwrap().wishes, 30);
    // It is no word: nobody finds it by typing what stands for it.
    assert_eq!(search(&reader, "@jp").total, 0);
}

#[test]
fn a_place_is_wished_for_where_it_is_said_so() {
    let in_province = |id: &str, province: &str| IndexDocument {
        province: Some(province.to_owned()),
        ..listing(id, "Máy nén khí")
    };
    let reader = filled([
        in_province("hn", "01"),
        in_province("pt", "25"),
        in_province("hcm", "79"),
    ])
    .1;
    for (query, best) in [
        ("máy nén khí ở Phú Thọ", "pt"),
        ("may nen khi o tinh vinh phuc", "pt"),
        ("máy nén khí tại TP Hồ Chí Minh", "hcm"),
        ("máy nén khí tại Sài Gòn", "hcm"),
        ("máy nén khí bán ở Hà Nội", "hn"),
    ] {
        let page = search(&reader, query);
        assert_eq!((page.total, ids(&page).first()), (3, Some(&best)), "{query}");
        let wish = page.understanding.interpretations.first().unwrap();
        assert_eq!(wish.kind, InterpretationKind::Place, "{query}");
    }
    // By itself it is a part of a name, and what ends another name says nothing of a place.
    for query in [
        "nhãn lồng Hưng Yên",
        "may tinh ha noi",
        "máy in Hà Nội",
        "xe tai binh duong",
    ] {
        assert!(understood(&reader, query).interpretations.is_empty(), "{query}");
    }
}
