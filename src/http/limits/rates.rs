//! How often somebody may call. Each class of operations has its counts: by address, for the costly ones by the
//! network around it too, and by account or key. Nothing that a caller can choose freely is part of what is counted.
//!
//! The counting is GCRA: `10/1m` allows ten at once and then one each six seconds, without windows to wait for.

use governor::clock::{Clock as GovernorClock, DefaultClock, Reference as _};
use governor::middleware::StateInformationMiddleware;
use governor::{Quota, RateLimiter};
use std::fmt::Write as _;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;
use uuid::Uuid;

use super::address::{neighbourhood, subscriber};
use super::counts::Counts;
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
    invitation: ClassRates<C>,
    intake: ClassRates<C>,
    clock: C,
}

struct ClassRates<C: Clock> {
    address: Bucket<IpAddr, C>,
    network: Option<Bucket<IpAddr, C>>,
    subject: Bucket<Subject, C>,
}

type Limiter<K, C> = RateLimiter<K, Counts<K>, C, StateInformationMiddleware>;

/// Sign-ins that succeed of which so many cost as much as one that fails: an office behind one address gets in, and whoever
/// guesses gains nothing.
const RIGHT_FOR_ONE_WRONG: u32 = 12;

struct Bucket<K: Hash + Eq + Clone, C: Clock> {
    policy: &'static str,
    rate: Rate,
    clock: C,
    counts: Counts<K>,
    limiter: Limiter<K, C>,
}

impl<K: Hash + Eq + Clone, C: Clock> Bucket<K, C> {
    fn new(policy: &'static str, rate: Rate, clock: &C) -> Self {
        let each = each(rate).max(Duration::from_nanos(1));
        // Never `None`: the period is not zero.
        let quota = Quota::with_period(each).unwrap_or_else(|| Quota::per_second(rate.count()));
        let quota = quota.allow_burst(rate.count());
        let counts = Counts::default();
        Self {
            policy,
            rate,
            clock: clock.clone(),
            limiter: RateLimiter::new(quota, counts.clone(), clock.clone()),
            counts,
        }
    }

    /// Makes a call that was counted at `at` cost a twelfth of what it did. What has run off since is not given back: it
    /// would be given from the calls that came meanwhile.
    fn give_back(&self, key: &K, at: C::Instant) {
        let each = each(self.rate);
        let gone: Duration = self.clock.now().duration_since(at).into();
        let most = each.saturating_sub(each / RIGHT_FOR_ONE_WRONG);
        self.counts.take_off(key, most.min(each.saturating_sub(gone)));
    }

