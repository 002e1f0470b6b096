//! How a driver says that something was not unique.

use sea_orm::{DbErr, RuntimeErr};

/// What was not unique: PostgreSQL gives the index's name, SQLite `table.column` or, for an index over an expression,
/// its name.
pub fn unique_violation(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return None;
    };
    let cause = cause.as_database_error().filter(|cause| cause.is_unique_violation())?;
    if let Some(name) = cause.constraint() {
        return Some(name.to_owned());
    }
    let name = cause.message().rsplit("constraint failed: ").next()?;
    let name = name.strip_prefix("index '").and_then(|name| name.strip_suffix('\'')).unwrap_or(name);
    Some(name.to_owned())
}

/// Whether `error` says that the unique `index` was violated. `columns` is what SQLite says instead of the name:
/// `"users.username_key"`, of an index over several columns `"a.x, a.y"`.
pub fn is_unique(error: &DbErr, index: &str, columns: &str) -> bool {
    unique_violation(error).is_some_and(|name| name == index || name == columns)
}
