//! The orders subgraph as a process of its own.

mod cli;

use std::process::ExitCode;

// Gives back what hashing, images and large answers took; the system's keeps hundreds of megabytes of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match kit::cli::parse::<cli::Cli>("orders") {
        Ok(cli) => kit::cli::run("orders", cli.run()),
        Err(status) => status,
    }
}
