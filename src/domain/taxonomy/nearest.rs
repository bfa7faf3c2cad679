//! What in a list comes nearest to a text that is in none. A list may have thousands of entries, and files thousands of
//! wrong cells: names are folded once for each edition of a list, and most are passed over by the letters that they have.

use strsim::jaro_winkler;

use super::TaxonomyItem;
use crate::domain::text::fold;

/// Letters, digits, and whatever else.
const SORTS: usize = 37;
/// Of the letters that two texts begin with alike, so many count.
const MOST_ALIKE: u8 = 4;

/// A text as it is compared, and how often it has each letter.
#[derive(Clone, Debug)]
pub(super) struct Key {
    text: String,
    letters: [u8; SORTS],
    length: u16,
}

impl Key {
    pub(super) fn of(text: &str) -> Self {
        let text = fold(text);
        let (mut letters, mut length) = ([0_u8; SORTS], 0_u16);
        for letter in text.chars() {
            let sort = match letter {
                'a'..='z' => u32::from(letter) - u32::from('a'),
                '0'..='9' => u32::from(letter) - u32::from('0') + 26,
                _ => 36,
            };
            if let Some(count) = usize::try_from(sort).ok().and_then(|sort| letters.get_mut(sort)) {
                *count = count.saturating_add(1);
            }
            length = length.saturating_add(1);
        }
        Self { text, letters, length }
    }

    /// How like two texts are (Jaro-Winkler), where they can be so like at all.
    fn likeness(&self, other: &Self, least: f64) -> f64 {
        if self.most(other) < least {
            return 0.0;
        }
        jaro_winkler(&self.text, &other.text)
    }

    /// No two texts with these letters are more alike than that.
    fn most(&self, other: &Self) -> f64 {
        if self.length == 0 || other.length == 0 {
            return 1.0;
        }
        let counts = self.letters.iter().zip(&other.letters);
        let shared: u16 = counts.map(|(one, other)| u16::from(*one.min(other))).sum();
        let of = |length: u16| f64::from(shared) / f64::from(length);
        let jaro = (of(self.length) + of(other.length) + 1.0) / 3.0;
        let alike = self.text.chars().zip(other.text.chars());
        let alike: u8 = alike
            .take(MOST_ALIKE.into())
            .take_while(|(one, other)| one == other)
            .map(|_same| 1)
            .sum();
        jaro + 0.1 * f64::from(alike) * (1.0 - jaro)
    }
}

/// The code and the names of an entry.
pub(super) fn keys(item: &TaxonomyItem) -> Vec<Key> {
    let names = [Some(&item.code), Some(&item.name_vi), item.name_en.as_ref()];
    names.into_iter().flatten().map(|name| Key::of(name)).collect()
}

/// How like an entry is to a text, by what of it is most alike; 0 where that is less than `least`.
pub(super) fn likeness(said: &Key, keys: &[Key], least: f64) -> f64 {
    keys.iter().map(|key| said.likeness(key, least)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::{Taxonomies, TaxonomyName};

    #[test]
    fn nothing_near_is_passed_over() {
        let lists = Taxonomies::embedded();
        let items = || {
            let lists = [TaxonomyName::Communes, TaxonomyName::Countries].map(|list| lists.items(list, None));
            lists.into_iter().flatten()
        };
        let mut near = 0;
        for said in [
            "Phú Tho",
            "Nhat Bn",
            "Xã Tam Nong",
            "99999",
            "04798x",
            "Ca nhan",
            "đ",
            "",
            "ベトナム",
        ] {
            let key = Key::of(said);
            for item in items() {
                for own in keys(item) {
                    let exact = jaro_winkler(&fold(said), &own.text);
                    let expected = if exact >= 0.75 { exact } else { 0.0 };
                    let told = key.likeness(&own, 0.75);
                    near += usize::from(exact >= 0.75);
                    assert!(
                        (told - expected).abs() < 1e-9 || (exact < 0.75 && told < 0.75),
                        "{said} {}",
                        own.text
                    );
                }
            }
        }
        assert!(near > 50, "{near}");
    }
}
