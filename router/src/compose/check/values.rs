//! Default values: each must be one that its argument or input field accepts.
//!
//! An object that only lacks required fields is let through with a hint, as other composers do: routers never send the
//! defaults of subgraphs, so that each subgraph applies its own.

use apollo_compiler::{
    Name, Schema,
    ast::{InputValueDefinition, Type, Value},
    schema::ExtendedType,
};

use super::merged::subgraphs_where;
use crate::compose::{
    error::{CompositionError, ErrorCode},
    hint::{Hint, HintCode},
    read::{
        elements::{Kind, elements},
        subgraph::SubgraphSchema,
    },
};

/// Why a value does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It is of another kind.
    Kind,
    /// It names an enum value or an input field that the type does not have.
    Unknown { ty: Name, member: Name },
    /// It lacks a field that the input object requires.
    Missing { ty: Name, field: Name },
}

/// What must be given cannot be deprecated (<https://spec.graphql.org/draft/#sec--deprecated>).
pub(super) fn deprecated(subgraph: &str, schema: &Schema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for (coordinate, input) in inputs(schema) {
        if input.is_required() && input.directives.has("deprecated") {
            let text = "it is required, so it cannot be deprecated: make it optional first";
            errors.push(CompositionError::new(ErrorCode::InvalidGraphql, coordinate, &[subgraph], text));
        }
    }
    errors
}

/// The defaults of one subgraph that cannot be meant.
pub(super) fn check(subgraph: &str, schema: &Schema) -> Vec<CompositionError> {
    let wrong = |(_, _, misfits): &(String, &InputValueDefinition, Vec<Misfit>)| misfits.iter().any(Misfit::is_wrong);
    let told = unfit(schema).into_iter().filter(wrong).map(|(coordinate, input, _)| {
        let text = format!("{}: give one that is", is_none(input));
        CompositionError::new(ErrorCode::InvalidGraphql, coordinate, &[subgraph], text)
    });
    told.collect()
}

/// The defaults that merging made invalid, with all who take part: those that give the default, and those for want of
/// whose enum value or input field it is none any more.
pub(super) fn merged(subgraphs: &[SubgraphSchema], supergraph: &Schema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for (coordinate, input, misfits) in unfit(supergraph) {
        let Some(misfit) = misfits.iter().find(|misfit| misfit.is_wrong()) else { continue };
        let mut involved = giving(subgraphs, &coordinate);
        let cause = if let Misfit::Unknown { ty, member } = misfit {
            let lacking = subgraphs_where(subgraphs, |schema| {
                schema.types.get(ty).is_some_and(|known| !has_member(known, member))
            });
            involved.extend(&lacking);
            format!(", as {ty}.{member} is unknown in {}: add it there, or give another default", lacking.join(", "))
        } else {
            ": give one that is".to_owned()
        };
        let text = format!("{}{cause}", is_none(input));
        errors.push(CompositionError::new(ErrorCode::InvalidGraphql, coordinate, &sorted(involved), text));
    }
    errors
}

/// The defaults that lack what the supergraph requires.
pub(super) fn incomplete(subgraphs: &[SubgraphSchema], supergraph: &Schema) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (coordinate, input, misfits) in unfit(supergraph) {
        let Some(Misfit::Missing { ty, field }) = misfits.first() else { continue };
        let requires = |schema: &Schema| {
            let known = schema.types.get(ty).and_then(|ty| ty.as_input_object()?.fields.get(field));
            known.is_some_and(|known| known.default_value.is_none())
        };
        let requiring = subgraphs_where(subgraphs, requires);
        let text = format!(
            "the default value {} lacks {ty}.{field}, which is required for want of a default value in {}: clients that \
             leave the value out leave it to the subgraph, and those that give it must give {field}",
            written(input),
            requiring.join(", ")
        );
        let involved: Vec<&str> = giving(subgraphs, &coordinate).into_iter().chain(requiring).collect();
        hints.push(Hint::new(HintCode::IncompleteDefaultValue, coordinate, &sorted(involved), text));
    }
    hints
}

impl Misfit {
    /// Whether it is more than a field that is not given.
    fn is_wrong(&self) -> bool {
        !matches!(self, Self::Missing { .. })
    }
}

/// The arguments and input fields of a schema, by coordinate.
fn inputs(schema: &Schema) -> impl Iterator<Item = (String, &InputValueDefinition)> {
    elements(schema).into_iter().filter_map(|element| match element.kind {
        Kind::Argument(_, _, input) | Kind::InputField(input) => Some((element.coordinate, input)),
        _ => None,
    })
}

