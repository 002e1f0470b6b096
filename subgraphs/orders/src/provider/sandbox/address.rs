//! Where the sandbox keeps its books unless it is told: beside the orders, and never among them.

use anyhow::{Context as _, ensure};

/// What the books' file is called, and what is added to the name of a PostgreSQL database.
const NAME: &str = "sandbox";

/// The database beside that of the orders.
pub(super) fn beside(orders: &str) -> anyhow::Result<String> {
    if let Some(file) = kit::database::sqlite_path(orders) {
        return Ok(format!("sqlite:{}", file.with_file_name(format!("{NAME}.sqlite")).display()));
    }
    let (address, parameters) = orders.split_once('?').map_or((orders, None), |(address, rest)| (address, Some(rest)));
    let name = address.split_once("://").and_then(|(_, rest)| rest.rsplit_once('/')).map(|(_, name)| name);
    let name =
        name.context("the database of orders has no name: say with --sandbox-database-url where the books are")?;
    ensure!(
        !name.is_empty(),
        "the database of orders has no name: say with --sandbox-database-url where the books are"
    );
    Ok(format!("{address}_{NAME}{}", parameters.map_or_else(String::new, |parameters| format!("?{parameters}"))))
}

/// Whether both are one database, as far as their addresses tell.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    match (kit::database::sqlite_path(one), kit::database::sqlite_path(other)) {
        (Some(one), Some(other)) => std::path::absolute(&one).ok() == std::path::absolute(&other).ok(),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_stand_beside_the_orders() {
        for (orders, books) in [
            ("sqlite:data/orders.sqlite", "sqlite:data/sandbox.sqlite"),
            ("sqlite:///var/shop/rows.sqlite?mode=rwc", "sqlite:/var/shop/sandbox.sqlite"),
            ("postgres://shop:secret@host:5432/orders", "postgres://shop:secret@host:5432/orders_sandbox"),
            ("postgres://host/orders?sslmode=require", "postgres://host/orders_sandbox?sslmode=require"),
        ] {
            assert_eq!(beside(orders).unwrap(), books);
            assert!(!is_same(orders, books));
        }
        assert!(is_same("sqlite:a/b", "sqlite://a/b?mode=rw") && is_same("postgres://h/o", "postgres://h/o"));
        for nameless in ["postgres://host", "postgres://host/"] {
            let error = beside(nameless).unwrap_err().to_string();
            assert!(error.contains("--sandbox-database-url"), "{error}");
        }
    }
}
