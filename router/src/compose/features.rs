//! The directives of federation as they stand in supergraphs: their links and definitions, as far as they are used.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    compose::{merge::model::Merged, text::string},
    graph::{ROOT_NAME, ROOT_NAME_URL},
};

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
pub(super) fn links(text: &mut String, merged: &Merged) {
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
        let _ = writeln!(text, "  @link(url: \"{}\"{alias}{import}{})", feature.url, feature.rest);
    }
    for (name, composed) in &merged.composed {
        let newest = merged.composed.values().filter(|other| other.identity == composed.identity);
        let (major, minor) = newest.map(|other| other.version).max().unwrap_or(composed.version);
        let import =
            if *name == composed.original { format!("\"@{name}\"") } else { renamed(&composed.original, name) };
        own.entry(format!("{}/v{major}.{minor}", composed.identity)).or_default().push(import);
    }
    if merged.has_root_names {
        let _ = writeln!(text, "  @link(url: \"{ROOT_NAME_URL}\")");
    }
    for (url, imports) in own {
        let _ = writeln!(text, "  @link(url: {}, import: [{}])", string(&url), imports.join(", "));
    }
}

/// An import under another name.
fn renamed(original: &str, local: &str) -> String {
    format!("{{name: \"@{original}\", as: \"@{local}\"}}")
}

/// The definitions of what the supergraph uses.
pub(super) fn definitions(text: &mut String, merged: &Merged) {
    let defined = FEATURES.iter().filter(|feature| !feature.definition.is_empty());
    for feature in defined.filter(|feature| merged.features.contains(feature.name)) {
        let _ = write!(text, "\ndirective @{}{}\n", merged.name_of(feature.name), feature.definition);
    }
    if merged.has_root_names {
        let _ = write!(text, "\ndirective @{ROOT_NAME}(graph: join__Graph!, name: String!) repeatable on OBJECT\n");
    }
}
