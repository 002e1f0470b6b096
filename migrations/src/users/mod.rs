//! The history of the users database.

use sea_orm_migration::prelude::*;

mod m20261123_090000_create_users;
mod m20261123_090100_create_addresses;
mod m20261123_090200_create_sessions;
mod m20261123_090300_create_refresh_tokens;
mod m20261123_090400_create_withdrawn_access;
mod m20261123_090500_create_login_attempts;
mod m20261123_090600_create_signing_keys;
mod m20261201_090000_recompute_keys;
mod m20261201_100000_index_used_refresh_tokens;
mod m20261201_110000_follow_refresh_tokens;
mod m20261201_110000_number_withdrawn_access;
mod m20261201_150000_time_signing_keys;
mod m20261201_150100_create_published_keys;
mod m20261201_160000_create_heartbeat;
mod m20261201_170000_create_jobs;
mod m20261201_180000_create_idempotency;

/// Every change to the users database, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_090000_create_users::Migration),
            Box::new(m20261123_090100_create_addresses::Migration),
            Box::new(m20261123_090200_create_sessions::Migration),
            Box::new(m20261123_090300_create_refresh_tokens::Migration),
            Box::new(m20261123_090400_create_withdrawn_access::Migration),
            Box::new(m20261123_090500_create_login_attempts::Migration),
            Box::new(m20261123_090600_create_signing_keys::Migration),
            Box::new(m20261201_090000_recompute_keys::Migration),
            Box::new(m20261201_100000_index_used_refresh_tokens::Migration),
            Box::new(m20261201_110000_follow_refresh_tokens::Migration),
            Box::new(m20261201_110000_number_withdrawn_access::Migration),
            Box::new(m20261201_150000_time_signing_keys::Migration),
            Box::new(m20261201_150100_create_published_keys::Migration),
            Box::new(m20261201_160000_create_heartbeat::Migration),
            Box::new(m20261201_170000_create_jobs::Migration),
            Box::new(m20261201_180000_create_idempotency::Migration),
        ]
    }

    /// A name of its own, which tells whose the database is.
    fn migration_table_name() -> DynIden {
        "users_migrations".into_iden()
    }
}

/// Migrations with which programs can work that do not know them, and which migration those must know: see
/// `docs/operations.md`, "Upgrade and roll-back".
pub const COMPATIBLE: &[(&str, &str)] = &[
    ("m20261201_150000_time_signing_keys", "m20261201_110000_number_withdrawn_access"),
    ("m20261201_150100_create_published_keys", "m20261201_110000_number_withdrawn_access"),
    ("m20261201_160000_create_heartbeat", "m20261201_110000_number_withdrawn_access"),
    ("m20261201_170000_create_jobs", "m20261201_110000_number_withdrawn_access"),
    ("m20261201_180000_create_idempotency", "m20261201_110000_number_withdrawn_access"),
];
