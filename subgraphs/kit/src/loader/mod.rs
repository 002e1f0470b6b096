//! Reading for many what would otherwise be read for each.
//!
//! async-graphql's own `DataLoader` starts a task on another thread and a timer for each batch, and hopes that everybody has
//! asked by then. This one knows: a batch is read when nothing else in the request can go on, in the request's own task
//! (see [`gather`]). So batches are as large as they can be, the number of statements is the same every time, and nothing
//! waits for a clock. Loaders implement async-graphql's [`Loader`] trait and belong to one request.

mod gather;

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet},
    hash::Hash,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use async_graphql::dataloader::Loader;
use tokio::sync::oneshot;

pub use gather::gather;

/// What a key has to be.
pub trait LoaderKey: Send + Sync + Hash + Eq + Clone + 'static {}
impl<K: Send + Sync + Hash + Eq + Clone + 'static> LoaderKey for K {}

/// Databases have a limit of parameters in a statement; larger batches are read in parts.
const LARGEST_BATCH: usize = 1000;

/// Gathers the keys that the fields of a request ask `L` for, and loads them together.
pub struct DataLoader<L>(Arc<Inner<L>>);

struct Inner<L> {
    loader: L,
    /// A `Batch<K, L>` for each type of key.
    batches: Mutex<HashMap<TypeId, Box<dyn Any + Send>>>,
}

/// What is answered to everybody who waits for a batch.
type Answer<K, L> = Result<Arc<HashMap<K, <L as Loader<K>>::Value>>, <L as Loader<K>>::Error>;

/// The keys that were asked for since the last load, and who asked.
struct Batch<K: LoaderKey, L: Loader<K>> {
    keys: HashSet<K>,
    waiting: Vec<oneshot::Sender<Answer<K, L>>>,
}

impl<K: LoaderKey, L: Loader<K>> Default for Batch<K, L> {
    fn default() -> Self {
        Self { keys: HashSet::new(), waiting: Vec::new() }
    }
}

impl<L: Send + Sync + 'static> DataLoader<L> {
    /// A loader for one request.
    pub fn new(loader: L) -> Self {
        Self(Arc::new(Inner { loader, batches: Mutex::default() }))
    }

    /// What does the loading.
    pub fn loader(&self) -> &L {
        &self.0.loader
    }

    /// The value of `key`, if there is one.
    pub async fn load_one<K: LoaderKey>(&self, key: K) -> Result<Option<L::Value>, L::Error>
    where
        L: Loader<K>,
    {
        let values = self.ask(std::iter::once(key.clone())).await?;
        Ok(values.get(&key).cloned())
    }

    /// The values of those of `keys` that have one.
    pub async fn load_many<K: LoaderKey>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<HashMap<K, L::Value>, L::Error>
    where
        L: Loader<K>,
    {
        let keys: Vec<K> = keys.into_iter().collect();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let values = self.ask(keys.iter().cloned()).await?;
        Ok(keys.into_iter().filter_map(|key| values.get(&key).cloned().map(|value| (key, value))).collect())
    }

    async fn ask<K: LoaderKey>(&self, keys: impl Iterator<Item = K>) -> Answer<K, L>
    where
        L: Loader<K>,
    {
        let (sender, answer) = oneshot::channel();
        let first = {
            let mut batches = self.0.batches();
            let batch = batch::<K, L>(&mut batches);
            batch.keys.extend(keys);
            batch.waiting.push(sender);
            batch.waiting.len() == 1
        };
        if first {
            let inner = self.0.clone();
            gather::later(Box::pin(async move { inner.load::<K>().await }));
        }
        answer.await.expect("a batch that was asked for is loaded, unless loading it panics")
    }
}

impl<L: Send + Sync + 'static> Inner<L> {
    fn batches(&self) -> MutexGuard<'_, HashMap<TypeId, Box<dyn Any + Send>>> {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn load<K: LoaderKey>(&self)
    where
        L: Loader<K>,
    {
        let Batch { keys, waiting } = mem::take(batch::<K, L>(&mut self.batches()));
        let keys: Vec<K> = keys.into_iter().collect();
        let answer = self.load_in_parts(&keys).await.map(Arc::new);
        for waiter in waiting {
            // Whoever has gone away in the meantime needs no answer.
            let _ = waiter.send(answer.clone());
        }
    }

    async fn load_in_parts<K: LoaderKey>(&self, keys: &[K]) -> Result<HashMap<K, L::Value>, L::Error>
    where
        L: Loader<K>,
    {
        if keys.len() <= LARGEST_BATCH {
            return self.loader.load(keys).await;
        }
        let mut values = HashMap::with_capacity(keys.len());
        for part in keys.chunks(LARGEST_BATCH) {
            values.extend(self.loader.load(part).await?);
        }
        Ok(values)
    }
}

fn batch<K: LoaderKey, L: Loader<K>>(batches: &mut HashMap<TypeId, Box<dyn Any + Send>>) -> &mut Batch<K, L> {
    let batch = batches.entry(TypeId::of::<K>()).or_insert_with(|| Box::new(Batch::<K, L>::default()));
    batch.downcast_mut().expect("the entry of a type of key holds its batch")
}

