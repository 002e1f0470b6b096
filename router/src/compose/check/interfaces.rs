//! Keys on interfaces, and interface objects.

use apollo_compiler::{Schema, schema::ExtendedType};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    hint::{Hint, HintCode},
    read::{keys::KeyOf, marks, subgraph::SubgraphSchema},
};

pub(super) fn check(subgraph: &SubgraphSchema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for ty in subgraph.schema.types.values() {
        let keys = subgraph.keys(ty);
        if ty.is_interface() && !keys.is_empty() {
            if subgraph.names.version.is_some_and(|version| version < (2, 3)) {
                let text = "interfaces have keys since v2.3 of federation only: link v2.3 or newer, or remove the key";
                let code = ErrorCode::KeyUnsupportedOnInterface;
                errors.push(CompositionError::new(code, ty.name().as_str(), &[&subgraph.name], text));
            } else {
                errors.extend(keys.iter().filter_map(|key| on_implementations(subgraph, ty, key)));
            }
        }
        if subgraph.is_interface_object(ty) && keys.is_empty() {
            let text = "only an entity can be an interface object: give it a @key";
            let code = ErrorCode::InterfaceObjectUsageError;
            errors.push(CompositionError::new(code, ty.name().as_str(), &[&subgraph.name], text));
        }
    }
    errors
}

/// Interfaces that are interface objects somewhere, although no subgraph knows an object behind them: what they are
/// cannot be told.
pub(super) fn without_objects(subgraphs: &[SubgraphSchema], supergraph: &Schema) -> Vec<Hint> {
    let mut hints = Vec::new();
    for interface in supergraph.types.values().filter(|ty| ty.is_interface()) {
        let name = interface.name();
        let standing = subgraphs
            .iter()
            .filter(|known| known.schema.types.get(name).is_some_and(|ty| known.is_interface_object(ty)));
        let standing: Vec<&str> = standing.map(|known| known.name.as_str()).collect();
        let has_objects =
            marks::implementations(supergraph, name).any(|behind| supergraph.get_object(behind).is_some());
        if standing.is_empty() || has_objects {
            continue;
        }
        let text = "no subgraph knows an object behind the interface, so that __typename, type conditions and fields of \
            other subgraphs are null with an error: add `implements` to an object, or do without them";
        hints.push(Hint::new(HintCode::UnknownRuntimeType, name.as_str(), &standing, text));
    }
    hints
}

/// What can be asked of an interface by a key can be asked of every object behind it.
fn on_implementations(subgraph: &SubgraphSchema, interface: &ExtendedType, key: &KeyOf) -> Option<CompositionError> {
    let (mut missing, mut unresolvable) = (Vec::new(), Vec::new());
    for name in marks::implementations(&subgraph.schema, interface.name()) {
        let Some(ExtendedType::Object(_)) = subgraph.schema.types.get(name) else { continue };
        let own = subgraph.keys(&subgraph.schema.types[name]);
        match own.iter().find(|own| own.says_the_same_as(key)) {
            None => missing.push(name.as_str()),
            Some(own) if key.resolvable && !own.resolvable => unresolvable.push(name.as_str()),
            Some(_) => {}
        }
    }
    let fields = &key.fields;
    let text = match (missing.is_empty(), unresolvable.is_empty()) {
        (false, _) => {
            format!(
                "the interface has @key(fields: {fields:?}), so its objects need it too: add it to {}",
                missing.join(", ")
            )
        }
        (_, false) => format!(
            "@key(fields: {fields:?}) can be resolved for the interface, so it must be for its objects: remove `resolvable: false` from {}",
            unresolvable.join(", ")
        ),
        _ => return None,
    };
    let code = ErrorCode::InterfaceKeyNotOnImplementation;
    Some(CompositionError::new(code, interface.name().as_str(), &[&subgraph.name], text))
}
