//! Who may see what: the demands that a supergraph states.
//!
//! It knows nothing of callers: `plan` asks whether one meets a demand.

use apollo_compiler::{
    Name, Node,
    ast::{Directive, Value},
};
use indexmap::IndexMap;

use super::{Kind, TypeId, TypeInfo};

/// Who may see something (`@authenticated`, `@requiresScopes`, `@policy`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// Any valid token.
    pub authenticated: bool,
    /// All scopes of at least one entry; no entry: no scope is needed.
    pub scopes: Vec<Vec<String>>,
    /// Whether a policy decides. Nobody tells the router how policies decide, so it lets nobody through.
    pub policy: bool,
}

impl Requirement {
    /// Whether everybody may.
    pub fn is_public(&self) -> bool {
        !self.authenticated && self.scopes.is_empty() && !self.policy
    }

    /// Reads the directives of an element.
    pub(super) fn read<'a>(directives: impl Iterator<Item = &'a Node<Directive>>) -> Self {
        let mut requirement = Self::default();
        for directive in directives {
            match directive.name.as_str() {
                "authenticated" => requirement.authenticated = true,
                "policy" => requirement.policy = true,
                "requiresScopes" => {
                    let sets = directive.specified_argument_by_name("scopes").and_then(|value| value.as_list());
                    requirement.scopes = sets.unwrap_or_default().iter().map(|set| strings(set)).collect();
                }
                _ => {}
            }
        }
        requirement
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_list().unwrap_or_default().iter().filter_map(|item| item.as_str()).map(str::to_owned).collect()
}

/// Lets objects demand what their interface demands of a field, if none of them demands anything of it.
///
/// Newer composers write on an interface what its objects demand, and that each object demands for itself. Where no
/// object does, somebody meant the interface, and what it hides must not be had from its objects.
pub(super) fn inherit(types: &mut IndexMap<Name, TypeInfo>) {
    let mut inherited: Vec<(TypeId, Name, Requirement)> = Vec::new();
    for interface in types.values().filter(|ty| ty.kind == Kind::Interface) {
        for field in interface.fields.values().filter(|field| !field.authorization.is_public()) {
            let is_free = |object: &TypeId| {
                let object = &types[object.0 as usize];
                let demand = object.fields.get(&field.name).map(|known| &known.authorization);
                object.authorization.is_public() && demand.is_none_or(Requirement::is_public)
            };
            if interface.possible.iter().all(is_free) {
                let all = interface.possible.iter();
                inherited.extend(all.map(|object| (*object, field.name.clone(), field.authorization.clone())));
            }
        }
    }
    for (object, field, demand) in inherited {
        if let Some(field) = types[object.0 as usize].fields.get_mut(&field) {
            field.authorization = demand;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        compose::{Subgraph, compose},
        graph::Supergraph,
    };

    const LINK: &str =
        "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@authenticated\"])\n";

    /// Whether `n` is public in the objects, with what another composer might have written on the interface.
    fn public(of_a: &str) -> [bool; 2] {
        let sdl = format!(
            "{LINK} type Query {{ i: I other: Int @authenticated }} interface I {{ n: Int }} \
             type A implements I {{ n: Int {of_a} }} type B implements I {{ n: Int }}"
        );
        let composed = compose(&[Subgraph { name: "a".into(), url: String::new(), sdl }]).unwrap().supergraph_sdl;
        let (before, after) = composed.split_once("interface I").unwrap();
        let sdl = format!("{before}interface I{}", after.replacen("n: Int", "n: Int @authenticated", 1));
        let graph = Supergraph::parse(&sdl).unwrap();
        ["A", "B"].map(|ty| graph.field(graph.type_id(ty).unwrap(), "n").unwrap().authorization.is_public())
    }

    #[test]
    fn what_an_interface_hides_its_objects_hide_unless_one_of_them_demands_it() {
        assert_eq!(public(""), [false, false]);
        assert_eq!(public("@authenticated"), [false, true]);
    }
}
