//! Points in time by which something must have ended.

use std::time::Duration;

use tokio::time::Instant;

/// Further ahead than any process lives, and not beyond what clocks can hold.
const FOR_EVER: Duration = Duration::from_hours(30 * 365 * 24);

/// The moment `time` after `start`, however long that is.
pub fn after(start: Instant, time: Duration) -> Instant {
    start + time.min(FOR_EVER)
}
