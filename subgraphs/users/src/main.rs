//! The users subgraph as a process of its own.

mod cli;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    kit::cli::run("users", cli.run())
}
