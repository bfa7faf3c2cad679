//! What keeps a listing from the public whatever its own state is: an officer's suspension, and take-down at an
//! authority's request. Several may hold at once; lifting one leaves the others.

use std::fmt;
use std::str::FromStr;

use crate::domain::{UnknownName, text_enum};

text_enum! {
    /// What may keep a listing from the public.
    pub enum HoldKind {
        /// An officer suspended it (tạm ngừng).
        Suspended => "suspended",
        /// It was taken down at an authority's request (gỡ bỏ theo yêu cầu).
        TakenDown => "taken_down",
        /// Somebody says that it infringes his or her rights (gỡ tạm thời do thông báo quyền sở hữu trí tuệ).
        IpNotice => "ip_notice",
    }
}

/// All that keeps a listing from the public (tạm ngừng, gỡ bỏ).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hold {
    is_suspended: bool,
    is_taken_down: bool,
    has_ip_notice: bool,
}

/// A step that changes nothing: it is so already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible while held by: {0}")]
pub struct HeldSo(pub Hold);

impl Hold {
    /// Nothing.
    pub const NONE: Self = Self {
        is_suspended: false,
        is_taken_down: false,
        has_ip_notice: false,
    };

    /// Whether the public is kept from it.
    pub const fn is_held(self) -> bool {
        self.is_suspended || self.is_taken_down || self.has_ip_notice
    }

    /// Whether one kind holds.
    pub const fn has(self, kind: HoldKind) -> bool {
        match kind {
            HoldKind::Suspended => self.is_suspended,
            HoldKind::TakenDown => self.is_taken_down,
            HoldKind::IpNotice => self.has_ip_notice,
        }
    }

    /// With one kind that holds; a second time changes nothing.
    #[must_use]
    pub const fn with(self, kind: HoldKind) -> Self {
        self.set(kind, true)
    }

    /// Without one kind.
    #[must_use]
    pub const fn without(self, kind: HoldKind) -> Self {
        self.set(kind, false)
    }

    const fn set(mut self, kind: HoldKind, holds: bool) -> Self {
        match kind {
            HoldKind::Suspended => self.is_suspended = holds,
            HoldKind::TakenDown => self.is_taken_down = holds,
            HoldKind::IpNotice => self.has_ip_notice = holds,
        }
        self
    }

    /// An officer suspends it.
    pub fn suspend(self) -> Result<Self, HeldSo> {
        if self.is_suspended {
            return Err(HeldSo(self));
        }
        Ok(self.with(HoldKind::Suspended))
    }

    /// An officer lifts the suspension.
    pub fn reinstate(self) -> Result<Self, HeldSo> {
        if !self.is_suspended {
            return Err(HeldSo(self));
        }
        Ok(self.without(HoldKind::Suspended))
    }

    /// The names of what holds.
    pub fn names(self) -> Vec<&'static str> {
        let kinds = HoldKind::ALL.iter().filter(|kind| self.has(**kind));
        kinds.map(|kind| kind.as_str()).collect()
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(" "))
    }
}

impl FromStr for Hold {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        text.split_whitespace()
            .try_fold(Self::NONE, |hold, name| Ok(hold.with(name.parse()?)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_hold() -> impl Strategy<Value = Hold> {
        (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(is_suspended, is_taken_down, has_ip_notice)| Hold {
            is_suspended,
            is_taken_down,
            has_ip_notice,
        })
    }

    #[test]
    fn a_suspension_begins_once_and_ends_once() {
        let suspended = Hold::NONE.suspend().unwrap();
        assert_eq!(suspended.names(), ["suspended"]);
        assert_eq!(suspended.suspend(), Err(HeldSo(suspended)));
        assert_eq!(suspended.reinstate(), Ok(Hold::NONE));
        assert_eq!(Hold::NONE.reinstate(), Err(HeldSo(Hold::NONE)));
    }

    proptest! {
        /// Whatever else holds: one kind is put and lifted by itself, and the text form is read again.
        #[test]
        fn one_never_lifts_another(hold in any_hold()) {
            prop_assert_eq!(hold.to_string().parse::<Hold>().unwrap(), hold);
            prop_assert_eq!(hold.is_held(), !hold.names().is_empty());
            for kind in HoldKind::ALL.iter().copied() {
                prop_assert!(hold.with(kind).has(kind) && !hold.without(kind).has(kind));
                for other in HoldKind::ALL.iter().copied().filter(|other| *other != kind) {
                    prop_assert_eq!(hold.with(kind).has(other), hold.has(other));
                    prop_assert_eq!(hold.without(kind).has(other), hold.has(other));
                }
            }
        }
    }
}
