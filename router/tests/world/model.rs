//! What each subgraph says of its schema, read off its SDL, and what follows for all of them together.
//!
//! Nothing here comes from the engine's own understanding of a graph: that is what is tested.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use apollo_compiler::{
    Node, Schema,
    ast::{FieldDefinition, OperationType, Type},
    schema::{DirectiveList, ExtendedType},
    validation::Valid,
};

use crate::{ast::Selection, read::field_set, served::served};

/// The root types, as clients name them.
const ROOTS: [&str; 2] = ["Query", "Mutation"];

/// All subgraphs and the clients' schema.
pub struct Model {
    pub subgraphs: BTreeMap<String, Known>,
    pub api: Valid<Schema>,
    /// The labels of `@override` that are active.
    pub labels: BTreeSet<String>,
}

/// One subgraph.
pub struct Known {
    pub schema: Valid<Schema>,
    /// By type and field.
    pub facts: HashMap<(String, String), Fact>,
    /// By type.
    pub keys: HashMap<String, Vec<Key>>,
    /// The names that the root types have here, by those that they have for clients.
    roots: Vec<(&'static str, String)>,
}

/// What a subgraph says of a field.
pub struct Fact {
    pub definition: Node<FieldDefinition>,
    /// Resolved elsewhere, unless a path provides it.
    pub external: bool,
    /// Another subgraph has taken it over.
    pub overridden: bool,
    pub requires: Vec<Selection>,
    pub provides: Vec<Selection>,
}

/// A key of a type.
pub struct Key {
    pub fields: Vec<Selection>,
    pub resolvable: bool,
}

impl Model {
    /// Reads the subgraphs' SDLs; no label of `@override` is active.
    pub fn new(sdls: &BTreeMap<String, String>, api: Valid<Schema>) -> Self {
        Self::under(sdls, api, BTreeSet::new())
    }

    /// Reads the subgraphs' SDLs as they are while these labels of `@override` are active.
    pub fn under(sdls: &BTreeMap<String, String>, api: Valid<Schema>, labels: BTreeSet<String>) -> Self {
        let mut subgraphs: BTreeMap<String, Known> =
            sdls.iter().map(|(name, sdl)| (name.clone(), Known::read(served(sdl)))).collect();
        let mut taken: Vec<(String, (String, String))> = Vec::new();
        for (name, known) in &subgraphs {
            for (place, fact) in &known.facts {
                let Some(directive) = fact.definition.directives.get("override") else { continue };
                let text = |name: &str| directive.specified_argument_by_name(name).and_then(|value| value.as_str());
                let from = text("from").unwrap_or_default();
                // Where nobody has the field any more, there is nothing to decide.
                let is_contested =
                    subgraphs.get(from).and_then(|from| from.facts.get(place)).is_some_and(|fact| !fact.external);
                let is_active = match text("label") {
                    Some("percent(0)") => false,
                    Some(label) if label.starts_with("percent(") && label != "percent(100)" => continue,
                    Some("percent(100)") | None => true,
                    Some(label) => labels.contains(label),
                };
                if is_contested {
                    taken.push((if is_active { from } else { name }.to_owned(), place.clone()));
                }
            }
        }
        for (from, place) in taken {
            if let Some(fact) = subgraphs.get_mut(&from).and_then(|known| known.facts.get_mut(&place)) {
                fact.overridden = true;
            }
        }
        Self { subgraphs, api, labels }
    }

    /// The object types that a value of a type may have, in whatever subgraph.
    pub fn possible(&self, ty: &str) -> BTreeSet<String> {
        let mut found: BTreeSet<String> = BTreeSet::new();
        for known in self.subgraphs.values() {
            found.extend(known.possible(ty));
        }
        if found.is_empty() { BTreeSet::from([ty.to_owned()]) } else { found }
    }

    /// The object types that a value of a type may have when it comes from a subgraph.
    pub fn possible_in(&self, ty: &str, subgraph: &Known) -> BTreeSet<String> {
        if ROOTS.contains(&ty) {
            return BTreeSet::from([ty.to_owned()]);
        }
        match subgraph.schema.types.get(ty) {
            Some(ExtendedType::Object(_)) if subgraph.is_interface_object(ty) => self.possible(ty),
            Some(ExtendedType::Object(_)) => BTreeSet::from([ty.to_owned()]),
            _ => subgraph.possible(ty),
        }
    }

