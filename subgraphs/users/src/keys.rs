//! Where the signing keys come from: the operator's file, or the database, where all replicas find the same ones. Both are
//! looked at again and again, so that a change needs no restart.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail, ensure};
use axum::{Router, routing::get};
use kit::{Clock, Database, data, server::Stop};
use schema::keys::{KeyPair, jwks};

use crate::{
    accounts::Accounts,
    domain::signing_key::{AFTERLIFE, KeyState, LEAD, RELOAD, StoredKey, ripe, state},
    repository::keys,
    tokens::TokenIssuer,
};

/// The pair that signs, and those that are only published.
#[derive(Clone)]
pub struct Keys {
    /// Signs.
    pub signing: KeyPair,
    /// Believed, but signing not yet, or no more.
    pub others: Vec<KeyPair>,
}

impl Keys {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &KeyPair> {
        std::iter::once(&self.signing).chain(&self.others)
    }

    /// The one called `kid` signs.
    fn of(mut pairs: Vec<KeyPair>, kid: &str) -> anyhow::Result<Self> {
        let place = pairs.iter().position(|pair| pair.kid == kid).context("there is no signing key")?;
        Ok(Self { signing: pairs.remove(place), others: pairs })
    }
}

/// Reads the keys, and carries out what is due: a key that has been published long enough begins to sign, one that retired
/// long enough ago is forgotten. At the very first start a key is made.
pub async fn load(database: &Database, clock: &Clock, file: Option<&Path>) -> anyhow::Result<Keys> {
    match file {
        Some(file) => in_file(database, clock, file).await,
        None => in_database(database, clock).await,
    }
}

async fn in_database(database: &Database, clock: &Clock) -> anyhow::Result<Keys> {
    let mut stored = keys::all(database.connection()).await?;
    let now = clock.now();
    let active = stored.iter().find(|key| key.is_active);
    let states: Vec<_> = stored.iter().map(|key| (key, state(key, active))).collect();
    let due = states.iter().find(|(_, state)| matches!(state, KeyState::Waiting(at) if *at <= now));
    let over = |state: &KeyState| matches!(state, KeyState::Retired(Some(at)) if *at <= now);
    let over: Vec<&str> = states.iter().filter(|(_, state)| over(state)).map(|(key, _)| &*key.kid).collect();
    if active.is_none() && due.is_none() {
        let pair = KeyPair::generate();
        keys::propose(database.writer(), &pair.kid, pair.to_pem(), now).await?;
    } else if let Some((key, _)) = due {
        activate(database, &key.kid, clock).await?;
    } else if !over.is_empty() {
        keys::forget(database.writer(), &over).await?;
        tracing::info!(kids = over.join(", "), "signing keys whose tokens have expired were forgotten");
    } else {
        return from(&stored);
    }
    stored = keys::all(database.connection()).await?;
    from(&stored)
}

fn from(stored: &[StoredKey]) -> anyhow::Result<Keys> {
    let pairs = stored.iter().map(|key| KeyPair::from_pem(&key.pem).context("a stored signing key"));
    let active = stored.iter().find(|key| key.is_active).context("there is no signing key")?;
    Keys::of(pairs.collect::<anyhow::Result<_>>()?, &active.kid)
}

async fn activate(database: &Database, kid: &str, clock: &Clock) -> anyhow::Result<()> {
    let transaction = database.begin_write().await?;
    keys::activate(&transaction, kid, clock.now()).await?;
    transaction.commit().await?;
    tracing::info!(kid, "this key signs access tokens from now on");
    Ok(())
}

/// The keys of the operator's file, of which the first signs that verifiers can know. Until one does, the database's key
/// goes on if it has signed so far; its tokens are believed as long as they live.
async fn in_file(database: &Database, clock: &Clock, file: &Path) -> anyhow::Result<Keys> {
    let mut pairs = read(file).context("the signing key")?;
    let now = clock.now();
    let kids: Vec<&str> = pairs.iter().map(|pair| &*pair.kid).collect();
    let published = keys::published(database.connection(), database.writer(), &kids, now).await?;
    let in_order = || kids.iter().filter_map(|kid| Some((*kid, *published.get(*kid)?)));
    let ripe = ripe(in_order(), now).map(str::to_owned);
    let stored = keys::all(database.connection()).await?;
    let stored_active = stored.iter().find(|key| key.is_active).map(|key| key.kid.clone());
    let first = in_order().min_by_key(|(_, at)| *at).map(|(kid, _)| kid.to_owned());
    let signing = ripe.clone().or(stored_active).or(first).context("there is no signing key")?;
    // Since the first file, whatever key it held.
    let is_recent = published.values().min().is_none_or(|first| now < *first + LEAD + AFTERLIFE);
    if ripe.is_none() || is_recent {
        for key in &stored {
            pairs.push(KeyPair::from_pem(&key.pem).context("a stored signing key")?);
        }
    }
    Keys::of(pairs, &signing)
}

