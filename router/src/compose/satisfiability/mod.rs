//! Whether every field that clients see can be had, by whichever path they come.
//!
//! First the graph is walked for the ways in which the objects of each type can come to a place ([`arrival`]): where
//! more subgraphs hand an object over, all can be had that can be had from fewer, so the fewest count. The planner
//! alone knows what can be reached from there, so it is then asked: all fields of a type, once for each field that
//! returns it and each such arrival, at the shortest path from a root. Both are bounded, also on cyclic graphs. What is
//! refused here is an operation that the planner would refuse to a client.

mod arrival;
mod mutations;

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::{
    Name,
    ast::{Definition, Document, FieldDefinition, OperationType},
    collections::{HashMap, HashSet},
    schema::{Component, ExtendedType},
};

use crate::compose::satisfiability::arrival::Arrival;
use crate::compose::{
    error::{CompositionError, ErrorCode},
    read::subgraph::fields_of,
};
use crate::{
    graph::{Requirement, Supergraph, Variants},
    plan::{Authorization, Surroundings, Unplannable, find_any, plan},
};

/// A place in an operation where an object of type `ty` stands.
#[derive(Clone)]
struct Place {
    operation: OperationType,
    /// What is selected from the root down to here, without braces.
    steps: Vec<String>,
    /// The definitions of the variables that the steps use.
    variables: Vec<String>,
    ty: Name,
    /// From where the object can come.
    arrival: Arrival,
}

/// Arrivals at the objects of one type, beyond which no more are tried.
const ARRIVALS: usize = 100;

/// Who may see something is no question of reach.
struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

/// One error for each field that some path does not reach, whichever labels of overrides are active.
pub(super) fn check(graph: &Supergraph) -> Vec<CompositionError> {
    let fields = graph.types.values().flat_map(|ty| ty.fields.values());
    let labels = fields.flat_map(|field| field.subgraphs.values()).filter_map(|known| known.label.as_ref());
    let labels: BTreeSet<String> = labels.map(|label| label.name.to_string()).collect();
    if labels.is_empty() {
        return mutations::settled(graph);
    }
    let mut errors: Vec<CompositionError> = Vec::new();
    for active in [Vec::new(), labels.into_iter().collect()] {
        let variants = Variants::new(graph, &active);
        for graph in (0..).map_while(|variant| variants.graph(variant)) {
            for error in mutations::settled(graph) {
                if !errors.iter().any(|known| known.coordinate == error.coordinate) {
                    errors.push(error);
                }
            }
        }
    }
    errors
}

/// The way through a graph, breadth first.
struct Walk<'g> {
    graph: &'g Supergraph,
    /// The one field of the root to go by, if not all.
    only: Option<&'g Name>,
    places: Vec<Place>,
    /// The first place of each field's value, and of each object behind an abstract type.
    first: BTreeMap<String, usize>,
    /// For each type, the places at which it comes from the fewest subgraphs, and how many were tried.
    fewest: BTreeMap<Name, (Vec<usize>, usize)>,
}

impl<'g> Walk<'g> {
    /// The errors of a graph.
    fn over(graph: &'g Supergraph) -> Vec<CompositionError> {
        let mut walk =
            Self::at_roots(graph, &[OperationType::Query, OperationType::Mutation, OperationType::Subscription]);
        walk.errors(0)
    }

    /// The errors of what is below one field of the mutations.
    fn below(graph: &'g Supergraph, mutation: &'g Name) -> Vec<CompositionError> {
        let mut walk = Self { only: Some(mutation), ..Self::at_roots(graph, &[OperationType::Mutation]) };
        walk.errors(1)
    }

    fn at_roots(graph: &'g Supergraph, operations: &[OperationType]) -> Self {
        let (first, fewest) = (BTreeMap::new(), BTreeMap::new());
        let mut walk = Self { graph, only: None, places: Vec::new(), first, fewest };
        let roots = &graph.api.schema_definition;
        let each = [
            (OperationType::Query, &roots.query),
            (OperationType::Mutation, &roots.mutation),
            (OperationType::Subscription, &roots.subscription),
        ];
        for (operation, root) in each.into_iter().filter(|(operation, _)| operations.contains(operation)) {
            let Some((name, ty)) = root.as_ref().and_then(|root| Some((&root.name, graph.type_id(&root.name)?))) else {
                continue;
            };
            let (steps, variables, arrival) = (Vec::new(), Vec::new(), Arrival::root(graph, ty));
            walk.first.insert(operation.name().to_owned(), walk.places.len());
            walk.places.push(Place { operation, steps, variables, ty: name.clone(), arrival });
        }
        walk
    }

