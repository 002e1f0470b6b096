//! Writes a supergraph as SDL of the join specification, the same text for the same input.

use std::fmt::Write as _;

use crate::{
    compose::{
        features,
        merge::model::{Body, Merged, MergedDirective, MergedField, MergedInput},
        read::subgraph::SubgraphSchema,
        text::string,
    },
    graph::api::ONE_OF,
};

/// The definitions that every supergraph carries (join v0.5, link v1.0).
const JOIN: &str = include_str!("join.graphql");

pub(super) fn supergraph(schemas: &[SubgraphSchema], merged: &Merged) -> String {
    let mut text = String::new();
    description(&mut text, merged.about.as_deref(), "");
    text.push_str("schema\n  @link(url: \"https://specs.apollo.dev/link/v1.0\")\n");
    text.push_str("  @link(url: \"https://specs.apollo.dev/join/v0.5\", for: EXECUTION)\n");
    features::links(&mut text, merged);
    for directive in &merged.directives {
        let _ = writeln!(text, "  {directive}");
    }
    text.push_str("{\n");
    for (operation, ty) in [("query", "Query"), ("mutation", "Mutation"), ("subscription", "Subscription")] {
        if merged.types.contains_key(ty) {
            let _ = writeln!(text, "  {operation}: {ty}");
        }
    }
    text.push_str("}\n\n");
    text.push_str(JOIN);
    text.push_str("\nenum join__Graph {\n");
    for subgraph in schemas {
        let (name, url) = (string(&subgraph.name), string(&subgraph.url));
        let _ = writeln!(text, "  {} @join__graph(name: {name}, url: {url})", subgraph.graph);
    }
    text.push_str("}\n");
    features::definitions(&mut text, merged);
    if merged.types.values().any(|ty| ty.directives.iter().any(|directive| directive == "@oneOf")) {
        let _ = write!(text, "\n{ONE_OF}\n");
    }
    for composed in merged.composed.values() {
        let _ = write!(text, "\n{}\n", composed.definition.serialize().no_indent());
    }
    for known in &merged.executables {
        text.push('\n');
        executable(&mut text, known);
    }
    for (name, ty) in &merged.types {
        text.push('\n');
        description(&mut text, ty.description.as_deref(), "");
        let (keyword, interfaces) = match &ty.body {
            Body::Scalar => ("scalar", None),
            Body::Object { interfaces, .. } => ("type", Some(interfaces)),
            Body::Interface { interfaces, .. } => ("interface", Some(interfaces)),
            Body::Union { .. } => ("union", None),
            Body::Enum { .. } => ("enum", None),
            Body::Input { .. } => ("input", None),
        };
        let _ = write!(text, "{keyword} {name}");
        if let Some([first, others @ ..]) = interfaces.map(Vec::as_slice) {
            let _ = write!(text, " implements {first}");
            for other in others {
                let _ = write!(text, " & {other}");
            }
        }
        for directive in ty.directives.iter().chain(&ty.access.written(merged)) {
            let _ = write!(text, "\n  {directive}");
        }
        body(&mut text, &ty.body, merged);
    }
    text
}

fn body(text: &mut String, body: &Body, merged: &Merged) {
    match body {
        Body::Scalar => text.push('\n'),
        Body::Union { members } => {
            let members: Vec<&str> = members.iter().map(apollo_compiler::Name::as_str).collect();
            let _ = write!(text, "\n  = {}\n", members.join(" | "));
        }
        Body::Object { fields, .. } | Body::Interface { fields, .. } => {
            text.push_str("\n{\n");
            for known in fields {
                field(text, known, merged);
            }
            text.push_str("}\n");
        }
        Body::Enum { values } => {
            text.push_str("\n{\n");
            for value in values {
                description(text, value.description.as_deref(), "  ");
                let _ = writeln!(text, "  {}{}", value.name, suffix(&value.directives));
            }
            text.push_str("}\n");
        }
        Body::Input { fields } => {
            text.push_str("\n{\n");
            for known in fields {
                description(text, known.description.as_deref(), "  ");
                let _ = writeln!(text, "  {}", input(known));
            }
            text.push_str("}\n");
        }
    }
}

fn field(text: &mut String, field: &MergedField, merged: &Merged) {
    description(text, field.description.as_deref(), "  ");
    let _ = write!(text, "  {}", field.name);
    arguments(text, &field.arguments, "  ");
    let access = suffix(&field.access.written(merged));
    let _ = writeln!(text, ": {}{}{access}", field.ty, suffix(&field.directives));
}

fn executable(text: &mut String, directive: &MergedDirective) {
    description(text, directive.description.as_deref(), "");
    let _ = write!(text, "directive @{}", directive.name);
    arguments(text, &directive.arguments, "");
    let locations: Vec<String> = directive.locations.iter().map(ToString::to_string).collect();
    let repeatable = if directive.repeatable { " repeatable" } else { "" };
    let _ = writeln!(text, "{repeatable} on {}", locations.join(" | "));
}

fn arguments(text: &mut String, arguments: &[MergedInput], indent: &str) {
    if arguments.is_empty() {
        return;
    }
    let described = arguments.iter().any(|argument| argument.description.is_some());
    let below = format!("{indent}  ");
    text.push('(');
    for (index, argument) in arguments.iter().enumerate() {
        if described {
            text.push('\n');
            description(text, argument.description.as_deref(), &below);
            let _ = write!(text, "{below}{}", input(argument));
        } else {
            let _ = write!(text, "{}{}", if index == 0 { "" } else { ", " }, input(argument));
        }
    }
    if described {
        let _ = write!(text, "\n{indent}");
    }
    text.push(')');
}

fn input(input: &MergedInput) -> String {
    let default =
        input.default.as_ref().map(|value| format!(" = {}", value.serialize().no_indent())).unwrap_or_default();
    format!("{}: {}{default}{}", input.name, input.ty, suffix(&input.directives))
}

fn suffix(directives: &[String]) -> String {
    directives.iter().fold(String::new(), |text, directive| text + " " + directive)
}

fn description(text: &mut String, description: Option<&str>, indent: &str) {
    let Some(description) = description else { return };
    let _ = writeln!(text, "{indent}\"\"\"");
    for line in description.replace("\"\"\"", "\\\"\"\"").lines() {
        let _ = writeln!(text, "{}", format!("{indent}{line}").trim_end());
    }
    let _ = writeln!(text, "{indent}\"\"\"");
}
