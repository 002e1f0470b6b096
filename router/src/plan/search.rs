//! The choice: for each field at each place, by which fetch it is had.
//!
//! Fields that can be had in one way only come first, so that the others find fetches to join. Where several ways are
//! left, each is tried on a copy of the state with everything below it, and the cheapest stays. The number of trials
//! is bounded; beyond it the first way that works is taken, so a plan is found in bounded time, if perhaps not the
//! cheapest. [`super::improve`] looks for cheaper ones.

use std::collections::BTreeSet;

use apollo_compiler::{
    Name,
    ast::{OperationType, Selection},
};

use super::{
    collect::{Collected, Fields, Surroundings, collect, needs_object},
    improve::Ban,
    state::{
        Cost, FetchKind, OverlayId, OverlayKind, Place, PlaceId, Projected, ProjectedField, Projection, ProjectionId,
        SelectionNode, State,
    },
    ways::Part,
};
use crate::graph::{Requirement, SubgraphId, Supergraph, TypeId};

/// Trials on copies of the state before the search becomes greedy.
pub(super) const TRIALS: usize = 4_000;
/// How much is done, in units of about ten nanoseconds, before the search gives up: an operation that needs more is
/// refused, not planned for minutes.
pub const MAX_WORK: usize = 200_000_000;
/// What it takes to find the ways of a field, beside what is counted elsewhere.
const STEP: usize = 50;

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplannable {
    /// No path through the subgraphs reaches a field. Composition should have told.
    #[error("no path reaches {0}")]
    Unreachable(String),
    /// The operation needs more planning than any operation is granted.
    #[error("the operation is too complex to be planned")]
    TooComplex,
}

/// What a caller may see; decided before planning, as it changes the plan.
pub trait Authorization {
    /// `None` if the field may be seen, else whether it is refused for want of any token.
    fn denies(&self, requirement: &Requirement) -> Option<bool>;
}

pub(super) struct Planner<'a> {
    pub graph: &'a Supergraph,
    pub surroundings: Surroundings<'a>,
    pub authorization: &'a dyn Authorization,
    pub state: State<'a>,
    /// Whether the root may be asked more than once: not in a mutation.
    pub repeatable_root: bool,
    /// What is being resolved, outermost first: the way to a field must not lead through itself.
    pub under_way: Vec<Resolving>,
    /// The entity fetches whose representations are being gathered: they cannot contribute to them.
    pub being_told: Vec<OverlayId>,
    /// Whom not to ask about what.
    pub banned: BTreeSet<Ban>,
    /// How much was tried on copies of the state.
    pub trials: usize,
    /// How much was done; see [`MAX_WORK`].
    pub work: usize,
    /// How much may be done.
    pub budget: usize,
    /// What to choose instead of the cheapest.
    #[cfg(test)]
    pub script: Option<super::exhaustive::Script>,
}

/// A field at a position that is to be had from a subgraph, or all of them: a key.
#[derive(Debug)]
pub(super) struct Resolving {
    pub position: u64,
    pub field: Option<Name>,
    pub subgraph: SubgraphId,
}

impl<'a> Planner<'a> {
    /// Plans a whole operation.
    pub fn operation(&mut self, kind: OperationType, selections: &'a [Selection]) -> Result<ProjectionId, Unplannable> {
        let root = self.graph.root(kind).ok_or_else(|| Unplannable::Unreachable(kind.name().to_owned()))?;
        let possible = vec![root];
        self.state.places.push(Place { possible, overlays: Vec::new(), parent: None, position: 0, object: None });
        self.repeatable_root = kind == OperationType::Query;
        if self.repeatable_root { self.selection(0, &[selections]) } else { self.in_series(kind, root, selections) }
    }

