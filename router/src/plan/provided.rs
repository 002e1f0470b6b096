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

    /// What is provided below a field, whichever of the types the object has that is asked for it.
    pub fn provided_below(&self, node: NodeId, types: &[TypeId], name: &Name) -> Vec<&'a [Selection]> {
        let mut sets = types.iter().map(|ty| self.provided_by(node, *ty, name));
        let mut found = sets.next().unwrap_or_default();
        for other in sets {
            if found.is_empty() {
                break;
            }
            let provided: Vec<&'a Selection> = found.into_iter().flatten().collect();
            let by_both = provided.into_iter().filter(|known| other.iter().copied().flatten().any(|too| too == *known));
            found = by_both.map(std::slice::from_ref).collect();
        }
        found
    }

    /// What a field of an object provides, and what was provided above it.
    fn provided_by(&self, node: NodeId, ty: TypeId, name: &Name) -> Vec<&'a [Selection]> {
        let mut found = Vec::new();
        for set in &self.state.nodes[node].provided {
            self.find_provided(set, ty, name, &mut found);
        }
        let subgraph = self.state.fetches[self.state.nodes[node].fetch].subgraph;
        let known = self.graph.field_in(ty, name, subgraph);
        found.extend(known.and_then(|known| known.provides.as_deref()));
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
