//! What a `@provides` on the way to an object lets its subgraph answer although the fields are external there.

use apollo_compiler::{Name, ast::Selection};

use super::{collect::applies, search::Planner, state::NodeId};
use crate::graph::TypeId;

impl<'a> Planner<'a> {
    /// Whether a field of an object at a node is provided there.
    pub fn is_provided(&self, node: NodeId, ty: TypeId, name: &Name) -> bool {
        let mut found = Vec::new();
        for set in &self.state.nodes[node].provided {
            self.find_provided(set, ty, name, &mut found);
        }
        !found.is_empty()
    }

    /// What is provided below a field.
    pub fn provided_below(&self, node: NodeId, types: &[TypeId], name: &Name) -> Vec<&'a [Selection]> {
        let mut found = Vec::new();
        for (set, ty) in self.state.nodes[node].provided.iter().flat_map(|set| types.iter().map(move |ty| (set, ty))) {
            self.find_provided(set, *ty, name, &mut found);
        }
        found
    }

    fn find_provided(&self, set: &'a [Selection], ty: TypeId, name: &Name, found: &mut Vec<&'a [Selection]>) {
        for selection in set {
            match selection {
                Selection::Field(field) if field.name == *name => found.push(&field.selection_set),
                Selection::InlineFragment(fragment)
                    if fragment.type_condition.as_ref().is_none_or(|condition| applies(self.graph, ty, condition)) =>
                {
                    self.find_provided(&fragment.selection_set, ty, name, found);
                }
                _ => {}
            }
        }
    }
}
