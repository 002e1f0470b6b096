//! The users subgraph as a process of its own.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match kit::cli::parse::<cli::Cli>("users") {
        Ok(cli) => kit::cli::run("users", cli.run()),
        Err(status) => status,
    }
}
