//! What an operator can set of a process's connections to its database.

use std::time::Duration;

use runtime::cli::number;

/// How many connections to a database there are, and how long anything on them may take. A process with several databases
/// has them all for each.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Database")]
pub struct DatabaseSettings {
    /// The most connections that requests use at once, for each database (with SQLite at most 5 that read, and one that writes)
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 16, value_parser = number(1_u32..=1000), value_name = "N")]
    pub database_connections: u32,

    /// Connections that are kept open even when nothing uses them
    #[arg(long, env = "DATABASE_MIN_CONNECTIONS", default_value_t = 0, value_parser = number(0_u32..=1000), value_name = "N")]
    pub database_min_connections: u32,

    /// The most connections that background workers use at once, beside those of the requests
    #[arg(long, env = "DATABASE_WORKER_CONNECTIONS", default_value_t = 4, value_parser = number(1_u32..=1000), value_name = "N")]
    pub database_worker_connections: u32,

    /// How long a request waits for a connection, and a start for the database
    #[arg(long, env = "DATABASE_ACQUIRE_SECONDS", default_value_t = 5, value_parser = number(1_u32..=300), value_name = "N")]
    pub database_acquire_seconds: u32,

    /// After which time a connection that nothing uses is closed
    #[arg(long, env = "DATABASE_IDLE_SECONDS", default_value_t = 60, value_parser = number(1_u32..=86_400), value_name = "N")]
    pub database_idle_seconds: u32,

    /// How long a statement may run that no request's deadline ends earlier
    #[arg(long, env = "DATABASE_STATEMENT_SECONDS", default_value_t = 60, value_parser = number(1_u32..=86_400), value_name = "N")]
    pub database_statement_seconds: u32,

    /// How long a statement waits for a lock that somebody else holds
    #[arg(long, env = "DATABASE_LOCK_SECONDS", default_value_t = 10, value_parser = number(1_u32..=300), value_name = "N")]
    pub database_lock_seconds: u32,

    /// After which time PostgreSQL ends a transaction in which nothing happens
    #[arg(
        long,
        env = "DATABASE_IDLE_TRANSACTION_SECONDS",
        default_value_t = 30,
        value_parser = number(1_u32..=86_400),
        value_name = "N"
    )]
    pub database_idle_transaction_seconds: u32,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            database_connections: 16,
            database_min_connections: 0,
            database_worker_connections: 4,
            database_acquire_seconds: 5,
            database_idle_seconds: 60,
            database_statement_seconds: 60,
            database_lock_seconds: 10,
            database_idle_transaction_seconds: 30,
        }
    }
}

impl DatabaseSettings {
    pub(super) fn acquire(&self) -> Duration {
        seconds(self.database_acquire_seconds)
    }

    pub(super) fn idle(&self) -> Duration {
        seconds(self.database_idle_seconds)
    }

    pub(super) fn statement(&self) -> Duration {
        seconds(self.database_statement_seconds)
    }

    pub(super) fn lock(&self) -> Duration {
        seconds(self.database_lock_seconds)
    }

    pub(super) fn idle_transaction(&self) -> Duration {
        seconds(self.database_idle_transaction_seconds)
    }
}

fn seconds(number: u32) -> Duration {
    Duration::from_secs(number.into())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        settings: DatabaseSettings,
    }

    #[test]
    fn without_flags_the_defaults_hold() {
        let parsed = Cli::try_parse_from(["orders"]).unwrap().settings;
        assert_eq!(format!("{parsed:?}"), format!("{:?}", DatabaseSettings::default()));
        assert!(Cli::try_parse_from(["orders", "--database-connections", "0"]).is_err());
        assert!(Cli::try_parse_from(["orders", "--database-lock-seconds", "301"]).is_err());
    }
}
