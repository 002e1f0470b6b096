//! What entity fetches are told: keys, and what the fields that they are asked for require.
//!
//! A fetch tells objects of one type by one key, whichever of them are null: of the keys that cost no more fetches and
//! are had as early as any, the first that is never null, else the first that the receiver declares. Where it is null,
//! so are the object's fields.

use std::collections::BTreeSet;

use apollo_compiler::{Name, ast::Selection};

use super::{
    collect::agree,
    improve::Ban,
    search::{Planner, Resolving, Unplannable},
    state::{Cost, OverlayId, OverlayKind, Projected, ProjectedField, ProjectionId, Representation},
    ways::Part,
};
use crate::graph::{SubgraphId, TypeId};

impl<'a> Planner<'a> {
    /// Extends what an entity fetch is told of `types`: keys, where it does not know them yet, and what the field
    /// requires.
    pub fn tell(&mut self, overlay: OverlayId, types: &[TypeId], field: &Name) -> Result<(), Unplannable> {
        let unreachable =
            |planner: &Self, ty: TypeId| Unplannable::Unreachable(format!("{}.{field}", planner.graph.info(ty).name));
        let subgraph = self.state.subgraph_of(overlay);
        for ty in types {
            let OverlayKind::Entities(known) = &self.state.overlays[overlay].kind else { continue };
            let before = known.iter().position(|known| known.ty == *ty);
            let required = self.graph.field_in(*ty, field, subgraph).and_then(|known| known.requires.as_ref());
            // Another field of the same demands, or the same under another alias, may have seen to it.
            let is_told = |index: usize, required: &[Selection]| {
                known[index].fields.iter().any(|told| std::ptr::eq(*told, required))
            };
            if before.is_some_and(|index| required.is_none_or(|required| is_told(index, required))) {
                continue;
            }
            // What must be told beside the key, which stands first.
            let mut others = before.map_or_else(Vec::new, |index| known[index].fields[1..].to_vec());
            let alike = known.iter().find(|other| before.is_none() && self.seen_alike(*ty, other.ty, subgraph));
            others.extend(alike.into_iter().flat_map(|other| other.fields.iter().skip(1)));
            others.extend(required.map(|required| &**required));
            let position = self.state.places[self.state.overlays[overlay].place].position;
            let keys =
                before.map_or_else(|| self.keys_in_turn(*ty, subgraph, position), |index| vec![known[index].fields[0]]);
            // Which objects are known must not hang on what else a client selects.
            let may_be_null = keys.len() > 1 && keys.iter().any(|key| self.may_be_null(*ty, key));
            let is_better = |one: &Cost, other: &Cost| {
                let but_fields = |cost: &Cost| (cost.hops, cost.fetches, cost.lateness);
                if may_be_null { but_fields(one) < but_fields(other) } else { one < other }
            };
            // A fetch that is there already may be too late for what follows: all keys are tried.
            let told = self.first_best(
                &keys,
                |_| false,
                is_better,
                |planner, key| {
                    let told = planner.represent(overlay, *ty, key, &others, field)?;
                    told.ok_or_else(|| unreachable(planner, *ty))
                },
            )?;
            let told = told.ok_or_else(|| unreachable(self, *ty))?;
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

    /// The keys by which a subgraph resolves objects of a type at a position, those that are never null first.
    fn keys_in_turn(&self, ty: TypeId, subgraph: SubgraphId, position: u64) -> Vec<&'a [Selection]> {
        let is_banned = |index: usize| self.banned.contains(&Ban::Key(position, subgraph, ty, index));
        let all = self.keys(ty, subgraph).enumerate().filter(|(index, _)| !is_banned(*index));
        let mut keys: Vec<&'a [Selection]> = all.map(|(_, key)| &**key).collect();
        keys.sort_by_key(|key| self.may_be_null(ty, key));
        keys
    }

    /// Whether a key may be null for some objects of a type, or hold a null.
    fn may_be_null(&self, ty: TypeId, key: &[Selection]) -> bool {
        key.iter().any(|selection| match selection {
            Selection::Field(field) => self.graph.field(ty, &field.name).is_some_and(|known| {
                let below = self.graph.type_id(known.ty.inner_named_type());
                !known.ty.is_non_null() || below.is_some_and(|below| self.may_be_null(below, &field.selection_set))
            }),
            Selection::InlineFragment(fragment) => {
                let on = fragment.type_condition.as_ref().and_then(|name| self.graph.type_id(name));
                self.may_be_null(on.unwrap_or(ty), &fragment.selection_set)
            }
            Selection::FragmentSpread(_) => false,
        })
    }

    /// Gathers what objects of a type are told by: a key, and other fields. `None` if that would wait for itself, cannot
    /// be told in one representation, or holds already what is to be asked.
    fn represent(
        &mut self,
        overlay: OverlayId,
        ty: TypeId,
        key: &'a [Selection],
        others: &[&'a [Selection]],
        field: &Name,
    ) -> Result<Option<Representation<'a>>, Unplannable> {
        let (place, subgraph) = (self.state.overlays[overlay].place, self.state.subgraph_of(overlay));
        let fields: Vec<&[Selection]> = [key].into_iter().chain(others.iter().copied()).collect();
        let is_asked = |selection: &Selection| {
            selection.as_field().is_some_and(|known| known.name == *field && known.selection_set.is_empty())
        };
        if key.iter().any(is_asked) || !agree(self.graph, &fields) {
            return Ok(None);
        }
        let position = self.state.places[place].position;
        self.being_told.push(overlay);
        // By which key an object is known must not be asked of whom it is asked for.
        self.under_way.push(Resolving { position, field: None, subgraph });
        let keyed = self.selection_of(place, &[ty], &[key]);
        self.under_way.pop();
        self.under_way.push(Resolving { position, field: Some(field.clone()), subgraph });
        let projection = keyed
            .and_then(|keyed| if others.is_empty() { Ok(keyed) } else { self.selection_of(place, &[ty], &fields) });
        self.under_way.pop();
        self.being_told.pop();
        let projection = projection?;
        self.tell_types(projection, subgraph);
        let mut after = BTreeSet::new();
        self.state.sources(projection, &mut after);
        let is_told = self.state.wait_for(self.state.fetch_of(overlay), &after);
        Ok(is_told.then_some(Representation { ty, fields, projection }))
    }

    /// The types that must be told what a part requires: its own, and those that the subgraph cannot tell from them,
    /// as it sees one interface object in all.
    pub fn told_with(&self, overlay: OverlayId, part: &Part<'_, 'a>) -> Vec<TypeId> {
        let subgraph = self.state.subgraph_of(overlay);
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
}
