//! An interface that one subgraph knows with all its objects, and every other as one object with fields of its own.

use super::{
    Writer,
    draft::{Declared, Field},
};

/// The objects behind the interface `J`.
const OBJECTS: [&str; 2] = ["K0", "K1"];

impl Writer {
    /// Declares the interface, its objects, and what other subgraphs add to them.
    pub fn interface_object(&mut self) {
        let home = self.random.below(self.subgraphs.len());
        self.home = Some(home);
        let fields =
            [("id", "ID!"), ("k", "Int"), ("l", "[String!]")].map(|(name, ty)| (name.to_owned(), Field::of(ty)));
        let keys = || ["id".to_owned()].into();
        let interface = Declared {
            kind: "interface",
            keys: keys(),
            resolvable: true,
            fields: fields.clone().into(),
            ..Declared::default()
        };
        for object in OBJECTS {
            let mut declared = Declared { kind: "type", implements: ["J".to_owned()].into(), ..interface.clone() };
            declared.fields.insert(format!("own{object}"), Field::of("String"));
            let (inner, ty) = self.some_object();
            self.declare_type(home, &inner);
            declared.fields.insert(format!("to{object}"), Field::of(&ty));
            self.subgraphs[home].insert(object.to_owned(), declared);
        }
        self.subgraphs[home].insert("J".to_owned(), interface);
        for subgraph in (0..self.subgraphs.len()).filter(|subgraph| *subgraph != home) {
            if !self.random.chance(70) {
                continue;
            }
            self.stand_for(subgraph);
            let (inner, ty) = self.some_object();
            self.declare_type(subgraph, &inner);
            let mut requiring = Field::of("String");
            let mut external = Field::of("Int");
            external.directives.insert("@external".to_owned());
            requiring.directives.insert("@requires(fields: \"k\")".to_owned());
            let known = self.subgraphs[subgraph].get_mut("J").expect("declared");
            known.resolvable = true;
            known.fields.insert(format!("leaf{subgraph}"), Field::of("Int"));
            known.fields.insert(format!("to{subgraph}"), Field::of(&ty));
            known.fields.insert(format!("by{subgraph}"), requiring);
            known.fields.insert("k".to_owned(), external);
        }
    }

    /// Lets a subgraph know the interface, as an object unless it is at home there.
    pub fn stand_for(&mut self, subgraph: usize) {
        if self.home == Some(subgraph) {
            return;
        }
        self.subgraphs[subgraph].entry("J".to_owned()).or_insert_with(|| Declared {
            kind: "type",
            keys: ["id".to_owned()].into(),
            resolvable: true,
            fields: [("id".to_owned(), Field::of("ID!"))].into(),
            stands_for: OBJECTS.map(str::to_owned).into(),
            ..Declared::default()
        });
    }
}
