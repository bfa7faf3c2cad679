//! Time as the exchange counts it: UTC, whole microseconds.

use jiff::Timestamp;

/// Where the time comes from. Only the program's wiring makes a real one; tests hold the hands themselves.
pub trait Clock: Send + Sync + 'static {
    /// The present instant. Implementations truncate to microseconds, the finest that both databases keep.
    fn now(&self) -> Timestamp;
}

/// Cuts an instant to whole microseconds, so that what is stored reads back equal on both databases.
pub fn truncate(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_are_cut_off() {
        let at: Timestamp = "2026-03-11T07:30:00.123456789Z".parse().unwrap();
        assert_eq!(truncate(at).to_string(), "2026-03-11T07:30:00.123456Z");
    }
}
