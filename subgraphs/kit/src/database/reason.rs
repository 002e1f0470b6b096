//! Why a database did not do what it was asked to, in words for the log and as a code for clients.

use std::{fmt, io::ErrorKind};

use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr,
    error::{SqlxError, SqlxSqliteError},
};

/// Why a database did not do what it was asked to, where neither the statement nor the data are at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nobody listens at its address.
    Refused,
    /// Its address cannot be reached, or the connection broke.
    Disconnected,
    /// The server has as many clients as it takes.
    TooManyClients,
    /// The server is starting or ending.
    Restarting,
    /// The server does not take the user, the password or the name of the database.
    Denied,
    /// Nothing may be written.
    ReadOnly,
    /// Nothing more can be written.
    DiskFull,
    /// The server, or this process, is out of memory.
    OutOfMemory,
    /// The disk could not be read or written.
    DiskError,
    /// The file is not there, or may not be opened.
    CannotOpen,
    /// The file, or the table, is damaged.
    Damaged,
    /// Somebody else holds a lock.
    Locked,
    /// This process uses all connections that it may have.
    Exhausted,
    /// The process is ending.
    Closed,
    /// The time of the statement, or of its request, is over.
    Cancelled,
}

impl Reason {
    /// Why this error came about; `None` where the statement or the data are at fault, or nobody knows.
    pub fn of(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Some(Self::Exhausted),
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Some(Self::Closed),
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => Self::of_driver(cause),
            _ => None,
        }
    }

    pub(super) fn of_driver(error: &SqlxError) -> Option<Self> {
        Some(match error {
            SqlxError::Io(error) if error.kind() == ErrorKind::ConnectionRefused => Self::Refused,
            SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::WorkerCrashed => Self::Disconnected,
            SqlxError::PoolTimedOut => Self::Exhausted,
            SqlxError::PoolClosed => Self::Closed,
            SqlxError::Database(error) => match error.try_downcast_ref::<SqlxSqliteError>() {
                Some(_) => of_sqlite(error.code()?.parse().ok()?)?,
                None => of_postgres(&error.code()?)?,
            },
            _ => return None,
        })
    }

    /// One word for it, for metrics and readiness.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Disconnected => "disconnected",
            Self::TooManyClients => "too-many-clients",
            Self::Restarting => "restarting",
            Self::Denied => "denied",
            Self::ReadOnly => "read-only",
            Self::DiskFull => "disk-full",
            Self::OutOfMemory => "out-of-memory",
            Self::DiskError => "disk-error",
            Self::CannotOpen => "cannot-open",
            Self::Damaged => "damaged",
            Self::Locked => "locked",
            Self::Exhausted => "exhausted",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the same statement may succeed later, without anybody repairing data.
    pub const fn is_outage(self) -> bool {
        !matches!(self, Self::Damaged | Self::Cancelled)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the database refuses connections",
            Self::Disconnected => "the database cannot be reached, or the connection broke",
            Self::TooManyClients => "the database takes no more clients",
            Self::Restarting => "the database is starting or ending",
            Self::Denied => "the database does not accept the user, the password or its name",
            Self::ReadOnly => "the database is read-only",
            Self::DiskFull => "the disk of the database is full",
            Self::OutOfMemory => "the database is out of memory",
            Self::DiskError => "the disk of the database has an error",
            Self::CannotOpen => "the file of the database cannot be opened",
            Self::Damaged => "the database is damaged",
            Self::Locked => "the database is locked by somebody else",
            Self::Exhausted => "all connections to the database are in use",
            Self::Closed => "the process is ending",
            Self::Cancelled => "the statement took too long",
        })
    }
}

/// <https://www.sqlite.org/rescode.html>: the lowest byte is the primary code.
fn of_sqlite(code: u32) -> Option<Reason> {
    Some(match code & 0xff {
        5 | 6 => Reason::Locked,
        7 => Reason::OutOfMemory,
        8 => Reason::ReadOnly,
        9 => Reason::Cancelled,
        10 => Reason::DiskError,
        11 | 26 => Reason::Damaged,
        13 => Reason::DiskFull,
        14 => Reason::CannotOpen,
        _ => return None,
    })
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn of_postgres(code: &str) -> Option<Reason> {
    Some(match code {
        "53100" => Reason::DiskFull,
        "53200" => Reason::OutOfMemory,
        "53300" | "53400" => Reason::TooManyClients,
        "57P01" | "57P02" | "57P03" => Reason::Restarting,
        "57014" | "25P03" | "57P05" => Reason::Cancelled,
        "25006" => Reason::ReadOnly,
        // A deadlock, and a transaction that others have overtaken: the same transaction would go well now.
        "55P03" | "40P01" | "40001" => Reason::Locked,
        "3D000" => Reason::Denied,
        "XX001" | "XX002" => Reason::Damaged,
        _ if code.starts_with("08") => Reason::Disconnected,
        _ if code.starts_with("28") => Reason::Denied,
        _ if code.starts_with("58") => Reason::DiskError,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait as _;

    use super::*;
    use crate::testing::databases;

    #[test]
    fn codes_are_told_apart() {
        assert_eq!(of_sqlite(13), Some(Reason::DiskFull));
        assert_eq!(of_sqlite(778), Some(Reason::DiskError), "an I/O error while writing");
        assert_eq!(of_sqlite(517), Some(Reason::Locked), "an old snapshot");
        assert_eq!(of_sqlite(2067), None, "not unique");
        assert_eq!(of_postgres("53100"), Some(Reason::DiskFull));
        assert_eq!(of_postgres("08006"), Some(Reason::Disconnected));
        assert_eq!(of_postgres("28P01"), Some(Reason::Denied));
        assert_eq!(of_postgres("23505"), None, "not unique");
        assert_eq!(of_postgres("42P01"), None, "no such table");
    }

    #[tokio::test]
    async fn a_database_that_may_not_be_written_says_so() {
        for test in databases().await {
            let database = &test.database;
            database.writer().execute_unprepared("CREATE TABLE things (id BIGINT)").await.unwrap();
            let transaction = database.begin_write().await.unwrap();
            let read_only = if database.is_sqlite() { "PRAGMA query_only = 1" } else { "SET TRANSACTION READ ONLY" };
            transaction.execute_unprepared(read_only).await.unwrap();
            let error = transaction.execute_unprepared("INSERT INTO things VALUES (1)").await.unwrap_err();
            assert_eq!(Reason::of(&error), Some(Reason::ReadOnly), "{}: {error}", test.name);
            if database.is_sqlite() {
                transaction.execute_unprepared("PRAGMA query_only = 0").await.unwrap();
            }
            transaction.rollback().await.unwrap();
            let missing = database.writer().execute_unprepared("INSERT INTO nothing VALUES (1)").await.unwrap_err();
            assert_eq!(Reason::of(&missing), None, "{}: {missing}", test.name);
        }
    }
}
