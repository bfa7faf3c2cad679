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

impl Comparison {
    const ALL: [(&'static str, Self); 3] = [("least", Self::AtLeast), ("most", Self::AtMost), ("about", Self::About)];

    fn code(self) -> &'static str {
        let known = Self::ALL.iter().find(|(_, comparison)| *comparison == self);
        known.map_or("", |(code, _)| code)
    }

    /// The comparison of a name's value.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|(known, _)| *known == code);
        known.map(|(_, comparison)| *comparison)
    }
}

/// The comparisons that stand before an amount.
const COMPARISONS: [(&str, Comparison); 3] = [
    (
        "trên | hơn | lớn hơn | cao hơn | lớn hơn hoặc bằng | từ | từ khoảng | tối thiểu | tối thiểu là | \
         tối thiểu từ | ít nhất | ít nhất là | không dưới | không nhỏ hơn | không thấp hơn | không kém | over | \
         above | at least | more than | greater than | larger than | bigger than | higher than | no less than | \
         not less than | minimum | minimum of | from | starting from | starting at | between",
        Comparison::AtLeast,
    ),
    (
        "dưới | nhỏ hơn | thấp hơn | ít hơn | rẻ hơn | nhỏ hơn hoặc bằng | tối đa | tối đa là | nhiều nhất | \
         nhiều nhất là | không quá | không vượt quá | không hơn | không lớn hơn | đến | tới | lên đến | lên tới | \
         under | below | up to | less than | smaller than | lower than | at most | no more than | not more than | \
         maximum | maximum of | max | within",
        Comparison::AtMost,
    ),
    (
        "khoảng | tầm | cỡ | chừng | khoảng chừng | tầm khoảng | vào khoảng | cỡ khoảng | cỡ chừng | độ chừng | \
         ước chừng | áng chừng | xấp xỉ | about | around | approximately | approx | roughly | circa",
        Comparison::About,
    ),
];
/// Those that stand behind one: `100 lít trở lên`, `500 kg/h or more`.
const COMPARISONS_BEHIND: [(&str, Comparison); 3] = [
    (
        "trở lên | đổ lên | trở đi | hoặc hơn | hoặc cao hơn | hoặc lớn hơn | là ít nhất | là tối thiểu | \
         tối thiểu | or more | or above | or over | or higher | or larger | or bigger | or greater | and above | \
         and over | and up | and more | at least | minimum",
        Comparison::AtLeast,
    ),
    (
        "trở xuống | đổ xuống | trở lại | đổ lại | quay đầu | là cùng | là tối đa | tối đa | or less | or below | \
         or under | or lower | or smaller | and below | and under | at most | maximum | max",
        Comparison::AtMost,
    ),
    ("or so", Comparison::About),
];

/// What may stand before a quantity or a price and belongs to it.
const QUANTITY_NAMES: &str = "công suất | năng suất | điện áp | dung tích | dung lượng | thể tích | sức chứa | sức nâng | \
    tải trọng | trọng tải | trọng lượng | lưu lượng | áp suất | áp lực | cột áp | công suất khoảng | sản lượng | capacity | \
    power | voltage | output | with capacity | with a capacity of | capacity of | flow rate";
const PRICE_NAMES: &str = "giá | giá tiền | giá thành | chi phí | kinh phí | tài chính | vốn | vốn đầu tư | tầm giá | mức giá | \
    ngân sách | price | budget | cost";
const ORIGIN_MARKS: &str = "xuất xứ | xuất xứ từ | xuất sứ | nhập khẩu | nhập khẩu từ | nhập từ | hàng | hàng của | nội địa | \
    hàng nội địa | của | sản xuất tại | sản xuất ở | made in | from | imported from | nhập | do | hãng | thương hiệu";
/// Names that begin like that of a country and are none: places, and words.
const NO_COUNTRIES: &str = "pháp luật | pháp lý | pháp y | pháp chế | pháp nhân | pháp quyền | pháp sư | mỹ phẩm | mỹ thuật | \
    mỹ nghệ | mỹ viện | mỹ hào | mỹ tho | mỹ đức | mỹ lộc | mỹ xuyên | mỹ xuân | mỹ sơn | mỹ lai | mỹ đình | mỹ tú | mỹ lâm | \
    mỹ phước | đức thọ | đức hòa | đức huệ | đức trọng | đức linh | đức phổ | đức cơ | đức giang | đức tài | đức bác | \
    anh sơn | anh hùng | anh em | anh chị | anh đào | ý tưởng | ý kiến | ý nghĩa | ý yên | nga sơn | nga my | nhật ký | \
    nhật tân | nhật thực | nhật nguyệt | úc chế | ấn độ dương | bỉ ngạn";
