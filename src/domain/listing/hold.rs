//! What keeps a listing from the public whatever its own state is: an officer's suspension, and take-down at an
//! authority's request. Both may hold at once; lifting one leaves the other.

use crate::domain::text_enum;

text_enum! {
    /// Who keeps a listing from the public (tạm ngừng, gỡ bỏ).
    pub enum Hold {
        /// Nobody.
        None => "none",
        /// An officer suspended it (tạm ngừng).
        Suspended => "suspended",
        /// It was taken down at an authority's request (gỡ bỏ theo yêu cầu).
        TakenDown => "taken_down",
        /// Both.
        Both => "both",
    }
}

/// A step that changes nothing: it is so already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible while held: {0}")]
pub struct HeldSo(pub Hold);

impl Hold {
    const fn of(is_suspended: bool, is_taken_down: bool) -> Self {
        match (is_suspended, is_taken_down) {
            (false, false) => Self::None,
            (true, false) => Self::Suspended,
            (false, true) => Self::TakenDown,
            (true, true) => Self::Both,
        }
    }

    /// Whether the public is kept from it.
    pub const fn is_held(self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether an officer suspended it.
    pub const fn is_suspended(self) -> bool {
        matches!(self, Self::Suspended | Self::Both)
    }

    /// Whether it was taken down.
    pub const fn is_taken_down(self) -> bool {
        matches!(self, Self::TakenDown | Self::Both)
    }

    /// An officer suspends it.
    pub fn suspend(self) -> Result<Self, HeldSo> {
        if self.is_suspended() {
            return Err(HeldSo(self));
        }
        Ok(Self::of(true, self.is_taken_down()))
    }

    /// An officer lifts the suspension.
    pub fn reinstate(self) -> Result<Self, HeldSo> {
        if !self.is_suspended() {
            return Err(HeldSo(self));
        }
        Ok(Self::of(false, self.is_taken_down()))
    }

    /// A request of an authority's is carried out; a second one changes nothing here.
    #[must_use]
    pub const fn take_down(self) -> Self {
        Self::of(self.is_suspended(), true)
    }

    /// The last of such requests does not hold any more.
    #[must_use]
    pub const fn restore(self) -> Self {
        Self::of(self.is_suspended(), false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Hold::*;

    #[test]
    fn what_keeps_a_listing_from_the_public() {
        let table = [
            // from, suspended, reinstated, taken down, restored
            (None, Some(Suspended), Option::None, TakenDown, None),
            (Suspended, Option::None, Some(None), Both, Suspended),
            (TakenDown, Some(Both), Option::None, TakenDown, None),
            (Both, Option::None, Some(TakenDown), Both, Suspended),
        ];
        assert_eq!(table.len(), Hold::ALL.len());
        for (from, suspended, reinstated, taken_down, restored) in table {
            assert_eq!(from.suspend().ok(), suspended, "{from}");
            assert_eq!(from.reinstate().ok(), reinstated, "{from}");
            assert_eq!((from.take_down(), from.restore()), (taken_down, restored), "{from}");
        }
    }

    proptest! {
        /// Whatever is done in whatever order: it is public again only when neither holds any more.
        #[test]
        fn one_never_lifts_the_other(steps in proptest::collection::vec(0..4_u8, 0..40)) {
            let (mut hold, mut suspended, mut taken_down) = (None, false, false);
            for step in steps {
                match step {
                    0 => hold = hold.suspend().inspect(|_| suspended = true).unwrap_or(hold),
                    1 => hold = hold.reinstate().inspect(|_| suspended = false).unwrap_or(hold),
                    2 => (hold, taken_down) = (hold.take_down(), true),
                    _ => (hold, taken_down) = (hold.restore(), false),
                }
                prop_assert_eq!((hold.is_suspended(), hold.is_taken_down()), (suspended, taken_down));
                prop_assert_eq!(hold.is_held(), suspended || taken_down);
            }
        }
    }
}
