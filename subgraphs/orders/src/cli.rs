//! The command line of the process `orders`.

use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use kit::{
    Clock, Database,
    cli::{LogArgs, ProcessArgs},
    data::BeginAnew,
    database::{DatabaseSettings, MigrateArgs},
    jobs::{JobsCommand, Queue, RetentionArgs},
    server::serve,
    trust::TrustArgs,
};
use orders::{Deps, Settings};
use schema::{
    Transport,
    transport::{Authorities, HttpTransport},
};

const PORT: u16 = 4003;

/// Orders and payments
#[derive(Parser)]
#[command(name = "orders", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database up to date and serve it (what happens without a command, too)
    Serve(Box<Serve>),
    /// Bring the database up to date and end; or show how far it is, or take it back
    Migrate(Migrate),
    /// Look at background jobs, and let parked ones be tried again
    Jobs(Jobs),
}

#[derive(Args)]
struct Jobs {
    #[command(subcommand)]
    command: JobsCommand,
    /// sqlite:PATH or postgres://…; `DATABASE_URL_FILE` may name a file that has it
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = DATABASE,
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    database_url: String,
}

const DATABASE: &str = "sqlite:data/orders.sqlite";

#[derive(Args)]
struct Store {
    /// sqlite:PATH or postgres://…; `DATABASE_URL_FILE` may name a file that has it
    #[arg(long, env = "DATABASE_URL", default_value = DATABASE, value_name = "URL", hide_env_values = true)]
    database_url: String,

    #[command(flatten)]
    anew: BeginAnew,
}

#[derive(Args)]
struct Migrate {
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    migrate: MigrateArgs,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    process: ProcessArgs,
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    retention: RetentionArgs,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    database: DatabaseSettings,

    /// Where users answers, which owns saved addresses
    #[arg(long, env = "USERS_URL", default_value = "http://127.0.0.1:4001", value_name = "URL")]
    users_url: String,

    /// Where products answers, which owns prices and stock
    #[arg(long, env = "PRODUCTS_URL", default_value = "http://127.0.0.1:4002", value_name = "URL")]
    products_url: String,

    /// Give the account `demo` a few orders
    #[arg(long, env = "DEMO")]
    demo: bool,
}

impl Cli {
    /// Does what was asked for.
    pub async fn run(self) -> anyhow::Result<()> {
        self.log.start()?;
        match self.command {
            None => self.serve.run().await,
            Some(Command::Serve(serve)) => serve.run().await,
            Some(Command::Migrate(command)) => command.run().await,
            Some(Command::Jobs(jobs)) => {
                let database = Database::connect(&jobs.database_url).await?;
                jobs.command.run(&Queue::new(&database, &Clock::system())).await
            }
        }
    }
}

impl Store {
    async fn open(&self, settings: &DatabaseSettings) -> anyhow::Result<Database> {
        self.anew.apply([&*self.database_url]).await?;
        orders::open(&self.database_url, settings).await
    }
}

impl Migrate {
    async fn run(self) -> anyhow::Result<()> {
        self.store.anew.apply([&*self.store.database_url]).await?;
        let database = Database::connect(&self.store.database_url).await?;
        self.migrate.run(orders::HISTORY, &database).await
    }
}

impl Serve {
    async fn run(self) -> anyhow::Result<()> {
        let (signer, authorities) = (self.trust.signer("orders")?, self.trust.authorities.authorities()?);
        let deps = Deps {
            trust: self.trust.trust("orders", self.trust.revocations(&signer)?)?,
            products: transport(&self.products_url, &authorities).context("--products-url")?,
            users: transport(&self.users_url, &authorities).context("--users-url")?,
            signer,
            database: self.store.open(&self.database).await?,
            clock: Clock::system(),
            provider: None,
        };
        if self.demo {
            orders::seed_demo(&deps.database, &deps.clock).await?;
        }
        let settings = Settings { keep: self.retention.keep(), ..self.settings };
        serve(orders::start(&settings, deps), &self.process, PORT).await
    }
}

fn transport(url: &str, authorities: &Authorities) -> anyhow::Result<Arc<dyn Transport>> {
    Ok(Arc::new(HttpTransport::with_authorities(url, authorities)?))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_number_has_bounds() {
        assert_eq!(kit::cli::unbounded_numbers(&Cli::command()), [""; 0]);
    }
}
