//! How far the clocks of those who answer are off, by the `Date` of their answers (RFC 9110, section 6.6.1).
//!
//! Tokens are believed within a minute of difference ([`MAX_CLOCK_SKEW`](crate::MAX_CLOCK_SKEW)); long before that an
//! operator should know. An answer is written between the moment at which it was asked for and the one at which it came,
//! so a slow answer is no skew.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::DateTime;
use http::{
    HeaderMap,
    header::{AGE, DATE},
};

/// Differences up to this many seconds are no reason for a warning.
const WIDE: i64 = 5;
/// Each peer is warned of at most once in this time.
const WARNED: Duration = Duration::from_mins(1);
/// A peer that has not answered for so long is forgotten.
const KEPT: Duration = Duration::from_mins(10);
/// So many peers are known at once.
const MAX_PEERS: usize = 64;

/// The clock of a peer, when it last answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerClock {
    /// Host and port.
    pub peer: String,
    /// How far its clock is ahead of ours, in seconds; less than 0 where it is behind.
    pub seconds: i64,
}

impl PeerClock {
    /// Whether somebody should do something about it.
    pub fn is_wide(&self) -> bool {
        self.seconds.abs() > WIDE
    }

    /// `ahead` or `behind`.
    pub fn direction(&self) -> &'static str {
        if self.seconds < 0 { "behind" } else { "ahead" }
    }
}

static PEERS: Mutex<BTreeMap<String, Known>> = Mutex::new(BTreeMap::new());

#[derive(Clone, Copy)]
struct Known {
    seconds: i64,
    at: Instant,
    warned: Option<Instant>,
}

/// The clocks of all peers that have answered lately.
pub fn current() -> Vec<PeerClock> {
    let peers = PEERS.lock().unwrap_or_else(PoisonError::into_inner);
    let lately = peers.iter().filter(|(_, known)| known.at.elapsed() < KEPT);
    lately.map(|(peer, known)| PeerClock { peer: peer.clone(), seconds: known.seconds }).collect()
}

/// Notes the `Date` of an answer of `peer` that was asked for and came at these moments, in seconds since the epoch.
pub(super) fn observe(peer: &str, headers: &HeaderMap, asked: i64, came: i64) {
    // What a cache kept says nothing of a clock.
    if headers.contains_key(AGE) {
        return;
    }
    let date = headers.get(DATE).and_then(|date| DateTime::parse_from_rfc2822(date.to_str().ok()?).ok());
    let Some(date) = date.map(|date| date.timestamp()) else { return };
    note(&PeerClock { peer: peer.to_owned(), seconds: difference(date, asked, came) }, date, came);
}

fn difference(date: i64, asked: i64, came: i64) -> i64 {
    if date > came { date - came } else { (date - asked).min(0) }
}

fn note(clock: &PeerClock, date: i64, came: i64) {
    let mut peers = PEERS.lock().unwrap_or_else(PoisonError::into_inner);
    if !peers.contains_key(&clock.peer) && peers.len() >= MAX_PEERS {
        peers.retain(|_, known| known.at.elapsed() < KEPT);
        if peers.len() >= MAX_PEERS {
            return;
        }
    }
    let warned = peers.get(&clock.peer).and_then(|known| known.warned).filter(|at| at.elapsed() < WARNED);
    let warns = clock.is_wide() && warned.is_none();
    let (seconds, now) = (clock.seconds, Instant::now());
    peers.insert(clock.peer.clone(), Known { seconds, at: now, warned: if warns { Some(now) } else { warned } });
    drop(peers);
    if warns {
        let (theirs, ours) = (crate::shown_time(date), crate::shown_time(came));
        let direction = clock.direction();
        tracing::warn!(
            peer = clock.peer,
            skew_seconds = seconds,
            theirs,
            ours,
            "the peer's clock is {direction} of ours"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_asking_and_the_answer_is_no_difference() {
        for (date, asked, came, expected) in
            [(100, 100, 100, 0), (103, 100, 110, 0), (117, 100, 110, 7), (93, 100, 110, -7), (110, 100, 110, 0)]
        {
            assert_eq!(difference(date, asked, came), expected, "{date} {asked} {came}");
        }
    }

    #[test]
    fn the_clocks_of_those_who_answered_can_be_read() {
        let observe = |peer: &str, date: &str, age: Option<&str>| {
            let mut headers = HeaderMap::from_iter([(DATE, date.parse().unwrap())]);
            headers.extend(age.map(|age| (AGE, age.parse().unwrap())));
            observe(peer, &headers, 1_700_000_000, 1_700_000_001);
            current().into_iter().find(|known| known.peer == peer).map(|known| (known.seconds, known.is_wide()))
        };
        assert_eq!(observe("right", "Tue, 14 Nov 2023 22:13:21 GMT", None), Some((0, false)));
        assert_eq!(observe("ahead", "Tue, 14 Nov 2023 22:14:36 GMT", None), Some((75, true)));
        assert_eq!(observe("behind", "Tue, 14 Nov 2023 22:12:20 GMT", None), Some((-60, true)));
        assert_eq!(observe("kept", "Tue, 14 Nov 2023 22:12:20 GMT", Some("5")), None);
        assert_eq!(observe("odd", "yesterday", None), None);
    }
}
