//! The orders subgraph as a process of its own.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match kit::cli::parse::<cli::Cli>("orders") {
        Ok(cli) => kit::cli::run("orders", cli.run()),
        Err(status) => status,
    }
}