/// Words behind which a short name of a country is a part of another word or name: `sinh nhật`, `tiếng Đức`.
const NO_COUNTRY_BEHIND: &str =
    "tiếng | chữ | ngữ | bản | sinh | chủ | cập | thường | nhật | thẩm | mạo | đạo | công | hồng | ngày";
const MATERIAL_MARKS: &str = "bằng | làm bằng | chất liệu | made of";
const PLACE_MARKS: &str = "ở | tại | tỉnh | thành phố | tp | ở tỉnh | ở thành phố | ở tp | tại tỉnh | tại thành phố | tại tp | \
    sản xuất ở | sản xuất tại | bán ở | bán tại";
const PERIODS: [(&str, &str); 18] = [
    ("năm", "nam"),
    ("year", "nam"),
    ("giờ", "h"),
    ("tiếng", "h"),
    ("h", "h"),
    ("1h", "h"),
    ("hour", "h"),
    ("phút", "min"),
    ("minute", "min"),
    ("giây", "s"),
    ("second", "s"),
    ("ngày", "ngay"),
    ("ngày đêm", "ngay"),
    ("day", "ngay"),
    ("ca", "ca"),
    ("shift", "ca"),
    ("mẻ", "me"),
    ("batch", "me"),
];
/// What may stand between an amount and its time: `500 kg mỗi giờ`, `2 tấn trong một ngày`.
const RATE_MARKS: &str = "một | mỗi | 1 | trên | trên một | trên 1 | trên mỗi | trong | trong một | trong 1 | trong mỗi | \
    trong vòng một | trong vòng 1 | cho mỗi | per | a | an | each | every";
/// What stands before a time that is told first: `mỗi giờ 500 kg`, `một ngày được 2 tấn`.
const EVERY: &str = "một | mỗi | mỗi một | 1 | trong một | trong 1 | each | every | per";
/// What may stand between that and the amount.
const YIELDS: &str = "được | làm được | sấy được | xay được | ra | cho ra | ra được | đạt | chạy được";
pub(super) const MONEY: [(&str, u64); 7] = [
    ("triệu", 1_000_000),
    ("tr", 1_000_000),
    ("tỷ", 1_000_000_000),
    ("tỉ", 1_000_000_000),
    ("nghìn", 1_000),
    ("ngàn", 1_000),
    ("million", 1_000_000),
];
/// Units as listings write them, where the number is told in words: `hai tấn`.
const UNITS_OF_WORDS: &str = "kg\tkg\nt\ttấn | ton | tons | tonne\nl\tlít | litre | liter\nml\tml\nm\tmét | meter | meters\n\
    m2\tm2\nm3\tm3\nha\tha\nkm\tkm\ncm\tcm\nmm\tmm\ng\tgram\nkw\tkw\nhp\thp\nkva\tkva\nkwh\tkwh\nv\tvolt\na\tampe\n\
    inch\tinch\nbar\tbar";
/// Words that begin like a unit and are none: `16 ký tự`, `hai cân điện tử`.
const NO_UNITS: &str = "ký tự | ký hiệu | ký túc xá | ký sinh | ký số | ký kết | ký gửi | ký điện tử | cân điện tử | cân bàn | \
    cân treo | cân sàn | cân phân tích | cân đóng bao | cân định lượng | cân ô tô | cân bằng | cân băng tải | cân tiểu ly | \
    cân kỹ thuật | cân đếm | cân xe | cân đồng hồ | cân tự động | cân động | cân nhà bếp | cân sấy ẩm | khối lượng | khối u | \
    khối phổ | ly tâm | ly hợp | ly nước | ly cà phê | ly nhựa | ly giấy | ly thủy tinh | ngựa vằn | ngựa giống | tạ tay | \
    lạng sơn | lạng gỗ | lạng da | lạng thịt | lạng mỏng | lạng ván | phân xưởng | phân đoạn | phân loại | phân khu | \
    phân vùng | phân tích | phân bón | phân hữu cơ | phân vi sinh | phân chuồng | phân bò | phân gà | phân heo | phân lợn | \
    phân đạm | phân lân | phân kali | phân npk | phân xanh | phân phối | phân khúc | phân hệ | phân bố | phân tán | phân giải | \
    phân hủy | phân cực | phân tử";
