//! Addresses as people write them: `NAME=URL`, and URLs that belong together.

use std::path::Path;

use anyhow::{Context as _, ensure};
use schema::transport::{Authorities, redacted};

/// Whether two URLs lead to the same host and port, whatever credentials they have.
pub(super) fn same_origin(one: &str, other: &str) -> bool {
    let origin = |url: &str| {
        let uri = url.trim().parse::<http::Uri>().ok()?;
        Some((uri.host()?.to_ascii_lowercase(), uri.port_u16(), uri.scheme_str()? == "https"))
    };
    origin(one).is_some() && origin(one) == origin(other)
}

/// The certificate authorities of the web, and those in a PEM file.
pub(super) fn authorities(file: Option<&Path>) -> anyhow::Result<Authorities> {
    Authorities::with_file(file).with_context(|| format!("--subgraph-ca {}", file.unwrap_or(Path::new("")).display()))
}

/// `NAME=URL` as its parts.
pub(super) fn pair<'a>(entry: &'a str, flag: &str) -> anyhow::Result<(&'a str, &'a str)> {
    let (name, value) =
        entry.split_once('=').with_context(|| format!("{flag} {:?} is not NAME=URL", redacted(entry)))?;
    ensure!(!name.trim().is_empty() && !value.trim().is_empty(), "{flag} {:?} is not NAME=URL", redacted(entry));
    Ok((name.trim(), value.trim()))
}
