//! Writes a supergraph as SDL of the join specification, the same text for the same input.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::compose::{
    merge::model::{Body, Merged, MergedDirective, MergedField, MergedInput},
    read::subgraph::SubgraphSchema,
};

/// The definitions that every supergraph carries (join v0.5, link v1.0).
const JOIN: &str = include_str!("join.graphql");

/// A directive of federation as it stands in supergraphs.
struct Feature {
    name: &'static str,
    /// The specification's address, and what else its link says.
    url: &'static str,
    rest: &'static str,
    /// What follows the directive's name in its definition; nothing if the supergraph says it by `@join__directive`.
    definition: &'static str,
}

const FEATURES: [Feature; 8] = [
    Feature {
        name: "authenticated",
        url: "https://specs.apollo.dev/authenticated/v0.1",
        rest: ", for: SECURITY",
        definition: " on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM",
    },
    Feature {
        name: "cacheTag",
        url: "https://specs.apollo.dev/cacheTag/v0.1",
        rest: ", for: EXECUTION",
        definition: "",
    },
    Feature {
        name: "cost",
        url: COST,
        rest: "",
        definition: "(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | \
             INPUT_FIELD_DEFINITION | OBJECT | SCALAR",
    },
    Feature {
        name: "listSize",
        url: COST,
        rest: "",
        definition: "(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], \
             requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
    },
    Feature {
        name: "inaccessible",
        url: "https://specs.apollo.dev/inaccessible/v0.2",
        rest: ", for: SECURITY",
        definition: " on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | \
             SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION",
    },
    Feature {
        name: "policy",
        url: "https://specs.apollo.dev/policy/v0.1",
        rest: ", for: SECURITY",
        definition: "(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | \
             SCALAR | ENUM\n\nscalar policy__Policy",
    },
    Feature {
        name: "requiresScopes",
        url: "https://specs.apollo.dev/requiresScopes/v0.1",
        rest: ", for: SECURITY",
        definition: "(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | \
             INTERFACE | SCALAR | ENUM\n\nscalar requiresScopes__Scope",
    },
    Feature {
        name: "tag",
        url: "https://specs.apollo.dev/tag/v0.3",
        rest: "",
        definition: "(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | \
             ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA",
    },
];

/// The specification of two directives, which a link to it must therefore name.
const COST: &str = "https://specs.apollo.dev/cost/v0.1";

/// The links to the specifications of what the supergraph uses.
fn links(text: &mut String, merged: &Merged) {
    let mut own: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for feature in FEATURES.iter().filter(|feature| merged.features.contains(feature.name)) {
        let (name, local) = (feature.name, merged.name_of(feature.name));
        let import = if local == name { format!("\"@{name}\"") } else { renamed(name, local) };
        if feature.url == COST {
            own.entry(COST.to_owned()).or_default().push(import);
            continue;
        }
        // A specification's own name is its directive's, unless it says otherwise: it must not be another directive's.
        let others = merged.names.iter().filter(|(other, _)| **other != name).map(|(_, local)| local);
        let is_taken = others.chain(merged.composed.keys()).any(|other| other == name);
        let alias = if is_taken { format!(", as: \"_{name}\"") } else { String::new() };
        let import = if local == name { String::new() } else { format!(", import: [{import}]") };
        let _ = writeln!(text, "  @link(url: {:?}{alias}{import}{})", feature.url, feature.rest);
    }
    for (name, composed) in &merged.composed {
        let newest = merged.composed.values().filter(|other| other.identity == composed.identity);
        let (major, minor) = newest.map(|other| other.version).max().unwrap_or(composed.version);
        let import =
            if *name == composed.original { format!("\"@{name}\"") } else { renamed(&composed.original, name) };
        own.entry(format!("{}/v{major}.{minor}", composed.identity)).or_default().push(import);
    }
    for (url, imports) in own {
        let _ = writeln!(text, "  @link(url: {url:?}, import: [{}])", imports.join(", "));
    }
}

/// An import under another name.
fn renamed(original: &str, local: &str) -> String {
    format!("{{name: \"@{original}\", as: \"@{local}\"}}")
}

pub(super) fn supergraph(schemas: &[SubgraphSchema], merged: &Merged) -> String {
    let mut text = String::new();
    description(&mut text, merged.about.as_deref(), "");
    text.push_str("schema\n  @link(url: \"https://specs.apollo.dev/link/v1.0\")\n");
    text.push_str("  @link(url: \"https://specs.apollo.dev/join/v0.5\", for: EXECUTION)\n");
    links(&mut text, merged);
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
        let _ = writeln!(text, "  {} @join__graph(name: {:?}, url: {:?})", subgraph.graph, subgraph.name, subgraph.url);
    }
    text.push_str("}\n");
    let defined = FEATURES.iter().filter(|feature| !feature.definition.is_empty());
    for feature in defined.filter(|feature| merged.features.contains(feature.name)) {
        let _ = write!(text, "\ndirective @{}{}\n", merged.name_of(feature.name), feature.definition);
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
