//! Who is at the other end. Behind reverse proxies the peer is a proxy, and the client stands in `X-Forwarded-For`;
//! but anybody can send that header, so only what proxies of the operator's own have added to it is believed.

use actix_web::http::header::HeaderMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::config::Networks;

/// Each proxy appends whom it heard from; so the list is read from the right.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// The client's port, set by the proxy that it connected to: behind an address that many subscribers share, only the
/// port tells them apart (Decree 333/2026, article 16.6, and the investigators' questions both need it).
const CLIENT_PORT: &str = "x-client-port";

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address.
    pub ip: IpAddr,
    /// Its port, if it is known.
    pub port: Option<u16>,
}

/// Finds the client: the peer, or what trusted proxies say.
pub fn client(peer: Option<SocketAddr>, headers: &HeaderMap, proxies: &Networks) -> Client {
    let Some(peer) = peer else {
        // Not over a network; whoever it is shares one count.
        return Client {
            ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            port: None,
        };
    };
    let mut found = Client {
        ip: peer.ip().to_canonical(),
        port: Some(peer.port()),
    };
    if !proxies.contain(found.ip) {
        return found;
    }
    let values: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    for entry in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        // What cannot be read ends the chain of those who are believed.
        let Some(next) = read(entry.trim()) else { break };
        found = next;
        if !proxies.contain(found.ip) {
            break;
        }
    }
    if found.port.is_none() {
        let mut told = headers.get_all(CLIENT_PORT);
        found.port = match (told.next(), told.next()) {
            (Some(port), None) => port.to_str().ok().and_then(|port| port.parse().ok()),
            _ => None,
        };
    }
    found
}

/// An address, with a port as some proxies write it, or without.
fn read(entry: &str) -> Option<Client> {
    if let Ok(ip) = entry.parse::<IpAddr>() {
        return Some(Client {
            ip: ip.to_canonical(),
            port: None,
        });
    }
    if let Ok(both) = entry.parse::<SocketAddr>() {
        return Some(Client {
            ip: both.ip().to_canonical(),
            port: Some(both.port()),
        });
    }
    let bare = entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok()?;
    Some(Client {
        ip: IpAddr::V6(bare).to_canonical(),
        port: None,
    })
}

/// The addresses that one subscriber has: one of IPv4, a /56 of IPv6.
pub fn subscriber(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => first_bits(v6, 56),
    }
}

/// The addresses around it, which somebody with many of them has: a /24 of IPv4, a /48 of IPv6.
pub fn neighbourhood(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(v6) => first_bits(v6, 48),
    }
}

fn first_bits(ip: Ipv6Addr, bits: u32) -> IpAddr {
    let mask = u128::MAX.checked_shl(128 - bits).unwrap_or_default();
    IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & mask))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Value as _;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn seen(peer: &str, headers: &[(&str, &str)], proxies: &str) -> (String, Option<u16>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::try_from(*name).unwrap(),
                HeaderValue::try_from(*value).unwrap(),
            );
        }
        let found = client(Some(peer.parse().unwrap()), &map, &Networks::parse(proxies).unwrap());
        (found.ip.to_string(), found.port)
    }

    #[test]
    fn strangers_are_not_believed() {
        let forged = [("x-forwarded-for", "9.9.9.9"), ("x-client-port", "1")];
        assert_eq!(seen("1.2.3.4:55", &forged, ""), ("1.2.3.4".into(), Some(55)));
        assert_eq!(seen("1.2.3.4:55", &forged, "10.0.0.0/8"), ("1.2.3.4".into(), Some(55)));
    }

    #[test]
    fn the_list_is_read_from_the_right() {
        let proxies = "10.0.0.0/8,fd00::/8";
        let forwarded = |values: &[&'static str]| {
            let headers: Vec<_> = values.iter().map(|value| ("x-forwarded-for", *value)).collect();
            seen("10.0.0.1:55", &headers, proxies).0
        };
        assert_eq!(forwarded(&[]), "10.0.0.1");
        assert_eq!(forwarded(&["1.2.3.4"]), "1.2.3.4");
        assert_eq!(forwarded(&["9.9.9.9, 1.2.3.4"]), "1.2.3.4");
        assert_eq!(forwarded(&["9.9.9.9, 1.2.3.4 , 10.0.0.7"]), "1.2.3.4");
        // The last line is the nearest.
        assert_eq!(forwarded(&["9.9.9.9", "1.2.3.4, fd00::1"]), "1.2.3.4");
        assert_eq!(forwarded(&["10.0.0.9, 10.0.0.8"]), "10.0.0.9");
        assert_eq!(forwarded(&["::ffff:1.2.3.4"]), "1.2.3.4");
        assert_eq!(forwarded(&["[2001:db8::1]"]), "2001:db8::1");
        // The nearest proxy that could be read is better than a guess further on.
        assert_eq!(forwarded(&["9.9.9.9, unknown, 10.0.0.7"]), "10.0.0.7");
        assert_eq!(forwarded(&["9.9.9.9, "]), "10.0.0.1");
    }

    #[test]
    fn the_port_is_the_clients_or_unknown() {
        let port = |headers: &[(&str, &str)]| seen("10.0.0.1:55", headers, "10.0.0.0/8").1;
        let forwarded = ("x-forwarded-for", "1.2.3.4");
        assert_eq!(port(&[]), Some(55));
        assert_eq!(port(&[forwarded]), None);
        assert_eq!(port(&[forwarded, ("x-client-port", "40123")]), Some(40_123));
        assert_eq!(
            port(&[("x-forwarded-for", "1.2.3.4:99"), ("x-client-port", "7")]),
            Some(99)
        );
        assert_eq!(port(&[forwarded, ("x-client-port", "99999")]), None);
        assert_eq!(port(&[forwarded, ("x-client-port", "1"), ("x-client-port", "2")]), None);
    }

    #[test]
    fn subscribers_and_their_surroundings() {
        let both = |ip: &str| {
            let ip = ip.parse().unwrap();
            (subscriber(ip).to_string(), neighbourhood(ip).to_string())
        };
        assert_eq!(both("1.2.3.4"), ("1.2.3.4".into(), "1.2.3.0".into()));
        assert_eq!(both("::ffff:1.2.3.4"), ("1.2.3.4".into(), "1.2.3.0".into()));
        assert_eq!(
            both("2001:db8:1:2fff::9"),
            ("2001:db8:1:2f00::".into(), "2001:db8:1::".into())
        );
    }
}
