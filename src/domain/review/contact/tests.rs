//! Texts of both kinds, and what holds whatever the text is.

use super::is_contact;
use super::words::work;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

/// Each with what it tries.
const CONTACTS: &[&str] = &[
    // As people write numbers.
    "Liên hệ 0912 345 678",
    "gọi 0912.345.678.",
    "0912345678",
    "0912-345-678",
    "0912 34 56 78",
    "09 12 34 56 78",
    "0 912 345 678",
    "091 234 5678",
    "0210 3845 123",
    "(0210) 3846555",
    "(0912) 345 678",
    "0210 3 846 555",
    "024 3942 1234",
    "028.3829.1234",
    "0912345678gặp Lan",
    "1) 0912345678",
    "(1) 0912345678",
    "2. 0912 345 678",
    "0912 345 678 100 kg mỗi lần",
    "0912 345 678 0987 654 321",
    "0912345678, 0987654321",
    "0210.3846555/0912345678",
    "0912 345 678 đồng chí Lan",
    "01234 567 890",
    // With the country.
    "ĐT: (+84) 912-345-678; +84912345678",
    "+84(0)912345678",
    "+84 (0) 912 345 678",
    "+84.912.345.678",
    "84912345678",
    "84 912 345 678 gặp Lan",
    "(84-210) 3846 555",
    "0084 912 345 678",
    "0084912345678",
    "00 84 912345678",
    "0084(0)912345678",
    "WhatsApp +86 138 0013 8000",
    // Parted so that programs pass over them.
    "0912  345  678",
    "0912 - 345 - 678",
    "0912 – 345 – 678",
    "0912—345—678",
    "0912_345_678",
    "0912, 345, 678",
    "0912,345,678",
    "0912\n345\n678",
    "0912\t345\t678",
    "0912\u{a0}345\u{a0}678",
    "0912...345...678",
    "0912*345*678",
    "0912 (345) 678",
    "0912 • 345 • 678",
    "0912/345/678",
    "091/234/5678",
    "0912/345/678 (Lan), 0210(3846555)",
    "0 9 1 2 3 4 5 6 7 8",
    "0-9-1-2-3-4-5-6-7-8",
    "０９１２３４５６７８",
    "𝟎𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
    "0\u{fe0f}\u{20e3}9\u{fe0f}\u{20e3}12345678",
    "không chín một hai ba bốn năm sáu bảy tám",
    "Không chín một, hai ba bốn, năm sáu bảy tám",
    "khong chin mot hai ba bon nam sau bay tam",
    "09 một hai ba 45678",
    "zero nine one two three four five six seven eight",
    "O912 345 678",
    "O9O8.345.678",
    // Where it is said that they are called.
    "ĐT1(0912345678)",
    "ĐT0912345678",
    "TEL-0912345678",
    "ĐT: 0100109106",
    "Liên hệ (0301442379)",
    "Điện thọai: 09 1 23 45 67 8",
    "Zalo: 0 91 234 567 8",
    "Hotline 1900 6789",
    "Tổng đài: 18001234",
    "gọi ngay số 1900 54 54 81",
    "ĐT: 84.912.345.678",
    "Dãy máy SK-84, gọi 0912345678",
    // A code stands before the first only.
    "MST 0700237212, ĐT 0912345678",
    "mã số thuế 0100109106; 0912 345 678",
    // Mail.
    "hoặc thư ban.hang@songthao.example.",
    "thư lan@songthao.example,hoặc đến xưởng",
    "lan @ abc.vn",
    "lan[at]abc.vn",
    "lan (at) xuong.example",
    "lan ( at ) xuong.example",
    "lan＠abc.vn",
    "a [at] b . com",
    "lan [a còng] abc [chấm] vn",
    "lan (at) abc (dot) com (dot) vn",
    "lan@gmail . com",
    "lan@gmail. com",
    "lan at abc dot com",
    "a@lan@songthao.example",
    "zalo@0912/lan@songthao.example",
    // The web.
    "xem https://songthao.example",
    "WWW.songthao.vn",
    "facebook.com/abc",
    "bit.ly/xyz",
    "zalo.me/0912",
    "t.me/maysay",
    "Trang: abc.com.vn.",
    "abc chấm com",
    "abc . com . vn",
    "máysấy.vn",
    "xem songthao.net/may",
    "may.songthao.net",
    "maysay.shop",
    "may-say.store",
    "MaySay.online",
    "songthao.site",
    "songthao.xyz",
    "songthao.info",
    "songthao.asia",
    "songthao.top",
    "songthao.io",
    "web songthao.farm",
    "Website: songthao.agri",
    "truy cập songthao.ai để xem",
    "trang web là songthao.co",
    // Letters of other scripts that look Latin.
    "songth\u{430}o.shop",
    "lan@songthao.\u{441}\u{43e}m",
    // Messengers.
    "Telegram @maysay",
    "Zalo ID: lan_8888",
    "skype: lan.maysay",
];

