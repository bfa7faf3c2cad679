//! What is made of the words of a query.

use std::sync::Arc;

use proptest::prelude::*;
use search_index::{
    Features, IndexDocument, InterpretationKind, Reader, SearchRequest, Understanding, Vocabulary, VocabularyReason,
};

use crate::shelf::{filled, ids, listing, request, search};

/// Titles with every word that the vectors are rewritten to.
const TITLES: [&str; 24] = [
    "Máy sấy lúa",
    "Cảm biến nhiệt độ",
    "Xử lý nước thải dệt nhuộm",
    "Biến tần",
    "Máy bơm nước Panasonic",
    "Bóc vỏ hạt điều",
    "Xi lanh khí nén",
    "Dao phay",
    "Máy chiết rót",
    "Gạch không nung",
    "Xử lý rác thải",
    "Bảo quản trái cây",
    "Máy gieo hạt tự động",
    "Trichoderma",
    "Contactor Schneider",
    "Cảm biến tiệm cận",
    "Máy hút khói hàn",
    "Màn hình cảm ứng",
    "Máy thái thịt",
    "Robot",
    "Cobot test windows",
    "Smart farm",
    "Chiếc khi rót sử quảng húc lung gioe ứn",
    "Cân thông sương",
];

pub(crate) fn shop() -> Reader {
    let titles = TITLES.iter().enumerate();
    filled(titles.map(|(number, title)| listing(&number.to_string(), title))).1
}

pub(crate) fn understood(reader: &Reader, text: &str) -> Understanding {
    search(reader, text).understanding
}

#[test]
fn rewriting_vectors() {
    let reader = shop();
    reader.set_vocabulary(Arc::new(Vocabulary::empty()));
    for line in include_str!("rewrite_vectors.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let mut columns = line.split('\t');
        let (query, expected) = (columns.next().unwrap(), columns.next().unwrap());
        let features = Features {
            spelling: false,
            ..Features::default()
        };
        let request = SearchRequest {
            features,
            ..request(query)
        };
        let understanding = reader.search(&request).unwrap().understanding;
        let text = understanding.corrected.unwrap_or_else(|| query.to_owned());
        let words = search_index::analyze(&text).syllables;
        let words: Vec<&str> = words.iter().map(|word| word.exact.as_str()).collect();
        let expected: Vec<&str> = expected
            .split(' ')
            .map(|word| word.trim_start_matches(['T', 'S', ':']))
            .collect();
        assert_eq!(words, expected, "{query}");
    }
}

#[test]
fn english_words_are_no_keys() {
    let titles = [
        "Bể chứa",
        "Cả nhà",
        "Nút ấn",
        "Máy cán tôn",
        "Mì gói",
        "Máy sấy lúa",
        "Đường ống",
    ];
    let titles = titles.iter().enumerate();
    let reader = filled(titles.map(|(number, title)| listing(&number.to_string(), title))).1;
    reader.set_vocabulary(Arc::new(Vocabulary::empty()));
    for (query, corrected) in [
        ("beer", None),
        ("car wash", None),
        ("nuts", None),
        ("beer cans", None),
        ("mix", None),
        ("mays saays", Some("máy sấy")),
        ("mays cans", Some("máy cán")),
        ("beer chuwas", Some("bể chứa")),
        ("ddwowngf", Some("đường")),
        ("dduwowngf", Some("đường")),
    ] {
        let understanding = understood(&reader, query);
        assert_eq!(understanding.corrected.as_deref(), corrected, "{query}");
    }
}

