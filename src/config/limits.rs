//! Types of the values that set limits: whom to believe, how often, how slowly.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use ipnet::IpNet;

use super::value::{Literal, Value, parse_number};

/// Networks, such as those of reverse proxies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether an address is in one of them. An IPv4 address written as an IPv6 one is the IPv4 address.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl Value for Networks {
    const KIND: &'static str = "networks, separated by commas";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        let network = |part: &str| {
            let found = match part.parse::<IpAddr>() {
                Ok(address) => Ok(IpNet::from(address.to_canonical())),
                Err(_not_one_address) => part.parse::<IpNet>(),
            };
            found
                .map(|network| network.trunc())
                .map_err(|_ignored| format!("{part:?} is not a network such as 10.0.0.0/8 or an address"))
        };
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
    }
    fn show(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(IpNet::to_string).collect();
        parts.join(",")
    }
}

/// A part of all, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(u32);

impl Share {
    /// All.
    pub const ALL: Self = Self(1_000_000);

    /// How many of a million.
    #[must_use]
    pub fn millionths(self) -> u32 {
        self.0
    }
}

impl Value for Share {
    const KIND: &'static str = "number from 0 to 1";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?} is not a number from 0 to 1 with six decimals at the most, such as 0.05");
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_plain = matches!(whole, "0" | "1")
            && (1..=6).contains(&part.len())
            && part.bytes().all(|digit| digit.is_ascii_digit());
        let millionths: u32 = format!("{whole}{part:0<6}").parse().map_err(|_no_number| refused())?;
        if is_plain && millionths <= Self::ALL.0 {
            Ok(Self(millionths))
        } else {
            Err(refused())
        }
    }
    fn show(&self) -> String {
        if *self == Self::ALL {
            return String::from("1");
        }
        let text = format!("0.{:06}", self.0);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// So many at once, and as many again over a period: `10/1m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    count: NonZeroU32,
    period_s: NonZeroU32,
}

impl Rate {
    /// `count` in `period_s` seconds; zero is taken for one.
    #[must_use]
    pub const fn new(count: u32, period_s: u32) -> Self {
        const fn at_least_one(number: u32) -> NonZeroU32 {
            match NonZeroU32::new(number) {
                Some(number) => number,
                None => NonZeroU32::MIN,
            }
        }
        Self {
            count: at_least_one(count),
            period_s: at_least_one(period_s),
        }
    }

    /// How many at once.
    #[must_use]
    pub fn count(self) -> NonZeroU32 {
        self.count
    }

    /// How long until all are there again.
    #[must_use]
    pub fn period(self) -> Duration {
        Duration::from_secs(u64::from(self.period_s.get()))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.period_s.get();
        let (number, unit) = match seconds {
            _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, 'h'),
            _ if seconds.is_multiple_of(60) => (seconds / 60, 'm'),
            _ => (seconds, 's'),
        };
        write!(formatter, "{}/{number}{unit}", self.count)
    }
}

impl Value for Rate {
    const KIND: &'static str = "count/period, such as 300/10s, 10/1m, 5/1h";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        let read = || {
            let (count, period) = text.split_once('/')?;
            let unit = period.chars().next_back()?;
            let seconds = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                _ => return None,
            };
            let period = period.strip_suffix(unit)?.parse::<NonZeroU32>().ok()?;
            Some(Self {
                count: count.parse().ok()?,
                period_s: period.checked_mul(NonZeroU32::new(seconds)?)?,
            })
        };
        read().ok_or_else(|| format!("{text:?} is not a count and a period such as 10/1m"))
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

/// A whole number of milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milliseconds(u32);

impl Milliseconds {
    /// So many.
    #[must_use]
    pub const fn new(count: u32) -> Self {
        Self(count)
    }

    /// The same length as the standard library counts it.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_millis(u64::from(self.0))
    }
}

impl Value for Milliseconds {
    const KIND: &'static str = "milliseconds";
    const LITERAL: Literal = Literal::Integer;
    fn parse(text: &str) -> Result<Self, String> {
        parse_number(text).map(Self)
    }
    fn show(&self) -> String {
        self.0.to_string()
    }
    fn number(&self) -> Option<u64> {
        Some(u64::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_strictly_and_shown_as_they_are_read() {
        let networks = Networks::parse("10.1.2.3/8, 127.0.0.1,fd00::/8").unwrap();
        assert_eq!(networks.show(), "10.0.0.0/8,127.0.0.1/32,fd00::/8");
        assert_eq!(Networks::parse(&networks.show()), Ok(networks.clone()));
        for inside in ["10.255.0.1", "127.0.0.1", "fd12::1", "::ffff:10.0.0.1"] {
            assert!(networks.contain(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.1", "127.0.0.2", "::1"] {
            assert!(!networks.contain(outside.parse().unwrap()), "{outside}");
        }
        assert_eq!(Networks::parse(""), Ok(Networks::default()));
        for wrong in ["10.0.0.0/33", "proxy.example", "10.0.0", "*"] {
            assert!(Networks::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_are_read_strictly_and_shown_as_they_are_read() {
        for (text, millionths) in [
            ("0", 0),
            ("1", 1_000_000),
            ("0.05", 50_000),
            ("0.000001", 1),
            ("0.5", 500_000),
        ] {
            let share = Share::parse(text).unwrap();
            assert_eq!((share.millionths(), share.show().as_str()), (millionths, text));
        }
        assert_eq!(Share::parse("1.0"), Ok(Share::ALL));
        for wrong in [
            "",
            "-0",
            "2",
            "1.1",
            ".5",
            "0.",
            "0.0000001",
            "0,5",
            "1e-1",
            "00",
            "0.+1",
        ] {
            assert!(Share::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rates_are_read_strictly_and_shown_as_they_are_read() {
        for (text, count, seconds) in [("300/10s", 300, 10), ("10/1m", 10, 60), ("5/2h", 5, 7_200)] {
            let rate = Rate::parse(text).unwrap();
            assert_eq!(
                (rate.count().get(), rate.period().as_secs()),
                (count, seconds),
                "{text}"
            );
            assert_eq!(rate.show(), text);
        }
        assert_eq!(Rate::parse("10/60s").unwrap().show(), "10/1m");
        for wrong in [
            "",
            "10",
            "10/",
            "/s",
            "0/1s",
            "10/0s",
            "-1/1s",
            "10/1d",
            "10/1",
            "10/9999999h",
            "1/1₫",
        ] {
            assert!(Rate::parse(wrong).is_err(), "{wrong}");
        }
    }
}
