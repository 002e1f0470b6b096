//! The cost of arguments, and their values as costs depend on them.

use apollo_compiler::{
    Name,
    ast::{Type, Value},
    executable::Field,
    response::{JsonMap, JsonValue},
    schema::ExtendedType,
};

use super::{Costs, OBJECT};

/// A value of an argument or inside of one: a literal, or a part of a variable's value.
#[derive(Clone, Copy)]
pub(super) enum Given<'d> {
    Literal(&'d Value),
    Json(&'d JsonValue),
}

impl<'d> Given<'d> {
    /// The value with a variable replaced by its value. `None` if there is none, or null.
    pub fn resolve(self, variables: &'d JsonMap) -> Option<Self> {
        match self {
            Self::Literal(Value::Variable(name)) => {
                variables.get(name.as_str()).filter(|value| !value.is_null()).map(Self::Json)
            }
            Self::Literal(Value::Null) | Self::Json(JsonValue::Null) => None,
            _ => Some(self),
        }
    }

    /// The items of a list.
    pub fn items(self) -> Option<Vec<Self>> {
        match self {
            Self::Literal(Value::List(items)) => Some(items.iter().map(|item| Self::Literal(item)).collect()),
            Self::Json(JsonValue::Array(items)) => Some(items.iter().map(Self::Json).collect()),
            _ => None,
        }
    }

    /// The fields of an input object.
    pub fn fields(self) -> Option<Vec<(&'d str, Self)>> {
        match self {
            Self::Literal(Value::Object(fields)) => {
                Some(fields.iter().map(|(name, value)| (name.as_str(), Self::Literal(value))).collect())
            }
            Self::Json(JsonValue::Object(fields)) => {
                Some(fields.iter().map(|(name, value)| (name.as_str(), Self::Json(value))).collect())
            }
            _ => None,
        }
    }
}

impl<'d> Costs<'d> {
    /// The cost of a field's arguments, of which some have weights of their own.
    pub(super) fn arguments(&mut self, field: &'d Field, weights: &[(Name, i64)]) -> i64 {
        let mut sum = 0_i64;
        for argument in &field.arguments {
            let definition = field.definition.arguments.iter().find(|known| known.name == argument.name);
            let Some(definition) = definition else { continue };
            let weight = weight_of(weights, &argument.name);
            sum = sum.saturating_add(self.input(weight, &definition.ty, Given::Literal(&argument.value)));
        }
        sum
    }

    /// The cost of a value: that of its place, else that of its type, and all that it holds. A list's place counts once.
    fn input(&mut self, weight: Option<i64>, ty: &'d Type, value: Given<'d>) -> i64 {
        let (graph, name) = (self.graph, ty.inner_named_type());
        let info = graph.type_id(name).map(|id| graph.info(id));
        let input_object = match graph.api.types.get(name) {
            Some(ExtendedType::InputObject(input)) => Some(input),
            _ => None,
        };
        let of_type = info.and_then(|info| info.weight).or(input_object.map(|_| OBJECT));
        if weight.or(of_type).is_none() {
            return 0;
        }
        self.varies |= matches!(value, Given::Literal(Value::Variable(_)));
        let Some(value) = value.resolve(self.variables) else { return 0 };
        if let (true, Some(items)) = (ty.is_list(), value.items()) {
            let items = items.into_iter().map(|item| self.input(None, ty.item_type(), item));
            return items.fold(weight.unwrap_or(0), i64::saturating_add);
        }
        let mut sum = weight.or(of_type).unwrap_or(0);
        let Some((input, fields)) = input_object.zip(value.fields()) else { return sum };
        for (name, value) in fields {
            let Some(definition) = input.fields.get(name) else { continue };
            let weight = info.and_then(|info| weight_of(&info.input_weights, name));
            sum = sum.saturating_add(self.input(weight, &definition.ty, value));
        }
        sum
    }
}

fn weight_of(weights: &[(Name, i64)], name: &str) -> Option<i64> {
    weights.iter().find(|(known, _)| known == name).map(|(_, weight)| *weight)
}
