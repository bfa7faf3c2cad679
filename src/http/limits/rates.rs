//! How often somebody may call. Each class of operations has its counts: by address, for the costly ones by the
//! network around it too, and by account or key. Nothing that a caller can choose freely is part of what is counted.
//!
//! The counting is GCRA: `10/1m` allows ten at once and then one each six seconds, without windows to wait for.

use governor::clock::{Clock as GovernorClock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::fmt::Write as _;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;
use uuid::Uuid;

use super::address::{neighbourhood, subscriber};
use crate::config::{Config, Rate};
use crate::http::routes::Class;
use crate::service::{Error, ErrorCode, Result};

/// Who calls, by what was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An account, whose token was verified.
    Account(Uuid),
    /// A key, by the hash of its secret half: the public half alone must not use up what its owner has.
    Key([u8; 32]),
}

/// Where a count stands after a call, in the words of the `RateLimit` fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    policy: &'static str,
    quota: u32,
    window_s: u64,
    remaining: u32,
    reset_s: u64,
}

/// A clock that each count can have.
pub trait Clock: GovernorClock + Clone {}

impl<C: GovernorClock + Clone> Clock for C {}

/// All counts.
pub struct Rates<C: Clock = DefaultClock> {
    read: ClassRates<C>,
    write: ClassRates<C>,
    feed: ClassRates<C>,
    password: ClassRates<C>,
    letter: ClassRates<C>,
}

struct ClassRates<C: Clock> {
    address: Bucket<IpAddr, C>,
    network: Option<Bucket<IpAddr, C>>,
    subject: Bucket<Subject, C>,
}

type Limiter<K, C> = RateLimiter<K, DefaultKeyedStateStore<K>, C, StateInformationMiddleware>;

struct Bucket<K: Hash + Eq + Clone, C: Clock> {
    policy: &'static str,
    rate: Rate,
    clock: C,
    limiter: Limiter<K, C>,
}

impl<K: Hash + Eq + Clone, C: Clock> Bucket<K, C> {
    fn new(policy: &'static str, rate: Rate, clock: &C) -> Self {
        let each = (rate.period() / rate.count().get()).max(Duration::from_nanos(1));
        // Never `None`: the period is not zero.
        let quota = Quota::with_period(each).unwrap_or_else(|| Quota::per_second(rate.count()));
        let quota = quota.allow_burst(rate.count());
        Self {
            policy,
            rate,
            clock: clock.clone(),
            limiter: RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone()),
        }
    }

    fn count(&self, key: &K, measured: &mut Vec<Measured>) -> Result<()> {
        let (remaining, reset, outcome) = match self.limiter.check_key(key) {
            Ok(left) => {
                let remaining = left.remaining_burst_capacity();
                let used = self.rate.count().get().saturating_sub(remaining);
                let each = self.rate.period() / self.rate.count().get();
                (remaining, each.saturating_mul(used), Ok(()))
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.clock.now());
                let retry_after = u32::try_from(whole_seconds(wait)).unwrap_or(u32::MAX);
                let refusal = Error {
                    retry_after: Some(retry_after),
                    log: Some(format!("more often than {} allows ({})", self.policy, self.rate)),
                    ..ErrorCode::TooManyRequests.into()
                };
                (0, wait, Err(refusal))
            }
        };
        measured.push(Measured {
            policy: self.policy,
            quota: self.rate.count().get(),
            window_s: self.rate.period().as_secs(),
            remaining,
            reset_s: whole_seconds(reset),
        });
        outcome
    }
}

/// Rounded up, and never 0: whoever comes back then shall be let in.
fn whole_seconds(duration: Duration) -> u64 {
    let rest = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(rest).max(1)
}

impl Rates {
    /// As the operator set them.
    pub fn new(config: &Config) -> Self {
        Self::with_clock(config, &DefaultClock::default())
    }
}

impl<C: Clock> Rates<C> {
    fn with_clock(config: &Config, clock: &C) -> Self {
        let class = |names: [&'static str; 3], rate: Rate, network: Option<Rate>| {
            let [address, wide, subject] = names;
            ClassRates {
                address: Bucket::new(address, rate, clock),
                network: network.map(|rate| Bucket::new(wide, rate, clock)),
                subject: Bucket::new(subject, rate, clock),
            }
        };
        Self {
            read: class(["read", "read-network", "read-account"], config.rate_read, None),
            write: class(["write", "write-network", "write-account"], config.rate_write, None),
            feed: class(["feed", "feed-network", "feed-account"], config.rate_feed, None),
            password: class(
                ["password", "password-network", "password-account"],
                config.rate_password,
                Some(config.rate_password_network),
            ),
            letter: class(
                ["letter", "letter-network", "letter-account"],
                config.rate_letter,
                Some(config.rate_letter_network),
            ),
        }
    }

    fn of(&self, class: Class) -> &ClassRates<C> {
        match class {
            Class::Read => &self.read,
            Class::Write => &self.write,
            Class::Feed => &self.feed,
            Class::Password => &self.password,
            Class::Letter => &self.letter,
        }
    }

    /// Counts a call from an address.
    pub fn count_address(&self, class: Class, ip: IpAddr, measured: &mut Vec<Measured>) -> Result<()> {
        let rates = self.of(class);
        // The address first: one that is refused must not use up what its neighbours have.
        rates.address.count(&subscriber(ip), measured)?;
        match &rates.network {
            Some(network) => network.count(&neighbourhood(ip), measured),
            None => Ok(()),
        }
    }

