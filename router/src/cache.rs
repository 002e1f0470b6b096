//! What was worked out for a key: remembered, and worked out once however many ask at the same time.
//!
//! Bounded: the key that was least recently asked for is forgotten first. What failed is not remembered.

use std::{
    borrow::Borrow,
    hash::Hash,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ahash::RandomState;
use lru::LruCache;

/// A value, once somebody has worked it out; who else wants it waits at the lock.
type Place<V> = Arc<Mutex<Option<V>>>;

/// See the module's description.
pub struct Cache<K, V>(Option<Mutex<LruCache<K, Place<V>, RandomState>>>);

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    /// Remembers at most `bound` values; with 0, none.
    pub fn new(bound: usize) -> Self {
        Self(NonZeroUsize::new(bound).map(|bound| Mutex::new(LruCache::with_hasher(bound, RandomState::new()))))
    }

    /// The value of a key, made by `work_out` unless it is known.
    ///
    /// # Errors
    /// That of `work_out`.
    pub fn get_or_make<Q, E>(&self, key: &Q, work_out: impl FnOnce() -> Result<V, E>) -> Result<V, E>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        let Some(places) = &self.0 else { return work_out() };
        let place = {
            let mut places = lock(places);
            match places.get(key) {
                Some(place) => place.clone(),
                None => places.get_or_insert(key.to_owned(), Place::default).clone(),
            }
        };
        let mut value = lock(&place);
        if let Some(value) = &*value {
            return Ok(value.clone());
        }
        let made = work_out();
        match &made {
            Ok(made) => *value = Some(made.clone()),
            Err(_) => drop(lock(places).pop(key)),
        }
        made
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    fn make(cache: &Cache<String, usize>, key: &str, value: Result<usize, ()>) -> (Result<usize, ()>, bool) {
        let mut worked = false;
        let told = cache.get_or_make(key, || {
            worked = true;
            value
        });
        (told, worked)
    }

    #[test]
    fn what_is_known_is_not_made_again_until_it_is_forgotten() {
        let cache = Cache::new(2);
        assert_eq!(make(&cache, "a", Ok(1)), (Ok(1), true));
        assert_eq!(make(&cache, "b", Ok(2)), (Ok(2), true));
        assert_eq!(make(&cache, "a", Ok(9)), (Ok(1), false));
        assert_eq!(make(&cache, "c", Ok(3)), (Ok(3), true));
        assert_eq!(make(&cache, "a", Ok(9)), (Ok(1), false));
        assert_eq!(make(&cache, "b", Ok(4)), (Ok(4), true));
    }

    #[test]
    fn what_failed_is_tried_again() {
        let cache = Cache::new(2);
        assert_eq!(make(&cache, "a", Err(())), (Err(()), true));
        assert_eq!(make(&cache, "a", Ok(1)), (Ok(1), true));
    }

    #[test]
    fn without_a_bound_nothing_is_remembered() {
        let cache = Cache::new(0);
        assert_eq!(make(&cache, "a", Ok(1)), (Ok(1), true));
        assert_eq!(make(&cache, "a", Ok(2)), (Ok(2), true));
    }

    #[test]
    fn many_who_ask_together_wait_for_one() {
        let (cache, together) = (Cache::<String, usize>::new(2), Barrier::new(8));
        let made: Vec<bool> = thread::scope(|scope| {
            let ask = || {
                together.wait();
                make(&cache, "a", Ok(1)).1
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.into_iter().filter(|made| *made).count(), 1);
    }
}
