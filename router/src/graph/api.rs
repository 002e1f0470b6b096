//! The schema that clients see: the supergraph without its machinery and without what is `@inaccessible`.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Directive, DirectiveDefinition, DirectiveList, DirectiveLocation},
    collections::{HashSet, IndexMap},
    schema::{self, Component, ExtendedType, FieldDefinition},
    validation::Valid,
};

use super::{InvalidSupergraph, links};

/// Directives that a client may see in introspection or that mean something to it.
const CLIENT_DIRECTIVES: [&str; 5] = ["skip", "include", "deprecated", "specifiedBy", "oneOf"];

/// Where a directive stands in operations (GraphQL specification, section 3.13, `ExecutableDirectiveLocation`).
pub(crate) const EXECUTABLE: [DirectiveLocation; 8] = [
    DirectiveLocation::Query,
    DirectiveLocation::Mutation,
    DirectiveLocation::Subscription,
    DirectiveLocation::Field,
    DirectiveLocation::FragmentDefinition,
    DirectiveLocation::FragmentSpread,
    DirectiveLocation::InlineFragment,
    DirectiveLocation::VariableDefinition,
];

/// The definition of `@oneOf` (GraphQL specification, section 3.13.5), which the compiler does not know.
pub(crate) const ONE_OF: &str = "directive @oneOf on INPUT_OBJECT";

pub(super) fn client_schema(supergraph: &Schema) -> Result<Valid<Schema>, InvalidSupergraph> {
    let mut api = supergraph.clone();
    let definition = api.schema_definition.make_mut();
    definition.directives.0.clear();
    api.directive_definitions.retain(|name, definition| {
        CLIENT_DIRECTIVES.contains(&name.as_str())
            || !links::is_linked(supergraph, name) && keep_executable(definition.make_mut())
    });
    api.types.retain(|name, ty| !is_machinery(name) && !ty.directives().has("inaccessible"));
    let kept: HashSet<Name> = api.types.keys().cloned().collect();
    let visible = |name: &Name| kept.contains(name);
    let roots = api.schema_definition.make_mut();
    for root in [&mut roots.mutation, &mut roots.subscription] {
        root.take_if(|root| !visible(&root.name));
    }
    for ty in api.types.values_mut() {
        strip(ty, &visible);
    }
    one_of(&mut api);
    api.validate().map_err(|error| InvalidSupergraph::new(error.errors))
}

/// Makes the schema know of `@oneOf`, and of what introspection tells of it (section 4.2.2).
fn one_of(api: &mut Schema) {
    let sdl = format!("{ONE_OF} type Query {{ isOneOf: Boolean }}");
    let Ok(known) = Schema::parse(sdl, "one_of.graphql") else { return };
    let is_used = api.types.values().any(|ty| ty.is_input_object() && ty.directives().has("oneOf"));
    let definition = known.directive_definitions.get("oneOf").filter(|_| is_used);
    if let Some(definition) = definition {
        api.directive_definitions.entry(definition.name.clone()).or_insert_with(|| definition.clone());
    }
    let field = known.get_object("Query").and_then(|object| object.fields.get("isOneOf"));
    if let (Some(ExtendedType::Object(ty)), Some(field)) = (api.types.get_mut("__Type"), field) {
        ty.make_mut().fields.insert(field.name.clone(), field.clone());
    }
}

/// Whether a type belongs to a specification that a supergraph links, rather than to the graph.
fn is_machinery(name: &str) -> bool {
    const SPECIFICATIONS: [&str; 8] =
        ["join", "link", "core", "federation", "requiresScopes", "policy", "context", "connect"];
    name.split_once("__").is_some_and(|(specification, _)| SPECIFICATIONS.contains(&specification))
}

/// Leaves of a directive what clients may use in operations. Whether anything is left.
fn keep_executable(definition: &mut DirectiveDefinition) -> bool {
    definition.locations.retain(|location| EXECUTABLE.contains(location));
    definition.arguments.retain(|argument| !argument.directives.has("inaccessible"));
    for argument in &mut definition.arguments {
        keep(&mut argument.make_mut().directives);
    }
    !definition.locations.is_empty()
}

fn strip(ty: &mut ExtendedType, visible: &impl Fn(&Name) -> bool) {
    match ty {
        ExtendedType::Scalar(scalar) => keep_client_directives(&mut scalar.make_mut().directives),
        ExtendedType::Object(object) => {
            let object = object.make_mut();
            keep_client_directives(&mut object.directives);
            object.implements_interfaces.retain(|interface| visible(&interface.name));
            strip_fields(&mut object.fields);
        }
        ExtendedType::Interface(interface) => {
            let interface = interface.make_mut();
            keep_client_directives(&mut interface.directives);
            interface.implements_interfaces.retain(|interface| visible(&interface.name));
            strip_fields(&mut interface.fields);
        }
        ExtendedType::Union(union) => {
            let union = union.make_mut();
            keep_client_directives(&mut union.directives);
            union.members.retain(|member| visible(&member.name));
        }
        ExtendedType::Enum(definition) => {
            let definition = definition.make_mut();
            keep_client_directives(&mut definition.directives);
            definition.values.retain(|_, value| !value.directives.has("inaccessible"));
            for value in definition.values.values_mut() {
                keep(&mut value.make_mut().directives);
            }
        }
        ExtendedType::InputObject(input) => {
            let input = input.make_mut();
            keep_client_directives(&mut input.directives);
            input.fields.retain(|_, field| !field.directives.has("inaccessible"));
            for field in input.fields.values_mut() {
                keep(&mut field.make_mut().directives);
            }
        }
    }
}

fn strip_fields(fields: &mut IndexMap<Name, Component<FieldDefinition>>) {
    fields.retain(|_, field| !field.directives.has("inaccessible"));
    for field in fields.values_mut() {
        let field = field.make_mut();
        keep(&mut field.directives);
        field.arguments.retain(|argument| !argument.directives.has("inaccessible"));
        for argument in &mut field.arguments {
            keep(&mut argument.make_mut().directives);
        }
    }
}

fn keep(directives: &mut DirectiveList) {
    directives.0.retain(|directive: &Node<Directive>| CLIENT_DIRECTIVES.contains(&directive.name.as_str()));
}

fn keep_client_directives(directives: &mut schema::DirectiveList) {
    directives.0.retain(|directive| CLIENT_DIRECTIVES.contains(&directive.name.as_str()));
}
