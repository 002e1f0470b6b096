//! Backup, restore and repair of the shop in one process.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use kit::{Clock, backup::Part, database::DatabaseSettings, trust::Trust};
use orders::{provider::Sandbox, repair::RepairArgs};
use schema::{
    RevokedSessions,
    keys::KeySet,
    token::{AUDIENCE, ISSUER, Verifier},
    transport::InProcess,
};

use super::{Databases, identities::Identities};

/// What belongs into a backup, in the order in which it is cut. products comes before orders, so that each order in the backup
/// can still have its goods, rather than be forgotten; users comes last, so that each order's customer is there. What the
/// sandbox knows of the money is none of it: a real provider's books are not restored either.
pub fn parts(databases: &Databases, files: PathBuf) -> Vec<Part> {
    vec![
        products::backup_part(&databases.products, files),
        orders::backup_part(&databases.orders),
        users::backup_part(&databases.users),
    ]
}

/// Makes orders, products and the sandbox agree again, or says what does not.
pub async fn repair(databases: &Databases, files: PathBuf, args: &RepairArgs) -> anyhow::Result<ExitCode> {
    let (clock, identities, settings) = (Clock::system(), Identities::generate(), DatabaseSettings::default());
    // Nobody logs in: the only caller is orders, which proves itself as a service.
    let verifier = Verifier::new(KeySet::fixed([]), ISSUER, AUDIENCE, Arc::new(RevokedSessions::default()));
    let verifier = Arc::new(verifier);
    let trust = |name| Trust { verifier: verifier.clone(), services: identities.trusted_by(name) };
    let database = products::open(&databases.products, &settings).await.context("products")?;
    let deps = products::Deps { database, clock: clock.clone(), trust: trust("products") };
    let keeping = products::Settings { files_dir: files, ..products::Settings::default() };
    let products = products::start(&keeping, deps).await.context("products")?;
    // A repair does nothing but what it says.
    products.background.shutdown().await;
    let database = orders::open(&databases.orders, &settings).await.context("orders")?;
    let books = Sandbox::address(Some(&databases.sandbox), &databases.orders)?;
    let sandbox = Sandbox::open(&books, &settings, clock.clone()).await.context("orders")?;
    sandbox.carry_over(&database).await.context("orders")?;
    let way = Arc::new(InProcess(products.app));
    let deps = orders::Deps {
        database,
        clock,
        trust: trust("orders"),
        products: way.clone(),
        // It is asked for nothing.
        users: way,
        signer: identities.orders.clone(),
        provider: Arc::new(sandbox),
    };
    let (shop, _) = orders::assemble(&args.settings(), deps);
    args.run(&shop).await
}
