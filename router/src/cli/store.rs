//! `rialto backup`, `restore` and `repair`: the shop in one process, while it is closed or open.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use kit::backup::{BackupArgs, RestoreArgs};
use orders::repair::RepairArgs;

use crate::embedded::{self, Databases};

/// Where the shop keeps everything, as its own settings say.
#[derive(Debug, Args)]
pub(super) struct StoreArgs {
    /// The folder that keeps everything
    #[arg(long, env = "DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,

    /// The database of users [default: a file in the folder]
    #[arg(long, env = "USERS_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    users_database_url: Option<String>,

    /// The database of products [default: a file in the folder]
    #[arg(long, env = "PRODUCTS_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    products_database_url: Option<String>,

    /// The database of orders [default: a file in the folder]
    #[arg(long, env = "ORDERS_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    orders_database_url: Option<String>,

    /// The folder that keeps the images [default: `files` in the folder]
    #[arg(long, env = "FILES_DIR", value_name = "FOLDER")]
    files_dir: Option<PathBuf>,
}

/// What `rialto backup` is told.
#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    args: BackupArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// What `rialto restore` is told.
#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    args: RestoreArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// What `rialto repair` is told.
#[derive(Debug, Args)]
pub(super) struct Repair {
    #[command(flatten)]
    args: RepairArgs,
    #[command(flatten)]
    store: StoreArgs,

    /// The books of the sandbox, which takes the money [default: a file in the folder]
    #[arg(long, env = "SANDBOX_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    sandbox_database_url: Option<String>,
}

impl StoreArgs {
    fn databases(&self, sandbox: Option<&String>) -> Databases {
        let database = |given: Option<&String>, name: &str| match given {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", self.data.join(name).with_extension("sqlite").display()),
        };
        Databases {
            users: database(self.users_database_url.as_ref(), "users"),
            products: database(self.products_database_url.as_ref(), "products"),
            orders: database(self.orders_database_url.as_ref(), "orders"),
            sandbox: database(sandbox, "sandbox"),
        }
    }

    fn files(&self) -> PathBuf {
        self.files_dir.clone().unwrap_or_else(|| self.data.join("files"))
    }
}

impl Backup {
    pub async fn run(&self) -> anyhow::Result<()> {
        self.args.run(&embedded::parts(&self.store.databases(None), self.store.files())).await
    }
}

impl Restore {
    pub async fn run(&self) -> anyhow::Result<()> {
        self.args.run(&embedded::parts(&self.store.databases(None), self.store.files())).await
    }
}

impl Repair {
    pub async fn run(&self) -> anyhow::Result<ExitCode> {
        let databases = self.store.databases(self.sandbox_database_url.as_ref());
        embedded::repair(&databases, self.store.files(), &self.args).await
    }
}
