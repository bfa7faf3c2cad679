//! Names that give a stretch of a query away: comparisons, currencies, countries, materials, talk.

use std::{collections::HashMap, sync::LazyLock};

use crate::analyzer::{Syllable, analyze};

/// What a word before an amount makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    AtLeast,
    AtMost,
    About,
}

pub(super) const COMPARISONS: [(&str, Comparison); 34] = [
    ("trên", Comparison::AtLeast),
    ("hơn", Comparison::AtLeast),
    ("lớn hơn", Comparison::AtLeast),
    ("cao hơn", Comparison::AtLeast),
    ("từ", Comparison::AtLeast),
    ("tối thiểu", Comparison::AtLeast),
    ("ít nhất", Comparison::AtLeast),
    ("không dưới", Comparison::AtLeast),
    ("over", Comparison::AtLeast),
    ("above", Comparison::AtLeast),
    ("at least", Comparison::AtLeast),
    ("more than", Comparison::AtLeast),
    ("dưới", Comparison::AtMost),
    ("nhỏ hơn", Comparison::AtMost),
    ("thấp hơn", Comparison::AtMost),
    ("ít hơn", Comparison::AtMost),
    ("rẻ hơn", Comparison::AtMost),
    ("tối đa", Comparison::AtMost),
    ("không quá", Comparison::AtMost),
    ("đến", Comparison::AtMost),
    ("tới", Comparison::AtMost),
    ("under", Comparison::AtMost),
    ("below", Comparison::AtMost),
    ("up to", Comparison::AtMost),
    ("less than", Comparison::AtMost),
    ("khoảng", Comparison::About),
    ("tầm", Comparison::About),
    ("cỡ", Comparison::About),
    ("chừng", Comparison::About),
    ("khoảng chừng", Comparison::About),
    ("about", Comparison::About),
    ("around", Comparison::About),
    ("tầm khoảng", Comparison::About),
    ("vào khoảng", Comparison::About),
];

/// What may stand before a quantity or a price and belongs to it.
const QUANTITY_NAMES: &str = "công suất | năng suất | điện áp | dung tích | tải trọng | trọng lượng | lưu lượng | áp suất | \
    áp lực | công suất khoảng | sản lượng | capacity | power | voltage";
const PRICE_NAMES: &str = "giá | giá tiền | chi phí | tầm giá | mức giá | ngân sách | price | budget";
const ORIGIN_MARKS: &str = "xuất xứ | xuất xứ từ | nhập khẩu | nhập khẩu từ | nhập từ | hàng | của | sản xuất tại | \
    made in | nhập | do | hãng | thương hiệu";
const MATERIAL_MARKS: &str = "bằng | làm bằng | chất liệu | made of";
const PERIODS: [(&str, &str); 6] = [
    ("năm", "nam"),
    ("giờ", "h"),
    ("phút", "min"),
    ("giây", "s"),
    ("ngày", "ngay"),
    ("ca", "ca"),
];
pub(super) const MONEY: [(&str, u64); 7] = [
    ("triệu", 1_000_000),
    ("tr", 1_000_000),
    ("tỷ", 1_000_000_000),
    ("tỉ", 1_000_000_000),
    ("nghìn", 1_000),
    ("ngàn", 1_000),
    ("million", 1_000_000),
];
const SPOKEN_UNITS: [(&str, &str); 21] = [
    ("ngựa", "hp"),
    ("mã lực", "hp"),
    ("horsepower", "hp"),
    ("khối", "m3"),
    ("mét khối", "m3"),
    ("cubic meter", "m3"),
    ("cubic meters", "m3"),
    ("mét vuông", "m2"),
    ("ly", "mm"),
    ("ký", "kg"),
    ("kí", "kg"),
    ("ki lô", "kg"),
    ("kilo", "kg"),
    ("kilos", "kg"),
    ("liters", "l"),
    ("litres", "l"),
    ("vôn", "v"),
    ("volts", "v"),
    ("watt", "w"),
    ("watts", "w"),
    ("inches", "inch"),
];
const COUNTED: [(&str, &str); 4] = [
    ("pha", "phases"),
    ("phase", "phases"),
    ("phi", "diameter"),
    ("đường kính", "diameter"),
];
/// What is made or counted in millions.
const THINGS: &str = "viên | tấn | tạ | kg | lít | lit | con | cây | cái | chiếc | sản phẩm | hộp | gói | chai | lon | \
    bao | quả | trứng | hạt | m2 | m3 | mét | kwh | liều | bộ | tờ | giống | người | units | pieces";
