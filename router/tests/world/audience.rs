//! Several viewers with different rights before one engine, each with a world of their own data: what one is answered,
//! remembered or shared must never be what another sees.

use std::sync::Arc;

use apollo_compiler::{Schema, validation::Valid};
use futures_util::future::join_all;

use crate::{
    ast::Operation,
    bench::Bench,
    model::Model,
    oracle,
    random::{Random, hash},
    shrink,
    store::Trouble,
    switches::Switches,
};

/// See the module's description.
pub struct Audience {
    name: String,
    viewers: Vec<Bench>,
}

impl Audience {
    /// Puts an engine for `supergraph` before the subgraphs of `model`.
    pub fn new(name: &str, supergraph: &str, model: Model, seed: u64, trouble: Trouble) -> Self {
        let viewers = Bench::for_viewers(name, supergraph, &Arc::new(model), seed, trouble);
        Self { name: name.to_owned(), viewers }
    }

    fn api(&self) -> &Valid<Schema> {
        self.viewers[0].api()
    }

    /// Runs the random operation of a seed for all viewers. If it fails: what is wrong, and if wished for the smallest
    /// that still fails.
    pub async fn try_seed(&self, seed: u64, shrink: bool) -> Result<(), String> {
        let Some(operation) = self.viewers[0].operation(seed) else { return Ok(()) };
        match self.try_operation(&operation, seed).await {
            Err(_) if shrink => Err(self.report(&operation, seed).await),
            judged => judged,
        }
    }

    async fn report(&self, operation: &Operation, seed: u64) -> String {
        let fails = async |smaller: &Operation| self.try_operation(smaller, seed).await.is_err();
        let operation = shrink::shrink(self.api(), operation, fails).await;
        let why = self.try_operation(&operation, seed).await.err().unwrap_or_default();
        format!("=== {} with seed {seed}\n{operation}\n{}\n{why}", self.name, operation.sent())
    }

    /// Runs an operation for all viewers at the same time, then for each by the naive executor and under the other
    /// truths of its conditions.
    pub async fn try_operation(&self, operation: &Operation, seed: u64) -> Result<(), String> {
        let other = Switches::other(&mut Random::new(hash(seed, &self.name)));
        for switches in [Switches::default(), other] {
            self.at_once(operation, switches).await?;
        }
        for assigned in operation.assignments().iter().skip(1) {
            self.at_once(assigned, Switches::default()).await?;
        }
        Ok(())
    }

    async fn at_once(&self, operation: &Operation, switches: Switches) -> Result<(), String> {
        let judged = self.viewers.iter().map(async |bench| {
            let expected = oracle::answer(bench.store(), operation);
            let told = bench.judge_under(switches, operation, &expected).await;
            let judged = match told {
                Ok(told) if switches == Switches::default() => bench.judge_naive(operation, &told),
                told => told.map(|_| ()),
            };
            judged.map_err(|why| {
                let viewer = bench.viewer();
                format!("for {viewer:?} under {switches:?} with {}\n{why}\n{}", operation.sent(), bench.told(operation))
            })
        });
        join_all(judged).await.into_iter().collect()
    }
}
