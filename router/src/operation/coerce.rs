//! `CoerceVariableValues` (GraphQL specification, section 6.1.2): the client's values of variables against their
//! declarations, and the defaults of those that have none.
//!
//! Numbers and scalars stay as they are written, except that an integral number for an `Int` is passed on as an
//! integer. All that is wrong is reported, up to a bound, each with the variable and the path within it.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Type, Value, VariableDefinition},
    executable::Operation,
    parser::SourceSpan,
    schema::{ExtendedType, InputObjectType},
};

use super::{inputs, suggest::did_you_mean, variables::Variables};
use crate::{
    error::{Code, GraphQLError},
    json::{self, JsonObject, JsonValue, Number},
};

/// More errors of one request's variables than this are counted, not told.
const MOST_ERRORS: usize = 20;

/// What is wrong with the value of a variable.
pub(super) struct Problem {
    pub error: GraphQLError,
    /// Where the variable is declared.
    pub location: Option<SourceSpan>,
}

/// Coerces the values of an operation's variables. With `suggests`, errors name what resembles a name that is not
/// known, which tells of the schema.
///
/// # Errors
/// What is wrong with them.
pub(super) fn coerce(
    schema: &Schema,
    operation: &Operation,
    mut given: JsonObject,
    suggests: bool,
) -> Result<Variables, Vec<Problem>> {
    let mut values = Vec::with_capacity(operation.variables.len());
    let mut problems = Problems { told: Vec::new(), more: 0 };
    for variable in &operation.variables {
        let mut coercion = Coercion { schema, suggests, variable, path: Vec::new(), problems: &mut problems };
        let value = match (given.get_mut(&variable.name), &variable.default_value) {
            (Some(value), _) => coercion.value(&variable.ty, std::mem::take(value)),
            (None, Some(default)) => coercion.value(&variable.ty, literal(default)),
            (None, None) => {
                if variable.ty.is_non_null() {
                    coercion.report(format!(
                        "The variable \"${}\" of required type {} was not provided.",
                        variable.name, variable.ty
                    ));
                }
                continue;
            }
        };
        values.push((variable.name.clone(), value));
    }
    let Problems { mut told, more } = problems;
    if told.is_empty() {
        return Ok(Variables::new(values));
    }
    if more > 0 {
        let error = GraphQLError::new(Code::ErrorsUnlisted, format!("{more} more errors are not listed."));
        told.push(Problem { error, location: None });
    }
    Err(told)
}

/// A literal that holds no variables, as JSON.
fn literal(value: &Value) -> JsonValue {
    match value {
        // The validator lets no variable into a default.
        Value::Null | Value::Variable(_) => JsonValue::Null,
        Value::Boolean(value) => JsonValue::Bool(*value),
        Value::Int(number) => JsonValue::Number(Number::of(number.as_str())),
        Value::Float(number) => JsonValue::Number(Number::of(number.as_str())),
        Value::String(text) => JsonValue::String(text.clone()),
        Value::Enum(name) => name.as_str().into(),
        Value::List(items) => JsonValue::Array(items.iter().map(|item| literal(item)).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.to_string(), literal(value)));
            JsonValue::Object(fields.collect())
        }
    }
}

struct Problems {
    told: Vec<Problem>,
    /// How many more there were.
    more: usize,
}

/// One variable's value on its way.
struct Coercion<'c> {
    schema: &'c Schema,
    suggests: bool,
    variable: &'c Node<VariableDefinition>,
    /// Where in the value.
    path: Vec<Step<'c>>,
    problems: &'c mut Problems,
}

/// A step into a value.
#[derive(Clone, Copy)]
enum Step<'c> {
    Field(&'c Name),
    Index(usize),
}

impl<'c> Coercion<'c> {
    /// The value as it is passed on. If something is wrong with it, that is told, and what comes back is not used.
    fn value(&mut self, ty: &'c Type, value: JsonValue) -> JsonValue {
        if value.is_null() {
            if ty.is_non_null() {
                self.tell(&format!("null is not a value of type {ty}."));
            }
            return value;
        }
        if ty.is_list() {
            let item = ty.item_type();
            return JsonValue::Array(match value {
                JsonValue::Array(items) => {
                    let items = items.into_iter().enumerate();
                    items.map(|(index, value)| self.below(Step::Index(index), item, value)).collect()
                }
                // One value stands for a list of it (section 3.12, "Input Coercion").
                one => vec![self.value(item, one)],
            });
        }
        let name = ty.inner_named_type();
        match self.schema.types.get(name) {
            Some(ExtendedType::InputObject(input)) => match value {
                JsonValue::Object(fields) => JsonValue::Object(self.fields(input, fields)),
                other => self.mistaken(name, other),
            },
            Some(ExtendedType::Enum(known)) => {
                let Some(given) = value.as_str() else { return self.mistaken(name, value) };
                if !known.values.contains_key(given) {
                    let like = self.like(given, known.values.keys());
                    self.tell(&format!("{} is not a value of the enum {name}.{like}", quoted(given)));
                }
                value
            }
            _ => self.scalar(name, value),
        }
    }

