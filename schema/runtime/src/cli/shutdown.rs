//! How long a server takes to end, as flags.

use std::time::Duration;

use clap::Args;

use super::number;
use crate::server::Shutdown;

/// How long a server takes to end after SIGTERM or Ctrl-C.
#[derive(Clone, Copy, Debug, Args)]
#[group(skip)]
pub struct ShutdownArgs {
    /// After a signal to end: how long to listen on while readiness says no, so that load balancers learn of it, in seconds
    #[arg(long, env = "SHUTDOWN_DELAY_SECONDS", default_value_t = 0, value_parser = number(0_u64..=3_600), value_name = "N")]
    shutdown_delay_seconds: u64,

    /// After that: how long running requests may take, in seconds
    #[arg(
        long,
        env = "DRAIN_SECONDS",
        default_value_t = Shutdown::default().drain.as_secs(),
        value_parser = number(0_u64..=86_400),
        value_name = "N"
    )]
    drain_seconds: u64,
}

impl ShutdownArgs {
    /// The times.
    pub fn times(&self) -> Shutdown {
        Shutdown {
            delay: Duration::from_secs(self.shutdown_delay_seconds),
            drain: Duration::from_secs(self.drain_seconds),
        }
    }
}
