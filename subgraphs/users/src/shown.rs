//! Notices access tokens that are shown, because a refresh token may be exchanged again until what was given for it is
//! used (see [`crate::command`]).
//!
//! Only what reaches this domain is noticed. A token that is shown elsewhere first is noticed at the latest when its
//! session is refreshed the next time, within the life of an access token (five minutes) where its owner goes on. For so
//! long a refresh token that was exchanged and stolen may be exchanged again by the thief. Being told of every first use
//! by every process would make that shorter, at the price of a call to this domain for each token, on which all others
//! would depend; and a thief who is faster than the owner is found out only later anyway, when the owner's use of the same
//! token ends the session for both.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, header::AUTHORIZATION};
use kit::random::sha256_hex;
use quick_cache::sync::Cache;

use crate::{accounts::Accounts, repository::sessions};

/// How many tokens are remembered as noted down, so that one that is shown often is written once.
const REMEMBERED: usize = 10_000;

/// The access tokens that were shown to this process. Clones share it.
#[derive(Clone)]
pub struct ShownTokens {
    accounts: Accounts,
    noted: Arc<Cache<String, ()>>,
}

impl ShownTokens {
    /// None so far.
    pub fn new(accounts: Accounts) -> Self {
        Self { accounts, noted: Arc::new(Cache::new(REMEMBERED)) }
    }

    async fn note(&self, token: &str) {
        let digest = sha256_hex(token);
        if self.noted.get(&digest).is_some() {
            return;
        }
        let (database, now) = (&self.accounts.database, self.accounts.clock.now());
        match sessions::use_access(database.writer(), &digest, now).await {
            Ok(()) => self.noted.insert(digest, ()),
            // The next time that it is shown is as good.
            Err(error) => tracing::warn!(%error, "a token that was shown could not be noted down"),
        }
    }
}

/// Passes the request on, and notes its access token down if it was believed.
pub async fn note(State(shown): State<ShownTokens>, request: Request, next: Next) -> Response {
    let token = bearer(request.headers()).map(str::to_owned);
    let response = next.run(request).await;
    if let Some(token) = token.filter(|_| response.status().is_success()) {
        shown.note(&token).await;
    }
    response
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
