//! Planning without limits and for a caller who may see everything.

use apollo_compiler::collections::HashSet;
use rialto::{
    graph::{Requirement, Supergraph},
    operation::{Document, Limits},
    plan::{self, Authorization, Plan, Surroundings, Unplannable},
};

struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

/// Bounds that bind nobody.
pub fn unlimited() -> Limits {
    let most = usize::MAX / 2;
    Limits {
        tokens: most,
        depth: most,
        aliases: most,
        root_fields: most,
        mutations: most,
        list_items: most,
        directives: most,
        cost: 0,
    }
}

/// Plans the document's only operation, all of its conditions false.
pub fn plan(graph: &Supergraph, document: &Document) -> Result<Plan, Unplannable> {
    let operation = document.operation(None).unwrap();
    let truths = HashSet::default();
    let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
    plan::plan(graph, &operation.written, surroundings, &Everything)
}
