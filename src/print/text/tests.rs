//! What breaks where, in which letters.

use super::*;
use crate::domain::certificate::record::LAYOUT;

const FACES: [Face; 3] = [Face::Regular, Face::Bold, Face::Italic];

fn lines(text: &str, width: f32) -> Vec<String> {
    let fonts = Fonts::load(LAYOUT).unwrap();
    let lines = fonts.lines(&[(Face::Regular, text)], 13.0, width, width).unwrap();
    for line in &lines {
        assert!(line.width <= width + 0.02, "{line:?}");
    }
    let text = |line: &Line| line.runs.iter().map(|run| run.text.as_str()).collect();
    lines.iter().map(text).collect()
}

#[test]
fn every_vietnamese_letter_is_there() {
    let fonts = Fonts::load(LAYOUT).unwrap();
    for vowel in "aăâeêioôơuưy".chars() {
        for mark in ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"] {
            for letter in [vowel.to_string(), vowel.to_uppercase().to_string()] {
                let fitted = FACES.map(|face| fonts.fitted(face, &format!("{letter}{mark}")).unwrap());
                assert!(fitted.iter().all(|fitted| fitted.chars().count() == 1), "{fitted:?}");
            }
        }
    }
    let others = "đĐ₫–—“”…≥≤±°µ²³₂½";
    for face in FACES {
        assert_eq!(fonts.fitted(face, others).unwrap(), others);
    }
}

#[test]
fn what_looks_different_only_is_set_in_plain_letters() {
    let fonts = Fonts::load(LAYOUT).unwrap();
    assert_eq!(
        fonts
            .fitted(Face::Regular, "４５０℃\u{feff}\ta\u{2003}b\u{ad}c\r\nd")
            .unwrap(),
        "450°C a bc\nd"
    );
    assert!(matches!(
        fonts.fitted(Face::Regular, "a\u{5d0}"),
        Err(PrintError::Letter('\u{5d0}'))
    ));
}

#[test]
fn lines_break_between_words() {
    assert_eq!(lines("Độc lập Tự do", 50.0), ["Độc lập ", "Tự do"]);
    assert_eq!(lines("một\nhai", 500.0), ["một", "hai"]);
    assert_eq!(lines("3.150.000.000\u{a0}đồng", 500.0), ["3.150.000.000 đồng"]);
    assert_eq!(
        lines("bằng 3.150.000.000\u{a0}đồng", 120.0),
        ["bằng ", "3.150.000.000 đồng"]
    );
    let law = lines("Căn cứ vào các Nghị định số 76/2018/NĐ-CP", 200.0);
    assert_eq!(law, ["Căn cứ vào các Nghị định số ", "76/2018/NĐ-CP"]);
}

#[test]
fn numbers_stay_in_one_piece() {
    let number = "01/2026/CNSĐBSCGCN-SKHCN";
    let text = format!("của Giấy chứng nhận số {number} ngày 05 tháng 02");
    for width in [190.0, 230.0, 270.0, 310.0] {
        let lines = lines(&text, width);
        assert!(lines.iter().any(|line| line.contains(number)), "{width}: {lines:?}");
    }
    let first = Fonts::load(1).unwrap();
    let broken = first.lines(&[(Face::Regular, number)], 13.0, 160.0, 160.0).unwrap();
    assert_eq!(broken.len(), 2, "as it was set before");
    // What has no room in a line is broken where it may be.
    let long = lines(number, 160.0);
    assert_eq!(long, ["01/2026/CNSĐBSCGCN-", "SKHCN"]);
}

#[test]
fn addresses_go_on_after_slashes_only() {
    let address = "tại https://a.vn/verify/01-2026-CNDKCGCN-SKHCN/23456789ABCDEFGHJKLMNPQRST";
    for width in [270.0, 300.0, 350.0, 400.0] {
        let lines = lines(address, width);
        assert!(lines.len() > 1 && lines.concat() == address, "{width}: {lines:?}");
        let mut ended = lines.iter().rev().skip(1);
        assert!(ended.all(|line| line.ends_with(['/', ' '])), "{width}: {lines:?}");
    }
}

#[test]
fn long_words_are_cut() {
    let word = "Ữ".repeat(300);
    assert_eq!(lines(&word, 200.0).concat(), word);
    // An address goes on after a slash where there is one.
    let address = lines("tại https://congnghe.phutho.gov.vn/xac-minh/15-2026", 200.0);
    assert_eq!(address, ["tại https://congnghe.phutho.gov.vn/", "xac-minh/15-2026"]);
    // Letters that have marks for which there is no letter with the mark keep them.
    let marked = lines(&"x\u{301}".repeat(100), 40.0);
    assert!(marked.iter().all(|line| line.starts_with('x')));
}

#[test]
fn headings_break_into_lines_of_about_the_same_length() {
    let fonts = Fonts::load(LAYOUT).unwrap();
    let text = "ĐĂNG KÝ GIA HẠN, SỬA ĐỔI, BỔ SUNG NỘI DUNG CHUYỂN GIAO CÔNG NGHỆ";
    let lines = fonts.balanced(&[(Face::Bold, text)], 14.0, 453.0).unwrap();
    assert_eq!(lines.len(), 2);
    assert!((lines[0].width - lines[1].width).abs() < 60.0);
}
