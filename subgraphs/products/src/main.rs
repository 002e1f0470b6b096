//! The products subgraph as a process of its own.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match kit::cli::parse::<cli::Cli>("products") {
        Ok(cli) => kit::cli::run("products", cli.run()),
        Err(status) => status,
    }
}
