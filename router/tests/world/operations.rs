//! Random operations that are valid for the clients' schema.

use apollo_compiler::{
    ExecutableDocument, Schema,
    ast::{FieldDefinition, OperationType},
    schema::ExtendedType,
    validation::Valid,
};

use crate::{
    ast::{Argument, Condition, Field, Fragment, Operation, Selection},
    inputs::Inputs,
    random::Random,
};

/// Selections nest no deeper.
const DEPTH: usize = 5;
/// An operation has not many more fields.
const FIELDS: usize = 45;

/// Makes operations.
pub struct Generator<'a> {
    api: &'a Valid<Schema>,
    random: Random,
    /// Names that clients like to give to other fields.
    aliases: Vec<String>,
    inputs: Inputs,
    fragments: Vec<Fragment>,
    fields: usize,
}

/// Whether an operation is valid for the clients' schema.
pub fn is_valid(api: &Valid<Schema>, operation: &Operation) -> bool {
    ExecutableDocument::parse_and_validate(api, operation.to_string(), "operation.graphql").is_ok()
}

/// The operation of a seed, or nothing where chance made too many that were not valid.
pub fn operation(api: &Valid<Schema>, internal: &[String], seed: u64) -> Option<Operation> {
    let mut random = Random::new(seed);
    (0..50).find_map(|_| {
        let mut aliases = internal.to_vec();
        aliases.extend(["a", "b", "_0", "id"].map(str::to_owned));
        let seed = random.next();
        let generator = Generator {
            api,
            random: Random::new(seed),
            aliases,
            inputs: Inputs::default(),
            fragments: Vec::new(),
            fields: 0,
        };
        let operation = generator.operation();
        is_valid(api, &operation).then_some(operation)
    })
}

impl Generator<'_> {
    fn operation(mut self) -> Operation {
        let mutation = self.api.root_operation(OperationType::Mutation).filter(|_| self.random.chance(40)).cloned();
        let root = mutation.clone().or_else(|| self.api.root_operation(OperationType::Query).cloned());
        let selections = self.selections(&root.expect("a root type"), DEPTH);
        let mut operation = Operation {
            mutation: mutation.is_some(),
            selections,
            fragments: self.fragments,
            variables: self.inputs.variables,
            source: None,
        };
        operation.tidy();
        operation
    }

    fn selections(&mut self, ty: &str, depth: usize) -> Vec<Selection> {
        let mut selections = Vec::new();
        for _ in 0..=self.random.below(4) {
            let selection = match self.random.below(100) {
                0..10 => Some(self.typename()),
                10..24 if depth > 0 => self.inline(ty, depth),
                24..34 if depth > 0 => self.spread(ty, depth),
                _ => self.field(ty, depth),
            };
            selections.extend(selection);
        }
        if selections.is_empty() {
            selections.push(self.typename());
        }
        selections
    }

    fn typename(&mut self) -> Selection {
        let mut field = Field::plain("__typename");
        field.alias = self.alias();
        field.conditions = self.conditions();
        Selection::Field(field)
    }

    fn field(&mut self, ty: &str, depth: usize) -> Option<Selection> {
        let fields = match self.api.types.get(ty)? {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            // Most of what a union is good for is behind a fragment.
            _ => return if self.random.chance(80) { self.inline(ty, depth) } else { self.spread(ty, depth) },
        };
        let all: Vec<&FieldDefinition> = fields.values().map(|field| &***field).collect();
        let definition = *self.random.pick(&all);
        let inner = definition.ty.inner_named_type();
        let composite = matches!(
            self.api.types.get(inner),
            Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_))
        );
        if composite && (depth == 0 || self.fields > FIELDS) {
            return None;
        }
        self.fields += 1;
        let mut field = Field::plain(&definition.name);
        field.alias = self.alias();
        field.conditions = self.conditions();
        field.arguments = self.arguments(definition);
        if !field.arguments.is_empty() && field.alias.is_none() && self.random.chance(70) {
            // Most of the conflicts between equal names are avoided by this.
            field.alias = Some(format!("{}{}", definition.name, self.fields));
        }
        if composite {
            field.below = self.selections(inner, depth - 1);
        }
        Some(Selection::Field(field))
    }

    fn alias(&mut self) -> Option<String> {
        self.random.chance(10).then(|| self.random.pick(&self.aliases).clone())
    }

    fn conditions(&mut self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for skip in [true, false] {
            if self.random.chance(4) {
                let (text, truth) = self.inputs.condition(&mut self.random);
                conditions.push(Condition { skip, text, truth });
            }
        }
        conditions
    }

    fn arguments(&mut self, definition: &FieldDefinition) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for known in &definition.arguments {
            if !known.is_required() && self.random.chance(35) {
                continue;
            }
            let (text, value) = self.inputs.argument(self.api, &known.ty, &mut self.random);
            arguments.push(Argument { name: known.name.to_string(), text, value });
        }
        arguments
    }

    /// A type condition that some object of `ty` may satisfy.
    fn condition_on(&mut self, ty: &str) -> Option<String> {
        let composite = |known: &&ExtendedType| known.is_object() || known.is_interface() || known.is_union();
        let all = self.api.types.values().filter(composite).map(|known| known.name().to_string());
        let own = self.possible(ty);
        let overlapping: Vec<String> = all
            .filter(|name| !name.starts_with("__") && self.possible(name).iter().any(|one| own.contains(one)))
            .collect();
        (!overlapping.is_empty()).then(|| self.random.pick(&overlapping).clone())
    }

    fn possible(&self, ty: &str) -> Vec<String> {
        let objects = self.api.types.values().filter(|known| known.is_object()).map(|known| known.name().to_string());
        objects.filter(|object| object == ty || self.api.is_subtype(ty, object)).collect()
    }

    fn inline(&mut self, ty: &str, depth: usize) -> Option<Selection> {
        let on = if self.random.chance(10) { None } else { Some(self.condition_on(ty)?) };
        let below = self.selections(on.as_deref().unwrap_or(ty), depth.checked_sub(1)?);
        Some(Selection::Inline { on, conditions: self.conditions(), below })
    }

    fn spread(&mut self, ty: &str, depth: usize) -> Option<Selection> {
        let on = self.condition_on(ty)?;
        let known = self.fragments.iter().find(|fragment| fragment.on == on).map(|fragment| fragment.name.clone());
        let known = known.filter(|_| self.random.chance(60));
        let name = if let Some(name) = known {
            name
        } else {
            let below = self.selections(&on, depth.checked_sub(1)?);
            let name = format!("F{}", self.fragments.len());
            self.fragments.push(Fragment { name: name.clone(), on, below });
            name
        };
        Some(Selection::Spread { name, conditions: self.conditions() })
    }
}
