//! What every process of Rialto is told by flags and environment, and how it logs.

use std::net::SocketAddr;

pub use runtime::{
    cli::{ConnectionArgs, ShutdownArgs, number, parse, unbounded_numbers},
    log::LogArgs,
    output,
};

use crate::server::HealthArgs;

/// The settings that every subgraph process has.
#[derive(Clone, Debug, clap::Args)]
pub struct ProcessArgs {
    /// The address to listen on; port 0 takes a free one [default: the subgraph's own port on 127.0.0.1]
    #[arg(long, env = "LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,

    /// How long the process takes to end.
    #[command(flatten)]
    pub shutdown: ShutdownArgs,

    /// How many connections it serves at once.
    #[command(flatten)]
    pub connections: ConnectionArgs,

    /// When it is ready.
    #[command(flatten)]
    pub health: HealthArgs,
}

impl ProcessArgs {
    /// The address to listen on, `127.0.0.1:port` unless told otherwise.
    pub fn listen_or(&self, port: u16) -> SocketAddr {
        self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], port)))
    }
}

/// Runs a process to its end, and ends it with the status that comes out: an error becomes one clear line on standard error
/// and a non-zero status.
pub fn run<F, T>(name: &str, main: F) -> std::process::ExitCode
where
    F: Future<Output = anyhow::Result<T>>,
    T: std::process::Termination,
{
    let main = async {
        runtime::signals::outlive_file_size_limit()?;
        main.await
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime::cli::end(name, runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(main)))
}
