//! A publisher that answers, hangs, answers nonsense or withdraws a key, on a clock that the tests move.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{FutureExt as _, future::BoxFuture};
use jsonwebtoken::Algorithm;
use tokio::time::advance;

use super::*;
use crate::{
    Transport, TransportError,
    keys::{KeyPair, KeySet, jwks},
    transport::{Request, Response},
};

/// On a clock that stands still, a request would arrive when the fetch before it began.
const MOMENT: Duration = Duration::from_millis(1);

/// What the publisher does when it is asked.
#[derive(Clone)]
enum Mood {
    Answers(String),
    Hangs,
    IsGone,
}

struct Publisher {
    mood: Mutex<Mood>,
    asked: AtomicUsize,
}

impl Publisher {
    fn new(mood: Mood) -> (Arc<Self>, Arc<KeySet>) {
        let publisher = Arc::new(Self { mood: Mutex::new(mood), asked: AtomicUsize::new(0) });
        let set = KeySet::fetched(publisher.clone(), "/jwks.json");
        (publisher, Arc::new(set))
    }

    fn of(pair: &KeyPair) -> (Arc<Self>, Arc<KeySet>) {
        Self::new(publishing([pair]))
    }

    fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn publishing<'a>(pairs: impl IntoIterator<Item = &'a KeyPair>) -> Mood {
    Mood::Answers(jwks(pairs).to_string())
}

impl Transport for Publisher {
    fn send(&self, _: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mood = self.mood.lock().unwrap().clone();
        async move {
            match mood {
                Mood::Answers(body) => Ok(Response::new(body.into())),
                Mood::Hangs => std::future::pending().await,
                Mood::IsGone => Err(TransportError::Unreachable("nobody listens".to_owned())),
            }
        }
        .boxed()
    }
}

async fn find(set: &KeySet, kid: &str) -> Result<Option<Arc<PublicKey>>, KeysUnavailable> {
    set.find(Some(kid), Algorithm::EdDSA).await
}

async fn knows(set: &KeySet, pair: &KeyPair) -> bool {
    find(set, &pair.kid).await.unwrap().is_some()
}

