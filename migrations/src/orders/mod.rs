//! The history of the orders database.
//!
//! What an order must never be is said here as well as in the domain: amounts below zero, two payments of one
//! order that are open or took money, a refund of more than was captured. The rules of *when* are the domain's.

use sea_orm_migration::prelude::*;

mod m20261123_140000_create_orders;
mod m20261123_140100_create_order_items;
mod m20261123_140200_create_payments;
mod m20261123_140300_create_transitions;
mod m20261123_140400_create_outbox;
mod m20261123_140500_create_sandbox_charges;
mod m20261123_140600_create_idempotency;
mod m20261201_090000_index_orders;
mod m20261201_090100_create_customers;
mod m20261201_100000_create_jobs;
mod m20261201_100100_index_idempotency;
mod m20261201_160000_create_heartbeat;
mod m20261201_180000_add_cause;

/// Brings the orders database to the present, or back.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migration_table_name() -> DynIden {
        "orders_migrations".into_iden()
    }

    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_140000_create_orders::Migration),
            Box::new(m20261123_140100_create_order_items::Migration),
            Box::new(m20261123_140200_create_payments::Migration),
            Box::new(m20261123_140300_create_transitions::Migration),
            Box::new(m20261123_140400_create_outbox::Migration),
            Box::new(m20261123_140500_create_sandbox_charges::Migration),
            Box::new(m20261123_140600_create_idempotency::Migration),
            Box::new(m20261201_090000_index_orders::Migration),
            Box::new(m20261201_090100_create_customers::Migration),
            Box::new(m20261201_100000_create_jobs::Migration),
            Box::new(m20261201_100100_index_idempotency::Migration),
            Box::new(m20261201_160000_create_heartbeat::Migration),
            Box::new(m20261201_180000_add_cause::Migration),
        ]
    }
}

/// Migrations with which programs can work that do not know them, and which migration those must know: see
/// `docs/operations.md`, "Upgrade and roll-back".
pub const COMPATIBLE: &[(&str, &str)] = &[
    ("m20261201_160000_create_heartbeat", "m20261201_100100_index_idempotency"),
    ("m20261201_180000_add_cause", "m20261201_100100_index_idempotency"),
];
