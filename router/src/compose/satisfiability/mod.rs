//! Whether every field that clients see can be had, by whichever path they come.
//!
//! The planner alone knows what can be reached, so it is asked: all fields of a type are planned at its shortest path
//! from a root, once for each field that returns the type and each way in which the subgraphs can hand its objects
//! over there ([`arrival`]). Their number is bounded, so the walk ends on cyclic graphs too. What is refused here is an
//! operation that the planner would refuse to a client.

mod arrival;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use apollo_compiler::{
    Name,
    ast::{Definition, Document, FieldDefinition, OperationType},
    collections::{HashMap, HashSet},
    schema::{Component, ExtendedType},
};

use self::arrival::Arrival;
use super::{
    error::{CompositionError, ErrorCode},
    subgraph::fields_of,
};
use crate::{
    graph::{Requirement, Supergraph, Variants},
    plan::{Authorization, Surroundings, Unplannable, plan},
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

/// Ways in which the objects of one type come to a place, beyond which no more are tried.
const ARRIVALS: usize = 200;

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
        return Walk::over(graph).errors;
    }
    let mut errors: Vec<CompositionError> = Vec::new();
    for active in [Vec::new(), labels.into_iter().collect()] {
        let variants = Variants::new(graph, &active);
        for graph in (0..).map_while(|variant| variants.graph(variant)) {
            for error in Walk::over(graph).errors {
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
    places: VecDeque<Place>,
    /// The arrivals at each field's value, and how many there are for each type.
    seen: HashSet<(String, Arrival)>,
    arrivals: BTreeMap<Name, HashSet<Arrival>>,
    refused: BTreeSet<String>,
    errors: Vec<CompositionError>,
}

impl<'g> Walk<'g> {
    fn over(graph: &'g Supergraph) -> Self {
        let mut walk = Self {
            graph,
            places: VecDeque::new(),
            seen: HashSet::default(),
            arrivals: BTreeMap::new(),
            refused: BTreeSet::new(),
            errors: Vec::new(),
        };
        let roots = &graph.api.schema_definition;
        for (operation, root) in [(OperationType::Query, &roots.query), (OperationType::Mutation, &roots.mutation)] {
            let Some((name, ty)) = root.as_ref().and_then(|root| Some((&root.name, graph.type_id(&root.name)?))) else {
                continue;
            };
            let (steps, variables, arrival) = (Vec::new(), Vec::new(), Arrival::root(graph, ty));
            walk.places.push_back(Place { operation, steps, variables, ty: name.clone(), arrival });
        }
        while let Some(place) = walk.places.pop_front() {
            walk.visit(&place);
        }
        walk
    }

    fn visit(&mut self, place: &Place) {
        let graph = self.graph;
        let (Some(ty), Some(id)) = (graph.api.types.get(&place.ty), graph.type_id(&place.ty)) else { return };
        let fields = fields_of(ty);
        let all_at_once = is_planned(graph, place, &fields);
        for field in fields {
            let coordinate = format!("{}.{}", place.ty, field.name);
            if !all_at_once && !is_planned(graph, place, &[field]) {
                if self.refused.insert(coordinate.clone()) {
                    self.errors.push(unreachable(graph, place, field, coordinate));
                }
            } else if is_composite(graph, field.ty.inner_named_type()) {
                let root = place.steps.is_empty().then_some(place.operation);
                let arrival = place.arrival.below(graph, id, &field.name, root);
                if self.is_new(coordinate, field.ty.inner_named_type(), &arrival) {
                    self.places.push_back(place.below(field, arrival));
                }
            }
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
            // Objects that no subgraph hands over here do not come here.
            if !arrival.is_empty() {
                self.places.push_back(place.narrowed(object, arrival));
            }
        }
    }

    /// Whether objects have not come in this way yet, if there is room for more ways.
    fn is_new(&mut self, coordinate: String, ty: &Name, arrival: &Arrival) -> bool {
        let known = self.arrivals.entry(ty.clone()).or_default();
        if known.len() >= ARRIVALS && !known.contains(arrival) {
            return false;
        }
        known.insert(arrival.clone());
        self.seen.insert((coordinate, arrival.clone()))
    }
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
            selected = format!("{selected} {}{below}", select(field, &mut variables));
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

/// Whether the planner finds a way. What is too complex for it is not known to have none.
fn is_planned(graph: &Supergraph, place: &Place, fields: &[&Component<FieldDefinition>]) -> bool {
    if fields.is_empty() {
        return true;
    }
    let Ok(document) = Document::parse(place.operation(graph, fields), "example.graphql") else { return true };
    let (fragments, truths) = (HashMap::default(), HashSet::default());
    document.definitions.iter().all(|definition| {
        let Definition::OperationDefinition(operation) = definition else { return true };
        let surroundings = Surroundings { fragments: &fragments, truths: &truths };
        !matches!(plan(graph, operation, surroundings, &Everything), Err(Unplannable::Unreachable(_)))
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
        let has_key = ty.subgraphs.get(subgraph).is_some_and(|known| known.keys.iter().any(|key| key.resolvable));
        let reason = match (known.external, has_key, known.requires.is_some()) {
            (true, ..) => "declares it @external",
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
