//! From settings to a running subgraph.

use std::sync::Arc;

use axum::Router;
use kit::{
    Clock, Database, Subgraph,
    backup::Part,
    client::{Authorization, GraphQLClient},
    database::{DatabaseSettings, History},
    server::{Background, GraphqlRoutes, Health},
    trust::{Trust, jwks_route},
};
use schema::{Transport, service::ServiceSigner};

use crate::{
    entity, graphql, loader,
    provider::PaymentProvider,
    remote::{Products, Users},
    settings::Settings,
    shop::Shop,
    worker,
};

/// What the subgraph is given by whoever runs it.
pub struct Deps {
    /// Its database, as [`open`] gives it.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// Whom it believes.
    pub trust: Trust,
    /// The way to products.
    pub products: Arc<dyn Transport>,
    /// The way to users.
    pub users: Arc<dyn Transport>,
    /// How it proves to both that it is `orders`.
    pub signer: Arc<ServiceSigner>,
    /// Who takes the money.
    pub provider: Arc<dyn PaymentProvider>,
}

/// The history of the database.
pub const HISTORY: History<migrations::orders::Migrator> =
    History::new(migrations::orders::COMPATIBLE).among(&migrations::HISTORIES);

/// Opens the database and brings it up to date.
pub async fn open(url: &str, settings: &DatabaseSettings) -> anyhow::Result<Database> {
    let database = Database::connect_with(url, settings).await?;
    HISTORY.migrate(&database).await?;
    Ok(database)
}

/// What a backup has of orders.
pub fn backup_part(url: &str) -> Part {
    Part::new::<migrations::orders::Migrator>("orders", url)
}

/// Starts the subgraph, and its workers, on a database that is up to date.
pub fn start(settings: &Settings, deps: Deps) -> Subgraph {
    let health = health(&deps);
    let (shop, app) = assemble_with(settings, deps, &health);
    let mut background = Background::none();
    let at_work = Shop { database: shop.database.for_workers(), ..shop.clone() };
    worker::spawn(&mut background, &at_work, settings.work_pause());
    health.watch(&background);
    Subgraph { name: "orders", app, database: shop.database, health, background }
}

fn health(deps: &Deps) -> Health {
    Health::of(&deps.database, entity::tables(), deps.trust.verifier.clone())
}

/// The subgraph without its workers, for whoever wants to say when they work.
pub fn assemble(settings: &Settings, deps: Deps) -> (Shop, Router) {
    let health = health(&deps);
    assemble_with(settings, deps, &health)
}

fn assemble_with(settings: &Settings, deps: Deps, health: &Health) -> (Shop, Router) {
    let Deps { database, clock, trust, products, users, signer, provider } = deps;
    let call = |transport, audience: &str| GraphQLClient {
        transport,
        signer: Some(signer.clone()),
        audience: audience.to_owned(),
    };
    let shop = Shop {
        products: Products(call(products, "products")),
        users: Users(call(users, "users")),
        provider,
        patience: settings.patience(),
        open_orders: settings.open_orders(),
        keep: settings.keep,
        database: database.clone(),
        clock: clock.clone(),
    };
    let loaders = database;
    let (shop_users, shop_products) = (shop.users.0.clone(), shop.products.0.clone());
    let app = GraphqlRoutes::new(graphql::schema(&shop), trust, health.clone())
        .per_request(move |caller, data| {
            let (users, products) = (shop_users.clone(), shop_products.clone());
            let authorization = Authorization::of(data);
            data.insert(loader::Existence::loader(users, products, caller.clone(), authorization));
            data.insert(loader::loader(loaders.clone(), clock.clone(), caller.clone()));
        })
        .build()
        .merge(jwks_route([signer.key_pair()]));
    (shop, app)
}
