//! The shop inside of the router's process: users, products and orders behind one door, on one machine's disk.
//!
//! The only module that names a domain. It composes what the domains say of themselves, calls them as functions through
//! the same services that they serve over the network, and hands the [`crate::engine`] and the [`crate::http`] door what
//! any configuration could. It refuses to know what the domains do.

mod demo;
mod identities;
mod keep;
mod sdl;

use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use kit::{Clock, Database, Subgraph, database::DatabaseSettings, server::READY_PATH, trust::Trust};
use orders::provider::Sandbox;
use schema::{RevokedSessions, Transport, service::ServiceSigner, token::Verifier, transport::InProcess};

use self::identities::Identities;
pub use self::{
    demo::{Demo, LogIn},
    keep::{parts, repair},
    sdl::subgraphs,
};
use crate::{
    Rialto,
    assemble::Builder,
    compose::compose,
    cookies::CookieOwner,
    http::{Probe, Proxy},
};

/// What the shop is made with.
#[derive(Clone, Debug)]
pub struct ShopSettings {
    /// Of the users domain.
    pub users: users::Settings,
    /// Of the products domain.
    pub products: products::Settings,
    /// Of the orders domain.
    pub orders: orders::Settings,
    /// Where each keeps its rows.
    pub databases: Databases,
    /// How many connections to each of them there are, and how long anything on them may take.
    pub connections: DatabaseSettings,
    /// What a first start fills them with.
    pub demo: Demo,
}

/// The address of each domain's own database.
#[derive(Clone, Debug)]
pub struct Databases {
    /// Of the users domain.
    pub users: String,
    /// Of the products domain.
    pub products: String,
    /// Of the orders domain.
    pub orders: String,
    /// Of the sandbox that takes the money, which is none of the shop's.
    pub sandbox: String,
}

/// The shop, running.
pub struct Shop {
    /// The composed supergraph.
    pub supergraph: String,
    /// Paths that subgraphs answer themselves.
    pub proxies: Vec<Proxy>,
    /// Cookies, and whose they are.
    pub cookies: Vec<CookieOwner>,
    /// Who must be ready for the router to be.
    pub probes: Vec<Probe>,
    /// Believes the tokens that the users domain signs.
    pub verifier: Arc<Verifier>,
    /// Signs as the router.
    pub signer: Arc<ServiceSigner>,
    /// How to log in with the demo accounts, if there are any.
    pub log_in: Option<LogIn>,
    subgraphs: Vec<Subgraph>,
    sandbox: Option<Sandbox>,
}

/// What GraphiQL opens with, and where the shop's answers carry tokens.
pub const GRAPHIQL: &str = include_str!("../../../schema/graphiql.json");

/// What somebody asks for whose access token may have expired: see [`crate::auth::Auth::open_fields`].
pub const OPEN_FIELDS: [&str; 4] = ["login", "register", "refreshToken", "logout"];

/// The cookie of a session, and who sets and reads it where browsers shall have one.
const COOKIE: (&str, &str) = (users::SESSION_COOKIE, "users");

/// Paths that are not GraphQL, and who answers them.
const PROXIES: [(&str, &str); 2] = [("/files", "products"), ("/.well-known/jwks.json", "users")];