#[tokio::test(start_paused = true)]
async fn a_publisher_that_cannot_be_asked_says_nothing_about_a_key() {
    let pair = KeyPair::generate();
    for mood in [Mood::IsGone, Mood::Hangs, Mood::Answers("<html>".into()), Mood::Answers(r#"{"keys":[]}"#.into())] {
        let (publisher, set) = Publisher::new(mood);
        assert_eq!(find(&set, &pair.kid).await, Err(KeysUnavailable));
        assert_eq!(find(&set, &pair.kid).await, Err(KeysUnavailable));
        publisher.becomes(publishing([&pair]));
        advance(PAUSE).await;
        assert!(knows(&set, &pair).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_bad_answer_replaces_nothing() {
    let pair = KeyPair::generate();
    let (publisher, set) = Publisher::of(&pair);
    let key = find(&set, &pair.kid).await.unwrap().unwrap();
    let encryption = r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#;
    for bad in ["<html>", "", r#"{"keys":[]}"#, "{}", encryption] {
        publisher.becomes(Mood::Answers(bad.to_owned()));
        let before = publisher.asked();
        advance(MAX_AGE).await;
        assert!(knows(&set, &pair).await && set.contains(&key).await, "{bad}");
        tokio::task::yield_now().await;
        assert!(publisher.asked() > before, "{bad}");
    }
    publisher.becomes(Mood::IsGone);
    advance(MAX_AGE).await;
    assert!(knows(&set, &pair).await && set.contains(&key).await);
    advance(MAX_STALE).await;
    assert_eq!(find(&set, &pair.kid).await, Err(KeysUnavailable));
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_key_ends_within_five_minutes() {
    let (old, new) = (KeyPair::generate(), KeyPair::generate());
    let (publisher, set) = Publisher::of(&old);
    let key = find(&set, &old.kid).await.unwrap().unwrap();
    publisher.becomes(publishing([&new]));
    assert!(set.contains(&key).await);
    advance(MAX_AGE).await;
    assert!(!set.contains(&key).await);
    assert!(!knows(&set, &old).await);
    assert!(knows(&set, &new).await);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_stays_is_the_same_key() {
    let (stays, comes) = (KeyPair::generate(), KeyPair::generate());
    let (publisher, set) = Publisher::of(&stays);
    let key = find(&set, &stays.kid).await.unwrap().unwrap();
    publisher.becomes(publishing([&comes, &stays]));
    advance(PAUSE).await;
    assert!(knows(&set, &comes).await);
    assert!(set.contains(&key).await);
    // Another key under the same name is another key.
    publisher.becomes(publishing([&KeyPair::generate().with_kid(&stays.kid)]));
    advance(MAX_AGE).await;
    assert!(!set.contains(&key).await);
}

#[tokio::test(start_paused = true)]
async fn an_old_set_is_used_while_it_is_fetched_anew() {
    let pair = KeyPair::generate();
    let (publisher, set) = Publisher::of(&pair);
    assert!(knows(&set, &pair).await);
    publisher.becomes(Mood::Hangs);
    advance(FRESH).await;
    let began = Instant::now();
    assert!(knows(&set, &pair).await);
    assert_eq!((began.elapsed(), publisher.asked()), (Duration::ZERO, 1), "the fetch has a task of its own");
    tokio::task::yield_now().await;
    assert_eq!(publisher.asked(), 2);
    // Who finds out that the publisher hangs waits once, and nobody after that.
    advance(MAX_AGE).await;
    assert!(knows(&set, &pair).await);
    let began = Instant::now();
    assert!(knows(&set, &pair).await);
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn names_at_random_cause_bounded_fetches_and_delay_nobody() {
    let pair = KeyPair::generate();
    let (publisher, set) = Publisher::of(&pair);
    assert!(knows(&set, &pair).await);
    advance(MOMENT).await;
    let strangers: Vec<_> = (0..500)
        .map(|number| {
            let set = set.clone();
            tokio::spawn(async move { find(&set, &format!("stranger {number}")).await })
        })
        .collect();
    tokio::task::yield_now().await;
    let began = Instant::now();
    assert!(knows(&set, &pair).await);
    assert_eq!(began.elapsed(), Duration::ZERO);
    let mut unanswered = 0;
    for stranger in strangers {
        match stranger.await.unwrap() {
            Ok(found) => assert!(found.is_none()),
            Err(KeysUnavailable) => unanswered += 1,
        }
    }
    assert_eq!((publisher.asked(), unanswered), (2, 500 - WAITING));
    assert!(began.elapsed() <= PAUSE);
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_found_at_once_also_right_after_a_fetch() {
    let (old, new) = (KeyPair::generate(), KeyPair::generate());
    let (publisher, set) = Publisher::of(&old);
    assert!(knows(&set, &old).await);
    advance(MOMENT).await;
    assert_eq!(find(&set, "stranger").await, Ok(None));
    advance(MOMENT).await;
    publisher.becomes(publishing([&old, &new]));
    assert!(knows(&set, &new).await);
    // A known name with another algorithm is no reason to ask.
    let before = publisher.asked();
    assert_eq!(set.find(Some(&new.kid), Algorithm::RS256).await, Ok(None));
    assert_eq!(publisher.asked(), before);
}

#[tokio::test(start_paused = true)]
async fn many_who_need_the_first_set_cause_one_fetch() {
    let pair = KeyPair::generate();
    let (publisher, set) = Publisher::of(&pair);
    let all = futures_util::future::join_all((0..50).map(|_| knows(&set, &pair))).await;
    assert!(all.into_iter().all(|known| known));
    assert_eq!(publisher.asked(), 1);
}

#[test]
fn a_fetch_whose_runtime_ended_is_begun_anew() {
    let pair = KeyPair::generate();
    let (publisher, set) = Publisher::new(Mood::Hangs);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    first.block_on(async {
        let asking = tokio::spawn({
            let (set, kid) = (set.clone(), pair.kid.clone());
            async move { find(&set, &kid).await }
        });
        while publisher.asked() == 0 {
            tokio::task::yield_now().await;
        }
        asking.abort();
    });
    drop(first);
    publisher.becomes(publishing([&pair]));
    std::thread::sleep(PAUSE);
    assert!(runtime().block_on(knows(&set, &pair)));
}

/// Several replicas, each at an address of its own, that come and go.
#[tokio::test]
async fn keys_of_all_replicas_are_one_set_and_stay_for_a_while_where_one_goes() {
    use std::{collections::BTreeMap, net::SocketAddr};

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use crate::transport::{Authorities, Replicas, Resolve};

    type Published = Arc<Mutex<BTreeMap<SocketAddr, Option<String>>>>;

    async fn replica(published: &Published, pair: &KeyPair) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        published.lock().unwrap().insert(address, Some(jwks([pair]).to_string()));
        let published = published.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 4096]).await;
                let Some(body) = published.lock().unwrap()[&address].clone() else { continue };
                let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            }
        });
        address
    }

    let published = Published::default();
    let addresses: Arc<Mutex<Vec<SocketAddr>>> = Arc::default();
    let known = addresses.clone();
    let resolve: Resolve = Arc::new(move |_, _| {
        let known = known.lock().unwrap().clone();
        Box::pin(async move { Ok(known) })
    });
    let replicas = Replicas::with_resolver("http://orders:4003", &Authorities::default(), resolve).unwrap();
    let set = KeySet::published(vec![(replicas, "/.well-known/jwks.json".to_owned())]);
    let pairs = [KeyPair::generate(), KeyPair::generate(), KeyPair::generate()];
    let [one, two, three] = &pairs;
    let first = replica(&published, one).await;
    let second = replica(&published, two).await;
    *addresses.lock().unwrap() = vec![first, second];
    assert!(knows(&set, one).await && knows(&set, two).await);
    let key = find(&set, &one.kid).await.unwrap().unwrap();

    // One more comes, one hangs up, and one has no address any more: whoever is away keeps its keys for now.
    let third = replica(&published, three).await;
    published.lock().unwrap().insert(second, None);
    *addresses.lock().unwrap() = vec![second, third];
    assert!(knows(&set, three).await, "an unknown name makes all of them be asked again");
    assert!(knows(&set, one).await && knows(&set, two).await && set.contains(&key).await);

    // One that answers is taken at its word at once.
    let new = KeyPair::generate();
    published.lock().unwrap().insert(third, Some(jwks([&new]).to_string()));
    assert!(knows(&set, &new).await);
    assert!(!knows(&set, three).await && knows(&set, two).await);
}
