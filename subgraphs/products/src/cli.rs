//! The command line of the process `products`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use kit::{
    Clock, Database,
    backup::{BackupArgs, Part, RestoreArgs},
    cli::{LogArgs, ProcessArgs, output},
    data::BeginAnew,
    database::{DatabaseSettings, MigrateArgs},
    jobs::RetentionArgs,
    server::serve,
    trust::{TrustArgs, jwks_route},
};
use products::{Deps, Settings};

const PORT: u16 = 4002;

/// Categories, products, images, stock and reservations
#[derive(Parser)]
#[command(name = "products", version, args_conflicts_with_subcommands = true)]
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
    /// Copy the SQLite database and the images into a new folder; the process may be running
    Backup(Backup),
    /// Put a backup of the SQLite database and the images in place; the process must not be running
    Restore(Restore),
    /// Print the subgraph's schema and end
    Sdl,
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

/// What a backup consists of.
#[derive(Args)]
struct Kept {
    /// sqlite:PATH
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite:data/products.sqlite",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: String,

    /// The folder that keeps the images
    #[arg(long, env = "FILES_DIR", default_value = "data/files", value_name = "FOLDER")]
    files_dir: PathBuf,
}

impl Kept {
    fn part(&self) -> Part {
        products::backup_part(&self.database_url, self.files_dir.clone())
    }
}

#[derive(Args)]
struct Store {
    /// sqlite:PATH or postgres://…; `DATABASE_URL_FILE` may name a file that has it
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite:data/products.sqlite",
        value_name = "URL",
        hide_env_values = true
    )]
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

    /// Fill an empty catalogue with the demo shop
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
            Some(Command::Backup(backup)) => backup.args.run(&[backup.kept.part()]).await,
            Some(Command::Restore(restore)) => restore.args.run(&[restore.kept.part()]).await,
            Some(Command::Sdl) => output::print(products::sdl()),
        }
    }
}

impl Store {
    async fn open(&self, settings: &DatabaseSettings) -> anyhow::Result<Database> {
        self.anew.apply([&*self.database_url]).await?;
        products::open(&self.database_url, settings).await
    }
}

impl Migrate {
    async fn run(self) -> anyhow::Result<()> {
        self.store.anew.apply([&*self.store.database_url]).await?;
        let database = Database::connect(&self.store.database_url).await?;
        self.migrate.run(products::HISTORY, &database).await
    }
}

impl Serve {
    async fn run(self) -> anyhow::Result<()> {
        let settings = Settings { keep: self.retention.keep(), ..self.settings };
        let signer = self.trust.signer("products")?;
        let trust = self.trust.trust("products", self.trust.revocations(&signer)?)?;
        let database = self.store.open(&self.database).await?;
        if self.demo {
            products::seed_demo(&settings, &database).await?;
        }
        let mut subgraph = products::start(&settings, Deps { database, clock: Clock::system(), trust }).await?;
        // It calls nobody but users, for the log of revocations.
        subgraph.app = subgraph.app.merge(jwks_route([signer.key_pair()]));
        serve(subgraph, &self.process, PORT).await
    }
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
