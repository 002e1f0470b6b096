//! The history of the database of the sandbox payment provider, which is none of the shop's: it is neither backed up nor
//! restored with it.

use sea_orm_migration::prelude::*;

mod m20261201_130000_create_sandbox_charges;

/// Brings the sandbox's books to the present, or back.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migration_table_name() -> DynIden {
        "sandbox_migrations".into_iden()
    }

    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261201_130000_create_sandbox_charges::Migration)]
    }
}
