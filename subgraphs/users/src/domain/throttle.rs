//! How often a password may be guessed.

use std::{net::IpAddr, time::Duration};

use chrono::{DateTime, Utc};

use super::UserId;

/// Failures are counted per subject and window; from the bound on, every attempt waits for the window's end.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Failures of one account.
    pub per_account: u32,
    /// Failures from one client address, behind which many people may sit.
    pub per_address: u32,
    /// From the first failure until all are forgotten.
    pub window: Duration,
}

/// What failures are counted for. As text it is the key of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An account, by whichever of its names it was addressed.
    Account(UserId),
    /// A name that belongs to no account, by digest: throttled the same, so that the bound tells nobody which exist.
    Unknown(String),
    /// Where attempts come from. IPv6 networks are counted as one: a subscriber has 2⁶⁴ addresses.
    Address(IpAddr),
}

impl Subject {
    /// The key under which it is counted.
    pub fn key(&self) -> String {
        match self {
            Self::Account(id) => format!("account:{id}"),
            Self::Unknown(digest) => format!("unknown:{digest}"),
            Self::Address(address) => match address.to_canonical() {
                IpAddr::V4(address) => format!("address:{address}"),
                IpAddr::V6(address) => {
                    let [a, b, c, d, ..] = address.segments();
                    format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
                }
            },
        }
    }

    /// Its bound.
    pub fn bound(&self, bounds: &Bounds) -> u32 {
        match self {
            Self::Account(_) | Self::Unknown(_) => bounds.per_account,
            Self::Address(_) => bounds.per_address,
        }
    }
}

/// What was counted for a subject.
#[derive(Clone, Copy, Debug)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When they are forgotten.
    pub window_ends_at: DateTime<Utc>,
}

impl Failures {
    /// How long the next attempt must wait, if it must.
    pub fn wait(&self, bound: u32, now: DateTime<Utc>) -> Option<Duration> {
        let left = (self.window_ends_at - now).to_std().ok().filter(|left| !left.is_zero())?;
        (self.count >= bound).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_bound_holds_until_the_window_ends() {
        let now = DateTime::UNIX_EPOCH;
        let failures = |count| Failures { count, window_ends_at: now + TimeDelta::seconds(60) };
        assert_eq!(failures(9).wait(10, now), None);
        assert_eq!(failures(10).wait(10, now), Some(Duration::from_mins(1)));
        assert_eq!(failures(11).wait(10, now + TimeDelta::seconds(59)), Some(Duration::from_secs(1)));
        assert_eq!(failures(10).wait(10, now + TimeDelta::seconds(60)), None);
    }

    #[test]
    fn one_network_is_one_subject() {
        let key = |text: &str| Subject::Address(text.parse().unwrap()).key();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    }
}