const CURRENCY: &str = "đồng | vnđ | vnd | việt nam đồng";

/// Names as syllables, the longest first.
pub(super) struct Names {
    all: Vec<(Vec<Syllable>, String)>,
    /// Places of the names by their first syllable without diacritics.
    by_first: HashMap<String, Vec<usize>>,
}

impl Names {
    fn new<'t>(names: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut all: Vec<(Vec<Syllable>, String)> = names
            .into_iter()
            .map(|(name, value)| (analyze(name).syllables, value.to_owned()))
            .collect();
        all.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        let mut by_first: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, (words, _)) in all.iter().enumerate() {
            if let Some(first) = words.first() {
                by_first.entry(first.folded.clone()).or_default().push(place);
            }
        }
        Self { all, by_first }
    }

    fn list(names: &'static str) -> Self {
        Self::new(names.split('|').map(|name| (name.trim(), "")))
    }

    fn table(text: &'static str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        Self::new(lines.flat_map(|(code, names)| names.split('|').map(move |name| (name.trim(), code))))
    }

    /// How many words at a place are a name, and its value.
    pub(super) fn at(&self, words: &[Syllable], at: usize) -> Option<(usize, &str)> {
        let places = self.by_first.get(&words.get(at)?.folded)?;
        let names = places.iter().filter_map(|place| self.all.get(*place));
        let found = names.into_iter().find(|(name, _)| {
            let typed = words.get(at..at + name.len());
            typed.is_some_and(|typed| typed.iter().zip(name).all(|(typed, name)| same(typed, name)))
        });
        found.map(|(name, value)| (name.len(), value.as_str()))
    }

    /// Every name of a value.
    pub(super) fn of(&self, value: &str) -> Vec<Vec<Syllable>> {
        let names = self.all.iter().filter(|(_, known)| known == value);
        names.map(|(name, _)| name.clone()).collect()
    }

    /// How many words before a place are a name.
    pub(super) fn before(&self, words: &[Syllable], at: usize) -> Option<(usize, &str)> {
        let found = self.all.iter().filter(|(name, _)| name.len() <= at);
        let mut found = found.filter_map(|(name, _)| {
            let (length, value) = self.at(words, at - name.len())?;
            (length == name.len()).then_some((length, value))
        });
        found.next()
    }
}

/// A typed syllable is a known one: to the letter if it has a diacritic.
fn same(typed: &Syllable, known: &Syllable) -> bool {
    if typed.marked {
        typed.exact == known.exact
    } else {
        typed.folded == known.folded
    }
}

pub(super) struct Tables {
    pub(super) comparisons: Names,
    pub(super) quantity_names: Names,
    pub(super) price_names: Names,
    pub(super) origin_marks: Names,
    pub(super) countries: Names,
    pub(super) material_marks: Names,
    pub(super) materials: Names,
    pub(super) periods: Names,
    pub(super) money: Names,
    pub(super) currency: Names,
    /// What is no price however many millions there are.
    pub(super) things: Names,
    pub(super) talk: Names,
    /// What is looked for elsewhere.
    other_trades: Names,
    /// Units that people say and listings do not write.
    pub(super) spoken_units: Names,
    /// What a number counts or measures without a unit.
    pub(super) counted: Names,
}

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let lines = |text: &'static str| {
        text.lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| (line, ""))
    };
    Tables {
        comparisons: Names::new(COMPARISONS.iter().map(|(name, _)| (*name, *name))),
        quantity_names: Names::list(QUANTITY_NAMES),
        price_names: Names::list(PRICE_NAMES),
        origin_marks: Names::list(ORIGIN_MARKS),
        countries: Names::table(include_str!("../../resources/countries.tsv")),
        material_marks: Names::list(MATERIAL_MARKS),
        materials: Names::table(include_str!("../../resources/materials.tsv")),
        periods: Names::new(PERIODS),
        money: Names::new(MONEY.iter().map(|(name, _)| (*name, *name))),
        currency: Names::list(CURRENCY),
        things: Names::list(THINGS),
        spoken_units: Names::new(SPOKEN_UNITS),
        counted: Names::new(COUNTED),
        talk: Names::new(lines(include_str!("../../resources/talk.txt"))),
        other_trades: Names::new(lines(include_str!("../../resources/other_trades.txt"))),
    }
});

/// How many words at a place are a phrase for what is looked for elsewhere.
pub(crate) fn other_trade(words: &[Syllable], at: usize) -> Option<usize> {
    TABLES.other_trades.at(words, at).map(|(length, _)| length)
}