/// Digits in words, and what multiplies what was said before it.
const DIGITS: [(&str, &str); 37] = [
    ("một", "1"),
    ("mốt", "1"),
    ("hai", "2"),
    ("ba", "3"),
    ("bốn", "4"),
    ("tư", "4"),
    ("năm", "5"),
    ("lăm", "5"),
    ("nhăm", "5"),
    ("sáu", "6"),
    ("bảy", "7"),
    ("bẩy", "7"),
    ("tám", "8"),
    ("chín", "9"),
    ("mười", "10"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("fifteen", "15"),
    ("eighteen", "18"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("seventy", "70"),
    ("eighty", "80"),
    ("ninety", "90"),
];
const TIMES: [(&str, &str); 7] = [
    ("mươi", "10"),
    ("chục", "10"),
    ("trăm", "100"),
    ("hundred", "100"),
    ("nghìn", "1000"),
    ("ngàn", "1000"),
    ("thousand", "1000"),
];
/// What may stand between hundreds and the rest.
const LINKS: &str = "linh | lẻ | and";
const HALVES: &str = "nửa | một nửa | half | half a | half an";
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

    fn comparing(lists: &[(&'static str, Comparison)]) -> Self {
        let named = lists.iter().flat_map(|(names, comparison)| {
            let code = comparison.code();
            names.split('|').map(move |name| (name.trim(), code))
        });
        Self::new(named)
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
    pub(super) comparisons_behind: Names,
    pub(super) quantity_names: Names,
    pub(super) price_names: Names,
    pub(super) origin_marks: Names,
    pub(super) countries: Names,
    /// What only begins like a country.
    pub(super) no_countries: Names,
    /// What stands before a country that is none.
    pub(super) no_country_behind: Names,
    pub(super) material_marks: Names,
    pub(super) materials: Names,
    pub(super) place_marks: Names,
    pub(super) places: Names,
    pub(super) periods: Names,
    pub(super) rate_marks: Names,
    pub(super) every: Names,
    pub(super) yields: Names,
    pub(super) money: Names,
    pub(super) currency: Names,
    /// What is no price however many millions there are.
    pub(super) things: Names,
    pub(super) talk: Names,
    /// What is looked for elsewhere.
    other_trades: Names,
    /// Units that people say and listings do not write.
    pub(super) spoken_units: Names,
    pub(super) units_of_words: Names,
    pub(super) no_units: Names,
    pub(super) digits: Names,
    pub(super) times: Names,
    pub(super) links: Names,
    pub(super) halves: Names,
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
        comparisons: Names::comparing(&COMPARISONS),
        comparisons_behind: Names::comparing(&COMPARISONS_BEHIND),
        quantity_names: Names::list(QUANTITY_NAMES),
        price_names: Names::list(PRICE_NAMES),
        origin_marks: Names::list(ORIGIN_MARKS),
        countries: Names::table(include_str!("../../resources/countries.tsv")),
        no_countries: Names::list(NO_COUNTRIES),
        no_country_behind: Names::list(NO_COUNTRY_BEHIND),
        material_marks: Names::list(MATERIAL_MARKS),
        materials: Names::table(include_str!("../../resources/materials.tsv")),
        place_marks: Names::list(PLACE_MARKS),
        places: Names::table(include_str!("../../resources/places.tsv")),
        periods: Names::new(PERIODS),
        rate_marks: Names::list(RATE_MARKS),
        every: Names::list(EVERY),
        yields: Names::list(YIELDS),
        money: Names::new(MONEY.iter().map(|(name, _)| (*name, *name))),
        currency: Names::list(CURRENCY),
        things: Names::list(THINGS),
        spoken_units: Names::table(include_str!("../../resources/spoken_units.tsv")),
        units_of_words: Names::table(UNITS_OF_WORDS),
        no_units: Names::list(NO_UNITS),
        digits: Names::new(DIGITS),
        times: Names::new(TIMES),
        links: Names::list(LINKS),
        halves: Names::list(HALVES),
        counted: Names::new(COUNTED),
        talk: Names::new(lines(include_str!("../../resources/talk.txt"))),
        other_trades: Names::new(lines(include_str!("../../resources/other_trades.txt"))),
    }
});

/// How many words at a place are a phrase for what is looked for elsewhere.
pub(crate) fn other_trade(words: &[Syllable], at: usize) -> Option<usize> {
    TABLES.other_trades.at(words, at).map(|(length, _)| length)
}
