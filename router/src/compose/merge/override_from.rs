//! `@override`: which subgraph took a field over from which.

use apollo_compiler::{Name, ast::FieldDefinition};

use crate::compose::{
    error::ErrorCode,
    hint::HintCode,
    merge::model::{Definition, Merged},
    read::subgraph::SubgraphSchema,
};

/// What an `@override` says.
#[derive(Clone, Debug)]
pub(in crate::compose) struct Override {
    pub from: String,
    pub label: Option<String>,
}

pub(in crate::compose) fn of(subgraph: &SubgraphSchema, field: &FieldDefinition) -> Option<Override> {
    let directive = subgraph.on_field(field, "override").next()?;
    let text = |name| directive.specified_argument_by_name(name).and_then(|value| value.as_str()).map(str::to_owned);
    Some(Override { from: text("from")?, label: text("label") })
}

/// Whether a label is one: a name, or `percent(x)` with at most eight decimals.
pub(in crate::compose) fn is_label(label: &str) -> bool {
    if let Some(share) = label.strip_prefix("percent(").and_then(|rest| rest.strip_suffix(')')) {
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        return match share.split_once('.') {
            Some((whole, decimals)) => digits(whole, 2) && digits(decimals, 8),
            None => share == "100" || digits(share, 2),
        };
    }
    label.starts_with(|c: char| c.is_ascii_alphabetic())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || "_-:./".contains(c))
}

/// The overrides of a field: who overrides, and what.
pub(in crate::compose) fn all<'s>(
    schemas: &[SubgraphSchema],
    owners: &[Definition<'s>],
    ty: &Name,
    name: &Name,
    merged: &mut Merged,
) -> Vec<(&'s SubgraphSchema, Override)> {
    let mut found: Vec<(&SubgraphSchema, Override)> = Vec::new();
    let coordinate = format!("{ty}.{name}");
    for owner in owners.iter().filter(|owner| !owner.ty.is_interface()) {
        let Some((field, over)) = owner.field(name).and_then(|field| Some((field, of(owner.subgraph, field)?))) else {
            continue;
        };
        let own = owner.subgraph.name.as_str();
        if over.from == own {
            let text = "a subgraph cannot override its own field: name another in `from`, or remove @override";
            merged.error(ErrorCode::OverrideFromSelfError, coordinate.as_str(), &[own], text);
        }
        let mut collision = |subgraphs: &[&str], text: String| {
            merged.error(ErrorCode::OverrideCollisionWithAnotherDirective, coordinate.as_str(), subgraphs, text);
        };
        if owner.subgraph.is_external(owner.ty, field) {
            collision(
                &[own],
                "a field that is @external is not resolved here: remove @override or @external".to_owned(),
            );
        }
        if owner.subgraph.is_interface_object(owner.ty) {
            collision(&[own], "the fields of an interface object cannot override others: remove @override".to_owned());
        }
        let source = owners.iter().find(|other| other.subgraph.name == over.from);
        if let Some((other, overridden)) = source.and_then(|other| Some((other, other.field(name)?))) {
            for directive in ["requires", "provides"] {
                if other.subgraph.has(overridden, directive) {
                    let text =
                        format!("the overridden field has @{directive}: remove it there before you override the field");
                    collision(&[own, &over.from], text);
                }
            }
        }
        found.push((owner.subgraph, over));
    }
    for (subgraph, over) in &found {
        if over.from != subgraph.name && found.iter().any(|(other, _)| other.name == over.from) {
            let text = "the overridden field carries @override itself: remove that one";
            let names = [subgraph.name.as_str(), over.from.as_str()];
            merged.error(ErrorCode::OverrideSourceHasOverride, coordinate.as_str(), &names, text);
        }
        hint(schemas, owners, &coordinate, name, (subgraph, over), merged);
    }
    found
}

/// What another subgraph resolves for all objects behind an interface cannot be taken over for one of them.
pub(in crate::compose) fn abstracted(
    overrides: &[(&SubgraphSchema, Override)],
    standing: &[Definition<'_>],
    coordinate: &str,
    name: &Name,
    merged: &mut Merged,
) {
    for (subgraph, over) in overrides {
        let source = standing.iter().find(|other| other.subgraph.name == over.from && other.field(name).is_some());
        if let Some(source) = source {
            let text = format!(
                "the field is resolved there for all objects behind {}, so it cannot be overridden for one: remove @override",
                source.ty.name()
            );
            let code = ErrorCode::OverrideCollisionWithAnotherDirective;
            merged.error(code, coordinate, &[&subgraph.name, &over.from], text);
        }
    }
}

/// What is left of an override that has done its work.
fn hint(
    schemas: &[SubgraphSchema],
    owners: &[Definition<'_>],
    coordinate: &str,
    name: &Name,
    (subgraph, over): (&SubgraphSchema, &Override),
    merged: &mut Merged,
) {
    let own = subgraph.name.as_str();
    if !schemas.iter().any(|other| other.name == over.from) {
        let text = format!(
            "no subgraph is called {:?}, so nothing is overridden: correct `from`, or remove @override",
            over.from
        );
        merged.hint(HintCode::FromSubgraphDoesNotExist, coordinate, &[own], text);
        return;
    }
    let source = owners.iter().find(|other| other.subgraph.name == over.from);
    let resolved = source.and_then(|other| Some((other, other.field(name)?)));
    let Some((other, _)) = resolved.filter(|(other, field)| !other.subgraph.is_external(other.ty, field)) else {
        let text = format!("{:?} does not resolve the field any more: @override can be removed", over.from);
        merged.hint(HintCode::OverrideDirectiveCanBeRemoved, coordinate, &[own], text);
        return;
    };
    let (code, text) = if let Some(label) = &over.label {
        let text = format!("the field moves to {own:?} while {label:?} is active; when it always is, remove the label");
        (HintCode::OverrideMigrationInProgress, text)
    } else {
        let key = (other.ty.name().clone(), name.clone());
        let is_used = other.subgraph.used.contains(&key) || other.subgraph.is_interface_field(other.ty, name);
        let advice = if is_used { "mark it @external there" } else { "it can be removed there" };
        (HintCode::OverriddenFieldCanBeRemoved, format!("{own:?} has taken the field over: {advice}"))
    };
    merged.hint(code, coordinate, &[over.from.as_str()], text);
}
