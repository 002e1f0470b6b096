//! What is logged and how: one line per event on standard error. Standard output belongs to what a command answers.

mod throttle;

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

pub use self::throttle::Throttle;

/// The filter that holds unless somebody asks for another: ourselves, and of libraries what is wrong.
pub const DEFAULT_FILTER: &str = "info,hyper=warn,sqlx=warn,sea_orm=warn,sea_orm_migration=warn";

/// What is never logged: the driver of PostgreSQL warns of lines in a password file that it cannot read, and shows them.
const SILENT: &str = "sqlx_postgres::options=off";

/// Starts logging with a filter as in `RUST_LOG`. A second call changes nothing.
///
/// A line that cannot be written is lost: a server goes on when the reader of its log is gone.
///
/// # Errors
/// If `filter` is none.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let named = || format!("--log {filter:?}");
    let silent = SILENT.parse().with_context(named)?;
    let filter = EnvFilter::try_new(filter).with_context(named)?.add_directive(silent);
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        // It would complain on standard error, and panic as that is what cannot be written to.
        .log_internal_errors(false)
        .try_init();
    crate::cli::warn_of_open_passwords();
    Ok(())
}
