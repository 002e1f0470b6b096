//! `@inaccessible`: what is left for clients must be a whole schema
//! ([inaccessible v0.2](https://specs.apollo.dev/inaccessible/v0.2)).

use std::collections::BTreeSet;

use apollo_compiler::{
    Name, Schema,
    ast::{FieldDefinition, InputValueDefinition, Value},
    schema::ExtendedType,
};

use super::merged::subgraphs_where;
use crate::compose::{
    error::{CompositionError, ErrorCode},
    merge::executables::is_executable,
    read::{
        elements::{Kind, elements},
        subgraph::{SubgraphSchema, field_of, fields_of},
    },
};

pub(super) fn check(subgraphs: &[SubgraphSchema], supergraph: &Schema) -> Vec<CompositionError> {
    let mut hidden = BTreeSet::new();
    for element in elements(supergraph) {
        if element.directives.iter().any(|directive| directive.name == "inaccessible") {
            hidden.insert(element.coordinate);
        }
    }
    for (coordinate, argument) in arguments_of_directives(supergraph) {
        if argument.directives.has("inaccessible") {
            hidden.insert(coordinate);
        }
    }
    let mut check = Check { subgraphs, supergraph, hidden, errors: Vec::new() };
    if check.hidden.is_empty() {
        return disallowed(subgraphs);
    }
    check.all();
    check.errors.extend(disallowed(subgraphs));
    check.errors
}

/// The arguments of the directives that clients may use.
fn arguments_of_directives(schema: &Schema) -> impl Iterator<Item = (String, &InputValueDefinition)> {
    let definitions = schema.directive_definitions.values().filter(|known| !known.is_built_in());
    definitions.filter(|known| is_executable(known)).flat_map(|known| {
        known.arguments.iter().map(|argument| (format!("@{}({}:)", known.name, argument.name), &**argument))
    })
}

/// Arguments of directives that clients do not use are no part of what they see.
fn disallowed(subgraphs: &[SubgraphSchema]) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for subgraph in subgraphs {
        for definition in subgraph.schema.directive_definitions.values() {
            let is_clients = is_executable(definition) && !subgraph.composes(&definition.name);
            if definition.is_built_in() || is_clients {
                continue;
            }
            for argument in &definition.arguments {
                if subgraph.names.all(argument.directives.iter(), "inaccessible").next().is_some() {
                    let coordinate = format!("@{}({}:)", definition.name, argument.name);
                    let text = "the argument of a directive cannot be hidden: remove @inaccessible";
                    let code = ErrorCode::DisallowedInaccessible;
                    errors.push(CompositionError::new(code, coordinate, &[&subgraph.name], text));
                }
            }
        }
    }
    errors
}

struct Check<'s> {
    subgraphs: &'s [SubgraphSchema],
    supergraph: &'s Schema,
    /// The coordinates of what is inaccessible.
    hidden: BTreeSet<String>,
    errors: Vec<CompositionError>,
}

