//! Random graphs, written as one and declared by several subgraphs: entities with several keys, value types,
//! interfaces and unions of which each subgraph knows its part, shared fields and roots, chains of `@requires`,
//! `@provides`, `@override`, keys that may be null, root types with other names, and mutations; and on demand fields on
//! the move, objects that promise more than their interface, and things that not everybody may see. What clients see is
//! known without composing anything.

mod demand;
mod draft;
mod fields;
mod guarded;
mod interface_object;
mod moved;
mod nullable_key;
mod varied;

use std::collections::BTreeMap;

use self::{
    draft::{Declared, Field, Subgraph},
    fields::Made,
};
use crate::random::{Random, hash};

/// A graph.
pub struct Graph {
    /// The SDL of each subgraph.
    pub subgraphs: BTreeMap<String, String>,
    /// The clients' schema.
    pub api: String,
}

impl Graph {
    /// All SDLs, to be read.
    pub fn text(&self) -> String {
        let texts: Vec<String> = self.subgraphs.iter().map(|(name, sdl)| format!("# {name}\n{sdl}\n")).collect();
        texts.concat()
    }
}

/// The graph of a seed.
pub fn graph(seed: u64) -> Graph {
    written(seed).graph()
}

/// The same, of which some may see some only.
pub fn guarded(seed: u64) -> Graph {
    let mut writer = written(seed);
    if seed.is_multiple_of(2) {
        writer.vary(&mut Random::new(hash(seed, "varied")));
    }
    if seed.is_multiple_of(3) {
        writer.move_fields(&mut Random::new(hash(seed, "moving")));
    }
    writer.guard(&mut Random::new(hash(seed, "guarded")));
    writer.graph()
}

/// The same, with an interface whose objects promise more than it does.
pub fn varied(seed: u64) -> Graph {
    let mut writer = written(seed);
    writer.vary(&mut Random::new(hash(seed, "varied")));
    writer.graph()
}

/// The same, of which some fields are about to move.
pub fn moving(seed: u64) -> Graph {
    let mut writer = written(seed);
    writer.move_fields(&mut Random::new(hash(seed, "moving")));
    writer.graph()
}

fn written(seed: u64) -> Writer {
    let mut random = Random::new(seed);
    let subgraphs = 2 + random.below(3);
    let mut writer = Writer {
        subgraphs: vec![Subgraph::new(); subgraphs],
        entities: Vec::new(),
        values: 1 + random.below(2),
        split_value: random.chance(30),
        interfaces: BTreeMap::new(),
        unions: BTreeMap::new(),
        made: Vec::new(),
        varied: Subgraph::new(),
        home: None,
        nullable: false,
        random,
    };
    writer.types();
    if writer.random.chance(40) {
        writer.interface_object();
    }
    if writer.random.chance(30) {
        writer.nullable_key();
    }
    for entity in 0..writer.entities.len() {
        for _ in 0..2 + writer.random.below(5) {
            writer.entity_field(entity);
        }
    }
    writer.roots();
    writer
}

/// The SDL of a subgraph; some call their root types something else.
fn sdl(id: usize, subgraph: &Subgraph) -> String {
    if !(id + subgraph.len()).is_multiple_of(5) {
        return draft::sdl(subgraph);
    }
    let mut renamed = subgraph.clone();
    let mut schema = String::new();
    for (root, kind) in [("Query", "query"), ("Mutation", "mutation")] {
        if let Some(declared) = renamed.remove(root) {
            let name = format!("Its{root}");
            schema = format!("{schema}{kind}: {name} ");
            renamed.insert(name, declared);
        }
    }
    format!("schema {{ {schema}}}\n{}", draft::sdl(&renamed))
}

/// See [`graph`].
struct Writer {
    random: Random,
    subgraphs: Vec<Subgraph>,
    /// By number: the keys, all of which the hub knows.
    entities: Vec<Vec<&'static str>>,
    values: usize,
    /// Whether there is a value whose fields are spread over the subgraphs.
    split_value: bool,
    /// The entities behind each, by number.
    interfaces: BTreeMap<String, Vec<usize>>,
    unions: BTreeMap<String, Vec<usize>>,
    /// Where the interface is at home that others know as an object.
    home: Option<usize>,
    /// Whether there is an entity whose keys may be null.
    nullable: bool,
    /// The fields of entities so far.
    made: Vec<Made>,
    /// What clients see of types whose fields differ from subgraph to subgraph.
    varied: Subgraph,
}

fn entity_name(number: usize) -> String {
    format!("T{number}")
}

impl Writer {
    fn graph(&self) -> Graph {
        Graph {
            subgraphs: self.subgraphs.iter().enumerate().map(|(id, all)| (format!("s{id}"), sdl(id, all))).collect(),
            api: draft::api(&self.subgraphs, &self.varied),
        }
    }

    /// Decides which types there are, and declares each entity's keys in its hub.
    fn types(&mut self) {
        for number in 0..2 + self.random.below(4) {
            let mut keys = vec!["id"];
            if self.random.chance(30) {
                keys.push("sku");
            }
            if self.random.chance(20) {
                keys.push("ref { a b }");
            }
            if self.random.chance(15) {
                keys.push("codes");
            }
            self.entities.push(keys.clone());
            let hub = self.random.below(self.subgraphs.len());
            for key in keys {
                self.declare_key(hub, number, key);
            }
            for subgraph in 0..self.subgraphs.len() {
                if self.random.chance(45) {
                    self.declare(subgraph, number);
                }
            }
        }
        for (name, percent) in [("I0", 80), ("I1", 40)] {
            if self.random.chance(percent) {
                let behind = self.some_entities();
                self.interfaces.insert(name.to_owned(), behind);
            }
        }
        for (name, percent) in [("U0", 70), ("U1", 40)] {
            if self.random.chance(percent) {
                let behind = self.some_entities();
                self.unions.insert(name.to_owned(), behind);
            }
        }
        self.labels();
    }

