//! The selections of `@key`, `@requires` and `@provides`, checked against the subgraph that writes them.

use apollo_compiler::{
    Schema,
    ast::{Directive, Field, FieldDefinition, Selection},
    schema::ExtendedType,
};

use super::values;
use crate::{
    compose::{
        error::{CompositionError, ErrorCode},
        read::{
            marks,
            subgraph::{SubgraphSchema, field_of, fields_of},
        },
    },
    graph::parse_field_set,
};

/// A directive with a selection, and what its mistakes are called.
struct Rules {
    name: &'static str,
    invalid: ErrorCode,
    invalid_type: ErrorCode,
    directive: ErrorCode,
    /// Whether fields with arguments may be selected.
    arguments: Option<ErrorCode>,
    /// Whether what is selected must be external.
    external: Option<ErrorCode>,
    /// Whether objects must be of a type known beforehand.
    concrete: Option<ErrorCode>,
}

const KEY: Rules = Rules {
    name: "key",
    invalid: ErrorCode::KeyInvalidFields,
    invalid_type: ErrorCode::KeyInvalidFieldsType,
    directive: ErrorCode::KeyDirectiveInFieldsArg,
    arguments: Some(ErrorCode::KeyFieldsHasArgs),
    external: None,
    concrete: Some(ErrorCode::KeyFieldsSelectInvalidType),
};

const REQUIRES: Rules = Rules {
    name: "requires",
    invalid: ErrorCode::RequiresInvalidFields,
    invalid_type: ErrorCode::RequiresInvalidFieldsType,
    directive: ErrorCode::RequiresDirectiveInFieldsArg,
    arguments: None,
    external: Some(ErrorCode::RequiresFieldsMissingExternal),
    concrete: None,
};

const PROVIDES: Rules = Rules {
    name: "provides",
    invalid: ErrorCode::ProvidesInvalidFields,
    invalid_type: ErrorCode::ProvidesInvalidFieldsType,
    directive: ErrorCode::ProvidesDirectiveInFieldsArg,
    arguments: Some(ErrorCode::ProvidesFieldsHasArgs),
    external: Some(ErrorCode::ProvidesFieldsMissingExternal),
    concrete: None,
};

/// Everything that is wrong with a subgraph's selections.
pub(super) fn check(subgraph: &SubgraphSchema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for ty in subgraph.schema.types.values() {
        let own = ty.name().as_str();
        for key in subgraph.on_type(ty, "key") {
            errors.extend(one(subgraph, &KEY, own, own, key));
        }
        for field in fields_of(ty) {
            let coordinate = format!("{own}.{}", field.name);
            for requires in subgraph.on_field(field, "requires") {
                errors.extend(one(subgraph, &REQUIRES, &coordinate, own, requires));
            }
            let result = field.ty.inner_named_type().as_str();
            for provides in subgraph.on_field(field, "provides") {
                let is_object = subgraph.schema.types.get(result).is_some_and(is_composite);
                if is_object {
                    errors.extend(one(subgraph, &PROVIDES, &coordinate, result, provides));
                } else {
                    let text = format!("{result} has no fields that could be provided: remove @provides");
                    let code = ErrorCode::ProvidesOnNonObjectField;
                    errors.push(CompositionError::new(code, coordinate.as_str(), &[&subgraph.name], text));
                }
            }
        }
    }
    errors
}

/// Everything that is wrong with one selection.
fn one(subgraph: &SubgraphSchema, rules: &Rules, at: &str, on: &str, directive: &Directive) -> Vec<CompositionError> {
    let written = directive.specified_argument_by_name("fields").map(|value| value.serialize().no_indent().to_string());
    let written = written.unwrap_or_default();
    let error = |(code, what): (ErrorCode, String)| {
        let text = format!("@{}(fields: {written}) {what}", rules.name);
        CompositionError::new(code, at, &[&subgraph.name], text)
    };
    let set = match directive.specified_argument_by_name("fields").map(|value| &**value) {
        Some(value) if subgraph.names.federation_2() && value.as_str().is_none() => {
            return vec![error((rules.invalid_type, "must be a string: put the selection in quotes".to_owned()))];
        }
        _ => subgraph.selection(directive).unwrap_or_default(),
    };
    let mut walk = Walk { subgraph, rules, wrong: Vec::new() };
    match parse_field_set(&set) {
        Ok(selections) if selections.is_empty() => walk.invalid("selects nothing: name at least one field"),
        Ok(selections) => walk.all(on, &selections, false),
        Err(_) => walk.invalid("is not a selection: write field names, with braces around those below"),
    }
    walk.wrong.into_iter().map(error).collect()
}

struct Walk<'s> {
    subgraph: &'s SubgraphSchema,
    rules: &'s Rules,
    wrong: Vec<(ErrorCode, String)>,
}

