//! Which directive of a subgraph means what: `@link` may rename federation's directives or leave them unimported.

use std::collections::HashMap;

use apollo_compiler::{Node, Schema, ast::Directive};

/// The federation directives that this composer understands.
pub(super) const KNOWN: [&str; 18] = [
    "key",
    "requires",
    "provides",
    "external",
    "shareable",
    "override",
    "inaccessible",
    "tag",
    "interfaceObject",
    "extends",
    "authenticated",
    "requiresScopes",
    "policy",
    "composeDirective",
    "cost",
    "listSize",
    "context",
    "fromContext",
];

/// From a subgraph's own names to the canonical ones.
#[derive(Debug, Default)]
pub(super) struct DirectiveNames {
    by_local: HashMap<String, &'static str>,
    /// Whether the subgraph speaks Federation 2.
    pub federation_2: bool,
}

impl DirectiveNames {
    pub fn read(schema: &Schema) -> Self {
        let links = || schema.schema_definition.directives.get_all("link");
        let federation = links().find_map(|link| {
            let url = link.specified_argument_by_name("url")?.as_str()?;
            let version = url.strip_prefix("https://specs.apollo.dev/federation/v")?;
            Some((link, !version.starts_with('1')))
        });
        let Some((link, true)) = federation else {
            return Self {
                by_local: KNOWN.iter().map(|name| ((*name).to_owned(), *name)).collect(),
                federation_2: false,
            };
        };
        let prefix = link.specified_argument_by_name("as").and_then(|name| name.as_str()).unwrap_or("federation");
        let mut by_local: HashMap<String, &'static str> =
            KNOWN.iter().map(|name| (format!("{prefix}__{name}"), *name)).collect();
        let imports = link.specified_argument_by_name("import").and_then(|value| value.as_list()).unwrap_or_default();
        for import in imports {
            let (name, local) = match import.as_object() {
                None => (import.as_str(), import.as_str()),
                Some(fields) => {
                    let get = |key| fields.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.as_str());
                    (get("name"), get("as").or(get("name")))
                }
            };
            let strip = |name: Option<&str>| name.and_then(|name| name.strip_prefix('@')).map(str::to_owned);
            if let (Some(name), Some(local)) = (strip(name), strip(local))
                && let Some(known) = KNOWN.iter().find(|known| **known == name)
            {
                by_local.insert(local, known);
            }
        }
        Self { by_local, federation_2: true }
    }

    /// The canonical name of a directive; for those that are not federation's, none.
    pub fn canonical(&self, local: &str) -> Option<&'static str> {
        self.by_local.get(local).copied()
    }

    /// The directives that mean `name`.
    pub fn all<'d>(
        &'d self,
        directives: impl Iterator<Item = &'d Node<Directive>> + 'd,
        name: &'static str,
    ) -> impl Iterator<Item = &'d Node<Directive>> + 'd {
        directives.filter(move |directive| self.canonical(&directive.name) == Some(name))
    }
}
