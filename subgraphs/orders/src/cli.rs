//! The command line of the process `orders`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use kit::{
    Clock, Database,
    backup::{BackupArgs, RestoreArgs},
    cli::{LogArgs, ProcessArgs},
    data::BeginAnew,
    database::{DatabaseSettings, MigrateArgs},
    jobs::{JobsCommand, Queue, RetentionArgs},
    server::serve,
    trust::{AuthorityArgs, TrustArgs, jwks_route},
};
use orders::{Deps, Settings, provider::Sandbox, repair::RepairArgs};
use schema::{
    RevokedSessions, Transport,
    keys::KeySet,
    service::ServiceSigner,
    transport::{Authorities, HttpTransport},
};
use tokio::net::TcpListener;

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
    /// Copy the SQLite database into a new folder; the process may be running
    Backup(Backup),
    /// Put a backup of the SQLite database in place; the process must not be running
    Restore(Restore),
    /// Make orders, products and the payment provider agree again, after a restored backup or a lost message
    ///
    /// What the provider says of the money is the truth: paid orders get their goods or their money back, money that no order
    /// knows of goes back, and goods that no sale stands for are free again. products must be running; the shop may be. Every
    /// line names what does not agree. The status is 0 where all is right (again), 3 where something is left, and 1 where it
    /// could not be looked at.
    Repair(Box<Repair>),
}

#[derive(Args)]
struct Backup {
    #[command(flatten)]
    args: BackupArgs,
    #[command(flatten)]
    kept: Kept,
}

#[derive(Args)]
struct Restore {
    #[command(flatten)]
    args: RestoreArgs,
    #[command(flatten)]
    kept: Kept,
}

/// What a backup consists of. The sandbox's books are outside of the shop, as those of a real provider are.
#[derive(Args)]
struct Kept {
    /// sqlite:PATH
    #[arg(long, env = "DATABASE_URL", default_value = DATABASE, value_name = "URL", hide_env_values = true)]
    database_url: String,
}

#[derive(Args)]
struct Repair {
    #[command(flatten)]
    args: RepairArgs,
    #[command(flatten)]
    store: Store,

    /// Where products answers, which owns prices and stock
    #[arg(long, env = "PRODUCTS_URL", default_value = "http://127.0.0.1:4002", value_name = "URL")]
    products_url: String,

    /// The key with which `orders` proves who it is, if it is running. While it is not, a new one will do
    #[arg(long, env = "SERVICE_KEY_FILE", value_name = "FILE")]
    service_key_file: Option<PathBuf>,

    /// Where `orders` listens. While it is not running, its keys are served there, for products to ask
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:4003", value_name = "ADDRESS")]
    listen: SocketAddr,

    #[command(flatten)]
    authorities: AuthorityArgs,
    #[command(flatten)]
    database: DatabaseSettings,
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

    /// The books of the sandbox, which takes the money: a database of their own, which is no part of the shop's backups
    /// [default: `sandbox.sqlite` beside the orders, or the PostgreSQL database `NAME_sandbox`; made if it is missing]
    #[arg(long, env = "SANDBOX_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    sandbox_database_url: Option<String>,

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
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        self.log.start()?;
        match self.command {
            None => self.serve.run().await?,
            Some(Command::Serve(serve)) => serve.run().await?,
            Some(Command::Migrate(command)) => command.run().await?,
            Some(Command::Jobs(jobs)) => {
                let database = Database::connect(&jobs.database_url).await?;
                jobs.command.run(&Queue::new(&database, &Clock::system())).await?;
            }
            Some(Command::Backup(Backup { args, kept })) => {
                args.run(&[orders::backup_part(&kept.database_url)]).await?;
            }
            Some(Command::Restore(Restore { args, kept })) => {
                args.run(&[orders::backup_part(&kept.database_url)]).await?;
            }
            Some(Command::Repair(repair)) => return repair.run().await,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Repair {
    async fn run(&self) -> anyhow::Result<ExitCode> {
        let authorities = self.authorities.authorities()?;
        let trust = TrustArgs { service_key_file: self.service_key_file.clone(), ..TrustArgs::default() };
        let signer = trust.signer("orders")?;
        self.publish(&signer).await?;
        let (database, sandbox) = self.store.open(&self.database).await?;
        let deps = Deps {
            // Nobody calls.
            trust: trust.trust_with("orders", KeySet::fixed([]), Arc::new(RevokedSessions::default()))?,
            products: transport(&self.products_url, &authorities).context("--products-url")?,
            // It is asked for nothing.
            users: transport(&self.products_url, &authorities)?,
            signer,
            database,
            clock: Clock::system(),
            provider: Arc::new(sandbox),
        };
        let (shop, _) = orders::assemble(&self.args.settings(), deps);
        self.args.run(&shop).await
    }

    /// Serves the key where products looks for it, unless `orders` does.
    async fn publish(&self, signer: &ServiceSigner) -> anyhow::Result<()> {
        match TcpListener::bind(self.listen).await {
            Ok(listener) => {
                let keys = jwks_route([signer.key_pair()]);
                tokio::spawn(async move { axum::serve(listener, keys).await });
                Ok(())
            }
            Err(error) if error.kind() != std::io::ErrorKind::AddrInUse => {
                Err(error).with_context(|| format!("cannot listen on {}", self.listen))
            }
            Err(_) if self.service_key_file.is_some() => Ok(()),
            Err(_) => anyhow::bail!(
                "orders is running at {} with a key that only it has: stop it for the repair, or start it with \
                 --service-key-file and give the same file here",
                self.listen
            ),
        }
    }
}

impl Store {
    /// Opens both databases, and brings them up to date.
    async fn open(&self, settings: &DatabaseSettings) -> anyhow::Result<(Database, Sandbox)> {
        let books = Sandbox::address(self.sandbox_database_url.as_deref(), &self.database_url)?;
        self.anew.apply([&*self.database_url, &*books]).await?;
        let database = orders::open(&self.database_url, settings).await?;
        let sandbox = Sandbox::open(&books, settings, Clock::system()).await?;
        sandbox.carry_over(&database).await?;
        Ok((database, sandbox))
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
        let (database, sandbox) = self.store.open(&self.database).await?;
        let deps = Deps {
            trust: self.trust.trust("orders", self.trust.revocations(&signer)?)?,
            products: transport(&self.products_url, &authorities).context("--products-url")?,
            users: transport(&self.users_url, &authorities).context("--users-url")?,
            signer,
            database,
            clock: Clock::system(),
            provider: Arc::new(sandbox.clone()),
        };
        if self.demo {
            orders::seed_demo(&deps.database, &sandbox, &deps.clock).await?;
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
