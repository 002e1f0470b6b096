//! How many connections a server has, as a flag.

use clap::Args;

use super::number;
use crate::server::Bounds;

/// How many connections a server has at once.
#[derive(Clone, Copy, Debug, Args)]
#[group(skip)]
pub struct ConnectionArgs {
    /// Connections that are open at once; when all are taken, idle ones are closed for new ones. Never more than half of the
    /// file descriptors that the process may have (`ulimit -n`)
    #[arg(
        long,
        env = "MAX_CONNECTIONS",
        default_value_t = Bounds::default().max_connections,
        value_parser = number(1_usize..=1_000_000),
        value_name = "N"
    )]
    max_connections: usize,
}

impl ConnectionArgs {
    /// The bounds of a server.
    pub fn bounds(&self) -> Bounds {
        Bounds { max_connections: self.max_connections }
    }
}