    /// Walks, and tells of everything from the place `since` on.
    fn errors(&mut self, since: usize) -> Vec<CompositionError> {
        let mut next = 0;
        while let Some(place) = self.places.get(next).cloned() {
            self.expand(&place);
            next += 1;
        }
        let mut refused = BTreeSet::new();
        let fewest = self.fewest.values().flat_map(|(places, _)| places);
        let planned: BTreeSet<usize> = self.first.values().chain(fewest).copied().filter(|at| *at >= since).collect();
        planned.iter().flat_map(|place| refusals(self.graph, &self.places[*place], &mut refused)).collect()
    }

    /// Goes on to everything below a place.
    fn expand(&mut self, place: &Place) {
        let graph = self.graph;
        let (Some(ty), Some(id)) = (graph.api.types.get(&place.ty), graph.type_id(&place.ty)) else { return };
        for field in fields_of(ty).into_iter().filter(|field| is_composite(graph, field.ty.inner_named_type())) {
            let root = place.steps.is_empty().then_some(place.operation);
            if root.is_some() && self.only.is_some_and(|only| *only != field.name) {
                continue;
            }
            let arrival = place.arrival.below(graph, id, &field.name, root);
            self.meet(&format!("{}.{}", place.ty, field.name), arrival, |arrival| place.below(field, arrival));
        }
        let behind: Vec<Name> = match ty {
            ExtendedType::Union(union) => union.members.iter().map(|member| member.name.clone()).collect(),
            ExtendedType::Interface(_) => {
                graph.implementers.get(&place.ty).map_or_else(Vec::new, |known| known.objects.iter().cloned().collect())
            }
            _ => Vec::new(),
        };
        for object in behind {
            let Some(behind) = graph.type_id(&object) else { continue };
            let arrival = place.arrival.narrowed(graph, id, behind);
            let step = format!("{} as {object}", place.ty);
            self.meet(&step, arrival, |arrival| place.narrowed(object, arrival));
        }
    }

    /// Notes a place, unless the same was found from fewer subgraphs. Objects that no subgraph hands over do not come.
    fn meet(&mut self, step: &str, arrival: Arrival, place: impl FnOnce(Arrival) -> Place) {
        if arrival.is_empty() {
            return;
        }
        let mut place = place(arrival);
        if let Some(ty) = self.graph.type_id(&place.ty) {
            place.arrival = place.arrival.with_keys(self.graph, ty);
        }
        let id = self.places.len();
        let is_first = !self.first.contains_key(step);
        let (fewest, tried) = self.fewest.entry(place.ty.clone()).or_default();
        let known = fewest.iter().any(|known| self.places[*known].arrival.is_within(&place.arrival));
        if !known && *tried < ARRIVALS {
            *tried += 1;
            fewest.retain(|other| !place.arrival.is_within(&self.places[*other].arrival));
            fewest.push(id);
        } else if !is_first {
            return;
        }
        self.first.entry(step.to_owned()).or_insert(id);
        self.places.push(place);
    }
}

/// An error for each field of a place that cannot be had there and is not refused yet.
fn refusals(graph: &Supergraph, place: &Place, refused: &mut BTreeSet<String>) -> Vec<CompositionError> {
    let Some(ty) = graph.api.types.get(&place.ty) else { return Vec::new() };
    let fields = fields_of(ty);
    if is_planned(graph, place, &fields) {
        return Vec::new();
    }
    let mut errors = Vec::new();
    for field in fields {
        let coordinate = format!("{}.{}", place.ty, field.name);
        if !is_planned(graph, place, &[field]) && refused.insert(coordinate.clone()) {
            errors.push(unreachable(graph, place, field, coordinate));
        }
    }
    errors
}

impl Place {
    fn below(&self, field: &FieldDefinition, arrival: Arrival) -> Self {
        let mut below = self.clone();
        let selected = select(field, &mut below.variables);
        below.steps.push(selected);
        below.ty = field.ty.inner_named_type().clone();
        below.arrival = arrival;
        below
    }

