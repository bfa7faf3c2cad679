//! Symbols of the International Patent Classification, each written in one way however it is told.

/// Most digits of a main group.
const MAIN: usize = 4;
/// Most digits of a subgroup.
const SUB: usize = 6;
/// Fewest digits of a subgroup.
const LEAST: usize = 2;

/// The one way in which a symbol is written, from the class on: `F26`, `F26B`, `F26B 3/08`. Taken are small letters, no blank or several before
/// the group, and the zeros and blanks with which machines fill it up (WIPO ST.8: `F26B0003/080000`). Nothing of what has not the form of one.
pub fn canonical(text: &str) -> Option<String> {
    let text = text.to_ascii_uppercase();
    let (class, rest) = text.split_at_checked(3)?;
    let mut letters = class.chars();
    let is_class = letters.next().is_some_and(|section| section.is_ascii_uppercase())
        && letters.all(|digit| digit.is_ascii_digit());
    if !is_class {
        return None;
    }
    let Some((subclass, group)) = rest.split_at_checked(1) else {
        return rest.is_empty().then(|| class.to_owned());
    };
    if !subclass.chars().all(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    if group.is_empty() {
        return Some(format!("{class}{subclass}"));
    }
    let (main, sub) = group.trim_start_matches(' ').split_once('/')?;
    Some(format!("{class}{subclass} {}/{}", main_group(main)?, subgroup(sub)?))
}

fn is_number(text: &str, digits: std::ops::RangeInclusive<usize>) -> bool {
    digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A main group without the zeros before it.
fn main_group(text: &str) -> Option<&str> {
    let main = text.trim_start_matches('0');
    (is_number(text, 1..=MAIN) && !main.is_empty()).then_some(main)
}

/// A subgroup without the zeros that fill it up: the first two digits are always there, and more of them divide it.
fn subgroup(text: &str) -> Option<&str> {
    let (first, more) = text.split_at_checked(LEAST)?;
    let length = first.len() + more.trim_end_matches('0').len();
    let sub = text.get(..length)?;
    is_number(text, LEAST..=SUB).then_some(sub)
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn a_symbol_is_one_however_it_is_told() {
        for (told, one) in [
            ("F26B3/08", "F26B 3/08"),
            ("F26B 3/08", "F26B 3/08"),
            ("f26b 3/08", "F26B 3/08"),
            ("F26B 0003/080000", "F26B 3/08"),
            ("F26B0003/080000", "F26B 3/08"),
            ("F26B   3/080000", "F26B 3/08"),
            ("A01B 1/00", "A01B 1/00"),
            ("A01B 0001/000000", "A01B 1/00"),
            ("C07D 213/90", "C07D 213/90"),
            ("H04L 9/3263", "H04L 9/3263"),
            ("A61K 31/444", "A61K 31/444"),
            ("f26b", "F26B"),
            ("F26", "F26"),
        ] {
            assert_eq!(canonical(told).as_deref(), Some(one), "{told}");
            assert_eq!(canonical(one).as_deref(), Some(one), "{one}");
        }
    }

    #[test]
    fn what_has_another_form_is_none() {
        for wrong in [
            "",
            "F",
            "F2",
            "FF6",
            "F26B 3",
            "F26B 3/",
            "F26B 3/0",
            "F26B 0/08",
            "F26B 0000/08",
            "F26B 12345/08",
            "F26B 3/0812345",
            "F26B 3/08 ",
            "F26B\t3/08",
            "F26 3/08",
            "Đ26B",
            "F26B 3/0８",
        ] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }
}