#[test]
fn slips_are_told_and_can_be_insisted_on() {
    let reader = shop();
    for (query, corrected, doubted) in [
        ("máy thái thịc", Some("máy thái thịt"), None),
        ("trichodema", Some("trichoderma"), None),
        ("contactar schneider", Some("contactor schneider"), None),
        ("gạch không lung", None, Some("gạch không nung")),
        ("sử lý rác thải", None, Some("xử lý rác thải")),
        ("máy chiếc rót", None, Some("máy chiết rót")),
        ("máy sấy lúa", None, None),
        ("cobot", None, None),
        ("tàu vũ trụ", None, None),
    ] {
        let understanding = understood(&reader, query);
        assert_eq!(understanding.corrected.as_deref(), corrected, "{query}");
        assert_eq!(understanding.did_you_mean.as_deref(), doubted, "{query}");
        let verbatim = SearchRequest {
            verbatim: true,
            ..request(query)
        };
        assert_eq!(
            reader.search(&verbatim).unwrap().understanding,
            Understanding::default()
        );
    }
    let typed = "máy thái thịc";
    let correction = understood(&reader, typed).corrections;
    let correction = correction.first().unwrap();
    assert_eq!(
        (&typed[correction.range.clone()], correction.instead.as_str()),
        ("thịc", "thịt")
    );
}

#[test]
fn pages_go_on_with_the_reading_of_the_first() {
    let (mut writer, reader) = filled((0..30).map(|n| listing(&n.to_string(), "máy thái thịt")));
    let mut asked = SearchRequest {
        limit: 7,
        ..request("máy thái thịc")
    };
    let first = reader.search(&asked).unwrap();
    assert_eq!(first.total, 30);
    // The slip is a word now; the second page is of the same reading all the same.
    let change = crate::shelf::put(listing("other", "bóng thịc"));
    writer.apply(&[change], crate::shelf::at(2)).unwrap();
    asked.after = Some(first.next.unwrap().to_string().parse().unwrap());
    let second = reader.search(&asked).unwrap();
    assert_eq!(second.total, 30);
    assert_eq!(second.understanding.corrected.as_deref(), Some("máy thái thịt"));
}

#[test]
fn pages_go_on_with_the_names_of_the_first() {
    let groups = "regional\town\tlạc | đậu phộng | peanut\nenglish\ttrade\tmáy đào | máy xúc | excavator";
    for (query, title, fresh) in [
        // The first listing with another name, with the pair of one, with the other number.
        ("đậu phộng", "đậu phộng", "lạc"),
        ("peanut", "đậu và phộng, peanut", "đậu phộng"),
        ("pumps", "pumps", "pump"),
        ("bơm nhật bản", "bơm", "nhật bản"),
        ("máy đào", "máy đào", "excavator"),
    ] {
        let (mut writer, reader) = filled((0..30).map(|n| listing(&n.to_string(), title)));
        reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", groups)]).unwrap()));
        let mut asked = SearchRequest {
            limit: 7,
            ..request(query)
        };
        let first = reader.search(&asked).unwrap();
        let shape = |next: &search_index::Cursor| next.to_string().len();
        let change = crate::shelf::put(listing("other", fresh));
        writer.apply(&[change], crate::shelf::at(2)).unwrap();
        let fresh = reader.search(&asked).unwrap().next.unwrap();
        let next = first.next.unwrap();
        assert_ne!(shape(&next), shape(&fresh), "{query}: the plan would be another now");
        asked.after = Some(next.to_string().parse().unwrap());
        let second = reader.search(&asked).unwrap();
        let hits = first.hits.iter().chain(&second.hits);
        let mut seen: Vec<&str> = hits.map(|hit| hit.id.as_str()).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 14, "{query}");
    }
}

fn priced(id: &str, title: &str, attribute: &str, price: u64) -> IndexDocument {
    IndexDocument {
        attributes: vec![("Thông số".to_owned(), attribute.to_owned())],
        price_vnd: (price > 0).then_some(price),
        ..listing(id, title)
    }
}

