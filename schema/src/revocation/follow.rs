//! Follows the log of revocations of another process.
//!
//! The log is asked every second for what is new; no broker is needed. Where it was not heard for longer than a process
//! may rely on what it knows, tokens can be neither believed nor refused.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use http::HeaderValue;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};
use uuid::Uuid;

use super::{GRACE, LOG_PATH, LogPage, Revocation, Revocations, RevokedSessions};
use crate::{
    service::{SERVICE_HEADER, ServiceSigner},
    transport::{Body, Transport, call},
};

/// The pause between two requests.
const INTERVAL: Duration = Duration::from_secs(1);
/// The first pause while the log has never been heard; it doubles up to [`INTERVAL`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The time for one request.
const TIMEOUT: Duration = Duration::from_secs(3);
/// The longest page, in bytes.
const MAX_PAGE: usize = 1024 * 1024;
/// How long a token waits at the start of a process for the log to be heard for the first time.
const FIRST_WAIT: Duration = Duration::from_secs(10);

/// What a process has learnt from the log, and when it last heard from it.
pub struct FollowedRevocations {
    sessions: RevokedSessions,
    /// When the last request that was answered with all there was began.
    heard: watch::Sender<Option<Instant>>,
    patience: Duration,
}

impl FollowedRevocations {
    /// Nothing was heard yet. Once it was, that is relied on for `patience`.
    pub fn new(patience: Duration) -> Self {
        Self { sessions: RevokedSessions::default(), heard: watch::Sender::new(None), patience }
    }
}

impl Revocations for FollowedRevocations {
    fn revoke(&self, session: Uuid, until: i64) {
        self.sessions.revoke(session, until);
    }

    fn is_revoked(&self, session: Uuid) -> bool {
        self.sessions.is_revoked(session)
    }

    fn is_current(&self) -> bool {
        self.heard.borrow().is_some_and(|heard| heard.elapsed() <= self.patience)
    }

    fn becomes_current(&self) -> BoxFuture<'_, bool> {
        Box::pin(async {
            let mut heard = self.heard.subscribe();
            let _ = timeout(FIRST_WAIT, heard.wait_for(Option::is_some)).await;
            self.is_current()
        })
    }
}

/// Asks for the log and feeds a [`FollowedRevocations`].
pub struct Follower {
    /// The way to `users`.
    pub transport: Arc<dyn Transport>,
    /// Where the log is; [`LOG_PATH`] unless somebody has put another path in front of it.
    pub path: String,
    /// Proves to `users` which process asks.
    pub signer: Arc<ServiceSigner>,
    /// What is fed.
    pub revocations: Arc<FollowedRevocations>,
}

/// The name of the process that serves the log, for which service tokens are made.
const PUBLISHER: &str = "users";

impl Follower {
    /// A follower of the log at `path`, which is [`LOG_PATH`] where none is given, and what it feeds.
    pub fn new(
        transport: Arc<dyn Transport>,
        path: &str,
        signer: Arc<ServiceSigner>,
        patience: Duration,
    ) -> (Self, Arc<FollowedRevocations>) {
        let revocations = Arc::new(FollowedRevocations::new(patience));
        let path = if path.is_empty() || path == "/" { LOG_PATH } else { path }.to_owned();
        (Self { transport, path, signer, revocations: revocations.clone() }, revocations)
    }

    /// Follows the log for ever.
    pub async fn run(self) {
        let mut cursor = None;
        let mut pause = FIRST_PAUSE;
        let mut has_failed = false;
        loop {
            let asked = Instant::now();
            let answer = timeout(TIMEOUT, self.ask(cursor)).await;
            match answer.unwrap_or_else(|_| Err("it did not answer in time".to_owned())) {
                Ok(page) => {
                    self.take(&page);
                    cursor = Some(page.cursor);
                    if page.more {
                        continue;
                    }
                    if std::mem::take(&mut has_failed) {
                        tracing::info!("the log of revocations is heard again");
                    }
                    self.revocations.heard.send_replace(Some(asked));
                    pause = INTERVAL;
                }
                Err(reason) => {
                    // It is asked again each second: one line is enough. At the start the other side may not be there yet.
                    match (std::mem::replace(&mut has_failed, true), cursor) {
                        (true, _) => tracing::debug!(reason, "no log of revocations"),
                        (false, None) => tracing::info!(reason, "waiting for the log of revocations"),
                        (false, Some(_)) => tracing::warn!(reason, "the log of revocations cannot be read"),
                    }
                    pause = (pause * 2).min(INTERVAL);
                }
            }
            sleep(pause).await;
        }
    }

    fn take(&self, page: &LogPage) {
        for Revocation { session, until } in &page.revocations {
            self.revocations.revoke(*session, until.saturating_add(GRACE));
        }
    }

    async fn ask(&self, cursor: Option<i64>) -> Result<LogPage, String> {
        let path = match cursor {
            Some(cursor) => format!("{}?after={cursor}", self.path),
            None => self.path.clone(),
        };
        let mut request = http::Request::get(path).body(Body::empty()).map_err(|error| error.to_string())?;
        let token = HeaderValue::from_str(&self.signer.token(PUBLISHER)).map_err(|error| error.to_string())?;
        request.headers_mut().insert(SERVICE_HEADER, token);
        let response = call(self.transport.as_ref(), request, MAX_PAGE).await.map_err(|error| error.to_string())?;
        if response.status() != http::StatusCode::OK {
            return Err(format!("status {}", response.status()));
        }
        serde_json::from_slice(response.body()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests;
