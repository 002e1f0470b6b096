//! What entity fetches are told: keys, and what the fields that they are asked for require.

use std::collections::BTreeSet;

use apollo_compiler::ast::Selection;

use super::{
    collect::agree,
    search::{Planner, Unplannable},
    state::{OverlayId, OverlayKind, Projected, ProjectedField, ProjectionId, Representation},
    ways::Part,
};
use crate::graph::{FieldSet, SubgraphId, TypeId};

impl<'a> Planner<'a> {
    /// Extends what an entity fetch is told: keys for types it does not know yet, and what the field requires.
    pub fn tell(
        &mut self,
        overlay: OverlayId,
        part: &Part<'_, 'a>,
        keys: &[(TypeId, &'a FieldSet)],
    ) -> Result<(), Unplannable> {
        let place = self.state.overlays[overlay].place;
        let subgraph = self.state.subgraph_of(overlay);
        let fetch = self.state.fetch_of(overlay);
        for ty in &self.told_with(overlay, part, subgraph) {
            let OverlayKind::Entities(known) = &self.state.overlays[overlay].kind else { continue };
            let before = known.iter().position(|known| known.ty == *ty);
            let mut fields = before.map_or_else(Vec::new, |index| known[index].fields.clone());
            let required =
                self.graph.field_in(*ty, &part.field.name, subgraph).and_then(|known| known.requires.as_ref());
            if before.is_some() && required.is_none() {
                continue;
            }
            if before.is_none() {
                let key = keys.iter().find(|(other, _)| other == ty).map(|(_, key)| &***key);
                fields.push(key.or_else(|| self.any_key(*ty, subgraph)).ok_or_else(|| self.unreachable(part))?);
                let alike = known.iter().find(|other| self.seen_alike(*ty, other.ty, subgraph));
                fields.extend(alike.into_iter().flat_map(|other| other.fields.iter().skip(1)));
            }
            fields.extend(required.map(|required| &**required));
            if !agree(self.graph, &fields) {
                return Err(self.unreachable(part));
            }
            self.under_way.push((self.state.places[place].position, part.field.name.clone(), subgraph));
            self.being_told.push(overlay);
            let projection = self.selection_of(place, &[*ty], &fields);
            self.being_told.pop();
            self.under_way.pop();
            let projection = projection?;
            self.tell_types(projection, subgraph);
            let mut after = BTreeSet::new();
            self.state.sources(projection, &mut after);
            if !self.state.wait_for(fetch, &after) {
                return Err(self.unreachable(part));
            }
            let told = Representation { ty: *ty, fields, projection };
            let node = self.state.overlays[overlay].node;
            if let OverlayKind::Entities(known) = &mut self.state.overlays[overlay].kind {
                if let Some(index) = before {
                    known[index] = told;
                } else {
                    known.push(told);
                    let seen_as = self.graph.seen_as(*ty, subgraph);
                    if !self.state.nodes[node].possible.contains(&seen_as) {
                        self.state.nodes[node].possible.push(seen_as);
                    }
                }
            }
        }
        Ok(())
    }

    /// The types that must be told what a part requires: its own, and those that the subgraph cannot tell from them,
    /// as it sees one interface object in all.
    fn told_with(&self, overlay: OverlayId, part: &Part<'_, 'a>, subgraph: SubgraphId) -> Vec<TypeId> {
        let mut types = part.types.clone();
        if let OverlayKind::Entities(known) = &self.state.overlays[overlay].kind
            && self.requires(part, subgraph)
        {
            let alike = |told: &&Representation<'_>| {
                !part.types.contains(&told.ty) && part.types.iter().any(|ty| self.seen_alike(*ty, told.ty, subgraph))
            };
            types.extend(known.iter().filter(alike).map(|told| told.ty));
        }
        types
    }

    fn seen_alike(&self, one: TypeId, other: TypeId, subgraph: SubgraphId) -> bool {
        self.graph.seen_as(one, subgraph) == self.graph.seen_as(other, subgraph)
    }

    /// Lets a representation say the types of the objects inside it that the receiver could not know otherwise.
    fn tell_types(&mut self, projection: ProjectionId, receiver: SubgraphId) {
        let is_abstract = |ty: TypeId| {
            let known = self.graph.info(ty).subgraphs.get(&receiver);
            self.graph.is_abstract(ty) && known.is_some_and(|known| !known.is_interface_object)
        };
        let mut children: Vec<(ProjectionId, bool)> = Vec::new();
        for (owner, fields) in &self.state.projections[projection].by_type {
            for field in fields {
                let Projected::Value { ty, child: Some(child), .. } = &field.what else { continue };
                let told = self.graph.field_in(*owner, &field.key, receiver).map_or(ty, |known| &known.ty);
                let result = self.graph.type_id(told.inner_named_type());
                children.push((*child, result.is_some_and(is_abstract)));
            }
        }
        for (child, told) in children {
            for (ty, fields) in &mut self.state.projections[child].by_type {
                let known = fields.first().is_some_and(|field| field.what == Projected::Typename);
                if told && !known && !self.graph.is_abstract(*ty) {
                    let key = apollo_compiler::name!("__typename");
                    fields.insert(0, ProjectedField { key, what: Projected::Typename });
                }
            }
            self.tell_types(child, receiver);
        }
    }

    fn any_key(&self, ty: TypeId, subgraph: SubgraphId) -> Option<&'a [Selection]> {
        let known = self.graph.info(ty).subgraphs.get(&subgraph)?;
        known.keys.iter().find(|key| key.resolvable).map(|key| &*key.fields)
    }
}