    fn count(&self, key: &K, measured: &mut Vec<Measured>) -> Result<()> {
        let (remaining, reset, outcome) = match self.limiter.check_key(key) {
            Ok(left) => {
                let remaining = left.remaining_burst_capacity();
                let used = self.rate.count().get().saturating_sub(remaining);
                (remaining, each(self.rate).saturating_mul(used), Ok(()))
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

/// In what time one call comes back.
fn each(rate: Rate) -> Duration {
    rate.period() / rate.count().get()
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
            invitation: ClassRates {
                subject: Bucket::new("invitation-account", config.rate_invitation_account, clock),
                ..class(
                    ["invitation", "invitation-network", "invitation-account"],
                    config.rate_invitation,
                    None,
                )
            },
            intake: class(
                ["intake", "intake-network", "intake-account"],
                config.rate_intake,
                Some(config.rate_intake_network),
            ),
            clock: clock.clone(),
        }
    }

    fn of(&self, class: Class) -> &ClassRates<C> {
        match class {
            Class::Read => &self.read,
            Class::Write => &self.write,
            Class::Feed => &self.feed,
            Class::Password => &self.password,
            Class::Letter => &self.letter,
            Class::Invitation => &self.invitation,
            Class::Intake => &self.intake,
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

    /// The time now, to be told with what is given back.
    pub fn now(&self) -> C::Instant {
        self.clock.now()
    }

    /// Gives back most of what a call cost that showed a right password or code, or sent no letter: one that was counted no earlier than
    /// `at`.
    pub fn give_back(&self, class: Class, ip: IpAddr, subject: Option<&Subject>, at: C::Instant) {
        let rates = self.of(class);
        rates.address.give_back(&subscriber(ip), at);
        if let Some(network) = &rates.network {
            network.give_back(&neighbourhood(ip), at);
        }
        if let Some(subject) = subject {
            rates.subject.give_back(subject, at);
        }
    }

    /// Forgets whoever has all of the quota again.
    pub fn forget(&self) {
        let all = [
            &self.read,
            &self.write,
            &self.feed,
            &self.password,
            &self.letter,
            &self.invitation,
            &self.intake,
        ];
        for class in all {
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

    const ALL: [Class; 7] = [
        Class::Read,
        Class::Write,
        Class::Feed,
        Class::Password,
        Class::Letter,
        Class::Invitation,
        Class::Intake,
    ];

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
                Class::Invitation => config.rate_invitation,
                Class::Intake => config.rate_intake,
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
    fn who_invites_is_no_stranger_who_registers() {
        let (rates, _, config) = rates();
        for _ in 0..config.rate_letter.count().get() {
            call(&rates, Class::Letter, "1.2.3.4").0.unwrap();
        }
        assert!(call(&rates, Class::Letter, "1.2.3.4").0.is_err());
        call(&rates, Class::Invitation, "1.2.3.4").0.unwrap();
        // An office of several enterprises behind one address: each has its own.
        let count = |number| {
            let account = Subject::Account(Uuid::from_u128(number));
            rates.count_subject(Class::Invitation, account, &mut Vec::new())
        };
        for _ in 0..config.rate_invitation_account.count().get() {
            count(1).unwrap();
        }
        assert!(count(1).is_err());
        assert!(count(2).is_ok());
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
        for class in ALL {
            let (rates, clock, _) = rates();
            let known = || rates.of(class).address.limiter.len();
            call(&rates, class, "1.2.3.4").0.unwrap();
            rates.forget();
            assert_eq!(known(), 1, "{class:?}");
            clock.advance(Duration::from_secs(3_600));
            rates.forget();
            assert_eq!(known(), 0, "{class:?}");
        }
    }

    #[test]
    fn twelve_right_ones_cost_as_much_as_a_wrong_one() {
        let (rates, _, config) = rates();
        assert_eq!(config.rate_password, Rate::new(10, 60));
        let ip = "1.2.3.4".parse().unwrap();
        let mut right = 0;
        while call(&rates, Class::Password, "1.2.3.4").0.is_ok() {
            rates.give_back(Class::Password, ip, None, rates.now());
            right += 1;
        }
        // The next one is asked for in full: it might be wrong.
        assert_eq!(right, 9 * 12 + 1);
        let refused = call(&rates, Class::Password, "1.2.3.4").0.unwrap_err();
        assert_eq!(refused.retry_after, Some(1));
    }

    #[test]
    fn a_right_one_gives_no_wrong_one_back() {
        let (rates, ..) = rates();
        let ip = "1.2.3.4".parse().unwrap();
        let mut wrong = 0;
        // One right one after each that is wrong, as of somebody who has an account and guesses at another.
        while call(&rates, Class::Password, "1.2.3.4").0.is_ok() {
            wrong += 1;
            let at = rates.now();
            if call(&rates, Class::Password, "1.2.3.4").0.is_ok() {
                rates.give_back(Class::Password, ip, None, at);
            }
        }
        assert!(wrong < 10, "{wrong}");
    }

    #[test]
    fn what_has_run_off_is_not_given_back() {
        let (rates, clock, _) = rates();
        let ip = "1.2.3.4".parse().unwrap();
        // Ten that are right and come slowly, while what they cost runs off.
        let at = rates.now();
        for _ in 0..10 {
            call(&rates, Class::Password, "1.2.3.4").0.unwrap();
        }
        clock.advance(Duration::from_secs(60));
        for _ in 0..10 {
            call(&rates, Class::Password, "1.2.3.4").0.unwrap();
        }
        for _ in 0..10 {
            rates.give_back(Class::Password, ip, None, at);
        }
        assert!(call(&rates, Class::Password, "1.2.3.4").0.is_err());
    }

    #[test]
    fn a_subject_and_a_network_get_back_too() {
        let (rates, ..) = rates();
        let subject = Subject::Account(Uuid::from_u128(1));
        let mut network = 0;
        for last in 0..=u8::MAX {
            let ip: IpAddr = format!("1.2.3.{last}").parse().unwrap();
            let at = rates.now();
            if rates.count_address(Class::Password, ip, &mut Vec::new()).is_err() {
                break;
            }
            network += 1;
            rates.give_back(Class::Password, ip, None, at);
        }
        assert_eq!(network, 256, "50 wrong ones would end it");
        let ip = "9.9.9.9".parse().unwrap();
        for _ in 0..11 {
            let at = rates.now();
            rates.count_subject(Class::Password, subject, &mut Vec::new()).unwrap();
            rates.give_back(Class::Password, ip, Some(&subject), at);
        }
    }
}
