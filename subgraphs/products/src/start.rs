//! From settings to a running subgraph.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context as _, ensure};
use chrono::Duration;
use kit::{
    Clock, Database, Subgraph,
    backup::Part,
    database::{DatabaseSettings, History},
    jobs::Queue,
    server::{Background, GraphqlRoutes, Health, guard_rails},
    trust::Trust,
};
use tokio::sync::Semaphore;

use crate::{
    demo, entity,
    files::{self, Copies},
    graphql,
    loader::Loaders,
    orphans, refile, retention,
    sanitize::{Bounds, Sanitizer},
    settings::Settings,
    shop::{Rules, Shop},
    storage::Folder,
};

/// What the subgraph is given by whoever runs it.
pub struct Deps {
    /// Its database, as [`open`] gives it.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// Whose tokens are believed: users', and those of the services `orders` and `router`.
    pub trust: Trust,
}

/// The history of the database.
pub const HISTORY: History<migrations::products::Migrator> =
    History::new(migrations::products::COMPATIBLE).among(&migrations::HISTORIES);

/// Opens the database and brings it up to date.
pub async fn open(url: &str, settings: &DatabaseSettings) -> anyhow::Result<Database> {
    let database = Database::connect_with(url, settings).await?;
    HISTORY.migrate(&database).await?;
    Ok(database)
}

/// What a backup has of products.
pub fn backup_part(url: &str, files: PathBuf) -> Part {
    Part::new::<migrations::products::Migrator>("products", url).with_files(files)
}

/// Starts the subgraph on a database that is up to date. Its app serves `/files` beside `/graphql`.
///
/// It is `async` like every domain's `start`, although nothing here has to wait.
#[allow(clippy::unused_async)]
pub async fn start(settings: &Settings, deps: Deps) -> anyhow::Result<Subgraph> {
    let Deps { database, clock, trust } = deps;
    let rules = rules(settings)?;
    let bounds = Bounds {
        max_side: settings.upload_max_side,
        max_pixels: u64::from(settings.upload_max_megapixels) * 1_000_000,
    };
    let health = Health::of(&database, entity::tables(), trust.verifier.clone());
    let folder = Folder::open(&settings.files_dir).context("--files-dir")?;
    health.watch_disk("files", &settings.files_dir);
    health.add(folder.clone());
    let shop = Shop {
        database: database.clone(),
        clock,
        storage: Arc::new(folder),
        sanitizer: Sanitizer::new(bounds, rules.max_image_size),
        copies: Copies::default(),
        uploads: Arc::new(Semaphore::new(usize::try_from(settings.max_uploads)?)),
        rules,
    };
    let at_work = Shop { database: shop.database.for_workers(), ..shop.clone() };
    let jobs = Queue::new(&at_work.database, &at_work.clock);
    let mut background = Background::none();
    retention::worker(jobs.clone(), settings.keep).spawn(&mut background, retention::PAUSE);
    refile::worker(&at_work).spawn(&mut background, refile::PAUSE);
    orphans::worker(jobs, &at_work).spawn(&mut background, retention::PAUSE);
    let schema = guard_rails(graphql::schema()).data(shop.clone()).finish();
    let loaders = shop.clone();
    let app = GraphqlRoutes::new(schema, trust.clone(), health.clone())
        .per_request(move |_, data| data.insert(Loaders::new(&loaders)))
        .build()
        .merge(files::routes(shop, trust));
    health.watch(&background);
    Ok(Subgraph { name: "products", app, database, health, background })
}

/// Fills an empty catalogue with the demo shop and its pictures; says whether it did.
pub async fn seed_demo(settings: &Settings, database: &Database) -> anyhow::Result<bool> {
    let storage = Folder::open(&settings.files_dir).context("--files-dir")?;
    demo::seed(database, &storage).await.map_err(|failure| anyhow::anyhow!("the demo catalogue: {failure:?}"))
}

fn rules(settings: &Settings) -> anyhow::Result<Rules> {
    let public_url = settings.public_url.trim().trim_end_matches('/');
    let absolute = public_url.starts_with("http://") || public_url.starts_with("https://");
    ensure!(public_url.is_empty() || absolute, "--public-url {public_url:?} must begin with http:// or https://");
    Ok(Rules {
        public_url: public_url.into(),
        max_image_size: usize::try_from(settings.upload_max_bytes)?,
        upload_life: Duration::minutes(settings.upload_minutes.into()),
    })
}
