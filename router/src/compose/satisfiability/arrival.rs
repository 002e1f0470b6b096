//! From where an object can come: what decides which of its fields can be had.
//!
//! Two places of one type differ for the planner only in the subgraphs that can hand the object over there, in what
//! `@provides` opened on the way, and in whether others may be asked who never have that object there. So each such
//! arrival is planned once, by whichever path it was met first. What is found out here decides only what is planned,
//! never what is refused: that is the planner's word.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::{
    Name,
    ast::{OperationType, Selection},
};

use crate::graph::{FieldIn, SubgraphId, Supergraph, TypeId};

/// How many keys may lead through keys of what they select.
const DEPTH: usize = 2;

/// The subgraphs that can hand over the object at a place, and what each has been asked to provide with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Arrival {
    from: BTreeMap<SubgraphId, Vec<Selection>>,
    /// Whether a plan may pass the object by: it can ask one for the abstract value that never has it be this object.
    is_passed_by: bool,
}

impl Arrival {
    /// The root object, which every subgraph has that declares it.
    pub fn root(graph: &Supergraph, root: TypeId) -> Self {
        let from = graph.info(root).subgraphs.keys().map(|subgraph| (*subgraph, Vec::new())).collect();
        Self { from, is_passed_by: false }
    }

    pub fn is_empty(&self) -> bool {
        self.from.is_empty()
    }

    /// With the subgraphs that keys lead to from there: what can be had is the same from all of them.
    pub fn with_keys(mut self, graph: &Supergraph, ty: TypeId) -> Self {
        for subgraph in self.reachable(graph, ty, DEPTH) {
            self.from.entry(subgraph).or_default();
        }
        self
    }

    /// Whether the other hands over all that this does, so that this one alone need be planned.
    pub fn is_within(&self, other: &Self) -> bool {
        self.is_passed_by <= other.is_passed_by
            && self.from.iter().all(|(subgraph, provided)| {
                other.from.get(subgraph).is_some_and(|more| provided.iter().all(|selection| more.contains(selection)))
            })
    }

    /// Where the value of a field of this object, which is of type `ty`, can come from.
    pub fn below(&self, graph: &Supergraph, ty: TypeId, field: &Name, operation: Option<OperationType>) -> Self {
        let mut from = self.values(graph, ty, field, &self.reachable(graph, ty, DEPTH), DEPTH).from;
        if operation.is_some_and(|operation| operation != OperationType::Query) {
            // A mutation is asked of one subgraph, once; so is a subscription.
            from = from.into_iter().take(1).collect();
        }
        Self { from, is_passed_by: self.is_passed_by }
    }

    /// The same for an object behind this abstract type.
    pub fn narrowed(&self, graph: &Supergraph, ty: TypeId, object: TypeId) -> Self {
        let knows = |subgraph: &SubgraphId| {
            let possible = graph.possible_in(ty, *subgraph);
            possible.contains(&object) || possible.contains(&graph.seen_as(object, *subgraph))
        };
        let kept = self.from.iter().filter(|(subgraph, _)| knows(subgraph));
        let from: BTreeMap<_, _> = kept.map(|(subgraph, provided)| (*subgraph, provided.clone())).collect();
        Self { is_passed_by: self.is_passed_by || from.len() < self.from.len(), from }
    }

    fn values(
        &self,
        graph: &Supergraph,
        ty: TypeId,
        field: &Name,
        reachable: &BTreeSet<SubgraphId>,
        depth: usize,
    ) -> Self {
        let mut values = BTreeMap::new();
        for subgraph in reachable {
            let Some(known) = graph.field_in(ty, field, *subgraph) else { continue };
            let provided = self.from.get(subgraph).and_then(|provided| below_provided(provided, field));
            if known.external && provided.is_none() || !self.meets(graph, ty, known, reachable, depth) {
                continue;
            }
            let mut all = provided.unwrap_or_default();
            all.extend(known.provides.iter().flat_map(|set| set.iter().cloned()));
            values.insert(*subgraph, all);
        }
        Self { from: values, is_passed_by: false }
    }

    /// Whether what a field requires can be had.
    fn meets(
        &self,
        graph: &Supergraph,
        ty: TypeId,
        known: &FieldIn,
        reachable: &BTreeSet<SubgraphId>,
        depth: usize,
    ) -> bool {
        known.requires.as_ref().is_none_or(|set| depth > 0 && self.has(graph, ty, set, reachable, depth - 1))
    }

    /// The subgraphs that can be asked for the object: those that hand it over, and those that keys lead to.
    fn reachable(&self, graph: &Supergraph, ty: TypeId, depth: usize) -> BTreeSet<SubgraphId> {
        let mut reachable: BTreeSet<SubgraphId> = self.from.keys().copied().collect();
        loop {
            let known = graph.info(ty).subgraphs.iter().filter(|(subgraph, _)| !reachable.contains(subgraph));
            let new: Vec<SubgraphId> = known
                .filter(|(_, known)| {
                    let mut keys = known.resolvable_keys();
                    keys.any(|key| depth > 0 && self.has(graph, ty, &key.fields, &reachable, depth - 1))
                })
                .map(|(subgraph, _)| *subgraph)
                .collect();
            if new.is_empty() {
                return reachable;
            }
            reachable.extend(new);
        }
    }

    /// Whether a selection can be had of the object.
    fn has(
        &self,
        graph: &Supergraph,
        ty: TypeId,
        selections: &[Selection],
        reachable: &BTreeSet<SubgraphId>,
        depth: usize,
    ) -> bool {
        selections.iter().all(|selection| match selection {
            Selection::Field(field) if field.name == "__typename" => true,
            Selection::Field(field) => {
                let values = self.values(graph, ty, &field.name, reachable, depth);
                let result = graph.field(ty, &field.name).and_then(|info| graph.type_id(info.ty.inner_named_type()));
                !values.is_empty()
                    && (field.selection_set.is_empty()
                        || result.is_some_and(|result| {
                            let reachable = values.reachable(graph, result, depth);
                            values.has(graph, result, &field.selection_set, &reachable, depth)
                        }))
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.type_condition.as_ref().map_or(Some(ty), |name| graph.type_id(name));
                on.is_some_and(|on| self.has(graph, on, &fragment.selection_set, reachable, depth))
            }
            Selection::FragmentSpread(_) => true,
        })
    }
}

/// What is provided below a field; none if the field itself is not.
fn below_provided(provided: &[Selection], field: &Name) -> Option<Vec<Selection>> {
    let mut found: Option<Vec<Selection>> = None;
    for selection in provided {
        match selection {
            Selection::Field(known) if known.name == *field => {
                found.get_or_insert_default().extend(known.selection_set.iter().cloned());
            }
            Selection::InlineFragment(fragment) => {
                if let Some(below) = below_provided(&fragment.selection_set, field) {
                    found.get_or_insert_default().extend(below);
                }
            }
            _ => {}
        }
    }
    found
}
