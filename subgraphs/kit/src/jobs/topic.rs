//! What is common to all jobs of one kind: how long, how often, how many at a time.

use std::time::Duration;

use chrono::TimeDelta;

/// The first pause between two tries.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(1);
/// What a worker may need beyond its deadline to write down how a job ended.
const MARGIN: Duration = Duration::from_secs(30);

/// A kind of job.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// Its name, at most 64 characters.
    pub name: &'static str,
    /// How many tries that failed park a job. One that the other side did not answer is not parked before
    /// [`Topic::patience`] is over, either.
    pub max_tries: i32,
    /// How long a job whose other side does not answer ([`super::JobError::Unavailable`]) is tried; `None` is for ever. An
    /// outage is no fault of the job: if it parked all that was tried during it, an operator would have to repair what
    /// repairs itself.
    pub patience: Option<TimeDelta>,
    /// The longest pause between two tries.
    pub max_pause: TimeDelta,
    /// How long one try may take.
    pub deadline: Duration,
    /// How many jobs one process runs at a time.
    pub concurrency: usize,
}

impl Topic {
    /// A topic with the defaults: 20 tries, a week of patience, pauses of up to 5 minutes, 30 seconds per try, 8 jobs at
    /// a time.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            max_tries: 20,
            patience: Some(TimeDelta::days(7)),
            max_pause: TimeDelta::minutes(5),
            deadline: Duration::from_secs(30),
            concurrency: 8,
        }
    }

    /// A topic whose jobs come back for ever ([`super::Next::Repeat`]) and are therefore never parked, one at a time.
    pub const fn recurring(name: &'static str) -> Self {
        Self { max_tries: i32::MAX, patience: None, concurrency: 1, ..Self::new(name) }
    }

    /// How long a lease is valid.
    pub(super) fn lease(&self) -> TimeDelta {
        TimeDelta::from_std(self.deadline.saturating_add(MARGIN)).unwrap_or(TimeDelta::MAX)
    }

    /// The pause after the try number `tries`: twice as long every time, up to [`Topic::max_pause`], of which `random`, from
    /// 0 to 1, takes up to a half away, so that what failed together does not come back together.
    pub fn pause(&self, tries: i32, random: f64) -> TimeDelta {
        let doublings = tries.saturating_sub(1).clamp(0, 30);
        let pause = FIRST_PAUSE.checked_mul(1 << doublings).unwrap_or(self.max_pause).min(self.max_pause);
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a pause is no exact value")]
        let millis = (pause.num_milliseconds() as f64 * (1.0 - random.clamp(0.0, 1.0) / 2.0)) as i64;
        TimeDelta::milliseconds(millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_are_random_within_a_half() {
        let topic = Topic::new("test");
        let seconds = |tries, random| topic.pause(tries, random).num_seconds();
        assert_eq!([0, 1, 2, 6].map(|tries| seconds(tries, 0.0)), [1, 1, 2, 32]);
        assert_eq!([10, 40, i32::MAX].map(|tries| seconds(tries, 0.0)), [300; 3]);
        assert_eq!(topic.pause(1, 1.0), TimeDelta::milliseconds(500));
        assert_eq!(topic.pause(40, 1.0), TimeDelta::seconds(150));
        assert!(topic.pause(3, 0.3) < topic.pause(3, 0.2));
    }

    #[test]
    fn a_lease_outlives_the_deadline() {
        let topic = Topic { deadline: Duration::from_secs(15), ..Topic::new("test") };
        assert!(topic.lease() > TimeDelta::seconds(15));
        assert_eq!(Topic { deadline: Duration::MAX, ..topic }.lease(), TimeDelta::MAX);
    }
}
