//! The review queue: who has taken up what, and what officers should look at first. What is decided is in
//! [`moderation`](super::moderation).

pub mod claims;
pub mod comparison;
pub mod conversation;
pub mod decisions;
pub mod filters;
pub mod flags;

use jiff::SignedDuration;

/// What the operator decided about reviews.
#[derive(Clone, Copy, Debug)]
pub struct ReviewRules {
    /// How long an officer has what was taken up.
    pub claim_time: SignedDuration,
}
