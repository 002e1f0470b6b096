//! The identity that a database carries, in the table `rialto_identity` of one row.

use std::{fs, io, io::Read as _, path::Path, time::Duration};

use anyhow::Context as _;
use sea_orm::sqlx::{
    self, Connection as _, Executor as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

use super::{decide::Found, names};

/// How every SQLite database begins that has a page.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// How long a process that has the file locked is waited for.
const BUSY: Duration = Duration::from_secs(10);

/// What is at `file`.
pub(super) async fn look(file: &Path) -> anyhow::Result<Found> {
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Missing),
        Ok(metadata) if metadata.is_file() && metadata.len() == 0 => return Ok(Found::Empty),
        // Whatever else is wrong is told by SQLite.
        _ => {}
    }
    read(file).await.with_context(|| format!("cannot open the database sqlite:{}", file.display()))
}

async fn read(file: &Path) -> sqlx::Result<Found> {
    let mut connection = SqliteConnection::connect_with(&options(file)).await?;
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'").fetch_all(&mut connection).await?;
    let is_marked = tables.iter().any(|table| table == "rialto_identity");
    let row: Option<(String, String)> = if is_marked {
        sqlx::query_as("SELECT id, name FROM rialto_identity").fetch_optional(&mut connection).await?
    } else {
        None
    };
    connection.close().await?;
    let mark = row.map(|(id, name)| (id.parse().unwrap_or(Uuid::nil()), name));
    Ok(Found::Database { mark, has_tables: tables.len() > usize::from(is_marked) })
}

/// Makes `file` carry the identity. It may be empty.
pub(super) async fn write(file: &Path, id: Uuid) -> anyhow::Result<()> {
    let written = async {
        let options = options(file).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        connection.execute("BEGIN IMMEDIATE").await?;
        connection.execute("CREATE TABLE IF NOT EXISTS rialto_identity (id TEXT NOT NULL, name TEXT NOT NULL)").await?;
        connection.execute("DELETE FROM rialto_identity").await?;
        let insert = sqlx::query("INSERT INTO rialto_identity (id, name) VALUES (?, ?)");
        insert.bind(id.to_string()).bind(names::name(file)).execute(&mut connection).await?;
        connection.execute("COMMIT").await?;
        connection.close().await
    };
    written.await.with_context(|| format!("cannot open the database sqlite:{}", file.display()))
}

/// Whether there is another database of Rialto's in the folder of `file`. Each has a table of its migrations.
pub(super) async fn siblings(file: &Path) -> anyhow::Result<Vec<String>> {
    let folder = names::folder(file);
    let named = || format!("cannot read the folder {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(named)? {
        let path = entry.with_context(named)?.path();
        let name = names::name(&path);
        if name != names::name(file) && !names::is_aside(&name) && is_sqlite(&path) && is_rialtos(&path).await {
            found.push(name);
        }
    }
    Ok(found)
}

fn is_sqlite(file: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    file.is_file() && fs::File::open(file).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *MAGIC
}

/// One that cannot be read counts as ours: better a question too many than a shop too few.
async fn is_rialtos(file: &Path) -> bool {
    count_histories(file).await.map_or(true, |count| count > 0)
}

async fn count_histories(file: &Path) -> sqlx::Result<i64> {
    let mut connection = SqliteConnection::connect_with(&options(file)).await?;
    let count = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name LIKE '%\\_migrations' ESCAPE '\\'";
    let count = sqlx::query_scalar(count).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(count)
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file).create_if_missing(false).busy_timeout(BUSY)
}
