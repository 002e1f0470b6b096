//! Who may see what, read off the subgraphs' SDLs without asking the engine.
//!
//! A field of a type of objects is hidden from a viewer who does not meet the demands of the field, of the type, or of
//! the type of its result, as any subgraph states them: all of them must be met. What an interface object demands of
//! its fields is demanded of all objects behind it. Nobody meets a policy.

use std::{collections::HashMap, sync::Arc};

use apollo_compiler::{Node, ast::Directive};
use rialto::{graph::Requirement, plan::Authorization};
use schema::{Caller, UserViewer};

use crate::model::Model;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Tells users with equal rights apart; nobody, if there is no token.
    pub user: Option<u128>,
    pub scopes: Vec<&'static str>,
    /// Whether nothing is ever refused.
    pub all: bool,
}

/// All sorts of viewers, two of which may see the same.
pub fn viewers() -> Vec<Viewer> {
    let user = |user, scopes: &[&'static str]| Viewer { user: Some(user), scopes: scopes.to_vec(), all: false };
    vec![
        Viewer { user: None, scopes: Vec::new(), all: false },
        user(1, &[]),
        user(2, &["a"]),
        user(3, &["a"]),
        user(4, &["c", "b"]),
        user(5, &["a", "b", "c"]),
    ]
}

impl Viewer {
    /// A viewer from whom nothing is hidden, as nobody looks.
    pub fn of_everything() -> Self {
        Self { user: None, scopes: Vec::new(), all: true }
    }

    /// What the door proves of them.
    pub fn proved(&self) -> schema::Viewer {
        let Some(user) = self.user else { return schema::Viewer::Anonymous };
        schema::Viewer::User(Arc::new(UserViewer {
            id: uuid::Uuid::from_u128(user),
            session: uuid::Uuid::from_u128(user),
            roles: Vec::new(),
            scopes: self.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            expires_at: i64::MAX,
        }))
    }

    /// A request of theirs.
    pub fn caller(&self) -> Arc<Caller> {
        Arc::new(Caller { viewer: self.proved(), ..Caller::default() })
    }

    fn meets(&self, demand: &Demand) -> bool {
        let has = |all: &Vec<String>| all.iter().all(|scope| self.scopes.contains(&scope.as_str()));
        let enough = |alternatives: &Vec<Vec<String>>| alternatives.is_empty() || alternatives.iter().any(has);
        self.all || (demand.is_none() || self.user.is_some()) && !demand.policy && demand.scopes.iter().all(enough)
    }
}

/// As the naive executor's plan is made.
impl Authorization for Viewer {
    fn denies(&self, requirement: &Requirement) -> Option<bool> {
        let demand = Demand {
            authenticated: requirement.authenticated,
            scopes: vec![requirement.scopes.clone()],
            policy: requirement.policy,
        };
        let is_public = requirement.is_public() || self.meets(&demand);
        (!is_public).then_some(self.user.is_none())
    }
}

/// What must all be met.
#[derive(Clone, Debug, Default)]
struct Demand {
    authenticated: bool,
    /// Of each of these one alternative, all of it.
    scopes: Vec<Vec<Vec<String>>>,
    policy: bool,
}

impl Demand {
    fn is_none(&self) -> bool {
        !self.authenticated && self.scopes.is_empty() && !self.policy
    }

    fn read<'d>(&mut self, directives: impl Iterator<Item = &'d Node<Directive>>) {
        for directive in directives {
            match directive.name.as_str() {
                "authenticated" => self.authenticated = true,
                "policy" => self.policy = true,
                "requiresScopes" => {
                    let sets = directive.specified_argument_by_name("scopes").and_then(|sets| sets.as_list());
                    let texts = |set: &Node<apollo_compiler::ast::Value>| {
                        let scopes = set.as_list().expect("a list of lists").iter();
                        scopes.map(|scope| scope.as_str().expect("a scope").to_owned()).collect()
                    };
                    self.scopes.push(sets.expect("scopes").iter().map(texts).collect());
                }
                _ => {}
            }
        }
    }
}

/// The fields, by type of objects, that a viewer may not see, and the code of the error that says so.
#[derive(Default)]
pub struct Hidden(HashMap<(String, String), &'static str>);

impl Hidden {
    /// What is hidden from a viewer.
    pub fn from(viewer: &Viewer, model: &Model) -> Self {
        let (mut types, mut fields): (HashMap<String, Demand>, HashMap<(String, String), Demand>) = Default::default();
        for known in model.subgraphs.values() {
            for (name, ty) in &known.schema.types {
                let demand = types.entry(known.named(name).to_owned()).or_default();
                demand.read(ty.directives().iter().map(|directive| &directive.node));
            }
            for ((owner, field), fact) in known.facts.iter().filter(|(_, fact)| !fact.external) {
                for object in model.possible_in(owner, known) {
                    let demand = fields.entry((object, field.clone())).or_default();
                    demand.read(fact.definition.directives.iter());
                }
            }
        }
        let code = if viewer.user.is_some() { "FORBIDDEN" } else { "UNAUTHENTICATED" };
        let mut hidden = HashMap::new();
        for object in model.api.types.values().filter_map(|ty| ty.as_object()) {
            for field in object.fields.values() {
                let place = (object.name.to_string(), field.name.to_string());
                let own = [types.get(object.name.as_str()), fields.get(&place)];
                let result = types.get(field.ty.inner_named_type().as_str());
                if !own.into_iter().chain([result]).flatten().all(|demand| viewer.meets(demand)) {
                    hidden.insert(place, code);
                }
            }
        }
        Self(hidden)
    }

    /// Why a field is hidden, if it is.
    pub fn code(&self, ty: &str, field: &str) -> Option<&'static str> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(ty.to_owned(), field.to_owned())).copied()
    }
}
