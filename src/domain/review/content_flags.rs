//! What a listing's content tells about itself as it is written, kept beside it: whoever looks for what has one of these
//! flags passes over the rest of the queue without reading it.

use super::{RiskFlag, is_contact, is_extreme};
use crate::domain::listing::{Bilingual, ListingContent};
use crate::domain::scripts::has_disguised_letters;
use crate::domain::text::{Line, Prose};

/// The flags that are kept, in the order of their bits, which stand in rows: only ever added to.
const KEPT: [RiskFlag; 3] = [RiskFlag::ContactInText, RiskFlag::PriceExtreme, RiskFlag::MixedScripts];

/// Counted up whenever one of the rules below, or what they call, judges a text otherwise than before: what was kept by
/// another rule tells nothing.
const RULES: i16 = 1;

/// How many values one version of the rules has.
const VALUES: i16 = 1 << KEPT.len();

/// Which of the flags a content has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentFlags(i16);

impl ContentFlags {
    /// Of a content as it is written.
    pub fn of(content: &ListingContent) -> Self {
        let kept = KEPT.iter().enumerate();
        let bits = kept.filter(|(_, flag)| content_shows(content, **flag));
        Self(bits.map(|(bit, _)| 1 << bit).sum())
    }

    /// As it stands in a row, with the version of the rules.
    pub const fn stored(self) -> i16 {
        RULES * VALUES + self.0
    }
}

/// The values of rows that may have all of some flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// Below this they are of older rules, and may have any.
    pub known_from: i16,
    /// From this on they are of newer ones.
    pub known_before: i16,
    /// Between these, those that have them.
    pub values: Vec<i16>,
}

impl Possible {
    /// None where rows tell nothing about any of the flags.
    pub fn of(wanted: &[RiskFlag]) -> Option<Self> {
        let asked = KEPT.iter().enumerate().filter(|(_, flag)| wanted.contains(flag));
        let mask: i16 = asked.map(|(bit, _)| 1 << bit).sum();
        let known_from = RULES * VALUES;
        let values = (0..VALUES).filter(|bits| bits & mask == mask);
        (mask != 0).then(|| Self {
            known_from,
            known_before: known_from + VALUES,
            values: values.map(|bits| known_from + bits).collect(),
        })
    }
}

/// Whether a content has one of the flags that it tells by itself.
pub fn content_shows(content: &ListingContent, flag: RiskFlag) -> bool {
    match flag {
        RiskFlag::ContactInText => texts(content).into_iter().any(is_contact),
        RiskFlag::MixedScripts => both(&content.title, Line::as_str).any(has_disguised_letters),
        RiskFlag::PriceExtreme => is_extreme(content.price.currency, [content.price.min, content.price.max]),
        _ => false,
    }
}

/// The texts in which somebody might tell how to be reached past the exchange.
fn texts(content: &ListingContent) -> Vec<&str> {
    let prose = content.summary.iter().flat_map(|text| both(text, Prose::as_str));
    let more = content.description.iter().flat_map(|text| both(text, Prose::as_str));
    both(&content.title, Line::as_str).chain(prose).chain(more).collect()
}

fn both<'a, T>(text: &'a Bilingual<T>, read: impl Fn(&T) -> &str + 'a) -> impl Iterator<Item = &'a str> {
    [Some(&text.vi), text.en.as_ref()].into_iter().flatten().map(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_a_flag_is_all_that_has_it_and_nothing_else() {
        let possible = Possible::of(&[RiskFlag::PriceExtreme, RiskFlag::FirstPublication]).unwrap();
        for bits in 0..VALUES {
            let stored = ContentFlags(bits).stored();
            assert!((possible.known_from..possible.known_before).contains(&stored));
            assert_eq!(possible.values.contains(&stored), bits & 0b10 != 0, "{bits:b}");
        }
        assert_eq!(Possible::of(&[RiskFlag::Resubmitted]), None);
        assert_eq!(Possible::of(&KEPT).unwrap().values, [RULES * VALUES + VALUES - 1]);
    }
}
