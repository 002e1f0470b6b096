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
#[cfg(feature = "embedded")]
mod store;

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
    /// Copy the shop in one process, databases and images, into a new folder; it may be running
    ///
    /// The sandbox's books, which say what happened to the money, are not part of it. For shops of several processes there
    /// are `users`, `products` and `orders` backup; for PostgreSQL see docs/operations.md.
    #[cfg(feature = "embedded")]
    Backup(store::Backup),
    /// Put a backup of the shop in one process in place; it must not be running
    #[cfg(feature = "embedded")]
    Restore(store::Restore),
    /// Make orders, products and the payment provider agree again, after a restored backup or a lost message
    ///
    /// What the provider says of the money is the truth: paid orders get their goods or their money back, money that no order
    /// knows of goes back, and goods that no sale stands for are free again. The shop may be running. Every line names what
    /// does not agree. The status is 0 where all is right (again), 3 where something is left, and 1 where it could not be
    /// looked at.
    #[cfg(feature = "embedded")]
    Repair(store::Repair),
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

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    cli.log.start()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        signals::outlive_file_size_limit()?;
        let done = match cli.command {
            #[cfg(feature = "embedded")]
            Some(Command::Backup(args)) => args.run().await,
            #[cfg(feature = "embedded")]
            Some(Command::Restore(args)) => args.run().await,
            #[cfg(feature = "embedded")]
            Some(Command::Repair(args)) => return args.run().await,
            Some(Command::Serve(args)) => serve::run(*args).await,
            Some(Command::Compose(args)) => compose::run(&args).await,
            Some(Command::Plan(args)) => plan::run(&args),
            #[cfg(feature = "embedded")]
            Some(Command::Schema(args)) => schema::run(&args),
            #[cfg(feature = "embedded")]
            None => Box::pin(shop::run(cli.shop)).await,
            #[cfg(not(feature = "embedded"))]
            None => Ok(()),
        };
        done.map(|()| ExitCode::SUCCESS)
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
