//! `rialto`: the whole shop in one process.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Context as _;
use clap::Args;
use kit::{
    data::{BeginAnew, watch},
    database::DatabaseSettings,
    jobs::RetentionArgs,
    server::HealthArgs,
};
use runtime::server;

use super::door::{Built, DoorArgs};
use crate::{
    embedded::{Databases, Demo, GRAPHIQL, LogIn, OPEN_FIELDS, Shop, ShopSettings},
    engine::EngineSettings,
    http::{DoorSettings, Origin},
};

/// Settings of the shop.
#[derive(Debug, Args)]
pub(super) struct ShopArgs {
    /// The folder that keeps everything
    #[arg(long, env = "DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,

    #[command(flatten)]
    anew: BeginAnew,

    /// Keep nothing: use a temporary folder, which is removed at the end
    #[arg(long, env = "EPHEMERAL", conflicts_with = "data")]
    ephemeral: bool,

    /// Start without the demo catalogue and the demo accounts
    #[arg(long, env = "NO_DEMO")]
    no_demo: bool,

    /// The password of the demo accounts, set anew at every start that gives it
    #[arg(long, env = "DEMO_PASSWORD", hide_env_values = true, conflicts_with = "no_demo", value_name = "PASSWORD")]
    demo_password: Option<String>,

    /// The database of users, such as `postgres://user@host/users` [default: a file in the folder].
    /// `USERS_DATABASE_URL_FILE` may name a file that has it, and so on for all addresses of databases and passwords
    #[arg(long, env = "USERS_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    users_database_url: Option<String>,

    /// The database of products [default: a file in the folder]
    #[arg(long, env = "PRODUCTS_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    products_database_url: Option<String>,

    /// The database of orders [default: a file in the folder]
    #[arg(long, env = "ORDERS_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    orders_database_url: Option<String>,

    /// The books of the sandbox, which takes the money: no part of the shop's backups [default: a file in the folder]
    #[arg(long, env = "SANDBOX_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    sandbox_database_url: Option<String>,

    #[command(flatten)]
    door: DoorArgs,

    #[command(flatten)]
    health: HealthArgs,

    #[command(flatten)]
    retention: RetentionArgs,

    #[command(flatten)]
    users: users::Settings,

    #[command(flatten)]
    products: products::Settings,

    #[command(flatten)]
    orders: orders::Settings,

    #[command(flatten)]
    connections: DatabaseSettings,
}

pub(super) async fn run(args: ShopArgs) -> anyhow::Result<()> {
    let started = Instant::now();
    let listener = server::listen(args.door.listen).await?;
    // Kept until the end of this function, where a temporary folder is removed.
    let temporary = args.ephemeral.then(tempfile::tempdir).transpose().context("cannot make a temporary folder")?;
    let folder = temporary.as_ref().map_or(args.data.as_path(), |folder| folder.path());
    let shop = args.door.serve(listener, None, started, Box::pin(args.build(folder))).await?;
    if let Some(shop) = shop {
        shop.close().await;
    }
    Ok(())
}

impl ShopArgs {
    /// Opens the shop in `folder`, and makes the router over it.
    async fn build(&self, folder: &Path) -> anyhow::Result<Built<Shop>> {
        let settings = self.settings(folder);
        let Databases { users, products, orders, sandbox } = &settings.databases;
        self.anew.apply([&**users, products, orders, sandbox]).await?;
        let shop = Box::pin(Shop::open(&settings)).await?;
        shop.set_min_free(self.health.min_free_bytes);
        let engine = EngineSettings { signer: Some(shop.signer.clone()), ..self.door.engine() };
        let auth = self.door.auth(Some(shop.verifier.clone()), &OPEN_FIELDS);
        let settings = DoorSettings {
            proxies: shop.proxies.clone(),
            probes: shop.probes.clone(),
            cookies: shop.cookies.clone(),
            public_origin: self.public_origin()?,
            ..self.door.door(Some(GRAPHIQL))?
        };
        let rialto = shop.router().engine(engine).auth(auth).door(settings).build().await?;
        let log_in = shop.log_in.clone();
        let greeting = Box::new(move |address| hello(address, log_in.as_ref()));
        let failure = Box::pin(async { watch::lost().await.into() });
        Ok(Built { door: rialto.door().clone(), greeting, kept: shop, failure })
    }

    /// Where clients find the shop, as far as it was said.
    fn public_origin(&self) -> anyhow::Result<Option<Origin>> {
        let url = self.products.public_url.trim();
        (!url.is_empty()).then(|| Origin::of_url(url).context("--public-url")).transpose()
    }

    fn settings(&self, folder: &Path) -> ShopSettings {
        let database = |given: &Option<String>, name: &str| {
            given.clone().unwrap_or_else(|| format!("sqlite:{}", folder.join(name).with_extension("sqlite").display()))
        };
        let demo = if self.no_demo { Demo::None } else { Demo::Full { password: self.demo_password.clone() } };
        let keep = self.retention.keep();
        let mut products = products::Settings { keep, ..self.products.clone() };
        if products.files_dir == products::Settings::default().files_dir {
            products.files_dir = folder.join("files");
        }
        ShopSettings {
            users: users::Settings { keep, ..self.users.clone() },
            products,
            orders: orders::Settings { keep, ..self.orders.clone() },
            databases: Databases {
                users: database(&self.users_database_url, "users"),
                products: database(&self.products_database_url, "products"),
                orders: database(&self.orders_database_url, "orders"),
                sandbox: database(&self.sandbox_database_url, "sandbox"),
            },
            connections: self.connections.clone(),
            demo,
        }
    }
}

/// What somebody who has just started the shop wants to know.
fn hello(address: SocketAddr, log_in: Option<&LogIn>) -> String {
    // Where every address is listened on, that is no address to go to.
    let host = if address.ip().is_unspecified() { "localhost".to_owned() } else { address.ip().to_string() };
    let host = if address.is_ipv6() && !address.ip().is_unspecified() { format!("[{host}]") } else { host };
    let url = format!("Rialto is ready: http://{host}:{}/graphql", address.port());
    match log_in {
        None => url,
        Some(LogIn { password: Some(password) }) => format!("{url}\nLog in as demo or admin, password {password}"),
        Some(LogIn { password: None }) => {
            format!(
                "{url}\nLog in as demo or admin with the password of the first start (--demo-password sets a new one)"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_names_an_address_to_go_to() {
        let greeting = |address: &str| hello(address.parse().unwrap(), None);
        assert_eq!(greeting("127.0.0.1:4000"), "Rialto is ready: http://127.0.0.1:4000/graphql");
        assert_eq!(greeting("0.0.0.0:80"), "Rialto is ready: http://localhost:80/graphql");
        assert_eq!(greeting("[::1]:4000"), "Rialto is ready: http://[::1]:4000/graphql");
        let known = LogIn { password: Some("secret".into()) };
        assert!(hello("[::]:4000".parse().unwrap(), Some(&known)).ends_with("password secret"));
    }
}
