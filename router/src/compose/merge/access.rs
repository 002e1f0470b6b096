//! Who may see something: `@authenticated`, `@requiresScopes` and `@policy`.
//!
//! What several subgraphs demand must all hold, and so must, for an interface, what the objects behind it demand:
//! a router may judge by the interface alone.

use std::collections::BTreeSet;

use apollo_compiler::{Name, Node, ast::Directive};

use crate::compose::merge::{
    applied::{self, Applied},
    model::{Body, Merged},
};

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
        let mut access = Self::default();
        for name in ["authenticated", "requiresScopes", "policy"] {
            let found = applied::meaning(applied, name);
            if !found.is_empty() {
                applied::told(coordinate, name, &found, merged);
            }
            for (_, directive) in found {
                access = access.and(&Self::one(name, directive));
            }
        }
        access
    }

    /// What directives of the supergraph demand.
    pub fn of<'d>(directives: impl Iterator<Item = &'d Node<Directive>>) -> Self {
        directives.fold(Self::default(), |access, directive| access.and(&Self::one(&directive.name, directive)))
    }

    fn one(name: &str, directive: &Directive) -> Self {
        let mut access = Self::default();
        match name {
            "authenticated" => access.authenticated = true,
            "requiresScopes" => access.scopes = Some(alternatives(directive, "scopes")),
            "policy" => access.policies = Some(alternatives(directive, "policies")),
            _ => {}
        }
        access
    }

    /// Both demands at once.
    pub fn and(self, other: &Self) -> Self {
        let both = |one: Option<Sets>, other: &Option<Sets>| match (one, other) {
            (Some(one), Some(other)) => Some(and(one, other)),
            (one, other) => one.or_else(|| other.clone()),
        };
        Self {
            authenticated: self.authenticated || other.authenticated,
            scopes: both(self.scopes, &other.scopes),
            policies: both(self.policies, &other.policies),
        }
    }

    /// Whether everybody who meets this demand meets the other.
    pub fn implies(&self, other: &Self) -> bool {
        let implies = |one: &Option<Sets>, other: &Option<Sets>| {
            let some = |sets: &Option<Sets>| sets.as_ref().map_or_else(|| vec![BTreeSet::new()], minimal);
            let other = some(other);
            some(one).iter().all(|one| other.iter().any(|other| other.is_subset(one)))
        };
        (self.authenticated || !other.authenticated)
            && implies(&self.scopes, &other.scopes)
            && implies(&self.policies, &other.policies)
    }

    /// As directives of the supergraph.
    pub fn written(&self, merged: &Merged) -> Vec<String> {
        let listed = |name, argument: &str, sets: &Option<Sets>| {
            sets.as_ref().map(|sets| format!("@{}({argument}: {sets:?})", merged.name_of(name)))
        };
        let authenticated = self.authenticated.then(|| format!("@{}", merged.name_of("authenticated")));
        let all = authenticated.into_iter().chain(listed("requiresScopes", "scopes", &self.scopes));
        all.chain(listed("policy", "policies", &self.policies)).collect()
    }
}

/// Lets interfaces demand what the objects behind them do, and their fields what those objects' fields do.
pub(in crate::compose) fn propagate(merged: &mut Merged) {
    let mut demands: Vec<(Name, Option<Name>, Access)> = Vec::new();
    let mut add = |interfaces: &[Name], field: Option<&Name>, access: &Access| {
        if *access != Access::default() {
            demands.extend(interfaces.iter().map(|on| (on.clone(), field.cloned(), access.clone())));
        }
    };
    for ty in merged.types.values() {
        let Body::Object { interfaces, fields } = &ty.body else { continue };
        add(interfaces, None, &ty.access);
        for field in fields {
            add(interfaces, Some(&field.name), &field.access);
        }
    }
    for (interface, field, demand) in demands {
        let Some(ty) = merged.types.get_mut(&interface) else { continue };
        let access = match (field, &mut ty.body) {
            (None, _) => Some(&mut ty.access),
            (Some(name), Body::Interface { fields, .. }) => {
                fields.iter_mut().find(|field| field.name == name).map(|field| &mut field.access)
            }
            _ => None,
        };
        if let Some(access) = access {
            *access = std::mem::take(access).and(&demand);
        }
    }
}

/// Both must hold: every alternative of one with every alternative of the other, without those that others imply. What
/// is the same is left as it is written.
fn and(one: Sets, other: &Sets) -> Sets {
    if one == *other {
        return one;
    }
    let (one, other) = (minimal(&one), minimal(other));
    let both: Sets =
        one.iter().flat_map(|one| other.iter().map(move |other| (one | other).into_iter().collect())).collect();
    minimal(&both).into_iter().map(|set| set.into_iter().collect()).collect()
}

/// The alternatives that no other makes needless, in order. No alternative at all is one that asks for nothing.
fn minimal(sets: &Sets) -> Vec<BTreeSet<String>> {
    let all: BTreeSet<BTreeSet<String>> = sets.iter().map(|set| set.iter().cloned().collect()).collect();
    if all.is_empty() {
        return vec![BTreeSet::new()];
    }
    let needless = |set: &BTreeSet<String>| all.iter().any(|other| other != set && other.is_subset(set));
    all.iter().filter(|set| !needless(set)).cloned().collect()
}

fn alternatives(directive: &Directive, argument: &str) -> Sets {
    let sets = directive.specified_argument_by_name(argument).and_then(|value| value.as_list()).unwrap_or_default();
    let set = |value: &Node<apollo_compiler::ast::Value>| {
        let items = value.as_list().unwrap_or_default();
        items.iter().filter_map(|item| item.as_str()).map(str::to_owned).collect()
    };
    sets.iter().map(set).collect()
}
