//! The history of the products database: categories, products with their stock, images, reservations.

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    sea_orm::{DynIden, sea_query::IntoIden},
};

mod m20261123_120001_create_categories;
mod m20261123_120002_create_products;
mod m20261123_120003_create_images;
mod m20261123_120004_create_reservations;
mod m20261123_120005_create_idempotency;
mod m20261201_100000_claim_uploads;
mod m20261201_100000_create_jobs;
mod m20261201_120000_recompute_keys;
mod m20261201_160000_create_heartbeat;
mod m20261201_170000_measure_images;
mod m20261201_170100_repeat_uploads;
mod m20261201_180000_create_former_slugs;
mod m20261201_180100_create_category_paths;
mod m20261201_180200_create_search_documents;

/// Brings a products database up to date, or takes it back down.
pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_120001_create_categories::Migration),
            Box::new(m20261123_120002_create_products::Migration),
            Box::new(m20261123_120003_create_images::Migration),
            Box::new(m20261123_120004_create_reservations::Migration),
            Box::new(m20261123_120005_create_idempotency::Migration),
            Box::new(m20261201_100000_claim_uploads::Migration),
            Box::new(m20261201_100000_create_jobs::Migration),
            Box::new(m20261201_120000_recompute_keys::Migration),
            Box::new(m20261201_160000_create_heartbeat::Migration),
            Box::new(m20261201_170000_measure_images::Migration),
            Box::new(m20261201_170100_repeat_uploads::Migration),
            Box::new(m20261201_180000_create_former_slugs::Migration),
            Box::new(m20261201_180100_create_category_paths::Migration),
            Box::new(m20261201_180200_create_search_documents::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        "products_migrations".into_iden()
    }
}

/// Migrations with which programs can work that do not know them, and which migration those must know: see
/// `docs/operations.md`, "Upgrade and roll-back".
pub const COMPATIBLE: &[(&str, &str)] = &[
    ("m20261201_160000_create_heartbeat", "m20261201_120000_recompute_keys"),
    ("m20261201_170000_measure_images", "m20261201_160000_create_heartbeat"),
    ("m20261201_170100_repeat_uploads", "m20261201_160000_create_heartbeat"),
];
