//! Writes a supergraph as SDL of the join specification, the same text for the same input.

use std::fmt::Write as _;

use super::{
    model::{Body, Merged, MergedField, MergedInput},
    subgraph::SubgraphSchema,
};

/// The definitions that every supergraph carries (join v0.5, link v1.0).
const JOIN: &str = include_str!("join.graphql");

/// Features whose directives may be used: name, the specification's address, and the definition.
const FEATURES: [(&str, &str, &str); 5] = [
    (
        "authenticated",
        "https://specs.apollo.dev/authenticated/v0.1\", for: SECURITY",
        "directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM",
    ),
    (
        "inaccessible",
        "https://specs.apollo.dev/inaccessible/v0.2\", for: SECURITY",
        "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | \
         ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION",
    ),
    (
        "policy",
        "https://specs.apollo.dev/policy/v0.1\", for: SECURITY",
        "directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM\n\n\
         scalar policy__Policy",
    ),
    (
        "requiresScopes",
        "https://specs.apollo.dev/requiresScopes/v0.1\", for: SECURITY",
        "directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | \
         ENUM\n\nscalar requiresScopes__Scope",
    ),
    (
        "tag",
        "https://specs.apollo.dev/tag/v0.3\"",
        "directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | \
         SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA",
    ),
];

pub(super) fn supergraph(schemas: &[SubgraphSchema], merged: &Merged) -> String {
    let mut text = String::from("schema\n  @link(url: \"https://specs.apollo.dev/link/v1.0\")\n");
    text.push_str("  @link(url: \"https://specs.apollo.dev/join/v0.5\", for: EXECUTION)\n");
    let used = || FEATURES.iter().filter(|(name, _, _)| merged.features.contains(name));
    for (_, url, _) in used() {
        let (url, rest) = url.split_once('"').unwrap_or((url, ""));
        let _ = writeln!(text, "  @link(url: \"{url}\"{rest})");
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
        let _ = writeln!(text, "  {} @join__graph(name: {:?}, url: {:?})", subgraph.graph, subgraph.name, subgraph.url);
    }
    text.push_str("}\n");
    for (_, _, definition) in used() {
        let _ = write!(text, "\n{definition}\n");
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
        for directive in &ty.directives {
            let _ = write!(text, "\n  {directive}");
        }
        body(&mut text, &ty.body);
    }
    text
}

fn body(text: &mut String, body: &Body) {
    match body {
        Body::Scalar => text.push('\n'),
        Body::Union { members } => {
            let members: Vec<&str> = members.iter().map(apollo_compiler::Name::as_str).collect();
            let _ = write!(text, "\n  = {}\n", members.join(" | "));
        }
        Body::Object { fields, .. } | Body::Interface { fields, .. } => {
            text.push_str("\n{\n");
            for known in fields {
                field(text, known);
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

fn field(text: &mut String, field: &MergedField) {
    description(text, field.description.as_deref(), "  ");
    let _ = write!(text, "  {}", field.name);
    if !field.arguments.is_empty() {
        let described = field.arguments.iter().any(|argument| argument.description.is_some());
        text.push('(');
        for (index, argument) in field.arguments.iter().enumerate() {
            if described {
                text.push('\n');
                description(text, argument.description.as_deref(), "    ");
                let _ = write!(text, "    {}", input(argument));
            } else {
                let _ = write!(text, "{}{}", if index == 0 { "" } else { ", " }, input(argument));
            }
        }
        text.push_str(if described { "\n  )" } else { ")" });
    }
    let _ = writeln!(text, ": {}{}", field.ty, suffix(&field.directives));
}

fn input(input: &MergedInput) -> String {
    let default = input.default.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
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
