//! Deadlines (thời hạn): what comes of terms that are over, how they are counted anew, and who is reminded: whoever
//! files of its own ones, officers of what they missed or are to sign.

pub mod notices;
pub(super) mod regrouping;
pub mod reminders;
pub mod terms;