    /// Counts a call by somebody who is signed in.
    pub fn count_subject(&self, class: Class, subject: Subject, measured: &mut Vec<Measured>) -> Result<()> {
        self.of(class).subject.count(&subject, measured)
    }

    /// Forgets whoever has all of the quota again.
    pub fn forget(&self) {
        for class in [&self.read, &self.write, &self.feed, &self.password, &self.letter] {
            class.address.limiter.retain_recent();
            class.subject.limiter.retain_recent();
            if let Some(network) = &class.network {
                network.limiter.retain_recent();
            }
        }
    }
}

/// The values of `RateLimit-Policy` and `RateLimit`: lists as of RFC 9651.
pub fn fields(measured: &[Measured]) -> [String; 2] {
    let (mut policies, mut states) = (String::new(), String::new());
    for (position, count) in measured.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _infallible = write!(
            policies,
            "{comma}\"{}\";q={};w={}",
            count.policy, count.quota, count.window_s
        );
        let _infallible = write!(
            states,
            "{comma}\"{}\";r={};t={}",
            count.policy, count.remaining, count.reset_s
        );
    }
    [policies, states]
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    const ALL: [Class; 5] = [Class::Read, Class::Write, Class::Feed, Class::Password, Class::Letter];

    fn rates() -> (Rates<FakeRelativeClock>, FakeRelativeClock, Config) {
        let (clock, config) = (FakeRelativeClock::default(), Config::default());
        (Rates::with_clock(&config, &clock), clock, config)
    }

    fn call(rates: &Rates<FakeRelativeClock>, class: Class, ip: &str) -> (Result<()>, [String; 2]) {
        let mut measured = Vec::new();
        let outcome = rates.count_address(class, ip.parse().unwrap(), &mut measured);
        (outcome, fields(&measured))
    }

    #[test]
    fn every_class_ends_at_its_documented_number_and_begins_again() {
        for class in ALL {
            let (rates, clock, config) = rates();
            let rate = match class {
                Class::Read => config.rate_read,
                Class::Write => config.rate_write,
                Class::Feed => config.rate_feed,
                Class::Password => config.rate_password,
                Class::Letter => config.rate_letter,
            };
            for _ in 0..rate.count().get() {
                call(&rates, class, "1.2.3.4").0.unwrap();
            }
            let refusal = call(&rates, class, "1.2.3.4").0.unwrap_err();
            assert_eq!(refusal.code, ErrorCode::TooManyRequests, "{class:?}");
            let wait = u64::from(refusal.retry_after.unwrap());
            assert!(
                wait <= (rate.period() / rate.count().get()).as_secs().max(1),
                "{class:?}: {wait}"
            );
            // Whoever waits as long as told is let in; nobody else was kept out.
            call(&rates, class, "1.2.9.4").0.unwrap();
            clock.advance(Duration::from_secs(wait));
            call(&rates, class, "1.2.3.4").0.unwrap();
        }
    }

    #[test]
    fn costly_calls_are_counted_by_network_too() {
        let (rates, ..) = rates();
        let (refused, _) = (0..=u8::MAX)
            .map(|last| (call(&rates, Class::Password, &format!("1.2.3.{last}")).0.is_err(), last))
            .find(|(is_refused, _)| *is_refused)
            .unwrap();
        assert!(refused);
        call(&rates, Class::Password, "1.2.4.1").0.unwrap();
        // Within one IPv6 subscriber's network, addresses are free to choose.
        let outcomes: Vec<bool> = (0..11)
            .map(|last| {
                call(&rates, Class::Password, &format!("2001:db8:1:ff{last:02x}::1"))
                    .0
                    .is_ok()
            })
            .collect();
        assert_eq!(outcomes.iter().filter(|is_ok| **is_ok).count(), 10);
    }

    #[test]
    fn accounts_have_counts_of_their_own() {
        let (rates, _, config) = rates();
        let account = |number| Subject::Account(Uuid::from_u128(number));
        let count = |number| rates.count_subject(Class::Write, account(number), &mut Vec::new());
        for _ in 0..config.rate_write.count().get() {
            count(1).unwrap();
        }
        assert!(count(1).is_err());
        assert!(count(2).is_ok());
        call(&rates, Class::Write, "1.2.3.4").0.unwrap();
    }

    #[test]
    fn clients_are_told() {
        let (rates, clock, _) = rates();
        assert_eq!(
            call(&rates, Class::Letter, "1.2.3.4").1,
            [
                "\"letter\";q=5;w=3600, \"letter-network\";q=25;w=3600",
                "\"letter\";r=4;t=720, \"letter-network\";r=24;t=144"
            ]
        );
        for _ in 0..4 {
            call(&rates, Class::Letter, "1.2.3.4").0.unwrap();
        }
        clock.advance(Duration::from_secs(20));
        assert_eq!(
            call(&rates, Class::Letter, "1.2.3.4").1,
            ["\"letter\";q=5;w=3600", "\"letter\";r=0;t=700"]
        );
    }

    #[test]
    fn who_has_all_again_is_forgotten() {
        let (rates, clock, _) = rates();
        call(&rates, Class::Read, "1.2.3.4").0.unwrap();
        rates.forget();
        assert_eq!(rates.read.address.limiter.len(), 1);
        clock.advance(Duration::from_secs(10));
        rates.forget();
        assert!(rates.read.address.limiter.is_empty());
    }
}
