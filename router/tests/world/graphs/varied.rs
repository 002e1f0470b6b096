//! An interface `X` whose objects promise more of its fields than it does: narrower types, values that are never null,
//! more arguments with and without defaults. Each subgraph knows its part of it, at times less than the others.

use std::collections::BTreeSet;

use super::{
    Writer,
    draft::{Declared, Field},
    entity_name,
};
use crate::random::Random;

/// A field of the interface: what each object says of it.
struct Varied {
    name: &'static str,
    /// What the interface says at most, and at least.
    wide: String,
    narrow: String,
    /// By object: what it says at most, and at least.
    objects: Vec<(String, String)>,
    arguments: &'static str,
    more: Vec<&'static str>,
    /// By object: who resolves it.
    owners: Vec<BTreeSet<usize>>,
}

impl Writer {
    /// Declares the interface and its objects in some subgraphs, and what clients see of them.
    pub fn vary(&mut self, random: &mut Random) {
        let objects = 1 + random.below(3);
        let subgraphs = self.subgraphs.len();
        let mut known: Vec<BTreeSet<usize>> = Vec::new();
        for _ in 0..objects {
            let some: BTreeSet<usize> = (0..subgraphs).filter(|_| random.chance(60)).collect();
            known.push(if some.is_empty() { BTreeSet::from([random.below(subgraphs)]) } else { some });
        }
        for (number, subgraphs) in known.iter().enumerate() {
            for id in subgraphs {
                let declared = Declared {
                    kind: "type",
                    keys: ["id".to_owned()].into(),
                    resolvable: true,
                    fields: [("id".to_owned(), Field::of("ID!"))].into(),
                    ..Declared::default()
                };
                self.subgraphs[*id].insert(object_name(number), declared);
            }
            let home = self.subgraphs[some_of(subgraphs, random)].get_mut(&object_name(number)).expect("declared");
            home.fields.insert(format!("own{number}"), Field::of("Int"));
        }
        let fields = [self.link(&known, random), sized(&known, random), tags(&known, random)];
        self.interface_x(&known, fields, random);
        for (object, subgraphs) in known.iter().enumerate() {
            self.require_size(object, some_of(subgraphs, random));
        }
    }

    /// Lets an object compute something of what another subgraph says of it, if there is such.
    fn require_size(&mut self, object: usize, subgraph: usize) {
        let seen = self.varied[&object_name(object)].fields["size"].clone();
        let declared = self.subgraphs[subgraph].get_mut(&object_name(object)).expect("declared");
        let size = declared.fields.entry("size".to_owned()).or_insert_with(|| {
            let directives = ["@external".to_owned()].into();
            Field { directives, ..seen }
        });
        if !size.directives.contains("@external") {
            return;
        }
        let needs_e = size.arguments.contains("RED");
        let mut computed = Field::of("Int");
        computed.directives.insert("@requires(fields: \"size\")".to_owned());
        declared.fields.insert(format!("by{object}"), computed);
        if needs_e {
            self.declare_type(subgraph, "E");
        }
    }

    /// A field with objects: an entity, or the interface or union that it belongs to.
    fn link(&mut self, known: &[BTreeSet<usize>], random: &mut Random) -> Varied {
        let families: Vec<(String, Vec<usize>)> =
            self.interfaces.clone().into_iter().chain(self.unions.clone()).collect();
        let (family, members) =
            if families.is_empty() { (entity_name(0), vec![0]) } else { random.pick(&families).clone() };
        let inner: Vec<String> = known
            .iter()
            .map(|_| if random.chance(30) { family.clone() } else { entity_name(*random.pick(&members)) })
            .collect();
        let common = if inner.iter().all(|name| *name == inner[0]) { inner[0].clone() } else { family.clone() };
        let wrap = *random.pick(&[("{}", "{}!"), ("{}", "{}!"), ("[{}]", "[{}!]!"), ("[[{}]]", "[[{}!]]!")]);
        let of = |wrap: &str, inner: &str| wrap.replace("{}", inner);
        let promises: Vec<bool> = known.iter().map(|_| random.chance(60)).collect();
        let narrow = if promises.iter().all(|promises| *promises) { wrap.1 } else { wrap.0 };
        let objects = inner.iter().zip(&promises).map(|(inner, promises)| {
            (
                of(wrap.0, if random.chance(40) { &family } else { inner }),
                of(if *promises { wrap.1 } else { wrap.0 }, inner),
            )
        });
        let objects = objects.collect();
        Varied {
            name: "link",
            wide: of(wrap.0, &family),
            narrow: of(narrow, &common),
            objects,
            arguments: random.pick::<&str>(&["", "", "(n: Int)"]),
            more: more(known, random, &["", "", "deep: Boolean = false"]),
            owners: owners(known, random),
        }
    }