    /// A field that an interface has in one subgraph only.
    fn labels(&mut self) {
        for (name, behind) in self.interfaces.clone() {
            if self.random.chance(50) {
                continue;
            }
            let subgraph = self.random.below(self.subgraphs.len());
            let label = format!("label{name}");
            for number in behind {
                self.implement(subgraph, &name, number);
                let declared = self.subgraphs[subgraph].get_mut(&entity_name(number)).expect("declared");
                declared.resolvable = true;
                declared.fields.insert(label.clone(), Field::of("String"));
            }
            let interface = self.subgraphs[subgraph].get_mut(&name).expect("declared");
            interface.fields.insert(label, Field::of("String"));
        }
    }

    fn some_entities(&mut self) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.entities.len()).collect();
        self.random.shuffle(&mut all);
        all.truncate(2 + self.random.below(2));
        all
    }

    /// Lets a subgraph know an entity by one of its keys, if it does not.
    fn declare(&mut self, subgraph: usize, number: usize) {
        if !self.subgraphs[subgraph].contains_key(&entity_name(number)) {
            let key = *self.random.pick(&self.entities[number].clone());
            self.declare_key(subgraph, number, key);
        }
    }

    fn declare_key(&mut self, subgraph: usize, number: usize, key: &str) {
        let resolvable = !self.random.chance(25);
        let known = self.subgraphs[subgraph].entry(entity_name(number)).or_insert_with(|| Declared {
            kind: "type",
            resolvable,
            ..Declared::default()
        });
        known.keys.insert(key.to_owned());
        known.resolvable |= known.keys.len() > 1;
        let (field, ty) = match key {
            "id" => ("id", "ID!".to_owned()),
            "sku" => ("sku", "String!".to_owned()),
            "codes" => ("codes", "[String!]!".to_owned()),
            _ => ("ref", format!("Ref{number}!")),
        };
        known.fields.insert(field.to_owned(), Field::of(&ty));
        if field == "ref" {
            let shared = |ty: &str| Field { directives: ["@shareable".to_owned()].into(), ..Field::of(ty) };
            let fields = [("a".to_owned(), shared("ID!")), ("b".to_owned(), shared("Int"))].into();
            let declared = Declared { kind: "type", fields, ..Declared::default() };
            self.subgraphs[subgraph].insert(format!("Ref{number}"), declared);
        }
    }

    /// Lets an entity implement an interface in a subgraph.
    fn implement(&mut self, subgraph: usize, interface: &str, number: usize) {
        self.declare_key(subgraph, number, "id");
        let known = self.subgraphs[subgraph].entry(interface.to_owned()).or_default();
        known.kind = "interface";
        known.fields.insert("id".to_owned(), Field::of("ID!"));
        let entity = self.subgraphs[subgraph].get_mut(&entity_name(number)).expect("declared");
        entity.implements.insert(interface.to_owned());
        let label = format!("label{interface}");
        if self.subgraphs[subgraph][interface].fields.contains_key(&label) {
            let entity = self.subgraphs[subgraph].get_mut(&entity_name(number)).expect("declared");
            entity.fields.insert(label, Field::of("String"));
        }
    }

    /// Lets a subgraph know the type that a field returns.
    fn declare_type(&mut self, subgraph: usize, ty: &str) {
        if ty == "J" {
            self.stand_for(subgraph);
        } else if ty == "N" {
            self.refer_to_nullable(subgraph);
        } else if let Some(number) = ty.strip_prefix('T').and_then(|number| number.parse().ok()) {
            self.declare(subgraph, number);
        } else if let Some(behind) = self.interfaces.get(ty).cloned() {
            for number in self.some_of(&behind) {
                self.implement(subgraph, ty, number);
            }
        } else if let Some(behind) = self.unions.get(ty).cloned() {
            for number in self.some_of(&behind) {
                self.declare(subgraph, number);
                let known = self.subgraphs[subgraph].entry(ty.to_owned()).or_default();
                known.kind = "union";
                known.members.insert(entity_name(number));
            }
        } else if ty.starts_with('V') {
            self.declare_type(subgraph, "E");
            let shared = |ty: &str| Field { directives: ["@shareable".to_owned()].into(), ..Field::of(ty) };
            let fields = [("a", "Int"), ("b", "[String!]!"), ("e", "E")];
            let fields = fields.into_iter().map(|(name, ty)| (name.to_owned(), shared(ty))).collect();
            let declared = Declared { kind: "type", fields, ..Declared::default() };
            self.subgraphs[subgraph].insert(ty.to_owned(), declared);
        } else if ty == "W" {
            // No entity: each subgraph has fields of its own, which are had from every parent that is shared.
            let own = Field::of("String");
            let shared = Field { directives: ["@shareable".to_owned()].into(), ..Field::of("Int") };
            let fields = [(format!("w{subgraph}"), own), ("both".to_owned(), shared)].into();
            let declared = Declared { kind: "type", fields, ..Declared::default() };
            self.subgraphs[subgraph].insert(ty.to_owned(), declared);
        } else if ty == "E" {
            let members = ["RED", "GREEN", "BLUE"].map(str::to_owned).into();
            let declared = Declared { kind: "enum", members, ..Declared::default() };
            self.subgraphs[subgraph].insert(ty.to_owned(), declared);
        }
    }

    fn some_of(&mut self, behind: &[usize]) -> Vec<usize> {
        let chosen: Vec<usize> = behind.iter().copied().filter(|_| self.random.chance(65)).collect();
        if chosen.is_empty() { vec![behind[0]] } else { chosen }
    }
}
