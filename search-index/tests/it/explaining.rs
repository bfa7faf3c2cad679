//! Why hits are there: the reasons add up to the score that the search itself gave.

use search_index::{IndexDocument, SearchPage, SearchRequest, TermForm};

use crate::shelf::{filled, listing, request};

fn collection() -> Vec<IndexDocument> {
    let titles = [
        "Máy sấy lúa tầng sôi",
        "Máy sấy thăng hoa",
        "Tủ sấy nông sản",
        "Máy bơm nước chìm Ebara 3.7kW",
        "Bơm ly tâm trục ngang",
        "Xi lanh khí nén SMC",
        "Xy lanh điện",
        "Xe nâng hàng chạy điện",
        "Biến tần Mitsubishi FR-E740-3.7K",
        "Cảm biến độ ẩm đất",
        "Máy gặt đập liên hợp",
        "Máy thái hành",
    ];
    let documents = (0_usize..).zip(titles.iter().cycle()).take(60);
    documents
        .map(|(number, title)| IndexDocument {
            summary_vi: if number % 3 == 0 {
                "Sấy lúa cho hợp tác xã, xuất xứ Nhật Bản."
            } else {
                "Máy công nghiệp."
            }
            .to_owned(),
            description_vi: if number % 5 == 0 {
                "Dùng điện ba pha 380V, vỏ inox, năng suất 500 kg/h."
            } else {
                ""
            }
            .to_owned(),
            attributes: vec![("Công suất".to_owned(), format!("{} kW", number % 9 + 1))],
            has_evidence: number % 4 == 0,
            published_at: 1_700_000_000_000_000 - i64::try_from(number).unwrap() * 10 * 86_400_000_000,
            price_vnd: u64::try_from(number).ok().map(|n| n * 7_000_000),
            ..listing(&format!("{number:02}"), title)
        })
        .collect()
}

const QUERIES: [&str; 18] = [
    "máy sấy lúa",
    "may say lua",
    "mays saays luas",
    "máy sấy thăng hoa xyzabc",
    "tủ sấy nông sản cho hợp tác xã của Nhật Bản",
    "xilanh khí nén",
    "xi lanh",
    "\"xi lanh\" khí nén",
    "máy bơm nước trên 3kW",
    "máy bơm dưới 100 triệu",
    "máy sấy trên 50 triệu dưới 200 triệu bằng inox",
    "electric forklift",
    "freeze dryer",
    "FR-E740",
    "fr e740 3.7k",
    "máy cắt lúa liên hoàn",
    "tôi cần tìm máy sấy lúa năng suất trên 400kg/h giá rẻ cho nông dân",
    "sấy -tủ",
];

fn explained(text: &str) -> SearchPage {
    let (_writer, reader) = filled(collection());
    let asked = SearchRequest {
        explain: true,
        as_of: Some(1_700_000_000_000_000),
        ..request(text)
    };
    reader.search(&asked).unwrap()
}

#[test]
fn reasons_add_up_to_the_score() {
    let (mut hits, mut names, mut wishes, mut partly, mut moved) = (0, 0, 0, 0, 0);
    for text in QUERIES {
        let page = explained(text);
        let explanation = page.explanation.unwrap();
        assert_eq!(explanation.hits.len(), page.hits.len(), "{text}");
        for (hit, why) in page.hits.iter().zip(&explanation.hits) {
            assert_eq!(why.score, hit.score, "{text}: {why:?}");
            let sum: f32 = why.terms.iter().filter(|term| term.counts).map(|term| term.score).sum();
            assert!((sum - why.sum).abs() < 0.01, "{text}: {sum} {why:?}");
            assert!(why.scaled <= why.sum && why.share <= 100, "{text}: {why:?}");
            if let Some(least) = explanation.plan.least_share {
                assert!(why.share + 1 >= u32::from(least), "{text}: {why:?}");
            }
            hits += 1;
            names += u32::from(why.terms.iter().any(|term| term.counts && term.name.is_some()));
            wishes += u32::from(why.wishes > 0 || why.price != 100);
            partly += u32::from(why.scaled < why.sum);
            moved += u32::from(why.freshness + why.evidence == 3);
        }
    }
    // Each of the ways to a score was taken.
    assert!(
        hits > 100 && moved > 5 && names > 5 && wishes > 5 && partly > 5,
        "{hits} {names} {wishes} {partly}"
    );
}

#[test]
fn terms_are_told_with_where_they_stand() {
    let page = explained("máy sấy lúa");
    let why = &page.explanation.unwrap();
    let words: Vec<&str> = why.plan.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(words, ["máy", "sấy", "lúa"]);
    let shares: u32 = why.plan.words.iter().map(|word| word.share).sum();
    assert!((97..=100).contains(&shares), "{shares}");
    let first = &why.hits[0];
    let lua = |form| first.terms.iter().find(|term| term.text == "lúa" && term.form == form);
    let lua = lua(TermForm::Exact).unwrap();
    assert_eq!((lua.title, lua.rest, lua.counts), (1, 0, true));
    assert_eq!(first.share, 100);
}

#[test]
fn other_names_are_told_with_what_they_stand_for() {
    let page = explained("xilanh khí nén");
    let why = page.explanation.unwrap();
    let name = why.plan.names.iter().find(|name| name.text == "xi lanh").unwrap();
    assert!(name.weight > 0 && name.instead_of.starts_with("xilanh"), "{name:?}");
    let told = explained("sấy -tủ \"máy sấy\"").explanation.unwrap().plan;
    assert_eq!(told.excluded, ["tu"].map(|_| "tủ".to_owned()));
    assert_eq!(told.required[0][0], "máy sấy");
}

#[test]
fn nobody_is_told_who_did_not_ask() {
    let (_writer, reader) = filled(collection());
    assert_eq!(reader.search(&request("máy")).unwrap().explanation, None);
}
