//! Everything of a schema that a directive can stand on, with its coordinate.

use apollo_compiler::{
    Node, Schema,
    ast::{Directive, FieldDefinition, InputValueDefinition},
    schema::ExtendedType,
};

use crate::compose::read::subgraph::fields_of;

/// What an element is.
#[derive(Clone, Copy, Debug)]
pub(in crate::compose) enum Kind<'s> {
    Schema,
    Type(&'s ExtendedType),
    /// A field, with its object or interface.
    Field(&'s ExtendedType, &'s FieldDefinition),
    /// An argument, with its field and that field's type.
    Argument(&'s ExtendedType, &'s FieldDefinition, &'s InputValueDefinition),
    EnumValue,
    InputField(&'s InputValueDefinition),
}

/// One element.
#[derive(Debug)]
pub(in crate::compose) struct Element<'s> {
    /// `Type`, `Type.field` or `Type.field(argument:)`; empty for the schema itself.
    pub coordinate: String,
    pub kind: Kind<'s>,
    pub directives: Vec<&'s Node<Directive>>,
}

/// All elements, in the order of the schema.
pub(in crate::compose) fn elements(schema: &Schema) -> Vec<Element<'_>> {
    let on_schema = schema.schema_definition.directives.iter().map(|component| &component.node).collect();
    let mut all = vec![Element { coordinate: String::new(), kind: Kind::Schema, directives: on_schema }];
    for ty in schema.types.values().filter(|ty| !ty.is_built_in()) {
        of_type(ty, &mut all);
    }
    all
}

fn of_type<'s>(ty: &'s ExtendedType, all: &mut Vec<Element<'s>>) {
    let name = ty.name();
    let directives = ty.directives().iter().map(|component| &component.node).collect();
    all.push(Element { coordinate: name.to_string(), kind: Kind::Type(ty), directives });
    for field in fields_of(ty) {
        let coordinate = format!("{name}.{}", field.name);
        for argument in &field.arguments {
            all.push(Element {
                coordinate: format!("{coordinate}({}:)", argument.name),
                kind: Kind::Argument(ty, field, argument),
                directives: argument.directives.iter().collect(),
            });
        }
        all.push(Element { coordinate, kind: Kind::Field(ty, field), directives: field.directives.iter().collect() });
    }
    match ty {
        ExtendedType::Enum(known) => all.extend(known.values.values().map(|value| Element {
            coordinate: format!("{name}.{}", value.value),
            kind: Kind::EnumValue,
            directives: value.directives.iter().collect(),
        })),
        ExtendedType::InputObject(input) => all.extend(input.fields.values().map(|field| Element {
            coordinate: format!("{name}.{}", field.name),
            kind: Kind::InputField(field),
            directives: field.directives.iter().collect(),
        })),
        _ => {}
    }
}
