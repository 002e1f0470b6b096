//! Judges what a subgraph is told of an entity: everything it needs must be there, and nothing else.

use crate::{
    ast::{Operation, Selection},
    model::Known,
    store::Store,
    value::Value,
};

/// Takes what `sets` select out of a representation of type `ty`. If `strict`, it must hold nothing beside it.
pub fn restrict(
    store: &Store,
    known: &Known,
    ty: &str,
    sets: &[&[Selection]],
    told: &Value,
    strict: bool,
) -> Result<Value, String> {
    let Value::Object(given) = told else { return Err(format!("{told} is no object")) };
    let own = told.get("__typename").and_then(Value::text).unwrap_or(ty);
    let is_abstract = known.schema.get_object(own).is_none();
    let conditional = sets.iter().any(|set| set.iter().any(|part| matches!(part, Selection::Inline { .. })));
    if conditional && is_abstract && own == ty {
        return Err(format!("{told} does not say its type"));
    }
    let applies = |on: &str| on == own || known.applies(own, on) || store.model.possible(on).contains(own);
    let none = Operation::default();
    let fields = none.collect(sets, &applies);
    if strict {
        let selected = |key: &str| key == "__typename" || fields.iter().any(|(known, _)| *known == key);
        if let Some((key, _)) = given.iter().find(|(key, _)| !selected(key)) {
            return Err(format!("{key:?} is superfluous"));
        }
    }
    let mut taken = Vec::new();
    for (key, fields) in fields {
        let value = told.get(key).ok_or_else(|| format!("{key:?} is missing"))?;
        let declared = known.type_of(own, key).or_else(|| known.type_of(ty, key));
        let declared = declared.ok_or_else(|| format!("{own}.{key} is not known"))?;
        let below: Vec<&[Selection]> = fields.iter().map(|field| field.below.as_slice()).collect();
        let value = restrict_value(store, known, declared, &below, value, strict)?;
        taken.push((key.to_owned(), value));
    }
    Ok(Value::Object(taken))
}

fn restrict_value(
    store: &Store,
    known: &Known,
    ty: &apollo_compiler::ast::Type,
    below: &[&[Selection]],
    told: &Value,
    strict: bool,
) -> Result<Value, String> {
    match told {
        Value::Null if ty.is_non_null() => Err("null is not allowed".to_owned()),
        Value::Null => Ok(Value::Null),
        Value::List(items) => {
            let items = items.iter().map(|item| restrict_value(store, known, ty.item_type(), below, item, strict));
            Ok(Value::List(items.collect::<Result<_, _>>()?))
        }
        Value::Object(_) if below.iter().any(|set| !set.is_empty()) => {
            restrict(store, known, ty.inner_named_type(), below, told, strict)
        }
        Value::Number(_) if ty.inner_named_type() == "ID" => Ok(Value::String(told.to_string())),
        value => Ok(value.clone()),
    }
}