    /// By which name a subgraph knows the objects of a type.
    pub fn name_in(&self, object: &str, subgraph: &Known) -> Option<String> {
        if subgraph.roots.iter().any(|(root, _)| *root == object) {
            return Some(object.to_owned());
        }
        if subgraph.schema.get_object(object).is_some() {
            return Some(object.to_owned());
        }
        let stands_for = |name: &&String| self.possible(name).contains(object);
        subgraph.interface_objects().find(stands_for).cloned()
    }

    /// Everything that is said of a field of an object type: by which subgraph, under which type.
    pub fn said_of<'m>(&'m self, object: &str, field: &str) -> Vec<(&'m Known, &'m Fact)> {
        let of = |known: &'m Known| {
            let name = self.name_in(object, known)?;
            Some((known, known.facts.get(&(name, field.to_owned()))?))
        };
        self.subgraphs.values().filter_map(of).collect()
    }

    /// All fields that take part in keys, nested ones included.
    pub fn key_fields(&self) -> HashSet<(String, String)> {
        let mut found = HashSet::new();
        for known in self.subgraphs.values() {
            for (ty, keys) in &known.keys {
                for key in keys {
                    known.walk(ty, &key.fields, &mut |ty, field| {
                        found.extend(self.possible_in(ty, known).into_iter().map(|ty| (ty, field.to_owned())));
                    });
                }
            }
        }
        found
    }

    /// All fields that `@requires` selects.
    pub fn required_fields(&self) -> HashSet<(String, String)> {
        let mut found = HashSet::new();
        for known in self.subgraphs.values() {
            for ((ty, _), fact) in &known.facts {
                known.walk(ty, &fact.requires, &mut |ty, field| {
                    let all = self.possible_in(ty, known).into_iter().chain(self.possible(ty));
                    found.extend(all.map(|ty| (ty, field.to_owned())));
                });
            }
        }
        found
    }

    /// The types of what fields hold, and of everything inside that may not be null: a failure there spreads to them.
    pub fn inside<'f>(&self, fields: impl Iterator<Item = &'f (String, String)>) -> HashSet<String> {
        let mut found: HashSet<String> = HashSet::new();
        let mut open: Vec<(String, String)> = fields.cloned().collect();
        while let Some((ty, field)) = open.pop() {
            for (known, fact) in self.said_of(&ty, &field) {
                for below in self.possible_in(fact.definition.ty.inner_named_type(), known) {
                    if !found.insert(below.clone()) {
                        continue;
                    }
                    let own = self.subgraphs.values().flat_map(|known| &known.facts);
                    let never_null =
                        own.filter(|((owner, _), fact)| *owner == below && fact.definition.ty.is_non_null());
                    open.extend(never_null.map(|(place, _)| place.clone()));
                }
            }
        }
        found
    }

    /// The only subgraph that says anything of a field of an object type.
    pub fn only_in(&self, object: &str, field: &str) -> Option<String> {
        let says = |known: &Known| {
            let name = self.name_in(object, known);
            name.is_some_and(|name| known.facts.contains_key(&(name, field.to_owned())))
        };
        let mut subgraphs = self.subgraphs.iter().filter(|(_, known)| says(known)).map(|(name, _)| name);
        subgraphs.next().filter(|_| subgraphs.next().is_none()).cloned()
    }

    /// The types whose keys may be null, so that it is certain what is out of reach then: everything that another
    /// subgraph resolves than the one that the object came from, if its key there is null.
    pub fn nullable_keys(&self) -> HashSet<String> {
        let all = self.subgraphs.values().flat_map(|known| known.keys.keys());
        let entities: BTreeSet<&String> = all.filter(|ty| self.api.get_object(ty).is_some()).collect();
        entities.into_iter().filter(|ty| self.may_have_null_keys(ty)).cloned().collect()
    }

    fn may_have_null_keys(&self, ty: &str) -> bool {
        let knowing = || self.subgraphs.values().filter(|known| self.name_in(ty, known).is_some());
        let keys: Option<Vec<&str>> = knowing().map(|known| known.only_key(ty)).collect();
        let Some(keys) = keys.filter(|keys| !keys.is_empty()) else { return false };
        let nullable = |known: &Known, field: &str| known.type_of(ty, field).is_some_and(|ty| !ty.is_non_null());
        let certain = |field: &str, fact: &Fact| {
            keys.contains(&field)
                || (self.only_in(ty, field).is_some() && fact.requires.is_empty() && !fact.definition.ty.is_non_null())
        };
        let fits = |known: &Known| {
            let mut own = known.facts.iter().filter(|((owner, _), _)| owner == ty);
            !known.is_interface_object(ty)
                && keys.iter().all(|key| nullable(known, key))
                && own.all(|((_, field), fact)| certain(field, fact))
        };
        let selected: Vec<_> = self.key_fields().into_iter().chain(self.required_fields()).collect();
        let inside = self.inside(selected.iter()).contains(ty);
        knowing().all(fits) && !inside && self.comes_from_one(ty)
    }

    /// Whether for every field that may hold an object of a type only one subgraph says anything.
    fn comes_from_one(&self, ty: &str) -> bool {
        let returns =
            |known: &Known, fact: &Fact| self.possible_in(fact.definition.ty.inner_named_type(), known).contains(ty);
        self.subgraphs.values().all(|known| {
            let mut all =
                known.facts.iter().filter(|((_, field), fact)| !field.starts_with('_') && returns(known, fact));
            all.all(|((owner, field), _)| {
                self.possible_in(owner, known).iter().all(|owner| self.only_in(owner, field).is_some())
            })
        })
    }

    /// Names of fields that keys and `@requires` select: what the router asks for on its own account.
    pub fn internal_names(&self) -> Vec<String> {
        let all = self.key_fields().into_iter().chain(self.required_fields());
        let names: BTreeSet<String> = all.map(|(_, field)| field).collect();
        names.into_iter().collect()
    }
}