/// What looks like it and is none.
const FIGURES: &[&str] = &[
    "",
    "Công suất 1.200.000 kg, điện áp 380 V, 50-60 Hz",
    "Công suất 09 kW, 345 678 vòng",
    "giá @ 5 kg, 0,5 mm, 0123",
    "dài 0912345678901234 mm",
    "Mã hàng 1234567890",
    // Sums.
    "84500000000 đồng",
    "84700000000 đồng",
    "84.700.000.000 VND",
    "84912345678 đồng",
    "giá 84 385 000 200",
    "giá 84 385 000 200 đồng",
    "giá 84.385.000.200 đồng",
    "giá 84 385 000 200đ, 84 385 000 200 VNĐ",
    "1.200.000.000 VND",
    "1.090.123.456.789 đồng",
    "18.000.000 - 19.000.000 đồng",
    "giá 1.000/2.000",
    "giá @ 1.000 đ",
    "3 bộ @ 5.kg",
    // Days and hours.
    "09-12-2026 15:30",
    "09/12/2026 15h30",
    "09.12.2026 - 10.12.2026",
    "từ 01/01/2026 đến 31/12/2026",
    "01/01/2026-31/12/2026",
    "2026-09-12 08:30:00",
    "mùa 08/2024-2025, 05/2026-6/2027",
    "Liên hệ trước ngày 09/12/2026 15:30",
    "09:30 12:45 16:00",
    "giai đoạn 1900 - 2000",
    "Hotline 1900 - 2000",
    // Rows of figures.
    "0 3 6 9 12 15 18",
    "0, 3, 6, 9, 12, 15, 18, 21",
    "0 350 500 750",
    "0,35 - 0,50 - 0,75 1",
    "0,91 23,45 678",
    "0.912345678 g",
    "1.0912345678",
    "0,9 0,8 0,7 0,6",
    "10\t20\t30\n40\t50\t60",
    "1800 1900",
    "18001234 vòng",
    // Codes.
    "mã HS 8438.50.00 200 bộ",
    "HS 8419.89.19",
    "mã HS: 0902301000",
    "mã HS 0902.30.10.00",
    "đời máy SK-84.38.500.200",
    "model CG0912345678",
    "Bơm CG0222202403, B005700770007",
    "Máy SK-0912345678",
    "mã phụ tùng 0986452041",
    "P/N: 0 986 452 041",
    "S/N 0912345678",
    "TCVN 7391-10:2007",
    "TCVN 6306-1:2015, ISO 9001:2015",
    "ISO 13485:2016",
    "QCVN 07-1:2016, 07-2:2016, 08:2015",
    "mã vạch 8930912345678",
    "84.385.000.200",
    "máy 05 (2026) 12345",
    // Numbers of tax codes, patents, contracts and people.
    "mã số 2600357502",
    "MST 0100109106, 0301442379",
    "mã số thuế: 0100109106-001",
    "mã số thuế 0700237212",
    "MST: 0900108937, 0900108944",
    "chuyển gọi 5 lần, mã số 0301442379",
    "sáng chế 1-2020-01234",
    "bằng số 1-0034567, 2-2022-00345",
    "1-2020-03456, 2-2020-01234",
    "CCCD 025090001234",
    "hợp đồng 012/2024/345",
    "hợp đồng 032/2024/345",
    "giấy phép 093456/2021",
    "số 091/234/2024",
    // Words.
    "hai ba trăm, một hai ba bốn",
    "không có ba hay bốn",
    "gói 0301442379",
    // Names of software, files and units; ends of sentences.
    "viết bằng ASP.NET/C#, VB.NET, .NET 8",
    "viết bằng Visual Basic.NET",
    "thư viện System.Net, socket.io",
    "mục tiêu phát thải cao.Net Zero",
    "cty.cp Sông Lô, t.p Việt Trì",
    "Máy tốt.Top đầu thị trường",
    "bản vẽ may.dwg, web may.pdf",
    "trang 5.2, mục 3.1",
    "bit.ly",
    "khí CO2, O3 và O2 5 350 500",
    "a@b",
    "@lan",
    "dây chuyền: v2000, Zalo: có",
    "Có nhóm Zalo hỗ trợ 24/7",
];

