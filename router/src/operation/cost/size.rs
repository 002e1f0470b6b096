//! The size of a list, by its field's `@listSize` and the arguments of a request.

use apollo_compiler::{
    Name,
    ast::Value,
    executable::Field,
    response::JsonValue,
    schema::{ExtendedType, InputValueDefinition},
};

use super::{Costs, LIST_SIZE, Result, Unknown, input::Given};
use crate::graph::ListSize;

/// What a slicing argument says of the size.
struct Slice {
    /// `None` if no list is sized by such a value: it is negative, for example.
    size: Option<u64>,
    /// Whether the request gives it, rather than the schema's default value.
    is_given: bool,
}

impl<'d> Costs<'d> {
    /// The size of the lists that a field's `@listSize` is about: by the largest slicing argument, or else as assumed.
    pub(super) fn size(&mut self, list: &'d ListSize, field: &'d Field) -> Result<'d, u64> {
        let slices: Vec<Slice> = list.slicing.iter().filter_map(|path| self.slice(path, field)).collect();
        if list.requires_one {
            let given = slices.iter().filter(|slice| slice.is_given).count();
            // A default value stands in for an argument that is not given.
            if given > 1 || given == 0 && slices.is_empty() {
                return Err(Unknown::Slicing(field, list));
            }
        }
        let largest = slices.iter().filter_map(|slice| slice.size).max();
        // A value that sizes nothing may bring everything there is: as if none were given.
        let is_sized = slices.iter().all(|slice| slice.size.is_some());
        let assumed = || list.assumed.unwrap_or(LIST_SIZE);
        Ok(match largest {
            Some(largest) if is_sized => largest,
            Some(largest) => largest.max(assumed()),
            None => assumed(),
        })
    }

    /// The value of a slicing argument; `None` where there is none.
    fn slice(&mut self, path: &[Name], field: &'d Field) -> Option<Slice> {
        let (argument, below) = path.split_first()?;
        let definition = field.definition.arguments.iter().find(|known| known.name == *argument)?;
        let given = field.arguments.iter().find(|known| known.name == *argument);
        let given = given.map(|known| Given::Literal(&known.value));
        self.slice_in(definition, given, below, true)
    }

    fn slice_in(
        &mut self,
        definition: &'d InputValueDefinition,
        given: Option<Given<'d>>,
        below: &[Name],
        mut is_given: bool,
    ) -> Option<Slice> {
        let is_variable = matches!(given, Some(Given::Literal(Value::Variable(_))));
        self.varies |= is_variable;
        let value = match given.map(|given| (given, given.resolve(self.variables))) {
            Some((_, Some(value))) => value,
            // A variable without a value leaves the default value; null does not.
            Some((Given::Literal(Value::Variable(name)), None)) if !self.variables.contains_key(name.as_str()) => {
                is_given = false;
                Given::Literal(definition.default_value.as_deref()?).resolve(self.variables)?
            }
            Some(_) => return None,
            None => {
                is_given = false;
                Given::Literal(definition.default_value.as_deref()?).resolve(self.variables)?
            }
        };
        let Some((name, below)) = below.split_first() else { return Some(Slice { size: number(value), is_given }) };
        let Some(ExtendedType::InputObject(input)) = self.graph.api.types.get(definition.ty.inner_named_type()) else {
            return None;
        };
        let definition = input.fields.get(name)?;
        let objects = value.items().unwrap_or_else(|| vec![value]);
        let slices = objects.into_iter().filter_map(|object| {
            let given = object.fields()?.into_iter().find(|(known, _)| *known == name.as_str()).map(|(_, value)| value);
            self.slice_in(definition, given, below, is_given)
        });
        // Several input objects: together they ask for as much as all of them.
        slices.reduce(|one, other| Slice {
            size: one.size.zip(other.size).map(|(one, other)| one.saturating_add(other)),
            is_given: one.is_given || other.is_given,
        })
    }
}

/// A size; `None` if the value is no such number.
fn number(value: Given<'_>) -> Option<u64> {
    match value {
        Given::Literal(Value::Int(number)) => {
            let digits = number.as_str();
            let is_size = digits.bytes().all(|byte| byte.is_ascii_digit());
            is_size.then(|| digits.parse().unwrap_or(u64::MAX))
        }
        Given::Json(JsonValue::Number(number)) => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The conversion saturates.
            let rounded = || number.as_f64().filter(|number| *number >= 0.0).map(|number| number.ceil() as u64);
            number.as_u64().or_else(rounded)
        }
        _ => None,
    }
}
