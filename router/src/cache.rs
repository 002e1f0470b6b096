//! A cache that is bounded in bytes: values by digest, computed once however many requests ask at the same time.
//!
//! Every entry is weighed when it is stored, and the entries that are least useful are evicted when the sum exceeds the
//! bound (S3-FIFO-like, as `quick_cache` does it). Refusals are values like others: a request that was refused once is
//! refused from memory the next time. Nothing is computed under a lock, and whoever waits for a computation waits
//! asynchronously. The cache refuses to know what its values are.

use std::future::Future;

use ahash::RandomState;
use quick_cache::{
    OptionsBuilder, Weighter,
    sync::{Cache as Weighted, DefaultLifecycle},
};

use crate::digest::Digest;

/// A value with its weight in bytes.
#[derive(Clone)]
struct Entry<V> {
    value: V,
    weight: u64,
}

/// Reads the weight that an entry was stored with.
#[derive(Clone)]
struct StoredWeight;

impl<V> Weighter<Digest, Entry<V>> for StoredWeight {
    fn weight(&self, _: &Digest, entry: &Entry<V>) -> u64 {
        entry.weight
    }
}

type Store<V> = Weighted<Digest, Entry<V>, StoredWeight, RandomState, DefaultLifecycle<Digest, Entry<V>>>;

/// The bounds of a [`Cache`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The bytes that all entries may weigh together. With 0, nothing is remembered.
    pub bytes: usize,
    /// The most entries, whatever they weigh. With 0, nothing is remembered.
    pub entries: usize,
}

/// See the module's description.
pub struct Cache<V> {
    store: Option<Store<V>>,
    /// The weight of an entry that weighs less: so much that [`Bounds::entries`] holds.
    least: u64,
}

/// Few shards, so that a single heavy entry (a document of the longest length that is taken) fits into one.
const SHARDS: usize = 2;

/// What the table itself needs for an entry.
const OVERHEAD: u64 = 128;

impl<V: Clone> Cache<V> {
    /// A cache within `bounds`.
    pub fn new(bounds: Bounds) -> Self {
        let (bytes, entries) = (bounds.bytes as u64, bounds.entries as u64);
        let least = bytes.checked_div(entries).unwrap_or(0).max(OVERHEAD);
        let options = OptionsBuilder::new()
            .shards(SHARDS)
            .estimated_items_capacity(usize::try_from(bytes / least).unwrap_or(usize::MAX))
            .weight_capacity(bytes)
            .build()
            .ok()
            .filter(|_| bytes > 0 && entries > 0);
        let store = options
            .map(|options| Store::with_options(options, StoredWeight, RandomState::new(), DefaultLifecycle::default()));
        Self { store, least }
    }

    /// The value of a key, if it is remembered.
    pub fn get(&self, key: &Digest) -> Option<V> {
        self.store.as_ref()?.get(key).map(|entry| entry.value)
    }

    /// Stores a value that weighs `bytes`, beside what the cache itself needs.
    pub fn insert(&self, key: Digest, value: V, bytes: usize) {
        if let Some(store) = &self.store {
            store.insert(key, self.entry(value, bytes));
        }
    }

    /// The value of a key, computed by `make` together with its weight in bytes unless it is remembered. Requests that
    /// ask for the same key meanwhile wait for this computation; if it is dropped or fails, the next of them takes over.
    ///
    /// # Errors
    /// That of `make`, which is not remembered.
    pub async fn get_or_make<E>(
        &self,
        key: &Digest,
        make: impl Future<Output = Result<(V, usize), E>>,
    ) -> Result<V, E> {
        let Some(store) = &self.store else { return make.await.map(|(value, _)| value) };
        let entry = store.get_or_insert_async(key, async {
            let (value, bytes) = make.await?;
            Ok(self.entry(value, bytes))
        });
        entry.await.map(|entry| entry.value)
    }

    fn entry(&self, value: V, bytes: usize) -> Entry<V> {
        Entry { value, weight: (bytes as u64).saturating_add(OVERHEAD).max(self.least) }
    }