#[test]
fn wishes_lift_and_hide_nothing() {
    let reader = filled([
        priced("small", "Máy nén khí", "200 lít/phút", 4_000_000),
        priced("middle", "Máy nén khí", "30 m3/h", 40_000_000),
        priced("large", "Máy nén khí", "1,2 m3/phút", 400_000_000),
        priced("japan", "Máy nén khí", "xuất xứ Nhật Bản", 0),
        priced("steel", "Máy nén khí", "vỏ inox", 0),
    ])
    .1;
    for (query, best) in [
        ("máy nén khí trên 1000 lít/phút", "large"),
        ("máy nén khí dưới 15 m3/h", "small"),
        ("máy nén khí 500 lít/phút", "middle"),
        ("máy nén khí khoảng 30 m3 một giờ", "middle"),
        ("máy nén khí từ 100 đến 300 lít/phút", "small"),
        ("máy nén khí dưới 5 triệu", "small"),
        ("máy nén khí giá trên 100 triệu đồng", "large"),
        ("máy nén khí 30-50 triệu", "middle"),
        ("máy nén khí xuất xứ Nhật Bản", "japan"),
        ("máy nén khí nhật bản", "japan"),
        ("máy nén khí bằng inox", "steel"),
        ("japan máy nén khí", "japan"),
    ] {
        let page = search(&reader, query);
        assert_eq!(page.total, 5, "{query}");
        assert_eq!(ids(&page).first(), Some(&best), "{query}: {:?}", page.understanding);
        let wish = page.understanding.interpretations.first().unwrap().clone();
        assert!(!query[wish.range.clone()].is_empty());
        let without = SearchRequest {
            without: vec![wish.id],
            ..request(query)
        };
        assert!(
            reader
                .search(&without)
                .unwrap()
                .understanding
                .interpretations
                .is_empty(),
            "{query}"
        );
    }
    for (query, best) in [
        ("máy nén khí trên 10 triệu dưới 50 triệu", "middle"),
        ("máy nén khí dưới 500 triệu trên 100 triệu", "large"),
    ] {
        let page = search(&reader, query);
        assert_eq!(page.understanding.interpretations.len(), 2, "{query}");
        assert_eq!(ids(&page).first(), Some(&best), "{query}");
    }
}

#[test]
fn interpretations_say_what_was_understood() {
    let reader = shop();
    let names = "english\town\tđậu hà lan | green pea";
    reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", names)]).unwrap()));
    let dutch = understood(&reader, "bơm xuất xứ Hà Lan").interpretations;
    assert_eq!(dutch.first().unwrap().value, "NL");
    for (query, kind, value, least, most) in [
        (
            "bơm trên 500kg/h",
            InterpretationKind::Quantity,
            "mass_rate",
            Some("500kg/h"),
            None,
        ),
        (
            "bơm dưới 1,5 tỷ",
            InterpretationKind::Price,
            "VND",
            None,
            Some("1500000000"),
        ),
        (
            "bơm 220V",
            InterpretationKind::Quantity,
            "voltage",
            Some("220v"),
            Some("220v"),
        ),
        ("bơm của Đức", InterpretationKind::Origin, "DE", None, None),
        ("bơm bằng nhôm", InterpretationKind::Material, "aluminium", None, None),
        (
            "bom duoi 100 trieu",
            InterpretationKind::Price,
            "VND",
            None,
            Some("100000000"),
        ),
    ] {
        let understanding = understood(&reader, query);
        let wish = understanding.interpretations.first();
        let wish = wish.unwrap_or_else(|| panic!("{query}"));
        assert_eq!((wish.kind, wish.value.as_str()), (kind, value), "{query}");
        assert_eq!(
            (wish.at_least.as_deref(), wish.at_most.as_deref()),
            (least, most),
            "{query}"
        );
    }
    for (query, kind, least, most) in [
        ("bơm từ 10 đến 15 kW", "power", "10kw", "15kw"),
        ("bơm 10-15 kW", "power", "10kw", "15kw"),
        ("bơm 10kW-15kW", "power", "10kw", "15kw"),
        ("bơm 220V/380V", "voltage", "220v", "220v"),
        ("bơm 20 lít", "volume", "20l", "20l"),
        ("bơm 2 tấn/giờ", "mass_rate", "2t/h", "2t/h"),
        ("bơm dưới 5.000.000 đồng", "VND", "", "5000000"),
        ("bơm dưới 5.000.000đ", "VND", "", "5000000"),
        ("bơm dưới 20tr", "VND", "", "20000000"),
        ("bơm dưới 1.5tr", "VND", "", "1500000"),
        ("bơm dưới 500k", "VND", "", "500000"),
        ("bơm 20tr - 50tr", "VND", "20000000", "50000000"),
        ("bơm từ 20 triệu đến 50 triệu", "VND", "20000000", "50000000"),
    ] {
        let wishes = understood(&reader, query).interpretations;
        let wish = wishes.first().unwrap_or_else(|| panic!("{query}"));
        let bounds = [&wish.at_least, &wish.at_most].map(|bound| bound.as_deref().unwrap_or_default());
        assert_eq!((wish.value.as_str(), bounds), (kind, [least, most]), "{query}");
    }
    // Words with diacritics are no units, parts of a code no amounts, millions of something no price.
    for query in [
        "trang trại 500 lợn",
        "máy 3 và 5 trục",
        "bơm 5G",
        "bơm 4G",
        "bơm YS-712W",
        "bơm EX-14A",
        "bơm 14A-X",
        "gạch 10 triệu viên/năm",
        "gạch 20 triệu viên",
        "bơm vỏ nhôm",
        "bơm vật liệu nhựa",
        "sơn tàu",
        "máy may áo",
        "turkey bơm",
        "car polish",
        "máy tách hạt đậu Hà Lan",
        "bơm 4K",
        "dây 5 đồng",
    ] {
        assert_eq!(understood(&reader, query).interpretations, [], "{query}");
    }
    // What is looked for is no wish, and a name is none.
    for query in ["380V", "Nhật Bản", "kỹ thuật số", "S7-1200", "Anh ngữ", "nhựa"] {
        assert!(understood(&reader, query).interpretations.is_empty(), "{query}");
    }
}

