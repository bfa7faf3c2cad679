//! What a plan asked the index, and what it was told.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

/// Questions of one plan; what would be asked beyond is answered with no. The cursor carries the answers.
const MOST: usize = 512;
/// Bytes of the answers of one plan at most.
pub(crate) const MOST_BYTES: usize = MOST / 8;

/// Answers in the order of their questions, eight a byte. A later page is given those of the first, so that it has the
/// same plan whatever was indexed meanwhile.
pub(super) struct Answers {
    given: Option<Arc<[u8]>>,
    asked: Cell<usize>,
    noted: RefCell<Vec<u8>>,
}

impl Answers {
    pub(super) fn new(given: Option<Arc<[u8]>>) -> Self {
        Self {
            given,
            asked: Cell::new(0),
            noted: RefCell::default(),
        }
    }

    /// The answer to the next question: what the first page was told, else what is so now.
    pub(super) fn to(&self, question: impl FnOnce() -> bool) -> bool {
        let number = self.asked.get();
        if number >= MOST {
            return false;
        }
        self.asked.set(number + 1);
        let (place, bit) = (number / 8, 1_u8 << (number % 8));
        if let Some(given) = &self.given {
            return given.get(place).is_some_and(|byte| byte & bit != 0);
        }
        let yes = question();
        if yes {
            let mut noted = self.noted.borrow_mut();
            // Bytes without a yes at the end are left out.
            let length = noted.len().max(place + 1);
            noted.resize(length, 0);
            if let Some(byte) = noted.get_mut(place) {
                *byte |= bit;
            }
        }
        yes
    }

    /// All of them.
    pub(super) fn finish(self) -> Arc<[u8]> {
        self.given.unwrap_or_else(|| self.noted.into_inner().into())
    }
}
