//! Who may see what: the demands that a supergraph states.
//!
//! It knows nothing of callers: `plan` asks whether one meets a demand.

use apollo_compiler::{
    Name, Node,
    ast::{Directive, Value},
    collections::IndexMap,
};

use super::{Kind, TypeId, TypeInfo, alternatives};

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

    /// Both at once.
    fn and(self, other: &Self) -> Self {
        let scopes = match (self.scopes.is_empty(), other.scopes.is_empty()) {
            (true, _) => other.scopes.clone(),
            (_, true) => self.scopes,
            _ => alternatives::listed(&alternatives::all_of([&*self.scopes, &*other.scopes].into_iter())),
        };
        Self { authenticated: self.authenticated || other.authenticated, scopes, policy: self.policy || other.policy }
    }

    /// Whether this is just what all of the others demand together.
    fn is_all_of<'a>(&self, others: impl Iterator<Item = &'a Self> + Clone) -> bool {
        let authenticated = others.clone().any(|other| other.authenticated);
        let policy = others.clone().any(|other| other.policy);
        (self.authenticated, self.policy) == (authenticated, policy)
            && alternatives::of(&self.scopes) == alternatives::all_of(others.map(|other| &*other.scopes))
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

/// Settles what an interface demands, by whom it was written.
///
/// Newer composers write on an interface all that its objects demand, for routers that judge by the interface alone.
/// Here each object is judged for itself, so nothing is gained by hiding its neighbours as well. Where an interface
/// demands anything else, somebody meant the interface, and what it hides must not be had from its objects.
pub(super) fn inherit(types: &mut IndexMap<Name, TypeInfo>) {
    // What objects, or fields of theirs, demand beyond their own words, and the interfaces that only repeat theirs.
    let mut meant: Vec<(TypeId, Option<Name>, Requirement)> = Vec::new();
    let mut repeating: Vec<Name> = Vec::new();
    for interface in types.values().filter(|ty| ty.kind == Kind::Interface) {
        let objects = || interface.possible.iter().map(|object| &types[object.0 as usize]);
        let mut mean = |field: Option<&Name>, demand: &Requirement| {
            meant.extend(interface.possible.iter().map(|object| (*object, field.cloned(), demand.clone())));
        };
        if interface.authorization.is_all_of(objects().map(|object| &object.authorization)) {
            repeating.push(interface.name.clone());
        } else {
            mean(None, &interface.authorization);
        }
        for field in interface.fields.values().filter(|field| !field.authorization.is_public()) {
            let of_objects = objects().filter_map(|object| Some(&object.fields.get(&field.name)?.authorization));
            if !field.authorization.is_all_of(of_objects) {
                mean(Some(&field.name), &field.authorization);
            }
        }
    }
    for interface in repeating {
        types[&interface].authorization = Requirement::default();
    }
    for (object, field, demand) in meant {
        let object = &mut types[object.0 as usize];
        let own = match field {
            None => Some(&mut object.authorization),
            Some(name) => object.fields.get_mut(&name).map(|field| &mut field.authorization),
        };
        if let Some(own) = own {
            *own = std::mem::take(own).and(&demand);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        compose::{Subgraph, compose},
        graph::Supergraph,
    };

    const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@authenticated\", \"@requiresScopes\"])\n";

    /// Whether `n` is public in the objects, with what another composer might have written on the interface.
    fn public(of_a: &str, of_interface: &str) -> [bool; 2] {
        let sdl = format!(
            "{LINK} type Query {{ i: I other: Int @authenticated also: Int @requiresScopes(scopes: [[\"x\"]]) }} \
             interface I {{ n: Int }} type A implements I {{ n: Int {of_a} }} type B implements I {{ n: Int }}"
        );
        let composed = compose(&[Subgraph { name: "a".into(), url: String::new(), sdl }]).unwrap().supergraph_sdl;
        let (before, after) = composed.split_once("interface I").unwrap();
        let (declared, after) = after.split_once('}').unwrap();
        let declared: Vec<&str> =
            declared.lines().map(|line| if line.contains("n: Int") { "n: Int" } else { line }).collect();
        let sdl = format!("{before}interface I{} {of_interface}\n}}{after}", declared.join("\n"));
        let graph = Supergraph::parse(&sdl).unwrap();
        ["A", "B"].map(|ty| graph.field(graph.type_id(ty).unwrap(), "n").unwrap().authorization.is_public())
    }

    #[test]
    fn what_an_interface_hides_its_objects_hide_unless_it_repeats_what_they_demand() {
        assert_eq!(public("", ""), [true, true]);
        assert_eq!(public("", "@authenticated"), [false, false]);
        assert_eq!(public("@authenticated", "@authenticated"), [false, true]);
        let scopes = "@requiresScopes(scopes: [[\"x\"]])";
        assert_eq!(public(scopes, scopes), [false, true]);
        assert_eq!(public(scopes, "@requiresScopes(scopes: [[\"y\"]])"), [false, false]);
        assert_eq!(public("@authenticated", scopes), [false, false]);
    }

    /// An interface that repeats what one of its objects demands does not hide the others.
    #[test]
    fn an_object_hides_itself_and_not_its_interface() {
        let sdl = format!(
            "{LINK} type Query {{ i: I }} interface I {{ n: Int }} \
             type A implements I @authenticated {{ n: Int }} type B implements I {{ n: Int }}"
        );
        let composed = compose(&[Subgraph { name: "a".into(), url: String::new(), sdl }]).unwrap().supergraph_sdl;
        let graph = Supergraph::parse(&composed).unwrap();
        let public = |ty: &str| graph.info(graph.type_id(ty).unwrap()).authorization.is_public();
        assert_eq!(["I", "A", "B"].map(public), [true, false, true]);
        let wider = composed.replacen("interface I", "interface I @policy(policies: [[\"p\"]])", 1);
        // What it demands otherwise, all its objects demand, by whichever way they come.
        let graph = Supergraph::parse(&wider).unwrap();
        let demand = |ty: &str| graph.info(graph.type_id(ty).unwrap()).authorization.clone();
        let demands = ["I", "A", "B"].map(|ty| (demand(ty).authenticated, demand(ty).policy));
        assert_eq!(demands, [(true, true); 3]);
    }
}