/// One or more private keys, one after the other; a file that is not there is made with one.
fn read(file: &Path) -> anyhow::Result<Vec<KeyPair>> {
    const END: &str = "-----END PRIVATE KEY-----";
    if !file.exists() {
        return Ok(vec![kit::trust::key_pair(file)?]);
    }
    data::close_key_file(file);
    let named = || file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let pems = text.split_inclusive(END).filter(|part| !part.trim().is_empty());
    let pairs = pems.map(|pem| KeyPair::from_pem(pem).with_context(named)).collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(!pairs.is_empty(), "{}: there is no key in it", file.display());
    Ok(pairs)
}

/// Looks at the keys again: signs with, and believes, what is there now.
pub async fn refresh(accounts: &Accounts, file: Option<&Path>) -> anyhow::Result<()> {
    accounts.tokens.replace(load(&accounts.database, &accounts.clock, file).await?);
    Ok(())
}

/// Does so again and again until the process ends.
pub async fn follow(accounts: Accounts, file: Option<PathBuf>, mut stop: Stop) {
    let mut has_failed = false;
    while stop.sleep(RELOAD).await {
        let refreshed = refresh(&accounts, file.as_deref()).await;
        match &refreshed {
            Ok(()) => {}
            Err(error) if has_failed => tracing::debug!("the signing keys cannot be read: {error:#}"),
            Err(error) => tracing::warn!("the signing keys cannot be read, those that are known go on: {error:#}"),
        }
        has_failed = refreshed.is_err();
    }
}

/// Serves the public halves of today's keys at `/.well-known/jwks.json`.
pub fn route(tokens: Arc<TokenIssuer>) -> Router {
    let answer = move || {
        let document = jwks(tokens.keys().all()).to_string();
        async move { ([(http::header::CONTENT_TYPE, "application/json")], document) }
    };
    Router::new().route("/.well-known/jwks.json", get(answer))
}

/// All keys of the database and what they are, the oldest first.
pub async fn list(database: &Database) -> anyhow::Result<Vec<(StoredKey, KeyState)>> {
    let stored = keys::all(database.connection()).await?;
    let active = stored.iter().find(|key| key.is_active).cloned();
    Ok(stored.into_iter().map(|key| (key.clone(), state(&key, active.as_ref()))).collect())
}

/// Makes a key that takes over when all verifiers can know it; `at_once`: now, and if one is waiting, that one.
pub async fn rotate(database: &Database, clock: &Clock, at_once: bool) -> anyhow::Result<(String, KeyState)> {
    let known = list(database).await?;
    let waiting = known.iter().find(|(_, state)| matches!(state, KeyState::Waiting(_)));
    let kid = match waiting {
        Some((key, KeyState::Waiting(at))) if !at_once => {
            bail!("the key {} is waiting already and signs from {at} on; --now makes it sign now", key.kid)
        }
        Some((key, _)) => key.kid.clone(),
        None => {
            let pair = KeyPair::generate();
            // Later than the active one by all clocks, because that tells which of two is the newer.
            let last = known.iter().map(|(key, _)| key.created_at + chrono::TimeDelta::milliseconds(1)).max();
            let now = last.map_or(clock.now(), |last| last.max(clock.now()));
            keys::publish(database.writer(), &pair.kid, pair.to_pem(), now).await?;
            pair.kid
        }
    };
    if at_once || known.is_empty() {
        activate(database, &kid, clock).await?;
    }
    let found = list(database).await?.into_iter().find(|(key, _)| key.kid == kid);
    let (key, state) = found.context("the new key is gone")?;
    Ok((key.kid, state))
}

/// Forgets a key that does not sign, although its tokens may not have expired.
pub async fn withdraw(database: &Database, kid: &str) -> anyhow::Result<()> {
    let known = list(database).await?;
    let state = known.iter().find(|(key, _)| key.kid == kid).map(|(_, state)| *state);
    match state {
        None => bail!("there is no key {kid}"),
        Some(KeyState::Signing) => bail!("the key {kid} signs: let another one take over first (keys rotate --now)"),
        Some(_) => drop(keys::forget(database.writer(), &[kid]).await?),
    }
    Ok(())
}
