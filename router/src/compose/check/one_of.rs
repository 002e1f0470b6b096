//! `@oneOf` input objects (GraphQL specification, section 3.10): exactly one field is given, so that none is required
//! and none has a default.

use apollo_compiler::{Name, Node, Schema, ast::DirectiveDefinition, schema::ExtendedType};

use crate::{
    compose::error::{CompositionError, ErrorCode},
    graph::api::ONE_OF,
};

/// What is wrong with such types; `subgraphs` names those that know a type.
pub(super) fn check<'s>(subgraphs: impl Fn(&Name) -> Vec<&'s str>, schema: &Schema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for ty in schema.types.values().filter(|ty| ty.directives().has("oneOf")) {
        let ExtendedType::InputObject(input) = ty else { continue };
        for field in input.fields.values() {
            let what = match (field.ty.is_non_null(), &field.default_value) {
                (true, _) => "is never null",
                (_, Some(_)) => "has a default value",
                _ => continue,
            };
            let text = format!("the field {what}, but one of several in a @oneOf type cannot: make it optional");
            let coordinate = format!("{}.{}", input.name, field.name);
            errors.push(CompositionError::new(ErrorCode::InvalidGraphql, coordinate, &subgraphs(&input.name), text));
        }
    }
    errors
}

/// Defines the directive where it may be used without a definition, as the specification's own.
pub(super) fn define(schema: &mut Schema) {
    let own = || -> Option<Node<DirectiveDefinition>> {
        Schema::parse(ONE_OF, "one_of.graphql").ok()?.directive_definitions.get("oneOf").cloned()
    };
    if !schema.directive_definitions.contains_key("oneOf") {
        schema.directive_definitions.extend(own().map(|definition| (definition.name.clone(), definition)));
    }
}
