//! How far the clocks of the processes that are called from here are off.

use async_trait::async_trait;
use schema::transport::clock_skew;

use super::{Check, Finding};

/// Warns where another process's clock is off by more than a few seconds. Whose clock is wrong nobody can tell from here, so
/// it does not make this process unready.
pub(super) struct Clocks;

#[async_trait]
impl Check for Clocks {
    fn name(&self) -> &'static str {
        "clocks"
    }

    async fn run(&self) -> Finding {
        let peers = clock_skew::current();
        let Some(worst) = peers.iter().filter(|peer| peer.is_wide()).max_by_key(|peer| peer.seconds.abs()) else {
            return Finding::pass();
        };
        let reason = format!("the clock of another process is {} s {}", worst.seconds.abs(), worst.direction());
        Finding::warn(reason).because(&worst.peer)
    }
}
