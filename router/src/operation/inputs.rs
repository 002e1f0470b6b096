//! The rules of what goes in that the compiler leaves out: input objects of which exactly one field is given
//! (`@oneOf`), fields that are given twice, and variables in places that they do not fit, at any depth of a value.
//!
//! Literals and the types of variables are checked here, once per document; [`super::coerce`] checks the values of
//! variables with each request.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Argument, InputValueDefinition, Type, Value, VariableDefinition},
    collections::HashSet,
    executable::{DirectiveList, ExecutableDocument, Selection, SelectionSet},
    parser::SourceSpan,
    schema::{ExtendedType, InputObjectType},
};

/// A value that breaks a rule, and where it stands.
pub(super) struct Misuse {
    pub message: String,
    pub location: Option<SourceSpan>,
}

/// Everything that an otherwise valid document gives wrongly.
pub(super) fn check(schema: &Schema, document: &ExecutableDocument) -> Vec<Misuse> {
    let mut found = Vec::new();
    for operation in document.operations.iter() {
        let mut given =
            Given { schema, document, variables: &operation.variables, fragments: HashSet::default(), found };
        for variable in &operation.variables {
            if let Some(default) = &variable.default_value {
                given.unique(default);
                given.value(&variable.ty, default, Place::default());
            }
        }
        given.directives(&operation.directives);
        given.selections(&operation.selection_set);
        found = given.found;
    }
    found
}

/// What is known of the place that a value stands at, beside its type.
#[derive(Clone, Copy, Default)]
struct Place<'d> {
    /// Whether something else is taken where the value is not there.
    has_default: bool,
    /// The `@oneOf` input object that the value is the field of.
    one_of: Option<&'d Name>,
}

struct Given<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    variables: &'d [Node<VariableDefinition>],
    /// The fragments that were looked at: each is, once per operation.
    fragments: HashSet<&'d Name>,
    found: Vec<Misuse>,
}

impl<'d> Given<'d> {
    fn selections(&mut self, set: &'d SelectionSet) {
        let document = self.document;
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.fragment_name)
                        && self.fragments.insert(&fragment.name)
                    {
                        self.directives(&fragment.directives);
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'d DirectiveList) {
        for directive in directives {
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, &definition.arguments);
            }
        }
    }

    fn arguments(&mut self, arguments: &'d [Node<Argument>], known: &'d [Node<InputValueDefinition>]) {
        for argument in arguments {
            self.unique(&argument.value);
            if let Some(definition) = known.iter().find(|known| known.name == argument.name) {
                let place = Place { has_default: definition.default_value.is_some(), one_of: None };
                self.value(&definition.ty, &argument.value, place);
            }
        }
    }

    /// Each field of an input object is given once (section 5.6.3), even where a scalar takes what it likes.
    fn unique(&mut self, value: &Node<Value>) {
        match &**value {
            Value::List(items) => items.iter().for_each(|item| self.unique(item)),
            Value::Object(fields) => {
                let mut seen = HashSet::default();
                for (name, value) in fields {
                    if !seen.insert(name) {
                        let message = format!("the field {name} is given more than once");
                        self.found.push(Misuse { message, location: value.location() });
                    }
                    self.unique(value);
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, ty: &'d Type, value: &'d Node<Value>, place: Place<'d>) {
        match &**value {
            Value::Variable(name) => self.variable(ty, name, value.location(), place),
            Value::List(items) if ty.is_list() => {
                for item in items {
                    self.value(ty.item_type(), item, Place::default());
                }
            }
            // One value stands for a list of it.
            Value::Object(_) if ty.is_list() => self.value(ty.item_type(), value, Place::default()),
            Value::Object(fields) => {
                // A custom scalar takes what it likes.
                let Some(ExtendedType::InputObject(input)) = self.schema.types.get(ty.inner_named_type()) else {
                    return;
                };
                let one_of = is_one_of(input).then_some(&input.name);
                if one_of.is_some() && !matches!(fields.as_slice(), [(_, only)] if !only.is_null()) {
                    self.found.push(Misuse { message: not_one(&input.name), location: value.location() });
                }
                for (name, value) in fields {
                    if let Some(field) = input.fields.get(name) {
                        self.value(&field.ty, value, Place { has_default: field.default_value.is_some(), one_of });
                    }
                }
            }
            _ => {}
        }
    }

    /// `IsVariableUsageAllowed` (GraphQL specification, section 5.8.5). Fields of `@oneOf` input objects take only
    /// variables that are never null, as in the reference implementation.
    fn variable(&mut self, ty: &Type, name: &Name, location: Option<SourceSpan>, place: Place<'_>) {
        let Some(variable) = self.variables.iter().find(|variable| variable.name == *name) else { return };
        if let Some(input) = place.one_of.filter(|_| !variable.ty.is_non_null()) {
            let message =
                format!("${name} must be {}!, as it is given for a field of the @oneOf type {input}", variable.ty);
            self.found.push(Misuse { message, location });
            return;
        }
        let is_replaced = place.has_default || variable.default_value.as_ref().is_some_and(|value| !value.is_null());
        let fits = if ty.is_non_null() && !variable.ty.is_non_null() {
            is_replaced && variable.ty.is_assignable_to(&ty.clone().nullable())
        } else {
            variable.ty.is_assignable_to(ty)
        };
        if !fits {
            let message = format!("${name} is {}, which does not fit where {ty} is expected", variable.ty);
            self.found.push(Misuse { message, location });
        }
    }
}

/// Whether exactly one field must be given.
pub(super) fn is_one_of(input: &InputObjectType) -> bool {
    input.directives.has("oneOf")
}

pub(super) fn not_one(input: &Name) -> String {
    format!("{input} is a @oneOf type: give exactly one of its fields, and not null")
}