/// Those whose default does not fit.
fn unfit(schema: &Schema) -> Vec<(String, &InputValueDefinition, Vec<Misfit>)> {
    let unfit = inputs(schema).filter_map(|(coordinate, input)| {
        let mut misfits = Vec::new();
        find_misfits(schema, &input.ty, input.default_value.as_deref()?, &mut misfits);
        (!misfits.is_empty()).then_some((coordinate, input, misfits))
    });
    unfit.collect()
}

/// The subgraphs that give an argument or input field a default.
fn giving<'s>(subgraphs: &'s [SubgraphSchema], coordinate: &str) -> Vec<&'s str> {
    subgraphs_where(subgraphs, |schema| {
        inputs(schema).any(|(known, input)| known == coordinate && input.default_value.is_some())
    })
}

fn has_member(ty: &ExtendedType, member: &Name) -> bool {
    match ty {
        ExtendedType::Enum(known) => known.values.contains_key(member),
        ExtendedType::InputObject(known) => known.fields.contains_key(member),
        _ => false,
    }
}

fn sorted(mut subgraphs: Vec<&str>) -> Vec<&str> {
    subgraphs.sort_unstable();
    subgraphs.dedup();
    subgraphs
}

fn written(input: &InputValueDefinition) -> String {
    input.default_value.as_ref().map(|value| value.serialize().no_indent().to_string()).unwrap_or_default()
}

fn is_none(input: &InputValueDefinition) -> String {
    format!("the default value {} is no {}", written(input), input.ty)
}

/// Whether a value can be given where `ty` is expected (<https://spec.graphql.org/draft/#sec-Input-Types>).
pub(super) fn accepts(schema: &Schema, ty: &Type, value: &Value) -> bool {
    let mut misfits = Vec::new();
    find_misfits(schema, ty, value, &mut misfits);
    misfits.is_empty()
}

fn find_misfits(schema: &Schema, ty: &Type, value: &Value, found: &mut Vec<Misfit>) {
    if value.is_null() {
        found.extend(ty.is_non_null().then_some(Misfit::Kind));
        return;
    }
    match (ty, value) {
        (Type::List(item) | Type::NonNullList(item), Value::List(values)) => {
            for value in values {
                find_misfits(schema, item, value, found);
            }
        }
        // One value stands for a list of it.
        (Type::List(item) | Type::NonNullList(item), _) => find_misfits(schema, item, value, found),
        (Type::Named(name) | Type::NonNullNamed(name), _) => find_misfits_of(schema, name, value, found),
    }
}

fn find_misfits_of(schema: &Schema, name: &Name, value: &Value, found: &mut Vec<Misfit>) {
    let fits = match (name.as_str(), value) {
        ("Int", Value::Int(number)) => number.try_to_i32().is_ok(),
        ("Float", Value::Int(_) | Value::Float(_))
        | ("String" | "ID", Value::String(_))
        | ("ID", Value::Int(_))
        | ("Boolean", Value::Boolean(_)) => true,
        ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
        _ => match (schema.types.get(name), value) {
            (Some(ExtendedType::Enum(known)), Value::Enum(value)) => {
                let unknown = (!known.values.contains_key(value))
                    .then(|| Misfit::Unknown { ty: name.clone(), member: value.clone() });
                found.extend(unknown);
                true
            }
            (Some(ExtendedType::InputObject(input)), Value::Object(given)) => {
                for (member, value) in given {
                    match input.fields.get(member) {
                        Some(field) => find_misfits(schema, &field.ty, value, found),
                        None => found.push(Misfit::Unknown { ty: name.clone(), member: member.clone() }),
                    }
                }
                let required = input.fields.values().filter(|field| field.is_required());
                let missing = required.filter(|field| !given.iter().any(|(known, _)| *known == field.name));
                found.extend(missing.map(|field| Misfit::Missing { ty: name.clone(), field: field.name.clone() }));
                !input.directives.has("oneOf") || matches!(given.as_slice(), [(_, only)] if !only.is_null())
            }
            (Some(ExtendedType::Enum(_) | ExtendedType::InputObject(_)), _) => false,
            // A custom scalar takes what it likes; an unknown type is told of elsewhere.
            _ => true,
        },
    };
    found.extend((!fits).then_some(Misfit::Kind));
}
