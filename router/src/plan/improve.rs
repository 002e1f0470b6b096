//! The search over whole plans.
//!
//! The choice field by field ([`super::search`]) looks down but not sideways: it cannot know that a fetch which it
//! starts for one field would be needless if another field went elsewhere. So a whole plan is made first, and then
//! each of its fetches is forbidden in turn, and each of the keys that it could do without: a plan without that costs
//! less takes its place. The work is bounded; whatever was best by then is the plan.

use std::collections::BTreeSet;

use apollo_compiler::{Node, ast::OperationDefinition};

use super::{
    collect::Surroundings,
    search::{Authorization, MAX_WORK, Planner, Unplannable},
    state::{Cost, OverlayKind, ProjectionId, State},
};
use crate::graph::{SubgraphId, Supergraph, TypeId};

/// No improvement begins after this much work, in the units of [`super::search`]: a plan that took as much to make stays
/// as it is.
const WORK: usize = 500_000;

/// What must not be done for the object at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ban {
    /// A subgraph must not be asked about it.
    Fetch(u64, SubgraphId),
    /// A subgraph must not be told objects of a type by this one of its keys.
    Key(u64, SubgraphId, TypeId, usize),
}

impl Ban {
    /// Whether a plan with the ban is so much better that it is worth it. Which objects are known hangs on their keys:
    /// another is not taken to save a field.
    fn is_worth(self, with: &Cost, without: &Cost) -> bool {
        match self {
            Self::Fetch(..) => with < without,
            Self::Key(..) => (with.hops, with.fetches) < (without.hops, without.fetches),
        }
    }
}

/// The best plan that is found within bounds. With a `budget` below [`MAX_WORK`] the plan is the same as without, or none.
pub(super) fn best<'a>(
    budget: usize,
    graph: &'a Supergraph,
    operation: &'a Node<OperationDefinition>,
    surroundings: Surroundings<'a>,
    authorization: &'a dyn Authorization,
) -> Result<(State<'a>, ProjectionId), Unplannable> {
    let make = |banned: &BTreeSet<Ban>, work: &mut usize| {
        let begun = planner(graph, surroundings, authorization);
        let mut planner = Planner { banned: banned.clone(), work: *work, budget, ..begun };
        let root = planner.operation(operation.operation_type, &operation.selection_set);
        *work = planner.work;
        Ok::<_, Unplannable>((planner.state.cost(), planner.state, root?))
    };
    let (mut banned, mut work) = (BTreeSet::new(), 0);
    let mut best = make(&banned, &mut work)?;
    let mut untried = bans(graph, &best.1);
    while work < WORK && !is_least(&best.0) {
        let Some(ban) = untried.pop() else { break };
        banned.insert(ban);
        match make(&banned, &mut work) {
            Ok(better) if ban.is_worth(&better.0, &best.0) => {
                untried = bans(graph, &better.1);
                best = better;
            }
            _ => _ = banned.remove(&ban),
        }
        if work > budget && budget < MAX_WORK {
            return Err(Unplannable::TooComplex);
        }
    }
    Ok((best.1, best.2))
}

/// A planner that has done nothing yet.
pub(super) fn planner<'a>(
    graph: &'a Supergraph,
    surroundings: Surroundings<'a>,
    authorization: &'a dyn Authorization,
) -> Planner<'a> {
    Planner {
        graph,
        surroundings,
        authorization,
        state: State::default(),
        repeatable_root: true,
        under_way: Vec::new(),
        being_told: Vec::new(),
        banned: BTreeSet::new(),
        trials: 0,
        work: 0,
        budget: MAX_WORK,
        #[cfg(test)]
        script: None,
    }
}

/// Whether no plan can cost less.
fn is_least(cost: &Cost) -> bool {
    cost.fetches <= 1
}

/// What is asked of whom beside what comes by itself, and by which keys if there are others.
fn bans(graph: &Supergraph, state: &State<'_>) -> Vec<Ban> {
    let mut found = Vec::new();
    for (id, overlay) in state.overlays.iter().enumerate() {
        let (position, subgraph) = (state.places[overlay.place].position, state.subgraph_of(id));
        if let OverlayKind::Entities(told) = &overlay.kind {
            for told in told {
                let Some(known) = graph.info(told.ty).subgraphs.get(&subgraph) else { continue };
                let mut keys = known.resolvable_keys();
                let used = keys.clone().position(|key| *key.fields == *told.fields[0]);
                let ban =
                    used.filter(|_| keys.nth(1).is_some()).map(|used| Ban::Key(position, subgraph, told.ty, used));
                found.extend(ban.filter(|ban| !found.contains(ban)));
            }
        }
        let ban = Ban::Fetch(position, subgraph);
        if !matches!(overlay.kind, OverlayKind::Base) && !found.contains(&ban) {
            found.push(ban);
        }
    }
    found
}
