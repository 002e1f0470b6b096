//! Guessing passwords takes long: failures are counted, and from the bound on nobody's password is even looked at.

use std::time::Duration;

use kit::Failure;
use sea_orm::ConnectionTrait;

use crate::{
    accounts::{Accounts, Outcome},
    domain::throttle::Subject,
    repository::attempts,
};

impl Accounts {
    /// Refuses an attempt of which any subject has used up its failures.
    pub(crate) async fn admit(&self, db: &impl ConnectionTrait, subjects: &[Subject]) -> Outcome<()> {
        let now = self.clock.now();
        let counted = attempts::read(db, subjects).await?;
        let waits = subjects.iter().zip(counted).filter_map(|(subject, failures)| {
            failures.and_then(|failures| failures.wait(subject.bound(&self.bounds), now))
        });
        refuse(waits.max())
    }

    /// Counts a failure for every subject. One that was in flight while the bound was reached is refused like any
    /// that came later, so that many attempts at once learn no more than the same number one by one.
    pub(crate) async fn count_failure(&self, subjects: &[Subject]) -> Outcome<()> {
        let (now, mut waits) = (self.clock.now(), None);
        for subject in subjects {
            let db = self.database.connection();
            let failures = attempts::count(db, subject, now, self.bounds.window).await?;
            waits = waits.max(failures.wait(subject.bound(&self.bounds) + 1, now));
        }
        refuse(waits)
    }
}

fn refuse(wait: Option<Duration>) -> Outcome<()> {
    match wait {
        Some(wait) => Err(Failure::rate_limited(wait).into()),
        None => Ok(()),
    }
}
