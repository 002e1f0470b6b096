//! Names that belong to GraphQL and to federation: a subgraph's own types cannot have them, nor can its fields,
//! arguments and input fields have the types of introspection or of the federation protocol.

use apollo_compiler::{Schema, ast::Type, schema::ExtendedType};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    read::{
        elements::{Kind, elements},
        link::Link,
        subgraph::is_machinery,
    },
};

/// The types of the federation protocol, with the kind that they have there
/// (<https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec>).
const PROTOCOL: [(&str, &str); 4] =
    [("_Any", "a scalar"), ("_Entity", "a union"), ("_Service", "an object"), ("_FieldSet", "a scalar")];

/// The fields of the query root that the federation protocol adds.
const PROTOCOL_FIELDS: [&str; 2] = ["Query._entities", "Query._service"];

/// Specifications of supergraphs, whose types begin with their names.
const OF_SUPERGRAPHS: [&str; 8] =
    ["join__", "link__", "core__", "federation__", "requiresScopes__", "policy__", "context__", "connect__"];

/// Everything of a subgraph that uses such a name, before the types of the protocol are removed.
pub(in crate::compose) fn check(subgraph: &str, schema: &Schema, links: &[Link]) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    let mut error = |code, coordinate: String, text: String| {
        errors.push(CompositionError::new(code, coordinate, &[subgraph], text));
    };
    for ty in schema.types.values() {
        let name = ty.name();
        if name.starts_with("__") {
            if ty.iter_origins().any(|origin| origin.extension_id().is_some()) {
                let text = "it is a type of introspection, which cannot be extended: remove the extension";
                error(ErrorCode::InvalidGraphql, name.to_string(), text.to_owned());
            }
            continue;
        }
        if let Some((_, kind)) = PROTOCOL.iter().find(|(known, kind)| name == known && !is_kind(ty, kind)) {
            let text = format!("the federation protocol defines {name} as {kind}: give your own type another name");
            error(ErrorCode::TypeDefinitionInvalid, name.to_string(), text);
        }
        let is_own = !ty.is_built_in() && !is_machinery(ty, links);
        let prefix = OF_SUPERGRAPHS.iter().find(|prefix| name.starts_with(**prefix));
        if let Some(prefix) = prefix.filter(|prefix| is_own || **prefix == "join__") {
            let text = format!("names that begin with {prefix} belong to the supergraph: give the type another name");
            error(ErrorCode::TypeDefinitionInvalid, name.to_string(), text);
        }
    }
    for element in elements(schema) {
        let ty: &Type = match element.kind {
            Kind::Field(_, field) => &field.ty,
            Kind::Argument(_, _, input) | Kind::InputField(input) => &input.ty,
            _ => continue,
        };
        let (name, coordinate) = (ty.inner_named_type(), element.coordinate);
        let of_protocol = PROTOCOL_FIELDS.iter().any(|field| coordinate.starts_with(field));
        if name.starts_with("__") {
            let text =
                format!("{name} is a type of introspection, which nothing else can have: use a type of your own");
            error(ErrorCode::InvalidGraphql, coordinate, text);
        } else if !of_protocol && schema.types.get(name).is_some_and(|ty| is_machinery(ty, links)) {
            let text = format!("{name} belongs to federation and is no part of the supergraph: use a type of your own");
            error(ErrorCode::InvalidGraphql, coordinate, text);
        }
    }
    errors
}

fn is_kind(ty: &ExtendedType, kind: &str) -> bool {
    match kind {
        "a scalar" => ty.is_scalar(),
        "a union" => ty.is_union(),
        _ => ty.is_object(),
    }
}