    /// The root fields of a mutation, or of a subscription, one after the other, each with everything below it.
    /// Neighbours of one subgraph share a request as long as none but the last needs another fetch.
    fn in_series(
        &mut self,
        kind: OperationType,
        root: TypeId,
        selections: &'a [Selection],
    ) -> Result<ProjectionId, Unplannable> {
        let Fields { entries: mut fields, orders, .. } = collect(self.graph, &[root], &[selections], self.surroundings);
        let mut done: Vec<ProjectedField> = Vec::new();
        let mut last: Option<(usize, usize)> = None;
        for index in orders.into_iter().flat_map(|(_, order)| order) {
            let denied = self.take_denied(&mut fields[index]);
            let field = &fields[index];
            let plain = denied.into_iter().next().map(|(_, field)| field).or_else(|| self.without_fetch(0, field));
            if let Some(plain) = plain {
                done.push(plain);
                continue;
            }
            let part = Part { field, types: vec![root] };
            let known = self.graph.field(root, &field.name).into_iter().flat_map(|info| &info.subgraphs);
            let resolving: Vec<SubgraphId> = known
                .filter(|(_, known)| !known.external && known.requires.is_none())
                .map(|(subgraph, _)| *subgraph)
                .collect();
            // What several subgraphs do, one does: any that leads to all that is selected.
            let taken = self.cheapest(&resolving, |planner, subgraph| {
                let shared = last.filter(|(overlay, fetches)| {
                    planner.state.fetches.len() == *fetches && planner.state.subgraph_of(*overlay) == *subgraph
                });
                let overlay = shared.map_or_else(
                    || {
                        let before: BTreeSet<usize> = (0..planner.state.fetches.len()).collect();
                        let fetch = planner.state.add_fetch(*subgraph, FetchKind::Root(kind), Some(root));
                        planner.state.fetches[fetch].after = before;
                        planner.state.add_overlay(0, planner.state.fetches[fetch].node, OverlayKind::Root)
                    },
                    |(overlay, _)| overlay,
                );
                let fetches = planner.state.fetches.len();
                let field = planner.select_in(overlay, &part)?;
                Ok((field, (planner.state.fetches.len() == fetches).then_some((overlay, fetches))))
            })?;
            let (field, open) = taken.ok_or_else(|| self.unreachable(&part))?;
            done.push(field);
            last = open;
        }
        self.state.projections.push(Projection { place: 0, typed_by: None, by_type: vec![(root, done)] });
        Ok(self.state.projections.len() - 1)
    }

