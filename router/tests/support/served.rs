//! What a subgraph's own server knows of its schema.

use std::fmt::Write as _;

use apollo_compiler::{Schema, validation::Valid};

/// A subgraph's schema with what federation adds to it, as its own server validates operations.
pub fn served(sdl: &str) -> Valid<Schema> {
    let added = "
        directive @key(fields: _Set!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
        directive @requires(fields: _Set!) on FIELD_DEFINITION
        directive @provides(fields: _Set!) on FIELD_DEFINITION
        directive @external on OBJECT | FIELD_DEFINITION
        directive @extends on OBJECT | INTERFACE
        directive @shareable on OBJECT | FIELD_DEFINITION
        directive @override(from: String!, label: String) on FIELD_DEFINITION
        directive @interfaceObject on OBJECT
        directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
        directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
        directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
        directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
        directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT
        directive @link(url: String, as: String, for: String, import: [_Set]) repeatable on SCHEMA
        scalar _Set
        scalar _Any
    ";
    let plain = Schema::builder().adopt_orphan_extensions().parse(sdl, "subgraph.graphql").build().unwrap();
    let entities: Vec<String> = plain
        .types
        .iter()
        .filter(|(_, ty)| ty.is_object() && ty.directives().has("key"))
        .map(|(name, _)| name.to_string())
        .collect();
    let root = plain.schema_definition.query.as_ref().map_or("Query", |root| root.name.as_str());
    let mut more = format!("{added}\nextend type {root} {{ _service: String }}");
    if !entities.is_empty() {
        let _ = write!(
            more,
            "\nunion _Entity = {}\nextend type {root} {{ _entities(representations: [_Any!]!): [_Entity]! }}",
            entities.join(" | ")
        );
    }
    let built =
        Schema::builder().adopt_orphan_extensions().parse(sdl, "subgraph.graphql").parse(more, "federation.graphql");
    built.build().unwrap().validate().map_err(|error| error.errors.to_string()).unwrap()
}
