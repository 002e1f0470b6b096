//! Follows the log of revocations in users' own database: what another replica has withdrawn is refused by this one, too.

use std::time::Duration;

use kit::server::{Beat, Stop};
use schema::revocation::GRACE;

use crate::accounts::Accounts;

/// The pause between two looks; whoever follows over HTTP asks as often.
pub const PAUSE: Duration = Duration::from_secs(1);

/// How far the log was read.
pub struct OwnLog {
    accounts: Accounts,
    cursor: Option<i64>,
}

impl OwnLog {
    /// Reads all that is alive, so that nothing which was withdrawn before this process began is believed by it.
    pub async fn open(accounts: Accounts) -> kit::Result<Self> {
        let mut log = Self { accounts, cursor: None };
        log.read().await?;
        Ok(log)
    }

    /// Reads what is new.
    pub async fn read(&mut self) -> kit::Result<()> {
        loop {
            let page = self.accounts.revocations_after(self.cursor).await?;
            for entry in &page.revocations {
                self.accounts.revocations.revoke(entry.session, entry.until.saturating_add(GRACE));
            }
            self.cursor = Some(page.cursor);
            if !page.more {
                return Ok(());
            }
        }
    }

    /// Reads on until the process ends.
    pub async fn run(mut self, mut stop: Stop, beat: Beat) {
        let mut has_failed = false;
        while stop.sleep(PAUSE).await {
            match self.read().await {
                Ok(()) => {
                    beat.ended();
                    has_failed = false;
                }
                // It is read again each second: one line is enough.
                Err(error) if !std::mem::replace(&mut has_failed, true) => {
                    tracing::warn!(?error, "the log of revocations cannot be read");
                }
                Err(_) => {}
            }
        }
    }
}