#[test]
fn talk_is_left_out() {
    let reader = shop();
    let plain: Vec<String> = ids(&search(&reader, "máy sấy lúa"))
        .into_iter()
        .map(str::to_owned)
        .collect();
    for query in [
        "tôi cần tìm máy sấy lúa",
        "công ty chúng tôi muốn mua máy sấy lúa",
        "máy sấy lúa mua ở đâu",
        "cho em hỏi máy sấy lúa giá bao nhiêu",
        "we are looking for máy sấy lúa",
    ] {
        assert_eq!(ids(&search(&reader, query)), plain, "{query}");
    }
}

const GROUPS: &str = "# comment\n\nregional\town\tlạc | đậu phộng | peanut\nenglish\ttrade\tmáy đào | máy xúc | excavator\n\
    near\town\tcày | xới\nnarrower\town\tmáy nông nghiệp | máy cày | máy gặt\nenglish\town\tcắt | cutting\n\
    english\town\tcát | sand\n";

fn spoken() -> Reader {
    let titles = [
        ("peanut", "Máy bóc vỏ lạc"),
        ("digger", "Máy xúc bánh xích"),
        ("plough", "Máy cày"),
        ("till", "Máy xới"),
        ("saw", "Máy cắt gỗ"),
        ("sand", "Máy sàng cát"),
        ("lamp", "Đèn"),
    ];
    let reader = filled(titles.map(|(id, title)| listing(id, title))).1;
    reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", GROUPS)]).unwrap()));
    reader
}

#[test]
fn other_names_are_found() {
    let reader = spoken();
    for (query, found, not) in [
        ("đậu phộng", &["peanut"][..], &["lamp"][..]),
        ("dau phong", &["peanut"], &[]),
        ("peanuts", &["peanut"], &[]),
        ("excavators", &["digger"], &[]),
        ("máy đào", &["digger"], &[]),
        ("máy nông nghiệp", &["plough"], &[]),
        ("cày", &["plough", "till"], &[]),
        // Diacritics tell words apart.
        ("cutting", &["saw"], &["sand"]),
        ("sand", &["sand"], &["saw"]),
    ] {
        let page = search(&reader, query);
        for id in found {
            assert!(ids(&page).contains(id), "{query}: {:?}", ids(&page));
        }
        for id in not {
            assert!(!ids(&page).contains(id), "{query}: {:?}", ids(&page));
        }
    }
    assert!(!ids(&search(&reader, "máy cày")).contains(&"digger"));
    reader.set_vocabulary(Arc::new(Vocabulary::empty()));
    assert_eq!(search(&reader, "excavator").total, 0, "in effect at once");
}

