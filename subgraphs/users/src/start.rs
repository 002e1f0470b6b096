//! From settings to a running subgraph.

use std::{sync::Arc, time::Duration};

use axum::middleware::from_fn_with_state;
use kit::{
    Clock, Database, Subgraph,
    backup::Part,
    database::{DatabaseSettings, History},
    server::{Background, GraphqlRoutes, Health, guard_rails},
    trust::Trust,
};
use schema::{
    Revocations,
    service::ServiceVerifier,
    token::{AUDIENCE, ISSUER, Verifier},
};

use crate::{
    accounts::Accounts,
    domain::throttle::Bounds,
    entity,
    graphql::{self, SessionCookies},
    hashing::Hasher,
    keys,
    loader::{AddressBookLoader, UserLoader},
    own_log::{self, OwnLog},
    settings::Settings,
    shown::{self, ShownTokens},
    sweeper,
    tokens::TokenIssuer,
};

const DAY: Duration = Duration::from_hours(24);

/// What the subgraph is given by whoever runs it.
pub struct Deps {
    /// Its database, as [`open`] gives it.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// Where ended sessions are announced. A router of the same process holds the same feed.
    pub revocations: Arc<dyn Revocations>,
    /// Which processes may vouch for a client's address, and follow the log of revocations.
    pub services: Arc<ServiceVerifier>,
}

/// The subgraph, and what a process that holds others too wants of it.
pub struct Started {
    /// Ready to be served or called. The app also publishes `/.well-known/jwks.json`.
    pub subgraph: Subgraph,
    /// Believes exactly the tokens that are signed here; a router of the same process needs no JWKS.
    pub verifier: Arc<Verifier>,
    /// What can be done without GraphQL: the demo accounts, the first admin.
    pub accounts: Accounts,
}

/// The history of the database.
pub const HISTORY: History<migrations::users::Migrator> =
    History::new(migrations::users::COMPATIBLE).among(&migrations::HISTORIES);

/// What a backup has of users.
pub fn backup_part(url: &str) -> Part {
    Part::new::<migrations::users::Migrator>("users", url)
}

/// Opens the database and brings it up to date.
pub async fn open(url: &str, settings: &DatabaseSettings) -> anyhow::Result<Database> {
    let database = Database::connect_with(url, settings).await?;
    HISTORY.migrate(&database).await?;
    Ok(database)
}

/// Starts the subgraph on a database that is up to date.
pub async fn start(settings: &Settings, deps: Deps) -> anyhow::Result<Started> {
    let Deps { database, clock, revocations, services } = deps;
    let loaded = keys::load(&database, &clock, settings.signing_key_file.as_deref()).await?;
    let tokens = Arc::new(TokenIssuer::new(loaded, settings.access_token_seconds));
    let verifier = Arc::new(Verifier::new(tokens.key_set(), ISSUER, AUDIENCE, revocations.clone()));
    let jwks = keys::route(tokens.clone());
    let accounts = Accounts {
        database: database.clone(),
        clock,
        hasher: Hasher::default(),
        tokens,
        revocations,
        bounds: Bounds {
            per_name: settings.login_failures,
            per_address: settings.login_failures_per_address,
            window: Duration::from_secs(settings.login_window_seconds.into()),
            registrations: (settings.max_registrations > 0).then_some(settings.max_registrations),
        },
        session_life: DAY * settings.session_days,
    };
    let own_log = OwnLog::open(accounts.clone()).await;
    let own_log = own_log.map_err(|failure| anyhow::anyhow!("the log of revocations cannot be read: {failure:?}"))?;
    let cookies = SessionCookies(settings.session_cookie.then_some(accounts.session_life));
    let schema = guard_rails(graphql::schema()).data(accounts.clone()).data(cookies).finish();
    let trust = Trust { verifier: verifier.clone(), services };
    let health = Health::of(&database, entity::tables(), verifier.clone());
    let loaders = database.clone();
    let app = GraphqlRoutes::new(schema, trust.clone(), health.clone())
        .per_request(move |_, data| {
            data.insert(UserLoader::new(loaders.clone()));
            data.insert(AddressBookLoader::new(loaders.clone()));
        })
        .build()
        .layer(from_fn_with_state(ShownTokens::new(accounts.clone()), shown::note))
        .merge(jwks)
        .merge(crate::revocations::route(accounts.clone(), trust));
    let mut background = Background::none();
    let at_work = Accounts { database: database.for_workers(), ..accounts.clone() };
    sweeper::retention(&at_work, settings.keep).worker().spawn(&mut background, sweeper::PAUSE);
    let file = settings.signing_key_file.clone();
    background.spawn(|stop| keys::follow(at_work, file, stop));
    let beat = background.announce("revocations", own_log::PAUSE);
    background.spawn(|stop| own_log.run(stop, beat));
    health.watch(&background);
    let subgraph = Subgraph { name: "users", app, database, health, background };
    Ok(Started { subgraph, verifier, accounts })
}
