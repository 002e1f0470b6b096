//! An entity `N` whose keys may be null: each subgraph knows it by one of two, and what it has of it is its own.

use super::{
    Writer,
    draft::{Declared, Field},
};

/// The keys, and their types.
const KEYS: [(&str, &str); 2] = [("code", "String"), ("number", "Int")];

impl Writer {
    /// Lets subgraphs declare the entity, each with fields of its own.
    pub fn nullable_key(&mut self) {
        self.nullable = true;
        for subgraph in 0..self.subgraphs.len() {
            if !self.random.chance(70) {
                continue;
            }
            self.refer_to_nullable(subgraph);
            let leaf = *self.random.pick(&["String", "[Int!]", "Boolean"]);
            let (inner, ty) = self.some_object();
            self.declare_type(subgraph, &inner);
            let known = self.subgraphs[subgraph].get_mut("N").expect("declared");
            known.resolvable = true;
            known.fields.insert(format!("n{subgraph}"), Field::of(leaf));
            known.fields.insert(format!("on{subgraph}"), Field::of(ty.trim_end_matches('!')));
        }
    }

    /// Lets a subgraph know the entity by one of its keys.
    pub fn refer_to_nullable(&mut self, subgraph: usize) {
        if self.subgraphs[subgraph].contains_key("N") {
            return;
        }
        let key = KEYS[self.random.below(KEYS.len())].0;
        let field = |ty: &str| Field { directives: ["@shareable".to_owned()].into(), ..Field::of(ty) };
        let declared = Declared {
            kind: "type",
            keys: [key.to_owned()].into(),
            resolvable: self.random.chance(80),
            fields: KEYS.map(|(name, ty)| (name.to_owned(), field(ty))).into(),
            ..Declared::default()
        };
        self.subgraphs[subgraph].insert("N".to_owned(), declared);
    }
}