impl Known {
    fn read(schema: Valid<Schema>) -> Self {
        let root = |(ty, name): (OperationType, &'static str)| Some((name, schema.root_operation(ty)?.to_string()));
        let roots = [(OperationType::Query, ROOTS[0]), (OperationType::Mutation, ROOTS[1])];
        let roots: Vec<_> = roots.into_iter().filter_map(root).collect();
        let mut this = Self { schema, facts: HashMap::new(), keys: HashMap::new(), roots };
        for (name, ty) in &this.schema.types {
            let keys = ty.directives().get_all("key").map(|directive| Key {
                fields: field_set(text(directive.specified_argument_by_name("fields").and_then(|set| set.as_str()))),
                resolvable: directive.specified_argument_by_name("resolvable").and_then(|is| is.to_bool())
                    != Some(false),
            });
            this.keys.insert(name.to_string(), keys.collect());
            let (fields, directives): (_, &DirectiveList) = match ty {
                ExtendedType::Object(object) => (&object.fields, &object.directives),
                ExtendedType::Interface(interface) => (&interface.fields, &interface.directives),
                _ => continue,
            };
            for (field, definition) in fields {
                let set = |name: &str| {
                    let directive = definition.directives.get(name)?;
                    Some(field_set(text(directive.specified_argument_by_name("fields").and_then(|set| set.as_str()))))
                };
                let fact = Fact {
                    external: definition.directives.has("external") || directives.has("external"),
                    overridden: false,
                    requires: set("requires").unwrap_or_default(),
                    provides: set("provides").unwrap_or_default(),
                    definition: definition.node.clone(),
                };
                let owner = this.named(name).to_owned();
                this.facts.insert((owner, field.to_string()), fact);
            }
        }
        this.open_keys();
        if !this.schema.schema_definition.directives.has("link") {
            this.require_nothing_own();
        }
        this
    }

    /// In Federation 1, what a subgraph resolves itself need not be sent to it.
    fn require_nothing_own(&mut self) {
        let own = |ty: &str, part: &Selection, facts: &HashMap<(String, String), Fact>| match part {
            Selection::Field(field) if field.below.is_empty() => {
                facts.get(&(ty.to_owned(), field.name.clone())).is_some_and(|fact| !fact.external)
            }
            _ => false,
        };
        let requiring: Vec<_> =
            self.facts.iter().filter(|(_, fact)| !fact.requires.is_empty()).map(|(place, _)| place.clone()).collect();
        for place in requiring {
            let mut requires = self.facts[&place].requires.clone();
            requires.retain(|part| !own(&place.0, part, &self.facts));
            self.facts.get_mut(&place).expect("it is there").requires = requires;
        }
    }

    /// A subgraph can always tell the keys of its own entities, `@external` or not.
    fn open_keys(&mut self) {
        let mut found: Vec<(String, String)> = Vec::new();
        for (ty, keys) in &self.keys {
            for key in keys {
                self.walk(ty, &key.fields, &mut |ty, field| found.push((ty.to_owned(), field.to_owned())));
            }
        }
        for place in found {
            if let Some(fact) = self.facts.get_mut(&place) {
                fact.external = false;
            }
        }
    }

    /// Calls `see` for every field of a selection, with its type.
    pub fn walk(&self, ty: &str, selections: &[Selection], see: &mut dyn FnMut(&str, &str)) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    see(ty, &field.name);
                    if let Some(fact) = self.facts.get(&(ty.to_owned(), field.name.clone())) {
                        self.walk(fact.definition.ty.inner_named_type(), &field.below, see);
                    }
                }
                Selection::Inline { on, below, .. } => self.walk(on.as_deref().unwrap_or(ty), below, see),
                Selection::Spread { .. } => {}
            }
        }
    }

    /// The field that is the only key of a type, if that is all there is.
    pub fn only_key(&self, ty: &str) -> Option<&str> {
        match self.keys.get(ty)?.as_slice() {
            [Key { fields, .. }] => match fields.as_slice() {
                [Selection::Field(field)] if field.below.is_empty() => Some(&field.name),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether objects of a type satisfy a type condition here.
    pub fn applies(&self, object: &str, condition: &str) -> bool {
        let object = self.written(object);
        object == condition || self.schema.is_subtype(condition, object)
    }

    /// The name of a type here, by its name for clients.
    pub fn written<'k>(&'k self, ty: &'k str) -> &'k str {
        self.roots.iter().find(|(root, _)| *root == ty).map_or(ty, |(_, name)| name)
    }

    /// The name of a type for clients, by its name here.
    pub fn named<'k>(&'k self, ty: &'k str) -> &'k str {
        self.roots.iter().find(|(_, name)| name == ty).map_or(ty, |(root, _)| root)
    }

    /// Whether a type is an interface that this subgraph knows as an object.
    pub fn is_interface_object(&self, ty: &str) -> bool {
        self.schema.get_object(ty).is_some_and(|object| object.directives.has("interfaceObject"))
    }

    fn interface_objects(&self) -> impl Iterator<Item = &String> {
        self.keys.keys().filter(|ty| self.is_interface_object(ty))
    }

    /// The objects of an abstract type.
    fn possible(&self, ty: &str) -> BTreeSet<String> {
        match self.schema.types.get(ty) {
            Some(ExtendedType::Union(union)) => union.members.iter().map(|member| member.name.to_string()).collect(),
            Some(ExtendedType::Interface(_)) => {
                let objects = self.schema.types.values().filter_map(ExtendedType::as_object);
                let behind = objects.filter(|object| object.implements_interfaces.contains(ty));
                behind.map(|object| object.name.to_string()).collect()
            }
            _ => BTreeSet::new(),
        }
    }

    /// The type of a field as this subgraph declares it.
    pub fn type_of(&self, ty: &str, field: &str) -> Option<&Type> {
        self.facts.get(&(ty.to_owned(), field.to_owned())).map(|fact| &fact.definition.ty)
    }
}

fn text(set: Option<&str>) -> &str {
    set.expect("a set of fields")
}
