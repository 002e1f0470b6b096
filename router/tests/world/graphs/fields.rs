//! The fields of random graphs, and who resolves them.

use super::{
    Writer,
    draft::{Declared, Field},
    entity_name,
};

/// A field of an entity that later ones may build on.
#[derive(Clone, Debug)]
pub struct Made {
    entity: usize,
    name: String,
    ty: String,
    inner: String,
    arguments: String,
    owners: Vec<usize>,
    /// Whether `@provides` may name it: a leaf that needs nothing.
    plain: bool,
}

/// A place among the subgraphs' declarations.
type Place = (usize, String, String);

impl Writer {
    /// Adds a field to an entity.
    pub fn entity_field(&mut self, entity: usize) {
        let owner = entity_name(entity);
        let mut homes: Vec<usize> =
            (0..self.subgraphs.len()).filter(|id| self.subgraphs[*id].contains_key(&owner)).collect();
        self.random.shuffle(&mut homes);
        let (inner, ty) = self.some_type();
        let name = format!("f{}", self.made.len());
        let shared = homes.len() > 1 && !inner.starts_with(['I', 'N', 'U']) && self.random.chance(18);
        let taken = !shared && inner != "N" && homes.len() > 1 && self.random.chance(10);
        let arguments = self.some_arguments();
        let owners = homes[..if shared || taken { 2 } else { 1 }].to_vec();
        let mut field = Field { arguments: arguments.clone(), ..Field::of(&ty) };
        let mut plain = !inner.starts_with(['J', 'I', 'N', 'U', 'T', 'V']) && arguments.is_empty() && !taken;
        if shared {
            field.directives.insert("@shareable".to_owned());
        } else if !taken && self.random.chance(40) {
            plain &= !self.require(entity, owners[0], &mut field);
        }
        for (index, id) in owners.iter().enumerate() {
            self.declare_type(*id, &inner);
            if arguments.contains(": E") {
                self.declare_type(*id, "E");
            }
            let mut field = field.clone();
            if taken && index == 0 {
                field.directives.insert(format!("@override(from: \"s{}\")", owners[1]));
            }
            if !shared && !taken {
                self.provide(*id, &inner, &mut field);
            }
            self.put((*id, owner.clone(), name.clone()), field);
        }
        let owners = if taken { vec![owners[0]] } else { owners };
        self.made.push(Made { entity, name, ty, inner, arguments, owners, plain });
    }

    fn put(&mut self, (subgraph, ty, name): Place, field: Field) {
        let known = self.subgraphs[subgraph].get_mut(&ty).expect("declared");
        known.resolvable = true;
        known.fields.insert(name, field);
    }

    /// Lets a field require others of the entity, which other subgraphs resolve. False if there are none.
    fn require(&mut self, entity: usize, subgraph: usize, field: &mut Field) -> bool {
        let elsewhere = |made: &&Made| made.entity == entity && made.inner != "N" && !made.owners.contains(&subgraph);
        let mut others: Vec<Made> = self.made.iter().filter(elsewhere).cloned().collect();
        let declared = self.subgraphs[subgraph][&entity_name(entity)].fields.clone();
        others.retain(|made| declared.get(&made.name).is_none_or(|field| field.directives.contains("@external")));
        self.random.shuffle(&mut others);
        others.truncate(1 + self.random.below(2));
        let mut selection = Vec::new();
        for made in others {
            self.declare_type(subgraph, &made.inner);
            let below = if made.inner.starts_with('T') {
                let keys = &self.subgraphs[subgraph][&made.inner].keys;
                format!(" {{ {} }}", keys.first().expect("a key"))
            } else if made.inner.starts_with('V') {
                " { a e }".to_owned()
            } else if made.inner.starts_with(['I', 'J']) && !["Int", "ID"].contains(&&*made.inner) {
                " { id }".to_owned()
            } else if made.inner.starts_with('U') {
                let member = self.subgraphs[subgraph][&made.inner].members.first().expect("a member").clone();
                let keys = &self.subgraphs[subgraph][&member].keys;
                format!(" {{ ... on {member} {{ {} }} }}", keys.first().expect("a key"))
            } else {
                String::new()
            };
            let given = if made.arguments.is_empty() { "" } else { "(x: 1)" };
            selection.push(format!("{}{given}{below}", made.name));
            if made.arguments.contains(": E") {
                self.declare_type(subgraph, "E");
            }
            let mut external = Field { arguments: made.arguments, ..Field::of(&made.ty) };
            external.directives.insert("@external".to_owned());
            self.put((subgraph, entity_name(entity), made.name), external);
        }
        if !selection.is_empty() {
            field.directives.insert(format!("@requires(fields: \"{}\")", selection.join(" ")));
        }
        !selection.is_empty()
    }

