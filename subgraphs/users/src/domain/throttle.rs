//! How often a password may be guessed.

use std::{net::IpAddr, time::Duration};

use chrono::{DateTime, Utc};

use super::UserId;

/// Failures are counted per subject and window; from the bound on, every attempt waits for the window's end.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Failures of one name or e-mail address, whether or not an account has it.
    pub per_name: u32,
    /// Failures from one client address, behind which many people may sit.
    pub per_address: u32,
    /// From the first failure until all are forgotten.
    pub window: Duration,
    /// Registrations from one client address in [`REGISTRATION_WINDOW`]; `None` for as many as come.
    pub registrations: Option<u32>,
}

/// The time for which registrations are counted.
pub const REGISTRATION_WINDOW: Duration = Duration::from_mins(10);

/// An account has two names, so that failures of both together cannot exceed this multiple of one name's bound, unless
/// it is renamed in between.
const NAMES: u32 = 2;

/// What failures are counted for. As text it is the key of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A name or e-mail address as it was typed, by the digest of its folded form, whether or not an account has it. Its
    /// bound is the one that clients meet: it depends on nothing but what they typed themselves.
    Name(String),
    /// An account, by whichever of its names it was addressed. Its bound is silent: if it showed, two names that close
    /// together would be known to belong to one account.
    Account(UserId),
    /// What is counted instead of an account where there is none, so that it takes as long.
    Nobody(String),
    /// The present password of an account, guessed by somebody who is logged in to it.
    PresentPassword(UserId),
    /// Registrations from a client address, counted as [`Self::Address`] is.
    Registrations(IpAddr),
    /// Where attempts come from. IPv6 networks are counted as one: a subscriber has 2⁶⁴ addresses.
    Address(IpAddr),
}

impl Subject {
    /// The key under which it is counted.
    pub fn key(&self) -> String {
        match self {
            Self::Account(id) => format!("account:{id}"),
            Self::Name(digest) => format!("name:{digest}"),
            Self::Nobody(digest) => format!("nobody:{digest}"),
            Self::PresentPassword(id) => format!("password:{id}"),
            Self::Registrations(address) => format!("registrations:{}", network(*address)),
            Self::Address(address) => format!("address:{}", network(*address)),
        }
    }

    /// Its bound.
    pub fn bound(&self, bounds: &Bounds) -> u32 {
        match self {
            Self::Name(_) | Self::PresentPassword(_) => bounds.per_name,
            Self::Account(_) | Self::Nobody(_) => bounds.per_name.saturating_mul(NAMES),
            Self::Address(_) => bounds.per_address,
            Self::Registrations(_) => bounds.registrations.unwrap_or(u32::MAX),
        }
    }
}

/// The network that an address is counted as.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
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
        let registrations = |text: &str| Subject::Registrations(text.parse().unwrap()).key();
        assert_eq!(registrations("2001:db8::1"), registrations("2001:db8::ffff"));
        assert_ne!(registrations("192.0.2.1"), key("192.0.2.1"));
    }
}
