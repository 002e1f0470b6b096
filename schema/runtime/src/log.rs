//! What is logged and how: one line per event on standard error, as text or as JSON. Standard output belongs to what a
//! command answers.

mod line;
mod throttle;

use std::{
    ffi::OsStr,
    io::{self, IsTerminal as _},
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use self::line::Line;
pub use self::throttle::Throttle;

/// The filter that holds unless somebody asks for another: ourselves, and of libraries what is wrong.
pub const DEFAULT_FILTER: &str = "info,hyper=warn,sqlx=warn,sea_orm=warn,sea_orm_migration=warn";

/// What is never logged: the driver of PostgreSQL warns of lines in a password file that it cannot read, and shows them.
const SILENT: &str = "sqlx_postgres::options=off";

/// How every program logs.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct LogArgs {
    /// What to log: info, debug, rialto=trace,warn
    #[arg(long, env = "RUST_LOG", default_value = DEFAULT_FILTER, value_name = "FILTER", global = true)]
    log: String,

    /// How to log: lines of text for people, or of JSON for programs that collect logs
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = Format::Text, value_name = "FORMAT", global = true)]
    log_format: Format,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The time, the level, a sentence, and `name=value` for each fact; in colours on a terminal, unless `NO_COLOR` is set.
    Text,
    /// An object with `timestamp`, `level`, `target`, `message`, and a member for each fact.
    Json,
}

impl LogArgs {
    /// Starts logging.
    ///
    /// # Errors
    /// If the filter is none.
    pub fn start(&self) -> anyhow::Result<()> {
        start(&self.log, self.log_format)
    }
}

/// Starts logging with a filter as in `RUST_LOG`. A second call changes nothing.
///
/// A line that cannot be written is lost: a server goes on when the reader of its log is gone.
///
/// # Errors
/// If `filter` is none.
pub fn start(filter: &str, format: Format) -> anyhow::Result<()> {
    let named = || format!("--log {filter:?}");
    let silent = SILENT.parse().with_context(named)?;
    let filter = EnvFilter::try_new(filter).with_context(named)?.add_directive(silent);
    let is_coloured =
        format == Format::Text && may_be_coloured(io::stderr().is_terminal(), std::env::var_os("NO_COLOR").as_deref());
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || Line::new(io::stderr().lock(), is_coloured))
        // It would complain on standard error, and panic as that is what cannot be written to.
        .log_internal_errors(false);
    let _ = match format {
        Format::Text => subscriber.with_ansi(is_coloured).with_target(false).try_init(),
        Format::Json => subscriber.with_ansi(false).json().flatten_event(true).with_span_list(false).try_init(),
    };
    crate::cli::warn_of_open_passwords();
    Ok(())
}

/// Colours are for people at a terminal who want them (<https://no-color.org>), never for files.
fn may_be_coloured(is_terminal: bool, no_color: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_of_people_who_want_them() {
        assert!(may_be_coloured(true, None) && may_be_coloured(true, Some(OsStr::new(""))));
        assert!(!may_be_coloured(true, Some(OsStr::new("1"))) && !may_be_coloured(false, None));
    }
}
