//! Where a commune lies, and where it may be put, told to whoever puts it elsewhere.

use super::{named, with_name};

/// Where a commune lies that is not put where somebody says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// Code and name of the province in which it lies; the divided one while nobody said in which part.
    pub lies_in: Option<(String, String)>,
    /// Code and name of each province into which it may be put.
    pub parts: Vec<(String, String)>,
}

impl Whereabouts {
    fn own(&self) -> String {
        let own = self.lies_in.as_ref();
        own.map(|(code, name)| with_name(code, name)).unwrap_or_default()
    }

    /// The Vietnamese sentence.
    pub(super) fn vi(&self) -> String {
        match self.parts.as_slice() {
            [] | [_] => format!(
                "Xã, phường này thuộc {}; chỉ xã, phường của tỉnh, thành phố đã chia tách mới xếp lại được.",
                self.own()
            ),
            parts => format!("Xã, phường này chỉ xếp được vào một trong: {}.", named(parts)),
        }
    }

    /// The English sentence.
    pub(super) fn en(&self) -> String {
        match self.parts.as_slice() {
            [] | [_] => format!(
                "This commune lies in {}; only communes of a province that was divided are put elsewhere.",
                self.own()
            ),
            parts => format!("This commune is put into one of these only: {}.", named(parts)),
        }
    }
}