    /// What all entries weigh together, in bytes.
    #[cfg(test)]
    fn weight(&self) -> u64 {
        self.store.as_ref().map_or(0, Store::weight)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::sync::Notify;

    use super::*;

    const MIB: usize = 1024 * 1024;

    fn key(number: usize) -> Digest {
        Digest::of(&number.to_string())
    }

    async fn make(cache: &Cache<usize>, number: usize, value: Result<usize, ()>) -> (Result<usize, ()>, bool) {
        let (mut made, key) = (false, key(number));
        let found = cache.get_or_make(&key, async {
            made = true;
            value.map(|value| (value, 100))
        });
        (found.await, made)
    }

    #[tokio::test]
    async fn a_value_is_computed_once_and_a_failure_is_tried_again() {
        let cache = Cache::new(Bounds { bytes: MIB, entries: 100 });
        assert_eq!(make(&cache, 1, Err(())).await, (Err(()), true));
        assert_eq!(make(&cache, 1, Ok(1)).await, (Ok(1), true));
        assert_eq!(make(&cache, 1, Ok(9)).await, (Ok(1), false));
        assert_eq!((cache.get(&key(1)), cache.get(&key(2))), (Some(1), None));
    }

    #[tokio::test]
    async fn without_a_bound_nothing_is_remembered() {
        for bounds in [Bounds { bytes: 0, entries: 100 }, Bounds { bytes: MIB, entries: 0 }] {
            let cache = Cache::new(bounds);
            assert_eq!(make(&cache, 1, Ok(1)).await, (Ok(1), true), "{bounds:?}");
            assert_eq!(make(&cache, 1, Ok(2)).await, (Ok(2), true), "{bounds:?}");
            cache.insert(key(2), 2, 1);
            assert_eq!(cache.get(&key(2)), None, "{bounds:?}");
        }
    }

    #[test]
    fn bytes_are_bounded() {
        let cache = Cache::new(Bounds { bytes: 8 * MIB, entries: 1_000 });
        for number in 0..100 {
            cache.insert(key(number), number, MIB);
        }
        assert!(cache.weight() <= 8 * MIB as u64, "{}", cache.weight());
        let held =
            |numbers: std::ops::Range<usize>| numbers.filter(|number| cache.get(&key(*number)).is_some()).count();
        assert!((2..=8).contains(&held(0..100)), "{}", held(0..100));
    }

    #[test]
    fn light_entries_are_bounded_in_number() {
        let cache = Cache::new(Bounds { bytes: 8 * MIB, entries: 1_000 });
        for number in 0..5_000 {
            cache.insert(key(number), number, 1);
        }
        let held = (0..5_000).filter(|number| cache.get(&key(*number)).is_some()).count();
        assert!((500..=1_000).contains(&held), "{held}");
    }

    #[test]
    fn what_weighs_more_than_the_cache_holds_is_not_remembered() {
        let cache = Cache::new(Bounds { bytes: MIB, entries: 1_000 });
        cache.insert(key(1), 1, 2 * MIB);
        assert_eq!((cache.get(&key(1)), cache.weight()), (None, 0));
    }

    #[tokio::test]
    async fn requests_that_ask_together_wait_for_one_and_the_next_takes_over_when_it_gives_up() {
        let cache = Arc::new(Cache::<usize>::new(Bounds { bytes: MIB, entries: 100 }));
        let (made, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let ask = |waits: bool| {
            let (cache, made, go) = (cache.clone(), made.clone(), go.clone());
            tokio::spawn(async move {
                let key = key(1);
                let value = cache.get_or_make(&key, async {
                    made.fetch_add(1, Ordering::Relaxed);
                    if waits {
                        go.notified().await;
                    }
                    Ok::<_, ()>((7, 1))
                });
                value.await.unwrap()
            })
        };
        let first = ask(true);
        tokio::task::yield_now().await;
        let others: Vec<_> = (0..8).map(|_| ask(false)).collect();
        tokio::task::yield_now().await;
        assert_eq!(made.load(Ordering::Relaxed), 1);
        first.abort();
        for other in others {
            assert_eq!(other.await.unwrap(), 7);
        }
        assert_eq!(made.load(Ordering::Relaxed), 2);
    }
}
