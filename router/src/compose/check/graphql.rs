//! Whether a subgraph's schema is valid GraphQL by itself, federation's own definitions added.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{self, DirectiveDefinition},
    collections::{IndexMap, IndexSet},
    diagnostic::Diagnostic,
    parser::SourceSpan,
    schema::{Component, ComponentName, DirectiveList, ExtendedType, FieldDefinition, ObjectType},
    validation::{DiagnosticData, DiagnosticList},
};

use super::{one_of, values};
use crate::compose::{
    error::{CompositionError, ErrorCode},
    read::{directives::DirectiveNames, specs, subgraph::fields_of},
};

/// Reads a schema; extensions may be without what they extend.
pub(in crate::compose) fn parse(subgraph: &str, sdl: &str) -> Result<Schema, Vec<CompositionError>> {
    let built = Schema::builder().adopt_orphan_extensions().parse(sdl, format!("{subgraph}.graphql")).build();
    built.map_err(|error| told(subgraph, &error.partial, &error.errors))
}

/// Every rule of GraphQL that the schema breaks.
pub(in crate::compose) fn check(subgraph: &str, schema: &Schema, names: &DirectiveNames) -> Vec<CompositionError> {
    let mut errors = match completed(schema, names).validate() {
        Ok(_) => Vec::new(),
        Err(error) => told(subgraph, schema, &error.errors),
    };
    errors.extend(values::check(subgraph, schema));
    errors.extend(one_of::check(|_| vec![subgraph], schema));
    errors.extend(values::deprecated(subgraph, schema));
    for scalar in schema.types.values().filter(|ty| ty.is_built_in() && !ty.directives().is_empty()) {
        let own = scalar.directives().iter().filter(|directive| directive.name != "specifiedBy");
        if own.count() > 0 {
            let text = "it is GraphQL's own type, of which nothing can be said: remove the extension";
            errors.push(CompositionError::new(ErrorCode::InvalidGraphql, scalar.name().as_str(), &[subgraph], text));
        }
    }
    errors
}

/// The schema with everything that it may use without defining it.
fn completed(schema: &Schema, names: &DirectiveNames) -> Schema {
    let mut schema = schema.clone();
    for (local, canonical) in names.iter() {
        if !names.is_lent(local) {
            continue;
        }
        let Some(definition) = specs::definition_in(canonical, names.version) else { continue };
        if let Ok(name) = Name::new(local) {
            let definition = DirectiveDefinition { name: name.clone(), ..definition };
            schema.directive_definitions.insert(name, Node::new(definition));
        }
    }
    // `@link` may be linked under another name, which `Links` has understood.
    let on_schema: Vec<Name> = schema.schema_definition.directives.iter().map(|known| known.name.clone()).collect();
    for name in on_schema {
        let is_link = name == "link" || !schema.directive_definitions.contains_key(&name);
        if let (true, Some(definition)) = (is_link, specs::definition("link")) {
            let definition = DirectiveDefinition { name: name.clone(), ..(**definition).clone() };
            schema.directive_definitions.insert(name, Node::new(definition));
        }
    }
    for (name, ty) in &specs::definitions().types {
        if !ty.is_built_in() {
            schema.types.insert(name.clone(), ty.clone());
        }
    }
    one_of::define(&mut schema);
    add_machinery(&mut schema);
    schema
}

/// Every subgraph answers `Query._service`, even one that has no query of its own; what else federation asks it is its
/// own affair.
fn add_machinery(schema: &mut Schema) {
    let name = |text: &'static str| Name::new_static(text).expect("a plain name");
    let query = schema.schema_definition.query.as_ref().map_or_else(|| name("Query"), |query| query.name.clone());
    schema.schema_definition.make_mut().query.get_or_insert_with(|| ComponentName::from(query.clone()));
    let root = schema.types.entry(query.clone()).or_insert_with(|| {
        let object = ObjectType {
            description: None,
            name: query,
            implements_interfaces: IndexSet::default(),
            directives: DirectiveList::default(),
            fields: IndexMap::default(),
        };
        ExtendedType::Object(Node::new(object))
    });
    let ExtendedType::Object(root) = root else { return };
    let field = FieldDefinition {
        description: None,
        name: name("_service"),
        arguments: Vec::new(),
        ty: ast::Type::Named(name("String")),
        directives: ast::DirectiveList::default(),
    };
    let fields = &mut root.make_mut().fields;
    fields.shift_remove("_entities");
    fields.insert(field.name.clone(), Component::new(field));
}

fn told(subgraph: &str, schema: &Schema, errors: &DiagnosticList) -> Vec<CompositionError> {
    errors.iter().map(|diagnostic| one(subgraph, schema, &diagnostic)).collect()
}

fn one(subgraph: &str, schema: &Schema, diagnostic: &Diagnostic<'_, DiagnosticData>) -> CompositionError {
    let mut text = diagnostic.error.to_string();
    if let Some(range) = diagnostic.line_column_range() {
        text = format!("{text} (line {})", range.start.line);
    }
    if diagnostic.error.unstable_error_name() == Some("UndefinedDirective") {
        let is_federations = specs::DIRECTIVES.iter().any(|(name, _)| text.contains(&format!("@{name}`")));
        text += if is_federations {
            ": import it in the @link to https://specs.apollo.dev/federation/v2.x"
        } else {
            ": define it, or remove it"
        };
    }
    let location = apollo_compiler::diagnostic::ToCliReport::location(diagnostic.error);
    let coordinate = location.and_then(|location| coordinate(schema, location)).unwrap_or_default();
    CompositionError::new(ErrorCode::InvalidGraphql, coordinate, &[subgraph], text)
}

/// What stands at a place in the text.
fn coordinate(schema: &Schema, at: SourceSpan) -> Option<String> {
    let holds = |span: Option<SourceSpan>| {
        span.is_some_and(|span| {
            span.file_id() == at.file_id() && (span.offset()..span.end_offset()).contains(&at.offset())
        })
    };
    let types = || schema.types.values().filter(|ty| !ty.is_built_in());
    let of_field = types().find_map(|ty| {
        let field = fields_of(ty).into_iter().find(|field| holds(field.location()))?;
        Some(format!("{}.{}", ty.name(), field.name))
    });
    of_field.or_else(|| types().find(|ty| holds(ty.location())).map(|ty| ty.name().to_string()))
}