#[test]
fn a_quoted_loan_word_is_found_in_every_spelling() {
    let (_writer, reader) = filled([
        listing("xi", "Xi lanh điện"),
        listing("xy", "Xy lanh điện"),
        listing("apart", "Xy lanh, tủ điện"),
    ]);
    let text = "loan\town\txi lanh | xy lanh\nenglish\town\txi lanh điện | electric cylinder";
    reader.set_vocabulary(Arc::new(Vocabulary::parse([("test", text)]).unwrap()));
    let page = search(&reader, "\"xi lanh điện\"");
    let mut found = ids(&page);
    found.sort_unstable();
    assert_eq!(found, ["xi", "xy"]);
}

#[test]
fn another_vocabulary_ends_a_walk() {
    let (_writer, reader) = filled((0..30).map(|n| listing(&n.to_string(), "máy xúc")));
    let mut asked = request("máy xúc");
    asked.after = reader.search(&asked).unwrap().next;
    assert!(reader.search(&asked).is_ok());
    reader.set_vocabulary(Arc::new(Vocabulary::empty()));
    assert!(matches!(reader.search(&asked), Err(search_index::Error::Cursor)));
}

#[test]
fn the_built_in_vocabulary_is_sound() {
    for (file, text) in Vocabulary::built_in_texts() {
        assert_eq!(Vocabulary::problems(file, text), [], "{file}");
    }
    assert!(Vocabulary::built_in().len() > 200);
}

#[test]
fn a_line_that_cannot_be_taken_is_told() {
    let long = ["một"; 9].join(" ");
    for (line, reason) in [
        ("regional\town", VocabularyReason::Columns),
        ("regional\town\ta | b\tc", VocabularyReason::Columns),
        ("same\town\ta | b", VocabularyReason::Relation("same".to_owned())),
        ("near\tweb\ta | b", VocabularyReason::Source("web".to_owned())),
        ("near\town\ta", VocabularyReason::Members(1)),
        ("near\town\ta | ", VocabularyReason::Member(String::new())),
        ("near\town\ta | b | a", VocabularyReason::Twice("a".to_owned())),
        (
            &format!("near\town\ta | {long}"),
            VocabularyReason::Member(long.clone()),
        ),
    ] {
        let text = format!("# first\n{line}");
        let error = Vocabulary::parse([("file", text.as_str())]).unwrap_err();
        assert_eq!((error.line, error.reason), (2, reason), "{line}");
    }
}

proptest! {
    #[test]
    fn any_vocabulary_is_taken_or_refused(text in "((regional|near|[a-z]{0,4})\t(own|law|x)\t([a-zăđ ]{0,6}( \\| )?){0,5}\n?){0,4}|.{0,60}") {
        let problems = Vocabulary::problems("any", &text);
        prop_assert_eq!(Vocabulary::parse([("any", text.as_str())]).is_ok(), problems.is_empty());
    }

    #[test]
    fn any_text_is_understood(
        text in "(máy|trên|dưới|từ|đến|khoảng|giá|500|2,5|18446744073|999999999999|kg/h|triệu|phi|pha|ngựa|tỷ|xuất xứ|nhật|bằng|inox|tôi cần|mays|maysaylua|-|\"| |\u{301}|.){0,25}",
    ) {
        let reader = shop();
        let text: String = text.chars().take(400).collect();
        let understanding = understood(&reader, &text);
        for range in understanding.interpretations.iter().map(|wish| &wish.range)
            .chain(understanding.corrections.iter().map(|correction| &correction.range))
        {
            prop_assert!(!text[range.clone()].is_empty());
        }
    }
}
