//! What an operator can set.

use std::path::PathBuf;

use kit::jobs::Keep;
use schema::token::MAX_LIFE;

/// The settings of the users domain, the same in a process of its own and in one with others.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Users")]
pub struct Settings {
    /// The Ed25519 private key (PKCS#8 PEM) that signs access tokens, made when missing [default: one in the database].
    /// Several in one file are published, and the first signs once all verifiers can know it: put a new one on top
    #[arg(long, env = "SIGNING_KEY_FILE", value_name = "FILE")]
    pub signing_key_file: Option<PathBuf>,

    /// How long an access token lives, at most 300
    #[arg(
        long,
        env = "ACCESS_TOKEN_SECONDS",
        default_value_t = MAX_LIFE,
        value_parser = clap::value_parser!(i64).range(2..=MAX_LIFE),
        value_name = "SECONDS"
    )]
    pub access_token_seconds: i64,

    /// How long a session lives without being refreshed
    #[arg(
        long,
        env = "SESSION_DAYS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(1..=3650),
        value_name = "DAYS"
    )]
    pub session_days: u32,

    /// Keep refresh tokens of browsers in a cookie that no script can read (`rialto_refresh`), instead of in answers. It takes a
    /// router that passes it on, as the shop in one process does; `rialto serve` needs `--cookie rialto_refresh=users`
    #[arg(long, env = "SESSION_COOKIE")]
    pub session_cookie: bool,

    /// Failed log-ins by one user name or e-mail address before all others are refused
    #[arg(
        long,
        env = "LOGIN_FAILURES",
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000),
        value_name = "COUNT"
    )]
    pub login_failures: u32,

    /// Failed log-ins from one client address before all others are refused
    #[arg(
        long,
        env = "LOGIN_FAILURES_PER_ADDRESS",
        default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000),
        value_name = "COUNT"
    )]
    pub login_failures_per_address: u32,

    /// How long failed log-ins are remembered
    #[arg(
        long,
        env = "LOGIN_WINDOW_SECONDS",
        default_value_t = 900,
        value_parser = clap::value_parser!(u32).range(1..=86_400),
        value_name = "SECONDS"
    )]
    pub login_window_seconds: u32,

    /// Registrations from one client address in ten minutes before all others are refused; 0 for no bound
    #[arg(
        long,
        env = "MAX_REGISTRATIONS",
        default_value_t = DEFAULT_MAX_REGISTRATIONS,
        value_parser = clap::value_parser!(u32).range(0..=1_000_000),
        value_name = "COUNT"
    )]
    pub max_registrations: u32,

    /// How long what is done is kept. Whoever reads the command line sets it: a process has one such flag, however many
    /// domains it holds.
    #[arg(skip)]
    pub keep: Keep,
}

const DEFAULT_MAX_REGISTRATIONS: u32 = 30;

impl Default for Settings {
    fn default() -> Self {
        Self {
            signing_key_file: None,
            access_token_seconds: MAX_LIFE,
            session_days: 30,
            session_cookie: false,
            login_failures: 10,
            login_failures_per_address: 100,
            login_window_seconds: 900,
            max_registrations: DEFAULT_MAX_REGISTRATIONS,
            keep: Keep::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    #[test]
    fn without_flags_the_defaults_hold() {
        let parsed = Cli::try_parse_from(["users"]).unwrap().settings;
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Settings::default()));
        assert!(Cli::try_parse_from(["users", "--access-token-seconds", "301"]).is_err());
    }
}
