//! A log that is served, hangs, breaks off or grows, on a clock that the tests move.

use std::sync::Mutex;

use tokio::time::advance;

use super::*;
use crate::{
    TransportError,
    keys::KeyPair,
    transport::{Request, Response},
};

#[derive(Default)]
struct Publisher {
    sessions: Mutex<Vec<Revocation>>,
    is_gone: Mutex<bool>,
    asked: Mutex<Vec<String>>,
}

/// More entries than a page has.
const PAGE: usize = 2;

impl Publisher {
    fn revokes(&self, session: u128) -> Uuid {
        let session = Uuid::from_u128(session);
        self.sessions.lock().unwrap().push(Revocation { session, until: i64::MAX });
        session
    }

    fn page(&self, path: &str) -> LogPage {
        let after = path.split_once("?after=").map_or(0, |(_, after)| after.parse().unwrap());
        let sessions = self.sessions.lock().unwrap();
        let revocations: Vec<_> = sessions.iter().skip(after).take(PAGE).copied().collect();
        let cursor = after + revocations.len();
        LogPage { more: cursor < sessions.len(), cursor: i64::try_from(cursor).unwrap(), revocations }
    }
}

impl Transport for Publisher {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        assert!(request.headers().contains_key(SERVICE_HEADER));
        let path = request.uri().to_string();
        self.asked.lock().unwrap().push(path.clone());
        let answer = if *self.is_gone.lock().unwrap() {
            Err(TransportError::Timeout)
        } else {
            Ok(Response::new(serde_json::to_vec(&self.page(&path)).unwrap().into()))
        };
        Box::pin(async { answer })
    }
}

const PATIENCE: Duration = Duration::from_secs(30);

fn follow(publisher: &Arc<Publisher>) -> Arc<FollowedRevocations> {
    let signer = Arc::new(ServiceSigner::new("orders", KeyPair::generate()));
    let (follower, revocations) = Follower::new(publisher.clone(), "/", signer, PATIENCE);
    tokio::spawn(follower.run());
    revocations
}

/// Lets the follower ask `times` times.
async fn pass(times: u32) {
    for _ in 0..times {
        advance(INTERVAL).await;
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_alive_comes_first_and_what_is_new_within_a_second() {
    let publisher = Arc::new(Publisher::default());
    let old = [1, 2, 3, 4, 5].map(|session| publisher.revokes(session));
    let revocations = follow(&publisher);
    assert!(!revocations.is_current());
    assert!(revocations.becomes_current().await);
    assert!(old.iter().all(|session| revocations.is_revoked(*session)));
    let new = publisher.revokes(6);
    assert!(!revocations.is_revoked(new));
    pass(1).await;
    assert!(revocations.is_revoked(new));
    let asked = publisher.asked.lock().unwrap().clone();
    let path = |after| format!("{LOG_PATH}?after={after}");
    assert_eq!(asked, [LOG_PATH.to_owned(), path(2), path(4), path(5)]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_heard_for_long_is_not_relied_on_until_it_is_heard_again() {
    let publisher = Arc::new(Publisher::default());
    let revocations = follow(&publisher);
    assert!(revocations.becomes_current().await);
    *publisher.is_gone.lock().unwrap() = true;
    pass(29).await;
    assert!(revocations.is_current());
    pass(2).await;
    let began = Instant::now();
    assert!(!revocations.is_current() && !revocations.becomes_current().await);
    assert_eq!(began.elapsed(), Duration::ZERO, "only a process that starts waits");
    let missed = publisher.revokes(1);
    *publisher.is_gone.lock().unwrap() = false;
    pass(1).await;
    assert!(revocations.is_current() && revocations.is_revoked(missed));
}

#[tokio::test(start_paused = true)]
async fn a_process_that_has_never_heard_believes_nothing_and_waits_no_longer_than_it_says() {
    let publisher = Arc::new(Publisher::default());
    *publisher.is_gone.lock().unwrap() = true;
    let revocations = follow(&publisher);
    let began = Instant::now();
    assert!(!revocations.becomes_current().await);
    assert_eq!(began.elapsed(), FIRST_WAIT);
}