    fn below(&mut self, step: Step<'c>, ty: &'c Type, value: JsonValue) -> JsonValue {
        self.path.push(step);
        let value = self.value(ty, value);
        self.path.pop();
        value
    }

    /// Sections 3.5.1 to 3.5.5. A custom scalar takes what it likes.
    fn scalar(&mut self, name: &Name, value: JsonValue) -> JsonValue {
        let fits = match (name.as_str(), &value) {
            ("Int", JsonValue::Number(number)) => match json::int(number.as_str()) {
                Some(int) => return int.into(),
                None => false,
            },
            ("Float", JsonValue::Number(number)) => number.as_str().parse().is_ok_and(f64::is_finite),
            ("ID", JsonValue::Number(number)) => !number.as_str().contains(['.', 'e', 'E']),
            ("String" | "ID", JsonValue::String(_)) | ("Boolean", JsonValue::Bool(_)) => true,
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
            _ => true,
        };
        if fits { value } else { self.mistaken(name, value) }
    }

    /// Section 3.10, "Input Coercion": the client's fields in the client's order, then defaults.
    fn fields(&mut self, input: &'c InputObjectType, given: JsonObject) -> JsonObject {
        let mut coerced = JsonObject::default();
        for (key, value) in given {
            let Some(field) = input.fields.get(key.as_str()) else {
                let like = self.like(&key, input.fields.keys());
                self.tell(&format!("{} is not a field of {}.{like}", quoted(&key), input.name));
                continue;
            };
            let value = self.below(Step::Field(&field.name), &field.ty, value);
            coerced.insert(key, value);
        }
        if inputs::is_one_of(input) && !(coerced.len() == 1 && coerced.values().all(|only| !only.is_null())) {
            self.tell(&inputs::not_one(&input.name));
            return coerced;
        }
        for (name, field) in &input.fields {
            if coerced.get(name).is_some() {
                continue;
            }
            if let Some(default) = &field.default_value {
                // It is valid, and may lead back to its own type: the subgraph coerces it, if need be.
                coerced.insert(name.as_str(), literal(default));
            } else if field.ty.is_non_null() {
                self.path.push(Step::Field(name));
                self.tell(&format!("the field {name} of required type {} was not provided.", field.ty));
                self.path.pop();
            }
        }
        coerced
    }

    /// Tells that a value is of another kind than its type, and hands it back. What may be secret is not repeated.
    fn mistaken(&mut self, name: &Name, value: JsonValue) -> JsonValue {
        let what = match &value {
            JsonValue::Number(number) if matches!(name.as_str(), "Int" | "Float") && number.as_str().len() <= 40 => {
                format!("the number {}", number.as_str())
            }
            other => other.kind().to_owned(),
        };
        self.tell(&format!("{what} is not a value of type {name}."));
        value
    }

    fn like(&self, given: &str, known: impl IntoIterator<Item = &'c Name>) -> String {
        // Nobody reads the suggestions of errors that are not told.
        if !self.suggests || self.problems.told.len() >= MOST_ERRORS {
            return String::new();
        }
        did_you_mean(given, known.into_iter().map(Name::as_str))
    }

    /// Reports what is wrong at the path.
    fn tell(&mut self, what: &str) {
        let name = &self.variable.name;
        let at = if self.path.is_empty() { String::new() } else { format!("at \"{name}{}\", ", shown(&self.path)) };
        self.report(format!("The value of the variable \"${name}\" cannot be used: {at}{what}"));
    }

    fn report(&mut self, message: String) {
        if self.problems.told.len() >= MOST_ERRORS {
            self.problems.more += 1;
            return;
        }
        let path = self.path.iter().map(|step| match step {
            Step::Field(name) => name.as_str().into(),
            Step::Index(index) => (*index).into(),
        });
        let error = GraphQLError::new(Code::BadUserInput, message)
            .with("variable", self.variable.name.as_str())
            .with("path", path.collect::<Vec<JsonValue>>());
        self.problems.told.push(Problem { error, location: self.variable.location() });
    }
}

/// A path within a value, as it follows the variable's name: `.items[0].productId`.
fn shown(path: &[Step<'_>]) -> String {
    let step = |step: &Step<'_>| match step {
        Step::Field(name) => format!(".{name}"),
        Step::Index(index) => format!("[{index}]"),
    };
    path.iter().map(step).collect()
}

/// What a client wrote as a name, in quotes; its beginning, if it is long.
fn quoted(name: &str) -> String {
    let mut letters = name.chars();
    let start: String = letters.by_ref().take(60).collect();
    let dots = if letters.next().is_some() { "…" } else { "" };
    format!("{:?}", start + dots)
}
