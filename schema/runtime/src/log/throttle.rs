//! Log lines that anybody can cause: at most one per second and cause.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The time between two lines of one cause.
const PAUSE: Duration = Duration::from_secs(1);
/// So many causes are told apart; further ones share one line per second.
const MAX_CAUSES: usize = 256;

/// Says which lines may be logged: of each cause one per second.
///
/// ```
/// static REFUSALS: runtime::log::Throttle = runtime::log::Throttle::new();
/// # let reason = "locked";
/// if let Some(held_back) = REFUSALS.admit(reason) {
///     tracing::warn!(reason, held_back, "refused");
/// }
/// ```
#[derive(Debug, Default)]
pub struct Throttle(Mutex<BTreeMap<String, Cause>>);

#[derive(Debug)]
struct Cause {
    logged: Instant,
    held_back: u64,
}

impl Throttle {
    /// Nothing was logged yet.
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Whether a line about `cause` may be logged now, and how many were held back since the last one. A cause is one of a
    /// few: a reason, and whom it concerns, but no id of a request and no time.
    pub fn admit(&self, cause: &str) -> Option<u64> {
        self.admit_at(cause, Instant::now())
    }

    fn admit_at(&self, cause: &str, now: Instant) -> Option<u64> {
        let mut causes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |cause: &Cause| now.saturating_duration_since(cause.logged) >= PAUSE;
        if !causes.contains_key(cause) && causes.len() >= MAX_CAUSES {
            causes.retain(|_, known| !is_over(known));
        }
        let cause = if causes.contains_key(cause) || causes.len() < MAX_CAUSES { cause } else { "" };
        match causes.get_mut(cause) {
            Some(known) if !is_over(known) => {
                known.held_back += 1;
                None
            }
            Some(known) => {
                known.logged = now;
                Some(std::mem::take(&mut known.held_back))
            }
            None => {
                causes.insert(cause.to_owned(), Cause { logged: now, held_back: 0 });
                Some(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_a_line_per_second_that_counts_those_held_back() {
        let (throttle, began) = (Throttle::new(), Instant::now());
        let at = |cause, millis| throttle.admit_at(cause, began + Duration::from_millis(millis));
        assert_eq!([at("a", 0), at("a", 10), at("b", 20), at("a", 999)], [Some(0), None, Some(0), None]);
        assert_eq!([at("a", 1000), at("a", 1001), at("a", 5000)], [Some(2), None, Some(1)]);
    }

    #[test]
    fn causes_without_number_take_no_memory_without_end() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        let admitted = (0..10_000).filter(|number| throttle.admit_at(&number.to_string(), now).is_some()).count();
        assert_eq!(admitted, MAX_CAUSES + 1);
        assert!(throttle.0.lock().unwrap().len() <= MAX_CAUSES + 1);
        assert_eq!(throttle.admit_at("later", now + PAUSE), Some(0));
    }
}