    /// Lets a field that returns an entity provide a leaf of it that others resolve.
    fn provide(&mut self, subgraph: usize, inner: &str, field: &mut Field) {
        let Some(entity) = inner.strip_prefix('T').and_then(|number| number.parse::<usize>().ok()) else { return };
        if !self.random.chance(40) {
            return;
        }
        let declared = self.subgraphs[subgraph][inner].fields.clone();
        let fits = |made: &&Made| {
            made.entity == entity
                && made.plain
                && !made.owners.contains(&subgraph)
                && declared.get(&made.name).is_none_or(|field| field.directives.contains("@external"))
        };
        let all: Vec<Made> = self.made.iter().filter(fits).cloned().collect();
        if all.is_empty() {
            return;
        }
        let made = self.random.pick(&all).clone();
        for owner in &made.owners {
            let known = self.subgraphs[*owner].get_mut(inner).expect("declared");
            known.fields.get_mut(&made.name).expect("declared").directives.insert("@shareable".to_owned());
        }
        self.declare_type(subgraph, &made.inner);
        let known = self.subgraphs[subgraph].get_mut(inner).expect("declared");
        let mut external = Field::of(&made.ty);
        external.directives.insert("@external".to_owned());
        known.fields.insert(made.name.clone(), external);
        field.directives.insert(format!("@provides(fields: \"{}\")", made.name));
    }

    /// Adds the fields of `Query`, and sometimes of `Mutation`.
    pub fn roots(&mut self) {
        for subgraph in 0..self.subgraphs.len() {
            for number in 0..=self.random.below(3) {
                let name = format!("q{subgraph}_{number}");
                let (inner, ty) = if number == 0 { self.some_object() } else { self.some_type() };
                let mut field = Field { arguments: self.some_arguments(), ..Field::of(&ty) };
                let shared = inner.starts_with(['T', 'V']) && self.random.chance(25);
                let mut owners = vec![subgraph];
                if shared {
                    owners.push((subgraph + 1) % self.subgraphs.len());
                    field.directives.insert("@shareable".to_owned());
                }
                for owner in owners {
                    let mut field = field.clone();
                    self.declare_type(owner, &inner);
                    if !shared {
                        self.provide(owner, &inner, &mut field);
                    }
                    self.root_field(owner, "Query", &name, &inner, field);
                }
            }
            if self.split_value {
                let field = Field { directives: ["@shareable".to_owned()].into(), ..Field::of("[W!]") };
                self.root_field(subgraph, "Query", "shared", "W", field);
            }
            if self.random.chance(40) {
                let (inner, ty) = self.some_object();
                let field = Field { arguments: "(x: Int)".to_owned(), ..Field::of(&ty) };
                self.root_field(subgraph, "Mutation", &format!("m{subgraph}"), &inner, field);
            }
        }
    }

    pub fn root_field(&mut self, subgraph: usize, root: &str, name: &str, inner: &str, field: Field) {
        self.declare_type(subgraph, inner);
        if field.arguments.contains(": E") {
            self.declare_type(subgraph, "E");
        }
        let root = self.subgraphs[subgraph].entry(root.to_owned());
        let known = root.or_insert_with(|| Declared { kind: "type", ..Declared::default() });
        known.fields.insert(name.to_owned(), field);
    }

    fn some_arguments(&mut self) -> String {
        (*self.random.pick(&["", "", "", "", "(x: Int)", "(x: ID, y: E)"])).to_owned()
    }

    /// A type without and with its wrappers.
    fn some_type(&mut self) -> (String, String) {
        if self.random.chance(50) {
            return self.some_object();
        }
        let inner = self.random.pick(&["String", "Int", "Float", "Boolean", "ID", "E"]).to_string();
        let ty = self.wrapped(&inner);
        (inner, ty)
    }

    pub fn some_object(&mut self) -> (String, String) {
        let mut all: Vec<String> = (0..self.entities.len()).map(entity_name).collect();
        all.extend(self.interfaces.keys().cloned());
        all.extend(self.unions.keys().cloned());
        all.extend(self.home.map(|_| "J".to_owned()));
        all.extend(self.nullable.then(|| "N".to_owned()));
        all.extend((0..self.values).map(|number| format!("V{number}")));
        let inner = self.random.pick(&all).clone();
        let ty = self.wrapped(&inner);
        (inner, ty)
    }

    fn wrapped(&mut self, inner: &str) -> String {
        match self.random.below(12) {
            0..5 => inner.to_owned(),
            5..8 => format!("{inner}!"),
            8 => format!("[{inner}]"),
            9 => format!("[{inner}!]"),
            10 => format!("[{inner}!]!"),
            _ => format!("[[{inner}]!]"),
        }
    }
}
