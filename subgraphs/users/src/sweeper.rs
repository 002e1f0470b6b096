//! Takes away, once an hour, sessions that are long over and counts that nobody looks at any more.

use std::time::Duration;

use chrono::TimeDelta;
use kit::server::Stop;

use crate::{accounts::Accounts, repository::sweep};

const PAUSE: Duration = Duration::from_hours(1);
/// Ended sessions are kept for a day, for those who look into what happened.
const KEEP: TimeDelta = TimeDelta::days(1);

impl Accounts {
    /// Takes away what is over, and says how many rows that were (refresh tokens of those sessions not counted).
    pub async fn sweep(&self) -> kit::Result<u64> {
        let now = self.clock.now();
        let db = self.database.writer();
        Ok(sweep::sweep(db, now - KEEP, now).await? + sweep::used_tokens(db, now - kit::jobs::KEEP).await?)
    }
}

/// Runs until the process ends.
pub async fn run(accounts: Accounts, mut stop: Stop) {
    while stop.sleep(PAUSE).await {
        match accounts.sweep().await {
            Ok(rows) => tracing::debug!(rows, "swept"),
            Err(error) => tracing::warn!(?error, "sweeping failed; the next turn tries again"),
        }
    }
}
