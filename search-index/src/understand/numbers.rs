//! Numbers as they are said: `hai trăm rưỡi`, `2 nghìn`, `nửa`, `twenty`.

use super::{attributes::Reading, names::TABLES, quantity::millionths};

/// One, in millionths.
pub(super) const ONE: u128 = 1_000_000;

/// How a number was told: a word alone is easily another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Digits,
    Word,
    Words,
}

/// A number that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    /// In millionths.
    pub(super) value: u128,
    /// What the last word of it multiplies by: a hundred in `2 trăm`.
    pub(super) times: u128,
    /// Where it ends among the words.
    pub(super) end: usize,
    pub(super) told: Told,
}

/// What a number has to be a multiple of for a digit, or a ten with a word of its own, to stand behind it.
fn room_for(digit: u128) -> u128 {
    if digit < 10 { 10 } else { 100 }
}

impl Reading<'_> {
    /// The number at a place, in digits or in words, with multipliers up to `most`.
    pub(super) fn said(&self, at: usize, most: u128) -> Option<Said> {
        if let Some((length, _)) = TABLES.halves.at(self.words(), at) {
            return Some(Said {
                value: ONE / 2,
                times: 1,
                end: at + length,
                told: if length == 1 { Told::Word } else { Told::Words },
            });
        }
        let Some((number, end)) = self.number(at) else {
            return self.in_words(at, most);
        };
        let value = millionths(&number)?;
        let said = match self.times(end, most) {
            Some((times, end)) => self.and_a_half(Said {
                value: value * times,
                times,
                end,
                told: Told::Words,
            }),
            None => Said {
                value,
                times: 1,
                end,
                told: Told::Digits,
            },
        };
        Some(said)
    }

    /// Whether a half of what was said before it stands at a place: `2 tấn rưỡi`. Without diacritics it is a fly.
    pub(super) fn is_half(&self, at: usize) -> bool {
        self.words().get(at).is_some_and(|word| word.exact == "rươi⁴")
    }

    /// `mười lăm`, `hai trăm linh năm`, `ba nghìn hai trăm`.
    fn in_words(&self, at: usize, most: u128) -> Option<Said> {
        let (mut thousands, mut rest, mut times, mut end) = (0_u128, 0_u128, 1_u128, at);
        loop {
            let link = usize::from(rest >= 100 && TABLES.links.at(self.words(), end).is_some());
            let digit = self.digit(end + link).filter(|(digit, _)| rest % room_for(*digit) == 0);
            if let Some((digit, further)) = digit {
                (rest, times, end) = (rest + digit, 1, further);
                continue;
            }
            let Some((by, further)) = self.times(end, most) else {
                break;
            };
            match by {
                10 if rest % 10 > 0 => rest += rest % 10 * 9,
                100 if (1..10).contains(&rest) => rest *= 100,
                1_000 if rest > 0 && thousands == 0 => (thousands, rest) = (rest * 1_000, 0),
                _ => break,
            }
            (times, end) = (by, further);
        }
        let said = Said {
            value: (thousands + rest) * ONE,
            times,
            end,
            told: if end == at + 1 { Told::Word } else { Told::Words },
        };
        (end > at).then(|| self.and_a_half(said))
    }

    /// A number with the half of what it was multiplied by last: `trăm rưỡi`.
    fn and_a_half(&self, said: Said) -> Said {
        if said.times > 1 && self.is_half(said.end) {
            return Said {
                value: said.value + said.times * ONE / 2,
                end: said.end + 1,
                ..said
            };
        }
        said
    }

    /// A digit, or a ten with a word of its own, and where it ends.
    fn digit(&self, at: usize) -> Option<(u128, usize)> {
        let (length, digit) = TABLES.digits.at(self.words(), at)?;
        Some((digit.parse().ok()?, at + length))
    }

    /// What multiplies a number, and where it ends.
    fn times(&self, at: usize, most: u128) -> Option<(u128, usize)> {
        let (length, times) = TABLES.times.at(self.words(), at)?;
        let times = times.parse::<u128>().ok().filter(|times| *times <= most)?;
        Some((times, at + length))
    }
}
