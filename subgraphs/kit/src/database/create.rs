//! Making a database that is missing.

use std::time::Duration;

use anyhow::Context as _;
use sea_orm::sqlx::{
    ConnectOptions as _, Connection as _, Error,
    error::DatabaseError,
    postgres::{PgConnectOptions, PgConnection},
    query,
};

use super::address::Address;

/// PostgreSQL's codes for a database that does not exist, and for one that somebody else has just made.
const MISSING: &str = "3D000";
const MADE_MEANWHILE: [&str; 2] = ["42P04", "23505"];

/// How long a connection may take to open.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes the PostgreSQL database of `url` where its server has none of that name and its user may make one. Nothing is done
/// for SQLite, whose files are made when they are opened.
///
/// For databases that a process may make by itself: an init script of a container runs once, and not for what comes later.
pub async fn create_if_missing(url: &str) -> anyhow::Result<()> {
    if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        return Ok(());
    }
    // What is wrong with the address, or the server, is said when the database is opened.
    let Ok(address) = Address::parse(url) else { return Ok(()) };
    let Ok(options) = address.url().parse::<PgConnectOptions>() else { return Ok(()) };
    let options = address.with_password(options).disable_statement_logging();
    match connect(&options).await {
        Ok(connection) => return Ok(connection.close().await?),
        Err(error) if has_code(&error, &[MISSING]) => {}
        Err(_) => return Ok(()),
    }
    let missing = || format!("the database {} does not exist, and cannot be made", address.shown());
    let name = options.get_database().with_context(missing)?;
    let create = format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\""));
    let mut server = connect(&options.clone().database("postgres")).await.with_context(missing)?;
    let created = query(sea_orm::sqlx::AssertSqlSafe(create)).execute(&mut server).await;
    match created {
        Err(error) if !has_code(&error, &MADE_MEANWHILE) => Err(error).with_context(missing),
        _ => Ok(server.close().await?),
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Error> {
    tokio::time::timeout(PATIENCE, options.connect()).await.unwrap_or(Err(Error::PoolTimedOut))
}

fn has_code(error: &Error, codes: &[&str]) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| codes.contains(&&*code))
}
