//! The specifications that a supergraph links: each that decides what is executed or seen must be understood, and its
//! directives go by their own names from here on, whatever the supergraph calls them
//! ([link v1.0](https://specs.apollo.dev/link/v1.0)).

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Directive, DirectiveList},
    collections::HashMap,
    schema::{self, Component, ExtendedType, FieldDefinition},
};

use super::InvalidSupergraph;

/// Where the specifications stand that are known here.
const KNOWN_AT: &str = "https://specs.apollo.dev";
/// What is known of those that say what they are for.
const KNOWN: [&str; 9] =
    ["link", "core", "join", "inaccessible", "authenticated", "requiresScopes", "policy", "tag", "cacheTag"];
/// The specifications of federation's directives, and their directives.
const DIRECTIVES: [(&str, &[&str]); 6] = [
    ("inaccessible", &["inaccessible"]),
    ("authenticated", &["authenticated"]),
    ("requiresScopes", &["requiresScopes"]),
    ("policy", &["policy"]),
    ("tag", &["tag"]),
    ("cost", &["cost", "listSize"]),
];

/// Checks the links, and renames what they renamed.
///
/// # Errors
/// If the supergraph needs a specification for its security or execution that is not known here.
pub(crate) fn settle(schema: &mut Schema) -> Result<(), InvalidSupergraph> {
    let mut renamed: HashMap<Name, Name> = HashMap::default();
    for link in &schema.schema_definition.directives {
        let url = ["url", "feature"].into_iter().find_map(|name| link.specified_argument_by_name(name)?.as_str());
        let Some(url) = url.filter(|_| ["link", "core"].contains(&link.name.as_str())) else { continue };
        let (identity, version) = url.trim_end_matches('/').rsplit_once('/').unwrap_or((url, ""));
        let (at, name) = identity.rsplit_once('/').unwrap_or_default();
        let purpose = link.specified_argument_by_name("for").and_then(|purpose| purpose.as_enum());
        if let Some(purpose) = purpose.filter(|_| at != KNOWN_AT || !KNOWN.contains(&name)) {
            return Err(InvalidSupergraph(format!(
                "it links {url} for {purpose}, which this router does not know: it cannot be served as it is meant"
            )));
        }
        if at == KNOWN_AT && name == "join" && version == "v0.1" {
            let text =
                "it is of Federation 1 (join v0.1): compose its subgraphs anew, with `rialto compose` for example";
            return Err(InvalidSupergraph(text.to_owned()));
        }
        let known = DIRECTIVES.into_iter().find(|(known, _)| at == KNOWN_AT && name == *known);
        if let Some((_, directives)) = known {
            for own in directives {
                rename(&mut renamed, &local_name(link, name, own), own);
            }
        } else {
            // What another specification calls so means something else.
            let is_own = |name: &&str| DIRECTIVES.iter().any(|(_, directives)| directives.contains(name));
            for local in imported(link).filter_map(|(_, local)| local.strip_prefix('@')).filter(is_own) {
                rename(&mut renamed, local, &format!("{name}__{local}"));
            }
        }
    }
    if !renamed.is_empty() {
        schema.types.values_mut().for_each(|ty| rename_in(ty, &renamed));
        for definition in schema.directive_definitions.values_mut() {
            definition
                .make_mut()
                .arguments
                .iter_mut()
                .for_each(|known| all(&mut known.make_mut().directives, &renamed));
        }
    }
    Ok(())
}

fn rename(renamed: &mut Renamed, local: &str, own: &str) {
    if let (Ok(local), Ok(own)) = (Name::new(local), Name::new(own))
        && local != own
    {
        renamed.insert(local, own);
    }
}

/// Whether a directive belongs to a specification that the supergraph links, rather than to the graph.
pub(super) fn is_linked(schema: &Schema, directive: &str) -> bool {
    let is_link = |known: &Directive| ["link", "core"].contains(&known.name.as_str());
    schema.schema_definition.directives.iter().filter(|known| is_link(known)).any(|link| {
        let url = ["url", "feature"].into_iter().find_map(|name| link.specified_argument_by_name(name)?.as_str());
        let own = url.unwrap_or_default().trim_end_matches('/').rsplit('/').nth(1).unwrap_or_default();
        let rest = directive.strip_prefix(prefix(link, own));
        imported(link).any(|(_, local)| local.strip_prefix('@') == Some(directive))
            || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
    })
}

/// What a link imports: names in the specification, and names here.
fn imported(link: &Directive) -> impl Iterator<Item = (&str, &str)> {
    let imports = link.specified_argument_by_name("import").and_then(|list| list.as_list()).unwrap_or_default();
    imports.iter().filter_map(|item| {
        let get = |key: &str| item.as_object()?.iter().find(|(name, _)| name == key)?.1.as_str();
        let name = item.as_str().or_else(|| get("name"))?;
        Some((name, get("as").unwrap_or(name)))
    })
}

/// What stands before `__` in the names of what a link does not import.
fn prefix<'l>(link: &'l Directive, specification: &'l str) -> &'l str {
    link.specified_argument_by_name("as").and_then(|alias| alias.as_str()).unwrap_or(specification)
}