impl Shop {
    /// Opens the databases, brings them up to date, starts the domains and composes them.
    pub async fn open(settings: &ShopSettings) -> anyhow::Result<Self> {
        let composing = tokio::task::spawn_blocking(|| compose(&subgraphs()));
        let urls = &settings.databases;
        let (users, products, orders) = tokio::try_join!(
            async { users::open(&urls.users, &settings.connections).await.context("users") },
            async { products::open(&urls.products, &settings.connections).await.context("products") },
            async { orders::open(&urls.orders, &settings.connections).await.context("orders") },
        )?;
        let (clock, identities) = (Clock::system(), Identities::generate());
        let books = Sandbox::address(Some(&urls.sandbox), &urls.orders)?;
        let sandbox = Sandbox::open(&books, &settings.connections, clock.clone()).await.context("orders")?;
        sandbox.carry_over(&orders).await.context("orders")?;
        let revocations = Arc::new(RevokedSessions::default());
        let deps = users::Deps {
            database: users,
            clock: clock.clone(),
            revocations: revocations.clone(),
            services: identities.trusted_by("users"),
        };
        let users = users::start(&settings.users, deps).await.context("users")?;
        let verifier = users.verifier.clone();
        let trust = |name| Trust { verifier: verifier.clone(), services: identities.trusted_by(name) };
        let deps = products::Deps { database: products, clock: clock.clone(), trust: trust("products") };
        let products = products::start(&settings.products, deps).await.context("products")?;
        let deps = orders::Deps {
            database: orders,
            clock: clock.clone(),
            trust: trust("orders"),
            products: Arc::new(InProcess(products.app.clone())),
            users: Arc::new(InProcess(users.subgraph.app.clone())),
            signer: identities.orders.clone(),
            provider: Arc::new(sandbox.clone()),
        };
        let orders = orders::start(&settings.orders, deps);
        let filling = (&products.database, &orders.database, &sandbox);
        let log_in = demo::fill(settings, &users.accounts, filling, &clock).await?;
        let composed = composing.await?.map_err(|errors| {
            let errors = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            anyhow::anyhow!("the domains do not compose: {errors}")
        })?;
        let subgraphs = vec![users.subgraph, products, orders];
        let shop = Self::assemble(composed.supergraph_sdl, subgraphs, verifier, identities.router, log_in);
        let owner = || CookieOwner { cookie: COOKIE.0.to_owned(), subgraph: COOKIE.1.to_owned() };
        let cookies = settings.users.session_cookie.then(owner).into_iter().collect();
        Ok(Self { sandbox: Some(sandbox), cookies, ..shop })
    }

    fn assemble(
        supergraph: String,
        subgraphs: Vec<Subgraph>,
        verifier: Arc<Verifier>,
        signer: Arc<ServiceSigner>,
        log_in: Option<LogIn>,
    ) -> Self {
        let ways: HashMap<&str, Arc<dyn Transport>> = subgraphs
            .iter()
            .map(|subgraph| (subgraph.name, Arc::new(InProcess(subgraph.app.clone())) as Arc<dyn Transport>))
            .collect();
        let probe = |(name, way): (&&str, &Arc<dyn Transport>)| Probe {
            name: (*name).to_owned(),
            transport: way.clone(),
            path: READY_PATH.to_owned(),
            is_required: true,
        };
        let proxy = |(prefix, name): &(&str, &str)| Proxy {
            prefix: (*prefix).to_owned(),
            base: String::new(),
            transport: ways[name].clone(),
            signer: None,
        };
        Self {
            probes: ways.iter().map(probe).collect(),
            proxies: PROXIES.iter().map(proxy).collect(),
            cookies: Vec::new(),
            supergraph,
            verifier,
            signer,
            log_in,
            subgraphs,
            sandbox: None,
        }
    }

    /// Begins a router over the domains, which are called as functions. What they answer depends on what the router tells
    /// them and nothing else, so equal reads may be one.
    pub fn router(&self) -> Builder {
        let begun = Rialto::builder().supergraph(&self.supergraph);
        let domains = self.subgraphs.iter();
        domains.fold(begun, |router, domain| router.subgraph(domain.name, domain.app.clone()).share(domain.name))
    }

    /// How much of a disk must be free for the shop to be ready, in bytes; 0 checks nothing.
    pub fn set_min_free(&self, bytes: u64) {
        self.subgraphs.iter().for_each(|subgraph| subgraph.health.set_min_free(bytes));
    }

    /// Each domain's database, and the sandbox's, for those who look into it.
    pub fn databases(&self) -> impl Iterator<Item = (&'static str, &Database)> {
        let domains = self.subgraphs.iter().map(|subgraph| (subgraph.name, &subgraph.database));
        domains.chain(self.sandbox.iter().map(|sandbox| ("sandbox", sandbox.database())))
    }

    /// How many statements each domain's database has executed so far, for those who measure.
    pub fn statements(&self) -> Vec<(&'static str, u64)> {
        self.subgraphs.iter().map(|subgraph| (subgraph.name, subgraph.database.statements())).collect()
    }

    /// Ends the workers and closes the databases.
    pub async fn close(self) {
        let ending = self.subgraphs.into_iter().map(|subgraph| async move {
            subgraph.background.shutdown().await;
            subgraph.database.close().await;
        });
        futures_util::future::join_all(ending).await;
        if let Some(sandbox) = self.sandbox {
            sandbox.database().close().await;
        }
    }
}
