//! Another planner of the field, to compare plans with: (hops, requests) of ours is never worse than that of a plan of
//! theirs which, executed, is right.

mod project;
mod run;

use std::{
    cmp::Ordering,
    panic::{AssertUnwindSafe, catch_unwind},
};

use hive_router_query_planner::{
    ast::normalization::normalize_operation,
    planner::{
        Planner, QueryPlannerOptions,
        plan_nodes::{PlanNode, QueryPlan},
    },
    utils::{
        cancellation::CancellationToken,
        parsing::{parse_operation, parse_schema},
    },
};
use serde_json::{Map, Value as Json};

pub use self::project::project;
use self::run::{Ask, Run};
use crate::{bench::Bench, model::Model, operations, setting};

/// What decides between two plans: requests on the longest path, then requests.
pub type Cost = (usize, usize);

/// The other planner for one supergraph.
pub struct Reference(Option<Planner>);

impl Reference {
    /// Reads a supergraph.
    pub fn new(supergraph: &str) -> Self {
        Self(
            catch_unwind(|| {
                Planner::new_from_supergraph(&parse_schema(supergraph), QueryPlannerOptions::default()).ok()
            })
            .ok()
            .flatten(),
        )
    }

    /// Plans an operation without conditions; nothing if it cannot.
    #[allow(clippy::default_trait_access)] // One of the types is not public.
    pub fn plan(&self, operation: &str) -> Option<QueryPlan> {
        let planner = self.0.as_ref()?;
        let made = catch_unwind(AssertUnwindSafe(|| {
            let normalized = normalize_operation(&planner.supergraph, &parse_operation(operation), None).ok()?;
            planner
                .plan_from_normalized_operation(
                    normalized.executable_operation(),
                    Default::default(),
                    &CancellationToken::with_timeout(std::time::Duration::from_secs(5)),
                )
                .ok()
        }));
        made.ok().flatten()
    }
}

/// What a plan answers, not yet in the client's shape.
pub fn run(model: &Model, ask: &Ask<'_>, variables: Map<String, Json>, plan: &QueryPlan) -> Json {
    let mut run = Run { model, ask, variables, data: Map::new().into() };
    if let Some(node) = &plan.node {
        run.node(node);
    }
    run.data
}

/// How our plans compare.
#[derive(Default)]
pub struct Score {
    pub better: u64,
    pub equal: u64,
    /// They found none, or theirs was cheaper and wrong.
    pub none: u64,
    pub worse: Vec<String>,
}

impl Score {
    /// Compares the plans of random operations. Each of `benches` has other data: a plan is right only if it is right
    /// on all of them, as what is null hides what is wrong.
    pub fn compare(&mut self, name: &str, supergraph: &str, benches: &[Bench], first: u64) {
        let bench = &benches[0];
        let reference = Reference::new(supergraph);
        for seed in first..first + setting("WORLD_OPERATIONS", 25) {
            let Some(mut operation) = operations::operation(bench.api(), &bench.internal_names(), seed) else {
                continue;
            };
            operation.settle();
            // Theirs joins mutations in one request that must wait for what was asked of the one before.
            if operation.mutation {
                continue;
            }
            let Some(plan) = reference.plan(&operation.to_string()) else {
                self.none += 1;
                continue;
            };
            let theirs = plan.node.as_ref().map_or((0, 0), cost);
            let (own, _) = bench.plan(&operation).expect("a plan");
            let ours = (own.hops(), own.fetches.len());
            match ours.cmp(&theirs) {
                Ordering::Less => self.better += 1,
                Ordering::Equal => self.equal += 1,
                Ordering::Greater if !benches.iter().all(|bench| bench.is_right(&operation, &plan)) => self.none += 1,
                Ordering::Greater => {
                    let why = format!("=== {name} with seed {seed}: {ours:?} against {theirs:?}");
                    self.worse.push(format!("{why}\n{operation}\n{own}\n{plan}"));
                }
            }
        }
    }
}

fn cost(node: &PlanNode) -> Cost {
    let all = |nodes: &[PlanNode], hops: fn(usize, usize) -> usize| {
        nodes.iter().map(cost).fold((0, 0), |(deep, many), (hop, fetches)| (hops(deep, hop), many + fetches))
    };
    match node {
        PlanNode::Fetch(_) | PlanNode::BatchFetch(_) => (1, 1),
        PlanNode::Sequence(sequence) => all(&sequence.nodes, |one, other| one + other),
        PlanNode::Parallel(parallel) => all(&parallel.nodes, usize::max),
        PlanNode::Flatten(flatten) => cost(&flatten.node),
        PlanNode::Condition(_) | PlanNode::Subscription(_) | PlanNode::Defer(_) => (usize::MAX, 0),
    }
}