impl Walk<'_> {
    fn invalid(&mut self, what: impl Into<String>) {
        self.wrong.push((self.rules.invalid, what.into()));
    }

    fn all(&mut self, on: &str, selections: &[Selection], below_external: bool) {
        let types = &self.subgraph.schema.types;
        for selection in selections {
            let directives = match selection {
                Selection::Field(field) => &field.directives,
                Selection::InlineFragment(fragment) => &fragment.directives,
                Selection::FragmentSpread(_) => {
                    self.invalid("uses a named fragment: write its fields instead");
                    continue;
                }
            };
            if let Some(directive) = directives.first() {
                let what = format!("applies {directive} within the selection, which is not possible: remove it");
                self.wrong.push((self.rules.directive, what));
            }
            match selection {
                Selection::Field(field) => self.field(on, field, below_external),
                Selection::InlineFragment(fragment) => {
                    let on = fragment.type_condition.as_ref().map_or(on, |condition| condition.as_str());
                    if types.get(on).is_some_and(is_composite) {
                        self.all(on, &fragment.selection_set, below_external);
                    } else {
                        self.invalid(format!("has a fragment on {on}, which this subgraph does not declare"));
                    }
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn field(&mut self, on: &str, field: &Field, below_external: bool) {
        if let Some(alias) = &field.alias {
            self.invalid(format!("gives {} the alias {alias}, which is not possible: remove it", field.name));
        }
        if field.name == "__typename" {
            return;
        }
        let schema = &self.subgraph.schema;
        let Some(known) = schema.types.get(on).and_then(|ty| field_of(ty, &field.name)) else {
            let advice = if self.rules.external.is_some() { "declare it, with @external," } else { "declare it" };
            self.invalid(format!(
                "selects {on}.{}, which this subgraph does not declare: {advice} or leave it out",
                field.name
            ));
            return;
        };
        let coordinate = format!("{on}.{}", field.name);
        if let (Some(code), false) = (self.rules.arguments, known.arguments.is_empty()) {
            self.wrong.push((code, format!("selects {coordinate}, which takes arguments: use another field")));
        } else if let Some(what) = wrong_arguments(schema, &coordinate, field, known) {
            self.invalid(what);
        }
        let below = known.ty.inner_named_type().as_str();
        let below_type = schema.types.get(below);
        if let (Some(code), Some(ExtendedType::Interface(_) | ExtendedType::Union(_))) =
            (self.rules.concrete, below_type)
        {
            let what = format!("selects {coordinate}, whose type {below} is abstract: use fields of objects only");
            self.wrong.push((code, what));
        }
        let is_external = below_external || self.is_external(on, known);
        match (below_type.is_some_and(is_composite), field.selection_set.is_empty()) {
            (true, true) => self.invalid(format!("must say what it selects of {coordinate}")),
            (false, false) => self.invalid(format!("selects something below {coordinate}, which has no fields")),
            (true, false) => self.all(below, &field.selection_set, is_external),
            (false, true) => {
                if let (Some(code), false) = (self.rules.external, is_external) {
                    let what = format!(
                        "selects {coordinate}, which this subgraph resolves itself: mark it @external, or leave it out"
                    );
                    self.wrong.push((code, what));
                }
            }
        }
    }

    /// Whether the field is external here, or, of an interface, in an object behind it.
    fn is_external(&self, on: &str, field: &FieldDefinition) -> bool {
        let external =
            |ty: &ExtendedType| field_of(ty, &field.name).is_some_and(|field| self.subgraph.is_external(ty, field));
        let types = &self.subgraph.schema.types;
        types.get(on).is_some_and(external)
            || marks::implementations(&self.subgraph.schema, on).any(|object| types.get(object).is_some_and(external))
    }
}

/// Arguments that a selected field does not take, or must be given, or not with these values.
fn wrong_arguments(schema: &Schema, coordinate: &str, selected: &Field, known: &FieldDefinition) -> Option<String> {
    let unknown = selected.arguments.iter().find(|given| known.argument_by_name(&given.name).is_none());
    if let Some(unknown) = unknown {
        return Some(format!("gives {coordinate} an argument {} that it does not take: remove it", unknown.name));
    }
    let misfit = selected.arguments.iter().find_map(|given| {
        let argument = known.argument_by_name(&given.name)?;
        (!values::accepts(schema, &argument.ty, &given.value)).then_some((given, argument))
    });
    if let Some((given, argument)) = misfit {
        let value = given.value.serialize().no_indent();
        let (name, ty) = (&given.name, &argument.ty);
        return Some(format!(
            "gives {coordinate} the argument {name} with {value}, which is no {ty}: give one that is"
        ));
    }
    let missing = known
        .arguments
        .iter()
        .find(|argument| argument.is_required() && !selected.arguments.iter().any(|given| given.name == argument.name));
    missing.map(|missing| format!("must give {coordinate} its argument {}: add a value", missing.name))
}

/// The same for a whole selection, against the schema that all subgraphs make together.
pub(super) fn wrong_arguments_in(schema: &Schema, on: &str, selections: &[Selection]) -> Option<String> {
    selections.iter().find_map(|selection| match selection {
        Selection::Field(field) => {
            let known = schema.types.get(on).and_then(|ty| field_of(ty, &field.name))?;
            wrong_arguments(schema, &format!("{on}.{}", field.name), field, known)
                .or_else(|| wrong_arguments_in(schema, known.ty.inner_named_type(), &field.selection_set))
        }
        Selection::InlineFragment(fragment) => {
            let on = fragment.type_condition.as_ref().map_or(on, |condition| condition.as_str());
            wrong_arguments_in(schema, on, &fragment.selection_set)
        }
        Selection::FragmentSpread(_) => None,
    })
}

/// Whether the type has fields to select, or members.
pub(in crate::compose) fn is_composite(ty: &ExtendedType) -> bool {
    ty.is_object() || ty.is_interface() || ty.is_union()
}
