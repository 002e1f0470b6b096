//! Who may see something: `@authenticated`, `@requiresScopes` and `@policy`.
//!
//! What several subgraphs demand must all hold, and so must, for an interface, what the objects behind it demand:
//! a router may judge by the interface alone.

use std::collections::BTreeMap;

use apollo_compiler::{Name, Node, ast::Directive};

use crate::{
    compose::{
        merge::{
            applied::{self, Applied},
            model::{Body, Merged},
        },
        read::subgraph::SubgraphSchema,
        text,
    },
    graph::alternatives,
};

const DEMANDS: [&str; 3] = ["authenticated", "requiresScopes", "policy"];

/// Alternatives, each a list of what must all hold.
type Sets = Vec<Vec<String>>;

/// A demand; the default demands nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::compose) struct Access {
    pub authenticated: bool,
    pub scopes: Option<Sets>,
    pub policies: Option<Sets>,
}

impl Access {
    /// What all subgraphs together demand of one element.
    pub fn merge(coordinate: &str, applied: &Applied<'_>, merged: &mut Merged) -> Self {
        let mut demands = Vec::new();
        for name in DEMANDS {
            let found = applied::meaning(applied, name);
            if !found.is_empty() {
                applied::told(coordinate, name, &found, merged);
            }
            demands.extend(found.into_iter().map(|(_, directive)| Self::one(name, directive)));
        }
        Self::all_of(&demands)
    }

    /// What directives of the supergraph demand.
    pub fn of<'d>(directives: impl Iterator<Item = &'d Node<Directive>>) -> Self {
        Self::all_of(&directives.map(|directive| Self::one(&directive.name, directive)).collect::<Vec<_>>())
    }

    fn one(name: &str, directive: &Directive) -> Self {
        let mut access = Self::default();
        match name {
            "authenticated" => access.authenticated = true,
            "requiresScopes" => access.scopes = Some(listed(directive, "scopes")),
            "policy" => access.policies = Some(listed(directive, "policies")),
            _ => {}
        }
        access
    }

    /// All demands at once.
    pub fn all_of(demands: &[Self]) -> Self {
        let sets = |of: fn(&Self) -> Option<&Sets>| all_of(&demands.iter().filter_map(of).collect::<Vec<_>>());
        Self {
            authenticated: demands.iter().any(|demand| demand.authenticated),
            scopes: sets(|demand| demand.scopes.as_ref()),
            policies: sets(|demand| demand.policies.as_ref()),
        }
    }

    /// Whether everybody who meets this demand meets the other.
    pub fn implies(&self, other: &Self) -> bool {
        let implies = |one: &Option<Sets>, other: &Option<Sets>| {
            let [one, other] = [one, other].map(|sets| alternatives::of(sets.as_deref().unwrap_or_default()));
            one.iter().all(|one| other.iter().any(|other| other.is_subset(one)))
        };
        (self.authenticated || !other.authenticated)
            && implies(&self.scopes, &other.scopes)
            && implies(&self.policies, &other.policies)
    }

    /// As directives of the supergraph.
    pub fn written(&self, merged: &Merged) -> Vec<String> {
        let sets = |name, argument: &str, sets: &Option<Sets>| {
            sets.as_ref().map(|sets| {
                let sets: Vec<String> = sets.iter().map(|set| text::strings(set.iter().map(String::as_str))).collect();
                format!("@{}({argument}: [{}])", merged.name_of(name), sets.join(", "))
            })
        };
        let authenticated = self.authenticated.then(|| format!("@{}", merged.name_of("authenticated")));
        let all = authenticated.into_iter().chain(sets("requiresScopes", "scopes", &self.scopes));
        all.chain(sets("policy", "policies", &self.policies)).collect()
    }
}

/// Of the directives of one element those that say who may see it.
pub(in crate::compose) fn demands<'s>(
    (subgraph, directives): (&'s SubgraphSchema, Vec<&'s Node<Directive>>),
) -> (&'s SubgraphSchema, Vec<&'s Node<Directive>>) {
    let is_demand = |name: &Name| subgraph.names.canonical(name).is_some_and(|name| DEMANDS.contains(&name));
    (subgraph, directives.into_iter().filter(|directive| is_demand(&directive.name)).collect())
}

/// Lets interfaces demand what the objects behind them do, and their fields what those objects' fields do.
pub(in crate::compose) fn propagate(merged: &mut Merged) {
    // By interface, and field of it.
    let mut demands: BTreeMap<(Name, Option<Name>), Vec<Access>> = BTreeMap::new();
    let mut add = |interfaces: &[Name], field: Option<&Name>, access: &Access| {
        for interface in interfaces.iter().filter(|_| *access != Access::default()) {
            demands.entry((interface.clone(), field.cloned())).or_default().push(access.clone());
        }
    };
    for ty in merged.types.values() {
        let Body::Object { interfaces, fields } = &ty.body else { continue };
        add(interfaces, None, &ty.access);
        for field in fields {
            add(interfaces, Some(&field.name), &field.access);
        }
    }
    for ((interface, field), mut all) in demands {
        let Some(ty) = merged.types.get_mut(&interface) else { continue };
        let access = match (field, &mut ty.body) {
            (None, _) => Some(&mut ty.access),
            (Some(name), Body::Interface { fields, .. }) => {
                fields.iter_mut().find(|field| field.name == name).map(|field| &mut field.access)
            }
            _ => None,
        };
        if let Some(access) = access {
            all.insert(0, std::mem::take(access));
            *access = Access::all_of(&all);
        }
    }
}

/// All must hold. What all say alike is left as it is written.
fn all_of(demands: &[&Sets]) -> Option<Sets> {
    let first = demands.first()?;
    if demands.iter().all(|other| other == first) {
        return Some((*first).clone());
    }
    Some(alternatives::listed(&alternatives::all_of(demands.iter().map(|sets| sets.as_slice()))))
}

fn listed(directive: &Directive, argument: &str) -> Sets {
    let sets = directive.specified_argument_by_name(argument).and_then(|value| value.as_list()).unwrap_or_default();
    let set = |value: &Node<apollo_compiler::ast::Value>| {
        let items = value.as_list().unwrap_or_default();
        items.iter().filter_map(|item| item.as_str()).map(str::to_owned).collect()
    };
    sets.iter().map(set).collect()
}
