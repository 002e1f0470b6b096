//! The command line of the process `users`.

mod keys;

use std::{io::Read as _, sync::Arc};

use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand, builder::FalseyValueParser};
use kit::{
    Clock, Database,
    backup::{BackupArgs, Part, RestoreArgs},
    cli::{LogArgs, ProcessArgs, output},
    data::BeginAnew,
    database::{DatabaseSettings, MigrateArgs},
    jobs::RetentionArgs,
    server::serve,
    trust::{AuthorityArgs, TrustArgs},
};
use schema::{RevokedSessions, keys::KeySet, service::ServiceVerifier};
use users::{
    Deps, Settings, Started,
    accounts::Stop,
    domain::{Problem, Roles, profile::Registration},
};

const PORT: u16 = 4001;

/// Accounts, sessions, roles and address books
#[derive(Parser)]
#[command(name = "users", version, args_conflicts_with_subcommands = true)]
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
    /// Copy the SQLite database into a new folder; the process may be running
    Backup(Backup),
    /// Put a backup of the SQLite database in place; the process must not be running
    Restore(Restore),
    /// Make an account with the role ADMIN; its password is read from standard input
    CreateAdmin(CreateAdmin),
    /// Look at the keys that sign access tokens, and replace them
    Keys(Keys),
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
        default_value = "sqlite:data/users.sqlite",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: String,
}

impl Kept {
    fn part(&self) -> Part {
        users::backup_part(&self.database_url)
    }
}

#[derive(Args)]
struct Store {
    /// sqlite:PATH or postgres://…; `DATABASE_URL_FILE` may name a file that has it
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite:data/users.sqlite",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: String,

    #[command(flatten)]
    anew: BeginAnew,
}

#[derive(Args)]
struct Keys {
    #[command(subcommand)]
    command: keys::KeysCommand,
    #[command(flatten)]
    store: Store,
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

    /// A service that may vouch for a client's address, and where it publishes its keys (repeatable; in the variable:
    /// separated by commas). Every address of the host is asked, so replicas may have keys of their own
    #[arg(long = "trust", env = "TRUSTED_SERVICES", value_delimiter = ',', value_name = "NAME=URL")]
    trusted_services: Vec<String>,

    #[command(flatten)]
    authorities: AuthorityArgs,

    /// Make the accounts `demo` (a customer) and `admin`
    #[arg(long, env = "DEMO", value_parser = FalseyValueParser::new())]
    demo: bool,

    /// The password of both, set anew at every start that gives one [default: random, printed when they are made]
    #[arg(long, env = "DEMO_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    demo_password: Option<String>,

    #[command(flatten)]
    retention: RetentionArgs,

    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Args)]
struct CreateAdmin {
    #[command(flatten)]
    store: Store,

    /// The name to log in with
    #[arg(long)]
    username: String,

    /// The e-mail address, which also serves to log in
    #[arg(long)]
    email: String,

    /// What to call the person [default: the user name]
    #[arg(long)]
    name: Option<String>,
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
            Some(Command::CreateAdmin(admin)) => admin.run().await,
            Some(Command::Keys(keys)) => keys.command.run(&keys.store.open(&DatabaseSettings::default()).await?).await,
        }
    }
}

impl Store {
    async fn open(&self, settings: &DatabaseSettings) -> anyhow::Result<Database> {
        self.anew.apply([&*self.database_url]).await?;
        users::open(&self.database_url, settings).await
    }
}

impl Migrate {
    async fn run(self) -> anyhow::Result<()> {
        self.store.anew.apply([&*self.store.database_url]).await?;
        let database = Database::connect(&self.store.database_url).await?;
        self.migrate.run(users::HISTORY, &database).await
    }
}

impl Serve {
    async fn run(self) -> anyhow::Result<()> {
        let revocations = Arc::new(RevokedSessions::default());
        // It holds the keys of access tokens itself and calls nobody: only whom it trusts is left to say.
        let (trusted_services, authorities) = (self.trusted_services, self.authorities);
        let trust = TrustArgs { trusted_services, authorities, ..TrustArgs::default() };
        let services = trust.trust_with("users", KeySet::fixed([]), revocations.clone())?.services;
        let database = self.store.open(&self.database).await?;
        let settings = Settings { keep: self.retention.keep(), ..self.settings };
        let deps = Deps { database, clock: Clock::system(), revocations, services };
        let Started { subgraph, accounts, .. } = users::start(&settings, deps).await?;
        if self.demo
            && let Some(password) = users::seed_demo(&accounts, self.demo_password.as_deref()).await?
        {
            output::announce(format_args!("users: log in as demo or admin with the password {password}"));
        }
        serve(subgraph, &self.process, PORT).await
    }
}

impl CreateAdmin {
    async fn run(self) -> anyhow::Result<()> {
        let mut password = String::new();
        std::io::stdin().take(4096).read_to_string(&mut password).context("the password on standard input")?;
        let password = password.strip_suffix('\n').unwrap_or(&password);
        let password = password.strip_suffix('\r').unwrap_or(password);
        let registration = Registration::parse(&self.username, &self.email, password, self.name.as_deref());
        let registration = registration.map_err(|problems| anyhow::anyhow!(describe(&problems)))?;
        let database = self.store.open(&DatabaseSettings::default()).await?;
        let deps = Deps {
            database,
            clock: Clock::system(),
            revocations: Arc::new(RevokedSessions::default()),
            services: Arc::new(ServiceVerifier::new("users")),
        };
        let Started { accounts, subgraph, .. } = users::start(&Settings::default(), deps).await?;
        let created = accounts.create(registration, Roles::admin()).await;
        subgraph.background.shutdown().await;
        match created {
            Ok(user) => output::print(format_args!("{} {}\n", user.id, user.username.as_str()))?,
            Err(Stop::Problems(problems)) => bail!(describe(&problems)),
            Err(Stop::Failure(failure)) => bail!("{failure:?}"),
        }
        Ok(())
    }
}

fn describe(problems: &[Problem]) -> String {
    let one = |problem: &Problem| match problem.path.last() {
        Some(field) => format!("{field}: {}", problem.message),
        None => problem.message.clone(),
    };
    problems.iter().map(one).collect::<Vec<_>>().join(" ")
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
