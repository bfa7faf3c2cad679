//! How slowly a body may come. Whoever sends a byte now and then holds a connection for as long as it likes, which is
//! the cheapest way to keep others out.

use std::time::Duration;
use tokio::time::Instant;

use crate::config::Config;

/// The slowest that a body may come.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// For so long it may come as it likes.
    pub grace: Duration,
    /// Then so many bytes a second must have come on average since the grace; none are demanded if 0.
    pub bytes_per_s: u32,
}

impl Pace {
    /// As the operator set it.
    pub fn new(config: &Config) -> Self {
        Self {
            grace: config.body_grace_ms.duration(),
            bytes_per_s: config.body_min_bytes_per_s,
        }
    }

    /// When the next bytes must be there at the latest, for a body that began then and has brought so many so far.
    pub fn deadline(&self, began: Instant, received: usize) -> Option<Instant> {
        let rate = u64::from(self.bytes_per_s);
        let received = u64::try_from(received).unwrap_or(u64::MAX);
        let earned = received.saturating_mul(1_000).checked_div(rate)?;
        began
            .checked_add(self.grace)?
            .checked_add(Duration::from_millis(earned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_earns_time() {
        let pace = Pace {
            grace: Duration::from_secs(5),
            bytes_per_s: 1_024,
        };
        let began = Instant::now();
        let left = |received| pace.deadline(began, received).unwrap() - began;
        assert_eq!(left(0), Duration::from_secs(5));
        assert_eq!(left(1_024), Duration::from_secs(6));
        assert_eq!(left(102_400), Duration::from_secs(105));
        let none = Pace { bytes_per_s: 0, ..pace };
        assert_eq!(none.deadline(began, 0), None);
    }
}
