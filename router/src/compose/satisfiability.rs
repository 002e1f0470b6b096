//! Whether every field that clients see can be had, by whichever path they come.
//!
//! The planner alone knows what can be reached, so it is asked: every field of every type that some field returns is
//! planned once below that field, at its shortest path from a root. Each such pair is visited once, so the walk ends
//! on cyclic graphs too. What is refused here is an operation that the planner would refuse to a client.

use std::collections::{BTreeSet, VecDeque};

use apollo_compiler::{
    Name,
    ast::{Definition, Document, FieldDefinition, OperationType},
    collections::{HashMap, HashSet},
    schema::{Component, ExtendedType},
};

use super::{
    error::{CompositionError, ErrorCode},
    subgraph::fields_of,
};
use crate::{
    graph::{Requirement, Supergraph},
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
}

/// Who may see something is no question of reach.
struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

/// One error for each field that no path reaches.
pub(super) fn check(graph: &Supergraph) -> Vec<CompositionError> {
    let roots = &graph.api.schema_definition;
    let roots = [(OperationType::Query, &roots.query), (OperationType::Mutation, &roots.mutation)];
    let root = |(operation, name): (OperationType, &Option<apollo_compiler::schema::ComponentName>)| {
        Some(Place { operation, steps: Vec::new(), variables: Vec::new(), ty: name.as_ref()?.name.clone() })
    };
    let mut places: VecDeque<Place> = roots.into_iter().filter_map(root).collect();
    let (mut seen, mut refused) = (BTreeSet::new(), BTreeSet::new());
    let mut errors = Vec::new();
    while let Some(place) = places.pop_front() {
        let Some(ty) = graph.api.types.get(&place.ty) else { continue };
        let fields = fields_of(ty);
        let all_at_once = is_planned(graph, &place, &fields);
        for field in fields {
            let coordinate = format!("{}.{}", place.ty, field.name);
            if !all_at_once && !is_planned(graph, &place, &[field]) {
                if refused.insert(coordinate.clone()) {
                    errors.push(unreachable(graph, &place, field, coordinate));
                }
            } else if is_composite(graph, field.ty.inner_named_type()) && seen.insert(coordinate) {
                places.push_back(place.below(field));
            }
        }
        let behind: Vec<Name> = match ty {
            ExtendedType::Union(union) => union.members.iter().map(|member| member.name.clone()).collect(),
            ExtendedType::Interface(_) => {
                graph.implementers.get(&place.ty).map_or_else(Vec::new, |known| known.objects.iter().cloned().collect())
            }
            _ => Vec::new(),
        };
        places.extend(behind.into_iter().map(|object| place.narrowed(object)));
    }
    errors
}

impl Place {
    fn below(&self, field: &FieldDefinition) -> Self {
        let mut below = self.clone();
        let selected = select(field, &mut below.variables);
        below.steps.push(selected);
        below.ty = field.ty.inner_named_type().clone();
        below
    }

    fn narrowed(&self, object: Name) -> Self {
        let mut narrowed = self.clone();
        narrowed.steps.push(format!("... on {object}"));
        narrowed.ty = object;
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
