//! Why tokens were refused, for the log: never for who sent them.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::TokenError;

/// A refusal: what the client may know of it, and what the log may.
pub(super) struct Refused {
    pub error: TokenError,
    pub reason: String,
}

impl Refused {
    pub fn invalid(reason: impl Into<String>) -> Self {
        Self { error: TokenError::Invalid, reason: reason.into() }
    }
}

/// What an unknown sender wrote, short and harmless in a line of a log.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    let shown: String = text.chars().take(LONGEST).collect();
    let ellipsis = if shown.len() < text.len() { "…" } else { "" };
    format!("{shown:?}{ellipsis}")
}

/// So many refusals are logged at `info` in each [`WINDOW`]; the others only at `debug`, as anybody may cause them.
const LOGGED: u32 = 10;
const WINDOW: Duration = Duration::from_secs(10);

/// Logs refusals at a bounded rate.
#[derive(Default)]
pub(super) struct RefusalLog {
    window: Mutex<Option<Window>>,
}

struct Window {
    began: Instant,
    count: u32,
}

impl RefusalLog {
    /// Logs one, and returns what the client may know.
    pub fn report(&self, refused: &Refused) -> TokenError {
        let Refused { error, reason } = refused;
        match self.count() {
            (is_shown, Some(hidden)) if is_shown => {
                tracing::info!(
                    "an access token was refused: {reason} (before: {hidden} refusals that were not logged)"
                );
            }
            (true, _) => tracing::info!("an access token was refused: {reason}"),
            _ => tracing::debug!("an access token was refused: {reason}"),
        }
        *error
    }

    /// Whether to show the next one, and how many were hidden before a new window begins.
    fn count(&self) -> (bool, Option<u32>) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *window {
            Some(window) if window.began.elapsed() < WINDOW => {
                window.count = window.count.saturating_add(1);
                (window.count <= LOGGED, None)
            }
            old => {
                let hidden = old.as_ref().map(|old| old.count.saturating_sub(LOGGED)).filter(|hidden| *hidden > 0);
                *old = Some(Window { began: Instant::now(), count: 1 });
                (true, hidden)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_fills_no_log_and_is_counted() {
        let log = RefusalLog::default();
        let shown = (0..1000).filter(|_| log.count().0).count();
        assert_eq!(shown, LOGGED as usize);
        tokio::time::advance(WINDOW).await;
        assert_eq!(log.count(), (true, Some(1000 - LOGGED)));
        tokio::time::advance(WINDOW).await;
        assert_eq!(log.count(), (true, None));
    }

    #[test]
    fn what_a_sender_wrote_is_one_short_line() {
        assert_eq!(quoted("a\nb"), r#""a\nb""#);
        assert_eq!(quoted(&"é".repeat(500)), format!("\"{}\"…", "é".repeat(80)));
    }
}
