//! `@listSize`: what it says must be about lists and numbers
//! ([cost specification](https://ibm.github.io/graphql-specs/cost-spec.html)).

use apollo_compiler::{
    ast::{Directive, FieldDefinition, InputValueDefinition, Value},
    schema::ExtendedType,
};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    read::subgraph::{SubgraphSchema, field_of, fields_of},
};

pub(super) fn check(subgraph: &SubgraphSchema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for ty in subgraph.schema.types.values() {
        for field in fields_of(ty) {
            for directive in subgraph.on_field(field, "listSize") {
                let wrong = one(subgraph, field, directive);
                let coordinate = || format!("{}.{}", ty.name(), field.name);
                let error = |(code, text)| CompositionError::new(code, coordinate(), &[&subgraph.name], text);
                errors.extend(wrong.into_iter().map(error));
            }
        }
    }
    errors
}

fn one(subgraph: &SubgraphSchema, field: &FieldDefinition, directive: &Directive) -> Vec<(ErrorCode, String)> {
    let mut wrong = Vec::new();
    let sized = names(directive, "sizedFields");
    if !field.ty.is_list() && sized.is_empty() {
        let text = "the field is no list: remove @listSize, or name the lists below it in `sizedFields`";
        wrong.push((ErrorCode::ListSizeAppliedToNonList, text.to_owned()));
    }
    let assumed = directive.specified_argument_by_name("assumedSize").and_then(|value| value.to_i32());
    if assumed.is_some_and(|size| size < 0) {
        let text = "`assumedSize` is negative: give the number of items to expect";
        wrong.push((ErrorCode::ListSizeInvalidAssumedSize, text.to_owned()));
    }
    for path in names(directive, "slicingArguments") {
        let is_int =
            slicing(subgraph, field, path).map(|input| !input.ty.is_list() && input.ty.inner_named_type() == "Int");
        let text = match is_int {
            Some(true) => continue,
            Some(false) => {
                format!("the slicing argument {path} is no Int: name one that says how many items are wanted")
            }
            None => format!("the field has no argument {path}: name one that it has in `slicingArguments`"),
        };
        wrong.push((ErrorCode::ListSizeInvalidSlicingArgument, text));
    }
    let inner = field.ty.inner_named_type();
    let below = subgraph.schema.types.get(inner);
    for name in sized {
        let is_list = below.and_then(|ty| field_of(ty, name)).map(|field| field.ty.is_list());
        let text = match (below, is_list) {
            (_, Some(true)) => continue,
            (_, Some(false)) => {
                let text = format!("{inner}.{name} is no list: name lists in `sizedFields`");
                wrong.push((ErrorCode::ListSizeAppliedToNonList, text));
                continue;
            }
            (Some(ExtendedType::Object(_) | ExtendedType::Interface(_)), None) => {
                format!("{inner} has no field {name}: name one that it has in `sizedFields`")
            }
            _ => format!("{inner} has no fields, so none can be sized: remove `sizedFields`"),
        };
        wrong.push((ErrorCode::ListSizeInvalidSizedField, text));
    }
    wrong
}

/// The argument, or the field of an input object in it, that a slicing argument names: `first` or `page.first`.
fn slicing<'s>(
    subgraph: &'s SubgraphSchema,
    field: &'s FieldDefinition,
    path: &str,
) -> Option<&'s InputValueDefinition> {
    let mut names = path.split('.');
    let first: &InputValueDefinition = field.argument_by_name(names.next()?)?;
    names.try_fold(first, |input, name| {
        let ty = subgraph.schema.types.get(input.ty.inner_named_type())?;
        let field = ty.as_input_object()?.fields.get(name)?;
        Some(&*field.node)
    })
}

fn names<'d>(directive: &'d Directive, argument: &str) -> Vec<&'d str> {
    let listed = directive.specified_argument_by_name(argument).and_then(|value| value.as_list());
    listed
        .unwrap_or_default()
        .iter()
        .filter_map(|value| match &**value {
            Value::String(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}
