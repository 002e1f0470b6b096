//! Fields that move from one subgraph to another by and by: `@override` with a label, where what is computed of others
//! moves too, and other subgraphs require, provide, or show behind interfaces what moves.

use super::{Writer, draft::Field};
use crate::random::Random;

/// Labels that are active, or not, or sometimes, and two that somebody decides over.
const LABELS: [&str; 5] = ["percent(0)", "percent(100)", "percent(40)", "moved", "away"];

impl Writer {
    /// Lets some fields of entities and roots be on the move.
    pub fn move_fields(&mut self, random: &mut Random) {
        for (old, ty, name, field) in self.movable() {
            if !random.chance(35) {
                continue;
            }
            let fits = |id: &usize| {
                let known = self.subgraphs[*id].get(&ty);
                *id != old && known.is_some_and(|known| !known.fields.contains_key(&name))
            };
            let homes: Vec<usize> = (0..self.subgraphs.len()).filter(fits).collect();
            if homes.is_empty() {
                continue;
            }
            let other = *random.pick(&homes);
            let inner = field.ty.trim_matches(['[', ']', '!']).to_owned();
            self.declare_type(other, &inner);
            if field.arguments.contains(": E") {
                self.declare_type(other, "E");
            }
            // What requires others may have been plain before, but nothing that does is taken over.
            let computes = field.directives.iter().any(|text| text.starts_with("@requires"));
            let (from, to) = if computes || random.chance(50) { (other, old) } else { (old, other) };
            let shared = field.directives.get("@shareable").cloned();
            let directives = shared.into_iter().filter(|_| other == to || !computes).collect();
            let copy = Field { directives, ..field };
            let known = self.subgraphs[other].get_mut(&ty).expect("declared");
            known.resolvable = true;
            known.fields.insert(name.clone(), copy);
            // Of two ways to compute something, chance is not to decide.
            let labels = if computes { &LABELS[3..] } else { &LABELS[..] };
            let label = random.pick(labels);
            let moved =
                self.subgraphs[to].get_mut(&ty).and_then(|known| known.fields.get_mut(&name)).expect("declared");
            moved.directives.insert(format!("@override(from: \"s{from}\", label: \"{label}\")"));
        }
    }

    /// The fields that one subgraph alone resolves, and which provide nothing.
    fn movable(&self) -> Vec<(usize, String, String, Field)> {
        let mut found = Vec::new();
        for (id, subgraph) in self.subgraphs.iter().enumerate() {
            for (ty, declared) in subgraph {
                if !ty.starts_with('T') && ty != "Query" {
                    continue;
                }
                for (name, field) in &declared.fields {
                    let is_alone = !self.subgraphs.iter().enumerate().any(|(other, subgraph)| {
                        let known = subgraph.get(ty).and_then(|known| known.fields.get(name));
                        other != id && known.is_some_and(|known| !known.directives.contains("@external"))
                    });
                    let says = |what: &str| field.directives.iter().any(|text| text.starts_with(what));
                    let is_plain = !says("@external") && !says("@provides") && !says("@override");
                    let is_varied = field.ty.contains('X');
                    if is_alone && is_plain && !is_varied && (ty == "Query" || name.starts_with('f')) {
                        found.push((id, ty.clone(), name.clone(), field.clone()));
                    }
                }
            }
        }
        found
    }
}