#[cfg(test)]
mod tests {
    use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Schema};
    use futures_util::future::join_all;

    use super::*;

    /// Doubles numbers, remembering how many were asked for at a time.
    struct Doubler(Arc<Mutex<Vec<usize>>>);

    impl Loader<u32> for Doubler {
        type Value = u32;
        type Error = String;

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, String> {
            self.0.lock().unwrap().push(keys.len());
            tokio::task::yield_now().await;
            if keys.contains(&13) {
                return Err("unlucky".to_owned());
            }
            Ok(keys.iter().filter(|key| **key < 5000).map(|key| (*key, key * 2)).collect())
        }
    }

    fn loader() -> (DataLoader<Doubler>, Arc<Mutex<Vec<usize>>>) {
        let sizes = Arc::default();
        (DataLoader::new(Doubler(Arc::clone(&sizes))), sizes)
    }

    struct Number(u32);

    #[Object]
    impl Number {
        async fn plain(&self) -> u32 {
            self.0
        }

        async fn double(&self, context: &Context<'_>) -> async_graphql::Result<Option<u32>> {
            Ok(context.data::<DataLoader<Doubler>>()?.load_one(self.0).await?)
        }

        /// A second hop, and one that only half of the numbers take.
        async fn quadruple(&self, context: &Context<'_>) -> async_graphql::Result<Option<u32>> {
            let loader = context.data::<DataLoader<Doubler>>()?;
            let double = if self.0.is_multiple_of(2) { loader.load_one(self.0).await? } else { Some(self.0 * 2) };
            Ok(loader.load_one(double.unwrap_or_default()).await?)
        }

        async fn more(&self) -> Vec<Number> {
            (0..7).map(|step| Number(self.0 + 1000 * step)).collect()
        }
    }

    struct Query;

    #[Object]
    impl Query {
        async fn numbers(&self, #[graphql(default = 40)] count: u32) -> Vec<Number> {
            (100..100 + count).map(Number).collect()
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_fields_of_a_whole_request_are_one_batch_every_time() {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let query = "{ numbers { plain double again: double more { plain double more { a: double b: double } } } }";
        for _ in 0..20 {
            let (loader, sizes) = loader();
            let answer = gather(schema.execute(async_graphql::Request::new(query).data(loader))).await;
            let data = answer.into_result().unwrap().data.into_json().unwrap();
            assert_eq!(data["numbers"][3]["more"][1]["double"], 2206);
            // Three levels below a list, but nothing waits for anything: one load of all different keys.
            assert_eq!(*sizes.lock().unwrap(), [40 * 13]);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_second_hop_is_a_second_batch() {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        for _ in 0..20 {
            let (loader, sizes) = loader();
            gather(schema.execute(async_graphql::Request::new("{ numbers { quadruple } }").data(loader))).await;
            assert_eq!(*sizes.lock().unwrap(), [40, 20]);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_waiters_than_a_task_receives_messages_per_turn_are_still_one_batch() {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        for count in [128, 129, 300, 600] {
            let (loader, sizes) = loader();
            let query = format!("{{ numbers(count: {count}) {{ double quadruple }} }}");
            let answer = gather(schema.execute(async_graphql::Request::new(query).data(loader))).await;
            assert!(answer.is_ok(), "{:?}", answer.errors);
            // The even ones wait twice, so the second batch has them only, once their first answers are there.
            let odd = (100..100 + count).filter(|number| number % 2 == 1).map(|number| number * 2);
            let first = (100..100 + count).chain(odd).collect::<HashSet<_>>().len();
            assert_eq!(*sizes.lock().unwrap(), [first, usize::try_from(count).unwrap().div_ceil(2)], "{count}");
        }
    }

    #[tokio::test]
    async fn large_batches_are_read_in_parts_and_missing_values_are_missing() {
        let (loader, sizes) = loader();
        let all = gather(loader.load_many(2000..6000)).await.unwrap();
        assert_eq!(all.len(), 3000);
        assert_eq!(*sizes.lock().unwrap(), [1000; 4]);
        assert_eq!(gather(loader.load_one(7000)).await, Ok(None));
        assert_eq!(gather(loader.load_many([])).await, Ok(HashMap::new()));
    }

    #[tokio::test]
    async fn a_failure_is_everybodys_and_the_next_batch_is_new() {
        let (loader, _) = loader();
        let both = gather(join_all([loader.load_one(13), loader.load_one(1)])).await;
        assert_eq!(both, [Err("unlucky".to_owned()), Err("unlucky".to_owned())]);
        assert_eq!(gather(loader.load_one(1)).await, Ok(Some(2)));
    }

    #[tokio::test]
    async fn without_a_request_around_it_a_load_is_a_task() {
        let (loader, _) = loader();
        assert_eq!(loader.load_one(4).await, Ok(Some(8)));
    }
}
