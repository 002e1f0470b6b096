//! Addresses as people write them: `NAME=URL`, and URLs that belong together.

use anyhow::{Context as _, ensure};

/// Whether two URLs lead to the same host and port.
pub(super) fn same_origin(one: &str, other: &str) -> bool {
    let authority = |url: &str| url.trim().parse::<http::Uri>().ok().and_then(|uri| uri.authority().cloned());
    authority(one).is_some() && authority(one) == authority(other)
}

/// `NAME=URL` as its parts.
pub(super) fn pair<'a>(entry: &'a str, flag: &str) -> anyhow::Result<(&'a str, &'a str)> {
    let (name, value) = entry.split_once('=').with_context(|| format!("{flag} {entry:?} is not NAME=URL"))?;
    ensure!(!name.trim().is_empty() && !value.trim().is_empty(), "{flag} {entry:?} is not NAME=URL");
    Ok((name.trim(), value.trim()))
}
