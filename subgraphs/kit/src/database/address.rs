//! The address of a PostgreSQL database, with its password apart.
//!
//! The driver and SeaORM repeat an address that they cannot read, show it in the spans of their logs, and warn of
//! parameters with their values. So they are never given a password in an address, nor one that is not understood here.

use anyhow::{Context as _, bail, ensure};
use percent_encoding::percent_decode_str;
use sea_orm::sqlx::postgres::PgConnectOptions;
use url::Url;

/// The parameters that the driver knows; it prints the values of others.
const PARAMETERS: [&str; 17] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// A PostgreSQL database: where it is, and as whom to go there.
#[derive(Clone)]
pub(super) struct Address {
    /// Without the password.
    url: String,
    password: Option<String>,
}

impl Address {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT/NAME?PARAMETER=VALUE`. The error shows no part of it.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut url = unambiguous(text)?;
        let mut password = url.password().map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
        let mut kept = Vec::new();
        for (key, value) in url.query_pairs() {
            match &*key {
                "password" => password = Some(value.into_owned()),
                "sslkey" | "ssl-key" if value.contains("-----") => bail!("{key} must be the name of a file"),
                known if PARAMETERS.contains(&known) || known.starts_with("options[") => {
                    kept.push((key.into_owned(), value.into_owned()));
                }
                other => tracing::warn!(parameter = other, "this parameter of the database's address is not known"),
            }
        }
        if url.password().is_some() {
            url.set_password(None).ok().context("the address of the database has a password but no host")?;
        }
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        let read = Self { url: url.into(), password };
        // Errors of the driver are about values of known parameters, such as a port.
        read.url.parse::<PgConnectOptions>().context("the address of the database cannot be read")?;
        Ok(read)
    }

    /// The address without the password, for those who connect with [`Self::with_password`].
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address as people may see it: without parameters, too.
    pub fn shown(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    /// The driver's options for [`Self::url`], completed.
    pub fn with_password(&self, options: PgConnectOptions) -> PgConnectOptions {
        match &self.password {
            Some(password) => options.password(password),
            None => options,
        }
    }
}

/// The address as a URL, if it can be read in one way only. In `postgres://shop:12/9@host/name` the password could be a
/// port, and the rest of it a path.
fn unambiguous(text: &str) -> anyhow::Result<Url> {
    const HOW: &str = "the address of the database cannot be read: it must be postgres://USER:PASSWORD@HOST:PORT/NAME, \
                       with special characters percent-encoded (# as %23, / as %2F, : as %3A, ? as %3F, @ as %40)";
    let rest = text.split_once("://").map(|(_, rest)| rest).context(HOW)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    ensure!(!rest[end..].contains(['@', '#']), HOW);
    // The parser's reasons, such as "invalid port number", say nothing of its input, but nothing helpful either.
    Url::parse(text).ok().context(HOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_taken_out_wherever_it_stands() {
        for (text, url, password) in [
            ("postgres://shop:secret@host:5/x", "postgres://shop@host:5/x", Some("secret")),
            ("postgres://shop:Top%23S%2F9@host/x", "postgres://shop@host/x", Some("Top#S/9")),
            ("postgres://shop:a:b@host/x", "postgres://shop@host/x", Some("a:b")),
            ("postgres://shop:a@b@host/x", "postgres://shop@host/x", Some("a@b")),
            (
                "postgres://host/x?user=shop&password=a%26b&sslmode=require",
                "postgres://host/x?user=shop&sslmode=require",
                Some("a&b"),
            ),
            ("postgres://shop:one@host/x?password=two", "postgres://shop@host/x", Some("two")),
            ("postgres://host/x?sslpassword=secret&sslkey=file.pem", "postgres://host/x?sslkey=file.pem", None),
            ("postgresql:///x?host=/run/postgresql", "postgresql:///x?host=%2Frun%2Fpostgresql", None),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.url(), address.password.as_deref()), (url, password), "{text}");
            assert!(!format!("{:?}", address.url()).contains("secret"));
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused_without_a_word_of_it() {
        for text in [
            "postgres://shop:Top#Secret/9@host/x",
            "postgres://shop:12/Secret@host/x",
            "postgres://shop:12?Secret@host/x",
            "postgres://shop:12#Secret@host/x",
            "postgres://shop:Secret",
            "postgres:shop:Secret@host/x",
            "postgres://shop:Secret@host:Secret/x",
            "postgres://shop:Secret@host/x?port=Secret#",
            "postgres://host/x?sslkey=-----BEGIN Secret",
        ] {
            let error = Address::parse(text).err().map(|error| format!("{error:#}"));
            let error = error.unwrap_or_else(|| panic!("{text} was taken"));
            assert!(!error.contains("Secret") && !error.contains("12"), "{text}: {error}");
        }
    }
}
