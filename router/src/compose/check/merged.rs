//! What holds in each subgraph but not in the schema that they make together.

use std::collections::BTreeSet;

use apollo_compiler::{Name, Schema, ast::Selection, schema::ExtendedType};

use super::{field_sets::wrong_arguments_in, inaccessible, interfaces, one_of, values};
use crate::{
    compose::{
        error::{CompositionError, ErrorCode},
        hint::{Hint, HintCode},
        merge::access::Access,
        read::subgraph::{SubgraphSchema, field_of, fields_of},
    },
    graph::parse_field_set,
};

/// Everything that is wrong with the supergraph's own schema.
pub(in crate::compose) fn merged(subgraphs: &[SubgraphSchema], supergraph: &Schema) -> Vec<CompositionError> {
    let mut errors = implementations(subgraphs, supergraph);
    errors.extend(requirements(subgraphs, supergraph));
    errors.extend(inaccessible::check(subgraphs, supergraph));
    // What some subgraph does not know is gone from enums and input objects, whoever had it as a default.
    errors.extend(values::merged(subgraphs, supergraph));
    // One subgraph may say @oneOf, and another require a field.
    let knowing = |input: &Name| subgraphs_where(subgraphs, |schema| schema.types.contains_key(input));
    errors.extend(one_of::check(knowing, supergraph));
    errors
}

/// What is right in the supergraph's own schema but may surprise.
pub(in crate::compose) fn merged_hints(subgraphs: &[SubgraphSchema], supergraph: &Schema) -> Vec<Hint> {
    let mut hints = values::incomplete(subgraphs, supergraph);
    hints.extend(interfaces::without_objects(subgraphs, supergraph));
    let subscribing = subgraphs_where(subgraphs, |schema| schema.types.contains_key("Subscription"));
    if !subscribing.is_empty() {
        let text = "subscriptions are composed, but not served yet: clients that send one get an error";
        hints.push(Hint::new(HintCode::SubscriptionsNotServed, "Subscription", &subscribing, text));
    }
    hints
}

/// The subgraphs for which something holds, by their names.
pub(super) fn subgraphs_where(subgraphs: &[SubgraphSchema], holds: impl Fn(&Schema) -> bool) -> Vec<&str> {
    subgraphs.iter().filter(|known| holds(&known.schema)).map(|known| known.name.as_str()).collect()
}

/// An object behind an interface has the interface's fields, whichever subgraph added them.
fn implementations(subgraphs: &[SubgraphSchema], supergraph: &Schema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for ty in supergraph.types.values() {
        let interfaces = match ty {
            ExtendedType::Object(object) => &object.implements_interfaces,
            ExtendedType::Interface(interface) => &interface.implements_interfaces,
            _ => continue,
        };
        for interface in interfaces {
            let Some(known) = supergraph.types.get(&interface.name) else { continue };
            for field in fields_of(known).into_iter().filter(|field| field_of(ty, &field.name).is_none()) {
                let has = |schema: &Schema| {
                    schema.types.get(&interface.name).is_some_and(|ty| field_of(ty, &field.name).is_some())
                };
                let declaring = subgraphs_where(subgraphs, has);
                let text = format!(
                    "{} has the field (in {}), but {} does not: add it there, or remove it from the interface",
                    interface.name,
                    declaring.join(", "),
                    ty.name()
                );
                let lacking = subgraphs_where(subgraphs, |schema| schema.types.contains_key(ty.name()));
                let involved: BTreeSet<&str> = declaring.into_iter().chain(lacking).collect();
                let involved: Vec<&str> = involved.into_iter().collect();
                let coordinate = format!("{}.{}", ty.name(), field.name);
                errors.push(CompositionError::new(ErrorCode::InterfaceFieldNoImplem, coordinate, &involved, text));
            }
        }
    }
    errors
}

/// `@requires` is answered by the other subgraphs: what it selects must be valid for all of them together, and the
/// field must not show what its own demands would hide.
fn requirements(subgraphs: &[SubgraphSchema], supergraph: &Schema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for subgraph in subgraphs {
        for ty in subgraph.schema.types.values() {
            for field in fields_of(ty) {
                let Some(set) = subgraph.field_set(field, "requires") else { continue };
                let Ok(selections) = parse_field_set(&set) else { continue };
                let mut error = |code, text: String| {
                    let coordinate = format!("{}.{}", ty.name(), field.name);
                    errors.push(CompositionError::new(code, coordinate, &[&subgraph.name], text));
                };
                if let Some(what) = wrong_arguments_in(supergraph, ty.name(), &selections) {
                    let text = format!("@requires(fields: {set:?}) {what}, or make all subgraphs with it agree");
                    error(ErrorCode::RequiresInvalidFields, text);
                }
                let own = supergraph.types.get(ty.name()).map_or_else(Access::default, |known| {
                    let on_field = field_of(known, &field.name).map(|field| Access::of(field.directives.iter()));
                    Access::all_of(&[of_type(known), on_field.unwrap_or_default()])
                });
                if let Some(hidden) = hidden(supergraph, &own, ty.name(), &selections) {
                    let text = format!(
                        "@requires selects {hidden}, which asks for more (@authenticated, @requiresScopes or @policy) \
                         than this field does: ask for the same here"
                    );
                    error(ErrorCode::MissingTransitiveAuthRequirements, text);
                }
            }
        }
    }
    errors
}

fn of_type(ty: &ExtendedType) -> Access {
    Access::of(ty.directives().iter().map(|component| &component.node))
}

/// The first thing selected that asks for more than `own`, of whatever object that may stand there.
fn hidden(schema: &Schema, own: &Access, on: &Name, selections: &[Selection]) -> Option<String> {
    selections.iter().find_map(|selection| match selection {
        Selection::Field(field) => {
            let known = field_of(schema.types.get(on)?, &field.name)?;
            let result = known.ty.inner_named_type();
            let of_result = schema.types.get(result).map(of_type).unwrap_or_default();
            let asks_more = |object: &&Name| {
                let ty = schema.types.get(*object);
                let demands =
                    ty.and_then(|ty| field_of(ty, &field.name)).map(|known| Access::of(known.directives.iter()));
                let of_type = ty.filter(|_| *object != on).map(of_type);
                !demands.into_iter().chain(of_type).all(|demand| own.implies(&demand))
            };
            if let Some(object) = objects(schema, on).into_iter().chain([on]).find(asks_more) {
                return Some(format!("{object}.{}", field.name));
            }
            if !own.implies(&of_result) {
                return Some(format!("{on}.{}", field.name));
            }
            hidden(schema, own, result, &field.selection_set)
        }
        Selection::InlineFragment(fragment) => {
            let on = fragment.type_condition.as_ref().unwrap_or(on);
            let demand = schema.types.get(on).map(of_type).unwrap_or_default();
            if own.implies(&demand) { hidden(schema, own, on, &fragment.selection_set) } else { Some(on.to_string()) }
        }
        Selection::FragmentSpread(_) => None,
    })
}

/// The objects behind an interface.
fn objects<'s>(schema: &'s Schema, interface: &Name) -> Vec<&'s Name> {
    let all = schema.types.iter().filter_map(|(name, ty)| Some((name, ty.as_object()?)));
    all.filter(|(_, object)| object.implements_interfaces.contains(interface)).map(|(name, _)| name).collect()
}
