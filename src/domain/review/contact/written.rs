//! More of how contact data are written, and of what looks the same: tables by what each tries.

use super::is_contact;

const CONTACTS: &[&str] = &[
    // Without the 0, behind a word that says that it is called.
    "SĐT: 912345678",
    "gọi số 912345678",
    "Gọi 912.345.678",
    "Zalo 912 345 678",
    "liên hệ 98 765 4321",
    "ĐT: 210 3846 555",
    "điện thoại 841234567",
    "SĐT 912345678 gặp Lan",
    // Engines have numbers, and telephones.
    "gọi số máy 0912345678",
    "Liên hệ số máy: 0912 345 678",
    // A number by itself behind a product, and a word behind a maker.
    "Máy sấy 0912345678",
    "Bơm Rexroth, gọi 0811404123",
    "Phụ tùng Denso. ĐT 0905471234",
    // Two digits each that rise are a number by themselves.
    "09 12 34 56 78",
    "gọi 08 10 12 14 16 18",
    // Names in messengers and networks.
    "zalo maysay8888",
    "Zalo ID maysay8888",
    "wechat maysayvn88",
    "Line ID: maysay88",
    "Line ID maysay88",
    "fb maysay88",
    "fb\nmaysay88",
    "IG @maysay",
    "youtube @maysay",
    "WeChat: maysayVN",
    "Skype: live:maysay",
    "facebook: maysayphutho",
    "Facebook : maysayphutho.",
    // Links in short, and ends that are words.
    "linktr.ee/maysay",
    "is.gd/maysay",
    "rb.gy/maysay",
    "shorturl.at/abc",
    "s.id/maysay",
    "lnk.bio/maysay",
    "tinyurl.com/maysay",
    "songthao.dev",
    "songthao.co",
    "maysay.page.link",
    "maysay.page.link/a",
    "website maysay vn",
    "Web: maysay com",
    "tên miền maysay vn",
    // Other signs.
    "maysay。vn",
    "lan@gmail。com",
    "0912=345=678",
    "0912\"345\"678",
    "0912“345”678",
    "0912'345'678",
    "0912<345>678",
    "0912«345»678",
    "0912 và 345678",
    "0912 và 345 và 678",
    "0912ー345ー678",
    "0912⁃345⁃678",
    "٠٩١٢٣٤٥٦٧٨",
    "۰۹۱۲ ۳۴۵ ۶۷۸",
    // Tags.
    "09<b>12</b>345678",
    "0912<br>345<br/>678",
    "<p>0912 345 678</p><p>100</p>",
    "09<SPAN>1</SPAN>2345678",
    "lan<b>@</b>abc.vn",
    "lan<at>abc.vn",
    "<a href=\"https://songthao.farm\">",
    // Words as they are said.
    "hông chín mốt hai ba bốn năm sáu bảy tám",
    "ko chín một hai ba bốn năm sáu bảy tám",
];

const FIGURES: &[&str] = &[
    // Numbers of parts: makers, beginnings that no network has, and groups in which nobody writes telephones.
    "Parker 0510 225 006",
    "Bosch Rexroth 0 510 225 006",
    "Rexroth 0811404123",
    "Bosch 0986452041",
    "Bơm bánh răng 0510225006",
    "Denso 090310-0500",
    "090310-0500",
    "Kim phun 095000-5471",
    // Codes by their words.
    "Số sê-ri 0987654321",
    "Số khung 0912345678",
    "Số khung: 0912345678, số máy: 0987654321",
    "Số máy: 0912345678",
    "Mã máy 0312345678",
    "Mã vật tư 0312345678",
    "Mã thiết bị: 0312345678",
    "Mã lô 0312345678",
    "Mã đơn hàng 0912345678",
    "Ký hiệu 0912-345-678",
    "Số chế tạo 0912345678",
    "Mã số chế tạo: 0912345678",
    "GCN đăng ký doanh nghiệp số 0901234567",
    "Giấy chứng nhận đăng ký kinh doanh số 0901234567",
    "Giấy CNĐKKD số 0700123456",
    "ISBN 0385123456",
    "IMEI 0912345678",
    // Rows of sizes.
    "Ống 08 10 12 14 16 18 mm",
    "Ống 08, 10, 12, 14, 16, 18 mm",
    "Ống 08-10-12-14-16 mm",
    "Các cỡ 05 10 15 20 25 30 35 kg",
    "Tốc độ 05 08 09 12 15 20 25 30 m/phút",
    // Sums and rows behind words for calls.
    "gọi vốn 912.345.678",
    "gọi 912.345.678 đồng",
    "Liên hệ 350 000 000 - 500 000 000 đồng",
    "gọi 5 lần, 912345678 vòng",
    "912345678",
    "Công suất 912.345.678",
    "Năng suất 350 400 500 kg",
    "Hotline 200 300 400",
    "từ 1900 và 2000",
    "mã 0912 và 345678",
    // Files, services, components and words.
    "file data.io",
    "tệp `data.io`",
    "Zalo: ZaloPay",
    "Kênh Facebook: YouTube, TikTok",
    "Alerts by Zalo: notifications, reports",
    "Cảnh báo qua Telegram ESP8266",
    "Cảnh báo qua Zalo STM32F103",
    "Line sản xuất: SMT01",
    "Zalo: hướng dẫn sử dụng",
    "Facebook: nghiêng",
    "Website Việt Nam",
    "Trang web giới thiệu may vn",
    "tot.co bao hanh",
    "nghiep.co the",
    "2.5 < 3 và 4 > 1",
    "a<b, c>d",
    "センサー",
];

#[test]
fn contact_data_are_found_however_they_are_written() {
    let missed: Vec<&str> = CONTACTS.iter().copied().filter(|text| !is_contact(text)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn codes_sizes_and_words_are_left_alone() {
    let alarms: Vec<&str> = FIGURES.iter().copied().filter(|text| is_contact(text)).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}
