//! Another planner of the field, to compare plans with.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hive_router_query_planner::{
    ast::normalization::normalize_operation,
    planner::{
        Planner,
        plan_nodes::{PlanNode, QueryPlan},
    },
    utils::{
        cancellation::CancellationToken,
        parsing::{parse_operation, parse_schema},
    },
};

/// What decides between two plans: requests on the longest path, then requests.
pub type Cost = (usize, usize);

/// The other planner for one supergraph.
pub struct Reference(Option<Planner>);

impl Reference {
    /// Reads a supergraph.
    pub fn new(supergraph: &str) -> Self {
        Self(
            catch_unwind(|| Planner::new_from_supergraph(&parse_schema(supergraph), Default::default()).ok())
                .ok()
                .flatten(),
        )
    }

    /// Plans an operation without conditions; nothing if it cannot.
    pub fn plan(&self, operation: &str) -> Option<QueryPlan> {
        let planner = self.0.as_ref()?;
        let planned = catch_unwind(AssertUnwindSafe(|| {
            let normalized = normalize_operation(&planner.supergraph, &parse_operation(operation), None).ok()?;
            planner
                .plan_from_normalized_operation(
                    normalized.executable_operation(),
                    Default::default(),
                    &CancellationToken::with_timeout(std::time::Duration::from_secs(5)),
                )
                .ok()
        }));
        planned.ok().flatten()
    }

    /// The cost of its plan.
    pub fn cost(&self, operation: &str) -> Option<Cost> {
        Some(self.plan(operation)?.node.as_ref().map_or((0, 0), cost))
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