#[test]
fn contact_data_are_found() {
    let missed: Vec<&str> = CONTACTS.iter().copied().filter(|text| !is_contact(text)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn figures_are_left_alone() {
    let alarms: Vec<&str> = FIGURES.iter().copied().filter(|text| is_contact(text)).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}

/// What of a text of nothing but candidates is read, of which none is one.
fn work_for(text: &str) -> usize {
    work::take();
    assert!(!is_contact(text), "{text:.60}");
    work::take()
}

/// A long text of nothing but candidates takes no longer than it is: of twice as many, twice as much is read.
#[test]
fn long_texts_of_candidates_are_read() {
    for (first, part) in [
        ("", "0 91 "),
        ("", "A0912345678"),
        ("", "[a"),
        ("", "a@"),
        ("", "a.zz "),
        ("", "zalo: "),
        ("", "la la: abc_1 "),
        ("", "84."),
        ("", "không chín "),
        ("", "abc."),
        ("", "01/"),
        // What stands before a word is read for each of its parts, however long that is.
        ("b", "a.zz/"),
        ("la-", "a.zz/"),
        ("đ", "a.zz/"),
    ] {
        let text = |parts: usize| {
            let word = first.repeat(parts);
            format!("{word} {word} {word} {}", part.repeat(parts))
        };
        let (once, twice) = (work_for(&text(500)), work_for(&text(1_000)));
        // A little more where the first ones stand behind nothing.
        assert!(twice <= once * 2 + 10_000, "{first}{part}: {once}, {twice}");
        assert!(!is_contact(&text(4_000)), "{first}{part}");
    }
    // What leads to a host is found at the end of a word that is longer.
    let far = format!("{}-web", "b".repeat(500));
    assert!(is_contact(&format!("{far} songthao.farm")));
    assert!(!is_contact(&format!("{far} sai songthao.farm")));
}

/// A mobile's number: its digits cannot be read as a year, however they are parted.
fn mobiles() -> impl Strategy<Value = String> {
    "(03[3-8]|05[68]|07[6-8]|08[3-8]|09[3-8])[3-8]{7}"
}

/// What may stand between two digits.
fn signs() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "", " ", "  ", ".", "-", " - ", " – ", "_", ", ", "\n", "\t", " \n ", "...", " . ", ") ", " (", "*", "\u{a0}",
        "~", " | ",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    /// Whatever it is: nothing panics, and how letters are composed makes no difference.
    #[test]
    fn any_text_is_judged_however_its_letters_are_composed(text in "(?s).{0,60}") {
        let judged = is_contact(&text);
        prop_assert_eq!(is_contact(&text.nfd().collect::<String>()), judged);
        prop_assert_eq!(is_contact(&text.nfc().collect::<String>()), judged);
    }

    /// The same of what is near to the rules.
    #[test]
    fn what_is_nearly_a_contact_is_judged_however_its_letters_are_composed(
        text in "(Liên hệ|ĐT|mã số thuế|không chín|giá|@|abc|\\.vn|\\.com|\\[at\\]|84|09|[0-9]{1,5}|[ .,/\\-()+\n]){0,14}",
    ) {
        let judged = is_contact(&text);
        prop_assert_eq!(is_contact(&text.nfd().collect::<String>()), judged);
        prop_assert_eq!(is_contact(&text.nfc().collect::<String>()), judged);
    }

    /// Where the mark of a tone stands, and whether there is one, is the writer's.
    #[test]
    fn words_say_the_same_however_their_tones_are_written(
        word in proptest::sample::select(vec![
            "Điện thoại", "Điện thọai", "Dien thoai", "ĐIỆN THOẠI", "Liên hệ", "lien he", "Gọi", "goi", "Tổng đài", "tong dai",
        ]),
        number in "0[1-9]{9}",
    ) {
        let text = format!("{word}: {number}");
        prop_assert!(is_contact(&text), "{}", text);
        prop_assert!(is_contact(&text.nfd().collect::<String>()), "{}", text);
    }

    /// Where it is said that it is called, a number is found whatever stands between its digits.
    #[test]
    fn a_number_that_is_called_stays_found(
        number in mobiles(),
        between in proptest::collection::vec(signs(), 9),
        word in proptest::sample::select(vec!["ĐT:", "Gọi", "liên hệ số", "Zalo"]),
    ) {
        let parted: String = number.chars().enumerate().map(|(at, digit)| match at.checked_sub(1) {
            Some(before) => format!("{}{digit}", between[before]),
            None => digit.to_string(),
        }).collect();
        let text = format!("{word} {parted}");
        prop_assert!(is_contact(&text), "{:?}", text);
    }

    /// Where nothing says so it is found in the groups in which people write numbers, whatever parts them.
    #[test]
    fn a_number_stays_found_whatever_parts_its_groups(
        number in mobiles(),
        sign in signs(),
        groups in proptest::sample::select(vec![
            vec![4_usize, 3, 3], vec![3, 3, 4], vec![3, 4, 3], vec![4, 2, 2, 2], vec![2, 2, 2, 2, 2], vec![5, 5], vec![4, 6], vec![1; 10],
        ]),
        around in proptest::sample::select(vec![("", ""), ("Máy sấy ", " giao tận nơi"), ("500 kg/h; ", "!"), ("Xem (", ")")]),
    ) {
        let mut rest = number.as_str();
        let parts: Vec<&str> = groups.iter().map(|length| {
            let (part, behind) = rest.split_at(*length);
            rest = behind;
            part
        }).collect();
        let (before, behind) = around;
        let text = format!("{before}{}{behind}", parts.join(&sign));
        prop_assert!(is_contact(&text), "{:?}", text);
    }
}
