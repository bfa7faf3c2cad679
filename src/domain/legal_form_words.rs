//! What is written for legal forms (loại hình pháp lý), folded: the one table by which cells and bodies that name a form are read
//! (`taxonomy::legal_form`), and by which names of enterprises are compared without it (`enterprise::duplicate`).

/// A word that is written in short.
struct Short {
    short: &'static str,
    long: &'static str,
    /// Whether it says the form also in the name of an enterprise, where it stands alone: `CN`, `DN` and `HD` say something else there.
    in_names: bool,
}

const fn always(short: &'static str, long: &'static str) -> Short {
    Short {
        short,
        long,
        in_names: true,
    }
}

const fn among_forms(short: &'static str, long: &'static str) -> Short {
    Short {
        short,
        long,
        in_names: false,
    }
}

const IN_SHORT: [Short; 26] = [
    always("cty", "cong ty"),
    always("ctcp", "cong ty co phan"),
    always("cttnhh", "cong ty tnhh"),
    always("ctytnhh", "cong ty tnhh"),
    always("tnhhmtv", "tnhh mot thanh vien"),
    always("cp", "co phan"),
    always("mtv", "mot thanh vien"),
    always("1tv", "mot thanh vien"),
    always("2tv", "hai thanh vien"),
    always("dntn", "doanh nghiep tu nhan"),
    always("htx", "hop tac xa"),
    always("lhhtx", "lien hiep hop tac xa"),
    always("tht", "to hop tac"),
    always("hkd", "ho kinh doanh"),
    always("hokd", "ho kinh doanh"),
    among_forms("ct", "cong ty"),
    among_forms("1", "mot"),
    among_forms("2", "hai"),
    among_forms("hd", "hop danh"),
    among_forms("dnnn", "doanh nghiep nha nuoc"),
    among_forms("dn", "doanh nghiep"),
    among_forms("tn", "tu nhan"),
    among_forms("lh", "lien hiep"),
    among_forms("kd", "kinh doanh"),
    among_forms("cn", "chi nhanh"),
    among_forms("vp", "van phong"),
];

/// Several words that are written for others.
const WRITTEN_ALIKE: [(&str, &str); 4] = [
    (" c ty ", " cong ty "),
    (" trach nhiem huu han ", " tnhh "),
    (" trach nhiem hh ", " tnhh "),
    (" ho kinh doanh ca the ", " ho kinh doanh "),
];

/// Words that say the form in names wherever they stand.
const WORDS: [&str; 15] = [
    "cong", "ty", "tnhh", "trach", "nhiem", "huu", "han", "mot", "hai", "thanh", "vien", "tro", "len", "ltd", "jsc",
];

/// Several words that do so together, written out, and say something else where they stand alone. The longer one first: its last words
/// stand for nothing else.
const PHRASES: [&[&str]; 14] = [
    &["mot", "thanh", "vien"],
    &["hai", "thanh", "vien"],
    &["c", "ty"],
    &["cong", "ty", "tnhh"],
    &["cong", "ty", "co", "phan"],
    // `Cơ khí` and `Phân bón` are what enterprises are called.
    &["co", "phan"],
    &["doanh", "nghiep", "tu", "nhan"],
    &["hop", "danh"],
    &["lien", "hiep", "hop", "tac", "xa"],
    &["hop", "tac", "xa"],
    &["ho", "kinh", "doanh", "ca", "the"],
    &["ho", "kinh", "doanh"],
    &["to", "hop", "tac"],
    &["tap", "doan"],
];

/// A word written out; itself where it is no short one.
fn written_out(word: &str) -> &str {
    let known = IN_SHORT.iter().find(|known| known.short == word);
    known.map_or(word, |known| known.long)
}

/// A folded text with the short words of legal forms written out, and each form written in one way.
pub(super) fn plain(folded: &str) -> String {
    let words = folded.split(' ').filter(|word| !word.is_empty());
    let mut plain = format!(" {} ", words.map(written_out).collect::<Vec<_>>().join(" "));
    for (one, other) in WRITTEN_ALIKE {
        plain = plain.replace(one, other);
    }
    plain.trim().to_owned()
}

/// How many words of a name, from its first on, say the legal form; folded.
pub(super) fn leading(words: &[&str]) -> Option<usize> {
    let phrase = PHRASES.iter().find_map(|phrase| leading_phrase(words, phrase));
    let is_word = |word: &&&str| {
        let is_short = IN_SHORT.iter().any(|known| known.in_names && known.short == **word);
        is_short || WORDS.contains(*word)
    };
    phrase.or_else(|| words.first().filter(is_word).map(|_| 1))
}

/// How many words are a phrase, some of them perhaps in short; one alone never is.
fn leading_phrase(words: &[&str], phrase: &[&str]) -> Option<usize> {
    let mut rest = phrase;
    for (at, word) in words.iter().enumerate() {
        for part in written_out(word).split(' ') {
            let (next, behind) = rest.split_first()?;
            if *next != part {
                return None;
            }
            rest = behind;
        }
        if rest.is_empty() {
            return (at > 0).then_some(at.saturating_add(1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_for_a_form_says_it_in_names_too() {
        for short in &IN_SHORT {
            let alone = leading(&[short.short]);
            assert_eq!(alone.is_some(), short.in_names, "{}", short.short);
            // Written out it is a form by itself, or a part of one.
            assert_ne!(plain(short.short), short.short, "{}", short.short);
        }
        for (name, words) in [
            ("dn tn song thao", Some(2)),
            ("lh hop tac xa song thao", Some(4)),
            ("ct co phan song thao", Some(3)),
            ("ho kd ca the an", Some(4)),
            ("1 thanh vien", Some(3)),
            ("ct song thao", None),
            ("hd song thao", None),
            ("hop nhat", None),
            ("", None),
        ] {
            let words_of_it: Vec<&str> = name.split(' ').collect();
            assert_eq!(leading(&words_of_it), words, "{name}");
        }
    }
}
