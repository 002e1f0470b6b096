//! The command line: what was asked for, and how it ends.
//!
//! Every setting is a flag and an environment variable. An error is one line on standard error and a non-zero status;
//! Ctrl-C and SIGTERM end with status 0.

mod address;
mod compose;
mod config;
mod door;
mod identity;
mod issuers;
mod plan;
#[cfg(feature = "embedded")]
mod schema;
mod serve;
#[cfg(feature = "embedded")]
mod shop;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use runtime::{log::LogArgs, signals};

/// A federated GraphQL backend: one endpoint in front of many subgraphs.
#[derive(Debug, Parser)]
#[command(name = "rialto", version, args_conflicts_with_subcommands = true)]
#[cfg_attr(not(feature = "embedded"), command(subcommand_required = true, arg_required_else_help = true))]
#[cfg_attr(
    feature = "embedded",
    command(long_about = "A federated commerce backend: users, products and orders behind one GraphQL endpoint.\n\n\
                      Without a command, everything runs in one process on SQLite files.")
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    log: LogArgs,

    #[cfg(feature = "embedded")]
    #[command(flatten)]
    shop: shop::ShopArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a supergraph whose subgraphs run elsewhere
    Serve(Box<serve::ServeArgs>),
    /// Compose subgraphs' schemas into a supergraph, or say why they do not fit
    Compose(compose::ComposeArgs),
    /// Show which fetches an operation would cost
    Plan(plan::PlanArgs),
    /// Write the shop's schemas as files, or check that the files are current
    #[cfg(feature = "embedded")]
    Schema(schema::SchemaArgs),
}

/// The program's name, where it tells what is wrong.
const NAME: &str = "rialto";

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    match runtime::cli::parse::<Cli>(NAME) {
        Ok(cli) => runtime::cli::end(NAME, run(cli)),
        Err(status) => status,
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    cli.log.start()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        signals::outlive_file_size_limit()?;
        match cli.command {
            Some(Command::Serve(args)) => serve::run(*args).await,
            Some(Command::Compose(args)) => compose::run(&args).await,
            Some(Command::Plan(args)) => plan::run(&args),
            #[cfg(feature = "embedded")]
            Some(Command::Schema(args)) => schema::run(&args),
            #[cfg(feature = "embedded")]
            None => Box::pin(shop::run(cli.shop)).await,
            #[cfg(not(feature = "embedded"))]
            None => Ok(()),
        }
    });
    // Nothing that is still hanging may keep the process from ending.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    ended
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_number_has_bounds() {
        assert_eq!(runtime::cli::unbounded_numbers(&Cli::command()), [""; 0]);
    }
}
