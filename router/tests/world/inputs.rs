//! Random values for arguments, as literals and by variables.

use apollo_compiler::{
    Schema,
    ast::Type,
    schema::{ExtendedType, InputValueDefinition},
};

use crate::{ast::Variable, random::Random, value::Value};

/// The variables of one operation.
#[derive(Default)]
pub struct Inputs {
    pub variables: Vec<Variable>,
    /// Those that decide over `@skip` and `@include`.
    conditions: Vec<(String, bool)>,
}

impl Inputs {
    /// What stands at `if`, and whether it is true.
    pub fn condition(&mut self, random: &mut Random) -> (String, bool) {
        if random.chance(15) {
            let truth = random.chance(50);
            return (truth.to_string(), truth);
        }
        if self.conditions.len() < 3 && random.chance(60) {
            let (name, truth, default) = (format!("c{}", self.conditions.len()), random.chance(50), random.chance(30));
            let declared = if default { format!("Boolean! = {truth}") } else { "Boolean!".to_owned() };
            let value = (!default).then_some(Value::Bool(truth));
            self.variables.push(Variable { name: name.clone(), declared, value });
            self.conditions.push((name, truth));
        }
        if self.conditions.is_empty() {
            return ("true".to_owned(), true);
        }
        let (name, truth) = random.pick(&self.conditions).clone();
        (format!("${name} "), truth)
    }

    /// An argument as written, and its value. Nothing, if a variable is left out.
    pub fn argument(&mut self, api: &Schema, ty: &Type, random: &mut Random) -> (String, Option<Value>) {
        let (text, value) = literal(api, ty, random, 0);
        if random.chance(55) {
            return (text, Some(value));
        }
        let name = format!("v{}", self.variables.len());
        let (declared, sent, value) = match random.below(10) {
            0 if !ty.is_non_null() => (ty.to_string(), None, None),
            1 | 2 => (format!("{ty} = {text}"), None, Some(value)),
            _ => (ty.to_string(), Some(value.clone()), Some(value)),
        };
        self.variables.push(Variable { name: name.clone(), declared, value: sent });
        (format!("${name} "), value)
    }
}

fn literal(api: &Schema, ty: &Type, random: &mut Random, depth: usize) -> (String, Value) {
    if !ty.is_non_null() && random.chance(12) {
        return ("null".to_owned(), Value::Null);
    }
    if ty.is_list() {
        let items: Vec<_> = (0..random.below(3)).map(|_| literal(api, ty.item_type(), random, depth + 1)).collect();
        let (texts, values): (Vec<String>, Vec<Value>) = items.into_iter().unzip();
        return (format!("[{}]", texts.join(", ")), Value::List(values));
    }
    let small = u32::try_from(random.below(5)).expect("a small number");
    let plain = |value: Value| (value.to_string(), value);
    match (ty.inner_named_type().as_str(), api.types.get(ty.inner_named_type())) {
        ("Int", _) => plain(Value::Number(small.into())),
        ("Float", _) => plain(Value::Number(f64::from(small) / 2.0)),
        ("Boolean", _) => plain(Value::Bool(small > 2)),
        ("ID", _) if random.chance(30) => plain(Value::Number(small.into())),
        (_, Some(ExtendedType::Enum(known))) => {
            let names: Vec<String> = known.values.keys().map(ToString::to_string).collect();
            let name = random.pick(&names).clone();
            (name.clone(), Value::String(name))
        }
        (_, Some(ExtendedType::InputObject(known))) => {
            let wanted = |field: &&InputValueDefinition, random: &mut Random| {
                field.is_required() || (depth < 3 && random.chance(50))
            };
            let mut parts = Vec::new();
            for field in known.fields.values().map(|field| &***field) {
                if wanted(&field, random) {
                    parts.push((field.name.to_string(), literal(api, &field.ty, random, depth + 1)));
                }
            }
            let texts: Vec<String> = parts.iter().map(|(name, (text, _))| format!("{name}: {text}")).collect();
            let values = parts.into_iter().map(|(name, (_, value))| (name, value)).collect();
            (format!("{{{}}}", texts.join(", ")), Value::Object(values))
        }
        _ => plain(Value::String(format!("s{small}"))),
    }
}
