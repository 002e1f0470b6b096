//! Ids, secrets and digests: everything that must not be guessed, or must never collide.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Clock, Id};

/// A new id whose order is the order of the clock: `UUIDv7` (RFC 9562) with the microseconds in the twelve bits after
/// the milliseconds (section 6.2, method 3), the rest random.
pub fn new_id<K>(clock: &Clock) -> Id<K> {
    let micros = u64::try_from(clock.now().timestamp_micros()).unwrap_or_default();
    let fraction = u16::try_from((micros % 1000) * 4096 / 1000).unwrap_or_default().to_be_bytes();
    let mut rest: [u8; 10] = rand::random();
    rest[..2].copy_from_slice(&fraction);
    Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(micros / 1000, &rest).into_uuid())
}

/// A random UUID, for what is named but never sorted.
pub fn uuid() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}

/// A secret of 256 bits, as URL-safe text.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// A number from 0 to 1, 1 excluded: how much of a range something takes.
pub fn unit() -> f64 {
    rand::random()
}

/// The SHA-256 digest in lower-case hexadecimal.
pub fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};

    use super::*;

    #[test]
    fn ids_sort_by_the_clock_to_the_microsecond() {
        let clock = Clock::fixed(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        let mut last = new_id::<()>(&clock);
        for _ in 0..2000 {
            clock.advance(Duration::microseconds(1));
            let next = new_id::<()>(&clock);
            assert!(next > last);
            assert_eq!(next.uuid().get_version_num(), 7);
            last = next;
        }
    }

    #[test]
    fn tokens_are_long_and_differ() {
        assert_eq!(token().len(), 43);
        assert_ne!(token(), token());
    }

    #[test]
    fn the_digest_is_the_known_one() {
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
