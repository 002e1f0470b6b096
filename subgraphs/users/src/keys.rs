//! Where the signing key comes from: the operator's file, or the database, where all replicas find the same one.

use std::path::Path;

use anyhow::Context as _;
use kit::{Clock, Database};
use schema::keys::KeyPair;

use crate::repository::keys;

/// The pair that signs, and those that are only still published.
pub struct Keys {
    /// Signs.
    pub signing: KeyPair,
    /// Believed, but signing no more.
    pub retired: Vec<KeyPair>,
}

/// Reads the keys; at the very first start they are made.
pub async fn load(database: &Database, clock: &Clock, file: Option<&Path>) -> anyhow::Result<Keys> {
    if let Some(file) = file {
        let signing = kit::trust::key_pair(file).context("the signing key")?;
        return Ok(Keys { signing, retired: Vec::new() });
    }
    let db = database.connection();
    let mut stored = keys::all(db).await?;
    if !stored.iter().any(|(_, is_active)| *is_active) {
        let pair = KeyPair::generate();
        keys::propose(database.writer(), &pair.kid, pair.to_pem(), clock.now()).await?;
        stored = keys::all(db).await?;
    }
    let mut pairs = stored.iter().map(|(pem, _)| KeyPair::from_pem(pem).context("a stored signing key"));
    let signing = pairs.next().context("there is no signing key")??;
    Ok(Keys { signing, retired: pairs.collect::<Result<_, _>>()? })
}
