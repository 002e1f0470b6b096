//! `users keys`: the keys that sign access tokens, where they are in the database.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use kit::{Clock, Database, cli::output::print};
use users::{
    domain::signing_key::KeyState,
    keys::{list, rotate, withdraw},
};

/// Look at the keys that sign access tokens, and replace them
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Print the keys, the oldest first, and what each is
    List,
    /// Make a new key, which is published now and signs when all who verify tokens can know it, six minutes later
    Rotate(Rotate),
    /// Stop believing a key that does not sign, at once: who logged in with it asks for a new token
    Withdraw(Withdraw),
}

#[derive(Args)]
pub struct Rotate {
    /// Sign with it at once, because the present key is known to somebody else. For a second or so, new tokens may be waited
    /// for
    #[arg(long)]
    now: bool,
}

#[derive(Args)]
pub struct Withdraw {
    /// The key's id, as `keys list` prints it
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    kid: String,
}

impl KeysCommand {
    /// Does what was asked for, and prints to standard output.
    pub async fn run(&self, database: &Database) -> anyhow::Result<()> {
        match self {
            Self::List => {
                let mut text = String::new();
                for (key, state) in list(database).await? {
                    let _ = writeln!(text, "{}  {}", key.kid, shown(state));
                }
                print(text)
            }
            Self::Rotate(Rotate { now }) => {
                let (kid, state) = rotate(database, &Clock::system(), *now).await?;
                print(format_args!("{kid}  {}\n", shown(state)))
            }
            Self::Withdraw(Withdraw { kid }) => {
                withdraw(database, kid).await?;
                print(format_args!("{kid}  withdrawn\n"))
            }
        }
    }
}

fn shown(state: KeyState) -> String {
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    match state {
        KeyState::Signing => "signs".to_owned(),
        KeyState::Waiting(at) => format!("published, signs from {}", time(at)),
        KeyState::Retired(Some(at)) => format!("signs no more, published until {}", time(at)),
        KeyState::Retired(None) => "signs no more, published until it is withdrawn".to_owned(),
    }
}