/// What a link calls a directive of its specification.
fn local_name(link: &Directive, specification: &str, directive: &str) -> String {
    let local = imported(link).find(|(name, _)| name.strip_prefix('@') == Some(directive)).map(|(_, local)| local);
    match local.and_then(|local| local.strip_prefix('@')) {
        Some(local) => local.to_owned(),
        None if directive == specification => prefix(link, specification).to_owned(),
        None => format!("{}__{directive}", prefix(link, specification)),
    }
}

type Renamed = HashMap<Name, Name>;

fn rename_in(ty: &mut ExtendedType, renamed: &Renamed) {
    match ty {
        ExtendedType::Scalar(scalar) => on_type(&mut scalar.make_mut().directives, renamed),
        ExtendedType::Union(union) => on_type(&mut union.make_mut().directives, renamed),
        ExtendedType::Object(object) => {
            let object = object.make_mut();
            on_type(&mut object.directives, renamed);
            object.fields.values_mut().for_each(|field| on_field(field, renamed));
        }
        ExtendedType::Interface(interface) => {
            let interface = interface.make_mut();
            on_type(&mut interface.directives, renamed);
            interface.fields.values_mut().for_each(|field| on_field(field, renamed));
        }
        ExtendedType::Enum(definition) => {
            let definition = definition.make_mut();
            on_type(&mut definition.directives, renamed);
            definition.values.values_mut().for_each(|value| all(&mut value.make_mut().directives, renamed));
        }
        ExtendedType::InputObject(input) => {
            let input = input.make_mut();
            on_type(&mut input.directives, renamed);
            input.fields.values_mut().for_each(|field| all(&mut field.make_mut().directives, renamed));
        }
    }
}

fn on_field(field: &mut Component<FieldDefinition>, renamed: &Renamed) {
    let field = field.make_mut();
    all(&mut field.directives, renamed);
    field.arguments.iter_mut().for_each(|argument| all(&mut argument.make_mut().directives, renamed));
}

fn on_type(directives: &mut schema::DirectiveList, renamed: &Renamed) {
    directives.0.iter_mut().for_each(|directive| one(&mut directive.node, renamed));
}

fn all(directives: &mut DirectiveList, renamed: &Renamed) {
    directives.0.iter_mut().for_each(|directive| one(directive, renamed));
}

fn one(directive: &mut Node<Directive>, renamed: &Renamed) {
    if let Some(own) = renamed.get(&directive.name) {
        directive.make_mut().name = own.clone();
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::Supergraph;

    fn supergraph(links: &str, fields: &str) -> Result<Supergraph, String> {
        let sdl = format!(
            "schema @link(url: \"https://specs.apollo.dev/link/v1.0\") {links} {{ query: Query }}
            enum join__Graph {{ A @join__graph(name: \"a\", url: \"\") }}
            type Query @join__type(graph: A) {{ open: Int {fields} }}"
        );
        Supergraph::parse(&sdl).map_err(|error| error.to_string())
    }

    const JOIN: &str = "@link(url: \"https://specs.apollo.dev/join/v0.3\", for: EXECUTION)";

    #[test]
    fn what_a_supergraph_renamed_means_what_it_meant() {
        let hide = "@link(url: \"https://specs.apollo.dev/inaccessible/v0.2\", for: SECURITY";
        for (rest, name) in [
            (")", "inaccessible"),
            (", import: [\"@inaccessible\"])", "inaccessible"),
            (", import: [{name: \"@inaccessible\", as: \"@fed__hide\"}])", "fed__hide"),
            (", as: \"hide\")", "hide"),
        ] {
            let graph = supergraph(&format!("{JOIN} {hide}{rest}"), &format!("secret(x: Int): Int @{name}")).unwrap();
            let fields = &graph.api.get_object("Query").unwrap().fields;
            assert!(fields.contains_key("open") && !fields.contains_key("secret"), "{name}");
        }
        let scopes = "@link(url: \"https://specs.apollo.dev/requiresScopes/v0.1\", for: SECURITY, \
            import: [{name: \"@requiresScopes\", as: \"@needs\"}])";
        let graph = supergraph(&format!("{JOIN} {scopes}"), "secret: Int @needs(scopes: [[\"s\"]])").unwrap();
        assert!(!graph.field(graph.query(), "secret").unwrap().authorization.is_public());
    }

    #[test]
    fn what_must_be_understood_and_is_not_is_refused() {
        let context = "@link(url: \"https://specs.apollo.dev/context/v0.1\", for: SECURITY)";
        let error = supergraph(&format!("{JOIN} {context}"), "").err().unwrap();
        assert!(error.contains("context/v0.1 for SECURITY"), "{error}");
        let error = supergraph(&JOIN.replace("v0.3", "v0.1"), "").err().unwrap();
        assert!(error.contains("compose its subgraphs anew"), "{error}");
        let other = "@link(url: \"https://example.com/context/v0.1\")";
        assert!(
            supergraph(&format!("{JOIN} {other}"), "").is_ok(),
            "what says nothing of its purpose may be passed over"
        );
    }
}
