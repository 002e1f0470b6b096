//! A tree in the client's shape.

use serde_json::Value as Json;

use crate::{
    ast::{Operation, Selection},
    model::Model,
    value::Value,
};

/// What an operation selects of a tree, in its order. Null where it is not there.
pub fn project(model: &Model, operation: &Operation, data: &Json) -> Value {
    object(model, operation, "Query", data, &[&operation.selections])
}

fn object(model: &Model, operation: &Operation, ty: &str, data: &Json, selections: &[&[Selection]]) -> Value {
    let own = match model.api.get_object(ty) {
        Some(_) => ty,
        None => data["__typename"].as_str().unwrap_or(ty),
    };
    let applies = |on: &str| on == own || model.api.is_subtype(on, own);
    let mut fields = Vec::new();
    for (key, selected) in operation.collect(selections, &applies) {
        let value = match (&*selected[0].name, model.api.type_field(own, &selected[0].name)) {
            ("__typename", _) => Value::String(own.to_owned()),
            (_, Ok(definition)) => {
                let below: Vec<&[Selection]> = selected.iter().map(|field| field.below.as_slice()).collect();
                let inner = definition.ty.inner_named_type();
                complete(model, operation, inner, &data[key], &below)
            }
            (_, Err(_)) => Value::Null,
        };
        fields.push((key.to_owned(), value));
    }
    Value::Object(fields)
}

fn complete(model: &Model, operation: &Operation, ty: &str, data: &Json, below: &[&[Selection]]) -> Value {
    match data {
        Json::Array(items) => {
            Value::List(items.iter().map(|item| complete(model, operation, ty, item, below)).collect())
        }
        Json::Object(_) => object(model, operation, ty, data, below),
        Json::Number(number) if ty == "ID" => Value::String(number.to_string()),
        plain => Value::parse(plain.to_string().as_bytes()).expect("JSON"),
    }
}
