//! The specifications that this composer knows: their versions, and which directives each version has.

use std::sync::LazyLock;

use apollo_compiler::{
    Node, Schema,
    ast::{DirectiveDefinition, DirectiveLocation},
};

use crate::compose::{
    error::ErrorCode,
    read::link::{Link, Version, Wrong},
};

/// The specification of `@link` itself, without its version.
pub(in crate::compose) const LINK: &str = "https://specs.apollo.dev/link/";
/// The specification that makes a schema a Federation 2 subgraph.
const FEDERATION: &str = "https://specs.apollo.dev/federation";
/// The newest minor version of Federation 2 that is known.
const LATEST: u32 = 14;

/// The directives of federation that mean something to this composer, and the version of Federation 2 that brought
/// each.
pub(in crate::compose) const DIRECTIVES: [(&str, u32); 19] = [
    ("key", 0),
    ("requires", 0),
    ("provides", 0),
    ("external", 0),
    ("extends", 0),
    ("tag", 0),
    ("inaccessible", 0),
    ("shareable", 0),
    ("override", 0),
    ("composeDirective", 1),
    ("interfaceObject", 3),
    ("authenticated", 5),
    ("requiresScopes", 5),
    ("policy", 6),
    ("context", 8),
    ("fromContext", 8),
    ("cost", 9),
    ("listSize", 9),
    ("cacheTag", 12),
];

/// What a Federation 1 subgraph may use without defining it.
pub(in crate::compose) const OF_FEDERATION_1: [&str; 7] =
    ["key", "requires", "provides", "external", "extends", "tag", "inaccessible"];

/// Specifications of directives that may also be linked alone.
const ALONE: [(&str, &[&str]); 6] = [
    ("https://specs.apollo.dev/tag", &["tag"]),
    ("https://specs.apollo.dev/inaccessible", &["inaccessible"]),
    ("https://specs.apollo.dev/authenticated", &["authenticated"]),
    ("https://specs.apollo.dev/requiresScopes", &["requiresScopes"]),
    ("https://specs.apollo.dev/policy", &["policy"]),
    ("https://specs.apollo.dev/cost", &["cost", "listSize"]),
];

/// The types that federation lets subgraphs import.
const TYPES: [&str; 4] = ["FieldSet", "Scope", "Policy", "ContextFieldValue"];

static DEFINITIONS: LazyLock<Schema> = LazyLock::new(|| {
    Schema::builder()
        .parse(include_str!("federation.graphql"), "federation.graphql")
        .build()
        .expect("our own definitions can be read")
});

/// How a directive of federation is defined.
pub(in crate::compose) fn definition(name: &str) -> Option<&'static Node<DirectiveDefinition>> {
    DEFINITIONS.directive_definitions.get(name)
}

/// How it is defined in a version of Federation 2, or for Federation 1.
pub(in crate::compose) fn definition_in(name: &str, version: Option<Version>) -> Option<DirectiveDefinition> {
    let mut known: DirectiveDefinition = (**definition(name)?).clone();
    let before = |minor| version.is_some_and(|version| version < (2, minor));
    match name {
        "shareable" if before(2) => known.repeatable = false,
        "tag" if before(3) => known.locations.retain(|location| *location != DirectiveLocation::Schema),
        "override" if before(7) => known.arguments.retain(|argument| argument.name != "label"),
        _ => {}
    }
    Some(known)
}

/// The definitions of federation's own types, and of `@link`'s.
pub(in crate::compose) fn definitions() -> &'static Schema {
    &DEFINITIONS
}

/// Whether the link makes its schema a Federation 2 subgraph.
pub(in crate::compose) fn is_federation_2(link: &Link) -> bool {
    link.identity == FEDERATION && link.version.0 == 2
}

/// Whether the specification is federation, or one of those behind its directives.
pub(in crate::compose) fn is_federations(link: &Link) -> bool {
    link.identity == FEDERATION || ALONE.iter().any(|(identity, _)| *identity == link.identity)
}

/// The directives that a link brings into its schema, by their names in the specification.
pub(in crate::compose) fn brought_by(link: &Link) -> Vec<&'static str> {
    if is_federation_2(link) {
        return DIRECTIVES.iter().filter(|(_, since)| *since <= link.version.1).map(|(name, _)| *name).collect();
    }
    let alone = ALONE.iter().find(|(identity, _)| *identity == link.identity);
    alone.map(|(_, names)| names.to_vec()).unwrap_or_default()
}

/// What is wrong with a link to a specification that is known, or that must be known.
pub(in crate::compose) fn check(link: &Link) -> Vec<Wrong> {
    let url = link.url();
    if link.identity == FEDERATION && !(is_federation_2(link) && link.version.1 <= LATEST) {
        let text = format!("{url} is not known: link a version from v2.0 to v2.{LATEST}");
        return vec![(ErrorCode::UnknownFederationLinkVersion, text)];
    }
    if format!("{}/", link.identity) == LINK && link.version != (1, 0) {
        return vec![(ErrorCode::UnknownLinkVersion, format!("{url} is not known: link v1.0, or leave the link out"))];
    }
    let is_known = is_federations(link) || link.identity.starts_with("https://specs.apollo.dev/");
    if let Some(purpose) = link.purpose.as_deref().filter(|_| !is_known) {
        let text =
            format!("{url} is linked for {purpose}, so it must not be ignored, but it is not known: remove `for`");
        return vec![(ErrorCode::UnsupportedLinkedFeature, text)];
    }
    if !is_federations(link) {
        return Vec::new();
    }
    let brought = brought_by(link);
    let unknown = link.imports.iter().filter(|(element, _)| match element.strip_prefix('@') {
        Some(directive) => !brought.contains(&directive) && directive != "link",
        None => !TYPES.contains(&element.as_str()),
    });
    let told = unknown.map(|(element, _)| {
        let since = DIRECTIVES.iter().find(|(name, _)| Some(*name) == element.strip_prefix('@'));
        let advice = match since {
            Some((_, since)) if link.identity == FEDERATION => format!("link v2.{since} or newer"),
            _ => "remove it from `import`".to_owned(),
        };
        (ErrorCode::InvalidLinkDirectiveUsage, format!("{url} has no {element} to import: {advice}"))
    });
    told.collect()
}