    /// Plans what is selected of the object at a place.
    pub fn selection(&mut self, place: PlaceId, selections: &[&'a [Selection]]) -> Result<ProjectionId, Unplannable> {
        let possible = self.state.places[place].possible.clone();
        if let [only] = possible.as_slice()
            && self.graph.is_abstract(*only)
        {
            let needed = |set: &&'a [Selection]| needs_object(self.graph, *only, set, self.surroundings);
            if self.state.places[place].object.is_none()
                && (selections.iter().any(needed) || self.depends_on_object(*only, selections))
            {
                if self.graph.info(*only).possible.is_empty() && !self.has_home(*only) {
                    // No subgraph knows any object behind the interface. Whatever stands here is null, with an error.
                    return self.selection_of(place, &[], selections);
                }
                self.find_object(place, *only)?;
            }
            if let Some((_, types)) = self.state.places[place].object.clone() {
                return self.selection_of(place, &types, selections);
            }
        }
        self.selection_of(place, &possible, selections)
    }

    /// The same for some of the types that may stand there.
    pub fn selection_of(
        &mut self,
        place: PlaceId,
        types: &[TypeId],
        selections: &[&'a [Selection]],
    ) -> Result<ProjectionId, Unplannable> {
        let Fields { entries: mut fields, orders, looked } = collect(self.graph, types, selections, self.surroundings);
        self.count(looked)?;
        let mut planned: Vec<_> = fields.iter_mut().map(|field| self.take_denied(field)).collect();
        let mut waiting: Vec<(usize, usize, Part<'_, 'a>)> = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            if let Some(plain) = self.without_fetch(place, field) {
                planned[index].push((field.types.clone(), plain));
                continue;
            }
            for part in self.parts(place, field) {
                let freedom = self.freedom(place, &part);
                waiting.push((freedom, index, part));
            }
        }
        waiting.sort_by_key(|(freedom, index, _)| (*freedom, *index));
        for (_, index, part) in waiting {
            let start = (part.types.len() > 1).then(|| self.state.clone());
            match (self.part(place, &part), start) {
                // No subgraph has it for all of the types: each may have its own.
                (Err(Unplannable::Unreachable(_)), Some(start)) => {
                    self.state = start;
                    for ty in part.types {
                        let alone = Part { field: part.field, types: vec![ty] };
                        planned[index].push((vec![ty], self.part(place, &alone)?));
                    }
                }
                (field, _) => planned[index].push((part.types, field?)),
            }
        }
        let of = |ty: TypeId, index: usize| {
            planned[index].iter().find(|(types, _)| types.contains(&ty)).map(|(_, field)| field.clone())
        };
        let by_type = orders
            .into_iter()
            .map(|(ty, order)| (ty, order.into_iter().filter_map(|index| of(ty, index)).collect()))
            .collect();
        let object = self.state.places[place].object.as_ref();
        let typed_by =
            object.filter(|(_, known)| types.iter().all(|ty| known.contains(ty))).map(|(overlay, _)| *overlay);
        self.state.projections.push(Projection { place, typed_by, by_type });
        Ok(self.state.projections.len() - 1)
    }

    /// A field that no subgraph is asked for: `__typename` or introspection.
    fn without_fetch(&mut self, place: PlaceId, field: &Collected<'a>) -> Option<ProjectedField> {
        let what = match field.name.as_str() {
            "__typename" => {
                self.ask_typename(place);
                Projected::Typename
            }
            "__schema" | "__type" => Projected::Introspection,
            _ => return None,
        };
        Some(ProjectedField { key: field.key.clone(), what })
    }

    /// Makes the type of the object at `place` known at run time.
    pub fn ask_typename(&mut self, place: PlaceId) {
        if self.state.places[place].object.is_some() {
            return;
        }
        if let Some(base) = self.state.places[place].overlays.first() {
            let node = self.state.overlays[*base].node;
            let SelectionNode { ty, possible, .. } = &self.state.nodes[node];
            if ty.is_some_and(|ty| self.graph.is_abstract(ty) && *possible != [ty]) {
                self.state.nodes[node].typename = true;
            }
        }
    }

    /// Plans one part in the cheapest of its ways.
    fn part(&mut self, place: PlaceId, part: &Part<'_, 'a>) -> Result<ProjectedField, Unplannable> {
        self.count(STEP)?;
        let ways = self.ways(place, part);
        let taken = self.cheapest(&ways, |planner, way| {
            let overlay = planner.open(place, part, way)?;
            let field = planner.select_in(overlay, part)?;
            planner.wait_for_told(overlay).then_some(field).ok_or_else(|| planner.unreachable(part))
        })?;
        taken.ok_or_else(|| self.unreachable(part))
    }

    /// Lets the fetch whose representations are being gathered wait for what they are taken from. False if that waits
    /// for it.
    fn wait_for_told(&mut self, source: OverlayId) -> bool {
        let Some(told) = self.being_told.last() else { return true };
        let (told, source) = (self.state.fetch_of(*told), self.state.fetch_of(source));
        self.state.wait_for(told, &BTreeSet::from([source]))
    }

    /// Takes the cheapest of several choices, each tried on a copy of the state with everything that follows from it.
    /// If none works: `None` and nothing done, or, where there was one choice only, its error and what it left behind.
    pub fn cheapest<C, R>(
        &mut self,
        choices: &[C],
        take: impl FnMut(&mut Self, &C) -> Result<R, Unplannable>,
    ) -> Result<Option<R>, Unplannable> {
        let before = (choices.len() > 1).then(|| self.state.cost());
        let is_enough = |cost: &Cost| {
            let asked = |cost: &Cost| (cost.hops, cost.fetches, cost.representations, cost.entity_fields);
            before.as_ref().is_some_and(|before| asked(cost) == asked(before))
        };
        self.first_best(choices, is_enough, |one, other| one < other, take)
    }

    /// The same, if something else than the whole cost makes one choice better than those before it, or good enough to
    /// try no others.
    pub fn first_best<C, R>(
        &mut self,
        choices: &[C],
        is_enough: impl Fn(&Cost) -> bool,
        is_better: impl Fn(&Cost, &Cost) -> bool,
        mut take: impl FnMut(&mut Self, &C) -> Result<R, Unplannable>,
    ) -> Result<Option<R>, Unplannable> {
        #[cfg(test)]
        if let (Some(script), true) = (&mut self.script, choices.len() > 1) {
            let choice = script.choose(choices.len());
            return take(self, &choices[choice]).map(Some);
        }
        if let [only] = choices {
            return take(self, only).map(Some);
        }
        let start = self.state.clone();
        let mut best: Option<(Cost, State<'a>, R)> = None;
        for choice in choices {
            self.trials += 1;
            self.count(self.state.size())?;
            if best.is_some() {
                self.state.clone_from(&start);
            }
            match take(self, choice) {
                Ok(taken) => {
                    let cost = self.state.cost();
                    let enough = is_enough(&cost) || self.trials > TRIALS;
                    if best.as_ref().is_none_or(|(known, _, _)| is_better(&cost, known)) {
                        best = Some((cost, std::mem::take(&mut self.state), taken));
                    }
                    if enough {
                        break;
                    }
                }
                Err(Unplannable::TooComplex) => return Err(Unplannable::TooComplex),
                Err(Unplannable::Unreachable(_)) => self.state.clone_from(&start),
            }
        }
        let (state, taken) = best.map_or((start, None), |(_, state, taken)| (state, Some(taken)));
        self.state = state;
        Ok(taken)
    }

    /// Notes what was done.
    fn count(&mut self, work: usize) -> Result<(), Unplannable> {
        self.work += work;
        if self.work > self.budget { Err(Unplannable::TooComplex) } else { Ok(()) }
    }

    pub fn unreachable(&self, part: &Part<'_, '_>) -> Unplannable {
        let owner = part.types.first().map_or("?", |ty| self.graph.info(*ty).name.as_str());
        Unplannable::Unreachable(format!("{owner}.{}", part.field.name))
    }
}