    fn narrowed(&self, object: Name, arrival: Arrival) -> Self {
        let mut narrowed = self.clone();
        narrowed.steps.push(format!("... on {object}"));
        narrowed.ty = object;
        narrowed.arrival = arrival;
        narrowed
    }

    /// The operation that asks for `fields` here.
    fn operation(&self, graph: &Supergraph, fields: &[&Component<FieldDefinition>]) -> String {
        let mut variables = self.variables.clone();
        let mut selected = String::new();
        for field in fields {
            let below = if is_composite(graph, field.ty.inner_named_type()) { " { __typename }" } else { "" };
            selected.extend([" ", &select(field, &mut variables), below]);
        }
        let inner = self.steps.iter().rev().fold(selected, |inner, step| format!(" {step} {{{inner} }}"));
        let variables = if variables.is_empty() { String::new() } else { format!("({})", variables.join(", ")) };
        format!("{}{variables} {{{inner} }}", self.operation.name())
    }
}

/// A field with a variable for each argument that it must have.
fn select(field: &FieldDefinition, variables: &mut Vec<String>) -> String {
    let mut arguments = Vec::new();
    for argument in field.arguments.iter().filter(|argument| argument.is_required()) {
        let variable = format!("$v{}", variables.len());
        arguments.push(format!("{}: {variable}", argument.name));
        variables.push(format!("{variable}: {}", argument.ty));
    }
    if arguments.is_empty() { field.name.to_string() } else { format!("{}({})", field.name, arguments.join(", ")) }
}

fn is_composite(graph: &Supergraph, ty: &Name) -> bool {
    graph.api.types.get(ty).is_some_and(|ty| ty.is_object() || ty.is_interface() || ty.is_union())
}

/// Whether the planner finds a way: any is good enough, and only where the search for any finds none, the search that
/// clients' operations get has the last word. What is too complex for it is not known to have none.
fn is_planned(graph: &Supergraph, place: &Place, fields: &[&Component<FieldDefinition>]) -> bool {
    if fields.is_empty() {
        return true;
    }
    let Ok(document) = Document::parse(place.operation(graph, fields), "example.graphql") else { return true };
    let (fragments, truths) = (HashMap::default(), HashSet::default());
    document.definitions.iter().all(|definition| {
        let Definition::OperationDefinition(operation) = definition else { return true };
        let surroundings = Surroundings { fragments: &fragments, truths: &truths };
        find_any(graph, operation, surroundings, &Everything).is_ok()
            || !matches!(plan(graph, operation, surroundings, &Everything), Err(Unplannable::Unreachable(_)))
    })
}

fn unreachable(
    graph: &Supergraph,
    place: &Place,
    field: &Component<FieldDefinition>,
    coordinate: String,
) -> CompositionError {
    let known = graph.type_id(&place.ty).and_then(|ty| Some((graph.info(ty), graph.field(ty, &field.name)?)));
    let (mut subgraphs, mut reasons) = (Vec::new(), Vec::new());
    for (ty, subgraph, known) in
        known.into_iter().flat_map(|(ty, field)| field.subgraphs.iter().map(move |(id, known)| (ty, id, known)))
    {
        let name = &*graph.subgraph(*subgraph).name;
        let has_key = ty.subgraphs.get(subgraph).is_some_and(|known| known.resolvable_keys().next().is_some());
        let is_root = place.steps.is_empty();
        let reason = match (known.external, has_key, known.requires.is_some()) {
            (true, ..) => "declares it @external",
            (_, _, true) if is_root => "requires something, of which no root can be told",
            _ if is_root => "resolves it, but nobody it leads to knows which object it is",
            (_, false, _) => "has no resolvable @key by which it could be asked",
            (_, _, true) => "cannot be given its key and what the field requires",
            _ => "has a @key whose fields cannot be had here",
        };
        subgraphs.push(name);
        reasons.push(format!("{name:?} {reason}"));
    }
    let text = format!(
        "no path reaches the field in `{}`: {}; add a @key that the subgraphs before it know, or resolve the field there",
        place.operation(graph, &[field]),
        if reasons.is_empty() { "no subgraph resolves it".to_owned() } else { reasons.join(", ") }
    );
    CompositionError::new(ErrorCode::SatisfiabilityError, coordinate, &subgraphs, text)
}