    /// Lets a subgraph know all that a type may mention, and what belongs to it.
    fn declare_link(&mut self, subgraph: usize, ty: &str, with: &str) {
        let (inner, with) = (ty.trim_matches(['[', ']', '!']), with.trim_matches(['[', ']', '!']));
        for name in [inner, with] {
            if name.starts_with(['T', 'I', 'U']) && name != "Int" {
                self.declare_type(subgraph, name);
            }
        }
        let Some(number) = inner.strip_prefix('T').and_then(|number| number.parse().ok()) else { return };
        if self.interfaces.contains_key(with) {
            self.implement(subgraph, with, number);
        } else if self.unions.contains_key(with) {
            let known = self.subgraphs[subgraph].get_mut(with).expect("declared");
            known.members.insert(inner.to_owned());
        }
    }

    /// Lets subgraphs implement the interface and say each field as they know it.
    fn interface_x(&mut self, known: &[BTreeSet<usize>], fields: [Varied; 3], random: &mut Random) {
        let mut implemented: Vec<(usize, Vec<usize>)> = Vec::new();
        for id in 0..self.subgraphs.len() {
            let objects = (0..known.len()).filter(|object| known[*object].contains(&id) && random.chance(80));
            let objects: Vec<usize> = objects.collect();
            if objects.is_empty() {
                continue;
            }
            for object in &objects {
                let declared = self.subgraphs[id].get_mut(&object_name(*object)).expect("declared");
                declared.implements.insert("X".to_owned());
            }
            let fields = [("id".to_owned(), Field::of("ID!"))].into();
            self.subgraphs[id].insert("X".to_owned(), Declared { kind: "interface", fields, ..Declared::default() });
            self.root_field(id, "Query", &format!("x{id}"), "X", Field::of("[X!]"));
            self.declare(id, 0);
            let entity = self.subgraphs[id].get_mut(&entity_name(0)).expect("declared");
            entity.resolvable = true;
            entity.fields.insert(format!("x{id}"), Field::of(random.pick::<&str>(&["X", "[X]!"])));
            implemented.push((id, objects));
        }
        for field in fields {
            self.field_of_x(&implemented, field, random);
        }
        for (object, subgraphs) in known.iter().enumerate() {
            let (id, ty) = (some_of(subgraphs, random), object_name(object));
            self.root_field(id, "Query", &format!("only{object}"), &ty, Field::of(&format!("[{ty}]")));
        }
    }

    /// Lets some subgraphs have a field in the interface, and their objects with it: resolved there or elsewhere.
    fn field_of_x(&mut self, implemented: &[(usize, Vec<usize>)], mut field: Varied, random: &mut Random) {
        let said: Vec<_> = implemented.iter().filter(|_| random.chance(65)).collect();
        let mut external: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (id, objects) in &said {
            for object in objects.iter().copied() {
                if field.owners[object].contains(id) {
                    continue;
                }
                if random.chance(50) {
                    external.insert((object, *id));
                } else {
                    field.owners[object].insert(*id);
                }
            }
        }
        let mut any_weak = false;
        for object in 0..field.owners.len() {
            let is_external = external.iter().any(|(other, _)| *other == object);
            any_weak |= self.resolve_x(&field, object, is_external, random);
            let arguments = with_more(field.arguments, field.more[object]);
            for (_, id) in external.iter().filter(|(other, _)| *other == object) {
                let directives = ["@external".to_owned()].into();
                let ty = field.objects[object].1.clone();
                self.put_x(*id, &object_name(object), &field, Field { arguments: arguments.clone(), ty, directives });
            }
        }
        let mut seen: Option<String> = None;
        for (id, _) in said {
            let is_wide = any_weak || random.chance(60);
            let ty = if is_wide { &field.wide } else { &field.narrow };
            self.put_x(*id, "X", &field, Field { arguments: field.arguments.to_owned(), ..Field::of(ty) });
            seen = Some(if seen.as_ref() == Some(&field.wide) { field.wide.clone() } else { ty.clone() });
        }
        if let Some(ty) = seen {
            let seen = Field { arguments: field.arguments.to_owned(), ..Field::of(&ty) };
            self.varied.entry("X".to_owned()).or_default().fields.insert(field.name.to_owned(), seen);
        }
    }