impl Check<'_> {
    fn is_hidden(&self, coordinate: &str) -> bool {
        self.hidden.contains(coordinate)
    }

    /// An error, told of the subgraphs that hide `hidden`.
    fn error(&mut self, code: ErrorCode, hidden: &str, text: String) {
        let hiding = |subgraph: &&SubgraphSchema| {
            let elements = elements(&subgraph.schema).into_iter();
            let elements = elements.map(|element| (element.coordinate, element.directives));
            let arguments = arguments_of_directives(&subgraph.schema);
            let arguments = arguments.map(|(coordinate, known)| (coordinate, known.directives.iter().collect()));
            elements.chain(arguments).any(|(coordinate, directives)| {
                coordinate == hidden && subgraph.names.all(directives.into_iter(), "inaccessible").next().is_some()
            })
        };
        let mut names: Vec<&str> = self.subgraphs.iter().filter(hiding).map(|known| known.name.as_str()).collect();
        if names.is_empty() {
            names = subgraphs_where(self.subgraphs, |schema| schema.types.contains_key(hidden));
        }
        self.errors.push(CompositionError::new(code, hidden, &names, text));
    }

    fn all(&mut self) {
        let supergraph = self.supergraph;
        if let Some(query) = supergraph.schema_definition.query.as_ref().filter(|query| self.is_hidden(&query.name)) {
            let text = "clients must see the query type: remove @inaccessible, and hide fields instead";
            self.error(ErrorCode::QueryRootTypeInaccessible, &query.name, text.to_owned());
        }
        for ty in supergraph.types.values().filter(|ty| !ty.is_built_in() && !ty.name().contains("__")) {
            if !self.is_hidden(ty.name()) {
                self.children(ty);
                self.implementation(ty);
            }
        }
        for element in elements(supergraph) {
            let owner = element.coordinate.split(['.', '(']).next().unwrap_or_default();
            if self.is_hidden(owner) || element.coordinate.contains("__") {
                continue;
            }
            match element.kind {
                Kind::Field(_, field) => self.reference(&element.coordinate, field.ty.inner_named_type()),
                Kind::Argument(ty, field, argument) if !self.is_hidden(&format!("{}.{}", ty.name(), field.name)) => {
                    self.input(&element.coordinate, argument);
                }
                Kind::InputField(field) => self.input(&element.coordinate, field),
                _ => {}
            }
        }
        for (coordinate, argument) in arguments_of_directives(supergraph) {
            self.input(&coordinate, argument);
        }
    }

    /// Something that clients see must not be of a type that they do not.
    fn reference(&mut self, coordinate: &str, ty: &Name) {
        if !self.is_hidden(coordinate) && self.is_hidden(ty) {
            let text = format!("clients see {coordinate}, which is of this type: hide that too, or show this");
            self.error(ErrorCode::ReferencedInaccessible, ty, text);
        }
    }

    fn input(&mut self, coordinate: &str, value: &InputValueDefinition) {
        if self.is_hidden(coordinate) {
            if value.is_required() {
                let text =
                    "clients must give a value but do not see it: show it, give it a default, or make it optional";
                self.error(ErrorCode::RequiredInaccessible, coordinate, text.to_owned());
            }
            return;
        }
        self.reference(coordinate, value.ty.inner_named_type());
        if let Some(default) = &value.default_value
            && let Some(hidden) = self.hidden_in(default, value.ty.inner_named_type())
        {
            let text = format!("clients see {coordinate}, whose default uses it: change the default, or show this");
            self.error(ErrorCode::DefaultValueUsesInaccessible, &hidden, text);
        }
    }

    /// The first thing hidden that a value of type `ty` uses.
    fn hidden_in(&self, value: &Value, ty: &Name) -> Option<String> {
        match value {
            Value::Enum(name) => Some(format!("{ty}.{name}")).filter(|coordinate| self.is_hidden(coordinate)),
            Value::List(items) => items.iter().find_map(|item| self.hidden_in(item, ty)),
            Value::Object(fields) => {
                let input = self.supergraph.get_input_object(ty)?;
                fields.iter().find_map(|(name, value)| {
                    let coordinate = format!("{ty}.{name}");
                    if self.is_hidden(&coordinate) {
                        return Some(coordinate);
                    }
                    self.hidden_in(value, input.fields.get(name)?.ty.inner_named_type())
                })
            }
            _ => None,
        }
    }

    /// A type that clients see must have something that they see.
    fn children(&mut self, ty: &ExtendedType) {
        let own = ty.name();
        let of = |name: &Name| format!("{own}.{name}");
        let children: Vec<String> = match ty {
            ExtendedType::Object(_) | ExtendedType::Interface(_) => {
                fields_of(ty).into_iter().map(|field| of(&field.name)).collect()
            }
            ExtendedType::Union(union) => union.members.iter().map(|member| member.name.to_string()).collect(),
            ExtendedType::Enum(known) => known.values.keys().map(of).collect(),
            ExtendedType::InputObject(input) => input.fields.keys().map(of).collect(),
            ExtendedType::Scalar(_) => return,
        };
        if !children.is_empty() && children.iter().all(|child| self.is_hidden(child)) {
            let text = format!(
                "clients see the type but nothing of it, as {} are hidden: hide it too, or show one",
                children.join(", ")
            );
            self.error(ErrorCode::OnlyInaccessibleChildren, own, text);
        }
    }

    /// What an interface shows, the types that implement it must show.
    fn implementation(&mut self, ty: &ExtendedType) {
        let interfaces = match ty {
            ExtendedType::Object(object) => &object.implements_interfaces,
            ExtendedType::Interface(interface) => &interface.implements_interfaces,
            _ => return,
        };
        let supergraph = self.supergraph;
        for interface in interfaces {
            let known = supergraph.types.get(&interface.name).filter(|known| !self.is_hidden(known.name()));
            let Some(known) = known else { continue };
            for field in fields_of(known) {
                let promised = format!("{}.{}", interface.name, field.name);
                let own = format!("{}.{}", ty.name(), field.name);
                let Some(own_field) = field_of(ty, &field.name).filter(|_| !self.is_hidden(&promised)) else {
                    continue;
                };
                if self.is_hidden(&own) {
                    let text = format!("clients see {promised}, which this implements: hide that too, or show this");
                    self.errors_of_implementation(&own, text);
                } else {
                    self.arguments(&promised, field, &own, own_field);
                }
            }
        }
    }

    fn arguments(&mut self, promised: &str, field: &FieldDefinition, own: &str, own_field: &FieldDefinition) {
        for argument in &own_field.arguments {
            let coordinate = format!("{own}({}:)", argument.name);
            let of_interface = format!("{promised}({}:)", argument.name);
            let is_promised = field.argument_by_name(&argument.name).is_some() && !self.is_hidden(&of_interface);
            if is_promised && self.is_hidden(&coordinate) {
                let text = format!("clients see {of_interface}, which this implements: hide that too, or show this");
                self.errors_of_implementation(&coordinate, text);
            }
        }
    }

    fn errors_of_implementation(&mut self, hidden: &str, text: String) {
        self.error(ErrorCode::ImplementedByInaccessible, hidden, text);
    }
}
