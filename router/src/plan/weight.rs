//! What a plan takes in memory.

use std::mem::size_of_val;

use super::{Entities, Fetch, Plan, Projection, Shape};

impl Plan {
    /// About how many bytes of memory the plan takes.
    pub fn weight(&self) -> usize {
        let fetches: usize = self.fetches.iter().map(fetch).sum();
        let projections: usize = self.projections.iter().map(projection).sum();
        size_of_val(self) + size_of_val(&*self.overlays) + fetches + projections
    }
}

fn fetch(fetch: &Fetch) -> usize {
    let declarations: usize = fetch.variables.iter().map(|variable| variable.declaration.len()).sum();
    let texts = fetch.operation.len() + fetch.body_prefix.len() + declarations;
    let lists = size_of_val(&*fetch.variables) + size_of_val(&*fetch.after);
    let entities: usize = fetch.entities.iter().map(entities).sum();
    let shapes: usize = fetch.shapes.iter().map(shape).sum();
    size_of_val(fetch) + texts + lists + entities + shapes
}

fn entities(entities: &Entities) -> usize {
    let names: usize = entities.representations.iter().map(|(_, name, _)| name.len()).sum();
    size_of_val(entities)
        + entities.variable.len()
        + size_of_val(&*entities.variables)
        + size_of_val(&*entities.representations)
        + names
}

fn shape(shape: &Shape) -> usize {
    let keys: usize = shape.slots.iter().map(|slot| slot.key.len() + slot.written.len()).sum();
    size_of_val(shape) + size_of_val(&*shape.slots) + keys + size_of_val(&*shape.types)
}

fn projection(projection: &Projection) -> usize {
    let types = projection.by_type.iter().map(|(_, fields)| {
        let keys: usize = fields.iter().map(|field| field.key.len() + field.written.len()).sum();
        size_of_val(&**fields) + keys
    });
    size_of_val(projection) + size_of_val(&*projection.by_type) + types.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use apollo_compiler::collections::HashSet;

    use crate::{
        graph::{Requirement, Supergraph},
        operation::{Document, Limits},
        plan::{Authorization, Plan, Surroundings, plan},
    };

    struct Everything;

    impl Authorization for Everything {
        fn denies(&self, _: &Requirement) -> Option<bool> {
            None
        }
    }

    fn planned(text: &str) -> Plan {
        let graph = Supergraph::parse(include_str!("../../tests/fixtures/one.graphql")).unwrap();
        let document = Document::read(&graph, text, &Limits::default()).unwrap();
        let operation = document.operation(None).unwrap();
        let truths = HashSet::default();
        let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
        plan(&graph, &operation.written, surroundings, &Everything).unwrap()
    }

    #[test]
    fn a_plan_weighs_what_its_texts_and_fields_do() {
        let small = planned("{ hello }").weight();
        assert!((100..10_000).contains(&small), "{small}");
        let text = planned(&format!("{{ hello(name: \"{}\") }}", "x".repeat(100_000))).weight();
        assert!((200_000..300_000).contains(&text), "{text}");
        let wide = (0..50).fold(String::new(), |fields, number| fields + &format!("f{number}: hello "));
        assert!(planned(&format!("{{ {wide} }}")).weight() > small + 50 * 100);
    }
}
