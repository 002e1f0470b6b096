//! Background workers that still work.

use async_trait::async_trait;

use super::{Check, Finding};
use crate::server::background::Rounds;

/// That every worker has ended a round lately.
pub(super) struct RecentRounds(pub Rounds);

#[async_trait]
impl Check for RecentRounds {
    fn name(&self) -> &'static str {
        "workers"
    }

    async fn run(&self) -> Finding {
        let late = self.0.late();
        let Some((name, age)) = late.first() else { return Finding::pass() };
        let detail = late.iter().map(|(name, age)| format!("{name}: {} s", age.as_secs()));
        let detail = detail.collect::<Vec<_>>().join(", ");
        let reason = match late.len() {
            1 => format!("the worker {name} has ended no round well for {} s", age.as_secs()),
            many => format!("{many} workers, such as {name}, have ended no round well for {} s", age.as_secs()),
        };
        Finding::fail(reason).because(detail)
    }
}
