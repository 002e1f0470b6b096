//! Guessing passwords takes long: failures are counted, and from the bound on nobody's password is even looked at.

use std::{net::IpAddr, time::Duration};

use kit::Failure;
use sea_orm::ConnectionTrait;

use crate::{
    accounts::{Accounts, Outcome},
    domain::throttle::{REGISTRATION_WINDOW, Subject},
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

    /// Whether `subject` has used up its failures, for those who must not say so.
    pub(crate) async fn is_closed(&self, db: &impl ConnectionTrait, subject: &Subject) -> Outcome<bool> {
        let counted = attempts::read(db, std::slice::from_ref(subject)).await?.pop().flatten();
        Ok(counted.and_then(|failures| failures.wait(subject.bound(&self.bounds), self.clock.now())).is_some())
    }

    /// Counts a failure for all subjects. One of a `visible` subject that was in flight while the bound was reached is
    /// refused like any that came later, so that many attempts at once learn no more than the same number one by one.
    pub(crate) async fn count_failure(&self, visible: &[Subject], silent: Option<&Subject>) -> Outcome<()> {
        let (now, db, mut waits) = (self.clock.now(), self.database.writer(), None);
        for subject in visible {
            let failures = attempts::count(db, subject, now, self.bounds.window).await?;
            waits = waits.max(failures.wait(subject.bound(&self.bounds) + 1, now));
        }
        if let Some(subject) = silent {
            attempts::count(db, subject, now, self.bounds.window).await?;
        }
        refuse(waits)
    }

    /// Counts a registration, which is refused when too many came from its client address. Those of unknown addresses are
    /// not bounded: nobody but a process that is trusted can be without one.
    pub(crate) async fn admit_registration(&self, address: Option<IpAddr>) -> Outcome<()> {
        let (Some(address), Some(most)) = (address, self.bounds.registrations) else { return Ok(()) };
        let (subject, now) = (Subject::Registrations(address), self.clock.now());
        let counted = attempts::count(self.database.writer(), &subject, now, REGISTRATION_WINDOW).await?;
        refuse(counted.wait(most.saturating_add(1), now))
    }
}

fn refuse(wait: Option<Duration>) -> Outcome<()> {
    match wait {
        Some(wait) => Err(Failure::rate_limited(wait).into()),
        None => Ok(()),
    }
}
