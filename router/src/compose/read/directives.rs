//! Which directive of a subgraph means what: `@link` may rename federation's directives or leave them unimported.

use std::collections::BTreeMap;

use apollo_compiler::{Node, ast::Directive};

use crate::compose::read::{
    link::{Link, Version},
    specs,
};

/// From a subgraph's own names to the canonical ones.
#[derive(Debug, Default)]
pub(in crate::compose) struct DirectiveNames {
    by_local: BTreeMap<String, &'static str>,
    /// The name among them that means nothing unless the subgraph defines it.
    undefined: Option<&'static str>,
    /// The version of Federation 2 that the subgraph speaks; none for Federation 1.
    pub version: Option<Version>,
}

impl DirectiveNames {
    pub fn read(links: &[Link]) -> Self {
        let version = links.iter().find(|link| specs::is_federation_2(link)).map(|link| link.version);
        let mut by_local = BTreeMap::new();
        if version.is_none() {
            by_local.extend(specs::OF_FEDERATION_1.iter().map(|name| ((*name).to_owned(), *name)));
        }
        for link in links {
            for name in specs::brought_by(link) {
                by_local.insert(format!("{}__{name}", link.prefix()), name);
                by_local.insert(link.local(name), name);
                let imported = link.imports.iter().filter(|(element, _)| element.strip_prefix('@') == Some(name));
                by_local.extend(imported.map(|(_, local)| (local.trim_start_matches('@').to_owned(), name)));
            }
        }
        let brings = |link: &Link| specs::brought_by(link).contains(&"inaccessible");
        let undefined = (version.is_none() && !links.iter().any(brings)).then_some("inaccessible");
        Self { by_local, undefined, version }
    }

    /// Whether the subgraph may use a directive, by its name here, without defining it.
    pub fn is_lent(&self, local: &str) -> bool {
        self.by_local.contains_key(local) && self.undefined != Some(local)
    }

    /// Whether the subgraph speaks Federation 2.
    pub fn federation_2(&self) -> bool {
        self.version.is_some()
    }

    /// The canonical name of a directive; for those that are not federation's, none.
    pub fn canonical(&self, local: &str) -> Option<&'static str> {
        self.by_local.get(local).copied()
    }

    /// Every name by which the subgraph may use a directive of federation, with the canonical one.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.by_local.iter().map(|(local, name)| (local.as_str(), *name))
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