    /// Declares a field of an object where it is resolved. Whether somebody promises less than the others.
    fn resolve_x(&mut self, field: &Varied, object: usize, is_external: bool, random: &mut Random) -> bool {
        let ((weakest, strongest), owners) = (&field.objects[object], &field.owners[object]);
        let all = with_more(field.arguments, field.more[object]);
        // What is external somewhere is everywhere the same.
        let may_differ = owners.len() > 1 && !is_external;
        let mut seen = Field { arguments: all.clone(), ..Field::of(strongest) };
        for id in owners {
            let mut own = Field { arguments: all.clone(), ..Field::of(strongest) };
            if may_differ && random.chance(30) {
                own.ty.clone_from(weakest);
                seen.ty.clone_from(weakest);
            }
            if may_differ && random.chance(20) {
                field.arguments.clone_into(&mut own.arguments);
                field.arguments.clone_into(&mut seen.arguments);
            }
            own.directives.extend((owners.len() > 1).then(|| "@shareable".to_owned()));
            self.put_x(*id, &object_name(object), field, own);
        }
        let is_weak = seen.ty == *weakest && weakest != strongest;
        self.varied.entry(object_name(object)).or_default().fields.insert(field.name.to_owned(), seen);
        is_weak
    }

    /// Declares a field, and what it mentions.
    fn put_x(&mut self, subgraph: usize, ty: &str, field: &Varied, own: Field) {
        self.declare_link(subgraph, &own.ty, &field.wide);
        if own.arguments.contains("RED") {
            self.declare_type(subgraph, "E");
        }
        self.subgraphs[subgraph].get_mut(ty).expect("declared").fields.insert(field.name.to_owned(), own);
    }
}

fn object_name(number: usize) -> String {
    format!("X{number}")
}

fn some_of(all: &BTreeSet<usize>, random: &mut Random) -> usize {
    *random.pick(&all.iter().copied().collect::<Vec<_>>())
}

fn sized(known: &[BTreeSet<usize>], random: &mut Random) -> Varied {
    let promises = |random: &mut Random| if random.chance(50) { "Int!" } else { "Int" };
    let objects: Vec<_> = known.iter().map(|_| ("Int".to_owned(), promises(random).to_owned())).collect();
    let all = objects.iter().all(|(_, strongest)| strongest == "Int!");
    Varied {
        name: "size",
        wide: "Int".to_owned(),
        narrow: if all { "Int!" } else { "Int" }.to_owned(),
        objects,
        arguments: random.pick::<&str>(&["", "(in: String)", "(in: E = RED)"]),
        more: more(
            known,
            random,
            &["", "by: Int", "by: Int! = 2", "at: [E!] = [RED]", "by: ID, round: Boolean = true"],
        ),
        owners: owners(known, random),
    }
}

fn tags(known: &[BTreeSet<usize>], random: &mut Random) -> Varied {
    let strongest = known.iter().map(|_| (*random.pick(&["[String]", "[String!]", "[String!]!"])).to_owned());
    let objects = strongest.map(|strongest| ("[String]".to_owned(), strongest)).collect();
    Varied {
        name: "tags",
        wide: "[String]".to_owned(),
        narrow: "[String]".to_owned(),
        objects,
        arguments: "",
        more: more(known, random, &["", "", "first: Int = 1"]),
        owners: owners(known, random),
    }
}

/// What each object takes beyond the interface.
fn more(known: &[BTreeSet<usize>], random: &mut Random, from: &[&'static str]) -> Vec<&'static str> {
    known.iter().map(|_| *random.pick(from)).collect()
}

fn with_more(arguments: &str, more: &str) -> String {
    match (arguments.strip_suffix(')'), more) {
        (_, "") => arguments.to_owned(),
        (Some(arguments), more) => format!("{arguments}, {more})"),
        (None, more) => format!("({more})"),
    }
}

/// For each object who resolves a field of it: one subgraph, or all that know it.
fn owners(known: &[BTreeSet<usize>], random: &mut Random) -> Vec<BTreeSet<usize>> {
    let some = |subgraphs: &BTreeSet<usize>| {
        if random.chance(30) { subgraphs.clone() } else { BTreeSet::from([some_of(subgraphs, random)]) }
    };
    known.iter().map(some).collect()
}
