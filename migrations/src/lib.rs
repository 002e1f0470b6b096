//! The databases' history: one module per database, one file per change.
//!
//! A file's stem is the version that a database records: a landed file is never renamed or edited.

mod keys;
mod words;

pub mod heartbeat;
pub mod jobs;
pub mod orders;
pub mod products;
pub mod sandbox;
pub mod users;

/// The tables in which the databases record their migrations: where there is another's and not one's own, the database is
/// another's.
pub const HISTORIES: [&str; 4] = ["users_migrations", "products_migrations", "orders_migrations", "sandbox_migrations"];

#[cfg(test)]
mod tests {
    use sea_orm_migration::MigratorTrait as _;

    use super::*;

    #[test]
    fn every_history_has_a_name_of_its_own() {
        let names = [
            users::Migrator::migration_table_name(),
            products::Migrator::migration_table_name(),
            orders::Migrator::migration_table_name(),
            sandbox::Migrator::migration_table_name(),
        ];
        assert_eq!(names.map(|name| name.to_string()), HISTORIES);
    }
}
